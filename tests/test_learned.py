"""The learned optimiser and its training, against autograd, the authors' tests and the course's measurements."""

import json
import subprocess
import sys
from functools import partial
from itertools import islice, repeat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optviz import Objective, meta_training, quadratic, rosenbrock, train
from optviz.meta_training import initial_weights, main, meta_train, random_quadratics, unroll
from optviz.rule import UpdateRule
from optviz.rules.learned_lstm import Layer, learned_step, load_weights, preprocess, shipped_weights

REFERENCES = Path(__file__).parent / "references"
L2L = np.load(REFERENCES / "l2l.npz")
PUBLISHED = json.loads((REFERENCES / "l2l.json").read_text())
# The reference network: two LSTM layers of 4 and a linear one.
FIXED = [Layer(L2L[f"lstm|W|{name}_w"], L2L[f"lstm|W|{name}_b"]) for name in ("l1", "l2", "lin")]
STARTS = {"quad2": quadratic, "rosenbrock": rosenbrock}
PARABOLA = Objective(lambda x: x**2, lambda x: 2 * x, start=1.0)


def zeros(hidden, lanes):
    return [np.zeros((hidden, lanes))] * 4


# The network


@pytest.mark.parametrize("form", ["code", "paper"])
@pytest.mark.parametrize("p", [5, 10])
def test_the_preprocessing_gives_the_authors_table(p, form):
    np.testing.assert_allclose(preprocess(L2L["pre|g"], p).T, L2L[f"pre|{form}_p{p}"], rtol=0, atol=1e-13)


@given(g=st.floats(-1e300, 1e300), p=st.floats(1, 15))
def test_the_code_form_of_the_preprocessing_is_the_papers_formula(g, p):
    large = abs(g) >= np.exp(-p)
    paper = (np.log(abs(g)) / p, np.sign(g)) if large else (-1, np.exp(p) * g)
    # The machine epsilon inside the logarithm is seen most at |g| = exp(-p).
    np.testing.assert_allclose(preprocess(g, p), paper, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("name", STARTS)
def test_the_rule_with_the_reference_weights_visits_the_reference_points(name):
    def fixed(x, g, /, h1=0.0, c1=0.0, h2=0.0, c2=0.0):
        return learned_step(FIXED, x, g, (h1, c1, h2, c2), scale=0.1, p=10)

    run = train(UpdateRule(fixed), STARTS[name], steps=20)
    np.testing.assert_allclose(run.points, L2L[f"lstm|{name}|first|points"], rtol=1e-13)
    np.testing.assert_allclose(run.losses, L2L[f"lstm|{name}|first|losses"], rtol=1e-13)


@pytest.mark.parametrize("name", STARTS)
def test_an_unroll_has_the_losses_and_the_meta_gradient_of_autograd(name):
    objective, key = STARTS[name], f"lstm|{name}|first"
    walk = unroll(FIXED, objective, objective.start, zeros(4, 2), steps=20, features=partial(preprocess, p=10))
    np.testing.assert_allclose(np.diff(walk.points, axis=0), L2L[f"{key}|updates"], rtol=1e-11)
    np.testing.assert_allclose(walk.losses, L2L[f"{key}|losses"], rtol=1e-13)
    np.testing.assert_allclose(walk.losses.sum(), PUBLISHED[key]["meta_loss"], rtol=1e-13)
    for layer, part in zip(walk.gradient, ("l1", "l2", "lin"), strict=True):
        for gradient, letter in zip(layer, "wb", strict=True):
            expected = L2L[f"{key}|grad_{part}_{letter}"]
            np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-13 * np.abs(expected).max())


def test_the_meta_gradient_of_a_grid_is_the_mean_of_those_of_its_runs():
    starts = np.random.default_rng(0).normal(size=(2, 70))  # 140 lanes, more than go into one product
    together = unroll(FIXED, rosenbrock, starts, zeros(4, 140)).gradient
    alone = [unroll(FIXED, rosenbrock, start, zeros(4, 2)).gradient for start in starts.T]
    for k, layer in enumerate(together):
        for part, gradient in enumerate(layer):
            expected = np.mean([one[k][part] for one in alone], axis=0)
            np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())


# The authors' two tests: f = x^2 from 1, no LSTM layer, no preprocessing, weights that start at 0


def train_on_the_parabola(episodes, **settings):
    layers = [Layer(np.zeros((1, 1)), np.zeros(1))]
    problems = repeat((PARABOLA, PARABOLA.start), episodes)
    *_, (_, walks) = meta_train(layers, problems, features=lambda g: g, scale=1, lr=0.01, **settings)
    return walks[-1]


def test_the_authors_results_after_two_unrolls():
    walk = train_on_the_parabola(1, unrolls=2, steps=5)
    assert walk.losses[-1] == pytest.approx(0.7325327, abs=5e-7)
    assert walk.points[-1, 0] == pytest.approx(0.8559, abs=5e-5)


def test_the_authors_simple_problem_is_learned():
    assert train_on_the_parabola(500, unrolls=5, steps=20).losses[-1] < 1e-5


# The shipped weights, on the 64 problems on which the course measured them


@pytest.fixture(scope="module")
def problems():
    return next(random_quadratics(np.random.default_rng(99), batch=64))


def mean_losses(rule, objective, start, steps, **settings):
    return train(rule, objective, start=start, steps=max(steps), **settings).losses[list(steps)].mean(axis=1)


def test_inside_its_horizon_the_learned_rule_beats_adam_and_beyond_adam_overtakes_it(problems):
    steps = (20, 50, 100, 300, 1000)
    learned = mean_losses("learned", *problems, steps)
    adam = mean_losses("adam", *problems, steps, lr=0.3)
    # Rounding grows a millionfold in 30 steps.
    np.testing.assert_allclose(learned[:1], [0.21705347736474112], rtol=1e-9)
    np.testing.assert_allclose(learned, [0.217053, 0.086518, 0.049065, 0.029518, 0.016886], rtol=0.2)
    np.testing.assert_allclose(adam, [0.394899, 0.146422, 0.077606, 0.037425, 0.013589], rtol=1e-3)
    assert (learned[:4] < adam[:4]).all()
    assert learned[4] > adam[4]


def test_from_a_start_1000_times_farther_away_the_learned_rule_is_lost(problems):
    objective, start = problems
    at_start, learned = mean_losses("learned", objective, 1000 * start, (0, 100))
    assert at_start == pytest.approx(2950.455844111096, rel=1e-12)
    assert learned == pytest.approx(411.3453867767232, rel=0.2)
    assert mean_losses("adam", objective, 1000 * start, (100,), lr=0.3) == pytest.approx(50.94349287047039, rel=1e-3)


@pytest.mark.parametrize(("factor", "loss"), [(0.01, 0.22630876972591318), (100, 0.0813539852405547)])
def test_gradients_of_another_size_are_bearable(problems, factor, loss):
    objective, start = problems
    scaled = Objective(objective.f, lambda x: factor * objective.grad(x), start=objective.start)
    assert mean_losses("learned", scaled, start, (100,)) == pytest.approx(loss, rel=0.2)


def test_the_weights_are_read_at_the_first_step_that_needs_them():
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import optviz; from optviz.rules.learned_lstm import shipped_weights as read;"
            "assert read.cache_info().misses == 0; optviz.train('learned', steps=3);"
            "assert read.cache_info().misses == 1",
        ],
        check=True,
    )


def test_the_network_has_5141_weights():
    assert sum(part.size for layer in shipped_weights() for part in layer) == 5141


# Grids and extreme gradients

TEN = Objective(
    lambda x: np.tensordot(np.arange(1.0, 11), x**2, 1),
    lambda x: 2 * (np.arange(1.0, 11) * x.T).T,
    start=np.linspace(-2, 2, 10),
)


@pytest.mark.parametrize("shape", [(1,), (7,), (201,), (3, 5)])
@pytest.mark.parametrize("objective", ["quartic", "rosenbrock", TEN], ids=["1-D", "2-D", "10-D"])
def test_a_grid_of_settings_equals_its_single_runs_in_every_bit(objective, shape):
    size = int(np.prod(shape))
    grid = train(
        "learned",
        objective,
        steps=25,
        scale=np.linspace(0.01, 0.5, size).reshape(shape),
        p=np.linspace(3, 8, shape[-1]),
    )
    for index in list(np.ndindex(shape))[:: max(1, size // 7)]:
        alone = grid.at(*index)
        np.testing.assert_array_equal(train("learned", objective, steps=25, **alone.settings).points, alone.points)


def test_a_grid_of_starts_equals_its_single_runs_in_every_bit():
    starts = np.random.default_rng(0).normal(size=(2, 9, 7))
    grid = train("learned", rosenbrock, start=starts, steps=25, h1=0.1)
    for index in [(0, 0), (3, 4), (8, 6)]:
        alone = train("learned", rosenbrock, start=starts[:, *index], steps=25, h1=0.1)
        np.testing.assert_array_equal(alone.points, grid.at(*index).points)


def test_a_coordinate_without_a_gradient_moves_but_stays_finite():
    trough = Objective(lambda x: x[0] ** 2, lambda x: (2 * x[0], 0 * x[1]), start=(1.0, 1.0))
    assert np.isfinite(train("learned", trough).points).all()


@pytest.mark.parametrize(("g", "diverged"), [(1e149, None), (1e300, 1), (np.inf, 1), (np.nan, 1)])
def test_a_huge_gradient_moves_the_point_as_a_large_one_does_and_one_beyond_numbers_ends_the_run(g, diverged):
    cliff = Objective(lambda x: x**2, lambda x: x * 0 + g, start=1.0)
    assert train("learned", cliff, steps=5).diverged_at == diverged


@pytest.mark.parametrize("p", [0, -5, 40])
def test_a_cutoff_that_would_hide_the_gradient_is_refused(p):
    with pytest.raises(ValueError, match=r"p must be a number in \[1, 36\)"):
        train("learned", p=p)


# Training


def trained(seed, episodes=1):
    rng = np.random.default_rng(seed)
    *_, (layers, _) = islice(meta_train(initial_weights(rng), random_quadratics(rng)), episodes)
    return layers


def equal(one, other):
    return all(np.array_equal(a, b) for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True))


def test_a_seed_decides_the_weights():
    assert equal(trained(0), trained(0))
    assert not equal(trained(0), trained(1))


def test_initial_weights_are_normal_numbers_cut_at_two_deviations():
    first, second, linear = initial_weights(np.random.default_rng(0))
    for numbers, inputs in ((first.W, 22), (first.b, 22), (second.W, 40), (second.b, 40), (linear.W, 20)):
        assert np.abs(numbers).max() <= 2 / np.sqrt(inputs)
    # A normal number cut at two deviations has the deviation 0.8796.
    assert second.W.std() * np.sqrt(40) == pytest.approx(0.8796, rel=0.03)
    assert linear.b == 0


def test_ten_episodes_turn_a_network_that_climbs_into_one_that_descends(problems):
    objective, start = problems

    def losses(layers):
        return unroll(layers, objective, start, zeros(20, start.size), steps=100).losses.mean(axis=1)

    climbing, descending = losses(initial_weights(np.random.default_rng(0))), losses(trained(0, episodes=10))
    assert climbing[100] > climbing[0]
    assert descending[100] < 0.5 * descending[0]


def test_a_training_beyond_float64_says_so():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="The training diverged"):
        next(meta_train(initial_weights(rng), random_quadratics(rng, start_scale=1e200)))


# The command


def test_the_command_writes_the_weights_and_is_quiet_in_a_pipe(tmp_path):
    out = tmp_path / "weights.npz"
    command = [sys.executable, "-m", "optviz.meta_training", "--episodes", "1", "--seed", "3", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""
    assert equal(load_weights(out), trained(3))
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--episodes", "0"], "must be a whole number >= 1; got 0."),
        (["--episodes", "many"], "must be a whole number >= 1; got many."),
        (["--seed", "-1"], "must be a whole number >= 0; got -1."),
        (["--start-scale", "nan"], "must be a number > 0; got nan."),
        ([], "the following arguments are required: --out"),
    ],
)
def test_the_command_says_what_is_wrong_with_an_argument(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert capsys.readouterr().err.rstrip().endswith(sentence)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (".", "it is a folder or a device"),
        ("missing/weights.npz", "No such file or directory"),
        ("file/weights.npz", "Not a directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_before_the_training(path, reason, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(meta_training, "meta_train", lambda *_: pytest.fail("trained in vain"))
    (tmp_path / "file").touch()
    assert main(["--out", str(tmp_path / path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path / path} cannot be written: {reason}.\n"


@pytest.mark.parametrize(
    ("interruption", "code", "sentence"),
    [(KeyboardInterrupt(), 130, "Stopped; {} is as it was.\n"), (ValueError("It diverged."), 2, "It diverged.\n")],
)
def test_an_older_file_survives_a_training_that_ends_early(interruption, code, sentence, tmp_path, capsys, monkeypatch):
    def interrupted(*_):
        raise interruption
        yield

    monkeypatch.setattr(meta_training, "meta_train", interrupted)
    out = tmp_path / "weights.npz"
    out.write_text("older")
    assert main(["--out", str(out)]) == code
    assert capsys.readouterr().err == sentence.format(out)
    assert out.read_text() == "older"
    assert list(tmp_path.iterdir()) == [out]
