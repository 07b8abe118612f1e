"""The sheet that a picture is drawn on: what is given, where it goes, its frame and its headline."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import CircleCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from . import interact_figures, look
from .labels import Labels, width_of
from .look import NORMAL, SMALL, TITLE, Dress, Theme
from .shown import HEADLINE
from .trajectory import Trajectory, shared_contract
from .words import point_text

Runs = Trajectory | Iterable[Trajectory]
Box = Sequence[tuple[float, float]]
# Room around a panel in inches, in a notebook: left, bottom, right, top.
Margins = tuple[float, float, float, float]


class Sheet:
    """Axes with the colours, the scale and the words of what is drawn on them."""

    def __init__(self, ax: Axes, colours: Theme, scale: float = 1.0):
        self.ax, self.colours, self.scale = ax, colours, scale
        # What stands outside of the panel stands on the figure, which may be of the other theme.
        self.outside = look.theme_of(None, background_of(ax.figure))
        self.labels = Labels(ax, colours, scale)

    def inside(self, points: NDArray) -> NDArray:
        """Return those of the points (data coordinates) that lie in the view."""
        with np.errstate(all="ignore"):
            (x0, x1), (y0, y1) = self.ax.get_xlim(), self.ax.get_ylim()
            return points[(points[:, 0] >= x0) & (points[:, 0] <= x1) & (points[:, 1] >= y0) & (points[:, 1] <= y1)]

    def in_points(self, points: Any) -> NDArray:
        """Return places on the sheet in points (1/72 inch)."""
        return self.ax.transData.transform(points) * 72 / self.ax.figure.dpi

    def line(self, points: Any, **style: Any) -> None:
        """Draw a line through points `(2, k)`; the limits of the axes stay, which is why it is not `Axes.plot`."""
        self.ax.add_artist(Line2D(*points, **style))

    def dots(self, points: NDArray, size: float, colours: Any, zorder: float, **style: Any) -> None:
        """Draw a round dot at each point, `size` across; `Axes.scatter` takes as long as the whole rest of a path."""
        area = np.pi / 4 * (size * self.scale) ** 2
        self.ax.add_collection(
            CircleCollection(
                [area], offsets=points, offset_transform=self.ax.transData, facecolors=colours, zorder=zorder, **style
            ),
            autolim=False,
        )

    def mark(self, at: Any, shape: Any, size: float, face: str, edge: str, width: float, zorder: float, **more: Any):
        """Draw one mark; sizes are those of a notebook."""
        self.line(
            np.reshape(at, (2, 1)), marker=shape, linestyle="none", markersize=size * self.scale, zorder=zorder,
            markerfacecolor=face, markeredgecolor=edge, markeredgewidth=width * self.scale, **more,
        )  # fmt: skip

    def run_mark(self, at: Any, dress: Dress, size: float = 8.5, **more: Any) -> None:
        """Draw the marker of a run, with an outline that lifts it off any ground."""
        self.mark(at, dress.shape, size, *dress.face_and_edge(self.colours), 9, clip_on=False, **more)


# --- what is given -------------------------------------------------------------------------------------------------


def as_runs(runs: Any, n: int | None, seeds: bool = False, one_landscape: bool = False) -> list[Trajectory]:
    """Return a list of single runs of `n` coordinates on one objective (None: any), or say what is wrong.

    With `seeds`, a grid whose only axis is that of its seeds is welcome too; with `one_landscape`, any objective of
    one or two coordinates is, as long as all runs are on the same.
    """
    if isinstance(runs, Mapping):  # as `replay` gives them
        runs = runs.values()
    listed: list[Any] = [runs] if isinstance(runs, Trajectory | str) or not isinstance(runs, Iterable) else list(runs)
    if not listed:
        raise ValueError("There is no run to draw; give a run, such as train_2d('adam', lr=0.1), or a list of runs.")
    for run in listed:
        if not isinstance(run, Trajectory):
            raise TypeError(f"A run is needed, such as train_2d('adam', lr=0.1), or a list of runs; got {run!r:.80}.")
        if run.grid and not (seeds and has_seeds_only(run)):
            raise ValueError(
                f"This is a grid of {' x '.join(map(str, run.grid))} runs; choose single ones to draw: "
                f"run.at({', '.join('0' for _ in run.grid)})."
            )
        if n is not None and run.objective.n != n:
            other = f"plot_{run.objective.n}d" if run.objective.n in (1, 2) else "plot_error"
            raise ValueError(f"plot_{n}d draws {n}-D runs; this one has {run.objective.n} coordinates: use {other}.")
        if one_landscape and run.objective.n > 2:
            raise ValueError(
                f"plot_race draws one or two coordinates; this run has {run.objective.n} coordinates: use plot_error."
            )
        if (n is not None or one_landscape) and run.objective is not listed[0].objective:
            raise ValueError(
                f"One picture shows one landscape; these runs are on {listed[0].objective.name} and "
                f"{run.objective.name}."
            )
    return listed


def single_run(run: Any, plot: str) -> Trajectory:
    """Return the one run that `plot` shows, or say what is wrong."""
    if isinstance(run, Iterable) and not isinstance(run, Trajectory | str):
        raise TypeError(f"{plot} shows the inside of one run; choose one of the list.")
    return as_runs(run, None)[0]


def has_seeds_only(run: Trajectory) -> bool:
    """Return whether a grid is one of seeds and of nothing else, so that its runs differ by chance only."""
    return len(run.grid) == 1 and np.shape(run.seed) == run.grid and not any(map(np.ndim, run.settings.values()))


def checked_view(view: Any, n: int) -> list[tuple[float, float]]:
    """Return the view as pairs of numbers, or say what is wrong with it."""
    try:
        pairs = np.asarray(view, dtype=np.float64).reshape(n, 2)
    except (TypeError, ValueError):
        pairs = np.full((n, 2), np.nan)
    if not np.isfinite(pairs).all() or not (pairs[:, 0] < pairs[:, 1]).all():
        raise ValueError(f"view must be {n} pair{'s' * (n > 1)} (low, high) with low < high; got {view!r}.")
    return [(float(low), float(high)) for low, high in pairs]


def names_of(runs: Sequence[Trajectory]) -> list[str]:
    """Return the names of the runs; landscapes and settings tell apart what has the same name."""
    several = len({id(run.objective) for run in runs}) > 1
    names = [f"{run.label} on {run.objective.label}" if several else run.label for run in runs]
    apart = (
        lambda run: run.contract,
        lambda run: f"from {point_text(run.start)}",
        lambda run: "" if np.ndim(run.seed) else f"seed {run.seed}",
    )
    for say in apart:
        words = [say(run) for run in runs]
        # Only what differs among runs of the same name tells them apart.
        differ = {name: {word for other, word in zip(names, words, strict=True) if other == name} for name in names}
        names = [
            f"{name}, {word}" if word and word not in name and len(differ[name]) > 1 else name
            for name, word in zip(names, words, strict=True)
        ]
    return names


def checked_title(title: Any) -> str | None:
    """Return the title, or say what is wrong with it."""
    if title is not None and not isinstance(title, str):
        raise TypeError(f'title must be a text, "" for none, or None for our own; got {title!r}.')
    return title


# --- where it goes -------------------------------------------------------------------------------------------------


def sheet_on(
    ax: Axes | None,
    theme: str | None,
    context: str,
    size: tuple[float, float],
    margins: Margins,
    ground: Hashable = None,
) -> Sheet:
    """Return the sheet to draw on; a new figure has fixed margins, so that words find their place.

    `ground` stands for what a figure may have kept from the move of an `interact` before.
    """
    scale = look.scale_of(context)
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"ax must be a matplotlib Axes, such as plt.subplots()[1], or None; got {ax!r}.")
    if ax is not None and ax.name != "rectilinear":
        raise TypeError(f"ax must be plain Axes, such as plt.subplots()[1]; these have the projection {ax.name!r}.")
    if ax is not None:
        return Sheet(ax, look.theme_of(theme, background_of(ax.figure)), scale)
    figure = figure_for(None, theme, size, ground)
    ax = figure.axes[0] if figure.axes else figure.add_axes(panel(size, margins, scale))
    return Sheet(ax, look.theme_of(theme, figure.get_facecolor()), scale)


def figure_for(
    figure: Any, theme: str | None, size: tuple[float, float], ground: Hashable = None
) -> Figure | SubFigure:
    """Return the figure that is given, emptied, or a new one in the colours of the theme; see `sheet_on`."""
    if figure is not None and not isinstance(figure, Figure | SubFigure):
        raise TypeError(f"figure must be a matplotlib Figure or SubFigure, or None; got {figure!r}.")
    colours = look.theme_of(theme, look.paper() if figure is None else background_of(figure))
    if figure is None:
        figure = interact_figures.figure(size, ground)
    else:
        figure.clear()
    figure.set_facecolor(colours.background)
    return figure


def background_of(figure: Figure | SubFigure) -> Any:
    """Return the colour behind a figure; a SubFigure is transparent unless somebody has painted it."""
    own = figure.get_facecolor()
    return own if to_rgba(own)[3] else figure.canvas.figure.get_facecolor()


def size_of(area: Axes | Figure | SubFigure) -> tuple[float, float]:
    """Return width and height in inches."""
    dpi = area.figure.dpi if isinstance(area, Axes) else area.dpi
    box = area.get_window_extent() if isinstance(area, Axes) else area.bbox
    return box.width / dpi, box.height / dpi


def panel(size: tuple[float, float], margins: Margins, scale: float) -> tuple[float, float, float, float]:
    """Return a panel in shares of a figure of this size, for `Figure.add_axes`."""
    (width, height), (left, bottom, right, top) = size, (scale * margin for margin in margins)
    return left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height


# --- its frame and its headline ------------------------------------------------------------------------------------


def draw_frame(sheet: Sheet) -> None:
    """Give the Axes their colours and the size of their letters, without a box around them."""
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    ax.set_facecolor(colours.panel)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(colors=sheet.outside.second_ink, labelsize=SMALL * scale, length=3 * scale, width=0.8 * scale)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set(color=sheet.outside.second_ink, fontsize=NORMAL * scale)


def write_headline(sheet: Sheet, title: str, words: Sequence[str], lift: float = 0.0) -> None:
    """Write the title, and below it what makes the comparison fair or not; nothing at all if the title is "".

    `lift` moves both up by so many points, over what else stands above the panel.
    """
    if title == "":
        return
    colours, scale = sheet.outside, sheet.scale
    for earlier in [text for text in sheet.ax.texts if isinstance(text, _AboveThePanel)]:  # of a drawing before
        earlier.remove()
    for line in (
        _AboveThePanel(sheet.ax, title, 20 * scale + lift, colours.ink, TITLE * scale, "bold", gid=HEADLINE),
        _AboveThePanel(sheet.ax, "  ·  ".join(words), 6 * scale + lift, colours.second_ink, NORMAL * scale, "normal"),
    ):
        sheet.ax.add_artist(line)
        line.set_clip_on(False)


class _AboveThePanel(Annotation):
    """A line above a panel, in points; not a title of the Axes, because all titles of Axes have the same height.

    A title that somebody else sets on the Axes takes the place of the headline, with the other line above it.
    """

    def __init__(self, ax: Axes, text: str, height: float, colour: str, size: float, weight: str, **more: Any):
        # Long lines get smaller letters rather than being cut at the figure's edge.
        super().__init__(
            text, (0, 1), (0, height), xycoords="axes fraction", textcoords="offset points", color=colour,
            fontsize=_fitting(ax, text, size, weight), fontweight=weight, annotation_clip=False, **more,
        )  # fmt: skip
        self.panel, self.height = ax, height

    def draw(self, renderer: RendererBase) -> None:
        if self._settle(renderer):
            super().draw(renderer)

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        # A layout asks before anything is drawn.
        return super().get_window_extent(renderer) if self._settle(renderer) else Bbox.null()

    def _settle(self, renderer: RendererBase | None) -> bool:
        """Find the height; return whether the line is to be seen at all."""
        titles = [one for one in interact_figures.titles_of(self.panel) if one.get_text() and one.get_visible()]
        if titles and self.get_gid() == HEADLINE:
            return False
        tops = [one.get_window_extent(renderer).y1 - self.panel.bbox.y1 for one in titles]
        height = max([self.height, *(top * 72 / self.panel.figure.dpi + 4 for top in tops)])
        if self.xyann != (0, height):
            self.xyann = (0, height)
        return True


def _fitting(ax: Axes, text: str, size: float, weight: str) -> float:
    width = width_of(text, size, weight)
    room = 72 / ax.figure.dpi * (ax.figure.bbox.x1 - ax.get_window_extent().x0)
    return size * min(1, 0.94 * room / width) if width else size


def title_of(runs: Sequence[Trajectory]) -> str:
    """Return the headline of a picture: who ran where."""
    names = runs[0].label if len(runs) == 1 else f"{len(runs)} runs"
    return f"{names} on {' and '.join(dict.fromkeys(run.objective.label for run in runs))}"


def what_was_the_same(runs: Sequence[Trajectory]) -> list[str]:
    """Return the words under a headline: start, settings and steps, and whether all runs share them."""
    steps = sorted({run.steps for run in runs})
    words = [
        shared_contract(runs),
        f"{steps[0]} step{'s' * (steps != [1])}" if len(steps) == 1 else f"{steps[0]} to {steps[-1]} steps",
    ]
    seeds = sorted({run.grid[0] for run in runs if run.grid})
    if seeds:
        words.append(f"median and middle 80 % of {' or '.join(map(str, seeds))} seeds")
    if len(runs) > 1:
        same = len({tuple(map(float, np.ravel(run.start))) for run in runs}) == 1
        words.insert(0, "same start" if same else "different starts")
    return words
