"""JupyterLab, started by `optviz lab`, and a real browser on it: for tests and benchmarks.

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Lab(NamedTuple):
    """A running server: where it is, the token that it asks for, and the folder of its notebooks."""

    address: str
    token: str
    notebooks: Path


@contextmanager
def running_lab(home: Path) -> Iterator[Lab]:
    """Start `optviz lab` on a copy of the lessons, with `home` for a home: no settings of the person who runs it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = dict(
        os.environ, HOME=str(home), JUPYTER_TOKEN=token, JUPYTER_CONFIG_DIR=str(home / "config"),
        JUPYTER_DATA_DIR=str(home / "data"), JUPYTER_RUNTIME_DIR=str(home / "run"), IPYTHONDIR=str(home / "ipython"),
    )  # fmt: skip
    # All cells stay in the page, also those outside of the window, so that nobody need scroll.
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
                raise TimeoutError((home / "lab.log").read_text())
            yield Lab(address, token, home / "lessons")
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


@contextmanager
def browser_page(lab: Lab):
    """Open a page that keeps what went wrong in `complaints`, and what left the machine in `outside`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.complaints, page.outside = [], []
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        inside = (lab.address, lab.address.replace("http", "ws", 1), "data:", "blob:")
        page.on("request", lambda one: page.outside.append(one.url) if not one.url.startswith(inside) else None)
        yield page
        browser.close()


def write_notebook(lab: Lab, name: str, cells: list[str]) -> None:
    """Write a notebook with these code cells."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, lab.notebooks / name)


def open_notebook(page, lab: Lab, name: str) -> None:
    """Open a notebook and wait for its kernel."""
    page.goto(f"{lab.address}/lab/tree/{name}?token={lab.token}&reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    # The status bar names the kernel once there is one; Run before that asks which kernel to take.
    idle(page)


def open_in_notebook_7(page, lab: Lab, name: str) -> None:
    """Open a notebook in the other interface of the same server, and wait for its kernel."""
    page.goto(f"{lab.address}/notebooks/{name}?token={lab.token}")
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=60_000)


def idle(page) -> None:
    """Wait until the kernel has nothing to do."""
    bar = page.locator("#jp-main-statusbar")
    bar.get_by_text(re.compile(r"^(?!No Kernel).+ \| Idle$")).first.wait_for(timeout=120_000)


def run_all(page) -> None:
    """Run all cells and wait for the last."""
    start_all(page)
    idle(page)


def start_all(page) -> None:
    """Run all cells and wait until each has its number."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(one => /\\d/.test(one.innerText))",
        timeout=120_000,
    )


def kernels(lab: Lab, kill: bool = False) -> list[str]:
    """Return the kernels that run, and with `kill` end them."""
    request = urllib.request.Request(f"{lab.address}/api/kernels", headers={"Authorization": f"token {lab.token}"})
    with urllib.request.urlopen(request) as answer:
        found = [one["id"] for one in json.load(answer)]
    for one in found if kill else []:
        request = urllib.request.Request(
            f"{lab.address}/api/kernels/{one}", method="DELETE", headers={"Authorization": f"token {lab.token}"}
        )
        urllib.request.urlopen(request).close()
    return found
