"""Pictures of runs: Axes in, Axes out.

Each function takes one run or several, draws on `ax` (a new figure if None) and returns the Axes. Nothing is shown,
no global style is changed. `theme` is "light" or "dark", None follows the figure or the page; `context` is
"notebook", or "talk" for letters and lines that are read from the last row.
"""

from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray

from . import look
from .alt_text import describe
from .curves import curves_of, draw_curves, room_for_names
from .interact_figures import Picture
from .look import NORMAL
from .paths import crosses, draw_path, draw_several, ground_path, mark_start
from .sheet import (
    Box,
    Runs,
    Sheet,
    as_runs,
    checked_title,
    checked_view,
    figure_for,
    names_of,
    panel,
    sheet_on,
    size_of,
    title_of,
    what_was_the_same,
    write_headline,
)
from .shown import say
from .terrain import draw_landscape
from .trajectory import Trajectory
from .words import listed as in_words


def plot_2d(
    runs: Runs,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    view: Box | None = None,
    theme: str | None = None,
    context: str = "notebook",
) -> Axes:
    """Draw runs of two coordinates as paths over the filled contours of their objective.

    Args:
        runs: one run, or several on the same objective.
        ax: where to draw; a new figure if None.
        title: the headline; rule and objective if None, no headline at all if "".
        view: `((low, high), (low, high))`, the part of the landscape to show; widened to an equal scale on both axes.
        theme: "light" or "dark"; None follows the figure's background, and a new figure follows a dark page once
            a widget of ours has been shown in it.
        context: "notebook", or "talk" for a projector: letters, lines and marks half as large again.

    Raises TypeError or ValueError with one sentence for runs that are not of this kind.
    """
    return _landscape_with_runs(as_runs(runs, 2), ax, title, view, theme, context)


def plot_1d(
    runs: Runs,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    view: Box | None = None,
    theme: str | None = None,
    context: str = "notebook",
) -> Axes:
    """Draw runs of one coordinate as balls, with their tails, on the curve of their objective.

    Arguments and errors are those of `plot_2d`; `view` is `((low, high),)`.
    """
    return _landscape_with_runs(as_runs(runs, 1), ax, title, view, theme, context)


def plot_error(
    runs: Runs,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    theme: str | None = None,
    context: str = "notebook",
) -> Axes:
    """Draw the error of each run against its steps, on a logarithmic scale, with the names at the ends.

    The error is f - f*; where f* is not known it is f minus the lowest f of the run, and where there is no minimum
    the loss itself is drawn on a linear scale. The axis says which. Runs over an array of seeds,
    `train(..., seed=range(20))`, become one curve each: the median, in a band that holds the middle 80 % of the seeds.

    Arguments and errors are those of `plot_2d`; the runs may have any number of coordinates and different objectives.
    """
    runs, title = as_runs(runs, None, seeds=True), checked_title(title)
    curves, errors = curves_of(runs)
    width, height = room_for_names(curves)
    scale = look.scale_of(context)
    size = (7.2, max(3.8, scale * (height + 1.3)))
    sheet = sheet_on(ax, theme, context, size, (0.62, 0.5, width, 0.66))
    draw_curves(sheet, curves, errors)
    if title is None and errors:
        title = f"{title_of(runs)}: error {' or '.join(dict.fromkeys(run.error_label for run in runs))}"
    write_headline(sheet, title_of(runs) if title is None else title, what_was_the_same(runs))
    say(sheet.ax, describe(runs))
    return sheet.ax


def plot_race(
    runs: Runs,
    figure: Figure | SubFigure | None = None,
    *,
    title: str | None = None,
    view: Box | None = None,
    theme: str | None = None,
    context: str = "notebook",
) -> NDArray[Any]:
    """Draw the landscape with the paths of one- or two-dimensional runs, and their errors beside it.

    Colours and markers are the same in both; the names stand at the ends of the error curves. `figure` is where to
    draw: a Figure or a SubFigure, which is emptied; a new one if None. The other arguments and errors are those of
    `plot_2d`.

    Returns the two Axes in an array, landscape first.
    """
    runs, title = as_runs(runs, None, one_landscape=True), checked_title(title)
    curves, errors = curves_of(runs)
    width, height = room_for_names(curves)
    scale = look.scale_of(context)
    view = None if view is None else checked_view(view, runs[0].objective.n)
    size = (10.2 if scale == 1 else 13.3, max(4.7 * scale, scale * (height + 1.3)))
    figure = figure_for(figure, theme, size)
    size = size_of(figure)
    # Half of the figure for two panels is the least; a small figure gets smaller letters.
    scale *= min(1.0, 0.5 * size[0] / (scale * (width + 1.0)))
    # The landscape gets what the names and a readable error curve leave.
    right = scale * (width + 0.15) + 0.26 * size[0]
    left, bottom, land_width, land_height = panel(size, (0.66, 0.5, right / scale + 0.2, 0.66), scale)
    # A landscape much higher than wide would be widened to a view of nothing but slopes.
    kept = min(land_height, 1.2 * land_width * size[0] / size[1])
    land = figure.add_axes((left, bottom + land_height - kept, land_width, kept))
    error = figure.add_axes(panel(size, (size[0] / scale - right / scale + 0.3, 0.5, width, 0.66), scale))
    _landscape_with_runs(runs, land, title, view, theme, context, listed=True)
    sheet = Sheet(error, look.theme_of(theme, figure.get_facecolor()), scale)
    draw_curves(sheet, curves, errors)
    error.set_title(runs[0].error_label, loc="right", fontsize=NORMAL * scale, color=sheet.colours.second_ink)
    return np.array([land, error])


def _landscape_with_runs(
    runs: list[Trajectory],
    ax: Axes | None,
    title: str | None,
    view: Box | None,
    theme: str | None,
    context: str,
    listed: bool = False,
) -> Axes:
    objective, title = runs[0].objective, checked_title(title)
    flat = objective.n == 1
    size = (7.2, 4.6 if flat else 6.0)
    if view is not None:
        view = checked_view(view, objective.n)
    # From the dictionary below: rcParams looks at each value that it hands out.
    ground = (objective, str(view), theme, context, look.page_theme, *map(str, dict.values(rcParams)))
    ax = sheet_on(ax, theme, context, size, (0.68, 0.5, 0.18, 0.66), ground).ax
    paths = [ground_path(run) for run in runs]
    sheet = draw_landscape(ax, objective, view, theme=theme, scale=look.scale_of(context), avoid=paths)
    for start in np.unique([path[0] for path in paths], axis=0):
        mark_start(sheet, start)
    if len(runs) == 1:
        draw_path(sheet, runs[0], paths[0])
    else:
        draw_several(sheet, runs, paths, listed)
    words = what_was_the_same(runs)
    unseen = [name for name, path in zip(names_of(runs), paths, strict=True) if not crosses(sheet, path)]
    if unseen:
        words.append(f"outside of this view: {in_words(unseen, 3)}")
    write_headline(sheet, title_of(runs) if title is None else title, words)
    say(ax, describe(runs))
    if isinstance(ax.figure, Picture) and ax.figure.axes == [ax]:
        ax.figure.settle()
    return ax
