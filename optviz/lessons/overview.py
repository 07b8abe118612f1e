"""`contents`: the lessons as a table, with what is done of each."""

import asyncio
import html
from pathlib import Path
from typing import NamedTuple

from IPython.display import display

from .answers import FILE, answers_in
from .lesson import content_of, find_lesson, numbers
from .notes import FONT, Note
from .progress import Progress, progress

LOOK_AGAIN = 1.0  # seconds between two looks at the file of answers

_watching: asyncio.Task | None = None


class Row(NamedTuple):
    """A lesson of the table: its number, title, minutes, the numbers it needs, its notebook here, and its progress."""

    number: str
    title: str
    minutes: int
    needs: tuple[str, ...]
    notebook: str | None
    progress: Progress

    @property
    def state(self) -> str:
        """How far it is, in words."""
        done, of = self.progress.done, self.progress.of
        return "open" if not done else "done" if done == of else f"{done} of {of}"


class Contents:
    """The table of the lessons in a folder, as it is now: HTML for a notebook, text for everywhere else."""

    def __init__(self, folder: Path):
        answers = answers_in(folder)
        self.rows = []
        for number in numbers():
            one = content_of(number)
            done = progress(number, one, answers)
            self.rows.append(Row(number, one.title, one.minutes, one.needs, notebook_of(number, folder), done))
        self.trouble = answers.trouble

    @property
    def following(self) -> Row | None:
        """The lesson to go on with: one that is begun, else the first that is open."""
        unfinished = [row for row in self.rows if row.state != "done"]
        return next((row for row in unfinished if row.state != "open"), unfinished[0] if unfinished else None)

    @property
    def summary(self) -> str:
        """How many lessons are done, and where to go on."""
        done = sum(row.state == "done" for row in self.rows)
        counted = f"{done} of {len(self.rows)} lessons done."
        if self.following is None:
            return f"All {len(self.rows)} lessons are done."
        verb = "Go on with" if any(row.state != "open" for row in self.rows) else "Begin with"
        return f"{counted} {verb} {self.following.number}, {self.following.title}."

    def __repr__(self) -> str:
        lines = [
            f"{row.number:4} {row.title:40} {row.minutes:3} min  {_after(row):14}  {row.state}".rstrip()
            for row in self.rows
        ]
        return "\n".join([self.summary, "", *lines, *filter(None, ["", self.trouble])])

    def _repr_html_(self) -> str:
        cell = "text-align: left; vertical-align: baseline; padding: 6px 16px 6px 0; white-space: normal"
        line = "border-top: 1px solid var(--jp-border-color2, #8884)"
        head = "".join(
            f'<th scope="col" style="{cell}">{name}</th>'
            for name in ("", "Lesson", "Minutes", "After", "Answered and passed")
        )
        body = "".join(
            f'<tr style="background: none; {line}">'
            f'<td style="{cell}">{row.number}</td><th scope="row" style="{cell}; font-weight: 600">{_link(row)}</th>'
            f'<td style="{cell}">{row.minutes or "–"}</td><td style="{cell}">{", ".join(row.needs) or "–"}</td>'
            f'<td style="{cell}; white-space: nowrap">{_bar(row.progress)}{row.state}</td></tr>'
            for row in self.rows
        )
        trouble = f"<p>{html.escape(self.trouble)}</p>" if self.trouble else ""
        return (
            f'<div style="{FONT}; line-height: 1.4; max-width: 52em">'
            f'<p style="margin: 4px 0 12px"><strong>{html.escape(self.summary)}</strong></p>'
            '<table aria-label="Lessons" '
            'style="margin: 0; border-collapse: collapse; font-size: inherit; color: inherit">'
            f'<thead><tr style="background: none">{head}</tr></thead><tbody>{body}</tbody></table>{trouble}</div>'
        )


def contents() -> None:
    """Show the table of the lessons in this folder, with what is done of each.

    It follows the file of answers as long as the kernel runs, so that it is right when a lesson was worked on in
    another tab.
    """
    global _watching
    folder = Path.cwd()
    if _watching is not None:
        _watching.cancel()
    shown = display(Contents(folder), display_id=True)
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # no notebook: nothing that could be updated
        return
    _watching = loop.create_task(_follow(folder, shown))


def forget(number: str) -> Note:
    """Forget what was answered in the lesson of this number, such as "02", to begin it anew.

    Raises ValueError if there is no such lesson.
    """
    answers = answers_in(Path.cwd())
    done = progress(number, find_lesson(number), answers).done
    answers.forget(number)
    title = f"Lesson {number}, {content_of(number).title}"
    told = f"Forgotten: {done} answers." if done else "There was nothing to forget."
    return Note(title, f"{told} {answers.trouble} Run its notebook from the top to begin anew.".replace("  ", " "))


def notebook_of(number: str, folder: Path) -> str | None:
    """Return the name of the lesson's notebook in a folder; of several, such as a copy, the shortest."""
    return min(
        (path.name for path in folder.glob(f"{number}_*.ipynb")), key=lambda name: (len(name), name), default=None
    )


async def _follow(folder: Path, shown) -> None:
    seen = _stamp(folder)
    while True:
        await asyncio.sleep(LOOK_AGAIN)
        if seen != (seen := _stamp(folder)):
            shown.update(Contents(folder))


def _stamp(folder: Path) -> tuple[int, int] | None:
    try:
        found = (folder / FILE).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _after(row: Row) -> str:
    return f"after {', '.join(row.needs)}" if row.needs else ""


def _link(row: Row) -> str:
    title = html.escape(row.title)
    return f'<a href="{html.escape(row.notebook)}">{title}</a>' if row.notebook else f"{title} (not in this folder)"


def _bar(done: Progress) -> str:
    """Return a bar for those who see it; the words beside it say the same."""
    share = done.done / done.of if done.of else 0
    return (
        '<span aria-hidden="true" style="display: inline-block; width: 72px; height: 8px; margin-right: 10px; '
        'border: 1px solid var(--jp-border-color1, #888); border-radius: 5px; overflow: hidden">'
        f'<span style="display: block; height: 100%; width: {share:.0%}; '
        'background: var(--jp-brand-color1, #1976d2)"></span></span>'
    )
