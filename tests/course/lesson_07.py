"""Lesson 07, Adam: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

STEPS = "[*(corrected[{0!r}][[0, 1, 9, 99]]), -0.1 * corrected[{0!r}].sum()]"
MEASURED = {
    "07.01": "[*adam_run.points[-1], apart, sgd_length]",
    "07.02": STEPS.format("both"),
    "07.03": STEPS.format("only v"),
    "07.04": STEPS.format("only m"),
    "07.05": STEPS.format("none"),
    "07.06": "lengths(program_a, steps=5)",
    "07.07": "places[1]",
    "07.08": "places[0.01]",
    "07.09": "low",
    "07.10": "pace['adam'] + pace['sgd']",
    "07.11": "turned",
}
FINGERPRINTS = {"07.12": "adam"}
PROBED = {
    "adam": "train(my_adam, 'parabola', lr=0.1, beta1=0.9, beta2=0.99, eps=0.01, steps=4).points[1:, 0]",
}

ADAM = """\
@optviz.update_rule
def my_adam(x, g, t, /, m=0.0, v=0.0, *, lr=0.1, beta1=0.9, beta2=0.99, eps=0.01):
    {m}
    {v}
    {hats}
    return x - {step}, {kept}
"""


def adam(
    m="m = beta1 * m + (1 - beta1) * g",
    v="v = beta2 * v + (1 - beta2) * g**2",
    hats="m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)",
    step="lr * m_hat / (np.sqrt(v_hat) + eps)",
    kept="m, v",
):
    return ADAM.format(m=m, v=v, hats=hats, step=step, kept=kept)


def hunted(a, b, c):
    return f'found = {{"A": {a}, "B": {b}, "C": {c}}}'


SLOPE = "def my_slope(t):\n    return {}\n"
EXERCISES = {
    "half": Exercise("half", "half", "half = 0.01", {
        "+ the other coordinate": ("half = 0.08", "x₂ is halved there"),
        "+ the bowl itself": ("half = 1", "a hundred times as flat"),
        "+ the default": ("half = 1e-8", "the first step of x₁ is 1 α long"),
        "+ a blank": ("half = ...", "A blank is still open"),
    }),
    "adam": Exercise("write", "my_adam", adam(), {
        "counter starts at 2": (
            adam(hats="m_hat, v_hat = m / (1 - beta1**(t + 1)), v / (1 - beta2**(t + 1))"), "The counter is one ahead",
        ),
        "counter starts at 0": (
            adam(hats="m_hat, v_hat = m / (1 - beta1**(t - 1)), v / (1 - beta2**(t - 1))"), "the counter starts at 0",
        ),
        "no correction": (adam(hats="m_hat, v_hat = m, v"), "Neither mean is corrected"),
        "only m corrected": (adam(hats="m_hat, v_hat = m / (1 - beta1**t), v"), "Only m is corrected"),
        "only v corrected": (adam(hats="m_hat, v_hat = m, v / (1 - beta2**t)"), "Only v is corrected"),
        "1-beta^2 for 1-beta^t": (
            adam(hats="m_hat, v_hat = m / (1 - beta1**2), v / (1 - beta2**2)"), "the constant 1 - beta**2",
        ),
        "betas swapped": (
            adam().replace("beta1", "other").replace("beta2", "beta1").replace("other", "beta2"),
            "beta1 and beta2 are swapped",
        ),
        "corrected values stored back": (adam(kept="m_hat, v_hat"), "The corrected values are stored"),
        "eps-hat": (
            adam(step="lr * np.sqrt(1 - beta2**t) * m_hat / (np.sqrt(v) + eps)"), "that is ε-hat, as in Keras",
        ),
        "eps inside": (adam(step="lr * m_hat / np.sqrt(v_hat + eps)"), "eps stands inside the root"),
        "no root": (adam(step="lr * m_hat / (v_hat + eps)"), "The root is missing"),
        "v averages m^2": (adam(v="v = beta2 * v + (1 - beta2) * m**2"), "v averages the squares of m"),
        "v averages v (printed r)": (adam(v="v = beta2 * v + (1 - beta2) * v"), "v averages itself"),
        "+ v below zero": (adam(v="v = beta2 * v - (1 - beta2) * g**2"), "Or a number < 0 stands under the root"),
        "+ no brackets": (
            adam(hats="m_hat, v_hat = m / 1 - beta1**t, v / 1 - beta2**t"), "lacks its brackets",
        ),
        "+ 1-beta for 1-beta^t": (
            adam(hats="m_hat, v_hat = m / (1 - beta1), v / (1 - beta2)"), "the constant 1 - beta, which is right",
        ),
        "+ multiplied": (
            adam(hats="m_hat, v_hat = m * (1 - beta1**t), v * (1 - beta2**t)"), "so divide: `m / (1 - beta1**t)`",
        ),
        "+ no eps": (adam(step="lr * m_hat / np.sqrt(v_hat)"), "There is no eps beside the root"),
        "+ no rate": (adam(step="m_hat / (np.sqrt(v_hat) + eps)"), "The rate is missing"),
        "+ the slope itself": (adam(step="lr * g / (np.sqrt(v_hat) + eps)"), "The slope itself is divided"),
        "+ uphill": (adam(step="-lr * m_hat / (np.sqrt(v_hat) + eps)"), "The sign: you walk uphill"),
        "+ blanks": (adam(hats="m_hat, v_hat = ..."), "A blank is still open: `m_hat, v_hat = ...`"),
        "+ another rule": (
            adam(hats="m_hat, v_hat = g, v", step="lr * m_hat / (np.sqrt(v_hat) + eps)"), "exactly like `rmsprop`",
        ),
        "+ something else": (adam(step="2 * lr * m_hat / (np.sqrt(v_hat) + eps)"), "First difference after step 1"),
        "+ a renamed setting": (adam().replace("eps", "epsilon"), "no setting called eps"),
        "+ an error": (adam(step="lr * m_hat / (sqrt(v_hat) + eps)"), "raised NameError"),
    }),
    "hunt": Exercise("found", "found", hunted(1, 3, 4), {
        "+ blanks": (hunted("...", "...", "..."), "A blank is still open"),
        "+ a blank": ("found = ...", "A blank is still open"),
        "+ no dictionary": ("found = [1, 3, 4]", "for each of the programs A, B and C"),
        "+ a program less": ('found = {"A": 1, "B": 3}', "for each of the programs A, B and C"),
        "+ two lines of a program": (hunted(1, "(3, 4)", 4), "program B got (3, 4). Name one"),
        "+ no such line": (hunted(7, 3, 4), "numbered from 1 to 5; program A got 7"),
        "+ two lines in an array": (hunted("np.array([1, 2])", 3, 4), "program A got array([1, 2]). Name one"),
        "+ A": (hunted(4, 3, 4), "Program A, line 4 does what it should"),
        "+ B": (hunted(1, 1, 4), "Program B, line 1 does what it should"),
        "+ C": (hunted(1, 5, 1), "Program C, line 1 does what it should"),
    }),
    "eleven": Exercise("eleven", "eleven", "eleven = (1 - 0.9**11) / np.sqrt(1 - 0.999**11)", {
        "+ still corrected": ("eleven = 1", "still the corrected step"),
        "+ m alone": ("eleven = 1 - 0.9**11", "That is m alone"),
        "+ ten": ("eleven = (1 - 0.9**10) / np.sqrt(1 - 0.999**10)", "the last step that is corrected"),
        "+ m corrected": ("eleven = 1 / np.sqrt(1 - 0.999**11)", "the correction of v alone"),
        "+ too short": ("eleven = 3", "Step 11 is longer than 3 α"),
        "+ too long": ("eleven = 20", "Step 11 is shorter than 20 α"),
        "+ a blank": ("eleven = ...", "A blank is still open"),
    }),
    "spike": Exercise("spike", "my_slope", SLOPE.format("1.1 ** (t - 5000)"), {
        "+ constant": (SLOPE.format("1.0"), "The longest step is 1 α"),
        "+ no slope": (SLOPE.format("0"), "Nothing moves"),
        "+ no function": ("my_slope = 3", "Hand over the function itself"),
        "+ a blank": (SLOPE.format("..."), "A blank is still open: `return ...`"),
        "+ nothing returned": (SLOPE.format("None"), "returns nothing: it has to end with `return` and a number"),
        "+ an error": (SLOPE.format("1 / (t - 7)"), "raised ZeroDivisionError"),
        "+ too large": (SLOPE.format("1e200"), "between -1e100 and 1e100"),
    }),
}  # fmt: skip
