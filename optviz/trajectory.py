"""`Trajectory`: the points of a run, and what can be said about them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from inspect import signature
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .objective_function import Objective
from .rule import UpdateRule
from .verdicts import ARRIVED, DIVERGED, KINDS, PARTS, STAYS, VERDICTS, WHY, kind_of
from .words import number_text, point_text, setting_text


def _say(sentence: str, values: Mapping[str, Any]) -> str:
    texts = {name: number_text(value) if isinstance(value, float) else value for name, value in values.items()}
    return sentence.format(**texts)


def contract_of(chosen: Mapping[str, Any]) -> str:
    """Say how these settings were chosen: by the caller, or not at all."""
    return ", ".join(f"{name} {setting_text(value)}" for name, value in chosen.items()) or "default settings"


def shared_contract(runs: "Sequence[Trajectory]") -> str:
    """Say how the settings of several runs were chosen: in the words that they share, or that they differ.

    What stands behind a colon is each run's own: the 17 runs `as the article ran it: lr ...` share what is before it.
    """
    contracts = {run.contract for run in runs}
    if len(contracts) == 1:
        return contracts.pop()
    heads = [run.contract.partition(": ")[0] for run in runs if ": " in run.contract]
    kinds = sorted(set(heads), key=len)
    if len(heads) == len(runs) and len(kinds) == 1:
        return kinds[0]
    if len(heads) == len(runs) and len(kinds) == 2 and kinds[1].startswith(kinds[0]):
        return f"{kinds[1]}: {heads.count(kinds[1])} of {len(runs)}"
    return "different settings"


class Arrival(NamedTuple):
    """Where a run came to rest: the minimum, the first step from which it stayed, and how far f is above the best."""

    minimum: NDArray[np.float64]
    step: int
    above: float


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One run, or a grid of runs, of an update rule on an objective.

    `points` has the shape `(steps + 1, n, *grid)` with the start first, `losses` `(steps + 1, *grid)`. `settings`
    are all of the rule's settings and the start values that were given; with `rule`, `objective`, `start`, `seed`
    and `noise` they are what `train` and `iterate` need to walk the same way again. `contract` says how the
    settings were chosen.

    A single run gives its points as tuples, so that `x1, x2 = zip(*run)` works.
    """

    points: NDArray[np.float64]
    losses: NDArray[np.float64]
    rule: UpdateRule
    settings: Mapping[str, Any]
    objective: Objective
    start: NDArray[np.float64]
    seed: Any = 0
    noise: NDArray[np.float64] | None = None
    label: str = ""
    contract: str = ""
    chosen: tuple[str, ...] = ()  # the settings that the contract names
    grid: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "grid", self.losses.shape[1:])
        self.points.flags.writeable = False
        self.losses.flags.writeable = False

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[tuple[float, ...]]:
        self._single("iterating over its points")
        return iter([tuple(point) for point in self.points.tolist()])

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.settings.items() if np.ndim(value) == 0)
        what = f"a grid of {' x '.join(map(str, self.grid))} runs" if self.grid else self.verdict
        return f"<{self.rule.name} on {self.objective.name}, {self.steps} steps, {settings}: {what}>"

    @property
    def steps(self) -> int:
        """The number of updates."""
        return len(self.points) - 1

    @cached_property
    def error(self) -> NDArray[np.float64] | None:
        """How far each loss is above f*; above the lowest loss of the run if f* is not known (see `error_label`).

        The shape is that of `losses`. None on an objective that has no minimum.
        """
        if self.objective.minima == []:
            return None
        if self.objective.f_star is not None:
            return self.losses - self.objective.f_star
        finite = np.where(np.isfinite(self.losses), self.losses, np.inf)
        with np.errstate(all="ignore"):
            return self.losses - finite.min(axis=0)

    @property
    def error_label(self) -> str:
        """What `error` is: `f - f*`, `f - lowest f seen` or, without a minimum, `f`."""
        if self.error is None:
            return "f"
        return "f − lowest f seen" if self.objective.f_star is None else "f − f*"

    @cached_property
    def diverged_at(self) -> int | NDArray[np.intp] | None:
        """The step at which the run diverged, None if it did not; for a grid an integer array with -1.

        Diverged is a point or loss that is not finite, or an error above 1,000 times that of the start which never
        comes back below. It is the first such step.
        """
        with np.errstate(all="ignore"):
            far = ~(np.isfinite(self.losses) & np.isfinite(self.points).all(axis=1))
            if self.error is not None:
                first = np.where(self.error[0] > 0, self.error[0], np.abs(self.losses[0]))
                far |= (self.error > DIVERGED * first) & (first > 0)
        # far until the end: from the last step backwards as long as it holds.
        stays = np.logical_and.accumulate(far[::-1], axis=0)[::-1]
        steps = np.where(stays.any(axis=0), stays.argmax(axis=0), -1)
        if self.grid:
            return steps
        return None if steps < 0 else int(steps)

    @cached_property
    def arrival(self) -> Arrival | None:
        """Where a single run came to rest among the known minima; None if it did not."""
        self._single("its arrival")
        minima = self.objective.minima
        if not minima:
            return None
        lows = [float(self.objective(minimum)) for minimum in minima]
        nearest = int(np.argmin([np.linalg.norm(self.points[-1] - minimum) for minimum in minima]))
        tolerance = ARRIVED * max(self.losses[0] - lows[nearest], 0.0)
        outside = np.flatnonzero(np.abs(self.losses - lows[nearest]) > tolerance)
        step = int(outside[-1]) + 1 if len(outside) else 0
        # A run that only passes by a minimum at its end has not arrived.
        if step > self.steps - max(2, self.steps // STAYS):
            return None
        above = lows[nearest] - min(lows)
        return Arrival(minima[nearest], step, above if above > tolerance else 0.0)

    @property
    def rounding(self) -> float:
        """How small an error can be told from 0: the rounding of f near f*, or of 1 where f* is smaller."""
        return float(np.finfo(np.float64).eps * max(1.0, abs(self.objective.f_star or 0.0)))

    @property
    def verdict(self) -> str:
        """What became of a single run, in one sentence."""
        return self._verdict.replace("|", "")

    @property
    def outcome(self) -> str:
        """What became of a single run, in a few words: the beginning of its `verdict`."""
        return self._verdict.partition("|")[0]

    @cached_property
    def _verdict(self) -> str:
        self._single("its verdict")
        measured = self._measured()
        kind = KINDS[int(kind_of(*(measured[name] for name in signature(kind_of).parameters)))]
        return _say(VERDICTS[kind], measured)

    def _measured(self) -> dict[str, Any]:
        """Return what `kind_of` and its sentences ask for."""
        known, gone, arrival = self.objective.f_star is not None, self.diverged_at, self.arrival
        error = self.losses if self.error is None else self.error
        middle, window, lowest = len(error) // 2, max(len(error) // PARTS, 3), int(error.argmin())
        late, before = error[-window:], error[middle:][:window]
        with np.errstate(all="ignore"):
            rise = (late / np.maximum(np.minimum.accumulate(late), self.rounding)).max()
            travelled = np.abs(self.points - self.points[0]).max()
            moved_late = np.abs(self.points[middle:] - self.points[-1]).max()
        return {
            "diverged": gone is not None, "gone": gone, "why": self._why(),
            "finite": gone is None or bool(np.isfinite(self.losses[gone]) and np.isfinite(self.points[gone]).all()),
            "endless": self.error is None, "known": known, "travelled": travelled, "moved_late": moved_late,
            "stood": bool((self.points == self.points[0]).all() and np.all(self.settings.get("lr") == 0)),
            "point": point_text(self.points[-1]), "loss": self.losses[-1], "steps": self.steps,
            "arrived": arrival is not None, "above": arrival.above if arrival else 0.0,
            "minimum": point_text(arrival.minimum) if arrival else "", "there": arrival.step if arrival else 0,
            "error": error[-1], "half": error[middle], "lowest": error[lowest], "lowest_at": lowest,
            "rise": rise, "late": late.max(), "late_low": late.min(), "before": before.max(), "window": window,
        }  # fmt: skip

    def _why(self) -> str:
        """Return why the run has to diverge, where that is known, as the end of a sentence."""
        lr = self.settings.get("lr")
        if not self.objective.curvature or lr is None or callable(lr):
            return ""
        curvature = self.objective.curvature[1]
        limit = self.rule.stable_lr(curvature, self.settings)
        if limit is None or not lr > limit:
            return ""
        return _say(WHY, {"lr": lr, "limit": limit, "curvature": curvature})

    def at(self, *index: int) -> "Trajectory":
        """Return a single run of a grid, as if it had been trained alone; it equals that run in every bit.

        Raises IndexError if the index is not in the grid, TypeError if it is not one integer for each axis.
        """
        if len(index) != len(self.grid) or not all(isinstance(i, int | np.integer) for i in index):
            raise TypeError(f"at() takes one integer for each of the grid's axes {self.grid}; got {index}.")
        if any(not -size <= i < size for i, size in zip(index, self.grid, strict=True)):
            raise IndexError(f"There is no run {index} in a grid of {self.grid}.")

        def pick(value: Any, axes: int = 0) -> Any:
            """Take this run's part of a value whose first `axes` axes are not grid."""
            if not isinstance(value, np.ndarray) or value.ndim == axes:
                return value
            own = index[len(index) - (value.ndim - axes) :]
            where = tuple(0 if size == 1 else i for i, size in zip(own, value.shape[axes:], strict=True))
            return value[(slice(None),) * axes + where]

        def pick_setting(value: Any) -> Any:
            if callable(value):
                return lambda t: pick(np.asarray(value(t)))
            picked = pick(value)
            return picked.item() if isinstance(picked, np.generic) else picked

        settings = {
            name: pick(value, 1) if name in self.rule.state and np.ndim(value) else pick_setting(value)
            for name, value in self.settings.items()
        }
        start, seed = pick(self.start, 1), pick_setting(self.seed)
        varied = {name: settings[name] for name, value in self.settings.items() if isinstance(value, np.ndarray)}
        words = [f"{name} {setting_text(value)}" for name, value in varied.items() if np.ndim(value) == 0]
        words += [f"from {point_text(start)}"] * (self.start.ndim > 1) + [f"seed {seed}"] * (np.ndim(self.seed) > 0)
        return replace(
            self,
            points=np.ascontiguousarray(self.points[(slice(None), slice(None), *index)]),
            losses=np.ascontiguousarray(self.losses[(slice(None), *index)]),
            settings=settings,
            start=start,
            seed=seed,
            noise=pick(self.noise, 2) if self.noise is not None else None,
            label=", ".join([self.label, *words]),
            contract=contract_of({name: settings[name] for name in self.chosen}) if self.chosen else self.contract,
        )

    def _single(self, wish: str) -> None:
        if self.grid:
            raise ValueError(
                f"This is a grid of {' x '.join(map(str, self.grid))} runs; {wish} needs a single one: "
                f"run.at({', '.join('0' for _ in self.grid)})."
            )
