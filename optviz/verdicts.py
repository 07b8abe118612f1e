"""What became of a run: the sentences that can be said, and which of them holds.

`kind_of` decides, from numbers that are measured on a run. It is written as a rule is, so that the explorer's page has
it too, translated. The sentences ask for these numbers by name.
"""

import numpy as np

# A run has arrived when its error stays below this share of the error at its start, for this part of all steps.
ARRIVED = 1e-4
STAYS = 20
# It has diverged when its error stays above this many times that of its start.
DIVERGED = 1e3
# Whether it swings is asked of the last of this many parts of it.
PARTS = 10

# What stands before the | says it in few words, for a table. `:d`: a whole number, in full.
VERDICTS = {
    "overflow": "diverged at step {gone:d}|: its numbers left what float64 holds, too large or undefined as 0 / 0{why}",
    "diverged": "diverged at step {gone:d}|: the error passed 1,000 times that of the start{why}",
    "endless": "is still moving|: f = {loss} after {steps:d} steps, on a landscape without a minimum",
    "stood": "stood still|: lr = 0",
    "rest": "came to rest at {point}|, where f = {loss}; whether that is a minimum is not known",
    "unknown": "is still moving|: f = {loss} after {steps:d} steps",
    "converged": "converged to the minimum {minimum}| by step {there:d} (error below 1/10,000 of the start's)",
    "trapped": "is trapped in the local minimum {minimum}| from step {there:d} on: f − f* = {above}",
    "swings": "is still moving|: over the last {window:d} steps the error swings between {late_low} and {late}",
    "rising": "is still moving|: the error is {error} after {steps:d} steps; at step {lowest_at:d} it was {lowest}",
    "slow": "is still moving|: the error is {error} after {steps:d} steps, and the second half gained almost nothing",
    "falling": "is still moving|: the error is {error} after {steps:d} steps and falling",
}
WHY = "; the rate {lr} is above {limit}, the largest stable one where the curvature is {curvature}"
KINDS = tuple(VERDICTS)
OVERFLOW, FAR, ENDLESS, STOOD, REST, UNKNOWN, CONVERGED, TRAPPED, SWINGS, RISING, SLOW, FALLING = range(len(KINDS))


def kind_of(
    diverged: bool, finite: bool, endless: bool, stood: bool, known: bool, travelled: float, moved_late: float,
    arrived: bool, above: float, error: float, half: float, lowest: float, rise: float, late: float, before: float,
):  # fmt: skip
    """Return the place of a run's verdict among `KINDS`, from what was measured on it.

    `diverged`, at a step where all is `finite`; `endless`: there is no minimum; `stood`: lr = 0. Where f* is not
    `known`: how far it `travelled`, and `moved_late`, in the second half. Where it is: whether it `arrived` in a
    minimum, how far `above` f*; and its errors: at the end, `half`-way, the `lowest`; in the last part the largest
    factor by which one exceeds one before (`rise`), the highest (`late`), and the highest of a part half-way
    (`before`).
    """
    moving = np.where(error > 1.2 * lowest, RISING, np.where(error > 0.9 * half, SLOW, FALLING))
    # It rises tenfold, and no less far than it did half-way: its last value is chance.
    moving = np.where((rise > 10) & (late > 0.5 * before), SWINGS, moving)
    ended = np.where(arrived, np.where(above > 0, TRAPPED, CONVERGED), moving)
    unknown = np.where(moved_late <= ARRIVED * travelled, REST, UNKNOWN)
    kind = np.where(stood, STOOD, np.where(known, ended, unknown))
    return np.where(diverged, np.where(finite, FAR, OVERFLOW), np.where(endless, ENDLESS, kind))
