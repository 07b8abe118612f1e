"""How the lessons measure a run."""

import numpy as np
from numpy.typing import NDArray

from ..trajectory import Trajectory
from ..words import number_text


def steps_until(run: Trajectory, within: float) -> int:
    """Return the first step from which a single run stays nearer than `within` to the minimum in which it ends.

    Distance is the length of the straight line. Raises ValueError if the run is not there at its end.

    >>> import optviz
    >>> steps_until(optviz.train("sgd", "parabola", lr=0.5, steps=10), 0.1)  # 1, 0.5, 0.25, 0.125, 0.0625
    4
    """
    minima = run.objective.minima
    if not minima:
        raise ValueError(f"steps_until measures the distance to a minimum; {run.objective.name} has none known.")
    if run.grid:
        raise ValueError("steps_until measures a single run; of a grid, take one: run.at(0).")
    distances = np.array([np.linalg.norm(run.points - minimum, axis=1) for minimum in minima])
    nearest = distances[np.argmin(distances[:, -1])]
    settled = settled_at(nearest, within)
    if settled is None:
        raise ValueError(
            f"After {run.steps} steps {run.label} is {number_text(nearest[-1])} from the minimum, not within "
            f"{number_text(within)}: give it more steps, or another rate."
        )
    return settled


def settled_at(distances: NDArray[np.float64], within: float) -> int | None:
    """Return the first index from which all distances stay below `within`, None if the last one is not.

    >>> settled_at(np.array([3, 1, 2, 1]), 2), settled_at(np.array([1, 2]), 2)
    (3, None)
    """
    outside = np.flatnonzero(~(distances < within))
    first = int(outside[-1]) + 1 if len(outside) else 0
    return None if first == len(distances) else first
