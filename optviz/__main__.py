"""The command line: `optviz lab` opens the lessons, `race` lets rules run, `export` and `cards` write pages."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import NoReturn

from .commands import Trouble
from .commands.cards_command import add_cards
from .commands.export_command import add_export
from .commands.lab_command import add_lab
from .commands.race_command import add_race

INTERRUPTED = 130  # what a shell says of a program that Ctrl-C has ended


class Parser(argparse.ArgumentParser):
    """A parser that says in one sentence what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence, and where to read more, and exit with 2."""
        self.exit(2, f"{self.prog}: {message}\n{self.prog} --help tells more.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code: 0, 2 with one sentence on stderr, or 130 after Ctrl-C."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        code = options.run(options)
        sys.stdout.flush()
        return code
    except Trouble as trouble:
        print(f"optviz: {trouble}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("optviz: stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # whoever read has seen enough, as `head` has
        _close_output()
        return 0
    except OSError as error:
        if error.filename is None:  # of the print: what writes files has sentences of its own
            _close_output()
        where = "the output cannot be written" if error.filename is None else error.filename
        print(f"optviz: {where}: {error.strerror or error}.", file=sys.stderr)
        return 2


def _close_output() -> None:
    """Send what is still to be printed to nowhere, so that Python does not try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="optviz",
        description="See how first-order optimisers move: lessons with sliders, paths and error curves in JupyterLab.",
        epilog="Begin with:  optviz lab",
    )
    parser.add_argument("--version", action="version", version=f"optviz {version('optviz')}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    add_lab(commands)
    add_race(commands)
    add_export(commands)
    add_cards(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
