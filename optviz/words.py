"""Numbers and points as every picture, sentence and slider writes them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def number_text(value: float, digits: int = 3) -> str:
    """Return a number with at most this many digits, a real minus sign and a short exponent.

    >>> number_text(0.026244), number_text(3.2e-8), number_text(-1.5)
    ('0.0262', '3.2e−8', '−1.5')
    """
    return f"{value + 0.0:.{digits}g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", "−")


def setting_text(value: Any) -> str:
    """Return a setting as sliders and captions show it: in full, because 0.9995 is another memory than 1 would be.

    >>> setting_text(0.99875), setting_text(1e-8), setting_text([0.1, 0.2]), setting_text(lambda t: 1 / t)
    ('0.99875', '1e−8', '2 values', 'a function of t')
    """
    if callable(value):
        return "a function of t"
    if np.ndim(value):
        return f"{np.size(value)} values"
    return str(value) if value is None or isinstance(value, str | bool | np.bool_) else number_text(value, 6)


def point_text(point: ArrayLike) -> str:
    """Return a point in brackets, or a plain number in 1-D; a coordinate that is rounding beside the others is 0.

    >>> point_text((-5, 1 / 3)), point_text(2.5), point_text((1e-16, 1))
    ('(−5, 0.333)', '2.5', '(0, 1)')
    """
    point = np.atleast_1d(point)
    rounding = 1e-15 * np.abs(point).max()
    numbers = [number_text(0.0 if abs(value) < rounding else value) for value in point]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def listed(names: Sequence[str], most: int | None = None) -> str:
    """Return names as a sentence lists them, the number of the rest if there are more than `most`.

    >>> listed(["SGD", "Adam", "Eve"]), listed(["SGD", "Adam", "Eve"], 2)
    ('SGD, Adam and Eve', 'SGD, Adam and 1 more')
    """
    shown = list(names)
    if most is not None and len(shown) > most:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    return " and ".join([*filter(None, [", ".join(shown[:-1])]), *shown[-1:]])
