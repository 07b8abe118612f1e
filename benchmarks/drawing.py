"""How fast the explorer's pictures are drawn: `uv run python -m benchmarks.drawing` prints each figure with its bound.

The modules are timed alone, in a headless Chromium without a graphics card; `benchmarks.explorer` times the whole. A
figure is the fastest of many: what the drawing costs, not what else the machine does. Exit code 1 if a bound is missed.
"""

import sys

from optviz import RULES
from tests.drawing_page import draw, drawing_page, objective_of, rule_of

# The second figure includes the canvas: reading a pixel waits until all is drawn.
FASTEST = """([what, times]) => {
  const { under, over, ground, scene } = last, { terrain, paths } = modules;
  const ways = { terrain: () => terrain.drawTerrain(under, ground), paths: () => paths.drawPaths(over, scene, {}) };
  const draw = ways[what], canvas = what === "terrain" ? under : over, own = [], whole = [];
  for (let k = 0; k < times; k++) {
    const begin = performance.now();
    draw();
    const end = performance.now();
    canvas.getContext("2d").getImageData(0, 0, 1, 1);
    own.push(end - begin);
    whole.push(performance.now() - begin);
  }
  return [Math.min(...own), Math.min(...whole)];
}"""
MAP = """async ([rule, objective, keys, across, up, steps]) => {
  const about = { n: objective.n, f_star: objective.f_star, minima: true };
  let come, begin;
  const map = modules.maps.startMap(modules.join([rule], objective), 0, about, (answer) => come(answer));
  const wish = { settings: {}, keys, values: [across, up], start: objective.start, steps };
  const coarse = [], complete = [];
  for (let k = 0; k < 12; k++) {
    const finished = new Promise((done) => {
      come = ({ state }) => {
        if (state === "coarse") coarse.push(performance.now() - begin);
        if (state === "complete") done();
      };
    });
    begin = performance.now();
    map.request(wish);
    await finished;
    complete.push(performance.now() - begin);
  }
  map.close();
  return [coarse[0], Math.min(...coarse), Math.min(...complete)];
}"""


def figures(page):
    """Yield (what, milliseconds, bound or None)."""
    for name in ("rosenbrock", "beale", "rastrigin", "quadratic"):
        draw(page, ["adam"], name, 704, 563)
        yield f"landscape {name}, 704 x 563", page.evaluate(FASTEST, ["terrain", 40])[1], 25
    draw(page, ["adam"], "rosenbrock", 704, 563, ratio=2)
    yield "landscape rosenbrock, 704 x 563, two pixels to one", page.evaluate(FASTEST, ["terrain", 15])[1], None
    rules = [name for name, one in RULES.items() if one.variant_of is None and name != "learned"][:19]
    draw(page, rules, "quadratic", 704, 563, step=60)
    own, whole = page.evaluate(FASTEST, ["paths", 60])
    yield f"a frame of {len(rules)} runs x 100 steps: its script", own, 4
    yield f"a frame of {len(rules)} runs x 100 steps: with the canvas", whole, None
    for steps in (100, 1000):
        draw(page, ["adam"], "rosenbrock", 704, 563, steps=steps, settings=[{"lr": 0.05}])
        own, whole = page.evaluate(FASTEST, ["paths", 60])
        yield f"a frame of a run of {steps} steps: its script", own, 4
        yield f"a frame of a run of {steps} steps: with the canvas", whole, None
    across = [10 ** (-4 + 5 * k / 63) for k in range(64)]
    up = [0.99 * k / 63 for k in range(64)]
    for rule, key in (("momentum", "momentum"), ("adam", "beta1")):
        wish = [rule_of(rule, "light"), objective_of("rosenbrock"), ["lr", key], across, up, 100]
        first, coarse, complete = page.evaluate(MAP, wish)
        yield f"map of {rule}, 64 x 64 x 100 steps: coarse, with a new worker", first, None
        yield f"map of {rule}, 64 x 64 x 100 steps: coarse", coarse, 50
        yield f"map of {rule}, 64 x 64 x 100 steps: complete", complete, 300


def main():
    missed = 0
    with drawing_page() as page:
        for what, milliseconds, bound in figures(page):
            missed += bound is not None and milliseconds > bound
            print(f"{what:<62} {milliseconds:7.1f} ms{'' if bound is None else f'  (<= {bound})'}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
