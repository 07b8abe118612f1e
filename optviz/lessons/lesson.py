"""`begin`: a lesson as its notebook speaks to it."""

import functools
from importlib import import_module
from pathlib import Path
from typing import Any

from IPython import get_ipython
from IPython.display import display

from ..registry import nearest
from .answers import answers_in
from .choosing import Chooser
from .greeting import Greeting
from .notes import Note
from .parts import LETTERS, Content, Exercise, Question
from .progress import progress, stored_choice

CONTENT = Path(__file__).parent / "content"


def numbers() -> list[str]:
    """Return the numbers of all lessons, in their order."""
    return sorted(path.stem.removeprefix("lesson_") for path in CONTENT.glob("lesson_*.py"))


@functools.cache
def content_of(number: str) -> Content:
    """Return what of a lesson is not in its notebook."""
    return import_module(f".content.lesson_{number}", __package__).LESSON


def find_lesson(number: str) -> Content:
    """Return `content_of` a lesson, or raise ValueError if there is none of this number."""
    if number not in numbers():
        raise ValueError(f"There is no lesson {number!r}; there are {', '.join(numbers())}.")
    return content_of(number)


def begin(number: str) -> "Lesson":
    """Begin the lesson of this number, such as "02"; answers of an earlier day are still there.

    They are kept in a file `optviz-answers.json` in the folder in which the notebook runs.

    Raises ValueError if there is no such lesson.
    """
    lesson = Lesson(number)
    if hasattr(get_ipython(), "kernel"):
        lesson.greet()
    return lesson


class Lesson:
    """A lesson's questions and checks by name, with what the learner has answered so far."""

    def __init__(self, number: str):
        self.number = number
        self._content = find_lesson(number)
        self._answers = answers_in(Path.cwd())

    def __repr__(self) -> str:
        return f"Lesson {self.number}, {self._content.title}. {self._counts()}"

    def greet(self) -> None:
        """Say which lesson this is and how far it is done, but not what of it is right."""
        done = progress(self.number, self._content, self._answers)
        text = f"{done.done} of {done.of} questions and checks are done."
        Greeting(self._say(f"Lesson {self.number}, {self._content.title}", text)).show()

    def predict(self, name: str, choice: str | None = None) -> None:
        """Ask the question of this name: choose and commit. What is right is not said before `reveal`.

        `choice`, the letter of an option, commits without the widget.
        """
        self._ask("Predict", name, choice, then="Stored. Run on to see what happens.")

    def predicted(self, name: str) -> bool:
        """Whether a choice is stored; if not, ask for one. The picture of the answer stands behind it."""
        if self._choice(name) is not None:
            return True
        display(Note("Predict first", "Choose an option above and commit to it, then run this cell again."))
        return False

    def reveal(self, name: str) -> Note:
        """Return which option was right, with the reason for each of the others."""
        question, choice = self._question(name), self._choice(name)
        if choice is None:
            return Note("Predict first", "The answer is shown once you have committed to one.")
        return _revealed(question, choice)

    def observe(self, name: str, choice: str | None = None) -> None:
        """Ask what was to be seen in a picture; the answer is explained at once."""
        self._ask("Look", name, choice, then=None)

    def check(self, name: str, answer: Any) -> Note:
        """Return whether the answer to an exercise is right, and if not, what is wrong with it.

        `answer` is what the exercise asks for: a function, a rule or a number.
        """
        found = self._exercise(name).judge(answer)
        if found.right:
            self._answers.put(self.number, "checks", name, True)
        return self._say("Right" if found.right else "Not yet", found.sentence)

    def hint(self, name: str) -> Note:
        """Return the next hint for an exercise; each call gives one more."""
        hints = self._exercise(name).hints
        seen = self._answers.get(self.number, "hints", name, 0)
        seen = min(seen + 1 if isinstance(seen, int) else 1, len(hints))
        self._answers.put(self.number, "hints", name, seen)
        lines = [("", hint, "") for hint in hints[:seen]]
        more = len(hints) - seen
        return Note("Hints", f"{more} more: run the cell again." if more else "These are all.", lines)

    def score(self) -> Note:
        """Return what is done and what is left of this lesson."""
        lines = []
        for name, question in self._content.questions.items():
            choice = self._choice(name)
            mark = "open" if choice is None else "right" if choice == question.right else "stored, not right"
            lines.append((mark, question.text, ""))
        passed = progress(self.number, self._content, self._answers).passed
        lines += [("passed" if name in passed else "open", f"check `{name}`", "") for name in self._content.exercises]
        return self._say(f"Lesson {self.number}, {self._content.title}", self._counts(), lines)

    def _counts(self) -> str:
        done, questions = progress(self.number, self._content, self._answers), self._content.questions
        right = sum(choice == questions[name].right for name, choice in done.chosen.items())
        return (
            f"{len(done.chosen)} of {len(questions)} questions answered, {right} of them right; "
            f"{len(done.passed)} of {len(self._content.exercises)} checks passed."
        )

    def _say(self, heading: str, text: str, lines: Any = ()) -> Note:
        return Note(heading, " ".join(filter(None, [text, self._answers.trouble])), lines)

    def _ask(self, heading: str, name: str, letter: str | None, then: str | None) -> None:
        question = self._question(name)

        def answered(choice: int) -> Note:
            if then is None:
                return _revealed(question, choice)
            lines = [("your prediction" * (i == choice), text, "") for i, text in enumerate(question.lettered)]
            return Note(heading, question.text, lines, " ".join(filter(None, [then, self._answers.trouble])))

        def commit(choice: int) -> int:
            # A second widget of the question may still be open when the answer is known.
            stored = self._choice(name)
            if stored is None:
                self._answers.put(self.number, "choices", name, question.texts[choice])
            return choice if stored is None else stored

        choice = self._choice(name)
        if choice is not None:
            display(answered(choice))
        elif letter is not None:
            display(answered(commit(_index(letter, len(question.options)))))
        else:
            Chooser(heading, name, question, commit, answered).show()

    def _choice(self, name: str) -> int | None:
        """Return the index of the option that is stored, None if none is."""
        return stored_choice(self.number, name, self._question(name), self._answers)

    def _question(self, name: str) -> Question:
        return _find("question", self.number, self._content.questions, name)

    def _exercise(self, name: str) -> Exercise:
        return _find("exercise", self.number, self._content.exercises, name)


def _find(kind: str, number: str, things: Any, name: str) -> Any:
    if name not in things:
        raise ValueError(f"Lesson {number} has no {kind} {name!r}.{nearest(name, [*things])}")
    return things[name]


def _index(letter: str, count: int) -> int:
    letters = LETTERS[:count]
    if not isinstance(letter, str) or letter not in letters or len(letter) != 1:
        raise ValueError(f"A choice is one of the letters {', '.join(letters)}; got {letter!r}.")
    return letters.index(letter)


def _revealed(question: Question, choice: int) -> Note:
    lines = []
    for i, (text, option) in enumerate(zip(question.lettered, question.options, strict=True)):
        marks = ["right"] * (i == question.right) + ["your choice"] * (i == choice)
        lines.append((", ".join(marks), text, option.reason))
    return Note("You were right" if choice == question.right else "It came otherwise", question.text, lines)
