"""`explain`: one step of a run in numbers, each line of the rule's own code as symbols, numbers and result."""

import copy
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .driver import train
from .expression import (
    Apply,
    Call,
    Choice,
    Function,
    Let,
    Name,
    Node,
    Number,
    Return,
    Statement,
    Untranslatable,
    evaluate,
    read,
)
from .formulas import ATOM, Style, as_text, formula, letters_of, lines_of, number_in, primed
from .rule import UpdateRule
from .trajectory import Trajectory
from .words import number_text, point_text, setting_text

DIGITS = 4


@dataclass(frozen=True)
class Line:
    """A computed line: the name with its primes, the formula, and for each coordinate its values by name.

    `values` and `result` are arrays `(n,)`, or `(1,)` where all coordinates have the same.
    """

    name: str
    primes: int
    node: Node
    before: dict[str, tuple[int, Any]]  # name -> how often computed anew so far, value
    drawn: tuple[Any, ...]
    result: Any


class StepCard:
    """One step in numbers: set formulas in a notebook, plain text in a terminal."""

    def __init__(self, run: Trajectory, step: int, function: Function, lines: list[Line], point: Any):
        self.run, self.step, self.lines, self._point = run, step, lines, point
        self._letters = letters_of(run.rule, function)

    def __repr__(self) -> str:
        rows = []
        for line in self.lines:
            rows.append(f"{self._left(line, 'text')} = {self._formula(line, 'text')}")
            rows += [
                f"    {name + ': ' if name else ''}{numbers + ' = ' if numbers else ''}{result}"
                for name, numbers, result in self._in_numbers(line, "text")
            ]
        return "\n".join([self._title, *rows, *self._boxed])

    def _repr_markdown_(self) -> str:
        return "\n\n".join([f"**{self._title}**", self._repr_latex_(), *self._boxed])

    def _repr_latex_(self) -> str:
        rows = ""
        for left, right in self.latex():
            # A little air before each new line of the rule.
            rows += (r" \\[6pt]" if left else r" \\") * bool(rows) + f"\n{left} &{right}"
        return rf"$$\begin{{aligned}}{rows}" + "\n" + r"\end{aligned}$$"

    def latex(self) -> Iterator[tuple[str, str]]:
        """Yield the rows of the formulas in LaTeX: what stands left of the equals sign, if it is new, and the rest."""
        for line in self.lines:
            yield self._left(line, "latex"), f"= {self._formula(line, 'latex')}"
            for name, numbers, result in self._in_numbers(line, "latex"):
                coordinate = rf" \qquad ({name})" if name else ""
                yield "", "= " + (f"{numbers} = " if numbers else "") + f"\\mathbf{{{result}}}{coordinate}"

    @property
    def _title(self) -> str:
        run = self.run
        settings = ", ".join(
            f"{as_text(self._letters[name])} = {setting_text(run.settings[name])}"
            for name in run.rule.parameters
            if name in run.settings
        )
        where = f"{run.rule.label} on {run.objective.label}, step {self.step} of {run.steps}"
        return f"{where}, from {point_text(run.points[self.step - 1])}" + (f" ({settings})" if settings else "")

    @property
    def _boxed(self) -> list[str]:
        """Return a sentence if the landscape keeps the point in its box."""
        kept = self.run.points[self.step]
        if np.array_equal(kept, self._point, equal_nan=True):
            return []
        return [f"The landscape keeps the point in its box: {point_text(kept)}."]

    def _left(self, line: Line, style: Style) -> str:
        return primed(self._letters[line.name], line.primes, style)

    def _formula(self, line: Line, style: Style) -> str:
        def show(name: str) -> tuple[str, int]:
            return primed(self._letters[name], line.before[name][0] if name in line.before else 0, style), ATOM

        return formula(line.node, show, style, r"\," if style == "latex" else " ")

    def _in_numbers(self, line: Line, style: Style) -> list[tuple[str, str, str]]:
        """Return for each coordinate: its name (none if there is one row), the formula in numbers, the result."""
        names = _names_of(line.node)
        arrays = [line.before[name][1] for name in names if name in line.before and name != "noise"]
        count = max(_size(value) for value in [*arrays, *line.drawn, line.result])
        rows = []
        for place in range(count):
            drawn = iter(line.drawn)

            def show(name: str, place: int = place, drawn: Iterator[Any] = drawn) -> tuple[str, int]:
                if name == "noise":
                    return _shown(_pick(next(drawn), place), style, DIGITS)
                digits = 6 if name in self.run.rule.parameters else DIGITS
                return _shown(_pick(line.before[name][1], place), style, digits)

            node = _chosen(line.node, line.before, place)
            times = r" \cdot " if style == "latex" else " · "
            numbers = "" if isinstance(node, Name | Number) else formula(node, show, style, times)
            index = f"x_{place + 1}" if style == "latex" else f"x{'₁₂₃₄₅₆₇₈₉'[place]}" if place < 9 else f"x{place + 1}"
            rows.append((index if count > 1 else "", numbers, _shown(_pick(line.result, place), style, DIGITS)[0]))
        return rows


def explain(run: Trajectory, step: int) -> StepCard:
    """Return one step of a run in numbers, to be shown by a notebook (formulas) or printed (text).

    Each line of the rule's own code stands there in symbols, with the numbers of this step in place of the symbols,
    and with its result; in more than one dimension there is a row for each coordinate, unless all have the same. A
    prime marks what was computed anew in this step; θ is the point. Numbers are shown with four digits, settings in
    full; they were computed in full.

    Args:
        run: one run, as `train` returns it.
        step: which update, from 1 to the number of steps of the run.

    Raises TypeError or ValueError with one sentence for anything else, and where the rule's code is no plain
    arithmetic: the learned optimiser, or a learner's step in another dialect.

    >>> from optviz import train
    >>> explain(train("momentum", "parabola", lr=0.1, steps=5), 2)
    Momentum on Parabola, step 2 of 5, from 0.9 (η = 0.1, μ = 0.9)
    v′ = μ v − η g
        0.9 · (−0.1) − 0.1 · 0.9 = −0.18
    θ′ = θ + v′
        0.9 + (−0.18) = 0.72
    """
    if not isinstance(run, Trajectory):
        raise TypeError(f"explain takes a run, as train returns it; got {run!r}.")
    if run.grid:
        raise ValueError(
            f"This is a grid of {' x '.join(map(str, run.grid))} runs; explain shows a step of a single one: "
            f"run.at({', '.join('0' for _ in run.grid)})."
        )
    step = _checked(step, run.steps)
    if run.rule.function.__globals__["__name__"].startswith(f"{__package__}.adapters"):
        raise ValueError(
            f"{run.rule.label} is a step in another dialect, whose lines explain cannot take apart; write it as an "
            f"@update_rule."
        )
    try:
        function = read(run.rule.function)
    except Untranslatable as error:
        raise ValueError(f"explain shows lines of plain arithmetic, and {error}") from None
    values, draws, new = _values_of(run, step)
    return StepCard(run, step, function, list(_walk(run.rule, function, values, draws)), new)


def _checked(step: Any, steps: int) -> int:
    try:
        number = operator.index(step)
        if isinstance(step, bool):
            raise TypeError
    except TypeError:
        raise TypeError(f"step must be a whole number from 1 to {steps}; got {step!r}.") from None
    if not 1 <= number <= steps:
        raise ValueError(f"step must be a whole number from 1 to {steps}, the steps of this run; got {step!r}.")
    return number


def _values_of(run: Trajectory, step: int) -> tuple[dict[str, Any], list[Any], Any]:
    """Return what the rule was given in a step, what it drew there, and the new point before the box.

    The driver walks again, with a rule that listens: so nothing of the driver is said twice.
    """
    seen: dict[str, Any] = {}
    draws: list[Any] = []
    calls = 0

    def listening(*given: Any, **settings: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls < step:
            return run.rule.function(*given, **settings)
        seen.update(zip([*run.rule.given, *run.rule.state], given, strict=True), **settings)
        if "noise" in seen:
            place = run.rule.given.index("noise")
            given = (*given[:place], _recorded(seen["noise"], draws), *given[place + 1 :])
        result = run.rule.function(*given, **settings)
        seen[""] = np.ravel(result[0] if isinstance(result, tuple) else result)
        return result

    listener = copy.copy(run.rule)
    listener.function = listening
    train(listener, run.objective, start=run.start, steps=step, seed=run.seed, noise=run.noise, **run.settings)
    return seen, draws, seen.pop("")


def _recorded(noise: Callable[[], Any], draws: list[Any]) -> Callable[[], Any]:
    def draw() -> Any:
        draws.append(noise())
        return draws[-1]

    return draw


def _walk(rule: UpdateRule, function: Function, values: dict[str, Any], draws: list[Any]) -> Iterator[Line]:
    """Yield the lines that run in this step, each with the values that its names have there."""
    places = iter(draws)
    drawn: list[Any] = []
    values["noise"] = _recorded(lambda: next(places), drawn)
    primes = dict.fromkeys(values, 0)

    def run(body: tuple[Statement, ...]) -> Iterator[Line]:
        for statement in body:
            if isinstance(statement, Choice):
                yield from run(statement.then if evaluate(statement.test, values) else statement.otherwise)
            else:
                yield from computed(statement)

    def computed(statement: Let | Return) -> Iterator[Line]:
        drawn.clear()
        whole = evaluate(statement.value, values)
        here = tuple(drawn)
        before = {name: (primes[name], values[name]) for name in values}
        lines = list(lines_of(statement, list(rule.state)))
        if isinstance(statement, Let):
            found = dict(_spread(statement.target, whole))
        else:
            parts = whole if isinstance(whole, tuple) else (whole,)
            found = dict(zip(["x", *rule.state], parts, strict=True))
        for name, node, _ in lines:
            primes[name] = primes[name] + 1 if name in primes else 0
            values[name] = found[name]
            yield Line(name, primes[name], node, before, here, found[name])

    with np.errstate(all="ignore"):
        yield from run(function.body)


def _spread(target: Any, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(target, str):
        yield target, value
    else:
        for part, one in zip(target, value, strict=True):
            yield from _spread(part, one)


def _chosen(node: Node, before: dict[str, tuple[int, Any]], place: int) -> Node:
    """Return a node with the branches that count for this coordinate in place of the choices."""
    if not isinstance(node, Apply | Call) or _draws(node):
        return node
    if isinstance(node, Apply) and node.op in ("if", "where"):
        test, yes, no = node.args
        values = {name: value for name, (_, value) in before.items()}
        with np.errstate(all="ignore"):
            holds = _pick(evaluate(test, values), place)
        return _chosen(yes if holds else no, before, place)
    return replace(node, args=tuple(_chosen(one, before, place) for one in node.args))


def _draws(node: Node) -> bool:
    return getattr(node, "op", "") == "draw" or any(map(_draws, getattr(node, "args", ())))


def _names_of(node: Node) -> set[str]:
    if isinstance(node, Name):
        return {node.name}
    return {name for one in getattr(node, "args", ()) for name in _names_of(one)}


def _size(value: Any) -> int:
    """Return how many coordinates a value tells apart."""
    numbers = np.ravel(value) if isinstance(value, np.ndarray) else [value]
    return 1 if all(_alike(one, numbers[0]) for one in numbers) else len(numbers)


def _alike(one: Any, other: Any) -> bool:
    return one == other or (one != one and other != other)


def _pick(value: Any, place: int) -> Any:
    numbers = np.ravel(value) if isinstance(value, np.ndarray | np.generic) else [value]
    return numbers[min(place, len(numbers) - 1)]


def _shown(value: Any, style: Style, digits: int) -> tuple[str, int]:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        text = number_text(value) if isinstance(value, float) else str(value)
        return (rf"\mathrm{{{text}}}" if style == "latex" else text), ATOM
    return number_in(value, style, digits)
