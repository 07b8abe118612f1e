"""The same rules as others write them: another form of memory, another place for epsilon."""

import numpy as np

from ..ranges import Decay, Rate, Tiny
from ..rule import update_rule
from .adam_family import Bound, adabound, adam, adamax, amsbound, amsgrad, eve, nadam, relative_change
from .adaptive import adagrad, rmsprop
from .arithmetic import clip
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


@update_rule(label="Momentum, dampened", variant_of=momentum,
             differs="every gradient but the first is weakened before it enters the velocity",
             limit=lambda L, momentum, dampening: 2 * (1 + momentum) / ((1 - dampening) * L))
def momentum_dampened(x, g, t, /, v=0.0, *,
                      lr: Rate = 0.01, momentum: Decay = 0.9, dampening: Decay = 0.9):
    r"""Momentum with PyTorch's dampening, which leaves out the first gradient: not the averaged form.

    $$v_1 = g_1 \qquad v_t = \mu v_{t-1} + (1-d) g_t \qquad x_t = x_{t-1} - \eta\, v_t$$

    PyTorch 2016, torch.optim.SGD, https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html.
    """
    v = momentum * v + (g if t == 1 else (1 - dampening) * g)
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


@update_rule(label="Nesterov, averaged", variant_of=nesterov,
             differs="the velocity is a mean, so the same lr moves 1 / (1 - momentum) times less",
             limit=lambda L, momentum: (2 + 2 * momentum) / ((1 + 2 * momentum) * (1 - momentum) * L))
def nesterov_ema(x, g, /, v=0.0, *,
                 lr: Rate = 0.01, momentum: Decay = 0.9):
    r"""Nesterov's momentum with an exponential moving average.

    $$v_t = \mu v_{t-1} - (1-\mu)\, \eta\, \nabla f(x_{t-1} + \mu v_{t-1}) \qquad x_t = x_{t-1} + v_t$$

    The same points as `nesterov` with the rate (1 - momentum) lr; so in an article that races 17 optimisers.
    """
    v = momentum * v - (1 - momentum) * lr * g
    return x + v, v


@nesterov_ema.at
def _(x, v, *, momentum):
    return x + momentum * v


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


@update_rule(label="RMSProp with momentum", variant_of=rmsprop, differs="remembers its step")
def rmsprop_momentum(x, g, /, v=0.0, b=0.0, *,
                     lr: Rate = 0.01, decay: Decay = 0.99, momentum: Decay = 0.9, eps: Tiny = 1e-8):
    r"""RMSProp with momentum: the divided gradients drive a velocity.

    $$v_t = \rho v_{t-1} + (1-\rho) g_t^2 \qquad b_t = \mu b_{t-1} + \frac{g_t}{\sqrt{v_t} + \epsilon} \qquad
      x_t = x_{t-1} - \eta\, b_t$$

    PyTorch, torch.optim.RMSprop, https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html.
    """
    v = decay * v + (1 - decay) * g**2
    b = momentum * b + g / (np.sqrt(v) + eps)
    return x - lr * b, v, b


@update_rule(label="RMSProp with momentum, ε inside", variant_of=rmsprop,
             differs="remembers its step, and epsilon under the root")
def rmsprop_momentum_eps_inside(x, g, /, v=0.0, b=0.0, *,
                                lr: Rate = 1e-3, decay: Decay = 0.9, momentum: Decay = 0.9, eps: Tiny = 1e-7):
    r"""RMSProp with momentum and epsilon under the root.

    $$v_t = \rho v_{t-1} + (1-\rho) g_t^2 \qquad b_t = \mu b_{t-1} + \frac{g_t}{\sqrt{v_t + \epsilon}} \qquad
      x_t = x_{t-1} - \eta\, b_t$$

    Keras, https://keras.io/api/optimizers/rmsprop (lr 1e-3, decay 0.9, epsilon 1e-7; there momentum is off, here 0.9).
    """
    v = decay * v + (1 - decay) * g**2
    b = momentum * b + g / np.sqrt(v + eps)
    return x - lr * b, v, b


@update_rule(label="RMSProp, centred", variant_of=rmsprop,
             differs="divides by the standard deviation of the gradients; may remember its step")
def rmsprop_centered(x, g, /, v=0.0, m=0.0, b=0.0, *,
                     lr: Rate = 0.01, decay: Decay = 0.99, momentum: Decay = 0.0, eps: Tiny = 1e-8):
    r"""RMSProp that divides by the standard deviation of the gradients, with epsilon outside the root.

    $$v_t = \rho v_{t-1} + (1-\rho) g_t^2 \qquad m_t = \rho m_{t-1} + (1-\rho) g_t$$
    $$b_t = \mu b_{t-1} + \frac{g_t}{\sqrt{v_t - m_t^2} + \epsilon} \qquad x_t = x_{t-1} - \eta\, b_t$$

    PyTorch, torch.optim.RMSprop(centered=True), after Graves 2013, arXiv:1308.0850.
    """
    v = decay * v + (1 - decay) * g**2
    m = decay * m + (1 - decay) * g
    variance = np.maximum(v - m**2, 0)  # rounding may take it below 0
    b = momentum * b + g / (np.sqrt(variance) + eps)
    return x - lr * b, v, m, b


@update_rule(label="Adam, ε-hat", variant_of=adam, differs="epsilon is added before the correction, so it counts "
             "1 / sqrt(1 - beta2^t) times more: 32 times in the first step")
def adam_eps_hat(x, g, t, /, m=0.0, v=0.0, *,
                 lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-7):
    r"""Adam with both corrections in the rate and epsilon beside the uncorrected root.

    $$x_t = x_{t-1} - \alpha \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \frac{m_t}{\sqrt{v_t} + \hat\epsilon} \qquad
      m_t,\, v_t \text{ as in Adam}$$

    Kingma & Ba 2015, arXiv:1412.6980, end of section 2; so in Keras and TensorFlow (epsilon 1e-7).
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    alpha = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return x - alpha * m / (np.sqrt(v) + eps), m, v


@update_rule(label="Adam, ε inside", variant_of=adam, differs="epsilon under the root")
def adam_eps_inside(x, g, t, /, m=0.0, v=0.0, *,
                    lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""Adam with epsilon under the root.

    $$x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t + \epsilon}} \qquad
      \hat m_t,\, \hat v_t \text{ as in Adam}$$

    Optax, `eps_root`, https://optax.readthedocs.io/en/latest/api/optimizers.html.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return x - lr * m_hat / np.sqrt(v_hat + eps), m, v


@update_rule(label="Adam, ε inside before correction", variant_of=adam,
             differs="epsilon under the root, added before the correction")
def adam_eps_inside_raw(x, g, t, /, m=0.0, v=0.0, *,
                        lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""Adam with epsilon under the root of the uncorrected mean.

    $$x_t = x_{t-1} - \alpha \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \frac{m_t}{\sqrt{v_t + \epsilon}} \qquad
      m_t,\, v_t \text{ as in Adam}$$

    The form of an article that compares the family on a quartic.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    alpha = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return x - alpha * m / np.sqrt(v + eps), m, v


@update_rule(label="AdaMax, ε added", variant_of=adamax, differs="epsilon is added to the maximum")
def adamax_eps_added(x, g, t, /, m=0.0, u=0.0, *,
                     lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-7):
    r"""AdaMax with epsilon beside the maximum.

    $$u_t = \max(\beta_2 u_{t-1}, |g_t|) \qquad
      x_t = x_{t-1} - \frac{\alpha}{1-\beta_1^t} \frac{m_t}{u_t + \epsilon} \qquad m_t \text{ as in Adam}$$

    Keras, https://keras.io/api/optimizers/adamax (lr 0.001, epsilon 1e-7).
    """
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return x - lr / (1 - beta1**t) * m / (u + eps), m, u


@update_rule(label="Nadam, constant momentum", variant_of=nadam, differs="no schedule of the momentum")
def nadam_constant(x, g, t, /, m=0.0, v=0.0, *,
                   lr: Rate = 2e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""Nadam whose momentum does not change with time.

    $$\hat m_t = \frac{\beta_1 m_t}{1-\beta_1^{t+1}} + \frac{(1-\beta_1) g_t}{1-\beta_1^t} \qquad
      x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} \qquad m_t,\, \hat v_t \text{ as in Adam}$$

    Optax, `nadam`, https://optax.readthedocs.io/en/latest/api/optimizers.html, after Dozat 2016.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@update_rule(label="Nadam, paper", variant_of=nadam,
             differs="the scheduled momentum enters the mean too, and the mean square is multiplied by beta2")
def nadam_paper(x, g, t, /, m=0.0, v=0.0, mu_product=1.0, *,
                lr: Rate = 2e-3, beta1: Decay = 0.99, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""Nadam as the paper prints it: one scheduled momentum everywhere, and a factor that all frameworks drop.

    $$\mu_t = \beta_1 (1 - \tfrac12\, 0.96^{t/250}) \qquad m_t = \mu_t m_{t-1} + (1-\mu_t) g_t \qquad
      v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2$$
    $$\hat m_t = \frac{\mu_{t+1} m_t}{1 - \prod_1^{t+1} \mu_i} + \frac{(1-\mu_t) g_t}{1 - \prod_1^t \mu_i} \qquad
      \hat v_t = \frac{\beta_2 v_t}{1-\beta_2^t} \qquad
      x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}$$

    Dozat 2016, ICLR workshop, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ, Algorithm 2.
    """
    mu = beta1 * (1 - 0.5 * 0.96 ** (t / 250))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) / 250))
    mu_product = mu_product * mu
    m = mu * m + (1 - mu) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * g / (1 - mu_product)
    v_hat = beta2 * v / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, mu_product


@update_rule(label="Nadam, paper, constant momentum", variant_of=nadam,
             differs="no schedule of the momentum, and the mean square is multiplied by beta2")
def nadam_paper_constant(x, g, t, /, m=0.0, v=0.0, *,
                         lr: Rate = 2e-3, beta1: Decay = 0.975, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""The paper's Nadam with a constant momentum.

    $$\hat m_t = \frac{\beta_1 m_t}{1-\beta_1^{t+1}} + \frac{(1-\beta_1) g_t}{1-\beta_1^t} \qquad
      \hat v_t = \frac{\beta_2 v_t}{1-\beta_2^t} \qquad
      x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} \qquad m_t,\, v_t \text{ as in Adam}$$

    Dozat 2016, ICLR workshop, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ, Algorithm 2 without its schedule.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = beta2 * v / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@update_rule(label="Nadam, article", variant_of=nadam,
             differs="no schedule, the mean square multiplied by beta2, and epsilon under the root")
def nadam_article(x, g, t, /, m=0.0, v=0.0, *,
                  lr: Rate = 2e-3, beta1: Decay = 0.975, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""The paper's Nadam with a constant momentum and epsilon under the root.

    $$x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t + \epsilon}} \qquad
      \hat m_t = \frac{\beta_1 m_t}{1-\beta_1^{t+1}} + \frac{(1-\beta_1) g_t}{1-\beta_1^t} \qquad
      \hat v_t = \frac{\beta_2 v_t}{1-\beta_2^t} \qquad m_t,\, v_t \text{ as in Adam}$$

    The form of an article that compares the family on a quartic, after Dozat 2016.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = beta2 * v / (1 - beta2**t)
    return x - lr * m_hat / np.sqrt(v_hat + eps), m, v


@update_rule(label="AMSGrad, paper", variant_of=amsgrad, differs="no corrections, and the rate falls as 1 / sqrt(t)")
def amsgrad_paper(x, g, t, /, m=0.0, v=0.0, V=0.0, *,
                  lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""AMSGrad as the paper prints it, with an epsilon that only guards against 0 / 0.

    $$V_t = \max(V_{t-1}, v_t) \qquad
      x_t = x_{t-1} - \frac{\alpha}{\sqrt t} \frac{m_t}{\sqrt{V_t} + \epsilon} \qquad m_t,\, v_t \text{ as in Adam}$$

    Reddi, Kale & Kumar 2018, arXiv:1904.09237, Algorithm 2.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    V = np.maximum(V, v)
    return x - lr / np.sqrt(t) * m / (np.sqrt(V) + eps), m, v, V


@update_rule(label="AMSGrad, article", variant_of=amsgrad,
             differs="no corrections, the rate falls as 1 / sqrt(t), and epsilon under the root")
def amsgrad_article(x, g, t, /, m=0.0, v=0.0, V=0.0, *,
                    lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""The paper's AMSGrad with epsilon under the root.

    $$V_t = \max(V_{t-1}, v_t) \qquad
      x_t = x_{t-1} - \frac{\alpha}{\sqrt t} \frac{m_t}{\sqrt{V_t + \epsilon}} \qquad m_t,\, v_t \text{ as in Adam}$$

    The form of an article that compares the family on a quartic, after Reddi, Kale & Kumar 2018.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    V = np.maximum(V, v)
    return x - lr / np.sqrt(t) * m / np.sqrt(V + eps), m, v, V


@update_rule(label="AMSGrad, maximum of the corrected", variant_of=amsgrad,
             differs="the maximum is taken after the correction, so it keeps the large first values")
def amsgrad_max_corrected(x, g, t, /, m=0.0, v=0.0, V=0.0, *,
                          lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-8):
    r"""AMSGrad whose maximum runs over the corrected mean square.

    $$V_t = \max(V_{t-1}, \hat v_t) \qquad x_t = x_{t-1} - \alpha \frac{\hat m_t}{\sqrt{V_t} + \epsilon} \qquad
      \hat m_t,\, \hat v_t \text{ as in Adam}$$

    Optax, `amsgrad`, https://optax.readthedocs.io/en/latest/api/optimizers.html, after Reddi, Kale & Kumar 2018.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    V = np.maximum(V, v / (1 - beta2**t))
    return x - lr * m_hat / (np.sqrt(V) + eps), m, v, V


@update_rule(label="AMSGrad, ε-hat", variant_of=amsgrad, differs="epsilon is added before the correction")
def amsgrad_eps_hat(x, g, t, /, m=0.0, v=0.0, V=0.0, *,
                    lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, eps: Tiny = 1e-7):
    r"""AMSGrad with both corrections in the rate and epsilon beside the uncorrected root.

    $$V_t = \max(V_{t-1}, v_t) \qquad
      x_t = x_{t-1} - \alpha \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \frac{m_t}{\sqrt{V_t} + \hat\epsilon} \qquad
      m_t,\, v_t \text{ as in Adam}$$

    Keras, `Adam(amsgrad=True)`, https://keras.io/api/optimizers/adam (epsilon 1e-7), after Reddi, Kale & Kumar 2018.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    V = np.maximum(V, v)
    alpha = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return x - alpha * m / (np.sqrt(V) + eps), m, v, V


@update_rule(label="AdaBound, paper", variant_of=adabound,
             differs="no corrections, the rate falls as 1 / sqrt(t), and gamma is 1 - beta2")
def adabound_paper(x, g, t, /, m=0.0, v=0.0, *,
                   lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, final_lr: Rate = 0.1):
    r"""AdaBound as the paper prints it; a rate divided by 0 is infinite and the funnel clips it.

    $$\eta_t = \frac{1}{\sqrt t}\, \mathrm{clip}\left(\frac{\alpha}{\sqrt{v_t}},\;
      \eta^* \left(1 - \tfrac{1}{(1-\beta_2) t + 1}\right),\; \eta^* \left(1 + \tfrac{1}{(1-\beta_2) t}\right)\right)$$
    $$x_t = x_{t-1} - \eta_t m_t \qquad m_t,\, v_t \text{ as in Adam}$$

    Luo, Xiong, Liu & Sun 2019, arXiv:1902.09843, Algorithm 2.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    low = final_lr * (1 - 1 / ((1 - beta2) * t + 1))
    high = final_lr * (1 + 1 / ((1 - beta2) * t))
    eta = clip(lr / np.sqrt(v), low, high) / np.sqrt(t)
    return x - eta * m, m, v


@update_rule(label="AMSBound, paper", variant_of=amsbound,
             differs="no corrections, the rate falls as 1 / sqrt(t), and gamma is 1 - beta2")
def amsbound_paper(x, g, t, /, m=0.0, v=0.0, V=0.0, *,
                   lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, final_lr: Rate = 0.1):
    r"""AMSBound as the paper prints it; a rate divided by 0 is infinite and the funnel clips it.

    $$\eta_t = \frac{1}{\sqrt t}\, \mathrm{clip}\left(\frac{\alpha}{\sqrt{V_t}},\;
      \eta^* \left(1 - \tfrac{1}{(1-\beta_2) t + 1}\right),\; \eta^* \left(1 + \tfrac{1}{(1-\beta_2) t}\right)\right)$$
    $$V_t = \max(V_{t-1}, v_t) \qquad x_t = x_{t-1} - \eta_t m_t \qquad m_t,\, v_t \text{ as in Adam}$$

    Luo, Xiong, Liu & Sun 2019, arXiv:1902.09843, Algorithm 3.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    V = np.maximum(V, v)
    low = final_lr * (1 - 1 / ((1 - beta2) * t + 1))
    high = final_lr * (1 + 1 / ((1 - beta2) * t))
    eta = clip(lr / np.sqrt(V), low, high) / np.sqrt(t)
    return x - eta * m, m, v, V


@update_rule(label="Eve, ε-hat", variant_of=eve, differs="epsilon is added before the correction")
def eve_eps_hat(x, g, t, f, /, m=0.0, v=0.0, d=1.0, f_old=0.0, *,
                lr: Rate = 1e-3, beta1: Decay = 0.9, beta2: Decay = 0.999, beta3: Decay = 0.999,
                c: Bound = 10.0, eps: Tiny = 1e-8, f_star: float):
    r"""Eve as its authors code it: both corrections in the rate, epsilon beside the uncorrected root.

    $$x_t = x_{t-1} - \frac{\alpha}{\tilde d_t} \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}
      \frac{m_t}{\sqrt{v_t} + \hat\epsilon} \qquad \tilde d_t \text{ as in Eve},\; m_t,\, v_t \text{ as in Adam}$$

    Hayashi, Koushik & Neubig 2018, arXiv:1611.01505v3; the authors' code, https://github.com/rooa/eve.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    alpha = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    if t > 1:
        d_hat = clip(relative_change(f, f_old, f_star), 1 / c, c)
        d = beta3 * d + (1 - beta3) * d_hat
    return x - alpha / d * m / (np.sqrt(v) + eps), m, v, d, f
