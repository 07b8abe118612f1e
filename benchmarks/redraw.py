"""How fast a picture follows the hand: `uv run python -m benchmarks.redraw` prints each figure with its bound.

Everything is compared with a classroom notebook's own `@interact` in the same run (`classroom.py`), so that a slow
machine slows both. Without a Chromium the figures of the page are left out, and said to be. Exit code 1 if a bound is
missed.
"""

import gc
import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import numpy as np
import psutil
from jupyter_client.manager import start_new_kernel

from benchmarks.classroom import draw, inline_png
from benchmarks.figures import report
from optviz import canvas, train_2d, visualize
from tests.jupyterlab import CHROMIUM, browser_page, idle, open_notebook, run_all, running_lab, write_notebook

RATES = np.linspace(0.05, 0.9, 40)


def pairs(ours, theirs, rounds=15):
    """Return the median ratio of their time to ours, taken in turn so that both meet the same load."""
    ratios = []
    for lr in RATES[:rounds]:
        begin = time.perf_counter()
        theirs(lr)
        middle = time.perf_counter()
        ours(lr)
        ratios.append((middle - begin) / (time.perf_counter() - middle))
    return statistics.median(ratios)


def layers(lr):
    run = train_2d("adam", lr)
    return [
        panel.layer(run)
        for panel in (canvas.landscape(run.objective, "light", 1.0), canvas.curve(canvas.frame_of(run), "light", 1.0))
    ]


def kernel():
    """Return how many times faster training, drawing and encoding a move are than the notebook's."""
    for lr in RATES:  # the backgrounds, once
        layers(lr)
    return pairs(layers, lambda lr: inline_png(draw(lr)))


def size():
    """Return the KiB of the largest picture that a move sends."""
    return max(sum(len(layer.pixels) for layer in layers(lr)) for lr in RATES) / 1024


# A move is one value of the slider, as a front end sends it, up to the picture that goes back. Under the widget backend
# the front end asks for it; nobody asks here, so the canvas is drawn as it would be then.
INTERACT = """
import statistics, sys, time
sys.path.insert(0, {root!r})
get_ipython().run_line_magic("matplotlib", {backend!r})
import ipywidgets
import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import flush_figures
from benchmarks.classroom import draw
from optviz import plot_2d, train_2d

def theirs(lr=0.1):
    draw(lr)
    plt.show()

def ours(lr=0.1):
    plot_2d(train_2d("adam", lr))

def move(panel, lr):
    begin = time.perf_counter()
    panel.children[0].value = lr
    flush_figures() if {backend!r} == "inline" else plt.gcf().canvas.draw()
    return time.perf_counter() - begin

slow, fast = [ipywidgets.interactive(draws, lr=(0, 1, 0.001)) for draws in (theirs, ours)]
ratios = []
for k in range(25):
    before = move(slow, 0.05 + 0.03 * k)
    {backend!r} == "inline" or plt.close()  # or its figures would pile up
    ratios.append(before / move(fast, 0.05 + 0.03 * k))
print("ratio", statistics.median(ratios[3:]))
"""


def interact(backend):
    """Return how many times faster than the notebook's own an `@interact` around `train_2d` and `plot_2d` is."""
    printed = []
    manager, client = start_new_kernel()
    try:
        client.execute_interactive(
            INTERACT.format(backend=backend, root=str(Path(__file__).parents[1])),
            timeout=120,
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return float("".join(printed).split("ratio ")[1])


def memory():
    """Return the MiB that 2,000 moves add."""
    panel = visualize("adam", lr=0.3)
    slider = panel.controls["lr"]
    stops = itertools.cycle([value for _, value in slider.options])
    for _ in range(300):
        slider.value = next(stops)
    gc.collect()
    before = psutil.Process().memory_info().rss
    for _ in range(2000):
        slider.value = next(stops)
    gc.collect()
    return (psutil.Process().memory_info().rss - before) / 2**20


CLASSROOM = """\
import matplotlib.pyplot as plt
from ipywidgets import interact
from benchmarks.classroom import draw

@interact(lr=(0, 1, 0.001))
def show(lr=0.1):
    draw(lr)
    plt.show()
"""
# Each new picture is noted with its time; the classroom's is a new <img>, ours a frame.
NOTE = """([element, ours]) => {
    window.times = [];
    const note = () => window.times.push(performance.now());
    const options = ours ? {attributes: true, attributeFilter: ['data-frames']} : {childList: true, subtree: true};
    new MutationObserver(records => {
        if (ours || records.some(one => [...one.addedNodes].some(node => node.querySelector?.('img')))) note();
    }).observe(element, options);
}"""


def drag(page, output, picture, ours):
    """Drag the first slider for 3 s; return pictures per second, and the ms from the release to the last picture."""
    handle = output.locator(".noUi-handle").first
    handle.scroll_into_view_if_needed()
    box, track = handle.bounding_box(), output.locator(".noUi-target").first.bounding_box()
    page.evaluate(NOTE, [picture.element_handle(), ours])
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    # To and fro over 6 tenths of the track, one track a second, with a place as often as the page takes one.
    begin = time.perf_counter()
    while (passed := time.perf_counter() - begin) < 3:
        page.mouse.move(track["x"] + track["width"] * (0.2 + abs((passed + 0.3) % 1.2 - 0.6)), y)
    released = page.evaluate("performance.now()")
    page.mouse.up()
    idle(page)
    page.wait_for_timeout(1500)
    times = page.evaluate("window.times")
    frames = len([one for one in times if one <= released]) / 3
    return frames / (2 if ours else 1), max(0, max(times) - released)  # two panels a picture


def in_the_page():
    """Return how many times more pictures a second than the notebook's, and the lag in ms after a drag."""
    with tempfile.TemporaryDirectory() as home, running_lab(Path(home)) as lab:
        root = str(Path(__file__).parents[1])
        write_notebook(
            lab,
            "drag.ipynb",
            [
                f"import sys; sys.path.insert(0, {root!r})\n{CLASSROOM}",
                "from optviz import visualize; visualize('adam', lr=0.1)",
            ],
        )
        with browser_page(lab) as page:
            open_notebook(page, lab, "drag.ipynb")
            run_all(page)
            theirs = page.locator(".jp-OutputArea-output:has(.widget-interact)").first
            ours = page.locator(".jp-OutputArea-output:has(.optviz-picture)").first
            slow, lag_before = drag(page, theirs, theirs, False)
            fast, lag = drag(page, ours, ours.locator(".optviz-picture"), True)
    print(f"  in the page: {slow:.1f} pictures a second and {lag_before:.0f} ms of lag, now {fast:.1f} and {lag:.0f}")
    return fast / slow, lag


def main():
    figures = [
        ("a move in the kernel, times faster", kernel(), ">=", 15.0),
        ("the picture that a move sends, KiB", size(), "<=", 40.0),
        ("a hand-written @interact, inline, times faster", interact("inline"), ">=", 2.0),
        ("the same under matplotlib widget, times faster", interact("widget"), ">=", 2.0),
        ("2,000 moves, MiB", memory(), "<", 5.0),
    ]
    if CHROMIUM:
        ratio, lag = in_the_page()
        figures += [
            ("pictures a second in JupyterLab, times more", ratio, ">=", 3.0),
            ("lag after a drag, ms", lag, "<", 150.0),
        ]
    else:
        print("no Chromium: the figures of the page are not measured")
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
