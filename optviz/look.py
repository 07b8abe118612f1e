"""Colours, markers and sizes: the one place where every picture, static or live, takes them from.

The family colours are the result of a search over OKLCH: the smallest OKLab distance between any two of them, full, is
0.145 (light) and 0.132 (dark) over normal, protan, deutan and tritan vision. Colour is the family, shape is the rule.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from .rule import RULES, Family, UpdateRule

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: tuple[Any, ...] = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 1.5, 1.5, 1.5)))  # runs of the same rule
PALEST = {"light": 0.55, "dark": 0.4}  # how much of the background's colour is in the last of them

# Sizes in points, for a picture 7 inches wide; a context multiplies all of them.
SMALL, NORMAL, TITLE = 8.5, 9.5, 12.5
THIN, LINE, CASING = 1.2, 1.9, 4.2
CONTEXTS = {"notebook": 1.0, "talk": 1.5}


@dataclass(frozen=True)
class Theme:
    """The colours of a picture; `run` is the pale and the full end of the one warm colour."""

    name: Literal["light", "dark"]
    background: str
    panel: str
    soft: str
    line: str
    ink: str
    second_ink: str
    terrain: tuple[str, ...]  # low to high: bright is low in both themes
    contour: tuple[float, float, float, float]
    contour_label: str
    run: tuple[str, str]
    casing: str
    learner: str
    pinned: str  # a run kept for comparison
    gradient: str  # arrows: downhill, and what the rule remembers
    memory: str
    focus: str
    families: dict[Family, str]


LIGHT = Theme(
    name="light",
    background="#ffffff",
    panel="#ffffff",
    soft="#f3f5f8",
    line="#d9e0e8",
    ink="#17212b",
    second_ink="#556371",
    terrain=("#fffdf4", "#eef3f2", "#d5e2e9", "#b4c8d8", "#8fa9c2"),
    contour=(38 / 255, 66 / 255, 94 / 255, 0.30),
    contour_label="#26425e",
    run=("#e99668", "#ba3a04"),
    casing="#ffffff",
    learner="#3f4f60",
    pinned="#3f4f60",
    gradient="#006f66",
    memory="#7a3b93",
    focus="#1f6fd6",
    families={
        "momentum": "#0634b3",
        "scaled": "#df5f08",
        "adam": "#4b0160",
        "bounded": "#279d8a",
        "feedback": "#822a2a",
    },
)
DARK = Theme(
    name="dark",
    background="#0f151c",
    panel="#151d26",
    soft="#1a232d",
    line="#2a3642",
    ink="#e9eef3",
    second_ink="#9fadbb",
    terrain=("#7fb0c9", "#4f86a5", "#2f5f7e", "#1d3f58", "#122838"),
    contour=(200 / 255, 225 / 255, 240 / 255, 0.20),
    contour_label="#deecf6",
    run=("#d67a3c", "#ffba80"),
    casing="#0b1117",
    learner="#dbe5ee",
    pinned="#dbe5ee",
    gradient="#7fead9",
    memory="#e3b6f7",
    focus="#7db4ff",
    families={
        "momentum": "#7ac8f5",
        "scaled": "#fcb660",
        "adam": "#cb66fd",
        "bounded": "#a0feea",
        "feedback": "#f46a5a",
    },
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}
FAMILIES: dict[Family, str] = {
    "momentum": "plain, momentum",
    "scaled": "scaled by coordinate",
    "adam": "Adam's family",
    "bounded": "bounded",
    "feedback": "more than the gradient",
}


def colour(rule: UpdateRule, theme: Theme) -> str:
    """Return the colour of the rule's family; a learner's rule has a neutral one of its own."""
    return theme.families[rule.family] if rule.family else theme.learner


def marker(rule: UpdateRule) -> tuple[str, bool]:
    """Return the rule's marker and whether it is filled: a variant has the hollow marker of its original."""
    if rule.variant_of is not None:
        return marker(rule.variant_of)[0], False
    siblings = [one.name for one in RULES.values() if one.family == rule.family and one.variant_of is None]
    place = siblings.index(rule.name) if rule.name in siblings else len(siblings)
    return MARKERS[place % len(MARKERS)], True


class Dress(NamedTuple):
    """How a run is drawn among others: colour, marker and whether that is filled, and the dashes of its line."""

    colour: str
    shape: str
    filled: bool
    dash: Any

    def face_and_edge(self, theme: Theme) -> tuple[str, str, float]:
        """Return the marker's colours and the width of its edge in points, which lifts it off any ground."""
        return (self.colour, theme.casing, 1.0) if self.filled else (theme.casing, self.colour, 1.6)


def dresses(rules: Sequence[UpdateRule], theme: Theme) -> list[Dress]:
    """Return how the runs of these rules are drawn in one picture.

    A rule has the colour and the marker that it has everywhere. Several runs of one rule go from full to pale, with
    other dashes each, and the fifth has another shape. A rule gets the next shape if another one of its colour has its
    marker: there are more rules than shapes, and all of a learner's own rules are of one colour.
    """
    places = [rules[:place].count(rule) for place, rule in enumerate(rules)]  # among the runs of its rule
    # When the dashes begin anew, so does the shape.
    wants = list(dict.fromkeys((place // len(DASHES), rule) for place, rule in zip(places, rules, strict=True)))
    holders: dict[tuple[Family | None, str, bool], tuple[int, UpdateRule]] = {}  # family and marker -> whose it is
    for want in wants:  # first those that can have the marker of their rule
        if want[0] == 0:
            holders.setdefault((want[1].family, *marker(want[1])), want)
    marks: dict[tuple[int, UpdateRule], tuple[str, bool]] = {want: mark[1:] for mark, want in holders.items()}
    for want in wants:
        if want not in marks:
            shape, filled = marker(want[1])
            turn = MARKERS.index(shape)
            choices = [(one, full) for full in (filled, not filled) for one in MARKERS[turn:] + MARKERS[:turn]]
            marks[want] = next((one for one in choices if (want[1].family, *one) not in holders), choices[0])
            holders[want[1].family, *marks[want]] = want
    shades = {rule: _shades(colour(rule, theme), rules.count(rule), theme) for rule in dict.fromkeys(rules)}
    return [
        Dress(shades[rule][place], *marks[place // len(DASHES), rule], DASHES[place % len(DASHES)])
        for place, rule in zip(places, rules, strict=True)
    ]


def dress(rule: UpdateRule, theme: Theme) -> Dress:
    """Return how a run of this rule is drawn where it is the only one of it."""
    return dresses([rule], theme)[0]


def _shades(base: str, count: int, theme: Theme) -> list[str]:
    """Return so many shades of a colour, from full to pale, as different as they can be."""
    from matplotlib.colors import to_hex, to_rgb

    full, pale = np.array(to_rgb(base)), np.array(to_rgb(theme.casing))  # which is the colour of the background
    return [to_hex(full + share * (pale - full)) for share in np.linspace(0, PALEST[theme.name], count)]


def page_colours(theme: Theme) -> dict[str, Any]:
    """Return the colours of a theme as a page takes them: names -> text as in CSS, `families` by name."""
    *shade, alpha = theme.contour
    return {**asdict(theme), "contour": f"rgba({', '.join(f'{255 * part:.0f}' for part in shade)}, {alpha})"}


# What a widget has seen of the page that it stands in: "light", "dark", or None as long as none has been shown. New
# figures on matplotlib's white follow it, because a kernel has no other way to know.
page_theme: str | None = None


def paper() -> object:
    """Return the background that a new figure gets: that of matplotlib's settings, or of a dark page."""
    from matplotlib import rcParams
    from matplotlib.colors import same_color

    white = same_color(rcParams["figure.facecolor"], "white")
    return DARK.background if white and page_theme == "dark" else rcParams["figure.facecolor"]


def theme_of(theme: str | None, facecolor: object) -> Theme:
    """Return the theme called `theme`; None follows the brightness of the figure's background.

    Raises ValueError for an unknown name.
    """
    from matplotlib.colors import to_rgba

    if theme is None:
        red, green, blue, alpha = to_rgba(facecolor)  # type: ignore[arg-type]
        brightness = alpha * (0.2126 * red + 0.7152 * green + 0.0722 * blue) + 1 - alpha  # on white paper
        return LIGHT if brightness > 0.4 else DARK
    if not isinstance(theme, str) or theme not in THEMES:
        raise ValueError(
            f"theme must be {' or '.join(map(repr, THEMES))}, or None to follow the figure; got {theme!r}."
        )
    return THEMES[theme]


def scale_of(context: str) -> float:
    """Return how much larger letters, lines and marks are than in a notebook.

    Raises ValueError for an unknown name.
    """
    if not isinstance(context, str) or context not in CONTEXTS:
        raise ValueError(f"context must be {' or '.join(map(repr, CONTEXTS))}; got {context!r}.")
    return CONTEXTS[context]
