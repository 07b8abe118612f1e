"""A hand-written `@interact` gets a figure back with its landscape; what it shows is what a new figure would show."""

import io

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from optviz import plot_1d, plot_2d, plot_error, train, train_2d
from optviz.interact_figures import Picture


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


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_a_kept_landscape_looks_like_a_new_one(draw):
    values = (0.5, 0.9, 1.5, 2.0)
    for value, (figure, picture) in zip(values, moves(draw, values), strict=True):
        assert isinstance(figure, Picture)
        new = draw(value).figure
        assert not isinstance(new, Picture)
        # The landscape has our own margins; what is no landscape is cut to its content, as ever.
        np.testing.assert_array_equal(picture, shown(new, bbox_inches=None if figure.ground else "tight"))


TOUCHES = {
    "adds a line": lambda ax: ax.axhline(0.5, color="red", linewidth=5),
    "adds a line below the path": lambda ax: ax.plot([-5, 5], [-2, 2], color="red", zorder=1),
    "writes a title": lambda ax: ax.set_title("mine"),
    "writes over the figure": lambda ax: ax.figure.suptitle("mine"),
    "zooms": lambda ax: ax.set_xlim(-1, 1),
    "paints the path": lambda ax: ax.lines[-1].set_color("red"),
    "hides the axes": lambda ax: ax.set_axis_off(),
    "adds axes": lambda ax: ax.figure.add_axes((0.7, 0.7, 0.2, 0.2)),
    "makes it larger": lambda ax: ax.figure.set_size_inches(9, 7),
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_what_a_learner_adds_is_shown_and_is_gone_with_the_next_move(touch):
    def draw(lr):
        ax = plot_2d(train_2d("adam", lr))
        if lr < 1:
            touch(ax)
        return ax

    values = (0.5, 0.6, 1.5, 0.7, 2.0)
    for value, (figure, picture) in zip(values, moves(draw, values), strict=True):
        new = draw(value).figure
        # Cut to its content where somebody else has drawn; with our own margins where not.
        np.testing.assert_array_equal(picture, shown(new, bbox_inches="tight") if value < 1 else shown(new))
        assert figure.get_children()[0] is figure.patch


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
