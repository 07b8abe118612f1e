"""Files that are whole or not there: written beside their target and moved into place."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `path` that takes its place once it is complete; until then `path` stays as it was.

    It is opened before the work, so that a path that cannot be written is not found out after it. A link stays a
    link: the file that it names is replaced. Whatever is raised, Ctrl-C too, leaves no second file behind.

    Raises OSError whose `strerror` says why the path cannot be written.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(None, "it is a folder or a device", str(path))
    beside = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        file = beside.open("wb")
    except OSError as error:  # the second file is nobody's business
        raise type(error)(error.errno, error.strerror, str(path)) from None
    try:
        with file:
            yield file
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except BaseException:
        beside.unlink()
        raise
