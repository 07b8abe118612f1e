"""Dialects: other people's optimisers run as ours do, and ours run in their programs."""

import copy
import inspect
import json
import math
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

import optviz
from optviz import RULES, Objective, adapters, iterate, plot_2d, plot_error, quadratic, train, train_1d, train_2d
from optviz.ranges import Decay, Rate
from optviz.rule import UpdateRule

from . import classroom, learners
from .recorded import RECORDED, REPLAYED

config_step, optimizer, trainer = adapters.config.step, adapters.classes.optimizer, adapters.scalar.trainer

REFERENCES = Path(__file__).parent / "references"
PUBLISHED = json.loads((REFERENCES / "published.json").read_text())


def close(run, points):
    assert_allclose(run.points, points, rtol=1e-12, atol=1e-12)


# --- in: a learner's optimiser visits the points of ours -------------------------------------------------------------

ADAM = {"lr": 0.3, "beta1": 0.8, "beta2": 0.99, "eps": 1e-2}
# A learner's step, our rule, the settings of both, and what the learner's code has fixed.
SAME = [
    (learners.sgd, "sgd", {"lr": 0.4}, {}),
    (learners.sgd_momentum, "momentum", {"lr": 0.05, "momentum": 0.8}, {}),
    (learners.sgd_momentum_averaged, "momentum_ema", {"lr": 0.4, "momentum": 0.8}, {}),
    (learners.rmsprop, "rmsprop", {"lr": 0.1, "decay": 0.9, "eps": 1e-2}, {}),
    (learners.adam, "adam", ADAM, {}),
    (learners.adam_without_defaults, "adam", ADAM, {}),
    (learners.SGD, "sgd", {"lr": 0.4}, {}),
    (learners.Momentum, "momentum", {"lr": 0.05, "momentum": 0.8}, {}),
    (learners.Momentum(lr=3.0), "momentum", {"lr": 0.05, "momentum": 0.8}, {}),
    (learners.AdaGrad, "adagrad", {"lr": 0.4}, {"eps": 1e-7}),
    (learners.RMSprop, "rmsprop", {"lr": 0.1, "decay": 0.9}, {}),
]


def name_of(case):
    return getattr(case, "__name__", type(case).__name__) if callable(getattr(case, "update", case)) else ""


@pytest.mark.parametrize(("step", "name", "settings", "fixed"), SAME, ids=name_of)
def test_a_learners_optimiser_visits_the_points_of_ours(step, name, settings, fixed):
    close(train(step, **settings), train(name, **settings, **fixed).points)
    with_integers = train(step, start=(3, -2), **settings)
    close(with_integers, train(name, start=(3, -2), **settings, **fixed).points)
    in_one_dimension = train(step, "quartic", steps=10, **{**settings, "lr": 0.003})
    close(in_one_dimension, train(name, "quartic", steps=10, **{**settings, **fixed, "lr": 0.003}).points)


@pytest.mark.parametrize(("step", "name", "settings", "fixed"), SAME, ids=name_of)
def test_its_grids_and_schedules_are_those_of_ours(step, name, settings, fixed):
    settings = {**settings, "lr": np.geomspace(0.01, 0.1, 3)}
    start = np.stack([[[-5.0], [1.0]], [[-2.0], [0.5]]])
    close(
        train(step, start=start, steps=20, **settings), train(name, start=start, steps=20, **settings, **fixed).points
    )
    settings["lr"] = lambda t: 0.1 / t
    close(train(step, steps=20, **settings), train(name, steps=20, **settings, **fixed).points)


@pytest.mark.parametrize(("step", "name", "settings", "fixed"), SAME, ids=name_of)
def test_its_settings_are_those_that_its_code_has_under_our_names_with_its_defaults(step, name, settings, fixed):
    mine = adapters.as_rule(step, 2).parameters
    assert set(mine) == set(settings)
    for key, parameter in mine.items():
        assert parameter.kind == RULES[name].parameters[key].kind
        if isinstance(step, learners.Momentum):
            assert parameter.default == getattr(step, key)
        elif step is not learners.adam_without_defaults:
            assert parameter.default == {"lr": 0.001 if name == "adam" else 0.01}.get(
                key, RULES[name].parameters[key].default
            )


def test_a_setting_without_default_is_asked_for_by_our_name():
    with pytest.raises(TypeError, match="adam_without_defaults needs beta1: give it by name"):
        train(learners.adam_without_defaults, lr=0.1)

    class Bare:
        def __init__(self, learning_rate):
            self.learning_rate = learning_rate

        def update(self, params, grads):
            params["x"] -= self.learning_rate * grads["x"]

    close(train(Bare, lr=0.1), train("sgd", lr=0.1).points)
    with pytest.raises(TypeError, match=r"Bare needs lr: give it by name, lr=0\.1"):
        train(Bare)


def test_a_learners_own_names_of_settings_stay_and_counters_are_no_settings():
    def lion(w, dw, config=None):
        config = config or {}
        config.setdefault("learning_rate", 0.1)
        config.setdefault("gamma", 0.5)
        config.setdefault("steps_done", 0)
        config["steps_done"] += 1
        return w - config["learning_rate"] * config["gamma"] * dw, config

    assert list(adapters.as_rule(lion, 2).parameters) == ["lr", "gamma"]
    close(train(lion, lr=0.1, gamma=2.0), train("sgd", lr=0.2).points)


def test_a_rate_that_the_learners_code_changes_goes_its_own_way():
    def fading(w, dw, config=None):
        config.setdefault("learning_rate", 0.1)
        w = w - config["learning_rate"] * dw
        config["learning_rate"] *= 0.5
        return w, config

    close(train(fading, lr=0.4), train("sgd", lr=lambda t: 0.4 * 0.5 ** (t - 1)).points)


def test_a_config_returned_without_its_settings_keeps_them():
    def forgetful(w, dw, config=None):
        rate, mu, v = config.get("learning_rate", 0.01), config.get("momentum", 0.9), config.get("velocity", 0.0)
        v = mu * v - rate * dw
        return w + v, {"velocity": v}

    close(train(forgetful, lr=0.1, momentum=0.5), train("momentum", lr=0.1, momentum=0.5).points)


def test_every_run_begins_afresh():
    rule = adapters.as_rule(learners.adam, 2)
    first = train(rule, lr=0.3)
    assert_array_equal(train(rule, lr=0.3).points, first.points)
    two_at_once = zip(iterate(rule, lr=0.3), iterate(rule, lr=0.3), strict=True)
    assert all((one.x == other.x).all() for one, other in two_at_once)
    assert_array_equal([step.x for step in iterate(rule, lr=0.3)], first.points[:-1])


def test_an_object_handed_in_stays_as_it_is():
    mine = learners.Adam(lr=0.3)
    run = train(mine)
    assert vars(mine) == vars(learners.Adam(lr=0.3))
    assert run.settings["lr"] == 0.3
    close(run, train(learners.Adam, lr=0.3).points)
    assert_array_equal(train(mine).points, run.points)


def test_a_gradient_that_the_learners_code_changes_in_place_is_its_own():
    class Clipping(learners.SGD):
        def update(self, params, grads):
            for grad in grads.values():
                grad *= 0.5
            super().update(params, grads)

    close(train(Clipping, lr=0.4), train("sgd", lr=0.2).points)


def test_a_point_that_the_learners_code_changes_in_place_is_not_the_callers():
    start = np.array([-5.0, -2.0])
    run = train(learners.sgd, start=start, lr=0.4)
    assert_array_equal(start, [-5, -2])
    assert len(np.unique(run.points, axis=0)) == len(run)


@pytest.mark.parametrize("step", [learners.sgd, learners.adam, learners.SGD, learners.Adam], ids=name_of)
def test_overflow_goes_on_as_nan(step):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = train(step, "quartic", lr=1e200)
        train(step, "quartic", lr=np.array([0.01, 1e200]))
    assert run.diverged_at is not None


def test_overflow_of_pythons_own_numbers_goes_on_as_nan():
    def by_hand(w, dw, config=None):
        config.setdefault("learning_rate", 0.1)
        return np.array([x - config["learning_rate"] * g.item() ** 3 for x, g in zip(w, dw, strict=True)]), config

    class ByHand:
        def update(self, params, grads):
            params["x"] = np.array([x - math.exp(abs(g)) for x, g in zip(params["x"], grads["x"], strict=True)])

    for step in (by_hand, ByHand):
        assert train(step, start=(-500.0, -2000.0)).diverged_at is not None


def test_a_learners_own_error_is_shown_as_it_is():
    def wrong(w, dw, config=None):
        config.setdefault("learning_rate", 0.1)
        return w - math.sqrt(-1) * dw, config

    with pytest.raises(ValueError, match=r"math domain|nonnegative"):
        train(wrong)


def test_foreign_steps_run_in_every_driver_and_picture():
    for step in (learners.adam, learners.Adam, learners.Adam(), classroom.adam_2d):
        run = train_2d(step, 0.3, steps=5)
        assert_array_equal(train(step, lr=0.3, steps=5).points, run.points)
        plot_2d(run)
        plot_error([run, train("adam", steps=5)])
        panel = optviz.visualize(step, lr=0.3, steps=5)
        assert_array_equal(panel.run.points, run.points)
        assert "lr" in panel.controls
    assert train_1d(learners.adam, 0.01, steps=5).objective.name == "quartic"
    optviz.plot_1d(train_1d(learners.SGD, 0.01, steps=5))
    optviz.visualize(learners.adam_without_defaults)
    plt.close("all")


# --- in: the sources' own runs ---------------------------------------------------------------------------------------

REPLAYS = {
    "000.sgd.quad2": learners.sgd,
    "000.sgd_momentum.quad2": learners.sgd_momentum_averaged,
    "000.rmsprop.quad2": learners.rmsprop,
    "000.adam.quad2": learners.adam_late_counter,
    "001.adagrad": classroom.adagrad_2d,
    "001.adagrad.lr0.4": classroom.adagrad_2d,
    "001.rmsprop": classroom.rmsprop_2d,
    "001.rmsprop.lr0.4": classroom.rmsprop_2d,
    "001.adam": classroom.adam_2d,
    "002.SGD.quad2": learners.SGD,
    "002.Momentum.quad2": learners.Momentum,
    "002.AdaGrad.quad2": learners.AdaGrad,
    "002.Adam.quad2": learners.Adam,
    "002.SGD.dlfs": learners.SGD,
    "002.Momentum.dlfs": learners.Momentum,
    "002.AdaGrad.dlfs": learners.AdaGrad,
    "002.Adam.dlfs": learners.Adam,
    "004.sgd_momentum.quad2": learners.sgd_momentum,
    "004.rmsprop.quad2": learners.rmsprop,
    "004.adam.quad2": learners.adam,
}


@pytest.mark.parametrize("key", REPLAYS)
def test_a_learners_code_replays_the_run_that_its_source_recorded(key):
    ours = REPLAYED[key]
    known = adapters.as_rule(REPLAYS[key], 2).parameters
    settings = {name: value for name, value in ours.settings.items() if name in known}
    close(train(REPLAYS[key], ours.objective, steps=ours.steps, **settings), RECORDED[key])


@pytest.mark.parametrize("dialect", ["config", "classes", "scalar"])
@pytest.mark.parametrize("key", REPLAYS)
def test_our_rule_handed_out_replays_the_run_too(key, dialect):
    ours = REPLAYED[key]
    handed_out = OUT[dialect](ours.rule.name, ours.objective)
    close(train(handed_out, ours.objective, steps=ours.steps, **ours.settings), RECORDED[key])


@pytest.mark.parametrize(("name", "step", "renamed"), [
    ("adagrad_eps_inside", classroom.adagrad_2d, {}),
    ("rmsprop_eps_inside", classroom.rmsprop_2d, {"gamma": "decay"}),
    ("adam", classroom.adam_2d, {}),
])  # fmt: skip
def test_the_trainers_of_the_first_lesson_are_our_rules(name, step, renamed):
    settings = dict.fromkeys(adapters.as_rule(step, 2).parameters, 0.8) | {"lr": 0.4}
    ours = train_2d(name, eps=classroom.EPS, **{renamed.get(key, key): value for key, value in settings.items()})
    close(train_2d(step, **settings), ours.points)


def test_the_book_prints_where_gradient_descent_ends():
    """On x0^2 + x1^2 from (-3, 4), 100 steps; the closed form is (-3, 4) (1 - 2 lr)^100."""
    bowl = Objective(lambda x: x[0] ** 2 + x[1] ** 2, lambda x: (2 * x[0], 2 * x[1]), start=(-3, 4))
    printed, tiny_rate = PUBLISHED["dlfs"][:2]
    for step in (learners.SGD, learners.SGD(lr=0.1), optimizer("sgd")):
        assert_allclose(train(step, bowl, lr=0.1).points[-1], printed["exact"], rtol=1e-12)
        assert_allclose(train(step, bowl, lr=0.1).points[-1], printed["expected"], rtol=1e-8)
        assert_allclose(train(step, bowl, lr=1e-10).points[-1], tiny_rate["exact"], rtol=1e-12)


# --- out: the course's own checks ------------------------------------------------------------------------------------


def relative_error(ours, printed):
    """The measure of the course's notebooks."""
    printed = np.array(printed)
    return np.max(np.abs(ours - printed) / np.maximum(1e-8, np.abs(ours) + np.abs(printed)))


def course_check(name, rule, **changes):
    """Run the course's check of `name` on one of our rules; return the relative errors of all that it prints."""
    check = PUBLISHED["cs231n"][name]
    read = {"np": np}
    w, dw = (eval(check["inputs"][key], read) for key in ("w", "dw"))
    config = eval(f"dict({check['inputs']['config_given']})", read) | changes
    next_w, after = config_step(rule)(w, dw, config)
    assert after is config
    computed = {"next_w": next_w, **after}
    return {key: relative_error(computed[key], printed) for key, printed in check["expected"].items()}


@pytest.mark.parametrize(("name", "rule", "form"), [
    ("sgd_momentum", "momentum", "classical v=mu v-lr g"),
    ("rmsprop", "rmsprop", "eps outside"),
    ("rmsprop", "rmsprop_eps_inside", "eps inside"),
    ("adam", "adam", "t incremented first (t=6)"),
])  # fmt: skip
def test_the_course_accepts_our_rules(name, rule, form):
    changes = {"decay_rate": 0.99, "epsilon": 1e-8} if name == "rmsprop" else {}
    errors = course_check(name, rule, **changes)
    assert max(errors.values()) < 2e-7
    # The very error that the same formula had elsewhere: even the place of epsilon shows in it.
    recorded_error = PUBLISHED["cs231n"][name]["reproduced"][form]
    assert errors["next_w"] == pytest.approx(np.ravel(recorded_error)[0], rel=1e-4)


def test_the_course_sees_what_is_wrong():
    assert course_check("sgd_momentum", "momentum_ema")["next_w"] == pytest.approx(1.0, abs=0.01)
    early = course_check("adam", "adam", t=4)  # a counter used before it is incremented
    wrong = PUBLISHED["cs231n"]["adam"]["reproduced"]["t used before incrementing (t=5)"]
    assert early["next_w"] == pytest.approx(wrong, rel=1e-6)


@pytest.mark.parametrize(("rule", "defaults"), [
    ("sgd", {"learning_rate": 1e-2}),
    ("momentum", {"learning_rate": 1e-2, "momentum": 0.9}),
    ("rmsprop", {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}),
    ("adam", {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
])  # fmt: skip
def test_config_has_the_courses_keys_and_defaults(rule, defaults):
    next_w, config = config_step(rule)(np.ones((2, 3, 4)), np.ones((2, 3, 4)))
    memory = {"momentum": {"velocity"}, "rmsprop": {"cache"}, "adam": {"m", "v"}}.get(rule, set())
    assert config.keys() == {*defaults, *memory, *(["t"] if rule == "adam" else [])}
    assert {key: config[key] for key in defaults} == defaults
    assert all(config[key].shape == (2, 3, 4) for key in memory)
    assert next_w.shape == (2, 3, 4)
    assert config.get("t", 1) == 1


def test_config_steps_take_integers_and_leave_the_callers_arrays_alone():
    w = np.array([[3, -2]])
    next_w, _ = config_step("sgd")(w, np.array([[1, 1]]), {"learning_rate": 0.5})
    assert_array_equal(next_w, [[2.5, -2.5]])
    assert_array_equal(w, [[3, -2]])


# --- out and in again ------------------------------------------------------------------------------------------------

OUT = {
    "config": lambda rule, objective: config_step(rule),
    "classes": lambda rule, objective: optimizer(rule),
    "scalar": trainer,
}


def _feedback(x, g, f, t, /, m=0.0, d=1.0, *, lr: Rate = 0.1, beta: Decay = 0.9, f_star):
    """Like Eve: one number d for all coordinates, from the loss."""
    m = beta * m + (1 - beta) * g
    d = beta * d + (1 - beta) * (f - f_star)
    return x - lr * m / (1 - beta**t) / (1 + d), m, d


def _counting_down(x, g, /, s=3.0, *, lr=0.1, sign: bool = False):
    """A start value that is not 0, a check box, no counter."""
    s = s / 2
    return x - lr * s * (np.sign(g) if sign else g), s


def _one_memory(x, g, /, v=0.0, h=0.0, *, lr=0.1):
    """Remembers one number for all coordinates, and two that a dialect would call by one name."""
    v = 0.5 * v + np.mean(g**2, axis=0)
    h = h + v
    return x - lr * g / (1 + np.sqrt(v)) - 0 * h, v, h


def _greedy(x, g, /, v=0.0, *, lr=0.1):
    return x - lr * g, np.stack([v, g, g])


def _drunk(x, g, noise, /, *, lr=0.1):
    return x - lr * (g + noise())


feedback, one_memory, greedy, drunk = map(UpdateRule, (_feedback, _one_memory, _greedy, _drunk))
one_memory.family = "scaled"
TOYS = [feedback, one_memory, UpdateRule(_counting_down)]


# A driver has no place for noise in what is handed out, and a config function none for the loss.
ROUND_TRIPS = [
    pytest.param(rule, dialect, id=f"{rule.name}-{dialect}")
    for rule in [*RULES.values(), *TOYS]
    for dialect in OUT
    if "noise" not in rule.given
    and not (dialect == "config" and "f" in rule.given)
    and not (dialect == "scalar" and "lr" not in rule.parameters)
    and rule.name != "learned"
]


@pytest.mark.parametrize(("rule", "dialect"), ROUND_TRIPS)
def test_a_rule_handed_out_and_taken_in_again_visits_the_same_points(rule, dialect):
    expected = rule
    if rule.look_ahead is not None and dialect != "scalar":  # a trainer carries its own gradient
        if rule.name != "nesterov":
            with pytest.raises(TypeError, match="needs the gradient elsewhere"):
                train(OUT[dialect](rule, quadratic), steps=1)
            return
        expected = RULES["nesterov_shifted"]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "nesterov becomes nesterov_shifted")
        settings = {"lr": 0.05} if "lr" in rule.parameters else {}
        run = train(OUT[dialect](rule, quadratic), **settings, steps=20)
    assert_array_equal(run.points, train(expected, **settings, steps=20).points)


@pytest.mark.parametrize("dialect", ["config", "classes"])
def test_a_rule_that_remembers_an_array_for_each_coordinate_is_not_handed_out(dialect):
    with pytest.raises(TypeError, match="it can be handed out only if it remembers one number for each"):
        train(OUT[dialect](RULES["learned"], quadratic), steps=1)


@pytest.mark.parametrize("name", ["adasecant", "learned"])
def test_a_rule_without_a_rate_is_no_trainer(name):
    with pytest.raises(TypeError, match=f"{name} has no lr, and a trainer takes one"):
        trainer(name)


def test_a_trainer_handed_out_has_the_signature_of_its_dialect():
    signature = inspect.signature(trainer("adam"))
    assert list(signature.parameters)[:8] == ["x1", "x2", "m1", "v1", "m2", "v2", "lr", "t"]
    assert list(inspect.signature(trainer("sgd")).parameters) == ["x1", "x2", "lr"]
    assert trainer("sgd")(-5.0, -2.0, 0.5) == (-4.5, 2.0, 0.5)
    assert all(type(value) is float for value in trainer("sgd")(-5, -2, 0.5))


def test_noise_is_given_as_a_function():
    numbers = np.random.default_rng(3).standard_normal((20, 2))

    def replay():
        rows = iter(numbers)
        return lambda size: next(rows)

    expected = train(drunk, steps=20, noise=numbers).points
    run = train(trainer(drunk, noise=replay()), lr=0.1, steps=20)
    assert_array_equal(run.points, expected)

    x, config = quadratic.start, {"noise": replay()}
    params, moving = {"x": quadratic.start.copy()}, optimizer(drunk)(noise=replay())
    for point in expected[1:]:
        x, config = config_step(drunk)(x, quadratic.grad(x), config)
        assert_array_equal(x, point)
        moving.update(params, {"x": quadratic.grad(params["x"])})
        assert_array_equal(params["x"], point)


def test_two_memories_never_get_one_name():
    _, config = config_step(one_memory)([1.0, 2.0], [1.0, 3.0])
    assert config.keys() == {"learning_rate", "v", "h"}
    assert_array_equal(config["v"], [5.0, 5.0])


def test_a_config_function_takes_the_loss_and_f_star_as_keys():
    x, config, step = quadratic.start, {"f_star": 0.0, "learning_rate": 0.1}, config_step(feedback)
    for point in train(feedback, lr=0.1, steps=5).points[1:]:
        config["loss"] = quadratic(x)
        x, config = step(x, quadratic.grad(x), config)
        assert_array_equal(x, point)


# --- out: classes ----------------------------------------------------------------------------------------------------


def test_a_class_changes_arrays_in_place_and_replaces_numbers():
    W, params = np.ones((2, 3)), {}
    params.update(W=W, x=-7.0)
    optimizer("sgd")(lr=0.5).update(params, {"W": np.ones((2, 3)), "x": 2})
    assert params["W"] is W
    assert_array_equal(W, np.full((2, 3), 0.5))
    assert params["x"] == -8.0


def test_a_class_keeps_settings_and_memory_under_the_books_names():
    rmsprop = optimizer("rmsprop")(lr=0.1, decay_rate=0.9)
    assert (rmsprop.lr, rmsprop.decay_rate, rmsprop.h, rmsprop.iter) == (0.1, 0.9, None, 0)
    assert optimizer("rmsprop")(decay=0.9).decay_rate == 0.9  # or under ours
    rmsprop.update({"W": np.ones((2, 3))}, {"W": np.full((2, 3), 2.0)})
    assert rmsprop.iter == 1
    assert_allclose(rmsprop.h["W"], np.full((2, 3), 0.1 * 4), rtol=1e-15)
    adam = optimizer("adam")()
    adam.update({"W": np.ones(2)}, {"W": np.ones(2)})
    assert (adam.m.keys(), adam.v.keys()) == ({"W"}, {"W"})
    assert optimizer("momentum")(lr=0.1).momentum == 0.9


def test_a_setting_can_be_changed_between_updates():
    mine, params = optimizer("sgd")(lr=0.5), {"W": np.zeros(1)}
    mine.update(params, {"W": np.ones(1)})
    mine.lr = 0.25
    mine.update(params, {"W": np.ones(1)})
    assert params["W"] == -0.75


def test_what_all_coordinates_share_is_shared_by_all_arrays():
    """With losses 3 and f* = 1, d is 0.9 + 0.1 * 2, in a matrix, in a vector and in a number alike."""
    params = {"W": np.zeros((2, 2)), "b": np.zeros(3), "x": 0.0}
    mine = optimizer(feedback)(lr=1.0, f_star=1.0)
    mine.update(params, {"W": np.ones((2, 2)), "b": np.ones(3), "x": 1.0}, loss=3.0)
    step = -1 / (1 + 0.9 + 0.1 * 2)
    for value in params.values():
        assert_allclose(value, np.full(np.shape(value), step), rtol=1e-12)


@given(
    shapes=st.lists(hnp.array_shapes(min_dims=0, max_dims=3, max_side=3), min_size=1, max_size=4),
    rule=st.sampled_from(
        [
            rule
            for rule in [*RULES.values(), feedback]
            if (rule.given == ("x", "g") or "f" in rule.given) and rule.name != "learned"
        ]
    ),
)
def test_how_a_point_is_cut_into_arrays_makes_no_difference(shapes, rule):
    if rule.look_ahead is not None:
        return
    random = np.random.default_rng(0)
    grads = {str(i): random.standard_normal(shape) for i, shape in enumerate(shapes)}
    params = {key: np.zeros(grad.shape) for key, grad in grads.items()}
    flat = {"all": np.zeros(sum(np.size(grad) for grad in grads.values()))}
    extra = {"f_star": 0.0} if "f_star" in rule.parameters else {}
    cut, whole = (optimizer(rule)(**extra) for _ in range(2))
    for _ in range(3):
        cut.update(params, grads, loss=1.0)
        whole.update(flat, {"all": np.concatenate([np.ravel(grad) for grad in grads.values()])}, loss=1.0)
    assert_array_equal(np.concatenate([np.ravel(value) for value in params.values()]), flat["all"])


def test_nesterov_looks_ahead_with_grad_fn():
    params, mine = {"x1": np.array(-5.0), "x2": np.array([-2.0])}, optimizer("nesterov")(lr=0.1)

    def grad_fn(params):
        g1, g2 = quadratic.grad([params["x1"], params["x2"][0]])
        return {"x1": g1, "x2": np.array([g2])}

    for point in train("nesterov", lr=0.1, steps=20).points[1:]:
        mine.update(params, {}, grad_fn=grad_fn)
        assert_allclose([params["x1"], params["x2"][0]], point, rtol=1e-12)


def test_nesterov_without_grad_fn_says_that_it_becomes_the_shifted_form():
    params, mine = {"x": quadratic.start.copy()}, optimizer("nesterov")(lr=0.1)
    with pytest.warns(UserWarning, match="nesterov becomes nesterov_shifted, because update got no grad_fn"):
        mine.update(params, {"x": quadratic.grad(params["x"])})
    for point in train("nesterov_shifted", lr=0.1, steps=20).points[2:]:
        mine.update(params, {"x": quadratic.grad(params["x"])})  # it says so once
        assert_allclose(params["x"], point, rtol=1e-12)
    with pytest.warns(UserWarning, match="nesterov becomes nesterov_shifted"):
        config_step("nesterov")


# --- what is said about mistakes -------------------------------------------------------------------------------------


def returns_one(w, dw, config=None):
    return w - 0.1 * dw


def returns_nothing(w, dw, config=None):
    w -= 0.1 * dw


def returns_a_sum(w, dw, config=None):
    return (w - 0.1 * dw).sum(), config


class Nothing:
    pass


class TakesOne:
    def update(self, params):
        pass


class Sums:
    def update(self, params, grads):
        params["x"] = params["x"].sum()


class Forgetful:
    def __init__(self, lr=0.1):
        self.rate = lr

    def update(self, params, grads):
        params["x"] -= self.rate * grads["x"]


W, G = np.ones((2, 3)), np.ones((2, 3))
WRONG = {
    # in
    "no form": (lambda: train(lambda w, dw: w), r"<lambda>\(w, dw\) has no parameter lr and no config\. Accepted are"),
    "a number": (lambda: train(3), r"must be an update rule, its name or a step of a known form; got 3\. Accepted"),
    "a dictionary": (lambda: train({}), r"must be an update rule, its name or a step of a known form; got {}"),
    "a ufunc": (lambda: train(np.sin), r"sin.* Accepted are an update rule"),
    "2-D on a curve": (lambda: train_1d(classroom.adagrad_2d, 0.1), r"works on two coordinates only\. Accepted are"),
    "one value": (lambda: train(returns_one), r"returns_one returned array.*; it must return two values, next_w and"),
    "None": (lambda: train(returns_nothing), r"returns_nothing returned None; it must return two values"),
    "a scalar": (lambda: train(returns_a_sum), r"returned as next_w an array of shape \(\); it must keep .*\(2,\)"),
    "no update": (lambda: train(Nothing), r"The class Nothing has no update\(params, grads\)\. The form is"),
    "update(params)": (lambda: train(TakesOne), r"cannot be called as TakesOne\.update\(params, grads\)\. The form is"),
    "wrong shape": (lambda: train(Sums), r"Sums\.update left in params an array of shape \(\); it must keep .*\(2,\)"),
    "unknown setting": (lambda: train(learners.adam, lrr=0.1), r"adam has no setting 'lrr'\. Did you mean lr\?"),
    "their spelling": (lambda: train(learners.sgd, learning_rate=0.1), r"no setting 'learning_rate'\. .* called lr"),
    "not valid": (lambda: train(learners.SGD, lr=-1), r"lr must be a number >= 0; got -1"),
    "not kept": (lambda: train(Forgetful, lr=lambda t: 0.1 / t), r"Forgetful keeps no attribute lr, .*self\.lr = lr"),
    # config
    "shapes": (lambda: config_step("sgd")(W, np.ones(3)), r"w and dw must have one shape; got \(2, 3\) and \(3"),
    "unknown key": (lambda: config_step("adam")(W, G, {"beta_1": 0.9}), r"adam has no key 'beta_1'.*beta1"),
    "bad rate": (lambda: config_step("sgd")(W, G, {"learning_rate": -1}), r"learning_rate must be a number >= 0"),
    "memory": (
        lambda: config_step("momentum")(W, G, {"velocity": np.ones(3)}),
        r"velocity must have the shape of the parameters, \(2, 3\), or be a number; got \(3,\)",
    ),
    "no loss": (
        lambda: config_step(feedback)(W, G, {"f_star": 0.0}),
        r"_feedback needs the loss at the point: set config\['loss'\]",
    ),
    "no f_star": (lambda: config_step(feedback)(W, G), r"needs f_star, the lowest value of the loss: set"),
    "no noise": (lambda: config_step(drunk)(W, G), r"_drunk needs noise, a function of a size.*config\['noise'\]"),
    "too much": (lambda: config_step(greedy)(W, G), r"remembers an array of shape \(3, 6, 1\) for 6 coordinates"),
    "not a rule": (lambda: config_step(returns_one), r"Only an update rule or its name can be handed out; got"),
    "no such rule": (lambda: config_step("adm"), r"no update rule called 'adm'\. Did you mean adam"),
    # classes
    "setting": (lambda: optimizer("sgd")(momentum=0.9), r"sgd has no setting 'momentum'\. There is lr"),
    "rate": (lambda: optimizer("sgd")(lr="fast"), r"lr must be a number >= 0, .*; got 'fast'"),
    "rates": (lambda: optimizer("sgd")(lr=[1, 2]), r"lr must be a single value here; got \[1, 2\]"),
    "class f_star": (lambda: optimizer(feedback)(), r"needs f_star, the lowest value of the loss: "),
    "class loss": (
        lambda: optimizer(feedback)(f_star=0).update({"W": W.copy()}, {"W": G}),
        r"needs the loss at the point: update\(params, grads, loss=\.\.\.\)",
    ),
    "class noise": (
        lambda: optimizer(drunk)().update({"W": W.copy()}, {"W": G}),
        r"_drunk needs noise, .*: _drunk\(noise=\.\.\.\)",
    ),
    "missing gradient": (lambda: update({"W": W, "b": W}, {"W": G}), r"params has 'b', grads has not; both need"),
    "gradient's shape": (lambda: update({"W": W}, {"W": np.ones(3)}), r"params\['W'\] has the shape \(2, 3\), grads"),
    "an array": (lambda: update(W, G), r"params must be a dictionary of arrays"),
    "grads an array": (lambda: update({"W": W}, G), r"grads must be a dictionary of arrays with the keys of params"),
    "integers": (lambda: update({"W": np.ones(2, int)}, {"W": G}), r"params\['W'\] is an array of int.*astype\(float"),
    # scalar
    "trainer's noise": (lambda: trainer(drunk), r"_drunk needs noise, .*: trainer\(_drunk, noise="),
    "a curve": (lambda: trainer("sgd", "quartic"), r"two coordinates; quartic has 1"),
}  # fmt: skip


def update(params, grads):
    optimizer("sgd")().update(params, grads)


@pytest.mark.parametrize("case", WRONG)
def test_mistakes_are_answered_in_one_sentence(case):
    wrong, sentence = WRONG[case]
    with pytest.raises((TypeError, ValueError), match=f"(?s){sentence}"):
        wrong()


def test_a_failed_step_changes_nothing():
    config = {"learning_rate": 0.1}
    with pytest.raises(TypeError, match="needs f_star"):
        config_step(feedback)(W, G, config)
    assert "f_star" not in config
    params, mine = {"W": W.copy(), "b": W.copy()}, optimizer("adam")()
    before = copy.deepcopy(vars(mine))
    with pytest.raises(ValueError, match="grads has not"):
        mine.update(params, {"W": G})
    assert_array_equal(params["W"], W)
    assert vars(mine) == before


@pytest.mark.parametrize(("values", "words"), [
    ((-5.0, -2.0), "missing a required argument"),
    (("a", -2.0, 0, 0, 0, 0, 0.1, 1), "x1 must be an array of numbers; got 'a'"),
    ((np.ones(3), -2.0, 0, 0, 0, 0, 0.1, 1), "x1 must be a single number"),
    ((-5.0, -2.0, 0, 0, 0, 0, -1, 1), "lr must be a number >= 0; got -1"),
    ((-5.0, -2.0, 0, 0, 0, 0, None, 1), "lr must be a number >= 0"),
    ((-5.0, -2.0, 0, 0, 0, 0, 0.1, 0), "t must be a whole number >= 1"),
    ((-5.0, -2.0, 0, 0, 0, 0, 0.1, 0.1, 1), "t must be a whole number >= 1"),
    ((-5.0, -2.0, 0, 0, 0, 0, 0.1, 1, 2.0), "beta1 must be a number in"),
])  # fmt: skip
def test_a_trainer_handed_out_says_what_is_wrong_with_its_numbers(values, words):
    with pytest.raises((TypeError, ValueError), match=words):
        trainer("adam")(*values)
