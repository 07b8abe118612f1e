"""`contract`: what every rule has to hold, whoever wrote it, before anybody believes its pictures."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checking import failure
from ..driver import train
from ..objective_function import Objective
from ..objectives.bowls import quadratic
from ..rule import REQUIRED, UpdateRule

AWAY = np.array([[3.0], [-7.0]])  # how far the shifted bowl lies from the other
# The bowl elsewhere; every start moves along.
SHIFTED = Objective(
    lambda x: quadratic(x - AWAY.reshape(2, *[1] * (np.ndim(x) - 1))),
    lambda x: quadratic.grad(x - AWAY.reshape(2, *[1] * (np.ndim(x) - 1))),
    start=quadratic.start + AWAY[:, 0],
    minima=[AWAY[:, 0]],
)
RATES = np.geomspace(1e-4, 10, 31)

SENTENCES = {
    "input": "You changed the caller's arrays: `x -= ...` works in place; write `x = x - ...`.",
    "state": "Two runs from the same start differ: something survives between them. What a rule remembers is handed in "
    "and returned; it is no global variable.",
    "zero": "Where the gradient is 0 the new point is no number: 0 / 0. Add an eps to the denominator.",
    "shape": "It does not work for points of every shape: is a number of coordinates written into it?",
    "shift": "On the same bowl at another place it takes another path: you use x itself and not only its gradient.",
    "falls": "It comes down on the long bowl at none of 31 rates from 0.0001 to 10: is a sign turned?",
}


def contract(rule: UpdateRule) -> dict[str, str]:
    """Return what a rule breaks, name of the test -> a sentence; nothing at all if it holds everything.

    | test | what has to hold |
    |---|---|
    | `input` | the arrays that it is given stay as they are; the others are tried only if this holds |
    | `state` | two runs from the same start are equal; the last two are tried only if this holds |
    | `zero` | a gradient of 0 leads to a point that is a number |
    | `shape` | points of the shapes (), (2,) and (3, 4) keep their shape |
    | `shift` | a landscape that is moved moves the path, and changes nothing else |
    | `falls` | at some rate the loss falls on the long bowl |

    >>> import optviz
    >>> contract(optviz.sgd)
    {}
    """
    if _changes_its_input(rule):
        return {"input": SENTENCES["input"]}
    tests = {
        "state": _runs_are_equal, "zero": _survives_zero, "shape": _keeps_shapes, "shift": _moves_along,
        "falls": _falls,
    }  # fmt: skip
    broken = {}
    for name, holds in tests.items():
        if "state" in broken and name in ("shift", "falls"):  # a run that cannot be repeated says nothing
            continue
        try:
            if not holds(rule):
                broken[name] = SENTENCES[name]
        except (Exception, SystemExit) as error:
            said = failure("Your rule", error)
            broken[name] = f"{SENTENCES[name]} {said}" if name == "shape" else said
    return broken


def _step(rule: UpdateRule, x: NDArray[np.float64], g: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the new point of one first step, by the function itself."""
    given = {"x": x, "g": g, "t": 1, "f": np.float64(1), "noise": lambda: np.zeros(x.shape)}
    state = [np.full(x.shape, start) for start in rule.state.values()]
    settings = {
        name: 0.0 if one.default is REQUIRED else one.default for name, one in rule.parameters.items()
    }  # fmt: skip
    with np.errstate(all="ignore"):
        result = rule.function(*(given[name] for name in rule.given), *state, **settings)
    return np.asarray(result[0] if isinstance(result, tuple) else result, dtype=float)


def _changes_its_input(rule: UpdateRule) -> bool:
    x, g = np.array([1.0, 2.0]), np.array([3.0, -4.0])
    try:
        _step(rule, x, g)
    except (Exception, SystemExit):  # another test will say it
        return False
    return x.tolist() != [1, 2] or g.tolist() != [3, -4]


def _walk(rule: UpdateRule, objective: Objective = quadratic, steps: int = 20, **settings: Any) -> NDArray[np.float64]:
    return train(rule, objective, steps=steps, **settings).points


def _runs_are_equal(rule: UpdateRule) -> bool:
    return np.array_equal(_walk(rule), _walk(rule), equal_nan=True)


def _survives_zero(rule: UpdateRule) -> bool:
    return bool(np.isfinite(_step(rule, np.array([1.0, 2.0]), np.zeros(2))).all())


def _keeps_shapes(rule: UpdateRule) -> bool:
    return all(_step(rule, np.ones(shape), np.ones(shape)).shape == shape for shape in ((), (2,), (3, 4)))


def _moves_along(rule: UpdateRule) -> bool:
    return np.allclose(_walk(rule, SHIFTED) - AWAY[:, 0], _walk(rule), atol=1e-6, equal_nan=True)


def _falls(rule: UpdateRule) -> bool:
    # One by one: a rule need not know arrays of rates.
    rates = [{"lr": float(rate)} for rate in RATES] if "lr" in rule.parameters else [{}]
    runs = (train(rule, quadratic, steps=50, **rate) for rate in rates)
    return any(run.losses[-1] < run.losses[0] for run in runs)
