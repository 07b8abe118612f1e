"""`optviz race`: a race as a table, and as a picture that moves."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from ..driver import train
from ..look import THEMES
from ..objective_function import find_objective
from ..racing import TUNES, Race, race
from ..replays import REPLAYS, replay
from ..rule import RULES
from ..words import listed
from . import Trouble

# What only a picture needs, and what a replay has already.
OF_PICTURES, OF_RULES = ("fps", "size", "panels", "theme"), ("tune", "lr", "steps", "start", "seed")
EXAMPLES = """\
examples:
  optviz race --rules sgd,momentum,adam
  optviz race --rules all --objective rosenbrock --tune best --steps 300
  optviz race --rules adam,amsgrad --objective quartic --lr 0.4 --out race.gif
  optviz race --replay article --out article.gif
"""


def add_race(commands) -> None:
    """Add the command to the command line's `commands`."""
    parser = commands.add_parser(
        "race",
        help="let update rules race and save the race as an animation",
        description="Run update rules from the same start, for the same steps and with the same noise. Print who\n"
        "arrived first, and write the race as an animation if --out names a file.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # argparse of its own takes -1.5 for a number, but -1e-3 for an option.
    parser._negative_number_matcher = re.compile(r"-(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$", re.IGNORECASE)
    parser.set_defaults(run=_race)
    who = parser.add_argument_group("who races").add_mutually_exclusive_group(required=True)
    who.add_argument("--rules", type=_names, metavar="NAME,NAME", help="update rules by name; all: every optimiser")
    who.add_argument("--replay", metavar="SOURCE", help=f"published runs, as they were run: {listed(list(REPLAYS))}")
    how = parser.add_argument_group("where and how")
    how.add_argument(
        "--objective", metavar="NAME", help="the landscape (default quadratic); of a replay, its runs there"
    )
    how.add_argument(
        "--tune", choices=TUNES,
        help="learning rates: published, each rule's default; same, one for all; best, for each rule the best of 41 "
        "(default published, or same if --lr is given)",
    )  # fmt: skip
    how.add_argument("--lr", type=_number, help="one learning rate for all rules (0.1, if --tune same stands alone)")
    how.add_argument("--steps", type=_whole, help="the number of updates (default 100)")
    how.add_argument("--start", type=_number, nargs="+", metavar="X", help="the start, such as: --start -1.5 2")
    how.add_argument("--seed", type=_whole, help="for rules and gradients that draw noise (default 0)")
    how.add_argument("--corrected", action="store_true", help="with --replay: the wrong rules put right")
    out = parser.add_argument_group("what comes out")
    out.add_argument("--out", type=Path, metavar="FILE", help="the animation; its suffix decides: .gif .mp4 .html .png")
    out.add_argument("--panels", help="landscape, error or both")
    out.add_argument("--fps", type=_number, metavar="N", help="frames a second")
    out.add_argument("--size", type=_size, metavar="WxH", help="width and height in pixels, such as 640x480")
    out.add_argument("--theme", choices=tuple(THEMES), help="colours for a light or a dark page")
    out.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _race(options: argparse.Namespace) -> int:
    given = {name for name, value in vars(options).items() if value is not None and value is not False}
    without_file = [f"--{name}" for name in OF_PICTURES if name in given]
    if options.out is None and without_file:
        raise Trouble(f"{listed(without_file)} need a picture: give --out FILE.")
    try:
        if options.out is not None:  # what is wrong with the file is said before the race
            _animation([train("sgd", steps=1)], options, given).target(options.out)
        result = _replayed(options, given) if options.replay else _raced(options, given)
    except (TypeError, ValueError, ImportError, OSError) as error:  # each of them is a sentence
        raise Trouble(str(error)) from None
    if not options.quiet:
        print(result)
    if options.out is not None:
        _save(result, options, given)
    return 0


def _raced(options: argparse.Namespace, given: set[str]) -> Race:
    if options.corrected:
        raise Trouble("--corrected goes with --replay: rules have no mistakes to put right.")
    objective = find_objective(options.objective or "quadratic")
    rules: list[Any] = options.rules
    if rules == ["all"]:
        every = [rule for rule in RULES.values() if rule.variant_of is None]
        rules = [rule for rule in every if objective.f_star is not None or "f_star" not in rule.parameters]
        left_out = [rule.name for rule in every if rule not in rules]
        if left_out and not options.quiet:
            print(
                f"Left out, because the lowest value of {objective.name} is not known: {listed(left_out)}",
                file=sys.stderr,
            )
    tune = options.tune or ("published" if options.lr is None else "same")
    chosen = {name: getattr(options, name) for name in OF_RULES if name in given and name != "tune"}
    return race(rules, objective, tune=tune, **chosen)


def _replayed(options: argparse.Namespace, given: set[str]) -> Race:
    extra = [f"--{name}" for name in OF_RULES if name in given and name != "steps"]
    if extra:
        raise Trouble(f"A replay runs as its source ran it, so {listed(extra)} cannot be chosen: leave it out.")
    runs = replay(options.replay, corrected=options.corrected)
    landscapes = list(dict.fromkeys(run.objective.name for run in runs.values()))
    wanted = options.objective or (landscapes[0] if len(landscapes) == 1 else None)
    if wanted not in landscapes:
        raise Trouble(f"{options.replay} ran on {listed(landscapes)}: give --objective {' or '.join(landscapes)}.")
    return race({label: run for label, run in runs.items() if run.objective.name == wanted}, steps=options.steps)


def _animation(runs: Any, options: argparse.Namespace, given: set[str]) -> Any:
    from ..animation import animate

    return animate(runs, **{name: getattr(options, name) for name in OF_PICTURES if name in given})


def _save(result: Race, options: argparse.Namespace, given: set[str]) -> None:
    try:
        path = _animation(result, options, given).save(options.out, progress=not options.quiet)
    except (TypeError, ValueError, ImportError, OSError) as error:
        raise Trouble(str(error)) from None
    if not options.quiet:
        print(f"\n{path}: {path.stat().st_size / 1024:,.0f} KiB")


# --- what an argument may be ---------------------------------------------------------------------------------------


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise argparse.ArgumentTypeError(f"names with commas between them, such as sgd,adam; got {text!r}")
    return names


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a number is needed, such as 0.1; got {text!r}") from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a whole number is needed, such as 100; got {text!r}") from None


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"width and height in pixels are needed, such as 640x480; got {text!r}")
    return int(width), int(height)
