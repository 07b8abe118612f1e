"""What a page computes is what NumPy computes: every rule on every objective, and whatever a learner may write."""

import copy
import json
import linecache
import re
import textwrap
from itertools import count, pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optviz
from optviz import OBJECTIVES, RULES, Objective, noisy, rotated, scaled, train, update_rule
from optviz.expression import Untranslatable, read
from optviz.formulas import choices
from optviz.javascript import JOIN, noise_rows, to_javascript, untranslatable
from optviz.ranges import Decay, Range, Rate
from optviz.scalar_code import identifier
from optviz.step_card import explain

from .javascript import ANSWER, in_node, points_of
from .jupyterlab import CHROMIUM, QUIET
from .registry import NAMES
from .skipping import skip

TRANSLATED = [name for name in NAMES if name != "learned"]
STEPS = 100
CASES = 4  # with the default settings from the usual start, and three random ones
# Where nothing else occurs, every bit must be equal; elsewhere the last digit of a power or a sine may differ.
INEXACT = re.compile(r"\$power|Math\.(?!sqrt|abs|max|min|floor|ceil)")

NUMBERS = count()


def defined(source, name="rule", **names):
    """Return what a text of Python defines, as if it stood in a notebook cell."""
    file = f"<cell {next(NUMBERS)}>"
    source = textwrap.dedent(source)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space = {
        "__name__": "learner",
        "np": np,
        "update_rule": update_rule,
        "Rate": Rate,
        "Decay": Decay,
        "Literal": Literal,
        **names,
    }
    exec(compile(source, file, "exec", dont_inherit=True), space)
    return space[name]


def pairs():
    """Yield every rule with every objective, transformed ones too, that gives the rule what it needs."""
    plain = [OBJECTIVES[name] for name in optviz.objectives.__all__]
    moved = [
        noisy("quartic", 0.3), scaled("reddi", f=2, x=3), rotated("rosenbrock", 30), noisy(rotated("beale", -50), 0.1),
        scaled(noisy("quadratic", 0.5), f=3, x=0.5), rotated("plateau", 90),
    ]  # fmt: skip
    for objective in [*plain, *moved]:
        rules = [RULES[name] for name in TRANSLATED]
        unknown = objective.f_star is None
        yield objective, [one for one in rules if not (unknown and "f_star" in _required(one))]


def _required(rule):
    return [name for name, one in rule.parameters.items() if one.default is RULES["eve"].parameters["f_star"].default]


def cases(rule, objective, rng):
    """Return settings and starts of all cases, the last axis of each array: the first case is the usual one."""
    drawn = {}
    for name, one in rule.parameters.items():
        if isinstance(one.kind, Range) and isinstance(one.default, int | float) and name != "f_star":
            stops = one.kind.stops()
            drawn[name] = np.array([one.default, *rng.choice(stops[: len(stops) * 3 // 4], CASES - 1)], dtype=float)
    low, high = np.array(objective.view).T
    starts = [objective.start, *rng.uniform(low, high, (CASES - 1, objective.n))]
    return drawn, np.transpose(starts)


def shaken(rule):
    """Return a rule that changes the thirteenth digit of everything that the given one returns.

    A loss near its lowest value is a difference of larger numbers, so it changes by the last digit of the first loss.
    """
    rng = np.random.default_rng(0)
    losses = []

    def step(*given, **settings):
        if "f" in rule.given:
            place = rule.given.index("f")
            losses.append(np.abs(given[place]))
            push = 1e-16 * losses[0] * rng.choice([-1, 1], np.shape(given[place]))
            given = (*given[:place], given[place] + push, *given[place + 1 :])
        result = rule.function(*given, **settings)
        parts = result if isinstance(result, tuple) else (result,)
        return tuple(part * (1 + 1e-13 * rng.choice([-1, 1], np.shape(part))) for part in parts)

    other = copy.copy(rule)
    other.function = step
    return other


def drift_of(run, rule, objective, starts, drawn):
    """Return how far a run gets from two others: one that begins 1e-12 aside, and one that is shaken in every step."""
    aside = starts + 1e-12 * (1 + np.abs(starts))
    near = [
        train(rule, objective, start=aside, steps=STEPS, seed=3, **drawn),
        train(shaken(rule), objective, start=starts, steps=STEPS, seed=3, **drawn),
    ]
    with np.errstate(all="ignore"):
        away = [np.abs(one.points - run.points).max(axis=1) for one in near]
        return np.maximum.accumulate(np.maximum(*away), axis=0)


def nodes_and_numpy():
    """Return the jobs for node, and what NumPy makes of each: (objective, rule, is exact, points, losses, drift)."""
    rng = np.random.default_rng(7)
    jobs, expected = [], []
    for objective, rules in pairs():
        landscape, translated = to_javascript(objective), [to_javascript(rule) for rule in rules]
        runs = []
        slope_noise = noise_rows(3, landscape["draws"], STEPS, objective.n, "objective").tolist()
        for index, (rule, code) in enumerate(zip(rules, translated, strict=True)):
            drawn, starts = cases(rule, objective, rng)
            run = train(rule, objective, start=starts, steps=STEPS, seed=3, **drawn)
            same_bits = not INEXACT.search(json.dumps([code["code"], landscape["code"]]))
            drift = np.zeros(run.losses.shape) if same_bits else drift_of(run, rule, objective, starts, drawn)
            for case in range(CASES):
                runs.append(
                    {
                        "rule": index,
                        "settings": {name: float(values[case]) for name, values in drawn.items()},
                        "start": starts[:, case].tolist(),
                        "steps": STEPS,
                        "noise": noise_rows(3, code["draws"], STEPS, objective.n).tolist(),
                        "gradientNoise": slope_noise,
                    }
                )
                expected.append(
                    (objective, rule, same_bits, run.points[..., case], run.losses[:, case],
                     drift[:, case])
                )  # fmt: skip
        jobs.append({"rules": translated, "objective": landscape, "scheduled": [], "runs": runs})
    return jobs, expected


@pytest.fixture(scope="module")
def everything():
    return nodes_and_numpy()


def compare(answers, expected):
    """Compare all runs; return how many were compared in every bit, and how many points of the others."""
    answered = [run for answer in answers for run in answer["runs"]]
    exact, compared = 0, 0
    for (objective, rule, same_bits, points, losses, drift), answer in zip(expected, answered, strict=True):
        what = f"{rule.name} on {objective.name}"
        found, values = points_of(answer, objective.n)
        if same_bits:
            assert np.array_equal(found, points, equal_nan=True), what
            assert np.array_equal(values, losses, equal_nan=True), what
            exact += 1
            continue
        finite = np.isfinite(points).all(axis=1) & np.isfinite(losses)
        last = len(points) if finite.all() else int(finite.argmin())
        with np.errstate(all="ignore"):
            size = np.maximum.accumulate(np.abs(points).max(axis=1))
            calm = (drift < 1e-6 * size)[:last]
            last = last if calm.all() else int(calm.argmin())
            away = np.abs(found - points).max(axis=1)[:last]
            assert (away <= (1e-12 * size + drift)[:last]).all(), what
            # A loss is compared with the value at the page's own points: their own last digits count there too.
            own = objective(found[:last].T)
            height = np.abs(values[:last]) + np.abs(own) + np.abs(losses[0])
            assert (np.abs(values[:last] - own) <= 1e-12 * height).all(), what
        compared += last
    return exact, compared


def test_every_rule_walks_on_every_objective_as_in_numpy(everything, tmp_path):
    jobs, expected = everything
    exact, compared = compare(in_node(jobs, tmp_path), expected)
    assert exact > 1000
    assert compared > 0.7 * STEPS * (len(expected) - exact)


def test_a_page_in_a_browser_computes_the_same_from_blob_modules(everything, tmp_path):
    if CHROMIUM is None:
        skip("no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    jobs, expected = everything
    # No eval, no inline script: what a strict page allows is blob modules.
    policy = "default-src 'none'; script-src 'self' blob:; connect-src 'self'"
    page_of = {
        "/": ("text/html", f'<meta http-equiv="Content-Security-Policy" content="{policy}"><script type="module" '
              'src="main.js"></script>'),
        "/join.js": ("text/javascript", JOIN.read_text()),
        "/jobs.json": ("application/json", json.dumps(jobs, allow_nan=False)),
        "/main.js": ("text/javascript", f"""
            import {{ card, join, load }} from "./join.js";
            {ANSWER}
            const jobs = await (await fetch("jobs.json")).json();
            const body = JSON.stringify(await answer(jobs, join, load, card));
            await fetch("answers", {{ method: "POST", body }});
        """),
    }  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        wrong = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)

        def serve(route):
            path = route.request.url.removeprefix("http://page.test")
            kind, body = page_of.get(path, ("text/plain", ""))
            route.fulfill(content_type=kind, body=body, status=200 if path in page_of else 404)

        page.route("http://page.test/**", serve)
        # The answers are sent: to ask for them would be eval, and that is forbidden.
        with page.expect_request("**/answers", timeout=120_000) as sent:
            page.goto("http://page.test/")
        answers = json.loads(sent.value.post_data)
        browser.close()
    assert [one for one in wrong if "favicon" not in one and "404" not in one] == []
    compare(answers, expected)


def test_only_the_learned_optimiser_is_left_to_the_kernel():
    assert list(untranslatable()) == ["learned"]


def test_all_rules_and_objectives_are_small():
    everything = [to_javascript(name) for name in [*TRANSLATED, *optviz.objectives.__all__]]
    assert len(json.dumps(everything, ensure_ascii=False).encode()) < 90 * 1024


def runs_of(rule, objective, tmp_path, start=None, steps=30, scheduled=(), **given):
    """Return points of one run in node and in NumPy."""
    code, landscape = to_javascript(rule), to_javascript(objective)
    start = objective.start if start is None else np.atleast_1d(start)
    sent = {
        name: [float(value(t)) for t in range(1, steps + 1)] if callable(value) else value
        for name, value in given.items()
    }
    job = {
        "rules": [code], "objective": landscape, "scheduled": list(scheduled),
        "runs": [{
            "rule": 0, "settings": sent, "start": start.tolist(), "steps": steps, "inside": min(14, steps),
            "noise": noise_rows(0, code["draws"], steps, objective.n).tolist(),
            "gradientNoise": noise_rows(0, landscape["draws"], steps, objective.n, "objective").tolist(),
        }],
    }  # fmt: skip
    (answer,) = in_node([job], tmp_path)
    run = train(rule, objective, start=start, steps=steps, **given)
    return points_of(answer["runs"][0], objective.n)[0], run, answer["runs"][0]


# --- settings, names, starts ---------------------------------------------------------------------------------------


def test_a_schedule_is_sent_as_a_value_for_each_step(tmp_path):
    found, run, _ = runs_of(RULES["adagrad"], OBJECTIVES["quadratic"], tmp_path, scheduled=["lr"],
                            lr=lambda t: 0.4 / t)  # fmt: skip
    assert np.array_equal(found, run.points)


def test_a_state_may_start_elsewhere_also_by_coordinate(tmp_path):
    for start in (0.1, [0.1, 2.0]):
        found, run, _ = runs_of(RULES["adagrad"], OBJECTIVES["quadratic"], tmp_path, lr=0.4, h=start)
        assert np.array_equal(found, run.points)


CHOOSY = '''
@update_rule
def rule(x, g, t, /, new=0.0, *, var: Rate = 0.1, mode: Literal["plain", "signed", "</script>"] = "plain",
         half: bool = False, constructor: Rate | None = None, Ω: Decay = 0.5, Ж=0.25, __proto__=2.0):
    """Names that mean something in JavaScript."""
    let = g if mode == "plain" else np.sign(g)
    if mode == "</script>":
        let = -let
    function = var if constructor is None else constructor
    if half and t > 3:
        function = function / 2
    new = Ω * new + let * __proto__
    return x - function * new - Ж * let / t**2, new
'''


@pytest.mark.parametrize(
    "given",
    [{}, {"mode": "signed"}, {"mode": "</script>"}, {"half": True}, {"constructor": 0.05}, {"Ж": 0.125, "Ω": 0.0},
     {"__proto__": 0.5}],
    ids=str,
)  # fmt: skip
def test_any_name_menus_check_boxes_and_none_are_taken(given, tmp_path):
    rule = defined(CHOOSY)
    assert "</script>" not in json.dumps(to_javascript(rule)["code"])
    found, run, _ = runs_of(rule, OBJECTIVES["quadratic"], tmp_path, **given)
    assert np.array_equal(found, run.points)


def test_identifiers_are_distinct_and_none_is_a_word_of_javascript():
    names = ["new", "new_", "x", "x_0", "x0", "Ω", "Ж", "ж", "u0416", "class", "Math", "n", "step", "at"]
    written = [identifier(name) for name in names]
    assert len(set(written)) == len(names)
    assert all(one.endswith("_") and re.fullmatch(r"[\w$]+", one) for one in written)


def test_coordinates_of_a_rule_that_mixes_them_do_not_disturb_each_other(tmp_path):
    rule = defined(
        """
        @update_rule
        def rule(x, g, /, v=0.0, *, lr=0.1):
            g = g / (1 + np.sum(g**2, axis=0))
            v = 0.5 * v + (v.sum(0) + np.linalg.norm(g, axis=0)) * g / (1 + np.mean(v, axis=0)**2)
            a, b = v, g
            a, b = b, a
            return x - lr * b - 0.01 * np.cumsum(a, axis=0)[-1] * a, v
        """
    )
    for objective in ("quadratic", "quartic"):
        found, run, _ = runs_of(rule, OBJECTIVES[objective], tmp_path)
        assert np.array_equal(found, run.points)


def test_a_rule_of_two_coordinates_runs_on_those_only(tmp_path):
    rule = defined(
        """
        @update_rule
        def rule(x, g, /, *, lr=0.1):
            g1, g2 = g
            return np.stack((x[0] - lr * g1, x[1] - lr * g2 / 2))
        """
    )
    assert list(to_javascript(rule)["code"]) == ["2"]
    found, run, _ = runs_of(rule, OBJECTIVES["quadratic"], tmp_path)
    assert np.array_equal(found, run.points)


def test_noise_is_drawn_in_the_order_of_the_code_and_only_where_it_is(tmp_path):
    rule = defined(
        """
        def shaken(value, noise):
            return noise() * value - noise(), noise()

        @update_rule
        def rule(x, g, t, noise, /, v=0.0, *, lr=0.125):
            v = noise() + 2 * v if t % 3 == 1 else v - g
            a, b = shaken(v, noise)
            return x - lr * (np.where(g > 0, noise(), a) + 4 * b) / 8, v / 2
        """
    )
    for objective in (OBJECTIVES["quadratic"], noisy("quartic", 0.25)):
        found, run, _ = runs_of(rule, objective, tmp_path)
        assert np.array_equal(found, run.points)


def test_a_gradient_too_steep_to_square_is_no_number_in_the_page_too(tmp_path):
    found, run, _ = runs_of(RULES["adagrad"], scaled("quadratic", f=1e155), tmp_path, steps=3)
    assert np.isnan(found[1:]).all()
    assert np.array_equal(found, run.points, equal_nan=True)


def test_values_and_gradients_alone_are_those_of_the_objective(tmp_path):
    rng = np.random.default_rng(1)
    jobs, expected = [], []
    for objective in OBJECTIVES.values():
        low, high = np.array(objective.view).T
        points = rng.uniform(low, high, (50, objective.n))
        jobs.append({"rules": [], "objective": to_javascript(objective), "scheduled": [], "points": points.tolist()})
        expected.append((objective, points))
    for answer, (objective, points) in zip(in_node(jobs, tmp_path), expected, strict=True):
        values = np.array([float(one) for one in answer["values"]])
        gradients = np.array([[float(one) for one in row] for row in answer["gradients"]])
        right = objective(points.T)
        assert np.abs(values - right).max() <= 1e-12 * np.abs(right).max()
        silent = objective.grad(points.T, 1, lambda: 0.0)
        assert np.abs(gradients - silent.T).max() <= 1e-12 * np.abs(silent).max()


# --- fuzz: Python against node -------------------------------------------------------------------------------------

LEAVES = st.sampled_from(["x", "g", "v", "lr", "beta", "t", "1", "2", "0.5", "-3.0", "1e-3", "HALF", "np.pi"])


def _wider(inner):
    two = st.tuples(inner, inner)
    signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    arrays = st.tuples(inner, signs, inner).map(lambda p: f"({p[0]} + 0 * x {p[1]} {p[2]})")  # by coordinate
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        two.map(lambda p: f"{p[0]} - ({p[1]} - {p[0]})"),
        inner.map(lambda one: f"-({one})"), inner.map(lambda one: f"--{one}"),
        inner.map(lambda one: f"({one})**2"), inner.map(lambda one: f"(0 * x + {one})**0.5"),
        st.tuples(st.sampled_from(["sqrt", "abs", "sign", "floor", "ceil", "square", "negative"]), inner).map(
            lambda p: f"np.{p[0]}({p[1]} + 0 * x)"),
        st.tuples(st.sampled_from(["maximum", "minimum", "multiply", "subtract"]), inner, inner).map(
            lambda p: f"np.{p[0]}({p[1]}, {p[2]})"),
        st.tuples(arrays, inner, inner).map(lambda p: f"np.where({p[0]}, {p[1]}, {p[2]})"),
        st.tuples(arrays, arrays, st.sampled_from("&|"), inner).map(
            lambda p: f"np.where({p[0]} {p[2]} ~{p[1]}, {p[3]}, 0)"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} if t > 2 and not lr == 0.5 else {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"mix({p[0]}, weight={p[1]})"),
    )  # fmt: skip


EXPRESSIONS = st.recursive(LEAVES, _wider, max_leaves=12)
FUZZED = """
HALF = 0.5
def mix(value, other=1.5, *, weight):
    return weight * value + (1 - weight) * other
@update_rule
def rule(x, g, t, /, v=0.0, *, lr=0.25, beta=0.75):
    first = {0}
    if t % 2 == 1:
        first, v = v + 0 * x, {1}
    elif lr < 0.5:
        v = first * {2}
    return {3} + 0 * x, {2} + first * v
"""


@settings(max_examples=40)
@given(
    st.lists(st.tuples(*[EXPRESSIONS] * 4), min_size=12, max_size=12),
    st.sampled_from([(0.25, 0.75), (0.5, -1.25), (0.0, 3.0)]),
)
def test_random_code_gives_the_same_bits_in_javascript(tmp_path_factory, texts, numbers):
    lr, beta = numbers
    objective = OBJECTIVES["quadratic"]
    jobs, expected = [], []
    for four in texts:
        rule = defined(FUZZED.format(*four))
        try:
            code = to_javascript(rule)
        except Untranslatable as refused:
            # It may be refused only where Python itself has no real number to give: constants such as 1 % 0.
            assert re.search(r"Python cannot compute|not a real number", str(refused)), four  # noqa: PT017
            continue
        try:
            run = train(rule, objective, steps=4, lr=lr, beta=beta)
        except (ZeroDivisionError, OverflowError, TypeError, ValueError):
            continue  # Python's own numbers, divided by 0
        sent = [{"rule": 0, "settings": {"lr": lr, "beta": beta}, "start": [-5.0, -2.0], "steps": 4}]
        jobs.append({"rules": [code], "objective": to_javascript(objective), "scheduled": [], "runs": sent})
        expected.append((run, four))
    for answer, (run, four) in zip(in_node(jobs, tmp_path_factory.mktemp("fuzz")), expected, strict=True):
        found = points_of(answer["runs"][0], 2)[0]
        assert np.array_equal(found, run.points, equal_nan=True), four


SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, -2.5, 1e-300, 1e300, 1e-8, 20.0, 710.0, -745.0, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize(
    "text",
    ["np.exp(x)", "np.expm1(x)", "np.log(x)", "np.log1p(x)", "np.sin(x)", "np.cos(x)", "np.tan(x)", "np.sinh(x)",
     "np.cosh(x)", "np.tanh(x)", "np.arctan(x)", "np.sqrt(x)", "abs(x)", "np.sign(x)", "np.floor(x)", "np.ceil(x)",
     "x**2", "x**0.5", "x**3", "x**-1", "x**0", "x**1", "x**1.5", "2.0**x", "x**x", "(-1.0)**x", "x % 3", "x % -3.0",
     "3 % x", "np.mod(x, np.inf)", "x % -np.inf", "np.maximum(x, 1)", "np.minimum(1, x)", "np.power(x, 2)", "1 / x",
     "np.where(x, 1, 2)", "np.where(x == x, x, 7.0)", "np.where((x > 0) | ~(x < -1), x, 5)", "+x", "-x"],
)  # fmt: skip
def test_each_function_agrees_where_functions_differ(text, tmp_path):
    values = np.array([*SPECIAL, *np.random.default_rng(0).normal(0, 10, 200)])
    f = defined(f"def rule(x):\n    return {text}")
    code = to_javascript(Objective(f, lambda x: x, start=0.0))
    with np.errstate(all="ignore"):
        right = np.broadcast_to(f(values[np.newaxis]), (1, len(values)))[0].astype(float)
    # JSON has no words for nan and infinity, so the points go as texts.
    job = {"rules": [], "objective": code, "scheduled": [], "points": [[_word(one)] for one in values]}
    (answer,) = in_node([job], tmp_path)
    found = np.array([float(one) for one in answer["values"]])
    finite = np.isfinite(right)
    assert np.array_equal(found[~finite], right[~finite], equal_nan=True)
    assert np.isfinite(found[finite]).all()
    # sin and tan of huge numbers included; 0 must be 0.
    assert (np.abs(found[finite] - right[finite]) <= 1e-12 * np.abs(right[finite])).all()


def _word(number):
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(str(number), float(number))


# --- what cannot be translated -------------------------------------------------------------------------------------

RULE = """@update_rule
def rule(x, g, t, f, noise, /, v=0.0, *, lr=0.1, best: Rate | None = None):
    {}
    return x, v
"""
REFUSED = {
    "for i in range(3): v = v + g": "rule, line 3: `for i in range\\(3\\): v = v \\+ g` is a loop",
    "while t < 3: v = g": "is a loop",
    "v = sum([one for one in g])": "cannot be translated|is a comprehension",
    "v = np.stack([one for one in g])": "is a comprehension",
    "v = (lambda a: a)(g)": "is a function inside the function, .*define it outside",
    "try: v = g\n    except ValueError: pass": "is try, .*nan by itself",
    "with np.errstate(all='ignore'): v = g": "is with",
    "assert t > 0": "is assert",
    "raise ValueError": "is raise",
    "v = f'{t}'": "is a text",
    "v = {'a': g}": "is a dictionary",
    "v = (w := g)": "is :=, .*line of its own",
    "import math": "is an import",
    "global x1": "is global",
    "v = x[:1]": "takes a part by something else than a number",
    "v[0] = 1.0": "changes an array in place",
    "v += g": "`v` is changed in place",
    "w = v\n    w += g": "`w` is changed in place",
    "w = v * 1\n    u = w\n    w += g": "`w` is changed in place",
    "s = lr * 1\n    s += g": "`s` is changed in place",
    "v = w = g": "gives one value to two names",
    "print(v)": "computes nothing that is kept",
    "v = np.clip(v, 0, 1)": "`np.clip` cannot be translated; use np.minimum",
    "v = np.sum(g)": "goes over the grid too; over the coordinates it is axis=0",
    "v = g.max()": "`g.max\\(\\)` cannot be translated",
    "v = max(g, 0)": "use np.maximum",
    "v = np.dot(g, g)": "`np.dot`",
    "v = g @ g": "`g @ g` is this construct",
    "v = g // 2": "`g // 2`",
    "v = unknown * g": "`unknown` is not defined",
    "v = TABLE * g": "`TABLE` is a ndarray, not a number",
    "v = TABLE.shape": "is not a number or function that can be looked up",
    "v = 1j * g": "is a complex, not a number",
    "v = g > 0 and g < 1": "write & between comparisons",
    "v = 0 < g < 1": "write & between comparisons",
    "if g > 0: v = g": "`if` looks at values that differ from point to point; write np.where",
    "if f > 0: v = g": "write np.where",
    "v = g if v > 0 else x": "write np.where",
    "v = lr or 0.1": "`or` joins comparisons only",
    "v = best * g": "`best` may be None here; ask `is None` first",
    "v = best if best is None else g": "returns|None",
    "v = None": "None is used as a number",
    "v = 'a'": "a text is used as a number",
    "v = (g > 0) + (g < 1)": "arithmetic with comparisons only",
    "v = (g, x)": "a tuple is used as a number",
    "v = (1.0, 2.0) * g": "a tuple is used as a number",
    "a, b, c = (x, g)": "2 values cannot be unpacked into 3 names",
    "v = noise": "noise is a function; call it",
    "v = noise(3)": "only noise\\(\\) can be called",
    "v = g()": "only noise\\(\\) can be called",
    "v = g * (1 / 0)": "Python cannot compute a constant here: division by zero",
    "v = g * (-1) ** 0.5": "not a real number",
    "if t > 1: w = g\n    v = w": "`w` may have no value here",
    "v = again(g)": "calls itself",
    "v = exp_made(g)": "exp_made has no source",
    "v = starred(g)": "takes any number of arguments",
    "v = tools.twice(g)": "`tools.twice` is not a number or function",
    "v = partial(g)": "`partial` cannot be translated",
    "v = halved(g, 1, 2, 3)": "`halved` is called wrongly",
    "v = halved(g)": "`halved` is a ndarray, not a number|is a ndarray",
    "v = looping(g)": "looping, line 4: .*is a comprehension",
    "v = endless(g)": "may end without `return`",
    "return x\n    v = g": "returns 1 values; it must return 2|never reached",
    "return lr, v": "returns one number for all coordinates",
    "v = x is g": "`is` compares with None only",
    "v = t in (1, 2)": "`in` cannot be translated",
}
HELPERS = """
def again(g):
    return again(g)
def looping(g): return [g for _ in (1,)]
def starred(*all): return all[0]
def halved(g, by=TABLE): return g / 2
def endless(g):
    if TRUE is None: return g
"""


def helpers():
    import functools
    import types

    table = np.array([1.0, 2.0])
    space = {"TABLE": table, "tools": types.SimpleNamespace(twice=lambda g: 2 * g), "TRUE": True}
    exec("def exp_made(g): return np.exp(g)", {"np": np}, space)
    file = f"<cell {next(NUMBERS)}>"
    source = HELPERS
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec", dont_inherit=True), space)
    return {**space, "partial": functools.partial(max, 1)}


@pytest.mark.parametrize("line", REFUSED)
def test_what_is_not_arithmetic_is_refused_with_line_and_construct(line):
    rule = defined(RULE.format(line), **helpers())
    with pytest.raises(Untranslatable, match=REFUSED[line]) as refused:
        to_javascript(rule)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")
    assert re.match(r"\w+(, line \d+:|:| )", str(refused.value))


def test_code_whose_file_has_changed_is_not_read_as_what_it_was(tmp_path, monkeypatch):
    file = tmp_path / "changing.py"
    file.write_text("def f(x):\n    return x**2 / 2\n")
    monkeypatch.syspath_prepend(tmp_path)
    import changing

    assert read(changing.f)
    file.write_text("def f(x):\n    return x**2 / 4\n")
    with pytest.raises(Untranslatable, match="its file was changed after it was loaded"):
        read(changing.f)


def test_lambdas_of_one_line_are_told_apart(tmp_path):
    one, two = defined("rule = (lambda x: x**2 / 2), (lambda x: 3 * x)")
    code = to_javascript(Objective(one, two, start=1.0))["code"]
    assert "x_ * x_ / 2" in code
    assert "3 * x_" in code


def test_a_function_decorated_by_something_unknown_is_not_read_past_the_decorator():
    source = """
        import functools
        def doubled(function):
            @functools.wraps(function)
            def inner(*all, **named):
                return 2 * function(*all, **named)
            return inner
        @doubled
        def rule(x):
            return x
    """
    with pytest.raises(Untranslatable, match="any number of arguments"):
        read(defined(source))


def test_numpys_own_functions_are_objectives_too(tmp_path):
    code = to_javascript(Objective(np.cos, lambda x: -np.sin(x), start=1.0))
    (answer,) = in_node([{"rules": [], "objective": code, "scheduled": [], "points": [[1.0]]}], tmp_path)
    assert float(answer["values"][0]) == pytest.approx(np.cos(1.0), rel=1e-15)


def test_three_coordinates_are_not_drawn():
    bowl = Objective(lambda x: x[0] ** 2, lambda x: x, start=(1, 2, 3))
    with pytest.raises(Untranslatable, match="has 3 coordinates; a page draws one or two"):
        to_javascript(bowl)


# --- the inside of a step ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("objective", ["rosenbrock", "quartic"])
def test_the_inside_of_a_step_is_that_of_explain(objective, tmp_path):
    objective = OBJECTIVES[objective]
    landscape = to_javascript(objective)
    codes = [to_javascript(name) for name in TRANSLATED]
    branches = 0
    for step in (1, 14):
        runs = [
            {"rule": index, "settings": {}, "start": objective.start.tolist(), "steps": 1, "inside": step,
             "noise": noise_rows(0, code["draws"], step, objective.n).tolist()}
            for index, code in enumerate(codes)
        ]  # fmt: skip
        job = {"rules": codes, "objective": landscape, "scheduled": [], "runs": runs}
        (answer,) = in_node([job], tmp_path)
        for name, found in zip(TRANSLATED, answer["runs"], strict=True):
            card = explain(train(name, objective, steps=step), step)
            for place in range(objective.n):
                written = found["card"][place]
                assert [row["left"] for row in written] == [card._left(line, "text") for line in card.lines]
                assert [row["symbols"] for row in written] == [card._formula(line, "text") for line in card.lines]
                for row, line in zip(written, card.lines, strict=True):
                    if choices(line.node):  # the branch that counts, in numbers
                        rows = card._in_numbers(line, "text")
                        _, numbers, result = rows[min(place, len(rows) - 1)]
                        assert row["numbers"] == (numbers or result)
                        branches += 1
                    value = np.ravel(line.result)[min(place, np.size(line.result) - 1)]
                    if isinstance(value, bool | np.bool_):
                        assert row["result"] == str(value)
                    else:  # half of the last of four digits
                        assert float(row["result"].replace("−", "-")) == pytest.approx(value, rel=5.01e-4, nan_ok=True)
    assert branches > 20


# --- in a notebook -------------------------------------------------------------------------------------------------


def test_a_rule_of_a_notebook_cell_is_translated():
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    cells = [
        "%matplotlib inline\nimport numpy as np\nfrom optviz import update_rule\nSLOW = 0.5",
        "%%time\n@update_rule\ndef mine(x, g, /, v=0.0, *, lr=0.1):\n    v = SLOW * v - lr * g\n    return x + v, v",
        "@update_rule\ndef mine(x, g, /, v=0.0, *, lr=0.1):\n    v = SLOW * v - lr * np.sign(g)\n    return x + v, v",
        "from optviz.javascript import to_javascript\nprint(to_javascript(mine)['code'])",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (printed,) = notebook.cells[-1].outputs
    assert "v_ = 0.5 * v_ - lr_ * $sign(g_);" in printed["text"]


def test_later_rows_of_noise_do_not_depend_on_how_many_are_asked_for():
    few, many = noise_rows(5, 2, 3, 2), noise_rows(5, 2, 50, 2)
    assert np.array_equal(few, many[:6])
    assert not np.array_equal(few, noise_rows(5, 2, 3, 2, "objective"))
    assert all((a != b).any() for a, b in pairwise(many))
