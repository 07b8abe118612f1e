"""Curves: landscapes of one coordinate, where a run is a ball on a line."""

import numpy as np

from ..objective_function import objective


@objective(label="Slope", start=0.0, minima=(), view=((-12, 2),))
def slope(x):
    """A straight slope without end: shows how fast each rule becomes when nothing changes.

    f = x. Made for this course.
    """
    return x


@slope.gradient
def _(x):
    return (1.0,)


@objective(label="Parabola", start=1.0, minima=[0.0], view=((-1.5, 1.5),), curvature=(1.0, 1.0))
def parabola(x):
    """One curvature and nothing else: each rule's factor per step, its overshoot and its damping can be read off.

    f = x^2 / 2, the model problem of Goh 2017, *Why Momentum Really Works*, doi:10.23915/distill.00006.
    """
    return x**2 / 2


@parabola.gradient
def _(x):
    return x


@objective(label="Noisy parabola", start=3.0, minima=[0.0], view=((-4, 4),), curvature=(1.0, 1.0))
def noisy_parabola(x):
    """A slope seen through noise, as with mini-batches: the rate sets a floor below which the error does not fall.

    f = x^2 / 2, g = x + N(0, 1); descent at rate lr ends with a mean x^2 of lr / (2 - lr). Made for this course;
    other strengths: `noisy(parabola, sigma)`.
    """
    return x**2 / 2


@noisy_parabola.gradient
def _(x, noise):
    return x + noise()


@objective(label="Quartic", start=-3.0, minima=[2.5, -1.5], view=((-3.3, 3.3),), curvature=(48.0, 48.0))
def quartic(x):
    """Two valleys, a shallow one on the way to a deep one: the rate decides which is found.

    f = 4 (x^4/4 - x^3/6 - 17 x^2/8 - 15 x/8), minima at 2.5 and -1.5, a hump at -0.5. Made for a race of seventeen
    rules in a published article, which this course replays.
    """
    return 4 * (x**4 / 4 - x**3 / 6 - 17 * x**2 / 8 - 15 * x / 8)


@quartic.gradient
def _(x):
    return 4 * (x**3 - x**2 / 2 - 17 * x / 4 - 15 / 8)


@objective(label="Cycle maker", start=3.3, minima=[0.0], view=((-4, 4),), curvature=(25.0, 25.0))
def cycle(x):
    """A convex curve, steep, then flat, then steep: momentum tuned for quadratics runs round in it for ever.

    f' = 25 x below 1, x + 24 from 1 to 2, 25 x - 24 above; with lr 1/9 and momentum 4/9 a start at 3.3 ends in a cycle
    of three points. Lessard, Recht & Packard 2016, doi:10.1137/15M1009597.
    """
    return np.where(x < 1, 12.5 * x**2, np.where(x < 2, x**2 / 2 + 24 * x - 12, 12.5 * x**2 - 24 * x + 36))


@cycle.gradient
def _(x):
    return np.where(x < 1, 25 * x, np.where(x < 2, x + 24, 25 * x - 24))


@objective(label="Reddi's sequence", start=0.0, minima=[-1.0], view=((-1.1, 1.1),), box=((-1.0, 1.0),))
def reddi(x):
    """A rare large slope one way, frequent small ones the other: Adam with a short memory believes the small ones.

    g = 4 at t = 1, 4, 7, ... and -1 at all other steps, x in [-1, 1]; f is the mean over a cycle, 2 x / 3, so -1 is
    best. Reddi, Kale & Kumar 2018, arXiv:1904.09237, Theorem 1 with C = 4.
    """
    return 2 * x / 3


@reddi.gradient
def _(x, t):
    return (4.0 if t % 3 == 1 else -1.0,)
