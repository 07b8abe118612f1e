"""How long a learner waits for `check`: `uv run python benchmarks/checking.py` prints the slowest of all cases.

Every rule against its original, in each dialect that can express it, and learners' own steps. Exit code 1 if one
takes longer than the bound.
"""

import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from optviz import check
from tests.registry import NAMES
from tests.test_checking import LEARNERS, OUT, expressible, root_of

BOUND = 300.0  # ms


def milliseconds(step, against):
    """Return the least of three, in processor time: what else the machine does is not counted."""
    times = []
    for _ in range(3):
        begin = time.process_time()
        check(step, against)
        times.append(time.process_time() - begin)
    return 1000 * min(times)


def cases():
    for dialect, hand_out in OUT.items():
        for name in NAMES:
            if expressible(name, dialect):
                yield f"{name}, {dialect}", hand_out(name), root_of(name)
                # The longest way: nothing in the family matches.
                yield f"{name}, {dialect}, against another rule", hand_out(name), "learned"
    for step, against, _ in LEARNERS:
        yield f"{getattr(step, '__name__', type(step).__name__)} of a learner", step, against


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    measured = sorted(((milliseconds(step, against), case) for case, step, against in cases()), reverse=True)
    for value, case in measured[:5]:
        print(f"{case:60} {value:6.0f} ms")
    met = measured[0][0] <= BOUND
    print(
        f"the slowest of {len(measured)} checks: {measured[0][0]:.0f} ms   <= {BOUND:g}   {'met' if met else 'MISSED'}"
    )
    sys.exit(not met)
