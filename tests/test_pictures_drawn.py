"""What is drawn is what was run: paths, levels, minima, bands and the inside, in numbers; layouts, as small images."""

import io
import itertools
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.contour import ContourSet
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from PIL import Image

import optviz
from optviz import describe, look, plot_1d, plot_2d, plot_error, plot_family, plot_race, plot_state, train
from optviz.labels import spread

from .headlines import headline
from .registry import NAMES

ORIGINALS = [name for name in NAMES if optviz.RULES[name].variant_of is None]


def everyone(objective="quadratic", **options):
    known = optviz.OBJECTIVES[objective].f_star is not None
    rules = [optviz.RULES[name] for name in ORIGINALS]
    return [train(rule, objective, **options) for rule in rules if known or "f_star" not in rule.parameters]


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def lines_of(ax, count):
    return [line.get_xydata() for line in ax.lines if len(line.get_xydata()) == count]


def level_lines(ax):
    return [each for each in ax.collections if isinstance(each, ContourSet) and not each.filled]


# --- paths and landscapes ------------------------------------------------------------------------------------------


def test_a_path_has_every_point_of_its_run():
    run = train("momentum", lr=0.05, steps=40)
    (casing,) = lines_of(plot_2d(run), 41)
    assert casing == pytest.approx(run.points)


def test_on_a_curve_the_path_has_the_losses_as_its_height():
    run = train("momentum", "quartic", lr=0.01, steps=40)
    (casing,) = lines_of(plot_1d(run), 41)
    assert casing == pytest.approx(np.column_stack([run.points[:, 0], run.losses]))


def test_a_path_that_does_not_come_back_is_cut_where_it_leaves():
    run = train("sgd", lr=0.51)
    ax = plot_2d(run)
    leaves = int(np.argmax(np.abs(run.points[:, 1]) > ax.get_ylim()[1]))
    assert lines_of(ax, leaves + 1)[0] == pytest.approx(run.points[: leaves + 1])
    assert f"leaves the view at step {leaves}, diverged at {run.diverged_at}" in words(ax)


def test_a_path_that_comes_back_is_drawn_to_its_end():
    run = train("momentum", lr=0.3)
    ax = plot_2d(run, view=((-6, 2), (-2, 2)))
    assert len(lines_of(ax, 101)) == 1
    outside = (run.points > [ax.get_xlim()[1], ax.get_ylim()[1]]) | (run.points < [ax.get_xlim()[0], ax.get_ylim()[0]])
    steps = np.flatnonzero(outside.any(axis=1))
    assert f"leaves the view at step {steps[0]}, is back at {steps[-1] + 1}" in words(ax)


def test_arrows_point_the_way_the_path_goes():
    ax = plot_2d(train("sgd", lr=0.1, start=(-5, 0)))
    heads = [line.get_marker().vertices for line in ax.lines if hasattr(line.get_marker(), "vertices")]
    assert heads
    for head in heads:
        tip, back = head[1], head[3]
        assert tip - back == pytest.approx([1.15, 0], abs=1e-6)


def test_a_thousand_steps_are_drawn_with_dots_that_do_not_touch():
    ax = plot_2d(train("adam", "rosenbrock", lr=0.01, steps=1000))
    dots = max((each.get_offsets() for each in ax.collections), key=len)
    places = ax.transData.transform(dots) * 72 / ax.figure.dpi
    assert 10 < len(dots) < 200
    assert np.hypot(*np.diff(places, axis=0).T).min() >= 7


def test_minima_are_marked_where_they_are():
    for name in ("rosenbrock", "himmelblau", "three_hump_camel"):
        objective = optviz.OBJECTIVES[name]
        ax = plot_2d(train("sgd", name, lr=1e-4, steps=2))
        marks = np.array([line.get_xydata()[0] for line in ax.lines if line.get_marker() == "+"])
        assert len(np.unique(marks, axis=0)) == len(objective.minima)
        for minimum in objective.minima:
            assert np.abs(marks - minimum).max(axis=1).min() == 0


def test_levels_are_powers_of_ten_above_the_minimum_or_even():
    minor, major = level_lines(plot_2d(train("sgd", "rosenbrock", lr=1e-4, steps=2)))
    assert np.log10(major.levels) == pytest.approx(np.round(np.log10(major.levels)))
    assert np.log10(minor.levels / 3) == pytest.approx(np.round(np.log10(minor.levels / 3)))
    (even,) = level_lines(plot_2d(train("sgd", steps=2)))
    assert np.diff(even.levels) == pytest.approx(np.diff(even.levels)[0])


def test_equal_paths_are_drawn_once_and_named_together():
    run, same, other = train("sgd", lr=0.06), train("momentum", lr=0.06, momentum=0), train("adam", lr=0.06)
    ax = plot_2d([run, same, other])
    assert "SGD = Momentum, same path" in words(ax)
    assert len(lines_of(ax, 101)) == 2 * 2  # a casing and a line for each


def test_paths_that_only_the_eye_cannot_tell_apart_are_not_called_equal():
    ax = plot_2d([train("adam", lr=0.06), train("amsgrad", lr=0.06)])
    assert "Adam ≈ AMSGrad, nearly the same path" in words(ax)
    assert len(lines_of(ax, 101)) == 2


def test_many_ends_at_one_place_are_one_label():
    runs = [train("momentum", momentum=m, lr=0.2, steps=400) for m in (0, 0.2, 0.4, 0.6, 0.8)]
    (label,) = [word for word in words(plot_2d(runs)) if "are here" in word]
    assert label.startswith("5 runs are here")
    assert all(f"momentum {m}" in label for m in (0.2, 0.4, 0.6, 0.8))


def test_runs_of_the_same_rule_are_told_apart_by_their_settings_and_dashes():
    ax = plot_error([train("sgd", lr=0.1), train("sgd", lr=0.2)])
    assert any(word.startswith("SGD, lr 0.1: ") for word in words(ax))
    styles = {line.get_linestyle() for line in ax.lines if len(line.get_xydata()) == 101}
    assert len(styles) == 2


# --- words ---------------------------------------------------------------------------------------------------------


def boxes(ax):
    ax.figure.draw_without_rendering()
    return {text: text.get_window_extent() for text in ax.texts if isinstance(text, Annotation) and text.get_text()}


@pytest.mark.parametrize("context", look.CONTEXTS)
@pytest.mark.parametrize("objective", ["quadratic", "himmelblau", "quartic", "slope"])
def test_nineteen_names_neither_collide_nor_leave_the_picture(objective, context):
    runs = everyone(objective, steps=60)
    plot = plot_1d if runs[0].objective.n == 1 else plot_2d
    for ax in (plot(runs, context=context), plot_error(runs, context=context)):
        found = boxes(ax)
        for (a, one), (b, other) in itertools.combinations(found.items(), 2):
            both = Bbox.intersection(one, other)
            share = both.width * both.height / min(one.width * one.height, other.width * other.height) if both else 0
            assert share < 0.15, (a, b)
        for text, box in found.items():
            assert ax.figure.bbox.padded(1).containsx(box.x0), text
            assert ax.figure.bbox.padded(1).containsx(box.x1), text


def test_names_beside_a_panel_keep_their_order_and_their_distance():
    rng = np.random.default_rng(0)
    for _ in range(50):
        wanted = -np.sort(-rng.uniform(0, 100, 7))
        found = spread(wanted, 10, 0, 100)
        assert (-np.diff(found) >= 10 - 1e-9).all()
        assert found.min() >= -1e-9
        assert found.max() <= 100 + 1e-9
    assert spread([90, 50, 10], 10, 0, 100) == pytest.approx([90, 50, 10])


def test_in_a_small_panel_the_best_have_names_and_the_others_are_counted():
    _, ax = plt.subplots(figsize=(6, 1.8))
    plot_error(everyone(), ax)
    (rest,) = [word for word in words(ax) if "higher ones" in word]
    named = [word for word in words(ax) if ": " in word and word != headline(ax)]
    assert f"and {19 - len(named)} higher ones" == rest


# --- errors --------------------------------------------------------------------------------------------------------


def test_a_flat_error_is_explained():
    run = train("sgd", "quartic", lr=0.02)
    assert "in a local minimum, f − f* = 42.7" in words(plot_error(run))
    assert "SGD: 42.7, local minimum" in words(plot_error([run, train("momentum", "quartic", lr=0.01)]))


def test_the_limit_of_float64_is_marked_where_errors_reach_it():
    run = train("sgd", "quartic", lr=0.02, start=3)
    ax = plot_error(run)
    floor = np.finfo(float).eps * -run.objective.f_star
    assert "limit of float64" in words(ax)
    assert any(np.allclose(line.get_ydata(), floor, rtol=1e-12) for line in ax.lines if len(line.get_ydata()) == 2)
    assert "limit of float64" not in words(plot_error(train("sgd", lr=0.1, steps=5)))


def test_diverged_runs_are_named_in_the_same_way_however_they_diverge():
    slowly, at_once = train("sgd", lr=0.6), train("momentum", lr=1e200)
    ax = plot_error([slowly, at_once, train("adam", lr=0.1)])
    for name, run in (("SGD", slowly), ("Momentum", at_once)):
        assert f"{name}: diverged at step {run.diverged_at}" in words(ax)
    triangles = [line for line in ax.lines if line.get_marker() == "^" and line.get_ydata()[0] == ax.get_ylim()[1]]
    assert len(triangles) == 2


def test_a_band_is_the_median_and_the_middle_of_the_seeds():
    run = train("sgd", "noisy_parabola", lr=0.1, seed=np.arange(21), steps=30)
    ax = plot_error(run)
    assert run.error.shape == (31, 21)
    curve = lines_of(ax, 31)[-1]
    assert curve[:, 1] == pytest.approx(np.median(run.error, axis=1))
    (band,) = [each for each in ax.collections if isinstance(each, PolyCollection)]
    edges = band.get_paths()[0].vertices
    low, high = np.percentile(run.error, (10, 90), axis=1)
    for step in range(31):
        at = edges[edges[:, 0] == step, 1]
        assert at.min() == pytest.approx(low[step])
        assert at.max() == pytest.approx(high[step])
    assert "median and middle 80 % of 21 seeds" in words(ax)[-1]


# --- races, the inside, the family ---------------------------------------------------------------------------------


def test_a_race_shows_the_same_markers_twice():
    runs = [train(name, lr=0.05) for name in ("sgd", "momentum", "adam")]
    for axes in (plot_race(runs), plot_race(runs, plt.figure().subfigures(1, 2)[1])):
        assert axes.shape == (2,)
        shown = [{(line.get_marker(), line.get_markerfacecolor()) for line in ax.lines} for ax in axes]
        for run in runs:
            assert all((look.marker(run.rule)[0], look.colour(run.rule, look.LIGHT)) in marks for marks in shown)


def test_the_inside_of_a_run_is_what_iterate_yields():
    run = train("adam", "rosenbrock", lr=0.05, steps=30)
    steps = list(optviz.iterate("adam", "rosenbrock", lr=0.05, steps=30))
    gradient, m, v, length = plot_state(run)
    for ax, values in (
        (gradient, [step.g for step in steps]),
        (m, [step.state["m"] for step in steps]),
        (v, [step.state["v"] for step in steps]),
        (length, np.abs(np.diff(run.points, axis=0))),
    ):
        assert np.transpose([line.get_ydata() for line in ax.lines]) == pytest.approx(np.array(values))


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_shows_its_inside(name):
    rule = optviz.RULES[name]
    axes = plot_state(train(rule, steps=5))
    hidden = [word for word in words(axes[0]) if "not drawn" in word]
    if name == "learned":
        assert len(axes) == 2
        assert "not drawn: h1, c1, h2, c2, many numbers a coordinate" in hidden[0]
    else:
        assert len(axes) == len(rule.state) + 2
        assert not hidden
    plt.close("all")


@pytest.mark.parametrize("lr", [0.6, 1e200])
def test_the_inside_of_a_diverged_run_ends_where_it_diverged(lr):
    run = train("sgd", lr=lr)
    axes = plot_state(run)
    axes[0].figure.draw_without_rendering()
    assert {len(line.get_ydata()) for ax in axes for line in ax.lines} == {run.diverged_at}


def test_every_rule_stands_in_the_family_below_its_parent():
    ax = plot_family()
    assert {optviz.RULES[name].label for name in ORIGINALS} <= set(words(ax))
    place = {text.get_text(): text.get_position() for text in ax.texts if text.get_fontweight() == "bold"}
    for name in ORIGINALS:
        rule = optviz.RULES[name]
        assert not rule.adds or rule.adds in [word.replace("\n", " ") for word in words(ax)]
        if rule.parents:
            (x0, y0), (x1, y1) = place[optviz.RULES[rule.parents[0]].label], place[rule.label]
            assert x1 > x0
            assert y1 > y0


def test_the_family_of_a_rule_has_its_ancestors_its_children_and_its_variants():
    shown = words(plot_family("adam"))
    assert {"SGD", "RMSProp", "Adam", "Nadam", "Adam, ε inside", "Adam, late counter"} <= set(shown)
    assert "AdaDelta" not in shown

    @optviz.update_rule(parents=("adam",), adds="nothing at all")
    def mine(x, g, /, *, lr=0.1):
        return x - lr * g

    assert {"mine", "nothing at all"} <= set(words(plot_family(mine)))


# --- what a picture says to those who do not see it ----------------------------------------------------------------


def test_the_description_names_start_settings_and_what_became_of_each():
    runs = [train("sgd", lr=0.51), train("momentum", lr=0.05)]
    assert describe(runs[0]) == f"SGD on Long bowl, lr 0.51, 100 steps, start (−5, −2): {runs[0].verdict}."
    both = describe(runs)
    assert both.startswith("2 runs on Long bowl, same start (−5, −2), different settings, 100 steps. ")
    for run in runs:
        assert f"{run.label} ({run.contract}) {run.verdict}." in both
    noisy = describe(train("sgd", "noisy_parabola", lr=0.1, seed=range(5)))
    assert "middle 80 % of 5 seeds" in noisy
    assert "in the median" in noisy


def test_a_saved_picture_keeps_its_description(tmp_path):
    run = train("sgd", lr=0.1)
    file = tmp_path / "run.png"
    plot_2d(run).figure.savefig(file, metadata={"Description": describe(run)})
    with Image.open(file) as picture:
        assert picture.info["Description"] == describe(run)


# --- layouts -------------------------------------------------------------------------------------------------------

BASELINES = Path(__file__).parent / "baselines"


def on_axes(plot, runs, **options):
    """Draw on given Axes: the margins of a new figure follow the width of the letters."""
    return plot(runs, plt.figure(figsize=(6, 4)).add_axes((0.1, 0.12, 0.62, 0.7)), **options)


LAYOUTS = {
    "path": lambda: on_axes(plot_2d, train("momentum", lr=0.05)),
    "thousand-dark": lambda: plot_2d(train("adam", "rosenbrock", lr=0.03, steps=1000), theme="dark"),
    "diverged-talk": lambda: plot_2d(train("sgd", lr=0.51), context="talk"),
    "several": lambda: on_axes(plot_2d, [train(name, lr=0.06) for name in ("sgd", "momentum", "rmsprop", "adam")]),
    "ball": lambda: on_axes(plot_1d, train("momentum", "quartic", lr=0.002)),
    "errors": lambda: on_axes(plot_error, everyone()),
    "seeds": lambda: on_axes(plot_error, train("sgd", "noisy_parabola", lr=0.1, seed=range(21))),
    "state": lambda: plot_state(train("eve", lr=0.1))[0],
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_is_the_one_that_was_looked_at(name):
    """Compare without words and in coarse pixels, so that other fonts and renderers pass and a lost curve does not.

    `OPTVIZ_BASELINES=1 uv run pytest tests/test_pictures_drawn.py` takes new ones; look at them.
    """
    figure = LAYOUTS[name]().figure
    for text in figure.findobj(Text):
        text.set_visible(False)
    png = io.BytesIO()
    figure.savefig(png, dpi=40)
    file = BASELINES / f"{name}.png"
    if os.environ.get("OPTVIZ_BASELINES"):
        Image.open(png).convert("RGB").save(file, optimize=True)
    now, then = Image.open(png).convert("RGB"), Image.open(file).convert("RGB")
    assert now.size == then.size
    small = (now.width // 2, now.height // 2)
    difference = np.subtract(*(np.asarray(each.resize(small, Image.Resampling.BOX), float) for each in (now, then)))
    assert np.sqrt(np.mean(difference**2)) < 4
