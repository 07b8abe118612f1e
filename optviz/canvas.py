"""Fast redraw: a panel has a background, drawn once, and a layer of the few things that a move changes."""

import io
import math
import zlib
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from . import look
from .curves import floor_of
from .look import LINE, Theme
from .objective_function import Objective
from .path_artists import PathArtists, Word
from .paths import drawable, ground_path
from .sheet import Sheet, draw_frame
from .terrain import draw_landscape
from .trajectory import Trajectory
from .words import number_text

LANDSCAPE = (600, 440)  # CSS pixels
CURVE = (400, 440)


class Layer(NamedTuple):
    """What is laid over a background: only the pixels that are not empty, because a path covers few of them.

    `pixels` is deflated: for each of these pixels the distance to the one before it, counted row by row from the top
    left, then for each its RGBA, all as unsigned 32-bit numbers in the machine's order. `words` are texts with their
    place in CSS pixels from the top left: a page writes them sharper, and much faster, than a canvas.
    """

    pixels: bytes
    words: tuple[Word, ...] = ()


# What a cleared canvas holds: transparent white.
EMPTY = np.frombuffer(b"\xff\xff\xff\x00", dtype=np.uint32)[0]


class Surface:
    """A figure of fixed size whose pixels can be had, all of them as PNG or the drawn ones as a layer."""

    def __init__(self, size: tuple[int, int], scale: float, colours: Theme, margins: tuple[float, float, float, float]):
        self.figure = Figure(figsize=(size[0] / 100, size[1] / 100), dpi=100 * scale)
        self.figure.set_facecolor(colours.background)
        self.canvas = FigureCanvasAgg(self.figure)
        left, right, bottom, top = margins  # in CSS pixels
        self.axes = self.figure.add_axes(
            (left / size[0], bottom / size[1], 1 - (left + right) / size[0], 1 - (top + bottom) / size[1])
        )

    def background(self) -> bytes:
        """Draw the figure; return it as a PNG."""
        png = io.BytesIO()
        self.figure.savefig(png, format="png", dpi=self.figure.dpi, facecolor=self.figure.get_facecolor())
        return png.getvalue()

    def layer(self, drawn: "PathArtists | CurveArtists") -> Layer:
        """Draw on an empty canvas; return the part that is not empty."""
        renderer = self.canvas.get_renderer()
        renderer.clear()
        drawn.draw(renderer)
        scale, height = self.figure.dpi / 100, self.figure.bbox.height
        words = tuple(
            word._replace(place=(word.place[0] / scale, (height - word.place[1]) / scale)) for word in drawn.words
        )
        pixels = np.asarray(self.canvas.buffer_rgba()).view(np.uint32).ravel()
        places = np.flatnonzero(pixels != EMPTY)
        gaps = np.diff(places, prepend=0).astype(np.uint32)
        # Fast matters more than small: the picture travels once a move.
        return Layer(zlib.compress(np.concatenate([gaps, pixels[places]]).tobytes(), 1), words)


class Landscape:
    """The panel with the contours, or the curve, of an objective and the path of one run."""

    def __init__(self, objective: Objective, theme: str, scale: float):
        colours = look.THEMES[theme]
        self.objective = objective
        self.surface = Surface(LANDSCAPE, scale, colours, (52, 12, 44, 12))
        self.ax = self.surface.axes
        self.sheet = draw_landscape(self.ax, objective, theme=theme)
        self.background = self.surface.background()
        self.path = PathArtists(self.surface.figure, self.ax.bbox.frozen(), colours)

    def layer(self, run: Trajectory) -> Layer:
        """Return the path of the run."""
        path = drawable(self.sheet, ground_path(run))
        if not len(path.points):  # no number from the start on
            return Layer(zlib.compress(b""))
        self.path.move(self.ax.transData.transform(path.points), path, run)
        return self.surface.layer(self.path)

    def place(self, across: float, down: float) -> NDArray[np.float64]:
        """Return the point of the landscape at these shares of the picture's width and height."""
        box, panel = self.surface.figure.bbox, self.ax.bbox
        across = min(max(across * box.width, panel.x0), panel.x1) / box.width  # a click beside the panel is on its edge
        down = 1 - min(max((1 - down) * box.height, panel.y0), panel.y1) / box.height
        return self.ax.transData.inverted().transform((across * box.width, (1 - down) * box.height))[: self.objective.n]


class CurveArtists:
    """The error curve, its end and the end's name, in pixels."""

    def __init__(self, figure: Figure, colours: Theme):
        self.line = Line2D([], [], color=colours.run[1], linewidth=LINE)
        self.end = Line2D([], [], color=colours.run[1], marker="o", markersize=7, markeredgecolor=colours.casing)
        self.words: list[Word] = []
        for artist in (self.line, self.end):
            artist.set_figure(figure)
            artist.set_transform(IdentityTransform())

    def draw(self, renderer: RendererBase) -> None:
        """Draw both."""
        self.line.draw(renderer)
        self.end.draw(renderer)


class Curve:
    """The panel with the error of one run against its steps; its axes fit a range of runs, see `frame_of`."""

    def __init__(self, frame: "Frame", theme: str, scale: float):
        colours = look.THEMES[theme]
        self.frame = frame
        self.surface = Surface(CURVE, scale, colours, (52, 70, 44, 30))
        self.ax = self.surface.axes
        _draw_frame(self.ax, frame, colours)
        self.background = self.surface.background()
        self.artists = CurveArtists(self.surface.figure, colours)
        self.artists.line.set_clip_box(self.ax.bbox.frozen())

    def layer(self, run: Trajectory) -> Layer:
        """Return the curve of the run."""
        curve = np.asarray(run.error if self.frame.logarithmic else run.losses)
        end = f"step {run.diverged_at}" if run.diverged_at is not None else number_text(curve[-1])
        if self.frame.logarithmic and curve[-1] <= floor_of([run]):
            end = f"< {floor_of([run]):.0e}".replace("-", "−")
        with np.errstate(all="ignore"):
            beyond = ~(curve <= self.frame.high)
            shown = np.where(beyond, self.frame.high, np.maximum(curve, self.frame.low))
        # A run that diverges leaves through the top and is not seen again.
        kept = int(beyond.argmax()) + 1 if run.diverged_at is not None and beyond.any() else len(curve)
        pixels = self.ax.transData.transform(np.column_stack([np.arange(kept, dtype=float), shown[:kept]]))
        self.artists.line.set_data(*pixels.T)
        self.artists.end.set_data(*pixels[-1:].T)
        self.artists.end.set_marker("^" if kept < len(curve) else "o")
        across, up = pixels[-1].tolist()
        self.artists.words = [Word(end, (across + 8 * self.surface.figure.dpi / 72, up))]
        return self.surface.layer(self.artists)


class Frame(NamedTuple):
    """The axes of an error panel: they stay while a slider is dragged, so that only the curve moves."""

    label: str
    steps: int
    low: float
    high: float
    logarithmic: bool


# Decades below the error at the start at which the axis may end.
DEPTHS = (1, 3, 6, 10, 17)


def frame_of(run: Trajectory) -> Frame:
    """Return the axes for a run: from a coarse set, so that a small move seldom changes them."""
    if run.error is None:
        values = run.losses[np.isfinite(run.losses)]
        low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
        step = 10.0 ** math.ceil(math.log10(max(high - low, 1e-12)))
        return Frame(run.error_label, run.steps, step * math.floor(low / step), step * math.ceil(high / step), False)
    start = run.error[0] if run.error[0] > 0 and math.isfinite(run.error[0]) else 1.0
    top = math.ceil(math.log10(start))
    finite = run.error[np.isfinite(run.error)]
    lowest = max(float(finite.min(initial=start)), floor_of([run]))
    highest = float(finite.max(initial=start))
    needed = top - math.log10(lowest)
    depth = next((depth for depth in DEPTHS if depth >= needed), DEPTHS[-1])
    high = min(top + (2 if highest > 10 * start else 0.3), 308)  # as far as float64 goes
    return Frame(run.error_label, run.steps, 10.0 ** (top - depth), 10.0**high, True)


@lru_cache(maxsize=16)
def landscape(objective: Objective, theme: str, scale: float) -> Landscape:
    """Return the panel of an objective, drawn once."""
    return Landscape(objective, theme, scale)


@lru_cache(maxsize=32)
def curve(frame: Frame, theme: str, scale: float) -> Curve:
    """Return the error panel with these axes, drawn once."""
    return Curve(frame, theme, scale)


def _draw_frame(ax: Axes, frame: Frame, colours: Theme) -> None:
    draw_frame(Sheet(ax, colours))
    ax.set(xlim=(0, frame.steps), ylim=(frame.low, frame.high), yscale="log" if frame.logarithmic else "linear")
    ax.set_title(frame.label, loc="left", fontsize=look.NORMAL, color=colours.second_ink)
    ax.set_xlabel("step")
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    if frame.logarithmic:
        ax.yaxis.set_major_locator(LogLocator(numticks=7))
        ax.minorticks_off()
    ax.grid(axis="y", color=colours.line, linewidth=0.6)
    ax.set_axisbelow(True)
