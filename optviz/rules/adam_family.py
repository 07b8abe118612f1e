"""Adam and its descendants: a mean of the gradient divided by a mean of its size."""

import numpy as np

from ..ranges import Decay, Rate, Tiny
from ..rule import update_rule


@update_rule(label="Adam", parents=("rmsprop", "momentum"),
             adds="both means are divided by the weight they have collected",
             family="adam", presets={"long memory": {"beta2": 0.9999}})
def adam(x, g, t, /, m=0.0, v=0.0, *,
         lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""Momentum in which every coordinate is divided by its own recent gradient size.

    $$m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t \qquad v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2$$
    $$\hat m_t = \frac{m_t}{1-\beta_1^t} \qquad \hat v_t = \frac{v_t}{1-\beta_2^t} \qquad
      x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}$$

    Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
