"""The command line: `optviz lab` opens the lessons, `optviz export` writes a live page."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(__file__).parent
FIRST_LESSON = "00_start.ipynb"
COPIES = "optviz-lessons"  # the folder for a learner who installed a wheel


class Trouble(Exception):
    """What goes wrong outside of this program, in one sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code: 0, or 2 with one sentence on stderr."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        return options.run(options)
    except Trouble as trouble:
        print(f"optviz: {trouble}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="optviz",
        description="See how first-order optimisers move: lessons with sliders, paths and error curves in JupyterLab.",
        epilog="Begin with:  optviz lab",
    )
    parser.add_argument("--version", action="version", version=f"optviz {version('optviz')}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    lab = commands.add_parser(
        "lab",
        help="open the lessons in JupyterLab",
        description="Open JupyterLab on the first lesson. It runs on this computer only; Ctrl-C in this terminal ends "
        "it. In a clone of the repository the lessons are those of its folder notebooks/; otherwise they are copied "
        f"to a folder {COPIES}, where nothing that is already there is changed.",
    )
    lab.add_argument("--dir", type=Path, metavar="FOLDER", help="copy the lessons to this folder and work there")
    lab.add_argument("--port", type=_port, default=8888, help="the port to listen on (default 8888, or the next free)")
    lab.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    lab.add_argument("--allow-root", action="store_true", help="run as root all the same, in a container for example")
    lab.set_defaults(run=_lab)
    export = commands.add_parser(
        "export",
        help="write a live explorer into one HTML file",
        description="Write an explorer into one HTML file in which everything can be dragged, without kernel and "
        "network. Several rules are a race. Settings stand behind the rules: optviz export adam lr=0.3 --out adam.html",
    )
    export.add_argument("what", nargs="*", metavar="RULE | SETTING=VALUE", help="rules and settings (default: adam)")
    export.add_argument("--objective", default="rosenbrock", metavar="NAME", help="the landscape (default rosenbrock)")
    export.add_argument("--steps", type=int, default=100, metavar="N", help="steps of the run (default 100)")
    export.add_argument("--all", action="store_true", help="put every rule and every landscape into the menus")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    export.set_defaults(run=_export)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a whole number from 1 to 65535; got {text!r}")
    return int(text)


def _lab(options: argparse.Namespace) -> int:
    if find_spec("jupyterlab") is None:
        raise Trouble("JupyterLab is not installed. Install it with: pip install 'optviz[lab]'")
    if not options.allow_root and getattr(os, "geteuid", lambda: 1)() == 0:
        raise Trouble(
            "JupyterLab runs any code that is typed into it, so it should not run as root. Start it as another user, "
            "or, in a container, with --allow-root."
        )
    folder = lessons(options.dir)
    # Before the user's own configuration, which stays untouched and, for settings, has the last word.
    paths = [str(PACKAGE / "jupyter"), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(
        [
            f"--ServerApp.root_dir={folder}",
            f"--LabApp.default_url=/lab/tree/{FIRST_LESSON}",
            f"--ServerApp.port={options.port}",
            *(["--no-browser"] if options.no_browser else []),
            *(["--allow-root"] if options.allow_root else []),
        ]
    )
    return 0


def _export(options: argparse.Namespace) -> int:
    import ast

    from .widgets.explorer import explore

    settings = {}
    for name, _, text in (one.partition("=") for one in options.what if "=" in one):
        try:
            settings[name] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            settings[name] = text
    rules = [one for one in options.what if "=" not in one] or ["adam"]
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


def lessons(folder: Path | None = None) -> Path:
    """Return the folder of the lessons: the checkout's own, or `folder` after copying into it what is missing.

    A file that is already there is never changed. Raises `Trouble` if the folder cannot be written.
    """
    installed, checkout = PACKAGE / "notebooks", PACKAGE.parent / "notebooks"
    source = installed if installed.is_dir() else checkout
    if folder is None:
        if source == checkout:
            return checkout
        folder = Path(COPIES)
    folder = folder.expanduser().absolute()
    kept = []
    try:
        for lesson in sorted(path for path in source.rglob("*") if path.is_file()):
            if ".ipynb_checkpoints" in lesson.parts:
                continue
            target = folder / lesson.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                _copy(lesson, target)
            except FileExistsError:
                if not target.is_file() or target.read_bytes() != lesson.read_bytes():
                    kept.append(target.name)
    except OSError as error:
        raise Trouble(
            f"The lessons cannot be copied to {folder}: {error.strerror}. Name another folder: optviz lab --dir FOLDER"
        ) from None
    print(f"The lessons are in {folder}")
    if kept:
        print(f"Kept as you left them: {', '.join(kept)} (to get one anew, rename yours and start again)")
    return folder


def _copy(lesson: Path, target: Path) -> None:
    """Copy a file to where none is; raise FileExistsError if one is. A copy that fails leaves nothing behind."""
    with open(target, "xb") as copy:
        try:
            copy.write(lesson.read_bytes())
        except BaseException:
            target.unlink()
            raise


if __name__ == "__main__":
    sys.exit(main())
