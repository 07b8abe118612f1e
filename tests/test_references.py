"""Every rule walks the same points as the packages, the sources and the textbooks that have it."""

import json
from pathlib import Path

import numpy as np
import pytest

import optviz
from optviz import Objective, train, train_2d

from . import classroom
from .recorded import RECORDED, REPLAYED
from .registry import NAMES

HERE = Path(__file__).parent / "references"
PROBLEMS = {"quad2": optviz.quadratic, "quartic1": optviz.quartic, "rosenbrock": optviz.rosenbrock}

INDEX = json.loads((HERE / "index.json").read_text())["records"]
PUBLISHED = json.loads((HERE / "published.json").read_text())
POINTS = np.load(HERE / "trajectories.npz")


def values(settings):
    """A setting written as text is a schedule in t."""
    return {name: eval(f"lambda t: {value}") if isinstance(value, str) else value for name, value in settings.items()}


# Where rounding itself grows, as said in references/README.md: (rule, problem or None) -> [(up to step, tolerance)]
TOLERANCES = {
    ("nadam", "rosenbrock"): [(50, 1e-12), (100, 1e-5)],
    ("adasecant", None): [(40, 1e-9)],
    ("eve_eps_hat", None): [(100, 1e-9)],
}


@pytest.mark.parametrize("record", INDEX, ids=lambda one: f"{one['problem']}-{one['group']}-{one['id']}")
def test_a_rule_walks_like_the_packages(record):
    key, rule, problem = record["id"], record["rule"], record["problem"]
    noise = np.vstack([POINTS[f"{key}_z0"], POINTS[f"{key}_zs"]]) if f"{key}_z0" in POINTS else None
    run = train(rule, PROBLEMS[problem], start=record["start"], noise=noise, **values(record["settings"]))
    expected = POINTS[f"{key}_p"]
    difference = np.abs(run.points - expected) / np.maximum(1, np.abs(expected))
    for steps, tolerance in TOLERANCES.get((rule, problem)) or TOLERANCES.get((rule, None)) or [(100, 1e-12)]:
        assert difference[: steps + 1].max() < tolerance


def test_every_rule_of_the_package_has_a_reference():
    referenced = {record["rule"] for record in INDEX} | {run.rule.name for run in REPLAYED.values()}
    # The learned optimiser has files of its own; nobody has run the article's first listing of AdaBound.
    assert set(NAMES) - referenced == {"learned", "adabound_article"}


# --- numbers that courses and books print --------------------------------------------------------------------------

# (page, the number of its print) -> how we say it
D2L = {
    ("gd", 0): ("sgd", {"lr": 0.2}, "x^2"),
    ("gd", 1): ("sgd", {"lr": 0.05}, "x^2"),
    ("gd", 2): ("sgd", {"lr": 1.1}, "x^2"),
    ("gd", 3): ("sgd", {"lr": 2}, "x cos(0.15 pi x)"),
    ("gd", 4): ("sgd", {"lr": 0.1}, "x1^2 + 2 x2^2"),
    ("momentum", 0): ("sgd", {"lr": 0.4}, "quad2"),
    ("momentum", 1): ("sgd", {"lr": 0.6}, "quad2"),
    ("momentum", 2): ("momentum", {"lr": 0.6, "momentum": 0.5}, "quad2"),
    ("momentum", 3): ("momentum", {"lr": 0.6, "momentum": 0.25}, "quad2"),
    ("adagrad", 0): ("adagrad_eps_inside", {"lr": 0.4}, "quad2"),
    ("adagrad", 1): ("adagrad_eps_inside", {"lr": 2}, "quad2"),
    ("rmsprop", 0): ("rmsprop_eps_inside", {"lr": 0.4}, "quad2"),
}
C = 0.15 * np.pi
TEXTBOOK = {
    "x^2": Objective(lambda x: x**2, lambda x: 2 * x, start=10),
    "x cos(0.15 pi x)": Objective(
        lambda x: x * np.cos(C * x), lambda x: np.cos(C * x) - C * x * np.sin(C * x), start=10
    ),
    "x1^2 + 2 x2^2": Objective(lambda x: x[0] ** 2 + 2 * x[1] ** 2, lambda x: (2 * x[0], 4 * x[1]), start=(-5, -2)),
    "quad2": optviz.quadratic,
}


def printed(page, number):
    return [one for one in PUBLISHED["d2l"] if one["page"] == page][number]


def test_every_printed_point_of_dive_into_deep_learning_is_asked_for():
    assert len(D2L) == len(PUBLISHED["d2l"])


@pytest.mark.parametrize("place", D2L, ids=lambda place: f"{place[0]}-{place[1]}")
def test_dive_into_deep_learning_prints_the_same_point(place):
    rule, settings, objective = D2L[place]
    page = printed(*place)
    run = train(rule, TEXTBOOK[objective], steps=page["epoch"], **settings)
    expected = [page["x"]] if "x" in page else [page["x1"], page["x2"]]
    assert run.points[-1] == pytest.approx(expected, abs=0.5000001e-6)  # six printed decimals


def test_deep_learning_from_scratch_prints_the_same_point():
    sphere = Objective(lambda x: x[0] ** 2 + x[1] ** 2, lambda x: (2 * x[0], 2 * x[1]), start=(-3, 4))
    first, second = PUBLISHED["dlfs"][:2]
    assert train("sgd", sphere, lr=0.1).points[-1] == pytest.approx(first["expected"], rel=1e-8)
    assert train("sgd", sphere, lr=1e-10).points[-1] == pytest.approx(second["expected"], abs=1e-8)


W, DW = np.linspace(-0.4, 0.6, num=20), np.linspace(-0.6, 0.4, num=20)
CS231N = {
    "sgd_momentum": (optviz.momentum, {"lr": 1e-3}, {"velocity": np.linspace(0.6, 0.9, num=20)}, 1),
    "rmsprop": (optviz.rmsprop, {"lr": 1e-2}, {"cache": np.linspace(0.6, 0.9, num=20)}, 1),
    "adam": (
        optviz.adam,
        {"lr": 1e-2},
        {"m": np.linspace(0.6, 0.9, num=20), "v": np.linspace(0.7, 0.5, num=20)},
        6,  # the course hands in t = 5, and its function counts before it uses t
    ),
}


@pytest.mark.parametrize("name", CS231N)
def test_the_rules_pass_the_checks_of_cs231n(name):
    rule, settings, state, t = CS231N[name]
    defaults = {one.name: one.default for one in rule.parameters.values()}
    given = [{"x": W, "g": DW, "t": t}[key] for key in rule.given]
    result = rule(*given, *state.values(), **{**defaults, **settings})
    for key, value in zip(["next_w", *state], result, strict=True):
        expected = np.ravel(PUBLISHED["cs231n"][name]["expected"][key])
        assert value == pytest.approx(expected, abs=0.51e-8, rel=0)  # eight printed decimals


# --- the classroom's trainers --------------------------------------------------------------------------------------

TRAINERS = {
    "001.adagrad": ("adagrad_2d", 0.1),
    "001.adagrad.lr0.4": ("adagrad_2d", 0.4),
    "001.rmsprop": ("rmsprop_2d", 0.1),
    "001.rmsprop.lr0.4": ("rmsprop_2d", 0.4),
    "001.adam": ("adam_2d", 0.1),
}


@pytest.mark.parametrize("key", TRAINERS)
def test_a_learners_trainer_gives_the_recorded_points(key):
    name, lr = TRAINERS[key]
    run = train_2d(getattr(classroom, name), lr, steps=len(RECORDED[key]) - 1)
    assert np.abs(run.points - RECORDED[key]).max() < 1e-12
