"""What a hyper-parameter may be: the stops of its slider, and which values are valid.

A rule annotates each hyper-parameter with one of the types at the end of this file. The type is read by the driver
(valid or not) and by every slider (which stops); neither keeps a list of its own.
"""

import inspect
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np


@dataclass(frozen=True)
class Range:
    """A number: where its slider begins and ends, how it is spaced, and what is valid.

    `scale` is "linear", "log" (equal steps are equal factors) or "memory" (for a decay d: equal steps are equal
    factors of 1 - d, because 1 / (1 - d) is the number of steps it remembers). Valid is
    `minimum <= value < below`, finite, and whole if `whole`.
    """

    low: float
    high: float
    scale: Literal["linear", "log", "memory"] = "linear"
    minimum: float = -math.inf
    below: float = math.inf
    whole: bool = False

    def check(self, name: str, value: Any) -> None:
        """Raise one sentence, TypeError or ValueError, unless every number in `value` is valid."""
        try:
            numbers = np.asarray(value)
            if numbers.dtype.kind not in "iuf":
                raise TypeError
        except (TypeError, ValueError):
            raise TypeError(
                f"{name} must be {self.words}, an array of such numbers or a function of t; got {value!r}."
            ) from None
        if numbers.size == 0:
            raise ValueError(f"{name} must be {self.words} or an array of such numbers; got an empty one.")
        valid = np.isfinite(numbers) & (numbers >= self.minimum) & (numbers < self.below)
        if self.whole:
            valid &= numbers == np.round(numbers)
        if not valid.all():
            raise ValueError(f"{name} must be {self.words}; got {numbers[~valid].flat[0]}.")

    def accepts(self, default: Any) -> bool:
        """Whether a setting with this default, or with none, may be of this range."""
        if not isinstance(default, int | float) or isinstance(default, bool):
            return default is inspect.Parameter.empty
        return self.minimum <= default < self.below

    @property
    def words(self) -> str:
        """What is valid, as the middle of a sentence."""
        kind = "a whole number" if self.whole else "a number"
        if self.minimum == -math.inf:
            return kind
        if self.below == math.inf:
            return f"{kind} >= {self.minimum:g}"
        return f"{kind} in [{self.minimum:g}, {self.below:g})"

    def stops(self, *include: float) -> list[float]:
        """Return the slider's values in order; `include` adds some that must be on it (a default, say).

        >>> Rate.__metadata__[0].stops()[:4]
        [0.0001, 0.000105, 0.00011, 0.000115]
        """
        if self.whole:
            values = set(np.unique(np.round(np.geomspace(max(self.low, 1), self.high, 60))).tolist())
            values = {int(value) for value in values} | {int(self.low)}
        elif self.scale == "log":
            values = set(_round_numbers(self.low, self.high))
        elif self.scale == "memory":
            gaps = _round_numbers(1 - self.high, 1 - self.low)
            values = {round(1 - gap, 12) for gap in gaps}
        else:
            values = {float(f"{value:.6g}") for value in np.linspace(self.low, self.high, 201)}
        return sorted(values | set(include))


def _round_numbers(low: float, high: float) -> Iterator[float]:
    """Yield numbers of at most three digits in nearly equal ratios, every power of ten among them."""
    mantissas = [*range(100, 200, 5), *range(200, 500, 10), *range(500, 1000, 25)]
    for exponent in range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1):
        for mantissa in mantissas:
            value = float(f"{mantissa}e{exponent - 2}")
            if low * (1 - 1e-9) <= value <= high * (1 + 1e-9):
                yield value


def around(default: float) -> Range:
    """Return the range of a number that a learner left without a type: any finite number, a slider around it."""
    if default > 0:
        return Range(default / 100, default * 100, "log")
    width = 2 * abs(default) or 1.0
    return Range(default - width, default + width)


# A learning rate of 0 is valid: the point stands still.
Rate = Annotated[float, Range(1e-4, 10, "log", minimum=0)]
Decay = Annotated[float, Range(0, 0.9999, "memory", minimum=0, below=1)]
Tiny = Annotated[float, Range(1e-16, 1, "log", minimum=0)]
Count = Annotated[int, Range(0, 1000, "log", minimum=0, whole=True)]
# What a setting of this name is if its author does not say.
BY_NAME: dict[str, Any] = {"lr": Rate, "momentum": Decay, "decay": Decay, "beta1": Decay, "beta2": Decay, "eps": Tiny}
