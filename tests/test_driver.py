"""The driver: grids, schedules, start values, noise, boxes, and runs that can be walked again."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

import optviz
from optviz import RULES, Objective, iterate, noisy, objective, train, train_1d, train_2d, update_rule

from .registry import NAMES

RATES = np.geomspace(1e-3, 0.4, 5)


@pytest.mark.parametrize(
    ("settings", "shape"),
    [
        ({}, (11, 2)),
        ({"lr": RATES}, (11, 2, 5)),
        ({"lr": RATES[:1]}, (11, 2, 1)),
        ({"lr": RATES, "start": (1, 2)}, (11, 2, 5)),
        ({"lr": RATES[:, None, None], "start": np.ones((2, 3, 4))}, (11, 2, 5, 3, 4)),
        ({"lr": RATES, "beta1": np.array([[0.5], [0.9]])}, (11, 2, 2, 5)),
        ({"seed": [1, 2, 3]}, (11, 2, 3)),
        ({"lr": lambda t: RATES / t}, (11, 2, 5)),
        ({"m": np.ones((2, 5))}, (11, 2, 5)),
    ],
)
def test_every_array_among_the_settings_is_a_grid_axis(settings, shape):
    run = train("adam", steps=10, **settings)
    assert run.points.shape == shape
    assert run.losses.shape == (11, *shape[2:])


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=4), st.integers(0, 3), st.integers(1, 30))
def test_a_run_of_a_grid_is_the_run_alone(rates, index, steps):
    index %= len(rates)
    grid = train("momentum", lr=rates, steps=steps)
    alone = train("momentum", lr=rates[index], steps=steps)
    assert np.array_equal(grid.at(index).points, alone.points)
    assert grid.at(index).verdict == alone.verdict


def test_a_run_of_a_grid_can_be_walked_again():
    seeds = [4, 9]
    grid = train(
        "adam", noisy("quadratic", 0.5), lr=RATES[:, None], seed=seeds, m=np.array([1.0, 2.0]).reshape(2, 1, 1), steps=8
    )
    one = grid.at(3, 1)
    again = train(one.rule, one.objective, start=one.start, seed=one.seed, steps=one.steps, **one.settings)
    assert np.array_equal(one.points, again.points)
    walked = [
        x
        for _, x, *_ in iterate(
            one.rule, one.objective, start=one.start, seed=one.seed, steps=one.steps, **one.settings
        )
    ]
    assert np.array_equal(np.array(walked), one.points[:-1])


def test_a_schedule_is_asked_with_the_counter_from_one():
    asked = []

    def rate(t):
        asked.append(t)
        return 0.1 / t

    run = train("sgd", lr=rate, steps=4)
    x = np.array([-5.0, -2.0])
    for t in (1, 2, 3, 4):
        x = x - 0.1 / t * optviz.quadratic.grad(x)
    assert run.points[-1] == pytest.approx(x, rel=1e-15)
    assert asked == [1, 2, 3, 4]


def test_remembered_values_start_where_the_caller_says():
    run = train("momentum", lr=0.1, v=(1.0, -1.0), steps=1)
    assert run.points[1] == pytest.approx([-5 + 0.9 * 1 + 0.1, -2 - 0.9 + 0.8])
    assert train("adagrad", lr=0.1, h=0.1, steps=1).points[1] == pytest.approx(
        [-5 + 0.1 / np.sqrt(1.1), -2 + 0.8 / np.sqrt(64.1)]
    )


def test_the_gradient_is_taken_where_the_rule_wants_it():
    steps = list(iterate("nesterov", lr=0.1, v=(1.0, 0.0), steps=1))
    assert steps[0].g == pytest.approx([0.2 * (-5 + 0.9), -8.0])
    assert steps[0].x.tolist() == [-5, -2]


def test_integers_become_floats_and_whole_starts_move():
    assert train("sgd", start=[1, 1], lr=1, steps=1).points.dtype == np.float64
    assert train("sgd", start=np.array([1, 1]), lr=0.1, steps=1).points[1] == pytest.approx([0.98, 0.6])


def test_a_callers_arrays_are_neither_kept_nor_changed_nor_locked():
    start, rates = np.array([1.0, 2.0]), np.array([0.1, 0.2])
    run = train("sgd", start=start, lr=rates, steps=2)
    points = run.points.copy()
    start[:], rates[:] = 7, 7
    assert np.array_equal(run.points, points)
    assert run.settings["lr"].tolist() == [0.1, 0.2]
    assert run.start.tolist() == [1, 2]


def test_a_gradient_that_hands_out_its_own_array_keeps_it_writable():
    mine = np.zeros((2, 1))
    train("sgd", Objective(lambda x: x[0], lambda x: mine, start=(0, 0)), steps=2)
    mine[:] = 1


# --- noise ---------------------------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_and_another_seed_another():
    cloudy = noisy("quadratic", 1.0)
    one, same, other = (train("sgd", cloudy, lr=0.1, seed=seed).points for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert np.abs(one - other).max() > 0.1


def test_all_points_of_a_grid_meet_the_same_noise_unless_the_seed_is_an_axis():
    level = noisy(Objective(lambda x: 0 * x[0], lambda x: (0 * x[0], 0 * x[1]), start=(0, 0)), 1.0)
    together = train("sgd", level, lr=[1.0, 1.0], steps=5).points
    assert np.array_equal(together[..., 0], together[..., 1])
    apart = train("sgd", level, lr=1.0, seed=[0, 1], steps=5)
    assert np.abs(apart.points[-1, :, 0] - apart.points[-1, :, 1]).max() > 0.01
    assert np.array_equal(apart.points[..., 1], train("sgd", level, lr=1.0, seed=1, steps=5).points)


def test_rule_and_gradient_have_separate_streams():
    @update_rule
    def wander(x, g, noise, /, *, lr=0.1):
        return x - lr * g + 0 * noise()

    cloudy = noisy("quadratic", 1.0)
    assert train(wander, cloudy, lr=0.1).points == pytest.approx(train("sgd", cloudy, lr=0.1).points, rel=1e-12)


def test_the_noise_is_what_the_design_says():
    level = noisy(Objective(lambda x: 0 * x[0], lambda x: (0 * x[0], 0 * x[1]), start=(0, 0)), 2.0)
    draws = np.random.default_rng(np.random.SeedSequence((5, 1))).standard_normal((3, 2))
    walked = -np.cumsum(2.0 * draws, axis=0)
    assert train("sgd", level, lr=1.0, seed=5, steps=3).points[1:] == pytest.approx(walked)


def test_injected_noise_is_used_row_by_row():
    level = noisy(Objective(lambda x: 0 * x[0], lambda x: (0 * x[0], 0 * x[1]), start=(0, 0)), 1.0)
    run = train("sgd", level, lr=1.0, noise=[(1, 0), (0, 2)], steps=2)
    assert run.points.tolist() == [[0, 0], [-1, 0], [-1, -2]]
    with pytest.raises(ValueError, match="noise holds 2 rows, and a further one was drawn"):
        train("sgd", level, lr=1.0, noise=[(1, 0), (0, 2)], steps=3)


# --- objectives that ask for more ----------------------------------------------------------------------------------


def test_a_gradient_may_ask_for_the_counter():
    @objective(start=0.0)
    def alternating(x):
        return x

    @alternating.gradient
    def _(x, t):
        return ((-1.0) ** t,)

    assert train("sgd", alternating, lr=1.0, steps=3).points[:, 0].tolist() == [0, 1, 0, 1]


def test_a_box_clips_the_point_and_leaves_the_memory():
    fenced = Objective(lambda x: x, lambda x: 1.0 + 0 * x, start=0, box=((-1, 1),))
    steps = list(iterate("momentum", fenced, lr=1.0, momentum=0.5, steps=4))
    assert [step.x[0] for step in steps] == [0, -1, -1, -1]
    assert [step.state["v"][0] for step in steps] == [0, -1, -1.5, -1.75]


def test_the_losses_are_without_noise():
    run = train("sgd", noisy("quadratic", 3.0), lr=0.1, steps=5)
    assert run.losses == pytest.approx(0.1 * run.points[:, 0] ** 2 + 2 * run.points[:, 1] ** 2)


# --- classroom -----------------------------------------------------------------------------------------------------


def test_train_2d_takes_a_rule_its_name_and_a_trainer_with_the_rate_behind():
    def descent(x1, x2, lr):
        return x1 - lr * 0.2 * x1, x2 - lr * 4 * x2

    runs = [train_2d(step, 0.1) for step in (optviz.sgd, "sgd", descent)]
    for run in runs:
        assert len(run) == 51
        assert run.points == pytest.approx(runs[0].points, rel=1e-12)
    x1, x2 = zip(*runs[0], strict=True)
    assert (x1[0], x2[0]) == (-5, -2)


def test_train_1d_runs_on_the_quartic():
    assert train_1d("sgd", 0.01).objective is optviz.quartic
    assert train_1d("sgd", 0.01, start=1.0).points[0] == [1.0]


def test_a_trainer_may_ask_for_t_and_has_options_as_settings():
    seen = []

    def trainer(x1, x2, a, b, lr, t, gain=2.0, verbose=None):
        seen.append(t)
        return x1 + gain, x2, a, b

    run = train_2d(trainer, 0.1, steps=3, gain=5.0)
    assert seen == [1, 2, 3]
    assert run.points[-1].tolist() == [10, -2]
    assert "gain" in run.settings


def test_a_trainer_runs_on_a_grid_of_rates():
    def descent(x1, x2, lr):
        return x1 - lr * 0.2 * x1, x2 - lr * 4 * x2, lr

    grid = train_2d(descent, RATES)
    assert grid.points[..., 3] == pytest.approx(train_2d(descent, RATES[3]).points)


def test_a_trainer_that_overflows_diverges():
    def explode(x1, x2, lr):
        return x1 * 1e200, math_error(x2)

    def math_error(x):
        return 1 / (x + 2)

    assert train_2d(explode, 0.1).diverged_at is not None


def test_lr_of_zero_stands_still():
    for name in NAMES:
        rule = RULES[name]
        # A bounded rule has a lowest rate of its own, and a published mistake may divide 0 by 0.
        if "lr" not in rule.parameters or rule.family == "bounded" or rule.mistake:
            continue
        run = train(name, lr=0, steps=3)
        assert (run.points == run.points[0]).all()
        assert run.verdict == "stood still: lr = 0"


def test_a_setting_changed_in_place_is_an_error_and_leaves_the_callers_array():
    @update_rule
    def shrinking(x, g, /, *, lr=0.1):
        lr *= 0.5
        return x - lr * g

    rates = np.array([0.1, 0.2])
    for lr in (rates, 0.1, lambda t: rates):
        with pytest.raises(ValueError, match=r"shrinking .* changes an array in place"):
            train(shrinking, lr=lr)
    assert rates.tolist() == [0.1, 0.2]


def test_an_objective_that_changes_its_point_is_an_error():
    def value(x):
        x -= 1
        return x**2

    with pytest.raises(ValueError, match=r"value .* changes an array in place"):
        train("sgd", Objective(value, lambda x: 2 * x, start=3.0), lr=0)


def test_a_constant_gradient_belongs_to_the_coordinates_on_every_grid():
    plane = Objective(lambda x: x[0] + 2 * x[1], lambda x: np.array([1.0, 2.0]), start=(0, 0))
    assert train("sgd", plane, lr=1.0, steps=1).points[1].tolist() == [-1, -2]
    assert train("sgd", plane, lr=[1.0, 2.0], steps=1).points[1].tolist() == [[-1, -2], [-2, -4]]
