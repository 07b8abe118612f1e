"""`plot_sweep`: the final error of a rule against its learning rate."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import NDArray

from . import look
from .labels import LEADING, shifted, width_of
from .look import CASING, SMALL, THIN, Dress
from .racing import Race
from .sheet import Sheet, checked_title, draw_frame, sheet_on, write_headline
from .standings import best_of, standing_of, steps_to_tolerance
from .trajectory import Trajectory
from .verdicts import ARRIVED
from .words import number_text, point_text, setting_text

WORST = 1e3  # times the error at the start: what is above leaves through the top
_MARK, _NAME = 12.0, 20.0  # points between the panel and the column of markers, of names


def plot_sweep(
    swept: Any,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    theme: str | None = None,
    context: str = "notebook",
) -> Axes:
    """Draw what each rule reached against its learning rate, and mark the best rate.

    Both axes are logarithmic. Where the runs of a rule diverge, its curve leaves through the top. Best is what
    `race(..., tune="best")` takes: the earliest arrival, else the lowest final error. So the large mark need not stand
    at the lowest point; the name beside it says by which step it arrived.

    Args:
        swept: a race with `tune="best"`, or runs over an array of rates, `train("adam", lr=numpy.geomspace(...))`,
            one or a list or a dictionary of them.
        ax: where to draw; a new figure if None.
        title: the headline; rules and objective if None, no headline at all if "".
        theme: "light" or "dark"; None follows the figure's background; see `plot_2d`.
        context: "notebook", or "talk" for a projector.

    Raises TypeError or ValueError with one sentence for anything else.
    """
    given, title = _as_sweeps(swept), checked_title(title)
    sweeps = sorted(given, key=lambda sweep: standing_of(sweep.at(best_of(sweep))))
    scale = look.scale_of(context)
    errors = all(sweep.error is not None and sweep.objective.f_star is not None for sweep in sweeps)
    names = [_name(sweep, errors) for sweep in sweeps]
    alone = len(sweeps) == 1
    width = 0.3 if alone else (_NAME + max(width_of(name, SMALL) for name in names) + 10) / 72
    grow = scale**0.5  # larger letters need some more room, but not in proportion
    size = (6.2 * grow + scale * width, max(4.2 * grow, scale * (len(sweeps) * LEADING * SMALL / 72 + 1.4)))
    sheet = sheet_on(ax, theme, context, size, (0.7, 0.56, width, 0.66))
    # As in the other pictures of a race: by the order in which they were given.
    dressed = look.dresses([sweep.rule for sweep in given], sheet.colours)
    dresses = [dressed[given.index(sweep)] for sweep in sweeps]
    marks = _draw(sheet, sweeps, dresses, errors)
    if not alone:
        _list_names(sheet, dresses, names)
    elif marks:
        sheet.labels.place(names[0], marks[0], gap=9 * scale)
    if title is None:
        what = "Final error f − f*" if errors else "Final f"
        title = f"{what} against lr on {sweeps[0].objective.label}"
    words = [f"start {point_text(sweeps[0].start)}", f"{sweeps[0].steps} steps for each lr"]
    words += dict.fromkeys(_chosen(sweep, alone) for sweep in sweeps)
    words = [word for word in words if word]
    if any((np.asarray(sweep.diverged_at) >= 0).any() for sweep in sweeps):
        words.append("out through the top: diverged")
    words.append("large mark: the best lr")
    write_headline(sheet, title, words)
    return sheet.ax


def _as_sweeps(swept: Any) -> list[Trajectory]:
    """Return runs over an axis of rates, all on one landscape; or say what is wrong."""
    if isinstance(swept, Race):
        if not swept.sweeps:
            raise ValueError("This race has no sweep; race(..., tune='best') keeps those of its rules.")
        swept = swept.sweeps
    if isinstance(swept, Mapping):
        swept = swept.values()
    sweeps: list[Any] = (
        [swept] if isinstance(swept, Trajectory | str) or not isinstance(swept, Iterable) else list(swept)
    )
    if not sweeps:
        raise ValueError("There is no sweep to draw; give a race with tune='best', or train('adam', lr=[0.01, 0.1]).")
    for sweep in sweeps:
        if not isinstance(sweep, Trajectory):
            raise TypeError(
                f"plot_sweep draws a race with tune='best', or runs over an array of rates; got {sweep!r:.80}."
            )
        if len(sweep.grid) != 1 or np.shape(_rates(sweep)) != sweep.grid or not (_rates(sweep) > 0).all():
            raise ValueError(
                f"{sweep.label} was not run over an array of rates > 0 and nothing else, such as "
                f"train({sweep.rule.name!r}, lr=numpy.geomspace(0.001, 1, 25))."
            )
        if sweep.objective is not sweeps[0].objective:
            raise ValueError(
                f"One picture shows one landscape; these runs are on {sweeps[0].objective.name} and "
                f"{sweep.objective.name}."
            )
        for what in ("steps", "start"):
            one, other = getattr(sweeps[0], what), getattr(sweep, what)
            if not np.array_equal(one, other):
                raise ValueError(
                    f"Sweeps are compared with the same {what}; these have {np.asarray(one).tolist()} and "
                    f"{np.asarray(other).tolist()}: run them anew with one."
                )
    return sweeps


def _chosen(sweep: Trajectory, alone: bool) -> str:
    """Return how the settings of a sweep were chosen, but for the rates, which the picture shows."""
    if not sweep.chosen:
        return sweep.contract
    others = [f"{name} {setting_text(sweep.settings[name])}" for name in sweep.chosen if name != sweep.rule.rate]
    return f"{'' if alone else f'{sweep.label}: '}{', '.join(others)}" if others else ""


def _rates(sweep: Trajectory) -> NDArray[np.float64]:
    value = None if sweep.rule.rate is None else sweep.settings[sweep.rule.rate]
    return np.zeros(0) if value is None or callable(value) else np.asarray(value, dtype=np.float64)


def _name(sweep: Trajectory, errors: bool) -> str:
    """Return the name of a rule, its best rate, and what that reached."""
    best = sweep.at(best_of(sweep))
    rate = f"{sweep.label}, lr {number_text(best.settings[str(sweep.rule.rate)])}"
    if best.diverged_at is not None:
        return f"{sweep.label}: diverged at every lr"
    step = steps_to_tolerance(best)
    if step is not None:
        return f"{rate}: arrived by step {step}"
    return f"{rate}: {number_text(_ends(best, errors).item())}"


def _ends(run: Trajectory, errors: bool) -> NDArray[np.float64]:
    """Return the last error, or loss, of a run or of each in a grid; inf where it diverged."""
    ends = np.asarray(run.losses[-1])
    if errors:
        ends = np.maximum(ends - run.objective.f_star, run.rounding)
    gone = run.diverged_at is not None if not run.grid else np.asarray(run.diverged_at) >= 0
    return np.where(gone, np.inf, ends)


def _draw(
    sheet: Sheet, sweeps: Sequence[Trajectory], dresses: Sequence[Dress], errors: bool
) -> list[tuple[float, float]]:
    """Draw the curves with frame and axes, the better above the others; return where their best rates are marked."""
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    draw_frame(sheet)
    rates = np.concatenate([_rates(sweep) for sweep in sweeps])
    ends = np.concatenate([_ends(sweep, errors) for sweep in sweeps])
    ends = ends[np.isfinite(ends)]
    start = float(sweeps[0].losses[0, 0]) - (sweeps[0].objective.f_star or 0.0) * errors
    low, high = min([start, *ends]), max([start, *ends[ends <= WORST * start]] if errors else [start])
    ax.set_xscale("log")
    ax.set_xlim(rates.min() / 1.1, rates.max() * 1.1)
    ax.set_xlabel("lr")
    if errors:
        pad = max((high / low) ** 0.06, 1.5)
        ax.set_yscale("log")
        ax.set_ylim(low / pad, high * pad)
        ax.yaxis.set_major_locator(LogLocator(numticks=7))
        ax.yaxis.set_minor_formatter(NullFormatter())
    else:
        pad = 0.06 * (high - low) or 1.0
        ax.set_ylim(low - pad, high + pad)
    ax.minorticks_off()
    ax.grid(axis="y", color=colours.line, linewidth=0.6)
    ax.set_axisbelow(True)
    above = 10 * abs(ax.get_ylim()[1]) + 1.0
    for place, sweep in enumerate(reversed(sweeps)):
        values = np.minimum(_ends(sweep, errors), above)
        points = np.column_stack([_rates(sweep), values])
        dress = dresses[-1 - place]
        order = 3 + place / len(sweeps)
        ax.plot(*points.T, color=colours.casing, linewidth=CASING * scale, alpha=0.8, zorder=order)
        ax.plot(*points.T, color=dress.colour, linewidth=1.5 * scale, linestyle=dress.dash, zorder=order)
        sheet.labels.avoid(points)
        if 1 < len(sweeps) <= 6:  # tells the members of a family apart
            for point in sheet.inside(points[place + 2 :: 8]):
                sheet.run_mark(point, dress, 5)
    marks = []
    for sweep, dress in reversed([*zip(sweeps, dresses, strict=True)]):
        best = best_of(sweep)
        if np.isfinite(_ends(sweep, errors)[best]):
            marks.append((float(_rates(sweep)[best]), float(_ends(sweep, errors)[best])))
            sheet.run_mark(marks[-1], dress)
            sheet.labels.block(marks[-1], 5 * scale)
    levels = {"start": start, "1/10,000 of it": ARRIVED * start} if errors else {"start": start}
    for words, level in levels.items():
        if ax.get_ylim()[0] < level < ax.get_ylim()[1]:
            ax.axhline(level, color=colours.second_ink, linewidth=THIN * scale, linestyle=(0, (4, 3)), zorder=1)
            at = (ax.get_xlim()[0] * 1.15, level)
            sheet.labels.place(words, at, gap=4 * scale, colour=colours.second_ink, needed=False)
    return marks


def _list_names(sheet: Sheet, dresses: Sequence[Dress], names: Sequence[str]) -> None:
    """List the names beside the panel, the best on top, each with the marker that stands at its best rate."""
    (_, bottom), (_, top) = sheet.ax.transAxes.transform([(0, 0), (0, 1)]) * 72 / sheet.ax.figure.dpi
    line = LEADING * SMALL * sheet.scale
    room = int((top - bottom) / line)
    for row, (dress, name) in enumerate(zip(dresses, names, strict=True)):
        down = -(row + 0.5) * line
        if row >= room - 1 and len(names) > room:
            sheet.ax.annotate(
                f"and {len(names) - row} more", (1, 1), (_NAME * sheet.scale, down), xycoords="axes fraction",
                textcoords="offset points", va="center", fontsize=SMALL * sheet.scale, color=sheet.colours.ink,
                annotation_clip=False,
            )  # fmt: skip
            return
        at = (1, sheet.ax.get_ylim()[1])
        sheet.run_mark(at, dress, 7, transform=shifted(sheet.ax, _MARK * sheet.scale, down))
        sheet.ax.annotate(
            name, (1, 1), (_NAME * sheet.scale, down), xycoords="axes fraction", textcoords="offset points",
            va="center", fontsize=SMALL * sheet.scale, color=sheet.colours.ink, annotation_clip=False,
        )  # fmt: skip
