"""Noise that cools: a walk that first explores and then settles."""

from typing import Annotated

import numpy as np

from ..ranges import Count, Decay, Range, Rate, Tiny
from ..rule import update_rule

Friction = Annotated[float, Range(0.1, 100, "log", minimum=0)]
Exponent = Annotated[float, Range(0, 2, minimum=0)]
Temperature = Annotated[float, Range(1e-2, 1e4, "log", minimum=0)]
Batches = Annotated[int, Range(1, 1000, "log", minimum=1, whole=True)]


def push(u, G, G_old, heat, explores, correction, noise):
    """Return what the heat bath adds to the velocity: kappa and noise while the ball explores, then nothing."""
    kappa = heat * (1 - G_old / G) / u if correction else 0.0
    return np.where(explores, kappa + np.sqrt(2 * heat * G_old) * noise(), 0.0)


@update_rule(label="Santa-E", parents=("rmsprop", "momentum"),
             adds="Langevin noise that cools, and a friction that holds its heat", family="feedback",
             presets={"hot": {"temperature": 100.0}})
def santa_e(x, g, t, noise, /, u=0.0, alpha=0.0, v=0.0, G=0.0, *,
            lr: Rate = 1e-3, sigma: Decay = 0.95, lam: Tiny = 1e-2, c: Friction = 5.0,
            burn_in: Count = 50, anneal: Exponent = 0.5, temperature: Temperature = 1.0, batches: Batches = 1,
            correction: bool = False, g0: Tiny | None = None):
    r"""A ball with friction in a heat bath: it explores while the bath cools, then rolls to rest; Euler steps.

    $$v_t = \sigma v_{t-1} + (1-\sigma) (g_t / N)^2 \qquad G_t = \frac{1}{\sqrt{\lambda + \sqrt{v_t}}} \qquad
      \frac{1}{\beta_t} = \frac{T}{t^a} \qquad
      \kappa_t = \frac{\eta}{\beta_t} \frac{1 - G_{t-1} / G_t}{u_{t-1}}$$
    $$t < \text{burn-in:} \quad \alpha_t = \alpha_{t-1} + u_{t-1}^2 - \frac{\eta}{\beta_t} \qquad
      w_t = \kappa_t + \sqrt{2 \eta\, G_{t-1} / \beta_t}\; \zeta_t$$
    $$t \ge \text{burn-in:} \quad \alpha_t = \alpha_{t-1} \qquad w_t = 0$$
    $$u_t = w_t + (1-\alpha_t) u_{t-1} - \eta\, G_t g_t \qquad x_t = x_{t-1} + G_t u_t \qquad
      u_0 = \sqrt\eta\, \zeta_0 \qquad \alpha_0 = \sqrt\eta\, C$$

    Chen, Carlson, Gan, Li & Carin 2016, arXiv:1512.07962. G at the start, `g0`, is the first G if None; the
    correction kappa is small and off in the authors' own code; `batches` is N if g is the gradient of a sum of N.
    Published lambdas (1e-8) are for noisy gradients: where a gradient is exactly 0 they throw the point far away.
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

    alpha = np.where(explores, alpha + u**2 - heat, alpha)
    u = w + (1 - alpha) * u - lr * G * g
    return x + G * u, u, alpha, v, G


@update_rule(label="Santa-SSS", parents=("santa_e",), adds="a symmetric order of half steps", family="feedback",
             presets={"hot": {"temperature": 100.0}})
def santa_sss(x, g, t, noise, /, u=0.0, alpha=0.0, v=0.0, G=0.0, *,
              lr: Rate = 1e-3, sigma: Decay = 0.95, lam: Tiny = 1e-2, c: Friction = 5.0,
              burn_in: Count = 50, anneal: Exponent = 0.5, temperature: Temperature = 1.0, batches: Batches = 1,
              correction: bool = False, g0: Tiny | None = None):
    r"""Santa-E in symmetric half steps: move, rub, push, rub, move.

    $$x' = x_{t-1} + \tfrac12 G_t u_{t-1} \qquad \alpha' = \alpha_{t-1} + \tfrac12 (u_{t-1}^2 - \tfrac{\eta}{\beta_t})
      \qquad u' = e^{-\alpha'/2} u_{t-1}$$
    $$u'' = u' - \eta\, G_t g_t + w_t$$
    $$u_t = e^{-\alpha'/2} u'' \qquad \alpha_t = \alpha' + \tfrac12 (u_t^2 - \tfrac{\eta}{\beta_t}) \qquad
      x_t = x' + \tfrac12 G_t u_t$$

    with G, beta, w and the start as in Santa-E, and alpha fixed after the burn-in. The gradient is that at the old x.
    Chen, Carlson, Gan, Li & Carin 2016, arXiv:1512.07962.
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

    x = x + G * u / 2
    alpha = np.where(explores, alpha + (u**2 - heat) / 2, alpha)
    u = np.exp(-alpha / 2) * u
    u = u - lr * G * g + w
    u = np.exp(-alpha / 2) * u
    alpha = np.where(explores, alpha + (u**2 - heat) / 2, alpha)
    return x + G * u / 2, u, alpha, v, G
