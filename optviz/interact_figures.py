"""Figures for a hand-written `@interact`: one for each picture that its function draws, however often it is called.

A move gets back the figures that it drew on before. Under backends that keep figures alive (ipympl) a new one would
not be shown; under the inline backend it would cost a tenth of a second, most of it for a landscape that no slider
changes. So a figure keeps its landscape, as artists and as pixels, until somebody else touches it.
"""

import sys
from collections.abc import Hashable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure

GROUND = 3  # what lies below this zorder is the ground


class Picture(Figure):
    """A figure that can draw its only panel on a kept image of the ground, as long as nobody else draws on it.

    Whatever a learner adds or changes marks the panel as stale, as redrawing in matplotlib requires. Then everything
    is drawn, and the next move begins with an empty figure.
    """

    ground: Hashable = None
    _settled: tuple[float, float] | None = None  # our drawing is done, for this size in inches
    _image: tuple[Any, Any] | None = None  # what its pixels depend on, and the pixels

    def begin(self, size: tuple[float, float], ground: Hashable) -> None:
        """Empty the figure for a new picture, but leave a ground that is the same as before and not None."""
        if self.untouched and ground is not None and ground == self.ground:
            (ax,) = self.axes
            for artist in [*ax.lines, *ax.collections, *ax.texts]:
                if artist.get_zorder() >= GROUND:
                    artist.remove()
        else:
            self.clear()
            self.set_size_inches(size)
            self.ground, self._image = ground, None
        self._settled = None

    def settle(self) -> None:
        """Say that our drawing is done: what changes from now on, somebody else has changed."""
        self._settled = tuple(self.get_size_inches())
        self.axes[0].stale = False

    @property
    def untouched(self) -> bool:
        """Whether the panel is as it was when we had drawn it, and alone."""
        same = self._settled == tuple(self.get_size_inches()) and len(self.get_children()) == 2
        return same and not self.axes[0].stale

    def draw(self, renderer: RendererBase) -> None:
        """Draw what is new on the kept ground, or everything."""
        if not (self.untouched and isinstance(renderer, RendererAgg)):
            self._settled = None
            super().draw(renderer)
            return
        (ax,) = self.axes
        over = [one for one in ax.get_children() if one.get_zorder() >= GROUND and one.get_visible()]
        key = (renderer.width, renderer.height, renderer.dpi, self.get_facecolor())
        if self._image is None or self._image[0] != key:
            for artist in over:
                artist.set_visible(False)
            super().draw(renderer)
            for artist in over:
                artist.set_visible(True)
            self._image = (key, renderer.copy_from_bbox(self.bbox))
        renderer.restore_region(self._image[1])
        for artist in sorted(over, key=Artist.get_zorder):
            artist.draw(renderer)
        ax.stale = self.stale = False


class _InlineCanvas(FigureCanvasAgg):
    """A canvas that draws a picture when it is shown, and once: there is no room around it to look for."""

    def draw_idle(self, *arguments: Any, **options: Any) -> None:
        pass

    def print_figure(self, filename: Any, *arguments: Any, bbox_inches: Any = None, **options: Any) -> Any:
        if isinstance(self.figure, Picture) and self.figure.untouched and bbox_inches == "tight":
            bbox_inches = None
            if options.get("format") == "png":  # seen once and replaced: fast matters more than small
                options.setdefault("pil_kwargs", {"compress_level": 1})
        return super().print_figure(filename, *arguments, bbox_inches=bbox_inches, **options)


@dataclass
class _Drawn:
    """What an `interact` has drawn on, and how many of it in the present move."""

    owner: Any
    figures: list[Picture] = field(default_factory=list)
    used: int = 0
    move: FrameType | None = None  # kept, so that no later move can be taken for this one


# By the cell and the name of the function: when a cell runs again, its old figures have lost their place.
_drawn: dict[tuple[str, str], _Drawn] = {}


def figure(size: tuple[float, float], ground: Hashable = None) -> Figure:
    """Return a figure of this size in inches: empty, but in a move of an `interact` it may have its `ground` still."""
    move = _move_on_the_stack()
    if move is None:
        return plt.figure(figsize=size)
    owner = move.f_locals["self"]
    code = getattr(owner.f, "__code__", None)
    key = (code.co_filename, code.co_qualname) if code else ("", repr(owner.f))
    drawn = _drawn.get(key)
    if drawn is None or drawn.owner is not owner:
        for old in drawn.figures if drawn else ():
            plt.close(old)
        drawn = _drawn[key] = _Drawn(owner)
    if drawn.move is not move:
        drawn.move, drawn.used = move, 0
    drawn.used += 1
    if drawn.used > len(drawn.figures):
        drawn.figures.append(_registered(Picture(figsize=size)))
    mine = drawn.figures[drawn.used - 1]
    if not plt.fignum_exists(mine.number):  # the inline backend closes what it has shown
        _registered(mine)
    mine.begin(size, ground)
    mine.canvas.draw_idle()
    return mine


def _registered(picture: Picture) -> Picture:
    """Hand a figure over to pyplot, which shows it."""
    plt.figure(FigureClass=lambda **_: picture)  # type: ignore[arg-type]
    manager = picture.canvas.manager
    if manager is not None and type(picture.canvas) is FigureCanvasAgg:
        manager.canvas = _InlineCanvas(picture)
        manager.canvas.manager = manager
    return picture


def _move_on_the_stack() -> FrameType | None:
    """Return the frame of ipywidgets that is calling an `interact` function, if one is."""
    widgets = sys.modules.get("ipywidgets")
    frame: FrameType | None = sys._getframe() if widgets else None
    while frame is not None and frame.f_code is not widgets.interactive.update.__code__:  # type: ignore[union-attr]
        frame = frame.f_back
    return frame
