"""What a trajectory says about its run."""

import numpy as np
import pytest

import optviz
from optviz import Objective, train


def test_error_is_measured_from_the_best_minimum():
    run = train("sgd", "quartic", lr=0.02)
    assert run.error == pytest.approx(run.losses + 43.229166666666664)
    assert run.error_label == "f − f*"


def test_without_a_known_minimum_the_error_is_measured_from_the_lowest_loss_and_says_so():
    unknown = Objective(lambda x: x**2, lambda x: 2 * x, start=3)
    run = train("sgd", unknown, lr=0.1, steps=10)
    assert run.error_label == "f − lowest f seen"
    assert run.error[-1] == 0
    assert run.error[0] == pytest.approx(9 - (3 * 0.8**10) ** 2)


def test_a_landscape_without_a_minimum_has_no_error():
    run = train("sgd", "slope", lr=1.0, steps=5)
    assert run.error is None
    assert run.verdict == "is still moving: f = −5 after 5 steps, on a landscape without a minimum"


@pytest.mark.parametrize(
    ("rule", "objective", "settings", "words"),
    [
        ("momentum", "quartic", {"lr": 0.01}, "converged to the minimum 2.5 by step"),
        ("sgd", "quartic", {"lr": 0.02}, "is trapped in the local minimum −1.5 from step"),
        ("sgd", "quadratic", {"lr": 0.51, "steps": 400}, "diverged at step"),
        ("sgd", "quadratic", {"lr": 0.01}, "is still moving: the error is 1.68 after 100 steps and falling"),
        ("adagrad", "quadratic", {"lr": 1e-4}, "the second half gained almost nothing"),
        ("sgd", "quadratic", {"lr": 1e200}, "its numbers left what float64 holds"),
        ("adam", "quadratic", {"lr": 0}, "stood still: lr = 0"),
    ],
)
def test_the_verdict_says_what_became_of_the_run(rule, objective, settings, words):
    assert words in train(rule, objective, **settings).verdict


def test_a_diverged_run_is_told_the_number_that_explains_it():
    verdict = train("sgd", lr=0.51, steps=400).verdict
    assert "the rate 0.51 is above 0.5, the largest stable one where the curvature is 4" in verdict


def test_the_step_of_divergence_is_the_first_of_those_that_never_come_back():
    # |1 - 4 lr|^(2k) > 1,000 times (10.5 / 8) in the coordinate across: a closed form.
    run = train("sgd", lr=0.6, steps=50)
    across = 8 * (4 * 0.6 - 1) ** (2 * np.arange(51.0))
    along = 2.5 * (1 - 0.2 * 0.6) ** (2 * np.arange(51.0))
    assert run.diverged_at == int(np.argmax(across + along > 1000 * 10.5))


def test_divergence_of_a_grid_is_an_array_of_steps():
    steps = train("sgd", lr=[0.1, 0.6], steps=50).diverged_at
    assert steps.tolist() == [-1, train("sgd", lr=0.6, steps=50).diverged_at]


def test_points_come_as_tuples_of_numbers():
    run = train("sgd", lr=0.1, steps=3)
    x1, x2 = zip(*run, strict=True)
    assert len(run) == len(x1) == 4
    assert type(x1[0]) is float
    assert (x1[0], x2[0]) == (-5.0, -2.0)


def test_what_a_run_holds_cannot_be_changed_by_accident():
    run = train("sgd", steps=3)
    with pytest.raises(ValueError, match="read-only"):
        run.points[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        run.losses[0] = 0


def test_the_contract_says_what_was_chosen():
    assert train("adam", lr=0.05).contract == "lr 0.05"
    assert train("adam").contract == "default settings"
    assert train("adam", lr=lambda t: 1 / t, beta1=[0.1, 0.2]).contract == "lr a function of t, beta1 2 values"


def test_settings_hold_the_defaults_too():
    assert dict(train("adam", lr=0.5).settings) == {"lr": 0.5, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def test_a_run_of_a_grid_is_named_by_what_varies():
    assert train("adam", lr=[0.1, 0.2]).at(1).label == "Adam, lr 0.2"
    assert train(optviz.sgd, lr=0.1).label == "SGD"


@pytest.mark.parametrize("question", [lambda run: run.verdict, list], ids=["verdict", "points"])
def test_questions_to_a_single_run_name_the_way_to_one(question):
    with pytest.raises(ValueError, match=r"This is a grid of 2 x 3 runs; .* run\.at\(0, 0\)"):
        question(train("sgd", lr=np.full((2, 3), 0.1)))


def test_a_run_outside_of_the_grid():
    grid = train("sgd", lr=[0.1, 0.2])
    with pytest.raises(IndexError, match=r"There is no run \(2,\) in a grid of \(2,\)"):
        grid.at(2)
    with pytest.raises(TypeError, match="one integer for each of the grid's axes"):
        grid.at(0, 1)


def test_a_run_of_a_grid_says_its_own_contract_and_name():
    grid = train("adam", lr=[0.05, 0.3], beta1=0.5)
    assert grid.contract == "lr 2 values, beta1 0.5"
    assert grid.at(1).contract == "lr 0.3, beta1 0.5"
    assert train("sgd", "noisy_parabola", seed=[3, 4]).at(1).label == "SGD, seed 4"
    assert train("sgd", start=[[1, 2], [3, 4]]).at(0).label == "SGD, from (1, 3)"


def test_a_run_that_passes_by_a_minimum_at_its_end_has_not_arrived():
    for steps in (11, 12, 20):
        assert "converged" not in train("adam", "parabola", lr=0.1, steps=steps).verdict
    rising = train("adam", "parabola", lr=0.1, steps=20)
    low = int(rising.error.argmin())
    assert rising.verdict.endswith(f"; at step {low} it was {rising.error[low]:.3g}".replace("e-0", "e−"))


def test_a_setting_is_told_in_full():
    assert train("adam", beta2=0.9999).contract == "beta2 0.9999"


def test_a_schedule_has_no_stable_rate_to_be_told():
    assert "diverged" in train("momentum", lr=3.0, momentum=lambda t: 0.9).verdict


def test_a_run_where_no_minimum_is_known_comes_to_rest_or_is_still_moving():
    unknown = Objective(lambda x: x**2 + 1, lambda x: 2 * x, start=3)
    assert train("sgd", unknown, lr=0.4).verdict.startswith("came to rest at ")
    assert "f = 1; whether that is a minimum is not known" in train("sgd", unknown, lr=0.4).verdict
    assert train("sgd", unknown, lr=0.001, steps=10).verdict == "is still moving: f = 9.65 after 10 steps"


def test_a_run_that_hops_over_the_minimum_is_not_said_to_be_there():
    """Steps of a fixed length pass the minimum again and again; which side of it the last one ends on is chance."""

    @optviz.update_rule
    def sign_sgd(x, g, /, *, lr=0.1):
        return x - lr * np.sign(g)

    for steps in (100, 101):
        assert "swings between" in train(sign_sgd, steps=steps).verdict
    falling = train("momentum", "quadratic", lr=0.01, momentum=0.9, steps=60)  # rings, and still gets lower
    assert "falling" in falling.verdict
