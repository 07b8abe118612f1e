"""What is known about update rules: first steps, which rules are equal, where each becomes unstable, guards."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optviz
from optviz import RULES, Objective, iterate, train

from .registry import NAMES, first_setting

G = np.array([30.0, -500.0])  # large against every epsilon, and of very different size
SIGN = np.sign(G)
linear = Objective(lambda x: G[0] * x[0] + G[1] * x[1], lambda x: (G[0], G[1]), start=(0.0, 0.0), minima=())

ADAM = 0.1 * SIGN
UNCORRECTED = 0.1 * 0.1 / math.sqrt(0.001) * SIGN  # (1 - beta1) / sqrt(1 - beta2) = 3.1623
CENTRED = 0.1 * SIGN / math.sqrt(0.95 * 0.05)

# The rule, its settings, and the first step from a zero state downhill, with lr = 0.1 unless said.
FIRST_STEPS = [
    ("sgd", {}, 0.1 * G),
    ("momentum", {}, 0.1 * G),
    ("momentum_dampened", {"dampening": 0.5}, 0.1 * G),
    ("momentum_ema", {"momentum": 0.9}, 0.01 * G),
    ("nesterov", {}, 0.1 * G),
    ("nesterov_shifted", {"momentum": 0.9}, 0.19 * G),
    ("nesterov_ema", {"momentum": 0.9}, 0.01 * G),
    ("nesterov_chainer", {"momentum": 0.9}, (0.81 + 1.9) * 0.1 * G),
    ("adagrad", {}, ADAM),
    ("adagrad_eps_inside", {}, ADAM),
    ("rmsprop", {"decay": 0.99}, 10 * ADAM),
    ("rmsprop", {"decay": 0.9}, 3.16227766 * ADAM),
    ("rmsprop_eps_inside", {"decay": 0.99}, 10 * ADAM),
    ("rmsprop_momentum", {"decay": 0.99}, 10 * ADAM),
    ("rmsprop_momentum_eps_inside", {"decay": 0.99}, 10 * ADAM),
    ("rmsprop_graves", {"decay": 0.95}, CENTRED),
    ("rmsprop_centered", {"decay": 0.95}, CENTRED),
    ("adadelta", {"lr": 1.0}, math.sqrt(1e-6 / 0.05) * SIGN),
    ("smorms3", {}, 0.1 * math.sqrt(2) * SIGN),
    ("smorms3", {"lr": 10.0}, 0.5 * math.sqrt(2) * SIGN),
    ("smorms3_article", {}, 0.1 * math.sqrt(1.5) * SIGN),
    ("adam", {}, ADAM),
    ("adam_eps_hat", {}, ADAM),
    ("adam_eps_inside", {}, ADAM),
    ("adam_eps_inside_raw", {}, ADAM),
    ("adam_late_counter", {}, 0.744137 * ADAM),
    ("adamax", {}, ADAM),
    ("adamax_eps_added", {}, ADAM),
    ("nadam", {}, 1.056452 * ADAM),
    ("nadam_constant", {}, 1.473684 * ADAM),
    ("nadam_paper", {}, 1.331878 * ADAM),
    ("nadam_paper_constant", {}, 1.494418 * ADAM),
    ("nadam_article", {}, 1.494418 * ADAM),
    ("amsgrad", {}, ADAM),
    ("amsgrad_eps_hat", {}, ADAM),
    ("amsgrad_max_corrected", {}, ADAM),
    ("amsgrad_paper", {}, UNCORRECTED),
    ("amsgrad_article", {}, UNCORRECTED),
    ("adabound", {}, ADAM),
    ("amsbound", {}, ADAM),
    ("adabound_paper", {}, UNCORRECTED),
    ("amsbound_paper", {}, UNCORRECTED),
    ("adabound_article", {}, UNCORRECTED),
    ("eve", {"f_star": 0.0}, ADAM),
    ("eve_eps_hat", {"f_star": 0.0}, ADAM),
    ("eve_article", {}, ADAM),
    # At rest and without heat Santa is RMSProp; the symmetric form rubs u once and moves by half of it.
    ("santa_e", {"lam": 0.0, "temperature": 0.0, "sigma": 0.99}, 10 * ADAM),
    ("santa_sss", {"lam": 0.0, "temperature": 0.0, "sigma": 0.99, "c": 1.0}, 5 * math.exp(-math.sqrt(0.1) / 2) * ADAM),
    ("adasecant", {}, 0.878897 * G / np.linalg.norm(G)),
]


@pytest.mark.parametrize(("rule", "given_settings", "downhill"), FIRST_STEPS)
def test_the_first_step_from_a_zero_state(rule, given_settings, downhill):
    lr = {"lr": 0.1} if "lr" in RULES[rule].parameters else {}
    still = {"noise": np.zeros((2, 2))} if "noise" in RULES[rule].given else {}
    run = train(rule, linear, steps=1, **lr | given_settings, **still)
    # The damping of AdaSecant, 1e-7, is felt under the square of a component that is small in its block.
    np.testing.assert_allclose(run.points[1], -downhill, rtol=1e-4 if rule == "adasecant" else 5e-6)


def bowl(curvature):
    a, b = curvature
    return Objective(lambda x: (a * x[0] ** 2 + b * x[1] ** 2) / 2, lambda x: (a * x[0], b * x[1]),
                     start=(1.0, -2.0), minima=[(0.0, 0.0)])  # fmt: skip


def replay(gradients):
    """Return an objective whose gradient at step t is row t, wherever the point is."""
    return Objective(lambda x: 0 * x[0], lambda x, t: tuple(gradients[t - 1]), start=(0.0, 0.0), minima=())


def same(one, other, rtol=1e-9, atol=1e-12):
    np.testing.assert_allclose(one.points, other.points, rtol=rtol, atol=atol)


number = st.floats(0.1, 3.0)
curvatures = st.tuples(number, number)
rates = st.floats(1e-3, 0.3)
momenta = st.floats(0.0, 0.95)
gradient_lists = st.lists(st.tuples(number, st.floats(-3.0, -0.1)), min_size=20, max_size=20)
quick = settings(max_examples=40, deadline=None)


@quick
@given(curvatures, rates, momenta)
def test_the_averaged_forms_are_the_classical_ones_with_a_rate_divided_by_one_minus_momentum(curvature, lr, mu):
    for classical, averaged in (("momentum", "momentum_ema"), ("nesterov", "nesterov_ema")):
        same(
            train(classical, bowl(curvature), steps=40, lr=lr, momentum=mu),
            train(averaged, bowl(curvature), steps=40, lr=lr / (1 - mu), momentum=mu),
        )


@quick
@given(curvatures, rates, momenta)
def test_momentum_without_dampening_is_the_classical_one_and_dampening_skips_the_first_gradient(curvature, lr, mu):
    problem = bowl(curvature)
    same(
        train("momentum", problem, steps=40, lr=lr, momentum=mu),
        train("momentum_dampened", problem, steps=40, lr=lr, momentum=mu, dampening=0.0),
    )
    averaged = train("momentum_ema", problem, steps=1, lr=lr, momentum=mu)
    dampened = train("momentum_dampened", problem, steps=1, lr=lr, momentum=mu, dampening=mu)
    np.testing.assert_allclose(averaged.points[1] - problem.start, (1 - mu) * (dampened.points[1] - problem.start))


@quick
@given(curvatures, rates, momenta)
def test_shifted_nesterov_stands_at_the_look_ahead_point(curvature, lr, mu):
    problem = bowl(curvature)
    shifted = train("nesterov_shifted", problem, steps=40, lr=lr, momentum=mu)
    ahead = [s.x + mu * s.state["v"] for s in iterate("nesterov", problem, steps=41, lr=lr, momentum=mu)]
    np.testing.assert_allclose(shifted.points, ahead, rtol=1e-9, atol=1e-12)


@quick
@given(curvatures, rates)
def test_every_form_of_momentum_without_memory_is_plain_descent(curvature, lr):
    plain = train("sgd", bowl(curvature), steps=20, lr=lr)
    for name in ("momentum", "momentum_ema", "nesterov", "nesterov_shifted", "nesterov_ema", "nesterov_chainer"):
        same(plain, train(name, bowl(curvature), steps=20, lr=lr, momentum=0.0))


@quick
@given(gradient_lists, rates)
def test_amsbound_with_bounds_out_of_reach_is_amsgrad(gradients, lr):
    # beta2 so close to 1 that the funnel, 20 lr wide open around, does not reach any rate in 20 steps.
    problem, common = replay(gradients), {"steps": 20, "lr": lr, "beta2": 0.9999}
    same(
        train("amsbound_paper", problem, final_lr=20 * lr, **common),
        train("amsgrad_paper", problem, eps=0.0, **common),
    )


@quick
@given(gradient_lists, rates)
def test_adabound_with_a_funnel_that_never_closes_is_adam_and_with_a_closed_one_momentum(gradients, lr):
    problem = replay(gradients)
    same(
        train("adabound", problem, steps=20, lr=lr, gamma=1e-12),
        train("adam_eps_hat", problem, steps=20, lr=lr, eps=1e-8),
    )
    same(
        train("amsbound", problem, steps=20, lr=lr, gamma=1e-12),
        train("amsgrad_eps_hat", problem, steps=20, lr=lr, eps=1e-8),
    )
    closed = train("momentum_ema", problem, steps=20, lr=0.05, momentum=0.9)
    for name in ("adabound", "amsbound"):
        same(train(name, problem, steps=20, lr=lr, final_lr=0.05, gamma=1e13), closed)


@quick
@given(gradient_lists)
def test_the_rate_of_smorms3_is_only_a_cap(gradients):
    # zeta = m^2 / v is at most 1 (Cauchy and Schwarz), so no rate above 1 is ever used.
    problem = replay(gradients)
    free = train("smorms3", problem, steps=20, lr=1e6)
    same(free, train("smorms3", problem, steps=20, lr=1.001))
    capped = train("smorms3", problem, steps=20, lr=0.01)
    assert (np.abs(np.diff(capped.points, axis=0)) <= np.abs(np.diff(free.points, axis=0)) * (1 + 1e-9) + 1e-15).all()


@quick
@given(gradient_lists, rates)
def test_a_factor_before_the_loss_does_not_change_the_path_of_adam_and_its_relatives(gradients, lr):
    once, thousandfold = replay(gradients), replay(1000 * np.array(gradients))
    for name in ("adam", "adamax", "nadam", "nadam_paper", "amsgrad", "amsgrad_paper", "rmsprop", "adagrad", "smorms3"):
        eps = {"eps": 1e-300 if name == "smorms3" else 0.0}
        rate = {"lr": lr}
        same(train(name, once, steps=20, **rate, **eps), train(name, thousandfold, steps=20, **rate, **eps))
    same(train("adasecant", once, steps=3), train("adasecant", thousandfold, steps=3), rtol=1e-4)


@quick
@given(st.tuples(number, number), rates)
def test_on_a_constant_slope_adam_walks_one_rate_a_step(slope, lr):
    problem = replay([slope] * 20)
    for name in ("adam", "adamax", "amsgrad"):
        steps = np.diff(train(name, problem, steps=20, lr=lr, eps=0.0).points, axis=0)
        np.testing.assert_allclose(steps, -lr, rtol=1e-9)


@quick
@given(curvatures, rates, momenta)
def test_rules_that_become_another_when_their_addition_is_switched_off(curvature, lr, mu):
    problem, common = bowl(curvature), {"steps": 30, "lr": lr}
    adam = train("adam", problem, **common)
    same(adam, train("eve", problem, c=1.0, **common))  # d is clipped to 1
    same(train("adam_eps_hat", problem, eps=1e-8, **common), train("eve_eps_hat", problem, c=1.0, **common))
    memoryless = train("adam", problem, beta1=0.0, **common)
    same(memoryless, train("nadam_constant", problem, beta1=0.0, **common))
    same(memoryless, train("nadam", problem, beta1=0.0, **common))
    for name, momentum in (("rmsprop", "rmsprop_momentum"), ("rmsprop_eps_inside", "rmsprop_momentum_eps_inside")):
        same(
            train(name, problem, decay=0.9, eps=1e-4, **common),
            train(momentum, problem, decay=0.9, eps=1e-4, momentum=0.0, **common),
        )
    # Without epsilon its place does not matter, and while lr is constant neither does that of lr.
    same(
        train("rmsprop_graves", problem, decay=0.9, momentum=mu, eps=0.0, steps=10, lr=lr),
        train("rmsprop_centered", problem, decay=0.9, momentum=mu, eps=0.0, steps=10, lr=lr),
        rtol=1e-6,
    )


@quick
@given(gradient_lists, rates)
def test_amsgrad_never_speeds_up_a_coordinate(gradients, lr):
    for name in ("amsgrad", "amsgrad_paper", "amsgrad_max_corrected", "amsbound"):
        largest = [step.state["V"] for step in iterate(name, replay(gradients), steps=20, lr=lr)]
        assert (np.diff(largest, axis=0) >= 0).all()


@pytest.mark.parametrize("rule", ["santa_e", "santa_sss"])
def test_a_cold_santa_draws_noise_that_does_not_count_but_for_its_start(rule):
    noise = np.random.default_rng(1).normal(size=(41, 2))
    other = np.vstack([noise[:1], 5 * noise[1:]])
    runs = [train(rule, steps=40, noise=rows, temperature=0.0) for rows in (noise, other)]
    np.testing.assert_array_equal(runs[0].points, runs[1].points)
    assert not np.array_equal(runs[0].points, train(rule, steps=40, noise=noise).points)


@pytest.mark.parametrize("rule", ["santa_e", "santa_sss"])
def test_a_settled_santa_draws_noise_that_does_not_count(rule):
    noise = np.random.default_rng(1).normal(size=(41, 2))
    other = np.vstack([noise[:20], 5 * noise[20:]])  # row t is that of update t
    runs = [train(rule, steps=40, burn_in=20, noise=rows) for rows in (noise, other)]
    np.testing.assert_array_equal(runs[0].points, runs[1].points)
    burning = train(rule, steps=40, burn_in=21, noise=other)
    assert not np.array_equal(runs[0].points, burning.points)


def test_santa_starts_with_its_first_preconditioner_unless_another_is_given():
    # G0 = G1 makes the first correction 0, so with and without it the first step is the same.
    with_it, without = (train("santa_e", steps=1, correction=on).points for on in (True, False))
    np.testing.assert_array_equal(with_it, without)
    assert not np.array_equal(without, train("santa_e", steps=1, correction=True, g0=0.0).points)
    with pytest.raises(ValueError, match="g0 must be a number >= 0"):
        train("santa_e", g0=-1.0)
    with pytest.raises(TypeError, match="lr must be a number"):
        train("santa_e", lr=None)


def test_eve_without_a_known_lowest_value_asks_for_it():
    with pytest.raises(TypeError, match="needs f_star"):
        train("eve", Objective(lambda x: x[0] ** 2, lambda x: 2 * x, start=1.0))


def test_a_lowest_value_that_is_too_low_lets_eve_run_with_c_times_the_rate():
    # d goes to 1 / c, and the rate to c times lr.
    *_, last = iterate("eve", steps=600, lr=1.0, beta3=0.9, f_star=-100.0)
    np.testing.assert_allclose(last.state["d"], 0.1, rtol=1e-2)


LIMITED = [rule for rule in RULES.values() if rule.limit is not None]


@pytest.mark.parametrize("rule", LIMITED, ids=lambda rule: rule.name)
@pytest.mark.parametrize("mu", [0.5, 0.9])
def test_a_rule_becomes_unstable_exactly_at_its_limit(rule, mu):
    curvature = 4.0
    parabola = Objective(lambda x: curvature * x[0] ** 2 / 2, lambda x: curvature * x, start=1.0, minima=[0.0])
    known = {"momentum": mu} if "momentum" in rule.parameters else {}
    known |= {"dampening": 0.3} if "dampening" in rule.parameters else {}
    limit = rule.stable_lr(curvature, known)
    below, above = np.linspace(0.05, 0.997, 40) * limit, np.linspace(1.003, 2, 40) * limit
    assert (train(rule, parabola, lr=below, steps=3000, **known).diverged_at < 0).all()
    assert (train(rule, parabola, lr=above, steps=3000, **known).diverged_at > 0).all()


def test_the_limits_measured_for_curvature_4_and_momentum_0_9():
    measured = {"sgd": 0.5, "momentum": 0.95, "nesterov": 0.33929}
    for name, lr in measured.items():
        assert RULES[name].stable_lr(4.0, {"momentum": 0.9}) == pytest.approx(lr, abs=1e-5)


def beale(x):
    a, b = x
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def beale_gradient(x):
    a, b = x
    p, q, r = 1.5 - a + a * b, 2.25 - a + a * b**2, 2.625 - a + a * b**3
    return 2 * (p * (b - 1) + q * (b**2 - 1) + r * (b**3 - 1)), 2 * a * (p + 2 * q * b + 3 * r * b**2)


# From (1, 1) the first component of the gradient is exactly 0; (3, 0.5) is the minimum, where both are.
BEALE = Objective(beale, beale_gradient, start=(1.0, 1.0), minima=[(3.0, 0.5)])
TROUGH = Objective(lambda x: x[0] ** 2, lambda x: (2 * x[0], 0 * x[1]), start=(1.0, 1.0), minima=[(0.0, 1.0)])


@pytest.mark.parametrize("rule", NAMES)
def test_a_gradient_component_of_exactly_zero_gives_numbers(rule):
    for problem, start in ((BEALE, (1, 1)), (BEALE, (3, 0.5)), (TROUGH, (1, 1)), (TROUGH, (0, 1))):
        run = train(rule, problem, start=start)
        assert np.isfinite(run.points).all()


@pytest.mark.parametrize("rule", NAMES)
@pytest.mark.parametrize("factor", [np.nan, np.inf, 1e308, 1e160])
def test_a_gradient_that_is_no_number_or_too_large_to_be_squared_is_a_divergence(rule, factor):
    cliff = Objective(
        lambda x: x[0] ** 2 + x[1] ** 2,
        lambda x, t: (np.where(t < 5, 2.0, factor) * x[0], 2 * x[1]),
        start=(1.0, 2.0),
        minima=[(0.0, 0.0)],
    )
    run = train(rule, cliff)
    assert run.diverged_at == 5
    assert "float64" in run.verdict


@pytest.mark.parametrize("rule", NAMES)
def test_a_grid_equals_its_single_runs_in_every_bit_also_in_many_dimensions(rule):
    # Nine coordinates: from eight on, NumPy adds a single column in another order than several.
    stiffness = np.arange(1.0, 10.0)
    problem = Objective(
        lambda x: np.cumsum(stiffness.reshape(-1, *[1] * (x.ndim - 1)) * x**2, axis=0)[-1],
        lambda x: 2 * stiffness.reshape(-1, *[1] * (x.ndim - 1)) * x,
        start=1 / stiffness,
        minima=[np.zeros(9)],
    )
    name, values = first_setting(rule), [0.001, 0.01, 0.1]
    grid = train(rule, problem, **{name: values}, steps=30)
    for index, value in enumerate(values):
        alone = train(rule, problem, **{name: value}, steps=30)
        np.testing.assert_array_equal(grid.at(index).points, alone.points)
        np.testing.assert_array_equal(grid.at(index).losses, alone.losses)


def test_a_rule_knows_its_variants_and_the_mistakes_made_with_it():
    adam = RULES["adam"]
    assert [one.name for one in adam.variants] == ["adam_eps_hat", "adam_eps_inside", "adam_eps_inside_raw"]
    assert [one.name for one in adam.mistakes] == ["adam_late_counter"]
    for rule in map(RULES.find, NAMES):
        if rule.variant_of is not None:
            assert bool(rule.differs) != bool(rule.mistake)
            assert rule.variant_of.variant_of is None
            assert rule in rule.variant_of.variants + rule.variant_of.mistakes


def test_the_articles_adabound_has_no_lower_bound():
    # A gradient so large that lr / sqrt(v) lies below the right lower bound, lr* (1 - 1 / ((1 - beta2) t + 1)).
    steep = Objective(lambda x: 1000 * x[0], lambda x: (1000.0 + 0 * x[0],), start=0.0, minima=())
    m, v = 0.1 * 1000, 0.001 * 1000**2
    lowest = 0.1 * (1 - 1 / (0.001 + 1))
    assert 1e-3 / math.sqrt(v) < lowest
    assert train("adabound_paper", steep, steps=1).points[1, 0] == pytest.approx(-lowest * m, rel=1e-9)
    assert train("adabound_article", steep, steps=1).points[1, 0] == pytest.approx(-1e-3 / math.sqrt(v) * m, rel=1e-9)
    # 1 / (1 - beta2)^(t + 1) is a million at t = 1: a rate of 0 is far above the bound, and stays 0.
    assert train("adabound_article", steep, lr=0.0, steps=1).points[1, 0] == 0
    assert train("adabound_paper", steep, lr=0.0, steps=1).points[1, 0] == pytest.approx(-lowest * m, rel=1e-9)


def test_chainers_nesterov_leaves_the_right_path_by_a_third():
    right = train("nesterov_shifted", optviz.quadratic, lr=0.05)
    wrong = train("nesterov_chainer", optviz.quadratic, lr=0.05)
    assert np.abs(right.points - wrong.points).max() == pytest.approx(0.37, abs=0.01)
