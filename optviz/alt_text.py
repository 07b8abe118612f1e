"""What a picture shows, in plain sentences: for screen readers, captions, and `alt` in a web page."""

import numpy as np

from .sheet import Runs, as_runs, names_of, what_was_the_same
from .trajectory import Trajectory
from .words import number_text, point_text


def describe(runs: Runs) -> str:
    """Return alternative text for a picture of one run or several: who ran where and how, and what became of it.

    It fits every picture of these runs, and goes with the file that is saved:
    `ax.figure.savefig("run.png", metadata={"Description": describe(run)})` (PNG and SVG keep a description, a PDF
    calls it "Subject").

    Raises TypeError or ValueError with one sentence for anything else than runs.

    >>> from optviz import train
    >>> print(describe(train("sgd", "quartic", lr=0.02, steps=40)))
    SGD on Quartic, lr 0.02, 40 steps, start −3: is trapped in the local minimum −1.5 from step 7 on: f − f* = 42.7.
    """
    runs = as_runs(runs, None, seeds=True)
    same = what_was_the_same(runs)
    if len(runs) == 1:
        (run,) = runs
        return f"{run.label} on {run.objective.label}, {', '.join(same)}, start {_start(run)}: {_verdict(run)}."
    places = sorted({run.objective.label for run in runs})
    starts = {_start(run) for run in runs}
    if len(starts) == 1:
        same[0] = f"same start {starts.pop()}"
    names = names_of(runs)
    own = [
        f"{name}{f' ({run.contract})' if 'different settings' in same and run.contract not in name else ''} "
        f"{_verdict(run)}."
        for name, run in zip(names, runs, strict=True)
    ]
    return f"{len(runs)} runs on {' and '.join(places)}, {', '.join(same)}. {' '.join(own)}"


def _start(run: Trajectory) -> str:
    return point_text(run.start) if run.start.ndim == 1 else "as given"


def _verdict(run: Trajectory) -> str:
    if not run.grid:
        return run.verdict
    last = np.asarray(run.losses if run.error is None else run.error)[-1]
    gone = int((np.asarray(run.diverged_at) >= 0).sum())
    low, middle, high = np.percentile(np.nan_to_num(last, nan=np.inf), (10, 50, 90), method="nearest")
    words = f"ends at {run.error_label} = {number_text(middle)} in the median, "
    words += f"{number_text(low)} to {number_text(high)} for the middle 80 % of its seeds"
    return f"{words}; {gone} of {run.grid[0]} diverged" if gone else words
