"""Who came first: the order of runs on one landscape, their ties, and the best rate of a sweep."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .checking import ROUNDING, walks_apart
from .trajectory import Trajectory
from .words import listed


class Standing(NamedTuple):
    """How a run compares; of two runs the smaller standing is the better.

    Runs that diverged stand behind all others, among them the later the better. Of the others the one that has
    arrived earlier is better; then the one that ends lower, as far as float64 can tell. All that are trapped in a
    local minimum end at its height.
    """

    diverged: bool
    step: float
    end: float


class Place(NamedTuple):
    """A run and its rank, 1 for the best; runs that tie share one, and the ranks behind them are left out."""

    rank: int
    run: Trajectory


def steps_to_tolerance(run: Trajectory) -> int | None:
    """Return the first step from which the error stays below 1/10,000 of the start's; None if there is none.

    It is the step that the run's `verdict` names, so a local minimum is no arrival, and neither is passing by.
    """
    return run.arrival.step if run.arrival is not None and not run.arrival.above else None


def standing_of(run: Trajectory) -> Standing:
    """Return how a run compares with others on its landscape."""
    if run.diverged_at is not None:
        return Standing(True, -float(np.max(run.diverged_at)), 0.0)
    step = steps_to_tolerance(run)
    if step is None and run.arrival is not None:
        return Standing(False, np.inf, run.arrival.above)
    # The lowest loss that a run has seen is its own affair: where f* is not known, losses compare and errors do not.
    lowest = run.objective.f_star
    end = float(run.losses[-1]) if lowest is None else max(float(run.losses[-1]) - lowest, run.rounding)
    return Standing(False, np.inf if step is None else step, end)


def best_of(sweep: Trajectory) -> int:
    """Return the index of the best run of a grid with one axis, of equally good ones the first."""
    standings = [standing_of(sweep.at(index)) for index in range(sweep.grid[0])]
    return standings.index(min(standings))


def places(runs: Sequence[Trajectory]) -> list[Place]:
    """Return all runs with their ranks, the best first; what walked the same path shares a rank."""
    ranked: list[Place] = []
    for group in _by_rank(runs):
        rank = len(ranked) + 1
        ranked += [Place(rank, runs[index]) for index in sorted(index for path in group for index in path)]
    return ranked


def ties(runs: Sequence[Trajectory]) -> list[str]:
    """Return a sentence for each tie: who walked the same path, and who cannot be told apart by the result."""
    sentences = []
    for group in _by_rank(runs):
        for path in group:
            if len(path) > 1:
                names = listed([runs[index].label for index in path])
                first = runs[path[0]].points
                exact = all(np.array_equal(first, runs[index].points, equal_nan=True) for index in path)
                bound = "" if exact else " but for rounding (1e−9 of the way)"
                sentences.append(f"{names} walked the same path{bound}.")
        if len(group) > 1:
            names = listed([" = ".join(runs[index].label for index in path) for path in group])
            run = runs[group[0][0]]
            if run.diverged_at is not None:
                sentences.append(f"{names} tie: they diverged at the same step.")
            elif steps_to_tolerance(run) is not None:
                sentences.append(f"{names} tie: they arrived at the same step and end as low, as far as float64 tells.")
            elif run.arrival is not None:
                sentences.append(f"{names} tie: they are trapped at the same height.")
            else:
                sentences.append(f"{names} tie: they end equally low.")
    return sentences


def _by_rank(runs: Sequence[Trajectory]) -> list[list[list[int]]]:
    """Return the indices of the runs, best first: for each rank its paths, for each path the runs that walked it."""
    standings = [standing_of(run) for run in runs]
    ranks: dict[Standing, list[list[int]]] = {}
    for path in _paths(runs):
        ranks.setdefault(min(standings[index] for index in path), []).append(path)
    return [ranks[standing] for standing in sorted(ranks)]


def _paths(runs: Sequence[Trajectory]) -> list[list[int]]:
    """Return groups of runs that walked the same path, by their indices; in whatever order the runs are given."""
    paths: list[list[int]] = []
    for index, run in enumerate(runs):
        same = [path for path in paths if any(walk_alike(run, runs[other]) for other in path)]
        paths = [path for path in paths if path not in same] + [sorted(sum(same, [index]))]
    return sorted(paths)


def walk_alike(run: Trajectory, other: Trajectory) -> bool:
    """Return whether two runs walked the same path but for rounding, 1e-9 of the way so far."""
    pairs = ((run.points, other.points), (other.points, run.points))
    return run.points.shape == other.points.shape and not any(walks_apart(*pair, ROUNDING).any() for pair in pairs)
