"""The state of an explorer: what it may be, and one sentence for what it cannot be.

The page has the same dictionary, see `page/state.js`. Whoever sets it, all of it is checked before anything changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import traitlets

from ..objective_function import Objective
from ..rule import UpdateRule
from ..words import setting_text
from .scene import FORMAT, MOST_RULES
from .sliders import MOST_STEPS

KEYS = (
    "format", "seq", "rules", "objective", "settings", "start", "steps", "step", "playing", "pinned", "guesses", "view",
)  # fmt: skip
PINNED = ("rule", "objective", "settings", "start", "steps")
GUESS = ("k", "at", "distance")


class StateError(traitlets.TraitError, ValueError):
    """Something that an explorer cannot show; traitlets then takes back what was set together with it."""


class Menus(NamedTuple):
    """What an explorer can show: rules and objectives by name, and how long a run may be."""

    rules: Mapping[str, UpdateRule]
    objectives: Mapping[str, Objective]
    most_steps: int


def checked_state(state: Mapping[str, Any], menus: Menus) -> dict[str, Any]:
    """Return a copy of a state in plain lists and numbers; TypeError or ValueError if something in it cannot be."""
    if set(state) != set(KEYS):
        raise ValueError(
            f"state has the keys {', '.join(KEYS)}; got {', '.join(map(str, state)) or 'none'}. Keep the others: "
            f"ex.state = {{**ex.state, 'step': 5}}."
        )
    if state["format"] != FORMAT:
        raise ValueError(f"format must be {FORMAT}, which this version reads; got {state['format']!r}.")
    rules = checked_rules(state["rules"], menus)
    objective = _objective(state["objective"], menus)
    steps = _steps(state["steps"], menus)
    if not isinstance(state["playing"], bool | np.bool_):
        raise TypeError(f"playing must be True or False; got {state['playing']!r}.")
    return {
        "format": FORMAT,
        "seq": whole("seq", state["seq"], 0),
        "rules": rules,
        "objective": state["objective"],
        "settings": checked_settings(state["settings"], [menus.rules[name] for name in rules]),
        "start": None if state["start"] is None else _point(state["start"], objective.n),
        "steps": steps,
        "step": whole("step", state["step"], 0, steps),
        "playing": bool(state["playing"]),
        "pinned": _pinned(state["pinned"], menus),
        "guesses": _guesses(state["guesses"]),
        "view": None if state["view"] is None else _view(state["view"], objective.n),
    }


def checked_rules(names: Any, menus: Menus) -> list[str]:
    """Return the names of rules as a list; ValueError if one is not in the menu."""
    if not isinstance(names, list | tuple) or not names or any(names.count(name) > 1 for name in names):
        raise ValueError(f"rules must be a list of different names, such as {[*menus.rules][:1]}; got {names!r}.")
    for name in names:
        if not isinstance(name, str) or name not in menus.rules:
            raise ValueError(f"This explorer has no rule {name!r}. Make a new one: explore({name!r}).")
    if len(names) > MOST_RULES:
        raise ValueError(f"rules must be at most {MOST_RULES}, as many as a race can show; got {len(names)}.")
    return list(names)


def checked_settings(settings: Any, rules: Sequence[UpdateRule]) -> dict[str, Any]:
    """Return settings as plain values; TypeError or ValueError if no rule has one, or if one that has it refuses it."""
    if not isinstance(settings, Mapping):
        raise TypeError(f"settings must be a dictionary, such as {{'lr': 0.1}}; got {settings!r}.")
    plain = {}
    for name, value in settings.items():
        having = [rule for rule in rules if name in rule.parameters]
        if not having:
            rules[0].check_names({name: value})
            raise TypeError(f"{name} is remembered by {rules[0].name}; explore sets what is tuned.")
        if callable(value) or np.ndim(value):
            raise TypeError(f"explore moves one value of {name} by a slider; got {setting_text(value)}.")
        for rule in having:
            rule.parameters[name].check(value)
        plain[name] = value.item() if isinstance(value, np.generic | np.ndarray) else value
    return plain


def fitting_settings(settings: Mapping[str, Any], rules: Sequence[UpdateRule]) -> dict[str, Any]:
    """Return those of the settings that these rules can take."""
    fitting = {}
    for name, value in settings.items():
        try:
            fitting |= checked_settings({name: value}, rules)
        except (TypeError, ValueError):
            continue
    return fitting


def whole(name: str, value: Any, low: int, high: int | None = None) -> int:
    """Return a whole number as an int; ValueError unless it lies between two."""
    if (
        not isinstance(value, int | np.integer)
        or isinstance(value, bool)
        or value < low
        or (high is not None and value > high)
    ):
        range_ = f">= {low}" if high is None else f"from {low} to {high:,}"
        raise ValueError(f"{name} must be a whole number {range_}; got {value!r}.")
    return int(value)


def _steps(steps: Any, menus: Menus) -> int:
    try:
        return whole("steps", steps, 1, menus.most_steps)
    except ValueError as error:
        if not isinstance(steps, int | np.integer) or not menus.most_steps < steps <= MOST_STEPS:
            raise
        raise ValueError(f"{error} Its noise ends there; make a new one: explore(..., steps={steps}).") from None


def _objective(name: Any, menus: Menus) -> Objective:
    if not isinstance(name, str) or name not in menus.objectives:
        raise ValueError(f"This explorer has no objective {name!r}. Make a new one: explore(..., {name!r}).")
    return menus.objectives[name]


def _floats(value: Any) -> Any:
    """Return finite numbers as an array, an empty one if they are something else."""
    try:
        numbers = np.array(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.empty(0)
    return numbers if np.isfinite(numbers).all() else np.empty(0)


def _point(start: Any, n: int) -> list[float]:
    point = np.atleast_1d(_floats(start))  # on a line, a number is a point
    if point.shape != (n,):
        raise ValueError(f"start must be {n} finite number{'s' * (n > 1)}; got {start!r}.")
    return point.tolist()


def _view(view: Any, n: int) -> list[list[float]]:
    box = _floats(view)
    if box.shape != (n, 2) or not (box[:, 0] < box[:, 1]).all():
        pairs = f"{n} pairs" if n > 1 else "one pair"
        raise ValueError(
            f"view must be {pairs} [low, high] of finite numbers, or None for all that there is; got {view!r}."
        )
    return box.tolist()


def _pinned(pinned: Any, menus: Menus) -> dict[str, Any] | None:
    if pinned is None:
        return None
    if not isinstance(pinned, Mapping) or set(pinned) != set(PINNED):
        raise ValueError(f"pinned must be None or a run, with the keys {', '.join(PINNED)}; got {pinned!r}.")
    (name,) = checked_rules([pinned["rule"]], menus)
    objective = _objective(pinned["objective"], menus)
    return {
        "rule": name,
        "objective": pinned["objective"],
        "settings": checked_settings(pinned["settings"], [menus.rules[name]]),
        "start": _point(pinned["start"], objective.n),
        "steps": _steps(pinned["steps"], menus),
    }


def _guesses(guesses: Any) -> list[dict[str, Any]]:
    if not isinstance(guesses, list | tuple) or not all(map(_is_guess, guesses)):
        raise ValueError(
            f"guesses are those that were made in the page, each with {', '.join(GUESS)}; got {guesses!r}. "
            f"[] forgets them."
        )
    return [dict(guess) for guess in guesses]


def _is_guess(guess: Any) -> bool:
    if not isinstance(guess, Mapping) or set(guess) != set(GUESS):
        return False
    k, at, distance = (guess[key] for key in GUESS)
    # JSON has no distance to a point that is gone.
    return (
        isinstance(k, int) and _floats(at).shape in ((1,), (2,)) and (distance is None or _floats(distance).ndim == 0)
    )


class Chosen(dict):
    """Settings as they are seen: to change one, all are set, so that the page hears of it."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError(
            "The settings of an explorer are changed all at once: explorer.settings = {**explorer.settings, 'lr': 0.3}."
        )

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse  # type: ignore
