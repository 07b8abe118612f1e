"""The only loop in Python: a rule walks on an objective."""

import inspect
import operator
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .adapters import as_rule
from .objective_function import Objective, find_objective
from .objectives.bowls import quadratic
from .objectives.one_dimensional import quartic
from .ranges import Range
from .rule import REQUIRED, UpdateRule
from .trajectory import Trajectory, contract_of

STEEPEST = 1e150  # its square still is a number
MOST_STEPS = 10_000_000  # of a run that is kept: more is a slip of the finger, and an hour without a word


class Step(NamedTuple):
    """What a rule sees before an update: the counter, the point, loss and gradient, and its state.

    Arrays have the shapes of the run's grid. `f` and `g` belong to the place where the rule takes its gradient.
    """

    t: int
    x: NDArray[np.float64]
    f: NDArray[np.float64]
    g: NDArray[np.float64]
    state: dict[str, NDArray[np.float64]]


def train(
    rule: UpdateRule | str | Any,
    objective: Objective | str = quadratic,
    *,
    start: ArrayLike | None = None,
    steps: int = 100,
    seed: int | ArrayLike = 0,
    noise: ArrayLike | None = None,
    **settings: Any,
) -> Trajectory:
    """Run an update rule on an objective; arrays among the settings make a grid of runs in one go.

    Args:
        rule: an update rule, its name, or a learner's own step in a dialect of `optviz.adapters`.
        objective: an objective or its name.
        start: `(n,)` or `(n, *grid)`; the objective's own start if None.
        steps: the number of updates, a positive integer, at most ten millions.
        seed: an integer >= 0 for rules and gradients that draw noise; an array is a grid axis with independent draws.
        noise: instead of a seed, the normal numbers themselves, `(calls, n)` or `(calls, n, *grid)`. They feed the
            rule if it draws noise, else the gradient.
        settings: hyper-parameters by name, each a number, an array (its axes are grid axes) or a function of `t`;
            also start values of remembered values.

    Raises TypeError or ValueError with one sentence for anything that does not fit. Divergence is not an error;
    a gradient beyond 1e150, whose square is no number, is handed to the rule as nan.

    >>> train("sgd", "quartic", lr=0.02).verdict
    'is trapped in the local minimum −1.5 from step 7 on: f − f* = 42.7'
    >>> train("sgd", "quadratic", lr=np.linspace(0.1, 0.6, 6)).diverged_at
    array([-1, -1, -1, -1, -1, 11])
    """
    plan = _plan(rule, objective, start, steps, seed, noise, settings)
    if plan.steps > MOST_STEPS:
        raise ValueError(
            f"train keeps every step, at most {MOST_STEPS:,}; got steps={plan.steps:,}. `iterate` keeps none of them."
        )
    points = np.empty((plan.steps + 1, plan.objective.n, *plan.grid))
    points[0] = plan.start
    with np.errstate(all="ignore"), _changed_in_place():
        for step, x in _walk(plan):
            points[step.t] = x
        # Contiguous, so that NumPy takes the same code path for a grid as for each of its runs.
        losses = plan.objective(np.ascontiguousarray(np.moveaxis(points, 1, 0)))
    if not plan.is_grid:
        points, losses = points[..., 0], losses[..., 0]
    return Trajectory(
        points=points,
        losses=np.array(losses),
        rule=plan.rule,
        settings=plan.given_settings,
        objective=plan.objective,
        start=plan.given_start,
        seed=plan.seed,
        noise=plan.noise,
        label=plan.rule.label,
        contract=contract_of(settings),
        chosen=tuple(settings),
    )


def iterate(
    rule: UpdateRule | str | Any,
    objective: Objective | str = quadratic,
    *,
    start: ArrayLike | None = None,
    steps: int = 100,
    seed: int | ArrayLike = 0,
    noise: ArrayLike | None = None,
    **settings: Any,
) -> Iterator[Step]:
    """Yield each step `(t, x, f, g, state)` as it is before its update; the arguments are those of `train`.

    >>> for t, x, f, g, state in iterate("momentum", steps=2, lr=0.1):
    ...     print(t, x, g, state["v"])
    1 [-5. -2.] [-1. -8.] [0. 0.]
    2 [-4.9 -1.2] [-0.98 -4.8 ] [0.1 0.8]
    """
    plan = _plan(rule, objective, start, steps, seed, noise, settings)
    return _each_step(plan)


def _each_step(plan: "_Plan") -> Iterator[Step]:
    def alone(array: NDArray) -> NDArray:
        return array if plan.is_grid or not array.ndim else array[..., 0]

    walk = _walk(plan, everything=True)
    while True:
        # Only around our own work: what the caller does with a step keeps its warnings.
        with np.errstate(all="ignore"), _changed_in_place():
            step = next(walk, None)
        if step is None:
            return
        t, x, f, g, state = step[0]
        yield Step(t, alone(x), alone(f), alone(g), {name: alone(value) for name, value in state.items()})


def train_1d(
    step: UpdateRule | str | Any,
    /,
    lr: Any = None,
    *,
    objective: Objective | str = quartic,
    start: ArrayLike | None = None,
    steps: int = 100,
    **settings: Any,
) -> Trajectory:
    """Run an update rule on a curve, with the learning rate as its second argument.

    Arguments and errors are those of `train`.

    >>> print(train_1d("momentum", 0.01).verdict)
    converged to the minimum 2.5 by step 89 (error below 1/10,000 of the start's)
    """
    return _train_on(1, step, lr, objective, start, steps, settings)


def train_2d(
    step: UpdateRule | str | Any,
    /,
    lr: Any = None,
    *,
    objective: Objective | str = quadratic,
    start: ArrayLike | None = None,
    steps: int = 50,
    **settings: Any,
) -> Trajectory:
    """Run an update rule on a landscape of two coordinates, with the learning rate as its second argument.

    The rule may be a trainer, as every dialect of `optviz.adapters`: a function `(x1, x2, s1, s2, ..., lr)` or
    `(x1, x2, s1, s2, ..., lr, t)` that returns the same list with or without `lr`, with two coordinates, an even
    number of remembered values that start at 0, the learning rate and the counter, 1 at the first update. It carries
    its own gradient; the objective is what is drawn. Arguments and errors are those of `train`.

    >>> x1, x2 = zip(*train_2d("adagrad_eps_inside", 0.4, steps=20))
    >>> round(x1[-1], 6)
    -2.382563
    """
    return _train_on(2, step, lr, objective, start, steps, settings)


def _train_on(n, step, lr, objective, start, steps, settings) -> Trajectory:
    objective = find_objective(objective)
    if objective.n != n:
        raise ValueError(
            f"train_{n}d runs on {n} coordinate{'s' * (n > 1)}; {objective.name} has {objective.n}: "
            f"use train_{objective.n}d or train."
            if objective.n in (1, 2)
            else f"train_{n}d runs on {n} coordinate{'s' * (n > 1)}; {objective.name} has {objective.n}: use train."
        )
    if lr is not None:
        settings = {"lr": lr, **settings}
    return train(step, objective, start=start, steps=steps, **settings)


@dataclass(frozen=True)
class _Plan:
    """A run, checked and brought to the shapes in which the loop works: always with at least one grid axis."""

    rule: UpdateRule
    objective: Objective
    start: NDArray[np.float64]
    steps: int
    seed: Any
    noise: NDArray[np.float64] | None
    state: dict[str, NDArray[np.float64]]
    constants: dict[str, Any]
    schedules: dict[str, Callable[[int], Any]]
    first: dict[str, NDArray[np.float64]]  # what the schedules say at t = 1
    grid: tuple[int, ...]
    is_grid: bool
    given_settings: dict[str, Any]
    given_start: NDArray[np.float64]


def _plan(rule, objective, start, steps, seed, noise, settings: dict[str, Any]) -> _Plan:
    objective = find_objective(objective)
    rule = as_rule(rule, objective.n)
    rule.check_names(settings)
    steps = whole("steps", steps, 1)
    point = _start(objective, start)
    seed = _seed(seed)
    draws = None if noise is None else _draws(rule, objective, noise)

    settings = {**_defaults(rule, objective), **settings}
    missing = [name for name in rule.parameters if name not in settings]
    if "f_star" in missing:
        raise TypeError(
            f"{rule.name} needs f_star, the lowest value, and {objective.name} does not know it: give f_star=..."
        )
    if missing:
        raise TypeError(f"{rule.name} needs {missing[0]}: give it by name, {missing[0]}=0.1 for example.")
    tuned = {name: settings[name] for name in rule.parameters}
    schedules = {name: value for name, value in tuned.items() if callable(value)}
    constants = {name: value for name, value in tuned.items() if name not in schedules}
    for name, value in constants.items():
        rule.parameters[name].check(value)
        if isinstance(rule.parameters[name].kind, Range) and value is not None:
            constants[name] = _locked(np.atleast_1d(np.array(value, dtype=np.float64)))
    starts = {
        name: _numbers(f"the start value of {name}", settings[name]) if name in settings else np.asarray(value)
        for name, value in rule.state.items()
    }
    # What the run keeps: copies, so that a caller's array may change afterwards.
    given = {
        name: _kept(value) if isinstance(value, list | tuple | np.generic | np.ndarray) else value
        for name, value in settings.items()
    }
    first = {name: _scheduled(rule, name, schedule, 1) for name, schedule in schedules.items()}

    shapes = {
        "start": point.shape[1:],
        **{name: np.shape(value) for name, value in settings.items() if name in constants},
        **{name: value.shape for name, value in first.items()},
        **{f"the start value of {name}": value.shape[1:] for name, value in starts.items()},
        "seed": np.shape(seed),
        "noise": () if draws is None else draws.shape[2:],
    }
    grid = _broadcast(shapes)
    inside = grid or (1,)
    n = objective.n
    state = {}
    for name, value in starts.items():
        if value.ndim and value.shape[0] != n:
            raise ValueError(
                f"The start value of {name} is a number or has the shape ({n}, ...), a value a coordinate; "
                f"got shape {value.shape}."
            )
        state[name] = _spread(value, n, inside)
    return _Plan(
        rule=rule,
        objective=objective,
        start=_spread(point, n, inside),
        steps=steps,
        seed=seed,
        noise=draws,
        state=state,
        constants=constants,
        schedules=schedules,
        first=first,
        grid=inside,
        is_grid=bool(grid),
        given_settings=given,
        given_start=point,
    )


def _walk(plan: _Plan, everything: bool = False) -> Iterator[tuple[Step, NDArray[np.float64]]]:
    """Yield each step as the rule sees it, and the point behind it.

    `f` and `g` are computed if the rule asks for them, or for `everything`. Whoever goes on to the next step does so
    under `np.errstate(all="ignore")` and `_changed_in_place()`.
    """
    rule, objective = plan.rule, plan.objective
    step_function = rule.begin()
    rule_noise, gradient_noise = _noise(plan)
    low, high = _columns(objective.box, len(plan.grid))
    x, state, settings = plan.start, plan.state, plan.constants
    for t in range(1, plan.steps + 1):
        if plan.schedules:
            at_t = {
                name: plan.first[name] if t == 1 else _scheduled(rule, name, schedule, t)
                for name, schedule in plan.schedules.items()
            }
            settings = {**plan.constants, **{name: _locked(np.atleast_1d(value)) for name, value in at_t.items()}}
            for name, value in at_t.items():
                if value.shape != plan.first[name].shape:
                    raise ValueError(
                        f"{name} as a function of t must keep its shape; at t = 1 it was {plan.first[name].shape}, "
                        f"at t = {t} {value.shape}."
                    )
        where = x if rule.look_ahead is None else _locked(np.asarray(rule.gradient_place(x, t, state, settings)))
        f = _locked(objective(where)) if everything or "f" in rule.given else None
        g = _gradient(objective, where, t, gradient_noise) if everything or "g" in rule.given else None
        values = {"x": x, "g": g, "t": t, "f": f, "noise": rule_noise}
        result = step_function(*[values[name] for name in rule.given], *state.values(), **settings)
        new_x, new_state = rule.unpack(result, x.shape)
        if objective.box is not None:
            new_x = np.minimum(np.maximum(new_x, low), high)
        yield Step(t, x, f, g, state), new_x  # type: ignore[arg-type]  # None only where nobody looks
        x, state = _locked(new_x), {name: _locked(value) for name, value in new_state.items()}


def _gradient(objective: Objective, where: NDArray, t: int, noise: Callable) -> NDArray[np.float64]:
    """Return the gradient, nan where its square is no number any more.

    A rule that divides by the root of an infinite square would stand still for ever and look converged.
    """
    g = objective.grad(where, t, noise)
    if not np.vdot(g, g) < STEEPEST**2:  # seldom; the sum of squares is quick to have
        g = np.where(np.abs(g) < STEEPEST, g, np.nan)
    return _locked(g)


@contextmanager
def _changed_in_place() -> Iterator[None]:
    """Say in a learner's words what NumPy means by "read-only", with the line that did it."""
    try:
        yield
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        line = f" in line {place.lineno}, `{place.line}`," if place.line else ""
        raise ValueError(
            f"{place.name}{line} changes an array in place (`x -= ...`), and so every point before it; "
            f"write `x = x - ...`."
        ) from None


def _noise(plan: _Plan) -> tuple[Callable, Callable]:
    """Return the functions that draw for the rule and for the gradient: two separate streams."""
    dims = len(plan.grid)
    if plan.noise is None:
        return _stream(plan, 0), _stream(plan, 1)
    numbers = plan.noise
    rows = iter(numbers)

    def injected() -> NDArray[np.float64]:
        try:
            row = next(rows)
        except StopIteration:
            raise ValueError(
                f"noise holds {len(numbers)} rows, and a further one was drawn; give a row a call."
            ) from None
        return _locked(_ones(row, dims))

    if "noise" in plan.rule.given:
        return injected, _stream(plan, 1)
    return _stream(plan, 0), injected


def stream(seed: int, number: int) -> np.random.Generator:
    """Return where a run with this seed draws its normal numbers: 0 for the rule, 1 for the gradient."""
    return np.random.default_rng(np.random.SeedSequence((seed, number)))


def _stream(plan: _Plan, number: int) -> Callable[[], NDArray[np.float64]]:
    """Return a function that draws `(n, 1, ..., 1)` numbers; an array of seeds draws for each seed."""
    n, shape = plan.objective.n, np.shape(plan.seed)
    sources = [stream(int(seed), number) for seed in np.ravel(plan.seed)]

    def draw() -> NDArray[np.float64]:
        numbers = np.stack([source.standard_normal(n) for source in sources], axis=-1)
        return _locked(_ones(numbers.reshape(n, *shape), len(plan.grid)))

    return draw


def _scheduled(rule: UpdateRule, name: str, schedule: Callable, t: int) -> NDArray[np.float64]:
    kind = rule.parameters[name].kind
    if not isinstance(kind, Range):
        raise TypeError(f"{name} cannot be a function of t; it chooses between forms of the rule.")
    if t == 1:
        try:
            inspect.signature(schedule).bind(t)
        except TypeError:
            raise TypeError(f"{name} as a function takes one value, the counter: {name}=lambda t: 0.1 / t.") from None
        except ValueError:  # a function without a signature, as some of NumPy's
            pass
    value = schedule(t)
    kind.check(f"{name} at t = {t}", value)
    return np.asarray(value, dtype=np.float64)


def _broadcast(shapes: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    """Return the grid that all shapes broadcast to; name two that do not go together."""
    grid: tuple[int, ...] = ()
    for index, (name, shape) in enumerate(shapes.items()):
        try:
            grid = np.broadcast_shapes(grid, shape)
        except ValueError:
            other, its = next((other, its) for other, its in list(shapes.items())[:index] if not _fits(its, shape))
            raise ValueError(
                f"The grid axes of {other}, {its}, and of {name}, {shape}, do not broadcast; give one of them an "
                f"axis of length 1, such as {name}[:, np.newaxis]."
            ) from None
    return grid


def _fits(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(a == b or 1 in (a, b) for a, b in zip(one[::-1], other[::-1], strict=False))


def _ones(array: NDArray, dims: int) -> NDArray:
    """Insert axes of length 1 behind the coordinates, so that `(n, *shape)` gets `dims` grid axes."""
    return array.reshape(array.shape[:1] + (1,) * (dims + 1 - array.ndim) + array.shape[1:])


def _spread(value: NDArray, n: int, grid: tuple[int, ...]) -> NDArray[np.float64]:
    """Return a read-only `(n, *grid)` copy of a number or of `(n, ...)`."""
    value = _ones(value, len(grid)) if value.ndim else value
    return _locked(np.array(np.broadcast_to(value, (n, *grid)), dtype=np.float64, order="C"))


def _columns(box: Sequence[tuple[float, float]] | None, dims: int) -> tuple[Any, Any]:
    if box is None:
        return None, None
    low, high = np.array(box).T
    return _ones(low, dims), _ones(high, dims)


def _locked(array: NDArray) -> NDArray:
    """Return a read-only view: the array itself may belong to a learner's function."""
    view = array.view()
    view.flags.writeable = False
    return view


def _defaults(rule: UpdateRule, objective: Objective) -> dict[str, Any]:
    defaults = {name: one.default for name, one in rule.parameters.items() if one.default is not REQUIRED}
    if "f_star" in rule.parameters and "f_star" not in defaults and objective.f_star is not None:
        defaults["f_star"] = objective.f_star
    return defaults


def whole(name: str, value: Any, minimum: int) -> int:
    """Return a whole number of at least `minimum`, or say what is wrong with it."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool | np.bool_) or number < minimum:
        raise (ValueError if isinstance(value, int) else TypeError)(
            f"{name} must be a whole number >= {minimum}; got {value!r}."
        )
    return number


def _seed(seed: Any) -> Any:
    try:
        numbers = np.array(seed)
    except ValueError:  # rows of different lengths
        numbers = np.array(None)
    if numbers.ndim == 0 and numbers.dtype.kind in "iu":
        return whole("seed", numbers.item(), 0)
    if numbers.dtype.kind not in "iu" or (numbers < 0).any():
        raise TypeError(f"seed must be a whole number >= 0 or an array of such; got {seed!r}.")
    return _locked(numbers)


def _kept(value: Any) -> Any:
    """Return a copy that nobody can change."""
    copy = np.array(value)
    copy.flags.writeable = False
    return copy[()]


def _numbers(name: str, value: Any) -> NDArray[np.float64]:
    try:
        numbers = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be numbers; got {value!r}.") from None
    if not np.isfinite(numbers).all():
        raise ValueError(f"{name} must be finite; got {value!r}.")
    return _locked(numbers)


def _draws(rule: UpdateRule, objective: Objective, noise: Any) -> NDArray[np.float64]:
    if "noise" not in rule.given and "noise" not in objective.gradient_asks:
        raise ValueError(f"Neither {rule.name} nor the gradient of {objective.name} draws noise; leave noise out.")
    draws = _numbers("noise", noise)
    if draws.ndim < 2 or draws.shape[1] != objective.n:
        raise ValueError(
            f"noise must have a row for each draw and {objective.n} number{'s' * (objective.n > 1)} in a row, shape "
            f"(calls, {objective.n}), with grid axes behind; got shape {draws.shape}."
        )
    return draws


def _start(objective: Objective, start: Any) -> NDArray[np.float64]:
    if start is None:
        return objective.start
    point = _numbers("start", start)
    if objective.n == 1 and point.ndim == 0:
        point = _locked(point.reshape(1))
    if point.ndim == 0 or point.shape[0] != objective.n:
        given = f"{point.shape[0]} coordinates" if point.ndim else "a single number"
        raise ValueError(
            f"start must have {objective.n} coordinate{'s' * (objective.n > 1)} on {objective.name}, such as "
            f"{tuple(objective.start.tolist())}, with grid axes behind; got {given}."
        )
    return point
