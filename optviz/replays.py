"""`replay`: the runs of published teaching sources, as they ran them and as they would be right."""

from dataclasses import replace
from typing import Any

import numpy as np

from .driver import train
from .registry import Registry
from .trajectory import Trajectory

# What the article drew with np.random.seed(32). It draws for a weight and for a bias, and only the weight is shown:
# start and first step of Santa-E, the same of Santa-SSS, from then on a step of each in turn.
_DRAWS = np.random.RandomState(32).standard_normal((202, 2))[:, :1]
_NOISE_E, _NOISE_SSS = np.concatenate([_DRAWS[0:2], _DRAWS[4::2]]), np.concatenate([_DRAWS[2:4], _DRAWS[5::2]])

# source -> how it is called in a sentence, label -> (rule, objective, steps, settings); all start where the
# objective does.
REPLAYS: Registry[tuple[str, dict[str, tuple[str, str, int, dict[str, Any]]]]] = Registry("replay")
REPLAYS["cs231n"] = (
    "CS231n",
    {
        "sgd": ("sgd", "quadratic", 100, {"lr": 0.4}),
        "sgd_momentum": ("momentum_ema", "quadratic", 100, {"lr": 0.4, "momentum": 0.9}),
        "sgd_momentum, blog": ("momentum", "quadratic", 100, {"lr": 0.4, "momentum": 0.9}),
        "rmsprop": ("rmsprop", "quadratic", 100, {"lr": 0.1, "decay": 0.99, "eps": 1e-8}),
        "rmsprop, blog": ("rmsprop", "quadratic", 100, {"lr": 0.1, "decay": 0.99, "eps": 1e-8}),
        "adam": ("adam_late_counter", "quadratic", 100, {"lr": 0.1, "eps": 1e-8}),
        "adam, blog": ("adam", "quadratic", 100, {"lr": 0.1, "eps": 1e-8}),
    },
)
REPLAYS["from_scratch"] = (
    "Deep Learning from Scratch",
    {
        "SGD, lr 0.4": ("sgd", "quadratic", 100, {"lr": 0.4}),
        "Momentum, lr 0.05": ("momentum", "quadratic", 100, {"lr": 0.05, "momentum": 0.9}),
        "AdaGrad, lr 0.4": ("adagrad", "quadratic", 100, {"lr": 0.4, "eps": 1e-7}),
        "Adam, lr 0.1": ("adam_eps_hat", "quadratic", 100, {"lr": 0.1, "eps": 1e-7}),
        "SGD, lr 0.95": ("sgd", "dlfs", 30, {"lr": 0.95}),
        "Momentum, lr 0.1": ("momentum", "dlfs", 30, {"lr": 0.1, "momentum": 0.9}),
        "AdaGrad, lr 1.5": ("adagrad", "dlfs", 30, {"lr": 1.5, "eps": 1e-7}),
        "Adam, lr 0.3": ("adam_eps_hat", "dlfs", 30, {"lr": 0.3, "eps": 1e-7}),
    },
)
REPLAYS["classroom"] = (
    "the classroom's notebook",
    {
        "AdaGrad, lr 0.1": ("adagrad_eps_inside", "quadratic", 50, {"lr": 0.1, "eps": 1e-6}),
        "AdaGrad, lr 0.4": ("adagrad_eps_inside", "quadratic", 50, {"lr": 0.4, "eps": 1e-6}),
        "RMSProp, lr 0.1": ("rmsprop_eps_inside", "quadratic", 50, {"lr": 0.1, "decay": 0.9, "eps": 1e-6}),
        "RMSProp, lr 0.4": ("rmsprop_eps_inside", "quadratic", 50, {"lr": 0.4, "decay": 0.9, "eps": 1e-6}),
        "Adam, lr 0.1": ("adam", "quadratic", 30, {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-6}),
    },
)
_SANTA = {"lr": 4e-4, "sigma": 0.95, "lam": 1e-8, "c": 5.0, "burn_in": 50, "anneal": 0.5, "batches": 100,
          "correction": True, "g0": 0.0}  # fmt: skip
REPLAYS["article"] = (
    "the article",
    {
        "SGD": ("sgd", "quartic", 100, {"lr": 0.01}),
        "MSGD": ("momentum_ema", "quartic", 100, {"lr": 0.01, "momentum": 0.9}),
        "NAG": ("nesterov_ema", "quartic", 100, {"lr": 0.01, "momentum": 0.95}),
        "AdaGrad": ("adagrad", "quartic", 100, {"lr": 0.4, "eps": 0.0}),
        "RMSprop": ("rmsprop_eps_inside", "quartic", 100, {"lr": 0.04, "decay": 0.99, "eps": 1e-8}),
        "AdaDelta": ("adadelta", "quartic", 100, {"lr": 1.0, "decay": 0.95, "eps": 1e-2}),
        "Adam": ("adam_eps_inside_raw", "quartic", 100, {"lr": 0.4, "eps": 1e-8}),
        "RMSpropGraves": ("rmsprop_graves", "quartic", 100, {"lr": 0.04, "decay": 0.95, "momentum": 0.0, "eps": 1e-4}),
        "SMORMS3": ("smorms3_article", "quartic", 100, {"lr": 0.04, "eps": 1e-8}),
        "AdaMax": ("adamax", "quartic", 100, {"lr": 0.002, "eps": 0.0}),
        "Nadam": ("nadam_article", "quartic", 100, {"lr": 0.002, "beta1": 0.975, "beta2": 0.999, "eps": 1e-8}),
        "Eve": ("eve_article", "quartic", 100, {"lr": 0.4, "beta3": 0.999, "c": 10.0, "eps": 1e-8, "f_star": 0.0}),
        "SantaE": ("santa_e", "quartic", 100, {**_SANTA, "noise": _NOISE_E}),
        "SantaSSS": ("santa_sss_article", "quartic", 100, {**_SANTA, "noise": _NOISE_SSS}),
        "AMSGrad": ("amsgrad_article", "quartic", 100, {"lr": 0.4, "eps": 1e-8}),
        "AdaBound": ("adabound_paper", "quartic", 100, {"lr": 0.4, "final_lr": 0.1}),
        "AMSBound": ("amsbound_paper", "quartic", 100, {"lr": 0.4, "final_lr": 0.1}),
    },
)


def replay(source: str, *, corrected: bool = False) -> dict[str, Trajectory]:
    """Return the runs of a teaching source as it ran them: label -> trajectory.

    | source | runs |
    |---|---|
    | `"article"` | a published race of 17 rules on `quartic` |
    | `"cs231n"` | the course's `optim.py` in two editions, one of them from a blog, on `quadratic` |
    | `"classroom"` | a notebook with sliders on `quadratic` |
    | `"from_scratch"` | the classes of *Deep Learning from Scratch* on `quadratic` and on the book's own `dlfs` |

    Where a source is wrong, so is its replay. With `corrected=True` each wrong run walks right instead: by the
    original of its rule, with the source's settings, but Eve with the lowest value of the landscape instead of 0, and
    Santa-E and Santa-SSS with N = 1 instead of the number of steps. What is only another form (epsilon elsewhere, an
    averaged velocity) stays, and so do rates that do not compare. `contract` says which runs were corrected.

    Raises ValueError with the nearest names if there is no such source.

    >>> race = replay("article")
    >>> race["Adam"].contract
    'as the article ran it: lr 0.4, eps 1e−8'
    >>> race["Eve"].rule.name, replay("article", corrected=True)["Eve"].rule.name
    ('eve_article', 'eve')
    """
    spoken, runs = REPLAYS.find(source)
    replayed = {}
    for label, (rule, objective, steps, settings) in runs.items():
        recorded = train(rule, objective, steps=steps, **settings)
        run = _corrected(recorded) if corrected else recorded
        but = "" if run is recorded else ", but corrected"
        replayed[label] = replace(run, label=label, contract=f"as {spoken} ran it{but}: {run.contract}")
    return replayed


def _corrected(run: Trajectory) -> Trajectory:
    """Return the run by the right rule in its right use; the same run if nothing is wrong with it."""
    rule = (run.rule.variant_of if run.rule.mistake else None) or run.rule
    # Wrong uses: the quartic's lowest value is -43 and not 0, and its gradient is not the sum of 100 batches.
    right = {**run.settings, "f_star": run.objective.f_star, "batches": 1}
    settings = {name: right[name] for name in rule.parameters}
    if rule is run.rule and settings == run.settings:
        return run
    return train(rule, run.objective, start=run.start, steps=run.steps, noise=run.noise, **settings)
