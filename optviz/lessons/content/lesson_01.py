"""Lesson 01, gradient descent: what is asked in it, and the answers to its number."""

from typing import Any

import numpy as np

from ...checking import Diagnosis
from ...driver import train
from ...objective_function import Objective
from ...words import number_text
from ..judging import as_number, is_near, number_judge
from ..parts import Content, Exercise, Option, Question

# The probe: f = 1.5 x^2 + 2 xy + 3 y^2; its Hessian [[3, 2], [2, 6]] has the eigenvalues 2 and 7.
PROBE = Objective(
    lambda x: 1.5 * x[0] ** 2 + 2 * x[0] * x[1] + 3 * x[1] ** 2,
    lambda x: (3 * x[0] + 2 * x[1], 2 * x[0] + 6 * x[1]),
    start=(1.2, 2.0),
    minima=[(0.0, 0.0)],
)
STEPS = 400


def distances(lr: float) -> list[float]:
    """Return how far from the minimum 400 steps end with 0.97 and with 1.03 times this rate."""
    with np.errstate(all="ignore"):
        ends = train("sgd", PROBE, lr=np.array([0.97, 1.03]) * lr, steps=STEPS).points[-1]
        return np.hypot(*ends).tolist()


def run_it(lr: float) -> Diagnosis:
    """Say of any rate what the run shows."""
    below, above = distances(min(lr, 1e300))  # 1.03 times the largest number is infinite
    if above < 1:
        words = (
            f"even with 1.03 times your rate {STEPS} steps end {number_text(above)} from the minimum: it can be larger"
        )
    elif below > 1 or not np.isfinite(below):
        words = f"already with 0.97 times your rate {STEPS} steps fly away: it must be smaller"
    else:
        return Diagnosis(True, "Close enough: 3 % less arrives and 3 % more flies away. Exactly it is 2/7.")
    return Diagnosis(False, f"I ran it, and {words}. The largest eigenvalue of the Hessian decides.")


RIGHT = (
    2 / 7,
    "2/7, two over the largest eigenvalue. I ran 400 steps: 3 % below it they end 4e-11 from the minimum, 3 % above it "
    "3e10.",
)
WRONG = [
    (
        1 / 7,
        "1/7 is safe, but half of the limit: at 1/L the steep direction arrives in one step, and it may overshoot.",
    ),
    (2 / 9, "2/9 is the fastest rate, 2/(L + m), or comes from the trace of the Hessian; the limit is larger."),
    (1 / 3, "1/3 takes the largest entry on the diagonal, 6; the largest eigenvalue of the Hessian is larger."),
    (4 / 7, "A 2 of the derivative is missing, so your curvatures are half of what they are: that of 3 y² is 6."),
    (1, "1 belongs to the smallest eigenvalue, 2; the steepest direction sets the limit."),
    (3.5, "Upside down: L/2 instead of 2/L. More curvature needs smaller steps."),
]

# Where the error of the long bowl after 50 steps, 2.5 (1 - 0.2 lr)^100 + 8 (1 - 4 lr)^100, is smallest.
FASTEST = 0.4673


def judge_fastest(lr: Any) -> Diagnosis:
    """Judge the rate with the smallest error on the long bowl after 50 steps; half as much again is near enough."""
    number = as_number(lr)
    if isinstance(number, Diagnosis):
        return number
    error, lowest = (float(train("sgd", lr=rate, steps=50).losses[-1]) for rate in (number, FASTEST))
    flat, steep = (number_text(1 - number * curvature) for curvature in (0.2, 4))
    words = f"At {number_text(number)} the error after 50 steps is {number_text(error)}"
    if error < 1.5 * lowest:
        return Diagnosis(
            True,
            f"{words}; the smallest there is, {number_text(lowest)}, is that of {FASTEST}. The factors are {flat} and "
            f"{steep}, not far from equal in size.",
        )
    if is_near(number, 2 / 4.2):
        return Diagnosis(
            False,
            f"{words}. In the long run this rate is the best, but after 50 steps a slightly smaller one is ahead.",
        )
    if number < FASTEST:
        return Diagnosis(
            False, f"{words}: the flat direction is slow, its factor is {flat}, that of the steep {steep}."
        )
    return Diagnosis(
        False, f"{words}: too much is left of the steep direction, whose factor is {steep}, that of the flat {flat}."
    )


LESSON = Content(
    title="Gradient descent",
    minutes=45,
    needs=("00",),
    questions={
        "limit": Question(
            "At lr 0.49 the run arrives. What happens at lr 0.51, again in 100 steps?",
            (
                Option(
                    "Both coordinates explode",
                    "As if divergence were global. Each direction has its own factor; that of x₁ is 1 - 0.51 · 0.2, "
                    "about 0.9.",
                ),
                Option(
                    "Both bounce in a band of fixed width",
                    "A band needs a factor of exactly -1. Here that of x₂ is 1 - 0.51 · 4 = -1.04, and it grows.",
                ),
                Option(
                    "x₁ is as good as before, and x₂ has left the picture",
                    "Only the steep direction is beyond its limit 2/4 = 0.5; the flat one even got a little better.",
                ),
                Option(
                    "Nothing that one could see: it is only 2 % more",
                    "2 % more can do more than 2 %: the factor of x₂ goes from -0.96 to -1.04, and it is applied 100 "
                    "times.",
                ),
            ),
            right=2,
        ),
        "saw": Question(
            "What did x₁ do, compared with the run at 0.49?",
            (
                Option("It exploded too", "Look at the number: it is about -0.0001, nearer to 0 than before."),
                Option("It ended a little nearer to 0", "A larger rate is better for it: its factor fell to 0.898."),
                Option("It stayed exactly the same", "It is multiplied by 0.898 in each step instead of by 0.902."),
            ),
            right=1,
        ),
        "valleys": Question(
            "601 starts between -3 and 3, on a curve with a deep valley at 2.5 and a shallow one at -1.5. At lr 0.03 "
            "58 % end in the deep one. Where do most of them end at lr 0.08?",
            (
                Option(
                    "As before: the start decides the valley",
                    "The start decides only as long as both valleys can hold the run.",
                ),
                Option(
                    "In the deep valley: larger steps jump out of the shallow one",
                    "They do jump; but in the deep valley, which is three times as curved, they cannot stay.",
                ),
                Option(
                    "In the shallow valley",
                    "The limit 2/f″ is 0.0417 in the deep valley and 0.125 in the shallow one. 0.08 lies between them.",
                ),
                Option(
                    "In none: they bounce for ever", "So it is for most of them at 0.06; at 0.08 they find the other."
                ),
            ),
            right=2,
        ),
    },
    exercises={
        "fastest": Exercise(
            judge_fastest,
            hints=(
                "Write the rate under the picture's slider here; the right picture shows the error after 50 steps.",
                "Below 0.25 both factors are above 0. Beyond it that of the steep direction is negative and grows in "
                "size, while that of the flat one still becomes smaller.",
                "Look between 0.4 and 0.5, and stop before the error rises again.",
            ),
        ),
        "largest": Exercise(
            number_judge(RIGHT, WRONG, run_it),
            hints=(
                "Write the Hessian, the matrix of second derivatives: its first row is (3, 2).",
                "`np.linalg.eigvalsh([[3, 2], [2, 6]])` gives the curvature along its own two directions.",
                "In each of these directions the error is multiplied by 1 - lr · λ; when is that smaller than -1?",
            ),
        ),
    },
)
