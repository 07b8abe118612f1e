"""Widgets that see whether the page around them is dark, so that pictures drawn later follow it."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .. import look

HERE = Path(__file__).parent
PAGE = HERE / "page"


def with_page(script: str) -> str:
    """Return a widget's JavaScript with what it may call in front: `page/theme.js` and `arrows.js`."""
    return "".join(one.read_text(encoding="utf-8") for one in (PAGE / "theme.js", HERE / "arrows.js")) + script


class Themed(anywidget.AnyWidget):
    """A widget whose page sets `page_theme`, to "light" or "dark"; new figures follow it."""

    page_theme = traitlets.Unicode("").tag(sync=True)

    @traitlets.observe("page_theme")
    def _tell_theme(self, change: Any) -> None:
        look.page_theme = change.new or None
