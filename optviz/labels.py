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
        # How many points of the paths each cell of the panel holds, and a border without any.
        self.cell = 3 * self.pixels
        self.crowd = np.zeros(np.ceil(np.divide(ax.get_window_extent().size, self.cell)).astype(int) + 1)

    def avoid(self, path: ArrayLike) -> None:
        """Keep words off the line through these points (data coordinates), where there is room elsewhere."""
        with np.errstate(all="ignore"):
            places = self.ax.transData.transform(np.asarray(path))
        finite = np.isfinite(places).all(axis=1)
        places = np.clip(places if finite.all() else places[: finite.argmin()], -1e4, 1e4)
        if len(places):
            lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
            every = np.linspace(0, lengths[-1], min(int(lengths[-1] / self.cell) + 2, 20_000))
            dense = np.transpose([np.interp(every, lengths, axis) for axis in places.T])
            panel = self.ax.get_window_extent()
            inside = ((dense >= panel.min) & (dense <= panel.max)).all(axis=1)
            np.add.at(self.crowd, tuple(((dense[inside] - panel.min) / self.cell).astype(int).T), 1)

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
        here = self.ax.transData.transform(at)
        # A word may stand on the mark that it names.
        others = [box for box in self.boxes if not ((box.min < here) & (here < box.max)).all()]
        size, step = np.array(self.extent(text, weight)), gap * self.pixels
        panel = self.ax.get_window_extent().get_points() + 3 * self.pixels * np.array([[1], [-1]])
        ways = list(itertools.product(_REACHES if needed else _REACHES[:2], _SIDES))
        reaches, sides = np.array([reach for reach, _ in ways]), np.array([side for _, side in ways])
        corners = here + sides * step * reaches[:, np.newaxis] + (sides - [1, 1]) / 2 * size
        corners, costs = self._costs(corners, size, here, reaches, panel, others)
        if needed and costs.min() > COLLISION:  # no room near by: look all over the panel
            everywhere = np.array(list(itertools.product(*np.linspace(panel[0], panel[1] - size, 13).T)))
            away = np.maximum(np.hypot(*(everywhere + size / 2 - here).T) / step, 2 * FAR)
            more, their = self._costs(everywhere, size, here, away, panel, others)
            corners, costs, reaches = np.vstack([corners, more]), np.append(costs, their), np.append(reaches, away)
        best = int(np.round(costs, 9).argmin())
        box, reach = Bbox([corners[best], corners[best] + size]), reaches[best]
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

    def _costs(
        self, corners: NDArray, size: NDArray, here: NDArray, reaches: NDArray, panel: NDArray, others: list[Bbox]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the corners `(k, 2)`, moved into the panel as far as a word fits, and what speaks against each."""
        inward = np.maximum(panel[0] - corners, 0) - np.maximum(corners + size - panel[1], 0)
        corners = corners + np.where(size < panel[1] - panel[0], inward, 0)
        low, high = corners[:, np.newaxis], (corners + size)[:, np.newaxis]
        # What a word would cover: other words, then points of the paths.
        boxes = np.array([box.get_points() for box in others]).reshape(-1, 2, 2)
        both = np.maximum(np.minimum(high, boxes[:, 1]) - np.maximum(low, boxes[:, 0]), 0).prod(axis=2)
        smaller = np.minimum(size.prod(), np.diff(boxes, axis=1).prod(axis=(1, 2)))
        words = (both / np.maximum(smaller, 1)).sum(axis=1)
        hit = self._crowded(corners - self.cell, corners + size + self.cell)
        # A word that is nearer to another mark than to its own would be read as the name of that one.
        others_marks = self.marks[np.hypot(*(self.marks - here).T) > 8 * self.pixels]
        own, away = (
            np.hypot(*np.moveaxis(np.clip(places, low, high) - places, 2, 0)) for places in (here, others_marks)
        )
        own = own[:, 0]
        mistaken = (away < own[:, np.newaxis]).any(axis=1)
        outside = (np.maximum(panel[0] - corners, 0) + np.maximum(corners + size - panel[1], 0)).sum(axis=1)
        against = np.where(words > 0, COLLISION, 0) + 60 * words + np.minimum(hit, 24) / 6
        against += 40 * outside / max(size[1], 1) + 30 * (own == 0) + 12 * mistaken + 0.4 * (reaches - 1)
        return corners, against

    def _crowded(self, low: NDArray, high: NDArray) -> NDArray[np.float64]:
        """Return how many points of the paths lie in each box, to the size of a cell."""
        up_to = np.pad(self.crowd.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
        corner, most = self.ax.get_window_extent().min, np.array(self.crowd.shape)
        (x0, y0), (x1, y1) = (
            np.clip(np.round((side - corner) / self.cell).astype(int), 0, most).T for side in (low, high)
        )
        return up_to[x1, y1] - up_to[x0, y1] - up_to[x1, y0] + up_to[x0, y0]

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
