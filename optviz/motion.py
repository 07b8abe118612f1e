"""What moves in an animation, in pixels: trails that grow, the balls at their ends, and a counter."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform
from numpy.typing import NDArray

from .labels import width_of
from .paths import crossing, drawable
from .sheet import Sheet

CASING_OPACITY = 0.7
NOWHERE = -1e4  # where a ball waits that is not to be seen
GRID = 2  # a ball that moves by less than this part of a pixel stays, and costs no byte


class Mark(NamedTuple):
    """How a ball looks: its shape, the colours of face and edge, the edge's width in points."""

    shape: str
    face: str
    edge: str
    width: float

    @property
    def outline(self) -> Path:
        """The shape around (0, 0), one unit high."""
        style = MarkerStyle(self.shape)
        return style.get_path().transformed(style.get_transform())

    def line(self, x: float, y: float, size: float, scale: float) -> Line2D:
        """The mark as an artist of a background, at a place in pixels."""
        return Line2D(
            [x], [y], linestyle="none", marker=self.shape, markersize=size * scale, markerfacecolor=self.face,
            markeredgecolor=self.edge, markeredgewidth=self.width * scale, transform=IdentityTransform(),
        )  # fmt: skip


class Track(NamedTuple):
    """One panel, in pixels from the bottom left: its box, each actor's trail, and where its ball is at each step."""

    box: Bbox
    trails: list[NDArray[np.float64]]  # (vertices, 2) each; a trail ends where its run ends or has left
    places: NDArray[np.float64]  # (actors, steps + 1, 2)


class Trails:
    """The trails of one panel: a segment for each step of each actor, `shades` being the first and the last colour."""

    def __init__(
        self,
        figure: Figure,
        track: Track,
        shades: Sequence[tuple[str, str]],
        steps: int,
        casing: str,
        width: float,
        casing_width: float,
    ):
        shape = (steps, len(track.trails))
        self.segments, self.exist = np.empty(shape, dtype=object), np.zeros(shape, dtype=bool)
        self.colours = np.zeros((*shape, 4))
        for number, (trail, ends) in enumerate(zip(track.trails, shades, strict=True)):
            begin = trail[:1]
            for step in range(len(trail) - 1):
                # Steps too small to be seen wait until together they are a segment.
                if math.dist(begin[0], trail[step + 1]) >= 1 / (2 * GRID):
                    self.segments[step, number] = Path([begin[0], trail[step + 1]])
                    self.exist[step, number] = True
                    begin = trail[step + 1 : step + 2]
            first, last = (np.array(to_rgba(shade)) for shade in ends)
            self.colours[:, number] = first + np.linspace(0, 1, steps)[:, np.newaxis] * (last - first)
        # A casing ends with its segment; round ends of lines close the gaps at the bends.
        self.casing = _collection(figure, [], linewidths=casing_width, capstyle="butt", facecolors="none",
                                  edgecolors=to_rgba(casing, CASING_OPACITY))  # fmt: skip
        self.line = _collection(figure, [], linewidths=width, capstyle="round", facecolors="none")
        for artist in (self.casing, self.line):
            artist.set_clip_box(track.box)

    def draw(self, renderer: RendererBase, first: int, last: int, *, grows: bool) -> None:
        """Draw the steps behind `first` up to `last`; `grows` means that those before have been drawn."""
        self._draw(renderer, self.casing, first, last)
        # The casing has touched the end of the segment before.
        self._draw(renderer, self.line, max(first - 1, 0) if grows else first, last)

    def _draw(self, renderer: RendererBase, artist: PathCollection, first: int, last: int) -> None:
        there = self.exist[first:last]
        if not there.any():
            return
        artist.set_paths(self.segments[first:last][there].tolist())
        if artist is self.line:
            artist.set_edgecolor(self.colours[first:last][there])  # type: ignore[arg-type]
        artist.draw(renderer)


class Balls:
    """The balls of one panel; those that several runs share have a ring."""

    def __init__(
        self,
        figure: Figure,
        track: Track,
        marks: Sequence[Mark],
        shared: Sequence[int],
        ink: str,
        sizes: tuple[float, float],
        scale: float,
    ):
        points = figure.dpi / 72 * scale
        circle = Mark("o", "none", ink, 0.9)
        every = [*marks, *[circle] * len(shared)]
        ball, ring = sizes  # points at scale 1
        widths = [ball] * len(marks) + [ring] * len(shared)
        self.places = np.concatenate([track.places, track.places[list(shared)]])
        self.artist = _collection(
            figure,
            [mark.outline.transformed(Affine2D().scale(one * points)) for mark, one in zip(every, widths, strict=True)],
            facecolors=[mark.face for mark in every],
            edgecolors=[mark.edge for mark in every],
            linewidths=[mark.width * scale for mark in every],
        )

    def draw(self, renderer: RendererBase, step: int) -> None:
        """Draw them where they are at a step."""
        self.artist.set_offsets(self.places[:, step])
        self.artist.draw(renderer)


class Counter:
    """A number whose last digit ends at `place`, in bold letters: as outlines, because a text is laid out anew."""

    def __init__(self, figure: Figure, place: tuple[float, float], size: float, ink: str):
        points = figure.dpi / 72
        bold = FontProperties(weight="bold")
        self.place, self.advance = place, width_of("0", size, "bold") * points
        self.digits = [
            TextPath((0, 0), digit, size=size, prop=bold).transformed(Affine2D().scale(points))
            for digit in "0123456789"
        ]
        self.artist = _collection(figure, [], facecolors=ink, linewidths=0)

    def draw(self, renderer: RendererBase, number: int) -> None:
        """Draw a number."""
        digits = [int(digit) for digit in str(number)]
        self.artist.set_paths([self.digits[digit] for digit in digits])
        x, y = self.place
        self.artist.set_offsets([(x - (len(digits) - k) * self.advance, y) for k in range(len(digits))])
        self.artist.draw(renderer)


def _collection(figure: Figure, paths: Sequence[Path], **style: Any) -> PathCollection:
    """Return a collection of outlines in pixels."""
    artist = PathCollection(paths, offset_transform=IdentityTransform(), **style)
    artist.set_transform(IdentityTransform())
    artist.set_figure(figure)
    return artist


def landscape_track(sheet: Sheet, paths: Sequence[NDArray], steps: int) -> Track:
    """Return the track of paths on a landscape."""
    box = sheet.ax.bbox.frozen()
    trails, places = [], []
    for points in paths:
        path = drawable(sheet, points)
        pixels = sheet.ax.transData.transform(path.points) if len(path.points) else np.empty((0, 2))
        gone = path.leaves if path.leaves is not None and not path.back else None
        trail, own = _followed(pixels, gone, box, steps)
        trails.append(trail)
        places.append(own)
    return Track(box, trails, np.array(places))


def error_track(sheet: Sheet, paths: Sequence[NDArray], steps: int) -> Track:
    """Return the track of error curves; one that stays above the panel leaves through its top."""
    box, high = sheet.ax.bbox.frozen(), sheet.ax.get_ylim()[1]
    far = high * 1e3 if sheet.ax.get_yscale() == "log" else high + 10 * np.ptp(sheet.ax.get_ylim())
    trails, places = [], []
    for points in paths:
        beyond = ~(points[:, 1] <= high)
        seen = len(points) - int(beyond[::-1].argmin()) if not beyond.all() else 0
        pixels = sheet.ax.transData.transform(np.column_stack([points[:, 0], np.where(beyond, far, points[:, 1])]))
        trail, own = _followed(pixels if seen else pixels[:0], seen if seen < len(points) else None, box, steps)
        trails.append(trail)
        places.append(own)
    return Track(box, trails, np.array(places))


def _followed(pixels: NDArray, gone: int | None, box: Bbox, steps: int) -> tuple[NDArray, NDArray]:
    """Return the trail of a path, and where its ball is at each step: at the edge from where it is `gone` for good."""
    places = np.full((steps + 1, 2), NOWHERE)
    if not len(pixels):
        return pixels, places
    trail = pixels if gone is None else pixels[: gone + 1]
    places[: len(pixels)], places[len(pixels) :] = pixels, pixels[-1]
    if gone is not None:
        places[gone:] = crossing(pixels[gone - 1], pixels[gone], box.min, box.max)[0]
    outside = (places < np.subtract(box.min, 1)) | (places > np.add(box.max, 1))
    places[outside.any(axis=1)] = NOWHERE
    places = np.rint(places * GRID) / GRID
    return trail, places
