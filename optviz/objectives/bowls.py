"""Bowls: one minimum, and a curvature that differs by direction."""

from ..objective_function import objective


@objective(label="Long bowl", start=(-5.0, -2.0), minima=[(0.0, 0.0)], view=((-6, 3), (-3, 3)), curvature=(0.2, 4.0))
def quadratic(x):
    """A bowl twenty times steeper across than along: one rate must serve both directions.

    f = 0.1 x1^2 + 2 x2^2; Zhang, Lipton, Li & Smola, *Dive into Deep Learning*, https://d2l.ai, use it throughout.
    """
    x1, x2 = x
    return 0.1 * x1**2 + 2 * x2**2


@quadratic.gradient
def _(x):
    x1, x2 = x
    return 0.2 * x1, 4 * x2
