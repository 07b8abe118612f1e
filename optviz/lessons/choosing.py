"""The widget of a question: choose, commit; then the choice stands in the notebook as plain text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import traitlets

from ..widgets.themed import with_page
from .notes import Note
from .parts import LETTERS, Question
from .passing import Passing

HERE = Path(__file__).parent
NEEDS_KERNEL = "To choose, open the notebook in Jupyter and run this cell."


class Chooser(Passing):
    """A question with radio buttons, which a note replaces when it is answered.

    `commit` is called with the index of the option that was chosen and returns that of the option that is stored;
    `answered` returns the note for it.
    """

    _esm = with_page((HERE / "choosing.js").read_text(encoding="utf-8"))
    _css = HERE / "choosing.css"

    heading = traitlets.Unicode().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    letters = traitlets.Unicode(LETTERS).tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)  # from the page
    stored = traitlets.Int(-1).tag(sync=True)  # to the page: a choice is stored only when the kernel says so

    def __init__(
        self, heading: str, name: str, question: Question, commit: Callable[[int], int], answered: Callable[[int], Note]
    ):
        lines = [("", text, "") for text in question.lettered]
        standing = Note(heading, question.text, lines, NEEDS_KERNEL)
        super().__init__(standing, heading=heading, name=name, question=question.text, options=question.texts)
        self._commit, self._answered = commit, answered
        self.observe(self._store, "chosen")

    def _store(self, change: Any) -> None:
        if not 0 <= change.new < len(self.options):
            return
        self.stored = self._commit(change.new)
        self.give_way(self._answered(self.stored))
