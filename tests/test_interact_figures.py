"""A hand-written `@interact` gets a figure back with its landscape; what it shows is what a new figure would show."""

import io

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from PIL import Image

from optviz import interact_figures, plot_1d, plot_2d, plot_error, terrain, train, train_2d
from optviz.interact_figures import Picture

from .headlines import headline


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def shown(figure, **options):
    """Return the pixels that the inline backend would show."""
    png = io.BytesIO()
    figure.canvas.print_figure(png, format="png", facecolor=figure.get_facecolor(), **{"dpi": figure.dpi} | options)
    return np.asarray(Image.open(png).convert("RGB"))


def moves(draw, values):
    """Return the figure of an `interact` around `draw(ax)` after each of the values, with what it shows."""
    axes = []

    def show(lr=0.1):
        axes.append(draw(lr))

    slider = ipywidgets.interactive(show, lr=(0.0, 4.0, 0.01))
    slider.update()
    for value in values:
        slider.children[0].value = value
        yield axes[-1].figure, shown(axes[-1].figure, bbox_inches="tight")


DRAWINGS = {
    "a path": lambda lr: plot_2d(train_2d("adam", lr)),
    "a path that leaves, dark": lambda lr: plot_2d(train_2d("sgd", lr, objective="himmelblau"), theme="dark"),
    "several": lambda lr: plot_2d([train(rule, "rosenbrock", lr=lr / 100) for rule in ("adam", "sgd", "momentum")]),
    "balls": lambda lr: plot_1d(train("momentum", "quartic", lr=lr / 100)),
    "for a projector": lambda lr: plot_2d(train("adam", "rastrigin", lr=lr), context="talk", title=f"lr {lr}"),
    "another landscape each time": lambda lr: plot_2d(train("adam", "quadratic" if lr > 1 else "beale", lr=lr)),
    "error curves": lambda lr: plot_error(train("adam", "quadratic", lr=lr)),
    "a view that moves": lambda lr: plot_2d(train_2d("adam", lr), view=((-6, lr), (-3, 3))),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_kept_landscape_looks_like_a_new_one(name):
    draw = DRAWINGS[name]
    values = (0.5, 0.9, 1.5)
    for value, (figure, picture) in zip(values, moves(draw, values), strict=True):
        assert isinstance(figure, Picture)
        new = draw(value).figure
        assert not isinstance(new, Picture)
        # A landscape has margins of its own; what is none is cut to its content, as ever.
        cut = "tight" if name == "error curves" else None
        np.testing.assert_array_equal(picture, shown(new, bbox_inches=cut))


# What a learner adds is drawn over the kept landscape; what changes the landscape itself has it drawn anew.
ADDITIONS = {
    "a line": lambda ax: ax.axhline(0.5, color="red", linewidth=5),
    "a line below the path": lambda ax: ax.plot([-5, 5], [-2, 2], color="red", zorder=1),
    "a title": lambda ax: ax.set_title("mine"),
    "another colour of the path": lambda ax: ax.lines[-1].set_color("red"),
    "a legend": lambda ax: ax.legend(ax.lines[:1], ["path"]),
    "a patch": lambda ax: ax.axvspan(0, 1, alpha=0.3),
    "a word": lambda ax: ax.annotate("here", (0, 0), (-3, 2), arrowprops={"arrowstyle": "->"}),
}
CHANGES = {
    "a title of the figure": lambda ax: ax.figure.suptitle("mine"),
    "another view": lambda ax: ax.set_xlim(-1, 1),
    "no axes": lambda ax: ax.set_axis_off(),
    "more axes": lambda ax: ax.figure.add_axes((0.7, 0.7, 0.2, 0.2)),
    "a larger figure": lambda ax: ax.figure.set_size_inches(9, 7),
    "a grid": lambda ax: ax.grid(visible=True, color="red"),
    "another name of an axis": lambda ax: ax.set_xlabel("weight"),
    "other ticks": lambda ax: ax.set_xticks([-4, 0, 2]),
    "longer ticks": lambda ax: ax.tick_params(length=20, colors="red"),
    "paler contours": lambda ax: ax.collections[0].set_alpha(0.3),
    "a frame": lambda ax: ax.spines["top"].set_visible(True),
    "a logarithm": lambda ax: ax.set_xscale("symlog"),
    "a colour behind the contours": lambda ax: ax.patch.set_facecolor("red"),
    "another colour of a name": lambda ax: ax.xaxis.label.set_color("red"),
    "another layout": lambda ax: ax.figure.set_layout_engine(PlaceHolderLayoutEngine(False, False)),
    "something far outside": lambda ax: ax.text(1.3, 0.5, "far out", transform=ax.transAxes),
}


@pytest.mark.parametrize("touch", {**ADDITIONS, **CHANGES}.values(), ids={**ADDITIONS, **CHANGES})
def test_what_a_learner_does_is_shown_and_is_gone_with_the_next_move(touch):
    def draw(lr):
        ax = plot_2d(train_2d("adam", lr))
        if lr < 1:
            touch(ax)
        return ax

    values = (0.5, 1.5, 0.7)
    for value, (figure, picture) in zip(values, moves(draw, values), strict=True):
        new = draw(value).figure
        # Cut to its content where somebody else has changed more than the panel holds; with our own margins where not.
        cut = value < 1 and (touch in CHANGES.values())
        np.testing.assert_array_equal(picture, shown(new, bbox_inches="tight" if cut else None))
        assert figure.get_children()[0] is figure.patch


@pytest.mark.parametrize("touch", [lambda ax: None, *ADDITIONS.values()], ids=["nothing", *ADDITIONS])
def test_additions_do_not_cost_the_landscape(touch, monkeypatch):
    drawn = []
    monkeypatch.setattr(terrain, "_draw_contours", lambda *args, draw=terrain._draw_contours: drawn.append(draw(*args)))

    def draw(lr):
        ax = plot_2d(train_2d("adam", lr))
        touch(ax)
        return ax

    for _ in moves(draw, (0.5, 0.6, 1.5)):
        pass
    assert len(drawn) == 1


def test_the_box_of_a_longer_title_is_gone_with_the_next_move():
    def draw(lr):
        ax = plot_2d(train_2d("adam", lr))
        ax.set_title("a long title" if lr < 1 else "short", bbox={"facecolor": "yellow"})
        return ax

    for value, (_, picture) in zip((0.5, 1.5), moves(draw, (0.5, 1.5)), strict=True):
        np.testing.assert_array_equal(picture, shown(draw(value).figure))


def test_a_picture_of_twice_the_resolution_and_one_of_vectors_are_drawn_anew():
    values = (0.5, 0.9)
    for value, (figure, _) in zip(values, moves(DRAWINGS["a path"], values), strict=True):
        new = DRAWINGS["a path"](value).figure
        np.testing.assert_array_equal(shown(figure, dpi=200), shown(new, dpi=200))
        np.testing.assert_array_equal(shown(figure), shown(new))
        svg = [io.StringIO(), io.StringIO()]
        for one, file in zip((figure, new), svg, strict=True):
            one.savefig(file, format="svg")
        assert svg[0].getvalue().count("<path") == svg[1].getvalue().count("<path") > 20


def test_two_interacts_of_one_cell_keep_their_own_figures():
    panels = [
        ipywidgets.interactive(lambda lr, rule=rule: figures.append(plot_2d(train_2d(rule, lr)).figure), lr=(0.0, 1.0))
        for rule in ("sgd", "adam")
    ]
    for value in (0.2, 0.3):
        figures = []
        for panel in panels:
            panel.children[0].value = value
        assert [headline(one.axes[0]) for one in figures] == ["SGD on Long bowl", "Adam on Long bowl"]
        assert plt.get_fignums() == sorted(one.number for one in figures)


def test_a_picture_is_shown_though_another_figure_has_its_number():
    def draw(lr):
        if lr > 1:
            plt.close("all")  # as the inline backend does after each move
            plt.figure(figsize=(2, 2))
        return plot_2d(train_2d("adam", lr))

    for figure, _ in moves(draw, (0.5, 1.5, 0.6)):
        assert plt.gcf() is figure
        assert plt.figure(figure.number) is figure


def test_a_move_that_fails_does_no_harm_to_the_next():
    def draw(lr):
        ax = plot_2d(train_2d("adam", lr))
        if lr == 0.6:
            raise RuntimeError("in the middle of a move")
        return ax

    pictures = [picture for _, picture in moves(draw, (0.5, 0.7))]
    for value, picture in zip((0.5, 0.7), pictures, strict=True):
        np.testing.assert_array_equal(picture, shown(DRAWINGS["a path"](value).figure))
    *_, (_, last) = moves(draw, (0.5, 0.6, 0.7))
    np.testing.assert_array_equal(last, pictures[1])


def test_a_draw_that_only_measures_leaves_no_blank_landscape():
    for figure, picture in moves(DRAWINGS["a path"], (0.5, 0.9)):
        figure._image = None
        renderer = figure.canvas.get_renderer()
        renderer.clear()
        with renderer._draw_disabled():
            figure.draw(renderer)
        np.testing.assert_array_equal(picture, shown(figure))


def test_an_edited_cell_leaves_at_most_a_few_landscapes():
    for k in range(12):  # what a notebook does with an edited cell: a new function in a file of its own
        space = {"plot_2d": plot_2d, "train_2d": train_2d}
        exec(compile(f"def show(lr): plot_2d(train_2d('adam', lr)) # {k}", f"cell {k}", "exec"), space)
        panel = ipywidgets.interactive(space["show"], lr=(0.0, 1.0))
        for value in (0.2, 0.3):
            panel.children[0].value = value
        plt.close("all")
    kept = [one for drawn in interact_figures._drawn.values() for one in drawn.figures if one._image or one.axes]
    assert len(kept) <= interact_figures.MOST_GROUNDS, [(one.canvas, one.axes) for one in kept]


def test_a_hundred_moves_leave_nothing_behind():
    def weight(figure):
        callbacks = sum(map(len, figure.canvas.callbacks.callbacks.values()))
        return len(figure.axes[0].get_children()), callbacks, len(plt.get_fignums())

    weights = []
    for k, (figure, _) in enumerate(moves(DRAWINGS["a path"], [0.5, 0.6] * 50)):
        if k % 2:
            weights.append(weight(figure))
            plt.close(figure)  # as the inline backend does
    assert len(set(weights)) == 1
