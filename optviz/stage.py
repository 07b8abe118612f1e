"""The stage of an animation: a background that is drawn once, and the few artists that a frame moves."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform
from numpy.typing import NDArray

from . import look
from .curves import Curve, curves_of, draw_axes
from .labels import LEADING, width_of
from .look import NORMAL, SMALL
from .motion import Balls, Counter, Mark, Trails, error_track, landscape_track
from .paths import alike_to_the_eye, equals, final_loss, ground_path, mark_start, on_paper
from .sheet import Sheet, names_of, panel, title_of, what_was_the_same, write_headline
from .terrain import draw_landscape
from .trajectory import Trajectory

Panels = Literal["landscape", "error", "both"]
# Points, for a picture of usual size: balls, the ring around a shared one, trails of several runs and of one, casings.
BALL, RING, THIN, THICK, CASE = 8.5, 13.0, 1.5, 1.9, 3.2


class Note(NamedTuple):
    """What a legend says about a run from a step on."""

    step: int
    text: str
    place: tuple[float, float]  # pixels from the bottom left; the left end of the text


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
        sheets, column = self._lay_out(panels, look.scale_of(context))
        self.scale = sheets[0].scale
        paths = self._draw_panels(sheets, panels)
        self.actors = self._cast(paths)
        dressed = look.dresses([run.rule for run in runs], self.colours)
        dresses = [dressed[group[0]] for group in self.actors]
        self.marks = [Mark(dress.shape, *dress.face_and_edge(self.colours)) for dress in dresses]
        self.shades = [(dress.colour, dress.colour) for dress in dresses]
        if len(runs) == 1:
            self.marks, self.shades = [Mark("o", self.colours.run[1], self.colours.casing, 1.2)], [self.colours.run]
        self.tracks = [
            landscape_track(sheet, [points[group[0]] for group in self.actors], self.steps)
            if on_landscape
            else error_track(sheet, [points[group[0]] for group in self.actors], self.steps)
            for (sheet, points), on_landscape in zip(paths, [panels != "error", False], strict=False)
        ]
        if len(runs) > 1:
            self._draw_legend(column)
        elif note := self._note_texts()[0]:
            self.notes = [Note(*note, (sheets[0].ax.bbox.x0, self._foot()))]
        self._make_artists(counter)
        self._background: NDArray[np.uint8] | None = None

    # --- the background --------------------------------------------------------------------------------------------

    def _lay_out(self, panels: Panels, scale: float) -> tuple[list[Sheet], Bbox]:
        """Return the panels, and the legend's column in pixels; letters shrink where a picture is small."""
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
        boxes = [panel((width, height), one, scale) for one in [*margins, (size[0] - names, 0.5, 0.0, 0.66)]]
        sheets = [Sheet(self.figure.add_axes(box), self.colours, scale) for box in boxes[:-1]]
        return sheets, Bbox.from_bounds(*boxes[-1]).transformed(self.figure.transFigure)

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

    def _cast(self, drawn: list[tuple[Sheet, list[NDArray]]]) -> list[list[int]]:
        """Return the actors, each by the indices of its runs, which are alike on every panel; the best last."""
        panels = [[on_paper(sheet, path) for path in paths] for sheet, paths in drawn]
        groups = alike_to_the_eye([np.concatenate(paths) for paths in zip(*panels, strict=True)])
        return sorted(groups, key=lambda group: -final_loss(self.runs[group[0]]))

    def _note_texts(self) -> list[tuple[int, str] | None]:
        """Return for each run from which step on its legend says more, and what."""
        return [
            (int(run.diverged_at), f"diverged at {run.diverged_at}")
            if run.diverged_at is not None
            else (run.steps, f"ended at {run.steps}")
            if run.steps < self.steps
            else None
            for run in self.runs
        ]

    def _legend_texts(self) -> list[str]:
        return [
            f"{'= ' if len(self.runs) > 1 else ''}{name}{f'  {note[1]}' if note else ''}"
            for name, note in zip(self.names, self._note_texts(), strict=True)
        ]

    def _draw_legend(self, column: Bbox) -> None:
        """Write a row for each run, those that walk together below each other."""
        scale, points = self.scale, self.figure.dpi / 72
        line = min(1.7 * SMALL * scale * points, column.height / len(self.runs))
        rows = [
            (number, index, sign)
            for number, group in sorted(enumerate(self.actors), key=lambda one: one[1][0])
            for index, sign in zip(group, ["", *equals(self.runs, group)], strict=True)
        ]
        for row, (number, index, sign) in enumerate(rows):
            x, y = column.x0 + 20 * scale * points, column.y1 - (row + 0.5) * line
            if not sign:
                marks = [(self.marks[number], BALL)]
                if len(self.actors[number]) > 1:
                    marks.append((Mark("o", "none", self.colours.ink, 0.9), RING))
                for mark, size in marks:
                    self.figure.add_artist(mark.line(column.x0 + 9 * scale * points, y, size, scale))
            text = f"{sign} {self.names[index]}" if sign else self.names[index]
            self._write(x, y, text, "left", SMALL * scale)
            note = self._note_texts()[index]
            if note:
                self.notes.append(Note(*note, (x + width_of(f"{text}  ", SMALL * scale) * points, y)))

    # --- what moves ------------------------------------------------------------------------------------------------

    def _make_artists(self, counter: bool) -> None:
        """Make what a frame moves, in pixels."""
        scale, colours = self.scale, self.colours
        size = NORMAL * scale
        self.note_texts = [
            Text(*note.place, note.text, va="center", fontsize=SMALL * scale, color=colours.second_ink)
            for note in self.notes
        ]
        for text in self.note_texts:
            text.set_figure(self.figure)
        shared = [number for number, group in enumerate(self.actors) if len(group) > 1]
        width = THICK if len(self.runs) == 1 else THIN
        self.trails = [
            Trails(self.figure, track, self.shades, self.steps, colours.casing, width * scale, CASE * scale)
            for track in self.tracks
        ]
        self.balls = [
            Balls(self.figure, track, self.marks, shared, colours.ink, (self.ball, RING), scale)
            for track in self.tracks
        ]
        # Only the digits move; the words are part of the background.
        points, end = self.figure.dpi / 72, f" of {self.steps}"
        # Near what moves, because a GIF's frame is a rectangle; where that is too narrow, at the picture's edge.
        box = self.tracks[-1].box
        right = box.x1 if box.width > 260 * scale * points else self.figure.bbox.width - 8 * scale * points
        x, y = right, self._foot() - 0.37 * size * points
        digits = x - width_of(end, size, "bold") * points
        self.counter = Counter(self.figure, (digits, y), size, colours.ink) if counter else None
        if counter:
            before = digits - width_of(f"{self.steps} ", size, "bold") * points
            for left, text, align in ((digits, end, "left"), (before, "step", "right")):
                self._write(left, y, text, align, size, weight="bold", va="baseline")

    def _write(self, x: float, y: float, text: str, align: str, size: float, va: str = "center", **style: Any) -> None:
        """Write on the background; x and y are pixels."""
        self.figure.text(
            x, y, text, ha=align, va=va, fontsize=size, color=self.colours.ink, transform=IdentityTransform(), **style
        )

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
            self._background = self.background
        renderer, base, before = self.canvas.get_renderer(), self._background.copy(), -1
        # What copy_from_bbox does, but into the same memory each time, which is ten times as fast.
        pixels = np.asarray(self.canvas.buffer_rgba())
        for step in steps:
            pixels[:] = base
            # What stays is drawn on the background, once.
            for note, text in zip(self.notes, self.note_texts, strict=True):
                if before < note.step <= step:
                    text.draw(renderer)
            if self.trail is None:
                for trails in self.trails:
                    trails.draw(renderer, max(before, 0), step, grows=True)
            base[:], before = pixels, step
            if self.trail is not None:
                for trails in self.trails:
                    trails.draw(renderer, max(step - self.trail, 0), step, grows=False)
            for balls in self.balls:
                balls.draw(renderer, step)
            if self.counter:
                self.counter.draw(renderer, step)
            yield pixels

    def frame(self, step: int) -> NDArray[np.uint8]:
        """Return the picture at one step, `(height, width, 4)`."""
        (drawn,) = (np.array(frame) for frame in self.frames([step]))
        return drawn


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
