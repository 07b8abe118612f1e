"""`@objective`: a landscape whose value, exact gradient, minima, start and view are one object."""

import inspect
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .registry import Registry
from .words import number_text, point_text

OBJECTIVES: Registry["Objective"] = Registry("objective")


class Objective:
    """A function to be minimised, with its exact gradient and what a picture needs to know about it.

    Args:
        f: the value. It gets the point `x` of shape `(n, *grid)` and returns `(*grid,)`; `x1, x2 = x` works.
        grad: the gradient, a tuple of coordinates or an array `(n, *grid)`. It may ask by name for more than `x`:
            `def grad(x, t, noise, /)`, with the counter `t` and a function that draws standard normal numbers.
        start: the usual start, `n` numbers (a plain number in 1-D).
        minima: the known minima, points; `()` says that there is none, None that none is known.
        view: the picture's box, `((low, high), ...)`, a pair per coordinate.
        log_levels: whether contour levels are powers of ten (a valley) instead of equal steps.
        curvature: smallest and largest eigenvalue of the Hessian at the best minimum, the first of equally good ones.
        box: `((low, high), ...)` to which each new point is clipped after the rule.
        label: the name in pictures.
        f_star: the lowest value, if it is not to be computed from the minima.

    Raises TypeError or ValueError with one sentence if a shape, a value or a name is not of this form.

    >>> bowl = Objective(lambda x: x[0]**2 + x[1]**2, lambda x: (2 * x[0], 2 * x[1]), start=(1, 2), minima=[(0, 0)])
    >>> float(bowl(1, 2)), bowl.grad((1.0, 2.0)), bowl.f_star
    (5.0, array([2., 4.]), 0.0)
    """

    def __init__(
        self,
        f: Callable,
        grad: Callable | None = None,
        *,
        start: ArrayLike,
        minima: Sequence[ArrayLike] | None = None,
        view: Sequence[Any] | None = None,
        log_levels: bool = False,
        curvature: tuple[float, float] | None = None,
        box: Sequence[tuple[float, float]] | None = None,
        label: str | None = None,
        f_star: float | None = None,
    ):
        for what, function in (("f", f), ("grad", grad)):
            if not callable(function) and not (what == "grad" and function is None):
                raise TypeError(f"{what} must be a function of the point, such as lambda x: x[0]**2; got {function!r}.")
        self.f = self.__wrapped__ = f
        self.__name__ = self.name = getattr(f, "__name__", "objective").replace("<lambda>", "objective")
        self.__doc__ = getattr(f, "__doc__", None)
        self.__module__ = getattr(f, "__module__", "")
        self.label = label or self.name.replace("_", " ")
        self.start = _points("start", start, None)
        self.n = len(self.start)
        self.minima = None if minima is None else [_points("a minimum", point, self.n) for point in minima]
        self.box = None if box is None else _box("box", box, self.n)
        self.view = self._around_known_points() if view is None else _box("view", view, self.n)
        self.log_levels = log_levels
        self.curvature = None if curvature is None else _two_numbers("curvature", curvature)
        if f_star is not None and not (isinstance(f_star, int | float | np.floating) and math.isfinite(f_star)):
            raise TypeError(f"f_star must be a finite number, the lowest value of {self.name}; got {f_star!r}.")
        self._f_star = f_star
        self.gradient_function: Callable | None = None
        if grad is not None:
            self.gradient(grad)

    def __repr__(self) -> str:
        return f"<objective {self.name}, {self.n}-D, start {point_text(self.start)}>"

    def gradient(self, function: Callable) -> Callable:
        """Decorate the function that computes the exact gradient of this objective."""
        # NumPy's own functions, such as np.cos, show parameters that are not for us.
        asked = ["x"] if isinstance(function, np.ufunc) else list(inspect.signature(function).parameters)
        if not asked or [name for name in asked[1:] if name not in ("t", "noise")]:
            raise TypeError(
                f"The gradient of {self.name} takes ({', '.join(asked)}); it may ask for the point, then t and noise."
            )
        self.gradient_function = function
        self._asked = asked[1:]
        return function

    @property
    def gradient_asks(self) -> tuple[str, ...]:
        """What the gradient asks for besides the point: of "t" and "noise"."""
        self._needs_gradient()
        return tuple(self._asked)

    @property
    def f_star(self) -> float | None:
        """The value at the best known minimum, None without minima."""
        if self._f_star is None and self.minima:
            self._f_star = min(float(self(minimum)) for minimum in self.minima)
        return self._f_star

    def __call__(self, *x: ArrayLike) -> NDArray[np.float64]:
        """Return the values `(*grid,)` at points `(n, *grid)`, given as one array or as n coordinates."""
        points = self._as_points(x)
        if points.ndim == 1:  # NumPy rounds powers of single numbers differently from those of arrays
            return self(points[:, np.newaxis])[..., 0]
        with np.errstate(all="ignore"):  # no number there is an answer, not a warning
            values = np.asarray(self.f(points))
        if values.dtype.kind not in "biufc":
            raise TypeError(f"{self.name} must return numbers, one a point; it returned {values.tolist()!r}.")
        if values.dtype.kind in "biu":
            values = values.astype(np.float64)
        if self.n == 1 and values.shape == points.shape:
            values = values[0]
        grid = points.shape[1:]
        try:
            return np.broadcast_to(values, grid) if values.shape != grid else values
        except ValueError:
            raise ValueError(
                f"{self.name} returned values of shape {values.shape} for points of shape {points.shape}; "
                f"one value a point has shape {grid}."
            ) from None

    def grad(self, x: ArrayLike, t: int = 1, noise: Callable | None = None) -> NDArray[np.float64]:
        """Return the gradient at points `(n, *grid)`, in the same shape.

        `t` and `noise` (a function of no arguments) go to a gradient that asks for them.
        """
        self._needs_gradient()
        points = self._as_points((x,))
        if "noise" in self._asked and noise is None:
            raise ValueError(f"The gradient of {self.name} asks for noise: give grad(x, noise=function).")
        if points.ndim == 1:
            draw = noise and (lambda: _column(noise()))
            return self.grad(points[:, np.newaxis], t, draw)[..., 0]
        extra = {"t": t, "noise": noise}
        result = self.gradient_function(points, *(extra[name] for name in self._asked))  # type: ignore[misc]
        return self._stacked(result, points)

    def _stacked(self, result: Any, points: NDArray) -> NDArray:
        try:
            if isinstance(result, tuple | list):
                if len(result) != self.n:
                    raise ValueError
                stacked = np.empty(points.shape)
                for axis, coordinate in enumerate(result):
                    single = self.n == 1 and np.shape(coordinate) == points.shape  # a row where a number stands
                    stacked[axis] = coordinate[0] if single else coordinate
                return stacked
            array = np.asarray(result, dtype=np.float64)
            if self.n > 1 and array.shape[:1] != (self.n,):
                raise ValueError
            if 0 < array.ndim < points.ndim and len(array) == self.n:  # coordinates first: the grid axes are missing
                array = array.reshape(self.n, *[1] * (points.ndim - array.ndim), *array.shape[1:])
            return array if array.shape == points.shape else np.broadcast_to(array, points.shape)
        except (ValueError, TypeError):
            shapes = (
                f"{len(result)} coordinates of shapes {', '.join(str(np.shape(part)) for part in result)}"
                if isinstance(result, tuple | list)
                else f"shape {np.shape(result)}"
            )
            raise ValueError(
                f"The gradient of {self.name} returned {shapes} for points of shape {points.shape}; "
                f"it must return {self.n} coordinate{'s' * (self.n > 1)} or an array of shape {points.shape}."
            ) from None

    def _as_points(self, x: Sequence[ArrayLike]) -> NDArray:
        if len(x) == 1:
            points = np.asarray(x[0])
            if self.n == 1 and points.shape[:1] != (1,):  # in 1-D the coordinate may stand for the point
                points = points[np.newaxis]
        else:
            points = np.stack(np.broadcast_arrays(*x)) if x else np.empty(0)
        if points.ndim == 0 or len(points) != self.n:
            given = f"an array of shape {points.shape}" if len(x) == 1 else f"{len(x)} coordinates"
            raise ValueError(f"{self.name} takes points of {self.n} coordinates, shape ({self.n}, ...); got {given}.")
        points = points.view() if points.dtype.kind in "fc" else points.astype(np.float64)
        points.flags.writeable = False  # a function that changes them would change the run
        return points

    def _needs_gradient(self) -> None:
        if self.gradient_function is None:
            raise TypeError(
                f"{self.name} has no gradient. Give Objective(f, grad, ...), or decorate a function that returns "
                f"its {self.n} coordinates with @{self.name}.gradient."
            )

    def _around_known_points(self) -> list[tuple[float, float]]:
        """Return a view that holds start and minima with a quarter of their spread around them."""
        known = np.array([self.start, *(self.minima or [])])
        margin = np.maximum(0.25 * np.ptp(known, axis=0), 0.0)
        margin[margin == 0] = margin.max() or 1.0
        low, high = known.min(axis=0) - margin, known.max(axis=0) + margin
        return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def _points(what: str, value: ArrayLike, n: int | None) -> NDArray[np.float64]:
    try:
        point = np.atleast_1d(np.asarray(value, dtype=np.float64))
    except (TypeError, ValueError):
        raise TypeError(f"{what} must be numbers, one a coordinate; got {value!r}.") from None
    if point.ndim != 1 or n not in (None, len(point)) or not len(point):
        wanted = "one number for each coordinate" if n is None else f"{n} coordinate{'s' * (n != 1)}"
        raise ValueError(f"{what} must have {wanted}; got {value!r}.")
    if not np.isfinite(point).all():
        raise ValueError(f"{what} must be finite; got {value!r}.")
    point.flags.writeable = False
    return point


def _column(numbers: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(numbers, dtype=np.float64)
    return array[:, np.newaxis] if array.ndim == 1 else array


def _number(what: str, value: Any, valid: Callable[[float], bool], form: str) -> float:
    if not isinstance(value, Real) or isinstance(value, bool) or not (math.isfinite(value) and valid(float(value))):
        raise ValueError(f"{what} must be a {form}; got {value!r}.")
    return float(value)


def _two_numbers(what: str, value: Any) -> tuple[float, float]:
    try:
        smallest, largest = map(float, value)
    except (TypeError, ValueError):
        raise TypeError(f"{what} must be two numbers, the smallest and the largest; got {value!r}.") from None
    return smallest, largest


def _box(what: str, value: Sequence[Any], n: int) -> list[tuple[float, float]]:
    try:
        pairs = np.asarray(value, dtype=np.float64).reshape(n, 2)
        if not (pairs[:, 0] < pairs[:, 1]).all() or not np.isfinite(pairs).all():
            raise ValueError
    except (TypeError, ValueError):
        raise ValueError(
            f"{what} must be {n} pair{'s' * (n > 1)} (low, high) with low < high; got {value!r}."
        ) from None
    return [(float(low), float(high)) for low, high in pairs]


def objective(**about: Any) -> Callable[[Callable], Objective]:
    """Turn a function of the point into a registered `Objective`; the arguments are those of `Objective`.

    The gradient is decorated below it:

    >>> @objective(start=(1, 1), minima=[(0, 0)])
    ... def bowl(x):
    ...     x1, x2 = x
    ...     return x1**2 + x2**2
    >>> @bowl.gradient
    ... def _(x):
    ...     x1, x2 = x
    ...     return 2 * x1, 2 * x2
    >>> bowl.grad((1.0, 3.0))
    array([2., 6.])
    """
    if "start" not in about:
        raise TypeError("objective needs a start: @objective(start=(-1, 2), minima=[(0, 0)]).")

    def decorate(f: Callable) -> Objective:
        made = Objective(f, **about)
        OBJECTIVES.add(made.name, made, made.__module__)
        return made

    return decorate


def find_objective(objective: Any) -> Objective:
    """Return the objective, found by name if need be; raise ValueError or TypeError if it is none."""
    if isinstance(objective, Objective):
        return objective
    if isinstance(objective, str):
        return OBJECTIVES.find(objective)
    raise TypeError(
        f"objective must be an Objective or its name; got {objective!r}. "
        f"A function f with gradient grad becomes one by Objective(f, grad, start=...)."
    )


def rotated(base: Objective | str, degrees: float) -> Objective:
    """Return a 2-D objective turned anticlockwise about the origin: the same landscape on other axes.

    Raises ValueError unless `base` has two coordinates and no box, and `degrees` is a finite number.

    >>> from optviz import quadratic
    >>> turned = rotated(quadratic, 90)
    >>> turned.start.round(12), round(float(turned(2, -5)), 12) == round(float(quadratic(-5, -2)), 12)
    (array([ 2., -5.]), True)
    """
    base = find_objective(base)
    if base.n != 2:
        raise ValueError(f"rotated turns objectives of two coordinates; {base.name} has {base.n}.")
    if base.box is not None:
        raise ValueError(f"{base.name} is kept in a box along the axes, which cannot be turned.")
    return _rotated(base, _number("degrees", degrees, lambda value: True, "finite number"))


# The same transform of the same objective is one objective, so that its runs share a picture.
@lru_cache(maxsize=256)
def _rotated(base: Objective, degrees: float) -> Objective:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def back(x):
        x1, x2 = x
        return cos * x1 + sin * x2, cos * x2 - sin * x1

    def forth(x):
        x1, x2 = x
        return cos * x1 - sin * x2, cos * x2 + sin * x1

    def value(x):
        return base.f(np.stack(back(x)))

    (left, right), (bottom, top) = base.view
    corners = np.array([forth(corner) for corner in ((left, bottom), (left, top), (right, bottom), (right, top))])
    turned = Objective(
        value,
        start=forth(base.start),
        minima=None if base.minima is None else [forth(minimum) for minimum in base.minima],
        view=list(zip(corners.min(axis=0), corners.max(axis=0), strict=True)),
        log_levels=base.log_levels,
        curvature=base.curvature,
        label=f"{base.label}, turned by {number_text(degrees)}°",
        f_star=base.f_star,
    )
    _derive(turned, base, "rotated", lambda x, t, noise: forth(base.grad(np.stack(back(x)), t, noise)))
    return turned


def noisy(base: Objective | str, sigma: float) -> Objective:
    """Return the same landscape with a noisy gradient, g + sigma N(0, 1) in every coordinate.

    The picture and the losses keep the value without noise. Raises ValueError unless `sigma` is >= 0 and finite.

    >>> from optviz import quadratic
    >>> noisy(quadratic, 0.5).grad((-5.0, -2.0), noise=lambda: 1.0)
    array([-0.5, -7.5])
    """
    base = find_objective(base)
    return _noisy(base, _number("sigma", sigma, lambda value: value >= 0, "number >= 0"))


@lru_cache(maxsize=256)
def _noisy(base: Objective, sigma: float) -> Objective:
    copy = Objective(
        base.f,
        start=base.start,
        minima=base.minima,
        view=base.view,
        log_levels=base.log_levels,
        curvature=base.curvature,
        box=base.box,
        label=f"{base.label}, noise {number_text(sigma)}",
        f_star=base.f_star,
    )
    _derive(copy, base, "noisy", lambda x, t, noise: base.grad(x, t, noise) + sigma * noise())
    return copy


def scaled(base: Objective | str, f: float = 1.0, x: float = 1.0) -> Objective:
    """Return the same landscape in other units: its values times `f`, its distances times `x`.

    The new value at x * point is f times the old one at the point, so start, minima, view and box move along.
    Raises ValueError unless `f` and `x` are numbers > 0 and finite.

    >>> from optviz import quadratic
    >>> steeper, wider = scaled(quadratic, f=1000), scaled(quadratic, x=100)
    >>> steeper.grad((-5.0, -2.0)), wider.start, wider.grad(wider.start)
    (array([-1000., -8000.]), array([-500., -200.]), array([-0.01, -0.08]))
    """
    base = find_objective(base)
    return _scaled(base, *(_number(name, one, lambda v: v > 0, "number > 0") for name, one in (("f", f), ("x", x))))


@lru_cache(maxsize=256)
def _scaled(base: Objective, f: float, x: float) -> Objective:
    times = [f", {name} × {number_text(factor)}" for name, factor in (("f", f), ("x", x)) if factor != 1]
    copy = Objective(
        lambda point: f * base.f(point / x),
        start=x * base.start,
        minima=None if base.minima is None else [x * minimum for minimum in base.minima],
        view=[(x * low, x * high) for low, high in base.view],
        log_levels=base.log_levels,
        curvature=None if base.curvature is None else (base.curvature[0] * f / x**2, base.curvature[1] * f / x**2),
        box=None if base.box is None else [(x * low, x * high) for low, high in base.box],
        label=base.label + "".join(times),
        f_star=None if base.f_star is None else f * base.f_star,
    )
    _derive(copy, base, "scaled", lambda point, t, noise: f / x * base.grad(point / x, t, noise))
    return copy


def _derive(made: Objective, base: Objective, how: str, gradient: Callable) -> None:
    """Name a transformed objective after its base and give it the gradient, with what the base asks for."""
    made.name = made.__name__ = f"{how}_{base.name}"
    made.__doc__ = base.__doc__
    if how == "noisy" or "noise" in base.gradient_asks:
        made.gradient(lambda x, t, noise: gradient(x, t, noise))
    else:
        made.gradient(lambda x, t: gradient(x, t, None))
