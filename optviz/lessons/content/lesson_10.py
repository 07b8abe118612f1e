"""Lesson 10, a real network: what is asked in it, and how its gradients and its optimiser are checked."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...adapters.classes import recognises
from ...checking import Diagnosis, failure
from ...words import number_text
from ..judging import CLOSE, UNKNOWN
from ..parts import Content, Exercise, Option, Question
from ..theirs import Refused, as_numbers, blanks_in, open_blanks, run_theirs

Arrays = dict[str, NDArray[np.float64]]

# --- gradients of a batch -------------------------------------------------------------------------------------------

NETS, BATCH, OTHER = 2, 5, 32  # nets and pictures of the probe; pictures of a batch of the lesson


def probe() -> tuple[Arrays, NDArray[np.float64], NDArray[np.float64]]:
    """Return two small nets in the lesson's form, with pictures and digits, a batch for each."""
    draw = np.random.default_rng(10)
    shapes = {"W1": (NETS, 64, 32), "b1": (NETS, 1, 32), "W2": (NETS, 32, 10), "b2": (NETS, 1, 10)}
    nets = {key: draw.standard_normal(shape) / 8 for key, shape in shapes.items()}
    return nets, draw.random((NETS, BATCH, 64)), np.eye(10)[draw.integers(0, 10, (NETS, BATCH))]


def right_gradients(nets: Arrays, X: NDArray[np.float64], Y: NDArray[np.float64]) -> Arrays:
    """Return the gradient of the mean cross-entropy, written with indices instead of the lesson's products."""
    hidden = np.tanh(np.einsum("knp,kph->knh", X, nets["W1"]) + nets["b1"])
    scores = np.exp(np.einsum("knh,kho->kno", hidden, nets["W2"]) + nets["b2"])
    error = (scores / scores.sum(-1, keepdims=True) - Y) / BATCH
    back = np.einsum("kno,kho->knh", error, nets["W2"]) * (1 - hidden**2)
    return {
        "W1": np.einsum("knp,knh->kph", X, back), "b1": back.sum(1, keepdims=True),
        "W2": np.einsum("knh,kno->kho", hidden, error), "b2": error.sum(1, keepdims=True),
    }  # fmt: skip


FACTORS = {
    BATCH: "The gradient is still summed over the batch, so it is as many times too large as the batch has pictures. "
    "Adam divides such a factor out; plain descent does not.",
    BATCH / OTHER: "You divide by 32 whatever the size of the batch: with the last, smaller batch of an epoch, or with "
    "another size, it is wrong. The batch says itself how large it is.",
    BATCH / NETS: "You divide by the number of nets: the first axis of X is the net. The pictures are the axis before "
    "the last.",
    BATCH / 64: "You divide by the 64 pixels: the last axis of X. The pictures are the axis before it.",
    BATCH / 1437: "You divide by the number of all pictures; the sum goes over those of the batch only.",
    0.1: "You divide by the ten outputs too: `mean()` over everything. The loss is a mean over pictures only.",
    1 / BATCH: "Divided twice: once is enough.",
    -1: "The sign: this is Y minus the probabilities, and it walks uphill.",
    -BATCH: "The sign: this is Y minus the probabilities; and it is still a sum over the batch.",
}


def ratios_of(function: Callable) -> Arrays:
    """Return each number that `gradients(nets, X, Y)` returns on the probe, over the right one."""
    nets, X, Y = probe()
    expected = right_gradients(nets, X, Y)
    found = function(nets, X, Y)
    if not isinstance(found, Mapping):
        raise Refused(f"Your function has to return a dictionary with the keys of the nets; it returned {found!r:.40}.")
    ratios = {}
    for key, right in expected.items():
        if key not in found:
            raise Refused(f"The dictionary that you return lacks {key!r}; it needs all keys of the nets.")
        form = f"an array of the shape {right.shape} as the gradient of {key}"
        array = as_numbers(found[key], form, right.ndim)
        if array.shape != right.shape:
            raise Refused(f"Your function has to return {form}; it returned numbers of the shape {array.shape}.")
        ratios[key] = array / right
    return ratios


def judge_gradients(function: Any) -> Diagnosis:
    """Judge `gradients(nets, X, Y)` by its factor to the right ones."""
    ratios = run_theirs(
        function, "repaired_gradients(nets, X, Y)", ratios_of, returns="a dictionary with the keys of the nets",
        dims=None,
    )  # fmt: skip
    if isinstance(ratios, Diagnosis):
        return ratios
    medians = {key: float(np.median(ratio)) for key, ratio in ratios.items()}
    even = {key: np.allclose(ratio, medians[key], rtol=1e-4) for key, ratio in ratios.items()}
    off = [key for key in ratios if not (even[key] and abs(medians[key] - 1) < CLOSE)]
    if not off:
        return Diagnosis(
            True,
            "The error of each picture is divided by the number of pictures. Adam hid the sum: m and the root of v "
            "both carry the factor 32, and their quotient loses it.",
        )
    if len(off) == len(ratios) and all(even.values()) and np.ptp(list(medians.values())) < CLOSE:
        factor = medians[off[0]]
        known = [sentence for one, sentence in FACTORS.items() if abs(factor - one) < CLOSE]
        return Diagnosis(
            False, known[0] if known else f"All gradients are {number_text(factor, 4)} times what they should be."
        )
    fine = [key for key in ratios if key not in off]
    return Diagnosis(
        False, f"Not right: the gradient of {_listed(off)}" + (f"; right: that of {_listed(fine)}" if fine else "")
        + ". All four come from `error`: repair it there, once. (A division needs brackets around the difference.)",
    )  # fmt: skip


def _listed(keys: Sequence[str]) -> str:
    return " and ".join([", ".join(keys[:-1]), keys[-1]] if len(keys) > 1 else keys)


# --- a class with update(params, grads) -----------------------------------------------------------------------------

# Momentum, lr 0.1 and momentum 0.9, three updates with the gradients 0.5 and 3 from W = 1 and b = -2.
START, GRADS, UPDATES = {"W": 1.0, "b": -2.0}, {"W": 0.5, "b": 3.0}, 3
SETTINGS: dict[str, Any] = {"lr": 0.1, "momentum": 0.9}
RIGHT = (0.7195, -3.683)
FORGETS = (0.85, -2.9)
WRONG = {
    (-0.022505, -3.820255): "One velocity is shared by all arrays, so each pushes the others; `self.v` has to be a "
    "dictionary with an array for each key.",
    (0.7195, -2.0): "Only the first array is updated: is the `return`, or the end of the loop, at the wrong place?",
    (0.7195, -2.2805): "The gradient of the first array is used for all: `grads[key]`, with the key of the loop.",
    FORGETS: "The velocity begins anew in every call, so this is plain descent: set it up in `__init__`, or only "
    "if it is still None.",
    (-7.976, -55.856): "The gradient is multiplied by 32 on the way: it comes as a mean, leave it as it is.",
    (1.2805, -0.317): "You walk uphill: the velocity loses lr times the gradient.",
    (0.855, -2.87): "Each array is moved by its old velocity: first the new velocity, then the array.",
    (0.59755, -4.4147): "That is Nesterov's momentum: the array moves by the new velocity itself and nothing else.",
    (0.971950, -2.1683): "Ten times slower: you multiplied the gradient by 1 - momentum, which is the averaged form.",
}


def judge_class(kind: Any) -> Diagnosis:
    """Judge a class with `update(params, grads)` by what it makes of two numbers in three updates."""
    if not inspect.isclass(kind):
        return Diagnosis(False, f"Hand over the class itself, `MyMomentum` without brackets; got {kind!r:.60}.")
    update = getattr(kind, "update", None)
    if not recognises(kind) or not callable(update):
        return Diagnosis(False, "Your class needs a method update(self, params, grads).")
    try:
        inspect.signature(update).bind("self", "params", "grads")
    except TypeError:
        return Diagnosis(False, "It is called as `update(params, grads)`: leave the line with `def update` as it was.")
    params = {key: np.array([value]) for key, value in START.items()}
    before = dict(params)
    try:
        inspect.signature(kind).bind(**SETTINGS)
    except TypeError:
        return Diagnosis(False, "It must be made by MyMomentum(lr=0.1, momentum=0.9): leave its __init__ as it was.")
    try:
        optimizer: Any = kind(**SETTINGS)
        for _ in range(UPDATES):
            optimizer.update(params, {key: np.array([value]) for key, value in GRADS.items()})
        ends = tuple(float(np.ravel(params[key])[0]) for key in START)
    except (Exception, SystemExit) as error:
        return Diagnosis(False, failure("Your class", error))
    if ends == tuple(START.values()):
        return Diagnosis(False, "The arrays of params do not change: write into them, `params[key] += ...`.")
    if _near(ends, RIGHT):
        if any(params[key] is not before[key] for key in START):
            return Diagnosis(
                False, "The numbers are right, but `params[key] = ...` puts new arrays into the dictionary; a net that "
                "holds the old ones would not learn. Change them in place: `params[key] += ...`."
            )  # fmt: skip
        return Diagnosis(True, "W ends at 0.7195 and b at −3.683, each with a velocity of its own.")
    if _near(ends, FORGETS) and (blanks := blanks_in(type(optimizer).update)):
        return open_blanks(blanks)
    for row, sentence in WRONG.items():
        if _near(ends, row):
            return Diagnosis(False, sentence)
    yours, expected = (" and ".join(number_text(end, 6) for end in row) for row in (ends, RIGHT))
    return Diagnosis(
        False,
        f"{UNKNOWN} Three updates with the gradients 0.5 and 3 lead from W = 1 "
        f"and b = −2 to {yours}; it should be {expected}.",
    )


def _near(ends: tuple[float, ...], row: tuple[float, ...]) -> bool:
    return all(abs(end - number) < CLOSE for end, number in zip(ends, row, strict=True))


LESSON = Content(
    title="A real network",
    minutes=60,
    needs=("07", "09"),
    questions={
        "tuned": Question(
            "At 0.01 Adam's loss is twenty times lower than that of SGD. What if each rule gets the best of 11 rates?",
            (
                Option(
                    "Adam is still about 20 times better: adaptive rules win",
                    "Most of its lead was the rate. At 0.01 a step of SGD is tiny; its best rate is a hundred times "
                    "that.",
                ),
                Option(
                    "SGD comes as low as Adam, and reads the test pictures as well",
                    "Their losses are now of one size, and on the test pictures SGD is a little ahead, by less than "
                    "chance explains.",
                ),
                Option(
                    "SGD cannot go higher: larger rates diverge first",
                    "They do at last, but only above 1; between 0.01 and 1 its loss falls all the way.",
                ),
                Option(
                    "Both get worse: 0.01 is a good default",
                    "The sweep contains 0.01, so nobody can get worse. A default is a guess.",
                ),
            ),
            right=1,
        ),
        "saw": Question(
            "Look at the brightest field of each row. Where does it stand?",
            (
                Option("In the same column for all rules", "From 0.01 to 1 they are two powers of ten apart."),
                Option(
                    "In another column from rule to rule",
                    "So any single rate for all is good for some of them and bad for the others.",
                ),
                Option(
                    "At the edge of the map, so that the sweep was too narrow",
                    "All stand inside; that had to be checked, and it is so.",
                ),
            ),
            right=1,
        ),
        "floor": Question(
            "A run has reached its jitter and does not come down any more. What lowers it to a tenth?",
            (
                Option(
                    "Ten times as many steps",
                    "The jitter does not shrink with time: the noise brings in what each step takes away.",
                ),
                Option(
                    "About a tenth of the rate",
                    "The floor is lr / (2 - lr), nearly proportional to the rate.",
                ),
                Option(
                    "Nothing: the noise of the gradient is what it is",
                    "The noise stays, but a smaller step lets less of it into x.",
                ),
            ),
            right=1,
        ),
    },
    exercises={
        "repair": Exercise(
            judge_gradients,
            hints=(
                "Compare it line by line with `gradients` above: one line differs.",
                "What grows with the number of pictures in a batch, and should not?",
                "`X.shape[-2]` is the number of pictures.",
            ),
        ),
        "update": Exercise(
            judge_class,
            hints=(
                "Set up the memory once, if `self.v is None`: a dictionary with `np.zeros_like(one)` for each array.",
                "In the loop: first the new velocity of this key, from its old one and `grads[key]`.",
                "`self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]`; then add it to the array.",
            ),
        ),
    },
)  # fmt: skip
