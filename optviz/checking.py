"""`check`: is a learner's optimiser right, and if not, which known mistake does it look like?"""

import functools
import os
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import rules
from .adapters import as_rule, classes, config
from .driver import train
from .objective_function import Objective
from .objectives.bowls import quadratic
from .ranges import Range
from .rule import REQUIRED, RULES, SPELLINGS, Parameter, UpdateRule
from .rules.adam_family import adam
from .words import number_text, point_text

STEPS = 20
FEW = 3  # most rules are apart by then: only those that are not walk on


class Probe(NamedTuple):
    """Where a walk starts, its rate, and whether check boxes are the other way round than usual."""

    start: tuple[float, float]
    lr: float
    flip: bool = False


# An ordinary walk, gradients of the size of eps, a coordinate whose gradient is 0, a rate so large that the point
# overshoots and gradients grow again, and a start at the minimum, where a quotient may be 0 / 0.
PROBES = (
    Probe((-5.0, -2.0), 0.1),
    Probe((0.05, -0.03), 0.017, flip=True),
    Probe((3.0, 0.0), 0.1),
    Probe((-5.0, -2.0), 1.3, flip=True),
    Probe((0.0, 0.0), 0.1),
)
# For a step whose eps cannot be set: gradients so large that no usual eps counts, wherever it stands. One rate is small
# against them, for rules in which the rate is a cap.
STEEP = (
    Probe((-5e6, -2e6), 1.1e5),
    Probe((5e4, -3e4), 1.7e4, flip=True),
    Probe((3e6, 0.0), 0.11),
    Probe((-5e6, -2e6), 1.3e6, flip=True),
)
# Values that let mistakes show: a large eps, short memories, a funnel that closes, a burn-in that ends; and no two of
# them, or of what they lack to 1, are the same number. A setting that is not here moves off its default.
SETTINGS = {
    "momentum": 0.8,
    "dampening": 0.6,
    "decay": 0.7,
    "sigma": 0.66,
    "beta1": 0.84,
    "beta2": 0.91,
    "beta3": 0.72,
    "momentum_decay": 0.45,
    "final_lr": 0.05,
    "gamma": 0.23,
    "c": 2.0,
    "burn_in": 10,
    "eps": 0.013,
}
# Letters under which people keep the one memory that a rule has.
MEMORIES = ("momentum", "decay", "beta", "beta1", "beta2", "mu", "rho", "gamma", "alpha", "sigma")
# An eps that only guards against 0 / 0, for a reference without one.
GUARD = 1e-30
# How far two walks may be apart, as a part of the way: rounding, and what may be left of an eps that cannot be set.
ROUNDING, HIDDEN_EPS = 1e-9, 1e-6

PACKAGE, NUMPY = (os.path.join(Path(file).parent, "") for file in (__file__, np.__file__))


def quadratic_plus_5(x):
    """The bowl on a floor that is not 0, for a rule that compares the loss with its lowest value."""
    return quadratic(x) + 5.0


RAISED = Objective(quadratic_plus_5, quadratic.grad, start=quadratic.start, minima=quadratic.minima)


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What `check` has found; it prints as its sentence, and is true if the step is right.

    `right`: whether all points are those of the reference. `matches`: the names of the rules whose points they are
    instead, several if these cannot be told apart. `step` and `coordinate`: the first difference, both counted from 1;
    None if there is none or the step could not be run.
    """

    right: bool
    sentence: str
    matches: tuple[str, ...] = ()
    step: int | None = None
    coordinate: int | None = None

    def __repr__(self) -> str:
        return self.sentence

    def __bool__(self) -> bool:
        return self.right


def check(step: Any, against: Any = adam, candidates: Sequence[Any] = ()) -> Diagnosis:
    """Compare a learner's step with the right rule; if it is wrong, name the known mistake that it looks like.

    Both walk 20 steps on `quadratic` from several starts, with the same settings, chosen so that mistakes show. The
    first of these that applies is said: the step fails, or returns another shape; it changes its arrays in place; it
    becomes nan or infinite; it walks uphill; it is right; it walks exactly like a known rule; where it first differs.
    Known are the `candidates`, then the variants and published mistakes of `against`, then all other rules of the
    package; those that cannot be told apart are named together.

    What is compared is the form, not the numbers. Every setting that the step lets be set is set, so its defaults do
    not matter; one that it does not let be set must be that of `against`. An eps that cannot be set is the exception:
    then the gradients are so large that neither its value nor its place shows, and the sentence says so. Noise is the
    same for both; a step that draws its own cannot be compared.

    Args:
        step: an update rule, its name, or a learner's own step in a dialect of `optviz.adapters`. A trainer on two
            coordinates must carry the gradient of `quadratic`. A function with a config may change `w` in place, as
            the course's own code does; the sentence then warns, but it is not wrong.
        against: the right rule, in the same forms.
        candidates: a lesson's own wrong rules, in the same forms; the sentence quotes `mistake` or `differs`.

    Raises TypeError or ValueError, in one sentence, for a step of none of the known forms. What goes wrong inside of
    the learner's code is not raised but said.

    >>> def mine(w, dw, config=None):
    ...     config.setdefault("learning_rate", 0.01)
    ...     config.setdefault("momentum", 0.9)
    ...     v = config["momentum"] * config.get("velocity", 0) + (1 - config["momentum"]) * dw
    ...     config["velocity"] = v
    ...     return w - config["learning_rate"] * v, config
    >>> check(mine, "momentum").matches
    ('momentum_ema',)
    """
    against = as_rule(against, 2)
    if isinstance(candidates, str) or not isinstance(candidates, Iterable):
        raise TypeError(f"candidates must be a list of rules or steps, such as [my_wrong_adam]; got {candidates!r}.")
    known = [as_rule(candidate, 2) for candidate in candidates]
    who = "Your class" if classes.recognises(step) else "Your function"
    changed: set[str] = set()
    takes_config = not isinstance(step, UpdateRule) and not classes.recognises(step) and config.recognises(step)
    try:
        mine = as_rule(_watched(step, changed) if takes_config else step, 2)
    except (Exception, SystemExit) as error:
        if not takes_config:  # this dialect alone calls the step, to learn its settings
            raise
        return Diagnosis(False, failure(who, error))
    try:
        trial = _trial(mine, against)
        points = np.stack([_walk(mine, trial, probe) for probe in trial.probes])
    except (Exception, SystemExit) as error:
        return Diagnosis(False, failure(who, error))
    if (points == points[:, :1]).all():
        return Diagnosis(
            False, f"{who} does not move the point at all: does it return, or store, the new one?", (), 1, 1
        )
    found = _compare(who, points, trial, [known, *_ours(against)])
    return replace(found, sentence=" ".join([found.sentence, *map(_in_place, sorted(changed))]))


class _Trial(NamedTuple):
    """What all walks of a check share."""

    mine: UpdateRule
    against: UpdateRule
    objective: Objective
    probes: tuple[Probe, ...]
    rate: str | None  # what the step calls its learning rate
    settings: dict[str, Any]  # all others that it lets be set, under its own names
    fixed: dict[str, Any]  # the settings of `against` that it does not let be set
    tolerance: float


def _trial(mine: UpdateRule, against: UpdateRule) -> _Trial:
    """Choose probes and settings; raise TypeError for a setting that has no value."""
    objective = RAISED if "f" in mine.given else quadratic
    common = {name: _name_in(against, mine, name) or name for name in mine.parameters}
    values = {**SETTINGS, "f_star": objective.f_star}
    if "eps" not in against.parameters:
        values["eps"] = GUARD
    rate = next((name for name in common if common[name] == "lr"), None)
    settings = {}
    for name, parameter in mine.parameters.items():
        if name != rate:
            theirs = against.parameters.get(common[name])
            if common[name] in ("eps", "f_star") or (theirs is not None and common[name] in values):
                settings[name] = values[common[name]]
            else:
                settings[name] = parameter.default if theirs is None else _moved(theirs)
            if settings[name] is REQUIRED:
                raise TypeError(f"{mine.name} needs {name}, and check has no value for it: give it a default.")
    # The lowest value comes from the objective.
    fixed = {name: one.default for name, one in against.parameters.items() if name not in {*common.values(), "f_star"}}
    probes, tolerance = (STEEP, HIDDEN_EPS) if "eps" in fixed else (PROBES, ROUNDING)
    return _Trial(mine, against, objective, probes, rate, settings, fixed, tolerance)


def _moved(parameter: Parameter) -> Any:
    """Return a valid value that is not the setting's default, so that a step which ignores it is found out."""
    default, kind = parameter.default, parameter.kind
    if not isinstance(kind, Range) or not isinstance(default, int | float):
        return default
    return default + 2 if kind.whole else 0.7 * default


def _name_in(rule: UpdateRule, mine: UpdateRule, name: str) -> str | None:
    """Return the setting of `rule` that is the setting `name` of `mine`: lr for alpha, momentum for gamma."""
    if name in rule.parameters:
        return name
    free = [one for one in rule.parameters if one not in mine.parameters]
    same = next((one for one in free if SPELLINGS.get(one, one) == SPELLINGS.get(name, name)), None)
    if same is None and name in MEMORIES:
        memories = [one for one in rule.parameters if one in MEMORIES]
        same = memories[0] if len(memories) == 1 and memories[0] in free else None
    return same


def _walk(rule: UpdateRule, trial: _Trial, probe: Probe, steps: int = STEPS) -> NDArray[np.float64]:
    """Return the points `(steps + 1, 2)`, with the settings of the trial as far as the rule has them."""
    named = ((_name_in(rule, trial.mine, name), value) for name, value in _at(trial, probe).items())
    # What cannot be set is that of the reference, in every rule: otherwise another default would pass for another form.
    fixed = {name: value for name, value in trial.fixed.items() if name in rule.parameters and value is not REQUIRED}
    settings = {**fixed, **{name: value for name, value in named if name is not None}}
    return train(rule, trial.objective, start=probe.start, steps=steps, **settings).points


def _at(trial: _Trial, probe: Probe) -> dict[str, Any]:
    """Return the settings of one walk."""
    settings = {
        name: not value if probe.flip and isinstance(value, bool) and name in trial.against.parameters else value
        for name, value in trial.settings.items()
    }
    return settings if trial.rate is None else {trial.rate: probe.lr, **settings}


def _ours(against: UpdateRule) -> list[list[UpdateRule]]:
    """Return the family of a rule, and all others. Only the package's own: the step itself may be registered too."""
    ours = [RULES[name] for name in rules.__all__]
    root = against.variant_of or against
    family = [one for one in ours if root in (one, one.variant_of)]
    return [family, [one for one in ours if one not in family]]


def _compare(who: str, points: NDArray, trial: _Trial, tiers: list[list[UpdateRule]]) -> Diagnosis:
    """Say what the points `(probes, STEPS + 1, 2)` of the learner's step are; the likeliest rules stand in front."""
    expected = np.stack([_walk(trial.against, trial, probe) for probe in trial.probes])
    apart = walks_apart(points, expected, trial.tolerance)
    if not apart.any():
        unseen = " Its eps cannot be set, so where it stands was not checked." if "eps" in trial.fixed else ""
        return Diagnosis(True, f"Right: {who.lower()} walks exactly like `{trial.against.name}`.{unseen}")

    def is_it(rule: UpdateRule) -> bool:
        return all(
            not walks_apart(mine[: steps + 1], _walk(rule, trial, probe, steps), trial.tolerance).any()
            for steps in (FEW, STEPS)
            for mine, probe in zip(points, trial.probes, strict=True)
        )

    known: list[UpdateRule] = next(filter(None, ([rule for rule in tier if is_it(rule)] for tier in tiers)), [])
    step = int(np.argmax(apart.any(axis=(0, 2))))
    lost = ~np.isfinite(points[:, step]) & np.isfinite(expected[:, step])
    probe, axis = np.argwhere(lost if lost.any() else apart[:, step])[0]
    yours, right = points[probe, step, axis], expected[probe, step, axis]
    sentences = []
    if lost.any():
        flat = quadratic.grad(points[probe, step - 1])[axis] == 0
        why = ", where the gradient is 0: is there an eps in the denominator?" if flat else "."
        sentences.append(f"{who} makes coordinate {axis + 1} {yours} in step {step}{why}")
    elif _walks_backwards(points, expected):
        sentences.append(f"{who} walks the wrong way from the first step on: a sign is turned; `x - lr * g` descends.")
    if known:
        sentences.append(f"{who} walks exactly like {_described(known)}.")
    if not sentences:
        digits = next(digits for digits in range(3, 18) if f"{yours:.{digits}g}" != f"{right:.{digits}g}") + 1
        sentences.append(
            f"First difference at step {step}, coordinate {axis + 1}: yours {number_text(yours, digits)}, "
            f"expected {number_text(right, digits)} ({_circumstances(trial, trial.probes[probe])})."
        )
    return Diagnosis(False, " ".join(sentences), tuple(rule.name for rule in known), step, int(axis) + 1)


def walks_apart(points: NDArray, others: NDArray, tolerance: float) -> NDArray[np.bool_]:
    """Return where two walks `(..., steps + 1, n)` are apart, measured by the way that the other has come so far."""
    begin = others[..., :1, :]
    with np.errstate(all="ignore"):
        moved = np.abs(others - begin)
        way = np.where(np.isfinite(moved), moved, 0).max(axis=-1, keepdims=True)
        room = tolerance * np.maximum.accumulate(way, axis=-2) + 4 * np.spacing(np.abs(begin))
        near = np.abs(points - others) <= room
    return ~(near | (points == others) | (np.isnan(points) & np.isnan(others)))


def _walks_backwards(points: NDArray, expected: NDArray) -> bool:
    """Whether the first step goes the other way in all coordinates of all probes."""
    with np.errstate(all="ignore"):
        return bool((np.sign(points[:, 1] - points[:, 0]) == np.sign(expected[:, 0] - expected[:, 1])).all())


def _described(known: list[UpdateRule]) -> str:
    """Return names, and in the rules' own words what each mistake is, or what the first rule is."""
    told = []
    for rule in known:
        words = rule.mistake or (rule.differs or rule.sentence if rule is known[0] else "")
        form = f", another form of `{rule.variant_of.name}`" if rule.variant_of and words == rule.differs else ""
        told.append(f"`{rule.name}`{form}" + (f": {words.rstrip('.')}" if words else ""))
    also = f" (here it cannot be told apart from {', '.join(told[1:])})" if len(told) > 1 else ""
    return told[0] + also


def _circumstances(trial: _Trial, probe: Probe) -> str:
    """Return all that is needed to see the difference oneself."""
    told = f"from {point_text(probe.start)} on {trial.objective.name}"
    settings = _at(trial, probe)
    if settings:
        told += f" with {_listed(settings)}"
    if trial.fixed:
        told += f"; what it does not let be set is that of {trial.against.name}, {_listed(trial.fixed)}"
    return told


def _listed(settings: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {number_text(value) if isinstance(value, float) else value}" for name, value in settings.items()
    )


def _watched(step: Callable, changed: set[str]) -> Callable:
    """Return a config step that notes in `changed` which of its arrays it has changed in place."""

    @functools.wraps(step)
    def watched(w: NDArray, dw: NDArray, config: Any = None) -> Any:
        before = {"w": (w, w.copy()), "dw": (dw, dw.copy())}
        returned = step(w, dw, config)
        changed.update(name for name, (now, then) in before.items() if not np.array_equal(now, then, equal_nan=True))
        return returned

    return watched


def _in_place(name: str) -> str:
    also = ", so that a list of visited points holds one point many times" if name == "w" else ""
    return f"It changes the caller's {name} in place{also}; write `{name} = {name} - ...`."


def failure(who: str, error: BaseException) -> str:
    """Return what went wrong when the step ran: our own sentence, or Python's error with the learner's line."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith((PACKAGE, NUMPY))]
    if not theirs or frames[-1].filename.startswith(PACKAGE):
        return str(error)
    line = f", `{theirs[-1].line}`" if theirs[-1].line else ""
    if "bitwise_xor" in str(error) or " for ^: " in str(error):
        return f"`^` is no power in Python; write `**`: line {theirs[-1].lineno}{line}."
    return f"{who} raised {type(error).__name__}: {error} in line {theirs[-1].lineno}{line}."
