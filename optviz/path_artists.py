"""A path as a few artists that are made once and only moved: pale to full, a dot a step, numbers at some steps."""

import math
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import CircleCollection, LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox, IdentityTransform
from numpy.typing import NDArray

from .look import CASING, LINE, Theme
from .paths import MILESTONES, Drawable, crossing, milestones, spaced
from .trajectory import Trajectory

SHADES = 6
Made = TypeVar("Made", bound=Artist)


class Word(NamedTuple):
    """A text beside a place in pixels, on its left or its right: whoever shows the pixels writes it."""

    text: str
    place: tuple[float, float]
    align: Literal["left", "right"] = "left"


class PathArtists:
    """The artists of one path, in pixels of `figure`, cut at the panel's box: `move` sets them, `draw` draws them."""

    def __init__(self, figure: Figure, panel: Bbox, colours: Theme):
        self.figure, self.panel = figure, panel
        self.artists: list[Artist] = []
        full, casing, ink = colours.run[1], colours.casing, colours.ink
        self.shades = LinearSegmentedColormap.from_list("run", colours.run)(np.linspace(0, 1, SHADES))
        hollow: dict[str, Any] = {"marker": "o", "linestyle": "none", "markerfacecolor": casing}

        self.tail = self._line(color=full, linewidth=0.9, alpha=0.22)
        self.casing = self._line(color=casing, linewidth=CASING, alpha=0.8, solid_joinstyle="round")
        # All shades at once: each artist costs a tenth of the time that a move has.
        self.parts = self._add(LineCollection([], colors=list(self.shades), linewidths=LINE, capstyle="projecting"))
        # A dot and the casing around it, 0.4 wide; edges of a collection would be drawn one by one.
        self.beads = self._line(linestyle="none", marker="o", markersize=4.2, color=casing, markeredgewidth=0)
        self.dots = self._add(
            CircleCollection([np.pi / 4 * 3.4**2], linewidths=0, offset_transform=IdentityTransform())
        )
        self.rings = self._line(markersize=6.5, markeredgewidth=1.6, markeredgecolor=full, **hollow)
        # Numbers as markers: a marker is drawn ten times faster than a text.
        self.numbers = {
            step: [
                self._line(linestyle="none", marker=rf"$\mathbf{{{step}}}$", markersize=4 + 4 * len(str(step)),
                           color=colour, markeredgecolor=colour, markeredgewidth=width)
                for colour, width in ((casing, 2.6), (full, 0.2))
            ]
            for step in MILESTONES
        }  # fmt: skip
        self.start = [
            self._line(clip=False, markersize=11, markeredgecolor=ink, markeredgewidth=2.2, **hollow),
            self._line(clip=False, marker="o", markersize=3.6, color=ink),
        ]
        self.end = self._line(marker="o", markersize=8, color=full, markeredgecolor=casing, markeredgewidth=1.2)
        self.arrow = self._line(clip=False, markersize=11, color=full, markeredgecolor=casing)
        self.words: list[Word] = []

    def _line(self, clip: bool = True, **style: Any) -> Line2D:
        return self._add(Line2D([], [], **style), clip)

    def _add(self, artist: Made, clip: bool = True) -> Made:
        artist.set_figure(self.figure)
        if not isinstance(artist, CircleCollection):  # which has a transform of its own for the size of its dots
            artist.set_transform(IdentityTransform())
        if clip:
            artist.set_clip_box(self.panel)
        self.artists.append(artist)
        return artist

    def draw(self, renderer: RendererBase) -> None:
        """Draw what there is, from the bottom to the top."""
        for artist in self.artists:
            if artist.get_visible():
                artist.draw(renderer)

    def move(self, pixels: NDArray[np.float64], drawn: Drawable, run: Trajectory) -> None:
        """Set the artists to the path of a run, `pixels` being the places of its points, `(k + 1, 2)`."""
        kept, steps = len(drawn.kept), run.steps
        path = pixels[:kept]
        tail = len(drawn.tail(run))
        _set(self.tail, pixels[kept - 1 : kept - 1 + tail] if kept < len(pixels) else pixels[:0])
        _set(self.casing, path)
        dots = spaced(path, 5.5 * self.figure.dpi / 72)
        # A step is as full as its share of all steps, so that a run that leaves early stays pale.
        shade = np.minimum(np.arange(kept) * SHADES // max(steps, 1), SHADES - 1)
        begins = np.searchsorted(shade, np.arange(SHADES + 1))
        # Each up to the first point of the next.
        self.parts.set_segments([path[first : last + 1] for first, last in pairwise(begins)])
        _set(self.beads, path[dots])
        self.dots.set_offsets(path[dots])
        self.dots.set_facecolor(self.shades[shade[dots]])  # type: ignore[arg-type]
        self._mark_steps(path, steps)
        for line in self.start:
            _set(line, pixels[:1] if self.panel.contains(*pixels[0]) else pixels[:0])
        _set(self.end, pixels[-1:] if kept == len(pixels) else pixels[:0])
        self._mark_leaving(pixels, drawn, run)

    def _mark_steps(self, path: NDArray[np.float64], steps: int) -> None:
        """Ring some steps and number them, where they are 30 points from each other, from start and end."""
        away = 30 * self.figure.dpi / 72
        taken, rings, wanted = [path[0], path[-1]], [], milestones(steps)
        for step, lines in self.numbers.items():
            shown = step in wanted and step < len(path) - 1 and self.panel.contains(*path[step])
            shown = shown and all(math.dist(path[step], other) >= away for other in taken)
            for line in lines:
                line.set_visible(shown)
            if shown:
                taken.append(path[step])
                rings.append(path[step])
                across = path[min(step + 1, len(path) - 1)] - path[step - 1]
                normal = np.array([-across[1], across[0]]) / max(math.hypot(*across), 1e-9)
                place = path[step] + normal * np.where(normal[1] < 0, -1, 1) * 0.4 * away
                for line in lines:
                    line.set_data([place[0]], [place[1]])
        _set(self.rings, np.array(rings).reshape(-1, 2))

    def _mark_leaving(self, pixels: NDArray[np.float64], drawn: Drawable, run: Trajectory) -> None:
        """Set a triangle where the path crosses the edge of the panel, and the words."""
        leaves = drawn.leaves
        self.arrow.set_visible(leaves is not None)
        self.words = []
        if leaves is None:
            return
        edge, direction = crossing(pixels[leaves - 1], pixels[leaves], self.panel.min, self.panel.max)
        self.arrow.set_data([edge[0]], [edge[1]])
        triangle: Any = (3, 0, math.degrees(math.atan2(direction[1], direction[0])) - 90)
        self.arrow.set_marker(triangle)
        right = edge[0] > (self.panel.x0 + self.panel.x1) / 2
        gap = 10 * self.figure.dpi / 72
        height = min(max(edge[1], self.panel.y0 + gap), self.panel.y1 - gap)
        place = (float(edge[0] - gap if right else edge[0] + gap), float(height))
        self.words = [Word(drawn.sentence(run), place, "right" if right else "left")]


def _set(line: Line2D, points: NDArray[np.float64]) -> None:
    line.set_visible(len(points) > 0)
    line.set_data(points[:, 0], points[:, 1])
