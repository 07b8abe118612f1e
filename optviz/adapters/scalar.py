"""Trainers on two coordinates, as learners write them: plain numbers in, plain numbers out."""

import inspect
import math
from collections.abc import Callable

import numpy as np

from ..ranges import Rate
from ..rule import REQUIRED, UpdateRule

FORM = """\
    def trainer(x1, x2, s1, s2, lr):        # two coordinates, an even number of remembered values, the rate
        ...
        return x1, x2, s1, s2               # with or without lr
or with the counter t (1 at the first update) behind lr: def trainer(x1, x2, s1, s2, lr, t)"""


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
    step.__annotations__ = {"lr": Rate}
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
    try:
        returned = trainer(*values, lr, *t, **settings)
    except (OverflowError, ZeroDivisionError):
        return [math.nan] * len(values)
    except ValueError:  # math.sin(inf), math.sqrt(-inf) and the like
        if all(map(math.isfinite, values)):
            raise
        return [math.nan] * len(values)
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
