"""Lines of a rule's code as formulas, in LaTeX and in plain text: letters, hats and roots instead of names."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from .expression import Apply, Call, Choice, Function, Let, Name, Node, Number, Return, Statement, names_in
from .rule import UpdateRule
from .words import number_text

Style = Literal["latex", "text"]
Show = Callable[[str], tuple[str, int]]

# The letters that formulas use for settings, by the name of the setting; the first that the formula has counts.
LETTERS = {
    "lr": [r"\alpha", r"\eta"], "momentum": [r"\mu"], "decay": [r"\rho"], "dampening": ["d"],
    "beta1": [r"\beta_1"], "beta2": [r"\beta_2"], "beta3": [r"\beta_3"], "eps": [r"\hat\epsilon", r"\epsilon"],
    "momentum_decay": [r"\psi"], "final_lr": [r"\eta^*"], "gamma": [r"\gamma"], "f_star": ["f^*"],
    "sigma": [r"\sigma"], "lam": [r"\lambda"], "c": ["c", "C"], "anneal": ["a"], "temperature": ["T"],
    "batches": ["N"], "scale": ["s"], "p": ["p"],
}  # fmt: skip
DOT = "⋅"  # a product where it is not yet known whether letters or numbers stand beside it
POINT = r"\theta"  # what the rules call x, so that it is no coordinate
NOISE = r"\zeta"

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ",
    "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# How tightly a part of a formula holds together.
ATOM, POWER, TIMES, UNARY, PLUS, COMPARE, LOGIC, CHOICE = 8, 7, 6, 5, 4, 3, 2, 1
_SIGNS = {
    "latex": {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "=", "!=": r"\neq"},
    "text": {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"},
}
_WORDS = {"and": "and", "or": "or", "&": "and", "|": "or"}
_SUMS = {"sum": "sum", "mean": "mean", "cumsum": "cumsum"}


def setting_letter(rule: UpdateRule, name: str) -> str:
    """Return the letter that the formula in the rule's docstring has for a setting, "" if it has none."""
    formula = " ".join(re.findall(r"\$\$(.*?)\$\$", inspect.getdoc(rule.function) or "", re.DOTALL))
    for letter in LETTERS.get(name, []):
        # Alone: no letter of a word, and without the index or the dash that makes it another quantity.
        if re.search(rf"(?<![A-Za-z\\]){re.escape(letter)}(?![A-Za-z_'])", formula):
            return letter
    return ""


def letters_of(rule: UpdateRule, function: Function) -> dict[str, str]:
    """Return a LaTeX letter for every name of a rule's code, each letter for one name only."""
    names = dict.fromkeys([*function.parameters, *_assigned(function.body)])
    fixed = {"x": POINT} | ({"noise": NOISE} if "noise" in names else {})
    letters = {**{name: _spelt(name) for name in names if name not in rule.parameters}, **fixed}
    for name in rule.parameters:
        choices = [setting_letter(rule, name), *LETTERS.get(name, []), _spelt(name), _word(name)]
        letters[name] = next(one for one in choices if one and one not in letters.values())
    for name in names:  # two names that are spelt alike, such as v1 and v_1
        if list(letters.values()).count(letters[name]) > 1 and name not in fixed:
            letters[name] = _word(name)
    return letters


def _assigned(body: tuple[Statement, ...]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, Let):
            yield from names_in(statement.target)
        elif isinstance(statement, Choice):
            yield from _assigned(statement.then)
            yield from _assigned(statement.otherwise)


def _spelt(name: str) -> str:
    """Return a name in letters: `m_hat` becomes a hat, `beta1` a Greek letter with an index."""
    head, *rest = [part for part in name.split("_") if part] or [name]
    match = re.fullmatch(r"(.*?\D)(\d+)", head)
    if match:
        head, rest = match[1], [match[2], *rest]
    letter = rf"\{head}" if head in GREEK else head if len(head) == 1 else rf"\mathrm{{{_plain(head)}}}"
    if "hat" in rest:
        rest.remove("hat")
        letter = rf"\hat{{{letter}}}"
    if rest == ["star"]:
        return f"{letter}^*"
    if not rest:
        return letter
    index = ",".join(rest)
    return f"{letter}_{index}" if index.isdigit() and len(index) == 1 else rf"{letter}_{{\mathrm{{{_plain(index)}}}}}"


def _word(name: str) -> str:
    return rf"\mathrm{{{_plain(name)}}}"


def _plain(word: str) -> str:
    """Return a word for upright letters; an underscore would begin an index."""
    return word.replace("_", r"\_")


def as_text(latex: str) -> str:
    """Return a letter of LaTeX in Unicode: β₁, m̂, f*, g_mean.

    >>> as_text(r"\\beta_1"), as_text(r"\\hat{m}"), as_text(r"g_{\\mathrm{mean}}")
    ('β₁', 'm̂', 'g_mean')
    """
    text = re.sub(r"\\(?!mathrm|hat|_)([A-Za-z]+)", lambda match: GREEK[match[1]], latex)
    text = re.sub(r"\\hat\{?([^}])\}?", "\\1\u0302", text)
    text = re.sub(r"\\mathrm\{((?:[^{}\\]|\\_)*)\}", r"\1", text).replace(r"\_", "_")
    text = re.sub(r"_(\d)", lambda match: match[1].translate(_SUBSCRIPTS), text)
    return re.sub(r"[{}]", "", text).replace("^*", "*")


def primed(letter: str, times: int, style: Style) -> str:
    """Return the letter of a value that was computed anew this many times in this step."""
    if style == "text":
        return as_text(letter) + {1: "′", 2: "″", 3: "‴"}.get(times, "′" * times)
    return f"{{{letter}}}" + "'" * times if times else letter


def number_in(value: float, style: Style, digits: int = 4) -> tuple[str, int]:
    """Return a number as a part of a formula, and how tightly it holds together."""
    text = number_text(value, digits)
    if style == "text":
        return text, UNARY if text.startswith("−") else POWER if "e" in text else ATOM
    text = text.replace("−", "-")
    if text.lstrip("-") in ("nan", "inf"):
        return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}"), UNARY if text[0] == "-" else ATOM
    mantissa, e, exponent = text.partition("e")
    if e:
        ten = rf"10^{{{exponent}}}"
        text = ten if mantissa == "1" else rf"{mantissa} \cdot {ten}"
    return text, UNARY if text.startswith("-") else TIMES if e else ATOM


def formula(node: Node, show: Show, style: Style, times: str) -> str:
    """Return a node as a formula; `show` gives each name as a text with its rank, `times` stands in products."""
    return _Printer(show, style, times).text(node)[0]


class _Printer:
    def __init__(self, show: Show, style: Style, times: str, marked: Sequence[Node] = ()):
        self.show, self.times, self.latex = show, times, style == "latex"
        self.marks = {id(node): place for place, node in enumerate(marked)}
        self.style: Style = style
        self.small = False  # in an exponent a fraction is a line of text

    def text(self, node: Node) -> tuple[str, int]:
        if isinstance(node, Number):
            if isinstance(node.value, int | float) and not isinstance(node.value, bool):
                return number_in(node.value, self.style, 6)
            return self.word(str(node.value)), ATOM
        if isinstance(node, Name):
            return self.show(node.name)
        if isinstance(node, Call):
            arguments = [one for one in node.args if not (isinstance(one, Name) and one.name == "noise")]
            return self.called(node.function.name, arguments), ATOM
        if id(node) in self.marks:
            return self.marked(node, CHOICE), CHOICE
        return self.operation(node.op, node.args)

    def marked(self, node: Apply, rank: int) -> str:
        """Return a choice for a page, with the brackets that it needs in an operation: ⦅⦆ round all, ⁅⁆ a branch."""
        test, yes, no = node.args

        def branch(one: Node, own: int) -> str:
            text = self.within(one, own)
            return f"⁅{text}⁆" if self.text(one)[1] < rank else text

        text = (
            f"⟨{self.marks[id(node)]}│{branch(yes, LOGIC)}│{self.between('if')}{self.within(test, LOGIC)}"
            f"{self.between('else')}│{branch(no, CHOICE)}⟩"
        )
        return f"⦅{text}⦆" if rank > CHOICE else text

    def word(self, word: str) -> str:
        return rf"\mathrm{{{_plain(word)}}}" if self.latex else word

    def between(self, word: str) -> str:
        return rf"\;\mathrm{{{word}}}\;" if self.latex else f" {word} "

    def called(self, name: str, arguments: Any) -> str:
        parts = ", ".join(self.text(one)[0] for one in arguments)
        return rf"\mathrm{{{_plain(name)}}}({parts})" if self.latex else f"{name}({parts})"

    def within(self, node: Node, rank: int, first: bool = False) -> str:
        """Return an operand, in brackets if it holds together less tightly; a minus that comes first needs none."""
        if id(node) in self.marks:
            return self.marked(node, rank)  # type: ignore[arg-type]
        text, own = self.text(node)
        if own >= rank or (first and own == UNARY and rank <= TIMES):
            return text
        return self.bracketed(text)

    def bracketed(self, text: str) -> str:
        """Return a part in brackets, as high as what stands between them."""
        return rf"\left({text}\right)" if "\\frac" in text else f"({text})"

    def operation(self, op: str, args: tuple[Node, ...]) -> tuple[str, int]:
        if op in "+-":
            left = self.within(args[0], PLUS, first=True)
            right = self.within(args[1], PLUS if op == "+" else TIMES)
            right = self.bracketed(right) if right[0] in "-−" else right
            return f"{left} {'−' if op == '-' and not self.latex else op} {right}", PLUS
        if op == "*":
            return self.product(args), TIMES
        if op == "/":
            if self.latex and not self.small:
                return rf"\frac{{{self.text(args[0])[0]}}}{{{self.text(args[1])[0]}}}", TIMES
            return f"{self.within(args[0], TIMES, first=True)} / {self.within(args[1], POWER)}", TIMES
        if op == "**":
            return self.power(args), POWER
        if op in ("neg", "pos"):
            sign = ("-" if self.latex else "−") if op == "neg" else ""
            return sign + self.within(args[0], TIMES), UNARY
        if op == "sqrt":
            inner = self.text(args[0])
            if self.latex:
                return rf"\sqrt{{{inner[0]}}}", ATOM
            return f"√{inner[0] if inner[1] == ATOM else f'({inner[0]})'}", POWER
        if op == "abs":
            return (rf"\left|{self.text(args[0])[0]}\right|" if self.latex else f"|{self.text(args[0])[0]}|"), ATOM
        if op == "exp" and self.latex:
            exponent = _Printer(self.show, self.style, self.times)
            exponent.small = True
            return rf"e^{{{exponent.text(args[0])[0]}}}", POWER
        if op in _SIGNS[self.style]:
            sides = [self.within(one, PLUS, first=True) for one in args]
            return f" {_SIGNS[self.style][op]} ".join(sides), COMPARE
        if op in _WORDS:
            return self.between(_WORDS[op]).join(self.within(one, COMPARE) for one in args), LOGIC
        if op in ("not", "~"):
            return f"{self.between('not').strip()} {self.within(args[0], ATOM)}", LOGIC
        if op == "is none":
            return self.within(args[0], ATOM) + self.between("is None").rstrip(), COMPARE
        if op in ("if", "where"):
            test, yes, no = args
            return (
                f"{self.within(yes, LOGIC)}{self.between('if')}{self.within(test, LOGIC)}{self.between('else')}"
                f"{self.within(no, CHOICE)}"
            ), CHOICE
        if op == "draw":
            return self.show("noise")
        if op == "item":
            index = int(args[1].value) + 1  # type: ignore[union-attr, arg-type]
            text = self.within(args[0], ATOM)
            return (f"{{{text}}}_{{{index}}}" if self.latex else text + str(index).translate(_SUBSCRIPTS)), ATOM
        if op == "tuple":
            return f"({', '.join(self.text(one)[0] for one in args)})", ATOM
        return self.called(_SUMS.get(op, op), args), ATOM

    def product(self, args: tuple[Node, ...]) -> str:
        left, right = self.within(args[0], TIMES, first=True), self.within(args[1], POWER if not self.latex else TIMES)
        right = self.bracketed(right) if right[0] in "-−" else right
        slash = getattr(args[0], "op", "") == "/" and (not self.latex or self.small)
        left = f"({left})" if slash else left  # without, what follows seems to stand below too
        if self.latex and getattr(args[1], "op", "") == "*":  # a * (b * c) is rounded otherwise than a * b * c
            right = self.bracketed(right)
        dot = r" \cdot " if self.latex else " · "
        return left + (dot if right[0].isdigit() else self.times) + right

    def power(self, args: tuple[Node, ...]) -> str:
        base, exponent = self.within(args[0], ATOM), args[1]
        known = exponent.value if isinstance(exponent, Number) else None
        if self.latex:
            return f"{{{base}}}^{{{self.text(exponent)[0]}}}"
        if known in (2, 3):
            return base + {2: "²", 3: "³"}[known]  # type: ignore[index]
        return f"{base}^{self.within(exponent, ATOM)}"


def card_lines(rule: UpdateRule, function: Function) -> list[dict[str, Any]]:
    """Return the lines of a rule's code as a page shows them, in the order of the code.

    In `formula` names stand in braces, which a letter or a number replaces; a product is ⋅. A choice is marked with
    its place among the line's `choices`, `⟨0│{g}│ if {t} = 1 else │{v}⟩`; where it is part of an operation, ⦅⦆ are
    its brackets, and ⁅⁆ those of a branch that stands there alone.
    """

    def marked(node: Node) -> str:
        return _Printer(lambda name: (f"{{{name}}}", ATOM), "text", DOT, choices(node)).text(node)[0]

    return [
        {"name": name, "formula": marked(node), "returns": returns}
        for name, node, returns in lines_in(function.body, list(rule.state))
    ]


def choices(node: Node) -> list[Node]:
    """Return the conditional expressions and `np.where` in a line, each before those that it holds."""
    own = [node] if isinstance(node, Apply) and node.op in ("if", "where") else []
    return own + [one for part in getattr(node, "args", ()) for one in choices(part)]


def lines_in(body: tuple[Statement, ...], states: list[str]) -> Iterator[tuple[str, Node, int | None]]:
    """Yield the lines of all branches, in the order of the code, each as `lines_of` does."""
    for statement in body:
        if isinstance(statement, Choice):
            yield from lines_in(statement.then, states)
            yield from lines_in(statement.otherwise, states)
        else:
            yield from lines_of(statement, states)


def lines_of(statement: Let | Return, states: list[str]) -> Iterator[tuple[str, Node, int | None]]:
    """Yield what a statement computes: (name, node, its place among what is returned or None).

    A remembered value that is returned under its name was computed before; the new point always is a line, the last.
    """
    if isinstance(statement, Let):
        for name, node in _paired(statement.target, statement.value):
            yield name, node, None
        return
    value = statement.value
    parts = value.args if getattr(value, "op", "") == "tuple" else (value,)  # type: ignore[union-attr]
    order = [*range(1, len(parts)), 0]
    for place in order:
        if place == 0 or not isinstance(parts[place], Name):
            yield ["x", *states][place], parts[place], place


def _paired(target: Any, value: Node) -> Iterator[tuple[str, Node]]:
    """Yield the names of a target, each with its part of the value."""
    if isinstance(target, str):
        yield target, value
    elif getattr(value, "op", "") == "tuple":
        for part, one in zip(target, value.args, strict=True):  # type: ignore[union-attr]
            yield from _paired(part, one)
    else:  # x1, x2 = x, or what a helper returned
        for name in names_in(target):
            yield name, value


def text_letters(rule: UpdateRule, function: Function) -> Mapping[str, str]:
    """Return the letters of a rule in Unicode."""
    return {name: as_text(letter) for name, letter in letters_of(rule, function).items()}
