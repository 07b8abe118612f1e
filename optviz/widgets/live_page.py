"""One HTML file that holds explorers: code, styles and data, live without kernel and network."""

import base64
import html
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..alt_text import describe

if TYPE_CHECKING:
    from .explorer import Explorer

HERE = Path(__file__).parent


def page_of(explorers: "list[Explorer]", everything: bool) -> str:
    """Return the text of the page."""
    first = explorers[0]
    runs = first.runs_there_are()
    shipped = [explorer.shipped(everything) for explorer in explorers]
    told = json.dumps(shipped, default=_binary, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    parts = {
        "title": html.escape(first.title),
        "description": html.escape(describe(runs) if runs else first.title),
        "style": (HERE / "page" / "page.css").read_text(encoding="utf-8"),
        "data": _packed(told),
        "code": _packed((HERE / "explorer.js").read_text(encoding="utf-8")),
    }
    page = (HERE / "page" / "page.html").read_text(encoding="utf-8")
    pieces = page.split("⟦")
    return pieces[0] + "".join(parts[name] + rest for name, rest in (piece.split("⟧", 1) for piece in pieces[1:]))


def _binary(value: Any) -> Any:
    if not isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"A page holds texts, numbers and bytes; got {value!r}.")
    return {"base64": base64.b64encode(value).decode()}


def _packed(text: str) -> str:
    """Return a text as the page unpacks it: code and rules repeat themselves, and have half of their size then."""
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()
