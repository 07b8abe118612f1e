"""`optviz cards`: a card of each rule for paper, in one HTML file."""

import argparse
from pathlib import Path

from . import Trouble


def add_cards(commands) -> None:
    """Add the command to the command line's `commands`."""
    parser = commands.add_parser(
        "cards",
        help="write a printable card of every rule into one HTML file",
        description="Write cards of rules into one HTML file, a page each, on A4 or US Letter: formula, settings, "
        "lineage, source, the step itself and its path. The file needs no network; print it, or save it as PDF, from a "
        "browser.",
    )
    parser.add_argument("rules", nargs="*", metavar="RULE", help="rules by name (default: every optimiser)")
    parser.add_argument("--all", action="store_true", help="also every variant and every published mistake")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write, such as cards.html")
    parser.set_defaults(run=_cards)


def _cards(options: argparse.Namespace) -> int:
    from ..files import replacing
    from ..printed_cards import page_of_cards
    from ..rule import RULES

    if options.rules and options.all:
        raise Trouble("Name the rules, or ask for --all of them, not both.")
    if options.out.suffix.lower() not in (".html", ".htm"):
        raise Trouble(
            f"The cards are an HTML file; {options.out} is none. Write cards.html, and print it from a browser."
        )
    try:
        rules = [RULES.find(name) for name in dict.fromkeys(options.rules)] or [
            rule for rule in RULES.values() if options.all or rule.variant_of is None
        ]
    except ValueError as error:
        raise Trouble(str(error)) from None
    try:
        with replacing(options.out.expanduser()) as file:
            file.write(page_of_cards(rules).encode())
    except OSError as error:
        raise Trouble(f"{options.out} cannot be written: {error.strerror}.") from None
    cards = f"{len(rules)} card{'s' * (len(rules) != 1)}"
    print(f"{options.out}: {cards}, {options.out.expanduser().stat().st_size / 1024:,.0f} KiB")
    return 0
