"""Figures for a hand-written `@interact`: one for each picture that its function draws, however often it is called.

The inline backend shows and forgets a figure after each move. Backends that keep figures alive (ipympl) do not show
one that a slider's callback creates: there a move gets back the figures that it drew on before.
"""

import sys
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure


@dataclass
class _Drawn:
    """What an `interact` has drawn on, and how many of it in the present move."""

    owner: Any
    figures: list[Figure] = field(default_factory=list)
    used: int = 0
    move: FrameType | None = None  # kept, so that no later move can be taken for this one


# By the cell and the name of the function: when a cell runs again, its old figures have lost their place.
_drawn: dict[tuple[str, str], _Drawn] = {}


def figure(size: tuple[float, float]) -> Figure:
    """Return an empty figure of this size in inches."""
    move = None if "inline" in plt.get_backend() else _move_on_the_stack()
    if move is None:
        return plt.figure(figsize=size)
    owner = move.f_locals["self"]
    code = getattr(owner.f, "__code__", None)
    key = (code.co_filename, code.co_qualname) if code else ("", repr(owner.f))
    drawn = _drawn.get(key)
    if drawn is None or drawn.owner is not owner:
        for old in drawn.figures if drawn else ():
            plt.close(old)
        drawn = _drawn[key] = _Drawn(owner)
    if drawn.move is not move:
        drawn.move, drawn.used = move, 0
    drawn.used += 1
    if drawn.used > len(drawn.figures):
        drawn.figures.append(plt.figure(figsize=size))
    mine = drawn.figures[drawn.used - 1]
    if not plt.fignum_exists(mine.number):  # type: ignore[attr-defined]  # somebody has closed it
        mine = drawn.figures[drawn.used - 1] = plt.figure(figsize=size)
    mine.clear()
    mine.canvas.draw_idle()
    return mine


def _move_on_the_stack() -> FrameType | None:
    """Return the frame of ipywidgets that is calling an `interact` function, if one is."""
    widgets = sys.modules.get("ipywidgets")
    frame: FrameType | None = sys._getframe() if widgets else None
    while frame is not None and frame.f_code is not widgets.interactive.update.__code__:  # type: ignore[union-attr]
        frame = frame.f_back
    return frame
