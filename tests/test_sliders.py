"""Sliders: made from signatures, rounded, and a picture that follows without piling anything up."""

from typing import Literal

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest

import optviz
from optviz import plot_2d, train, train_2d, update_rule, visualize
from optviz.ranges import Count, Decay, Range, Rate, Tiny
from optviz.widgets.sliders import control

from .headlines import headline
from .registry import NAMES


def stops(kind):
    return kind.__metadata__[0].stops()


@pytest.mark.parametrize(("kind", "valid", "invalid"), [
    (Rate, [0, 1e-9, 0.1, 1e6], [-1e-9]),
    (Decay, [0, 0.9, 0.999999], [1, -0.1, 1.1]),
    (Tiny, [0, 1e-300, 1], [-1]),
    (Count, [0, 7, 10**6], [-1, 0.5]),
])  # fmt: skip
def test_what_is_valid_is_wider_than_the_slider(kind, valid, invalid):
    limits = kind.__metadata__[0]
    for value in valid:
        limits.check("value", value)
    for value in invalid:
        with pytest.raises(ValueError, match="value must be"):
            limits.check("value", value)


@pytest.mark.parametrize("kind", [Rate, Decay, Tiny, Count])
def test_stops_are_sorted_valid_and_hold_the_ends(kind):
    limits, values = kind.__metadata__[0], stops(kind)
    assert values == sorted(set(values))
    assert (values[0], values[-1]) == (limits.low, limits.high)
    for value in values:
        limits.check("value", value)


def test_round_numbers_are_on_a_logarithmic_slider_exactly():
    for exponent in range(-4, 1):
        for mantissa in ("1", "1.5", "2", "3", "5"):
            assert float(f"{mantissa}e{exponent}") in stops(Rate)
    ratios = np.diff(np.log(stops(Rate)))
    assert ratios.max() < 0.06


def test_the_stops_of_a_decay_are_even_in_its_memory():
    values = stops(Decay)
    assert {0.9, 0.99, 0.999, 0.5} <= set(values)
    ratios = np.diff(np.log(1 / (1 - np.array(values))))
    assert ratios.max() < 0.06


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_of_every_rule_has_a_control(name):
    panel = visualize(name)
    # No slider: f* belongs to the objective, and None lets the rule choose.
    parameters = optviz.RULES[name].parameters.values()
    tuned = [one.name for one in parameters if one.name != "f_star" and one.default is not None]
    assert list(panel.controls) == [*tuned, "steps"]
    for setting, value in panel.run.settings.items():
        if setting in panel.controls:
            assert panel.controls[setting].value == value


def test_moving_a_slider_moves_run_picture_and_sentence():
    panel = visualize("adagrad", lr=0.4)
    layers, sentence = panel.picture.layers, panel.sentence.value
    panel.controls["lr"].value = 1.0
    assert panel.run.points.tolist() == train("adagrad", lr=1.0, steps=50).points.tolist()
    assert panel.picture.layers != layers
    assert panel.sentence.value != sentence
    assert "lr 1" in panel.sentence.value
    panel.controls["steps"].value = 10
    assert panel.run.steps == 10


def test_no_figure_is_left_behind():
    panel = visualize("adam")
    for lr in (0.1, 0.2, 0.3):
        panel.controls["lr"].value = lr
    assert plt.get_fignums() == []


def test_menus_and_boxes():
    @update_rule
    def choosy(x, g, /, *, lr=0.1, form: Literal["plain", "sign"] = "plain", flip: bool = False):
        step = np.sign(g) if form == "sign" else g
        return x + lr * step if flip else x - lr * step

    panel = visualize(choosy)
    assert isinstance(panel.controls["form"], ipywidgets.Dropdown)
    assert isinstance(panel.controls["flip"], ipywidgets.Checkbox)
    panel.controls["form"].value = "sign"
    panel.controls["flip"].value = True
    assert panel.run.points[1].tolist() == [-5.1, -2.1]
    with pytest.raises(ValueError, match="form must be one of 'plain', 'sign'; got 'cubic'"):
        train(choosy, form="cubic")
    with pytest.raises(TypeError, match="flip must be True or False; got 1"):
        train(choosy, flip=1)


def test_a_schedule_stays_and_has_no_slider():
    panel = visualize("sgd", lr=lambda t: 0.1 / t)
    assert list(panel.controls) == ["steps"]
    assert panel.run.points.tolist() == train("sgd", lr=lambda t: 0.1 / t, steps=50).points.tolist()


def test_visualize_takes_a_trainer_and_a_curve():
    def descent(x1, x2, lr):
        return x1 - lr * 0.2 * x1, x2 - lr * 4 * x2

    assert visualize(descent, lr=0.1).run.points == pytest.approx(train("sgd", lr=0.1, steps=50).points)
    assert visualize("sgd", "quartic", lr=0.01).run.objective is optviz.quartic


def test_a_rule_without_a_default_rate_begins_in_the_middle():
    @update_rule
    def bare(x, g, /, *, lr: Rate):
        return x - lr * g

    assert visualize(bare).controls["lr"].value in stops(Rate)


def test_a_value_off_the_stops_gets_a_stop_of_its_own():
    slider = control(optviz.adam.parameters["lr"], 0.12345)
    assert slider.value == 0.12345
    assert 0.12345 in [value for _, value in slider.options]


def test_a_plain_number_gets_a_slider_around_it():
    kind = update_rule(lambda x, /, *, width=-3.0: x).parameters["width"].kind
    assert isinstance(kind, Range)
    assert kind.low < -3 < kind.high


def test_an_interact_function_with_a_loop_keeps_its_figures_and_a_cell_that_runs_again_closes_the_old_ones():
    cell = "def two(lr=0.1):\n    for rule in ('sgd', 'adam'):\n        plot_2d(train_2d(rule, lr))"
    space, numbers = {"plot_2d": plot_2d, "train_2d": train_2d}, []
    for _ in range(3):
        exec(compile(cell, "a cell", "exec"), space)
        slider = ipywidgets.interact(space["two"], lr=(0, 1, 0.01)).widget.children[0]
        for lr in (0.2, 0.3):
            slider.value = lr
            numbers.append(plt.get_fignums())
    assert [len(one) for one in numbers] == [2] * 6
    titles = [headline(plt.figure(number).axes[0]) for number in numbers[-1]]
    assert titles == ["SGD on Long bowl", "Adam on Long bowl"]


def test_an_interact_function_leaves_one_figure_at_most():
    # Without a notebook nobody takes the figures away that plt.figure makes: count what a move adds.
    @ipywidgets.interact(lr=(0, 4, 0.01))
    def show(lr=0.1):
        plot_2d(train_2d("adagrad_eps_inside", lr), title="AdaGrad")

    slider = show.widget.children[0]
    counts = []
    for lr in (0.5, 1.0, 0.0, 3.0):
        slider.value = lr
        counts.append(len(plt.get_fignums()))
    assert counts == [1, 1, 1, 1]


def test_a_preset_leaves_a_setting_alone_that_has_no_default():
    panel = optviz.visualize("santa_e", g0=0.5)
    panel.preset_menu.value = dict(panel.preset_menu.options)["hot"]
    assert panel.controls["g0"].value == 0.5
    panel.controls["lr"].index += 1
    assert panel.run.settings["lr"] == panel.controls["lr"].value


def test_a_loss_near_the_end_of_float64_has_a_picture():
    big = optviz.Objective(lambda x: 1.8e306 * x[0] ** 2, lambda x: 3.6e306 * x, start=3, minima=[0])
    assert "diverged" in optviz.visualize("sgd", big).run.verdict


def test_a_click_beside_the_landscape_starts_on_its_edge():
    panel = optviz.visualize("adam", "himmelblau")
    panel.picture.pointer = [0.001, 0.001]
    landscape = panel.picture.panels[0].ax
    corner = (landscape.get_xlim()[0], landscape.get_ylim()[1])
    assert [one.value for one in panel.start] == pytest.approx(corner, rel=0.01)
