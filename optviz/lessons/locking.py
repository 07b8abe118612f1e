"""A lock between processes: two notebooks that are open at once write to one file of answers."""

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE = 5.0  # seconds; whoever has the lock needs a few milliseconds


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Let one process after the other do what it does with a file.

    The lock lies among the temporary files, so that nothing appears beside the lessons and a folder that is shared over
    a network needs no locks of its own. It ends with its process. Who cannot have it goes on all the same.
    """
    name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]
    try:
        handle = os.open(Path(tempfile.gettempdir()) / f"optviz-{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # it is another user's, or there is no such folder
        yield
        return
    try:
        _wait_for(handle)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int) -> None:
    end = time.monotonic() + PATIENCE
    while not _takes(handle) and time.monotonic() < end:
        time.sleep(0.005)


def _takes(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
