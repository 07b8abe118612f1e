"""A widget that a note replaces when it has done its work: a saved notebook needs no widget to be read."""

from typing import Any

from IPython.display import display

from ..widgets.themed import Themed
from .notes import Note


class Passing(Themed):
    """A widget with a note that stands for it where no widget can live."""

    def __init__(self, standing: Note, **values: Any):
        super().__init__(**values)
        self._standing = standing
        self._place: Any = None

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/html"] = self._standing._repr_html_()
        return bundle

    def show(self) -> None:
        """Show it in the cell that runs."""
        self._place = display(self, display_id=True)

    def give_way(self, note: Note) -> None:
        """Put the note in its place, and end it."""
        if self._place is not None:
            self._place.update(note)
        self.close()
