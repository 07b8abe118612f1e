"""What holds for every update rule, whoever wrote it: these tests run over the registry."""

import inspect
import re
from typing import get_args

import numpy as np
import pytest

import optviz
from optviz import RULES, noisy, plot_2d, train, train_2d, update_rule, visualize
from optviz.ranges import Range
from optviz.rule import Family

from .headlines import headline
from .registry import NAMES, first_setting


def given_values(rule, x, t=1):
    """What the driver would hand over at `x`, by name."""
    known = {"x": x, "g": optviz.quadratic.grad(x), "t": t, "f": optviz.quadratic(x), "noise": lambda: np.ones_like(x)}
    return [known[name] for name in rule.given]


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_is_documented(name):
    rule = RULES[name]
    assert rule.sentence.endswith(".")
    assert len(rule.sentence) < 130
    assert "$$" in rule.__doc__, "the formula"
    assert re.search(r"\b(19|20)\d\d\b|https?://|article", rule.__doc__), "the source"
    assert rule.function.__name__ in inspect.getsource(rule)
    assert rule.family in get_args(Family)
    assert rule.variant_of is None or rule.differs or rule.mistake
    assert set(rule.parents) <= set(RULES)


ADAM = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
KERAS = {**ADAM, "eps": 1e-7}
BOUND = {**ADAM, "final_lr": 0.1, "gamma": 1e-3}
SANTA = {"sigma": 0.95, "c": 5.0, "anneal": 0.5, "temperature": 1.0, "batches": 1, "correction": False, "g0": None}
# As papers, authors' code and frameworks have them; Santa's lr and lam are ours, for functions without noise.
DEFAULTS = {
    "sgd": {"lr": 0.01},
    "momentum": {"lr": 0.01, "momentum": 0.9},
    "nesterov": {"lr": 0.01, "momentum": 0.9},
    "adagrad": {"lr": 0.01, "eps": 1e-10},
    "rmsprop": {"lr": 0.01, "decay": 0.99, "eps": 1e-8},
    "rmsprop_graves": {"lr": 1e-4, "decay": 0.95, "momentum": 0.9, "eps": 1e-4},
    "adadelta": {"lr": 1.0, "decay": 0.95, "eps": 1e-6},
    "smorms3": {"lr": 1e-3, "eps": 1e-16},
    "adam": ADAM,
    "adamax": {**ADAM, "lr": 2e-3},
    "nadam": {**ADAM, "lr": 2e-3, "momentum_decay": 0.004},
    "amsgrad": ADAM,
    "adabound": BOUND,
    "amsbound": BOUND,
    "eve": {**ADAM, "beta3": 0.999, "c": 10.0},
    "santa_e": SANTA,
    "santa_sss": SANTA,
    "adasecant": {"decay": 0.95, "gamma_max": 1.8, "damping": 1e-7, "variance_reduction": True, "clip_adagrad": False},
    "learned": {"scale": 0.1, "p": 5},
    "adagrad_eps_inside": {"lr": 0.01, "eps": 1e-6},
    "rmsprop_eps_inside": {"decay": 0.9, "eps": 1e-6},
    "rmsprop_momentum_eps_inside": {"lr": 1e-3, "decay": 0.9, "eps": 1e-7},
    "rmsprop_centered": {"decay": 0.99, "momentum": 0.0, "eps": 1e-8},
    "adam_eps_hat": KERAS,
    "adamax_eps_added": KERAS,
    "amsgrad_eps_hat": KERAS,
    "nadam_paper": {"beta1": 0.99, "beta2": 0.999, "eps": 1e-8},
    "nadam_paper_constant": {"lr": 2e-3, "beta1": 0.975},
    "adabound_paper": {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "final_lr": 0.1},
    "amsbound_paper": {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "final_lr": 0.1},
    "eve_eps_hat": {**ADAM, "beta3": 0.999, "c": 10.0},
    "adam_late_counter": ADAM,
}  # fmt: skip


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_defaults_are_those_of_the_source(name):
    defaults = {one.name: one.default for one in RULES[name].parameters.values()}
    assert {key: defaults[key] for key in DEFAULTS[name]} == DEFAULTS[name]


def test_every_optimiser_has_its_defaults_checked():
    assert {name for name in NAMES if RULES[name].variant_of is None} <= set(DEFAULTS)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_lies_on_its_slider(name):
    for parameter in RULES[name].parameters.values():
        if isinstance(parameter.kind, Range) and isinstance(parameter.default, int | float):
            stops = parameter.kind.stops(parameter.default)
            assert parameter.default in stops
            assert stops == sorted(set(stops))
            for stop in stops:
                parameter.check(stop)


@pytest.mark.parametrize("name", NAMES)
def test_a_grid_equals_its_single_runs_in_every_bit(name):
    rates, starts = np.geomspace(1e-4, 0.3, 4), np.array([[-5.0, 1.0, 3.0], [-2.0, 0.0, 1e-3]])
    for objective in (optviz.quadratic, noisy(optviz.rosenbrock, 0.1)):
        setting = first_setting(name)
        grid = train(name, objective, **{setting: rates[:, np.newaxis]}, start=starts, steps=30)
        assert grid.points.shape == (31, 2, 4, 3)
        for i, j in np.ndindex(4, 3):
            alone = train(name, objective, **{setting: rates[i]}, start=starts[:, j], steps=30)
            assert np.array_equal(grid.points[:, :, i, j], alone.points, equal_nan=True)
            assert np.array_equal(grid.losses[:, i, j], alone.losses, equal_nan=True)
            assert np.array_equal(grid.at(i, j).points, alone.points, equal_nan=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_changes_nothing_that_it_is_given(name):
    rule = RULES[name]
    x = np.array([[-5.0], [-2.0]])
    values = given_values(rule, x)
    state = [np.full_like(x, start) for start in rule.state.values()]
    before = [np.array(value) for value in [*values, *state] if isinstance(value, np.ndarray)]
    defaults = {one.name: one.default for one in rule.parameters.values() if one.name != "f_star"}
    extra = {"f_star": 0.0} if "f_star" in rule.parameters else {}
    rule(*values, *state, **{**defaults, **extra})
    after = [value for value in [*values, *state] if isinstance(value, np.ndarray)]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


# --- a learner's rule ----------------------------------------------------------------------------------------------


def test_five_lines_of_a_learner_work_at_once_everywhere():
    @update_rule
    def sign_descent(x, g, /, *, lr=0.1):
        """Steps of one length: only the sign of the slope counts."""
        return x - lr * np.sign(g)

    run = train_2d(sign_descent, lr=0.5)
    assert run.points[1].tolist() == [-4.5, -1.5]
    assert train_2d("sign_descent", 0.5).points[1].tolist() == [-4.5, -1.5]
    assert headline(plot_2d(run)) == "sign descent on Long bowl"
    panel = visualize(sign_descent, lr=0.5)
    assert panel.run.points.tolist() == run.points.tolist()
    assert panel.controls["lr"].value == 0.5


def test_a_rule_shows_its_signature_in_a_line():
    assert repr(optviz.adam) == (
        "<update rule adam(x, g, t, /, m=0, v=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08)>"
    )
    assert repr(optviz.eve).endswith("eps=1e-08, f_star)>")


def test_a_new_rule_needs_one_function_and_passes_the_generic_tests():
    @update_rule(family="adam", parents=("adam",), adds="nothing")
    def fresh(x, g, t, /, m=0.0, *, lr: optviz.ranges.Rate = 0.01, beta1: optviz.ranges.Decay = 0.9):
        r"""A mean of gradients without its zero start.

        $$m_t = \\beta_1 m_{t-1} + (1-\\beta_1) g_t$$

        Written for a test in 2026.
        """
        m = beta1 * m + (1 - beta1) * g
        return x - lr * m / (1 - beta1**t), m

    test_a_rule_is_documented("fresh")
    test_every_setting_lies_on_its_slider("fresh")
    test_a_grid_equals_its_single_runs_in_every_bit("fresh")
    test_a_rule_changes_nothing_that_it_is_given("fresh")


def test_a_learner_cannot_replace_a_rule_of_the_package_by_its_name():
    with pytest.warns(UserWarning, match="The name 'adam' keeps meaning the package's own update rule"):

        @update_rule
        def adam(x, g, /, *, lr=0.1):
            return x - lr * g

    assert train("adam").rule is optviz.adam
    assert train(adam).rule is adam
