"""Training the learned optimiser: gradient descent on the weights of a rule, through the steps that it took.

    python -m optviz.meta_training --episodes 500 --seed 0 --out weights.npz

Weights trained here are an update rule of one's own:

    from optviz import update_rule
    from optviz.ranges import Rate
    from optviz.rules.learned_lstm import learned_step, load_weights

    weights = load_weights("weights.npz")

    @update_rule
    def my_learned(x, g, /, h1=0.0, c1=0.0, h2=0.0, c2=0.0, *, scale: Rate = 0.1):
        return learned_step(weights, x, g, (h1, c1, h2, c2), scale, p=5)

Andrychowicz et al. 2016, arXiv:1606.04474; where the paper is silent, as in its code,
https://github.com/google-deepmind/learning-to-learn.
"""

import argparse
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from .files import replacing
from .objective_function import Objective
from .rules.adam_family import adam
from .rules.learned_lstm import Array, Layer, learned, network, preprocess, save_weights

SCALE = learned.parameters["scale"].default
FEATURES = partial(preprocess, p=learned.parameters["p"].default)
UNROLLS, STEPS = 5, 20
HIDDEN = 20
BATCH, N = 32, 10
START_SCALE = 0.01
# Columns in a matrix product. OpenBLAS shares larger ones among threads, which on a busy machine mostly wait for each
# other: 500 episodes took ten minutes instead of one.
BLOCK = 64


class Unroll(NamedTuple):
    """Steps that the network took: points `(steps + 1, n, *grid)`, losses `(steps + 1, *grid)`, and what they taught.

    `gradient` is that of the meta-loss, the sum of all losses of a run averaged over the grid, by every weight;
    `state` is the network's state behind the last step.
    """

    points: Array
    losses: Array
    state: list[Array]
    gradient: list[Layer]


def unroll(
    layers: Sequence[Layer],
    objective: Objective,
    start: Array,
    state: Sequence[Array],
    *,
    steps: int = STEPS,
    scale: float = SCALE,
    features: Callable[[Array], Array] = FEATURES,
) -> Unroll:
    """Walk with a network of these layers from `start`, `(n, *grid)`, and back-propagate through the steps.

    `state` is h and c of each LSTM layer, `(H, n * grid)`. `features` makes the network's inputs of the gradients.
    The gradients that the network reads count as constants: no second derivatives of the objective.
    """
    x, points, slopes, traces = start, [start], [], []
    for _ in range(steps):
        g = objective.grad(x)
        inputs = features(g).reshape(-1, g.size)
        o, state, trace = network(layers, inputs, state, product=lambda W, x: _product(W.T, x))
        x = x + scale * o.reshape(x.shape)
        points.append(x)
        slopes.append(g.reshape(1, -1))
        traces.append(trace)
    slopes = [*slopes[1:], objective.grad(x).reshape(1, -1)]
    runs = start[0].size
    return Unroll(
        points=np.array(points),
        losses=np.array([objective(x) for x in points]),
        state=list(state),
        gradient=_backward(layers, traces, [scale * slope / runs for slope in slopes]),
    )


def _backward(layers: Sequence[Layer], traces: list[Any], slopes: list[Array]) -> list[Layer]:
    """Return the gradient by every weight; `slopes` say for each output what the point right behind it costs."""
    *cells, linear = layers
    sums = [Layer(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
    carried: list[tuple[Any, Any]] = [(0.0, 0.0)] * len(cells)  # the slopes by h and c that the next step reads
    du = 0.0
    for (*cell_traces, y), slope in zip(reversed(traces), reversed(slopes), strict=True):
        du = du + slope  # an output moves all points behind it
        _add(sums[-1], y, du)
        dx = _product(linear.W, du)
        for k in reversed(range(len(cells))):
            dh, dc = carried[k]
            dx, dh, dc = _lstm_backward(cells[k], cell_traces[k], dx + dh, dc, sums[k])
            carried[k] = dh, dc
    return sums


def _lstm_backward(layer: Layer, trace: Any, dh: Array, dc: Any, total: Layer) -> tuple[Array, Array, Array]:
    """Return the slopes by x, h and c from those by the new h and c of an `lstm`; add its gradient to `total`."""
    xh, c, i, j, f, o, tanh_c = trace
    dc = dc + dh * o * (1 - tanh_c**2)
    di, dj = dc * j * i * (1 - i), dc * i * (1 - j**2)
    df, do = dc * c * f * (1 - f), dh * tanh_c * o * (1 - o)
    dz = np.concatenate([di, dj, df, do])
    _add(total, xh, dz)
    dx, dh = np.split(_product(layer.W, dz), [len(xh) - len(c)])
    return dx, dh, dc * f


def _add(total: Layer, inputs: Array, slope: Array) -> None:
    """Add the gradient of a layer whose outputs have this slope."""
    for x, dz in zip(_blocks(inputs), _blocks(slope), strict=True):
        total.W[...] += x @ dz.T
    total.b[...] += slope.sum(axis=1)


def _product(A: Array, B: Array) -> Array:
    return np.concatenate([A @ block for block in _blocks(B)], axis=1)


def _blocks(columns: Array) -> list[Array]:
    return np.split(columns, range(BLOCK, columns.shape[1], BLOCK), axis=1)


def meta_train(
    layers: Sequence[Layer],
    problems: Iterable[tuple[Objective, Array]],
    *,
    unrolls: int = UNROLLS,
    lr: float = 1e-3,
    **settings: Any,
) -> Iterator[tuple[list[Layer], list[Unroll]]]:
    """Yield after each problem, which is an objective and its start, the layers trained so far and its unrolls.

    An episode is `unrolls` unrolls on one problem. Point and state carry over from one to the next, gradients do
    not, and after each of them Adam changes the weights. `settings` are those of `unroll`.

    Raises ValueError if the numbers grow beyond what float64 holds.
    """
    layers = list(layers)
    # All weights are one point, on which the package's own Adam walks.
    weights, m, v, t = _flat(layers), 0.0, 0.0, 0
    for objective, x in problems:
        state: list[Array] = [np.zeros((len(b) // 4, x.size)) for _, b in layers[:-1] for _ in "hc"]
        walks: list[Unroll] = []
        for _ in range(unrolls):
            t += 1
            with np.errstate(all="ignore"):
                walk = unroll(layers, objective, x, state, **settings)
                weights, m, v = adam(weights, _flat(walk.gradient), t, m, v, lr=lr)
            if not (np.isfinite(walk.losses).all() and np.isfinite(weights).all()):
                raise ValueError("The training diverged: the losses grew beyond what float64 holds.")
            layers = _unflat(weights, layers)
            x, state = walk.points[-1], walk.state
            walks.append(walk)
        yield layers, walks


def _flat(layers: Sequence[Layer]) -> Array:
    return np.concatenate([part.ravel() for layer in layers for part in layer])


def _unflat(weights: Array, like: Sequence[Layer]) -> list[Layer]:
    parts = [part for layer in like for part in layer]
    pieces = np.split(weights, np.cumsum([part.size for part in parts])[:-1])
    shaped = [piece.reshape(part.shape) for piece, part in zip(pieces, parts, strict=True)]
    return [Layer(*pair) for pair in zip(shaped[::2], shaped[1::2], strict=True)]


def initial_weights(rng: np.random.Generator, hidden: int = HIDDEN) -> list[Layer]:
    """Return two LSTM layers and a linear one: normal numbers cut at two deviations of 1 / sqrt(inputs)."""

    def normal(inputs: int, *shape: int) -> Array:
        numbers = rng.standard_normal(shape)
        while (far := np.abs(numbers) > 2).any():
            numbers[far] = rng.standard_normal(far.sum())
        return numbers / math.sqrt(inputs)

    cells = [Layer(normal(rows, rows, 4 * hidden), normal(rows, 4 * hidden)) for rows in (2 + hidden, 2 * hidden)]
    return [*cells, Layer(normal(hidden, hidden, 1), np.zeros(1))]


def quadratics(W: Array, y: Array) -> Objective:
    """Return the objective |W x - y|^2; W of shape `(batch, n, n)` and y `(batch, n)` make a grid axis of `batch`."""

    def residual(x):  # (*grid, n)
        return np.einsum("bij,j...b->...bi", W, x) - y

    return Objective(
        lambda x: (residual(x) ** 2).sum(axis=-1),
        lambda x: 2 * np.einsum("bij,...bi->j...b", W, residual(x)),
        start=np.zeros(y.shape[1]),
    )


def random_quadratics(
    rng: np.random.Generator, *, start_scale: float = START_SCALE, batch: int = BATCH
) -> Iterator[tuple[Objective, Array]]:
    """Yield without end `quadratics` of uniform W and y in (0, 1), and normal starts `(n, batch)` of this deviation."""
    while True:
        objective = quadratics(rng.random((batch, N, N)), rng.random((batch, N)))
        yield objective, start_scale * rng.standard_normal((batch, N)).T


def main(arguments: Sequence[str] | None = None) -> int:
    """Train on random quadratics and write the weights, as the command line says; return its exit code."""
    asked = _parser().parse_args(arguments)
    try:
        with replacing(asked.out) as file:
            save_weights(file, _train(asked.episodes, asked.seed, asked.start_scale))
    except OSError as error:
        return _refuse(f"{asked.out} cannot be written: {error.strerror}.")
    except ValueError as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return _refuse(f"Stopped; {asked.out} is as it was.", 130)
    return 0


def _train(episodes: int, seed: int, start_scale: float) -> list[Layer]:
    rng = np.random.default_rng(seed)
    layers = initial_weights(rng)
    problems = islice(random_quadratics(rng, start_scale=start_scale), episodes)
    # disable=None: no bar where nobody looks, as in a pipe.
    with tqdm(meta_train(layers, problems), total=episodes, unit="episode", disable=None) as progress:
        for trained, walks in progress:
            layers = trained
            progress.set_postfix_str(
                f"loss at step {UNROLLS * STEPS}: {walks[-1].losses[-1].mean():.3g}", refresh=False
            )
    return layers


def _refuse(sentence: str, code: int = 2) -> int:
    print(sentence, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m optviz.meta_training",
        description=f"Train weights for the learned optimiser, a small LSTM, on random quadratics |Wx - y|^2 in {N} "
        f"dimensions. An episode is {UNROLLS * STEPS} steps on {BATCH} new ones; 500 take a minute or two.",
        epilog="help(optviz.meta_training) in Python shows how the weights become an update rule.",
    )
    parser.add_argument("--episodes", type=_whole(1), default=500, help="how many episodes (default %(default)s)")
    parser.add_argument("--seed", type=_whole(0), default=0, help="the same seed gives the same weights (default 0)")
    parser.add_argument(
        "--start-scale",
        type=_positive,
        default=START_SCALE,
        help="how far from the origin the steps begin, a standard deviation (default %(default)s)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the .npz file to write the weights to")
    return parser


def _whole(minimum: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if number < minimum:
            raise argparse.ArgumentTypeError(f"must be a whole number >= {minimum}; got {text}.")
        return number

    return read


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number > 0; got {text}.")
    return number


if __name__ == "__main__":
    sys.exit(main())
