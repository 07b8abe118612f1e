"""A learner's answers, in one small file beside the lessons that the learner may delete."""

import functools
import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..files import replacing
from .locking import alone_with

STEM = "optviz-answers"
FILE = f"{STEM}.json"

Everything = dict[str, dict[str, dict[str, Any]]]  # lesson -> kind -> name -> value


@functools.cache
def answers_in(folder: Path) -> "Answers":
    """Return the answers of a folder: the same for all lessons of a kernel, so that they know of each other."""
    return Answers(folder)


class Answers:
    """What a learner has chosen and solved: `{lesson: {kind: {name: value}}}`.

    It is read anew at every question, so that deleting the file begins anew. What cannot be written is remembered as
    long as the kernel runs, and written with the next answer if that can be; `trouble` says so in a sentence.
    """

    def __init__(self, folder: Path):
        self.path = folder / FILE
        self._unsaved: list[Callable[[Everything], Any]] = []
        self._put_aside = self._failed = ""

    @property
    def trouble(self) -> str:
        """What is wrong with the file, in sentences; usually nothing."""
        return " ".join(filter(None, [self._put_aside, self._failed]))

    def get(self, lesson: str, kind: str, name: str, default: Any = None) -> Any:
        """Return what is stored, or `default`."""
        return self._now().get(lesson, {}).get(kind, {}).get(name, default)

    def put(self, lesson: str, kind: str, name: str, value: Any) -> None:
        """Store a value; the file is whole at any moment."""
        self._change(lambda all_: all_.setdefault(lesson, {}).setdefault(kind, {}).update({name: value}))

    def forget(self, lesson: str) -> None:
        """Drop what is stored of a lesson."""
        if lesson in self._now():
            self._change(lambda all_: all_.pop(lesson, None))

    def _now(self) -> Everything:
        everything: Everything = {}
        try:
            with alone_with(self.path):
                everything = self._saved()
        except OSError as error:
            self._fail("read", error)
        else:
            if not self._unsaved:
                self._failed = ""
        return self._changed(everything)

    def _change(self, change: Callable[[Everything], Any]) -> None:
        self._unsaved.append(change)
        told = self._put_aside
        try:
            # Nobody else may write between what is read here and what is written.
            with alone_with(self.path):
                everything = self._changed(self._saved())
                with replacing(self.path) as file:
                    file.write((json.dumps(everything, indent=1, ensure_ascii=False) + "\n").encode())
        except OSError as error:
            self._fail("written", error)
        else:
            self._unsaved, self._failed = [], ""
            if self._put_aside == told:  # it was said with an answer before this one
                self._put_aside = ""

    def _changed(self, everything: Everything) -> Everything:
        for change in self._unsaved:
            change(everything)
        return everything

    def _fail(self, done: str, error: OSError) -> None:
        self._failed = (
            f"Your answers last only until the kernel stops: {self.path} cannot be {done} ({error.strerror})."
        )

    def _saved(self) -> Everything:
        """Return what is in the file; one that is none of ours, or was damaged, is kept under another name.

        Raises OSError if the file is there and cannot be read, or moved; then it may be whole.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            everything = json.loads(content.decode())
            if _is_nested(everything):
                return everything
        except (ValueError, RecursionError):
            pass
        names = (self.path.with_suffix(f".damaged-{i}.json") for i in itertools.count(1))
        aside = next(name for name in names if not name.exists())
        os.replace(self.path, aside)
        self._put_aside = f"{FILE} could not be read. It is now called {aside.name}; your answers begin anew."
        return {}


def _is_nested(everything: Any) -> bool:
    """Whether this is `{lesson: {kind: {name: value}}}`."""
    return isinstance(everything, dict) and all(
        isinstance(lesson, dict) and all(isinstance(kind, dict) for kind in lesson.values())
        for lesson in everything.values()
    )
