"""Cards of rules for paper: one HTML file, a page for each rule, readable without a network."""

import ast
import base64
import html
import inspect
import io
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from latex2mathml.converter import convert
from matplotlib.figure import Figure
from tqdm import tqdm

from .alt_text import describe
from .cards import SOURCES, limit, lineage, settings_rows
from .invariance import invariances
from .look import LIGHT
from .objectives.bowls import quadratic
from .plot import plot_2d
from .racing import race
from .rule import UpdateRule
from .trajectory import Trajectory
from .words import listed, number_text

CSS = Path(__file__).with_suffix(".css")
STEPS = 60  # of the run that is drawn
# Room for code in points, so that a card fits on both papers: across on A4, down on US Letter; and what a letter takes.
WIDTH, HEIGHT = 508.0, 195.0
LETTER_WIDTH, LINE_HEIGHT = 0.602, 1.25
LARGEST = 8.2
CROWDED = 26  # lines of code and settings, from which on all letters are smaller


def page_of_cards(rules: Sequence[UpdateRule]) -> str:
    """Return the page with a card for each of these rules of the package.

    Each fits on one page of A4 or US Letter. All of it is read from the rules, or tried with them: the path is that
    with the best rate of a sweep on the long bowl, as `race` finds it.
    """
    cards = "\n".join(map(_card, tqdm(rules, unit="card", disable=None, leave=False)))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Update rules: {len(rules)} cards</title>
<style>
{CSS.read_text(encoding="utf-8")}</style>
</head>
<body>
<header><h1>Update rules</h1><p>A page for each, for A4 or US Letter: print this, or save it as PDF.</p></header>
<main>
{cards}
</main>
</body>
</html>
"""


def _card(rule: UpdateRule) -> str:
    (run,) = race([rule], quadratic, tune="best" if rule.rate else "published", steps=STEPS)
    sentence, *paragraphs = (inspect.getdoc(rule.function) or "").split("\n\n")
    code = _code(rule)
    lines = code.splitlines()
    size = min(LARGEST, WIDTH / LETTER_WIDTH / max(map(len, lines)), HEIGHT / LINE_HEIGHT / len(lines))
    dense = ' class="dense"' * (len(lines) + len(rule.parameters) > CROWDED)
    colour = LIGHT.families[rule.family] if rule.family else LIGHT.ink
    notes = "".join(f"<p>{_inline(text)}</p>" for text in (lineage(rule), limit(rule)) if text)
    return f"""<article{dense} style="--family: {colour}" aria-labelledby="{rule.name}">
<h2 id="{rule.name}">{html.escape(rule.label)} <code>{rule.name}</code></h2>
<p class="sentence">{_inline(sentence)}</p>
{"".join(map(_paragraph, paragraphs))}
<div class="two">
<div>{notes}{_settings(rule)}<p>{_noticed(rule)}</p>{_relatives(rule)}</div>
<figure>{_picture(run)}<figcaption>{html.escape(_caption(rule, run))}</figcaption></figure>
</div>
<pre style="font-size: {size:.2f}pt; line-height: {LINE_HEIGHT}"><code>{html.escape(code)}</code></pre>
<p class="small">optviz {version("optviz")}</p>
</article>"""


def _settings(rule: UpdateRule) -> str:
    if not rule.parameters:
        return ""
    head, *rows = settings_rows(rule)
    # On paper nothing is dragged: a slider is its range, and what is valid is said in few words.
    rows = [[*row[:3], row[3].partition(",")[0], _shorter(row[4])] for row in rows]
    head[3] = "range"
    top = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{_inline(row[0])}</th>{"".join(f"<td>{_inline(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _shorter(valid: str) -> str:
    return valid.replace("a whole number", "whole,").removeprefix("a number ").replace(">=", "≥")


def _noticed(rule: UpdateRule) -> str:
    """Return in a sentence which changes of the problem the rule does not notice."""
    tried = invariances(rule)
    same = [name for name, unchanged in tried.items() if unchanged]
    other = [name for name, unchanged in tried.items() if not unchanged]
    parts = [f"the same under {listed(same)}"] * bool(same) + [f"another under {listed(other)}"] * bool(other)
    return f"Its path is {'; '.join(parts)}."


def _relatives(rule: UpdateRule) -> str:
    kinds = {"Other right forms": rule.variants, "Published with a mistake": rule.mistakes}
    return "".join(
        f'<p class="small">{kind}: {", ".join(f"<code>{one.name}</code>" for one in ones)}.</p>'
        for kind, ones in kinds.items()
        if ones
    )


def _caption(rule: UpdateRule, run: Trajectory) -> str:
    rate = f"lr {number_text(run.settings[rule.rate])}, the {run.contract}. " if rule.rate else ""
    return f"{run.objective.label}, {STEPS} steps. {rate}{run.label} {run.verdict}."


def _picture(run: Trajectory) -> str:
    figure = Figure(figsize=(3.4, 2.1))
    ax = figure.add_axes((0.09, 0.12, 0.9, 0.86))
    plot_2d(run, ax=ax, title="", theme="light")
    ax.set(xlabel="", ylabel="")
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=200)
    data = base64.b64encode(png.getvalue()).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(describe(run))}">'


def _code(rule: UpdateRule) -> str:
    """Return the step function without what stands elsewhere on the card, and its look-ahead."""
    source = inspect.getsource(rule.function)
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    lines = source.splitlines()
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    kept = lines[function.lineno - 1 : first.lineno - 1] + lines[first.end_lineno if documented else first.lineno - 1 :]
    ahead = [inspect.getsource(rule.look_ahead).rstrip()] if rule.look_ahead else []
    return "\n\n\n".join(["\n".join(kept).rstrip(), *ahead])


# --- text of a docstring as HTML -----------------------------------------------------------------------------------


def _paragraph(text: str) -> str:
    """Return a paragraph of a docstring: text, or formulas, each that `\\qquad` separates on its own, so they wrap."""
    if not text.startswith("$$"):
        return f'<p class="small">{_inline(text)}</p>'
    parts = [part for formula in re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL) for part in _apart(formula)]
    return f'<div class="formula">{"".join(convert(part, display="block") for part in parts)}</div>'


def _apart(formula: str) -> list[str]:
    parts, depth = [""], 0
    for piece in re.split(r"(\\qquad|[{}])", " ".join(formula.split())):
        if piece == r"\qquad" and depth == 0:
            parts.append("")
        else:
            depth += (piece == "{") - (piece == "}")
            parts[-1] += piece
    return [part.strip() for part in parts]


def _inline(text: str) -> str:
    """Return text with `code`, $formulas$ and sources as HTML."""
    pieces = re.split(r"(\$[^$]+\$|`[^`]+`)", text)
    return "".join(
        convert(piece[1:-1])
        if piece[0] == "$"
        else f"<code>{html.escape(piece[1:-1])}</code>"
        if piece[0] == "`"
        else _linked(html.escape(piece))
        for piece in pieces
        if piece
    )


def _linked(text: str) -> str:
    for source, address in ((r"\bhttps?://\S+\w", r"\g<0>"), *SOURCES):
        text = re.sub(source, rf'<a href="{address}">\g<0></a>', text)
    return text
