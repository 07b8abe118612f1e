"""The widget of a question: choose, commit; then the choice stands in the notebook as plain text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython.display import display

from .. import look
from .notes import Note
from .parts import Question

HERE = Path(__file__).parent
NEEDS_KERNEL = "To choose, open the notebook in Jupyter and run this cell."


class Chooser(anywidget.AnyWidget):
    """A question with radio buttons; `commit` is called with the index of the option, and its note then replaces it."""

    _esm = HERE / "choosing.js"
    _css = HERE / "choosing.css"

    heading = traitlets.Unicode().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    # From the page: what was chosen, and its theme, which the pictures of the lesson follow.
    chosen = traitlets.Int(-1).tag(sync=True)
    page_theme = traitlets.Unicode("light").tag(sync=True)

    def __init__(self, heading: str, name: str, question: Question, commit: Callable[[int], Note]):
        super().__init__(heading=heading, name=name, question=question.text, options=question.texts)
        self._commit, self._lettered = commit, question.lettered
        self._place: Any = None
        self.observe(self._store, "chosen")
        self.observe(self._tell, "page_theme")

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            lines = [("", text, "") for text in self._lettered]
            data["text/html"] = Note(self.heading, self.question, lines, NEEDS_KERNEL)._repr_html_()
        return bundle

    def show(self) -> None:
        """Show it in the cell that runs."""
        self._place = display(self, display_id=True)

    def _tell(self, change: Any) -> None:
        look.page_theme = change.new

    def _store(self, change: Any) -> None:
        if not 0 <= change.new < len(self.options):
            return
        note = self._commit(change.new)
        if self._place is not None:
            # A saved notebook, its HTML and a reader without a kernel then have the answer too.
            self._place.update(note)
        self.close()
