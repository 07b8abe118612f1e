"""What a lesson says, as HTML for the notebook, with or without a kernel, and as text for everywhere else."""

import html
from collections.abc import Sequence

# Colours and letters of the page, light or dark; outside of JupyterLab those of the text around it.
BOX = (
    "border-left: 4px solid var(--jp-brand-color1, #1976d2); padding: 4px 16px; margin: 4px 0; max-width: 46em; "
    "line-height: 1.5; font-family: var(--jp-content-font-family, sans-serif); "
    "font-size: var(--jp-content-font-size1, 14px); color: var(--jp-content-font-color1, inherit)"
)


class Note:
    """A heading, a text and a list of lines; each line may be marked by a word in front and explained behind."""

    def __init__(self, heading: str, text: str = "", lines: Sequence[tuple[str, str, str]] = ()):
        self.heading = heading
        self.text = text
        self.lines = list(lines)

    def __repr__(self) -> str:
        told = [f"{self.heading}. {self.text}".strip() if self.heading else self.text]
        told += [f"  {mark:12}  {line}" + (f" {reason}" if reason else "") for mark, line, reason in self.lines]
        return "\n".join(told)

    def _repr_html_(self) -> str:
        parts = [f"<strong>{html.escape(self.heading)}.</strong>" if self.heading else "", html.escape(self.text)]
        rows = "".join(
            f'<li style="margin: 4px 0"><span>{html.escape(line)}</span>'
            + (f" <strong>({html.escape(mark)})</strong>" if mark else "")
            + (f"<br><em>{html.escape(reason)}</em>" if reason else "")
            + "</li>"
            for mark, line, reason in self.lines
        )
        rows = f'<ol type="a" style="margin: 4px 0; padding-left: 2em">{rows}</ol>' if rows else ""
        return f'<div role="note" style="{BOX}">{" ".join(filter(None, parts))}{rows}</div>'
