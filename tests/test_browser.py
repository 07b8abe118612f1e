"""The first lesson as a learner meets it: JupyterLab, started by `optviz lab`, in a real browser.

Chromium is taken from the environment variable CHROMIUM or from the PATH.
"""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

from .skipping import skip

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start `optviz lab` on a copy of the lessons; yield the server's address and the token's query."""
    if CHROMIUM is None:
        skip("no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path")
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    # A home of its own: no settings, workspaces or kernels of the person who runs the tests.
    environment = dict(
        os.environ, HOME=str(home), JUPYTER_TOKEN=token, JUPYTER_CONFIG_DIR=str(home / "config"),
        JUPYTER_DATA_DIR=str(home / "data"), JUPYTER_RUNTIME_DIR=str(home / "run"), IPYTHONDIR=str(home / "ipython"),
    )  # fmt: skip
    # All cells stay in the page, also those outside of the window, so that a test need not scroll.
    (home / "config" / "labconfig").mkdir(parents=True)
    (home / "config" / "labconfig" / "default_setting_overrides.json").write_text(
        json.dumps({"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}})
    )
    address = f"http://127.0.0.1:{port}"
    with open(home / "lab.log", "w+") as log:
        server = subprocess.Popen(
            [sys.executable, *f"-m optviz lab --no-browser --allow-root --port={port} --dir={home}/lessons".split()],
            env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=5).close()
                    break
                except OSError:
                    assert server.poll() is None, (home / "lab.log").read_text()
                    time.sleep(0.1)
            else:
                pytest.fail((home / "lab.log").read_text())
            yield address, f"token={token}", home / "lessons"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture
def page(lab):
    """A page that keeps what went wrong in `page.complaints`, and what left the machine in `page.outside`."""
    from playwright.sync_api import sync_playwright

    address, *_ = lab
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.complaints, page.outside = [], []
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        inside = (address, address.replace("http", "ws", 1), "data:", "blob:")
        page.on("request", lambda one: page.outside.append(one.url) if not one.url.startswith(inside) else None)
        yield page
        browser.close()


def open_lesson(page, lab, name="00_start.ipynb"):
    address, token, _ = lab
    page.goto(f"{address}/lab/tree/{name}?{token}&reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    # The status bar names the kernel once there is one; Run before that asks which kernel to take.
    idle(page)


def idle(page):
    bar = page.locator("#jp-main-statusbar")
    bar.get_by_text(re.compile(r"^(?!No Kernel).+ \| Idle$")).first.wait_for(timeout=120_000)


def run_all(page):
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(one => /\\d/.test(one.innerText))",
        timeout=120_000,
    )
    idle(page)


def layer(picture):
    """Return what lies over the background of the landscape, as text."""
    return picture.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")


def wait_until(page, holds, seconds=30):
    for _ in range(10 * seconds):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not happen")


def test_the_first_lesson_runs_and_its_sliders_move_the_pictures(lab, page):
    from playwright.sync_api import expect

    open_lesson(page, lab)
    assert page.locator(".jp-Dialog, .jp-toast-button").count() == 0, "nothing asks for news or updates"
    run_all(page)
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0

    # visualize: one picture, and it follows the arrow keys.
    panel = page.locator(".jp-OutputArea-output:has(.optviz-picture)").first
    picture, slider = panel.locator(".optviz-picture"), panel.locator("[role=slider]").first
    readout, sentence = panel.locator(".widget-readout").first, panel.locator(".widget-html-content").last
    if "OPTVIZ_PICTURES" in os.environ:
        panel.screenshot(path=Path(os.environ["OPTVIZ_PICTURES"]) / "slider.png")
    before, value = layer(picture), readout.inner_text()
    slider.focus()
    slider.press("ArrowRight")
    wait_until(page, lambda: layer(picture) != before)
    assert readout.inner_text() != value

    # The latest value wins: a fast hand does not queue up pictures, and the last one is that of the last value.
    frames = int(picture.get_attribute("data-frames"))
    for _ in range(60):
        slider.press("ArrowLeft")
    expect(sentence).to_contain_text(f"lr {readout.inner_text()}", timeout=30_000)
    idle(page)
    assert int(picture.get_attribute("data-frames")) - frames < 2 * 60  # two panels a picture

    # A click on the landscape is where the run starts.
    landscape = picture.locator(".optviz-target")
    box = landscape.bounding_box()
    before = layer(picture)
    landscape.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.3})
    wait_until(page, lambda: layer(picture) != before)
    assert panel.locator("input[type=number]").first.input_value() != "-5"
    panel.get_by_role("button", name="Reset").click()
    expect(panel.locator("input[type=number]").first).to_have_value("-5")

    # @interact: one picture a move, still one after it.
    output = page.locator(".jp-OutputArea-output:has(.widget-interact)").first
    image, slider = output.locator(".jp-OutputArea-output img"), output.locator("[role=slider]").first
    expect(image).to_have_count(1)
    before = image.get_attribute("src")
    slider.focus()
    slider.press("ArrowRight")
    expect(image).not_to_have_attribute("src", before, timeout=30_000)
    idle(page)
    expect(image).to_have_count(1)

    assert page.outside == []
    assert page.complaints == []


CLASSROOM = """\
@interact(lr=(0, 4, 0.01))
def f(lr=0.1):
    plot_2d(train_2d(adagrad_eps_inside, lr), title="AdaGrad")
"""


def test_a_classroom_interact_shows_one_picture_under_matplotlib_widget(lab, page):
    from playwright.sync_api import expect

    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("%matplotlib widget"),
            nbformat.v4.new_code_cell(
                "from ipywidgets import interact\nfrom optviz import adagrad_eps_inside, plot_2d, train_2d"
            ),
            nbformat.v4.new_code_cell(CLASSROOM),
            nbformat.v4.new_code_cell("import matplotlib.pyplot as plt; print('figures:', len(plt.get_fignums()))"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, lab[2] / "classroom.ipynb")
    open_lesson(page, lab, "classroom.ipynb")
    run_all(page)
    canvas = page.locator(".jupyter-matplotlib-canvas-container canvas").first
    expect(canvas).to_be_visible(timeout=30_000)
    pixels = "canvas => canvas.toDataURL()"
    for key in ("ArrowRight", "End", "Home"):
        before = canvas.evaluate(pixels)
        page.locator(".widget-interact [role=slider]").first.press(key)
        page.wait_for_function(
            "old => document.querySelector('.jupyter-matplotlib-canvas-container canvas').toDataURL() !== old",
            arg=before,
            timeout=30_000,
        )
        idle(page)
        expect(page.locator(".jupyter-matplotlib-canvas-container")).to_have_count(1)
    page.locator(".jp-CodeCell").last.click()
    page.keyboard.press("Control+Enter")
    idle(page)
    expect(page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").last).to_contain_text("figures: 1")
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.outside == []
