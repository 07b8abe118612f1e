"""How long the translated rules take in node: `uv run python benchmarks/javascript.py` prints them with their bounds.

Adam on Rosenbrock, all rules together, a map of 64 x 64 rates, and how large the code is. Exit code 1 if a bound is
missed. Times are medians of one process, after a short warm-up as a page has it; the drive through arrays of state
that a page would have without the join is measured beside it, as a ratio.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from optviz.javascript import JOIN, noise_rows, to_javascript
from optviz.objectives import __all__ as OBJECTIVES
from tests.javascript import node
from tests.registry import NAMES

MAIN = """
import { readFileSync } from "node:fs";
import { join } from "./join.mjs";
const load = (text) => import("data:text/javascript;base64," + Buffer.from(text).toString("base64"));
const { rules, objective, noise } = JSON.parse(readFileSync("data.json"));
const rows = Float64Array.from(noise.flat());
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const time = (what, times) => median(Array.from({ length: times }, (_, i) => {
  const begin = performance.now(); what(i); return performance.now() - begin; }));
const out = new Float64Array(303), start = [-1.5, 2];
const adam = rules.findIndex((rule) => rule.name === "adam");
const alone = await load(join([rules[adam]], objective));
const begun = performance.now();
const all = await load(join(rules, objective));
const loading = performance.now() - begun;
const one = (page, place) => (i) => page.runs[place].run({ lr: 0.01 + i / 1e6 }, start, 100, out, rows);
time(one(alone, 0), 100);
const single = time(one(alone, 0), 1000);

// The same rule through arrays of state and of settings, as a generic driver has them.
const step = new Function(rules[adam].code.replace(/^/, "const $power = Math.pow;") + "; return step;")();
const slope = new Function(objective.code.replace(/^/, "const $square = (v) => v * v;")
  + "; return { value, gradient };")();
function generic(i) {
  const state = [[0, 0], [0, 0]], x = [...start], tuned = [0.01 + i / 1e6, 0.9, 0.999, 1e-8];
  for (let t = 1; t <= 100; t++) {
    const g = slope.gradient(...x);
    for (let k = 0; k < 2; k++) {
      const result = step(x[k], g[k], t, ...state.map((one) => one[k]), ...tuned);
      x[k] = result[0];
      state.forEach((one, j) => { one[k] = result[j + 1]; });
    }
    out[3 * t] = x[0]; out[3 * t + 1] = x[1]; out[3 * t + 2] = slope.value(...x);
  }
}
time(generic, 100);
const arrays = time(generic, 1000);

const race = (i) => rules.forEach((_, place) => one(all, place)(i));
time(race, 20);
const together = time(race, 200);
const map = time((i) => { for (let k = 0; k < 4096; k++) one(alone, 0)(k + i); }, 5);
console.log(JSON.stringify({ single: 1000 * single, arrays: 1000 * arrays, together, map, loading }));
"""


def measured() -> dict[str, float]:
    rules = [to_javascript(name) for name in NAMES if name != "learned"]
    data = {
        "rules": rules,
        "objective": to_javascript("rosenbrock"),
        "noise": noise_rows(0, max(rule["draws"] for rule in rules), 100, 2).tolist(),
    }
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "join.mjs").write_text(JOIN.read_text())
        (place / "main.mjs").write_text(MAIN)
        (place / "data.json").write_text(json.dumps(data))
        done = subprocess.run([node(), "main.mjs"], cwd=folder, capture_output=True, text=True, check=True)
    everything = [*rules, *(to_javascript(name) for name in OBJECTIVES)]
    compact = json.dumps(everything, ensure_ascii=False, separators=(",", ":")).encode()
    return {**json.loads(done.stdout), "size": (len(compact) + JOIN.stat().st_size) / 1024}


if __name__ == "__main__":
    found = measured()
    rows = [
        ("Adam on Rosenbrock, 100 steps", found["single"], 55, "µs"),
        ("all rules on Rosenbrock, 100 steps each", found["together"], 2, "ms"),
        ("a map of 64 x 64 runs of 100 steps", found["map"], 300, "ms"),
        ("loading the module of all rules", found["loading"], 50, "ms"),
        ("code of all rules and objectives, and the join", found["size"], 100, "KiB"),
    ]
    for name, value, bound, unit in rows:
        print(f"{name:50} {value:8.2f} {unit:4} <= {bound:4}   {'met' if value <= bound else 'MISSED'}")
    print(f"{'a driver through arrays of state':50} {found['arrays'] / found['single']:8.1f} times as long as the join")
    sys.exit(not all(value <= bound for _, value, bound, _ in rows))
