"""What a rule does not notice: changes of the problem that leave its path as it was."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .driver import train
from .objective_function import Objective, rotated, scaled
from .objectives.bowls import quadratic
from .rule import UpdateRule

STEEPER, DEGREES, WIDER = 1000, 30, 100
STEPS, LR = 20, 0.02


def invariances(rule: UpdateRule, **settings: Any) -> dict[str, bool]:
    """Return which of three changes of the long bowl leave the first 20 steps of a rule as they were.

    They are tried, not looked up: the values of f times 1000, the axes turned by 30 degrees,
    lengths times 100, each with the start taken along; settings that are not given are the
    defaults, but the rate is 0.02, and there is no noise. Epsilons may move the path by a
    hundredth of its length under the first and the third.

    >>> from optviz import sgd
    >>> invariances(sgd)
    {'f × 1000': False, 'axes turned by 30°': True, 'lengths × 100': False}
    """
    with np.errstate(all="ignore"):  # a run may fly away
        path = _path(rule, quadratic, settings)
        turn = math.radians(DEGREES)
        back = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        steep = _path(rule, scaled(quadratic, f=STEEPER), settings)
        turned = _path(rule, rotated(quadratic, DEGREES), settings) @ back
        wide = _path(rule, scaled(quadratic, x=WIDER), settings) / WIDER
        return {
            f"f × {STEEPER}": _is_near(steep, path, 1e-2),
            f"axes turned by {DEGREES}°": _is_near(turned, path, 1e-6),
            f"lengths × {WIDER}": _is_near(wide, path, 1e-2),
        }


def _is_near(points: NDArray[np.float64], path: NDArray[np.float64], share: float) -> bool:
    """Whether points are those of a path but for a share of its length."""
    return bool(np.abs(points - path).max() < share * np.ptp(path, axis=0).max())


def _path(rule: UpdateRule, objective: Objective, settings: dict[str, Any]) -> NDArray[np.float64]:
    settings = ({rule.rate: LR} if rule.rate else {}) | settings
    still = np.zeros((10 * STEPS, 2))  # draws of rules that draw noise
    return train(rule, objective, steps=STEPS, noise=still if "noise" in rule.given else None, **settings).points
