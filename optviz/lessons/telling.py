"""A picture in words, for those who do not see it."""

from typing import Any

from IPython.display import display

from ..alt_text import describe
from .notes import Note


def tell(runs: Any) -> None:
    """Show beside a picture of these runs what it shows, in sentences; `runs` are those of `describe`."""
    display(Note("In words", describe(runs)))
