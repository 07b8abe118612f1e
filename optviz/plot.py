"""Pictures: Axes in, Axes out.

Each function takes one run or several, draws on `ax` (a new figure if None) and returns the Axes. Nothing is shown,
no global style is changed.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from matplotlib.transforms import Bbox

from . import interact_figures, look
from .look import CASING, LINE, NORMAL, SMALL, THIN, TITLE, Theme
from .objective_function import Objective
from .trajectory import Trajectory
from .words import number_text

Runs = Trajectory | Iterable[Trajectory]
Box = Sequence[tuple[float, float]]


def plot_2d(
    runs: Runs,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    view: Box | None = None,
    theme: str | None = None,
) -> Axes:
    """Draw runs of two coordinates as paths over the filled contours of their objective.

    Args:
        runs: one run, or several on the same objective.
        ax: where to draw; a new figure if None.
        title: the headline; rule and objective if None, no headline at all if "".
        view: `((low, high), (low, high))`, the part of the landscape to show; widened to an equal scale on both axes.
        theme: "light" or "dark"; None follows the figure's background.

    Raises TypeError or ValueError with one sentence for runs that are not of this kind.
    """
    runs = _as_runs(runs, 2)
    objective = runs[0].objective
    ax, colours = _axes(ax, theme, (7.2, 6.0), (0.075, 0.085, 0.90, 0.815))
    left, bottom, width, height = _same_scale(ax, objective.view if view is None else view)
    ax.set(xlim=(left, left + width), ylim=(bottom, bottom + height))
    ax.set_aspect("equal", adjustable="box")
    _terrain(ax, objective, colours)
    _frame(ax, colours)
    ax.set_xlabel("x₁")
    ax.set_ylabel("x₂", rotation=0, ha="right", va="center")
    labels = _Labels(ax, colours)
    for run in runs:
        labels.avoid(_inside(ax, run.points))
    _mark_minima(ax, objective, colours, labels)
    if len(runs) == 1:
        _path(ax, runs[0], colours, labels)
    else:
        for run in runs:
            _thin_path(ax, run, colours)
        for run in runs:
            _name_at_end(ax, run, run.points, colours, labels)
    for start in np.unique([run.points[0] for run in runs], axis=0):
        _mark_start(ax, start, colours, labels)
    _headline(ax, runs, title, colours)
    return ax


def plot_1d(
    runs: Runs,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    view: Box | None = None,
    theme: str | None = None,
) -> Axes:
    """Draw runs of one coordinate as balls, with their tails, on the curve of their objective.

    Arguments and errors are those of `plot_2d`; `view` is `((low, high),)`.
    """
    runs = _as_runs(runs, 1)
    objective = runs[0].objective
    ax, colours = _axes(ax, theme, (7.2, 4.6), (0.1, 0.115, 0.875, 0.74))
    ((low, high),) = _checked_view(objective.view if view is None else view, 1)
    xs = np.linspace(low, high, 801)
    ys = objective(xs)
    bottom, top = float(ys.min()), float(ys.max())
    margin = 0.09 * (top - bottom)
    ax.set(xlim=(low, high), ylim=(bottom - margin, top + margin))
    ax.fill_between(xs, ys, bottom - margin, color=colours.soft, zorder=0, linewidth=0)
    ax.plot(xs, ys, color=colours.second_ink, linewidth=LINE, zorder=1)
    _frame(ax, colours)
    ax.grid(axis="y", color=colours.line, linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)
    ax.set_xlabel("x")
    ax.set_ylabel("f", rotation=0, ha="right", va="center")
    labels = _Labels(ax, colours)
    labels.avoid(np.column_stack([xs, ys])[::20])
    on_curve = [np.column_stack([run.points[:, 0], run.losses]) for run in runs]
    for points in on_curve:
        labels.avoid(_inside(ax, points))
    _mark_minima(ax, objective, colours, labels)
    for run, points in zip(runs, on_curve, strict=True):
        if len(runs) == 1:
            _path(ax, run, colours, labels, points)
        else:
            _thin_path(ax, run, colours, points)
    for run, points in zip(runs, on_curve, strict=True):
        if len(runs) > 1:
            _name_at_end(ax, run, points, colours, labels)
    for start in np.unique([points[0] for points in on_curve], axis=0):
        _mark_start(ax, start, colours, labels)
    _headline(ax, runs, title, colours)
    return ax


def plot_error(
    runs: Runs,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    theme: str | None = None,
) -> Axes:
    """Draw the error of each run against its steps, on a logarithmic scale, with the names at the ends.

    The error is f - f*; where f* is not known it is f minus the lowest f of the run, and where there is no minimum
    the loss itself is drawn on a linear scale. The axis says which. Arguments and errors are those of `plot_2d`; the
    runs may have any number of coordinates and different objectives.
    """
    runs = _as_runs(runs, None)
    ax, colours = _axes(ax, theme, (7.2, 3.8), (0.085, 0.135, 0.66, 0.69))
    _frame(ax, colours)
    steps = max(run.steps for run in runs)
    ax.set_xlim(0, steps)
    ax.set_xlabel("step")
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.grid(axis="y", color=colours.line, linewidth=0.6)
    ax.set_axisbelow(True)
    logarithmic = all(run.error is not None for run in runs)
    curves = [np.asarray(run.error if logarithmic else run.losses) for run in runs]
    if logarithmic:
        curves = _on_log_scale(ax, runs, curves, colours)
    _headline(ax, runs, f"Error {runs[0].error_label}" if title is None and logarithmic else title, colours)
    labels = _Labels(ax, colours)
    alone = len(runs) == 1
    for run, curve in zip(runs, curves, strict=True):
        points = np.column_stack([np.arange(run.steps + 1.0), curve])
        ax.plot(*points.T, color=colours.casing, linewidth=CASING, alpha=0.8, zorder=2)
        ax.plot(*points.T, color=colours.run[1] if alone else look.colour(run.rule, colours),
                linewidth=LINE if alone else 1.5, zorder=3)  # fmt: skip
        labels.avoid(_inside(ax, points))
    # From the highest end to the lowest, so that names keep the order of the curves.
    for run, curve in sorted(zip(runs, curves, strict=True), key=lambda pair: -np.nan_to_num(pair[1][-1])):
        _end_of_curve(ax, run, curve, colours, labels, alone)
    return ax


# --- what is given -------------------------------------------------------------------------------------------------


def _as_runs(runs: Any, n: int | None) -> list[Trajectory]:
    listed: list[Any] = [runs] if isinstance(runs, Trajectory | str) or not isinstance(runs, Iterable) else list(runs)
    if not listed:
        raise ValueError("There is no run to draw; give a run, such as train_2d('adam', lr=0.1), or a list of runs.")
    for run in listed:
        if not isinstance(run, Trajectory):
            raise TypeError(f"A run is needed, such as train_2d('adam', lr=0.1), or a list of runs; got {run!r:.80}.")
        if run.grid:
            raise ValueError(
                f"This is a grid of {' x '.join(map(str, run.grid))} runs; choose single ones to draw: "
                f"run.at({', '.join('0' for _ in run.grid)})."
            )
        if n is not None and run.objective.n != n:
            other = f"plot_{run.objective.n}d" if run.objective.n in (1, 2) else "plot_error"
            raise ValueError(f"plot_{n}d draws {n}-D runs; this one has {run.objective.n} coordinates: use {other}.")
        if n is not None and run.objective is not listed[0].objective:
            raise ValueError(
                f"One picture shows one landscape; these runs are on {listed[0].objective.name} and "
                f"{run.objective.name}."
            )
    return listed


def _checked_view(view: Any, n: int) -> list[tuple[float, float]]:
    try:
        pairs = np.asarray(view, dtype=np.float64).reshape(n, 2)
    except (TypeError, ValueError):
        pairs = np.full((n, 2), np.nan)
    if not np.isfinite(pairs).all() or not (pairs[:, 0] < pairs[:, 1]).all():
        raise ValueError(f"view must be {n} pair{'s' * (n > 1)} (low, high) with low < high; got {view!r}.")
    return [(float(low), float(high)) for low, high in pairs]


# --- the sheet -----------------------------------------------------------------------------------------------------


def _axes(
    ax: Axes | None, theme: str | None, size: tuple[float, float], panel: tuple[float, float, float, float]
) -> tuple[Axes, Theme]:
    """Return the Axes to draw on and the theme; a new figure has fixed margins, so that words find their place."""
    if ax is None:
        colours = look.theme_of(theme, plt.rcParams["figure.facecolor"])
        figure = interact_figures.figure(size)
        figure.set_facecolor(colours.background)
        ax = figure.add_axes(panel)
    elif not isinstance(ax, Axes):
        raise TypeError(f"ax must be a matplotlib Axes, such as plt.subplots()[1], or None; got {ax!r}.")
    else:
        colours = look.theme_of(theme, ax.figure.get_facecolor())
    return ax, colours


def _frame(ax: Axes, colours: Theme) -> None:
    ax.set_facecolor(colours.panel)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(colors=colours.second_ink, labelsize=SMALL, length=3, width=0.8)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set(color=colours.second_ink, fontsize=NORMAL)


def _headline(ax: Axes, runs: list[Trajectory], title: str | None, colours: Theme) -> None:
    """Write the title, and below it what makes the comparison fair or not."""
    if title == "":
        return
    if title is None:
        names = runs[0].label if len(runs) == 1 else f"{len(runs)} runs"
        title = f"{names} on {runs[0].objective.label}"
    steps = sorted({run.steps for run in runs})
    contracts = {run.contract for run in runs}
    parts = [
        contracts.pop() if len(contracts) == 1 else "different settings",
        f"{steps[0]} steps" if len(steps) == 1 else f"{steps[0]} to {steps[-1]} steps",
    ]
    if len(runs) > 1:
        same = len({tuple(run.points[0]) for run in runs}) == 1
        parts.insert(0, "same start" if same else "different starts")
    # A long headline gets smaller letters rather than being cut at the figure's edge.
    letters = FontProperties(size=TITLE, weight="bold")
    width = text_to_path.get_text_width_height_descent(title, letters, ismath=False)[0]
    room = 72 / ax.figure.dpi * (ax.figure.bbox.x1 - ax.get_window_extent().x0)
    size = TITLE * min(1, 0.98 * room / width) if width else TITLE
    ax.set_title(title, loc="left", color=colours.ink, fontsize=size, fontweight="bold", pad=20)
    ax.annotate(
        "  ·  ".join(parts), (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points",
        color=colours.second_ink, fontsize=NORMAL, annotation_clip=False,
    )  # fmt: skip


# --- the landscape -------------------------------------------------------------------------------------------------


def _same_scale(ax: Axes, view: Any) -> tuple[float, float, float, float]:
    """Widen the view to the shape of the panel, so that a unit is equally long on both axes.

    Only then does a gradient stand at right angles to the contours.
    """
    (left, right), (bottom, top) = _checked_view(view, 2)
    panel = ax.get_position(original=True).transformed(ax.figure.transSubfigure).size
    width, height, ratio = right - left, top - bottom, panel[0] / panel[1]
    new_width, new_height = max(width, height * ratio), max(height, width / ratio)
    return (left + right - new_width) / 2, (bottom + top - new_height) / 2, new_width, new_height


def _terrain(ax: Axes, objective: Objective, colours: Theme, points: int = 141) -> None:
    """Fill the contours, bright where f is low, and draw the lines a map would have."""
    x1, x2 = np.linspace(*ax.get_xlim(), points), np.linspace(*ax.get_ylim(), points)
    grid = np.stack(np.meshgrid(x1, x2))
    with np.errstate(all="ignore"):
        values = objective(grid)
    finite = np.isfinite(values)
    values = np.where(finite, values, values[finite].max() if finite.any() else 0.0)
    above = values - (values.min() if objective.f_star is None else min(objective.f_star, values.min()))
    # Equal steps of the logarithm show the floor of a valley; the quantile keeps the minimum from being a hole.
    height = np.log10(above + max(np.quantile(above, 0.02), 1e-12 * above.max(), 1e-300))
    shades = LinearSegmentedColormap.from_list("terrain", colours.terrain)
    if np.ptp(height) > 0:
        ax.contourf(x1, x2, height, 28, cmap=shades, zorder=0)
    else:
        ax.set_facecolor(colours.terrain[2])
        return
    if objective.log_levels:
        tens = np.arange(np.floor(np.log10(above.max())) - 6, np.ceil(np.log10(above.max())) + 1)
        major, minor = 10.0**tens, 3 * 10.0**tens
        # Rings tighter than the picture can show would be a blot at the minimum.
        lowest = np.quantile(above, 0.002)
        major, minor = (levels[(levels > lowest) & (levels < above.max())] for levels in (major, minor))
        base = above
    else:
        major = np.array(MaxNLocator(8).tick_values(values.min(), values.max()))
        major = major[(major > values.min()) & (major < values.max())]
        minor, base = np.array([]), values
    if len(minor):
        ax.contour(x1, x2, base, minor, colors=[colours.contour], linewidths=0.7, linestyles="solid", zorder=0.5)
    if len(major):
        lines = ax.contour(
            x1, x2, base, major, colors=[colours.contour], linewidths=1.0, linestyles="solid", zorder=0.5
        )
        style: dict[str, Any] = {"fmt": number_text, "fontsize": SMALL - 1}
        # Placed twice: a label near the edge would be cut, and hiding it would leave its gap in the line.
        places = [text.get_position() for text in lines.clabel(inline=False, **style)]
        for text in lines.labelTexts:
            text.remove()
        lines.labelTexts.clear()
        across, up = ax.transAxes.inverted().transform(ax.transData.transform(places)).T
        kept = (across > 0.04) & (across < 0.96) & (up > 0.03) & (up < 0.97)
        # Many small rings, each with its number, would hide the landscape.
        for text in lines.clabel(
            manual=np.array(places)[kept & (len(places) <= 24)].tolist(), colors=colours.contour_label, **style
        ):
            text.set_alpha(0.85)


def _mark_minima(ax: Axes, objective: Objective, colours: Theme, labels: "_Labels") -> None:
    """Mark every known minimum in the same way, and name it; among many only the best have names."""
    many = len(objective.minima or []) > 6
    for minimum in objective.minima or []:
        value = float(objective(minimum))
        x, y = minimum if objective.n == 2 else (minimum[0], value)
        if not len(_inside(ax, np.array([[x, y]]))):
            continue
        f_star = objective.f_star
        local = f_star is not None and value - f_star > 1e-9 * max(1.0, abs(f_star))
        if local and many:
            ax.plot(x, y, "+", markersize=6, markeredgecolor=colours.ink, markeredgewidth=0.9, alpha=0.7, zorder=4)
            continue
        for shape, size, width in (("o", 11, 1.3), ("+", 17, 1.1)):
            for colour, extra in ((colours.casing, 2.2), (colours.ink, 0.0)):
                ax.plot(x, y, shape, markersize=size, markerfacecolor="none", markeredgecolor=colour,
                        markeredgewidth=width + extra, zorder=4, alpha=0.9)  # fmt: skip
        labels.place("local minimum" if local else "minimum", (x, y), gap=11)


def _mark_start(ax: Axes, start: np.ndarray, colours: Theme, labels: "_Labels") -> None:
    if not len(_inside(ax, start[np.newaxis])):
        return
    ax.plot(*start, "o", markersize=11, markerfacecolor=colours.casing, markeredgecolor=colours.ink,
            markeredgewidth=2.2, zorder=8)  # fmt: skip
    ax.plot(*start, "o", markersize=3.6, color=colours.ink, zorder=8)
    labels.place("start", tuple(start), gap=9)


# --- paths ---------------------------------------------------------------------------------------------------------


def _drawable(ax: Axes, points: np.ndarray) -> tuple[np.ndarray, int | None]:
    """Return the points as far as they can be drawn, and the first step out of the view (None if none).

    Points far outside are moved towards the middle of the view along the ray to it, so that no coordinate is too
    large for the canvas; the path ends where it is no longer finite.
    """
    finite = np.isfinite(points).all(axis=1)
    points = points[: len(points) if finite.all() else int(finite.argmin())]
    low = np.array([ax.get_xlim()[0], ax.get_ylim()[0]])
    high = np.array([ax.get_xlim()[1], ax.get_ylim()[1]])
    middle, half = (low + high) / 2, (high - low) / 2
    with np.errstate(all="ignore"):
        away = np.abs((points - middle) / half).max(axis=1)
        shown = middle + (points - middle) * np.minimum(1, 20 / np.maximum(away, 1e-300))[:, np.newaxis]
    leaves = np.flatnonzero((away[1:] > 1) & (away[:-1] <= 1))
    return shown, int(leaves[0]) + 1 if len(leaves) else None


def _inside(ax: Axes, points: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
        return points[(points[:, 0] >= x0) & (points[:, 0] <= x1) & (points[:, 1] >= y0) & (points[:, 1] <= y1)]


def _path(ax: Axes, run: Trajectory, colours: Theme, labels: "_Labels", points: np.ndarray | None = None) -> None:
    """Draw one run: pale to full from first to last step, a dot a step, numbers at some of them."""
    shown, leaves = _drawable(ax, run.points if points is None else points)
    warm = LinearSegmentedColormap.from_list("run", colours.run)
    kept = len(shown) if leaves is None else leaves + 1
    path = shown[:kept]
    ax.plot(*path.T, color=colours.casing, linewidth=CASING, alpha=0.8, solid_joinstyle="round", zorder=5)
    segments = np.stack([path[:-1], path[1:]], axis=1)
    shades = warm(np.linspace(0, 1, max(run.steps, 2))[: len(segments)])
    ax.add_collection(LineCollection(list(segments), colors=shades, linewidths=LINE, zorder=6), autolim=False)
    if leaves is not None:
        ax.plot(*shown[leaves:].T, color=colours.run[1], linewidth=0.9, alpha=0.22, zorder=5)
        _leaves(ax, shown[leaves - 1 : leaves + 1], leaves, colours.run[1], colours, labels)
    dots = _spaced(ax, path, 5.5)
    ax.scatter(*path[dots].T, s=13 if run.steps <= 300 else 6, color=warm(dots / max(run.steps, 1)),
               edgecolors=colours.casing, linewidths=0.4, zorder=7)  # fmt: skip
    if leaves is None:
        ax.plot(*shown[-1], "o", markersize=8, color=colours.run[1], markeredgecolor=colours.casing,
                markeredgewidth=1.2, zorder=9)  # fmt: skip
    taken = [shown[0], shown[-1]]
    for step in (5, 10, 20, 50, 100, 200, 500) if run.steps <= 100 else (50, 100, 200, 500, 1000):
        if step < kept - 1 and len(_inside(ax, shown[step : step + 1])) and _far_from(ax, shown[step], taken, 30):
            taken.append(shown[step])
            ax.plot(*shown[step], "o", markersize=6.5, markerfacecolor=colours.casing, markeredgewidth=1.6,
                    markeredgecolor=colours.run[1], zorder=8)  # fmt: skip
            labels.place(str(step), shown[step], gap=5, colour=colours.run[1], weight="bold")


def _thin_path(ax: Axes, run: Trajectory, colours: Theme, points: np.ndarray | None = None) -> None:
    shown, leaves = _drawable(ax, run.points if points is None else points)
    path = shown if leaves is None else shown[: leaves + 1]
    shade = look.colour(run.rule, colours)
    ax.plot(*path.T, color=colours.casing, linewidth=3.4, alpha=0.8, zorder=5)
    ax.plot(*path.T, color=shade, linewidth=1.5, zorder=6)
    dots = _spaced(ax, path, 7)
    ax.scatter(*path[dots].T, s=6, color=shade, zorder=6.5, linewidths=0)


def _name_at_end(ax: Axes, run: Trajectory, points: np.ndarray, colours: Theme, labels: "_Labels") -> None:
    """Put the rule's marker and name where its path ends, or where it leaves the view."""
    shown, leaves = _drawable(ax, points)
    if leaves is None:
        if len(_inside(ax, shown[-1:])):
            _marker(ax, shown[-1], run, colours)
            labels.place(run.label, shown[-1], gap=8)
    else:
        shade = look.colour(run.rule, colours)
        _leaves(ax, shown[leaves - 1 : leaves + 1], leaves, shade, colours, labels, name=f"{run.label} ")


def _marker(ax: Axes, point: Sequence[float] | np.ndarray, run: Trajectory, colours: Theme) -> None:
    shape, filled = look.marker(run.rule)
    shade = look.colour(run.rule, colours)
    ax.plot(*point, shape, markersize=8.5, markerfacecolor=shade if filled else colours.casing,
            markeredgecolor=colours.casing if filled else shade, markeredgewidth=1.0 if filled else 1.6,
            zorder=9, clip_on=False)  # fmt: skip


def _leaves(ax, segment, step, shade, colours, labels, name="") -> None:
    """Mark where a path crosses the edge of the view, with a triangle that points out and the step."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    inside, outside = segment
    direction = outside - inside
    with np.errstate(all="ignore"):
        limits = np.where(direction > 0, [x1, y1], [x0, y0])
        shares = np.where(direction == 0, np.inf, (limits - inside) / direction)
    edge = inside + direction * np.clip(shares.min(), 0, 1)
    pixels = ax.transData.transform([edge, edge + direction * 1e-3])
    angle = np.degrees(np.arctan2(*(pixels[1] - pixels[0])[::-1])) - 90
    ax.plot(*edge, marker=(3, 0, angle), markersize=11, color=shade, markeredgecolor=colours.casing,
            markeredgewidth=1.0, zorder=9, clip_on=False)  # fmt: skip
    labels.place(f"{name}leaves the view at step {step}", edge, gap=11)


def _spaced(ax: Axes, path: np.ndarray, distance: float) -> np.ndarray:
    """Return the indices of points at least `distance` points (1/72 inch) from the one drawn before."""
    pixels = ax.transData.transform(path) * 72 / ax.figure.dpi
    kept = [0]
    for index in range(1, len(pixels)):
        if np.hypot(*(pixels[index] - pixels[kept[-1]])) >= distance:
            kept.append(index)
    return np.array(kept)


def _far_from(ax: Axes, point: np.ndarray, others: list[np.ndarray], distance: float) -> bool:
    pixels = ax.transData.transform([point, *others]) * 72 / ax.figure.dpi
    return bool((np.hypot(*(pixels[1:] - pixels[0]).T) >= distance).all())


# --- error curves --------------------------------------------------------------------------------------------------


def _on_log_scale(ax: Axes, runs: list[Trajectory], curves: list[np.ndarray], colours: Theme) -> list[np.ndarray]:
    """Set the logarithmic axis; errors too small to be told from 0 are drawn on a line that says so."""
    floor = _floor(runs)
    with np.errstate(all="ignore"):
        curves = [np.where(curve < floor, floor, curve) for curve in curves]
        finite = np.concatenate([curve[np.isfinite(curve)] for curve in curves])
    highest = 300 * max(curve[0] for curve in curves)  # a run that diverges leaves through the top
    low, high = finite.min(), min(finite.max(), max(highest, floor))
    pad = max((high / low) ** 0.08, 2.0)
    ax.set_yscale("log")
    ax.set_ylim(low / pad, high * pad)
    ax.yaxis.set_major_locator(LogLocator(numticks=7))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.minorticks_off()
    if (finite <= floor).any():
        known = any(run.objective.f_star for run in runs)
        ax.axhline(floor, color=colours.second_ink, linewidth=THIN, linestyle=(0, (4, 3)), zorder=1)
        ax.annotate("limit of float64" if known else f"below {number_text(floor)}", (0, floor), (4, 3),
                    xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=SMALL,
                    color=colours.second_ink)  # fmt: skip
    return curves


def _floor(runs: list[Trajectory]) -> float:
    """Return the error below which nothing is drawn: the rounding of f near f*, or of 1 where f* is smaller."""
    return float(np.finfo(np.float64).eps * max(1.0, *(abs(run.objective.f_star or 0.0) for run in runs)))


def _end_of_curve(ax: Axes, run: Trajectory, curve: np.ndarray, colours: Theme, labels: "_Labels", alone: bool) -> None:
    """Name the run at its last error, or where it leaves through the top."""
    low, high = ax.get_ylim()
    name = "" if alone else run.label
    gone = np.flatnonzero(~(np.isfinite(curve) & (curve <= high)))
    if run.diverged_at is not None and len(gone):
        edge = (max(int(gone[0]) - 1, 0) + 0.5, high)
        shade = colours.run[1] if alone else look.colour(run.rule, colours)
        ax.plot(*edge, "^", markersize=9, color=shade, markeredgecolor=colours.casing, zorder=9, clip_on=False)
        labels.place(f"{name} diverged at step {run.diverged_at}".strip(), edge, gap=9)
        return
    end = (run.steps, float(np.clip(curve[-1], low, high)))
    if alone:
        ax.plot(*end, "o", markersize=7, color=colours.run[1], markeredgecolor=colours.casing, zorder=9, clip_on=False)
    else:
        _marker(ax, end, run, colours)
    below = "< " if run.error is not None and curve[-1] <= _floor([run]) else ""
    labels.beside(f"{name} {below}{number_text(curve[-1])}".strip(), end)


# --- names beside things -------------------------------------------------------------------------------------------


class _Labels:
    """Places words so that they cover neither each other nor the paths, as far as there is room."""

    def __init__(self, ax: Axes, colours: Theme):
        self.ax, self.colours = ax, colours
        self.scale = ax.figure.dpi / 72
        self.boxes: list[Bbox] = []
        self.points = np.empty((0, 2))

    def avoid(self, points: np.ndarray) -> None:
        """Keep words off these points (data coordinates)."""
        with np.errstate(all="ignore"):
            self.points = np.vstack([self.points, self.ax.transData.transform(points)])

    def place(self, text: str, at: Sequence[float] | np.ndarray, gap: float, colour=None, weight="normal") -> None:
        """Write `text` near a point, `gap` points away, on the side with most room."""
        x, y = self.ax.transData.transform(at)
        panel = self.ax.transData.transform(
            [(a, b) for a, b in zip(self.ax.get_xlim(), self.ax.get_ylim(), strict=True)]
        )
        width, height = self._size(text, weight)
        best = None
        for (horizontal, vertical), reach in itertools.product(_SIDES, (1.0, 2.2, 3.6)):
            step = gap * self.scale * reach
            left = x + horizontal * step + (horizontal - 1) / 2 * width
            base = y + vertical * step + (vertical - 1) / 2 * height
            box = Bbox.from_bounds(left, base, width, height)
            cost = 4 * self._cover(box) + 40 * _outside(box, panel) + 0.6 * (reach - 1)
            if best is None or cost < best[0] - 1e-9:
                best = (cost, box)
        assert best is not None
        self._write(text, at, best[1], colour, weight)

    def beside(self, text: str, at: Sequence[float]) -> None:
        """Write `text` to the right of the panel at this height, moved up or down off its neighbours."""
        x, y = self.ax.transData.transform(at)
        width, height = self._size(text)
        box = Bbox.from_bounds(x + 8 * self.scale, y - height / 2, width, height)
        steps = sorted(np.arange(-40, 41) * height / 4, key=abs)
        for shift in steps:
            moved = box.translated(0, shift)
            if not any(_overlap(moved, other) for other in self.boxes):
                box = moved
                break
        self._write(text, at, box)

    def _cover(self, box: Bbox) -> float:
        """Return how much the box would cover: other words, then points of the paths."""
        words = sum(_overlap(box, other) for other in self.boxes) / max(box.width * box.height, 1)
        x, y = self.points.T
        margin = 3 * self.scale
        hit = (x > box.x0 - margin) & (x < box.x1 + margin) & (y > box.y0 - margin) & (y < box.y1 + margin)
        return 10 * words + min(int(hit.sum()), 8) / 4

    def _write(self, text: str, at: Any, box: Bbox, colour: str | None = None, weight: str = "normal") -> None:
        self.boxes.append(box)
        # An offset from the point, so that the word stays with it in a figure of another size or resolution.
        anchor = self.ax.transData.transform(at)
        offset = ((box.x0 - anchor[0]) / self.scale, (box.y0 + box.height / 2 - anchor[1]) / self.scale)
        self.ax.annotate(
            text, at, offset, textcoords="offset points", ha="left", va="center", fontsize=SMALL, fontweight=weight,
            color=self.colours.ink if colour is None else colour, zorder=10, annotation_clip=False,
            path_effects=[patheffects.withStroke(linewidth=2.6, foreground=self.colours.casing)],
        )  # fmt: skip

    def _size(self, text: str, weight: str = "normal") -> tuple[float, float]:
        """Return width and height of a line of text in pixels."""
        font = FontProperties(size=SMALL, weight=weight)
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
        return width * self.scale, 1.25 * SMALL * self.scale


_SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))


def _overlap(one: Bbox, other: Bbox) -> float:
    both = Bbox.intersection(one, other)
    return 0.0 if both is None else both.width * both.height


def _outside(box: Bbox, panel: np.ndarray) -> float:
    (x0, y0), (x1, y1) = panel
    over = max(x0 - box.x0, 0) + max(box.x1 - x1, 0) + max(y0 - box.y0, 0) + max(box.y1 - y1, 0)
    return over / max(box.height, 1)
