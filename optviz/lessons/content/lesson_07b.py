"""Lesson 07b, Adam's family: what is asked in it, the denominators of AMSGrad and the bounds of AdaBound."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...checking import Diagnosis
from ...driver import iterate, train
from ...objectives.bowls import quadratic
from ...objectives.one_dimensional import reddi
from ...rules.adam_family import adabound
from ...words import number_text
from ..judging import UNKNOWN, as_number, same, step_judge
from ..parts import Content, Exercise, Option, Question
from ..theirs import Refused, run_theirs

# Slopes 4, -1, -1, 4, -1, -1; what a step divides by is the root of one of these.
SLOPES = (4, -1, -1, 4, -1, -1)
DENOMINATORS = {"lr": 0.01, "beta2": 0.5}


def walk(*squares: float) -> tuple[float, ...]:
    """Return the points of steps that divide these slopes by the roots of `squares`."""
    points, x = [], 0.0
    for g, square in zip(SLOPES, squares, strict=True):
        x -= DENOMINATORS["lr"] * g / math.sqrt(square)
        points.append(x)
    return tuple(points)


RIGHT = [(walk(8, 8, 8, 9.375, 9.375, 9.375), "V is 8, 8, 8, 9.375, 9.375, 9.375: it never shrinks.")]
UPHILL = "The sign: you walk uphill. The step is subtracted."
WRONG = [
    (walk(16, 16, 16, 16, 16, 16),
     "That is the maximum of g**2 itself, 16 for ever, nearly as in AdaMax. AMSGrad takes the maximum of the means v."),
    (walk(8, 4.5, 2.75, 9.375, 5.1875, 3.09375),
     "V is kept, but v stands under the root: that is Adam. Divide by the root of V."),
    (walk(8, 4.5, 2.75, 2.75, 2.75, 2.75),
     "That is the smallest v so far: the steps become longer and longer. Take the maximum."),
    ((-1, 1, 1, -1, 1, 1),
     "That is the smallest v so far, and V began at 0, so it stays there and the step divides by 0. Take the maximum."),
    (walk(8, 8, 8, 12, 12, 12),
     "The maximum is written back into v, so the next mean begins at it: 12 in the fourth step instead of 9.375. v "
     "stays a mean; only V remembers."),
]  # fmt: skip

# The lower and upper bound at t = 1 and at t = 1000, gamma 0.001, final_lr 0.1.
FUNNEL = [
    ((0.0001, 100.1, 0.05, 0.2), "At step 1 the funnel is 0.0001 to 100, at step 1000 it is 0.05 to 0.2."),
    ((-99999.9, 100.1, -math.inf, 0.2),
     "The lower bound is far below 0: a power, gamma**(t + 1), stands where the product gamma * t + 1 belongs. A "
     "published listing has this slip, and its funnel never closes from below."),
    ((0.0001, -99.9, 0.05, 0.0), "The upper bound has a minus: it has to be 1 + 1 / (gamma * t)."),
    ((100.1, 0.0001, 0.2, 0.05), "The bounds are swapped: the lower one is returned first."),
    ((0.0, math.inf, 0.1 - 0.1 / 1.999, 0.1 + 0.1 / 0.999),
     "t is counted from 0, so the first upper bound is infinite: step 1 has t = 1."),
    # 0.1 (1 - t / 0.001 + 1) and 0.1 (1 + t / 0.001)
    ((-99.8, 100.1, -99_999.8, 100_000.1),
     "Brackets are missing: `1 / gamma * t` is t / gamma, which grows. Write `1 / (gamma * t + 1)` and "
     "`1 / (gamma * t)`."),
    ((-99.9, 100.1, 0.0, 0.2),
     "The lower bound lacks its + 1 below the fraction line, so it is far below 0 at first: `1 / (gamma * t + 1)`."),
    ((0.1 / 100.1, 1001.0, 0.5, 2.0),
     "final_lr is missing: both bounds go to 1 instead of final_lr."),
    ((0.05, 0.2, 0.1 - 0.1 / 1001, 0.1 + 0.1 / 1000),
     "gamma is forgotten: so the funnel is nearly closed after ten steps."),
]  # fmt: skip


TWO = "two numbers, `lower, upper`"


def bounds(funnel: Callable) -> NDArray[np.float64]:
    """Return the lower and the upper bound at t = 1 and at t = 1000."""
    rows = [funnel(np.float64(t), np.float64(1e-3), 0.1) for t in (1, 1000)]
    for row in rows:
        if len(row) != 2:
            raise Refused(f"Your function has to return {TWO}; it returned {len(row)}.")
    return np.array(rows)


def judge_funnel(funnel: Any) -> Diagnosis:
    """Judge `funnel(t, gamma, final_lr)`, which returns the lower and the upper bound."""
    values = run_theirs(funnel, "funnel(t, gamma, final_lr)", bounds, returns=TWO, dims=1)
    if isinstance(values, Diagnosis):
        return values
    for row, sentence in FUNNEL:
        if same(values, row):
            return Diagnosis(row is FUNNEL[0][0], sentence)
    for name, yours, right in zip(("lower", "upper") * 2, values.ravel(), FUNNEL[0][0], strict=True):
        if not same(np.array(yours), [right]):
            step = 1 if right in FUNNEL[0][0][:2] else 1000
            return Diagnosis(
                False,
                f"{UNKNOWN} First difference at step {step}, {name} bound: "
                f"yours {number_text(float(yours), 6)}, expected {number_text(right, 6)}.",
            )
    raise AssertionError("a row that is not right has a number that is not")


OPEN = 1e-300  # a gamma with which the funnel reaches from 0 to far above every rate


def clips(gamma: float) -> int:
    """Return how many of 200 rates on the bowl are outside of the funnel, both coordinates together."""
    rates, count = {"lr": 0.1, "final_lr": 0.1}, 0
    for t, x, _, g, state in iterate("adabound", quadratic, gamma=gamma, steps=200, **rates):
        clipped, free = (adabound(x, g, t, **state, gamma=one, **rates)[0] for one in (gamma, OPEN))
        count += int((clipped != free).sum())
    return count


def judge_unfelt(gamma: Any) -> Diagnosis:
    """Judge the largest gamma with which nothing is clipped, to within a quarter."""
    if isinstance(gamma, float | int) and -4 <= gamma < 0:
        return Diagnosis(
            False, f"The slider sets the power of ten: at {number_text(gamma)} γ is {number_text(10.0**gamma)}."
        )
    number = as_number(gamma, "γ")
    if isinstance(number, Diagnosis):
        return number
    here, more = clips(number), clips(1.25 * number)
    if here:
        return Diagnosis(False, f"With γ = {number_text(number)}, {here} of the 400 rates are clipped: it is smaller.")
    if not more:
        return Diagnosis(False, f"Nothing is clipped, nor with γ = {number_text(1.25 * number)}: it can be larger.")
    return Diagnosis(
        True, f"Nothing is clipped; with a quarter more {more} of the 400 rates are. The default is 0.001."
    )


def judge_threshold(beta2: Any) -> Diagnosis:
    """Judge the beta2 at which Adam's end on Reddi's sequence changes its sign, to within 2 %."""
    number = as_number(beta2, "beta2")
    if isinstance(number, Diagnosis):
        return number
    if number >= 0.98:
        return Diagnosis(False, f"beta2 is below 1, and at 0.99 Adam ends near -1; got {number_text(number)}.")
    both = number * np.array([0.98, 1.02])
    short, long = train("adam", reddi, lr=0.01, beta1=0.0, beta2=both, steps=3000).points[-3:, 0].mean(axis=0)
    if short > 0 > long:
        return Diagnosis(True, "2 % less ends above 0 and 2 % more below: there the three steps of a turn cancel.")
    where = "larger" if short > 0 else "smaller"
    return Diagnosis(
        False,
        f"I ran it: 2 % below and 2 % above your number Adam ends at {short:.2f} and {long:.2f}. The change of the "
        f"sign is at a {where} beta2.",
    )


LESSON = Content(
    title="Adam's family",
    minutes=45,
    needs=("07",),
    questions={
        "reddi": Question(
            "Where is Adam with β₁ 0 and β₂ 1/17 after 3000 steps?",
            (
                Option(
                    "At -1: the mean of the slopes decides",
                    "It decides for plain descent. Adam divides each slope by a memory that has forgotten the large "
                    "one before the small ones are over.",
                ),
                Option(
                    "Near 0: the steps are all about α, up and down, and cancel",
                    "They are all about α; but there are two up for each one down.",
                ),
                Option(
                    "At +1, the worst point of all",
                    "Two wrong steps of nearly α weigh more than one right step of α. That the right slope is four "
                    "times as large has been divided out.",
                ),
                Option(
                    "It depends on α: a smaller rate would find the minimum",
                    "A smaller α walks the same way, only more slowly: it multiplies all three steps.",
                ),
            ),
            right=2,
        ),
        "usual": Question(
            "What does Adam with its usual settings, 0.9 and 0.999, do on this sequence?",
            (
                Option("It walks up to +1 too", "Look at the curve again: it goes down and is at -1 at the end."),
                Option(
                    "It goes down and stays at -1",
                    "Its memory is a thousand steps long, so all three steps of a turn are divided by nearly the same "
                    "number.",
                ),
                Option("It swings around 0", "Look at the curve again: it goes down and is at -1 at the end."),
            ),
            right=1,
        ),
        "clip": Question(
            "AdaBound with γ 0.001, 200 steps on the bowl: when does the funnel first change a step?",
            (
                Option(
                    "In the first step, whose rate is the largest",
                    "At step 1 the funnel is open from 0.0001 to 100. The steps are not the rates: they are about α.",
                ),
                Option(
                    "After about 20 steps, when it has become narrow",
                    "That is so with γ 0.1: x₂ is clipped from step 6 on, x₁ from step 26.",
                ),
                Option(
                    "Never",
                    "Not one of the 200 steps differs from Adam's. The funnel needs about 1/γ steps to be felt, a "
                    "thousand here.",
                ),
                Option(
                    "In the last step before it arrives",
                    "On arrival slopes are small and Adam's rates rise; but at step 200 the upper bound is still 0.6.",
                ),
            ),
            right=2,
        ),
        "early": Question(
            "Which of the three AMSGrads keeps a large early v for good?",
            (
                Option(
                    "The paper's: its first step is the longest",
                    "It is long because v is small: uncorrected, 0.001 in the first step. It grows from there.",
                ),
                Option(
                    "PyTorch's: it corrects the largest v afterwards",
                    "The largest is taken of the uncorrected v, and that one is small at first, as in the paper's.",
                ),
                Option(
                    "optax's: it takes the largest of the corrected v",
                    "The first corrected v is g² itself, 1 here, and the slope only falls. So 1 stays below the "
                    "fraction, as the second step shows, and the steps stay short.",
                ),
            ),
            right=2,
        ),
    },
    exercises={
        "unfelt": Exercise(
            judge_unfelt,
            hints=(
                "The line at the picture counts the clipped steps: drag down until both counts are 0, then up.",
                "It is between 0.001, where nothing is clipped, and 0.01.",
            ),
        ),
        "denominator": Exercise(
            step_judge("amsgrad", reddi, DENOMINATORS, RIGHT, WRONG, UPHILL),
            hints=(
                "`np.maximum(a, b)` takes the larger one, coordinate by coordinate.",
                "V is the larger of the old V and the new v; v itself stays as it is.",
            ),
        ),
        "funnel": Exercise(
            judge_funnel,
            hints=(
                "Both are `final_lr` times something that goes to 1.",
                "Below, `1 - 1 / (gamma * t + 1)`; above, `1 + 1 / (gamma * t)`.",
            ),
        ),
        "threshold": Exercise(
            judge_threshold,
            hints=(
                "At 0.2 the end is above 0, at 0.4 below: try 0.3, and keep the half in which the sign changes.",
                "`train('adam', 'reddi', lr=0.01, beta1=0.0, beta2=0.3, steps=3000).points[-1]` is the end.",
            ),
        ),
    },
)
