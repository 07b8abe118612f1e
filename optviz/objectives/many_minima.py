"""Several minima: the start, the rate and the noise decide which is found."""

import numpy as np

from ..objective_function import objective


@objective(label="Saddle", start=(1.0, 1e-4), minima=[(0.0, 1.0), (0.0, -1.0)], view=((-1.5, 1.5), (-1.5, 1.5)),
           curvature=(1.0, 2.0))  # fmt: skip
def saddle(x):
    """A pass between two hollows, entered almost along its ridge: shows how long a rule takes to find the way down.

    f = x1^2/2 + x2^4/4 - x2^2/2, minima at (0, 1) and (0, -1), a saddle at (0, 0). Nesterov 2004, *Introductory
    Lectures on Convex Optimization*, doi:10.1007/978-1-4419-8853-9, example 1.2.2.
    """
    x1, x2 = x
    return x1**2 / 2 + x2**4 / 4 - x2**2 / 2


@saddle.gradient
def _(x):
    x1, x2 = x
    return x1, x2**3 - x2


CAMEL = (2.1 + 0.91**0.5) ** 0.5  # the outer root of x1^4 - 4.2 x1^2 + 3.5, where the gradient vanishes


@objective(label="Three-hump camel", start=(-2.0, 1.0), minima=[(0.0, 0.0), (CAMEL, -CAMEL / 2), (-CAMEL, CAMEL / 2)],
           view=((-2.5, 2.5), (-2.5, 2.5)), log_levels=True, curvature=(3 - 2**0.5, 3 + 2**0.5))  # fmt: skip
def three_hump_camel(x):
    """A hollow between two small false ones: a rule that is too careful stops in the first that it meets.

    f = 2 x1^2 - 1.05 x1^4 + x1^6/6 + x1 x2 + x2^2. Surjanovic & Bingham 2013, *Virtual Library of Simulation
    Experiments*, https://www.sfu.ca/~ssurjano/camel3.html.
    """
    x1, x2 = x
    return 2 * x1**2 - 1.05 * x1**4 + x1**6 / 6 + x1 * x2 + x2**2


@three_hump_camel.gradient
def _(x):
    x1, x2 = x
    return 4 * x1 - 4.2 * x1**3 + x1**5 + x2, x1 + 2 * x2


@objective(label="Himmelblau", start=(0.0, 0.0), view=((-5, 5), (-5, 5)), log_levels=True,
           minima=[(3.0, 2.0), (-2.805118086952745, 3.131312518250573), (-3.779310253377747, -3.2831859912861696),
                   (3.5844283403304917, -1.8481265269644036)],
           curvature=(54 - 800**0.5, 54 + 800**0.5))  # fmt: skip
def himmelblau(x):
    """Four equally deep hollows of unequal steepness: a rate that is too large for one of them removes its basin.

    f = (x1^2 + x2 - 11)^2 + (x1 + x2^2 - 7)^2. Himmelblau 1972, *Applied Nonlinear Programming*, McGraw-Hill,
    https://en.wikipedia.org/wiki/Himmelblau%27s_function.
    """
    x1, x2 = x
    return (x1**2 + x2 - 11) ** 2 + (x1 + x2**2 - 7) ** 2


@himmelblau.gradient
def _(x):
    x1, x2 = x
    a, b = x1**2 + x2 - 11, x1 + x2**2 - 7
    return 4 * x1 * a + 2 * b, 2 * a + 4 * x2 * b


DEEP, SHALLOW = -2.903534027771177, 2.746802770990837  # the outer roots of 2 x^3 - 16 x + 2.5


@objective(label="Styblinski–Tang", start=(0.0, 0.0), view=((-4.2, 4.2), (-4.2, 4.2)),
           minima=[(DEEP, DEEP), (SHALLOW, DEEP), (DEEP, SHALLOW), (SHALLOW, SHALLOW)],
           curvature=(6 * DEEP**2 - 16, 6 * DEEP**2 - 16))  # fmt: skip
def styblinski_tang(x):
    """Four hollows of unequal depth, each coordinate for itself: every rule runs twice, once on each axis.

    f = (x1^4 - 16 x1^2 + 5 x1 + x2^4 - 16 x2^2 + 5 x2) / 2. Styblinski & Tang 1990, doi:10.1016/0893-6080(90)90029-K.
    """
    x1, x2 = x
    return (x1**4 - 16 * x1**2 + 5 * x1 + x2**4 - 16 * x2**2 + 5 * x2) / 2


@styblinski_tang.gradient
def _(x):
    x1, x2 = x
    return 2 * x1**3 - 16 * x1 + 2.5, 2 * x2**3 - 16 * x2 + 2.5


# The roots of x + 10 pi sin(2 pi x) with a positive curvature, as far as the view; the lowest first.
HOLLOWS = (0.0, 0.9949586376523348, -0.9949586376523348, 1.9899122337085495, -1.9899122337085495,
           2.984855701039481, -2.984855701039481)  # fmt: skip


@objective(label="Rastrigin", start=(2.3, -1.7), minima=[(x1, x2) for x1 in HOLLOWS for x2 in HOLLOWS],
           view=((-3.3, 3.3), (-3.3, 3.3)), log_levels=True,
           curvature=(2 + 40 * np.pi**2, 2 + 40 * np.pi**2))  # fmt: skip
def rastrigin(x):
    """An egg box on a bowl: a descent stops in the nearest hollow, and only a long step or noise leaves it.

    f = 20 + x1^2 - 10 cos(2 pi x1) + x2^2 - 10 cos(2 pi x2). Rastrigin 1974, *Systems of extremal control*, Nauka,
    https://www.sfu.ca/~ssurjano/rastr.html.
    """
    x1, x2 = x
    return 20 + x1**2 - 10 * np.cos(2 * np.pi * x1) + x2**2 - 10 * np.cos(2 * np.pi * x2)


@rastrigin.gradient
def _(x):
    x1, x2 = x
    return 2 * x1 + 20 * np.pi * np.sin(2 * np.pi * x1), 2 * x2 + 20 * np.pi * np.sin(2 * np.pi * x2)
