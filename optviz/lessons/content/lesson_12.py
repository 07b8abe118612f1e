"""Lesson 12, write your own and hunt bugs: what is asked in it, and how a rule and a repair are checked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...checking import Diagnosis, check, failure
from ...driver import train
from ...objectives.bowls import quadratic
from ...rule import UpdateRule
from ...rules.adam_family import eve
from ...rules.adaptive import smorms3
from ...words import point_text
from ..holding import contract
from ..identifying import identity
from ..judging import blanks_in, open_blanks
from ..parts import Content, Exercise, Option, Question

# --- a rule of one's own --------------------------------------------------------------------------------------------


def lion(x, g, /, m=0.0, *, lr=0.1, beta1=0.9, beta2=0.99):
    """Lion without its weight decay (Chen et al. 2023): the model answer."""
    return x - lr * np.sign(beta1 * m + (1 - beta1) * g), beta2 * m + (1 - beta2) * g


def _m_first(x, g, /, m=0.0, *, lr=0.1, beta1=0.9, beta2=0.99):
    m = beta2 * m + (1 - beta2) * g
    return x - lr * np.sign(beta1 * m + (1 - beta1) * g), m


def _without_sign(x, g, /, m=0.0, *, lr=0.1, beta1=0.9, beta2=0.99):
    return x - lr * (beta1 * m + (1 - beta1) * g), beta2 * m + (1 - beta2) * g


def _sign_of_m(x, g, /, m=0.0, *, lr=0.1, beta2=0.99):
    return x - lr * np.sign(m), beta2 * m + (1 - beta2) * g


def _sign_of_g(x, g, /, *, lr=0.1):
    return x - lr * np.sign(g)


# What passes the contract and was perhaps to be Lion.
NEARLY_LION = {
    "_m_first": "If it was to be Lion: the step needs the old m, so blend first and remember afterwards.",
    "_without_sign": "If it was to be Lion: the step is the sign of the blend, np.sign(...), not the blend.",
    "_sign_of_m": "If it was to be Lion: the sign is that of a blend of m and g; m alone knows nothing at first.",
    "_sign_of_g": "If it was to be Lion: m stays 0, or is not used, so that only the last gradient counts.",
}
LION = UpdateRule(lion)
NEARLY = [UpdateRule(rule) for rule in (_m_first, _without_sign, _sign_of_m, _sign_of_g)]


def judge_own(rule: Any) -> Diagnosis:
    """Judge a learner's own rule by the contract that every rule has to hold; it need not be Lion."""
    if not isinstance(rule, UpdateRule):
        return Diagnosis(False, f"Hand over the rule itself, a function with @update_rule above it; got {rule!r:.60}.")
    blanks = blanks_in(rule)
    if blanks:
        return open_blanks(blanks)
    broken = contract(rule)
    if "input" not in broken:
        try:
            train(rule, quadratic, steps=2)
        except (Exception, SystemExit) as error:  # then it can hold nothing: say what is wrong, not what it breaks
            return Diagnosis(False, failure("Your rule", error))
    if broken:
        name, sentence = next(iter(broken.items()))
        more = f" It also breaks {', '.join(f'`{one}`' for one in [*broken][1:])}." if len(broken) > 1 else ""
        return Diagnosis(False, f"It breaks `{name}`. {sentence}{more}")
    try:
        card = identity(rule)
        found = check(rule, LION, NEARLY)
    except (Exception, SystemExit) as error:
        return Diagnosis(False, failure("Your rule", error))
    changes = {"f_times_1000": "f × 1000", "rotation": "a rotation", "x_times_100": "x × 100"}
    kept = [words for name, words in changes.items() if card[name]]
    stays = f"stays under {' and '.join(kept)}" if kept else "stays under no change of the problem"
    if found.right:
        who = "It is Lion, step for step."
    elif found.matches:
        who = NEARLY_LION.get(found.matches[0], f"It walks exactly like `{found.matches[0]}`.")
    else:
        who = "It walks like no rule that is known here: neither like Lion nor like another."
    return Diagnosis(
        True,
        f"It holds the contract. Its first step from (−5, −2) is {point_text(card['first_step'])}, and its path "
        f"{stays}. {who}",
    )


# --- the hunt -------------------------------------------------------------------------------------------------------


def _swapped(mean: bool, square: bool) -> UpdateRule:
    """Return SMORMS3 in which old and new have each other's weight in the mean, in the mean square, or in both."""

    def as_published(x, g, /, s=1.0, m=0.0, v=0.0, *, lr=1e-3, eps=1e-16):
        r = 1 / (s + 1)
        rm, rv = (r if mean else 1 - r), (r if square else 1 - r)
        m = rm * m + (1 - rm) * g
        v = rv * v + (1 - rv) * g**2
        zeta = m**2 / (v + eps)
        return x - np.minimum(lr, zeta) / (np.sqrt(v) + eps) * g, 1 + (1 - zeta) * s, m, v

    as_published.__name__ = f"swapped_{mean}_{square}".lower()
    return UpdateRule(as_published, variant_of=smorms3)


def _eve_by(numerator: Callable[[Any, Any, Any], Any], name: str) -> UpdateRule:
    """Return Eve with another numerator, a function of f, f_old and f_star, in the quotient that changes d."""

    def wrong(x, g, t, f, /, m=0.0, v=0.0, d=1.0, f_old=0.0, *,
              lr=1e-3, beta1=0.9, beta2=0.999, beta3=0.999, c=10.0, eps=1e-8, f_star=0.0):  # fmt: skip
        tiny = 2.0**-1022
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        if t > 1:
            change = (numerator(f, f_old, f_star) + tiny) / (np.minimum(f, f_old) - f_star + tiny)
            d = beta3 * d + (1 - beta3) * np.clip(change, 1 / c, c)
        return x - lr / d * m_hat / (np.sqrt(v_hat) + eps), m, v, d, f

    wrong.__name__ = name
    return UpdateRule(wrong, variant_of=eve)


def _adam_with(counter: Callable[[int], int], name: str) -> Callable:
    """Return Adam in the form of the exercise, whose t in the step of this number, 1 for the first, is another one."""

    def wrong(w, dw, config=None):
        config = {} if config is None else config
        settings = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "m": 0.0, "v": 0.0, "step": 0}
        for key, value in settings.items():
            config.setdefault(key, value)
        config["step"] += 1
        t, beta1, beta2 = counter(config["step"]), config["beta1"], config["beta2"]
        config["m"] = beta1 * config["m"] + (1 - beta1) * dw
        config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
        with np.errstate(all="ignore"):  # 0 / 0 if nothing is counted
            m_hat, v_hat = config["m"] / np.float64(1 - beta1**t), config["v"] / np.float64(1 - beta2**t)
            return w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"]), config

    wrong.__name__ = name
    return wrong


PUBLISHED = "It still walks as it was published."


def hunt_judge(
    against: str, right: str, wrong: Mapping[str, str], candidates: Sequence[Any] = ()
) -> Callable[[Any], Diagnosis]:
    """Return the judge of a repaired step; `wrong` has sentences for the names of rules that it may walk like."""

    def judge(step: Any) -> Diagnosis:
        if not callable(step):
            return Diagnosis(False, f"Hand over the function itself, without brackets or quotes; got {step!r:.60}.")
        blanks = blanks_in(step)
        if blanks:
            return open_blanks(blanks)
        try:
            found = check(step, against, candidates)
        except (TypeError, ValueError) as error:
            return Diagnosis(False, str(error))
        if found.right:
            return Diagnosis(True, right)
        known = next((wrong[name] for name in found.matches if name in wrong), None)
        return Diagnosis(False, found.sentence if known is None else known)

    return judge


LESSON = Content(
    title="Write your own; bug hunt",
    minutes=75,
    needs=("07",),
    questions={
        "saw": Question(
            "Look at the last four points of the article's run. What does it do?",
            (
                Option("It is at rest, a little beside the minimum", "Two points alternate: it moves in every step."),
                Option(
                    "It alternates between two points, one on each side of the minimum",
                    "They are 0.04 apart, which is exactly the rate: every step has full length.",
                ),
                Option("It comes nearer, but slowly", "The points of step 97 and of step 99 are the same."),
            ),
            right=1,
        ),
        "cause": Question(
            "The original comes to rest at −1.5. The one of the article steps to and fro across it for ever. Why?",
            (
                Option(
                    "Its rate is too large: jitter is always the rate",
                    "Both have the same rate. In SMORMS3 it is a cap, and the original stays below it.",
                ),
                Option(
                    "Rounding errors",
                    "Rounding is in the sixteenth digit; these steps are 0.04 long. It is hardly ever the machine.",
                ),
                Option(
                    "Old and new have each other's weight in a running mean",
                    "So it is. Where r should weigh the new gradient it weighs the old mean; and the quotient that "
                    "should shorten the steps belongs to another parameter.",
                ),
                Option(
                    "Nothing is wrong: there are two valid variants",
                    "As if published meant right. The author's own text has the other weights, and says what they are "
                    "for.",
                ),
            ),
            right=2,
        ),
        "units": Question(
            "Which of these rules keeps its path when x is measured in units a hundred times smaller?",
            (
                Option(
                    "AdaDelta: the units of its step are those of x",
                    "But for eps. It stands beside the squared steps, so it has their units, and it stayed as it was.",
                ),
                Option(
                    "All that divide the gradient by its own size",
                    "They are then free of the gradient's units, and their steps are lr long: in which units?",
                ),
                Option("None of them", "A learning rate, or an eps in its place, always has units of x in it."),
                Option(
                    "Plain descent: it is the simplest",
                    "Its step is lr times a slope. In the new units distances are a hundred times larger and slopes a "
                    "hundred times smaller.",
                ),
            ),
            right=2,
        ),
        "proof": Question(
            "The demonstration ends at +1, exactly as the theorem says of Adam. Does it show that Adam fails?",
            (
                Option(
                    "Yes: the outcome is the predicted one",
                    "A wrong program can have the right outcome. Ask what else would have it.",
                ),
                Option(
                    "Only if other rules pass it: run plain descent on it first",
                    "And that ends at +1 as well. The game itself leads there, so it says nothing about Adam.",
                ),
                Option(
                    "No: the theorem must be wrong then",
                    "The theorem holds: with t in the place of x Adam ends at +1, and plain descent near −1.",
                ),
            ),
            right=1,
        ),
    },
    exercises={
        "own": Exercise(
            judge_own,
            hints=(
                "For Lion, `step` is the sign of a blend of `m` and `g`: `np.sign(...)`.",
                "`step = np.sign(beta1 * m + (1 - beta1) * g)`",
                "`m = beta2 * m + (1 - beta2) * g`",
            ),
        ),
        "smorms3": Exercise(
            hunt_judge(
                "smorms3",
                "Old and new have their own weights again: (1 - r) for the old mean, r for the new gradient.",
                {
                    "swapped_true_true": PUBLISHED,
                    "swapped_false_true": "The mean m is repaired; the mean of the squares has the same mistake.",
                    "swapped_true_false": "The mean of the squares is repaired; the mean m has the same mistake.",
                },
                [_swapped(True, True), _swapped(False, True), _swapped(True, False)],
            ),
            hints=(
                "r is 1 / (s + 1), small if the memory s is long. Which of old and new should count little then?",
                "With a long memory a single new gradient should hardly count: it gets the weight r.",
                "Two lines have it, that of m and that of v.",
            ),
        ),
        "eve": Exercise(
            hunt_judge(
                "eve",
                "It compares the loss with the last one: a change, and not a height.",
                {
                    "eve_article": PUBLISHED,
                    "without_abs": "The change has lost its size. As long as the loss falls, f - f_old is below 0, and "
                    "the clip makes 1 / c of it however much it fell: np.abs(...).",
                    "turned_without_abs": "The change has lost its size. When the loss rises, f_old - f is below 0, "
                    "and the clip makes 1 / c of it however much it rose: np.abs(...).",
                    "old_height": "That is the old loss above f*: still a height, only that of the step before. A "
                    "change is the difference of the two losses, f and f_old.",
                },
                [
                    _eve_by(lambda f, f_old, f_star: f - f_old, "without_abs"),
                    _eve_by(lambda f, f_old, f_star: f_old - f, "turned_without_abs"),
                    _eve_by(lambda f, f_old, f_star: np.abs(f_old - f_star), "old_height"),
                ],
            ),
            hints=(
                "Read the sentence above the cell: what is compared with what?",
                "`f_old` is the loss of the step before; where is it used?",
                "The numerator is the change of the loss, `np.abs(f - f_old)`.",
            ),
        ),
        "counter": Exercise(
            hunt_judge(
                "adam",
                "The counter is 1 at the first use, and the first step is lr long.",
                {
                    "adam_late_counter": PUBLISHED,
                    "not_counted": "The first step is nan: t is still 0 when it is used, so that 1 - beta1**0 = 0, and "
                    "m and v are divided by 0. The first t that is used has to be 1.",
                    "stands_still": "The first step is right, the second is not: t stays 1 for ever, and the weights "
                    "of the means with it. It has to grow by 1 in each step.",
                    "counted_twice": "t grows by 2 in each step: 2, 4, 6, ... It should be 1, 2, 3, ...",
                },
                [
                    _adam_with(lambda step: step - 1, "not_counted"),
                    _adam_with(lambda step: 1, "stands_still"),
                    _adam_with(lambda step: 2 * step, "counted_twice"),
                ],
            ),
            hints=(
                "What is the first step on a constant gradient, divided by the rate? It should be 1.",
                "Which value has t when it is used for the first time?",
                "It begins at 1 and is counted up before its first use, so its first value is 2. Let it begin at 0.",
            ),
        ),
    },
)
