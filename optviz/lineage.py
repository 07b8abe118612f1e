"""The family of update rules: who comes from whom, and what each adds."""

from typing import Any

from matplotlib.axes import Axes

from . import look
from .labels import LEADING, width_of
from .look import NORMAL, SMALL, TITLE
from .rule import RULES, UpdateRule
from .sheet import Sheet, sheet_on, size_of

Row = tuple[int, UpdateRule]  # depth in the tree, and who stands there
_ROW, _INDENT, _TOP, _LEGEND = 21.0, 22.0, 34.0, 30.0  # points


def plot_family(
    rule: UpdateRule | str | None = None,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    theme: str | None = None,
    context: str = "notebook",
) -> Axes:
    """Draw the update rules as a tree: each under the rule it comes from, with a word on what it adds.

    Args:
        rule: the rule whose ancestors, descendants and variants are shown; all originals if None.
        ax: where to draw; a new figure, as high as the tree needs, if None.
        title: the headline; none at all if "".
        theme: "light" or "dark"; None follows the figure's background; see `plot_2d`.
        context: "notebook", or "talk" for a projector.

    Colour is the family, the marker the rule, as in all pictures; a variant has the hollow marker of its original.
    A rule with two parents stands under the first, and the other's marker and name follow its own.

    Raises ValueError or TypeError with one sentence if there is no such rule.
    """
    if rule is not None and not isinstance(rule, str | UpdateRule):
        raise TypeError(f"rule must be an update rule or its name, or None for all; got {rule!r}.")
    chosen = RULES.find(rule) if isinstance(rule, str) else rule
    rows = _rows(chosen)
    scale = look.scale_of(context)
    points = _TOP + _ROW * len(rows) + _LEGEND
    sheet = sheet_on(ax, theme, context, (7.2 if scale == 1 else 10.2, scale * points / 72), (0.15, 0, 0.15, 0))
    ax = sheet.ax
    ax.set_axis_off()
    width, height = (72 * inches for inches in size_of(ax))
    # One unit is a point of the notebook's size, from the upper left corner.
    shrink = min(1.0, height / (points * scale))
    sheet.scale = scale * shrink
    ax.set(xlim=(0, width / sheet.scale), ylim=(height / sheet.scale, 0))
    top = _TOP
    if title == "":
        top = 0.0
    else:
        title = title or (f"The family of {chosen.label}" if chosen else "Where the rules come from")
        ax.text(0, 12, title, fontsize=TITLE * sheet.scale, fontweight="bold", color=sheet.colours.ink, va="center")
    places = [(9 + _INDENT * depth, top + _ROW * (index + 0.5)) for index, (depth, _) in enumerate(rows)]
    _draw_branches(sheet, rows, places)
    for (_, one), place in zip(rows, places, strict=True):
        _draw_rule(sheet, one, place, width / sheet.scale, one is chosen)
    _draw_legend(sheet, rows, top + _ROW * len(rows) + 14, width / sheet.scale)
    return ax


def _rows(chosen: UpdateRule | None) -> list[Row]:
    """Return the rows of the tree from top to bottom."""
    shown = [one for one in RULES.values() if one.variant_of is None]
    if chosen is not None:
        origin = chosen.variant_of or chosen
        family = {one.name for one in shown if origin.name in _ancestors(one)} | _ancestors(origin) | {origin.name}
        shown = [one for one in shown if one.name in family] + [*origin.variants, *origin.mistakes]
    names = {one.name for one in shown}

    def parent(one: UpdateRule) -> str | None:
        if one.variant_of is not None:
            return one.variant_of.name
        return next((name for name in one.parents if name in names and name != one.name), None)

    def below(name: str | None, depth: int) -> list[Row]:
        rows: list[Row] = []
        for one in shown:
            if parent(one) == name:
                rows += [(depth, one), *below(one.name, depth + 1)]
        return rows

    return below(None, 0)


def _ancestors(rule: UpdateRule) -> set[str]:
    found: set[str] = set()
    waiting = list(rule.parents)
    while waiting:
        name = waiting.pop()
        if name in RULES and name not in found:
            found.add(name)
            waiting += RULES[name].parents
    return found


def _draw_branches(sheet: Sheet, rows: list[Row], places: list[tuple[float, float]]) -> None:
    """Draw a line from each rule up and left to its parent."""
    for index, (depth, _) in enumerate(rows):
        if depth:
            above = max(i for i in range(index) if rows[i][0] == depth - 1)
            (x0, y0), (x1, y1) = places[above], places[index]
            sheet.ax.plot([x0, x0, x1], [y0, y1, y1], color=sheet.colours.second_ink,
                          linewidth=0.7 * sheet.scale, zorder=1, solid_joinstyle="round")  # fmt: skip


def _draw_rule(sheet: Sheet, rule: UpdateRule, place: tuple[float, float], width: float, chosen: bool) -> None:
    ax, colours, scale = sheet.ax, sheet.colours, sheet.scale
    x, y = place
    sheet.run_mark(place, look.dress(rule, sheet.colours))
    if chosen:
        sheet.mark(place, "o", 15, "none", colours.ink, 1.0, 8)
    x += 10
    common: dict[str, Any] = {"va": "baseline", "zorder": 5}
    base = y + 0.36 * NORMAL  # so that letters of all sizes stand on one line
    ax.text(x, base, rule.label, fontsize=NORMAL * scale, color=colours.ink, fontweight="bold", **common)
    x += width_of(rule.label, NORMAL, "bold") + 6
    for other in rule.parents[1:]:
        if other in RULES:
            also = RULES[other]
            ax.text(x, base, "+", fontsize=SMALL * scale, color=colours.second_ink, **common)
            sheet.run_mark((x + 13, y), look.dress(also, sheet.colours), 6)
            ax.text(x + 19, base, also.label, fontsize=SMALL * scale, color=colours.second_ink, **common)
            x += 19 + width_of(also.label, SMALL) + 8
    words = rule.mistake or rule.differs or rule.adds
    size = SMALL * min(1.0, max((width - x - 2) / max(width_of(words, SMALL), 1), 0.1))
    if size < 0.93 * SMALL:  # two small lines instead of one that nobody can read
        size, words = 0.85 * SMALL, _in_two(words)
        size *= min(1.0, (width - x - 2) / max(width_of(line, size) for line in words.split("\n")))
    if "\n" in words:
        base, common["va"] = y, "center"
    ax.text(x, base, words, fontsize=size * scale, color=colours.second_ink, linespacing=LEADING * 0.8, **common)


def _in_two(words: str) -> str:
    middle = min((i for i, letter in enumerate(words) if letter == " "), key=lambda i: abs(i - len(words) / 2))
    return f"{words[:middle]}\n{words[middle + 1 :]}"


def _draw_legend(sheet: Sheet, rows: list[Row], y: float, width: float) -> None:
    shown = [rule.family for _, rule in rows]
    entries = [
        (sheet.colours.families[family], words) for family, words in look.FAMILIES.items() if shown.count(family)
    ]
    shrink = min(1.0, width / sum(width_of(words, SMALL) + 30 for _, words in entries) if entries else 1.0)
    x = 4.0
    for shade, words in entries:
        sheet.mark((x, y), "s", 8, shade, sheet.colours.casing, 1.0, 5)
        sheet.ax.text(x + 8, y, words, fontsize=SMALL * shrink * sheet.scale, color=sheet.colours.second_ink,
                      va="center")  # fmt: skip
        x += (width_of(words, SMALL) + 28) * shrink
