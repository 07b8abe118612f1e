"""Plain descent and its memory: gradient descent, momentum, Nesterov's momentum."""

from ..ranges import Decay, Rate
from ..rule import update_rule


@update_rule(label="SGD", adds="a step against the slope, with one rate for all", family="momentum",
             limit=lambda L: 2 / L)
def sgd(x, g, /, *,
        lr: Rate = 0.01):
    r"""A step against the gradient: the steeper it is, the longer.

    $$x_t = x_{t-1} - \eta\, g_t$$

    Robbins & Monro 1951, doi:10.1214/aoms/1177729586.
    """
    return x - lr * g


@update_rule(label="Momentum", parents=("sgd",), adds="remembers its step", family="momentum",
             limit=lambda L, momentum: 2 * (1 + momentum) / L)
def momentum(x, g, /, v=0.0, *,
             lr: Rate = 0.01, momentum: Decay = 0.9):
    r"""A rolling ball: the gradient changes a velocity, and the velocity moves the point.

    $$v_t = \mu v_{t-1} - \eta\, g_t \qquad x_t = x_{t-1} + v_t$$

    Polyak 1964, doi:10.1016/0041-5553(64)90137-5; in this form Sutskever et al. 2013, PMLR 28(3):1139,
    https://proceedings.mlr.press/v28/sutskever13.html.
    """
    v = momentum * v - lr * g
    return x + v, v


@update_rule(label="Nesterov", parents=("momentum",), adds="takes the gradient where the memory leads to",
             family="momentum", limit=lambda L, momentum: (2 + 2 * momentum) / ((1 + 2 * momentum) * L))
def nesterov(x, g, /, v=0.0, *,
             lr: Rate = 0.01, momentum: Decay = 0.9):
    r"""Momentum that looks ahead: the gradient is taken at the point to which the velocity would lead.

    $$v_t = \mu v_{t-1} - \eta\, \nabla f(x_{t-1} + \mu v_{t-1}) \qquad x_t = x_{t-1} + v_t$$

    Nesterov 1983, Dokl. Akad. Nauk SSSR 269:543, https://www.mathnet.ru/eng/dan46009; in this form Sutskever et al.
    2013, PMLR 28(3):1139, https://proceedings.mlr.press/v28/sutskever13.html, eq. 3-4.
    """
    v = momentum * v - lr * g
    return x + v, v


@nesterov.at
def _(x, v, *, momentum):
    return x + momentum * v
