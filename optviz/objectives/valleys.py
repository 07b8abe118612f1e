"""Valleys: easy to enter, slow to follow."""

from ..objective_function import objective


@objective(label="Rosenbrock valley", start=(-1.5, 2.0), minima=[(1.0, 1.0)], view=((-2, 2), (-1, 3)),
           log_levels=True, curvature=(501 - 250601**0.5, 501 + 250601**0.5))  # fmt: skip
def rosenbrock(x):
    """A curved, flat-bottomed valley: its floor is found at once and followed slowly.

    f = (1 - x1)^2 + 100 (x2 - x1^2)^2. Rosenbrock 1960, doi:10.1093/comjnl/3.3.175, who starts at (-1.2, 1).
    """
    x1, x2 = x
    return (1 - x1) ** 2 + 100 * (x2 - x1**2) ** 2


@rosenbrock.gradient
def _(x):
    x1, x2 = x
    return -2 * (1 - x1) - 400 * x1 * (x2 - x1**2), 200 * (x2 - x1**2)


@objective(label="Beale valley", start=(1.0, 1.0), minima=[(3.0, 0.5)], view=((-4.5, 4.5), (-4.5, 4.5)),
           log_levels=True, curvature=((1577 - 2426449**0.5) / 64, (1577 + 2426449**0.5) / 64))  # fmt: skip
def beale(x):
    """A flat cross between cliffs, with a start where one slope is exactly 0: finds rules that divide by zero.

    f = (1.5 - x1 + x1 x2)^2 + (2.25 - x1 + x1 x2^2)^2 + (2.625 - x1 + x1 x2^3)^2. Beale 1958, *On an iterative method
    for finding a local minimum of a function of more than one variable*, https://www.sfu.ca/~ssurjano/beale.html.
    """
    x1, x2 = x
    return (1.5 - x1 + x1 * x2) ** 2 + (2.25 - x1 + x1 * x2**2) ** 2 + (2.625 - x1 + x1 * x2**3) ** 2


@beale.gradient
def _(x):
    x1, x2 = x
    a, b, c = 1.5 - x1 + x1 * x2, 2.25 - x1 + x1 * x2**2, 2.625 - x1 + x1 * x2**3
    return (
        2 * a * (x2 - 1) + 2 * b * (x2**2 - 1) + 2 * c * (x2**3 - 1),
        2 * a * x1 + 4 * b * x1 * x2 + 6 * c * x1 * x2**2,
    )
