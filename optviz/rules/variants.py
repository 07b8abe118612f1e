"""The same rules as others write them: another form of memory, another place for epsilon."""

import numpy as np

from ..ranges import Decay, Rate, Tiny
from ..rule import update_rule
from .adaptive import adagrad, rmsprop
from .descent import momentum, nesterov


@update_rule(label="Momentum, averaged", variant_of=momentum,
             differs="the velocity is a mean of gradients, so the same lr moves 1 / (1 - momentum) times less",
             limit=lambda L, momentum: 2 * (1 + momentum) / ((1 - momentum) * L))
def momentum_ema(x, g, /, v=0.0, *,
                 lr: Rate = 0.01, momentum: Decay = 0.9):
    r"""Momentum as an exponential moving average of the gradients.

    $$v_t = \mu v_{t-1} + (1-\mu) g_t \qquad x_t = x_{t-1} - \eta\, v_t$$

    The same points as `momentum` with the rate (1 - momentum) lr. Kingma & Ba 2015, arXiv:1412.6980, use this
    mean as their first moment.
    """
    v = momentum * v + (1 - momentum) * g
    return x - lr * v, v


@update_rule(label="Nesterov, shifted", variant_of=nesterov,
             differs="stores the look-ahead point, so the gradient is taken where the point is", limit=nesterov.limit)
def nesterov_shifted(x, g, /, v=0.0, *,
                     lr: Rate = 0.01, momentum: Decay = 0.9):
    r"""Nesterov's momentum as the frameworks write it: the points are y = x + momentum v of `nesterov`.

    $$v_t = \mu v_{t-1} - \eta\, g_t \qquad y_t = y_{t-1} + \mu v_t - \eta\, g_t$$

    Bengio, Boulanger-Lewandowski & Pascanu 2012, arXiv:1212.0901, eq. 7.
    """
    v = momentum * v - lr * g
    return x + momentum * v - lr * g, v


@update_rule(label="AdaGrad, ε inside", variant_of=adagrad, differs="epsilon under the root")
def adagrad_eps_inside(x, g, /, h=0.0, *,
                       lr: Rate = 0.01, eps: Tiny = 1e-6):
    r"""AdaGrad with epsilon under the root.

    $$h_t = h_{t-1} + g_t^2 \qquad x_t = x_{t-1} - \eta\, \frac{g_t}{\sqrt{h_t + \epsilon}}$$

    Zhang, Lipton, Li & Smola, *Dive into Deep Learning*, https://d2l.ai, section AdaGrad (epsilon 1e-6).
    """
    h = h + g**2
    return x - lr * g / np.sqrt(h + eps), h


@update_rule(label="RMSProp, ε inside", variant_of=rmsprop, differs="epsilon under the root")
def rmsprop_eps_inside(x, g, /, v=0.0, *,
                       lr: Rate = 0.01, decay: Decay = 0.9, eps: Tiny = 1e-6):
    r"""RMSProp with epsilon under the root.

    $$v_t = \rho v_{t-1} + (1-\rho) g_t^2 \qquad x_t = x_{t-1} - \eta\, \frac{g_t}{\sqrt{v_t + \epsilon}}$$

    Zhang, Lipton, Li & Smola, *Dive into Deep Learning*, https://d2l.ai, section RMSProp (decay 0.9, epsilon 1e-6).
    """
    v = decay * v + (1 - decay) * g**2
    return x - lr * g / np.sqrt(v + eps), v
