"""A step in numbers says what the rule computed there, in formulas that every notebook can set."""

import re

import numpy as np
import pytest

import optviz
from optviz import explain, iterate, noisy, replay, train, train_2d, update_rule
from optviz.objectives import rosenbrock

from .classroom import adagrad_2d
from .registry import NAMES
from .test_javascript import defined

EXPLAINED = [name for name in NAMES if name != "learned"]


def results(card):
    """Return the last value that each name gets."""
    return {line.name: line.result for line in card.lines}


def test_the_lines_of_momentum_are_those_of_the_textbook():
    # By hand: v = 0.9 * (-0.2) - 0.1 * 1.8 on x^2 from 1 with v = -0.2 after the first step.
    square = optviz.Objective(lambda x: x[0] ** 2, lambda x: 2 * x, start=1.0, minima=[0.0])
    card = explain(train("momentum", square, lr=0.1, steps=3), 2)
    assert str(card).splitlines()[1:] == [
        "v′ = μ v − η g",
        "    0.9 · (−0.2) − 0.1 · 1.6 = −0.34",
        "θ′ = θ + v′",
        "    0.8 + (−0.34) = 0.46",
    ]
    assert list(card.latex()) == [
        ("{v}'", r"= \mu\,v - \eta\,g"),
        ("", r"= 0.9 \cdot (-0.2) - 0.1 \cdot 1.6 = \mathbf{-0.34}"),
        (r"{\theta}'", r"= \theta + {v}'"),
        ("", r"= 0.8 + (-0.34) = \mathbf{0.46}"),
    ]


@pytest.mark.parametrize("name", EXPLAINED)
@pytest.mark.parametrize("objective", [rosenbrock, "quartic"], ids=["two", "one"])
def test_what_a_card_says_is_what_the_run_did(name, objective):
    run = train(name, objective, steps=20)
    states = [step.state for step in iterate(name, objective, steps=20)]
    for step in (1, 2, 14):
        found = results(explain(run, step))
        assert np.array_equal(np.ravel(found["x"]), run.points[step], equal_nan=True)
        for state, value in states[step].items():
            if state in found:  # a value that is only kept, as the loss in Eve, has no line
                shared = np.broadcast_to(np.ravel(found[state]), np.shape(value))
                assert np.array_equal(shared, value, equal_nan=True), state


@pytest.mark.parametrize("name", EXPLAINED)
def test_every_formula_can_be_set(name):
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    for step in (1, 14):
        card = explain(train(name, rosenbrock, steps=20), step)
        for left, right in card.latex():
            parser.parse(f"${left}{right}$")
        assert card._repr_latex_().count("{") == card._repr_latex_().count("}")


def arithmetic(text):
    """Return the value of a row of numbers as a reader with a calculator finds it."""
    text = text.replace("−", "-").replace("·", "*").replace("^", "**").replace("²", "**2").replace("³", "**3")
    text = re.sub(r"√(\d[\d.e-]*)", r"sqrt(\1)", text).replace("√", "sqrt")
    text = re.sub(r"\|(.*?)\|", r"abs(\1)", text)
    return eval(text, {"sqrt": np.sqrt, "exp": np.exp, "max": max, "min": min, "abs": abs})


# Rules without helpers whose lines are well conditioned here: four digits then give about three.
@pytest.mark.parametrize("name", ["sgd", "momentum", "adagrad", "rmsprop", "adadelta", "adam", "adamax", "nadam",
                                  "amsgrad", "rmsprop_graves", "nesterov"])  # fmt: skip
def test_the_numbers_shown_give_the_result_shown(name):
    card = explain(train(name, "quadratic", steps=20), 10)
    checked = 0
    for line in card.lines:
        for _, numbers, result in card._in_numbers(line, "text"):
            if numbers:
                assert arithmetic(numbers) == pytest.approx(float(result.replace("−", "-")), rel=5e-3, abs=1e-9)
                checked += 1
    assert checked >= 2


def test_a_coordinate_has_a_row_unless_all_have_the_same():
    text = str(explain(train("eve", rosenbrock, steps=5), 3))
    assert text.count("x₁: ") == text.count("x₂: ") == 5
    assert re.search(r"d̂ = clip\(relative_change\(f, f_old, f\*\), 1 / c, c\)\n    clip\(", text)


def test_only_the_lines_that_ran_are_shown():
    run = train("santa_e", "quartic", steps=60)
    first, later, cold = (str(explain(run, step)) for step in (1, 2, 60))
    assert "u′ = u + √η ζ\n" in first
    assert "√η ζ" not in later
    assert "explores = t < burn_in\n    60 < 50 = False" in cold
    # The noise is the number that was drawn.
    drawn = float(re.search(r"u′ = .*\n    0 \+ √0.001 · \(?(−?[\d.e−]+)\)? = ", first)[1].replace("−", "-"))
    generator = np.random.default_rng(np.random.SeedSequence((0, 0)))
    assert drawn == pytest.approx(generator.standard_normal(1)[0], rel=1e-3)


def test_a_box_schedules_noise_and_start_values_are_those_of_the_run():
    boxed = explain(train("sgd", "reddi", lr=3, steps=5), 2)
    assert str(boxed).endswith("θ′ = θ − η g\n    −1 − 3 · (−1) = 2\nThe landscape keeps the point in its box: 1.")
    scheduled = explain(train("sgd", "parabola", lr=lambda t: 1 / (2 * t), steps=5), 2)
    assert "0.5 − 0.25 · 0.5 = 0.375" in str(scheduled)
    run = train("adagrad", noisy("quartic", 1), seed=4, h=2.0, steps=5)
    assert np.array_equal(np.ravel(results(explain(run, 5))["x"]), run.points[5])
    raced = replay("article")["SantaSSS"]
    assert np.array_equal(np.ravel(results(explain(raced, 30))["x"]), raced.points[30])
    grid = train("adam", lr=[0.1, 0.2], steps=5)
    assert np.array_equal(np.ravel(results(explain(grid.at(1), 5))["x"]), grid.at(1).points[5])


def test_a_learners_rule_has_a_card_with_letters_for_its_names():
    rule = defined(
        """
        @update_rule
        def rule(x, g, t, /, m_hat=0.0, v1=1.0, *, lr=0.5, my_rate=2.0):
            step = lr * g if t > 1 else my_rate * g
            return x - step, m_hat - step, v1 / 2
        """
    )
    assert str(explain(train(rule, "parabola", steps=2), 1)) == (
        "rule on Parabola, step 1 of 2, from 1 (α = 0.5, my_rate = 2)\n"
        "step = α g if t > 1 else my_rate g\n    2 · 1 = 2\n"
        "m̂′ = m̂ − step\n    0 − 2 = −2\n"
        "v₁′ = v₁ / 2\n    1 / 2 = 0.5\n"
        "θ′ = θ − step\n    1 − 2 = −1"
    )


def test_a_run_that_left_the_numbers_is_shown_as_it_was():
    run = train("sgd", "quartic", lr=1, steps=20)
    assert "nan" in str(explain(run, 20))
    explain(run, 20)._repr_latex_()


@pytest.mark.parametrize(
    ("run", "step", "error", "sentence"),
    [
        ("adam", 0, ValueError, "step must be a whole number from 1 to 5, the steps of this run; got 0."),
        ("adam", 6, ValueError, "step must be a whole number from 1 to 5"),
        ("adam", 2.5, TypeError, "step must be a whole number from 1 to 5; got 2.5."),
        ("adam", True, TypeError, "step must be a whole number from 1 to 5; got True."),
        ("learned", 1, ValueError, "explain shows lines of plain arithmetic, and learned, line"),
    ],
)
def test_a_wrong_step_is_one_sentence(run, step, error, sentence):
    with pytest.raises(error, match=re.escape(sentence)):
        explain(train(run, steps=5), step)


def test_what_is_no_single_run_of_our_rules_is_one_sentence():
    with pytest.raises(TypeError, match="explain takes a run, as train returns it; got 'adam'"):
        explain("adam", 1)
    with pytest.raises(ValueError, match=r"single one: run.at\(0\)"):
        explain(train("adam", lr=[0.1, 0.2]), 1)
    with pytest.raises(ValueError, match="is a step in another dialect"):
        explain(train_2d(adagrad_2d, 0.1), 1)

    @update_rule
    def looping(x, g, /, *, lr=0.1):
        for _ in range(2):
            x = x - lr * g
        return x

    with pytest.raises(ValueError, match="is a loop, which cannot be translated"):
        explain(train(looping), 1)
