"""Lesson 08, beyond the gradient: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

LOSSES = "losses['{}'][at]"
MEASURED = {
    **{f"08.0{i + 1}": f"told[{f_star}]" for i, f_star in enumerate((0.0, -1.0, -100.0))},
    "08.04": "[settled(plain), way(plain)]",
    **{f"08.0{i + 5}": f"ended[{temperature}]" for i, temperature in enumerate((0.0, 10.0, 30.0, 100.0))},
    "08.09": "[first_step, apart]",
    "08.10": "ablation['as it is'].losses[-1]",
    "08.11": "ablation['without variance reduction'].losses[-1]",
    "08.12": "ablation['with clipped AdaGrad'].losses[-1]",
    "08.14": "quick[0]",
    "08.15": LOSSES.format("Learned"),
    "08.16": LOSSES.format("Adam, lr 0.1"),
    "08.17": LOSSES.format("Adam, lr 0.3"),
    "08.18": LOSSES.format("Momentum, lr 0.01"),
    "08.19": "[far_learned[0], far_learned[100], far_adam[100]]",
    "08.20": "list(by_size.values())",
}
FINGERPRINTS = {"08.13": "feedback"}
PROBED = {"feedback": "lessons.content.lesson_08.feedback(new_d)"}

FEEDBACK = """\
def new_d(f, f_old, d, beta3=0.9, c=10.0):
    f_star = {}
    change = {}
    clipped = {}
    return {}
"""


def eve(
    f_star="0.0",
    change="abs(f - f_old) / abs(min(f, f_old) - f_star)",
    clipped="min(max(change, 1 / c), c)",
    d="beta3 * d + (1 - beta3) * clipped",
):
    return FEEDBACK.format(f_star, change, clipped, d)


EXERCISES = {
    "temperatures": Exercise("drag", "pair", "pair = (48, 790)", {
        "+ not crossed": ("pair = (10, 790)", "it has not crossed"),
        "+ crossed before": ("pair = (100, 790)", "with 80 it crosses too: go lower"),
        "+ still there": ("pair = (48, 400)", "still in the picture"),
        "+ lost before": ("pair = (48, 2000)", "with 1.6e3 it is lost too"),
        "+ one number": ("pair = 48", "This needs two numbers"),
        "+ the wrong order": ("pair = (790, 48)", "the one that crosses before the one that is lost"),
    }),
    "beat": Exercise("beat", "rival", "rival = ('momentum', {'lr': 0.045, 'momentum': 0.9})", {
        "+ not tuned": ("rival = ('momentum', {'lr': 0.01, 'momentum': 0.9})", "is 0.0808, that of the learned rule"),
        "+ diverges": ("rival = ('momentum', {'lr': 0.1, 'momentum': 0.9})", "It diverges on some"),
        "+ itself": ("rival = 'learned'", "the learned rule itself"),
        "+ no settings": ("rival = ('adam', 0.1)", "This needs a rule and its settings"),
        "+ settings without names": ("rival = ('adam', {1: 0.1})", "This needs a rule and its settings"),
        "+ more steps": ("rival = ('momentum', {'steps': 500})", "`steps` is no setting of a rule"),
        "+ no rule": ("rival = 'adan'", "Did you mean"),
    }),
    "feedback": Exercise("feedback-blank", "new_d", eve(), {
        "numerator |f-f*| (article)": (
            eve(change="abs(f - f_star) / abs(min(f, f_old) - f_star)"), "and Eve is Adam. An article printed it so",
        ),
        "divided by the larger": (
            eve(change="abs(f - f_old) / abs(max(f, f_old) - f_star)"), "divide by the larger of the two losses",
        ),
        "f* = -1": (eve("-1.0"), "Your f* is -1"),
        "not clipped below": (eve(clipped="min(change, c)"), "The clip from below is missing"),
        "sign kept": (eve(change="(f - f_old) / (min(f, f_old) - f_star)"), "The sign is kept"),
        "+ by the old loss": (eve(change="abs(f - f_old) / abs(f_old - f_star)"), "You divide by the old loss"),
        "+ by the new loss": (eve(change="abs(f - f_old) / abs(f - f_star)"), "You divide by the new loss"),
        "+ no mean": (eve(d="clipped"), "the running mean is missing"),
        "+ the mean the other way round": (
            eve(d="(1 - beta3) * d + beta3 * clipped"), "beta3 and 1 - beta3 have changed places",
        ),
        "+ twice the change": (eve(d="beta3 * d + 2 * (1 - beta3) * clipped"), "First difference after step 2"),
        "+ d is 0": (eve(d="0.0"), "Step 2 gives d = 0, and the rate is divided by it"),
        "+ nothing returned": (eve().replace("return ", "d = "), "Your feedback returns nothing"),
        "+ a blank": (eve(clipped="...  # not below 1 / c"), "A blank is still open: `clipped = ...`"),
        "+ an error": (eve(change="abs(f - f_older)"), "raised NameError"),
        "+ called": ("new_d = 0.9", "Hand over the function itself"),
    }),
}  # fmt: skip
