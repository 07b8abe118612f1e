"""The walk over a function's code: what its lines compute, as a small tree that printers and calculators read.

`read` finds the source of a function, makes sure that it is the code that runs, resolves every name (closure first,
then globals; numbers become constants, helper functions are read too) and gives NumPy's spellings one meaning:
`np.square(g)`, `np.power(g, 2)` and `g**2` are the same node. Whatever does not fit is `Untranslatable`.
"""

import ast
import builtins
import inspect
import linecache
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from .objective_function import Objective
from .rule import UpdateRule


class Untranslatable(ValueError):
    """A function that the walk cannot read; the sentence names line and construct, and says what would work."""


@dataclass(frozen=True)
class Number:
    """A constant: a number, True or False, a text, or None."""

    value: float | int | bool | str | None
    line: int = 0


@dataclass(frozen=True)
class Name:
    """A parameter or local name."""

    name: str
    line: int = 0


@dataclass(frozen=True)
class Apply:
    """An operation of `OPERATIONS` or `FORMS` on its arguments."""

    op: str
    args: tuple["Node", ...]
    line: int = 0


@dataclass(frozen=True)
class Call:
    """A call of a helper function, with an argument for each of its parameters."""

    function: "Function"
    args: tuple["Node", ...]
    line: int = 0


Node = Number | Name | Apply | Call
Target = str | tuple["Target", ...]


@dataclass(frozen=True)
class Let:
    """An assignment to a name or to a tuple of them; `in_place` if it was written `+=` and the like."""

    target: Target
    value: Node
    line: int = 0
    in_place: bool = False


@dataclass(frozen=True)
class Choice:
    """An `if` with its two blocks."""

    test: Node
    then: tuple["Statement", ...]
    otherwise: tuple["Statement", ...]
    line: int = 0


@dataclass(frozen=True)
class Return:
    """The end of a function, with its value."""

    value: Node
    line: int = 0


Statement = Let | Choice | Return


@dataclass(frozen=True, eq=False)
class Function:
    """A function that was read: its parameters and statements, and the Python function itself."""

    name: str
    parameters: tuple[str, ...]
    body: tuple[Statement, ...]
    python: Callable = field(repr=False)

    def problem(self, line: int, words: str) -> Untranslatable:
        """Return the error that says what is wrong in a line of this function."""
        return Untranslatable(f"{self.name}, line {line}: {words}")


# NumPy's functions: by what each of them is called here. The calculator of `evaluate` uses the same ones.
OPERATIONS: dict[str, Callable] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow,
    "%": operator.mod, "neg": operator.neg, "pos": operator.pos, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne, "not": operator.not_,
    "&": operator.and_, "|": operator.or_, "~": operator.invert, "is none": lambda value: value is None,
    "sqrt": np.sqrt, "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "abs": np.abs,
    "sign": np.sign, "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh, "arctan": np.arctan, "floor": np.floor, "ceil": np.ceil, "max": np.maximum, "min": np.minimum,
    "where": np.where, "stack": np.stack, "item": operator.getitem, "tuple": lambda *parts: parts,
    "sum": lambda value: np.sum(value, axis=0), "mean": lambda value: np.mean(value, axis=0),
    "cumsum": lambda value: np.cumsum(value, axis=0), "draw": lambda noise: noise(),
}  # fmt: skip
# Operations whose arguments are not all evaluated.
FORMS = ("if", "and", "or")

_NUMPY = {
    np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/", np.power: "**", np.mod: "%",
    np.negative: "neg", np.less: "<", np.less_equal: "<=", np.greater: ">", np.greater_equal: ">=",
    np.equal: "==", np.not_equal: "!=", np.logical_and: "&", np.logical_or: "|", np.logical_not: "~", abs: "abs",
} | {
    OPERATIONS[name]: name
    for name in (
        "sqrt", "exp", "expm1", "log", "log1p", "abs", "sign", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan",
        "floor", "ceil", "max", "min", "where",
    )
}  # fmt: skip
_PAIRS = ("+", "-", "*", "/", "**", "%", "<", "<=", ">", ">=", "==", "!=", "&", "|", "max", "min")
_ARITY = {"where": 3, **dict.fromkeys(_PAIRS, 2)}
_ACROSS = {np.sum: "sum", np.mean: "mean", np.cumsum: "cumsum"}
_STACKS = (np.stack, np.array, np.asarray)
_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.Mod: "%", ast.USub: "neg",
    ast.UAdd: "pos", ast.Not: "not", ast.Invert: "~", ast.BitAnd: "&", ast.BitOr: "|", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.And: "and", ast.Or: "or",
}  # fmt: skip

# What cannot be read, in a learner's words, and what would work instead.
_SMOOTH = "write one line of arithmetic for all coordinates"
_CONSTRUCTS: dict[type[ast.AST], tuple[str, str]] = {
    ast.For: ("a loop", _SMOOTH), ast.While: ("a loop", _SMOOTH), ast.AsyncFor: ("a loop", _SMOOTH),
    ast.ListComp: ("a comprehension", _SMOOTH), ast.GeneratorExp: ("a comprehension", _SMOOTH),
    ast.SetComp: ("a comprehension", _SMOOTH), ast.DictComp: ("a comprehension", _SMOOTH),
    ast.Lambda: ("a function inside the function", "define it outside, with def"),
    ast.FunctionDef: ("a function inside the function", "define it outside, with def"),
    ast.ClassDef: ("a class", "use numbers and functions"),
    ast.Try: ("try", "leave it out: what is no number becomes nan by itself"),
    ast.With: ("with", "leave it out: the driver keeps NumPy's warnings quiet"),
    ast.Raise: ("raise", "leave it out: the types of the settings say what is valid"),
    ast.Assert: ("assert", "leave it out: the types of the settings say what is valid"),
    ast.JoinedStr: ("a text", "use numbers"), ast.Dict: ("a dictionary", "use a name for each value"),
    ast.Set: ("a set", "use a name for each value"), ast.Starred: ("a star", "name each value"),
    ast.NamedExpr: (":=", "give the value a line of its own"), ast.Slice: ("a slice", "use x[0], x[1]"),
    ast.Import: ("an import", "import at the top of the file"),
    ast.ImportFrom: ("an import", "import at the top of the file"),
    ast.Global: ("global", "return what is to be remembered"),
    ast.Nonlocal: ("nonlocal", "return what is to be remembered"),
    ast.Delete: ("del", "leave it out"), ast.Match: ("match", "use if or np.where"),
    ast.Yield: ("yield", "use return"), ast.Await: ("await", "leave it out"),
}  # fmt: skip


def read(function: Callable) -> Function:
    """Return what a plain Python function, or one of NumPy's, computes.

    Raises Untranslatable, with the line and the construct, for anything but straight lines of arithmetic with `if`,
    conditional expressions, NumPy's elementwise functions and helper functions of the same kind.
    """
    return _Reader().function(function)


def names_in(target: Target) -> Iterator[str]:
    """Yield the names to which an assignment gives a value."""
    if isinstance(target, str):
        yield target
    else:
        for part in target:
            yield from names_in(part)


def evaluate(node: Node, values: dict[str, Any]) -> Any:
    """Return what NumPy makes of a node, given the values of the names."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return values[node.name]
    if isinstance(node, Call):
        return node.function.python(*(evaluate(argument, values) for argument in node.args))
    if node.op == "if":
        test, yes, no = node.args
        return evaluate(yes if evaluate(test, values) else no, values)
    if node.op in ("and", "or"):
        result: Any = None
        for argument in node.args:
            result = evaluate(argument, values)
            if bool(result) is (node.op == "or"):
                break
        return result
    return OPERATIONS[node.op](*(evaluate(argument, values) for argument in node.args))


class _Reader:
    """Reads a function and the helpers that it calls, each once."""

    def __init__(self) -> None:
        self.known: dict[Callable, Function | None] = {}

    def function(self, function: Callable) -> Function:
        function = function.function if isinstance(function, UpdateRule) else function
        if function in self.known:
            known = self.known[function]
            if known is None:
                raise Untranslatable(f"{function.__name__} calls itself; {_SMOOTH}.")
            return known
        self.known[function] = None
        made = self._made_by_numpy(function) or _Body(self, function).read()
        self.known[function] = made
        return made

    def _made_by_numpy(self, function: Callable) -> Function | None:
        """Return one of NumPy's functions as if it had been written in Python."""
        op = _NUMPY.get(function) if isinstance(function, np.ufunc | BuiltinFunctionType) else None
        if op is None:
            return None
        names = tuple("xyz"[: _ARITY.get(op, 1)])
        body = (Return(Apply(op, tuple(map(Name, names)))),)
        return Function(function.__name__, names, body, function)


class _Body:
    """One function while it is read."""

    def __init__(self, reader: _Reader, function: Callable):
        self.reader = reader
        self.name = getattr(function, "__name__", type(function).__name__).replace("<lambda>", "lambda")
        if not isinstance(function, FunctionType):
            raise Untranslatable(
                f"{self.name} is no plain Python function but a {type(function).__name__}: only the code of a function "
                f"written with def or lambda can be read."
            )
        self.python = function
        self.node = _find_source(function, self.name)
        arguments = self.node.args
        if arguments.vararg or arguments.kwarg:
            raise self.problem(self.node, "it takes any number of arguments (`*`); name each of them")
        self.parameters = tuple(one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs])
        self.locals = {*function.__code__.co_varnames, *function.__code__.co_cellvars}

    def read(self) -> Function:
        if isinstance(self.node, ast.Lambda):
            body: tuple[Statement, ...] = (Return(self.expression(self.node.body), self.node.body.lineno),)
        else:
            body = self.block(self.node.body)
        return Function(self.name, self.parameters, body, self.python)

    def problem(self, node: ast.AST, words: str) -> Untranslatable:
        return Untranslatable(f"{self.name}, line {getattr(node, 'lineno', '?')}: {words}.")

    def unknown(self, node: ast.AST) -> Untranslatable:
        text = " ".join(ast.unparse(node).split())
        text = text if len(text) <= 50 else text[:47] + "..."
        what, instead = _CONSTRUCTS.get(type(node), ("this construct", "use arithmetic, np.where and if"))
        return self.problem(node, f"`{text}` is {what}, which cannot be translated; {instead}")

    # --- statements ------------------------------------------------------------------------------------------------

    def block(self, statements: list[ast.stmt]) -> tuple[Statement, ...]:
        return tuple(made for one in statements for made in self.statement(one))

    def statement(self, node: ast.stmt) -> Iterator[Statement]:
        if isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return
        if isinstance(node, ast.Return):
            if node.value is None:
                raise self.problem(node, "return gives nothing back; return the new values")
            yield Return(self.expression(node.value), node.lineno)
        elif isinstance(node, ast.Assign):
            if len(node.targets) > 1:
                raise self.problem(node, f"`{ast.unparse(node)}` gives one value to two names; write two lines")
            yield Let(self.target(node.targets[0]), self.expression(node.value), node.lineno)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield Let(self.target(node.target), self.expression(node.value), node.lineno)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and type(node.op) in _OPERATORS:
            name = node.target.id
            value = Apply(
                _OPERATORS[type(node.op)], (Name(name, node.lineno), self.expression(node.value)), node.lineno
            )
            yield Let(name, value, node.lineno, in_place=True)
        elif isinstance(node, ast.If):
            yield Choice(self.expression(node.test), self.block(node.body), self.block(node.orelse), node.lineno)
        elif isinstance(node, ast.Expr):
            raise self.problem(node, f"`{ast.unparse(node)}` computes nothing that is kept; leave it out")
        else:
            raise self.unknown(node)

    def target(self, node: ast.expr) -> Target:
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Tuple | ast.List):
            return tuple(self.target(part) for part in node.elts)
        if isinstance(node, ast.Subscript):
            raise self.problem(node, f"`{ast.unparse(node)} = ...` changes an array in place; compute a new one")
        raise self.unknown(node)

    # --- expressions -----------------------------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> Node:
        line = node.lineno
        if isinstance(node, ast.Constant):
            return self.constant(node, node.value)
        if isinstance(node, ast.Name | ast.Attribute):
            if isinstance(node, ast.Name) and node.id in self.locals:
                return Name(node.id, line)
            return self.constant(node, self.static(node))
        if isinstance(node, ast.BinOp | ast.UnaryOp) and type(node.op) in _OPERATORS:
            operands = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.operand]
            return Apply(_OPERATORS[type(node.op)], tuple(map(self.expression, operands)), line)
        if isinstance(node, ast.BoolOp):
            return Apply(_OPERATORS[type(node.op)], tuple(map(self.expression, node.values)), line)
        if isinstance(node, ast.Compare):
            return self.comparison(node)
        if isinstance(node, ast.IfExp):
            return Apply("if", tuple(map(self.expression, (node.test, node.body, node.orelse))), line)
        if isinstance(node, ast.Tuple | ast.List):
            return Apply("tuple", tuple(map(self.expression, node.elts)), line)
        if isinstance(node, ast.Subscript):
            return self.item(node)
        if isinstance(node, ast.Call):
            return self.call(node)
        raise self.unknown(node)

    def constant(self, node: ast.expr, value: Any) -> Node:
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or type(value) in (bool, int, float, str):
            return Number(value, node.lineno)
        text, kind = ast.unparse(node), type(value).__name__
        raise self.problem(node, f"`{text}` is a {kind}, not a number; use numbers, True, False or None")

    def comparison(self, node: ast.Compare) -> Node:
        sides = [node.left, *node.comparators]
        if any(isinstance(one, ast.Is | ast.IsNot) for one in node.ops):
            if len(node.ops) > 1 or not (isinstance(sides[1], ast.Constant) and sides[1].value is None):
                raise self.problem(node, f"`{ast.unparse(node)}`: `is` compares with None only; use ==")
            is_none = Apply("is none", (self.expression(node.left),), node.lineno)
            return is_none if isinstance(node.ops[0], ast.Is) else Apply("not", (is_none,), node.lineno)
        if any(type(one) not in _OPERATORS for one in node.ops):
            raise self.problem(node, f"`{ast.unparse(node)}`: `in` cannot be translated; compare with == and `or`")
        values = [self.expression(side) for side in sides]
        parts = [
            Apply(_OPERATORS[type(op)], (values[index], values[index + 1]), node.lineno)
            for index, op in enumerate(node.ops)
        ]
        return parts[0] if len(parts) == 1 else Apply("and", tuple(parts), node.lineno)

    def item(self, node: ast.Subscript) -> Node:
        index = self.whole(node.slice)
        if index is None:
            raise self.problem(node, f"`{ast.unparse(node)}` takes a part by something else than a number; use x[0]")
        return Apply("item", (self.expression(node.value), Number(index, node.lineno)), node.lineno)

    def whole(self, node: ast.expr) -> int | None:
        try:
            index = ast.literal_eval(node)
        except ValueError:
            return None
        return index if type(index) is int else None

    def call(self, node: ast.Call) -> Node:
        line, text = node.lineno, ast.unparse(node.func)
        if any(keyword.arg is None for keyword in node.keywords):
            raise self.problem(node, "`**` hands over values without their names; name each of them")
        if isinstance(node.func, ast.Name) and node.func.id in self.locals:
            if node.args or node.keywords:
                raise self.problem(node, f"`{text}` is a value of this function; only noise() can be called")
            return Apply("draw", (Name(node.func.id, line),), line)
        if isinstance(node.func, ast.Attribute) and not self.is_static(node.func.value):
            return self.method(node, node.func)
        function = self.static(node.func)
        if not callable(function):
            raise self.problem(node, f"`{text}` is no function; it is a {type(function).__name__}")
        if function in _ACROSS:
            return self.across(node, _ACROSS[function], node.args, node.keywords)
        if function is np.linalg.norm and len(node.args) > 0:
            squares = Apply("**", (self.expression(node.args[0]), Number(2, line)), line)
            return Apply("sqrt", (self.across(node, "sum", [squares, *node.args[1:]], node.keywords),), line)
        if function in _STACKS and len(node.args) == 1 and not node.keywords:
            return Apply("stack", (self.expression(node.args[0]),), line)
        if function is np.square and len(node.args) == 1 and not node.keywords:
            return Apply("**", (self.expression(node.args[0]), Number(2, line)), line)
        op = _NUMPY.get(function)
        if op is not None:
            if len(node.args) != _ARITY.get(op, 1) or node.keywords:
                count = _ARITY.get(op, 1)
                raise self.problem(node, f"`{text}` takes {count} value{'s' * (count > 1)} here and nothing else")
            return Apply(op, tuple(map(self.expression, node.args)), line)
        return self.helper(node, text, function)

    def helper(self, node: ast.Call, text: str, function: Any) -> Node:
        line = node.lineno
        arguments = [self.expression(one) for one in node.args]
        named = {keyword.arg: self.expression(keyword.value) for keyword in node.keywords}
        if isinstance(function, MethodType) and function.__func__ is Objective.grad:
            base: Any = function.__self__
            given = self.bound(node, text, function, arguments, named)
            asked = tuple(given[name] for name in base.gradient_asks)
            gradient = self.reader.function(base.gradient_function)
            return Apply("stack", (Call(gradient, (given["x"], *asked), line),), line)
        if isinstance(function, Objective):
            points = arguments if len(arguments) == 1 else [Apply("stack", (Apply("tuple", tuple(arguments)),), line)]
            return Call(self.reader.function(function.f), tuple(points), line)
        if isinstance(function, UpdateRule):
            function = function.function
        if not isinstance(function, FunctionType) or (function.__module__ or "").partition(".")[0] == "numpy":
            instead = {
                "np.clip": "np.minimum(np.maximum(value, low), high)",
                "min": "np.minimum",
                "max": "np.maximum",
                "pow": "**",
                "sum": "np.sum(x, axis=0)",
            }.get(text)
            hint = f"use {instead}" if instead else "use NumPy's elementwise functions or a function of your own"
            raise self.problem(node, f"`{text}` cannot be translated; {hint}")
        read = self.reader.function(function)
        given = self.bound(node, text, function, arguments, named)
        return Call(read, tuple(given[name] for name in read.parameters), line)

    def bound(self, node: ast.Call, text: str, function: Callable, arguments: list, named: dict) -> dict[str, Node]:
        """Return the node for each parameter of a function that is called, defaults included."""
        try:
            bound = inspect.signature(function).bind(*arguments, **named)
        except TypeError as error:
            raise self.problem(node, f"`{text}` is called wrongly: {error}") from None
        given = dict(bound.arguments)
        for name, parameter in inspect.signature(function).parameters.items():
            if name not in given:
                given[name] = self.constant(node, parameter.default)
        return given

    def method(self, node: ast.Call, function: ast.Attribute) -> Node:
        """Return a method of a value: only those that go over the coordinates."""
        if function.attr in ("sum", "mean", "cumsum"):
            return self.across(node, function.attr, [function.value, *node.args], node.keywords)
        raise self.problem(node, f"`{ast.unparse(function)}()` cannot be translated; use NumPy's elementwise functions")

    def across(self, node: ast.Call, op: str, arguments: list, keywords: list[ast.keyword]) -> Node:
        """Return an operation over the coordinates, axis 0."""
        value, *axes = arguments
        axes += [keyword.value for keyword in keywords if keyword.arg == "axis"]
        if [self.whole(one) for one in axes] != [0] or len(keywords) > 1:
            raise self.problem(node, f"`{ast.unparse(node)}` goes over the grid too; over the coordinates it is axis=0")
        return Apply(op, (value if isinstance(value, Node) else self.expression(value),), node.lineno)

    # --- names -----------------------------------------------------------------------------------------------------

    def is_static(self, node: ast.expr) -> bool:
        """Whether this is a dotted name that begins outside of the function."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id not in self.locals

    def static(self, node: ast.expr) -> Any:
        """Return the object that a dotted name means outside of the function."""
        if isinstance(node, ast.Name):
            code = self.python.__code__
            if node.id in code.co_freevars:
                cell = (self.python.__closure__ or ())[code.co_freevars.index(node.id)]
                try:
                    return cell.cell_contents
                except ValueError:
                    raise self.problem(node, f"`{node.id}` has no value yet; define it before") from None
            for names in (self.python.__globals__, vars(builtins)):
                if node.id in names:
                    return names[node.id]
            raise self.problem(node, f"`{node.id}` is not defined; give it a value before")
        if isinstance(node, ast.Attribute) and self.is_static(node):
            owner = self.static(node.value)
            if isinstance(owner, ModuleType | Objective | UpdateRule) and hasattr(owner, node.attr):
                return getattr(owner, node.attr)
            raise self.problem(node, f"`{ast.unparse(node)}` is not a number or function that can be looked up here")
        raise self.unknown(node)


# --- finding the source --------------------------------------------------------------------------------------------


def _find_source(function: FunctionType, name: str) -> ast.FunctionDef | ast.Lambda:
    """Return the syntax tree of a function whose source is at hand and is the code that runs."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    if not text:
        raise Untranslatable(
            f"{name} has no source that could be read (it was made by exec, or typed at a plain prompt); write it in "
            f"a file or in a notebook cell."
        )
    nodes, codes = _parsed(text, code.co_filename)
    found = [node for node in nodes.get(code.co_firstlineno, ()) if _is_source(node, code)]
    if not found or not any(_same(one, code) for one in codes.get(code.co_firstlineno, ())):
        raise Untranslatable(
            f"The source of {name} is not the code that runs: its file was changed after it was loaded. Restart the "
            f"kernel."
        )
    return max(found, key=lambda node: node.col_offset)  # the innermost


@lru_cache(maxsize=64)
def _parsed(text: str, filename: str) -> tuple[dict[int, list], dict[int, list[CodeType]]]:
    """Return the functions of a source by first line: their syntax trees, and what they compile to."""
    try:
        tree = ast.parse(text)
        codes = [compile(tree, filename, "exec", dont_inherit=True)]
    except (SyntaxError, ValueError):  # a cell with magics in it
        return {}, {}
    nodes: dict[int, list] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
            nodes.setdefault(min(one.lineno for one in [node, *decorators]), []).append(node)
    by_line: dict[int, list[CodeType]] = {}
    for one in codes:  # which grows
        codes += [inner for inner in one.co_consts if isinstance(inner, CodeType)]
        by_line.setdefault(one.co_firstlineno, []).append(one)
    return nodes, by_line


def _is_source(node: ast.FunctionDef | ast.Lambda, code: CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        return node.name == code.co_name
    if code.co_name != "<lambda>":
        return False
    body = node.body
    begin, end = (body.lineno, body.col_offset), (body.end_lineno or 0, body.end_col_offset or 0)
    places = [place for place in code.co_positions() if None not in place and place[3] and place[3] > place[2]]  # type: ignore[operator]
    return all((line, left) >= begin and (last, right) <= end for line, last, left, right in places)  # type: ignore[operator]


def _same(one: CodeType, other: CodeType) -> bool:
    """Whether two pieces of code do the same with the same names."""
    return (
        one.co_code == other.co_code
        and (one.co_names, one.co_varnames, one.co_freevars) == (other.co_names, other.co_varnames, other.co_freevars)
        and len(one.co_consts) == len(other.co_consts)
        and all(
            _same(a, b) if isinstance(a, CodeType) and isinstance(b, CodeType) else repr(a) == repr(b)
            for a, b in zip(one.co_consts, other.co_consts, strict=True)
        )
    )
