"""The package's own rules, without those that a test adds, and how to sweep each."""

import optviz
from optviz.ranges import Range

NAMES = list(optviz.rules.__all__)


def first_setting(name):
    """Return the name of the setting that scales a rule's steps: its rate, or the first number it has."""
    parameters = optviz.RULES[name].parameters
    return "lr" if "lr" in parameters else next(key for key, one in parameters.items() if isinstance(one.kind, Range))
