"""Numbers and points as every picture, sentence and slider writes them."""

import numpy as np
from numpy.typing import ArrayLike


def number_text(value: float, digits: int = 3) -> str:
    """Return a number with three digits or more, a real minus sign and a short exponent.

    >>> number_text(0.026244), number_text(3.2e-8), number_text(-1.5)
    ('0.0262', '3.2e−8', '−1.5')
    """
    return f"{value + 0.0:.{digits}g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", "−")


def point_text(point: ArrayLike) -> str:
    """Return a point in brackets, or a plain number in 1-D.

    >>> point_text((-5, 1 / 3)), point_text(2.5)
    ('(−5, 0.333)', '2.5')
    """
    numbers = [number_text(value) for value in np.atleast_1d(point)]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"
