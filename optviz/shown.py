"""Figures as a notebook shows them: images with words for those who do not see them.

No front end reads a text beside an `image/png`: neither JupyterLab, Notebook 7 nor nbconvert gives it to the image as
its `alt`. So our figures are shown as HTML, with the same pixels.
"""

import base64
import html
import sys
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

HEADLINE = "headline"  # the mark of the line that a title of the Axes replaces
NEEDS_KERNEL = (
    "Here stands a picture: the sliders need a running kernel. Open the notebook in Jupyter and run this cell."
)


class Shown(Figure):
    """A figure that a notebook shows with its `alt` text."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self._words: dict[Artist, str] = {}  # the ground of a panel, which is another once that is cleared -> words
        _meet_ipython()

    @property
    def alt(self) -> str:
        """What the picture shows, in words: those that were told, else what is written on it."""
        told = [self._words[ax.patch] for ax in self.axes if ax.patch in self._words]
        return " ".join(dict.fromkeys(told)) or " ".join(map(_written, self.axes))

    def say(self, ax: Axes, words: str) -> None:
        """Tell what a panel shows."""
        self._words[ax.patch] = words


def say(ax: Axes, words: str) -> None:
    """Tell what Axes show, for the text of the image; figures of somebody else have none."""
    if isinstance(ax.figure, Shown):
        ax.figure.say(ax, words)


def image(png: bytes | str, alt: str, **sizes: Any) -> str:
    """Return PNG data, as bytes or in base64, as an image of a page."""
    data = png if isinstance(png, str) else base64.b64encode(png).decode()
    attributes = "".join(f' {name}="{size}"' for name, size in sizes.items() if name in ("width", "height"))
    return f'<img src="data:image/png;base64,{data.strip()}" alt="{html.escape(alt)}"{attributes}>'


def still(images: str, what: str) -> str:
    """Return HTML that stands for a widget where none can live, with a sentence on what would be live."""
    return f'<figure style="margin: 0">{images}<figcaption><em>{html.escape(what)}</em></figcaption></figure>'


def as_html(figure: Shown) -> str | None:
    """Return the image that a notebook would show, with its text; None where none is made, or no notebook is there."""
    png = _formatters()["image/png"]
    try:
        made = png.lookup_by_type(Figure)(figure)
    except KeyError:  # another format was chosen
        return None
    data, sizes = made if isinstance(made, tuple) else (made, {})
    return data and image(data, figure.alt, **(sizes or {}))


def _written(ax: Axes) -> str:
    titles = [ax.get_title(loc) for loc in ("left", "center", "right")]  # type: ignore[arg-type]
    written = [one for one in ax.texts if one.get_visible() and one.get_text().strip()]
    if not any(titles):
        titles = [one.get_text() for one in written if one.get_gid() == HEADLINE]
    texts = dict.fromkeys(one.get_text().strip() for one in written if one.get_gid() != HEADLINE)
    axes = [f"{label} {way}" for label, way in ((ax.get_xlabel(), "across"), (ax.get_ylabel(), "upwards")) if label]
    sentences = [*filter(None, titles), ", ".join(axes), ", ".join(texts)]
    return " ".join(f"{one.rstrip('.')}." for one in sentences if one)


def _formatters() -> Any:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell.display_formatter.formatters if shell else {}


def _meet_ipython() -> None:
    """Have our figures shown as HTML instead of as an image that has no text; other figures stay as they are."""
    formatters = _formatters()
    if formatters:
        formatters["text/html"].for_type(Shown, as_html)
        formatters["image/png"].for_type(Shown, _nothing)


def _nothing(figure: Shown) -> None:
    """Return no image: it stands in the HTML."""
