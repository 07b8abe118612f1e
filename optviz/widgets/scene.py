"""What the explorer's page needs to know, as data that JSON can hold: rules, landscapes, sliders, words, colours."""

import base64
import math
from collections.abc import Iterable, Mapping
from typing import Any

from .. import look
from ..expression import Untranslatable, read
from ..javascript import noise_rows, to_javascript
from ..look import FAMILIES, THEMES, page_colours
from ..objective_function import Objective
from ..ranges import Range
from ..rule import REQUIRED, Parameter, UpdateRule
from ..scalar_code import PLAIN, POINT, Program, Value
from ..verdicts import ARRIVED, DIVERGED, KINDS, PARTS, STAYS, VERDICTS, WHY, kind_of
from .sliders import MOST_STEPS, STEPS, middle

FORMAT = 1  # of scene and state; a page that is older or newer says so
MOST_RULES = 19  # that a race can show
# What a learner reads beside a slider; a setting without a name here is called by its own.
NAMES = {"lr": "learning rate", "eps": "epsilon", "final_lr": "final rate", "lam": "lambda"}


def scene(
    rules: Mapping[str, UpdateRule], objectives: Mapping[str, Objective], seed: int, begin: int
) -> dict[str, Any]:
    """Return the scene of an explorer with these rules and objectives, by the names that its state calls them.

    `begin` is the number of steps that it begins with; noise is there for as many as its slider can bring, and a run
    is not longer then.
    """
    steps = max(begin, int(STEPS.kind.high))  # type: ignore[union-attr]
    ranges: dict[str, list[float]] = {}
    told_rules = {name: _rule(rule, ranges) for name, rule in rules.items()}
    told_objectives = {name: _objective(one) for name, one in objectives.items()}
    draws = {
        "rule": max((one.get("draws", 0) for one in told_rules.values()), default=0),
        "objective": max((one["draws"] for one in told_objectives.values()), default=0),
    }
    return {
        "format": FORMAT,
        "rules": told_rules,
        "objectives": told_objectives,
        "ranges": ranges,
        "steps": _axis(STEPS, ranges) | {"label": "steps", "letter": "", "default": begin},
        "most_steps": steps if any(draws.values()) else MOST_STEPS,
        "most_rules": MOST_RULES,
        "noise": {"seed": seed, **{of: _noise(seed, of, count, steps) for of, count in draws.items()}},
        "verdicts": _verdicts(),
        "families": FAMILIES,
        "look": {name: page_colours(theme) for name, theme in THEMES.items()},
    }


def _rule(rule: UpdateRule, ranges: dict[str, list[float]]) -> dict[str, Any]:
    marker, filled = look.marker(rule)
    about = {
        "name": rule.name,
        "label": rule.label,
        "family": rule.family,
        "marker": [marker, filled],
        "kind": "mistake" if rule.mistake else "variant" if rule.variant_of else "rule",
        "limit": _limit(rule),
    }
    try:
        code = to_javascript(rule)
    except Untranslatable as error:
        code = {"untranslatable": str(error), "settings": list(rule.parameters), "letters": {}, "state": {}}
        code["defaults"] = {name: one.default for name, one in rule.parameters.items() if one.default is not REQUIRED}
    axes = [
        _axis(one, ranges)
        | {"label": NAMES.get(name, name.replace("_", " ")), "letter": code["letters"].get(name, name)}
        for name, one in rule.parameters.items()
    ]
    return {**code, **about, "axes": axes}


def _verdicts() -> dict[str, Any]:
    """Return the sentences about a run, and the function that chooses one of them, as code."""
    function, program = read(kind_of), Program(1, lane=False)
    kinds = [Value(PLAIN, "bool" if one is bool else "number") for one in kind_of.__annotations__.values()]
    program.root(function, "kind_of", kinds, (Value(POINT),), single=True)
    return {
        "kinds": list(KINDS), "words": [words.replace("|", "") for words in VERDICTS.values()], "why": WHY,
        "code": program.text(), "asks": list(function.parameters),
        "arrived": ARRIVED, "stays": STAYS, "diverged": DIVERGED, "parts": PARTS,
    }  # fmt: skip


def _axis(parameter: Parameter, ranges: dict[str, list[float]]) -> dict[str, Any]:
    """Return how a setting is changed: over the stops of a range, by its name, from a menu or with a check box."""
    default = middle(parameter) if parameter.default is REQUIRED else parameter.default
    axis = {"name": parameter.name, "default": default, "optional": parameter.optional}
    if parameter.name == "f_star":
        axis["hidden"] = True  # the landscape's, unless somebody says another; nothing to be tuned
    kind = parameter.kind
    if isinstance(kind, Range):
        key = f"{kind.low:g} {kind.high:g} {kind.scale}{' whole' * kind.whole}"
        if key not in ranges:  # making stops takes time, and most settings share theirs
            ranges[key] = kind.stops()
        return axis | {
            "range": key, "scale": kind.scale, "whole": kind.whole, "minimum": max(kind.minimum, -1e308),
            "below": min(kind.below, 1e308),
        }  # fmt: skip
    return axis | {"choices": [False, True] if kind is bool else list(kind)}


def _limit(rule: UpdateRule) -> dict[str, Any] | None:
    """Return the rule's largest stable rate as code, and what it asks for besides the curvature."""
    if rule.limit is None:
        return None
    try:
        function = read(rule.limit)
        program = Program(1, lane=False)
        program.root(function, "limit", [Value(PLAIN) for _ in function.parameters], (Value(POINT),), single=True)
    except Untranslatable:
        return None
    return {"code": program.text(), "asks": list(function.parameters)[1:]}


def _objective(objective: Objective) -> dict[str, Any]:
    return {
        **to_javascript(objective),
        "start": objective.start.tolist(),
        "view": [list(pair) for pair in objective.view],
        "minima": None if objective.minima is None else [minimum.tolist() for minimum in objective.minima],
        "f_star": _finite(objective.f_star),
        "curvature": _finite(objective.curvature and objective.curvature[1]),
    }


def _finite(value: float | None) -> float | None:
    """Return a number that JSON can hold: a learner's landscape may know no lowest value, or call one infinite."""
    return float(value) if value is not None and math.isfinite(value) else None


def _noise(seed: int, of: str, draws: int, steps: int) -> str:
    """Return what the longest run in the plane draws, as float64 in base64.

    One row after the other: a run on a line reads the same numbers, as in `train`.
    """
    return base64.b64encode(noise_rows(seed, draws, steps, 2, of).astype("<f8").tobytes()).decode()


def names_of(things: Iterable[Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return things by name; one that has the name of another gets a number behind it."""
    named = dict(known)
    for thing in things:
        if any(thing is other for other in named.values()):
            continue
        name, number = thing.name, 2
        while name in named:
            name, number = f"{thing.name}_{number}", number + 1
        named[name] = thing
    return named
