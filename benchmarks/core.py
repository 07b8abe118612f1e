"""What a learner waits for: `uv run python -m benchmarks.core` prints each figure with its bound.

Ratios compare two things in this run, so that a slow machine slows both. Exit code 1 if a bound is missed.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.figures import report

LESSON = Path(__file__).parents[1] / "notebooks" / "00_start.ipynb"


def fastest(action, repeats=7):
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return min(times)


def import_ratio():
    """Return how many times longer `import optviz` takes than `import numpy`, whole processes but for Python's own."""

    def process(code):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    bare, numpy, optviz = (process(code) for code in ("", "import numpy", "import optviz"))
    ratios = []
    for _ in range(5):
        nothing = fastest(bare, 3)
        ratios.append((fastest(optviz, 3) - nothing) / (fastest(numpy, 3) - nothing))
    return statistics.median(ratios)


def grid_ratio():
    """Return how many times faster one call with 201 rates is than 201 calls."""
    from optviz import train

    rates = np.geomspace(1e-3, 1, 201)
    together = fastest(lambda: train("adam", lr=rates, steps=100))
    apart = fastest(lambda: [train("adam", lr=rate, steps=100) for rate in rates], 3)
    return apart / together


def all_rules():
    """Return the seconds for a sweep of 201 values x 100 steps with each optimiser but the learned one."""
    import optviz

    def sweep():
        for rule in optviz.RULES.values():
            if rule.variant_of is None and rule is not optviz.learned:
                setting, values = ("lr", np.geomspace(1e-4, 0.1, 201))
                if setting not in rule.parameters:  # AdaSecant finds its rate itself
                    setting, values = "gamma_max", np.linspace(1, 2, 201)
                optviz.train(rule, **{setting: values}, steps=100)

    return fastest(sweep, 3)


def first_picture():
    """Return the seconds from running the first lesson in a new kernel to its first picture."""
    from jupyter_client.manager import start_new_kernel

    cells = json.loads(LESSON.read_text())["cells"]
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        begin = time.perf_counter()
        for cell in cells:
            if cell["cell_type"] == "code":
                client.execute("".join(cell["source"]))
        while True:
            message = client.get_iopub_msg(timeout=60)
            if "image/png" in message["content"].get("data", {}):
                return time.perf_counter() - begin
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


FIGURES = [
    ("import optviz / import numpy", import_ratio, "<=", 4.0),
    ("201 rates x 100 steps of Adam: 201 calls / one call", grid_ratio, ">=", 30.0),
    ("18 rules x 201 values x 100 steps, seconds", all_rules, "<=", 1.0),
    ("first picture of the lesson, seconds after Run", first_picture, "<=", 3.0),
]

if __name__ == "__main__":
    sys.exit(report((name, measure(), sign, bound) for name, measure, sign, bound in FIGURES))
