"""What a notebook needs to be a page without a network: formulas as MathML, and no script for widgets that it has not.

Read by nbconvert, as `jupyter/jupyter_config.json` tells it.
"""

import re
from typing import Any

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.exporters.html import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from traitlets.config import Configurable

WIDGET = "application/vnd.jupyter.widget-view+json"


def mathml(tex: str, block: bool = False) -> str | None:
    """Return a formula as MathML, None if it cannot be read."""
    # The converter knows aligned under another name, and no space between rows.
    tex = re.sub(r"(\\\\)\[[\w.]+\]", r"\1", tex.replace("{aligned}", "{align*}"))
    try:
        formula = convert(tex, display="block" if block else "inline")
    except Exception:  # the converter has many, and some are IndexErrors
        return None
    # Browsers align by style alone.
    formula = re.sub(r'columnalign="(left|right)"', r'style="text-align: \1"', formula)
    # A browser puts no space between two lines of formulas; a long one is scrolled.
    return f'<span style="display: block; padding: 0.3em 0; overflow-x: auto">{formula}</span>' if block else formula


class Renderer(IPythonRenderer):
    """Markdown as nbconvert renders it, but for its formulas."""

    def block_math(self, body: str) -> str:
        """Return a formula with a line of its own."""
        return mathml(body, block=True) or super().block_math(body)

    def inline_math(self, body: str) -> str:
        """Return a formula within a line."""
        return mathml(body) or super().inline_math(body)

    def latex_environment(self, name: str, body: str) -> str:
        """Return a formula that is an environment, such as align."""
        tex = rf"\begin{{{name}}}{body}\end{{{name}}}"
        return mathml(tex, block=True) or super().latex_environment(name, body)


class Markdown2HTML(Configurable):
    """The filter of this name, with the settings of the exporter, its parent."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        pass_context(self)  # pyright: ignore[reportArgumentType]

    def __call__(self, context: Any, source: str) -> str:
        """Return a cell's Markdown as HTML."""
        exporter = self.parent
        options: dict[str, Any] = {}
        if isinstance(exporter, HTMLExporter):
            options = {name: getattr(exporter, name) for name in
                       ("embed_images", "anchor_link_text", "exclude_anchor_links")}  # fmt: skip
            options |= exporter.lexer_options
        renderer = Renderer(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            path=context.get("resources", {}).get("metadata", {}).get("path", ""),
            **options,
        )
        return MarkdownWithMath(renderer=renderer).render(source)


class Alone(Preprocessor):
    """Outputs in a form that stands alone: LaTeX as MathML, widgets by their HTML where they have one."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook and its resources."""
        shown = [
            output["data"]
            for cell in nb.cells if cell.cell_type == "code"
            for output in cell.outputs if "data" in output
        ]  # fmt: skip
        for data in shown:
            if "text/latex" in data and not {"text/html", "text/markdown"} & set(data):
                formula = mathml(data["text/latex"].strip().strip("$"), block=True)
                data.update({"text/html": formula} if formula else {})
        if all("text/html" in data for data in shown if WIDGET in data):
            # Otherwise the page would fetch a program for them.
            nb.metadata.pop("widgets", None)
        return nb, resources
