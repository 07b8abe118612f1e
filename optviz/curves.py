"""Errors against steps: the curves, the band over seeds, the limit of float64, and the names at the ends."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from . import look
from .labels import LEADING, shifted, spread, width_of
from .look import CASING, LINE, SMALL, THIN, Dress
from .sheet import Sheet, draw_frame, names_of, size_of
from .trajectory import Trajectory
from .words import number_text

HUGE = 1e200  # stands for what is not finite where a median is taken
BAND = 80  # per cent of the seeds
_MARK, _NAME = 12.0, 20.0  # points between the panel and the column of markers, of names


class Curve(NamedTuple):
    """A run, its error at each step (the median over its seeds), and what stands at the end of the curve."""

    run: Trajectory
    values: NDArray[np.float64]
    name: str


def curves_of(runs: Sequence[Trajectory]) -> tuple[list[Curve], bool]:
    """Return the curve of each run and whether they are errors; on landscapes without a minimum they are losses."""
    errors = all(run.error is not None for run in runs)
    curves = []
    for run, name in zip(runs, names_of(runs), strict=True):
        values = _values(run, errors)
        values = np.median(values, axis=1) if run.grid else values
        curves.append(Curve(run, values, _ending(run, values, "" if len(runs) == 1 else name)))
    return curves, errors


def room_for_names(curves: Sequence[Curve]) -> tuple[float, float]:
    """Return the width and the height in inches, in a notebook, that the names at the ends need."""
    width = max(width_of(curve.name, SMALL) for curve in curves)
    return (_NAME + width + 10) / 72, len(curves) * LEADING * SMALL / 72


def draw_axes(sheet: Sheet, curves: Sequence[Curve], errors: bool) -> float:
    """Draw frame and axes, wide enough for all of the curves; return the value below which nothing is drawn."""
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    draw_frame(sheet)
    ax.set_xlim(0, max(curve.run.steps for curve in curves))
    ax.set_xlabel("step")
    ax.xaxis.set_major_locator(MaxNLocator(6 if scale == 1 else 4, integer=True))
    ax.grid(axis="y", color=colours.line, linewidth=0.6)
    ax.set_axisbelow(True)
    return _logarithmic(sheet, curves) if errors else -np.inf


def draw_curves(sheet: Sheet, curves: Sequence[Curve], errors: bool) -> None:
    """Draw the curves with frame, axes and the names at their ends."""
    _make_room(sheet, curves)
    floor = draw_axes(sheet, curves, errors)
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    steps = max(curve.run.steps for curve in curves)
    alone = len(curves) == 1
    dresses = _dresses(sheet, curves)
    ordered = sorted(zip(curves, dresses, strict=True), key=lambda one: -np.nan_to_num(one[0].values[-1], nan=np.inf))
    for place, (curve, dress) in enumerate(ordered):
        run = curve.run
        with np.errstate(all="ignore"):
            values = np.maximum(curve.values, floor)
        points = np.column_stack([np.arange(run.steps + 1.0), values])
        ax.plot(*points.T, color=colours.casing, linewidth=CASING * scale, alpha=0.8, zorder=2)
        if run.grid:
            _draw_band(ax, run, np.maximum(_values(run, errors), floor), dress, scale)
        else:
            ax.plot(*points.T, color=dress.colour, linewidth=(LINE if alone else 1.5) * scale, zorder=3,
                    linestyle=dress.dash)  # fmt: skip
        if 1 < len(curves) <= 6:
            # Some markers along the way tell the members of a family apart; at other steps for each curve.
            every = max(steps // 6, 1)
            for point in sheet.inside(points[(place + 1) * every // (len(curves) + 1) :: every]):
                sheet.run_mark(point, dress, 5.5)
        sheet.labels.avoid(points)
    if errors:
        _name_limit(sheet, curves, floor)
    if alone:
        _explain(sheet, curves[0])
    _name_ends(sheet, curves, floor)


def _dresses(sheet: Sheet, curves: Sequence[Curve]) -> list[Dress]:
    """Return how each curve is drawn; a run alone has the colour of a run."""
    dresses = look.dresses([curve.run.rule for curve in curves], sheet.colours)
    return dresses if len(curves) > 1 else [dresses[0]._replace(colour=sheet.colours.run[1])]


def _make_room(sheet: Sheet, curves: Sequence[Curve]) -> None:
    """Make the panel narrower if the names would not fit between it and what is on its right, as a colour bar does."""
    figure, box = sheet.ax.figure, sheet.ax.get_position(original=True)
    others = [ax.get_position(original=True) for ax in figure.axes]
    right = [other for other in others if other.x0 >= box.x1 and other.y0 < box.y1 and other.y1 > box.y0]
    width = size_of(figure)[0]
    # The axis on the right has numbers of its own.
    free = min([1.0, *(other.x0 - 0.5 * sheet.scale / width for other in right)]) - box.x1
    missing = sheet.scale * room_for_names(curves)[0] / width - free
    if missing > 1 / (72 * width) and figure.get_layout_engine() is None:  # which would make room by itself
        sheet.ax.set_position((box.x0, box.y0, max(box.width - missing, 0.3 * box.width), box.height))


def _values(run: Trajectory, errors: bool) -> NDArray[np.float64]:
    values = np.asarray(run.error if errors else run.losses)
    return np.where(np.isfinite(values), np.minimum(values, HUGE), HUGE) if run.grid else values


def _ending(run: Trajectory, values: NDArray, name: str) -> str:
    """Return what stands at the end of a curve: name, error, and why it ends there if that needs a word."""
    if run.grid:
        gone = int((np.asarray(run.diverged_at) >= 0).sum())
        note = f", {gone} of {run.grid[0]} diverged" if gone else ""
    else:
        note = ", local minimum" if name and run.arrival and run.arrival.above else ""
        if run.diverged_at is not None:
            return f"{name}{name and ': '}diverged at step {run.diverged_at}"
    below = "< " if run.error is not None and values[-1] <= floor_of([run]) else ""
    end = max(float(values[-1]), floor_of([run])) if below else float(values[-1])
    return f"{name}{name and ': '}{below}{number_text(end)}{note}"


def floor_of(runs: Sequence[Trajectory]) -> float:
    """Return the error below which nothing is drawn, because it cannot be told from 0."""
    return max(run.rounding for run in runs)


def _logarithmic(sheet: Sheet, curves: Sequence[Curve]) -> float:
    """Set the logarithmic axis; return the error below which all is drawn on a line that says why."""
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    floor = floor_of([curve.run for curve in curves])
    with np.errstate(all="ignore"):
        everything = [np.maximum(curve.values, floor) for curve in curves]
        finite = np.concatenate([values[np.isfinite(values)] for values in everything])
        bands = [_band(_values(curve.run, True)) for curve in curves if curve.run.grid]
    if not len(finite):  # no run has a number: an empty panel, and words that say why
        return floor
    highest = 300 * max(values[0] for values in everything)  # a run that diverges leaves through the top
    # A band may reach very far down for a step; most of it is enough.
    low = max(floor, min([finite.min(), *(np.quantile(band[0], 0.1) for band in bands)]))
    high = min(max([finite.max(), *(band[1].max() for band in bands)]), max(highest, floor))
    pad = max((high / low) ** 0.08, 2.0)
    ax.set_yscale("log")
    ax.set_ylim(low / pad, high * pad)
    if high * pad < 300 * low / pad:  # a power of ten alone would be too few numbers
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, place: number_text(value)))
    else:
        ax.yaxis.set_major_locator(LogLocator(numticks=7))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.minorticks_off()
    if (finite <= floor).any():
        ax.axhline(floor, color=colours.second_ink, linewidth=THIN * scale, linestyle=(0, (4, 3)), zorder=1)
    return floor


def _name_limit(sheet: Sheet, curves: Sequence[Curve], floor: float) -> None:
    """Say what the line is on which errors stand that cannot be told from 0."""
    if any((curve.values <= floor).any() for curve in curves):
        known = any(curve.run.objective.f_star for curve in curves)
        words = "limit of float64" if known else f"below {number_text(floor)}"
        at = (0.6 * sheet.ax.get_xlim()[1], floor)
        sheet.labels.place(words, at, gap=4 * sheet.scale, colour=sheet.colours.second_ink)


def _band(values: NDArray) -> NDArray[np.float64]:
    return np.percentile(values, (50 - BAND / 2, 50 + BAND / 2), axis=1)


def _draw_band(ax: Axes, run: Trajectory, values: NDArray, dress: Dress, scale: float) -> None:
    """Draw the median over the seeds and the middle of them."""
    import seaborn  # here, because it brings pandas along, which no other picture needs

    steps = np.repeat(np.arange(run.steps + 1), run.grid[0])
    seaborn.lineplot(
        x=steps, y=values.ravel(), estimator="median", errorbar=("pi", BAND), ax=ax, color=dress.colour, legend=False,
        linestyle=dress.dash, linewidth=LINE * scale, zorder=3, err_kws={"alpha": 0.22, "linewidth": 0, "zorder": 2.5},
    )  # fmt: skip
    ax.set(xlabel="step", ylabel="")


def _explain(sheet: Sheet, curve: Curve) -> None:
    """Say on a flat part of the only curve why it is flat."""
    run = curve.run
    if run.grid or run.diverged_at is not None or not run.arrival or not run.arrival.above:
        return
    step = (run.arrival.step + run.steps) // 2
    words = f"in a local minimum, {run.error_label} = {number_text(run.arrival.above)}"
    sheet.labels.place(words, (step, float(curve.values[step])), gap=7 * sheet.scale)


def _name_ends(sheet: Sheet, curves: Sequence[Curve], floor: float) -> None:
    """Name the runs beside their last errors, or where they leave through the top; the best at the bottom.

    Where the curves end too close for their names, the names stand in a column and thin lines lead to them.
    """
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    low, high = ax.get_ylim()
    alone, steps = len(curves) == 1, ax.get_xlim()[1]
    column: list[tuple[float, Curve, Dress, bool]] = []
    for curve, dress in zip(curves, _dresses(sheet, curves), strict=True):
        gone = np.flatnonzero(~(np.isfinite(curve.values) & (curve.values <= high)))
        left = not curve.run.grid and curve.run.diverged_at is not None and len(gone) > 0
        if left:
            edge = (max(int(gone[0]) - 1, 0) + 0.5, high)
            sheet.mark(edge, "^", 9, dress.colour, colours.casing, 1.0, 9, clip_on=False)
            if alone:
                sheet.labels.place(curve.name, edge, gap=9 * scale)
                continue
        end = (curve.run.steps, high if left else float(np.clip(np.maximum(curve.values[-1], floor), low, high)))
        if not left and curve.run.steps < steps:
            sheet.run_mark(end, dress)
            sheet.labels.place(curve.name, end, gap=8 * scale)
            continue
        if alone:
            sheet.mark(end, "o", 7, dress.colour, colours.casing, 1.0, 9, clip_on=False)
        column.append((end[1], curve, dress, left))
    if not column:
        return
    # Those that have left stand on top, then from the highest end to the lowest.
    column.sort(key=lambda entry: (not entry[3], -entry[0]))
    heights = sheet.in_points([(steps, end) for end, *_ in column])[:, 1]
    (_, bottom), (_, top) = sheet.in_points([(0, low), (0, high)])
    line = LEADING * SMALL * scale
    room = max(int((top - bottom) / line) + 1, 2)
    more = len(column) - room + 1 if len(column) > room else 0
    column, heights = column[more:], heights[more:]
    if more:
        heights = np.concatenate([[top], heights])
    places = spread(heights, line, bottom, top)
    if more:
        _write(sheet, f"and {more} higher ones", high, places[0] - heights[0], _NAME)
        heights, places = heights[1:], places[1:]
    for (end, curve, dress, left), height, place in zip(column, heights, places, strict=True):
        _write(sheet, curve.name, end, place - height, _MARK - 3 if alone else _NAME)
        if alone:
            continue
        shift = place - height
        sheet.run_mark((1, end), dress, 7, transform=shifted(ax, _MARK * scale, shift))
        if not left:
            ax.annotate(
                "", (1, end), (_MARK * scale, shift), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
                annotation_clip=False, zorder=8,
                arrowprops={"arrowstyle": "-", "color": dress.colour, "linewidth": 0.8 * scale,
                            "shrinkA": 0, "shrinkB": 0},
            )  # fmt: skip


def _write(sheet: Sheet, text: str, end: float, shift: float, indent: float) -> None:
    sheet.ax.annotate(
        text, (1, end), (indent * sheet.scale, shift), xycoords=sheet.ax.get_yaxis_transform(),
        textcoords="offset points", va="center", fontsize=SMALL * sheet.scale, color=sheet.colours.ink, zorder=10,
        annotation_clip=False,
    )  # fmt: skip
