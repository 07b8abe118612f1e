"""A rate of its own for every coordinate, from the size of that coordinate's past gradients."""

import numpy as np

from ..ranges import Decay, Rate, Tiny
from ..rule import update_rule


@update_rule(label="AdaGrad", parents=("sgd",), adds="divides each coordinate by its gradient history", family="scaled")
def adagrad(x, g, /, h=0.0, *,
            lr: Rate = 0.01, eps: Tiny = 1e-10):
    r"""Each coordinate is divided by the root of all its squared gradients so far.

    $$h_t = h_{t-1} + g_t^2 \qquad x_t = x_{t-1} - \eta\, \frac{g_t}{\sqrt{h_t} + \epsilon}$$

    Duchi, Hazan & Singer 2011, JMLR 12:2121, https://jmlr.org/papers/v12/duchi11a.html.
    """
    h = h + g**2
    return x - lr * g / (np.sqrt(h) + eps), h


@update_rule(label="RMSProp", parents=("adagrad",), adds="a fading mean for the sum", family="scaled")
def rmsprop(x, g, /, v=0.0, *,
            lr: Rate = 0.01, decay: Decay = 0.99, eps: Tiny = 1e-8):
    r"""AdaGrad that forgets: the squared gradients are averaged over about 1 / (1 - decay) steps.

    $$v_t = \rho v_{t-1} + (1-\rho) g_t^2 \qquad x_t = x_{t-1} - \eta\, \frac{g_t}{\sqrt{v_t} + \epsilon}$$

    Tieleman & Hinton 2012, Coursera lecture 6.5 (decay 0.9). The mean starts at 0 and is not corrected,
    so the first step is about lr / sqrt(1 - decay) long.
    """
    v = decay * v + (1 - decay) * g**2
    return x - lr * g / (np.sqrt(v) + eps), v
