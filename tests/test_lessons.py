"""The machinery of the lessons: a choice is stored before anything is revealed, and no answer is ever lost."""

import json
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
from IPython.display import HTML
from matplotlib.colors import to_rgba

from optviz import RULES, lessons, look, train, update_rule
from optviz.lessons import lesson, passing
from optviz.lessons.answers import FILE, Answers, answers_in
from optviz.lessons.lesson import content_of, numbers
from optviz.lessons.overview import Contents

from .registry import NAMES

QUESTIONS = [(number, name) for number in numbers() for name in content_of(number).questions]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shown(monkeypatch):
    """Return what a lesson displays: notes and, in their place, what they are updated with."""
    outputs = []

    class Place:
        def __init__(self, index):
            self.index = index

        def update(self, thing):
            outputs[self.index] = thing

    def display(thing, display_id=None):
        outputs.append(thing)
        return Place(len(outputs) - 1)

    for module in (lesson, passing):
        monkeypatch.setattr(module, "display", display)
    return outputs


# --- what a lesson consists of -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "name"), QUESTIONS)
def test_a_question_has_a_right_option_and_a_reason_for_each(number, name):
    question = content_of(number).questions[name]
    assert 0 <= question.right < len(question.options)
    assert len(set(question.texts)) == len(question.options) >= 3
    assert all(len(option.reason) > 20 for option in question.options)
    assert len(question.text) > 30


@pytest.mark.parametrize("number", numbers())
def test_an_exercise_has_hints_and_says_what_a_blank_is(number):
    for exercise in content_of(number).exercises.values():
        assert len(exercise.hints) >= 2
        assert not exercise.judge(...)


def test_a_lesson_or_a_name_that_is_none():
    with pytest.raises(ValueError, match=r"^There is no lesson '99'; there are 00, 01, 02"):
        lessons.begin("99")
    with pytest.raises(ValueError, match=r"^Lesson 02 has no question 'setle'. Did you mean settle\?$"):
        lessons.begin("02").predict("setle")
    with pytest.raises(ValueError, match=r"^Lesson 02 has no exercise 'bal'. Did you mean ball\?$"):
        lessons.begin("02").check("bal", 1)


# --- predict, look, reveal -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "name"), QUESTIONS)
def test_nothing_is_revealed_before_a_choice_is_stored(number, name, shown):
    one, question = lessons.begin(number), content_of(number).questions[name]
    assert not one.predicted(name)
    one.predict(name)
    told = repr(one.reveal(name)) + one.reveal(name)._repr_html_() + "".join(map(repr, shown[:1]))
    assert not any(option.reason in told for option in question.options)
    assert question.options[question.right].text not in told


@pytest.mark.parametrize("choice", [0, 2])
def test_choosing_and_committing_leaves_plain_text_in_the_notebook(choice, shown):
    one = lessons.begin("02")
    one.predict("settle")
    (widget,) = shown
    texts = content_of("02").questions["settle"].texts
    assert (widget.question, widget.options) == (content_of("02").questions["settle"].text, texts)
    for nonsense in (-2, len(texts)):
        widget.chosen = nonsense
    assert not one.predicted("settle")
    widget.chosen = choice
    (note,) = shown[:1]
    assert "(your prediction)" in note._repr_html_().split(texts[choice])[1].split("</p>")[0]
    assert "right" not in note._repr_html_(), "whether it is right is not said yet"
    assert one.predicted("settle")
    heading = "You were right" if choice == 2 else "It came otherwise"
    revealed = repr(one.reveal("settle"))
    assert revealed.startswith(heading)
    assert all(option.reason in revealed for option in content_of("02").questions["settle"].options)


def test_a_widget_is_gone_when_its_choice_is_stored(shown):
    one = lessons.begin("02")
    one.predict("settle")
    (widget,) = shown
    widget.chosen = 1
    assert widget.comm is None


def test_of_two_widgets_of_a_question_the_first_that_is_committed_counts(shown):
    one = lessons.begin("02")
    one.predict("settle")
    one.predict("settle")
    first, second = shown
    first.chosen = 0
    second.chosen = 2
    assert (first.stored, second.stored) == (0, 0), "what the page is told is what is stored"
    assert all("a) Shorter" in repr(note).split("your prediction")[1].splitlines()[0] for note in shown)
    assert repr(one.reveal("settle")).startswith("It came otherwise")


def test_a_question_tells_the_pictures_that_the_page_is_dark(shown, monkeypatch):
    monkeypatch.setattr(look, "page_theme", None)
    lessons.begin("02").predict("settle")
    (widget,) = shown
    widget.page_theme = "dark"
    assert lessons.plot_values({"": [0, 1]}).figure.get_facecolor() == to_rgba(look.DARK.background)


def test_a_lesson_begins_with_a_note_and_the_pictures_follow_the_page(shown, monkeypatch):
    monkeypatch.setattr(look, "page_theme", None)
    lessons.begin("02").predict("settle", "c")
    shown.clear()
    lessons.begin("02").greet()
    (widget,) = shown
    html = widget._repr_mimebundle_()[0]["text/html"]
    widget.page_theme = "dark"
    (note,) = shown
    assert note._repr_html_() == html, "what stands without a kernel is what the page ends with"
    assert repr(note).startswith("Lesson 02, Momentum")
    assert "1 of " in repr(note)
    assert "right" not in repr(note)
    assert widget.comm is None
    assert look.page_theme == "dark"


def test_an_observation_is_explained_at_once(shown):
    lessons.begin("02").observe("saw", "a")
    assert repr(shown[-1]).startswith("It came otherwise")


def test_a_choice_may_be_a_letter_and_stays(shown):
    one = lessons.begin("02")
    one.predict("settle", "b")
    one.predict("settle", "c")
    assert "your prediction  b) About as long as" in repr(shown[-1]), "the first counts"
    with pytest.raises(ValueError, match=r"^A choice is one of the letters a, b, c; got 'd'\.$"):
        one.predict("twins", "d")


# --- the file of answers -------------------------------------------------------------------------------------------


def full(*_):
    raise OSError(28, "No space left on device")


def test_answers_are_there_again_in_another_kernel_and_gone_with_their_file(here, shown):
    lessons.begin("02").predict("settle", "c")
    lessons.begin("01").predict("limit", "a")
    again = lessons.begin("02")
    assert again.predicted("settle")
    assert lessons.begin("01").predicted("limit")
    (here / FILE).unlink()
    assert not again.predicted("settle")


def test_two_lessons_that_are_open_at_once_keep_each_others_answers(shown):
    one, other = lessons.begin("00"), lessons.begin("02")
    one.predict("faster", "a")
    other.predict("settle", "a")
    one.predict("signs", "b")
    assert lessons.begin("00").predicted("faster")
    assert lessons.begin("02").predicted("settle")


COUNT = """
import sys
from pathlib import Path
from optviz.lessons.answers import Answers
answers = Answers(Path("."))
print("ready", flush=True)
input()
for i in range(200):
    answers.put(sys.argv[1], "checks", str(i), True)
"""


def test_two_kernels_that_write_at_once_lose_nothing(here):
    pipes: dict = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    kernels = [subprocess.Popen([sys.executable, "-c", COUNT, number], **pipes) for number in ("01", "02")]
    assert [kernel.stdout.readline() for kernel in kernels] == [b"ready\n"] * 2
    for kernel in kernels:
        kernel.stdin.write(b"\n")
        kernel.stdin.flush()
    for kernel in kernels:
        kernel.communicate()
    assert {number: len(kinds["checks"]) for number, kinds in json.loads((here / FILE).read_text()).items()} == {
        "01": 200, "02": 200,
    }  # fmt: skip


def test_what_could_not_be_written_does_not_bring_back_what_others_have_changed_since(here, monkeypatch):
    one, other = Answers(here), Answers(here)
    one.put("01", "checks", "largest", True)
    one.put("02", "checks", "ball", True)
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        one.put("02", "checks", "restart", True)
    other.forget("01")
    other.put("03", "checks", "loses", True)
    one.put("04", "checks", "full", True)
    assert one.trouble == ""
    assert json.loads((here / FILE).read_text()) == {
        "02": {"checks": {"ball": True, "restart": True}}, "03": {"checks": {"loses": True}},
        "04": {"checks": {"full": True}},
    }  # fmt: skip


def test_a_file_that_cannot_be_read_for_a_moment_stays_where_it_is(here, monkeypatch):
    answers = answers_in(here)
    answers.put("02", "checks", "ball", True)
    before = (here / FILE).read_bytes()

    def busy(_):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.read_bytes", busy)
        assert not answers.get("02", "checks", "ball")
        answers.put("02", "checks", "restart", True)
        assert answers.get("02", "checks", "restart")
        assert "cannot be read (Permission denied)" in answers.trouble
    assert (here / FILE).read_bytes() == before
    assert answers.get("02", "checks", "ball")
    assert [path.name for path in here.iterdir()] == [FILE]


def test_all_lessons_of_a_kernel_share_what_cannot_be_written(here, shown, monkeypatch):
    monkeypatch.setattr("os.replace", full)
    lessons.begin("02").predict("settle", "c")
    assert lessons.begin("02").predicted("settle")
    assert [row.state for row in Contents(here).rows if row.number == "02"] == ["1 of 6"]
    assert "Forgotten: 1 answers" in repr(lessons.forget("02"))
    assert not lessons.begin("02").predicted("settle")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_file_has_the_mode_of_any_other_file_and_a_link_stays_a_link(here):
    (here / "plain").touch()
    (here / "kept").mkdir()
    (here / FILE).symlink_to(here / "kept" / "answers.json")
    Answers(here).put("02", "checks", "ball", True)
    assert (here / FILE).is_symlink()
    assert (here / "kept" / "answers.json").stat().st_mode == (here / "plain").stat().st_mode


def test_a_write_that_fails_leaves_the_file_as_it_was_and_says_so(here, shown, monkeypatch):
    one = lessons.begin("02")
    one.predict("settle", "c")
    before = (here / FILE).read_bytes()
    monkeypatch.setattr("os.replace", full)
    one.predict("twins", "b")
    assert "Your answers last only until the kernel stops" in repr(shown[-1])
    assert "No space left on device" in repr(shown[-1])
    assert one.predicted("twins"), "in this kernel it is still known"
    assert (here / FILE).read_bytes() == before
    assert [path.name for path in here.iterdir()] == [FILE]


@pytest.mark.parametrize("content", [b"", b'{"02": {"choi', b"[1]", b'{"02": 3}', b"\xff\xfe\x00", b"[" * 100_000])
def test_a_damaged_file_is_put_aside_and_said(here, content):
    (here / FILE).write_bytes(content)
    one = lessons.begin("02")
    assert not one.predicted("settle")
    assert "could not be read. It is now called optviz-answers.damaged-1.json" in repr(one.score())
    assert (here / "optviz-answers.damaged-1.json").read_bytes() == content
    (here / FILE).write_bytes(b"!")
    one.predicted("settle")
    assert (here / "optviz-answers.damaged-2.json").read_bytes() == b"!"
    assert (here / "optviz-answers.damaged-1.json").read_bytes() == content


@pytest.mark.parametrize("stored", [3, None, ["a"], "an option of an older edition", {}])
def test_a_value_that_is_no_option_counts_as_open(here, stored):
    (here / FILE).write_text(json.dumps({"02": {"choices": {"settle": stored}, "hints": {"ball": [stored]}}}))
    one = lessons.begin("02")
    assert not one.predicted("settle")
    assert "2 more" in repr(one.hint("ball"))


def test_a_folder_that_is_not_there_is_no_error(here):
    answers = Answers(here / "gone")
    answers.put("02", "choices", "settle", "x")
    assert answers.get("02", "choices", "settle") == "x"
    assert "cannot be written" in answers.trouble


# --- hints, score, what is displayed -------------------------------------------------------------------------------


def test_hints_come_one_at_a_time():
    one = lessons.begin("02")
    hints = content_of("02").exercises["ball"].hints
    for seen in (1, 2, 3, 3):
        said = repr(one.hint("ball"))
        assert [hint in said for hint in hints] == [i < seen for i in range(len(hints))]
    assert "These are all" in said


def test_the_score_counts_what_is_stored_what_is_right_and_what_is_passed(shown):
    one = lessons.begin("02")
    assert "0 of 3 questions answered, 0 of them right; 0 of 3 checks passed." in repr(one.score())
    one.predict("settle", "c")
    one.predict("twins", "a")
    one.check("ball", "momentum")
    assert "2 of 3 questions answered, 1 of them right; 1 of 3 checks passed." in repr(one.score())
    one.check("ball", "sgd")
    assert "1 of 3 checks passed" in repr(one), "once passed is passed"


def test_a_note_shows_code_of_a_learner_as_text():
    said = lessons.begin("00").check("walk", "<script>")._repr_html_()
    assert "&lt;script&gt;" in said
    assert "<script>" not in said
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        HTML(said)


# --- measuring -----------------------------------------------------------------------------------------------------


def test_steps_until_counts_to_the_last_time_outside():
    # |x| = 0.8^k for lr 0.2: below 0.1 from step 11 on, as 0.8^10 = 0.107 and 0.8^11 = 0.086.
    assert lessons.steps_until(train("sgd", "parabola", lr=0.2, steps=30), 0.1) == 11
    assert lessons.steps_until(train("sgd", "parabola", start=0.05, lr=0.2, steps=5), 0.1) == 0


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            lambda: train("sgd", "parabola", lr=0.2, steps=5),
            "After 5 steps SGD is 0.328 from the minimum, not",
        ),
        (lambda: train("sgd", "slope", steps=5), "slope has none known"),
        (lambda: train("sgd", "parabola", lr=[0.1, 0.2], steps=5), r"of a grid, take one: run\.at\(0\)"),
        (lambda: train("sgd", "parabola", lr=4, steps=2000), "not within 0.1"),
    ],
)
def test_steps_until_says_why_it_cannot_count(run, said):
    with pytest.raises(ValueError, match=said):
        lessons.steps_until(run(), 0.1)


# --- drawing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_values_are_drawn_with_their_names_in_the_order_of_their_ends(theme):
    ax = lessons.plot_values({"low": [0, 1, 2], "high": [0, 2, float("nan")], "gone": [float("inf")] * 3}, theme=theme)
    places = {text.get_text(): text.xyann[1] + ax.transData.transform((0, text.xy[1]))[1] for text in ax.texts}
    assert "gone" not in places
    assert places["low"] == pytest.approx(places["high"], abs=20)
    assert ax.lines[1].get_ydata()[:2] == pytest.approx([0, 2])


def test_values_on_a_logarithmic_scale_have_their_names_at_their_ends_too():
    ax = lessons.plot_values({"falls": [1, 0, 1e-6], "stays": [1, 1, 1]}, log=True)
    for text, end in zip(ax.texts, (1, 1e-6), strict=True):
        # The place of a name is that of its end, up to what keeps names apart.
        assert ax.transData.transform((0, text.xy[1]))[1] == pytest.approx(ax.transData.transform((0, end))[1])
        assert abs(text.xyann[1]) < 15
    assert np.isnan(ax.lines[0].get_ydata()[1])


def test_many_lines_of_one_name_are_thin_and_named_where_most_of_them_end():
    ax = lessons.plot_values({"walkers": [[0, 0, 0], [1, 1, -1]], "hump": [0.5, 0.5]})
    assert [list(line.get_ydata()) for line in ax.lines[:4]] == [[0, 1], [0, 1], [0, -1], [0.5, 0.5]]
    assert ax.lines[0].get_linewidth() < ax.lines[3].get_linewidth()
    assert {text.get_text(): text.xy[1] for text in ax.texts if text.get_text()} == {"walkers": 1, "hump": 0.5}


def test_values_whose_rows_are_not_those_of_the_places_are_refused():
    with pytest.raises(ValueError, match=r"3 places in `at`, and 2 rows of 'ends'.*`numbers.T`"):
        lessons.plot_values({"ends": [[0, 0, 0], [1, 1, -1]]}, at=[0.1, 0.2, 0.3], dots=True)


def test_a_map_shows_each_kind_where_it_is():
    ax = lessons.plot_map([[0, 1, 2], [2, 1, 0]], [0, 1, 2], [5, 6], names=["a", "b", "c"], up="lr", across="start")
    (image,) = ax.images
    assert image.get_extent() == [-0.5, 2.5, 4.5, 6.5]
    assert image.origin == "lower"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "c"]


def test_windows_have_a_row_a_square_for_each_hit_and_a_tick():
    ax = lessons.plot_windows(
        {"one": [True, False, True], "none": [False] * 3}, [0.01, 0.1, 1], ticks={"one": 0.1}, names=("hit", "chosen")
    )
    squares = [line for line in ax.lines if line.get_marker() == "s"]
    assert [line.get_xdata().tolist() for line in squares] == [[0.01, 1], []]
    assert [list(line.get_ydata()) for line in squares] == [[0, 0], []]
    assert [list(line.get_xdata()) for line in ax.lines if line.get_linewidth() >= 2] == [[0.1, 0.1]]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["one", "none"]
    assert [text.get_text() for text in ax.texts][:2] == ["2", "0"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["hit", "chosen"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_map_of_five_kinds_has_five_shades_and_its_marks(theme):
    kinds, marks = [[0, 1, 2], [3, 4, 0]], {"A": (1, 5.5)}
    ax = lessons.plot_map(kinds, [0, 1, 2], [5, 6], names=list("nABCD"), marks=marks, theme=theme)
    (image,) = ax.images
    assert len({image.to_rgba(kind) for kind in range(5)}) == 5
    assert [(text.get_text(), text.xy) for text in ax.texts if text.get_text() in marks] == [("A", (1, 5.5))]


def test_a_map_of_numbers_has_a_scale_and_says_what_never_arrives():
    counts = [[20, float("nan"), 50], [100, 2000, 1000]]
    ax = lessons.plot_shades(
        counts, [0, 1, 2], [5, 6], never="never", lines={"limit": ([0, 2], [5, 6])}, points={"best": ([1], [5])}
    )
    (image,), (bar,) = ax.images, ax.child_axes
    assert image.get_clim() == (20, 2000)
    brightness = [sum(image.to_rgba(count)[:3]) for count in (20, 100, 2000)]
    assert brightness == sorted(brightness, reverse=True)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["never", "limit", "best"]
    bar.figure.canvas.draw()
    assert {"20", "100", "1000"} <= {text.get_text() for text in bar.get_yticklabels()}


# --- contracts and identity cards ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_of_ours_holds_the_contract(name):
    # The article's kappa divides by the velocity, which is 0 where the contract draws no noise.
    expected = {"zero"} if name == "santa_sss_article" else set()
    assert set(lessons.contract(RULES[name])) == expected


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov"])
def test_rules_that_multiply_the_gradient_turn_with_the_axes(name):
    card = lessons.identity(name, lr=0.05)
    assert card["rotation"]
    assert not card["f_times_1000"]
    assert not card["x_times_100"]


def test_the_first_step_on_the_card_is_that_of_the_formula():
    # The gradient at (-5, -2) is (-1, -8).
    assert lessons.identity("sgd", lr=0.25)["first_step"] == [0.25, 2.0]
    assert lessons.identity("adagrad", lr=0.3)["first_step"] == [0.3, 0.3]


def test_a_rule_that_is_the_same_in_all_units_has_a_card_that_says_so():
    @update_rule
    def newton(x, g, /, *, lr=0.5):
        return x - lr * x  # on a quadratic, H^-1 g is x

    assert lessons.identity(newton) == {
        "first_step": [2.5, 1.0], "f_times_1000": True, "rotation": True, "x_times_100": True,
    }  # fmt: skip
    assert set(lessons.contract(newton)) == {"shift"}
