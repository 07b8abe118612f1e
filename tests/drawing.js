/** What the explorer does around its drawing modules, at its plainest: one picture, as Python wishes it. */

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
  const { n } = landscape, rows = new Float64Array((steps + 1) * (n + 1));
  landscape.runs[index].run(settings, start, steps, rows, landscape.noise[index], landscape.gradientNoise);
  const zero = landscape.f_star ?? rows[n], first = Math.abs(rows[n] - zero);
  let diverged = null;
  for (let k = steps; k >= 0; k--) {
    const f = rows[k * (n + 1) + n];
    if (Number.isFinite(f) && f - zero <= 1000 * first) break;
    diverged = k;
  }
  return { rows, n, steps, diverged, ...more };
}

const errorsOf = (run, zero) =>
  Float64Array.from({ length: run.steps + 1 }, (_, k) => run.rows[k * (run.n + 1) + run.n] - zero);

function canvasOf(name, width, height, background) {
  const panel = document.querySelector("#panel"), canvas = document.createElement("canvas");
  panel.style.cssText = `position: relative; overflow: hidden; background: ${background};
    width: ${width}px; height: ${height}px`;
  canvas.style.cssText = `position: absolute; left: 0; top: 0; width: ${width}px; height: ${height}px`;
  canvas.dataset.name = name;
  panel.append(canvas);
  return canvas;
}

/** Draw a landscape and runs; keep what they were drawn from in `last`; return what Python can check. */
async function draw(wish) {
  const { rules, objective, width, height, ratio, colours, font, settings = [{}], steps = 100, more = {} } = wish;
  document.querySelector("#panel").replaceChildren();
  const landscape = { ...await landscapeOf(rules, objective), noise: wish.noise, gradientNoise: wish.gradientNoise };
  if (wish.view) landscape.view = wish.view;
  const frame = frames.frameOf(landscape, width, height), minima = frames.minimaIn(landscape, frame);
  const start = wish.start ?? objective.start;
  const runs = rules.map((rule, index) => runOf(landscape, index, settings[index] ?? settings[0], start, steps,
    { label: rule.label, colour: rule.colour, marker: rule.marker }));
  const at = [runs[0].rows[0], runs[0].rows[1]];
  const scene = { frame, colours, font, ratio, runs, step: wish.step ?? steps, start: at, minima, ...more };
  if (wish.pinned) scene.pinned = runOf(landscape, 0, wish.pinned, start, steps, {});
  const under = canvasOf("terrain", width, height, colours.panel), over = canvasOf("paths", width, height, colours.panel);
  const drawn = paths.drawPaths(over, scene, {});
  const spots = [...minima.map((one) => one.at), at].map(([x, y]) => frames.project(frame, x, y));
  for (const { points, count } of drawn.paths) {
    for (let k = 0; k < count; k++) spots.push([points[2 * k], points[2 * k + 1]]);
  }
  const ground = { landscape, frame, colours, font, ratio, avoid: spots, taken: more.taken ?? [] };
  const labels = terrain.drawTerrain(under, ground);
  window.last = { landscape, frame, runs, scene, ground, drawn, labels, over, under };
  return {
    frame, labels, words: drawn.words, groups: drawn.groups, avoid: spots,
    paths: drawn.paths.map(({ points, ...path }) => ({ ...path, points: [...points] })),
    minima: minima.map((one) => ({ ...one, pixel: frames.project(frame, ...one.at) })),
    diverged: runs.map((run) => run.diverged),
    corner: paths.freeCorner(scene, drawn.paths, 120, 52),
  };
}

window.modules = { join, load, frames, terrain, paths, strips, maps, worker, brush, runOf, errorsOf, landscapeOf,
  canvasOf };
window.draw = draw;
window.ready = true;
