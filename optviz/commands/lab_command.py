"""`optviz lab`: the lessons in JupyterLab."""

import argparse
import os
from importlib.util import find_spec
from pathlib import Path

from . import Trouble

PACKAGE = Path(__file__).parents[1]
CONTENTS = "contents.ipynb"
COPIES = "optviz-lessons"  # the folder for a learner who installed a wheel


def add_lab(commands) -> None:
    """Add the command to the command line's `commands`."""
    lab = commands.add_parser(
        "lab",
        help="open the lessons in JupyterLab",
        description="Open JupyterLab on the table of contents. It runs on this computer only; Ctrl-C in this terminal "
        "ends it. In a clone of the repository the lessons are those of its folder notebooks/; otherwise they are "
        f"copied to a folder {COPIES}, where nothing that is already there is changed.",
    )
    lab.add_argument("--dir", type=Path, metavar="FOLDER", help="copy the lessons to this folder and work there")
    lab.add_argument("--port", type=_port, default=8888, help="the port to listen on (default 8888, or the next free)")
    lab.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    lab.add_argument("--allow-root", action="store_true", help="run as root all the same, in a container for example")
    lab.set_defaults(run=_lab)


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
            f"--LabApp.default_url=/lab/tree/{CONTENTS}",
            f"--ServerApp.port={options.port}",
            *(["--no-browser"] if options.no_browser else []),
            *(["--allow-root"] if options.allow_root else []),
        ]
    )
    return 0


def lessons(folder: Path | None = None) -> Path:
    """Return the folder of the lessons: the checkout's own, or `folder` after copying into it what is missing.

    A file that is already there is never changed. Raises `Trouble` if the folder cannot be written.
    """
    from ..lessons.answers import STEM

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
            # What somebody has answered in a checkout is nobody else's.
            if ".ipynb_checkpoints" in lesson.parts or lesson.name.startswith(STEM):
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
