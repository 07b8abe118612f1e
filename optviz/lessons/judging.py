"""The judges of the exercises: run what a learner has made for a few steps, and say which mistake its points show.

The order is: shape, aliasing, finite, sign, right, known wrong, unknown. Known mistakes are told apart by their
fingerprints, the points that they visit on a probe whose values are chosen so that no two of them coincide. Of those
that stand still, are no numbers or walk uphill some have a fingerprint too, and its sentence says more than the general
one; therefore the tables are read first.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..adapters import as_rule
from ..checking import Diagnosis, check, failure
from ..driver import train
from ..objective_function import Objective
from ..rule import RULES, UpdateRule
from ..words import number_text
from .theirs import blanks_in, open_blanks

CLOSE = 1e-6  # fingerprints have six digits
DIGITS = 3  # of an answer in numbers
OTHER = 0.7  # the share of a setting with which a right step walks once more

UNKNOWN = "This is none of the mistakes that are known here."

# What a walk visits, `(steps, n)` or in one row, and the sentence that belongs to it.
Row = tuple[Sequence[float], str]


def compare(
    points: NDArray[np.float64],
    right: Sequence[Row],
    wrong: Sequence[Row],
    uphill: str,
    unknown: Callable[[], str] | None = None,
) -> Diagnosis:
    """Say what points of shape `(k, n)` are, from the known ones on; the first of them is the start.

    `uphill` is said if they go the other way from the first step on. `unknown` may know more where no row fits.
    """
    expected = np.reshape(right[0][0], points.shape)
    for table in (right, wrong):
        for row, sentence in table:
            if same(points, row):
                return Diagnosis(table is right, sentence)
    if (points == points[0]).all():
        return Diagnosis(False, "The point does not move at all: is the new one returned, or stored?")
    bad = ~np.isfinite(points)
    if bad.any():
        step, axis = np.argwhere(bad)[0]
        return Diagnosis(
            False,
            f"Step {step} gives {points[step, axis]}: is something divided by zero, or a number < 0 under a root?",
        )
    if ((points[1] - points[0]) * (expected[1] - expected[0]) < 0).all():
        return Diagnosis(False, uphill)
    return Diagnosis(False, first_difference(points, expected) if unknown is None else unknown())


def same(numbers: NDArray[np.float64], row: Sequence[float] | NDArray[np.float64]) -> bool:
    """Whether numbers of any shape are those of a row: as near as six digits say, nan where it is nan."""
    return np.allclose(numbers, np.reshape(row, numbers.shape), rtol=0, atol=CLOSE, equal_nan=True)


def first_difference(points: NDArray[np.float64], expected: NDArray[np.float64]) -> str:
    """Say where two walks, `(k, n)`, are first apart."""
    step, axis = np.argwhere(~(np.abs(points - expected) < CLOSE))[0]
    where = f", coordinate {axis + 1}" if points.shape[1] > 1 else ""
    return (
        f"{UNKNOWN} First difference after step {step}{where}: yours "
        f"{number_text(float(points[step, axis]), 7)}, expected {number_text(float(expected[step, axis]), 7)}."
    )


# --- a step with blanks --------------------------------------------------------------------------------------------


def step_judge(
    against: str,
    objective: Objective,
    settings: Mapping[str, float],
    right: Sequence[Row],
    wrong: Sequence[Row],
    uphill: str,
) -> Callable[[Any], Diagnosis]:
    """Return the judge of an update rule that a learner has filled in.

    Rows are the points behind the start of a run on the objective, its probe. What is in no row is compared with all
    rules of the package by `optviz.check`; what is right walks once more, with other settings.
    """
    begin = objective.start.tolist()
    rights, wrongs = ([([*begin, *row], sentence) for row, sentence in table] for table in (right, wrong))
    steps = len(right[0][0]) // objective.n

    def judge(step: Any) -> Diagnosis:
        blanks = blanks_in(step)
        if blanks:
            return open_blanks(blanks)
        try:
            rule = as_rule(step, objective.n)
            missing = [name for name in settings if name not in rule.parameters]
            if missing:
                return Diagnosis(
                    False, f"{rule.name} has no setting called {missing[0]}: leave the line with `def` as it was."
                )
            points = train(rule, objective, steps=steps, **settings).points
        except (Exception, SystemExit) as error:
            return Diagnosis(False, failure("Your step", error))

        def known_elsewhere() -> str:
            found = check(step, against)
            return found.sentence if found.matches else first_difference(points, np.reshape(rights[0][0], points.shape))

        found = compare(points, rights, wrongs, uphill, known_elsewhere)
        fixed = _what_is_fixed(rule, against, objective, settings, points) if found.right else ""
        return Diagnosis(False, fixed) if fixed else found

    return judge


def _what_is_fixed(
    rule: UpdateRule, against: str, objective: Objective, settings: Mapping[str, float], points: NDArray[np.float64]
) -> str:
    """Say which settings a step that is right with these ignores, or that it is not right with others."""

    def walk(one: UpdateRule, changed: Mapping[str, float]) -> NDArray[np.float64]:
        return train(one, objective, steps=len(points) - 1, **{**settings, **changed}).points

    others = {name: OTHER * value for name, value in settings.items()}
    ignored = [name for name, value in others.items() if np.array_equal(walk(rule, {name: value}), points)]
    if ignored:
        names = " and ".join(f"`{name}`" for name in ignored)
        return f"Right with these settings only: your step ignores {names}. Write the name where you wrote its value."
    family = (one for one in RULES.values() if RULES[against] in (one, one.variant_of))
    for form in family:
        if set(settings) <= set(form.parameters) and same(walk(form, {}), points.ravel()):
            if same(walk(rule, others), walk(form, others).ravel()):
                return ""
            told = ", ".join(f"{name} {number_text(value)}" for name, value in others.items())
            return f"Right with these settings, but not with {told}: does a number stand where a name should?"
    return ""


# --- a number ------------------------------------------------------------------------------------------------------


def number_judge(
    right: tuple[float, str],
    wrong: Sequence[tuple[float, str]],
    unknown: Callable[[float], Diagnosis],
    what: str = "A learning rate",
) -> Callable[[Any], Diagnosis]:
    """Return the judge of one number, to three digits; `unknown` runs what is in no row, `what` is asked for."""

    def judge(answer: Any) -> Diagnosis:
        number = as_number(answer, what)
        if isinstance(number, Diagnosis):
            return number
        for row in (right, *wrong):
            if is_near(number, row[0]):
                return Diagnosis(row is right, row[1])
        return unknown(number)

    return judge


def is_near(number: float, value: float) -> bool:
    """Whether a number is a value, rounded or cut to three digits."""
    unit = 10.0 ** (math.floor(math.log10(value)) + 1 - DIGITS)
    return abs(number - value) < unit


def as_number(answer: Any, what: str = "A learning rate") -> float | Diagnosis:
    """Return the answer as a number > 0, or what is wrong with it; `what` is asked for."""
    if answer is ... or answer is None:
        return Diagnosis(False, "A blank is still open: put a number where the three dots are.")
    try:
        if np.ndim(answer):
            raise TypeError
        number = float(answer)
    except (TypeError, ValueError):
        return Diagnosis(False, f"This needs a number, such as 0.3 or 1 / 3; got {answer!r:.60}.")
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number <= 0:
        return Diagnosis(False, f"{what} is a finite number above 0; got {number_text(number)}.")
    return number
