"""Words beside things: where they go, so that they cover neither each other nor the paths."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox, offset_copy
from numpy.typing import ArrayLike, NDArray

from .look import SMALL, Theme

LEADING = 1.25  # height of a line of text in letters
COLLISION = 30.0  # what a word on another word costs; a distance of one gap costs 0.4
_SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))
# How far from its point a word may go, in gaps; from FAR on a thin line leads back to the point.
_REACHES, FAR = (1.0, 1.8, 2.8, 4.5, 6.5, 9.0, 12.0), 1.5


class Labels:
    """Places words on Axes; all of its lengths are points (1/72 inch), its positions pixels."""

    def __init__(self, ax: Axes, colours: Theme, scale: float = 1.0):
        self.ax, self.colours, self.size = ax, colours, SMALL * scale
        self.pixels = ax.figure.dpi / 72
        self.boxes: list[Bbox] = []
        self.marks = np.empty((0, 2))
        self.points = np.empty((0, 2))

    def avoid(self, path: ArrayLike) -> None:
        """Keep words off the line through these points (data coordinates), where there is room elsewhere."""
        with np.errstate(all="ignore"):
            places = self.ax.transData.transform(np.asarray(path))
        finite = np.isfinite(places).all(axis=1)
        places = np.clip(places if finite.all() else places[: finite.argmin()], -1e4, 1e4)
        if len(places):
            lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
            every = np.linspace(0, lengths[-1], min(int(lengths[-1] / (3 * self.pixels)) + 2, 20_000))
            dense = np.transpose([np.interp(every, lengths, axis) for axis in places.T])
            panel = self.ax.get_window_extent()
            inside = ((dense >= panel.min) & (dense <= panel.max)).all(axis=1)
            self.points = np.vstack([self.points, dense[inside]])

    def block(self, at: ArrayLike, radius: float) -> None:
        """Keep words off a mark."""
        (x, y), r = self.ax.transData.transform(at), radius * self.pixels
        self.marks = np.vstack([self.marks, (x, y)])
        self.boxes.append(Bbox.from_extents(x - r, y - r, x + r, y + r))

    def place(
        self,
        text: str,
        at: Sequence[float] | np.ndarray,
        gap: float,
        *,
        colour: str | None = None,
        weight: str = "normal",
        needed: bool = True,
        shorter: str | None = None,
    ) -> bool:
        """Write `text` near a point, `gap` points away, on the side with most room; return whether it was written.

        Words that are not `needed` are left out where they would collide; `shorter` ones take their place, if given.
        """
        x, y = self.ax.transData.transform(at)
        # A word may stand on the mark that it names.
        others = [box for box in self.boxes if not (box.x0 < x < box.x1 and box.y0 < y < box.y1)]
        panel = np.array(self.ax.get_window_extent().get_points()) + 3 * self.pixels * np.array([[1], [-1]])
        width, height = self.extent(text, weight)

        def cost(corner: tuple[float, float], far: float) -> tuple[float, float, float, float]:
            """Return what speaks against a place, how far it is, and the corner of the word there."""
            box = _into(Bbox.from_bounds(*corner, width, height), panel)
            # A word that is nearer to another mark than to its own would be read as the name of that one.
            own, *away = _distances(box, np.vstack([[(x, y)], self.marks]))
            mistaken = any(
                np.hypot(*(mark - (x, y))) > 8 * self.pixels and other < own
                for mark, other in zip(self.marks, away, strict=True)
            )
            against = self._cover(box, others) + 40 * _outside(box, panel) + 30 * (own == 0) + 12 * mistaken
            return float(against + 0.4 * (far - 1)), far, box.x0, box.y0

        places = []
        for reach, (horizontal, vertical) in itertools.product(_REACHES if needed else _REACHES[:2], _SIDES):
            step = gap * self.pixels * reach
            left = x + horizontal * step + (horizontal - 1) / 2 * width
            base = y + vertical * step + (vertical - 1) / 2 * height
            places.append(cost((left, base), reach))
        if needed and min(places)[0] > COLLISION:  # no room near by: look all over the panel
            (x0, y0), (x1, y1) = panel
            for corner in itertools.product(np.linspace(x0, x1 - width, 13), np.linspace(y0, y1 - height, 13)):
                away = np.hypot(corner[0] + width / 2 - x, corner[1] + height / 2 - y)
                places.append(cost(corner, max(away / (gap * self.pixels), 2 * FAR)))
        _, reach, left, base = min(places, key=lambda place: round(place[0], 9))
        box = Bbox.from_bounds(left, base, width, height)
        if any(_overlap(box, other) for other in others):
            if shorter is not None:
                return self.place(shorter, at, gap, colour=colour, weight=weight)
            if not needed:
                return False
        if reach > FAR:
            self._lead(at, box)
        self._write(text, at, box, colour, weight)
        return True

    def extent(self, text: str, weight: str = "normal") -> tuple[float, float]:
        """Return width and height of a text, of one line or several, in pixels."""
        lines = text.split("\n")
        width = max(width_of(line, self.size, weight) for line in lines)
        return width * self.pixels, LEADING * self.size * self.pixels * len(lines)

    def _cover(self, box: Bbox, others: list[Bbox]) -> float:
        """Return how much the box would cover: other words, then points of the paths."""
        area = box.width * box.height
        words = sum(_overlap(box, other) / max(min(area, other.width * other.height), 1) for other in others)
        x, y = self.points.T
        margin = 3 * self.pixels
        hit = (x > box.x0 - margin) & (x < box.x1 + margin) & (y > box.y0 - margin) & (y < box.y1 + margin)
        return (COLLISION if words else 0) + 60 * words + min(int(hit.sum()), 24) / 6

    def _write(self, text: str, at: Any, box: Bbox, colour: str | None, weight: str) -> None:
        self.boxes.append(box)
        # An offset from the point, so that the word stays with it in a figure of another size or resolution.
        anchor = self.ax.transData.transform(at)
        offset = ((box.x0 - anchor[0]) / self.pixels, (box.y0 + box.height / 2 - anchor[1]) / self.pixels)
        self.ax.annotate(
            text, at, offset, textcoords="offset points", ha="left", va="center", fontsize=self.size,
            fontweight=weight, color=self.colours.ink if colour is None else colour, zorder=10,
            annotation_clip=False, linespacing=LEADING, path_effects=[self._halo()],
        )  # fmt: skip

    def _lead(self, at: Any, box: Bbox) -> None:
        x, y = self.ax.transData.transform(at)
        near = np.clip(x, box.x0 + 2, box.x1 - 2), np.clip(y, box.y0 + 2, box.y1 - 2)
        offset = ((near[0] - x) / self.pixels, (near[1] - y) / self.pixels)
        self.ax.annotate(
            "", at, offset, textcoords="offset points", annotation_clip=False, zorder=9.5,
            arrowprops={"arrowstyle": "-", "color": self.colours.ink, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 4},
        )  # fmt: skip

    def _halo(self) -> patheffects.withStroke:
        return patheffects.withStroke(linewidth=0.3 * self.size, foreground=self.colours.casing)


def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of one line of text in points."""
    font = FontProperties(size=size, weight=weight)  # type: ignore[arg-type]
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]


def spread(wanted: ArrayLike, gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Return heights at least `gap` apart within `low` and `high`, as near to the wanted ones as can be.

    `wanted` falls; so does the result. This is the isotonic regression of heights plus their share of gaps.

    >>> spread([10, 10, 0], 4, 0, 20)
    array([12.,  8.,  0.])
    """
    wanted = np.asarray(wanted, dtype=np.float64)
    shares = gap * np.arange(len(wanted), dtype=np.float64)
    blocks: list[tuple[float, int]] = []  # mean and size of neighbours that push each other
    for value in wanted + shares:
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-1][0] > blocks[-2][0]:
            (one, n), (other, m) = blocks.pop(), blocks.pop()
            blocks.append(((n * one + m * other) / (n + m), n + m))
    means: NDArray[np.float64] = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks])
    return np.clip(means, low + shares[-1], high) - shares


def shifted(ax: Axes, x: float, y: float) -> Any:
    """Return a transform of (share of the panel's width, height in data), moved by points."""
    return offset_copy(ax.get_yaxis_transform(), ax.figure, x, y, units="points")  # type: ignore[arg-type]


def _overlap(one: Bbox, other: Bbox) -> float:
    both = Bbox.intersection(one, other)
    return 0.0 if both is None else both.width * both.height


def _into(box: Bbox, panel: np.ndarray) -> Bbox:
    """Return the box moved into the panel, as far as it fits."""
    (x0, y0), (x1, y1) = panel
    right, up = max(x0 - box.x0, 0) - max(box.x1 - x1, 0), max(y0 - box.y0, 0) - max(box.y1 - y1, 0)
    return box.translated(right if box.width < x1 - x0 else 0, up if box.height < y1 - y0 else 0)


def _distances(box: Bbox, places: np.ndarray) -> np.ndarray:
    return np.hypot(*(np.clip(places, box.min, box.max) - places).T)


def _outside(box: Bbox, panel: np.ndarray) -> float:
    (x0, y0), (x1, y1) = panel
    over = max(x0 - box.x0, 0) + max(box.x1 - x1, 0) + max(y0 - box.y0, 0) + max(box.y1 - y1, 0)
    return over / max(box.height, 1)
