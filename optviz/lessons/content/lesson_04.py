"""Lesson 04, AdaGrad: what is asked in it, and the fingerprints of a step with a sum of squares."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...checking import Diagnosis
from ...driver import train
from ...objective_function import Objective, rotated
from ...words import number_text, point_text
from ..judging import as_number, step_judge
from ..measuring import settled_at
from ..parts import Content, Exercise, Option, Question
from ..theirs import Refused, run_theirs

# Probe and ravine of the lesson: f = (x^2 + 100 y^2) / 2. The probe starts where a gradient is near to eps, so that
# the place of eps can be seen.
PROBE, RAVINE = (
    Objective(
        lambda x: (x[0] ** 2 + 100 * x[1] ** 2) / 2, lambda x: (x[0], 100 * x[1]), start=start, minima=[(0.0, 0.0)]
    )
    for start in ((1.0, 0.02), (1.0, 1.0))
)
SETTINGS = {"lr": 0.1, "eps": 0.01}
RIGHT = [
    ((0.90099, -0.079502, 0.834547, 0.017358, 0.782183, -0.003332),
     "Your step is AdaGrad: the first is almost lr long in both coordinates, and they fade."),
]  # fmt: skip
UPHILL = "You walk uphill: the step is subtracted, `x - lr * ...`, and what you divide has the sign of the gradient."
WRONG = [
    ((0.90099, -0.029875, 0.851534, -0.006779, 0.818099, -0.001718),
     "There is no root: you divide by h itself, so the unit of the gradient does not drop out."),
    ((0.900496, -0.079875, 0.833763, 0.017123, 0.7812, -0.003235),
     "eps stands inside of the root. Other programs have it there; here it is added to the root: np.sqrt(h) + eps."),
    ((-9.0, -19.98, -8.108911, 79.422985, -8.019462, 79.025475),
     "The old h is used: in the first step it is 0, and only eps is left to divide by. Compute the new h first."),
    ((0.90099, -0.120428, 0.836113, 0.200083, 0.785878, -0.142212),
     "The gradients are not squared before they are added to h."),
    ((0.955478, -0.069044, 0.942443, 0.025148, 0.930371, -0.007063),
     "One h serves all coordinates. Each needs its own: add g**2, without a sum over it."),
    ((0.693466, -0.291306, 0.511742, 0.023912, 0.383132, -0.00326),
     "You keep a fading mean instead of the sum: that is RMSProp, the next lesson."),
    ((0.90099, -0.079502, 0.802088, 0.020372, 0.703319, -0.07914),
     "h is forgotten after each step, so that only the sign of the gradient is left: the new h needs the old one."),
    ((0.9, -0.08, 0.833104, 0.017014, 0.780456, -0.003193),
     "eps is missing, or a number of your own stands in its place. Without one, as long as a coordinate has seen no "
     "gradient you would divide 0 by 0, which is nan; and with your own nobody can set it."),
    ((0.91, -0.07, 0.852696, 0.036152, 0.809352, 0.001675),
     "eps is added to the new point, because a fraction is done before a sum: put brackets around np.sqrt(h) + eps."),
    ((0.90099, -0.029751, 0.827245, -0.057569, 0.764349, -0.072292),
     "The gradient is missing above: you divide 1 by the root, and every step goes the same way."),
    ((0.899, -0.382, 0.777213, 145.780063, 0.655723, -21251768.765969),
     "You multiply by the root and eps; the gradient is divided by them."),
]  # fmt: skip


def adagrad_steps(degrees: float, lr: float) -> int | None:
    """Return AdaGrad's steps to within 0.001 on the ravine turned by this angle, None if 1200 do not suffice."""
    run = train("adagrad", rotated(RAVINE, degrees), lr=lr, steps=1200)
    return settled_at(np.linalg.norm(run.points, axis=1), 1e-3)


def judge_angle(degrees: Any) -> Diagnosis:
    """Judge an angle at which AdaGrad is as fast as along the axes."""
    number = as_number(degrees, "The angle")
    if isinstance(number, Diagnosis):
        return number
    if number % 360 == 0:
        return Diagnosis(False, "That is no turn at all; there is another angle.")
    if number > 90:
        return Diagnosis(False, f"The angle lies between 1° and 90°; got {number_text(number)}°.")
    if number == 90:
        return Diagnosis(
            True, f"{adagrad_steps(number, 0.5)} steps. The axes have changed places, and AdaGrad treats each alike."
        )
    steps = adagrad_steps(number, 0.5)
    words = f"takes {steps} steps" if steps else "has not arrived after 1200 steps"
    return Diagnosis(False, f"At {number_text(number)}° AdaGrad {words}, along the axes {adagrad_steps(0, 0.5)}.")


def judge_tilted(lr: Any) -> Diagnosis:
    """Judge a rate with which AdaGrad takes fewer than 500 steps on the ravine turned by 30 degrees."""
    number = as_number(lr)
    if isinstance(number, Diagnosis):
        return number
    steps = adagrad_steps(30, number)
    words = f"{steps} steps" if steps else "more than 1200 steps"
    if steps is not None and steps < 500:
        return Diagnosis(True, f"{words}. So a part of the loss was the rate; the rest, against 13, is the turn.")
    return Diagnosis(False, f"With {number_text(number)} it takes {words}, and fewer than 500 are asked for.")


ANGLES = (0, 15, 30, 45)


def full_steps(walk: Callable) -> list[int | None]:
    """Return the steps to within 0.001 at each of the angles, None where 100 do not suffice."""
    needed = []
    for degrees in ANGLES:
        landscape = rotated(RAVINE, degrees)
        points = walk(landscape, 0.5, 100)
        if points.shape != (101, 2):
            raise Refused(f"100 steps have 101 points, the start first; you return numbers of shape {points.shape}.")
        if not np.allclose(points[0], landscape.start):
            raise Refused(
                f"The first point is the start, {point_text(landscape.start)}; yours is {point_text(points[0])}."
            )
        needed.append(settled_at(np.linalg.norm(points, axis=1), 1e-3))
    return needed


def judge_full(walk: Any) -> Diagnosis:
    """Judge `full_matrix(landscape, lr, steps)`, AdaGrad with the whole matrix, on the ravine at four angles."""
    needed = run_theirs(walk, "full_matrix(landscape, lr, steps)", full_steps, returns="a list of points", dims=2)
    if isinstance(needed, Diagnosis):
        return needed
    if None not in needed:
        return Diagnosis(
            True,
            f"{', '.join(map(str, needed))} steps: the whole matrix turns with the landscape. For a million weights it "
            "would have a million times a million numbers, so what is used is its diagonal.",
        )
    if needed[0] is not None:
        return Diagnosis(
            False,
            f"At 0° it takes {needed[0]} steps, but at the other angles 100 do not suffice: G lacks what belongs to "
            "two coordinates at once, g[0] * g[1].",
        )
    return Diagnosis(
        False,
        "At no angle do 100 steps suffice: is G the sum of all steps, without fading, and is "
        "what you add a matrix? `g @ g.T` is one number, because g is an array of two.",
    )


LESSON = Content(
    title="AdaGrad",
    minutes=40,
    needs=("01",),
    questions={
        "turn": Question(
            "AdaGrad took 13 steps and plain descent 363. The ravine and the start are turned by 45°. How many now?",
            (
                Option(
                    "Both as before: it is the same landscape",
                    "For plain descent it is. AdaGrad has a rate for each axis, and the axes did not turn.",
                ),
                Option(
                    "Both more: a way along the diagonal is harder",
                    "The gradient knows no diagonal; plain descent takes 363 steps at every angle.",
                ),
                Option(
                    "Plain descent 363 again, AdaGrad more than that",
                    "1024. After the turn both coordinates feel the steep wall, and both rates become small.",
                ),
                Option(
                    "AdaGrad 13 again, plain descent more",
                    "It is the other way round: the rule that adapts to the axes is the one that depends on them.",
                ),
            ),
            right=2,
        ),
        "saw": Question(
            "Whose error curve is the same before and after the turn?",
            (
                Option("AdaGrad's", "It fell like a stone before, and now it creeps."),
                Option("Plain descent's", "Step by step the same error: the gradient turns with the picture."),
                Option("Both are", "Look at the two curves of AdaGrad: one falls like a stone, the other creeps."),
                Option(
                    "Neither is", "The two curves of plain descent lie upon each other, so that they look like one."
                ),
            ),
            right=1,
        ),
        "fade": Question(
            "Where is AdaGrad after 100 steps, with the same lr of 0.1?",
            (
                Option(
                    "Farther down: it raises the rate where the slope is small",
                    "It never raises a rate. The slope here is 1, and the sum of its squares grows with every step.",
                ),
                Option(
                    "At -10 too: with a gradient of 1 there is nothing to divide by",
                    "So it is in the first step only. After t steps the sum is t, and it divides by its root.",
                ),
                Option("About at -1.9", "Step t is 0.1 / √t long: 0.1, 0.0707, 0.0577, ... and they add up to 1.86."),
                Option(
                    "At -0.1: after the first step it hardly moves",
                    "The steps fade, but slowly: the hundredth is still a tenth of the first.",
                ),
            ),
            right=2,
        ),
    },
    exercises={
        "angle": Exercise(
            judge_angle,
            hints=(
                "AdaGrad cares where the steep direction lies between the axes.",
                "Turn until the steep direction lies along an axis again: along the other one.",
            ),
        ),
        "adagrad": Exercise(
            step_judge("adagrad", PROBE, SETTINGS, RIGHT, WRONG, UPHILL),
            hints=(
                "The new h is the old one and what this step adds to it.",
                "This step adds g**2.",
                "The second blank is a fraction: the gradient above, the root of h, and eps, below.",
            ),
        ),
        "tilted": Exercise(
            judge_tilted,
            hints=(
                "The steps are too short: the sums are large from the first step on.",
                "Try twice and four times the rate.",
            ),
        ),
        "full": Exercise(
            judge_full,
            hints=(
                "Where AdaGrad adds g**2, this adds a matrix made of g with itself.",
                "`np.outer(g, g)` is that matrix.",
            ),
        ),
    },
)
