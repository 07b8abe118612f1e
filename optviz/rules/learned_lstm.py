"""The learned optimiser: a small LSTM, trained on other problems, says how far each coordinate moves."""

from collections.abc import Callable, Sequence
from functools import cache
from os import PathLike
from pathlib import Path
from typing import IO, Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..ranges import Range, Rate
from ..rule import update_rule

Array = NDArray[np.float64]
# Up to 36, because e^-36 is the machine epsilon that `preprocess` adds to the gradient.
Cutoff = Annotated[float, Range(1, 20, minimum=1, below=36)]


NAMES = ("1", "2", "")  # of the layers in a file of weights


class Layer(NamedTuple):
    """The matrix `(inputs, outputs)` and the bias `(outputs,)` of a layer."""

    W: Array
    b: Array


def load_weights(file: str | PathLike[str]) -> list[Layer]:
    """Return the layers in an `.npz` file: an LSTM (W1, b1), an LSTM (W2, b2) and a linear layer (W, b).

    Raises OSError if there is no such file, KeyError or ValueError if it holds something else.
    """
    with np.load(file) as arrays:
        return [Layer(arrays["W" + name], arrays["b" + name]) for name in NAMES]


def save_weights(file: str | PathLike[str] | IO[bytes], layers: Sequence[Layer]) -> None:
    """Write the layers in the form that `load_weights` reads; raise OSError if the file cannot be written."""
    arrays = {}
    for name, layer in zip(NAMES, layers, strict=True):
        arrays |= {"W" + name: layer.W, "b" + name: layer.b}
    np.savez(file, **arrays)


@cache
def shipped_weights() -> list[Layer]:
    """Return the weights of `learned`; their file is read once, at the first step that needs them."""
    return load_weights(Path(__file__).with_name("learned_weights.npz"))


def preprocess(g: ArrayLike, p: ArrayLike) -> Array:
    """Return the size and the sign of each gradient, shape `(2, *shape of g)`, as numbers of the order of 1.

    They are (log|g| / p, sign g) where |g| >= exp(-p), else (-1, exp(p) g); this is how the authors' code says it.

    >>> preprocess(np.array([-1.0, np.exp(-2.5), 0.0]), 5).round(12) + 0.0
    array([[ 0. , -0.5, -1. ],
           [-1. ,  1. ,  0. ]])
    """
    size = np.maximum(np.log(np.abs(g) + np.finfo(float).eps) / p, -1)
    sign = np.minimum(np.maximum(np.exp(p) * g, -1), 1)
    return np.stack([size, sign])


def weighted_sum(W: Array, x: Array) -> Array:
    """Return `W.T @ x` for inputs `(inputs, lanes)`, added up in the order of the inputs.

    A matrix product may round a column differently when it has other neighbours; a point of a grid would then leave
    the path that it walks alone.
    """
    total = np.zeros((W.shape[1], x.shape[1]))
    term = np.empty_like(total)
    for weights, values in zip(W, x, strict=True):
        total += np.multiply(weights[:, np.newaxis], values, out=term)
    return total


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)), written so that nothing overflows."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def lstm(layer: Layer, x: Array, h: Array, c: Array, product: Callable = weighted_sum) -> tuple[Array, Array, Any]:
    r"""Return the new h and c of an LSTM layer, shape `(H, lanes)`, and what its backward pass needs.

    $$[i, j, f, o] = [x, h]\, W + b \qquad c' = \sigma(f+1)\, c + \sigma(i) \tanh j \qquad h' = \sigma(o) \tanh c'$$
    """
    xh = np.concatenate([x, h])
    i, j, f, o = np.split(product(layer.W, xh) + layer.b[:, np.newaxis], 4)
    i, j, f, o = sigmoid(i), np.tanh(j), sigmoid(f + 1), sigmoid(o)
    new_c = f * c + i * j
    tanh_c = np.tanh(new_c)
    return o * tanh_c, new_c, (xh, c, i, j, f, o, tanh_c)


def network(
    layers: Sequence[Layer], x: Array, state: Sequence[Array], product: Callable = weighted_sum
) -> tuple[Array, list[Array], list[Any]]:
    """Return the output `(1, lanes)`, the new state, and what the backward pass needs of each layer.

    All layers but the last are LSTMs. `x` is `(inputs, lanes)`, the state is h and c of each LSTM in turn, each
    `(H, lanes)`: every lane has the same weights and a state of its own.
    """
    *cells, linear = layers
    new_state, traces = [], []
    for layer, h, c in zip(cells, state[::2], state[1::2], strict=True):
        x, c, trace = lstm(layer, x, h, c, product)
        new_state += [x, c]
        traces.append(trace)
    return product(linear.W, x) + linear.b[:, np.newaxis], new_state, [*traces, x]


def learned_step(
    layers: Sequence[Layer], x: Array, g: Array, state: Sequence[ArrayLike], scale: Any, p: ArrayLike
) -> tuple[Array, ...]:
    """Return the new point, of the shape of `x`, and the new state, each `(H, *shape)`: `learned` with any weights.

    A value of the state may have any shape that broadcasts to its own, as a start value has.
    """
    inputs = preprocess(g, p)
    shape = inputs.shape[1:]
    sizes = [len(layer.b) // 4 for layer in layers[:-1] for _ in "hc"]
    lanes = [np.broadcast_to(value, (H, *shape)).reshape(H, -1) for H, value in zip(sizes, state, strict=True)]
    o, new_state, _ = network(layers, inputs.reshape(2, -1), lanes)
    return x + scale * o.reshape(shape), *(value.reshape(-1, *shape) for value in new_state)


@update_rule(label="Learned", adds="the rule is a small LSTM, trained on other problems", family="feedback")
def learned(x, g, /, h1=0.0, c1=0.0, h2=0.0, c2=0.0, *,
            scale: Rate = 0.1, p: Cutoff = 5):
    r"""A small LSTM reads the gradients of a coordinate, one after the other, and says how far it moves.

    $$x_t = x_{t-1} + s\, o_t \qquad
      (o_t, h_t, c_t) = \mathrm{LSTM}_\varphi(\mathrm{pre}(g_t), h_{t-1}, c_{t-1})$$
    $$\mathrm{pre}(g) = \left(\tfrac{1}{p} \ln|g|,\ \mathrm{sign}\, g\right) \text{ if } |g| \ge e^{-p},
      \text{ else } \left(-1,\ e^p g\right)$$

    Two LSTM layers of 20 and a linear one, 5,141 weights φ: the same for all coordinates, each of which has a state
    of its own. The weights were trained for 300 episodes of 100 steps on random 10-D quadratics ‖Wx − y‖², W and y
    uniform in (0, 1), from starts of about 0.01 around the origin, with s = 0.1 and p = 5. On new ones it beats the
    best Adam for these 100 steps. It has learned nothing else: by step 1000 Adam has overtaken it, and from a start
    1000 times farther away its loss at step 100 is eight times Adam's.

    `python -m optviz.meta_training --episodes 300 --seed 1 --out FILE` trains these weights again, but for rounding,
    which grows on the way.

    Andrychowicz et al. 2016, arXiv:1606.04474; code https://github.com/google-deepmind/learning-to-learn.
    """
    return learned_step(shipped_weights(), x, g, (h1, c1, h2, c2), scale, p)
