"""`check` says what a step is: right, a known mistake by its name, or where it first differs."""

import inspect
import re
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

from optviz import RULES, adapters, check, train, update_rule
from optviz.rule import UpdateRule

from . import classroom, learners
from .registry import NAMES

OUT = {
    "rule": lambda rule: rule,
    "config": adapters.config.step,
    "classes": adapters.classes.optimizer,
    "scalar": adapters.scalar.trainer,
}


def root_of(name):
    return RULES[name].variant_of or RULES[name]


def expressible(name, dialect):
    """Whether the driver can run what is handed out: it has no place for noise there, nor config one for the loss."""
    rule = RULES[name]
    if dialect == "rule":
        return True
    if "noise" in rule.given or name == "learned":
        return False
    if dialect == "scalar":
        return "lr" in rule.parameters
    return rule.look_ahead is None and not (dialect == "config" and "f" in rule.given)


# --- the registry ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "dialect"), [(name, dialect) for dialect in OUT for name in NAMES if expressible(name, dialect)]
)
def test_every_rule_is_right_and_every_variant_and_mistake_is_named_in_every_dialect(name, dialect):
    rule, root = RULES[name], root_of(name)
    found = check(OUT[dialect](rule), against=root)
    assert found.right == (rule is root)
    assert found.matches == (() if rule is root else (name,))
    assert (rule.mistake or rule.differs) in found.sentence


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_is_right_against_itself(name):
    found = check(name, against=name)
    assert found.right
    assert found
    assert (found.matches, found.step, found.coordinate) == ((), None, None)
    assert repr(found) == str(found) == found.sentence == f"Right: your function walks exactly like `{name}`."


@pytest.mark.parametrize("dialect", ["config", "classes"])
def test_nesterov_handed_out_without_its_look_ahead_is_named_as_what_it_became(dialect):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "nesterov becomes nesterov_shifted")
        assert check(OUT[dialect]("nesterov"), "nesterov").matches == ("nesterov_shifted",)


def test_a_rule_of_another_family_is_named_after_the_family():
    assert check("sgd", "momentum").matches == ("sgd",)
    assert check("rmsprop_eps_inside", "adam").matches == ("rmsprop_eps_inside",)
    assert check("adam_late_counter", "adam_eps_hat").matches == ("adam_late_counter",)
    assert check("adam", "adam_eps_hat").matches == ("adam",)


# --- learners --------------------------------------------------------------------------------------------------------

LEARNERS = [
    (learners.sgd, "sgd", ()),
    (learners.sgd_momentum, "momentum", ()),
    (learners.sgd_momentum_averaged, "momentum", ("momentum_ema",)),
    (learners.rmsprop, "rmsprop", ()),
    (learners.adam, "adam", ()),
    (learners.adam_late_counter, "adam", ("adam_late_counter",)),
    (learners.adam_without_defaults, "adam", ()),
    (learners.SGD, "sgd", ()),
    (learners.Momentum, "momentum", ()),
    (learners.Momentum(lr=3.0, momentum=0.1), "momentum", ()),
    # eps is written into these
    (learners.AdaGrad, "adagrad", ()),
    (learners.RMSprop, "rmsprop", ()),
    (learners.Adam, "adam", ()),
    (classroom.adagrad_2d, "adagrad", ()),
    (classroom.rmsprop_2d, "rmsprop", ()),  # calls the decay gamma
    (classroom.adam_2d, "adam", ()),
    (classroom.rmsprop_2d, "adagrad", ("rmsprop", "rmsprop_eps_inside")),
    (learners.Adam, "amsgrad", ("adam", "adam_eps_hat", "adam_eps_inside", "adam_eps_inside_raw")),
]


@pytest.mark.parametrize(("step", "against", "matches"), LEARNERS)
def test_a_learners_step_is_right_or_named(step, against, matches):
    found = check(step, against)
    assert (found.right, found.matches) == (not matches, matches)


def test_an_eps_that_cannot_be_set_does_not_count_and_the_sentence_says_so():
    assert check(learners.Adam).sentence == (
        "Right: your class walks exactly like `adam`. Its eps cannot be set, so where it stands was not checked."
    )


def with_its_eps_written_in(name, eps=1e-7):
    """Return the rule without the setting eps."""
    rule = RULES[name]
    signature = inspect.signature(rule.function)

    def fixed(*args, **settings):
        return rule.function(*args, **settings, eps=eps)

    fixed.__name__ = name
    fixed.__signature__ = signature.replace(parameters=[p for key, p in signature.parameters.items() if key != "eps"])
    return UpdateRule(fixed)


# What the place of eps alone tells apart.
ONLY_EPS = {
    "nadam_paper_constant": ("nadam_paper_constant", "nadam_article"),
    "nadam_article": ("nadam_paper_constant", "nadam_article"),
    "amsgrad_paper": ("amsgrad_paper", "amsgrad_article"),
    "amsgrad_article": ("amsgrad_paper", "amsgrad_article"),
    "rmsprop_momentum": ("rmsprop_momentum", "rmsprop_momentum_eps_inside"),
    "rmsprop_momentum_eps_inside": ("rmsprop_momentum", "rmsprop_momentum_eps_inside"),
}
IS_ITS_ORIGINAL_BUT_FOR_EPS = {
    "adagrad_eps_inside",
    "rmsprop_eps_inside",
    "adam_eps_hat",
    "adam_eps_inside",
    "adam_eps_inside_raw",
    "adamax_eps_added",
    "amsgrad_eps_hat",
    "eve_eps_hat",
}


@pytest.mark.parametrize("name", [name for name in NAMES if "eps" in RULES[name].parameters and name != "adadelta"])
def test_without_the_setting_eps_a_rule_is_named_with_those_that_differ_in_eps_alone(name):
    found = check(with_its_eps_written_in(name), against=root_of(name))
    if root_of(name) is RULES[name] or name in IS_ITS_ORIGINAL_BUT_FOR_EPS:
        assert found.right
    else:
        assert found.matches == ONLY_EPS.get(name, (name,))


def test_the_steps_of_adadelta_are_made_of_its_eps():
    assert check(with_its_eps_written_in("adadelta", eps=1e-6), "adadelta")
    assert "that of adadelta, eps 1e−6" in check(with_its_eps_written_in("adadelta", eps=1e-2), "adadelta").sentence


TOGETHER = {matches for *_, matches in LEARNERS if len(matches) > 1} | set(ONLY_EPS.values())


@pytest.mark.parametrize("names", sorted(TOGETHER))
def test_rules_that_are_named_together_walk_together_where_eps_does_not_count(names):
    numbers = {"lr": 1e5, "decay": 0.7, "momentum": 0.8, "beta1": 0.8, "beta2": 0.9}
    first, *others = (
        train(name, start=(-5e6, -2e6), steps=20, **{key: numbers[key] for key in {*numbers} & {*parameters}})
        for name, parameters in ((name, RULES[name].parameters) for name in names)
    )
    for run in others:
        assert_allclose(run.points, first.points, rtol=1e-9, atol=1e-2)  # of 5,000,000


def test_defaults_do_not_matter_but_a_number_that_cannot_be_set_does():
    def other_defaults(x, g, t, /, m=0.0, v=0.0, *, alpha=3.0, beta1=0.5, beta2=0.6, epsilon=1e-3):
        return RULES["adam"](x, g, t, m, v, lr=alpha, beta1=beta1, beta2=beta2, eps=epsilon)

    def other_decay(x, g, t, /, m=0.0, v=0.0, *, lr=0.1, beta1=0.9, eps=1e-8):
        return RULES["adam"](x, g, t, m, v, lr=lr, beta1=beta1, beta2=0.99, eps=eps)

    assert check(UpdateRule(other_defaults))
    found = check(UpdateRule(other_decay))
    assert not found
    assert "; what it does not let be set is that of adam, beta2 0.999)" in found.sentence


def test_a_guard_against_a_division_by_zero_is_no_difference():
    def guarded(x, g, t, /, m=0.0, v=0.0, *, lr=0.1, beta1=0.9, beta2=0.999, final_lr=0.1, eps=1e-8):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        low = final_lr * (1 - 1 / ((1 - beta2) * t + 1))
        high = final_lr * (1 + 1 / ((1 - beta2) * t))
        return x - np.minimum(np.maximum(lr / (np.sqrt(v) + eps), low), high) / np.sqrt(t) * m, m, v

    assert check(UpdateRule(guarded), "adabound_paper")


def test_a_rule_that_works_on_single_points_only_is_checked_on_single_points():
    def clipping(x, g, /, *, lr=0.1):
        return x - lr * (g if np.linalg.norm(g) < 1e30 else 0 * g)

    assert check(UpdateRule(clipping), "sgd")


def test_a_learners_own_rule_in_the_registry_is_not_taken_for_a_known_one():
    @update_rule(variant_of=RULES["sgd"], differs="twice as fast")
    def twice(x, g, /, *, lr=0.1):
        return x - 2 * lr * g

    assert check(twice, "sgd").matches == ()
    assert check(twice, "sgd", candidates=[twice]).matches == ("twice",)


# --- what is wrong, in its order -------------------------------------------------------------------------------------


@UpdateRule  # not registered
def sums(x, g, /, *, lr=0.1):
    return (x - lr * g).sum()


def sums_config(w, dw, config=None):
    return (w - config.setdefault("learning_rate", 0.1) * dw).sum(), config


def returns_the_point_only(w, dw, config=None):
    return w - 0.1 * dw


@UpdateRule
def in_place(x, g, /, *, lr=0.1):
    x -= lr * g
    return x


@UpdateRule
def memory_in_place(x, g, /, v=0.0, *, lr=0.1):
    v += g
    return x - lr * v, v


@UpdateRule
def key_error(x, g, /, *, lr=0.1):
    config = {}
    return x - config["v"]


def key_error_in_a_config(w, dw, config=None):
    config.setdefault("learning_rate", 0.1)
    return w - config["learning_rate"] * {}["v"], config


@UpdateRule
def power_of_an_array(x, g, /, *, lr=0.1):
    return x - lr * g ^ 2


def power_of_a_number(x1, x2, lr):
    return x1 - lr * x1 ^ 2, x2 - lr * x2 ^ 2


@UpdateRule
def error_in_numpy(x, g, /, *, lr=0.1):
    return x - lr * np.linalg.norm(g, axis=7)


class NoGradients:
    def update(self, params, grads):
        params["x"] -= grads["g"]


def unknown_key(w, dw, config=None):
    return w - config["learning_rat"] * dw, config


@UpdateRule
def uphill(x, g, /, v=0.0, *, lr=0.1, momentum=0.9):
    v = momentum * v + lr * g
    return x + v, v


@UpdateRule
def no_eps(x, g, /, h=0.0, *, lr=0.1):
    h = h + g**2
    return x - lr * g / np.sqrt(h), h


@UpdateRule
def double(x, g, /, *, lr=0.1):
    return x - 2 * lr * g


@UpdateRule
def late(x, g, t, /, *, lr=0.1):
    return x - lr * g * (1 if t == 1 else np.array([[1.0], [2.0]]))


# The step, the right rule, what is said, and where.
WRONG = {
    "shape": (sums, "sgd", r"sums returned a new x of shape \(\); it must keep the shape of x", None),
    "shape, config": (sums_config, "sgd", r"sums_config returned as next_w an array of shape \(\)", None),
    "one value": (returns_the_point_only, "sgd", r"it must return two values, next_w and the dictionary", None),
    "in place": (in_place, "sgd", r"in_place in line \d+, `x -= lr \* g`, changes an array in place", None),
    "memory in place": (memory_in_place, "sgd", r"memory_in_place in line \d+, `v \+= g`, changes an array", None),
    "error": (key_error, "sgd", r"function raised KeyError: 'v' in line \d+, `return x - config\[\"v\"\]`\.", None),
    "error, config": (key_error_in_a_config, "sgd", r"Your function raised KeyError: 'v' in line \d+, `return w", None),
    "error, numpy": (error_in_numpy, "sgd", r"raised AxisError: .* in line \d+, `return x - lr \* np\.linalg", None),
    "power, numpy": (power_of_an_array, "sgd", r"`\^` is no power in Python; write `\*\*`: line \d+, `return x", None),
    "power, numbers": (power_of_a_number, "sgd", r"`\^` is no power in Python; write `\*\*`: line \d+", None),
    "error, class": (NoGradients, "sgd", r"Your class raised KeyError: 'g' in line \d+, `params\[\"x\"\] -= gr", None),
    "unknown key": (unknown_key, "sgd", r"unknown_key needs learning_rat, and check has no value for it", None),
    "nan": (no_eps, "adagrad", r"makes coordinate 2 nan in step 1, where the gradient is 0: is there an eps", (1, 2)),
    "sign": (uphill, "momentum", r"walks the wrong way from the first step on", (1, 1)),
    # from (-5, -2) the gradient is (-1, -8): to -5 + 0.2, and -5 + 0.1 is right
    "unknown": (double, "sgd", r"step 1, coordinate 1: yours −4\.8, expected −4\.9 \(from \(−5, −2\) on quadr", (1, 1)),
    # at x2 = -2 + 0.8 it is -4.8: to -1.2 + 0.96, and -1.2 + 0.48 is right
    "later": (late, "sgd", r"step 2, coordinate 2: yours −0\.24, expected −0\.72 \(.* with lr 0\.1\)\.", (2, 2)),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_and_where(case):
    step, against, sentence, place = WRONG[case]
    found = check(step, against)
    assert re.search(sentence, found.sentence)
    assert (found.right, found.matches) == (False, ())
    assert (found.step, found.coordinate) == (place or (None, None))


def test_the_order_of_what_is_said():
    """A nan is said before a sign, a sign before a known mistake, and a known mistake explains what is said before."""
    assert check(no_eps, "adagrad", candidates=[no_eps]).matches == ("no_eps",)
    upwards = UpdateRule(uphill.function, variant_of=RULES["momentum"], mistake="the gradient is added")
    found = check(uphill, "momentum", candidates=[upwards])
    assert found.matches == ("uphill",)
    assert found.sentence.startswith("Your function walks the wrong way")
    assert found.sentence.endswith("Your function walks exactly like `uphill`: the gradient is added.")


def test_a_walk_that_overflows_late_is_told_by_its_first_difference():
    @UpdateRule
    def growing(x, g, /, v=0.0, *, lr=0.1):
        return x - lr * g * np.exp(v), v + g**2

    found = check(growing, "sgd")
    assert (found.step, found.sentence[:16]) == (2, "First difference")


def test_a_config_step_that_changes_its_arrays_in_place_is_right_and_warned():
    def scaling(w, dw, config=None):
        dw *= config.setdefault("learning_rate", 0.1)
        return w - dw, config

    found = check(learners.sgd, "sgd")
    assert found.right
    assert "changes the caller's w in place, so that a list of visited points holds one point" in found.sentence
    assert "changes the caller's dw in place; write `dw = dw - ...`" in check(scaling, "sgd").sentence
    assert "in place" not in check(learners.sgd_momentum, "momentum").sentence
    assert "in place" not in check(learners.SGD, "sgd").sentence  # the dialect


# --- a lesson's own candidates ---------------------------------------------------------------------------------------


def adam_bug(step):
    """Return Adam with another last line: `step(m, v, t, beta1, beta2, eps)` is what is multiplied by lr."""

    def bug(x, g, t, /, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        return x - lr * step(m, v, t, beta1, beta2, eps), m, v

    return bug


def swapped(x, g, t, /, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return RULES["adam"](x, g, t, m, v, lr=lr, beta1=beta2, beta2=beta1, eps=eps)


def stored_back(x, g, t, /, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    return x - lr * m / (np.sqrt(v) + eps), m, v


def squares_of_m(x, g, t, /, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    return x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def averages_v(x, g, t, /, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * v
    return x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


# The bug hunt of the lesson on Adam.
ADAM_BUGS = {
    "t from 0": adam_bug(lambda m, v, t, b1, b2, e: m / (1 - b1 ** (t - 1)) / (np.sqrt(v / (1 - b2 ** (t - 1))) + e)),
    "b**2 for b**t": adam_bug(lambda m, v, t, b1, b2, e: m / (1 - b1**2) / (np.sqrt(v / (1 - b2**2)) + e)),
    "no correction": adam_bug(lambda m, v, t, b1, b2, e: m / (np.sqrt(v) + e)),
    "only m": adam_bug(lambda m, v, t, b1, b2, e: m / (1 - b1**t) / (np.sqrt(v) + e)),
    "only v": adam_bug(lambda m, v, t, b1, b2, e: m / (np.sqrt(v / (1 - b2**t)) + e)),
    "no root": adam_bug(lambda m, v, t, b1, b2, e: m / (1 - b1**t) / (v / (1 - b2**t) + e)),
    "betas swapped": swapped,
    "correction stored back": stored_back,
    "v averages m squared": squares_of_m,
    "v averages v": averages_v,
}
CANDIDATES = []
for words, function in ADAM_BUGS.items():
    CANDIDATES.append(UpdateRule(function, variant_of=RULES["adam"], mistake=words))
    CANDIDATES[-1].name = words.replace(" ", "_")


@pytest.mark.parametrize("rule", CANDIDATES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("dialect", ["rule", "config"])
def test_every_bug_of_a_lesson_is_told_from_all_others(rule, dialect):
    found = check(OUT[dialect](rule), candidates=CANDIDATES)
    assert found.matches == (rule.name,)
    assert found.sentence.endswith(f" walks exactly like `{rule.name}`: {rule.mistake}.")


def test_candidates_are_in_any_dialect_and_go_before_the_registry():
    found = check(learners.sgd_momentum_averaged, "momentum", candidates=[learners.sgd_momentum_averaged])
    assert found.matches == ("sgd_momentum_averaged",)
    assert "`sgd_momentum_averaged`: Momentum as an edition of the course has it: the mean of" in found.sentence


def test_candidates_that_cannot_be_told_apart_are_named_together():
    def averaged(x, g, /, v=0.0, *, lr=0.1, momentum=0.9):
        v = momentum * v + (1 - momentum) * g
        return x - lr * v, v

    def slow(x, g, /, v=0.0, *, lr=0.1, momentum=0.9):
        v = momentum * v - lr * (1 - momentum) * g
        return x + v, v

    two = [UpdateRule(averaged, mistake="a mean"), UpdateRule(slow, mistake="a rate that is too small")]
    found = check("momentum_ema", "momentum", candidates=two)
    assert found.matches == ("averaged", "slow")
    assert found.sentence == (
        "Your function walks exactly like `averaged`: a mean (here it cannot be told apart from "
        "`slow`: a rate that is too small)."
    )


# --- what is not a step ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: check("adm"), ValueError, "no update rule called 'adm'. Did you mean adam"),
        (lambda: check(3), TypeError, "must be an update rule, its name or a step of a known form; got 3"),
        (lambda: check(lambda w, dw: w), TypeError, "has no parameter lr and no config"),
        (lambda: check("adam", "adm"), ValueError, "no update rule called 'adm'"),
        (lambda: check("adam", "sgd", [3]), TypeError, "must be an update rule, its name or a step"),
    ],
)
def test_what_is_no_step_is_an_error(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


# --- bugs that only some walks show --------------------------------------------------------------------------------


@UpdateRule
def one_memory_for_mean_and_maximum(x, g, t, /, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = np.maximum(v, beta2 * v + (1 - beta2) * g**2)
    return x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@UpdateRule
def eve_without_guard(x, g, t, f, /, m=0.0, v=0.0, d=1.0, f_old=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, beta3=0.999,
                      c=10.0, eps=1e-8, f_star):  # fmt: skip
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    if t > 1:
        quotient = np.abs(f - f_old) / np.abs(np.minimum(f, f_old) - f_star)
        d = beta3 * d + (1 - beta3) * np.minimum(np.maximum(quotient, 1 / c), c)
    return x - lr / d * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, d, f


def santa_that_ignores(name):
    """Santa-E with one setting at its default whatever is asked for."""
    right = RULES["santa_e"]

    def deaf(x, g, t, noise, /, u=0.0, alpha=0.0, v=0.0, G=0.0, *, lr=1e-3, sigma=0.95, lam=1e-2, c=5.0, burn_in=50,
             anneal=0.5, temperature=1.0, batches=1, correction=False):  # fmt: skip
        settings = {"lr": lr, "sigma": sigma, "lam": lam, "c": c, "burn_in": burn_in, "anneal": anneal,
                    "temperature": temperature, "batches": batches, "correction": correction}  # fmt: skip
        settings[name] = right.parameters[name].default
        return right(x, g, t, noise, u, alpha, v, G, g0=None, **settings)

    return UpdateRule(deaf)


@pytest.mark.parametrize(("step", "against"), [
    (one_memory_for_mean_and_maximum, "amsgrad"),
    (eve_without_guard, "eve"),
    *((santa_that_ignores(name), "santa_e")
      for name in ("temperature", "batches", "anneal", "correction", "lam", "burn_in")),
])  # fmt: skip
def test_a_bug_that_an_ordinary_walk_hides_is_found(step, against):
    assert not check(step, against).right


@pytest.mark.parametrize("letter", ["momentum", "gamma", "mu", "rho", "beta", "alpha", "beta1", "decay_rate"])
def test_momentum_is_right_under_any_letter(letter):
    def step(w, dw, config=None):
        config.setdefault("learning_rate", 0.01)
        config.setdefault(letter, 0.9)
        v = config[letter] * config.get("velocity", np.zeros_like(w)) - config["learning_rate"] * dw
        config["velocity"] = v
        return w + v, config

    assert check(step, "momentum").right


def test_another_hidden_decay_is_not_taken_for_another_place_of_epsilon():
    def step(w, dw, config=None):
        config.setdefault("learning_rate", 0.01)
        cache = 0.9 * config.get("cache", np.zeros_like(w)) + 0.1 * dw**2
        config["cache"] = cache
        return w - config["learning_rate"] * dw / (np.sqrt(cache) + 1e-8), config

    found = check(step, "rmsprop")
    assert not found.matches
    assert "decay 0.99" in found.sentence


def test_a_step_that_does_not_move_or_leaves_is_told():
    def still(w, dw, config=None):
        return w, config

    def leaving(w, dw, config=None):
        raise SystemExit

    assert "does not move the point" in check(still, "sgd").sentence
    assert "SystemExit" in check(leaving, "sgd").sentence
    with pytest.raises(TypeError, match="candidates must be a list of rules or steps"):
        check("sgd", candidates="adam")
