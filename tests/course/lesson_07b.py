"""Lesson 07b, Adam's family: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

MEASURED = {
    "07b.01": "list(ends.values())",
    "07b.02": "list(figure.values())",
    "07b.03": "family['adam']",
    "07b.04": "family['adamax']",
    "07b.05": "family['nadam']",
    "07b.06": "family['nadam_constant']",
    "07b.07": "family['amsgrad_paper']",
    "07b.08": "family['adabound_paper']",
    "07b.09": "clips[0.001]",
    "07b.10": "clips[0.1]",
    "07b.11": "clips[0.5]",
    "07b.14": "sweep",
}
FINGERPRINTS = {"07b.12": "funnel", "07b.13": "denominator"}
# What each step divided by, from outside; and the bounds in numbers of NumPy, which divide by 0.
WALK = "np.diff(train(my_amsgrad, 'reddi', lr=0.01, beta2=0.5, steps=6).points[:, 0])"
PROBED = {
    "denominator": f"(0.01 * np.array([4, -1, -1, 4, -1, -1]) / {WALK}) ** 2",
    "funnel": "(np.seterr(all='ignore'), [funnel(np.float64(t), np.float64(1e-3), 0.1) for t in (1, 1000)])[1]",
}

AMSGRAD = """\
@optviz.update_rule
def my_amsgrad(x, g, /, v=0.0, V=0.0, *, lr=0.01, beta2=0.5):
    v = beta2 * v + (1 - beta2) * g**2
    {}
    return x - lr * g / np.sqrt({}), v, V
"""
FUNNEL = """\
def funnel(t, gamma=0.001, final_lr=0.1):
    lower = final_lr * (1 - 1 / (gamma * t + 1))
    upper = final_lr * (1 + 1 / (gamma * t))
    return lower, upper
"""


def amsgrad(V="V = np.maximum(V, v)", root="V"):
    return AMSGRAD.format(V, root)


EXERCISES = {
    "unfelt": Exercise("unfelt", "unfelt", "unfelt = 0.002", {
        "+ the default": ("unfelt = 0.001", "it can be larger"),
        "+ too large": ("unfelt = 0.1", "With γ = 0.1, 370 of the 400"),
        "+ the power": ("unfelt = -2.5", "at −2.5 γ is 0.00316"),
        "+ none": ("unfelt = 0", "γ is a finite number above 0"),
        "+ a blank": ("unfelt = ...", "A blank is still open"),
    }),
    "denominator": Exercise("amsgrad-blank", "my_amsgrad", amsgrad(), {
        "maximum of g^2 (AdaMax-like)": (amsgrad("V = np.maximum(V, g**2)"), "the maximum of g**2 itself"),
        "maximum kept but v used (= Adam)": (amsgrad(root="v"), "V is kept, but v stands under the root"),
        "minimum": (amsgrad("V = np.where(V == 0, v, np.minimum(V, v))"), "the steps become longer and longer"),
        "maximum written back into v": (amsgrad("v = V = np.maximum(V, v)"), "written back into v"),
        "+ minimum from 0": (amsgrad("V = np.minimum(V, v)"), "V began at 0"),
        "+ uphill": (amsgrad().replace("x - lr", "x + lr"), "The sign: you walk uphill"),
        "+ blanks": (amsgrad("V = ...", "..."), "A blank is still open: `V = ...`"),
        "+ something else": (amsgrad("V = V + v"), "First difference after step 2"),
    }),
    "funnel": Exercise("funnel-blank", "funnel", FUNNEL, {
        "article's first listing": (FUNNEL.replace("(gamma * t + 1)", "gamma ** (t + 1)"), "never closes from below"),
        "minus in the upper bound": (FUNNEL.replace("1 + 1", "1 - 1"), "The upper bound has a minus"),
        "bounds swapped": (FUNNEL.replace("return lower, upper", "return upper, lower"), "The bounds are swapped"),
        "t from 0": (FUNNEL.replace("    lower", "    t = t - 1\n    lower"), "t is counted from 0"),
        "gamma forgotten": (FUNNEL.replace("gamma * t", "t"), "gamma is forgotten"),
        "+ no brackets": (
            FUNNEL.replace("(gamma * t + 1)", "gamma * t + 1").replace("(gamma * t)", "gamma * t"),
            "Brackets are missing",
        ),
        "+ no 1 below": (FUNNEL.replace("gamma * t + 1", "gamma * t"), "lacks its + 1"),
        "+ no final_lr": (FUNNEL.replace("final_lr * ", ""), "final_lr is missing"),
        "+ blanks": (FUNNEL.replace("final_lr * (1 + 1 / (gamma * t))", "..."), "A blank is still open: `upper = ...`"),
        "+ one number": (FUNNEL.replace("return lower, upper", "return lower"), "two numbers, `lower, upper`"),
        "+ three numbers": (FUNNEL.replace("return lower", "return t, lower"), "`lower, upper`; it returned 3"),
        "+ no function": ("funnel = (0.05, 0.2)", "Hand over the function itself"),
        "+ a constant": (FUNNEL.replace("gamma * t)", "gamma)"), "First difference at step 1000, upper bound: yours"),
        "+ an error": (FUNNEL.replace("gamma * t)", "gama * t)"), "raised NameError"),
    }),
    "threshold": Exercise("threshold", "threshold", "threshold = 0.3165", {
        "+ too short": ("threshold = 0.2", "at a larger beta2"),
        "+ too long": ("threshold = 0.4", "at a smaller beta2"),
        "+ no memory": ("threshold = 1.5", "beta2 is below 1"),
        "+ a blank": ("threshold = ...", "A blank is still open"),
    }),
}  # fmt: skip
