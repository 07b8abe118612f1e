"""The page for teachers: its minutes add up, its links are well formed, its commands and its file are as it says."""

import html
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from optviz.__main__ import _parser
from optviz.commands import lab_command
from optviz.lessons.answers import FILE, answers_in
from optviz.lessons.lesson import content_of
from optviz.lessons.overview import Contents
from optviz.lessons.progress import progress

from .test_contents import MAP
from .test_shown import assert_stands_alone

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
ROWS = {
    number: list(map(int, cells.split("|")))
    for number, cells in re.findall(r"^\| (\d\d\w?) [^|]+\|((?: *\d+ *\|?){6})\|$", PAGE, re.M)
}


def test_the_minutes_of_a_lesson_add_up_to_those_of_the_course():
    assert list(ROWS) == sorted(MAP)
    for number, (*parts, together) in ROWS.items():
        assert sum(parts) == together == MAP[number][0], number
        assert PAGE.count(f"\n**{number} ") == 1, "what to ask in it"


def test_three_hours_are_three_hours():
    (three,) = re.findall(r"\*\*Three hours:\*\* (.*?), each", PAGE)
    minutes = sum(sum(ROWS[number][:3]) for number in three.split(", "))
    assert f"{minutes} minutes. With the check of lesson 00 in class ({ROWS['00'][3]})" in PAGE
    assert minutes + ROWS["00"][3] + 10 == 180


def test_the_links_for_a_class_fetch_its_notebooks_and_open_the_contents():
    binder, hub = map(urlsplit, re.findall(r"^(https://\S*git-pull\S*)$", PAGE, re.M))
    assert (binder.netloc, binder.path) == ("mybinder.org", "/v2/gh/optviz/optviz/HEAD")
    (inner,) = parse_qs(binder.query)["urlpath"]
    assert urlsplit(inner).path == "git-pull"
    for query in (urlsplit(inner).query, hub.query):
        assert parse_qs(query) == {
            "repo": ["https://github.com/your-name/your-course"],
            "urlpath": [f"lab/tree/your-course/{lab_command.CONTENTS}"],
            "branch": ["main"],
        }


def test_each_command_is_one_of_ours():
    commands = re.findall(r"`(optviz [^`]+)`", PAGE) + re.findall(r"^(optviz .*)$", PAGE, re.M)
    assert len(commands) >= 5
    for command in commands:
        _parser().parse_args(shlex.split(command)[1:])


def test_the_command_makes_a_page_of_a_worked_lesson_that_stands_alone(tmp_path):
    (command,) = re.findall(r"`(jupyter nbconvert [^`]+)`", PAGE)
    *words, lesson = shlex.split(command)[1:]
    assert (ROOT / lesson).exists()
    notebook = shutil.copy(ROOT / "notebooks" / "02_momentum.ipynb", tmp_path)
    questions = content_of("02").questions
    choices = {name: question.texts[0] for name, question in questions.items()}
    (tmp_path / FILE).write_text(json.dumps({"02": {"choices": choices}}))
    subprocess.run([sys.executable, "-m", *words, str(notebook)], cwd=ROOT, check=True, capture_output=True)
    page = (tmp_path / "02_momentum.html").read_text(encoding="utf-8")
    assert_stands_alone(page)
    assert "Predict first" not in page
    for question in questions.values():
        assert question.options[question.right].reason in html.unescape(page)


def test_the_file_of_answers_is_as_it_is_shown(tmp_path):
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / FILE).write_text(text)
    assert progress("02", content_of("02"), answers_in(tmp_path)) == ({"settle": 0}, ["ball"], 6)
    assert [row.state for row in Contents(tmp_path).rows if row.number == "02"] == ["2 of 6"]
