"""Learners of the course: what they write into the blanks, right and wrong, and what must be said to them.

The keys of the wrong ones are those of the fingerprints in `references/course.json`; the words are those of the tables
of the course.
"""

from typing import NamedTuple

WALK = """\
def walk(grad, x0, lr, n):
    x = np.array(x0, float)
    points = [x]
    for _ in range(n):
        x = x - lr * grad(x)
        points.append(x)
    return points
"""
BALL = """\
@optviz.update_rule
def my_ball(x, g, /, v=0.0, *, lr=0.05, momentum=0.9):
    {}
    return {}, v
"""
RESTART = """\
@optviz.update_rule
def restarting(x, g, f, /, v=0.0, f_old=1e300, *, lr=0.01, momentum=0.99):
    v = np.where({}, 0.0, v)
    v = momentum * v - lr * g
    return x + v, v, f
"""
LOOKS_AHEAD = """
@my_ball.at
def _(x, v, *, momentum):
    return x + momentum * v
"""


class Exercise(NamedTuple):
    """An exercise of a lesson: the cell with the blank, how it is handed in, a right answer, and the wrong ones."""

    cell: str
    hand_in: str
    right: str
    wrong: dict[str, tuple[str, str]]  # fingerprint -> what is written, what must be said


def ball(v="v = momentum * v - lr * g", x="x + v"):
    return BALL.format(v, x)


EXERCISES = {
    "00": {
        "walk": Exercise(
            "walk",
            "walk",
            WALK,
            {
                "same array appended (all points equal)": (
                    WALK.replace("x = x - lr", "x -= lr"),
                    "The list holds one array several times",
                ),
                "sign: uphill": (WALK.replace("x - lr", "x + lr"), "You walk uphill"),
                "gradient computed once": (
                    WALK.replace("points = [x]", "points = [x]\n    g = grad(x)").replace("lr * grad(x)", "lr * g"),
                    "The gradient was computed once, outside of the loop",
                ),
                "y updated with the new x": (
                    WALK.replace(
                        "x = x - lr * grad(x)",
                        "x = np.array([x[0] - lr * grad(x)[0], x[1]])\n"
                        "        x = np.array([x[0], x[1] - lr * grad(x)[1]])",
                    ),
                    "updated with the new first one: compute the whole gradient",
                ),
                "start point not stored": (
                    WALK.replace("points = [x]", "points = []").replace("range(n)", "range(n + 1)"),
                    "The start was not stored",
                ),
                "+ n points": (WALK.replace("points = [x]", "points = []"), "The start was not stored"),
                "+ integer start": (
                    WALK.replace("np.array(x0, float)", "np.array(x0)").replace(
                        "x = x - lr * grad(x)", "x = x.copy()\n        x -= lr * grad(x)"
                    ),
                    "cannot begin at whole numbers",
                ),
                "+ the caller's start": (
                    WALK.replace("np.array(x0, float)", "x0")
                    .replace("[x]", "[x.copy()]")
                    .replace("x = x -", "x -=")
                    .replace("x -= lr", "x -= lr")
                    .replace("append(x)", "append(x.copy())"),
                    "also moved the caller's x0",
                ),
                "+ nothing returned": (WALK.replace("return points", "pass"), "returns nothing"),
                "+ an error": (WALK.replace("grad(x)", "gradient(x)"), "raised NameError: name 'gradient'"),
                "+ one coordinate": (WALK.replace("append(x)", "append(x[0])").replace("[x]", "[x[0]]"), "shape (4,)"),
                "+ a blank": (WALK.replace("lr * grad(x)", "..."), "A blank is still open: `x = x - ...`"),
                "+ not finite": (WALK.replace("lr * grad(x)", "lr * grad(x) / 0.0"), "Step 1 gives"),
                "+ something else": (WALK.replace("lr *", "2 * lr *"), "First difference after step 1, coordinate 1"),
            },
        ),
        "tie": Exercise("check-tie", "lr", "lr = 0.1565", {
            "+ no tie": ("lr = 0.1", "not within 1 %"),
            "+ no number": ("lr = 'a'", "This needs a number"),
            "+ negative": ("lr = -1", "a finite number above 0"),
        }),
    },
    "01": {
        "largest": Exercise("answer", "largest", "largest = 2 / 7", {
            "1/L": ("largest = 1 / 7", "half of the limit"),
            "fastest rate 2/(L+m) or trace": ("largest = 2 / 9", "the fastest rate, 2/(L + m)"),
            "largest diagonal entry": ("largest = 1 / 3", "takes the largest entry on the diagonal"),
            "forgot the 2 of the derivative": ("largest = 4 / 7", "A 2 of the derivative is missing"),
            "smallest eigenvalue": ("largest = 1", "belongs to the smallest eigenvalue"),
            "upside down L/2": ("largest = 3.5", "Upside down: L/2 instead of 2/L"),
            "+ a blank": ("largest = ...", "A blank is still open"),
            "+ too small": ("largest = 0.25", "it can be larger"),
            "+ too large": ("largest = 0.4", "it must be smaller"),
        }),
    },
    "02": {
        "ball": Exercise("ball", "my_ball", ball(), {
            "gradient times 1-mu (EMA)": (ball("v = momentum * v - lr * (1 - momentum) * g"), "Ten times slower"),
            "plus sign (uphill)": (ball("v = momentum * v + lr * g"), "The sign: you roll uphill"),
            "old velocity used": (ball("old, v = v, momentum * v - lr * g", "x + old"), "The old velocity was used"),
            "lr applied twice": (ball(x="x + lr * v"), "lr is applied twice"),
            "velocity not kept (plain GD)": (ball("v = 0 * v - lr * g"), "v is not kept from step to step"),
            "Nesterov instead": (ball(x="x + momentum * v - lr * g"), "This is Nesterov's form"),
            "mu multiplies the gradient too": (
                ball("v = momentum * (v - lr * g)", "x + v"), "momentum multiplies the new gradient too",
            ),
            "dampened, first step full (PyTorch d=.9)": (
                ball("v = momentum * v - lr * g * np.where(v == 0, 1, 1 - momentum)"), "PyTorch with dampening 0.9",
            ),
            "+ blanks": (ball("v = ...", "x + ..."), "A blank is still open: `v = ...`, `return x + ..., v`"),
            "+ in place": (ball(x="x").replace("return", "x += v\n    return"), "write `x = x - ...`"),
            "+ stands still": (ball(x="x"), "does not move at all"),
            "+ another rule": (ball() + LOOKS_AHEAD, "walks exactly like `nesterov`"),
            "+ something else": (ball("v = momentum * v - 2 * lr * g"), "First difference after step 1: yours 0.9"),
            "+ a renamed setting": (ball().replace("momentum", "mu"), "no setting called momentum"),
            "+ an error": (ball("v = momentum * w"), "raised NameError"),
        }),
        "restart": Exercise("restart", "restarting", RESTART.format("f > f_old"), {
            "+ a blank": (RESTART.format("..."), "A blank is still open"),
            "+ never": (RESTART.format("f > 1e9"), "never set to 0"),
            "+ always": (RESTART.format("f < f_old"), "plain gradient descent"),
        }),
    },
}  # fmt: skip
