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

    Tieleman & Hinton 2012, Coursera lecture 6.5 (decay 0.9),
    https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf. The mean starts at 0 and is not
    corrected, so the first step is about lr / sqrt(1 - decay) long.
    """
    v = decay * v + (1 - decay) * g**2
    return x - lr * g / (np.sqrt(v) + eps), v


@update_rule(label="RMSProp, Graves", parents=("rmsprop", "momentum"),
             adds="divides by the standard deviation instead of the root mean square", family="scaled",
             presets={"without momentum": {"momentum": 0.0}})
def rmsprop_graves(x, g, /, n=0.0, m=0.0, delta=0.0, *,
                   lr: Rate = 1e-4, decay: Decay = 0.95, momentum: Decay = 0.9, eps: Tiny = 1e-4):
    r"""RMSProp that divides by how much the gradient varies, not by how large it is, and remembers its step.

    $$n_t = \rho n_{t-1} + (1-\rho) g_t^2 \qquad m_t = \rho m_{t-1} + (1-\rho) g_t$$
    $$\Delta_t = \mu \Delta_{t-1} - \eta\, \frac{g_t}{\sqrt{n_t - m_t^2 + \epsilon}} \qquad
      x_t = x_{t-1} + \Delta_t$$

    Graves 2013, arXiv:1308.0850, eq. 38-41.
    """
    n = decay * n + (1 - decay) * g**2
    m = decay * m + (1 - decay) * g
    variance = np.maximum(n - m**2, 0)  # rounding may take it below 0
    delta = momentum * delta - lr * g / np.sqrt(variance + eps)
    return x + delta, n, m, delta


@update_rule(label="AdaDelta", parents=("rmsprop",), adds="takes its own past steps as the rate, so the units match",
             family="scaled", presets={"a visible start": {"eps": 1e-2}})
def adadelta(x, g, /, v=0.0, u=0.0, *,
             lr: Rate = 1.0, decay: Decay = 0.95, eps: Tiny = 1e-6):
    r"""RMSProp whose rate is the root mean square of its own past steps: no rate has to be chosen.

    $$v_t = \rho v_{t-1} + (1-\rho) g_t^2 \qquad
      \Delta_t = -\frac{\sqrt{u_{t-1} + \epsilon}}{\sqrt{v_t + \epsilon}}\, g_t$$
    $$u_t = \rho u_{t-1} + (1-\rho) \Delta_t^2 \qquad x_t = x_{t-1} + \eta\, \Delta_t$$

    Zeiler 2012, arXiv:1212.5701. Epsilon decides how fast it starts; at rest both means fade to it and the rate is 1.
    """
    v = decay * v + (1 - decay) * g**2
    delta = -np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = decay * u + (1 - decay) * delta**2
    return x + lr * delta, v, u


@update_rule(label="SMORMS3", parents=("rmsprop",),
             adds="memory and step follow from how well the gradients agree", family="scaled")
def smorms3(x, g, /, s=1.0, m=0.0, v=0.0, *,
            lr: Rate = 1e-3, eps: Tiny = 1e-16):
    r"""RMSProp that steps less and forgets faster, the less its gradients agree; the rate is only a cap.

    $$r_t = \frac{1}{s_{t-1} + 1} \qquad m_t = (1-r_t) m_{t-1} + r_t g_t \qquad v_t = (1-r_t) v_{t-1} + r_t g_t^2$$
    $$\zeta_t = \frac{m_t^2}{v_t + \epsilon} \qquad
      x_t = x_{t-1} - \frac{\min(\eta, \zeta_t)}{\sqrt{v_t} + \epsilon}\, g_t \qquad
      s_t = 1 + (1-\zeta_t) s_{t-1} \qquad s_0 = 1$$

    Funk 2015, *RMSprop loses to SMORMS3*, https://sifter.org/~simon/journal/20150420.html.
    """
    r = 1 / (s + 1)
    m = (1 - r) * m + r * g
    v = (1 - r) * v + r * g**2
    zeta = m**2 / (v + eps)
    return x - np.minimum(lr, zeta) / (np.sqrt(v) + eps) * g, 1 + (1 - zeta) * s, m, v
