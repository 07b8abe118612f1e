"""Lesson 07, Adam: what is asked in it, the fingerprints of a step of Adam, and the lines of its bug hunt."""

import math
from typing import Any

import numpy as np

from ...checking import Diagnosis
from ...driver import train
from ...objective_function import Objective
from ...objectives.one_dimensional import parabola
from ...words import number_text
from ..judging import number_judge, step_judge
from ..parts import Content, Exercise, Option, Question
from ..theirs import run_theirs

# The points of x^2/2 from 1. Ten of the mistakes share their first point with another, so three are compared at least.
SETTINGS = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 0.01}
RIGHT = [((0.90099, 0.802409, 0.704583, 0.6079), "This is Adam, and its first three points are 0.901, 0.8024, 0.7046.")]
UPHILL = "The sign: you walk uphill. The step is subtracted, `x - lr * m_hat / (np.sqrt(v_hat) + eps)`."
NAN = (math.nan,) * 4
WRONG = [
    (NAN,
     "The first point is no number. Either the counter starts at 0 there, and 1 - beta**0 is 0: t is 1 in the first "
     "step. Or a number < 0 stands under the root: squares are only added to v, and `v / 1 - beta2**t` lacks its "
     "brackets, `v / (1 - beta2**t)`."),
    ((0.926787, 0.84242, 0.753473, 0.662512),
     "The counter is one ahead, so both corrections are too small: t is 1 in the first step and is not counted up "
     "again."),
    ((0.926787, 0.828064, 0.71337, 0.588431),
     "You correct by the constant 1 - beta**2; it has to be 1 - beta**t, which grows from step to step."),
    ((0.909091, 0.784133, 0.638235, 0.479716),
     "Neither mean is corrected: both began at zero and are too small, v more than m."),
    ((0.90099, 0.767811, 0.613756, 0.447389),
     "You correct by the constant 1 - beta, which is right in the first step only; it has to be 1 - beta**t."),
    ((0.95, 0.830468, 0.65057, 0.424987),
     "The means are multiplied by their weights; they are too small, so divide: `m / (1 - beta1**t)`."),
    ((0.090909, -0.383585, -0.544486, -0.524886),
     "Only m is corrected. v is still far too small, so the steps are ten times too long."),
    ((0.990099, 0.971293, 0.944491, 0.910536),
     "Only v is corrected. m has collected a tenth so far, so the first step is ten times too short."),
    ((0.90099, 0.801921, 0.702731, 0.603369),
     "beta1 and beta2 are swapped. The first step does not show it, the second does: m forgets fast, v slowly."),
    ((0.90099, 0.827514, 0.784455, 0.761858),
     "The corrected values are stored, so the next step corrects them again. Keep m and v as they are, and give the "
     "corrected ones names of their own."),
    ((0.909091, 0.816314, 0.723223, 0.63058),
     "eps is added before the correction: that is ε-hat, as in Keras. It is not wrong but another convention; here it "
     "stands beside the root of the corrected v."),
    ((0.900496, 0.801428, 0.703128, 0.605994),
     "eps stands inside the root; here it stands outside, `np.sqrt(v_hat) + eps`."),
    ((0.9, 0.800389, 0.701497, 0.603724),
     "There is no eps beside the root. It is small, but a slope of 0 would divide 0 by 0."),
    ((0.009901, -0.659543, -0.74352, -0.499187),
     "The rate is missing: `lr * m_hat / (np.sqrt(v_hat) + eps)`."),
    ((0.90099, 0.807287, 0.719111, 0.636649),
     "The slope itself is divided, not its mean m_hat: that is RMSProp with a correction. The first step does not show "
     "it, since m_hat is still g."),
    ((0.90099, 0.797443, 0.689234, 0.576395),
     "The root is missing. With a slope of 1 the first step cannot show it: v has the square of the slope."),
    ((0.090909, -0.385183, -0.579441, -0.537081),
     "v averages the squares of m; it has to average those of the slope, `g**2`."),
    ((-9.0, 33.631579, -63.569819, 52.342941),
     "v averages itself and never sees a slope, so it stays 0 and only eps divides: `(1 - beta2) * g**2`. A printed "
     "formula has this very slip."),
]  # fmt: skip

# Program -> the lines of which either holds the mistake, what it is, and where to look.
HUNT = {
    "A": ((1,), "counts from 1 and counts up before its first use, so t is 2 in the first step",
          "its first step on the slope is 0.744 α, and then each is longer: which line knows the number of the step?"),
    "B": ((3, 4, 5), "stores the corrected means, which the next step corrects again",
          "its first step is right and the second too short: what does it hand on from one step to the next?"),
    "C": ((3, 4), "corrects by the square of beta, the same in every step",
          "its first point is that of A, its second is not: does it know the number of the step at all?"),
}  # fmt: skip
LINES = 5


def judge_hunt(found: Any) -> Diagnosis:
    """Judge `{"A": line, "B": line, "C": line}`."""
    example = '{"A": 1, "B": 2, "C": 3}'
    if found is ... or (isinstance(found, dict) and any(line is ... for line in found.values())):
        return Diagnosis(False, f"A blank is still open: name a line for each program, as in {example}.")
    if not isinstance(found, dict) or set(found) != set(HUNT):
        return Diagnosis(
            False, f"This needs a line for each of the programs A, B and C, as in {example}; got {found!r:.60}."
        )
    told = []
    for program, (lines, _, clue) in HUNT.items():
        line = found[program]
        if not isinstance(line, int | float | np.number) or line not in range(1, LINES + 1):
            return Diagnosis(
                False, f"The lines are numbered from 1 to {LINES}; program {program} got {line!r}. Name one."
            )
        if line not in lines:
            told.append(f"Program {program}, line {line} does what it should; {clue}")
    if told:
        return Diagnosis(False, " ".join(told))
    return Diagnosis(True, " ".join(f"{program} {what}." for program, (_, what, _) in HUNT.items()))


def first_step(eps: float) -> Diagnosis:
    """Say how long the first step of x1 is with this epsilon, over lr."""
    share = 0.01 / (0.01 + eps)
    if abs(share - 0.5) < 0.03:
        return Diagnosis(True, "Near enough. It is half exactly at ε = 0.01, the size of the slope itself.")
    return Diagnosis(False, f"With ε = {number_text(eps)} the first step of x₁ is {number_text(share)} α long.")


def step_11(length: float) -> Diagnosis:
    """Say how a guess compares with step 11."""
    return Diagnosis(
        False,
        f"Step 11 is {'longer' if length < ELEVEN[0] else 'shorter'} than {number_text(length)} α. In the formula t "
        "is 11, and nothing is corrected.",
    )


ELEVEN = ((1 - 0.9**11) / math.sqrt(1 - 0.999**11), "The step jumps from 1 α to 6.56 α: v still holds about 1 % of "
          "what it will hold, and from one step to the next nobody makes up for it.")  # fmt: skip


def judge_spike(slope: Any) -> Diagnosis:
    """Judge a sequence of slopes by the longest of 5000 steps of Adam on it."""
    slopes = run_theirs(slope, "my_slope(t)", lambda slope: np.array([slope(t) for t in range(1, 5001)]))
    if isinstance(slopes, Diagnosis):
        return slopes
    if not np.isfinite(slopes).all() or abs(slopes).max() > 1e100:
        return Diagnosis(False, "Every slope has to be a number between -1e100 and 1e100, from step 1 to step 5000.")
    sequence = Objective(lambda x: x[0], lambda x, t: (slopes[int(t) - 1],), start=0.0)
    longest = float(abs(np.diff(train("adam", sequence, lr=1.0, steps=5000).points[:, 0])).max())
    words = f"The longest step is {longest:.4g} α"
    if longest == 0:
        return Diagnosis(False, "Nothing moves: every slope is 0.")
    if longest < 2:
        return Diagnosis(False, f"{words}: v has grown together with m. When is v still small, and m no longer?")
    if longest < 3.1623:
        return Diagnosis(True, f"{words}, and the paper's bound 3.16 α holds. Is there one for which it does not?")
    return Diagnosis(
        True,
        f"{words}, longer than the paper's bound of 3.16 α: a memory that forgets fast follows slopes which grow, and "
        "one that forgets slowly does not.",
    )


LESSON = Content(
    title="Adam",
    minutes=50,
    needs=("02", "05"),
    questions={
        "steeper": Question(
            "What does Adam's path look like on 1000 f?",
            (
                Option(
                    "It explodes, as plain descent does there: the step follows the slope",
                    "That is so for plain descent, which is 2e87 away. Adam divides each slope by the size of the "
                    "slopes.",
                ),
                Option(
                    "Its steps are a thousand times shorter, since v has grown",
                    "v has grown by a million, its root by a thousand; but m has grown by a thousand too.",
                ),
                Option(
                    "It is the same path",
                    "m and the root of v have the same unit, and it cancels; only ε, one part in a hundred million "
                    "here, is left.",
                ),
                Option(
                    "Only the first step is different: the correction acts at the start",
                    "The correction does not look at the slope at all. No step is different.",
                ),
            ),
            right=2,
        ),
        "saw": Question(
            "How long is Adam's first step in the first picture and in the second?",
            (
                Option(
                    "0.2 in each coordinate, in both",
                    "The slope across is eight times that along, and a thousand times that of the first picture: "
                    "neither shows.",
                ),
                Option(
                    "Eight times longer across than along, in both",
                    "Look at the first segment of the path: it runs diagonally, from (-5, -2) to (-4.8, -1.8).",
                ),
                Option(
                    "Longer in the second",
                    "Both begin with the same diagonal segment, from (-5, -2) to (-4.8, -1.8).",
                ),
            ),
            right=0,
        ),
        "pace": Question(
            "How many steps does Adam need from 5 to below 1, with α 0.001?",
            (
                Option(
                    "A few dozen: adaptive means that the step finds its own length",
                    "Nothing in the rule makes a step longer than about α while the slopes agree; 40 steps are 0.04.",
                ),
                Option(
                    "1609, as plain descent does with the same rate",
                    "Plain descent begins with steps of 0.005, since its slope is 5. Adam divides the 5 out.",
                ),
                Option(
                    "About 5000",
                    "The way is 4 long, which is 4000 steps of α; and they get a little shorter as the slope falls, "
                    "for v remembers larger ones.",
                ),
                Option(
                    "It depends on the curvature",
                    "For plain descent it does. Adam takes the same 5035 steps with curvature 1000: the factor "
                    "cancels.",
                ),
            ),
            right=2,
        ),
        "zero": Question(
            "How long is the first step without corrections, in units of α?",
            (
                Option(
                    "A tenth: m has collected only a tenth of the slope",
                    "m has; but v has collected only a thousandth, and it stands below. That case is called `only v`.",
                ),
                Option(
                    "1: both means are too small, and it cancels",
                    "It would if both were too small by the same factor, and if there were no root.",
                ),
                Option(
                    "3.16",
                    "0.1 above and the root of 0.001 below make 3.16; and it gets worse before it gets better.",
                ),
                Option(
                    "31.6",
                    "That is the root of 1000: v alone left as it is, and m corrected.",
                ),
            ),
            right=2,
        ),
    },
    exercises={
        "half": Exercise(
            number_judge(
                (0.01, "ε = 0.01, the size of the slope of x₁: then half of what divides is slope and half is ε."),
                [
                    (0.08, "0.08 is the slope of x₂, and x₂ is halved there. x₁ has the smaller slope."),
                    (1, "1 is the slope in the bowl itself; this one is a hundred times as flat."),
                ],
                first_step,
                what="ε",
            ),
            hints=(
                "The line at the picture gives the first step of x₁ and of x₂: drag until the first number is 0.5.",
                "In the first step it is |g| / (|g| + ε). When is that a half?",
            ),
        ),
        "adam": Exercise(
            step_judge("adam", parabola, SETTINGS, RIGHT, WRONG, UPHILL),
            hints=(
                "m averages the slope: `beta1 * m + (1 - beta1) * g`. v does the same with `beta2` and `g**2`.",
                "Each corrected mean is the mean over its weight: `m / (1 - beta1**t)`, and v with beta2.",
                "The step is `lr * m_hat / (np.sqrt(v_hat) + eps)`, eps outside of the root.",
            ),
        ),
        "hunt": Exercise(
            judge_hunt,
            hints=(
                "Compare each program with the card, line by line. The letters differ, the arithmetic should not.",
                "In A, print t in the first step. In B, ask what m is when step 2 begins. In C, look for t.",
            ),
        ),
        "eleven": Exercise(
            number_judge(
                ELEVEN,
                [
                    (1, "1 α is still the corrected step: `... if t <= 10 else ...` in the line, for both means."),
                    (0.686189, "That is m alone, 1 - 0.9**11: v is not corrected either, and its root divides."),
                    ((1 - 0.9**10) / math.sqrt(1 - 0.999**10), "That is t = 10, the last step that is corrected."),
                    (1 / math.sqrt(1 - 0.999**11), "You dropped the correction of v alone; that of m goes too."),
                ],
                step_11,
                what="A length",
            ),
            hints=(
                "`m_hat = m / (1 - beta1**t) if t <= 10 else m`, and v_hat in the same way.",
                "The formula is (1 - 0.9**t) / sqrt(1 - 0.999**t) with t = 11.",
            ),
        ),
        "spike": Exercise(
            judge_spike,
            hints=(
                "v must be small while m is large. What if nothing happens for a long time, and then something?",
                "`return 1.0 if t == 5000 else 0.0` comes close to the bound of the paper.",
                "Slopes that grow by the same factor at every step: m follows at once, and v lags behind.",
            ),
        ),
    },
)
