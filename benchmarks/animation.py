"""How fast and how small a GIF is: `uv run python -m benchmarks.animation` prints each figure with its bound.

Everything is compared with matplotlib's own FuncAnimation and PillowWriter in the same run: the same landscape, legend,
steps and pixels, drawn with the artists that its tutorial takes, a line for each path that gets longer and a mark at
its end. (`blit` makes no difference to a file.) Times are those of the processor: both work on one, and on a busy
machine the clock says more about the others. Exit code 1 if a bound is missed.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from PIL import Image
from tqdm import tqdm

from benchmarks.figures import report
from optviz import animate, replay, train
from optviz.stage import Stage
from tests.tutorial import tutorial

FPS = 20


def article():
    """Return the article's 17 runs of 100 steps, and the size of the picture."""
    return list(replay("article").values()), (640, 480)


def valley():
    """Return 10 runs of 199 steps on a landscape of two coordinates, and the size of the picture."""
    rates = {"sgd": 1e-3, "momentum": 2e-4, "nesterov": 2e-4, "adagrad": 0.3, "rmsprop": 0.02, "adam": 0.05,
             "adamax": 0.1, "nadam": 0.05, "amsgrad": 0.05, "smorms3": 0.05}  # fmt: skip
    return [train(rule, "rosenbrock", lr=lr, steps=199) for rule, lr in rates.items()], (800, 600)


RACES = {"17 rules, 101 frames": article, "10 in 2-D, 200 frames": valley}


def timed(work):
    begin = time.process_time()
    work()
    return time.process_time() - begin


def compared(runs, size, folder):
    """Return how many times faster and smaller ours is, and the mean colour error of its worst frame, of 255."""
    ours, theirs = folder / "ours.gif", folder / "theirs.gif"

    def tutorial_saves():
        figure, update, steps = tutorial(Stage(runs, size=size))
        FuncAnimation(figure, update, frames=steps, blit=False).save(theirs, writer=PillowWriter(fps=FPS), dpi=100)

    def we_save():
        animate(runs, size=size, fps=FPS).save(ours, progress=False)

    we_save()  # fonts and modules, once
    before = [timed(we_save) for _ in range(3)]
    slow = timed(tutorial_saves)
    fast = statistics.median(before + [timed(we_save) for _ in range(3)])
    figure, update, steps = tutorial(Stage(runs, size=size))
    errors = []
    with Image.open(ours) as file:
        for step in steps:
            update(step)
            figure.canvas.draw()
            file.seek(step)
            drawn, decoded = np.asarray(figure.canvas.buffer_rgba())[..., :3], np.asarray(file.convert("RGB"))
            errors.append(np.abs(drawn.astype(int) - decoded).mean())
    before, now = theirs.stat().st_size, ours.stat().st_size
    print(f"  {slow:.1f} s and {before / 1024:,.0f} KiB, now {fast:.2f} s and {now / 1024:,.0f} KiB")
    return slow / fast, before / now, max(errors)


MEMORY = """
import sys
from benchmarks.animation import RACES
from optviz import animate, train
from optviz.stage import Stage
def peak():  # KiB; unlike getrusage's, not that of the parent
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
runs, size = RACES[sys.argv[1]]() if sys.argv[1] in RACES else ([train("adam", lr=0.01, steps=1000)], (800, 600))
Stage(runs, size=size).frame(0)
before = peak()
animate(runs, size=size).save(sys.argv[2], progress=False)
print(peak() - before)
"""


def memory(race, folder):
    """Return the MiB that a GIF takes at its peak above a drawn figure, in a process of its own."""
    command = [sys.executable, "-c", MEMORY, race, str(folder / "memory.gif")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    return int(done.stdout) / 2**10


def main():
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for name, race in RACES.items():
            faster, smaller, error = compared(*race(), Path(folder))
            figures += [
                (f"{name}: times faster", faster, ">=", 40.0),
                (f"{name}: times smaller", smaller, ">=", 4.0),
                (f"{name}: colour error of the worst frame, of 255", error, "<=", 1.0),
            ]
        measured = [*RACES, "1 run, 1,001 frames"]
        if not Path("/proc/self/status").exists():
            print("no Linux: the peak of memory is not measured")
            measured = []
        for name in tqdm(measured, desc="memory", leave=False, disable=None):
            figures.append((f"{name}: MiB above a drawn figure", memory(name, Path(folder)), "<=", 25.0))
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
