"""The lessons as the tests know them: their numbers, and what learners write into their blanks, right and wrong.

A module per lesson has four tables: `MEASURED`, what to compute from the variables that the lesson leaves behind, to
be compared with the number of this id in `references/course.json`; `FINGERPRINTS`, the ids that are tables of mistakes,
and the exercises they belong to; `PROBED`, the points that an answer to such an exercise visits; and `EXERCISES`. The
keys of wrong answers are those of the fingerprints (more begin with "+"), the words are those of the tables of the
course.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import NamedTuple


class Exercise(NamedTuple):
    """An exercise of a lesson: the cell with the blank, how it is handed in, a right answer, and the wrong ones."""

    cell: str
    hand_in: str
    right: str
    wrong: dict[str, tuple[str, str]]  # fingerprint -> what is written, what must be said
    also_right: Mapping[str, tuple[str, str]] = MappingProxyType({})  # the same of other right answers


def lessons() -> dict[str, ModuleType]:
    """Return the tables of all lessons, by number and in their order."""
    paths = sorted(Path(__file__).parent.glob("lesson_*.py"))
    return {path.stem.removeprefix("lesson_"): import_module(f".{path.stem}", __package__) for path in paths}
