"""The result of a race as a table: HTML in a notebook, aligned text in a terminal."""

import shutil
import sys
import textwrap
from collections.abc import Sequence
from html import escape

import numpy as np

from . import look
from .standings import places, steps_to_tolerance
from .trajectory import Trajectory
from .words import number_text, point_text, setting_text

LEGEND = "Step: the first from which the error stays below 1/10,000 of the start's (for 1/20 of all steps at least)."
NUMBERS = ("rank", "step")  # the columns that are aligned to the right
NARROWEST = 30  # letters that the settings need beside the other columns
INDENT = 6  # of the settings, where they stand below
# What a terminal that knows ASCII only shows instead.
ASCII = str.maketrans({"−": "-", "–": "-", "·": "|", "×": "x", "’": "'", "…": "..."})

# JupyterLab says on the page which theme it has, VS Code too; elsewhere the colours are those for white paper.
STYLE = """<style>
div.optviz-race {overflow-x: auto}
div.optviz-race .results {border-collapse: collapse; margin: 0}
div.optviz-race .results caption {text-align: left; font-weight: bold; padding: 0 0 .5em; color: inherit}
div.optviz-race .results :is(th, td) {text-align: left; vertical-align: top; padding: .3em .9em .3em 0}
div.optviz-race .results :is(th, td):first-child {padding-left: .4em}
div.optviz-race .results tbody th {font-weight: normal; white-space: nowrap}
div.optviz-race .results .number {text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums}
div.optviz-race p {margin: .4em 0 0; max-width: 75ch; font-size: .92em}
div.optviz-race svg {width: 1em; height: 1em; vertical-align: -.1em; margin-right: .45em; stroke: var(--on-light)}
div.optviz-race svg.filled {fill: var(--on-light)}
:is([data-jp-theme-light="false"], .vscode-dark) div.optviz-race svg {stroke: var(--on-dark)}
:is([data-jp-theme-light="false"], .vscode-dark) div.optviz-race svg.filled {fill: var(--on-dark)}
</style>"""


class Table:
    """Rank, rule, steps to tolerance, final error, outcome and settings of each run, and sentences below.

    `head` and `rows` are its texts. It prints as wide as the terminal; `text(width)` has another width.
    """

    def __init__(self, runs: Sequence[Trajectory], contract: str, notes: Sequence[str] = ()):
        first = runs[0]
        # An error measured from each run's own lowest loss says nothing about the others.
        errors = first.error is not None and first.objective.f_star is not None
        steps = f"{first.steps} step{'s' * (first.steps != 1)}"
        self.title = f"{first.objective.label}, {steps} from {point_text(first.start)}, {contract}"
        self.notes = (LEGEND, *notes) if errors else tuple(notes)
        self.head = ["rank", "rule", "step", "f − f*" if errors else "f", "outcome", "settings"]
        self.places = places(runs)
        rules = [run.rule for run in runs]
        dressed = zip(*(look.dresses(rules, theme) for theme in (look.LIGHT, look.DARK)), strict=True)
        self.markers = {id(run): _marker(*both) for run, both in zip(runs, dressed, strict=True)}
        self.rows = [
            [
                str(rank),
                " ".join(run.label.split()),
                _arrival(run),
                _end(run, errors),
                run.outcome.removeprefix("is "),
                _settings(run),
            ]
            for rank, run in self.places
        ]

    def text(self, width: int) -> str:
        """Return the table in lines of at most `width` letters, if the columns before the settings leave room for it.

        Where they leave little, the settings stand below each row.
        """
        *columns, _settings = zip(self.head, *self.rows, strict=True)
        widths = [max(map(len, column)) for column in columns]
        indent, beside = sum(widths) + 2 * len(widths), True
        if width - indent < NARROWEST:
            indent, beside = INDENT, False
        lines = []
        for *cells, settings in [self.head, *self.rows]:
            aligned = [
                cell.rjust(size) if name in NUMBERS else cell.ljust(size)
                for name, cell, size in zip(self.head, cells, widths, strict=False)
            ]
            # A name and its value stay in one line.
            kept = settings.replace(", ", ",\0").replace(" ", "\N{NO-BREAK SPACE}").replace("\0", " ")
            wrapped = textwrap.wrap(kept, max(width - indent, NARROWEST), break_on_hyphens=False)
            wrapped = [line.replace("\N{NO-BREAK SPACE}", " ") for line in wrapped]
            if beside:
                aligned.append(wrapped.pop(0))
            lines.append("  ".join(aligned).rstrip())
            lines += [" " * indent + more for more in wrapped if beside or cells != self.head[:-1]]
        rule = "-" * max(map(len, lines))
        paragraphs = [line for text in self.notes for line in textwrap.wrap(text, max(width, NARROWEST))]
        title = textwrap.wrap(self.title, max(width, NARROWEST))
        return "\n".join([*title, "", lines[0], rule, *lines[1:], *[""][: len(paragraphs)], *paragraphs])

    def __str__(self) -> str:
        text = self.text(shutil.get_terminal_size((100, 24)).columns)
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            text = text.translate(ASCII).encode(encoding, "replace").decode(encoding)
        return text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col"{_kind(name)}>{name}</th>' for name in self.head)
        body = "\n".join(
            f"<tr>{''.join(_cell(*cell, self.markers[id(run)]) for cell in zip(self.head, row, strict=True))}</tr>"
            for (_, run), row in zip(self.places, self.rows, strict=True)
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return (
            f'{STYLE}\n<div class="optviz-race"><table class="results">\n<caption>{escape(self.title)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>{notes}</div>"
        )


def _cell(column: str, text: str, marker: str) -> str:
    if column == "rule":
        return f'<th scope="row">{marker}{escape(text)}</th>'
    return f"<td{_kind(column)}>{escape(text)}</td>"


def _kind(column: str) -> str:
    return ' class="number"' if column in NUMBERS else ""


def _arrival(run: Trajectory) -> str:
    step = None if run.diverged_at is not None else steps_to_tolerance(run)
    return "–" if step is None else str(step)


def _end(run: Trajectory, errors: bool) -> str:
    if run.diverged_at is not None:
        return "–"
    if not errors:
        return number_text(run.losses[-1])
    error = float(run.losses[-1]) - (run.objective.f_star or 0.0)
    return f"< {number_text(run.rounding)}" if error <= run.rounding else number_text(error)


def _settings(run: Trajectory) -> str:
    return ", ".join(f"{name} {setting_text(value)}" for name, value in run.settings.items()) or "none"


def _marker(light: look.Dress, dark: look.Dress) -> str:
    """Return a run's marker as a small picture, in the colours of both themes."""
    from matplotlib.markers import MarkerStyle

    style = MarkerStyle(light.shape)
    path = style.get_path().transformed(style.get_transform())
    outlines = [
        "M" + "L".join(f"{x:.3g} {-y:.3g}" for x, y in np.asarray(outline)) + "Z" for outline in path.to_polygons()
    ]
    colours = f"--on-light:{light.colour};--on-dark:{dark.colour}"
    return (
        f'<svg viewBox="-.75 -.75 1.5 1.5" aria-hidden="true" style="{colours}" class="{"filled" * light.filled}" '
        f'fill="none" stroke-width=".15"><path d="{"".join(outlines)}"/></svg>'
    )
