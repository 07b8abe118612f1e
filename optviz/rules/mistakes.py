"""Rules that were published with a mistake: to be found, and to be seen in a race."""

import numpy as np

from ..ranges import Count, Decay, Rate, Tiny
from ..rule import update_rule
from .adam_family import TINY, Bound, adabound, adam, eve
from .adaptive import smorms3
from .annealed import Batches, Exponent, Friction, Temperature, push, santa_sss
from .arithmetic import clip
from .descent import nesterov


@update_rule(label="Nesterov, Chainer", variant_of=nesterov,
             mistake="the new velocity stands where the old one belongs",
             limit=lambda L, momentum: (2 + 2 * momentum) / ((1 + 2 * momentum + 2 * momentum**2) * L))
def nesterov_chainer(x, g, /, v=0.0, *,
                     lr: Rate = 0.01, momentum: Decay = 0.9):
    r"""The shifted Nesterov with the new velocity in place of the old one.

    $$v_t = \mu v_{t-1} - \eta\, g_t \qquad
      x_t = x_{t-1} + \mu^2 \underbrace{v_t}_{\text{right: } v_{t-1}} - (1+\mu)\, \eta\, g_t$$

    Chainer, NesterovAG; issue 4274 of 2018, https://github.com/chainer/chainer/issues/4274, still so in 7.8.1.
    """
    v = momentum * v - lr * g
    return x + momentum**2 * v - (1 + momentum) * lr * g, v


@update_rule(label="Adam, late counter", variant_of=adam,
             mistake="the counter is one ahead, so both corrections are late")
def adam_late_counter(x, g, t, /, m=0.0, v=0.0, *,
                      lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""Adam whose counter starts at 1 and is counted up before its first use.

    $$\hat m_t = \frac{m_t}{1-\beta_1^{t+1}} \qquad \hat v_t = \frac{v_t}{1-\beta_2^{t+1}} \qquad
      x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} \qquad m_t,\, v_t \text{ as in Adam}$$

    CS231n 2017, an edition of the assignment's `optim.py`; the first step is 0.744 lr long instead of lr.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1 ** (t + 1))
    v_hat = v / (1 - beta2 ** (t + 1))
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@update_rule(label="SMORMS3, article", variant_of=smorms3,
             mistake="old and new have each other's weight in the means, and zeta is that of another parameter")
def smorms3_article(x, g, /, s=0.0, z=0.0, v=0.0, m_b=0.0, v_b=0.0, *,
                    lr: Rate = 1e-3, eps: Tiny = 1e-8):
    r"""SMORMS3 with swapped weights, and with the zeta of a bias whose gradient is always 1.

    $$s_t = 1 + (1 - z_{t-1} s_{t-1}) \qquad r_t = \frac{1}{1 + s_t} \qquad v_t = r_t v_{t-1} + (1-r_t) g_t^2$$
    $$m^b_t = \tfrac13 m^b_{t-1} + \tfrac23 \qquad v^b_t = \tfrac13 v^b_{t-1} + \tfrac23 \qquad
      z_t = \frac{(m^b_t)^2}{v^b_t + \epsilon} \qquad
      x_t = x_{t-1} - \frac{\min(\eta, z_t)}{\sqrt{v_t + \epsilon}}\, g_t \qquad s_0 = 0$$

    An article that compares the family on a quartic, after Funk 2015; it ends in steps of lr to and fro for ever.
    """
    s = 1 + (1 - z * s)
    r = 1 / (1 + s)
    v = v + (1 - r) * (g**2 - v)
    m_b = m_b + 2 / 3 * (1 - m_b)
    v_b = v_b + 2 / 3 * (1 - v_b)
    z = m_b**2 / (v_b + eps)
    return x - np.minimum(lr, z) / np.sqrt(v + eps) * g, s, z, v, m_b, v_b


@update_rule(label="AdaBound, article", variant_of=adabound,
             mistake="the lower bound has a power for a product, -100,000 at first: it never closes from below")
def adabound_article(x, g, t, /, m=0.0, v=0.0, *,
                     lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, final_lr: Rate = 0.1):
    r"""The paper's AdaBound with a lower bound far below 0, so that it never turns into SGD.

    $$\eta_t = \frac{1}{\sqrt t}\, \mathrm{clip}\left(\frac{\alpha}{\sqrt{v_t}},\;
      \underbrace{\eta^* \left(1 - \tfrac{1}{(1-\beta_2)^{t+1}}\right)}_{\text{right: } 1 / ((1-\beta_2) t + 1)},\;
      \eta^* \left(1 + \tfrac{1}{(1-\beta_2) t}\right)\right)$$
    $$x_t = x_{t-1} - \eta_t m_t \qquad m_t,\, v_t \text{ as in Adam}$$

    The first listing of an article that compares the family on a quartic, after Luo, Xiong, Liu & Sun 2019.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    low = final_lr * (1 - 1 / (1 - beta2) ** (t + 1))
    high = final_lr * (1 + 1 / ((1 - beta2) * t))
    eta = clip(lr / np.sqrt(v), low, high) / np.sqrt(t)
    return x - eta * m, m, v


@update_rule(label="Eve, article", variant_of=eve,
             mistake="compares the loss with f* and not with the last loss; and f* is taken to be 0")
def eve_article(x, g, t, f, /, m=0.0, v=0.0, d=1.0, f_old=0.0, *,
                lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, beta3: Decay = 0.999,
                c: Bound = 10.0, eps: Tiny = 1e-8, f_star: float = 0.0):
    r"""Eve that does not look at the change of the loss: while the loss falls, it is Adam.

    $$d_t = \frac{|f_t - \overbrace{f^*}^{\text{right: } f_{t-1}}|}{\min(f_t, f_{t-1}) - f^*} \qquad
      \tilde d_t = \beta_3 \tilde d_{t-1} + (1-\beta_3)\, \mathrm{clip}(d_t, 1/c, c) \qquad \tilde d_1 = 1$$
    $$x_t = x_{t-1} - \frac{\alpha}{\tilde d_t} \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} \qquad
      \hat m_t,\, \hat v_t \text{ as in Adam}$$

    An article that compares the family on a quartic, after Hayashi, Koushik & Neubig 2018; its lowest value is -43.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    if t > 1:
        d_hat = clip((np.abs(f - f_star) + TINY) / (np.minimum(f, f_old) - f_star + TINY), 1 / c, c)
        d = beta3 * d + (1 - beta3) * d_hat
    return x - lr / d * m_hat / (np.sqrt(v_hat) + eps), m, v, d, f


@update_rule(label="Santa-SSS, article", variant_of=santa_sss,
             mistake="the first half step is overwritten, so the point moves half as far")
def santa_sss_article(x, g, t, noise, /, u=0.0, alpha=0.0, v=0.0, G=0.0, *,
                      lr: Rate = 1e-3, sigma: Decay = 0.95, lam: Tiny = 1e-2, c: Friction = 5.0,
                      burn_in: Count = 50, anneal: Exponent = 0.5, temperature: Temperature = 1.0,
                      batches: Batches = 1, correction: bool = True, g0: Tiny | None = 0.0):
    r"""Santa-SSS without its first half step, and by default with the correction kappa and with G = 0 at first.

    $$x' = \underbrace{x_{t-1}}_{\text{right: } x_{t-1} + \frac12 G_t u_{t-1}} \qquad
      x_t = x' + \tfrac12 G_t u_t \qquad \text{the rest as in Santa-SSS}$$

    An article that compares the family on a quartic, after Chen, Carlson, Gan, Li & Carin 2016: `=` for `+=`.
    """
    if t == 1:
        u = u + np.sqrt(lr) * noise()
        alpha = alpha + np.sqrt(lr) * c
    v = sigma * v + (1 - sigma) * (g / batches)**2
    G_old, G = G, 1 / np.sqrt(lam + np.sqrt(v))
    if t == 1:
        G_old = G if g0 is None else g0
    heat = lr * temperature / t**anneal
    explores = t < burn_in
    w = push(u, G, G_old, heat, explores, correction, noise)

    alpha = np.where(explores, alpha + (u**2 - heat) / 2, alpha)
    u = np.exp(-alpha / 2) * u
    u = u - lr * G * g + w
    u = np.exp(-alpha / 2) * u
    alpha = np.where(explores, alpha + (u**2 - heat) / 2, alpha)
    return x + G * u / 2, u, alpha, v, G
