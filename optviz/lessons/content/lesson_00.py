"""Lesson 00, the start: what is asked in it, and how a walk is checked."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...checking import Diagnosis
from ...driver import train
from ...objectives.bowls import quadratic
from ...words import number_text
from ..judging import as_number, compare
from ..parts import Content, Exercise, Option, Question
from ..theirs import Refused, run_theirs

# The probe: f = (3 x^2 + 4 xy + 6 y^2) / 2 from (1, 1), lr 0.1, three steps.
START, LR, STEPS = (1, 1), 0.1, 3
RIGHT = [((1, 1, 0.5, 0.2, 0.31, -0.02, 0.221, -0.07), "Your walk visits the four points that it should.")]
UPHILL = "You walk uphill: the gradient points up, so its step is subtracted, `x - lr * g`."
NOT_STORED = "The start was not stored: n steps have n + 1 points, and the start is the first of them."
WRONG = [
    ((1, 1, 0.5, 0.2, 0, -0.6, -0.5, -1.4),
     "The gradient was computed once, outside of the loop; it changes at every point."),
    ((1, 1, 0.5, 0.3, 0.29, 0.062, 0.1906, -0.01332),
     "The second coordinate was updated with the new first one: compute the whole gradient before you change either."),
    ((0.5, 0.2, 0.31, -0.02, 0.221, -0.07, 0.1687, -0.0722), NOT_STORED),
    ((1, 1, 0.5, 0.2, 0.5, 0.2, 0.5, 0.2),
     "Every step begins at the start again and leads to the same point: each must begin where the last one ended."),
    ((1, 1, 0.98, 0.6, 0.9604, 0.36, 0.941192, 0.216),
     "You took the gradient of the bowl; the check hands over another one. Call `grad`, the one in the brackets of "
     "`def walk(...)`."),
]  # fmt: skip
ALIASED = (
    "The list holds one array several times: `x -= ...` changes it in place, and every entry is that same array. "
    "Write `x = x - ...`, or append `x.copy()`."
)
WHOLE = (
    "Your walk cannot begin at whole numbers: `x -= ...` keeps an array of integers. "
    "Begin with `x = np.array(x0, float)`."
)
CUT = (
    "From a start in whole numbers your points are whole numbers too, what is behind the point is cut off: an array of "
    "integers keeps them. Begin with `x = np.array(x0, float)`."
)
MOVED = "The points are right, but your walk also moved the caller's x0: begin with `x = np.array(x0, float)`, a copy."


def gradient(point: Any) -> NDArray[np.float64]:
    """Return the gradient of the probe."""
    x, y = point
    return np.array([3.0 * x + 2.0 * y, 2.0 * x + 6.0 * y])


def judge_walk(walk: Any) -> Diagnosis:
    """Judge `walk(grad, x0, lr, n)`, which returns the n + 1 points of gradient descent."""
    x0 = np.array(START, dtype=float)
    points = run_walk(walk, lambda walk: walk(gradient, x0, LR, STEPS))
    if isinstance(points, Diagnosis):
        return points
    right = np.reshape(RIGHT[0][0], (STEPS + 1, 2))
    if points.shape == (STEPS, 2) and np.allclose(points, right[1:]):
        return Diagnosis(False, NOT_STORED)
    if points.shape != right.shape:
        return Diagnosis(
            False,
            f"Your walk of {STEPS} steps returned numbers of shape {points.shape}; {STEPS + 1} points with two "
            f"coordinates each have the shape {right.shape}.",
        )
    if (points == points[0]).all() and (points[0] != right[0]).any():
        return Diagnosis(False, ALIASED)
    found = compare(points, RIGHT, WRONG, UPHILL)
    if found.right and (x0 != START).any():
        return Diagnosis(False, MOVED)
    if found.right:
        whole = run_walk(walk, from_whole_numbers)
        if isinstance(whole, Diagnosis):
            return whole
        if not (whole.shape == right.shape and np.allclose(whole, right)):
            return Diagnosis(False, CUT)
    return found


def run_walk(walk: Any, use: Callable[[Callable], Any]) -> Any:
    """Return the points of a walk, or why there are none."""
    return run_theirs(walk, "walk(grad, x0, lr, n)", use, returns="a list of points", dims=2, who="Your walk")


def from_whole_numbers(walk: Callable) -> Any:
    """Walk from an array of integers."""
    try:
        return walk(gradient, np.array(START), LR, STEPS)
    except TypeError:  # NumPy's UFuncTypeError: no float fits into an array of integers
        raise Refused(WHOLE) from None


def judge_overshoot(lr: Any) -> Diagnosis:
    """Judge a rate at which AdaGrad leaps across the valley of the long bowl."""
    number = as_number(lr)
    if isinstance(number, Diagnosis):
        return number
    points = train("adagrad", lr=number, steps=50).points
    along, across = points.max(axis=0)
    if across <= 0:
        return Diagnosis(
            False,
            f"At {number_text(number)} x₂ stays on its side of the valley: the first step is lr long in each "
            "coordinate, and no later one is longer.",
        )
    words = f"The first step leads from x₂ = −2 to {number_text(points[1, 1])}, across the valley"
    return Diagnosis(True, f"{words}, and past the minimum along it." if along > 0 else f"{words}.")


RULES = ("sgd", "momentum", "adagrad", "adam")
HALF = float(quadratic(quadratic.start)) / 2


def judge_tie(lr: Any) -> Diagnosis:
    """Judge a rate at which two of the four rules end within one per cent of each other."""
    number = as_number(lr)
    if isinstance(number, Diagnosis):
        return number
    heights = {name: float(train(name, lr=number, steps=30).losses[-1]) for name in RULES}
    down = sorted((name for name in RULES if 0 < heights[name] < HALF), key=heights.__getitem__)
    if len(down) < 2:
        return Diagnosis(
            False,
            f"At {number_text(number, 6)} {len(down) or 'none'} of the four come{'s' * len(down)} down to half of the "
            "start's height in 30 steps; rules that hardly move, or fly away, do not tie.",
        )
    gaps = {(a, b): heights[b] / heights[a] - 1 for a, b in itertools.pairwise(down)}
    (low, high), gap = min(gaps.items(), key=lambda one: one[1])
    words = (
        f"At {number_text(number, 6)} {low} ends at {number_text(heights[low], 5)} and {high} at "
        f"{number_text(heights[high], 5)}, {number_text(100 * gap)} % apart"
    )
    return Diagnosis(bool(gap < 0.01), f"{words}." if gap < 0.01 else f"{words}: the nearest pair, but not within 1 %.")


LESSON = Content(
    title="Start, and the first race",
    minutes=30,
    questions={
        "faster": Question(
            "Every learning rate becomes 0.2, four times as large. Who is lowest after 30 steps?",
            (
                Option(
                    "Momentum again",
                    "As if rank were a property of the rule. At 0.2 momentum is last but one: it overshoots.",
                ),
                Option(
                    "SGD: longer steps help the simplest rule most",
                    "They do help it, from 1.37 to 0.216; but another one gains more.",
                ),
                Option(
                    "Adam",
                    "Its steps are about lr long whatever the slope. At 0.05 thirty of them were too few to arrive; at "
                    "0.2 they suffice.",
                ),
                Option(
                    "The order stays as it was: all got the same change",
                    "The same number is not the same treatment: each rule multiplies something else by its rate.",
                ),
            ),
            right=2,
        ),
        "signs": Question(
            "A rule that looks only at the sign of each slope takes steps of one length. Will it come to rest?",
            (
                Option(
                    "Yes, at the minimum, where the slope is 0",
                    "Only if a whole number of steps hits it exactly, as with lr 0.25 from here.",
                ),
                Option("No, it jumps to and fro across the minimum", "Its steps never get shorter."),
                Option(
                    "No, it runs away",
                    "It turns back as soon as the slope changes its sign, so it stays within one step of the minimum.",
                ),
            ),
            right=1,
        ),
    },
    exercises={
        "overshoot": Exercise(
            judge_overshoot,
            hints=(
                "In the first step the sum under the root is the squared gradient itself, so what is the fraction?",
                "The fraction is 1 or -1: the first step is lr long in each coordinate. How far away is the valley?",
            ),
        ),
        "walk": Exercise(
            judge_walk,
            hints=(
                "A list begins with the start: `points = [x]`, where `x = np.array(x0, float)` is a copy.",
                "In the loop: first the gradient at the present point, then the new point, then append it.",
                "`x = x - lr * grad(x)` makes a new array each time; `x -= ...` would change the one in your list.",
            ),
        ),
        "tie": Exercise(
            judge_tie,
            hints=(
                "Look in the table for two rules whose order changes between two rows: in between they tie.",
                "SGD and momentum change places between 0.05 and 0.2.",
                "Halve the interval: try its middle, and keep the half in which the order changes.",
            ),
        ),
    },
)
