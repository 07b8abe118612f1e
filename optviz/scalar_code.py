"""Prints a function that was read as JavaScript on plain numbers: what differs by coordinate has a name for each.

A `Program` holds the functions of one module and the helpers that they call. What is known of a value at translation
(`Value`: one number for all or one a coordinate, a number or a truth, from what it depends) decides how it is printed,
and what must be refused because Python would refuse it.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .expression import (
    OPERATIONS,
    Call,
    Choice,
    Function,
    Let,
    Name,
    Node,
    Number,
    Return,
    Statement,
    Target,
    Untranslatable,
)
from .formulas import choices, lines_in, lines_of
from .rule import REQUIRED

# From what a value depends on follows which shape NumPy gives it, and whether `if` may look at it.
PLAIN, SETTING, POINT, COORDINATES = range(4)  # numbers and t; settings; one per point (f, x1); one per coordinate

_MATH = {
    "sqrt": "sqrt", "exp": "exp", "expm1": "expm1", "log": "log", "log1p": "log1p", "abs": "abs", "sin": "sin",
    "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "arctan": "atan", "floor": "floor",
    "ceil": "ceil", "max": "max", "min": "min",
}  # fmt: skip
_COMPARISONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "===", "!=": "!=="}
# How tightly JavaScript's operators bind.
_ATOM, _UNARY, _TIMES, _PLUS, _LESS, _EQUAL, _AND, _OR, _IF = 9, 8, 7, 6, 5, 4, 3, 2, 1
_RANK = {"*": _TIMES, "/": _TIMES, "+": _PLUS, "-": _PLUS, "&": _AND, "|": _OR}


def number_literal(value: float) -> str:
    """Return a number as JavaScript writes it, with all its digits."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return repr(float(value)) if isinstance(value, float) or abs(value) > 2**53 else repr(value)


def identifier(name: str) -> str:
    """Return a name that JavaScript takes for a value and uses for nothing else: `new` becomes `new_`.

    Names of other alphabets than Latin and Greek are written in numbers.
    """
    return "".join(c if c.isascii() or "\u0370" <= c <= "\u03ff" else f"${ord(c):x}$" for c in name) + "_"


def _words(text: str) -> set[str]:
    """Return the names that a piece of JavaScript uses."""
    return set(re.findall(r"[$\w]+", text))


class Across(Exception):
    """The rule looks at more than one coordinate at once."""


@dataclass(frozen=True)
class Value:
    """What is known of a value at translation: its shape, its kind, and the JavaScript that computes it.

    `parts` has a text for each coordinate, or one for all. A tuple has `items` instead.
    """

    shape: int
    kind: str = "number"  # "bool", "text", "none", "number or none", "mixed", "noise", "tuple"
    parts: tuple[str, ...] = ()
    rank: int = _ATOM
    constant: Any = REQUIRED
    items: tuple["Value", ...] = ()
    fresh: bool = False  # an array that nobody else holds

    def bare(self) -> "Value":
        """Return what is known without the text."""
        return Value(self.shape, self.kind, items=tuple(one.bare() for one in self.items))

    def inside(self, rank: int) -> tuple[str, ...]:
        """Return the texts as operands of an operator that binds like this."""
        return tuple(f"({part})" if self.rank < rank else part for part in self.parts)


class Program:
    """A module's text: the functions asked for, and the helpers that they call, each once."""

    def __init__(self, n: int, lane: bool):
        self.n, self.lane = n, lane
        self.width = 1 if lane else n  # how many texts a value of all coordinates has
        self.texts: dict[str, str] = {}  # name -> text
        self.helpers: dict[tuple, tuple[str, Value]] = {}
        self.draws: dict[str, int] = {}

    def text(self) -> str:
        """Return the functions, helpers before those that call them."""
        return "\n".join(self.texts.values())

    def root(
        self, function: Function, name: str, given: list[Value], results: tuple[Value, ...], *, lines: bool = False,
        single: bool = False, stacked: bool = False,
    ) -> None:  # fmt: skip
        """Translate a function that the page calls, and that returns an array of these values."""
        writer = _Writer(self, function, given)
        writer.results, writer.lines, writer.single, writer.stacked = results, lines, single, stacked
        self.texts[name] = writer.write(name)
        self.draws[name] = writer.draws

    def helper(self, function: Function, arguments: list[Value]) -> tuple[str, Value, int]:
        """Return name, result and draws of a helper, translated for arguments of these kinds."""
        key = function.python, tuple(one.bare() for one in arguments)
        if key not in self.helpers:
            writer = _Writer(self, function, [one.bare() for one in arguments])
            base = identifier(function.name).rstrip("_") + "$"
            body = writer.write("")
            name = next((one for one, text in self.texts.items() if text == f"function {one}{body}"), None)
            if name is None:
                taken = [one for one in self.texts if one.startswith(base)]
                name = f"{base}{len(taken) + 1 if taken else ''}"
                self.texts[name] = f"function {name}{body}"
                self.draws[name] = writer.draws
            self.helpers[key] = name, writer.result  # type: ignore[assignment]
        name, result = self.helpers[key]
        return name, result, self.draws[name]

    def names(self, name: str, value: Value) -> tuple[str, ...]:
        """Return the JavaScript names that hold a value under this Python name."""
        base = identifier(name)
        if value.shape == COORDINATES and self.width > 1:
            return tuple(f"{base}{index}" for index in range(self.width))
        return (base,)


class _Writer:
    """One function while it is printed."""

    def __init__(self, program: Program, function: Function, given: list[Value]):
        self.program, self.function, self.given = program, function, given
        self.results: tuple[Value, ...] | None = None  # of a root
        self.result: Value | None = None  # of a helper
        self.lines = self.single = self.stacked = False
        self.begin()

    def begin(self) -> None:
        self.block: list[str] = []
        self.depth, self.temporaries, self.draws, self.line_count, self.kept_tests = 1, 0, 0, 0, 0
        self.declared: dict[str, None] = {}
        self.returned: list[Value] = []
        self.drawn: list[str] = []  # what the present line draws itself
        self.tests: dict[int, Value] = {}  # what the choices of the present line look at

    def write(self, name: str) -> str:
        parameters, env = [], {}
        for parameter, value in zip(self.function.parameters, self.given, strict=True):
            if value.kind == "none":
                env[parameter] = replace(value, constant=None, parts=("null",))
                continue
            if value.kind == "tuple":
                raise self.problem(0, f"{self.function.name} is given a tuple; give it the values one by one.")
            names = self.program.names(parameter, value)
            parameters += names
            env[parameter] = replace(value, parts=names)
        for _ in range(4):  # until all returns agree
            self.begin()
            if self.statements(self.function.body, dict(env)) is not None:
                raise self.problem(0, "it may end without `return`.")
            if self.results is not None:
                break
            agreed = self.returned[0]
            for other in self.returned[1:]:
                agreed = self.joined(agreed, other, 0).bare()
            if agreed.bare() == self.result:
                break
            self.result = agreed.bare()
        variables = [one for one in self.declared if one not in parameters]
        declaration = [f"  let {', '.join(variables)};"] if variables else []
        head = f"function {name}({', '.join(parameters)}) {{" if name else f"({', '.join(parameters)}) {{"
        return "\n".join([head, *declaration, *self.block, "}"])

    def problem(self, line: int, words: str) -> Untranslatable:
        if line:
            return self.function.problem(line, words)
        return Untranslatable(f"{self.function.name}: {words}")

    def say(self, text: str) -> None:
        self.block.append("  " * self.depth + text)

    def temporary(self, text: str) -> str:
        self.temporaries += 1
        self.say(f"const ${self.temporaries} = {text};")
        return f"${self.temporaries}"

    # --- statements ------------------------------------------------------------------------------------------------

    def statements(self, body: tuple[Statement, ...], env: dict[str, Value]) -> dict[str, Value] | None:
        """Print statements; return the names with their values behind them, None if the function has ended."""
        ended: dict[str, Value] | None = env
        for statement in body:
            if ended is None:
                raise self.problem(statement.line, "this line is never reached; leave it out.")
            if isinstance(statement, Let):
                self.let(statement, ended)
            elif isinstance(statement, Choice):
                ended = self.choice(statement, ended)
            else:
                self.give_back(statement, ended)
                ended = None
        return ended

    def let(self, statement: Let, env: dict[str, Value]) -> None:
        line = statement.line
        self.drawn, self.tests = [], {}
        if statement.in_place:
            self.check_in_place(statement, env)
        value = self.value(statement.value, env)
        if isinstance(statement.target, str) and not isinstance(statement.value, Name):
            tests = self.looked_at(statement)
            self.assign(statement.target, value, env, line)
        else:
            pairs = self.spread(statement.target, value, line)
            tests = self.looked_at(statement)
            for one in pairs:
                # Two names for one array: neither may be changed in place.
                self.assign(one[0], replace(one[1], fresh=False), env, line)
            if isinstance(statement.value, Name):
                env[statement.value.name] = replace(env[statement.value.name], fresh=False)
        if self.lines:
            drawn = f"[{', '.join(self.drawn)}]"
            for (name, *_), asked in zip(lines_of(statement, []), tests, strict=True):
                held = env[name] if env[name].kind != "tuple" else env[name].items[0]
                more = f", {drawn}, [{asked}]" if asked else f", {drawn}" if self.drawn else ""
                self.mark(f"[{', '.join(held.parts)}]{more}")

    def looked_at(self, statement: Let | Return) -> list[str]:
        """Keep for the page what the choices of a statement look at, while its names are old; return where, by line."""
        names = []
        for _, node, _ in lines_of(statement, [""] * (len(self.results or [0]) - 1)) if self.lines else ():
            own = []
            for choice in choices(node):
                self.kept_tests += 1
                test = self.tests.get(id(choice))
                if test is not None:
                    self.say(f"//= const $look{self.kept_tests} = [{', '.join(test.parts)}];")
                own.append("null" if test is None else f"$look{self.kept_tests}")
            names.append(", ".join(own))
        return names

    def mark(self, values: str) -> None:
        """Leave a comment which the page turns into code for the step whose inside it shows."""
        self.say(f"//= see({self.line_count}, {values});")
        self.line_count += 1

    def check_in_place(self, statement: Let, env: dict[str, Value]) -> None:
        name = statement.target
        assert isinstance(name, str)
        old = self.look_up(Name(name, statement.line), env)
        if old.shape == PLAIN:
            return
        new = self.value(statement.value, env)
        if not old.fresh or new.shape > old.shape:
            raise self.problem(
                statement.line, f"`{name}` is changed in place, and so is everything that shares its numbers; write "
                f"`{name} = {name} + ...`."
            )  # fmt: skip

    def spread(self, target: Target, value: Value, line: int) -> list[tuple[str, Value]]:
        """Return the names of a target with what each of them gets; with temporaries where the order would count."""
        pairs = list(self.matched(target, value, line))
        if len(pairs) > 1:
            gone: set[str] = set()
            clash = False
            for name, one in pairs:
                used = _words(" ".join(one.parts))
                clash |= bool(used & gone)
                gone |= set(self.program.names(name, Value(COORDINATES))) | {identifier(name)}
            if clash:
                pairs = [(name, self.kept(one)) for name, one in pairs]
        return pairs

    def matched(self, target: Target, value: Value, line: int) -> Iterator[tuple[str, Value]]:
        if isinstance(target, str):
            yield target, value
            return
        items = self.items(value, line)
        if len(items) != len(target):
            raise self.problem(line, f"{len(items)} values cannot be unpacked into {len(target)} names.")
        for part, item in zip(target, items, strict=True):
            yield from self.matched(part, item, line)

    def items(self, value: Value, line: int) -> list[Value]:
        if value.kind == "tuple":
            return list(value.items)
        if value.shape != COORDINATES:
            raise self.problem(line, "a single value is unpacked; only the point and tuples have parts.")
        if self.program.lane:
            raise Across
        return [Value(POINT, value.kind, (part,), value.rank) for part in value.parts]

    def kept(self, value: Value) -> Value:
        """Return the value, computed now and held in temporaries."""
        if value.kind == "tuple":
            return replace(value, items=tuple(self.kept(one) for one in value.items))
        return replace(value, parts=tuple(self.temporary(part) for part in value.parts), rank=_ATOM)

    def assign(self, name: str, value: Value, env: dict[str, Value], line: int) -> None:
        if value.kind == "tuple":
            env[name] = replace(self.kept(value), fresh=False)
            return
        if value.kind == "noise":
            raise self.problem(line, "noise is a function; call it: noise().")
        names = self.program.names(name, value)
        self.declared.update(dict.fromkeys(names))
        if any(js in _words(part) for index, js in enumerate(names) for part in value.parts[index + 1 :]):
            value = self.kept(value)  # a later coordinate still needs the old value of this one
        for js, part in zip(names, value.parts, strict=True):
            self.say(f"{js} = {part};")
        env[name] = Value(value.shape, value.kind, names, fresh=value.fresh)

    def choice(self, statement: Choice, env: dict[str, Value]) -> dict[str, Value] | None:
        test = self.truth(self.value(statement.test, env), statement.line)
        narrow = self.narrowed(statement.test, env)
        if test.constant is not REQUIRED:
            chosen, left_out = (statement.then, statement.otherwise)[:: 1 if test.constant else -1]
            counted = len(list(lines_in(left_out, [""] * len(self.results or [])))) if self.lines else 0
            self.line_count += 0 if test.constant else counted
            ended = self.statements(chosen, env)
            self.line_count += counted if test.constant else 0
            return ended
        blocks, ends = [], []
        for body, known in ((statement.then, narrow[0]), (statement.otherwise, narrow[1])):
            outer, self.block, self.depth = self.block, [], self.depth + 1
            ends.append(self.statements(body, {**env, **known}))
            blocks.append(self.block)
            self.block, self.depth = outer, self.depth - 1
        then, otherwise = ends
        if then is not None and otherwise is not None:
            merged = {}
            for name in then.keys() & otherwise.keys():
                one, other = then[name], otherwise[name]
                if one == other:
                    merged[name] = one
                    continue
                value = self.joined(one, other, statement.line)
                if name in env and narrow != ({}, {}) and {one.kind, other.kind} == {"none", "number or none"}:
                    value = env[name]
                names = self.program.names(name, value)
                for end, block in ((one, blocks[0]), (other, blocks[1])):
                    if end.parts != names and end.kind != "tuple":  # one value for all there, one for each here
                        block += ["  " * (self.depth + 1) + f"{js} = {end.parts[0]};" for js in names]
                        self.declared.update(dict.fromkeys(names))
                merged[name] = replace(value, parts=names)
        else:
            merged = then if otherwise is None else otherwise
        self.say(f"if ({test.parts[0]}) {{")
        self.block += blocks[0]
        if blocks[1]:
            self.say("} else {")
            self.block += blocks[1]
        self.say("}")
        return merged

    def give_back(self, statement: Return, env: dict[str, Value]) -> None:
        self.tests = {}
        value = self.value(statement.value, env)
        line = statement.line
        if self.results is None:
            self.returned.append(value)
            wanted = value if self.result is None else self.result
            if value.kind == "none":
                raise self.problem(line, "it returns None; return numbers.")
            parts = self.flat(value, wanted, line)
            self.say(f"return {parts[0] if len(parts) == 1 else '[' + ', '.join(parts) + ']'};")
            return
        parts = self.root_result(value, line)
        for asked in self.looked_at(statement):
            self.mark(f"[], [], [{asked}]" if asked else "[]")
        self.say(f"return {parts[0]};" if self.single else f"return [{', '.join(parts)}];")

    def root_result(self, value: Value, line: int) -> list[str]:
        assert self.results is not None
        name, n = self.function.name, self.program.n
        if self.stacked:
            value = self.stack(value, line)
        if self.single:
            if value.kind == "tuple" or (value.shape == COORDINATES and n > 1):
                raise self.problem(line, f"{name} must return one number a point.")
            return [self.as_number(value, line).parts[0]]
        items = list(value.items) if value.kind == "tuple" and not self.stacked else [value]
        if len(items) != len(self.results):
            raise self.problem(line, f"{name} returns {len(items)} values; it must return {len(self.results)}.")
        items = [self.as_number(one, line) for one in items]
        if items[0].shape != COORDINATES:
            raise self.problem(line, f"{name} returns one number for all coordinates; it must return one for each.")
        return [part for one, wanted in zip(items, self.results, strict=True) for part in self.widened(one, wanted)]

    def widened(self, value: Value, wanted: Value) -> tuple[str, ...]:
        if wanted.shape == COORDINATES and len(value.parts) == 1:
            return value.parts * self.program.width
        return value.parts

    def flat(self, value: Value, wanted: Value, line: int) -> list[str]:
        if wanted.kind == "tuple":
            if value.kind != "tuple" or len(value.items) != len(wanted.items):
                raise self.problem(line, "its returns give different numbers of values.")
            pairs = zip(value.items, wanted.items, strict=True)
            return [part for one, other in pairs for part in self.flat(one, other, line)]
        return list(self.widened(value, wanted))

    # --- expressions -----------------------------------------------------------------------------------------------

    def look_up(self, node: Name, env: dict[str, Value]) -> Value:
        if node.name not in env:
            raise self.problem(node.line, f"`{node.name}` may have no value here; give it one before the `if`.")
        return env[node.name]

    def value(self, node: Node, env: dict[str, Value]) -> Value:
        if isinstance(node, Number):
            return self.literal(node.value)
        if isinstance(node, Name):
            return self.look_up(node, env)
        if isinstance(node, Call):
            return self.call(node, env)
        if node.op == "if":
            return self.conditional(node, env)
        if node.op in ("and", "or"):
            return self.joined_by(node, env)
        arguments = [self.value(one, env) for one in node.args]
        if node.op == "where":
            self.tests[id(node)] = arguments[0]
        if node.op == "tuple":
            return Value(PLAIN, "tuple", items=tuple(arguments))
        if node.op == "item":
            return self.item(arguments[0], node)
        if node.op == "stack":
            return self.stack(arguments[0], node.line)
        if node.op == "draw":
            return self.draw(arguments[0], node.line)
        if node.op == "is none":
            return self.is_none(arguments[0])
        if node.op in ("sum", "mean", "cumsum"):
            return self.across(node.op, arguments[0], node.line)
        return self.operation(node.op, arguments, node.line)

    def literal(self, value: Any) -> Value:
        if isinstance(value, bool):
            return Value(PLAIN, "bool", ("true" if value else "false",), constant=value)
        if value is None:
            return Value(PLAIN, "none", ("null",), constant=None)
        if isinstance(value, str):
            return Value(PLAIN, "text", (json.dumps(value).replace("<", "\\u003c"),), constant=value)
        text = number_literal(value)
        return Value(PLAIN, "number", (text,), _UNARY if text.startswith("-") else _ATOM, constant=value)

    def as_number(self, value: Value, line: int) -> Value:
        """Return a number: a truth becomes 1 or 0; what is none is refused."""
        if value.kind == "number":
            return value
        if value.kind == "bool":
            parts = tuple(f"{part} ? 1 : 0" for part in value.inside(_IF + 1))
            return replace(value, kind="number", parts=parts, rank=_IF, constant=REQUIRED)
        raise self.not_a_number(value, line)

    def not_a_number(self, value: Value, line: int) -> Untranslatable:
        words = {
            "none": "None is used as a number.",
            "number or none": f"`{value.parts[0].rstrip('_') if value.parts else ''}` may be None here; ask `is None` "
            f"first.",
            "text": "a text is used as a number.",
            "noise": "noise is a function; call it: noise().",
            "tuple": "a tuple is used as a number; take it apart first.",
        }
        return self.problem(line, words.get(value.kind, "a choice is used as a number; compare it with ==."))

    def operation(self, op: str, arguments: list[Value], line: int) -> Value:
        if op in _COMPARISONS:
            return self.comparison(op, arguments, line)
        if op == "where":
            return self.where(arguments, line)
        if op == "not":
            (value,) = arguments
            truth = self.truth(value, line)
            if truth.constant is not REQUIRED:
                return self.literal(not truth.constant)
            return replace(truth, parts=tuple(f"!{part}" for part in truth.inside(_UNARY)), rank=_UNARY)
        if op in ("&", "|", "~"):
            return self.logic(op, arguments, line)
        for one in arguments:
            if one.kind not in ("number", "bool"):
                raise self.not_a_number(one, line)
        if all(one.kind == "bool" for one in arguments):
            raise self.problem(line, "arithmetic with comparisons only; write np.where(..., 1, 0).")
        if all(one.constant is not REQUIRED for one in arguments):
            return self.folded(op, arguments, line)
        arguments = [self.as_number(one, line) if one.kind == "bool" else one for one in arguments]
        shape = max(one.shape for one in arguments)
        if op == "pos":
            return replace(arguments[0], fresh=True)
        if op == "**":
            return self.power(arguments[0], arguments[1])
        if op in ("%", "sign") or (op == "/" and shape == PLAIN and arguments[1].constant in (REQUIRED, 0)):
            name = {"%": "$modulo", "sign": "$sign", "/": "$quotient"}[op]
            return self.combined(shape, arguments, lambda *parts: f"{name}({', '.join(parts)})", _ATOM)
        if op in _MATH:
            shape = max(shape, SETTING)  # NumPy's numbers divide by zero where Python's raise
            return self.combined(shape, arguments, lambda *parts: f"Math.{_MATH[op]}({', '.join(parts)})", _ATOM)
        if op == "neg":
            # Two minus signs in a row would be another operator.
            inner = replace(arguments[0], parts=arguments[0].inside(_ATOM), rank=_ATOM)
            return self.combined(shape, [inner], lambda part: f"-{part}", _UNARY)
        rank = _RANK[op]
        left = replace(arguments[0], parts=arguments[0].inside(rank))
        right = replace(arguments[1], parts=arguments[1].inside(rank + 1))
        return self.combined(shape, [left, right], lambda a, b: f"{a} {op} {b}", rank)

    def combined(
        self, shape: int, arguments: list[Value], text: Callable[..., str], rank: int, kind: str = "number"
    ) -> Value:
        """Return an operation on values, for each coordinate if one of them has many."""
        count = max(len(one.parts) for one in arguments)
        rows = [one.parts if len(one.parts) == count else one.parts * count for one in arguments]
        return Value(shape, kind, tuple(text(*row) for row in zip(*rows, strict=True)), rank, fresh=True)

    def folded(self, op: str, arguments: list[Value], line: int) -> Value:
        """Return an operation on constants, computed by Python."""
        with np.errstate(all="ignore"):
            try:
                result = OPERATIONS[op](*(one.constant for one in arguments))
            except (ArithmeticError, TypeError) as error:
                raise self.problem(line, f"Python cannot compute a constant here: {error}.") from None
        result = result.item() if isinstance(result, np.generic) else result
        if not isinstance(result, int | float):
            raise self.problem(line, f"a constant here is {result!r}, not a real number.")
        return self.literal(result)

    def power(self, base: Value, exponent: Value) -> Value:
        shape, known = max(base.shape, exponent.shape), exponent.constant
        if known == 2 and type(known) is not bool:
            if all(_words(part) == {part} for part in base.parts):
                return self.combined(shape, [base], lambda part: f"{part} * {part}", _TIMES)
            return self.combined(shape, [base], lambda part: f"$square({part})", _ATOM)
        if known == 0.5:
            return self.combined(shape, [base], lambda part: f"Math.sqrt({part})", _ATOM)
        return self.combined(shape, [base, exponent], lambda a, b: f"$power({a}, {b})", _ATOM)

    def comparison(self, op: str, arguments: list[Value], line: int) -> Value:
        kinds = {one.kind for one in arguments}
        shape = max(one.shape for one in arguments)
        if kinds == {"text"} or (kinds <= {"text", "mixed"} and op in ("==", "!=")):
            if op not in ("==", "!="):
                raise self.problem(line, "texts are compared with == and != only.")
        elif not (kinds <= {"number", "mixed"} and (op in ("==", "!=") or "mixed" not in kinds)):
            if kinds == {"number", "bool"}:
                arguments = [self.as_number(one, line) for one in arguments]
            elif kinds <= {"number", "text"} or "none" in kinds or "number or none" in kinds:
                raise self.problem(line, "values of different kinds are compared; ask `is None` for None.")
            elif kinds != {"bool"} or op not in ("==", "!="):
                raise self.problem(line, f"these values cannot be compared by {op}.")
        if all(one.constant is not REQUIRED for one in arguments):
            return self.literal(bool(OPERATIONS[op](*(one.constant for one in arguments))))
        rank = _EQUAL if op in ("==", "!=") else _LESS
        sides = [replace(one, parts=one.inside(rank + 1)) for one in arguments]
        return self.combined(shape, sides, lambda a, b: f"{a} {_COMPARISONS[op]} {b}", rank, "bool")

    def logic(self, op: str, arguments: list[Value], line: int) -> Value:
        if any(one.kind != "bool" for one in arguments):
            raise self.problem(line, f"`{op}` joins comparisons only; put each of them in brackets.")
        shape = max(one.shape for one in arguments)
        if op == "~":
            if shape == PLAIN:
                raise self.problem(line, "`~` of a plain True or False is a number; write `not`.")
            inner = replace(arguments[0], parts=arguments[0].inside(_UNARY))
            return self.combined(shape, [inner], lambda part: f"!{part}", _UNARY, "bool")
        rank = _RANK[op]
        left = replace(arguments[0], parts=arguments[0].inside(rank))
        right = replace(arguments[1], parts=arguments[1].inside(rank + 1))
        return self.combined(shape, [left, right], lambda a, b: f"{a} {op}{op} {b}", rank, "bool")

    def truth(self, value: Value, line: int) -> Value:
        """Return a value as `if` sees it: the same for every point and coordinate, or it is refused."""
        if value.kind == "none":
            return self.literal(False)
        if value.kind not in ("number", "bool"):
            raise self.problem(line, "`if` looks at a value that is neither True or False nor a number.")
        if value.shape > SETTING:
            raise self.problem(line, "`if` looks at values that differ from point to point; write np.where(...).")
        if value.constant is not REQUIRED:
            return self.literal(bool(value.constant))
        if value.kind == "bool":
            return value
        return replace(value, kind="bool", parts=(f"{value.inside(_EQUAL + 1)[0]} !== 0",), rank=_EQUAL)

    def where(self, arguments: list[Value], line: int) -> Value:
        test, yes, no = arguments
        if test.kind == "number":
            zero = self.literal(0)
            test = self.comparison("!=", [test, zero], line)
        if test.kind != "bool":
            raise self.problem(line, "np.where needs a comparison first.")
        if {yes.kind, no.kind} == {"number", "bool"}:
            yes, no = self.as_number(yes, line), self.as_number(no, line)
        if yes.kind != no.kind or yes.kind not in ("number", "bool"):
            raise self.not_a_number(yes if yes.kind not in ("number", "bool") else no, line)
        if test.constant is not REQUIRED:
            test = replace(test, constant=REQUIRED)
        return self.ternary(test, yes, no, max(SETTING, test.shape, yes.shape, no.shape))

    def ternary(self, test: Value, yes: Value, no: Value, shape: int) -> Value:
        values = [replace(test, parts=test.inside(_IF + 1)), replace(yes, parts=yes.inside(_IF + 1)), no]
        values[2] = replace(no, parts=no.inside(_IF))
        made = self.combined(shape, values, lambda a, b, c: f"{a} ? {b} : {c}", _IF, yes.kind)
        return replace(made, fresh=yes.fresh and no.fresh)

    def is_none(self, value: Value) -> Value:
        if value.kind in ("number or none", "mixed"):
            return Value(PLAIN, "bool", (f"{value.parts[0]} === null",), _EQUAL)
        return self.literal(value.kind == "none")

    def narrowed(self, test: Node, env: dict[str, Value]) -> tuple[dict[str, Value], dict[str, Value]]:
        """Return what is known of names if a test holds, and if it does not: `x is None` says which kind x is."""
        turned = False
        while getattr(test, "op", "") == "not":
            test, turned = test.args[0], not turned  # type: ignore[union-attr]
        if getattr(test, "op", "") != "is none" or not isinstance(test.args[0], Name):  # type: ignore[union-attr]
            return {}, {}
        name = test.args[0].name  # type: ignore[union-attr]
        value = env.get(name)
        if value is None or value.kind != "number or none":
            return {}, {}
        known = {name: replace(value, kind="none", constant=None)}, {name: replace(value, kind="number")}
        return (known[1], known[0]) if turned else known

    def conditional(self, node: Any, env: dict[str, Value]) -> Value:
        test_node, *branches = node.args
        test = self.truth(self.value(test_node, env), node.line)
        self.tests[id(node)] = test
        known = self.narrowed(test_node, env)
        if test.constant is not REQUIRED:
            return self.value(branches[0 if test.constant else 1], env)
        values, blocks, drawn = [], [], list(self.drawn)
        for branch, more in zip(branches, known, strict=True):
            outer, self.block, self.depth = self.block, [], self.depth + 1
            values.append(self.value(branch, {**env, **more}))
            blocks.append(self.block)
            self.block, self.depth = outer, self.depth - 1
        self.drawn = drawn  # what a branch draws has its name in that branch only
        kind = self.joined(values[0], values[1], node.line)
        if kind.kind == "tuple":
            raise self.problem(node.line, "a choice between tuples; choose for each value.")
        if not any(blocks):
            return self.ternary(test, values[0], values[1], kind.shape)
        # A branch needs lines of its own, such as a draw of noise.
        self.temporaries += 1
        names = self.program.names(f"if{self.temporaries}$", kind)
        self.say(f"let {', '.join(names)};")
        for head, value, block in zip((f"if ({test.parts[0]}) {{", "} else {"), values, blocks, strict=True):
            self.say(head)
            self.block += block
            parts = value.parts if len(value.parts) == len(names) else value.parts * len(names)
            self.block += ["  " * (self.depth + 1) + f"{js} = {part};" for js, part in zip(names, parts, strict=True)]
        self.say("}")
        return replace(kind, parts=names, rank=_ATOM)

    def joined(self, one: Value, other: Value, line: int) -> Value:
        """Return what is known of a value that is one or the other."""
        if one.kind == other.kind == "tuple":
            if len(one.items) != len(other.items):
                raise self.problem(line, "tuples of different lengths meet here.")
            items = tuple(self.joined(a, b, line) for a, b in zip(one.items, other.items, strict=True))
            return Value(PLAIN, "tuple", items=items)
        kinds = {one.kind, other.kind}
        if kinds <= {"none", "number", "number or none"} and len(kinds) > 1:
            return Value(max(one.shape, other.shape), "number or none")
        if len(kinds) > 1 or "noise" in kinds:
            raise self.problem(line, "values of different kinds meet here; let both ways give the same kind.")
        return Value(max(one.shape, other.shape), one.kind, fresh=one.fresh and other.fresh)

    def joined_by(self, node: Any, env: dict[str, Value]) -> Value:
        word = {"and": "&&", "or": "||"}[node.op]
        rank = _AND if node.op == "and" else _OR
        before = len(self.block)
        values = [self.value(one, env) for one in node.args]
        if len(self.block) > before:
            raise self.problem(node.line, f"`{node.op}` holds a call that may not run; give it a line of its own.")
        if any(one.kind != "bool" for one in values):
            raise self.problem(node.line, f"`{node.op}` joins comparisons only.")
        if any(one.shape > SETTING for one in values):
            raise self.problem(
                node.line, f"`{node.op}` looks at values that differ from point to point; write "
                f"{'&' if node.op == 'and' else '|'} between comparisons in brackets."
            )  # fmt: skip
        parts = [one.inside(rank + 1)[0] for one in values]
        return Value(max(one.shape for one in values), "bool", (f" {word} ".join(parts),), rank)

    def item(self, value: Value, node: Any) -> Value:
        index = node.args[1].value
        items = self.items(value, node.line)
        if not -len(items) <= index < len(items):
            raise self.problem(node.line, f"there is no part {index} among {len(items)}.")
        return items[index]

    def stack(self, value: Value, line: int) -> Value:
        if self.program.lane:
            raise Across
        n = self.program.n
        if value.kind != "tuple":
            if value.shape != COORDINATES:
                value = replace(value, parts=value.parts * n, shape=COORDINATES)
            return self.as_number(value, line)
        if len(value.items) != n:
            raise self.problem(line, f"{len(value.items)} coordinates where the point has {n}.")
        items = [self.as_number(one, line) for one in value.items]
        if n > 1 and any(one.shape == COORDINATES for one in items):
            raise self.problem(line, "a coordinate is itself a point.")
        rank = min(one.rank for one in items)
        return Value(COORDINATES, "number", tuple(one.parts[0] for one in items), rank, fresh=True)

    def draw(self, value: Value, line: int) -> Value:
        if value.kind != "noise":
            raise self.problem(line, "only noise() can be called; this is no function.")
        self.draws += 1
        # A line of its own, so that draws keep their order.
        parts = tuple(self.temporary(f"{value.parts[0]}()") for _ in range(self.program.width))
        self.drawn += parts
        return Value(COORDINATES, "number", parts)

    def across(self, op: str, value: Value, line: int) -> Value:
        if self.program.lane:
            raise Across
        if value.shape != COORDINATES or value.kind != "number":
            raise self.problem(line, f"{op} over the coordinates of something that has none.")
        total = replace(value, parts=value.parts[:1])
        sums = [total]
        for part in value.parts[1:]:
            total = self.operation("+", [total, replace(value, parts=(part,))], line)
            sums.append(total)
        if op == "cumsum":
            rank = min(one.rank for one in sums)
            return Value(COORDINATES, "number", tuple(one.parts[0] for one in sums), rank, fresh=True)
        total = replace(sums[-1], shape=POINT, fresh=True)
        if op == "mean" and len(value.parts) > 1:
            total = self.operation("/", [total, self.literal(len(value.parts))], line)
        return total

    def call(self, node: Call, env: dict[str, Value]) -> Value:
        arguments = [self.value(one, env) for one in node.args]
        name, result, draws = self.program.helper(node.function, arguments)
        texts = [part for one in arguments if one.kind != "none" for part in one.parts]
        text = f"{name}({', '.join(texts)})"
        self.draws += draws
        count = self.count(result)
        if count == 1 and not draws:
            return self.filled(result, iter([text]))
        held = self.temporary(text)
        parts = [held] if count == 1 else [f"{held}[{index}]" for index in range(count)]
        return self.filled(result, iter(parts))

    def count(self, value: Value) -> int:
        if value.kind == "tuple":
            return sum(map(self.count, value.items))
        return self.program.width if value.shape == COORDINATES else 1

    def filled(self, value: Value, parts: Iterator[str]) -> Value:
        """Return a value of this form whose texts are the next of `parts`."""
        if value.kind == "tuple":
            return replace(value, items=tuple(self.filled(one, parts) for one in value.items))
        return replace(value, parts=tuple(next(parts) for _ in range(self.count(value))))
