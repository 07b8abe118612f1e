"""Lesson 02, momentum: what is asked in it, and the fingerprints of a step with momentum."""

from typing import Any

from ...checking import Diagnosis, failure
from ...driver import train
from ...objectives.one_dimensional import parabola
from ...words import number_text
from ..judging import as_number, blanks_in, open_blanks, step_judge
from ..measuring import steps_until
from ..parts import Content, Exercise, Option, Question

# The points of x^2/2 from 1. At lr = 1 - momentum = 0.1, the usual values, two mistakes would walk through the same.
SETTINGS = {"lr": 0.05, "momentum": 0.9}
RIGHT = [((0.95, 0.8575, 0.731375, 0.581294), "Your ball rolls as it should: 0.95, 0.8575, 0.7314, 0.5813.")]
UPHILL = "The sign: you roll uphill. v already carries the minus, so the velocity loses lr * g and the point is x + v."
WRONG = [
    ((0.995, 0.985525, 0.97207, 0.9551),
     "Ten times slower: you multiplied the gradient by 1 - momentum. That is the averaged form, and it needs a rate "
     "ten times larger."),
    ((1, 0.95, 0.855, 0.722),
     "The old velocity was used, so the first step does nothing. Compute the new v first, then move by it."),
    ((0.9975, 0.992756, 0.986005, 0.977464),
     "lr is applied twice, in v and in the step: one of the two has to go."),
    ((0.95, 0.9025, 0.857375, 0.814506),
     "v is not kept from step to step, so this is plain gradient descent: the new v needs the old one."),
    ((0.905, 0.778525, 0.631463, 0.474151),
     "This is Nesterov's form, the next lesson: the step already looks ahead. Move by v alone."),
    ((0.955, 0.871525, 0.757179, 0.620194),
     "momentum multiplies the new gradient too; it belongs to the old velocity only."),
    ((0.95, 0.90025, 0.850974, 0.80237),
     "The first step is full and the later gradients are damped: PyTorch with dampening 0.9, which is not the averaged "
     "form either."),
    ((0.95, 0.8525, 0.712375, 0.536631),
     "There is no friction: of the old velocity only the share momentum is kept, so the new one begins with "
     "momentum * v."),
    ((0.95, 0.9475, 0.902375, 0.897869),
     "The old velocity turns back: what is left of it keeps its sign, + momentum * v."),
    ((-0.05, 0.8575, 0.683875, 1.353044),
     "Two things have changed places: the new point is returned first, then the new velocity."),
]  # fmt: skip

# Momentum 0.99 that begins anew when f has risen: steps until x stays nearer than 0.001, on x^2/2 from 1, lr 0.01.
RESTARTED = 61
COUNTS = {
    1354: "v is never set to 0: 1354 steps, as before.",
    688: "v is set to 0 also after steps that went down: 688 steps, which is plain gradient descent.",
    # The same points, but the ball stands still for a step at each of its three restarts.
    RESTARTED + 3: "The push of this step is dropped together with the old velocity, so the ball stands still for a "
    "step after each restart: only the old v is to be 0, and then this step's `- lr * g` is added.",
    32: "A restart too, and a good one: 32 steps. You ask whether the velocity points uphill; asked for is the other "
    "test, whether the last step raised f.",
}


def judge_restart(step: Any) -> Diagnosis:
    """Judge a ball whose velocity is set to 0 after a step that raised f, by how fast it settles."""
    blanks = blanks_in(step)
    if blanks:
        return open_blanks(blanks)
    try:
        run = train(step, parabola, lr=0.01, momentum=0.99, steps=2000)
        settled = steps_until(run, 1e-3)
    except (Exception, SystemExit) as error:
        return Diagnosis(False, failure("Your step", error))
    if settled == RESTARTED:
        return Diagnosis(True, f"{settled} steps instead of 1354.")
    return Diagnosis(
        False, COUNTS.get(settled, f"It settles after {settled} steps; with the restart it takes {RESTARTED}.")
    )


CRITICAL = 0.81  # (1 - sqrt(lr * curvature))^2 at lr 0.01 and curvature 1


def judge_critical(mu: Any) -> Diagnosis:
    """Judge the largest momentum, to a hundredth, at which a ball on x^2/2 comes down without crossing 0."""
    number = as_number(mu, "The momentum")
    if isinstance(number, Diagnosis):
        return number
    if number >= 1:
        return Diagnosis(False, "The momentum stays below 1: a ball without friction never comes to rest.")
    low = [
        number_text(float(train("momentum", parabola, lr=0.01, momentum=one, steps=300).points.min()), 2)
        for one in (number, CRITICAL + 0.01)
    ]
    if number > CRITICAL + 1e-9:
        return Diagnosis(False, f"At {number_text(number)} x goes down to {low[0]}: it crosses 0.")
    if number < CRITICAL - 0.01 + 1e-9:
        return Diagnosis(False, f"At {number_text(number)} x never crosses 0, but a hundredth more is possible.")
    return Diagnosis(True, f"At {number_text(number)} x never crosses 0; at {CRITICAL + 0.01:.2f} it goes to {low[1]}.")


LESSON = Content(
    title="Momentum",
    minutes=45,
    needs=("01",),
    questions={
        "settle": Question(
            "How long does it take to settle with momentum 0.99?",
            (
                Option(
                    "Shorter than with 0.81: more is faster",
                    "Up to 0.81 that is so. Beyond it the ball arrives sooner, but it rolls through and comes back.",
                ),
                Option(
                    "About as long as with 0.81, which is already near 1",
                    "What counts is the friction, 1 - 0.81 = 0.19 against 0.01: nineteen times less.",
                ),
                Option(
                    "About 15 times longer",
                    "With so little friction the ball rings: each step takes only half a per cent off its swings.",
                ),
                Option(
                    "It diverges: too fast is unstable",
                    "Momentum below 1 always loses energy. The limit even rises with it, to 2 (1 + μ) / L.",
                ),
            ),
            right=2,
        ),
        "saw": Question(
            "What does the curve with momentum 0.99 do?",
            (
                Option("It falls to 0 and stays", "It crosses 0 and goes down to -0.86."),
                Option(
                    "It swings around 0, and the swings shrink slowly",
                    "That is ringing: the memory is longer than the way to the minimum.",
                ),
                Option("It swings around 0, and the swings grow", "Look at the heights: each is a little lower."),
            ),
            right=1,
        ),
        "twins": Question(
            "Two students use lr 0.02 and momentum 0.9 on the long bowl. One needs 124 steps, the other 1502, and "
            "neither has a bug. How can that be?",
            (
                Option(
                    "They began at different points",
                    "The start was the same; and it would change the number of steps only a little.",
                ),
                Option(
                    "One keeps a sum of gradients, the other a mean of them",
                    "The mean multiplies each gradient by 1 - μ = 0.1. Its steps are ten times shorter, until its rate "
                    "is ten times larger.",
                ),
                Option("Luck: such runs vary", "There is no chance in it: the same code takes the same steps."),
            ),
            right=1,
        ),
    },
    exercises={
        "critical": Exercise(
            judge_critical,
            hints=(
                "The title of the picture says the lowest x: is it below 0?",
                "The eye does not see the first crossings, they are so small. Go down from 0.9, a hundredth at a time.",
            ),
        ),
        "ball": Exercise(
            step_judge("momentum", parabola, SETTINGS, RIGHT, WRONG, UPHILL),
            hints=(
                "The first line makes a new velocity from two parts: what is left of the old one, and the slope.",
                "What is left of the old velocity is `momentum * v`; the slope takes `lr * g` away from it.",
                "The second blank is what moves the point: the velocity itself.",
            ),
        ),
        "restart": Exercise(
            judge_restart,
            hints=(
                "`f` is the loss before this step, `f_old` the loss before the last one.",
                "The last step raised f if `f` is larger than `f_old`.",
            ),
        ),
    },
)
