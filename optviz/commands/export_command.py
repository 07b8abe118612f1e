"""`optviz export`: a live explorer in one HTML file."""

import argparse
import ast
from pathlib import Path
from typing import Any

from ..rule import RULES
from . import Trouble

USUAL = ["adam", "lr=0.5"]  # Adam's own rate hardly moves it in the view of a landscape


def add_export(commands) -> None:
    """Add the command to the command line's `commands`."""
    parser = commands.add_parser(
        "export",
        help="write a live explorer into one HTML file",
        description="Write an explorer into one HTML file in which everything can be dragged, without kernel and "
        "network. Several rules are a race. Settings stand behind the rules: optviz export adam lr=0.3 --out adam.html",
        epilog="README lists the names of all rules and landscapes; to a wrong one, those that are near are named.",
    )
    parser.add_argument(
        "what", nargs="*", metavar="RULE | SETTING=VALUE", help=f"rules and settings (default: {' '.join(USUAL)})"
    )
    parser.add_argument("--objective", default="rosenbrock", metavar="NAME", help="the landscape (default rosenbrock)")
    parser.add_argument("--steps", type=int, default=100, metavar="N", help="steps of the run (default 100)")
    parser.add_argument("--all", action="store_true", help="put every rule and every landscape into the menus")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> int:
    from ..widgets.explorer import explore

    what = options.what or USUAL
    rules = [one for one in what if "=" not in one] or ["adam"]
    settings = dict(_setting(one) for one in what if "=" in one)
    try:
        explorer = explore(rules, options.objective, steps=options.steps, **settings)
    except (TypeError, ValueError) as error:
        raise Trouble(f"{error}{_meant(rules)}") from None
    try:
        explorer.save_html(options.out, everything=options.all)
    except OSError as error:
        raise Trouble(f"{options.out} cannot be written: {error.strerror}.") from None
    still = [rule for rule in explorer.rules if "untranslatable" in explorer.scene["rules"][rule]]
    told = (
        f"the run of {', '.join(still)} stands still in it, because a page cannot compute it"
        if still
        else "live in any browser"
    )
    print(f"{options.out}: {options.out.stat().st_size / 1024:.0f} KiB, {told}")
    return 0


def _setting(text: str) -> tuple[str, Any]:
    """Return the name and the value of a setting as it stands on the command line, such as lr=0.3."""
    name, _, written = text.partition("=")
    try:
        value = ast.literal_eval(written)
    except (ValueError, SyntaxError):
        return name, written  # a word, for those settings that have a choice
    if isinstance(value, tuple):
        raise Trouble(
            f"{name} is one number, written with a point: {name}={written.replace(',', '.', 1)}; got {text!r}."
        )
    return name, value


def _meant(rules: list[str]) -> str:
    """Return what a name may have been meant as that is no rule, but a setting of one."""
    parameters = {name for rule in RULES.values() for name in rule.parameters}
    lost = next((one for one in rules if one not in RULES and one in parameters), None)
    return f" A setting has its value behind it: {lost}=0.3." if lost else ""
