"""Lesson 03, Nesterov: what is asked in it, and the fingerprints of a step that looks ahead."""

from typing import Any

from ...checking import Diagnosis
from ...driver import train
from ...objectives.bowls import quadratic
from ...objectives.one_dimensional import parabola
from ...words import number_text
from ..judging import as_number, step_judge
from ..parts import Content, Exercise, Option, Question

# The points of x^2/2 from 1. There are two right answers: the points x, and the look-ahead points y = x + momentum v.
SETTINGS = {"lr": 0.1, "momentum": 0.9}
AHEAD = (
    (0.9, 0.729, 0.51759, 0.294589),
    "You wrote the form of the paper: x rolls, and the gradient is taken at x + momentum * v.",
)
SHIFTED = (
    (0.81, 0.5751, 0.327321, 0.093888),
    "You wrote the shifted form of the frameworks: your points are the tips of the spurs, x + momentum * v.",
)
UPHILL = "The sign: you roll uphill. v already carries the minus, so the velocity loses lr * g and the point is x + v."
WRONG = [
    ((0.729, 0.458541, 0.215522, 0.016809),
     "The new velocity stands where the old one belongs: the shifted step is momentum * (new v) - lr * g, or "
     "momentum² * (old v) - (1 + momentum) * lr * g. A framework has published yours."),
    ((0.9, 0.72, 0.486, 0.2268),
     "This is momentum without a look ahead: the gradient is taken at x, or the old v is used for the look of the new "
     "step."),
    ((0.9, 0.711, 0.45279, 0.151883),
     "You look back: the gradient is taken at x - momentum * v. v already carries the minus."),
    ((0.9, 0.73, 0.521, 0.3017),
     "You look ahead by all of v. Only the share momentum of it is left for the next step, so look at "
     "x + momentum * v."),
    ((0.9, 0.639, 0.28269, -0.0917),
     "The look ahead is kept, and then v is added again: you only look at x + momentum * v, the step starts from x."),
    ((0.99, 1.0611, 1.203579, 1.415273),
     "The velocity is added uphill: the gradient goes down, the look ahead up. v already carries the minus."),
    ((0.81, 0.5922, 0.376164, 0.183002),
     "You look ahead twice: with the lower function x moves by v alone; the shifted form needs no lower function."),
    ((0.91, 0.7552, 0.561844, 0.35466),
     "x moves by momentum * v; that is the look. The step is all of the new v."),
    ((0.9, 0.719, 0.48239, 0.218836),
     "There is no friction: of the old velocity only the share momentum is kept, so the new one begins with "
     "momentum * v."),
]  # fmt: skip
_JUDGES = {
    with_look: step_judge("nesterov", parabola, SETTINGS, right, WRONG, UPHILL)
    for with_look, right in ((True, [AHEAD, SHIFTED]), (False, [SHIFTED, AHEAD]))
}


def judge_nesterov(step: Any) -> Diagnosis:
    """Judge Nesterov's momentum in either form; a step without a look-ahead is measured by the shifted one."""
    return _JUDGES[getattr(step, "look_ahead", None) is not None](step)


LIMIT = (2 + 2 * 0.9) / ((1 + 2 * 0.9) * 4)  # of Nesterov's momentum on the long bowl, μ = 0.9 and L = 4


def judge_loses(lr: Any) -> Diagnosis:
    """Judge a rate at which Nesterov's momentum is stable and yet ends higher than plain descent."""
    number = as_number(lr)
    if isinstance(number, Diagnosis):
        return number
    if number >= LIMIT:  # measured, it would show only after many steps
        return Diagnosis(
            False,
            f"At {number_text(number, 6)} Nesterov runs away, fast or slowly: that is beyond its limit, a little above "
            "0.339.",
        )
    plain, ahead = (train(rule, quadratic, lr=number, steps=100) for rule in ("sgd", "nesterov"))
    low, high = (number_text(float(run.losses[-1])) for run in (plain, ahead))
    words = f"At {number_text(number, 6)} plain descent ends at {low} and Nesterov at {high}"
    if ahead.losses[-1] > plain.losses[-1]:
        return Diagnosis(True, f"{words}. So near to its limit its factor is almost -1, and the swings hardly shrink.")
    return Diagnosis(False, f"{words}: here it still wins.")


LESSON = Content(
    title="Nesterov",
    minutes=40,
    needs=("02",),
    questions={
        "ahead": Question(
            "What does Nesterov's momentum do at the same rate of 0.4, again in 100 steps?",
            (
                Option(
                    "It beats both: looking ahead cannot hurt",
                    "It can. The look ahead is a brake, and at this rate the brake throws the point back farther than "
                    "it came.",
                ),
                Option(
                    "About the same as momentum, of which it is another notation",
                    "The lines are the same, the place of the gradient is not, and that changes the factors of every "
                    "step.",
                ),
                Option(
                    "It explodes",
                    "Its limit on this bowl is 0.339. That of plain descent is 0.5, that of momentum 0.95.",
                ),
                Option(
                    "It stalls: braking costs all its speed",
                    "A brake that is too strong does not stop the point; each step overshoots more than the last.",
                ),
            ),
            right=2,
        ),
        "saw": Question(
            "What did the two coordinates of the Nesterov run do?",
            (
                Option("Both exploded", "Look at the first one: 0.0004, nearer to 0 than in the other two runs."),
                Option(
                    "The first arrived, the second exploded",
                    "Again each direction has its own factors. Only the steep one is beyond its limit.",
                ),
                Option(
                    "Both swing in a band of fixed width",
                    "A band needs factors of exactly -1. The second coordinate is larger than 10¹⁷ and grows.",
                ),
            ),
            right=1,
        ),
        "cycle": Question(
            "Momentum with the best settings for curvatures between 1 and 25, from 3.3. What becomes of it?",
            (
                Option(
                    "It arrives, and faster than plain descent",
                    "On every parabola with such a curvature it does. This curve is no parabola: its curvature changes "
                    "on the way.",
                ),
                Option(
                    "It arrives, but later, because it rings",
                    "It rings, but its swings do not shrink: the flat part pushes it each time as much as friction "
                    "takes.",
                ),
                Option(
                    "It runs away",
                    "Far out the slope is steep enough to bring it back; the swings stay bounded.",
                ),
                Option(
                    "It never arrives and never leaves",
                    "After a while it visits the same three places again and again, and none of them is the minimum.",
                ),
            ),
            right=3,
        ),
        "meet": Question(
            "Where do the three limits meet?",
            (
                Option("At μ = 1", "There that of momentum is the largest, 4/L, and Nesterov's the smallest, 4/(3L)."),
                Option(
                    "At μ = 0",
                    "Without memory there is nothing to look ahead to: all three are plain descent, with 2/L. From "
                    "there memory widens the one limit and narrows the other.",
                ),
                Option("Nowhere", "Look at the left edge of the picture."),
            ),
            right=1,
        ),
        "starts": Question(
            "Momentum from 2.0 and from 5.0 on this curve: does it cycle?",
            (
                Option("From both, as from 3.3", "Run it: the last three places are smaller than 10⁻⁴⁰."),
                Option("From one of them", "Run both: the last three places are smaller than 10⁻⁴⁰ each time."),
                Option(
                    "From neither: a cycle has a basin, as a minimum has",
                    "The starts that end in the cycle lie beside others that end in the minimum. A proof that it "
                    "always arrives fails on one start; a test from a few starts may never meet it.",
                ),
            ),
            right=2,
        ),
    },
    exercises={
        "loses": Exercise(
            judge_loses,
            hints=(
                "Far below its limit Nesterov wins. Where would its swings shrink most slowly?",
                "Its limit here is (2 + 2μ) / ((1 + 2μ) L) with L = 4; go as near to it as you can.",
            ),
        ),
        "nesterov": Exercise(
            judge_nesterov,
            hints=(
                "The upper function is that of lesson 02: the new velocity, and the point moved by it.",
                "The lower function only says where to look: at x, moved by what will be left of the velocity.",
                "What will be left of it is `momentum * v`.",
            ),
        ),
    },
)
