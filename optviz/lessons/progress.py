"""How far a learner is in a lesson."""

from typing import NamedTuple

from .answers import Answers
from .parts import Content, Question


class Progress(NamedTuple):
    """What of a lesson is done: the index of the option chosen for each answered question, and the checks passed."""

    chosen: dict[str, int]
    passed: list[str]
    of: int

    @property
    def done(self) -> int:
        """How many questions are answered, rightly or not, and checks passed."""
        return len(self.chosen) + len(self.passed)


def progress(number: str, content: Content, answers: Answers) -> Progress:
    """Return how far the lesson of this number is worked through."""
    choices = {name: stored_choice(number, name, question, answers) for name, question in content.questions.items()}
    return Progress(
        {name: choice for name, choice in choices.items() if choice is not None},
        [name for name in content.exercises if answers.get(number, "checks", name) is True],
        len(content.questions) + len(content.exercises),
    )


def stored_choice(number: str, name: str, question: Question, answers: Answers) -> int | None:
    """Return the index of the option that is stored, None if none is or it is no option any more."""
    stored = answers.get(number, "choices", name)
    return question.texts.index(stored) if stored in question.texts else None
