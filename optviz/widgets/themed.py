"""Widgets that see whether the page around them is dark, so that pictures drawn later follow it."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .. import look

PAGE = Path(__file__).parent / "page"


def with_theme(script: str) -> str:
    """Return a widget's JavaScript with the functions of `page/theme.js` in front, which it may call."""
    return (PAGE / "theme.js").read_text(encoding="utf-8") + script


class Themed(anywidget.AnyWidget):
    """A widget whose page sets `page_theme`, to "light" or "dark"; new figures follow it."""

    page_theme = traitlets.Unicode("").tag(sync=True)

    @traitlets.observe("page_theme")
    def _tell_theme(self, change: Any) -> None:
        look.page_theme = change.new or None
