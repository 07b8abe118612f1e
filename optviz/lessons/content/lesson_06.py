"""Lesson 06, AdaDelta: what is asked in it, the fingerprints of a step, and how its numbers are judged."""

from typing import Any

import numpy as np

from ...checking import Diagnosis
from ...driver import train
from ...objectives.bowls import quadratic
from ...objectives.one_dimensional import parabola
from ...words import number_text
from ..judging import as_number, number_judge, step_judge
from ..measuring import settled_at
from ..parts import Content, Exercise, Option, Question

# The points of x^2/2 from 1.
SETTINGS = {"lr": 0.5, "decay": 0.9, "eps": 0.01}
RIGHT = [((0.849244, 0.707828, 0.581661, 0.472672), "This is AdaDelta: 0.8492, 0.7078, 0.5817, 0.4727.")]
UPHILL = "The sign: you walk uphill. delta carries the minus, and it is added: `x + lr * delta`."
WRONG = [
    ((0.849244, 0.735859, 0.643171, 0.564478),
     "u averages the scaled step, with lr in it. u remembers delta itself; lr comes after it."),
    ((1, 1, 1, 1),
     "It does not move. Usually there is no eps above the fraction: u begins at 0, so without eps no step is ever "
     "made. If eps is there, look at the last line: is delta added to x?"),
    ((0.849244, 0.746895, 0.665729, 0.597187),
     "u is never updated, so it stays 0 and only eps stands above: `u = decay * u + (1 - decay) * delta**2`."),
    ((0.849244, 0.50979, 0.261839, 0.127035),
     "u averages the slopes; it has to average the squares of the steps, `delta**2`."),
    ((0.984673, 0.962756, 0.938139, 0.912043),
     "eps stands outside of both roots; here it stands inside, `np.sqrt(u + eps)`. At the start that is 0.1 against "
     "0.01."),
    ((0.5, 0.25, 0.125, 0.0625),
     "The old v divides, so both roots are the same at first and the step is the whole slope. Compute the new v "
     "before delta."),
    ((0.698489, 0.448288, 0.270276, 0.156558),
     "The factor lr is missing in the last line, so each step is twice as long: `x + lr * delta`."),
    ((0.846733, 0.703659, 0.576499, 0.467021),
     "Below, eps stands outside of the root, as in RMSProp; here it stands inside, `np.sqrt(v + eps)`."),
    ((0.849244, 0.380596, 0.247481, 0.067824),
     "v and u have changed places on the way to the next step: return them in the order of the first line, v, u."),
]  # fmt: skip


def steps_to(within: float, steps: int, **settings: Any) -> int | None:
    """Return the step from which AdaDelta stays nearer than this to the bowl's minimum, None if it is not there."""
    run = train("adadelta", quadratic, steps=steps, **settings)
    return settled_at(np.linalg.norm(run.points, axis=1), within)


def arrives(eps: float) -> bool:
    """Whether AdaDelta's error on the bowl is below 0.01 after 100 steps."""
    return bool(train("adadelta", quadratic, eps=eps, steps=100).losses[-1] < 0.01)


def judge_smallest(eps: Any) -> Diagnosis:
    """Judge the smallest epsilon that arrives in 100 steps, to within three tenths."""
    number = as_number(eps, "ε")
    if isinstance(number, Diagnosis):
        return number
    told = f"With ε = {number_text(number)}"
    if not arrives(number):
        size = "smaller" if number > 0.1 else "larger"
        return Diagnosis(False, f"{told} the error is not below 0.01 after 100 steps: it has to be {size}.")
    if arrives(0.7 * number):
        return Diagnosis(False, f"{told} it is below 0.01, but with 0.7 times that too: it can be smaller.")
    return Diagnosis(
        True, f"{told} it is below 0.01, with 0.7 times that it is not. You have just tuned a learning rate."
    )


def judge_first_u(u: Any) -> Diagnosis:
    """Judge a start of the memory of steps with which the bowl is crossed in 40 steps."""
    number = as_number(u, "The mean of squared steps")
    if isinstance(number, Diagnosis):
        return number
    needed = steps_to(0.1, 400, u=number)
    if needed is not None and needed <= 40:
        return Diagnosis(
            True,
            f"{needed} steps. u is a mean of squared steps, so it has the unit of x squared: a first guess of how long "
            "steps are. That is a learning rate.",
        )
    if needed is not None:
        return Diagnosis(False, f"It takes {needed} steps. Longer steps to begin with would be faster.")
    longer = train("adadelta", quadratic, u=number, steps=100).losses.max() > quadratic(quadratic.start)
    return Diagnosis(
        False,
        "It is not there after 400 steps: "
        + ("the first steps are too long and throw it out." if longer else "the first steps are too short."),
    )


def rests(lr: float) -> Diagnosis:
    """Say of any factor whether AdaDelta rests with it on the bowl."""
    factor = f"at rest each step multiplies x₂ by 1 - 4 · {number_text(lr)} = {number_text(1 - 4 * lr)}"
    if lr < 0.5:
        return Diagnosis(False, f"It rests, for {factor}. But it can be larger.")
    return Diagnosis(False, f"It does not rest: {factor}, which is below -1.")


LESSON = Content(
    title="AdaDelta",
    minutes=35,
    needs=("05",),
    questions={
        "way": Question(
            "How far from the start is AdaDelta after 100 steps with its published settings, ρ 0.95 and ε 1e-6?",
            (
                Option(
                    "All of the 5.39: it tunes itself",
                    "It would have to learn from its own steps how long they should be, and it begins with tiny ones.",
                ),
                Option(
                    "About half, 2.7: a default is a compromise",
                    "A compromise for which landscape? What decides here is how small the first step is.",
                ),
                Option(
                    "About an eighth, 0.65: a default is cautious",
                    "Its first step is 0.0045 in each coordinate, and it picks up speed very slowly.",
                ),
                Option(
                    "It does not move: without a rate there is no step",
                    "Nearly so: without ε it would not move at all, for no step has been made before the first.",
                ),
            ),
            right=2,
        ),
        "saw": Question(
            "How long is the hundredth step, compared with the first?",
            (
                Option("Much shorter, as in AdaGrad", "0.0063 and 0.0064: AdaGrad's steps fade, these do not."),
                Option("About the same", "0.0063 and 0.0064. They do not find a better length in 100 steps."),
                Option("Ten times longer: it has learned", "0.0063 and 0.0064: look at the numbers again."),
            ),
            right=1,
        ),
        "units": Question(
            "How much of the way does AdaDelta cover in centimetres, in 100 steps and with the same settings?",
            (
                Option(
                    "9.5 % as in metres: the units of a step are right",
                    "They are, but for ε, which is added to squared steps above and to squared slopes below. It has "
                    "units, and they were not converted.",
                ),
                Option(
                    "A hundred times less",
                    "The first step is the root of ε / (1 - ρ), the same number of centimetres as it was of metres.",
                ),
                Option(
                    "A hundred times more: all slopes are smaller, and it divides by them",
                    "It also multiplies by them; the slopes cancel, and the length of a step is left.",
                ),
            ),
            right=1,
        ),
        "rest": Question(
            "After 190 steps its distance from the minimum is 7e-15. And after 1000 steps?",
            (
                Option(
                    "Still there: what has converged stays",
                    "It stays if the rate at rest is below 2/L. That rate is 1, whatever ε is, and 2/L is 0.5.",
                ),
                Option("Nearer still", "It was, up to about step 200; then each step made the error larger."),
                Option(
                    "More than 1 away from it",
                    "On the minimum both means fade to ε, so the rate becomes 1. For a curvature of 4 that is twice "
                    "the limit, and it is thrown out.",
                ),
                Option("It is nan: 0 divided by 0", "That is what ε prevents: the quotient goes to 1."),
            ),
            right=2,
        ),
    },
    exercises={
        "smallest": Exercise(
            judge_smallest,
            hints=(
                "The sentence below the pictures says what the error is after 100 steps.",
                "It is between 1e-4 and 1e-3.",
            ),
        ),
        "adadelta": Exercise(
            step_judge("adadelta", parabola, SETTINGS, RIGHT, WRONG, UPHILL),
            hints=(
                "First the new v from the slope, as in RMSProp: `decay * v + (1 - decay) * g**2`.",
                "Then `delta = -np.sqrt(u + eps) / np.sqrt(v + eps) * g`, with the old u and the new v.",
                "Last the new u from `delta**2`, and the point moves by `lr * delta`.",
            ),
        ),
        "first_u": Exercise(
            judge_first_u,
            hints=(
                "With ε alone the numerator begins at the root of 1e-6. With ε 1e-2 it took 36 steps.",
                "u stands beside ε under the root, so what did ε's job can be done by u.",
            ),
        ),
        "largest": Exercise(
            number_judge(
                (0.5, "0.5, which is 2/L with L = 4: at rest AdaDelta is plain descent with the rate lr."),
                [
                    (2, "2 is the limit for a curvature of 1. The bowl's largest is 4."),
                    (0.25, "0.25 is 1/L: there the steep direction arrives at once. It may overshoot, up to 2/L."),
                    (1, "1 is the factor with which it was thrown out."),
                    (10, "10 is 2 over the smallest curvature, 0.2; the steepest direction sets the limit."),
                ],
                rests,
                what="The factor lr",
            ),
            hints=(
                "At rest the quotient of the roots is 1, so a step is `-lr * g`: which rule is that?",
                "Its limit is 2/L, and the bowl's largest curvature is L = 4.",
            ),
        ),
    },
)
