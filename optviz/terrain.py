"""The landscape of an objective: filled contours of two coordinates, the ground under a curve of one, the minima."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from . import look
from .interact_figures import Picture
from .look import LINE, SMALL
from .objective_function import Objective
from .sheet import Box, Sheet, background_of, checked_view, draw_frame
from .words import number_text


def draw_landscape(
    ax: Axes,
    objective: Objective,
    view: Box | None = None,
    *,
    theme: str | None = None,
    scale: float = 1.0,
    avoid: Iterable[NDArray] = (),
) -> Sheet:
    """Draw what lies under the runs: the terrain, its frame and its minima; everything that no slider changes.

    `view` is `((low, high), ...)`, the objective's own if None; `scale` is the size of letters, lines and marks. The
    words at the minima keep off the points in `avoid`, arrays `(k, 2)` in data coordinates.

    Returns the sheet, on which paths can be drawn. Raises ValueError for an objective of more than two coordinates.
    """
    sheet = Sheet(ax, look.theme_of(theme, background_of(ax.figure)), scale)
    if objective.n > 2:
        raise ValueError(f"A landscape has one or two coordinates; {objective.name} has {objective.n}.")
    view = objective.view if view is None else view
    picture = ax.figure if isinstance(ax.figure, Picture) and ax.figure.axes == [ax] else None
    if picture is None or not picture.take_ground():
        draw_frame(sheet)
        (_draw_ground if objective.n == 1 else _draw_contours)(sheet, objective, view)
        if picture is not None:
            picture.ground_is_drawn()
    if objective.n == 1:
        curve = _curve(objective, view)
        sheet.labels.avoid(curve[np.isfinite(curve).all(axis=1)])
    for points in avoid:
        sheet.labels.avoid(points)
    _mark_minima(sheet, objective)
    return sheet


def _draw_contours(sheet: Sheet, objective: Objective, view: Any) -> None:
    ax = sheet.ax
    left, bottom, width, height = _same_scale(ax, view)
    ax.set(xlim=(left, left + width), ylim=(bottom, bottom + height))
    ax.set_aspect("equal", adjustable="box")
    ax.set_xlabel("x₁")
    ax.set_ylabel("x₂", rotation=0, ha="right", va="center")
    _terrain(sheet, objective)


def _draw_ground(sheet: Sheet, objective: Objective, view: Any) -> None:
    ax, colours = sheet.ax, sheet.colours
    xs, ys = _curve(objective, view).T
    finite = ys[np.isfinite(ys)]
    bottom, top = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    margin = 0.09 * (top - bottom) or 1.0
    ax.set(xlim=xs[[0, -1]], ylim=(bottom - margin, top + margin))
    ax.fill_between(xs, ys, bottom - margin, color=colours.soft, zorder=0, linewidth=0)
    ax.plot(xs, ys, color=colours.second_ink, linewidth=LINE * sheet.scale, zorder=1)
    ax.grid(axis="y", color=colours.line, linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)
    ax.set_xlabel("x")
    ax.set_ylabel("f", rotation=0, ha="right", va="center")


def _curve(objective: Objective, view: Any) -> NDArray[np.float64]:
    """Return the points `(801, 2)` of the curve of an objective of one coordinate."""
    xs = np.linspace(*checked_view(view, 1)[0], 801)
    with np.errstate(all="ignore"):
        return np.column_stack([xs, objective(xs)])


def _same_scale(ax: Axes, view: Any) -> tuple[float, float, float, float]:
    """Widen the view to the shape of the panel, so that a unit is equally long on both axes.

    Only then does a gradient stand at right angles to the contours.
    """
    (left, right), (bottom, top) = checked_view(view, 2)
    panel = ax.get_position(original=True).transformed(ax.figure.transSubfigure).size
    width, height, ratio = right - left, top - bottom, panel[0] / panel[1]
    new_width, new_height = max(width, height * ratio), max(height, width / ratio)
    return (left + right - new_width) / 2, (bottom + top - new_height) / 2, new_width, new_height


def _terrain(sheet: Sheet, objective: Objective, points: int = 221) -> None:
    """Fill the contours, bright where f is low, and draw the lines a map would have."""
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
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
        ax.contour(
            x1, x2, base, minor, colors=[colours.contour], linewidths=0.7 * scale, linestyles="solid", zorder=0.5
        )
    if len(major):
        lines = ax.contour(
            x1, x2, base, major, colors=[colours.contour], linewidths=scale, linestyles="solid", zorder=0.5
        )
        style: dict[str, Any] = {"fmt": number_text, "fontsize": (SMALL - 1) * scale, "zorder": 0.6}
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


def _mark_minima(sheet: Sheet, objective: Objective) -> None:
    """Mark every known minimum in the same way, and name it; among many only the best have names."""
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    many = len(objective.minima or []) > 6
    named = []
    for minimum in objective.minima or []:
        value = float(objective(minimum))
        x, y = minimum if objective.n == 2 else (minimum[0], value)
        if not len(sheet.inside(np.array([[x, y]]))):
            continue
        f_star = objective.f_star
        local = f_star is not None and value - f_star > 1e-9 * max(1.0, abs(f_star))
        if local and many:
            ax.plot(x, y, "+", markersize=6 * scale, markeredgecolor=colours.ink, markeredgewidth=0.9 * scale,
                    alpha=0.7, zorder=4)  # fmt: skip
            continue
        for shape, size, width in (("o", 11, 1.3), ("+", 17, 1.1)):
            for colour, extra in ((colours.casing, 2.2), (colours.ink, 0.0)):
                sheet.mark((x, y), shape, size, "none", colour, width + extra, 4, alpha=0.9)
        sheet.labels.block((x, y), 7 * scale)
        named.append(("local minimum" if local else "minimum", (x, y)))
    for word, place in named:
        sheet.labels.place(word, place, gap=11 * scale)
