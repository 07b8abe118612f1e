"""Lessons: choose first, then look, then build it yourself and be told what is wrong.

    from optviz import lessons
    lesson = lessons.begin("02")
    lesson.predict("settle")        # choose and commit
    if lesson.predicted("settle"):  # the picture, once a choice is stored
        ...
    lesson.reveal("settle")         # what was right, and why the others are not

`lessons.contents()` shows all lessons with what is done of each; `lessons.forget("02")` begins one anew. Questions,
answers and checks of a lesson stand in `content/lesson_NN.py`, so that nobody reads them by accident.
"""

from .drawing import plot_map, plot_shades, plot_values, plot_windows
from .holding import contract
from .identifying import identity
from .lesson import Lesson, begin
from .measuring import steps_until
from .overview import contents, forget
from .telling import tell

__all__ = [
    "Lesson", "begin", "contents", "contract", "forget", "identity", "plot_map", "plot_shades", "plot_values",
    "plot_windows", "steps_until", "tell",
]  # fmt: skip
