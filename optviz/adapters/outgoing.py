"""Our rules in other people's programs: what all dialects share on the way out."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..rule import REQUIRED, RULES, Parameter, UpdateRule
from ..rules.descent import nesterov
from ..rules.variants import nesterov_shifted

# A rule that looks ahead, and the one that visits its look-ahead points with the gradient of where it is.
SHIFTED = {nesterov: nesterov_shifted}
NOISE = "a function of a size, such as numpy.random.default_rng(0).standard_normal"


def find(rule: Any) -> UpdateRule:
    """Return the rule for a rule or its name."""
    if isinstance(rule, str):
        return RULES.find(rule)
    if not isinstance(rule, UpdateRule):
        raise TypeError(f"Only an update rule or its name can be handed out; got {rule!r}.")
    if rule.begin() is not rule.function:
        raise TypeError(f"{rule.name} came in from a dialect and keeps its memory to itself; it cannot be handed out.")
    return rule


def without_look_ahead(rule: UpdateRule, why: str) -> UpdateRule:
    """Return a rule that takes its gradient where the point is, with a warning if that is another one.

    Raises TypeError if there is none.
    """
    if rule.look_ahead is None:
        return rule
    if rule not in SHIFTED:
        raise TypeError(f"{rule.name} needs the gradient elsewhere than at its point, and {why}.")
    warnings.warn(
        f"{rule.name} becomes {SHIFTED[rule].name}, because {why}: the same method, but its points are the look-ahead "
        f"points x + momentum v.",
        stacklevel=3,
    )
    return SHIFTED[rule]


def names_in(rule: UpdateRule, table: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return what the rule's counter, state and settings are called in a dialect: name -> name there.

    `table` is the dialect's: what it calls differently in "all" rules, and in those of a family. Where two would get
    one name, in a rule that the dialect's authors never saw, the state keeps its own names.
    """
    theirs = {**table["all"], **table.get(rule.family or "", {})}
    names = {name: theirs.get(name, name) for name in ("t", *rule.state, *rule.parameters)}
    if len(set(names.values())) < len(names):
        names.update({name: name for name in rule.state})
    return names


def check(rule: UpdateRule, parameter: Parameter, value: Any, how: str) -> None:
    """Raise one sentence unless the setting is there (not REQUIRED) and valid; `how` tells how to give it."""
    if value is REQUIRED:
        what = ", the lowest value of the loss" if parameter.name == "f_star" else ""
        raise TypeError(f"{rule.name} needs {parameter.name}{what}: {how}.")
    if callable(value) or np.ndim(value):
        raise TypeError(f"{parameter.name} must be a single value here; got {value!r:.60}.")
    if value is not parameter.default:
        parameter.check(value)


def numbers(name: str, value: Any) -> np.ndarray:
    """Return a float64 array; raise one sentence for anything else."""
    try:
        if value is None:  # which NumPy would take for nan
            raise TypeError
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be an array of numbers; got {value!r:.60}.") from None


def memory(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return a remembered value in this shape: its number everywhere, or an array that has the shape."""
    array = numbers(name, value)
    if array.size != 1 and array.shape != shape:
        raise ValueError(f"{name} must have the shape of the parameters, {shape}, or be a number; got {array.shape}.")
    return np.broadcast_to(array.reshape(()) if array.size == 1 else array, shape)


def shaped(value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return a remembered value in the shape of the parameters; one number belongs to all of them.

    Raises TypeError if it is more than a number for each.
    """
    if value.size not in (1, np.prod(shape)):
        raise TypeError(
            f"This rule remembers an array of shape {value.shape} for {np.prod(shape)} coordinates; it can be handed "
            f"out only if it remembers one number for each."
        )
    return value.reshape(shape) if value.size == np.prod(shape) else np.full(shape, value.item())


def advance(
    rule: UpdateRule,
    x: np.ndarray,
    gradient: Callable[[np.ndarray], np.ndarray],
    t: int,
    state: Mapping[str, np.ndarray],
    settings: Mapping[str, Any],
    *,
    f: Any = None,
    noise: Callable[[int], Any] | None = None,
    how: Mapping[str, str],
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Take one step of `rule` from the point `x` of shape `(size,)`: all numbers of a program as one point.

    `gradient` gives the gradient at a point `(size,)`. `f` is the loss, `noise` a function of a size. Returns the new
    point and the state, arrays of `size` numbers or one.

    Raises TypeError if the rule asks for `f` or `noise` and it is None; `how["loss"]` and `how["noise"]` tell how to
    give it.
    """
    if "f" in rule.given and f is None:
        raise TypeError(f"{rule.name} needs the loss at the point: {how['loss']}.")
    if "noise" in rule.given and noise is None:
        raise TypeError(f"{rule.name} needs noise, {NOISE}: {how['noise']}.")
    # With a grid axis of length 1, as in the driver, so that every bit is the same as there.
    x = np.array(x, dtype=np.float64).reshape(-1, 1)
    state = {name: np.reshape(value, (-1, 1)) for name, value in state.items()}
    settings = {
        name: value if value is None or isinstance(value, str | bool) else np.atleast_1d(np.float64(value))
        for name, value in settings.items()
    }

    def draw() -> np.ndarray:
        assert noise is not None
        return np.asarray(noise(len(x)), dtype=np.float64).reshape(-1, 1)

    with np.errstate(all="ignore"):
        where = rule.gradient_place(x, t, state, settings)
        given = {
            "x": x,
            "g": np.reshape(gradient(where[:, 0]), (-1, 1)) if "g" in rule.given else None,
            "t": t,
            "f": np.atleast_1d(np.float64(f)) if f is not None else None,
            "noise": draw,
        }
        result = rule.function(*(given[name] for name in rule.given), *state.values(), **settings)
    new, state = rule.unpack(result, x.shape)
    return new[:, 0], state
