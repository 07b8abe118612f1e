"""optviz shows how first-order optimisers move.

>>> import optviz
>>> run = optviz.train("adam", "quadratic", lr=0.3)
>>> run.points.shape
(101, 2)

Pictures and widgets are loaded when they are first used, so that the numbers need NumPy only.
"""

from importlib import import_module
from typing import Any

from . import adapters
from .cards import card
from .checking import check
from .driver import iterate, train, train_1d, train_2d
from .objective_function import OBJECTIVES, Objective, noisy, objective, rotated, scaled
from .objectives import *  # noqa: F403
from .objectives import __all__ as _objective_names
from .racing import race
from .replays import replay
from .rule import RULES, update_rule
from .rules import *  # noqa: F403
from .rules import __all__ as _rule_names
from .step_card import explain
from .trajectory import Trajectory

_LAZY = {
    "animate": "animation",
    "describe": "alt_text",
    "explore": "widgets.explorer",
    "plot_1d": "plot",
    "plot_2d": "plot",
    "plot_error": "plot",
    "plot_family": "lineage",
    "plot_race": "plot",
    "plot_state": "inside",
    "plot_sweep": "sweep_curves",
    "visualize": "widgets.sliders",
}

__all__ = [
    "OBJECTIVES",
    "RULES",
    "Objective",
    "Trajectory",
    "adapters",
    "card",
    "check",
    "explain",
    "iterate",
    "noisy",
    "objective",
    "race",
    "replay",
    "rotated",
    "scaled",
    "train",
    "train_1d",
    "train_2d",
    "update_rule",
    *_LAZY,
    *_rule_names,
    *_objective_names,
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_LAZY[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
