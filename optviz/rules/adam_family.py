"""Adam and its descendants: a mean of the gradient divided by a mean of its size."""

from typing import Annotated

import numpy as np

from ..ranges import Decay, Range, Rate, Tiny
from ..rule import update_rule
from .arithmetic import clip

Speed = Annotated[float, Range(1e-4, 1, "log", minimum=0)]
Bound = Annotated[float, Range(1, 100, "log", minimum=1)]

TINY = 2.0**-1022  # the smallest normal number


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


@update_rule(label="AdaMax", parents=("adam",), adds="the largest recent gradient for the mean square", family="adam",
             presets={"as in the paper": {"eps": 0.0}})
def adamax(x, g, t, /, m=0.0, u=0.0, *,
           lr: Rate = 2e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""Adam that divides by the largest recent gradient, which fades, instead of by a mean.

    $$m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t \qquad u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon) \qquad
      x_t = x_{t-1} - \frac{\alpha}{1-\beta_1^t} \frac{m_t}{u_t}$$

    Kingma & Ba 2015, arXiv:1412.6980, Algorithm 2, there without epsilon: where the gradient is 0 it divides 0 by 0.
    """
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    return x - lr / (1 - beta1**t) * m / u, m, u


@update_rule(label="Nadam", parents=("adam", "nesterov"), adds="counts the gradient of this step ahead", family="adam",
             presets={"schedule of Keras": {"momentum_decay": 1.0}})
def nadam(x, g, t, /, m=0.0, v=0.0, mu_product=1.0, *,
          lr: Rate = 2e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, momentum_decay: Speed = 0.004, eps: Tiny = 1e-8):
    r"""Adam with the look-ahead of Nesterov, in the form of the frameworks; its momentum grows with time.

    $$\mu_t = \beta_1 (1 - \tfrac12\, 0.96^{\psi t}) \qquad
      m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t \qquad v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2$$
    $$\hat m_t = \frac{\mu_{t+1} m_t}{1 - \prod_1^{t+1} \mu_i} + \frac{(1-\mu_t) g_t}{1 - \prod_1^t \mu_i} \qquad
      \hat v_t = \frac{v_t}{1-\beta_2^t} \qquad x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}$$

    Dozat 2016, ICLR workshop, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ; in this form PyTorch's NAdam.
    """
    mu = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * (t + 1)))
    mu_product = mu_product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * g / (1 - mu_product)
    v_hat = v / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, mu_product


@update_rule(label="AMSGrad", parents=("adam",), adds="a denominator that never shrinks", family="adam")
def amsgrad(x, g, t, /, m=0.0, v=0.0, V=0.0, *,
            lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""Adam that divides by the largest mean square so far, so that no coordinate ever becomes faster again.

    $$m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t \qquad v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \qquad
      V_t = \max(V_{t-1}, v_t)$$
    $$\hat m_t = \frac{m_t}{1-\beta_1^t} \qquad \hat V_t = \frac{V_t}{1-\beta_2^t} \qquad
      x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}$$

    Reddi, Kale & Kumar 2018, arXiv:1904.09237; in this form PyTorch, with the corrections of Adam.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    V = np.maximum(V, v)
    m_hat = m / (1 - beta1**t)
    V_hat = V / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(V_hat) + eps), m, v, V


@update_rule(label="AdaBound", parents=("adam",), adds="a closing funnel for the rate: from Adam to SGD",
             family="bounded", presets={"felt within 10 steps": {"gamma": 0.1}})
def adabound(x, g, t, /, m=0.0, v=0.0, *,
             lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999,
             final_lr: Rate = 0.1, gamma: Speed = 1e-3, eps: Tiny = 1e-8):
    r"""Adam whose rates are clipped to a funnel that closes on one rate for all: it ends as momentum.

    $$m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t \qquad v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2$$
    $$\eta_t = \mathrm{clip}\left(\alpha \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \frac{1}{\sqrt{v_t} + \epsilon},\;
      \eta^* \left(1 - \tfrac{1}{\gamma t + 1}\right),\; \eta^* \left(1 + \tfrac{1}{\gamma t}\right)\right) \qquad
      x_t = x_{t-1} - \eta_t m_t$$

    Luo, Xiong, Liu & Sun 2019, arXiv:1902.09843; in this form the authors' code, https://github.com/Luolc/AdaBound.
    With the usual gamma of 0.001 the funnel needs thousands of steps to be felt. The authors' final_lr follows a
    schedule of lr: give both the same one.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    eta = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) / (np.sqrt(v) + eps)
    eta = clip(eta, final_lr * (1 - 1 / (gamma * t + 1)), final_lr * (1 + 1 / (gamma * t)))
    return x - eta * m, m, v


@update_rule(label="AMSBound", parents=("amsgrad", "adabound"),
             adds="the funnel around a denominator that never shrinks", family="bounded",
             presets={"felt within 10 steps": {"gamma": 0.1}})
def amsbound(x, g, t, /, m=0.0, v=0.0, V=0.0, *,
             lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999,
             final_lr: Rate = 0.1, gamma: Speed = 1e-3, eps: Tiny = 1e-8):
    r"""AMSGrad whose rates are clipped to a funnel that closes on one rate for all.

    $$m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t \qquad v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \qquad
      V_t = \max(V_{t-1}, v_t)$$
    $$\eta_t = \mathrm{clip}\left(\alpha \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \frac{1}{\sqrt{V_t} + \epsilon},\;
      \eta^* \left(1 - \tfrac{1}{\gamma t + 1}\right),\; \eta^* \left(1 + \tfrac{1}{\gamma t}\right)\right) \qquad
      x_t = x_{t-1} - \eta_t m_t$$

    Luo, Xiong, Liu & Sun 2019, arXiv:1902.09843; in this form the authors' code, https://github.com/Luolc/AdaBound.
    As in AdaBound, their final_lr follows a schedule of lr.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    V = np.maximum(V, v)
    eta = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) / (np.sqrt(V) + eps)
    eta = clip(eta, final_lr * (1 - 1 / (gamma * t + 1)), final_lr * (1 + 1 / (gamma * t)))
    return x - eta * m, m, v, V


@update_rule(label="Eve", parents=("adam",), adds="divides the rate by how much the loss still changes",
             family="feedback", presets={"quick feedback": {"beta3": 0.9}})
def eve(x, g, t, f, /, m=0.0, v=0.0, d=1.0, f_old=0.0, *,
        lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, beta3: Decay = 0.999,
        c: Bound = 10.0, eps: Tiny = 1e-8, f_star: float):
    r"""Adam that slows down while the loss, measured from its lowest value f*, changes much, and speeds up on plateaus.

    $$d_t = \frac{|f_t - f_{t-1}|}{|\min(f_t, f_{t-1}) - f^*|} \qquad \hat d_t = \mathrm{clip}(d_t, 1/c, c) \qquad
      \tilde d_t = \beta_3 \tilde d_{t-1} + (1-\beta_3)\, \hat d_t \qquad \tilde d_1 = 1$$
    $$x_t = x_{t-1} - \frac{\alpha}{\tilde d_t} \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} \qquad
      \hat m_t,\, \hat v_t \text{ as in Adam}$$

    Hayashi, Koushik & Neubig 2018, arXiv:1611.01505v3. All coordinates share one d. At the minimum the quotient is
    0 / 0; as in the authors' code, https://github.com/rooa/eve, a tiny number in both makes it 1.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    if t > 1:
        d_hat = clip(relative_change(f, f_old, f_star), 1 / c, c)
        d = beta3 * d + (1 - beta3) * d_hat
    return x - lr / d * m_hat / (np.sqrt(v_hat) + eps), m, v, d, f


def relative_change(f, f_old, f_star):
    """Return by how much the loss changed, as a part of what is left above `f_star`; 1 if neither is anything."""
    return (np.abs(f - f_old) + TINY) / (np.abs(np.minimum(f, f_old) - f_star) + TINY)
