"""Curves: landscapes of one coordinate, where a run is a ball on a line."""

from ..objective_function import objective


@objective(label="Slope", start=0.0, minima=(), view=((-12, 2),))
def slope(x):
    """A straight slope without end, f = x: shows how fast each rule becomes when nothing changes."""
    return x


@slope.gradient
def _(x):
    return (1.0,)


@objective(label="Quartic", start=-3.0, minima=[2.5, -1.5], view=((-3.3, 3.3),), curvature=(48.0, 48.0))
def quartic(x):
    """Two valleys, a shallow one on the way to a deep one: the rate decides which is found.

    f = 4 (x^4/4 - x^3/6 - 17 x^2/8 - 15 x/8), minima at 2.5 and -1.5, a hump at -0.5.
    """
    return 4 * (x**4 / 4 - x**3 / 6 - 17 * x**2 / 8 - 15 * x / 8)


@quartic.gradient
def _(x):
    return 4 * (x**3 - x**2 / 2 - 17 * x / 4 - 15 / 8)
