"""Lesson 11, maps: what is asked in it, and which minima a rate leaves."""

from collections.abc import Iterable
from typing import Any

from ...checking import Diagnosis
from ..parts import Content, Exercise, Option, Question

RATE = 0.0175
# 2/λ of each minimum, λ the larger eigenvalue of the Hessian there; the lesson computes them.
LIMITS = {"A": 0.02431, "B": 0.02483, "C": 0.01495, "D": 0.01897}
LETTERS = "".join(LIMITS)  # of the minima of the landscape, in its order

RIGHT = f"A, B and D. C is too curved for this rate: its 2/λ is {LIMITS['C']}, the only one below {RATE}."
WRONG = {
    "ABCD": "Not all: that follows from the smallest eigenvalue, or from the depth, which is 0 for all four. The "
    "largest eigenvalue at each minimum decides.",
    "": "Some survive. You compared with 1/λ; up to 2/λ a run leaps across the minimum and still comes nearer.",
    "AB": f"D survives too: its 2/λ is {LIMITS['D']}. A and B only is the answer for lr 0.02.",
}


WORDS = {"all": LETTERS, "none": ""}  # what people write instead of letters


def judge_survivors(answer: Any) -> Diagnosis:
    """Judge the letters of the minima in which gradient descent can still end at the rate of the exercise."""
    if answer is ... or answer is None:
        return Diagnosis(False, 'A blank is still open: put the letters where the three dots are, such as "AB".')
    try:
        given = "".join(answer) if isinstance(answer, Iterable) else ""
        given = WORDS.get(given.strip().lower(), given.replace(" and ", " "))
        chosen = "".join(sorted({letter for letter in given.upper() if letter.isalpha()}))
    except TypeError:
        chosen = given = "?"
    if not isinstance(answer, Iterable) or set(chosen) - set(LETTERS):
        return Diagnosis(False, f'This needs letters out of A, B, C and D, such as "AB"; got {answer!r}.')
    right = {letter: limit > RATE for letter, limit in LIMITS.items()}
    if chosen == "".join(letter for letter, stays in right.items() if stays):
        return Diagnosis(True, RIGHT)
    if chosen in WRONG:
        return Diagnosis(False, WRONG[chosen])
    letter = next(letter for letter, stays in right.items() if stays != (letter in chosen))
    limit, side = LIMITS[letter], "above" if right[letter] else "below"
    return Diagnosis(
        False, f"Look at {letter} again: its 2/λ is {limit}, {side} {RATE}, so it is "
        f"{'there' if right[letter] else 'lost'}."
    )  # fmt: skip


LESSON = Content(
    title="Maps",
    minutes=45,
    needs=("02",),
    questions={
        "gone": Question(
            "The rate becomes 0.015 instead of 0.01. What will the map look like?",
            (
                Option(
                    "The same map; the runs only arrive sooner",
                    "As if a rate were only a speed. It also decides which hollows can hold a run.",
                ),
                Option(
                    "Four basins still, with frayed edges",
                    "Edges do move, at the rim of the picture. But there is something larger to see.",
                ),
                Option(
                    "One basin is gone",
                    "The lower left hollow is curved more than 2/0.015: no run can stay in it, and about 23 % of all "
                    "starts end nowhere.",
                ),
                Option(
                    "It is empty: the limit is passed for the whole landscape",
                    "There is no limit of the whole landscape. Each minimum has its own, 2 over its own curvature.",
                ),
            ),
            right=2,
        ),
        "saw": Question(
            "What became of the starts in the lower left quarter?",
            (
                Option("They end in C, as before", "Look at the colour around C: it is that of none."),
                Option(
                    "They moved on to the three other hollows",
                    "A few at the rim did. Most of them stay around C without ever coming to rest.",
                ),
                Option(
                    "Nearly all of them end in no minimum",
                    "They leap to and fro across C, in a band that neither shrinks nor breaks out.",
                ),
            ),
            right=2,
        ),
        "nearest": Question(
            "With plain descent at lr 0.01, 98 % of the starts end in the minimum that is nearest to them. With "
            "momentum 0.9 at lr 0.005, how many do?",
            (
                Option(
                    "All but a few: a start flows to its nearest minimum",
                    "Nothing pulls towards the nearest minimum; the slope pulls, and here the memory of slopes.",
                ),
                Option(
                    "About three quarters",
                    "A run that has gathered speed flies past the nearest hollow, and comes to rest in another.",
                ),
                Option(
                    "About half",
                    "Much flies past, but friction takes a tenth of the speed in each step; most are caught.",
                ),
                Option(
                    "A quarter: with four hollows it is chance",
                    "The four shares are about a quarter each, but that is not chance: neighbours end together.",
                ),
            ),
            right=1,
        ),
    },
    exercises={
        "survive": Exercise(
            judge_survivors,
            hints=(
                "A minimum can hold a run if the rate is below 2/λ, with the largest curvature λ of that minimum.",
                "You have these four numbers already: `room` above.",
                "Which of them are larger than 0.0175?",
            ),
        ),
    },
)
