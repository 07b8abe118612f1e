"""Judges: what a learner hands over is run, whatever it does, and what is said names what is wrong with it."""

import numpy as np
import pytest

from optviz.lessons.content.lesson_07 import ELEVEN
from optviz.lessons.judging import as_number, number_judge
from optviz.lessons.lesson import content_of
from optviz.lessons.theirs import as_numbers, blanks_in, run_theirs
from optviz.rule import UpdateRule

# --- a function ----------------------------------------------------------------------------------------------------

FORM = "walk(x0, n)"


def points_of(walk):
    return run_theirs(walk, FORM, lambda walk: walk((0, 1), 2), returns="a list of points", dims=2, who="Your walk")


@pytest.mark.parametrize(
    ("walk", "said"),
    [
        (3, "Hand over the function itself, `walk` without brackets; got 3."),
        (..., "A blank is still open: put your function `walk` where the three dots are."),
        (lambda x0, n: None, "Your walk returns nothing: it has to end with `return` and a list of points."),
        (lambda x0, n: 3.0, "Your walk has to return a list of points; it returned 3.0."),
        (lambda x0, n: [1, 2], "Your walk has to return a list of points; it returned numbers of the shape (2,)."),
        (lambda x0, n: [[1, 2], [3]], "Your walk has to return a list of points; it returned [[1, 2], [3]]."),
        (lambda x0, n: [1, np.ones(2)], "Your walk has to return a list of points; it returned [1, array([1., 1.])]."),
        (lambda x0, n: [x0, None], "Your walk has to return a list of points; it returned [(0, 1), None]."),
        (lambda x0, n: [[None, 1]], "Your walk has to return a list of points; it returned [[None, 1]]."),
        (lambda x0, n: [["1", "2"]], "Your walk has to return a list of points; it returned [['1', '2']]."),
        (lambda x0, n: [[1j, 2]], "Your walk has to return a list of points; it returned [[1j, 2]]."),
        (lambda x0, n: {1: x0}, "Your walk has to return a list of points; it returned {1: (0, 1)}."),
        (lambda x0, n: [[10**400, 1]], "Your walk returned a number that is too large: a float ends at 1.8e308."),
        (lambda x0, *, n: [x0], "It is called as `walk(x0, n)`, and yours is `walk(x0, *, n)`: leave the line"),
        (lambda x0: [x0], "It is called as `walk(x0, n)`, and yours is `walk(x0)`: leave the line with `def`"),
        (lambda x0, n: 1 / 0, "Your walk raised ZeroDivisionError: division by zero in line"),
        (lambda x0, n: exit(), "Your walk raised SystemExit"),
        (lambda x0, n: (1 / one for one in x0), "Your walk raised ZeroDivisionError"),
    ],
)
def test_what_is_wrong_with_a_function_is_said_in_a_sentence(walk, said):
    found = points_of(walk)
    assert not found.right
    assert found.sentence.startswith(said)


@pytest.mark.parametrize("walk", [lambda x0, n: iter([x0] * n), lambda *values: np.array([values[0]] * 2, dtype=int)])
def test_what_is_returned_arrives_as_numbers(walk):
    found = points_of(walk)
    assert found.tolist() == [[0, 1], [0, 1]]
    assert found.dtype == float


def test_a_function_with_a_blank_is_not_run():
    def walk(x0, n):
        raise AssertionError(...)

    assert points_of(walk).sentence.startswith("A blank is still open: `raise AssertionError(...)`.")


def test_parts_of_what_is_returned_are_looked_at_in_the_same_way():
    def use(gradients):
        found = gradients()
        return [as_numbers(found[key], f"an array for {key}", 1, "Your function") for key in ("W", "b")]

    def run(returned):
        return run_theirs(lambda: returned, "gradients()", use, dims=None)

    assert np.array_equal(run({"W": [1, 2], "b": (3, 4)}), [[1, 2], [3, 4]])
    assert run({"W": [1, 2], "b": 3}).sentence == "Your function has to return an array for b; it returned 3."
    assert run(None).sentence.startswith("Your function returns nothing")


def test_all_of_an_axis_is_no_blank():
    def one(p):
        p[0, ...] = 1
        return p[..., None]

    def other(p):
        return p[...]

    assert blanks_in(one) == []
    assert blanks_in(other) == ["return p[...]"]


# --- a number ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [-10, 0, float("nan"), float("inf"), 10**400])
def test_a_number_that_cannot_be_is_called_by_what_was_asked_for(answer):
    for number, name, words in [("07", "half", "ε"), ("06", "smallest", "ε"),
                                ("07b", "unfelt", "γ"), ("07b", "threshold", "beta2"),
                                ("01", "largest", "A learning rate")]:  # fmt: skip
        said = content_of(number).exercises[name].judge(answer).sentence
        assert said.startswith(f"{words} is a finite number above 0; got "), (number, name)


@pytest.mark.parametrize("answer", [np.array([0.1]), [0.1], "a half", 1j, np.ones((2, 2))])
def test_what_is_no_number_is_said(answer):
    assert as_number(answer).sentence.startswith("This needs a number, such as 0.3 or 1 / 3; got ")


def test_a_number_may_be_given_as_the_sentence_prints_it():
    judge = content_of("07").exercises["eleven"].judge
    assert "6.56" in ELEVEN[1]
    assert judge(6.56)
    assert not judge(6.54)


def test_an_answer_is_right_or_wrong_to_three_digits():
    judge = number_judge((2 / 7, "right"), [(1e-3, "thousandth")], lambda number: as_number(...))
    assert [judge(one).sentence for one in (0.286, 0.285, 2 / 7)] == ["right"] * 3
    assert [judge(one).sentence for one in (1e-3, 1.009e-3)] == ["thousandth"] * 2
    assert not {"right", "thousandth"} & {judge(one).sentence for one in (0.287, 0.284, 2e-3, 5e-4)}


# --- a step --------------------------------------------------------------------------------------------------------


@UpdateRule
def all_fixed(x, g, /, v=0.0, *, lr=0.05, momentum=0.9):
    v = 0.9 * v - 0.05 * g
    return x + v, v


@UpdateRule
def one_fixed(x, g, /, v=0.0, *, lr=0.05, momentum=0.9):
    v = momentum * v - 0.05 * g
    return x + v, v


@UpdateRule
def half_fixed(x, g, /, v=0.0, *, lr=0.1, momentum=0.9):
    v = momentum * v - lr * g
    return x + 0.9 * v - lr * g, v


@pytest.mark.parametrize(
    ("number", "name", "step", "said"),
    [
        ("02", "ball", all_fixed, "your step ignores `lr` and `momentum`"),
        ("02", "ball", one_fixed, "your step ignores `lr`. "),
        ("03", "nesterov", half_fixed, "but not with lr 0.07, momentum 0.63: does a number stand where"),
    ],
)
def test_a_step_that_is_right_with_its_own_numbers_only_is_not_right(number, name, step, said):
    found = content_of(number).exercises[name].judge(step)
    assert not found.right
    assert said in found.sentence
