"""Arithmetic that several rules share."""

import numpy as np


def clip(value, low, high):
    """Return `value`, but at least `low` and at most `high`.

    Written as the minimum of a maximum and not as `np.clip`, because machine code and JavaScript know those two, and
    because `low` and `high` may be arrays that cross.
    """
    return np.minimum(np.maximum(value, low), high)
