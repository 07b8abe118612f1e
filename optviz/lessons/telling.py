"""A picture in words, for those who do not see it."""

from typing import Any

import matplotlib.pyplot as plt
from IPython.display import display

from ..alt_text import describe
from .notes import Note


def tell(runs: Any) -> None:
    """Show below a picture of these runs what it shows, in sentences; `runs` are those of `describe`."""
    if plt.get_backend().endswith("inline"):
        plt.show()  # which otherwise waits for the end of the cell, and would stand below its words
    display(Note("In words", describe(runs)))
