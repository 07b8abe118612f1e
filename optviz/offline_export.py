"""What a notebook needs to be a page without a network: formulas as MathML, links to pages, no script for no widget.

Read by nbconvert, as `jupyter/jupyter_config.json` tells it.
"""

import itertools
import re
from typing import Any

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.exporters.html import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from traitlets.config import Configurable

WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
# What is to be said in the MathML of the converter: a browser sees only at the beginning of a group that a minus is a
# sign, and leaves room around a bar unless that opens or closes something; alignment and weight are matters of style.
SIGN = re.compile(r"((?:&#x00028;|&#x0005B;|&#x0002C;|&#x0003D;)</mo>)<mo>(?=&#x02212;)")
BAR = re.compile(r'<mo stretchy="false">(?=&#x0007C;)')
COLUMN = re.compile(r'<mtd columnalign="(left|right)"')


def mathml(tex: str, block: bool = False) -> str | None:
    """Return a formula as MathML, None if it cannot be read."""
    # The converter knows aligned under another name, and no space between rows.
    tex = re.sub(r"(\\\\)\[[\w.]+\]", r"\1", tex.replace("{aligned}", "{align*}"))
    try:
        formula = convert(tex, display="block" if block else "inline")
    except Exception:  # the converter has many, and some are IndexErrors
        return None
    forms = itertools.cycle(["prefix", "postfix"])
    formula = SIGN.sub(r'\1<mo form="prefix">', formula)
    formula = BAR.sub(lambda _: f'<mo form="{next(forms)}" stretchy="false">', formula)
    formula = COLUMN.sub(r'<mtd style="text-align: \1; padding-inline: 0"', formula)
    formula = formula.replace('mathvariant="bold"', 'style="font-weight: bold"')
    # A browser puts no space between two lines of formulas; a long one is scrolled.
    return f'<span style="display: block; padding: 0.3em 0; overflow-x: auto">{formula}</span>' if block else formula


def to_pages(page: str) -> str:
    """Return HTML in which links to notebooks beside it lead to their pages: a browser shows the code of a notebook."""
    return re.sub(r'(<a href="[\w.-]+)\.ipynb(?=["#])', r"\1.html", page)


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
        return to_pages(MarkdownWithMath(renderer=renderer).render(source))


def is_hidden(data: Any, nb: Any) -> bool:
    """Whether an output is a widget of which nothing is left to be seen, such as the bar of work that is done."""
    states = nb.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    if WIDGET not in data or "text/html" in data or not states:
        return False
    model = states.get(data[WIDGET]["model_id"], {}).get("state")  # none of what is closed while a page shows it
    layout = model and states.get(model.get("layout", "").removeprefix("IPY_MODEL_"), {}).get("state", {})
    return not model or layout.get("visibility") == "hidden"


class Alone(Preprocessor):
    """Outputs in a form that stands alone: LaTeX as MathML, widgets by their HTML where they have one."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook and its resources."""
        cells = [cell for cell in nb.cells if cell.cell_type == "code"]
        for cell in cells:
            cell.outputs = [output for output in cell.outputs if not is_hidden(output.get("data", {}), nb)]
        shown = [output["data"] for cell in cells for output in cell.outputs if "data" in output]
        for data in shown:
            if "text/latex" in data and not {"text/html", "text/markdown"} & set(data):
                formula = mathml(data["text/latex"].strip().strip("$"), block=True)
                data.update({"text/html": formula} if formula else {})
            if "text/html" in data:
                data["text/html"] = to_pages(data["text/html"])
        if all("text/html" in data for data in shown if WIDGET in data):
            # Otherwise the page would fetch a program for them.
            nb.metadata.pop("widgets", None)
        return nb, resources
