"""Lesson 02, momentum: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

SPEED = "[points[1], points[10], points[100], points[100] - points[99]]"
MEASURED = {
    "02.01": "apart",
    "02.02": "classical.points[-1]",
    "02.03": "twins[0.01]",
    "02.04": "twins[0.02]",
    "02.05": SPEED.replace("points", "on_slope"),
    "02.06": SPEED.replace("points", "mean_on_slope"),
    "02.07": "[settled[0.0], lowest[0.0]]",
    "02.08": "[settled[0.5], lowest[0.5]]",
    "02.09": "[settled[0.81], lowest[0.81]]",
    "02.10": "[settled[0.9], lowest[0.9]]",
    "02.11": "[settled[0.99], lowest[0.99]]",
    "02.12": "best[100]",
    "02.13": "best[1000]",
    "02.14": "limit",
    "02.16": "lessons.steps_until(train(restarting, 'parabola', lr=0.01, momentum=0.99, steps=2000), 1e-3)",
}
FINGERPRINTS = {"02.15": "ball"}
PROBED = {
    "ball": "train(my_ball, 'parabola', lr=0.05, momentum=0.9, steps=4).points[1:, 0]",
}

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


def ball(v="v = momentum * v - lr * g", x="x + v"):
    return BALL.format(v, x)


EXERCISES = {
    "critical": Exercise("critical", "my_mu", "my_mu = 0.81", {
        "+ a blank": ("my_mu = ...", "A blank is still open"),
        "+ it crosses": ("my_mu = 0.82", "it crosses 0"),
        "+ more is possible": ("my_mu = 0.8", "a hundredth more is possible"),
        "+ no friction": ("my_mu = 1", "The momentum stays below 1"),
    }),
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
        "+ no friction": (ball("v = v - lr * g"), "There is no friction"),
        "+ memory turned back": (ball("v = -momentum * v - lr * g"), "The old velocity turns back"),
        "+ changed places": (ball().replace("return x + v, v", "return v, x + v"), "Two things have changed places"),
        "+ no return": (ball().replace("return x + v, v", "x + v, v"), "my_ball returned nothing"),
        "+ another rule": (ball() + LOOKS_AHEAD, "walks exactly like `nesterov`"),
        "+ something else": (ball("v = momentum * v - 2 * lr * g"), "First difference after step 1: yours 0.9"),
        "+ a renamed setting": (ball().replace("momentum", "mu"), "no setting called momentum"),
        "+ an error": (ball("v = momentum * w"), "raised NameError"),
    }),
    "restart": Exercise("restart", "restarting", RESTART.format("f > f_old"), {
        "+ a blank": (RESTART.format("..."), "A blank is still open"),
        "+ never": (RESTART.format("f > 1e9"), "never set to 0"),
        "+ always": (RESTART.format("f < f_old"), "plain gradient descent"),
        "+ the push too": (
            RESTART.format("False").replace("momentum * v - lr * g", "np.where(f > f_old, 0.0, momentum * v - lr * g)"),
            "The push of this step is dropped together",
        ),
        "+ by the gradient": (RESTART.format("g * v > 0"), "A restart too, and a good one: 32 steps"),
    }),
}  # fmt: skip
