"""A page with nothing but the explorer's drawing modules, real rules and real landscapes, for tests and benchmarks."""

import base64
import io
import json
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

import optviz
from optviz import look
from optviz.javascript import noise_rows, to_javascript

from .jupyterlab import CHROMIUM, QUIET

PACKAGE = Path(optviz.__file__).parent
DRAWING = Path(__file__).with_name("drawing.js")
HOST = "http://drawing.test/"
FONT = '"Inter", system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
PAGE = """<!doctype html><meta charset="utf-8"><title>drawing</title>
<style>body { margin: 0 } #panel { border-radius: 10px }</style><div id="panel"></div>
<script type="module" src="/drawing.js"></script>"""


@contextmanager
def drawing_page(ratio: float = 1) -> Iterator:
    """Open the page in a browser, on a screen of this density; its `complaints` are the errors that it had."""
    from playwright.sync_api import sync_playwright

    def serve(route):
        path = route.request.url.removeprefix(HOST)
        file = DRAWING if path == DRAWING.name else PACKAGE / path
        if path == "":
            route.fulfill(body=PAGE, content_type="text/html")
        elif file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(path)[0])
        else:
            route.fulfill(status=404)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1300, "height": 900}, device_scale_factor=ratio)
        page.complaints = []
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.route("**/*", lambda route: serve(route) if route.request.url.startswith(HOST) else route.fallback())
        page.goto(HOST)
        page.wait_for_function("window.ready")
        yield page
        browser.close()


def objective_of(objective) -> dict:
    """Return an objective as the page takes it."""
    objective = optviz.OBJECTIVES.find(objective) if isinstance(objective, str) else objective
    return {
        **to_javascript(objective),
        "start": objective.start.tolist(),
        "view": [list(pair) for pair in objective.view],
        "minima": None if objective.minima is None else [minimum.tolist() for minimum in objective.minima],
    }


def rule_of(rule: str, theme: str) -> dict:
    """Return a rule as the page takes it, with its colour and marker."""
    rule = optviz.RULES.find(rule)
    return {**to_javascript(rule), "colour": look.colour(rule, look.THEMES[theme]), "marker": look.marker(rule)}


def draw(page, rules, objective, width=432, height=346, theme="light", ratio=1, **more) -> dict:
    """Draw a picture of these rules, by name; return what the modules say of it."""
    rules, objective = [rule_of(rule, theme) for rule in rules], objective_of(objective)
    n, steps = objective["n"], more.get("steps", 100)
    wish = {
        "rules": rules,
        "objective": objective,
        "gradientNoise": noise_rows(0, objective["draws"], steps, n, "objective").ravel().tolist(),
        "noise": [noise_rows(0, rule["draws"], steps, n).ravel().tolist() for rule in rules],
        "width": width,
        "height": height,
        "ratio": ratio,
        "colours": look.page_colours(look.THEMES[theme]),
        "font": FONT,
        **more,
    }
    return page.evaluate("wish => draw(wish)", json.loads(json.dumps(wish)))


def pixels(page, name: str) -> np.ndarray:
    """Return the pixels (height, width, 4) of a canvas, in 0...255."""
    url = page.locator(f"canvas[data-name={name}]").evaluate("canvas => canvas.toDataURL()")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGBA"))
