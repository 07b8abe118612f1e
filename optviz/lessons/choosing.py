"""The widget of a question: choose, commit; then the choice stands in the notebook as plain text."""

import html
from collections.abc import Callable

import ipywidgets
from IPython.display import display

from .notes import Note
from .parts import LETTERS, Question

COMMIT = "Commit to this choice"


class Chooser(ipywidgets.VBox):
    """A question with radio buttons; `commit` is called with the index of the option, and its note then replaces it."""

    def __init__(self, heading: str, question: Question, commit: Callable[[int], Note]):
        self._commit = commit
        text = ipywidgets.HTML(f"<strong>{html.escape(heading)}.</strong> {html.escape(question.text)}")
        self.choice = ipywidgets.RadioButtons(
            options=[(f"{LETTERS[i]}) {text}", i) for i, text in enumerate(question.texts)],
            value=None,
            layout={"width": "auto"},
        )
        self.button = ipywidgets.Button(description=COMMIT, disabled=True, layout={"width": "auto"})
        self.choice.observe(self._allow, "value")
        self.button.on_click(self._store)
        super().__init__([text, self.choice, self.button], layout={"max_width": "46em"})
        self._place = None

    def show(self) -> None:
        """Show it in the cell that runs."""
        self._place = display(self, display_id=True)

    def _allow(self, change: object) -> None:
        self.button.disabled = self.choice.value is None

    def _store(self, button: object) -> None:
        choice = self.choice.value
        if choice is None:
            return
        note = self._commit(choice)
        if self._place is not None:
            # A saved notebook, its HTML and a reader without a kernel then have the answer too.
            self._place.update(note)
        for widget in (*self.children, self):
            widget.close()
