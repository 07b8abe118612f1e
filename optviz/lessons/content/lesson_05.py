"""Lesson 05, RMSProp and its relatives: what is asked in it, and the fingerprints of a step with a fading mean."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...checking import Diagnosis
from ...driver import train
from ...objective_function import Objective
from ...objectives.bowls import quadratic
from ...words import number_text
from ..judging import as_number, step_judge
from ..parts import Content, Exercise, Option, Question
from ..theirs import run_theirs

# The probe: f = (x^2 + 4 y^2) / 2 from (1, 0.03), where a gradient is near to eps.
PROBE = Objective(
    lambda x: (x[0] ** 2 + 4 * x[1] ** 2) / 2, lambda x: (x[0], 4 * x[1]), start=(1.0, 0.03), minima=[(0.0, 0.0)]
)
SETTINGS = {"lr": 0.05, "decay": 0.9, "eps": 0.01}
RIGHT = [
    ((0.846733, -0.095137, 0.744002, 0.045173, 0.662814, -0.018382),
     "Your step is RMSProp: the first is about three times lr long, 1/√(1-ρ), and they do not fade."),
]  # fmt: skip
UPHILL = "You walk uphill: the step is subtracted, `x - lr * ...`, and what you divide has the sign of the gradient."
NOT_SQUARED = "The gradients are not squared before they enter the mean."
WRONG = [
    ((0.947845, -0.018449, 0.898371, 0.023139, 0.849197, -0.02256),
     "decay and 1 - decay have changed places: the old mean is to weigh 0.9, the new square 0.1."),
    ((-4.0, -0.57, -3.386931, 1.807609, -3.257659, 1.313657),
     "The old v is used: in the first step it is 0, and only eps is left to divide by. Compute the new v first."),
    ((0.849244, -0.026097, 0.746895, 0.020802, 0.665729, -0.015914),
     "eps stands inside of the root. Other programs have it there; here it is added to the root: np.sqrt(v) + eps."),
    ((0.950495, -0.016154, 0.90221, 0.014625, 0.855137, -0.016696),
     "You divide the missing weight of the mean out, v / (1 - decay**t). That is a good idea, and Adam's; RMSProp does "
     "not do it."),
    ((0.545455, -0.494476, 0.335263, -0.248777, 0.205334, -0.141146),
     "There is no root: you divide by v itself, so the unit of the gradient does not drop out."),
    ((0.950495, -0.016154, 0.916296, 0.005931, 0.8888, -0.002065),
     "You keep the sum of the squares, so nothing fades: this is AdaGrad."),
    ((0.950495, -0.016154, 0.915368, 0.006775, 0.886377, -0.003108),
     "The new square enters whole: it is to weigh 1 - decay, so that both weights add up to 1 and v is a mean."),
    ((0.841886, -0.128114, 0.736938, 0.026237, 0.654359, -0.006367),
     "There is no eps beside the root. It is small, but a gradient of 0 would divide 0 by 0."),
    ((0.846733, -0.020191, 0.747801, 0.007207, 0.671751, -0.002341),
     NOT_SQUARED),
    ((0.846733, -0.020191, 0.747801, 0.044741, 0.671751, -0.01388), NOT_SQUARED),  # with their signs
]  # fmt: skip

LR, DECAY, STEPS = 0.1, 0.99, 1200  # the run of the lesson, on the long bowl
LOW, HIGH = 1e-12, 0.2


def judge_calm(decay: Any) -> Diagnosis:
    """Judge a decay with which the run arrives and is not thrown out far in 1200 steps."""
    number = as_number(decay, "The decay")
    if isinstance(number, Diagnosis):
        return number
    if number >= 1:
        return Diagnosis(False, f"A decay is a number below 1; got {number_text(number)}.")
    losses = train("rmsprop", quadratic, lr=LR, decay=number, steps=STEPS).losses
    if not (losses < LOW).any():
        return Diagnosis(
            False,
            f"With {number_text(number, 6)} it never gets below 1e-12: the memory is so short that it enters its band "
            "before it has arrived.",
        )
    first = int(np.argmax(losses < LOW))
    worst = first + int(np.argmax(losses[first:]))
    words = f"With {number_text(number, 6)} it is below 1e-12 at step {first}"
    if losses[worst] > HIGH:
        return Diagnosis(False, f"{words}, and at {number_text(losses[worst])} at step {worst}.")
    if losses[worst] > LOW:
        return Diagnosis(
            True,
            f"{words}, and never above {number_text(losses[worst])} after that, at step {worst}. With a short memory "
            "it is thrown out soon and low.",
        )
    return Diagnosis(
        True, f"{words} and stays there for these 1200 steps. A long memory is no cure: it only takes longer to fade."
    )


def faded(schedule: Callable) -> tuple[float, NDArray[np.float64]]:
    """Return the first rate of a schedule, and the losses of the lesson's run with it."""
    return schedule(1), train("rmsprop", quadratic, lr=schedule, decay=DECAY, steps=STEPS).losses


def judge_schedule(schedule: Any) -> Diagnosis:
    """Judge a schedule of the rate, a function of t, with which the run arrives and stays."""
    walked = run_theirs(schedule, "my_schedule(t)", faded, who="Your schedule")
    if isinstance(walked, Diagnosis):
        return walked
    begins, losses = walked
    if not math.isclose(begins, LR, rel_tol=0.05):
        return Diagnosis(False, f"Your schedule begins at {number_text(begins)}; it is to begin at {number_text(LR)}.")
    low, worst = float(losses.min()), float(losses[301:].max())
    if low > LOW:
        return Diagnosis(
            False, f"It does not arrive: the lowest height is {number_text(low)}. Your rate falls too fast."
        )
    words = f"The lowest height is {number_text(low)}, the highest after step 300 is {number_text(worst)}"
    if worst > 1e-9:
        return Diagnosis(False, f"{words}: it is still thrown out. The rate has to fall as fast as the root of v does.")
    return Diagnosis(True, f"{words}. The rate falls at least as fast as the root of v, so lr/√v cannot grow.")


# With lr 0.2 v of the steep coordinate is 0.3537 after step 60 and is multiplied by 0.99 in each step; lr/sqrt(v)
# passes 2/4 when v has fallen to (0.2 * 4 / 2)^2 = 0.16: after ln(0.3537 / 0.16) / -ln(0.99) = 78.9 more steps.
PASSING = 139
PASSED = {
    99: "You let √v fade by ρ in each step; it is v that does, so √v falls only half as fast.",
    308: "That is the run of the lesson, with lr 0.1. Twice the rate needs less fading to pass the same limit.",
    350: "That is the step at which everybody sees it. Its cause begins earlier: the tiny distance first has to grow.",
    79: "So many steps it takes from step 60 on: add them.",
    1: "You compare with 1/λ, where a step arrives at once; it is unstable from 2/λ on.",
}


def judge_passing(step: Any) -> Diagnosis:
    """Judge the step at which the effective rate passes its limit, as computed from the decay."""
    number = as_number(step, "A step")
    if isinstance(number, Diagnosis):
        return number
    if abs(number - PASSING) <= 1:
        return Diagnosis(
            True,
            f"{PASSING}. From there on each step makes the distance longer. It is tiny, so nobody sees anything for "
            "some 200 steps more.",
        )
    for other, sentence in PASSED.items():
        if abs(number - other) <= 1:
            return Diagnosis(False, sentence)
    return Diagnosis(
        False, f"Not at step {number_text(number, 6)}. To which value must v fall, and how many steps of 1 % is that?"
    )


LESSON = Content(
    title="RMSProp",
    minutes=45,
    needs=("04",),
    questions={
        "later": Question(
            "The run has arrived. What do the next 1100 steps bring?",
            (
                Option(
                    "It stays: converged is final",
                    "Nothing holds it there. While the gradients vanish, what they are divided by vanishes too.",
                ),
                Option(
                    "It creeps on downwards, for smaller is always possible",
                    "So it does for a while, to a height with 268 zeros behind the point, which is the quiet before.",
                ),
                Option(
                    "It jumps back to a height of almost 1",
                    "0.856 at step 634. The start was at 10.5, and the run had been at rest for 500 steps.",
                ),
                Option(
                    "It becomes nan: 0 is divided by 0",
                    "eps keeps the quotient finite. And the gradient is tiny, but never quite 0.",
                ),
            ),
            right=2,
        ),
        "saw": Question(
            "What did the error do after step 98?",
            (
                Option("It stayed below 1e-12", "Look again at the right half of the picture."),
                Option(
                    "It vanished for a long time and came back again and again",
                    "The first return is at step 634, and more follow: it is a cycle of arriving and being thrown out.",
                ),
                Option("It rose slowly and steadily", "It comes back within a few steps, and falls again."),
            ),
            right=1,
        ),
        "band": Question(
            "With λ = 1 it ends in a band of ±0.05. How wide is the band with λ = 100?",
            (
                Option(
                    "A hundred times narrower: the walls are steeper",
                    "The gradient is a hundred times as large, and so is what it is divided by.",
                ),
                Option("Ten times narrower", "No root of λ is left over: v is the mean of g², and its root is taken."),
                Option(
                    "As wide as before",
                    "The step does not know the curvature: it is lr long, from one side to the other.",
                ),
                Option(
                    "Wider, because it overshoots more",
                    "It would, with one rate for all curvatures. Here λ drops out of the step.",
                ),
            ),
            right=2,
        ),
        "first": Question(
            "With ρ = 0.99, how long is the first step of RMSProp?",
            (
                Option(
                    "About lr: the gradient is divided by its own size",
                    "That would be so if the mean were full. It holds only 1 % of the first square.",
                ),
                Option(
                    "A hundredth of lr: the mean is weighted by 1 - ρ",
                    "The weight stands below the fraction, so it makes the step longer.",
                ),
                Option(
                    "Ten times lr",
                    "v is 0.01 g², its root a tenth of g. With ρ = 0.9 it is about 3.2 times lr.",
                ),
                Option(
                    "A hundred times lr",
                    "v is a hundredth of g², but it is its root that is divided by.",
                ),
            ),
            right=2,
        ),
    },
    exercises={
        "calm": Exercise(
            judge_calm,
            hints=(
                "A shorter memory is thrown out earlier. Is it also thrown out higher?",
                "Try 0.97, then less; but with 0.8 it does not arrive any more.",
            ),
        ),
        "rmsprop": Exercise(
            step_judge("rmsprop", PROBE, SETTINGS, RIGHT, WRONG, UPHILL),
            hints=(
                "The new v has two parts, and their weights add up to 1.",
                "The old v weighs `decay`, the new square `(1 - decay)`.",
                "The second blank is that of AdaGrad: the gradient above, the root of v, and eps, below.",
            ),
        ),
        "schedule": Exercise(
            judge_schedule,
            hints=(
                "While nothing comes in, √v falls by the factor √ρ in each step. The rate has to fall as fast.",
                "A power does it: 0.1 * something**t. With which something below √0.99 does the run still arrive?",
                "0.1 * 0.99**t.",
            ),
        ),
        "passing": Exercise(
            judge_passing,
            hints=(
                "lr/√v is 2/λ where v is (lr · λ / 2)², with λ = 4 and lr = 0.2.",
                "v is multiplied by 0.99 in each step: v after k more steps is 0.3537 · 0.99ᵏ.",
                "k is a quotient of two logarithms; and you began to count at step 60.",
            ),
        ),
    },
)
