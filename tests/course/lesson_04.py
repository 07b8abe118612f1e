"""Lesson 04, AdaGrad: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

MEASURED = {
    "04.01": "first_step",
    "04.02": "apart",
    "04.03": "[*fading[[0, 3, 24, 99]], on_slope[-1]]",
    "04.04": "needed[1]",
    "04.05": "needed[100]",
    "04.06": "needed[10_000]",
    "04.07": "turned[0]",
    "04.08": "turned[15]",
    "04.09": "turned[30]",
    "04.10": "turned[45]",
    "04.11": "seldom.points[-1]",
    "04.12": "adaptive.points[-1]",
    "04.13": "published",
}
FINGERPRINTS = {"04.14": "adagrad"}
PROBED = {
    "adagrad": """train(
        my_adagrad, Objective(valley(100).f, valley(100).grad, start=(1, 0.02), minima=[(0, 0)]),
        lr=0.1, eps=0.01, steps=3,
    ).points[1:]""",
}

STEP = """\
@optviz.update_rule
def my_adagrad(x, g, /, h=0.0, *, lr=0.1, eps=0.01):
    h = {}
    return x - lr * {}, h
"""
FULL = """\
def full_matrix(landscape, lr=0.5, steps=100):
    x, G = landscape.start, np.zeros((2, 2))
    points = [x]
    for _ in range(steps):
        g = landscape.grad(x)
        G = {}
        sizes, axes = np.linalg.eigh(G)
        root = np.sqrt(np.maximum(sizes, 0)) + 1e-10
        x = x - lr * axes @ (axes.T @ g / root)
        points.append(x)
    return points
"""


def step(h="h + g**2", divided="g / (np.sqrt(h) + eps)"):
    return STEP.format(h, divided)


EXERCISES = {
    "angle": Exercise("angle", "my_angle", "my_angle = 90", {
        "+ a blank": ("my_angle = ...", "A blank is still open"),
        "+ no turn": ("my_angle = 360", "no turn at all"),
        "+ the worst": ("my_angle = 45", "At 45° AdaGrad takes 1024 steps, along the axes 13"),
        "+ near": ("my_angle = 88", "At 88° AdaGrad takes 46 steps"),
        "+ half a turn": ("my_angle = 180", "between 1° and 90°"),
        "+ below zero": ("my_angle = -90", "The angle is a finite number above 0; got −90"),
    }),
    "adagrad": Exercise("adagrad-blanks", "my_adagrad", step(), {
        "no root": (step(divided="g / (h + eps)"), "There is no root"),
        "eps inside": (step(divided="g / np.sqrt(h + eps)"), "eps stands inside of the root"),
        "h used before it is updated": (
            step().replace("h = h + g**2", "old, h = h, h + g**2").replace("sqrt(h)", "sqrt(old)"), "The old h is used",
        ),
        "gradient not squared": (step("h + abs(g)"), "The gradients are not squared"),
        "one h for all coordinates": (step("h + (g**2).sum(0)"), "One h serves all coordinates"),
        "average instead of sum (RMSProp .9)": (step("0.9 * h + 0.1 * g**2"), "a fading mean instead of the sum"),
        "h forgotten each step (sign descent)": (step("g**2 + 0 * h"), "h is forgotten after each step"),
        "+ no eps": (step(divided="g / np.sqrt(h)"), "eps is missing"),
        "+ its own eps": (step(divided="g / (np.sqrt(h) + 1e-8)"), "a number of your own stands in its place"),
        "+ no brackets": (step(divided="g / np.sqrt(h) + eps"), "put brackets around"),
        "+ no gradient above": (step(divided="1 / (np.sqrt(h) + eps)"), "The gradient is missing above"),
        "+ multiplied": (step(divided="g * (np.sqrt(h) + eps)"), "You multiply by the root"),
        "+ the sum of g": (step("h + g"), "a number < 0 under a root"),
        "+ uphill": (step(divided="-g / (np.sqrt(h) + eps)"), "You walk uphill"),
        "+ blanks": (step("...", "..."), "A blank is still open: `h = ...`, `return x - lr * ..., h`"),
        "+ another rule": (step(divided="g"), "walks exactly like `sgd`"),
        "+ something else": (step("h + 2 * g**2"), "First difference after step 1, coordinate 1"),
        "+ an error": (step(divided="g / (sqrt(h) + eps)"), "raised NameError"),
    }),
    "tilted": Exercise("tilted", "my_rate", "my_rate = 1.5", {
        "+ a blank": ("my_rate = ...", "A blank is still open"),
        "+ as before": ("my_rate = 0.5", "With 0.5 it takes 887 steps"),
        "+ too small": ("my_rate = 0.1", "With 0.1 it takes more than 1200 steps"),
        "+ too large": ("my_rate = 10", "With 10 it takes 539 steps"),
    }),
    "full": Exercise("full-blank", "full_matrix", FULL.format("G + np.outer(g, g)"), {
        "+ a blank": (FULL.format("..."), "A blank is still open: `G = ...`"),
        "+ only the diagonal": (FULL.format("G + np.diag(g**2)"), "G lacks what belongs to two coordinates"),
        "+ forgotten": (FULL.format("np.outer(g, g)"), "is G the sum of all steps, without fading"),
        "+ one number": (FULL.format("G + g @ g.T"), "`g @ g.T` is one number"),
        "+ a number": (FULL.format("g @ g"), "Your function raised"),
        "+ no function": ("full_matrix = 15", "Hand over the function itself"),
        "+ no points": (
            FULL.format("G + np.outer(g, g)").replace("return points", "return []"), "has to return a list of points",
        ),
        "+ the last point": (
            FULL.format("G + np.outer(g, g)").replace("return points", "return [x]"), "100 steps have 101 points",
        ),
        "+ another start": (
            FULL.format("G + np.outer(g, g)").replace("landscape.start, np", "np.zeros(2), np"),
            "The first point is the start, (1, 1); yours is (0, 0).",
        ),
    }),
}  # fmt: skip
