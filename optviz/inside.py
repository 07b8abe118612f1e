"""The inside of a run: gradient, remembered values and the length of each step."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from . import look
from .driver import iterate
from .labels import LEADING, spread
from .look import LINE, NORMAL, SMALL, THIN
from .sheet import (
    Sheet,
    checked_title,
    draw_frame,
    figure_for,
    panel,
    single_run,
    size_of,
    what_was_the_same,
    write_headline,
)
from .trajectory import Trajectory
from .words import number_text

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def plot_state(
    run: Trajectory,
    figure: Figure | SubFigure | None = None,
    *,
    title: str | None = None,
    theme: str | None = None,
    context: str = "notebook",
) -> NDArray[Any]:
    """Draw what a rule sees, what it remembers and how far it moves, each against the steps of the run.

    The panels are the gradient, each remembered value as it is before the step, and the length of the step in each
    coordinate. Positive values that span more than three powers of ten get a logarithmic axis. A remembered value
    that is neither a number nor one number a coordinate (the cells of the learned optimiser) is named below the
    title instead of being drawn.

    Args:
        run: one run of any number of coordinates.
        figure: where to draw, a Figure or a SubFigure, which is emptied; a new one if None.
        title: the headline; rule and objective if None, no headline at all if "".
        theme: "light" or "dark"; None follows the figure's background; see `plot_2d`.
        context: "notebook", or "talk" for a projector.

    Returns an array with the Axes of the panels, in the order gradient, remembered values, step. Raises TypeError or
    ValueError with one sentence for anything but a single run.
    """
    run, title = single_run(run, "plot_state"), checked_title(title)
    scale = look.scale_of(context)
    values, left_out = _inside(run)
    columns = 1 if len(values) <= 3 else 2 if len(values) <= 8 else 3
    rows = -(-len(values) // columns)
    size = (7.2 if columns < 3 else 10.2, scale * (1.05 + 1.25 * rows))
    figure = figure_for(figure, theme, size)
    width, height = size_of(figure)
    # A small figure gets smaller letters.
    scale *= min(1.0, width / (2.4 * columns * scale), height / size[1])
    colours = look.theme_of(theme, figure.get_facecolor())
    cell = width / columns, (height - scale * 1.05) / rows
    panels: list[Axes] = []
    for place, (name, numbers) in enumerate(values.items()):
        row, column = place % rows, place // rows
        x, y, w, h = panel(cell, (0.66, 0.1, 0.36, 0.36), scale)
        box = (column + x) / columns, ((rows - 1 - row + y) * cell[1] + 0.42 * scale) / height, w / columns
        ax = figure.add_axes((*box, h * cell[1] / height))
        last = place == len(values) - 1 or row == rows - 1
        _draw_values(Sheet(ax, colours, scale), run, name, numbers, last)
        panels.append(ax)
    words = what_was_the_same([run])
    if run.diverged_at is not None:
        words.append(f"diverged at step {run.diverged_at}")
    if left_out:
        words.append(f"not drawn: {', '.join(left_out)}, many numbers a coordinate")
    title = f"Inside {run.label} on {run.objective.label}" if title is None else title
    write_headline(Sheet(panels[0], colours, scale), title, words, 18 * scale)
    return np.array(panels)


def _inside(run: Trajectory) -> tuple[dict[str, NDArray[np.float64]], list[str]]:
    """Return what is drawn, each `(steps, coordinates or 1)`, and the names of what is not."""
    n = run.objective.n
    steps = list(
        iterate(run.rule, run.objective, start=run.start, steps=run.steps, seed=run.seed, noise=run.noise,
                **run.settings)
    )  # fmt: skip
    values, left_out = {"gradient": np.array([step.g for step in steps])}, []
    for name in run.rule.state:
        shapes = {np.shape(step.state[name]) for step in steps}
        if shapes <= {(n,), ()}:
            values[f"{name}, remembered"] = np.array([np.broadcast_to(step.state[name], (n,)) for step in steps])
        else:
            left_out.append(name)
    with np.errstate(all="ignore"):
        values["length of the step"] = np.abs(np.diff(run.points, axis=0))
    kept = run.steps if run.diverged_at is None else max(run.diverged_at, 1)
    return {name: numbers[:kept] for name, numbers in values.items()}, left_out


def _draw_values(sheet: Sheet, run: Trajectory, name: str, numbers: NDArray, last: bool) -> None:
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    draw_frame(sheet)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    shared = bool((numbers == numbers[:, :1]).all()) and numbers.shape[1] > 1
    curves = numbers[:, :1] if shared else numbers
    ax.set_xlim(1, max(run.steps, 2))
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.grid(axis="y", color=colours.line, linewidth=0.6)
    ax.set_axisbelow(True)
    steps = np.arange(1, len(curves) + 1)
    several = curves.shape[1] > 1
    shades = (colours.run[1], colours.learner, colours.second_ink)
    for index, curve in enumerate(curves.T):
        ax.plot(steps, curve, color=shades[min(index, 2)], linewidth=(LINE if index == 0 else THIN) * scale,
                zorder=3)  # fmt: skip
    positive = curves[curves > 0]
    if len(positive) and not (curves < 0).any() and positive.max() > 1e3 * positive.min():
        ax.set_yscale("log", nonpositive="mask")
        ax.yaxis.set_major_locator(LogLocator(numticks=4))
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.minorticks_off()
    else:
        ax.yaxis.set_major_locator(MaxNLocator(3))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, place: number_text(value)))
    if last:
        ax.set_xlabel("step")
    else:
        ax.tick_params(labelbottom=False)
    ax.annotate(
        f"{name}, the same for all coordinates" if shared else name, (0, 1), (0, 5 * scale), xycoords="axes fraction",
        textcoords="offset points", fontsize=NORMAL * scale, color=colours.ink, annotation_clip=False,
    )  # fmt: skip
    if several:
        _name_coordinates(sheet, curves)


def _name_coordinates(sheet: Sheet, curves: NDArray) -> None:
    """Write x₁, x₂ beside the last values, in their order and clear of each other."""
    ax, scale = sheet.ax, sheet.scale
    low, high = ax.get_ylim()
    ends, last = {}, {}
    for index, curve in enumerate(curves.T[:6]):
        known = np.flatnonzero(np.isfinite(curve))
        if len(known):
            name = f"x{str(index + 1).translate(SUBSCRIPTS)}"
            ends[name], last[name] = float(np.clip(curve[known[-1]], low, high)), int(known[-1]) + 1
    order = sorted(ends, key=lambda name: -ends[name])
    if not order:  # no coordinate has a number
        return
    heights = sheet.in_points([(1, ends[name]) for name in order])[:, 1]
    (_, bottom), (_, top) = sheet.in_points([(1, low), (1, high)])
    for name, height, place in zip(order, heights, spread(heights, LEADING * SMALL * scale, bottom, top), strict=True):
        ax.annotate(
            name, (last[name], ends[name]), (5 * scale, place - height), textcoords="offset points", va="center",
            fontsize=SMALL * scale, color=sheet.colours.ink, annotation_clip=False,
        )  # fmt: skip
