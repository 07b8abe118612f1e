"""Valleys: easy to enter, slow to follow."""

from ..objective_function import objective


@objective(label="Rosenbrock valley", start=(-1.5, 2.0), minima=[(1.0, 1.0)], view=((-2, 2), (-1, 3)),
           log_levels=True, curvature=(0.399, 1001.6))  # fmt: skip
def rosenbrock(x):
    """A curved, flat-bottomed valley: its floor is found at once and followed slowly.

    Rosenbrock 1960, doi:10.1093/comjnl/3.3.175.
    """
    x1, x2 = x
    return (1 - x1) ** 2 + 100 * (x2 - x1**2) ** 2


@rosenbrock.gradient
def _(x):
    x1, x2 = x
    return -2 * (1 - x1) - 400 * x1 * (x2 - x1**2), 200 * (x2 - x1**2)
