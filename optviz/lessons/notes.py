"""What a lesson says, as HTML for the notebook, with or without a kernel, and as text for everywhere else."""

import html
import re
from collections.abc import Sequence

# Colours and letters of the page, light or dark; outside of JupyterLab those of the text around it.
FONT = (
    "font-family: var(--jp-content-font-family, sans-serif); font-size: var(--jp-content-font-size1, 14px); "
    "color: var(--jp-content-font-color1, inherit)"
)
BOX = (
    "border-left: 4px solid var(--jp-brand-color1, #1976d2); padding: 4px 16px; margin: 4px 0; max-width: 46em; "
    f"line-height: 1.5; {FONT}"
)


class Note:
    """A heading, a text, lines that may be marked by a word and explained, and a last text."""

    def __init__(self, heading: str, text: str = "", lines: Sequence[tuple[str, str, str]] = (), after: str = ""):
        self.heading = heading
        self.text = text
        self.lines = list(lines)
        self.after = after

    def __repr__(self) -> str:
        told = [f"{self.heading}. {self.text}".strip() if self.heading else self.text]
        told += [f"  {mark:12}  {line}" + (f" {reason}" if reason else "") for mark, line, reason in self.lines]
        return "\n".join([*told, self.after] if self.after else told)

    def _repr_html_(self) -> str:
        heading = f"<strong>{html.escape(self.heading)}.</strong> " if self.heading else ""
        rows = "".join(
            f'<p style="margin: 4px 0 4px 1em">{_marked_up(line)}'
            + (f" <strong>({html.escape(mark)})</strong>" if mark else "")
            + (f"<br><em>{_marked_up(reason)}</em>" if reason else "")
            + "</p>"
            for mark, line, reason in self.lines
        )
        after = f'<p style="margin: 4px 0">{_marked_up(self.after)}</p>' if self.after else ""
        return f'<div role="note" style="{BOX}">{heading}{_marked_up(self.text)}{rows}{after}</div>'


def _marked_up(text: str) -> str:
    """Return text as HTML; what stands between backticks is code, and code on several lines keeps them."""
    # Not by a style: notebooks drop `white-space`.
    lines = html.escape(text).replace("\n", "<br>").replace("  ", "&nbsp;&nbsp;")
    return re.sub("`(.+?)`", r"<code>\1</code>", lines)
