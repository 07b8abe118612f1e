"""Figures for a hand-written `@interact`: one for each picture that its function draws, however often it is called.

A move gets back the figures that it drew on before. Under backends that keep figures alive (ipympl) a new one would
not be shown; under the inline backend it would cost a tenth of a second, most of it for a landscape that no slider
changes. So a figure keeps its landscape, as artists and as pixels, until somebody else changes it.
"""

import io
import sys
import zlib
from collections.abc import Hashable, Set
from dataclasses import dataclass, field
from types import CodeType
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib.pyplot as plt
from matplotlib._pylab_helpers import Gcf
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import DrawEvent, FigureCanvasBase, RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from .shown import NEEDS_KERNEL, Shown, as_html, still

INLINE = "module://matplotlib_inline.backend_inline"
MOST_GROUNDS = 4  # kept under the inline backend, each of a few MiB


class Picture(Shown):
    """A figure that can draw its only panel on a kept image of the ground, as long as nobody else has changed that.

    What changes an artist marks it as stale, as redrawing in matplotlib requires: a ground with a stale part, or in
    another place, is drawn anew, and the next move begins with an empty figure.
    """

    _offered = False  # whether the next landscape on the panel is the one that is there
    _wanted: Hashable = None  # which ground the figure is asked to keep
    _ground: Set[Artist] = frozenset()
    _own: Set[Artist] = frozenset()  # all that we drew, ground and runs
    _place: Any = None  # what the ground looks like but for its artists; None if it may have changed
    _image: tuple[Any, Any] | None = None  # what its pixels depend on, and the pixels

    def __getstate__(self) -> Any:
        return {**super().__getstate__(), "_image": None}  # type: ignore[dict-item]  # pixels cannot be copied

    def begin(self, size: tuple[float, float], ground: Hashable) -> None:
        """Empty the figure for a new picture, but leave a ground that is the same as before and not None."""
        self._offered = self.keeps_ground and ground is not None and ground == self._wanted
        if self._offered:
            (ax,) = self.axes
            for place in ("left", "center", "right"):
                ax.set_title("", loc=place)  # type: ignore[arg-type]
            for artist in set(self._over()).difference(titles_of(ax)):
                artist.remove()
        else:
            self.forget()
            self.set_layout_engine(None)
            self.set_size_inches(size)
            self._wanted = ground

    def forget(self) -> None:
        """Empty the figure."""
        self.clear()
        self._ground, self._own, self._place, self._image = frozenset(), frozenset(), None, None

    def take_ground(self) -> bool:
        """Return, once, whether the ground is there already."""
        offered, self._offered = self._offered, False
        return offered

    def ground_is_drawn(self) -> None:
        """Keep what is on the panel now, but for its titles, unless there is a ground to be kept."""
        if self._ground:
            return
        (ax,) = self.axes
        self._ground = {*ax.get_children(), ax.xaxis.label, ax.yaxis.label}.difference(titles_of(ax))

    def settle(self) -> None:
        """Say that our drawing is done: what changes from now on, somebody else has changed."""
        for artist in self._ground:
            artist.stale = False
        self._own, self._place = frozenset(self.axes[0].get_children()), self._where()

    @property
    def keeps_ground(self) -> bool:
        """Whether the ground is as it was when we had drawn it, in the only panel."""
        if self._place is not None and (self._place != self._where() or any(one.stale for one in self._ground)):
            self._place = None
        return self._place is not None

    def draw(self, renderer: RendererBase) -> None:
        """Draw what is new on the kept ground, or everything."""
        if not (self.keeps_ground and isinstance(renderer, RendererAgg)):
            super().draw(renderer)
            return
        over = [artist for artist in self._over() if artist.get_visible()]
        patch = (self.get_facecolor(), self.get_edgecolor(), self.patch.get_linewidth())
        key = (renderer.width, renderer.height, renderer.dpi, patch)
        if self._image is None or self._image[0] != key:
            # Titles stay there, unseen: where a title stands is found while the Axes are drawn.
            titles = [(title, title.get_alpha()) for title in titles_of(self.axes[0])]
            others = [artist for artist in over if artist not in dict(titles)]
            for artist in others:
                artist.set_visible(False)
            for title, _ in titles:
                title.set_alpha(0)
            boxes = [box for title, _ in titles if (box := title.get_bbox_patch()) is not None and box.get_visible()]
            for box in boxes:
                box.set_visible(False)
            super().draw(renderer)
            for artist in others:
                artist.set_visible(True)
            for box in boxes:
                box.set_visible(True)
            for title, alpha in titles:
                title.set_alpha(alpha)
            if not renderer.buffer_rgba()[0, 0, 3]:  # a draw that only measures leaves no pixels
                return
            self._image = (key, renderer.copy_from_bbox(self.bbox))
        renderer.restore_region(self._image[1])
        for artist in sorted(over, key=Artist.get_zorder):
            artist.draw(renderer)
        self.stale = False
        self.canvas.callbacks.process("draw_event", DrawEvent("draw_event", self.canvas, renderer))

    def fits(self) -> bool:
        """Return whether nothing of what somebody has added stands out of the figure."""
        ours = self._own - set(titles_of(self.axes[0]))  # a title may be somebody else's by now
        added = [artist for artist in self._over() if artist not in ours]
        boxes = [artist.get_tightbbox() for artist in added if artist.get_visible()]
        return all(
            box.x0 >= 0 and box.y0 >= 0 and box.x1 <= self.bbox.x1 and box.y1 <= self.bbox.y1 for box in boxes if box
        )

    def _over(self) -> list[Artist]:
        return [artist for artist in self.axes[0].get_children() if artist not in self._ground]

    def _where(self) -> Any:
        if len(self.get_children()) != 2 or self.get_layout_engine():  # more than its own patch and the panel
            return None
        (ax,) = self.axes
        panel = (ax.axison, ax.get_frame_on(), ax.get_xscale(), ax.get_yscale(), ax.get_aspect(), ax.get_visible())
        return tuple(self.get_size_inches()), ax.viewLim.bounds, ax.get_position(original=True).bounds, panel


def titles_of(ax: Axes) -> list[Text]:
    """Return the three titles, which are part of Axes and cannot be removed."""
    others = set(ax.texts)
    return [one for one in ax.get_children() if isinstance(one, Text) and one not in others]


class _Canvas(FigureCanvasAgg):
    """A canvas that draws a picture when it is shown, and once: there is no room around it to look for."""

    def draw_idle(self, *arguments: Any, **options: Any) -> None:
        pass

    def print_figure(self, filename: Any, *arguments: Any, bbox_inches: Any = None, **options: Any) -> Any:
        picture = self.figure
        shown = isinstance(filename, io.BytesIO) and bbox_inches == "tight"  # by the inline backend
        if shown and isinstance(picture, Picture) and picture.keeps_ground and picture.fits():
            bbox_inches = None
            if options.get("format") == "png":  # seen once and replaced: fast matters more than small
                options.setdefault("pil_kwargs", {"compress_level": 1, "compress_type": zlib.Z_RLE})
        return super().print_figure(filename, *arguments, bbox_inches=bbox_inches, **options)


@dataclass
class _Drawn:
    """What an `interact` has drawn on, and how many of it in the present move."""

    code: CodeType | None
    figures: list[Picture] = field(default_factory=list)
    used: int = 0
    move: Any = None


_drawn: WeakKeyDictionary[Any, _Drawn] = WeakKeyDictionary()


def figure(size: tuple[float, float], ground: Hashable = None) -> Figure:
    """Return a figure of this size in inches: empty, but in a move of an `interact` it may have its `ground` still."""
    owner = _interact_on_the_stack()
    if owner is None:
        return plt.figure(figsize=size, FigureClass=Shown)
    if plt.get_backend() == "inline":
        plt.rcParams["backend"] = INLINE  # ipywidgets shows figures in a move under this name only
    _keep_a_still(type(owner))
    drawn = _drawn.pop(owner, None) or _Drawn(getattr(owner.f, "__code__", None))
    if not drawn.figures:
        _close_older(drawn.code)
    _drawn[owner] = drawn  # the latest is the last
    if drawn.move is not owner.kwargs:  # which ipywidgets makes anew for each move
        drawn.move, drawn.used = owner.kwargs, 0
    drawn.used += 1
    if drawn.used > len(drawn.figures):
        drawn.figures.append(_registered(Picture(figsize=size)))
    mine = drawn.figures[drawn.used - 1]
    if _is_open(mine):
        plt.figure(mine)
    else:
        _registered(mine)
    for older in list(_drawn.values())[:-MOST_GROUNDS]:
        for one in older.figures:
            if not _is_open(one):
                one.forget()
                FigureCanvasBase(one)  # and the pixels of the canvas before go
    mine.begin(size, ground)
    mine.canvas.draw_idle()
    return mine


def _keep_a_still(interactive: type) -> None:
    """Have what an `interact` shows hold its picture too, for a page or a reader without a kernel."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell:
        shell.display_formatter.mimebundle_formatter.for_type(interactive, _with_still)


def _with_still(owner: Any, **options: Any) -> Any:
    made = owner._repr_mimebundle_(**options)
    data = made[0] if isinstance(made, tuple) else made
    drawn = _drawn.get(owner)
    if data and drawn:
        data["text/html"] = still("".join(as_html(one) or "" for one in drawn.figures[: drawn.used]), NEEDS_KERNEL)
    return made


def _is_open(picture: Picture) -> bool:
    """Return whether pyplot has this very figure; the inline backend closes what it has shown."""
    return any(manager.canvas.figure is picture for manager in Gcf.get_all_fig_managers())


def _close_older(code: CodeType | None) -> None:
    """Close the figures of the same function as it was before its cell ran again; siblings share the code itself."""
    for owner, drawn in list(_drawn.items()):
        if drawn.code == code and drawn.code is not code:
            del _drawn[owner]
            for old in drawn.figures:
                plt.close(old)


def _registered(picture: Picture) -> Picture:
    """Hand a figure over to pyplot, which shows it."""
    plt.figure(FigureClass=lambda **_: picture)  # type: ignore[arg-type]
    manager = picture.canvas.manager
    if manager is not None and type(picture.canvas) is FigureCanvasAgg:
        manager.canvas = _Canvas(picture)
        manager.canvas.manager = manager
    return picture


def _interact_on_the_stack() -> Any:
    """Return the `interactive` of ipywidgets that is calling its function, if one is."""
    widgets = sys.modules.get("ipywidgets")
    frame = sys._getframe() if widgets else None
    while frame is not None and frame.f_code is not widgets.interactive.update.__code__:  # type: ignore[union-attr]
        frame = frame.f_back
    return frame and frame.f_locals["self"]
