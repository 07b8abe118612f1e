"""Bowls: one minimum, and a curvature that differs by direction."""

import numpy as np

from ..objective_function import objective

ROOT_3 = 3**0.5


@objective(label="Long bowl", start=(-5.0, -2.0), minima=[(0.0, 0.0)], view=((-6, 3), (-3, 3)), curvature=(0.2, 4.0))
def quadratic(x):
    """A bowl twenty times steeper across than along: one rate must serve both directions.

    f = 0.1 x1^2 + 2 x2^2; Zhang, Lipton, Li & Smola 2023, *Dive into Deep Learning*, https://d2l.ai, use it throughout.
    """
    x1, x2 = x
    return 0.1 * x1**2 + 2 * x2**2


@quadratic.gradient
def _(x):
    x1, x2 = x
    return 0.2 * x1, 4 * x2


@objective(label="The book's bowl", start=(-7.0, 2.0), minima=[(0.0, 0.0)], view=((-10, 10), (-4, 4)),
           curvature=(0.1, 2.0))  # fmt: skip
def dlfs(x):
    """A long bowl with its book's rates: 0.95, 0.1, 1.5 and 0.3 for four rules show that rates do not compare.

    f = x1^2 / 20 + x2^2; SGD 0.95, Momentum 0.1, AdaGrad 1.5, Adam 0.3. Saito 2016, *Deep Learning from Scratch*,
    https://github.com/oreilly-japan/deep-learning-from-scratch, chapter 6.
    """
    x1, x2 = x
    return x1**2 / 20 + x2**2


@dlfs.gradient
def _(x):
    x1, x2 = x
    return x1 / 10, 2 * x2


@objective(label="Tilted ravine", start=(ROOT_3 / 2 - 1 / 2, ROOT_3 / 2 + 1 / 2), minima=[(0.0, 0.0)],
           view=((-1.5, 1.5), (-1.5, 1.5)), log_levels=True, curvature=(1.0, 100.0))  # fmt: skip
def tilted_ravine(x):
    """A ravine across the axes: a rate for each coordinate cannot tell its floor from its walls.

    f = (u^2 + 100 v^2) / 2, where u and v are the axes turned anticlockwise by 30 degrees. Made for this course.
    """
    x1, x2 = x
    u, v = (ROOT_3 * x1 + x2) / 2, (ROOT_3 * x2 - x1) / 2
    return (u**2 + 100 * v**2) / 2


@tilted_ravine.gradient
def _(x):
    x1, x2 = x
    u, v = (ROOT_3 * x1 + x2) / 2, (ROOT_3 * x2 - x1) / 2
    return (ROOT_3 * u - 100 * v) / 2, (u + 100 * ROOT_3 * v) / 2


@objective(label="Plateau", start=(-5.0, 3.0), minima=[(0.0, 0.0)], view=((-6, 6), (-6, 6)), curvature=(0.25, 2.5))
def plateau(x):
    """A hole in a flat plain: the gradient almost vanishes, and with it every step that is as long as the gradient.

    f = 1 - exp(-(x1^2 + 10 x2^2) / 8). Made for this course.
    """
    x1, x2 = x
    return 1 - np.exp(-(x1**2 + 10 * x2**2) / 8)


@plateau.gradient
def _(x):
    x1, x2 = x
    depth = np.exp(-(x1**2 + 10 * x2**2) / 8)
    return x1 / 4 * depth, 2.5 * x2 * depth
