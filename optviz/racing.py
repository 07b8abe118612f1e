"""`race`: several rules from the same start, for the same steps, and how their settings were chosen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn, get_args, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .adapters import as_rule
from .driver import train, whole
from .objective_function import Objective, find_objective
from .objectives.bowls import quadratic
from .ranges import Range, Rate
from .registry import nearest
from .result_table import Table
from .rule import REQUIRED, UpdateRule
from .standings import best_of, ties
from .trajectory import Trajectory, shared_contract
from .words import listed, setting_text

TUNES = ("published", "same", "best")
SAME_LR = 0.1  # for tune="same", if none is given
RATES = 41  # eight for each factor of ten over the range of a rate's slider


@dataclass(frozen=True, eq=False, repr=False)
class Race(Sequence[Trajectory]):
    """The runs of a race in the order of its entrants; every picture takes a race as it takes a list of runs.

    `contract` says how the settings were chosen, `sweeps` (label -> grid of runs over lr) is what `tune="best"` has
    tried, `notes` are sentences on what a reader of the result should know. A run is had by its place or its label.
    Shown in a notebook or printed, it is its result table.
    """

    runs: tuple[Trajectory, ...]
    contract: str
    sweeps: Mapping[str, Trajectory] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.runs)

    @overload
    def __getitem__(self, which: int | str) -> Trajectory: ...
    @overload
    def __getitem__(self, which: slice) -> tuple[Trajectory, ...]: ...
    def __getitem__(self, which: Any) -> Any:
        """Return the run at a place, or of a label; runs for a slice. Raises KeyError with the nearest labels."""
        if not isinstance(which, str):
            return self.runs[which]
        by_label = {run.label: run for run in self.runs}
        if which not in by_label:
            raise KeyError(f"No run of this race is called {which!r}.{nearest(which, list(by_label))}")
        return by_label[which]

    def table(self) -> Table:
        """Return the result: rank, steps to tolerance, final error, what became of each run, and its settings.

        Ranked is by the step from which the error stays below 1/10,000 of the start's, then by the final error. Who
        diverged comes last; who walked the same path, or ends equally well, shares a rank, and a sentence says so.
        """
        return Table(self.runs, self.contract, (*ties(self.runs), *self.notes))

    def __repr__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def race(
    entrants: Any,
    objective: Objective | str | None = None,
    *,
    tune: str = "published",
    lr: Any = None,
    rates: ArrayLike | None = None,
    start: ArrayLike | None = None,
    steps: int | None = None,
    seed: int | None = None,
) -> Race:
    """Run several rules on one objective, from the same start, for the same steps and with the same noise.

    Every rule has one gradient a step, so all have the same budget. `tune` says how the learning rates are chosen:

    | tune | each rule runs with |
    |---|---|
    | `"published"` | its own defaults |
    | `"same"` | the one `lr` that is given, 0.1 if none is |
    | `"best"` | the best of `rates`, by default the same 41 for all, from 0.0001 to 10 in equal ratios |

    Best is what arrives earliest, which is the step from which the error stays below 1/10,000 of the start's; else
    what has the lowest final error; of equals the smallest rate. A rate that diverges is never the best while another
    stays. The sweeps are kept, and `plot_sweep` draws them.

    Settings that are given with a rule are not tuned; rules that have no learning rate run with their defaults. The
    race's `contract` says both, and every picture of its runs prints it. A race of runs alone keeps their own.

    Args:
        entrants: rules, names, learners' steps, pairs such as `("adam", {"lr": 0.1})`, or runs that are raced as
            they are; in a list, or in a dictionary of labels, such as `replay("article")`.
        objective: an objective or its name; that of the runs, else `quadratic`, if None. Of runs on several
            landscapes only those on it race.
        tune: "published", "same" or "best".
        lr: the rate of `tune="same"`, a number >= 0 or a function of `t`.
        rates: the rates of `tune="best"`, at least two different numbers > 0.
        start: `(n,)`; that of the runs, else the objective's own, if None.
        steps: the number of updates; that of the shortest run, else 100, if None. Longer runs are cut.
        seed: an integer >= 0, for rules and gradients that draw noise; that of the runs, else 0, if None.

    Raises TypeError or ValueError with one sentence for anything that does not fit.

    >>> result = race(["sgd", "momentum"], "quadratic", tune="same", lr=0.06)
    >>> result.contract, result[1].label, result.table().rows[0][:3]
    ('same lr 0.06', 'Momentum', ['1', 'Momentum', '82'])
    """
    _check_tuning(tune, lr, rates)
    listed_entrants, left_out = _on(objective, _entrants(entrants))
    given = [one.entrant for one in listed_entrants if isinstance(one.entrant, Trajectory)]
    objective = _landscape(objective, given)
    start = _agreed("start", start, given, None)
    steps = _budget(steps, given)
    noisy = objective.gradient_function is not None and "noise" in objective.gradient_asks
    # Where only rules draw noise, the runs may differ in it, unless a new one is to have the same.
    drawn = [_cut(run, steps) for run in given if noisy or "noise" in run.rule.given]
    if not noisy and not any(_draws(one.entrant, objective.n) for one in listed_entrants):
        drawn = []
    seed = _agreed("seed", seed, drawn, 0)
    noise = _agreed("noise", None, drawn, None)
    conditions: dict[str, Any] = {"start": start, "steps": steps, "seed": seed, "noise": noise}
    tuned: Any = {"published": None, "same": SAME_LR if lr is None else lr, "best": _rates(rates)}[tune]

    lanes = []
    for label, entrant, settings in _with_progress(listed_entrants, tune):
        if isinstance(entrant, Trajectory):
            lane = _Lane(_cut(entrant, steps), "run")
        else:
            rule = as_rule(entrant, objective.n)
            _check_settings(rule, settings, tune)
            own = conditions if noisy or "noise" in rule.given else {**conditions, "noise": None}
            lane = _lane(rule, settings, tuned, {"objective": objective, **own})
        lanes.append(lane._replace(run=replace(lane.run, label=label or lane.run.label)))
    if tune != "published" and not any(lane.kind in ("tuned", "given settings") for lane in lanes):
        raise ValueError(
            f"tune={tune!r} has no lr to choose: {_why_not(lanes)}. Leave tune out, or let in a rule without its lr."
        )
    longer = {run.steps for run in given if run.steps > steps}
    cut = [f"Of the runs only the first {steps} steps are raced, so that all have the same."] if longer else []
    cut += [f"Left out, because they ran on another landscape: {listed(left_out)}."] if left_out else []
    return _raced(_told_apart(lanes), tuned, cut)


class _Entrant(NamedTuple):
    """What was given: a label or None, a rule (name, step) or a run, and the rule's settings."""

    label: str | None
    entrant: Any
    settings: dict[str, Any]


class _Lane(NamedTuple):
    """A run, how its settings came about, and the sweep in which its rate was found."""

    run: Trajectory
    kind: str  # run | no lr | given lr | given settings (its lr may be tuned) | tuned
    sweep: Trajectory | None = None


def _lane(rule: UpdateRule, settings: dict[str, Any], tuned: Any, conditions: dict[str, Any]) -> _Lane:
    """Run a rule with its own settings, and `tuned` for its rate: nothing, one for all, or an array to choose from."""
    kind = "given settings" if settings else "tuned"
    if tuned is not None and (rule.rate is None or rule.rate in settings):
        kind, tuned = "no lr" if rule.rate is None else "given lr", None
    choice = {} if tuned is None else {str(rule.rate): tuned}
    run = train(rule, **conditions, **settings, **choice)
    grids = run.start.ndim > 1 or np.ndim(run.seed) or any(np.ndim(value) > 1 for value in run.settings.values())
    if grids or run.grid != np.shape(tuned if isinstance(tuned, np.ndarray) else 0.0):
        raise ValueError(f"A race has single runs; {rule.name} got a grid of starts, seeds or start values.")
    if not run.grid:
        return _Lane(run, kind)
    return _Lane(replace(run.at(best_of(run)), label=rule.label), kind, run)


# --- what is given -------------------------------------------------------------------------------------------------


def _check_tuning(tune: Any, lr: Any, rates: Any) -> None:
    if not isinstance(tune, str) or tune not in TUNES:
        one = " One rate for all: tune='same', lr=0.1." if isinstance(tune, Real) else ""
        raise ValueError(f"tune must be {', '.join(map(repr, TUNES[:-1]))} or {TUNES[-1]!r}; got {tune!r}.{one}")
    if lr is not None and tune != "same":
        own = "each rule has its own" if tune == "published" else "each rule gets the best of rates"
        raise ValueError(
            f"With tune={tune!r} {own}; one lr for all goes with tune='same', one for a rule alone is given with it: "
            f"('adam', {{'lr': 0.1}})."
        )
    if isinstance(lr, Iterable) and not isinstance(lr, str):
        raise ValueError(f"lr is one rate for all; got {lr!r:.80}. To try several, give rates= and tune='best'.")
    if rates is not None and tune != "best":
        raise ValueError(f"rates are tried with tune='best'; tune is {tune!r}.")


def _entrants(given: Any) -> list[_Entrant]:
    """Return the entrants as they were given, with their labels and settings."""
    if isinstance(given, Mapping):
        if not all(isinstance(label, str) for label in given):
            raise TypeError(
                "A dictionary of entrants has their labels for keys, such as {'mine': my_rule, 'Adam': 'adam'}."
            )
        entrants = [_entrant(label, entrant) for label, entrant in given.items()]
        return entrants or _nobody()
    if given is None or isinstance(given, Real):
        raise TypeError(f"A race has rules or runs for entrants, such as race(['sgd', 'adam']); got {given!r}.")
    if isinstance(given, str | UpdateRule | Trajectory) or _is_pair(given) or not isinstance(given, Iterable):
        given = [given]
    return [_entrant(None, entrant) for entrant in given] or _nobody()


def _nobody() -> NoReturn:
    raise ValueError("Nobody is in the race; give rules, such as race(['sgd', 'adam'], 'rosenbrock').")


def _on(objective: Any, entrants: list[_Entrant]) -> tuple[list[_Entrant], list[str]]:
    """Return who races on an objective: of runs only those on it, if there are any; and the names of the others."""
    if objective is None:
        return entrants, []
    chosen = find_objective(objective)
    elsewhere = [one for one in entrants if isinstance(one.entrant, Trajectory) and one.entrant.objective is not chosen]
    there = [one for one in entrants if one not in elsewhere]
    if not elsewhere or not any(isinstance(one.entrant, Trajectory) for one in there):
        return entrants, []
    return there, [one.label or one.entrant.label for one in elsewhere]


def _is_pair(entrant: Any) -> bool:
    return isinstance(entrant, tuple) and len(entrant) == 2 and isinstance(entrant[1], Mapping)


def _entrant(label: str | None, entrant: Any) -> _Entrant:
    if _is_pair(entrant):
        entrant, settings = entrant
        if isinstance(entrant, Trajectory):
            raise TypeError(f"A run has its settings already; got {entrant.label} with {settings!r:.60}.")
        return _Entrant(label, entrant, dict(settings))
    if isinstance(entrant, tuple | list):
        raise TypeError(f"An entrant with settings is a pair such as ('adam', {{'lr': 0.1}}); got {entrant!r:.80}.")
    if isinstance(entrant, Trajectory) and entrant.grid:
        raise ValueError(
            f"A race has single runs; {entrant.label} is a grid of {' x '.join(map(str, entrant.grid))} of them. "
            f"Take one: run.at({', '.join('0' for _ in entrant.grid)})."
        )
    return _Entrant(label, entrant, {})


def _landscape(objective: Any, runs: Sequence[Trajectory]) -> Objective:
    """Return the one objective of the race, or say that there are two."""
    chosen = [] if objective is None else [find_objective(objective)]
    landscapes = [*chosen, *(run.objective for run in runs)] or [quadratic]
    other = next((one for one in landscapes if one is not landscapes[0]), None)
    if other is not None:
        raise ValueError(
            f"A race has one landscape; here are {landscapes[0].name} and {other.name}."
            + " Another object of the same name is another landscape." * (other.name == landscapes[0].name)
        )
    return landscapes[0]


def _agreed(what: str, given: Any, runs: Sequence[Trajectory], default: Any) -> Any:
    """Return what all runs have for `what`, which is `given` if it is; else the default."""
    values = [getattr(run, what) for run in runs]
    if not values:
        return default if given is None else given
    others = [value for value in values if not np.array_equal(value, values[0])]
    if others:
        raise ValueError(
            f"A race has the same {what} for all; among the runs there are {_shown(values[0])} and {_shown(others[0])}."
        )
    if given is not None and not np.array_equal(np.atleast_1d(given), np.atleast_1d(values[0])):
        raise ValueError(
            f"A race has the same {what} for all; the runs have {_shown(values[0])}, and {what} is {_shown(given)}: "
            f"leave {what} out, or train them anew."
        )
    return values[0]


def _budget(steps: Any, runs: Sequence[Trajectory]) -> int:
    """Return the steps of the race: as many as are given, or as the shortest of the runs has."""
    if not runs:
        return 100 if steps is None else steps  # `train` says what is wrong with it
    shortest = min(run.steps for run in runs)
    steps = shortest if steps is None else whole("steps", steps, 1)
    if steps > shortest:
        raise ValueError(
            f"A race has the same steps for all; a run among them has {shortest}, and steps is {steps}: leave steps "
            "out, or train it anew."
        )
    return steps


def _cut(run: Trajectory, steps: int) -> Trajectory:
    """Return the beginning of a run; of its noise stays what these steps have drawn."""
    if run.steps == steps:
        return run
    noise = None if run.noise is None else run.noise[: -(-len(run.noise) * steps // run.steps)]
    return replace(run, points=run.points[: steps + 1], losses=run.losses[: steps + 1], noise=noise)


def _draws(entrant: Any, n: int) -> bool:
    """Return whether an entrant is a rule, still to be run, that draws noise."""
    return not isinstance(entrant, Trajectory) and "noise" in as_rule(entrant, n).given


def _shown(value: Any) -> str:
    return f"{value.tolist() if isinstance(value, np.ndarray) else value!r:.60}"


def _rates(rates: Any) -> NDArray[np.float64]:
    """Return the rates that are tried, from the smallest to the largest."""
    if rates is None:
        slider = next(part for part in get_args(Rate) if isinstance(part, Range))
        # Of three digits, so that a rate that is read can be typed.
        return np.array([float(f"{rate:.3g}") for rate in np.geomspace(slider.low, slider.high, RATES)])
    try:
        numbers = np.unique(np.asarray(rates, dtype=np.float64))
    except (TypeError, ValueError):
        numbers = np.zeros(0)
    if np.ndim(rates) != 1 or len(numbers) < 2 or not (np.isfinite(numbers) & (numbers > 0)).all():
        raise ValueError(
            f"rates must be at least two different numbers > 0, such as numpy.geomspace(0.001, 1, 25); "
            f"got {rates!r:.80}."
        )
    return numbers


def _check_settings(rule: UpdateRule, settings: Mapping[str, Any], tune: str) -> None:
    rule.check_names(settings)
    for name, value in settings.items():
        if name in rule.parameters and np.ndim(value):
            raise ValueError(f"A race has single runs; {rule.name} got {np.size(value)} values of {name}: give one.")
    for name, one in rule.parameters.items():
        needed = one.default is REQUIRED and name not in settings and name != "f_star"
        if needed and not (name == rule.rate and tune != "published"):
            raise TypeError(
                f"{rule.name} needs {name}, which has no default: give the pair ({rule.name}, {{'{name}': 0.1}})."
            )


def _with_progress(entrants: Sequence[_Entrant], tune: str) -> Iterable[_Entrant]:
    """Yield the entrants; on a terminal with a bar if it takes long."""
    if tune != "best":
        return entrants
    from tqdm import tqdm

    return tqdm(entrants, desc="sweeps of lr", unit="rule", disable=None, delay=1, leave=False)


# --- what is said --------------------------------------------------------------------------------------------------


def _told_apart(lanes: Sequence[_Lane]) -> list[_Lane]:
    """Return the lanes with labels of their own: settings tell apart what has the same name, else numbers do."""
    labels = [lane.run.label for lane in lanes]
    named = []
    for lane, label in zip(lanes, labels, strict=True):
        alike = [other.run.settings for other in lanes if other.run.label == label]
        settings = {name: setting_text(value) for name, value in lane.run.settings.items()}
        differ = [
            f"{name} {text}"
            for name, text in settings.items()
            if any(setting_text(other.get(name)) != text for other in alike)
        ]
        named.append(f"{label} ({', '.join(differ)})" if differ else label)
    numbered = [
        f"{name} ({named[: place + 1].count(name)})" if named.count(name) > 1 else name
        for place, name in enumerate(named)
    ]
    return [
        lane._replace(run=replace(lane.run, label=label), sweep=lane.sweep and replace(lane.sweep, label=label))
        for lane, label in zip(lanes, numbered, strict=True)
    ]


def _raced(lanes: Sequence[_Lane], tuned: Any, notes: Sequence[str]) -> Race:
    """Return the race: every run says the contract, unless all of them were run before."""
    runs = [lane.run for lane in lanes]
    if all(lane.kind == "run" for lane in lanes):
        return Race(tuple(runs), shared_contract(runs), notes=tuple(notes))
    contract = _contract(lanes, tuned)
    sweeps = {lane.run.label: replace(lane.sweep, contract=contract, chosen=()) for lane in lanes if lane.sweep}
    return Race(
        tuple(replace(run, contract=contract, chosen=()) for run in runs),
        contract,
        MappingProxyType(sweeps),
        (*_notes(lanes, tuned), *notes),
    )


def _contract(lanes: Sequence[_Lane], tuned: Any) -> str:
    """Return one line on how the settings were chosen, and for whom otherwise."""
    rules = [lane for lane in lanes if lane.kind != "run"]
    if tuned is None:
        as_given = [lane.run.label for lane in rules if lane.kind.startswith("given")]
        words = ["published defaults"] if len(as_given) < len(rules) else ["given settings"]
        words += [f"given settings for {listed(as_given, 3)}"] if 0 < len(as_given) < len(rules) else []
    else:
        words = [f"same lr {setting_text(tuned)}"]
        if isinstance(tuned, np.ndarray):
            words = [f"best of {len(tuned)} rates from {setting_text(tuned[0])} to {setting_text(tuned[-1])}"]
        for kind, text in (
            ("given lr", "given lr for"),
            ("given settings", "given settings for"),
            ("no lr", "no lr in"),
        ):
            who = [lane.run.label for lane in rules if lane.kind == kind]
            words += [f"{text} {listed(who, 3)}"] if who else []
    runs = [lane.run for lane in lanes if lane.kind == "run"]
    if runs:
        how = shared_contract(runs)
        words.append(f"{len(runs)} run{'s' * (len(runs) > 1)} {how if ' ran it' in how else 'as given'}")
    return "; ".join(words)


def _notes(lanes: Sequence[_Lane], rates: Any) -> Iterator[str]:
    """Yield sentences on the sweeps: what best means, and where a rate is not one to rely on."""
    swept = [lane for lane in lanes if lane.sweep is not None]
    if not swept:
        return
    yield "The best lr arrives earliest, else has the lowest final error; one that diverges is never the best."
    lost = [lane for lane in swept if lane.run.diverged_at is not None]
    if lost:
        yield f"{listed([lane.run.label for lane in lost])} diverged at every lr."
    for end, which, more in ((rates[0], "smallest", "smaller"), (rates[-1], "largest", "larger")):
        there = [lane for lane in swept if lane not in lost and lane.run.settings[str(lane.run.rule.rate)] == end]
        if there:
            yield (
                f"The best lr of {listed([lane.run.label for lane in there])} is the {which} that was tried, "
                f"{setting_text(end)}; a {more} one may be better."
            )


def _why_not(lanes: Sequence[_Lane]) -> str:
    reasons = {"run": "is a run already", "no lr": "has no lr", "given lr": "was given its own"}
    return "; ".join(f"{lane.run.label} {reasons[lane.kind]}" for lane in lanes[:4]) + "; ..." * (len(lanes) > 4)
