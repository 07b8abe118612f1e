"""Trainers on two coordinates, as learners write them: plain numbers in, plain numbers out."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..objective_function import Objective, find_objective
from ..objectives.bowls import quadratic
from ..rule import REQUIRED, UpdateRule
from . import outgoing
from .incoming import overflow_as_nan

FORM = """\
    def trainer(x1, x2, s1, s2, lr):        # two coordinates, an even number of remembered values, the rate
        ...
        return x1, x2, s1, s2               # with or without lr
or with the counter t (1 at the first update) behind lr: def trainer(x1, x2, s1, s2, lr, t)"""


def recognises(step: Any) -> bool:
    """Whether `step` is a function with a parameter `lr`."""
    try:
        return callable(step) and not inspect.isclass(step) and "lr" in inspect.signature(step).parameters
    except ValueError:  # a function without a signature, as some of NumPy's
        return False


def rule(trainer: Callable) -> UpdateRule:
    """Return the update rule that calls `trainer` once for every point of the grid.

    The trainer is `(x1, x2, s1, s2, ..., lr)` or `(..., lr, t)` with an even number of remembered values, which start
    at 0; it returns the same list with or without `lr`. Parameters with a default behind these keep it, or are
    settings by name. It carries its own gradient.

    Raises TypeError, with the accepted forms, for any other signature.
    """
    name = getattr(trainer, "__name__", "trainer")
    remembered, counts, options = _read(name, trainer)
    pairs = ["_".join(pair) for pair in zip(remembered[::2], remembered[1::2], strict=True)]

    def step(x, t, /, *state, lr, **settings):
        grid = x.shape[1:]
        settings = {key: np.broadcast_to(value, grid) for key, value in {"lr": lr, **settings}.items()}
        values = np.concatenate([x, *state])
        new = np.empty_like(values)
        for place in np.ndindex(grid):
            here = (slice(None), *place)
            numbers = {key: value[place].item() for key, value in settings.items()}
            new[here] = _call(name, trainer, values[here].tolist(), numbers.pop("lr"), [t] * counts, numbers)
        parts = tuple(new.reshape(-1, *x.shape))
        return parts if state else parts[0]

    # What the driver and the sliders read, as if it had been written out by hand.
    given = [inspect.Parameter(key, inspect.Parameter.POSITIONAL_ONLY) for key in ("x", "t")]
    state = [inspect.Parameter(key, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=0.0) for key in pairs]
    tuned = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in options]
    step.__signature__ = inspect.Signature([*given, *state, *tuned])  # type: ignore[attr-defined]
    step.__name__, step.__doc__, step.__module__ = name, trainer.__doc__, trainer.__module__
    return UpdateRule(step, label=name.removesuffix("_2d").replace("_", " "))


def _read(name: str, trainer: Callable) -> tuple[list[str], int, list[inspect.Parameter]]:
    """Return the names of the remembered values, how often t is asked for, and the settings (lr first)."""
    parameters = list(inspect.signature(trainer).parameters.values())
    names = [one.name for one in parameters]
    lr = names.index("lr") if "lr" in names else 0
    counts = int(names[lr + 1 : lr + 2] == ["t"])
    options = parameters[lr + 1 + counts :]
    plain = all(one.kind is one.POSITIONAL_OR_KEYWORD for one in parameters[: lr + 1 + counts])
    if lr < 2 or lr % 2 or not plain or any(one.default is REQUIRED for one in options):
        problem = "has no parameter lr" if lr == 0 else "is not of the accepted form"
        if lr >= 2 and lr % 2:
            problem = f"remembers {lr - 2} values, an odd number (two coordinates need a pair of each)"
        raise TypeError(f"{name}({', '.join(names)}) {problem}. Accepted are an update rule, its name or\n{FORM}")
    numbers = [one for one in options if isinstance(one.default, int | float)]
    return names[2:lr], counts, [parameters[lr], *numbers]


def _call(name: str, trainer: Callable, values: list[float], lr: float, t: list[int], settings: dict) -> list[float]:
    """Call the trainer for one point; a run that left the numbers float can hold goes on as nan."""
    returned: Any = [math.nan] * len(values)
    with overflow_as_nan(values):
        returned = trainer(*values, lr, *t, **settings)
    try:
        new = [float(value) for value in returned]
    except (TypeError, ValueError):
        new = []
    if len(new) not in (len(values), len(values) + 1):
        got = f"{len(new)} numbers" if new else repr(returned)
        raise ValueError(
            f"{name} returned {got}; it must return {len(values)}, the coordinates and the remembered values in the "
            f"order of its parameters, or {len(values) + 1} with lr behind them."
        )
    if len(new) > len(values) and new.pop() != lr:
        raise ValueError(
            f"{name} returned another lr than it was given ({lr}). The driver owns lr; for a rate that changes give "
            f"a function of t, lr=lambda t: {lr:g} / t."
        )
    return new


def trainer(
    rule: UpdateRule | str,
    objective: Objective | str = quadratic,
    *,
    noise: Callable[[int], Any] | None = None,
) -> Callable[..., tuple[float, ...]]:
    """Return an update rule as a trainer `(x1, x2, m1, v1, m2, v2, ..., lr)` or `(..., lr, t)`, with a signature.

    It takes plain numbers and returns the same list, up to `lr`. What the rule remembers stands coordinate by
    coordinate and starts at 0; the other settings stand behind with their defaults. It carries the gradient (and the
    loss and f_star) of `objective`, which has two coordinates. `noise`, for a rule that draws it, is a function of a
    size that gives standard normal numbers.

    Raises TypeError or ValueError, in one sentence, for what the rule needs and is not there.

    >>> adam = trainer("adam")
    >>> print(inspect.signature(adam))
    (x1, x2, m1, v1, m2, v2, lr, t, beta1=0.9, beta2=0.999, eps=1e-08)
    >>> x1, x2, *_ = adam(-5.0, -2.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1)
    >>> round(x1, 6), round(x2, 6)
    (-4.5, -1.5)
    """
    rule, objective = outgoing.find(rule), find_objective(objective)
    if objective.n != 2:
        raise ValueError(f"A trainer works on two coordinates; {objective.name} has {objective.n}.")
    if "lr" not in rule.parameters:
        raise TypeError(f"{rule.name} has no lr, and a trainer takes one.")
    if "noise" in rule.given and noise is None:
        raise TypeError(f"{rule.name} needs noise, {outgoing.NOISE}: trainer({rule.name}, noise=...).")
    settings = {name: one.default for name, one in rule.parameters.items() if name != "lr"}
    if settings.get("f_star") is REQUIRED and objective.f_star is not None:
        settings["f_star"] = objective.f_star
    for name, default in settings.items():
        if default is REQUIRED:
            raise TypeError(f"{rule.name} needs {name}, and {objective.name} does not have it.")
    # The dialect starts all state at 0: the counter tells when to start elsewhere.
    counts = "t" in rule.given or any(rule.state.values())
    remembered = [f"{name}{i}" for i in (1, 2) for name in rule.state]
    names = ["x1", "x2", *remembered, "lr", *["t"] * counts]
    ordinary = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature(
        [inspect.Parameter(name, ordinary) for name in names]
        + [inspect.Parameter(name, ordinary, default=default) for name, default in settings.items()]
    )

    def handed_out(*args: float, **named: Any) -> tuple[float, ...]:
        try:
            bound = signature.bind(*args, **named)
        except TypeError as error:
            raise TypeError(f"{handed_out.__name__}{signature}: {error}.") from None
        bound.apply_defaults()
        values = bound.arguments
        for name in names[: names.index("lr")]:
            if outgoing.numbers(name, values[name]).ndim:
                raise TypeError(f"{name} must be a single number; got {values[name]!r:.60}.")
        t = values.get("t", 1)
        if not isinstance(t, int | np.integer) or t < 1:
            raise ValueError(f"t must be a whole number >= 1, the counter of the updates; got {t!r}.")
        t = int(t)
        for name, parameter in rule.parameters.items():
            outgoing.check(rule, parameter, values[name], f"give {name}")
        begins = counts and t == 1
        state = {
            name: np.full(2, start) if begins else np.array([values[f"{name}1"], values[f"{name}2"]])
            for name, start in rule.state.items()
        }
        new, state = outgoing.advance(
            rule,
            np.array([values["x1"], values["x2"]]),
            lambda point: objective.grad(point.reshape(2, 1), t),
            t,
            state,
            {name: values[name] for name in rule.parameters},
            f=float(objective([values["x1"], values["x2"]])) if "f" in rule.given else None,
            noise=noise,
            how={},
        )
        state = {name: outgoing.shaped(value, (2,)).tolist() for name, value in state.items()}
        return (*new.tolist(), *(state[name][i] for i in (0, 1) for name in rule.state), values["lr"])

    handed_out.__name__, handed_out.__doc__ = f"{rule.name}_2d", rule.__doc__
    handed_out.__signature__ = signature  # type: ignore[attr-defined]
    return handed_out
