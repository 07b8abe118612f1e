"""What lessons draw and no other picture shows, in the look of the others: numbers, maps of runs, windows of rates."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, LogNorm
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from .. import look
from ..labels import LEADING, shifted, spread, width_of
from ..look import NORMAL, SMALL
from ..sheet import Sheet, draw_frame, sheet_on, write_headline
from ..words import number_text

SAMPLE = 16  # points of each line beside its name


def plot_values(
    values: Mapping[str, Any],
    ax: Axes | None = None,
    *,
    title: str = "",
    across: str = "step",
    at: Any = None,
    dots: bool = False,
    log: bool = False,
    theme: str | None = None,
    context: str = "notebook",
) -> Axes:
    """Draw series of numbers, with their names and a piece of each line at the right; dashes tell them apart too.

    Args:
        values: name -> numbers, or `(steps, k)` for k thin lines of one name; those that are not finite leave a gap.
        ax: where to draw; a new figure if None.
        title: the headline.
        across: the name of the axis below.
        at: where the numbers stand on it, the same for all; 0, 1, 2, ... if None.
        dots: draw points without lines between them.
        log: equal distances upwards are equal factors; what is not above 0 leaves a gap.
        theme, context: as in `plot_2d`.
    """
    scale = look.scale_of(context)
    room = (
        max((width_of(name, SMALL * scale, "normal") for name in values), default=0) / 72 / scale + (SAMPLE + 20) / 72
    )
    sheet = sheet_on(ax, theme, context, (7.2, 3.8), (0.62, 0.5, room, 0.5))
    ax, colours = sheet.ax, sheet.colours
    draw_frame(sheet)
    ax.grid(axis="y", color=colours.line, linewidth=0.6)
    ax.set_axisbelow(True)
    ends = []
    shades = (colours.second_ink, colours.run[0], colours.run[1], colours.ink)
    for i, (name, numbers) in enumerate(values.items()):
        numbers = np.asarray(numbers, dtype=float)
        numbers = np.where(np.isfinite(numbers) & ((numbers > 0) | (not log)), numbers, np.nan)
        where = np.arange(len(numbers)) if at is None else np.asarray(at, dtype=float)
        if len(where) != len(numbers):
            raise ValueError(
                f"plot_values draws one row of numbers at each place: {len(where)} places in `at`, and {len(numbers)} "
                f"rows of {name!r}. If they are its columns, hand over the numbers turned, `numbers.T`."
            )
        if dots:
            style: dict[str, Any] = {"linestyle": "none", "marker": ".", "markersize": 1.5 * scale}
        else:
            style = {"linestyle": look.DASHES[i % len(look.DASHES)], "linewidth": 1.6 * scale}
        style["color"] = shades[i % len(shades)] if len(values) > 1 else colours.run[1]
        ax.plot(where, numbers, **{**style, "linewidth": 0.7 * scale} if numbers.ndim > 1 else style)
        last = numbers[np.isfinite(numbers)] if numbers.ndim == 1 else numbers[-1, np.isfinite(numbers[-1])]
        if name and len(last):
            # Of many lines the name stands where most of them end.
            ends.append((float(last[-1] if numbers.ndim == 1 else np.sort(last)[len(last) // 2]), name, style))
    ax.margins(x=0)
    if log:
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
        ax.yaxis.set_minor_locator(NullLocator())
    ax.set_xlabel(across)
    if at is None:
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    write_headline(sheet, title, [])
    ends.sort(key=lambda end: -end[0])
    if ends:
        (_, bottom), (_, top) = sheet.in_points([(0, low) for low in ax.get_ylim()])
        heights = sheet.in_points([(0, end) for end, _, _ in ends])[:, 1]
        places = spread(heights, LEADING * SMALL * scale, bottom, top)
        sample = SAMPLE * scale / 72 / (ax.get_position().width * ax.figure.get_figwidth())  # type: ignore[union-attr]
        for (end, name, style), shift in zip(ends, places - heights, strict=True):
            sheet.line([(1, 1 + sample), (end, end)], transform=shifted(ax, 6 * scale, shift), clip_on=False, **style)
            ax.annotate(
                name, (1, end), ((10 + SAMPLE) * scale, shift), xycoords=ax.get_yaxis_transform(),
                textcoords="offset points", va="center", fontsize=SMALL * scale, color=colours.ink,
                annotation_clip=False,
            )  # fmt: skip
    return ax


def plot_map(
    kinds: Any,
    xs: Any,
    ys: Any,
    ax: Axes | None = None,
    *,
    names: Sequence[str],
    marks: Mapping[str, Sequence[float]] | None = None,
    title: str = "",
    across: str = "",
    up: str = "",
    theme: str | None = None,
    context: str = "notebook",
) -> Axes:
    """Draw a map of runs: `kinds` of shape `(ys, xs)` says by 0, 1, 2, ... what became of each, `names` what that is.

    `xs` and `ys` are equally spaced. Up to five kinds differ in brightness, not only in colour. `marks` are words to
    write at points of the map, such as the minima. The other arguments are those of `plot_values`.
    """
    sheet = _map_sheet(kinds, xs, ys, ax, theme, context, across, up, 0.18)
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    shades = [
        colours.soft, colours.run[0], colours.families["momentum"], colours.ink, colours.gradient,
    ][: len(names)]  # fmt: skip
    ax.images[0].set(cmap=ListedColormap(shades), clim=(-0.5, len(names) - 0.5))
    for word, at in (marks or {}).items():
        ax.annotate(
            word, (at[0], at[1]), ha="center", va="center", fontsize=NORMAL * scale, fontweight="bold",
            color=colours.ink, bbox={"boxstyle": "circle", "facecolor": colours.panel, "edgecolor": colours.second_ink},
        )  # fmt: skip
    write_headline(sheet, title, [], lift=4 * scale)
    _legend(sheet, [Patch(facecolor=shade, edgecolor=colours.second_ink, label=name)
                    for shade, name in zip(shades, names, strict=True)])  # fmt: skip
    return ax


def plot_shades(
    numbers: Any,
    xs: Any,
    ys: Any,
    ax: Axes | None = None,
    *,
    never: str = "",
    what: str = "steps",
    smooth: bool = False,
    lines: Mapping[str, Any] | None = None,
    points: Mapping[str, Any] | None = None,
    title: str = "",
    across: str = "",
    up: str = "",
    theme: str | None = None,
    context: str = "notebook",
) -> Axes:
    """Draw a map of numbers above 0, such as the steps that each run needs, on a logarithmic scale of brightness.

    `numbers` of shape `(ys, xs)` may be nan, and `never` says what that means; `what` is the name of the numbers.
    `smooth` lets the shades run into each other, for a landscape. `lines` and kinds of `points` are drawn over the map,
    name -> `(xs, ys)`. The other arguments are those of `plot_map`.
    """
    sheet = _map_sheet(numbers, xs, ys, ax, theme, context, across, up, 0.85)
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    # As in a landscape, bright is good; what never arrives is darkest.
    dark = colours.name == "dark"
    ramp = colours.terrain if dark else (*colours.terrain, colours.families["momentum"])
    nothing = colours.casing if dark else colours.second_ink
    (image,) = ax.images
    image.set(cmap=LinearSegmentedColormap.from_list("shades", ramp).with_extremes(bad=nothing), norm=LogNorm())
    image.set_interpolation("bilinear" if smooth else "nearest")
    image.autoscale()
    bar = ax.inset_axes((1.03, 0, 0.035, 1))
    ax.figure.colorbar(
        image, cax=bar, ticks=LogLocator(subs=(1, 2, 5)), format=lambda value, _: number_text(value, 4),
    )  # fmt: skip
    bar.minorticks_off()
    bar.tick_params(colors=sheet.outside.second_ink, labelsize=SMALL * scale, length=3 * scale)
    bar.set_title(what, fontsize=SMALL * scale, color=sheet.outside.second_ink, loc="left")
    for spine in bar.spines.values():
        spine.set_visible(False)
    style: dict[str, Any] = {"color": colours.run[1], "markeredgecolor": colours.casing, "markersize": 9 * scale}
    drawn = [
        *(Line2D(*line, label=name, linewidth=1.6 * scale, linestyle=dashes, color=colours.run[1])
          for (name, line), dashes in zip((lines or {}).items(), look.DASHES, strict=False)),
        *(Line2D(*np.reshape(where, (2, -1)), label=name, marker=shape, linestyle="none", **style)
          for (name, where), shape in zip((points or {}).items(), look.MARKERS, strict=False)),
    ]  # fmt: skip
    for artist in drawn:
        ax.add_artist(artist)
    write_headline(sheet, title, [], lift=4 * scale)
    missing = never and np.isnan(np.asarray(numbers, dtype=float)).any()
    _legend(sheet, [*[Patch(facecolor=nothing, edgecolor=colours.second_ink, label=never)] * bool(missing), *drawn])
    return ax


def _map_sheet(
    values: Any, xs: Any, ys: Any, ax: Axes | None, theme: str | None, context: str, across: str, up: str, right: float
) -> Sheet:
    """Return a sheet with an image of the values, one pixel a run; its colours are still to be chosen."""
    sheet = sheet_on(ax, theme, context, (7.2, 4.2), (0.62, 0.5, right, 0.8))
    draw_frame(sheet)
    (left, right), (low, high) = (np.asarray(one)[[0, -1]] for one in (xs, ys))
    dx, dy = (right - left) / (len(xs) - 1) / 2, (high - low) / (len(ys) - 1) / 2
    sheet.ax.imshow(
        values, extent=(left - dx, right + dx, low - dy, high + dy), origin="lower", aspect="auto",
        interpolation="nearest",
    )  # fmt: skip
    sheet.ax.set_xlabel(across)
    sheet.ax.set_ylabel(up)
    return sheet


def _legend(sheet: Sheet, handles: Sequence[Any]) -> None:
    """Say above the map what its colours are."""
    sheet.ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(handles), frameon=False,
        fontsize=SMALL * sheet.scale, labelcolor=sheet.outside.ink, borderaxespad=0.2, handlelength=1.2, borderpad=0,
    )  # fmt: skip


def plot_windows(
    found: Mapping[str, Any],
    rates: Any,
    ax: Axes | None = None,
    *,
    ticks: Mapping[str, float] | None = None,
    names: Sequence[str] = ("found", "tick"),
    title: str = "",
    words: Sequence[str] = (),
    theme: str | None = None,
    context: str = "notebook",
) -> Axes:
    """Draw a row for each name, with a square at every rate where `found` is true, and how many these are.

    Args:
        found: name -> truth values of the shape of `rates`.
        rates: the rates that were tried, in equal ratios.
        ticks: name -> a rate to be marked by a tick in its row.
        names: what a square and what a tick stands for.
        words: the line under the headline, such as the contract.
        ax, title, theme, context: as in `plot_values`.
    """
    scale = look.scale_of(context)
    room = max(width_of(name, SMALL * scale, "normal") for name in found) / 72 / scale + 0.25
    sheet = sheet_on(ax, theme, context, (7.2, 1.4 + 0.21 * len(found)), (room, 0.5, 0.45, 0.9))
    ax, colours = sheet.ax, sheet.colours
    draw_frame(sheet)
    rates, rows = np.asarray(rates, dtype=float), np.arange(len(found))
    half = (rates[-1] / rates[0]) ** (0.5 / (len(rates) - 1))  # half the way to the next rate
    ax.set_xscale("log")
    ax.set_xlim(rates[0] / half, rates[-1] * half)
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.minorticks_off()
    ax.set_xlabel("lr")
    ax.set_yticks(rows, list(found))
    ax.tick_params(axis="y", length=0, colors=sheet.outside.ink)
    for row, (name, hits) in enumerate(found.items()):
        hits = np.asarray(hits, dtype=bool)
        ax.plot(rates[[0, -1]], [row, row], color=colours.line, linewidth=0.8 * scale, zorder=1)
        ax.plot(rates[hits], np.full(hits.sum(), row), linestyle="none", marker="s", markersize=5 * scale,
                color=colours.run[1], zorder=2)  # fmt: skip
        if ticks and name in ticks:
            ax.plot(2 * [ticks[name]], [row - 0.36, row + 0.36], color=colours.ink, linewidth=2 * scale, zorder=3)
        ax.annotate(
            f"{hits.sum()}", (1, row), (8 * scale, 0), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
            va="center", fontsize=SMALL * scale, color=sheet.outside.ink, annotation_clip=False,
        )  # fmt: skip
    write_headline(sheet, title, words, lift=18 * scale)
    square = Line2D([], [], linestyle="none", marker="s", markersize=5 * scale, color=colours.run[1], label=names[0])
    tick = Line2D([], [], linestyle="none", marker="|", markersize=9 * scale, markeredgewidth=2 * scale,
                  color=colours.ink, label=names[1])  # fmt: skip
    ax.legend(
        handles=[square, tick] if ticks else [square], loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False,
        fontsize=SMALL * scale, labelcolor=sheet.outside.ink, borderaxespad=0.2, handletextpad=0.3, borderpad=0,
    )  # fmt: skip
    return ax
