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
HOST = "http://drawing.test/"
FONT = '"Inter", system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
# What the explorer does around the modules, at its plainest: `draw` for one picture, `scenes` for what it drew.
SCRIPT = """
import { join, load } from "/join.js";
import * as frames from "/widgets/page/frame.js";
import * as terrain from "/widgets/page/terrain.js";
import * as paths from "/widgets/page/paths.js";
import * as strips from "/widgets/page/strip.js";
import * as maps from "/widgets/page/map.js";
import * as worker from "/widgets/page/map_worker.js";
import * as brush from "/widgets/page/brush.js";

const loaded = new Map();
async function landscapeOf(rules, about) {
  const key = JSON.stringify([rules.map((rule) => rule.name), about.code]);
  if (!loaded.has(key)) loaded.set(key, await load(join(rules, about)));
  return { ...about, ...loaded.get(key) };
}
function runOf(landscape, index, settings, start, steps, more) {
  const rows = new Float64Array((steps + 1) * (landscape.n + 1));
  const noise = landscape.noise?.[index] ?? undefined;
  landscape.runs[index].run(settings, start, steps, rows, noise);
  const zero = landscape.f_star ?? rows[landscape.n], first = Math.abs(rows[landscape.n] - zero);
  let diverged = null;
  for (let k = steps; k >= 0; k--) {
    const f = rows[k * (landscape.n + 1) + landscape.n];
    if (Number.isFinite(f) && f - zero <= 1000 * first) break;
    diverged = k;
  }
  return { rows, n: landscape.n, steps, diverged, ...more };
}
const errorsOf = (run, zero) => Float64Array.from({ length: run.steps + 1 }, (_, k) => run.rows[k * (run.n + 1) + run.n] - zero);
function canvasOf(name, width, height, background) {
  const canvas = document.createElement("canvas");
  canvas.style.cssText = `position: absolute; left: 0; top: 0; width: ${width}px; height: ${height}px`;
  canvas.dataset.name = name;
  let panel = document.querySelector("#panel");
  panel.style.cssText = `position: relative; overflow: hidden; background: ${background}; width: ${width}px; height: ${height}px`;
  panel.append(canvas);
  return canvas;
}
async function draw(wish) {
  const { rules, objective, width, height, ratio, colours, font, settings = [{}], steps = 100, pinned = null, more = {} } = wish;
  document.querySelector("#panel").replaceChildren();
  const landscape = { ...await landscapeOf(rules, objective), noise: wish.noise };
  if (wish.view) landscape.view = wish.view;
  const frame = frames.frameOf(landscape, width, height);
  const start = wish.start ?? objective.start;
  const runs = rules.map((rule, index) => runOf(landscape, index, settings[index] ?? settings[0], start, steps,
    { label: rule.label, colour: rule.colour, marker: rule.marker }));
  const minima = frames.minimaIn(landscape, frame);
  const at = [runs[0].rows[0], runs[0].rows[1]];
  const scene = { frame, colours, font, ratio, runs: wish.hide ? [] : runs, step: wish.step ?? steps, start: at, minima, ...more };
  if (pinned) scene.pinned = runOf(landscape, 0, pinned, start, steps, {});
  const over = canvasOf("paths", width, height, colours.panel), under = canvasOf("terrain", width, height, colours.panel);
  const drawn = paths.drawPaths(over, scene, {});
  const spots = [...minima.map((one) => one.at), at].map(([x, y]) => frames.project(frame, x, y));
  for (const path of drawn.paths) for (let k = 0; k < path.count; k++) spots.push([path.points[2 * k], path.points[2 * k + 1]]);
  const ground = { landscape, frame, colours, font, ratio, avoid: spots, taken: more.taken ?? [] };
  const labels = terrain.drawTerrain(under, ground);
  over.parentElement.append(over);
  Object.assign(window, { last: { landscape, frame, runs, scene, ground, drawn, labels, over, under } });
  return { labels, words: drawn.words, groups: drawn.groups, frame: { ...frame },
    paths: drawn.paths.map(({ points, count, leaves, back }) => ({ points: [...points], count, leaves, back })),
    minima: minima.map((one) => ({ ...one, pixel: frames.project(frame, ...one.at) })),
    corner: paths.freeCorner(scene, drawn.paths, 120, 52) };
}
window.modules = { join, load, frames, terrain, paths, strips, maps, worker, brush, runOf, errorsOf, landscapeOf, canvasOf };
window.draw = draw;
window.ready = true;
"""
PAGE = f"""<!doctype html><meta charset="utf-8"><title>drawing</title>
<style>body {{ margin: 0 }} #panel {{ border-radius: 10px }}</style><div id="panel"></div>
<script type="module">{SCRIPT}</script>"""


@contextmanager
def drawing_page(ratio: float = 1) -> Iterator:
    """Open the page in a browser; `complaints` of it are the errors that it had."""
    from playwright.sync_api import sync_playwright

    def serve(route):
        path = route.request.url.removeprefix(HOST)
        if path == "":
            route.fulfill(body=PAGE, content_type="text/html")
        elif (PACKAGE / path).is_file():
            route.fulfill(body=(PACKAGE / path).read_bytes(), content_type=mimetypes.guess_type(path)[0])
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
