"""A learner's answers, in one small file beside the lessons that the learner may delete."""

import itertools
import json
import os
import tempfile
from pathlib import Path
from typing import Any

FILE = "optviz-answers.json"


class Answers:
    """What a learner has chosen and solved: `{lesson: {kind: {name: value}}}`.

    It is read anew at every question, so that deleting the file begins anew. Where nothing can be written, the answers
    last as long as the kernel; `trouble` then says so in a sentence.
    """

    def __init__(self, folder: Path | None = None):
        self.path = (folder or Path.cwd()) / FILE
        self.trouble = ""
        self._kept: dict[str, Any] | None = None  # only where the file cannot be written

    def get(self, lesson: str, kind: str, name: str, default: Any = None) -> Any:
        """Return what is stored, or `default`."""
        return self._read().get(lesson, {}).get(kind, {}).get(name, default)

    def put(self, lesson: str, kind: str, name: str, value: Any) -> None:
        """Store a value; the file is whole at any moment."""
        everything = self._read()
        everything.setdefault(lesson, {}).setdefault(kind, {})[name] = value
        self._store(everything)

    def forget(self, lesson: str) -> None:
        """Drop what is stored of a lesson."""
        everything = self._read()
        if everything.pop(lesson, None) is not None:
            self._store(everything)

    def _store(self, everything: dict[str, Any]) -> None:
        try:
            self._write(everything)
            self._kept, self.trouble = None, ""
        except OSError as error:
            self._kept = everything
            self.trouble = (
                f"Your answers last only until the kernel stops: {self.path} cannot be written ({error.strerror})."
            )

    def _read(self) -> dict[str, Any]:
        if self._kept is not None:
            return self._kept
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError):
            text = ""
        try:
            everything = json.loads(text)
            if not _is_nested(everything):
                raise ValueError
        except ValueError:
            self._put_aside()
            return {}
        return everything

    def _write(self, everything: dict[str, Any]) -> None:
        """Write another file and let it take the place of the old one: no moment in which half of it is there."""
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{FILE}-")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(everything, file, indent=1, ensure_ascii=False)
                file.write("\n")
            os.replace(name, self.path)
        except BaseException:
            os.unlink(name)
            raise

    def _put_aside(self) -> None:
        """Keep a file that is none of ours, or was damaged, under another name."""
        names = (self.path.with_suffix(f".damaged-{i}.json") for i in itertools.count(1))
        aside = next(name for name in names if not name.exists())
        try:
            os.replace(self.path, aside)
        except OSError as error:
            self._kept, aside = {}, self.path
            self.trouble = f"{self.path} can neither be read nor moved ({error.strerror}); answers are not kept."
        else:
            self.trouble = f"{FILE} could not be read. It is now called {aside.name}; your answers begin anew."


def _is_nested(everything: Any) -> bool:
    """Whether this is `{lesson: {kind: {name: value}}}`."""
    return isinstance(everything, dict) and all(
        isinstance(lesson, dict) and all(isinstance(kind, dict) for kind in lesson.values())
        for lesson in everything.values()
    )
