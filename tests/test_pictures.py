"""Pictures: Axes in, Axes out, nothing global changed, the words on them true and inside of them."""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Annotation

import optviz
from optviz import Objective, look, plot_1d, plot_2d, plot_error, rotated, train, train_1d, train_2d, update_rule

from .headlines import headline
from .registry import NAMES

PLOTS = {
    "plot_1d": lambda ax, **options: plot_1d(train_1d("momentum", 0.01), ax, **options),
    "plot_2d": lambda ax, **options: plot_2d(train_2d("momentum", 0.05), ax, **options),
    "plot_error": lambda ax, **options: plot_error(train_2d("momentum", 0.05), ax, **options),
}


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_visible()]


@pytest.mark.parametrize("plot", PLOTS)
def test_axes_in_axes_out(plot):
    _, ax = plt.subplots()
    assert PLOTS[plot](ax) is ax
    assert len(plt.get_fignums()) == 1
    new = PLOTS[plot](None)
    assert new.figure is not ax.figure
    assert len(plt.get_fignums()) == 2


@pytest.mark.parametrize("plot", PLOTS)
def test_no_global_style_is_changed(plot):
    before = dict(matplotlib.rcParams)
    PLOTS[plot](None, theme="dark")
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("plot", PLOTS)
def test_the_theme_follows_the_figure_unless_it_is_given(plot):
    for facecolor, expected in (("white", look.LIGHT), ("#111111", look.DARK)):
        figure, ax = plt.subplots(facecolor=facecolor)
        assert matplotlib.colors.to_hex(PLOTS[plot](ax).get_facecolor()) == expected.panel
        figure.clear()
    assert matplotlib.colors.to_hex(PLOTS[plot](None, theme="dark").figure.get_facecolor()) == look.DARK.background


def test_a_gradient_stands_at_right_angles_to_the_contours():
    for panel in (plot_2d(train_2d("sgd", 0.1)), plot_2d(train("sgd", "rosenbrock"), plt.subplots(figsize=(9, 3))[1])):
        (x0, x1), (y0, y1) = panel.get_xlim(), panel.get_ylim()
        box = panel.get_window_extent()
        assert box.width / (x1 - x0) == pytest.approx(box.height / (y1 - y0), rel=1e-3)


def test_the_whole_view_is_shown():
    view = ((-1, 4), (-7, 0))
    panel = plot_2d(train_2d("sgd", 0.1), view=view)
    for (low, high), (left, right) in zip(view, (panel.get_xlim(), panel.get_ylim()), strict=True):
        assert left <= low
        assert right >= high


def test_every_minimum_is_marked_in_the_same_way():
    panel = plot_1d(train_1d("sgd", 0.01))
    assert sorted(word for word in words(panel) if "minimum" in word) == ["local minimum", "minimum"]
    twins = Objective(
        lambda x: (x[0] ** 2 - 1) ** 2 + x[1] ** 2,
        lambda x: (4 * x[0] * (x[0] ** 2 - 1), 2 * x[1]),
        start=(0.1, 1),
        minima=[(1, 0), (-1, 0)],
    )
    assert words(plot_2d(train("sgd", twins))).count("minimum") == 2


def test_a_path_that_leaves_says_where():
    run = train_2d("sgd", 0.51)
    panel = plot_2d(run)
    (bottom, top), height = panel.get_ylim(), run.points[:, 1]
    step = int(np.argmax((height < bottom) | (height > top)))
    assert f"leaves the view at step {step}" in words(panel)


def test_a_path_that_starts_outside_of_the_view_is_drawn_where_it_enters():
    run = train_2d("sgd", 0.1)
    for view in (((-4, 4), (-1, 1)), ((2, 3), (2, 3))):
        for runs in (run, [run, train_2d("adam", 0.3)]):
            panel = plot_2d(runs, view=view)
            panel.figure.draw_without_rendering()
            assert "start" not in words(panel)


def test_new_figures_follow_a_dark_page_once_a_widget_has_seen_it():
    run, same = train("adam", "quadratic"), matplotlib.colors.to_rgba
    panel = optviz.visualize("adam")
    try:
        panel.picture.page_theme = "dark"
        assert plot_2d(run).figure.get_facecolor() == same(look.DARK.background)
        own = plt.subplots()[1]
        assert plot_2d(run, own).get_facecolor() == same(look.LIGHT.panel)  # a white figure stays white
        assert plot_2d(run, theme="light").figure.get_facecolor() == same(look.LIGHT.background)
        with plt.rc_context({"figure.facecolor": "beige"}):  # somebody has chosen a colour
            assert plot_2d(run).figure.get_facecolor() == same(look.LIGHT.background)
        panel.picture.page_theme = "light"
        assert plot_2d(run).figure.get_facecolor() == same(look.LIGHT.background)
    finally:
        look.page_theme = None


@pytest.mark.parametrize("lr", [0, 0.6, 3.0, 1e200])
def test_runs_that_stand_or_explode_are_drawn_without_a_warning(lr):
    for rule in ("sgd", "momentum", "adam"):
        for plot in (plot_2d, plot_error):
            plot(train_2d(rule, lr)).figure.draw_without_rendering()
        for plot in (plot_1d, plot_error):
            plot(train_1d(rule, lr)).figure.draw_without_rendering()


@pytest.mark.parametrize("objective", [*optviz.OBJECTIVES, "a turned valley"])
def test_every_objective_is_drawn(objective):
    landscape = rotated("rosenbrock", 30) if objective == "a turned valley" else optviz.OBJECTIVES[objective]
    runs = [train(name, landscape, steps=20) for name in ("sgd", "adam")]
    for shown in (runs, runs[0]):
        if landscape.n <= 2:
            (plot_1d if landscape.n == 1 else plot_2d)(shown).figure.draw_without_rendering()
        plot_error(shown).figure.draw_without_rendering()


def test_a_curve_with_a_pole_and_a_part_without_values_is_drawn():
    logarithm = Objective(
        lambda x: np.log(x) + 1 / (x - 1), lambda x: 1 / x - 1 / (x - 1) ** 2, start=2, view=((-1, 3),)
    )
    for start in (2.0, -0.5):
        run = train("sgd", logarithm, lr=0.1, start=start)
        plot_1d(run).figure.canvas.draw()
        plot_error(run).figure.canvas.draw()


@pytest.mark.parametrize("minima", [None, [(0.0, 0.0)]])
def test_a_run_without_any_number_is_drawn_without_a_warning(minima):
    nowhere = Objective(
        lambda x: np.log(-1 - x[0] ** 2 - x[1] ** 2), lambda x: np.nan * x, start=(1, 2), minima=minima, f_star=0.0
    )
    run = train("sgd", nowhere)
    assert "undefined as 0 / 0" in run.verdict
    for plot in (plot_2d, plot_error):
        plot(run).figure.canvas.draw()
    for plot in (optviz.plot_race, optviz.plot_state):
        plot(run)[0].figure.canvas.draw()
    assert optviz.visualize("sgd", nowhere).run.diverged_at == 0


def test_the_runs_of_a_replay_are_drawn_as_they_come():
    runs = optviz.replay("cs231n")
    plot_2d(runs)
    assert plot_error(runs).figure


def test_a_flat_landscape_is_drawn():
    plain = Objective(lambda x: 0 * x[0] + 1, lambda x: (0 * x[0], 0 * x[1]), start=(0, 0))
    plot_2d(train("sgd", plain)).figure.draw_without_rendering()
    plot_error(train("sgd", plain)).figure.draw_without_rendering()


def test_names_do_not_cover_each_other_and_stay_on_the_picture():
    names = ["sgd", "momentum", "adagrad", "adam", "rmsprop"]
    for panel in (
        plot_2d([train(name, lr=0.05, steps=30) for name in names]),
        plot_error([train(name, lr=0.05, steps=30) for name in names]),
        plot_error([train(name, lr=lr) for name, lr in zip(names, (1e-4, 1.1e-4, 1.2e-4, 1e-3, 1e-4), strict=True)]),
        plot_1d(train_1d("momentum", 0.01)),
    ):
        figure = panel.figure
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in panel.texts if isinstance(text, Annotation) and text.get_text()]
        for one, other in itertools.combinations(boxes, 2):
            both = matplotlib.transforms.Bbox.intersection(one, other)
            assert both is None or both.width * both.height < 0.1 * min(
                one.width * one.height, other.width * one.height
            )
        for box in boxes:
            assert figure.bbox.x0 <= box.x0
            assert box.x1 <= figure.bbox.x1 + 1


def test_the_line_under_the_title_says_what_was_the_same():
    same = plot_2d([train(name, lr=0.05, steps=30) for name in ("sgd", "adam")])
    assert "same start  ·  lr 0.05  ·  30 steps" in words(same)
    mixed = plot_2d([train("sgd", lr=0.05, steps=30), train("adam", lr=0.1, steps=20, start=(1, 1))])
    assert "different starts  ·  different settings  ·  20 to 30 steps" in words(mixed)


def test_the_error_axis_is_logarithmic_and_says_what_it_shows():
    panel = plot_error(train_2d("sgd", 0.1))
    assert panel.get_yscale() == "log"
    assert headline(panel) == "SGD on Long bowl: error f − f*"
    unknown = Objective(lambda x: x**2, lambda x: 2 * x, start=3)
    assert headline(plot_error(train("sgd", unknown, lr=0.1))).endswith(": error f − lowest f seen")
    assert plot_error(train("sgd", "slope")).get_yscale() == "linear"


def test_the_curve_is_the_error_of_the_run():
    run = train_2d("sgd", 0.1)
    line = plot_error(run).lines[-2]
    assert line.get_ydata() == pytest.approx(run.error)


def test_a_family_has_a_colour_and_a_rule_a_marker():
    for rule in map(optviz.RULES.find, NAMES):
        assert look.colour(rule, look.LIGHT) == look.LIGHT.families[rule.family]
        if rule.variant_of:
            assert look.marker(rule) == (look.marker(rule.variant_of)[0], False)
    for family in look.LIGHT.families:
        members = [rule for rule in optviz.RULES.values() if rule.family == family and not rule.variant_of]
        assert len({look.marker(rule) for rule in members}) == len(members)


def test_a_learners_rules_get_a_neutral_colour_and_markers_of_their_own():
    def step(x, g, /, *, lr=0.1):
        return x - lr * g

    rules = []
    for name in ("one", "two"):
        step.__name__ = name
        rules.append(update_rule(step))
    assert {look.colour(rule, look.DARK) for rule in rules} == {look.DARK.learner}
    assert look.marker(rules[0]) != look.marker(rules[1])


def test_the_family_colours_differ_for_four_kinds_of_colour_vision():
    # Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113: severity 1.0 in linear RGB.
    vision = {
        "normal": np.eye(3),
        "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    }
    # Ottosson 2020, https://bottosson.github.io/posts/oklab/
    to_lms = np.array(
        [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]
    )  # fmt: skip
    to_lab = np.array(
        [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]
    )  # fmt: skip
    for theme in look.THEMES.values():
        rgb = np.array([matplotlib.colors.to_rgb(colour) for colour in theme.families.values()])
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        for matrix in vision.values():
            seen = np.clip(linear @ np.array(matrix).T, 0, 1)
            lab = np.cbrt(seen @ to_lms.T) @ to_lab.T
            for one, other in itertools.combinations(lab, 2):
                assert np.linalg.norm(one - other) > 0.1


def test_names_of_error_curves_stay_in_the_figure_on_axes_of_ones_own():
    runs = [train(rule, lr=0.06) for rule in ("sgd", "momentum", "rmsprop", "adam")]
    for size, columns in (((6.4, 4.8), 1), ((10, 4), 2), ((15, 8), 1)):
        figure, axes = plt.subplots(1, columns, figsize=size)
        for ax in np.ravel(axes):
            plot_error(runs, ax)
        figure.draw_without_rendering()
        boxes = [(ax, text.get_window_extent()) for ax in figure.axes for text in ax.texts if text.get_text()]
        assert all(box.x1 <= figure.bbox.x1 for _, box in boxes)
        for ax, box in boxes:
            assert not any(box.x1 > other.bbox.x0 > ax.bbox.x0 for other in figure.axes)


def test_runs_that_a_view_does_not_hold_are_named():
    runs = [train(rule, lr=0.06) for rule in ("sgd", "momentum")]
    assert words(plot_2d(runs, view=((-1, 1), (-1, 1))))[-1].endswith("outside of this view: SGD")
    assert words(plot_2d(runs, view=((10, 12), (10, 12))))[-1].endswith("outside of this view: SGD and Momentum")
    assert "outside" not in words(plot_2d(runs))[-1]
    crossing = plot_2d(train_2d("sgd", 0.45, start=(-5, -2)), view=((-6, 6), (-0.1, 0.1)))  # no point in it, but ways
    assert "outside" not in words(crossing)[-1]


def test_names_say_what_differs():
    starts = [train("sgd", "himmelblau", lr=0.01, start=start) for start in ((0, 0), (4, 4))]
    assert {"SGD, from (0, 0)", "SGD, from (4, 4)"} <= set(words(plot_2d(starts)))
    seeds = [train("sgd", optviz.noisy("himmelblau", 1), lr=0.01, seed=seed) for seed in (1, 2)]
    assert {"SGD, seed 1", "SGD, seed 2"} <= set(words(plot_2d(seeds)))


@pytest.mark.parametrize("plot", PLOTS)
def test_bad_titles_and_axes_get_one_sentence_and_leave_no_figure(plot):
    with pytest.raises(TypeError, match="title must be a text"):
        PLOTS[plot](None, title=5)
    assert plt.get_fignums() == []
    with pytest.raises(TypeError, match="projection 'polar'"):
        PLOTS[plot](plt.subplots(subplot_kw={"projection": "polar"})[1])


def test_a_bad_view_leaves_no_figure():
    for view in (((1, 0), (0, 1)), "x", ((0, np.nan), (0, 1))):
        with pytest.raises(ValueError, match="view must be"):
            plot_2d(train_2d("sgd", 0.1), view=view)
        assert plt.get_fignums() == []


@pytest.mark.parametrize("place", ["center", "left"])
def test_a_title_that_a_learner_sets_takes_the_place_of_ours_and_leaves_the_line_that_says_what_was_fair(place):
    ax = plot_2d(train_2d("adam", 0.3))
    head, below = (text for text in ax.texts if text.get_window_extent().y0 > ax.bbox.y1)
    assert head.get_text() == "Adam on Long bowl"
    assert drawn(ax.figure, head)
    ax.set_title("mine,\nin two lines", loc=place)
    assert not drawn(ax.figure, head)
    assert drawn(ax.figure, below)
    mine = next(text for text in ax.findobj(plt.Text) if text.get_text().startswith("mine"))
    assert below.get_window_extent().y0 > mine.get_window_extent().y1
    assert below.get_window_extent().y1 < ax.figure.bbox.y1


def test_a_second_drawing_replaces_the_headline_of_the_first():
    ax = plot_2d(train_2d("adam", 0.3))
    plot_2d(train_2d("sgd", 0.3), ax)
    assert headline(ax) == "SGD on Long bowl"


@pytest.mark.parametrize("layout", ["constrained", "tight"])
def test_a_layout_makes_room_for_the_line_above_a_long_title(layout):
    figure, ax = plt.subplots(layout=layout)
    plot_2d(train_2d("adam", 0.3), ax)
    ax.set_title("one\ntwo\nthree")
    figure.canvas.draw()
    (below,) = [text for text in ax.texts if "50 steps" in text.get_text()]
    assert below.get_window_extent().y1 <= figure.bbox.y1


def test_runs_without_a_number_have_no_path_and_stop_nothing():
    well = optviz.Objective(lambda x: np.log(x[0]) ** 2, lambda x: 2 * np.log(x) / x, start=(0.5,), minima=[(1.0,)])
    with np.errstate(all="ignore"):
        runs = [train("sgd", well, start=(start,), lr=0.1, steps=20) for start in (-0.5, -0.5, 0.5)]
        assert headline(plot_1d(runs)).startswith("3 runs on")


def test_a_rule_keeps_its_marker_where_another_has_to_give_way():
    variants = [optviz.RULES.find(name) for name in ("adam_eps_inside", "adam_eps_hat", "adamax_eps_added")]
    first, moved, last = look.dresses(variants, look.LIGHT)
    assert first[1:3] == look.marker(variants[0])
    assert last[1:3] == look.marker(variants[2])
    assert moved[1:3] not in (first[1:3], last[1:3])


def test_many_runs_of_one_rule_have_other_shapes_when_the_dashes_begin_anew():
    dresses = look.dresses([optviz.RULES.find("sgd")] * 20, look.LIGHT)
    assert len({(one.shape, one.filled, str(one.dash)) for one in dresses}) == 20


def drawn(figure, text):
    """Return whether a text is seen: whether there are other pixels with it than without it."""
    figure.canvas.draw()
    before = np.array(figure.canvas.buffer_rgba())
    text.set_visible(False)
    figure.canvas.draw()
    text.set_visible(True)
    return (before != np.array(figure.canvas.buffer_rgba())).any()


@pytest.mark.parametrize("theme", look.THEMES.values(), ids=look.THEMES)
def test_runs_of_one_rule_are_told_apart_by_lightness(theme):
    def lightness(dress):
        red, green, blue = matplotlib.colors.to_rgb(dress.colour)
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    for rule in map(optviz.RULES.find, ("sgd", "rmsprop", "adam", "adabound", "eve")):
        assert look.dress(rule, theme).colour == look.colour(rule, theme)
        for count in (2, 3, 4):
            dresses = look.dresses([optviz.RULES.find("nesterov"), *[rule] * count], theme)[1:]
            assert {one[1:3] for one in dresses} == {look.marker(rule)}
            assert len({str(one.dash) for one in dresses}) == count
            steps = np.diff([lightness(one) for one in dresses])
            assert (steps > 0).all() or (steps < 0).all()
            # WCAG's contrast of two colours
            for one, other in itertools.pairwise(sorted(map(lightness, dresses))):
                assert (other + 0.05) / (one + 0.05) > 1.2


def test_up_to_sixteen_rules_of_a_colour_look_different():
    def own():
        return update_rule(lambda x, g, /, *, lr=0.1: x - lr * g)

    every = [*map(optviz.RULES.find, NAMES), own(), own(), own()]
    for family in {rule.family for rule in every}:
        rules = [rule for rule in every if rule.family == family][:16]
        assert len({one[:3] for one in look.dresses(rules, look.LIGHT)}) == len(rules)
