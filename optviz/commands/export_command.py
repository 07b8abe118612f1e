"""`optviz export`: a live explorer in one HTML file."""

import argparse
import ast
from pathlib import Path

from . import Trouble


def add_export(commands) -> None:
    """Add the command to the command line's `commands`."""
    parser = commands.add_parser(
        "export",
        help="write a live explorer into one HTML file",
        description="Write an explorer into one HTML file in which everything can be dragged, without kernel and "
        "network. Several rules are a race. Settings stand behind the rules: optviz export adam lr=0.3 --out adam.html",
    )
    parser.add_argument(
        "what", nargs="*", metavar="RULE | SETTING=VALUE", help="rules and settings (default: adam lr=0.05)"
    )
    parser.add_argument("--objective", default="rosenbrock", metavar="NAME", help="the landscape (default rosenbrock)")
    parser.add_argument("--steps", type=int, default=100, metavar="N", help="steps of the run (default 100)")
    parser.add_argument("--all", action="store_true", help="put every rule and every landscape into the menus")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> int:
    from ..widgets.explorer import explore

    # Adam's own rate hardly moves it in the view of a landscape.
    what, settings = options.what or ["adam", "lr=0.5"], {}
    for name, _, text in (one.partition("=") for one in what if "=" in one):
        try:
            settings[name] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            settings[name] = text
    rules = [one for one in what if "=" not in one] or ["adam"]
    try:
        explorer = explore(rules, options.objective, steps=options.steps, **settings)
    except (TypeError, ValueError) as error:
        raise Trouble(str(error)) from None
    try:
        explorer.save_html(options.out, everything=options.all)
    except OSError as error:
        raise Trouble(f"{options.out} cannot be written: {error.strerror}.") from None
    print(f"{options.out}: {options.out.stat().st_size / 1024:.0f} KiB, live in any browser")
    return 0
