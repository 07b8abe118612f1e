"""Rules and objectives as JavaScript: the same arithmetic on plain numbers, printed from the functions' own code.

`to_javascript(rule)` and `to_javascript(objective)` return a dictionary that JSON can hold; `join.js` beside this file
puts rules and an objective together, in the page, into one module with a loop for each rule:

    import { join, load } from "./join.js";
    const page = await load(join([adam, momentum], rosenbrock));   // a module from a blob URL, never eval
    const out = new Float64Array((steps + 1) * (n + 1));           // rows x1, x2, f; the start first
    page.runs[0].run({ lr: 0.05 }, [-1.5, 2], steps, out, noise, gradientNoise);
    page.runs[0].inside({ lr: 0.05 }, [-1.5, 2], 14, noise, gradientNoise);   // step 14, line by line
    page.value(x1, x2), page.gradient(x1, x2), page.field(view, width, height, out)   // the landscape

**A rule** has these keys:

* `name`, `label`: as in Python;
* `code`: the functions `step(given, state, settings)`, which returns `[x, state...]`, and, with `at`, `at(...)`, which
  returns `[x]`. They compute one coordinate and are called for each. `across` says that the rule mixes coordinates:
  `code` is then `{"1": text, "2": text}`, and in arguments and result what differs by coordinate stands n times;
* `given`, `state`, `settings`: the names of the arguments, in order; the state with its start values;
* `defaults`: of the settings; null is None. A setting without default has to be given, but for `f_star`, which is the
  objective's;
* `at`: the names for which the look-ahead asks, or null;
* `draws`: how many rows of noise a step takes at most; `noise_rows` makes them;
* `letters`, `lines`: the letter of every name and the lines of the card, see below.

Numbers that JSON does not know are the texts "Infinity", "-Infinity" and "NaN".

**An objective** has `name`, `label`, `n`, `code` (`value(x...)` and `gradient(x..., asked...)`, which returns n
numbers), `asks` (of "t" and "noise"), `box` or null, `f_star` or null, `steepest` (a larger gradient reaches rules as
NaN) and `draws`.

**The card.** `inside` computes one step with everything between: `{given, lines, result}`, values by name before the
step; pairs `{index, values, drawn}` in the order in which they ran, with one value for each coordinate or one for all;
what the rule returned. `card(rule, inside, coordinate, digits)` of `join.js` makes lines of text of it: `{left,
symbols, numbers, result}`, such as `m′`, `β₁ m + (1 − β₁) g`, `0.9 · 7.953 + (1 − 0.9) · (−69.34)`, `0.2239`. It reads
the rule's `lines`: the `name` that gets a value, `returns` (its place in the result, null for a line inside), and the
`formula`, in which names stand in braces and a product is ⋅.

**What can be translated** is written in DESIGN: arithmetic, NumPy's elementwise functions, `if` on `t` and settings,
helper functions, sums over the coordinates for one and two coordinates. The rest is `Untranslatable`, with line and
construct; `untranslatable()` lists it. Constants and helpers are those of the moment of translation.

Equal to NumPy in every bit where only + - * / and roots occur; powers, exponentials and the like may differ in the
last digit.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .driver import STEEPEST, stream
from .expression import Function, Untranslatable, read
from .formulas import card_lines, text_letters
from .objective_function import OBJECTIVES, Objective
from .rule import REQUIRED, RULES, Parameter, UpdateRule
from .scalar_code import COORDINATES, PLAIN, POINT, SETTING, Across, Program, Value, number_literal

JOIN = Path(__file__).with_name("join.js")


def to_javascript(what: UpdateRule | Objective | str) -> dict[str, Any]:
    """Return a rule or an objective as JavaScript, with what a page needs to know about it; see above for the keys.

    Raises Untranslatable, with line and construct, if its code holds what cannot be translated, ValueError or TypeError
    if there is nothing of that name.

    >>> print(to_javascript("sgd")["code"])
    function step(x_, g_, lr_) {
      //= see(0, []);
      return [x_ - lr_ * g_];
    }
    """
    if isinstance(what, str):
        what = OBJECTIVES[what] if what in OBJECTIVES else RULES.find(what)
    if isinstance(what, Objective):
        return _objective(what)
    if isinstance(what, UpdateRule):
        return _rule(what)
    raise TypeError(f"to_javascript takes an update rule, an objective or the name of one; got {what!r}.")


def untranslatable() -> dict[str, str]:
    """Return the rules and objectives that cannot be translated: name -> the sentence that says why."""
    reasons = {}
    for name, one in {**RULES, **OBJECTIVES}.items():
        try:
            to_javascript(one)
        except Untranslatable as error:
            reasons[name] = str(error)
    return reasons


def noise_rows(seed: int, draws: int, steps: int, n: int, of: str = "rule") -> NDArray[np.float64]:
    """Return the normal numbers that a run with this seed draws, `(draws * steps, n)`, one row a call.

    `draws` is that of the rule or of the objective, `of` says of which: each has its own stream, as in `train`.
    """
    return stream(seed, ("rule", "objective").index(of)).standard_normal((draws * steps, n))


# --- rules and objectives ------------------------------------------------------------------------------------------


def _rule(rule: UpdateRule) -> dict[str, Any]:
    function = read(rule.function)
    ahead = None if rule.look_ahead is None else read(rule.look_ahead)
    try:
        code, draws = _rule_code(rule, function, ahead, 1, lane=True)
        across = False
    except Across:
        across, code, draws, problems = True, {}, 0, []
        for n in (1, 2):
            try:
                code[str(n)], draws = _rule_code(rule, function, ahead, n, lane=False)
            except Untranslatable as error:  # a rule of two coordinates
                problems.append(error)
        if not code:
            raise problems[-1] from None
    return {
        "name": rule.name,
        "label": rule.label,
        "code": code,
        "across": across,
        "given": list(rule.given),
        "state": {name: _json(value) for name, value in rule.state.items()},
        "settings": list(rule.parameters),
        "defaults": {name: _json(one.default) for name, one in rule.parameters.items() if one.default is not REQUIRED},
        "at": None if ahead is None else list(ahead.parameters),
        "draws": draws,
        "letters": text_letters(rule, function),
        "lines": card_lines(rule, function),
    }


def _rule_code(rule: UpdateRule, function: Function, ahead: Function | None, n: int, lane: bool) -> tuple[str, int]:
    given = {
        "x": Value(COORDINATES),
        "g": Value(COORDINATES),
        "t": Value(PLAIN),
        "f": Value(POINT),
        "noise": Value(PLAIN, "noise"),
        **{name: Value(COORDINATES) for name in rule.state},
        **{name: _setting(one) for name, one in rule.parameters.items()},
    }
    program = Program(n, lane)
    vector = (Value(COORDINATES),) * (1 + len(rule.state))
    program.root(function, "step", [given[name] for name in function.parameters], vector, lines=True)
    draws = program.draws["step"]
    if ahead is not None:
        program.root(ahead, "at", [given[name] for name in ahead.parameters], (Value(COORDINATES),))
    return program.text(), draws


def _setting(parameter: Parameter) -> Value:
    if parameter.kind is bool:
        return Value(PLAIN, "bool")
    if isinstance(parameter.kind, tuple):
        kinds = {"text" if isinstance(one, str) else "number" for one in parameter.kind if type(one) is not bool}
        return Value(PLAIN, kinds.pop() if len(kinds) == 1 else "mixed")
    return Value(SETTING, "number or none" if parameter.optional else "number")


def _objective(objective: Objective) -> dict[str, Any]:
    if objective.n > 2:
        raise Untranslatable(f"{objective.name} has {objective.n} coordinates; a page draws one or two.")
    asks = objective.gradient_asks
    program = Program(objective.n, lane=False)
    point = Value(COORDINATES)
    program.root(read(objective.f), "value", [point], (Value(POINT),), single=True)
    extra = {"t": Value(PLAIN), "noise": Value(PLAIN, "noise")}
    program.root(
        read(objective.gradient_function),  # type: ignore[arg-type]  # gradient_asks has looked
        "gradient",
        [point, *(extra[name] for name in asks)],
        (Value(COORDINATES),),
        stacked=True,
    )
    return {
        "name": objective.name,
        "label": objective.label,
        "n": objective.n,
        "code": program.text(),
        "asks": list(asks),
        "box": objective.box and [list(pair) for pair in objective.box],
        "f_star": objective.f_star,
        "steepest": STEEPEST,
        "draws": program.draws["gradient"],
    }


def _json(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    value = value.item() if isinstance(value, np.generic) else value
    return number_literal(value) if isinstance(value, float) and not math.isfinite(value) else value
