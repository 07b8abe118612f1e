"""The course: its numbers are those that were verified, and learners are told what is wrong with their answers."""

import html
import json
import math
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from optviz.lessons.answers import FILE
from optviz.lessons.content.lesson_01 import distances
from optviz.lessons.content.lesson_11 import LIMITS
from optviz.lessons.lesson import content_of, numbers
from optviz.lessons.parts import LETTERS

from .course import lessons
from .test_notebooks import NOTEBOOKS, QuietClient
from .test_shown import assert_stands_alone, exported

REFERENCE = {
    one["id"]: one
    for one in json.loads((Path(__file__).parent / "references" / "course.json").read_text(encoding="utf-8"))["numbers"]
}
PATHS = {path.name.partition("_")[0]: path for path in NOTEBOOKS if re.match(r"\d\d", path.name)}

LESSONS = lessons()

# Not getrusage: its peak begins with that of the process that started the kernel.
FIRST = """\
import time as _time
_spent = []
def _begins(info): _spent.append(-_time.process_time())
def _ends(result):
    if _spent: _spent[-1] += _time.process_time()  # nothing has begun before this cell
get_ipython().events.register("pre_run_cell", _begins)
get_ipython().events.register("post_run_cell", _ends)
"""
LAST = """\
import json
def _plain(value):
    if isinstance(value, dict): return {str(key): _plain(one) for key, one in value.items()}
    return value if isinstance(value, str) else np.asarray(value).tolist()
_peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(json.dumps({"memory": int(_peak), "spent": _spent[:-1], **{
    key: _plain(eval(code)) for key, code in MEASURED.items()
}}))
"""


def rel(part):
    return lambda got, expected: got == pytest.approx(expected, rel=part, abs=1e-12)


def within(distance):
    return lambda got, expected: got == pytest.approx(expected, abs=distance)


def magnitude(got, expected):
    """Whether both have about the same number of digits; what underflows is 0."""
    return abs(math.log10(max(got, 1e-300)) - math.log10(max(expected, 1e-300))) < 0.5


# What a mixed tolerance says of each number in turn; the last says it of all that follow.
MIXED = {
    "1 step / 1e-6": [within(1), within(1e-6)],
    "1e-5 / 1 step": [within(1e-5), within(1e-5), within(1)],
    "1e-6 / 1 step": [within(1e-6), within(1)] * 3,
    "2 steps / rel 2e-2": [within(2), rel(2e-2), within(2)],
    "1e-6; last two: order of magnitude": [within(1e-6), within(1e-6), magnitude],
    # Of a map with rates 0.005 and momenta 0.01 apart; two equal pixels may be the best.
    "2e-3 / one pixel / 2 steps": [within(2e-3), within(0.0051), within(0.0101), within(2)],
    "rel 1e-3 / 1 step": [rel(1e-3), rel(1e-3), rel(1e-3), within(1)],
    "0 / rel 1e-3": [within(0), within(0), within(0), within(0), rel(1e-3)],
    "order of magnitude": [magnitude],
    "order of magnitude / rel 1e-1": [magnitude, rel(1e-1)],
}


def agree(measured, one):
    """Compare with a number of the reference in the way that its tolerance says."""
    expected, tolerance = one["expected"], str(one["tolerance"])
    if isinstance(expected, dict):
        assert set(measured) == set(expected)
        measured, expected = ([values[name] for name in expected] for values in (measured, expected))
    if tolerance == "exact":
        assert measured == expected
    elif tolerance in MIXED:
        numbers = [*zip(np.ravel(measured), np.ravel(expected), strict=True)]
        says = MIXED[tolerance] + MIXED[tolerance][-1:] * len(numbers)
        for holds, (got, number) in zip(says, numbers, strict=False):
            assert holds(got, number), (got, number)
    elif tolerance.startswith("first exact; .06: > 100"):
        assert measured[0] == expected[0]
        assert measured[-1] > 100
    elif " / " in tolerance:
        # One tolerance for each of the numbers; what stands in brackets is for people.
        parts = tolerance.partition("(")[0].split(" / ")
        for one, number, part in zip(measured, expected, parts, strict=True):
            agree(one, {"expected": number, "tolerance": part})
    elif tolerance.startswith("below"):
        assert np.all(np.abs(measured) < float(tolerance.split()[1]))
    elif tolerance.startswith(("rel", "grid point")):
        # Grid points have four digits there, and the next one is a quarter larger.
        share = float(tolerance.split()[1]) if tolerance.startswith("rel") else 1e-3
        assert np.ravel(measured) == pytest.approx(np.ravel(expected), rel=share)
    else:
        assert np.ravel(measured) == pytest.approx(np.ravel(expected), abs=float(tolerance.split()[0]))


# A hunt in a copy of the lesson's own code, which stands above it as it should be.
LESSONS_OWN_CODE = [("10", "repair")]


def lines_of(source):
    """Return the lines of some code or text, each with single spaces."""
    return [" ".join(line.split()) for line in source.splitlines() if line.strip()]


def printed(cell):
    """What a cell has printed; on a busy machine it arrives in pieces."""
    return "".join(output["text"] for output in cell.outputs if output["output_type"] == "stream")


class Played:
    """A lesson that was worked through: every wrong answer, then the right ones."""

    def __init__(self, number, folder):
        notebook = nbformat.read(PATHS[number], as_version=4)
        content, tables = content_of(number), LESSONS[number]
        cells = [nbformat.v4.new_code_cell(FIRST)]
        own = {cell.get("id") for cell in notebook.cells}
        for cell in notebook.cells:
            for name, question in content.questions.items():
                letter = LETTERS[question.right]
                cell.source = re.sub(
                    rf'lesson\.(predict|observe)\("{name}"\)', rf'lesson.\1("{name}", "{letter}")', cell.source
                )
            cells.append(cell)
            for name, exercise in tables.EXERCISES.items():
                if cell.get("id") == exercise.cell:
                    tries = {**exercise.wrong, **exercise.also_right, "right": (exercise.right, "")}
                    for key, (source, _) in tries.items():
                        cells.append(nbformat.v4.new_code_cell(source))
                        cells.append(nbformat.v4.new_code_cell(f'lesson.check("{name}", {exercise.hand_in})'))
                        cells[-1].metadata["try"] = [name, key]
                        if name in tables.PROBED and not key.startswith("+"):
                            code = f"import json; print(json.dumps(np.asarray({tables.PROBED[name]}).tolist()))"
                            cells.append(nbformat.v4.new_code_cell(code))
                            cells[-1].metadata["points"] = [name, key]
        cells.append(nbformat.v4.new_code_cell(f"MEASURED = {tables.MEASURED!r}\n{LAST}"))
        notebook.cells = cells
        # A print may arrive in two pieces.
        resources = {"metadata": {"path": str(folder)}}
        QuietClient(notebook, timeout=120, coalesce_streams=True, resources=resources).execute()
        self.notebook, self.folder = notebook, folder
        self.values = json.loads(printed(notebook.cells[-1]))
        # What the lesson itself takes of the processor, whatever else the machine does, and without what is tried here.
        ran = [cell for cell in notebook.cells[1:-1] if cell.cell_type == "code" and cell.source.strip()]
        spent = zip(ran, self.values["spent"], strict=True)
        self.seconds = sum(seconds for cell, seconds in spent if cell.get("id") in own)
        self.said = self._outputs("try", lambda cell: cell.outputs[-1]["data"]["text/plain"])
        self.points = self._outputs("points", lambda cell: json.loads(printed(cell)))

    def _outputs(self, kind, read):
        return {tuple(cell.metadata[kind]): read(cell) for cell in self.notebook.cells if kind in cell.metadata}


@pytest.fixture(scope="module", params=sorted(PATHS))
def played(request, tmp_path_factory):
    return request.param, Played(request.param, tmp_path_factory.mktemp("lesson"))


def test_every_lesson_with_questions_has_a_notebook_and_the_other_way_round():
    assert numbers() == sorted(PATHS) == sorted(LESSONS)


def test_every_number_belongs_to_a_lesson_or_to_an_objective():
    assert {one["lesson"] for one in REFERENCE.values()} - {"objectives"} <= set(LESSONS)


@pytest.mark.parametrize("number", sorted(LESSONS))
def test_every_number_of_a_lesson_is_cited(number):
    ids = {key for key, one in REFERENCE.items() if one["lesson"] == number}
    assert {*LESSONS[number].MEASURED, *LESSONS[number].FINGERPRINTS} == ids


def test_the_numbers_of_a_lesson_are_those_that_were_verified(played):
    number, lesson = played
    for key in LESSONS[number].MEASURED:
        agree(lesson.values[key], REFERENCE[key])


def test_each_wrong_answer_gets_its_own_sentence_and_the_right_one_is_right(played):
    number, lesson = played
    for name, exercise in LESSONS[number].EXERCISES.items():
        for key, (_, words) in {**exercise.also_right, "right": ("", "")}.items():
            assert words in lesson.said[name, key], key
            assert lesson.said[name, key].startswith("Right. "), key
        for key, (_, words) in exercise.wrong.items():
            assert words in lesson.said[name, key], key
            assert lesson.said[name, key].startswith("Not yet. "), key
            assert "expected" not in lesson.said[name, key] or "First difference" in lesson.said[name, key]


def test_each_wrong_answer_visits_the_points_of_its_fingerprint(played):
    number, lesson = played
    for key, name in LESSONS[number].FINGERPRINTS.items():
        exercise = LESSONS[number].EXERCISES[name]
        rows = {
            "right" if one.startswith("right") and one not in exercise.also_right else one: row
            for one, row in REFERENCE[key]["expected"].items()
        }
        played = ("right", *exercise.also_right, *exercise.wrong)
        assert {one for one in played if one[0] != "+"} == set(rows)
        for one, row in rows.items():
            points = np.ravel(lesson.points[name, one])
            row = np.array(row[: len(points)], dtype=float)  # "nan" and "inf" are words there
            assert points == pytest.approx(row, abs=1e-6, nan_ok=True), one


def test_the_rates_that_the_hollows_allow_are_those_of_the_reference():
    assert [*LIMITS.values()] == pytest.approx(REFERENCE["11.01"]["expected"][4:], abs=5e-6)


def test_400_steps_beside_each_answer_end_where_the_reference_says():
    for answer, *ends in REFERENCE["01.18"]["expected"].values():
        # The answers have six digits there, and 400 steps make much of the seventh.
        for distance, expected in zip(distances(answer), map(float, ends), strict=True):
            if math.isfinite(expected) and expected > -30:
                assert math.log10(distance) == pytest.approx(expected, abs=1e-3)
            else:
                assert distance < 1e-29 if expected == -30 else not distance < 1e100


def test_a_lesson_is_short_and_small(played):
    _, lesson = played
    assert lesson.seconds < 60
    assert lesson.values["memory"] < 300 * 1024


def test_a_worked_lesson_says_nothing_is_open(played):
    number, lesson = played
    (cell,) = [cell for cell in lesson.notebook.cells if cell.get("id") == "score"]
    content = content_of(number)
    questions, checks = len(content.questions), len(content.exercises)
    said = cell.outputs[-1]["data"]["text/plain"]
    assert f"{questions} of {questions} questions answered, {questions} of them right" in said
    assert f"{checks} of {checks} checks passed" in said
    stored = json.loads((lesson.folder / FILE).read_text(encoding="utf-8"))
    assert set(stored[number]["choices"]) == set(content.questions)


def test_a_worked_lesson_reads_well_without_a_kernel(played):
    number, lesson = played
    page = exported(lesson.notebook)
    assert_stands_alone(page)
    assert "No description has been provided" not in page, "each picture has its text"
    assert '<script type="application/vnd.jupyter.widget-view+json">' not in page, "a picture stands for each widget"
    widgets = [
        cell for cell in lesson.notebook.cells if re.search(r"^@interact|visualize\(|explore\(", cell.source, re.M)
    ]
    assert page.count("need a running kernel") + page.count("needs Jupyter") == len(widgets)
    for question in content_of(number).questions.values():
        assert question.options[question.right].reason.split(":")[0] in html.unescape(page)
    assert "commit to it, then run this cell again" not in page
    assert page.count("data:image/png") >= 3


def test_the_answers_do_not_stand_in_the_notebook():
    for number, path in PATHS.items():
        text = " ".join(path.read_text(encoding="utf-8").split())
        for question in content_of(number).questions.values():
            for option in question.options:
                assert option.reason not in text


@pytest.mark.parametrize("number", sorted(PATHS))
def test_an_exercise_has_a_cell_for_its_hints(number):
    cells = nbformat.read(PATHS[number], as_version=4).cells
    hinted = {name for cell in cells for name in re.findall(r'lesson\.hint\("(\w+)"\)', cell.source)}
    assert hinted == set(content_of(number).exercises)


@pytest.mark.parametrize("number", sorted(PATHS))
def test_a_right_answer_does_not_stand_in_the_notebook_before_its_check(number):
    cells = nbformat.read(PATHS[number], as_version=4).cells
    for name, exercise in LESSONS[number].EXERCISES.items():
        (at,) = [i for i, cell in enumerate(cells) if cell.get("id") == exercise.cell]
        blank = lines_of(cells[at].source)
        before = " ".join(line for cell in cells[: at + 1] for line in lines_of(cell.source))
        filled = [line for line in lines_of(exercise.right) if line not in blank]
        assert filled, name
        if (number, name) not in LESSONS_OWN_CODE:
            assert not all(line in before for line in filled), name


def test_free_play_has_a_cell_for_what_was_found():
    for number, path in PATHS.items():
        cells = nbformat.read(path, as_version=4).cells
        for i, cell in enumerate(cells):
            if "Free play" in cell.source:
                below = [one.source for one in cells[i + 1 : i + 4] if one.cell_type == "code"]
                assert any("..." in source or "lesson.check(" in source for source in below[1:]), number


def test_the_title_of_a_lesson_says_its_minutes():
    for number, path in PATHS.items():
        title = nbformat.read(path, as_version=4).cells[0].source
        assert f"takes about {content_of(number).minutes} minutes" in title, number
