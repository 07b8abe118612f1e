"""A rate from curvature: how much the gradient changed over the last step."""

from typing import Annotated

import numpy as np

from ..ranges import Decay, Range, Tiny
from ..rule import update_rule
from .arithmetic import clip

Weight = Annotated[float, Range(0.1, 10, "log", minimum=0)]

E = 1e-7  # where the authors' code starts its running means


def total(value):
    """Return the sum over the coordinates, axis 0, always added in their order.

    `np.sum` adds in another order where the grid has one point only, so a grid would differ from its single runs in
    the last bit.
    """
    return np.cumsum(value, axis=0)[-1]


def blend(mean, value, memory):
    """Return a running mean that remembers about `memory` values, with one more of them."""
    return (1 - 1 / memory) * mean + value / memory


@update_rule(label="AdaSecant", adds="the rate is a secant estimate of 1 / curvature",
             family="scaled", presets={"as in the experiments": {"clip_adagrad": True}})
def adasecant(x, g, t, /, g_mean=E, g_sq=E, a_mean=E, a_sq=E, n=E, d=E, kappa=E, g_used=E, g_old=E,
              step_mean=0.0, step_sq=0.0, tau=2.1 * (1 + E), S=0.0, *,
              decay: Decay = 0.95, gamma_max: Weight = 1.8, damping: Tiny = 1e-7,
              variance_reduction: bool = True, clip_adagrad: bool = False):
    r"""A rate for each coordinate from past steps and the changes of the gradient that they caused: a noisy secant.

    With $a_t = g_t - g_{t-1}$ and every $E$ a running mean:

    $$g_t := \frac{g_t}{\|g_t\|_2} \qquad \tilde g_t = \frac{g_t + \gamma_t E[g]}{1 + \gamma_t} \qquad
      \gamma_t^2 = \frac{E[(g_t - \tilde g_{t-1})^2 (\tilde g_{t-1} - E[g])^2]}
                        {E[(E[g] - g_t)^2 (\tilde g_{t-1} - E[g])^2]}$$
    $$\eta_t = \frac{\sqrt{E[\Delta^2]}}{\sqrt{E[a^2]}} - \frac{E[a \Delta]}{E[a^2]} \qquad
      \Delta_t = -\eta_t \tilde g_t \qquad x_t = x_{t-1} + \Delta_t$$

    The means remember about $\tau$ steps: more while steps cancel,
    $\tau_t = (1 - E[\Delta]^2 / E[\Delta^2])\, \tau_{t-1} + 1$, and 2.2 after an outlier of g or a; those of g and g^2
    fade with `decay`. $\gamma_t$ is made of the means of the step before and is at most `gamma_max`; without
    `variance_reduction` it is 0. `damping` is added to every denominator and to $E[\Delta^2]$; `clip_adagrad` divides
    the step by the root of all squared $\tilde g$ so far where that is above 1.

    Gulcehre, Moczulski & Bengio 2014, arXiv:1412.7419; in this form the authors' code,
    https://github.com/caglar/adasecant_wshp_paper, with all coordinates as one block.
    """
    g = g / (np.sqrt(total(g**2)) + damping)
    drift = g if t == 1 else step_mean
    step_sq = g**2 if t == 1 else step_sq
    g_mean = decay * g_mean + (1 - decay) * g
    g_sq = decay * g_sq + (1 - decay) * g**2

    gamma = np.minimum(np.sqrt(n) / np.sqrt(d + damping), gamma_max)
    n = blend(n, ((g - g_used) * (g_used - g_mean))**2, tau)
    d = blend(d, ((g_mean - g) * (g_used - g_mean))**2, tau)
    g_used = (g + gamma * g_mean) / (1 + gamma) if variance_reduction else g

    a = g - g_old
    a_mean = blend(a_mean, a, tau)
    a_sq = blend(a_sq, a**2, tau)
    eta = np.sqrt(step_sq + damping) / np.sqrt(a_sq + damping) - kappa / (a_sq + damping)
    S = S + g_used**2
    step = -eta * g_used / (np.maximum(np.sqrt(S), 1) if clip_adagrad else 1)

    # A root of a negative number is nan, and no number is larger than nan: no outlier.
    g_outlier = np.abs(g - g_mean) > 2 * np.sqrt(g_sq - g_mean**2)
    a_outlier = np.abs(a - a_mean) > 2 * np.sqrt(a_sq - a_mean**2)
    longer = (1 - drift**2 / (step_sq + damping)) * tau + 1 + damping
    tau_new = clip(np.where(g_outlier | a_outlier, 2.2, longer), 1.5, 1e8)
    return (x + step, g_mean, g_sq, a_mean, a_sq, n, d, blend(kappa, step * a, tau), g_used, g,
            blend(step_mean, step, tau), blend(step_sq, step**2, tau), tau_new, S)
