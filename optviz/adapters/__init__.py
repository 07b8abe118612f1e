"""Dialects: other people's step functions in, ours out."""

import inspect
from typing import Any

from ..rule import RULES, UpdateRule
from . import scalar

__all__ = ["as_rule", "scalar"]


def as_rule(step: Any, n: int) -> UpdateRule:
    """Return an update rule for a rule, its name, or a step function recognised by its signature.

    Raises ValueError for an unknown name, TypeError for a function of none of the known forms.
    """
    if isinstance(step, UpdateRule):
        return step
    if isinstance(step, str):
        return RULES.find(step)
    if callable(step) and not inspect.isclass(step) and n == 2:
        return scalar.rule(step)
    forms = f" or a trainer of the form\n{scalar.FORM}" if n == 2 else ""
    raise TypeError(f"The first argument must be an update rule, its name{forms}; got {step!r}.")
