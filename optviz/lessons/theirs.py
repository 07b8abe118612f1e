"""Running what a learner has handed over: whatever goes wrong in it is said in a sentence."""

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..checking import Diagnosis, failure


class Refused(Exception):
    """What is wrong with something that a learner's function returned, in a sentence."""


def run_theirs(
    answer: Any,
    form: str,
    use: Callable[[Callable], Any],
    *,
    returns: str = "a number",
    dims: int | None = 0,
    who: str = "Your function",
) -> Any:
    """Return what `use` makes of a learner's function, or a `Diagnosis` of why it cannot be run.

    `use` is called with the function, guarded: what it returns arrives as a float (`dims` 0), as an array of floats
    with so many axes, or, for None, as it is; `as_numbers` then looks at its parts. Whatever is raised on the way, by
    `use` too, is said and not raised.

    Args:
        answer: what was handed over.
        form: how it is called, such as "walk(grad, x0, lr, n)"; all values are handed over in this order.
        use: called with the guarded function, as often as it likes.
        returns: what it has to return, in words.
        dims: the axes of what it returns.
        who: what the sentences call it.

    >>> run_theirs(lambda t: 1 / t, "schedule(t)", lambda schedule: schedule(4))
    0.25
    >>> run_theirs(lambda t: [t], "schedule(t)", lambda schedule: schedule(4))
    Your function has to return a number; it returned numbers of the shape (1,).
    """
    name, _, values = form.rstrip(")").partition("(")
    if answer is ...:
        return Diagnosis(False, f"A blank is still open: put your function `{name}` where the three dots are.")
    if not callable(answer):
        return Diagnosis(False, f"Hand over the function itself, `{name}` without brackets; got {answer!r:.60}.")
    blanks = blanks_in(answer)
    if blanks:
        return open_blanks(blanks)
    other = _other_signature(answer, values.split(",") if values else [])
    if other:
        return Diagnosis(
            False, f"It is called as `{form}`, and yours is `{name}{other}`: leave the line with `def` as it was."
        )

    @functools.wraps(answer)
    def guarded(*values: Any) -> Any:
        return as_numbers(answer(*values), returns, dims, who)

    try:
        with np.errstate(all="ignore"):
            return use(guarded)
    except Refused as refused:
        return Diagnosis(False, str(refused))
    except (Exception, SystemExit) as error:
        return Diagnosis(False, failure(who, error))


def as_numbers(value: Any, returns: str, dims: int | None, who: str = "Your function") -> Any:
    """Return what a function returned as a float or as an array of floats with so many axes; None: as it is.

    Raises Refused.
    """
    if value is None:
        raise Refused(f"{who} returns nothing: it has to end with `return` and {returns}.")
    if dims is None:
        return value
    if isinstance(value, Iterator):
        value = list(value)
    must = f"{who} has to return {returns}; it returned"
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biufO" or any(one is None for one in array.flat):
            raise TypeError
        array = array.astype(float)
    except OverflowError:
        raise Refused(f"{who} returned a number that is too large: a float ends at 1.8e308.") from None
    except (TypeError, ValueError):
        raise Refused(f"{must} {value!r:.60}.") from None
    if array.ndim != dims:
        raise Refused(f"{must} {value!r:.60}." if array.ndim == 0 else f"{must} numbers of the shape {array.shape}.")
    return float(array) if dims == 0 else array


def _other_signature(function: Any, values: Sequence[str]) -> str:
    """Return the signature of a function that cannot be called with these values in a row, else nothing."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some of those in C have none
        return ""
    try:
        signature.bind(*values)
    except TypeError:
        return str(signature)
    return ""


# --- blanks --------------------------------------------------------------------------------------------------------


def blanks_in(step: Any) -> list[str]:
    """Return the lines of a step, and of its look-ahead, in which `...` still stands where code should."""
    parts = (getattr(step, "function", step), getattr(step, "look_ahead", None))
    return [line for part in parts if part is not None for line in _blanks_of(part)]


def _blanks_of(function: Any) -> list[str]:
    """Return the lines of a function with a blank; none if there is no source."""
    try:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError):
        return []
    # `points[0, ...]` is all of the first point; `points[...]` may be a blank.
    axes = {
        id(one) for node in ast.walk(tree) if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple)
        for one in node.slice.elts
    }  # fmt: skip
    dots = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value is Ellipsis and id(node) not in axes
    ]  # fmt: skip
    lines = source.splitlines()
    return [lines[number - 1].partition("  #")[0].strip() for number in dict.fromkeys(node.lineno for node in dots)]


def open_blanks(lines: Sequence[str]) -> Diagnosis:
    """Name the lines in which a blank is still open."""
    listed = ", ".join(f"`{line}`" for line in lines)
    return Diagnosis(False, f"A blank is still open: {listed}. Put your code where the three dots are.")
