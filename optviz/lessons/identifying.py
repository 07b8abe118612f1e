"""`identity`: the first step of a rule, and which changes of the problem it does not notice."""

from typing import Any

import numpy as np

from ..adapters import as_rule
from ..driver import train
from ..invariance import invariances
from ..objectives.bowls import quadratic


def identity(rule: Any, **settings: Any) -> dict[str, Any]:
    """Return the identity card of a rule: its first step, and whether its path stays when the problem is changed.

    `first_step` is how far the first step leads from (-5, -2) on the long bowl, rounded to four digits; the others are
    what `optviz.invariance` finds in the first 20 steps: the loss times 1000, the axes turned by 30 degrees, and the
    point in units a hundred times smaller. A rule that draws noise gets none.

    >>> identity("sgd", lr=0.1)
    {'first_step': [0.1, 0.8], 'f_times_1000': False, 'rotation': True, 'x_times_100': False}
    """
    rule = as_rule(rule, 2)
    still = {"noise": np.zeros((20, 2))} if "noise" in rule.given else {}
    start, first = train(rule, quadratic, steps=1, **still, **settings).points
    stays = invariances(rule, **settings).values()
    names = ("f_times_1000", "rotation", "x_times_100")
    return {"first_step": (first - start).round(4).tolist(), **dict(zip(names, stays, strict=True))}
