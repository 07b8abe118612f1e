"""What holds for every update rule, whoever wrote it: these tests run over the registry."""

import inspect
import re

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

import optviz
from optviz import RULES, Objective, iterate, noisy, plot_2d, train, train_2d, update_rule, visualize
from optviz.ranges import Range

rates = st.floats(1e-4, 0.05)
points = st.tuples(st.floats(-3, 3), st.floats(-3, 3))


def given_values(rule, x, t=1):
    """What the driver would hand over at `x`, by name."""
    known = {"x": x, "g": optviz.quadratic.grad(x), "t": t, "f": optviz.quadratic(x), "noise": lambda: np.ones_like(x)}
    return [known[name] for name in rule.given]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_documented(name):
    rule = RULES[name]
    assert rule.sentence.endswith((".", ":", "."))
    assert len(rule.sentence) < 130
    assert "$$" in rule.__doc__, "the formula"
    assert re.search(r"\b(19|20)\d\d\b|https?://", rule.__doc__), "the source"
    assert rule.function.__name__ in inspect.getsource(rule)
    assert rule.family in ("momentum", "scaled", "adam", "bounded", "feedback")
    assert rule.variant_of is None or rule.differs or rule.mistake
    assert set(rule.parents) <= set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_every_setting_lies_on_its_slider(name):
    for parameter in RULES[name].parameters.values():
        if isinstance(parameter.kind, Range) and isinstance(parameter.default, int | float):
            stops = parameter.kind.stops(parameter.default)
            assert parameter.default in stops
            assert stops == sorted(set(stops))
            for stop in stops:
                parameter.check(stop)


@pytest.mark.parametrize("name", RULES)
def test_a_grid_equals_its_single_runs_in_every_bit(name):
    rates, starts = np.geomspace(1e-4, 0.3, 4), np.array([[-5.0, 1.0, 3.0], [-2.0, 0.0, 1e-3]])
    for objective in (optviz.quadratic, noisy(optviz.rosenbrock, 0.1)):
        grid = train(name, objective, lr=rates[:, np.newaxis], start=starts, steps=30)
        assert grid.points.shape == (31, 2, 4, 3)
        for i, j in np.ndindex(4, 3):
            alone = train(name, objective, lr=rates[i], start=starts[:, j], steps=30)
            assert np.array_equal(grid.points[:, :, i, j], alone.points, equal_nan=True)
            assert np.array_equal(grid.losses[:, i, j], alone.losses, equal_nan=True)
            assert np.array_equal(grid.at(i, j).points, alone.points, equal_nan=True)


@pytest.mark.parametrize("name", RULES)
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


@pytest.mark.parametrize("name", RULES)
def test_a_start_where_a_gradient_component_is_zero_gives_no_nan(name):
    for start in ((-5.0, 0.0), (0.0, -2.0), (0.0, 0.0)):
        if RULES[name].parameters.get("eps") and RULES[name].parameters["eps"].default == 0:
            continue
        assert np.isfinite(train(name, start=start).points).all()


@pytest.mark.parametrize("name", RULES)
def test_a_gradient_that_is_not_a_number_is_divergence_and_not_an_error(name):
    cliff = Objective(
        lambda x: np.sqrt(x[0]) + x[1] ** 2, lambda x: (0.5 / np.sqrt(x[0]), 2 * x[1]), start=(-1, 1), minima=[(0, 0)]
    )
    assert train(name, cliff, steps=5).diverged_at == 0
    steep = Objective(lambda x: 1e308 * x[0] ** 4, lambda x: (4e308 * x[0] ** 3,) * 1, start=3, minima=[0])
    assert train(name, steep, steps=5).diverged_at == 0


# --- equivalences that the papers claim ----------------------------------------------------------------------------


@given(points, st.floats(0, 0.99), rates)
def test_momentum_with_the_rate_of_the_mean_form_visits_the_same_points(start, momentum, lr):
    one = train("momentum", start=start, lr=lr, momentum=momentum, steps=40)
    other = train("momentum_ema", start=start, lr=lr / (1 - momentum), momentum=momentum, steps=40)
    assert one.points == pytest.approx(other.points, rel=1e-9, abs=1e-9)


@given(points, st.floats(0, 0.99), rates)
def test_momentum_of_zero_is_gradient_descent(start, momentum, lr):
    plain = train("sgd", start=start, lr=lr, steps=20).points
    for rule in ("momentum", "momentum_ema", "nesterov", "nesterov_shifted"):
        assert train(rule, start=start, lr=lr, momentum=0, steps=20).points == pytest.approx(plain, rel=1e-12)


@given(points, st.floats(0, 0.99), rates)
def test_shifted_nesterov_is_the_point_ahead_of_nesterov(start, momentum, lr):
    ahead = [
        x + momentum * state["v"]
        for _, x, _, _, state in iterate("nesterov", start=start, lr=lr, momentum=momentum, steps=40)
    ]
    shifted = train("nesterov_shifted", start=start, lr=lr, momentum=momentum, steps=40)
    assert shifted.points[:-1] == pytest.approx(np.array(ahead), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.limit])
def test_the_largest_stable_rate_is_met_by_bisection(name):
    settings = {one.name: one.default for one in RULES[name].parameters.values()}
    low, high = 1e-3, 100.0
    while high / low > 1 + 1e-4:
        middle = (low * high) ** 0.5
        run = train(name, lr=middle, steps=6000, start=(0.0, 1e-3))
        settled = np.isfinite(run.losses[-1]) and run.losses[-1] < run.losses[0]
        low, high = (middle, high) if settled else (low, middle)
    assert RULES[name].stable_lr(4.0, settings) == pytest.approx(low, rel=1e-3)  # 4 is the curvature across


# The first step from rest, for a gradient far above epsilon (OPTIMISERS: Delta / sign g or / g).
FIRST_STEPS = {
    "sgd": lambda lr, g: -lr * g,
    "momentum": lambda lr, g: -lr * g,
    "momentum_ema": lambda lr, g: -lr * (1 - 0.9) * g,
    "nesterov": lambda lr, g: -lr * g,
    "nesterov_shifted": lambda lr, g: -lr * (1 + 0.9) * g,
    "adagrad": lambda lr, g: -lr * np.sign(g),
    "adagrad_eps_inside": lambda lr, g: -lr * np.sign(g),
    "rmsprop": lambda lr, g: -10 * lr * np.sign(g),
    "rmsprop_eps_inside": lambda lr, g: -lr / np.sqrt(0.1) * np.sign(g),
    "adam": lambda lr, g: -lr * np.sign(g),
}


@pytest.mark.parametrize("name", FIRST_STEPS)
def test_the_first_step_from_rest(name):
    line = Objective(lambda x: 300 * x[0] - 70 * x[1], lambda x: (300, -70), start=(0, 0))
    run = train(name, line, lr=0.01, steps=1)
    if name == "nesterov":  # at rest the look-ahead is the point itself
        assert next(iterate(name, line, lr=0.01, steps=1)).g.tolist() == [300, -70]
    assert run.points[1] == pytest.approx(FIRST_STEPS[name](0.01, np.array([300.0, -70.0])), rel=1e-6)


# --- a learner's rule ----------------------------------------------------------------------------------------------


def test_five_lines_of_a_learner_work_at_once_everywhere():
    @update_rule
    def sign_descent(x, g, /, *, lr=0.1):
        """Steps of one length: only the sign of the slope counts."""
        return x - lr * np.sign(g)

    run = train_2d(sign_descent, lr=0.5)
    assert run.points[1].tolist() == [-4.5, -1.5]
    assert train_2d("sign_descent", 0.5).points[1].tolist() == [-4.5, -1.5]
    assert plot_2d(run).get_title("left") == "sign descent on Long bowl"
    panel = visualize(sign_descent, lr=0.5)
    assert panel.run.points.tolist() == run.points.tolist()
    assert panel.controls["lr"].value == 0.5


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
    test_a_start_where_a_gradient_component_is_zero_gives_no_nan("fresh")
    test_a_gradient_that_is_not_a_number_is_divergence_and_not_an_error("fresh")


def test_a_learner_cannot_replace_a_rule_of_the_package_by_its_name():
    @update_rule
    def adam(x, g, /, *, lr=0.1):
        return x - lr * g

    assert train("adam").rule is optviz.adam
    assert train(adam).rule is adam
