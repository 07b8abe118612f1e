"""The table of contents: which lessons there are, what is done of each, and the links that lead through them."""

import asyncio
import json
import re
from pathlib import Path

import nbformat
import pytest

from optviz import lessons
from optviz.commands import lab_command
from optviz.lessons import overview
from optviz.lessons.answers import FILE
from optviz.lessons.lesson import content_of, numbers
from optviz.lessons.overview import Contents, notebook_of

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
# What a learner should have met before, as the map of the course draws it, and the minutes that it counts.
MAP = {
    "00": (30, ()), "01": (45, ("00",)), "02": (45, ("01",)), "03": (40, ("02",)), "04": (40, ("01",)),
    "05": (45, ("04",)), "06": (35, ("05",)), "07": (50, ("02", "05")), "07b": (45, ("07",)), "08": (50, ("07",)),
    "09": (45, ("02", "07")), "10": (60, ("07", "09")), "11": (45, ("02",)), "12": (75, ("07",)),
}  # fmt: skip


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in a folder with lessons 00 and 02 and a copy of one."""
    monkeypatch.chdir(tmp_path)
    for name in ("00_start.ipynb", "02_momentum.ipynb", "02_momentum-Copy1.ipynb"):
        (tmp_path / name).touch()
    return tmp_path


def work_through(number, but=()):
    """Answer every question of a lesson, rightly or not, and pass its checks."""
    content = content_of(number)
    stored = {
        "choices": {name: one.texts[0] for name, one in content.questions.items() if name not in but},
        "checks": {name: True for name in content.exercises if name not in but},
        "hints": dict.fromkeys(content.exercises, 1),
    }
    everything = json.loads(Path(FILE).read_text()) if Path(FILE).exists() else {}
    Path(FILE).write_text(json.dumps({**everything, number: stored}))


@pytest.mark.parametrize("number", numbers())
def test_a_lesson_says_what_the_contents_need(number):
    minutes, needs = MAP[number]
    content = content_of(number)
    assert (content.minutes, content.needs) == (minutes, needs), (
        f"optviz/lessons/content/lesson_{number}.py: Content(title=..., minutes={minutes}, needs={needs}, ...)"
    )


@pytest.mark.parametrize("number", numbers())
def test_a_notebook_says_the_minutes_and_the_needs_of_its_lesson(number):
    name = notebook_of(number, NOTEBOOKS)
    title = nbformat.read(NOTEBOOKS / name, as_version=4).cells[0].source
    minutes = content_of(number).minutes
    told = {int(one) for one in re.findall(r"(\d+) minutes", title)} | {
        one for one, words in {30: "half an hour", 60: "about an hour"}.items() if words in title
    }
    assert told == {minutes}, f"the first cell of {name} says {told}"
    for link in re.findall(r"\]\((\d\d\w?)_\w+\.ipynb\)", title):
        assert link in content_of(number).needs, f"the first cell of {name} links to {link}"


@pytest.mark.parametrize("number", numbers())
def test_each_lesson_links_to_the_next_the_one_before_and_the_contents(number):
    order = numbers()
    at = order.index(number)
    files = [notebook_of(one, NOTEBOOKS) for one in order]
    last = nbformat.read(NOTEBOOKS / files[at], as_version=4).cells[-1].source
    links = re.findall(r"\]\(([\w-]+\.ipynb)\)", last)
    before = [files[at - 1]] if at else []
    following = files[at + 1 : at + 2]
    told = f"its last paragraph: Before: [{content_of(order[at - 1]).title}]({before[0] if before else ''}) · "
    assert links == [*following, *before, lab_command.CONTENTS], told + f"[Contents]({lab_command.CONTENTS})"


def test_the_badge_and_the_notebook_lead_to_lessons_that_are_there():
    assert f"urlpath=lab/tree/notebooks/{lab_command.CONTENTS})" in (ROOT / "README.md").read_text()
    text = (NOTEBOOKS / lab_command.CONTENTS).read_text()
    assert re.findall(r"\]\((.+?)\)", text) == [notebook_of(numbers()[0], NOTEBOOKS)]
    assert FILE in text


def test_what_is_open_begun_and_done(here):
    assert Contents(here).summary == f"0 of {len(numbers())} lessons done. Begin with 00, Start, and the first race."
    work_through("00")
    work_through("02", but=["settle", "ball"])
    rows = {row.number: row for row in Contents(here).rows}
    of = len(content_of("02").questions) + len(content_of("02").exercises)
    assert [rows[number].state for number in ("00", "01", "02")] == ["done", "open", f"{of - 2} of {of}"]
    assert Contents(here).summary == f"1 of {len(rows)} lessons done. Go on with 02, Momentum."
    work_through("02")
    assert Contents(here).following.number == "01"
    for number in numbers():
        work_through(number)
    assert Contents(here).summary == f"All {len(rows)} lessons are done."


def test_a_lesson_is_a_link_if_its_notebook_is_here(here):
    page = Contents(here)._repr_html_()
    assert re.findall(r'href="(.*?)"', page) == ["00_start.ipynb", "02_momentum.ipynb"], "a copy is not the lesson"
    assert "Gradient descent (not in this folder)" in page


def test_the_table_is_one_for_a_screen_reader(here):
    page = Contents(here)._repr_html_()
    assert page.count('<th scope="col"') == 5
    assert page.count('<th scope="row"') == len(numbers())
    assert page.count('aria-hidden="true"') == len(numbers()), "the bars: the words beside them say the same"


def test_a_damaged_file_is_said(here):
    (here / FILE).write_text("!")
    assert "could not be read" in repr(Contents(here))


@pytest.fixture
def shown(monkeypatch):
    """Return the tables that a notebook has shown, one after the other; it looks for answers all the time."""
    tables = []

    class Place:
        update = tables.append

    monkeypatch.setattr(overview, "display", lambda thing, display_id: tables.append(thing) or Place)
    monkeypatch.setattr(overview, "LOOK_AGAIN", 0.01)
    return tables


def test_the_table_follows_what_is_answered_elsewhere(here, shown):

    async def notebook():
        overview.contents()
        overview.contents()  # the cell is run again
        await asyncio.sleep(0.1)
        assert len(shown) == 2
        work_through("00")
        await asyncio.sleep(0.1)
        Path(FILE).unlink()
        await asyncio.sleep(0.1)

    asyncio.run(notebook())
    assert [one.rows[0].state for one in shown] == ["open", "open", "done", "open"]


def test_a_damaged_file_is_said_as_long_as_nothing_new_is_stored(here, shown):
    (here / FILE).write_text("!")

    async def notebook():
        overview.contents()
        await asyncio.sleep(0.1)
        work_through("00")
        await asyncio.sleep(0.1)

    asyncio.run(notebook())
    assert len(shown) == 2
    assert all("It is now called optviz-answers.damaged-1.json" in repr(table) for table in shown)


def test_outside_of_a_notebook_the_table_is_printed_once(here, capsys):
    lessons.contents()
    assert "00   Start, and the first race                 30 min                  open" in capsys.readouterr().out


def test_one_lesson_is_forgotten_and_the_others_are_not(here):
    work_through("00")
    work_through("02")
    done = len(content_of("02").questions) + len(content_of("02").exercises)
    assert f"Forgotten: {done} answers" in repr(lessons.forget("02"))
    assert json.loads((here / FILE).read_text()).keys() == {"00"}
    assert "nothing to forget" in repr(lessons.forget("02"))
    with pytest.raises(ValueError, match=r"^There is no lesson '2'; there are 00, 01, 02"):
        lessons.forget("2")
