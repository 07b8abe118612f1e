"""Lesson 05, RMSProp: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

FADED = "train('rmsprop', bowl, lr=my_schedule, decay=0.99, steps=1200).losses"
MEASURED = {
    "05.01": "on_slope[0.9]",
    "05.02": "on_slope[0.99]",
    "05.03": "abs(resting[1][-2:])",
    "05.04": "abs(resting[100][-2:])",
    "05.05": "[first, whole.losses[worst], worst]",
    "05.06": "outlier['rmsprop']",
    "05.07": "outlier['adam']",
    "05.08": "outlier['adamax']",
    "05.09": "centred",
    "05.10": "[with_memory.points[-1, 0], without.points[-1, 0]]",
    "05.11": "dict(zip(['RMSProp lr .02 rho .95', 'SMORMS3 lr .02', 'GD lr .05'], floor.values()))",
    "05.13": "[whole.losses.min(), whole.losses[301:].max()]",
    "05.14": f"[{FADED}.min(), {FADED}[301:].max()]",
}
FINGERPRINTS = {"05.12": "rmsprop"}
PROBED = {
    "rmsprop": """train(
        my_rmsprop,
        Objective(lambda x: (x[0]**2 + 4 * x[1]**2) / 2, lambda x: (x[0], 4 * x[1]), start=(1, 0.03), minima=[(0, 0)]),
        lr=0.05, decay=0.9, eps=0.01, steps=3,
    ).points[1:]""",
}

STEP = """\
@optviz.update_rule
def my_rmsprop(x, g, {}/, v=0.0, *, lr=0.05, decay=0.9, eps=0.01):
    v = {}
    return x - lr * {}, v
"""
SCHEDULE = """\
def my_schedule(t):
    return {}
"""


def step(v="decay * v + (1 - decay) * g**2", divided="g / (np.sqrt(v) + eps)", given=""):
    return STEP.format(given, v, divided)


EXERCISES = {
    "calm": Exercise("calm", "my_decay", "my_decay = 0.95", {
        "+ a blank": ("my_decay = ...", "A blank is still open"),
        "+ as before": ("my_decay = 0.99", "below 1e-12 at step 98, and at 0.856 at step 634"),
        "+ too short": ("my_decay = 0.8", "it never gets below 1e-12"),
        "+ no memory": ("my_decay = 0", "The decay is a finite number above 0"),
        "+ no decay": ("my_decay = 1", "A decay is a number below 1"),
    }, {"+ very long": ("my_decay = 0.999", "A long memory is no cure")}),
    "rmsprop": Exercise("rmsprop-blanks", "my_rmsprop", step(), {
        "rho and 1-rho swapped": (step("(1 - decay) * v + decay * g**2"), "decay and 1 - decay have changed places"),
        "v used before it is updated": (
            step().replace("v = decay", "old, v = v, decay").replace("sqrt(v)", "sqrt(old)"), "The old v is used",
        ),
        "eps inside": (step(divided="g / np.sqrt(v + eps)"), "eps stands inside of the root"),
        "bias corrected": (
            step(divided="g / (np.sqrt(v / (1 - decay**t)) + eps)", given="t, "), "You divide the missing weight",
        ),
        "no root": (step(divided="g / (v + eps)"), "There is no root"),
        "sum (AdaGrad)": (step("v + g**2"), "this is AdaGrad"),
        "gradient not squared": (step("decay * v + (1 - decay) * abs(g)"), "The gradients are not squared"),
        "+ the mean of g": (step("decay * v + (1 - decay) * g"), "The gradients are not squared"),
        "+ uphill": (step(divided="-g / (np.sqrt(v) + eps)"), "You walk uphill"),
        "+ blanks": (step("...", "..."), "A blank is still open: `v = ...`, `return x - lr * ..., v`"),
        "+ another rule": (step(divided="g"), "walks exactly like `sgd`"),
        "+ no weight": (step("decay * v + g**2"), "The new square enters whole"),
        "+ no eps": (step(divided="g / np.sqrt(v)"), "There is no eps beside the root"),
        "+ something else": (step("v + decay * g**2"), "First difference after step 1, coordinate 1"),
        "+ an error": (step(divided="g / (sqrt(v) + eps)"), "raised NameError"),
    }),
    "schedule": Exercise("schedule", "my_schedule", SCHEDULE.format("0.1 * 0.99**t"), {
        "+ a blank": (SCHEDULE.format("..."), "A blank is still open: `return ...`"),
        "+ constant": (SCHEDULE.format("0.1"), "it is still thrown out"),
        "+ too slow": (SCHEDULE.format("0.1 * 0.999**t"), "it is still thrown out"),
        "+ too fast": (SCHEDULE.format("0.1 / t"), "Your rate falls too fast"),
        "+ another beginning": (SCHEDULE.format("0.5 * 0.99**t"), "begins at 0.495; it is to begin at 0.1"),
        "+ a number": ("my_schedule = 0.1", "Hand over the function itself"),
        "+ nothing returned": (SCHEDULE.format("0.1").replace("return", "rate ="), "Your schedule returns nothing"),
        "+ two numbers": (SCHEDULE.format("[0.1, 0.05]"), "has to return a number; it returned numbers of"),
        "+ an error": (SCHEDULE.format("0.1 * rho**time"), "Your schedule raised NameError"),
    }, {
        "+ a cut": (SCHEDULE.format("0.1 if t < 110 else 0.0"), "cannot grow"),
        "+ a cut by NumPy": (SCHEDULE.format("np.where(t < 110, 0.1, 0.0)"), "cannot grow"),
    }),
    "passing": Exercise("passing", "my_step", "my_step = 60 + np.log(v_60[1] / 0.16) / -np.log(0.99)", {
        "+ a blank": ("my_step = ...", "A blank is still open"),
        "+ the root fades by rho": ("my_step = 60 + np.log(v_60[1] / 0.16) / -np.log(0.99) / 2", "only half as fast"),
        "+ the run of before": ("my_step = passes", "the run of the lesson, with lr 0.1"),
        "+ seen": (
            "faster = train('rmsprop', bowl, lr=0.2, decay=0.99, steps=1200)\n"
            "my_step = 100 + int(np.argmax(faster.losses[100:]))", "at which everybody sees it",
        ),
        "+ counted from step 60": ("my_step = np.log(v_60[1] / 0.16) / -np.log(0.99)", "add them"),
        "+ 1 over lambda": ("my_step = 60 + np.log(v_60[1] / 0.64) / -np.log(0.99)", "You compare with 1/λ"),
        "+ something else": ("my_step = 200", "Not at step 200"),
    }),
}  # fmt: skip
