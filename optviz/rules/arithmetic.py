"""Arithmetic that several rules share, in words that every engine takes."""

import numpy as np


def clip(value, low, high):
    """Return `value`, but at least `low` and at most `high`.

    Written as the minimum of a maximum and not as `np.clip`, because machine code and JavaScript know those two, and
    because `low` and `high` may be arrays that cross.
    """
    return np.minimum(np.maximum(value, low), high)


def total(value):
    """Return the sum over the coordinates, axis 0, always added in their order.

    `np.sum` adds in another order where the grid has one point only, so a grid would differ from its single runs in
    the last bit.
    """
    return np.cumsum(value, axis=0)[-1]


def blend(mean, value, memory):
    """Return a running mean that remembers about `memory` values, with one more of them."""
    return (1 - 1 / memory) * mean + value / memory
