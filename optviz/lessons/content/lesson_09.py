"""Lesson 09, the article's race: what is asked in it, and how rates and races are judged."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...checking import Diagnosis
from ...driver import train
from ...racing import Race
from ...standings import standing_of
from ...words import number_text, setting_text
from ..judging import as_number
from ..parts import Content, Exercise, Option, Question
from ..theirs import run_theirs

# --- the best of a sweep -------------------------------------------------------------------------------------------

BOWL = {"rule": "sgd", "objective": "quadratic", "steps": 50}
RATES = np.geomspace(1e-3, 10, 41)
NEAR = 0.01  # of a rate; the next one of the grid is a quarter larger
RIGHT = (
    0.398107,
    "0.398. One rate further, 0.501, is above the limit 2/L = 0.5, and with it the run swings ever wider.",
)
WRONG = [
    (0.251189, "0.251 is lowest after one step only: look at the last losses, `runs.losses[-1]`."),
    (0.501187, "0.501 is the largest rate that does not fly away at once; the question is where the run ends lowest."),
    (0.001, "0.001 is the first of the rates: `[0]`, or an argmin over something else than the rates."),
    (0.1, "0.1 is the end of your sweep, and a best rate on the edge says: go further, up to 10."),
    # (10 - 0.001) / 40 above 0.001
    (
        0.250975,
        "Your rates lie at equal distances, `np.linspace`: the second is 0.251 already. Take equal ratios, "
        "`np.geomspace`.",
    ),
    (26, "26 is the place of the best rate in the array, not the rate: put it into `tried[...]`."),
]


def judge_best(tune: Any) -> Diagnosis:
    """Judge a function that returns the best of 41 rates for gradient descent on the long bowl."""
    answer = run_theirs(tune, "tune_sgd()", lambda tune: tune(), returns="one of the rates", who="Your sweep")
    number = answer if isinstance(answer, Diagnosis) else as_number(answer)
    if isinstance(number, Diagnosis):
        return number
    rate, sentence = min((RIGHT, *WRONG), key=lambda row: abs(number / row[0] - 1))
    if abs(number / rate - 1) < NEAR:
        return Diagnosis(rate == RIGHT[0], sentence)
    end, lowest = (float(train(**BOWL, lr=rate).losses[-1]) for rate in (number, RIGHT[0]))
    if end < lowest:
        return Diagnosis(False, "That is better than all 41: your grid is another. Take `np.geomspace(0.001, 10, 41)`.")
    return Diagnosis(
        False, f"With {number_text(number)} the run ends at f = {number_text(end)}; another of the 41 ends lower."
    )


# --- a rate that fits one start ------------------------------------------------------------------------------------


def judge_fragile(lr: Any) -> Diagnosis:
    """Judge a rate with which momentum reaches 2.5 from -3, but not from -2.5."""
    number = as_number(lr)
    if isinstance(number, Diagnosis):
        return number
    walks = [train("momentum", "quartic", start=x, lr=number, steps=100).points[:, 0] for x in (-3, -2.5)]
    far, near = (float(walk[-1]) for walk in walks)
    words = f"With {number_text(number)} it ends at {number_text(far)} from −3 and at {number_text(near)} from −2.5"
    if not np.isfinite(far):
        return Diagnosis(False, f"With {number_text(number)} it flies away from −3: it must be smaller.")
    if abs(far - 2.5) > 0.1:
        if far > -0.5:
            return Diagnosis(False, f"{words}: the first is over the hump, but 100 steps are too few to come to rest.")
        why = "comes back over the hump, so it is too fast" if walks[0].max() > -0.5 else "is too slow for the hump"
        return Diagnosis(False, f"{words}: from −3 it {why}.")
    if abs(near - 2.5) < 0.1:
        return Diagnosis(False, f"{words}: it reaches 2.5 from both. With less speed the second would stay behind.")
    return Diagnosis(True, f"{words}. Half a unit of start, and another ranking.")


# --- a race with a contract ----------------------------------------------------------------------------------------


def race_judge(winner: str, loser: str) -> Callable[[Any], Diagnosis]:
    """Return the judge of a race that one rule has to win against the other, under an honest contract."""

    def judge(result: Any) -> Diagnosis:
        if not isinstance(result, Race):
            return Diagnosis(False, f"This needs a race, as race(['sgd', 'adam'], ...) returns it; got {result!r:.40}.")
        runs = {run.rule.name: run for run in result if run.rule.name in (winner, loser)}  # others may run too
        missing = [name for name in (winner, loser) if name not in runs]
        if missing:
            return Diagnosis(False, f"{missing[0]} is not in your race.")
        untuned = [run.label for run in runs.values() if run.label not in result.sweeps]
        if untuned:
            return Diagnosis(
                False, f"The contract says `{result.contract}`: no sweep for {untuned[0]}. Give both tune='best'."
            )
        first, second = (runs[name] for name in (winner, loser))
        if not standing_of(first) < standing_of(second):
            return Diagnosis(False, f"On {first.objective.label} in {first.steps} steps {first.label} does not win.")
        for run in runs.values():
            tried, chosen = result.sweeps[run.label].settings["lr"], run.settings["lr"]
            if chosen in (tried[0], tried[-1]):
                return Diagnosis(
                    False,
                    f"{first.label} is ahead, but {run.label}'s best rate, {setting_text(chosen)}, is the edge of its "
                    f"sweep: give `rates` that go further.",
                )
        return Diagnosis(
            True, f"{first.label} wins on {first.objective.label} in {first.steps} steps, {result.contract}."
        )

    return judge


LESSON = Content(
    title="The article's race",
    minutes=45,
    needs=("02", "07"),
    questions={
        "elsewhere": Question(
            "The race begins at -2 instead of -3, with the same settings. How many of the seven winners still reach "
            "2.5 in 100 steps?",
            (
                Option(
                    "7: good rules are good anywhere",
                    "As if winning were a property of the rule. Four of them got over the hump by the speed of the "
                    "first descent, and from -2 there is little descent.",
                ),
                Option(
                    "7 and some more: the way is shorter",
                    "Nearer to the goal, but also lower: what is missing is the slope on which to gather speed.",
                ),
                Option(
                    "3",
                    "AMSGrad, AdaBound and AMSBound leap in their first step nearly to the top of the hump. The other "
                    "four fall back.",
                ),
                Option(
                    "None: it was luck",
                    "Not only luck: three of them have a first step that is long enough from either start.",
                ),
            ),
            right=2,
        ),
        "saw": Question(
            "What did Adam do in the race that begins at -2?",
            (
                Option("It did not move", "It moved at once, 0.4 in the first step; look at the beginning."),
                Option(
                    "It rolled through the shallow valley, up the other side, and back",
                    "It came as far as -0.99, short of the hump at -0.5, and swung to rest at -1.5.",
                ),
                Option(
                    "It got over the hump and came back",
                    "From -2 it never reaches the dotted line of the hump; from -3 it does, and rolls on to 2.5.",
                ),
            ),
            right=1,
        ),
        "tuned": Question(
            "Each of 14 rules gets the best of 51 rates for the start -3. How many reach 2.5 from -3, and how many "
            "with the same rates from -2?",
            (
                Option(
                    "7 and 3, as in the article",
                    "That was with the article's rates. All but SMORMS3 have a rate that gets there.",
                ),
                Option(
                    "13 and 13: well tuned is robust",
                    "Tuned for one start is well tuned for that start. From -2 ten of them stay behind.",
                ),
                Option(
                    "13 and 3",
                    "Nearly every rule can win this race, and hardly one wins it from elsewhere.",
                ),
                Option(
                    "All 14 and none",
                    "Nearly. SMORMS3 caps its step by its rate and measures signal to noise; none of the 51 rates "
                    "helps it over the hump. And three do come through from -2.",
                ),
            ),
            right=2,
        ),
        "needle": Question(
            "How does the curve of SGD look at its best rate?",
            (
                Option(
                    "A wide valley: many rates do nearly as well",
                    "That is momentum's curve. SGD has a single low point; beside it runs end in the other valley or "
                    "fly away.",
                ),
                Option(
                    "A needle: its neighbours are far worse",
                    "One rate of 41 hits, and the rates beside it end some forty higher or diverge. The rank says "
                    "nothing of that.",
                ),
                Option("Its best rate is the largest of all", "It lies inside, at 0.0316; the cell above says so."),
            ),
            right=1,
        ),
    },
    exercises={
        "fragile": Exercise(
            judge_fragile,
            hints=(
                "A smaller rate gathers less speed. Put the start at -2.5 and lower the rate until the ball stays.",
                "In the picture of the windows momentum has squares from 0.001 on: begin there.",
            ),
        ),
        "best": Exercise(
            judge_best,
            hints=(
                "`np.geomspace(0.001, 10, 41)` has 41 rates, each 1.26 times the one before.",
                "`runs.losses` has the shape (51, 41): a row for each step, the start first, a column for each rate.",
                "`argmin()` gives the place of the smallest number.",
            ),
        ),
        "sgd_wins": Exercise(
            race_judge("sgd", "adam"),
            hints=(
                "Where all directions are equally curved, one rate for all is no handicap.",
                "Try `parabola`, or the long bowl.",
            ),
        ),
        "adam_wins": Exercise(
            race_judge("adam", "sgd"),
            hints=(
                "Very unequal curvatures are hard for one rate, the more so if the valley bends.",
                "On a plateau SGD would like a rate beyond the sweep: then its best is on the edge.",
                "Try `rosenbrock`.",
            ),
        ),
    },
)
