"""Other people's steps as update rules: what all dialects share on the way in."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..rule import REQUIRED, RESERVED, UpdateRule

# One point's step: (x, g, settings, f) -> the new x, all of shape (n,). It keeps its memory to itself.
Walker = Callable[[np.ndarray, np.ndarray, dict[str, Any], Any], Any]


class RememberingRule(UpdateRule):
    """A step that keeps its memory to itself, as an update rule: it is called once for every point of a grid.

    `walker()` makes the step of one point with a fresh memory. Pure rules hand their state to the driver; here only
    the learner's code knows what it is, so every run begins with new walkers (`begin`), one for each point.
    """

    def __init__(
        self, walker: Callable[[], Walker], source: Any, settings: Mapping[str, Any], *, wants_loss: bool = False
    ):
        self._walker = walker

        def first_step(*given: Any, **settings: Any) -> np.ndarray:
            return self.begin()(*given, **settings)

        # What the driver and the sliders read, as if it had been written out by hand.
        first_step.__name__ = getattr(source, "__name__", type(source).__name__)
        first_step.__doc__, first_step.__module__ = inspect.getdoc(source), source.__module__
        first_step.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in ("x", "g", "f")[: 2 + wants_loss]]
            + [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=settings[name]) for name in settings]
        )
        super().__init__(first_step)

    def begin(self) -> Callable:
        """Return the function for one run: fresh walkers, made when the size of the grid is known."""
        walkers: dict[tuple[int, ...], Walker] = {}

        def step(x: np.ndarray, g: np.ndarray, f: Any = None, **settings: Any) -> np.ndarray:
            grid = x.shape[1:]
            settings = {name: np.broadcast_to(value, grid) for name, value in settings.items()}
            new = np.full_like(x, np.nan)
            for place in np.ndindex(grid):
                here = (slice(None), *place)
                if place not in walkers:
                    walkers[place] = self._walker()
                numbers = {name: value[place].item() for name, value in settings.items()}
                # Copies: in these dialects a step may change what it is given.
                new[here] = walkers[place](
                    x[here].copy(), g[here].copy(), numbers, None if f is None else f[place].item()
                )
            return new

        return step


def is_setting(name: str, value: Any) -> bool:
    """Whether a caller can set this by name: a number, or a value without default, whose name nobody else uses."""
    return (value is REQUIRED or isinstance(value, int | float)) and str(name).isidentifier() and name not in RESERVED


@contextmanager
def overflow_as_nan(*values: Any) -> Iterator[None]:
    """Let a run go on that has left the numbers float can hold: a result set to nan before stays nan.

    Python's own numbers raise where NumPy's become inf or nan. A ValueError (math.sin(inf), math.sqrt(-inf) and the
    like) is a learner's error where all `values` were finite.
    """
    finite = all(np.isfinite(value).all() for value in values)
    try:
        yield
    except (OverflowError, ZeroDivisionError):
        pass
    except ValueError:
        if finite:
            raise


def new_point(name: str, what: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return the new point that a learner's step computed; raise one sentence unless it has this shape."""
    try:
        if value is None:  # which NumPy would take for nan
            raise TypeError
        point = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name} {what} {value!r}; it must be an array of numbers of shape {shape}.") from None
    if point.shape != shape:
        raise ValueError(
            f"{name} {what} an array of shape {point.shape}; it must keep the shape of the point, {shape}."
        )
    return point
