"""Runs as paths on a landscape: where they go, which way, and where they end or leave."""

import math
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox
from numpy.typing import ArrayLike, NDArray

from . import look
from .look import CASING, LINE, Dress
from .sheet import Sheet, names_of
from .standings import walk_alike
from .trajectory import Trajectory

TOGETHER = 12.0  # points between ends that are one place to the eye
SAME = 0.06  # points between paths that are one path to the eye
_ARROW = Path([(-0.8, 0.7), (0.8, 0.0), (-0.8, -0.7), (-0.35, 0.0), (-0.8, 0.7)], closed=True)


MILESTONES = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


class Drawable(NamedTuple):
    """The points of a path as far as they can be drawn, the first step out of the view, and the step it is back."""

    points: NDArray[np.float64]
    leaves: int | None
    back: int | None

    @property
    def kept(self) -> NDArray[np.float64]:
        """The part in full weight: a path that does not come back is cut where it leaves."""
        return self.points if self.leaves is None or self.back else self.points[: self.leaves + 1]

    def tail(self, run: Trajectory) -> NDArray[np.float64]:
        """The part in pale weight, from where the path leaves; past its divergence a run means nothing."""
        return self.points[len(self.kept) - 1 : run.diverged_at]

    def sentence(self, run: Trajectory) -> str:
        """What is to be said where the path leaves."""
        words = f"leaves the view at step {self.leaves}"
        if self.back:
            return f"{words}, is back at {self.back}"
        if run.diverged_at is None:
            return words
        return f"{words}, diverged" if run.diverged_at == self.leaves else f"{words}, diverged at {run.diverged_at}"


def ground_path(run: Trajectory) -> NDArray[np.float64]:
    """Return the places of a run on its landscape, `(steps + 1, 2)`; on a curve the losses are the heights."""
    return run.points if run.objective.n == 2 else np.column_stack([run.points[:, 0], run.losses])


def drawable(sheet: Sheet, points: NDArray) -> Drawable:
    """Return what can be drawn of a path.

    Points far outside are moved towards the middle of the view along the ray to it, so that no coordinate is too
    large for the canvas; the path ends where it is no longer finite.
    """
    finite = np.isfinite(points).all(axis=1)
    whole = bool(finite.all())
    points = points if whole else points[: int(finite.argmin())]
    low, high = np.transpose([sheet.ax.get_xlim(), sheet.ax.get_ylim()])
    middle, half = (low + high) / 2, (high - low) / 2
    with np.errstate(all="ignore"):
        away = np.abs((points - middle) / half).max(axis=1)
        shown = middle + (points - middle) * np.minimum(1, 20 / np.maximum(away, 1e-300))[:, np.newaxis]
    exits = np.flatnonzero((away[1:] > 1) & (away[:-1] <= 1))
    if not len(exits):
        return Drawable(shown, None, None)
    back = int(np.flatnonzero(away > 1)[-1]) + 1
    return Drawable(shown, int(exits[0]) + 1, back if whole and back < len(away) else None)


def crosses(sheet: Sheet, points: NDArray) -> bool:
    """Return whether any part of a path lies in the view."""
    view = Bbox(np.transpose([sheet.ax.get_xlim(), sheet.ax.get_ylim()]))
    return bool(Path(drawable(sheet, points).points).intersects_bbox(view, filled=False))


def draw_path(sheet: Sheet, run: Trajectory, points: NDArray | None = None) -> None:
    """Draw one run: pale to full from first to last step, a dot a step, arrows, and numbers at some steps."""
    ax, colours, labels, scale = sheet.ax, sheet.colours, sheet.labels, sheet.scale
    path = drawable(sheet, run.points if points is None else points)
    if not len(path.points):  # no number from the start on
        return
    warm, full = LinearSegmentedColormap.from_list("run", colours.run), colours.run[1]
    long = run.steps > 300
    kept = path.kept
    sheet.line(kept.T, color=colours.casing, linewidth=(3.2 if long else CASING) * scale, alpha=0.8,
            solid_joinstyle="round", zorder=5)  # fmt: skip
    segments = np.stack([kept[:-1], kept[1:]], axis=1)
    shades = warm(np.linspace(0, 1, max(run.steps, 2))[: len(segments)])
    ax.add_collection(
        LineCollection(list(segments), colors=shades, linewidths=(1.4 if long else LINE) * scale, zorder=6),
        autolim=False,
    )
    dots = np.array(spaced(sheet.in_points(kept), (7 if long else 5.5) * scale))
    sheet.dots(kept[dots], 2.2 if long else 3.6, warm(dots / max(run.steps, 1)), 7, edgecolors=colours.casing,
               linewidths=0.4)  # fmt: skip
    taken = [path.points[0]]
    labels.block(path.points[0], 6 * scale)
    if path.leaves is None or path.back:
        sheet.mark(path.points[-1], "o", 8, full, colours.casing, 1.2, 9)
        labels.block(path.points[-1], 5 * scale)
        taken.append(path.points[-1])
    else:
        sheet.line(path.tail(run).T, color=full, linewidth=0.9 * scale, alpha=0.22, zorder=5)
    for step in milestones(run.steps):
        at = path.points[step : step + 1]
        if step < len(kept) - 1 and len(sheet.inside(at)) and _far_from(sheet, at[0], taken, 30 * scale):
            taken.append(at[0])
            labels.block(at[0], 3.5 * scale)
            sheet.mark(at[0], "o", 6.5, colours.casing, full, 1.6, 8)
            labels.place(str(step), at[0], gap=5 * scale, colour=full, weight="bold", needed=False)
    if path.leaves is not None:
        _mark_exit(sheet, path, full, path.sentence(run))
    _draw_arrows(sheet, kept, full, taken, 6)


def draw_thin_path(sheet: Sheet, points: NDArray, dress: Dress, over: float) -> None:
    """Draw one run among several; `over` lifts it above others."""
    colours, scale = sheet.colours, sheet.scale
    path = drawable(sheet, points)
    sheet.line(path.kept.T, color=colours.casing, linewidth=3.2 * scale, alpha=0.7, zorder=5 + over)
    sheet.line(path.kept.T, color=dress.colour, linewidth=1.5 * scale, linestyle=dress.dash, zorder=5 + over)
    if dress.dash == "solid":
        dots = np.array(spaced(sheet.in_points(path.kept), 7 * scale))
        sheet.dots(path.kept[dots], 2.45, dress.colour, 5 + over, linewidths=0)
    ends = [path.points[0], path.points[-1]]
    _draw_arrows(sheet, path.kept, dress.colour, ends, 2)


def draw_several(sheet: Sheet, runs: Sequence[Trajectory], paths: Sequence[NDArray], listed: bool = False) -> None:
    """Draw runs as thin paths, better ones on top, with their names at the ends.

    Runs whose paths the eye cannot tell apart are drawn once and named together; where four or more end at one
    place, one label says so. `listed` means that the names stand elsewhere in the picture, so that such a label need
    not repeat them.
    """
    names, dresses = names_of(runs), look.dresses([run.rule for run in runs], sheet.colours)
    # A run that is no number from the start on has no path.
    seen = [on_paper(sheet, path) for path in paths]
    groups = [group for group in alike_to_the_eye(seen) if np.isfinite(paths[group[0]][0]).all()]
    for order, group in enumerate(sorted(groups, key=lambda group: -final_loss(runs[group[0]]))):
        draw_thin_path(sheet, paths[group[0]], dresses[group[0]], order / len(groups))
    ends, leaving = [], []
    for group in groups:
        path = drawable(sheet, paths[group[0]])
        if path.leaves is not None and not path.back:
            leaving.append((group, path))
        elif len(sheet.inside(path.points[-1:])):
            ends.append((group, path.points[-1]))
            sheet.run_mark(path.points[-1], dresses[group[0]])
            if len(group) > 1:
                sheet.mark(path.points[-1], "o", 13, "none", sheet.colours.ink, 0.9, 9, clip_on=False)
            sheet.labels.block(path.points[-1], 5 * sheet.scale)
    for group, path in leaving:
        words = f"{_together(names, runs, group, listed)} {path.sentence(runs[group[0]])}"
        _mark_exit(sheet, path, dresses[group[0]].colour, words)
    # Lonely ends first: their names have no choice but to stand beside them.
    for cluster in sorted(_clusters(sheet, [end for _, end in ends]), key=len):
        if len(cluster) < 4:
            for index in cluster:
                group, end = ends[index]
                sheet.labels.place(_together(names, runs, group, listed), end, gap=8 * sheet.scale)
        else:
            members = [run for index in cluster for run in ends[index][0]]
            middle = np.mean([ends[index][1] for index in cluster], axis=0)
            what = "rules" if len({runs[index].rule for index in members}) == len(members) else "runs"
            short = f"{len(members)} {what} are here"
            text = short if listed else f"{short}:\n{_wrapped([names[index] for index in members])}"
            sheet.labels.place(text, middle, gap=14 * sheet.scale, shorter=short)


def mark_start(sheet: Sheet, start: NDArray) -> None:
    """Mark and name the start, if it is in the view."""
    if not len(sheet.inside(start[np.newaxis])):
        return
    sheet.mark(start, "o", 11, sheet.colours.casing, sheet.colours.ink, 2.2, 8)
    sheet.mark(start, "o", 3.6, sheet.colours.ink, sheet.colours.ink, 1.0, 8)
    sheet.labels.block(start, 6 * sheet.scale)
    sheet.labels.place("start", start, gap=9 * sheet.scale)


# --- who is where --------------------------------------------------------------------------------------------------


def final_loss(run: Trajectory) -> float:
    """Return the last loss; infinity if it is not a number."""
    last = float(run.losses[-1])
    return last if np.isfinite(last) else np.inf


def on_paper(sheet: Sheet, points: NDArray) -> NDArray[np.float64]:
    """Return what is to be seen of a path, in points (1/72 inch)."""
    return sheet.in_points(drawable(sheet, points).points)


def alike_to_the_eye(paths: Sequence[NDArray]) -> list[list[int]]:
    """Return groups of paths on paper that the eye cannot tell apart, each by its indices."""
    groups: list[list[int]] = []
    for index, points in enumerate(paths):
        for group in groups:
            other = paths[group[0]]
            if other.shape == points.shape and np.abs(other - points).max(initial=0) < SAME:
                group.append(index)
                break
        else:
            groups.append([index])
    return groups


def _clusters(sheet: Sheet, ends: Sequence[NDArray]) -> list[list[int]]:
    """Return groups of ends, by their indices, that are near to each other; the closest pairs come together first."""
    places = sheet.in_points(ends) if len(ends) else np.empty((0, 2))
    clusters = [[index] for index in range(len(places))]

    def width(group: list[int]) -> float:
        return max(np.hypot(*(places[one] - places[other])) for one in group for other in group)

    while len(clusters) > 1:
        joined = min((one + other for one, other in combinations(clusters, 2)), key=width)
        if width(joined) > TOGETHER:
            break
        clusters = [group for group in clusters if group[0] not in joined] + [sorted(joined)]
    return clusters


def equals(runs: Sequence[Trajectory], group: Sequence[int]) -> list[str]:
    """Return for each run of a group but the first whether it walks the same path as that, "=", or nearly so, "≈"."""
    return ["=" if walk_alike(runs[group[0]], runs[index]) else "≈" for index in group[1:]]


def _together(names: Sequence[str], runs: Sequence[Trajectory], group: Sequence[int], listed: bool) -> str:
    signs = equals(runs, group)
    what = "nearly the same path" if "≈" in signs else "same path"
    if listed and len(group) > 3:
        return f"{len(group)} runs, {what}"
    if len(group) == 1:
        return names[group[0]]
    own = [names[group[0]], *(f"{sign} {names[index]}" for sign, index in zip(signs, group[1:], strict=True))]
    return f"{' '.join(own)}, {what}" if len(own) < 4 else f"{_wrapped(own, ' ')},\n{what}"


def _wrapped(names: Sequence[str], joint: str = ", ", width: int = 30) -> str:
    lines = [""]
    for name in names:
        if lines[-1] and len(lines[-1] + joint + name) > width:
            lines[-1] += joint.rstrip()
            lines.append(name)
        else:
            lines[-1] += joint + name if lines[-1] else name
    return "\n".join(lines)


# --- marks along a path --------------------------------------------------------------------------------------------


def crossing(inside: NDArray, outside: NDArray, low: ArrayLike, high: ArrayLike) -> tuple[NDArray, NDArray]:
    """Return where the way from `inside` to `outside` crosses the edge of a box, and its direction."""
    direction = outside - inside
    with np.errstate(all="ignore"):
        shares = np.where(direction == 0, np.inf, (np.where(direction > 0, high, low) - inside) / direction)
    return inside + direction * np.clip(shares.min(), 0, 1), direction


def _mark_exit(sheet: Sheet, path: Drawable, shade: str, words: str) -> None:
    """Mark where a path crosses the edge of the view, with a triangle that points out and a sentence."""
    assert path.leaves is not None
    low, high = np.transpose([sheet.ax.get_xlim(), sheet.ax.get_ylim()])
    inside, outside = path.points[path.leaves - 1 : path.leaves + 1]
    edge, direction = crossing(inside, outside, low, high)
    ahead = np.subtract(*sheet.in_points([edge + direction * 1e-3, edge]))
    angle = np.degrees(np.arctan2(ahead[1], ahead[0])) - 90
    sheet.mark(edge, (3, 0, angle), 11, shade, sheet.colours.casing, 1.0, 9, clip_on=False)
    sheet.labels.block(edge, 6 * sheet.scale)
    sheet.labels.place(words, edge, gap=11 * sheet.scale)


def _draw_arrows(sheet: Sheet, path: NDArray, shade: str, taken: Sequence[NDArray], most: int) -> None:
    """Draw heads along the path that point the way it goes, evenly by its length, clear of what is `taken`."""
    places = sheet.in_points(path)
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
    seen = sheet.in_points(np.asarray(taken))
    count = min(most, int(lengths[-1] / (55 * sheet.scale)))
    for length in lengths[-1] * (np.arange(count) + 0.5) / max(count, 1):
        # Over a few points of the path: a single step may be too short to have a direction on paper.
        ahead = [np.interp(length + shift, lengths, axis) for shift in (-2, 0, 2) for axis in places.T]
        behind, middle, front = np.reshape(ahead, (3, 2))
        if np.hypot(*(front - behind)) < 2 or (np.hypot(*(seen - middle).T) < 13 * sheet.scale).any():
            continue
        seen = np.vstack([seen, middle])
        angle = np.arctan2(*(front - behind)[::-1])
        at = sheet.ax.transData.inverted().transform(middle * sheet.ax.figure.dpi / 72)
        if len(sheet.inside(at[np.newaxis])):
            head = _ARROW.transformed(Affine2D().rotate(angle))
            sheet.mark(at, head, 9, shade, sheet.colours.casing, 0.8, 7.5)


def milestones(steps: int) -> list[int]:
    """Return the steps of a run that get a number, where there is room: from 5 on, in a long one from 50 on."""
    return [step for step in MILESTONES if (step >= 50 or steps <= 100) and step <= steps]


def spaced(places: NDArray, distance: float) -> list[int]:
    """Return the indices of those places that are at least `distance` from the one kept before."""
    kept, last = [], (math.inf, math.inf)
    for index, place in enumerate(places.tolist()):
        if math.dist(place, last) >= distance:
            kept.append(index)
            last = place
    return kept


def _far_from(sheet: Sheet, point: NDArray, others: Sequence[NDArray], distance: float) -> bool:
    places = sheet.in_points([point, *others])
    return bool((np.hypot(*(places[1:] - places[0]).T) >= distance).all())
