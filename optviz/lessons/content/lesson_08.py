"""Lesson 08, beyond the gradient: what is asked in it, and how temperatures, feedbacks and rivals are judged."""

import functools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...checking import Diagnosis, failure
from ...driver import train
from ...meta_training import random_quadratics
from ...objectives.bowls import quadratic
from ...rules.adam_family import adam
from ...words import number_text
from ..judging import CLOSE, UNKNOWN
from ..parts import Content, Exercise, Option, Question
from ..theirs import run_theirs

# --- the temperatures of one walker --------------------------------------------------------------------------------

WALKER: dict[str, Any] = {"start": -2, "steps": 1000, "burn_in": 700, "lr": 0.003, "lam": 1e-2}
FIFTH = 1.25


def end_of(temperature: float) -> float:
    """Return where the walker of the lesson ends at this temperature."""
    return float(train("santa_sss", "quartic", temperature=temperature, **WALKER).points[-1, 0])


def judge_temperatures(answer: Any) -> Diagnosis:
    """Judge two temperatures: the first with which the walker crosses, the first with which it is lost."""
    try:
        crosses, lost = (float(one) for one in answer)
    except (TypeError, ValueError):
        return Diagnosis(False, f"This needs two numbers, such as (10, 100); got {answer!r:.60}.")
    if not 0 < crosses < lost < math.inf:
        return Diagnosis(False, "Two temperatures above 0, the one that crosses before the one that is lost.")
    words = f"At {number_text(crosses)} it ends at {number_text(end_of(crosses))}"
    if not is_over(end_of(crosses)):
        return Diagnosis(False, f"{words}: it has not crossed.")
    if is_over(end_of(crosses / FIFTH)):
        return Diagnosis(False, f"{words}, but with {number_text(crosses / FIFTH)} it crosses too: go lower.")
    words = f"At {number_text(lost)} it ends at {number_text(end_of(lost))}"
    if not is_lost(end_of(lost)):
        return Diagnosis(False, f"{words}: that is still in the picture.")
    if is_lost(end_of(lost / FIFTH)):
        return Diagnosis(False, f"{words}, but with {number_text(lost / FIFTH)} it is lost too: go lower.")
    return Diagnosis(True, "Between the two is all the room for a temperature here, a factor of about 15.")


def is_over(x: float) -> bool:
    """Return whether a walker has come to rest in the deep valley."""
    return abs(x - 2.5) < 0.2


def is_lost(x: float) -> bool:
    """Return whether a walker has left the picture."""
    low, high = -3.3, 3.3
    return not low <= x <= high


# --- Eve's feedback ------------------------------------------------------------------------------------------------

TIMES = (2, 3, 4, 10, 30)
LR = 0.2
RIGHT = (0.919536, 0.851049, 0.794289, 0.60443, 0.31789)
WRONG = [
    ((1, 1, 1, 1, 1.003633),
     "The numerator is the height above f*, not the change of the loss: then d stays at 1 as long as the loss falls, "
     "and Eve is Adam. An article printed it so."),
    ((0.916343, 0.843777, 0.781667, 0.54237, 0.274269),
     "You divide by the larger of the two losses; what is left is the smaller one."),
    ((0.917539, 0.846411, 0.785937, 0.531342, 0.200768),
     "Your f* is -1. The lowest value of the long bowl is another."),
    ((0.919536, 0.851049, 0.794289, 0.60443, 0.303919),
     "Right until about step 20; then d falls too low. The clip from below is missing: not below 1 / c."),
    ((0.91, 0.829, 0.7561, 0.448678, 0.214516),
     "The sign is kept: a loss that falls gives a negative change, which the clip then makes 1 / c. Take `abs`."),
    ((0.1, 0.1, 0.1, 0.1, 0.1),
     "There is no change in it: is `clipped` always 1 / c?"),
    ((0.916343, 0.843777, 0.781667, 0.54237, 0.292785),
     "You divide by the old loss. What is left is the smaller of the two, which is the new one only while the loss "
     "falls."),
    ((0.919536, 0.851049, 0.794289, 0.60443, 0.295093),
     "You divide by the new loss. What is left is the smaller of the two, and that is the old one when the loss "
     "rises."),
    ((0.195355, 2.320787, 0.126782, 0.263725, 3.689057),
     "d jumps with every step: the running mean is missing, `beta3 * d + (1 - beta3) * clipped`."),
    ((0.27582, 1.111489, 0.345047, 0.189083, 0.472591),
     "beta3 and 1 - beta3 have changed places: d is to keep 0.9 of what it was."),
]  # fmt: skip


def feedback(new_d: Any) -> list[float]:
    """Return d after steps 2, 3, 4, 10 and 30 of an Eve with this feedback on the long bowl, lr 0.2.

    Raises whatever `new_d` raises, ValueError where it returns a number that is not above 0.
    """
    x, m, v, d, f_old, seen = quadratic.start, 0.0, 0.0, 1.0, math.nan, {}
    for t in range(1, max(TIMES) + 1):
        f = float(quadratic(x))
        if t > 1:
            d = new_d(f, f_old, d)
            if not 0 < d < math.inf:
                raise ValueError(f"Step {t} gives d = {number_text(d)}, and the rate is divided by it")
        x, m, v = adam(x, quadratic.grad(x), t, m, v, lr=LR / d)
        seen[t], f_old = d, f
    return [seen[t] for t in TIMES]


def judge_feedback(new_d: Any) -> Diagnosis:
    """Judge `new_d(f, f_old, d)`, Eve's feedback, by what it makes of d."""
    ds = run_theirs(new_d, "new_d(f, f_old, d)", feedback, who="Your feedback")
    if isinstance(ds, Diagnosis):
        return ds
    if np.allclose(ds, RIGHT, atol=CLOSE, rtol=0):
        return Diagnosis(True, "This is Eve's feedback: 0.9195, 0.8510, 0.7943 and so on.")
    for row, sentence in WRONG:
        if np.allclose(ds, row, atol=CLOSE, rtol=0):
            return Diagnosis(False, sentence)
    place = next(i for i, (mine, right) in enumerate(zip(ds, RIGHT, strict=True)) if abs(mine - right) >= CLOSE)
    return Diagnosis(
        False,
        f"{UNKNOWN} First difference after step {TIMES[place]}: yours "
        f"{number_text(ds[place], 6)}, expected {number_text(RIGHT[place], 6)}.",
    )


# --- a rival of the learned rule -----------------------------------------------------------------------------------


@functools.cache
def trial() -> tuple[Any, Any, float]:
    """Return the 64 problems of the lesson, their start, and the learned rule's mean loss at step 100."""
    problems, start = next(random_quadratics(np.random.default_rng(99), batch=64))
    return problems, start, loss_of("learned", {}, problems, start)


def loss_of(rule: Any, settings: Mapping[str, Any], problems: Any, start: Any) -> float:
    """Return the mean loss of the problems at step 100."""
    return float(train(rule, problems, start=start, steps=100, **settings).losses[-1].mean())


def judge_rival(answer: Any) -> Diagnosis:
    """Judge a rule and its settings, such as `("momentum", {"lr": 0.01})`, against the learned rule."""
    pair = answer if isinstance(answer, tuple) and len(answer) == 2 else (answer, {})
    if answer is ... or not isinstance(pair[1], Mapping) or not all(isinstance(name, str) for name in pair[1]):
        return Diagnosis(False, "This needs a rule and its settings, such as ('adam', {'lr': 0.1}).")
    fixed = sorted({"rule", "objective", "start", "steps"}.intersection(pair[1]))
    if fixed:
        return Diagnosis(
            False, f"`{fixed[0]}` is no setting of a rule: all start at the same points and take 100 steps."
        )
    problems, start, learned = trial()
    try:
        loss = loss_of(*pair, problems, start)
    except (Exception, SystemExit) as error:
        return Diagnosis(False, failure("Your rule", error))
    if not math.isfinite(loss) or loss > 4:
        return Diagnosis(False, "It diverges on some of the problems: take a smaller rate.")
    words = f"Its mean loss at step 100 is {number_text(loss)}, that of the learned rule {number_text(learned)}"
    if abs(loss - learned) < 1e-9:
        return Diagnosis(False, f"{words}: that is the learned rule itself.")
    if loss > learned:
        return Diagnosis(False, f"{words}.")
    return Diagnosis(True, f"{words}. An old rule, well tuned: who is best depends on who was tuned.")


LESSON = Content(
    title="Beyond the gradient",
    minutes=50,
    needs=("07",),
    questions={
        "hot": Question(
            "400 walkers start in the shallow valley with temperature 100. How many end in the deep one?",
            (
                Option(
                    "None: a descent method cannot climb",
                    "This one is more than descent: the dice push it, also uphill, as long as it is hot.",
                ),
                Option(
                    "About half: noise is a coin",
                    "A coin would send back as many as it sends over. But the way back is a wall of 45, and the way "
                    "over one of 2.3.",
                ),
                Option(
                    "About nine in ten",
                    "The heat is near the height of the wall for a thousand steps, and who is over stays over.",
                ),
                Option(
                    "None: all are thrown out of the picture",
                    "Friction holds them: it grows where a walker moves more than its temperature allows. Far beyond "
                    "100 they are thrown out indeed.",
                ),
            ),
            right=2,
        ),
        "cooling": Question(
            "When do the walkers cross the hump, and when do they come to rest?",
            (
                Option(
                    "All cross at the beginning, while it is hottest",
                    "Some do; look at those that cross between steps 300 and 900.",
                ),
                Option(
                    "One after the other, and they rest when the dice are put away",
                    "Each waits for its own lucky series of pushes. From step 1000 on nothing pushes any more.",
                ),
                Option(
                    "They cross to and fro, and rest when the bath is cool enough",
                    "Nobody comes back from the deep valley, and they tremble there until step 1000.",
                ),
            ),
            right=1,
        ),
        "f_star": Question(
            "Eve on the long bowl with lr 1. Its lowest value is 0; somebody plays safe and tells her that it is -1. "
            "What happens?",
            (
                Option(
                    "Hardly anything: 1 is little against the height of the start",
                    "At the start, yes. But near the minimum what is left is nearly 0, and 1 is infinitely more.",
                ),
                Option(
                    "She becomes slower, but safer",
                    "The other way round: what looks like no change makes her faster.",
                ),
                Option(
                    "She takes ten times the rate, and swings instead of settling",
                    "d falls to its lower clip 1/c = 0.1, so her rate is 10. She never settles within the 600 steps.",
                ),
                Option(
                    "She flies away",
                    "Adam's steps are about as long as the rate, and their sign turns at the minimum: she swings, "
                    "but she does not fly.",
                ),
            ),
            right=2,
        ),
        "d": Question(
            "What does d do with an f* that is too low?",
            (
                Option(
                    "It swings around 1, as with the right f*",
                    "The solid curve swings, with the right f*. Look at the other two.",
                ),
                Option("It falls to 0.1 and stays there", "That is 1/c, the lower end of the clip."),
                Option("It rises, so that she slows down", "The dashed and the dotted curve fall; the rate is lr / d."),
            ),
            right=1,
        ),
        "secant": Question(
            "What does f do without variance reduction?",
            (
                Option(
                    "It falls, only more slowly",
                    "Look at its right end: it is about as high as at the beginning.",
                ),
                Option(
                    "It jumps up and down and gets nowhere",
                    "The secant's rate is too large again and again, and nothing damps it.",
                ),
                Option("It is the lowest of the three", "The lowest is the one with AdaGrad's brake."),
            ),
            right=1,
        ),
        "horizon": Question(
            "The learned rule and Adam at 0.3, the best of its four rates: who has the lower loss at step 100, and who "
            "at step 1000?",
            (
                Option(
                    "The learned rule both times: what is trained beats what is made by hand",
                    "It was trained on 100 steps, and only for them is it trained.",
                ),
                Option(
                    "Adam both times: the problems are new",
                    "They are new, but of the kind on which it was trained, and there it is good.",
                ),
                Option(
                    "The learned rule at 100, Adam at 1000",
                    "Inside its horizon it wins; by step 1000 Adam has overtaken it.",
                ),
                Option(
                    "Adam at 100, the learned rule at 1000: it has to learn first",
                    "It does not learn while it walks. All its learning was done before.",
                ),
            ),
            right=2,
        ),
    },
    exercises={
        "temperatures": Exercise(
            judge_temperatures,
            hints=(
                "Drag T slowly upwards, and watch the end of the path; the arrow keys go in small steps.",
                "The first lies between 30 and 60, the second between 600 and 900.",
            ),
        ),
        "beat": Exercise(
            judge_rival,
            hints=(
                "Momentum's rate is too small: try some between 0.01 and 0.1.",
                "At 0.06 momentum 0.9 diverges; a little below it is best.",
            ),
        ),
        "feedback": Exercise(
            judge_feedback,
            hints=(
                "A sum of two squares is never below 0.",
                "The change is `abs(f - f_old)`; what is left is the smaller of both losses, above f*.",
                "`min(max(change, 1 / c), c)` is the change, not below 1 / c and not above c.",
                "The mean: beta3 of the old d, and 1 - beta3 of the clipped change.",
            ),
        ),
    },
)
