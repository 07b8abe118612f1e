"""Lesson 06, AdaDelta: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

MEASURED = {
    "06.01": "table[1e-8]",
    "06.02": "table[1e-6]",
    "06.03": "table[1e-4]",
    "06.04": "table[1e-2]",
    "06.05": "exact",
    "06.06": "on_quartic",
    "06.07": "growing[[0, 9, 99, 999, 9999]]",
    "06.08": "[far, descent]",
    "06.09": "shares",
    "06.10": "held[1.5]",
    "06.11": "held[2.5]",
    "06.12": "threshold",
    "06.13": "[distance[:221].min(), distance[1000]]",
    "06.14": "keras",
    "06.16": "[np.linalg.norm(train('adadelta', bowl, u=first_u, steps=100).points[-1] - bowl.start), "
    "lessons.steps_until(train('adadelta', bowl, u=first_u, steps=100), 0.1)]",
    "06.17": "left",
}
FINGERPRINTS = {"06.15": "adadelta"}
PROBED = {
    "adadelta": "train(my_adadelta, 'parabola', lr=0.5, decay=0.9, eps=0.01, steps=4).points[1:, 0]",
}

ADADELTA = """\
@optviz.update_rule
def my_adadelta(x, g, /, v=0.0, u=0.0, *, lr=0.5, decay=0.9, eps=0.01):
    {v}
    {delta}
    {u}
    return x + {step}, v, u
"""


def adadelta(
    v="v = decay * v + (1 - decay) * g**2",
    delta="delta = -np.sqrt(u + eps) / np.sqrt(v + eps) * g",
    u="u = decay * u + (1 - decay) * delta**2",
    step="lr * delta",
):
    return ADADELTA.format(v=v, delta=delta, u=u, step=step)


EXERCISES = {
    "smallest": Exercise("smallest", "smallest", "smallest = 6e-4", {
        "+ the default": ("smallest = 1e-6", "it has to be larger"),
        "+ too large": ("smallest = 1e-2", "it can be smaller"),
        "+ far too large": ("smallest = 1", "it has to be smaller"),
        "+ none": ("smallest = 0", "ε is a finite number above 0"),
        "+ a blank": ("smallest = ...", "A blank is still open"),
    }),
    "adadelta": Exercise("write", "my_adadelta", adadelta(), {
        "u averages the scaled step (lr inside)": (
            adadelta(u="u = decay * u + (1 - decay) * (lr * delta)**2"), "u averages the scaled step",
        ),
        "no eps in the numerator (frozen)": (
            adadelta(delta="delta = -np.sqrt(u) / np.sqrt(v + eps) * g"), "there is no eps above the fraction",
        ),
        "+ nothing added": (adadelta(step="0"), "look at the last line: is delta added"),
        "u never updated": (adadelta(u="u = 1.0 * u"), "u is never updated"),
        "u averages the gradient": (adadelta(u="u = decay * u + (1 - decay) * g**2"), "u averages the slopes"),
        "eps outside both roots": (
            adadelta(delta="delta = -(np.sqrt(u) + eps) / (np.sqrt(v) + eps) * g"), "eps stands outside of both roots",
        ),
        "old v": (
            adadelta(
                "old, v = v, decay * v + (1 - decay) * g**2", "delta = -np.sqrt(u + eps) / np.sqrt(old + eps) * g"
            ),
            "The old v divides",
        ),
        "sign": (adadelta(step="-lr * delta"), "The sign: you walk uphill"),
        "+ blanks": (adadelta(delta="delta = ..."), "A blank is still open: `delta = ...`"),
        "+ another rule": (
            adadelta(delta="delta = -g / (np.sqrt(v) + eps)"), "walks exactly like `rmsprop`",
        ),
        "+ no lr": (adadelta(step="delta"), "The factor lr is missing"),
        "+ eps outside below": (
            adadelta(delta="delta = -np.sqrt(u + eps) / (np.sqrt(v) + eps) * g"), "Below, eps stands outside",
        ),
        "+ v and u change places": (adadelta().replace("v, u\n", "u, v\n"), "v and u have changed places"),
        "+ something else": (adadelta(step="3 * lr * delta"), "First difference after step 1"),
        "+ a renamed setting": (adadelta().replace("decay", "rho"), "no setting called decay"),
        "+ an error": (adadelta(step="lr * Delta"), "raised NameError"),
    }),
    "first_u": Exercise("first-u", "first_u", "first_u = 1e-2", {
        "+ still too short": ("first_u = 1e-3", "It takes 124 steps"),
        "+ far too short": ("first_u = 1e-6", "the first steps are too short"),
        "+ too long": ("first_u = 100", "too long and throw it out"),
        "+ a blank": ("first_u = ...", "A blank is still open"),
    }),
    "largest": Exercise("largest", "largest", "largest = 2 / 4", {
        "+ curvature 1": ("largest = 2", "the limit for a curvature of 1"),
        "+ 1/L": ("largest = 1 / 4", "0.25 is 1/L"),
        "+ the default": ("largest = 1", "with which it was thrown out"),
        "+ the flat direction": ("largest = 2 / 0.2", "2 over the smallest curvature"),
        "+ smaller": ("largest = 0.4", "But it can be larger"),
        "+ larger": ("largest = 0.6", "which is below -1"),
        "+ a blank": ("largest = ...", "A blank is still open"),
    }),
}  # fmt: skip
