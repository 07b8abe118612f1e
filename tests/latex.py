"""The formulas of a docstring, read from their LaTeX and computed: a rule's second version, independent of its code."""

import re

import numpy as np

from optviz import RULES
from optviz.formulas import GREEK, setting_letter

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S")
SPACES = {r"\,", r"\;", r"\left", r"\right"}
SIGNS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power}
FUNCTIONS = {
    r"\max": np.maximum, r"\min": np.minimum, r"\sqrt": np.sqrt,
    "clip": lambda value, low, high: np.minimum(np.maximum(value, low), high),
}  # fmt: skip
BEGINNINGS = {r"\frac", r"\tfrac", r"\prod", r"\nabla", r"\mathrm", r"\underbrace", r"\overbrace", r"\hat", r"\tilde"}


def displayed(rule):
    """Return the displayed formulas of a rule, each that `\\qquad` separates on its own."""
    blocks = re.findall(r"\$\$(.*?)\$\$", rule.function.__doc__, re.DOTALL)
    return [part.strip() for block in blocks for part in " ".join(block.split()).split(r"\qquad")]


class Reader:
    """Read a formula into a tree: a number, ("name", letter, index) or (operation, *parts)."""

    def __init__(self, text):
        self.tokens = [token for token in TOKEN.findall(text) if token not in SPACES]
        self.between_bars = False

    @property
    def ahead(self):
        return self.tokens[0] if self.tokens else ""

    def take(self, expected=None):
        token = self.tokens.pop(0)
        assert expected in (None, token), f"{expected} should stand where {token} {' '.join(self.tokens[:8])} stands"
        return token

    def sum(self):
        value = ("*", -1.0, (self.take("-"), self.product())[1]) if self.ahead == "-" else self.product()
        while self.ahead in ("+", "-"):
            value = (self.take(), value, self.product())
        return value

    def product(self):
        value = self.power()
        while self.ahead == "/" or self.begins():
            value = (self.take(), value, self.power()) if self.ahead == "/" else ("*", value, self.power())
        return value

    def begins(self):
        """Return whether a factor begins here; a bar may also end what stands between bars."""
        token = self.ahead
        if token == "|":
            return not self.between_bars
        return token[:1].isalnum() or token in ("(", "{") or token[1:] in GREEK or token in BEGINNINGS | set(FUNCTIONS)

    def power(self):
        value = self.factor()
        while self.ahead == "^":
            value = (self.take(), value, self.argument())
        return value

    def argument(self):
        """Read what a command takes: a group, a letter, or one digit, as twice in `\\tfrac12`."""
        if self.ahead.isdigit():
            digit, *rest = self.take()
            self.tokens[:0] = ["".join(rest)] if rest else []
            return float(digit)
        return self.within("{", "}") if self.ahead == "{" else self.factor()

    def within(self, opening, closing):
        self.take(opening)
        outer, self.between_bars = self.between_bars, opening == "|"
        value = self.sum()
        self.between_bars = outer
        self.take(closing)
        return value

    def factor(self):
        token = self.ahead
        if token == "(":
            return self.within("(", ")")
        if token == "{":
            return self.within("{", "}")
        if token == "|":
            return (np.abs, self.within("|", "|"))
        if token[0].isdigit():
            return float(self.take())
        if token in (r"\frac", r"\tfrac"):
            return (self.take() and "/", self.argument(), self.argument())
        if token == r"\sqrt":
            return (FUNCTIONS[self.take()], self.argument())
        if token in (r"\max", r"\min"):
            return (FUNCTIONS[self.take()], *self.arguments())
        if token == r"\mathrm":
            name = self.word()
            return (FUNCTIONS[name], *self.arguments())
        if token == r"\nabla":
            self.take()
            self.take("f")
            return ("gradient", *self.arguments())
        if token == r"\prod":
            self.take()
            self.take("_")
            first = self.argument()
            self.take("^")
            return ("product", first, self.argument(), self.factor())
        if token in (r"\underbrace", r"\overbrace"):  # with a remark, which is no part of the formula
            self.take()
            value = self.argument()
            self.take()
            self.remark()
            return value
        return self.name()

    def arguments(self):
        self.take("(")
        values = [self.sum()]
        while self.ahead == ",":
            self.take()
            values.append(self.sum())
        self.take(")")
        return values

    def word(self):
        self.take(r"\mathrm")
        self.take("{")
        letters = ""
        while self.ahead != "}":
            letters += self.take()
        self.take("}")
        return letters

    def remark(self):
        depth = (self.take("{") == "{") + 0
        while depth:
            token = self.take()
            depth += (token == "{") - (token == "}")

    def name(self):
        letter, index = "", None
        while self.ahead in (r"\hat", r"\tilde"):
            letter += self.take()
        token = self.take()
        assert token.isalpha() or token[1:] in GREEK, f"{token} is not read"
        letter += token
        if self.ahead == "^" and self.tokens[1] in ("*", "b"):  # f^* and m^b are letters, not powers
            letter += self.take() + self.take()
        if self.ahead == "_":
            self.take()
            if letter == r"\beta":
                letter += "_" + self.take()
            else:
                index = self.argument()
        return ("name", letter, index)


class Walk:
    """The points of a rule by its formulas alone: any value at any step, computed from those that it is made of."""

    def __init__(self, rule, settings, value, gradient, start):
        self.loss, self.gradient, self.settings, self.start = value, gradient, {}, np.array(start)
        self.equations, self.known = {}, {}
        rules = [rule]
        for one in rules:
            for name, setting in settings.items():
                self.settings.setdefault(setting_letter(one, name), setting)
            own = {}
            for formula in displayed(one):
                as_in = re.findall(r"\\text\{ as in (.*?)\}", formula)
                rules += [other for other in RULES.values() if other.label in as_in]
                if as_in:
                    continue
                left, right = (Reader(side) for side in formula.split("=", 1))
                _, letter, index = left.name()
                own.setdefault(letter, []).append((index, right.sum()))
                assert not left.tokens + right.tokens, f"{formula}: {left.tokens + right.tokens} is not read"
            self.equations = {**own, **self.equations}
        self.point = "y" if "y" in self.equations else "x"

    def at(self, letter, t):
        if (letter, t) not in self.known:
            self.known[letter, t] = self.computed(letter, t)
        return self.known[letter, t]

    def computed(self, letter, t):
        if letter in ("g", "f"):
            return {"g": self.gradient, "f": self.loss}[letter](self.at(self.point, t - 1))
        equations = self.equations[letter]
        for index, right in equations:
            if index == t:  # such as v_1 = ...
                return self.value(right, t)
        if t == 0 and letter != r"\mu":
            return self.start if letter == self.point else np.zeros_like(self.start)
        return next(self.value(right, t) for index, right in equations if not isinstance(index, float))

    def value(self, tree, t):
        if isinstance(tree, float):
            return tree
        operation, *parts = tree
        if operation == "name":
            letter, index = parts
            if index is not None:
                return self.at(letter, round(self.value(index, t)))
            return float(t) if letter == "t" else self.settings[letter]
        if operation == "product":
            first, last = (round(self.value(part, t)) for part in parts[:2])
            _, letter, _ = parts[2]
            return np.prod([self.at(letter, i) for i in range(first, last + 1)], axis=0)
        values = [self.value(part, t) for part in parts]
        if operation == "gradient":
            return self.gradient(*values)
        return SIGNS.get(operation, operation)(*values)
