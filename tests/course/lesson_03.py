"""Lesson 03, Nesterov: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

MEASURED = {
    "03.01": "apart",
    "03.02": "first",
    "03.03": "[lowest['momentum'], settled['momentum'], lowest['nesterov'], settled['nesterov']]",
    "03.04": "both[0].losses[-1]",
    "03.05": "both[1].losses[-1]",
    "03.06": "exploded",
    "03.07": "limit[0.5]",
    "03.08": "limit[0.9]",
    "03.09": "visited",
    "03.10": "fractions",
    "03.11": "[looks.points[-1, 0], plain.points[-1, 0]]",
    "03.12": "defect",
}
FINGERPRINTS = {"03.13": "nesterov"}
PROBED = {
    "nesterov": "train(my_nesterov, 'parabola', lr=0.1, momentum=0.9, steps=4).points[1:, 0]",
}

STEP = """\
@optviz.update_rule
def my_nesterov(x, g, /, v=0.0, *, lr=0.1, momentum=0.9):
    {}
    return {}, v
"""
LOOK = """

@my_nesterov.at
def _(x, v, *, momentum):
    return {}
"""
VELOCITY = "v = momentum * v - lr * g"


def ahead(v=VELOCITY, x="x + v", at="x + momentum * v"):
    return STEP.format(v, x) + LOOK.format(at)


def shifted(x="x + momentum * v - lr * g", v=VELOCITY):
    return STEP.format(v, x)


EXERCISES = {
    "loses": Exercise("loses", "my_rate", "my_rate = 0.337", {
        "+ a blank": ("my_rate = ...", "A blank is still open"),
        "+ it wins": ("my_rate = 0.2", "here it still wins"),
        "+ it runs away": ("my_rate = 0.35", "beyond its limit"),
        "+ slowly": ("my_rate = 0.3393", "beyond its limit"),  # 3.8 / 11.2 = 0.339286
        "+ very far": ("my_rate = 1e6", "beyond its limit"),
    }),
    "nesterov": Exercise(
        "ahead-blanks",
        "my_nesterov",
        ahead(),
        {
            "new velocity in mu^2 v (Chainer)": (
                shifted("x + momentum**2 * v - (1 + momentum) * lr * g"),
                "The new velocity stands where the old one belongs",
            ),
            "no look-ahead, or old v in mu v (classical)": (ahead(at="x"), "momentum without a look ahead"),
            "look back (minus sign)": (ahead(at="x - momentum * v"), "You look back"),
            "look-ahead by v instead of mu v": (ahead(at="x + v"), "You look ahead by all of v"),
            "look-ahead step kept, then v added": (
                ahead("old, v = v, momentum * v - lr * g", "x + momentum * old + v"),
                "The look ahead is kept, and then v is added again",
            ),
            "velocity added with plus (Paddle 2018)": (
                shifted("x - momentum * v - lr * g"), "The velocity is added uphill",
            ),
            "+ the old v in mu v": (
                shifted("x + momentum * old - lr * g", "old, v = v, momentum * v - lr * g"),
                "momentum without a look ahead",
            ),
            "+ uphill": (ahead("v = momentum * v + lr * g"), "The sign: you roll uphill"),
            "+ blanks": (ahead("v = ...", "x + ...", "..."), "`v = ...`, `return x + ..., v`, `return ...`"),
            "+ one blank below": (ahead(at="x + ..."), "A blank is still open: `return x + ...`"),
            "+ looks twice": (ahead(x="x + momentum * v - lr * g"), "You look ahead twice"),
            "+ moves by the look": (ahead(x="x + momentum * v"), "x moves by momentum * v"),
            "+ no friction": (ahead("v = v - lr * g"), "There is no friction"),
            "+ no return below": (
                ahead().replace("return x + momentum * v", "x + momentum * v"),
                "look-ahead of my_nesterov returned nothing",
            ),
            "+ stands still": (ahead(x="x"), "does not move at all"),
            "+ another rule": (shifted("x - lr * g"), "walks exactly like `sgd`"),
            "+ something else": (ahead(at="x + momentum * v / 2"), "First difference after step 2: yours 0.7245"),
            "+ something else, shifted": (shifted("x + momentum * v"), "First difference after step 1: yours 0.91, "
                                          "expected 0.81"),
            "+ an error": (ahead(at="x + w * v"), "raised NameError"),
        },
        {"right, shifted": (shifted(), "You wrote the shifted form")},
    ),
}  # fmt: skip
