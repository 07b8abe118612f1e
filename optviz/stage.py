"""The stage of an animation: a background that is drawn once, and the few artists that a frame moves."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform
from numpy.typing import NDArray

from . import look
from .curves import Curve, curves_of, draw_axes
from .labels import LEADING, width_of
from .look import NORMAL, SMALL
from .paths import crossing, drawable, final_loss, ground_path, mark_start, same_paths
from .sheet import Sheet, names_of, panel, title_of, what_was_the_same, write_headline
from .terrain import draw_landscape
from .trajectory import Trajectory

Panels = Literal["landscape", "error", "both"]
CASING_OPACITY = 0.7
NOWHERE = -1e4  # pixels: where a ball waits that is not to be seen
GRID = 2  # a ball that moves by less than a part of a pixel stays, and costs no byte
BALL, RING = 8.5, 13.0  # points


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


class Note(NamedTuple):
    """What a legend says about a run from a step on."""

    step: int
    text: str
    place: tuple[float, float]  # pixels from the bottom left; the left end of the text


class Track(NamedTuple):
    """One panel, in pixels from the bottom left: its box, each actor's trail, and where its ball is at each step."""

    box: Bbox
    trails: list[NDArray[np.float64]]  # (vertices, 2) each; a trail ends where its run ends or has left
    places: NDArray[np.float64]  # (actors, steps + 1, 2)


class Stage:
    """Runs on their landscape, their errors, or both, ready to be drawn at any step.

    An actor is a run, or several runs that walk the same path; the best walks in front. `size` is in pixels, and
    `resolution` the number of drawn pixels to one of these; `trail` the number of steps that stay visible, None for
    all of them.
    """

    def __init__(
        self,
        runs: Sequence[Trajectory],
        panels: Panels = "landscape",
        size: tuple[int, int] = (640, 480),
        theme: str | None = None,
        context: str = "notebook",
        trail: int | None = None,
        resolution: float = 1.0,
        counter: bool = True,
    ):
        self.runs, self.trail = runs, trail
        self.ball = 10.0 if len(runs) == 1 else BALL
        self.steps = max(run.steps for run in runs)
        self.colours = look.theme_of(theme, plt.rcParams["figure.facecolor"])
        self.names = names_of(runs)
        self.figure = Figure(figsize=(size[0] / 100, size[1] / 100), dpi=100 * resolution)
        self.figure.set_facecolor(self.colours.background)
        self.canvas = FigureCanvasAgg(self.figure)
        self.notes: list[Note] = []
        sheets = self._lay_out(panels, look.scale_of(context))
        self.scale = sheets[0].scale
        paths = self._draw_panels(sheets, panels)
        self.actors = self._cast(*paths[0])
        self.marks = self._marks()
        self.shades = [
            self.colours.run if len(runs) == 1 else (look.colour(runs[group[0]].rule, self.colours),) * 2
            for group in self.actors
        ]
        self.tracks = [
            _landscape_track(sheet, [points[group[0]] for group in self.actors], self.steps)
            if on_landscape
            else _error_track(sheet, [points[group[0]] for group in self.actors], self.steps)
            for (sheet, points), on_landscape in zip(paths, [panels != "error", False], strict=False)
        ]
        if len(runs) > 1:
            self._draw_legend(sheets[-1])
        elif note := self._note_texts()[0]:
            self.notes = [Note(*note, (sheets[0].ax.bbox.x0, self._foot()))]
        self._make_artists(counter)
        self._background: Any = None

    # --- the background --------------------------------------------------------------------------------------------

    def _lay_out(self, panels: Panels, scale: float) -> list[Sheet]:
        """Return the panels and, behind them, the legend's column; letters shrink where a picture is small."""
        width, height = self.figure.get_size_inches()
        names = (0.42 + max(width_of(name, SMALL) for name in self._legend_texts()) / 72) if len(self.runs) > 1 else 0.0
        rows = len(self.runs) * LEADING * SMALL / 72
        both = panels == "both"
        least = (0.86 + names + (4.3 if both else 2.2), 1.16 + max(rows, 1.3))
        scale *= min(1.0, width / (scale * least[0]), height / (scale * least[1]))
        size, inner = (width / scale, height / scale), width / scale - 0.86 - names
        first = 0.56 * (inner - 0.62) if both else inner
        margins = [(0.68, 0.5, size[0] - 0.68 - first, 0.66)]
        if both:
            margins.append((0.68 + first + 0.62, 0.5, 0.18 + names, 0.66))
        if names:
            margins.append((size[0] - names, 0.5, 0.0, 0.66))
        return [Sheet(self.figure.add_axes(panel((width, height), one, scale)), self.colours, scale) for one in margins]

    def _draw_panels(self, sheets: list[Sheet], panels: Panels) -> list[tuple[Sheet, list[NDArray]]]:
        """Draw what does not move; return each panel with the path of each run in its data coordinates."""
        runs, scale, drawn = self.runs, sheets[0].scale, []
        title = title_of(runs)
        if panels != "error":
            objective = runs[0].objective
            paths = [ground_path(run) for run in runs]
            land = draw_landscape(sheets[0].ax, objective, theme=self.colours.name, avoid=paths, scale=scale)
            for start in np.unique([path[0] for path in paths], axis=0):
                mark_start(land, start)
            drawn.append((land, paths))
        if panels != "landscape":
            sheet = sheets[1 if panels == "both" else 0]
            curves, errors = curves_of(runs)
            floor = draw_axes(sheet, curves, errors)
            if not errors:
                _linear(sheet, curves)
            label = runs[0].error_label
            if panels == "both":
                sheet.ax.set_title(label, loc="right", fontsize=NORMAL * scale, color=self.colours.second_ink)
            else:
                title = f"{'Error ' if errors else ''}{label}: {title}"
            drawn.append((sheet, [_curve_points(curve, floor) for curve in curves]))
        self.title = title
        write_headline(drawn[0][0], title, what_was_the_same(runs))
        return drawn

    def _cast(self, sheet: Sheet, paths: list[NDArray]) -> list[list[int]]:
        """Return the actors, each by the indices of its runs, the best last."""
        groups = same_paths(sheet, paths)
        return sorted(groups, key=lambda group: -final_loss(self.runs[group[0]]))

    def _marks(self) -> list[Mark]:
        """Return the mark of each actor: its rule's own, or the next shape where another run already has that."""
        if len(self.runs) == 1:
            return [Mark("o", self.colours.run[1], self.colours.casing, 1.2)]
        marks: dict[int, Mark] = {}
        for number in sorted(range(len(self.actors)), key=lambda number: self.actors[number][0]):
            rule = self.runs[self.actors[number][0]].rule
            shape, filled = look.marker(rule)
            shade, casing = look.colour(rule, self.colours), self.colours.casing
            turn = look.MARKERS.index(shape)
            choices = [
                Mark(one, shade, casing, 1.0) if full else Mark(one, casing, shade, 1.6)
                for full in (filled, not filled)
                for one in look.MARKERS[turn:] + look.MARKERS[:turn]
            ]
            marks[number] = next((one for one in choices if one not in marks.values()), choices[0])
        return [marks[number] for number in range(len(self.actors))]

    def _note_texts(self) -> list[tuple[int, str] | None]:
        """Return for each run from which step on its legend says more, and what."""
        return [
            None if run.diverged_at is None else (int(run.diverged_at), f"diverged at {run.diverged_at}")
            for run in self.runs
        ]

    def _legend_texts(self) -> list[str]:
        return [
            f"{'= ' if len(self.runs) > 1 else ''}{name}{f'  {note[1]}' if note else ''}"
            for name, note in zip(self.names, self._note_texts(), strict=True)
        ]

    def _draw_legend(self, sheet: Sheet) -> None:
        """Write a row for each run, those that walk together below each other."""
        ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
        width, height = np.array(ax.get_window_extent().size) * 72 / self.figure.dpi
        ax.set(xlim=(0, width), ylim=(height, 0))
        ax.axis("off")
        line = min(1.7 * SMALL * scale, height / len(self.runs))
        rows = [
            (number, index, index != group[0])
            for number, group in sorted(enumerate(self.actors), key=lambda one: one[1][0])
            for index in group
        ]
        for row, (number, index, again) in enumerate(rows):
            y, x = (row + 0.5) * line, 20 * scale
            if not again:
                sheet.mark((9 * scale, y), *self.marks[number][:1], BALL, *self.marks[number][1:], 9, clip_on=False)
                if len(self.actors[number]) > 1:
                    sheet.mark((9 * scale, y), "o", RING, "none", colours.ink, 0.9, 9, clip_on=False)
            text = f"= {self.names[index]}" if again else self.names[index]
            ax.text(x, y, text, va="center", fontsize=SMALL * scale, color=colours.ink)
            note = self._note_texts()[index]
            if note:
                beside = x + width_of(f"{text}  ", SMALL * scale)
                self.notes.append(Note(*note, tuple(ax.transData.transform((beside, y)).tolist())))

    # --- what moves ------------------------------------------------------------------------------------------------

    def _make_artists(self, counter: bool) -> None:
        """Make the artists of a frame, in pixels, and the segments of all trails."""
        scale, pixels = self.scale, IdentityTransform()
        width, points = self.figure.bbox.width, self.figure.dpi / 72
        # Only the digits move; the words are part of the background.
        style: dict[str, Any] = {"fontsize": NORMAL * scale, "fontweight": "bold", "color": self.colours.ink}
        end, size = f" of {self.steps}", NORMAL * scale
        digits = width - (8 * scale + width_of(end, size, "bold")) * points
        before = digits - width_of(f"{self.steps} ", size, "bold") * points
        self.counter = Text(digits, self._foot(), "", ha="right", va="center_baseline", **style)
        if counter:
            for x, text, align in ((digits, end, "left"), (before, "step", "right")):
                word = self.figure.text(x, self._foot(), text, ha=align, va="center_baseline", **style)
                word.set_transform(pixels)
        self.note_texts = [
            Text(*note.place, note.text, va="center", fontsize=SMALL * scale, color=self.colours.second_ink)
            for note in self.notes
        ]
        shared = [number for number, group in enumerate(self.actors) if len(group) > 1]
        circle = MarkerStyle("o")
        self.layers = []
        for track in self.tracks:
            casing = LineCollection([], colors=to_rgba(self.colours.casing, CASING_OPACITY),
                                    linewidths=3.2 * scale, capstyle="butt")  # fmt: skip
            line = LineCollection([], linewidths=(1.9 if len(self.runs) == 1 else 1.5) * scale, capstyle="round")
            balls = PathCollection(
                [mark.outline for mark in self.marks],
                [(self.ball * scale) ** 2],
                facecolors=[mark.face for mark in self.marks],
                edgecolors=[mark.edge for mark in self.marks],
                linewidths=[mark.width * scale for mark in self.marks],
                offset_transform=pixels,
            )
            rings = PathCollection(
                [circle.get_path().transformed(circle.get_transform())],
                [(RING * scale) ** 2],
                facecolors="none", edgecolors=self.colours.ink, linewidths=0.9 * scale, offset_transform=pixels,
            )  # fmt: skip
            for artist in (casing, line):
                artist.set_transform(pixels)
                artist.set_clip_box(track.box)
            self.layers.append((casing, line, balls, rings, track.places[shared], *self._segments(track)))
        for artist in (self.counter, *self.note_texts, *(one for layer in self.layers for one in layer[:4])):
            artist.set_figure(self.figure)
        self.counted = counter

    def _segments(self, track: Track) -> tuple[NDArray, NDArray, NDArray]:
        """Return the segments of all trails by step, `(steps, actors, 2, 2)`, which of them exist, their colours."""
        shape = (self.steps, len(self.actors))
        segments, exist, colours = np.zeros((*shape, 2, 2)), np.zeros(shape, dtype=bool), np.zeros((*shape, 4))
        for number, (trail, shades) in enumerate(zip(track.trails, self.shades, strict=True)):
            count = max(len(trail) - 1, 0)
            segments[:count, number] = np.stack([trail[:-1], trail[1:]], axis=1) if count else 0
            exist[:count, number] = True
            ramp = LinearSegmentedColormap.from_list("run", shades)
            colours[:, number] = ramp(np.linspace(0, 1, max(self.steps, 1)))[: self.steps]
        return segments, exist, colours

    def _foot(self) -> float:
        """Return the height of the line below the panels in pixels."""
        return 11 * self.scale * self.figure.dpi / 72

    @property
    def background(self) -> NDArray[np.uint8]:
        """The picture without anything that moves, `(height, width, 4)`."""
        self.canvas.draw()
        return np.array(self.canvas.buffer_rgba())

    def frames(self, steps: Iterable[int]) -> Iterator[NDArray[np.uint8]]:
        """Yield the picture at each of these steps, which rise: `(height, width, 4)`, valid until the next one."""
        if self._background is None:
            self.canvas.draw()
            self._background = self.canvas.copy_from_bbox(self.figure.bbox)
        renderer, base, before = self.canvas.get_renderer(), self._background, -1
        for step in steps:
            self.canvas.restore_region(base)
            # What stays is drawn on the background, once.
            for note, text in zip(self.notes, self.note_texts, strict=True):
                if before < note.step <= step:
                    text.draw(renderer)
            if self.trail is None:
                self._draw_trails(renderer, max(before, 0), step)
            base, before = self.canvas.copy_from_bbox(self.figure.bbox), step
            if self.trail is not None:
                self._draw_trails(renderer, max(step - self.trail, 0), step)
            for artist in self._moved(step):
                artist.draw(renderer)
            yield np.asarray(self.canvas.buffer_rgba())

    def _draw_trails(self, renderer: Any, first: int, last: int) -> None:
        """Draw the trails of the steps behind `first` up to `last`, all casings below all lines."""
        for casing, line, _, _, _, segments, exist, colours in self.layers:
            for artist, begin in (
                (casing, first),
                # The segment before is drawn again, because the casing has touched its end.
                (line, max(first - 1, 0) if self.trail is None else first),
            ):
                there = exist[begin:last]
                if there.any():
                    artist.set_segments(segments[begin:last][there])
                    if artist is line:
                        artist.set_color(colours[begin:last][there])
                    artist.draw(renderer)

    def _moved(self, step: int) -> Iterator[Artist]:
        """Yield what lies on top, moved to a step."""
        for (_, _, balls, rings, shared, *_), track in zip(self.layers, self.tracks, strict=True):
            balls.set_offsets(track.places[:, step])
            yield balls
            if len(shared):
                rings.set_offsets(shared[:, step])
                yield rings
        if self.counted:
            self.counter.set_text(str(step))
            yield self.counter

    def frame(self, step: int) -> NDArray[np.uint8]:
        """Return the picture at one step, `(height, width, 4)`."""
        (drawn,) = (np.array(frame) for frame in self.frames([step]))
        return drawn


def _landscape_track(sheet: Sheet, paths: Sequence[NDArray], steps: int) -> Track:
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


def _error_track(sheet: Sheet, paths: Sequence[NDArray], steps: int) -> Track:
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


def _curve_points(curve: Curve, floor: float) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):
        return np.column_stack([np.arange(len(curve.values), dtype=float), np.maximum(curve.values, floor)])


def _linear(sheet: Sheet, curves: Sequence[Curve]) -> None:
    """Set the axis of losses, wide enough for all runs that do not diverge; others leave through the top."""
    calm = [curve.values for curve in curves if curve.run.diverged_at is None]
    values = np.concatenate(calm or [curve.values[:1] for curve in curves])
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    pad = 0.05 * (high - low) or 1.0
    sheet.ax.set_ylim(low - pad, high + pad)
