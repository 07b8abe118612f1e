"""What a lesson consists of: questions with options, and exercises with a judge and hints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..checking import Diagnosis

LETTERS = "abcdefgh"  # of options, in their order


class Option(NamedTuple):
    """One answer to choose, and what is said about it afterwards: why somebody thinks so, and what is the case."""

    text: str
    reason: str


@dataclass(frozen=True)
class Question:
    """A question with one right option, named by its index."""

    text: str
    options: tuple[Option, ...]
    right: int

    @property
    def texts(self) -> list[str]:
        """The options as they stand in the notebook and in the file of answers."""
        return [option.text for option in self.options]

    @property
    def lettered(self) -> list[str]:
        """The options with their letters in front."""
        return [f"{letter}) {text}" for letter, text in zip(LETTERS, self.texts, strict=False)]


@dataclass(frozen=True)
class Exercise:
    """Something to build or to find; `judge` says of an answer whether it is right, and else what is wrong."""

    judge: Callable[[Any], Diagnosis]
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """Everything of a lesson that is not in its notebook.

    `minutes` is what a learner needs for it, `needs` are the numbers of the lessons that should come before.
    """

    title: str
    questions: Mapping[str, Question] = field(default_factory=dict)
    exercises: Mapping[str, Exercise] = field(default_factory=dict)
    minutes: int = 0
    needs: tuple[str, ...] = ()
