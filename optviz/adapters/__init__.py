"""Dialects: other people's optimisers run and are drawn as ours, and ours run in their programs.

| dialect | in: give it to `train`, `visualize` ... | out |
|---|---|---|
| `scalar` | a trainer `(x1, x2, s1, s2, ..., lr[, t])` on plain numbers | `scalar.trainer(rule)` |
| `config` | a function `(w, dw, config=None)` that returns `next_w, config` | `config.step(rule)` |
| `classes` | a class or object with `update(params, grads)` on dictionaries of arrays | `classes.optimizer(rule)` |

Settings have our names here (`lr`, `momentum`, `decay`, `beta1`, `beta2`, `eps`) and the dialect's there.

>>> from optviz import train
>>> class Homework:
...     def __init__(self, learning_rate=0.01):
...         self.learning_rate = learning_rate
...
...     def update(self, params, grads):
...         for key in params:
...             params[key] -= self.learning_rate * grads[key]
>>> bool((train(Homework, lr=0.4).points == train("sgd", lr=0.4).points).all())
True
"""

import inspect
from typing import Any

from ..rule import RULES, UpdateRule
from . import classes, config, scalar

__all__ = ["as_rule", "classes", "config", "scalar"]


def as_rule(step: Any, n: int) -> UpdateRule:
    """Return an update rule for a rule, its name, or a step of a dialect, recognised by its signature.

    `n` is the number of coordinates of the points that it is to move.

    Raises ValueError for an unknown name, TypeError for a step of none of the known forms.
    """
    if isinstance(step, UpdateRule):
        return step
    if isinstance(step, str):
        return RULES.find(step)
    if inspect.isfunction(step) and next(iter(inspect.signature(step).parameters), None) == "x":
        raise TypeError(f"{step.__name__} looks like an update rule: write @optviz.update_rule above it.")
    if classes.recognises(step):
        return classes.rule(step)
    if config.recognises(step):
        return config.rule(step, n)
    if scalar.recognises(step) and n == 2:
        return scalar.rule(step)
    forms = [config.FORM, classes.FORM] if n != 2 else [scalar.FORM, config.FORM, classes.FORM]
    raise TypeError(
        f"{_described(step)} Accepted are an update rule (a function becomes one by @update_rule), its name, or\n"
        + "\nor\n".join(forms)
    )


def _described(step: Any) -> str:
    """Return a sentence on what was given."""
    if not callable(step):
        return f"The rule must be an update rule, its name or a step of a known form; got {step!r:.60}."
    name = getattr(step, "__name__", type(step).__name__)
    try:
        takes = f"{name}({', '.join(inspect.signature(step).parameters)})"
    except ValueError:  # a function without a signature, as some of NumPy's
        return f"{name} is not of a known form."
    has = "has no parameter lr and no config" if not scalar.recognises(step) else "works on two coordinates only"
    return f"{takes} {has}."
