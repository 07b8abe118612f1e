"""Lesson 12, write your own and hunt bugs: where its numbers stand, and what learners write into its blanks."""

import inspect

from .. import learners
from . import Exercise

CARDS = [
    "sgd", "momentum", "nesterov_shifted", "adagrad", "rmsprop", "rmsprop_graves", "adadelta", "adam", "adamax",
    "nadam", "amsgrad", "adabound", "amsbound", "smorms3", "eve", "santa_e", "santa_sss", "adasecant",
]  # fmt: skip
CONTRACTS = (
    "{'good': '+'.join(lessons.contract(my_rule)) or 'passes', 'inplace': '+'.join(lessons.contract(inplace)), "
    "'global_state': '+'.join(lessons.contract(global_state)), 'zero_gradient': '+'.join(lessons.contract("
    "zero_gradient)), 'hard_coded_2': '+'.join(lessons.contract(hard_coded_2)), 'uses_x': '+'.join(lessons.contract("
    "uses_x)), 'uphill': '+'.join(lessons.contract(uphill))}"
)
MEASURED = {
    "12.01": "[*santa[0], *santa[1]]",
    "12.02": "[*first_steps, *original.points[99:, 0], *article.points[99:, 0]]",
    "12.03": "[*eve[0], *eve[1]]",
    "12.04": "[*bounds[0], *bounds[1]]",
    "12.05": "angle",
    "12.06": "lost_y((3.0, 2.0))",
    "12.07": "last_sgd",
    "12.08": "last_adam",
    **{f"12.{9 + i:02}": f"cards[{name!r}]" for i, name in enumerate(CARDS)},
    "12.27": "lessons.identity(my_rule)",
    "12.28": "[*train(my_rule).points[1], *train(my_rule).points[100]]",
    "12.29": CONTRACTS,
}
FINGERPRINTS: dict[str, str] = {}
PROBED: dict[str, str] = {}

OWN = """\
@update_rule
def my_rule(x, g, /, m=0.0, *, lr=0.1, beta1=0.9, beta2=0.99):
    step = np.sign(beta1 * m + (1 - beta1) * g)
    m = beta2 * m + (1 - beta2) * g
    return x - lr * step, m
"""
M_FIRST = """\
@update_rule
def my_rule(x, g, /, m=0.0, *, lr=0.1, beta1=0.9, beta2=0.99):
    m = beta2 * m + (1 - beta2) * g
    step = np.sign(beta1 * m + (1 - beta1) * g)
    return x - lr * step, m
"""
SMORMS3 = """\
@update_rule
def hunted_smorms3(x, g, /, s=1.0, m=0.0, v=0.0, *, lr=1e-3, eps=1e-16):
    r = 1 / (s + 1)
    m = (1 - r) * m + r * g
    v = (1 - r) * v + r * g**2
    zeta = m**2 / (v + eps)
    return x - np.minimum(lr, zeta) / (np.sqrt(v) + eps) * g, 1 + (1 - zeta) * s, m, v
"""
M, V = "(1 - r) * m + r * g", "(1 - r) * v + r * g**2"
M_SWAPPED, V_SWAPPED = "r * m + (1 - r) * g", "r * v + (1 - r) * g**2"
EVE = """\
@update_rule
def hunted_eve(x, g, t, f, /, m=0.0, v=0.0, d=1.0, f_old=0.0, *,
               lr=1e-3, beta1=0.9, beta2=0.999, beta3=0.999, c=10.0, eps=1e-8, f_star=0.0):
    tiny = 2.0**-1022
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    if t > 1:
        change = (np.abs(f - f_old) + tiny) / (np.minimum(f, f_old) - f_star + tiny)
        d = beta3 * d + (1 - beta3) * np.clip(change, 1 / c, c)
    return x - lr / d * m_hat / (np.sqrt(v_hat) + eps), m, v, d, f
"""
COUNTER = inspect.getsource(learners.adam).replace("def adam", "def hunted_adam")


EXERCISES = {
    "own": Exercise("own", "my_rule", OWN, {
        "+ a blank": (
            OWN.replace("np.sign(beta1 * m + (1 - beta1) * g)", "..."), "A blank is still open: `step = ...`",
        ),
        "+ input": (OWN.replace("return x - lr * step, m", "x -= lr * step\n    return x, m"), "It breaks `input`"),
        "+ state": (
            "kept = {}\n" + OWN.replace("    m = beta2", "    kept['n'] = kept.get('n', 0) + 1\n    m = beta2").replace(
                "lr * step", "lr / kept['n'] * step"
            ),
            "It breaks `state`",
        ),
        "+ zero": (OWN.replace("np.sign(beta1 * m + (1 - beta1) * g)", "g / np.abs(g)"), "It breaks `zero`"),
        "+ shape": (OWN.replace("lr * step", "lr * np.ones((2, 1)) * step"), "It breaks `shape`"),
        "+ shift": (OWN.replace("return x", "return 0.99 * x"), "It breaks `shift`"),
        "+ falls": (OWN.replace("x - lr", "x + lr"), "It breaks `falls`"),
        "+ an error": (OWN.replace("beta2 * m", "beta3 * m"), "Not yet. Your rule raised NameError"),
        "+ nothing returned": (OWN.replace("return x", "x"), "must return the new x, m"),
        "+ no rule": (OWN.replace("@update_rule\n", ""), "a function with @update_rule above it"),
    }, {
        "+ m first": (M_FIRST, "the step needs the old m"),
        "+ without the sign": (OWN.replace("np.sign", ""), "is the sign of the blend"),
        "+ the sign of m": (OWN.replace("beta1 * m + (1 - beta1) * g", "m", 1), "m alone knows nothing"),
        "+ the sign of g": (OWN.replace("m = beta2 * m + (1 - beta2) * g", "m = m"), "only the last gradient counts"),
        "+ known": (OWN.replace("np.sign(beta1 * m + (1 - beta1) * g)", "g"), "It walks exactly like `sgd`"),
        "+ new": (OWN.replace("np.sign(", "np.arctan("), "It walks like no rule that is known here"),
        "+ Lion": (OWN, "It is Lion, step for step"),
    }),
    "smorms3": Exercise("smorms3", "hunted_smorms3", SMORMS3, {
        "+ as published": (
            SMORMS3.replace(M, M_SWAPPED).replace(V, V_SWAPPED), "It still walks as it was published",
        ),
        "+ only the mean": (SMORMS3.replace(V, V_SWAPPED), "the mean of the squares has the same mistake"),
        "+ only the squares": (SMORMS3.replace(M, M_SWAPPED), "the mean m has the same mistake"),
        "+ something else": (SMORMS3.replace("1 / (s + 1)", "1 / (s + 2)"), "First difference at step 1"),
        "+ a blank": (SMORMS3.replace("1 / (s + 1)", "..."), "A blank is still open"),
        "+ no rule": (SMORMS3.replace("@update_rule\n", ""), "write @optviz.update_rule above it"),
    }),
    "eve": Exercise("eve", "hunted_eve", EVE, {
        "+ as published": (
            EVE.replace("np.abs(f - f_old)", "np.abs(f - f_star)"), "It still walks as it was published",
        ),
        "+ without the absolute value": (EVE.replace("np.abs(f - f_old)", "(f - f_old)"), "f - f_old is below 0"),
        "+ turned, without it": (EVE.replace("np.abs(f - f_old)", "(f_old - f)"), "f_old - f is below 0"),
        "+ the old height": (EVE.replace("np.abs(f - f_old)", "np.abs(f_old - f_star)"), "still a height"),
        "+ the other quotient": (EVE.replace("np.minimum", "np.maximum"), "First difference at step 2"),
    }),
    "counter": Exercise("counter", "hunted_adam", COUNTER, {
        "+ as published": (COUNTER.replace('"t", 0', '"t", 1'), "It still walks as it was published"),
        "+ not counted": (COUNTER.replace('    config["t"] += 1\n', ""), "The first step is nan: t is still 0"),
        "+ stands still": (
            COUNTER.replace('    config["t"] += 1\n', "").replace('"t", 0', '"t", 1'), "t stays 1 for ever",
        ),
        "+ counted twice": (COUNTER.replace("+= 1", "+= 2"), "t grows by 2"),
        "+ both": (COUNTER.replace("+= 1", "+= 2").replace('"t", 0', '"t", 1'), "First difference at step 1"),
        "+ called": ("hunted_adam = hunted_adam(np.zeros(2), np.ones(2))", "Hand over the function itself"),
    }),
}  # fmt: skip
