"""`card`: what a rule says about itself, on one card."""

import inspect
import re
from collections.abc import Mapping
from typing import Any

from .formulas import setting_letter
from .ranges import Range
from .rule import REQUIRED, RULES, Parameter, UpdateRule
from .words import number_text

CURVATURE = 4.0  # across the long bowl, on which most lessons run
# How a docstring names a source, and where that is.
SOURCES = (
    (r"\barXiv:(\d{4}\.\d{4,5}(?:v\d+)?)", r"https://arxiv.org/abs/\1"),
    (r"\bdoi:(10\.\S+\w)", r"https://doi.org/\1"),
)


class Card:
    """What a rule says about itself: in a notebook with set formulas, in a terminal as text."""

    def __init__(self, rule: UpdateRule):
        self.rule = rule

    def __repr__(self) -> str:
        rule = self.rule
        presets = [f"*{name}* ({_values(preset)})" for name, preset in rule.presets.items()]
        parts = [
            f"### {rule.label} · `{rule.name}`",
            inspect.getdoc(rule.function),
            lineage(rule),
            _table(rule),
            presets and f"Presets: {', '.join(presets)}.",
            limit(rule),
            _list("Other right forms", {one.name: one.differs for one in rule.variants}),
            _list("Published with a mistake", {one.name: one.mistake for one in rule.mistakes}),
        ]
        return "\n\n".join(part for part in parts if part)

    def _repr_markdown_(self) -> str:
        """Return Markdown, not HTML: there every notebook sets formulas, and in the colours of its theme."""
        text = repr(self)
        for source, address in SOURCES:
            text = re.sub(source, rf"[\g<0>]({address})", text)
        return text


def card(rule: UpdateRule | str) -> Card:
    """Return the card of a rule or of the rule of that name, to be shown by a notebook or printed.

    It has the docstring's sentence, formula and source, the lineage, the settings with their defaults, sliders and
    valid values, the largest stable rate where it is known, the variants and the published mistakes. All of it is
    read from the rule, so a learner's rule has a card too.

    Raises ValueError with the nearest names if there is no such rule, TypeError if it is neither rule nor name.

    >>> card("sgd")  # doctest: +ELLIPSIS
    ### SGD · `sgd`
    ...
    Largest stable lr where the curvature is 4, with these defaults: 0.5.
    """
    if isinstance(rule, str):
        rule = RULES.find(rule)
    if not isinstance(rule, UpdateRule):
        raise TypeError(
            f"card takes an update rule (a function becomes one by @update_rule) or its name; got {rule!r}."
        )
    return Card(rule)


def lineage(rule: UpdateRule) -> str:
    """Return where a rule comes from, and what is new in it."""
    if rule.variant_of is not None:
        original = _called(rule.variant_of.name)
        form = f"{original} as it was published with a mistake" if rule.mistake else f"Another right form of {original}"
        return _explained(form, rule.mistake or rule.differs) + "."
    parts = [f"Comes from {' and '.join(map(_called, rule.parents))}."] if rule.parents else []
    return " ".join([*parts, f"New: {rule.adds}."] if rule.adds else parts)


def _explained(what: str, how: str) -> str:
    return f"{what}: {how}" if how else what


def _called(name: str) -> str:
    return f"{RULES[name].label} (`{name}`)" if name in RULES else f"`{name}`"


def _table(rule: UpdateRule) -> str:
    """Return the settings as a Markdown table, padded so that it is a table in a terminal too."""
    if not rule.parameters:
        return ""
    head, *rows = settings_rows(rule)
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, [":" + "-" * (width - 1) for width in widths], *rows]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)


def settings_rows(rule: UpdateRule) -> list[list[str]]:
    """Return the settings as rows of Markdown, the head first."""
    return [
        ["setting", "letter", "default", "slider", "valid"],
        *(
            [f"`{one.name}`", _letter(rule, one.name), _default(one), _slider(one), _valid(one)]
            for one in rule.parameters.values()
        ),
    ]


def _letter(rule: UpdateRule, name: str) -> str:
    letter = setting_letter(rule, name)
    return f"${letter}$" if letter else ""


def _default(parameter: Parameter) -> str:
    if parameter.default is REQUIRED:
        return "the objective's" if parameter.name == "f_star" else "none: give it"
    return _value(parameter.default)


def _slider(parameter: Parameter) -> str:
    if parameter.name == "f_star" or parameter.default is None:
        return "none"
    if not isinstance(parameter.kind, Range):
        return "check box" if parameter.kind is bool else "menu"
    scale = {"linear": "", "log": ", log", "memory": ", by memory"}[parameter.kind.scale]
    return f"{_value(parameter.kind.low)} to {_value(parameter.kind.high)}{scale}"


def _valid(parameter: Parameter) -> str:
    choices = (True, False) if parameter.kind is bool else parameter.kind
    words = choices.words if isinstance(choices, Range) else " or ".join(map(repr, choices))
    return words + " or None" * parameter.optional


def _values(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in settings.items())


def _value(value: Any) -> str:
    """Return a value as one would type it."""
    return f"{value:g}" if isinstance(value, float) else repr(value)


def limit(rule: UpdateRule) -> str:
    """Return the largest stable rate in a sentence, "" where none is known."""
    defaults = {name: one.default for name, one in rule.parameters.items() if one.default is not REQUIRED}
    try:
        largest = rule.stable_lr(CURVATURE, defaults)
    except KeyError:  # it depends on a setting that has no default
        return ""
    if largest is None:
        return ""
    return f"Largest stable lr where the curvature is {CURVATURE:g}, with these defaults: {number_text(largest)}."


def _list(title: str, items: Mapping[str, str]) -> str:
    if not items:
        return ""
    return f"{title}:\n\n" + "\n".join(_explained(f"* `{name}`", text) for name, text in items.items())
