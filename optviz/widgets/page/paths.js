// @ts-check
/**
 * Runs on a landscape: one in full detail with a pinned one under it, or many in a race; start, minima and words.
 *
 * @import { Box, Colours, Context, Marker } from "./brush.js"
 * @import { Frame, Minimum } from "./frame.js"
 *
 * @typedef {object} PathRun
 * @property {Float64Array} rows  as `run` of join.js writes them: x1, x2, f for each step, the start first
 * @property {number} n  coordinates, 1 or 2
 * @property {number} steps
 * @property {number | null} diverged  the step
 * @property {string} [label]  in a race: the name,
 * @property {string} [colour]  the colour of the family
 * @property {Marker} [marker]  and the marker of the rule
 *
 * @typedef {object} Arrows  directions at the present step, in coordinates of the landscape (n numbers)
 * @property {number[] | null} downhill  −g
 * @property {{direction: number[], label: string} | null} memory  what the rule remembers, as a direction to go
 * @property {boolean} taken  whether the step that follows is drawn
 *
 * @typedef {object} Scene
 * @property {Frame} frame
 * @property {Colours} colours
 * @property {string} font  family, as in CSS
 * @property {number} ratio  pixels of the canvas for a CSS pixel
 * @property {PathRun[]} runs  one in full detail, several as a race; none: start and minima only
 * @property {number} step  the present one; later ones are pale
 * @property {[number, number]} start  where it is drawn: (x1, x2) or (x, f)
 * @property {Minimum[]} minima  from `minimaIn`
 * @property {PathRun | null} [pinned]
 * @property {boolean} [future]  false: nothing after the present step (a guess is asked for)
 * @property {number | null} [hover]  a step with a ring
 * @property {Arrows | null} [arrows]
 * @property {{at: [number, number], text: string, shown: boolean} | null} [guess]  `shown`: with a line to the point
 * @property {number | null} [lit]  in a race: the run that is looked at, all others fade
 * @property {string} [contract]  in a race: what is the same for all, written in a corner
 * @property {boolean} [dragging]  words stay where they were
 * @property {Box[]} [taken]  boxes in which no word is written: what lies on top
 * @property {HTMLCanvasElement | null} [ground]  is drawn below, for paper, on which no canvas is transparent
 * @property {boolean} [grip]  the start shows that it can be dragged
 *
 * @typedef {{index: number, points: Float64Array, count: number, leaves: number | null, back: number | null}} Path
 *   `points`: x and y of each step in CSS pixels; `count` of them are numbers; the first step out of the view, and the
 *   step from which the run is in it again
 * @typedef {{text: string, box: Box}} Word
 * @typedef {{paths: Path[], groups: number[][], words: Word[]}} Drawn  `groups`: runs with the same path
 */

import { drawHead, drawMarker, mix, outline, overlap, prepare, stroke, widthOf, write } from "./brush.js";
import { axisTicks, project } from "./frame.js";

const SAME = 0.06; // CSS pixels between paths that are one to the eye
const LONG = 300; // steps from which lines are thinner and dots farther apart
const BUCKETS = 8; // of colour, from the first to the last step
const [APART, LONG_APART] = [7, 9]; // CSS pixels between dots
const TOGETHER = 17; // CSS pixels between markers that are one place
const TAIL = 16; // steps of a run that are drawn after it has left for good
const MILESTONES = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/**
 * Draw the runs. `kept` is an object of the caller's, `{}` at first, in which the places of words are remembered.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {Scene} scene @param {Record<string, number>} kept
 * @returns {Drawn}
 */
export function drawPaths(canvas, scene, kept) {
  const { frame, runs, colours } = scene;
  const context = prepare(canvas, frame.width, frame.height, scene.ratio);
  if (scene.ground) context.drawImage(scene.ground, 0, 0, frame.width, frame.height);
  const paths = runs.map((run, index) => pathOf(frame, run, index));
  const groups = mergeEqual(paths);
  const words = new Words(context, scene, kept, paths);
  if (runs.length > 1) drawRace(context, scene, paths, groups, words);
  else {
    if (scene.pinned) drawPinned(context, scene, pathOf(frame, scene.pinned, 0));
    if (runs.length) drawOne(context, scene, paths[0], words);
  }
  drawMinima(context, scene, words);
  drawStart(context, scene, words);
  if (scene.guess) drawGuess(context, scene, paths[0], words);
  if (runs.length === 1) drawPresent(context, scene, paths[0], words);
  words.flush();
  return { paths, groups, words: words.written };
}

/**
 * Return the points of a run in CSS pixels, and where it leaves the view.
 * @param {Frame} frame @param {PathRun} run @param {number} index @returns {Path}
 */
export function pathOf(frame, { rows, n, steps }, index) {
  const points = new Float64Array(2 * (steps + 1));
  const sx = frame.width / (frame.right - frame.left), sy = frame.height / (frame.top - frame.bottom);
  let count = 0, leaves = -1, last = -1;
  for (let k = 0, i = 0; k <= steps; k++, i += n + 1) {
    const x = (rows[i] - frame.left) * sx, y = (frame.top - rows[i + 1]) * sy;
    // The value too: where it is no number the run has ended.
    if (!(Math.abs(x) < 1e30 && Math.abs(y) < 1e30 && Number.isFinite(rows[i + n]))) break;
    points[2 * k] = x;
    points[2 * k + 1] = y;
    count++;
    if (x < 0 || x > frame.width || y < 0 || y > frame.height) {
      if (leaves < 0 && last !== k - 1) leaves = k;
      last = k;
    }
  }
  const back = leaves > 0 && count === steps + 1 && last < steps ? last + 1 : null;
  return { index, points, count, leaves: leaves > 0 ? leaves : null, back };
}

/**
 * Return the runs in groups of equal paths: nowhere farther apart than the eye can see.
 * @param {Path[]} paths @returns {number[][]}
 */
export function mergeEqual(paths) {
  /** @type {number[][]} */
  const groups = [];
  for (const { index, points, count } of paths) {
    const group = groups.find(([first]) => {
      const other = paths[first];
      if (other.count !== count || other.points.length !== points.length) return false;
      for (let i = 0; i < 2 * count; i++) if (Math.abs(points[i] - other.points[i]) > SAME) return false;
      return true;
    });
    if (group) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

/**
 * Return the run and step whose point is nearest to a pixel, null if none is within reach.
 * @param {Path[]} paths @param {number} px @param {number} py @param {number} reach CSS pixels
 * @returns {{run: number, step: number} | null}
 */
export function nearestStep(paths, px, py, reach) {
  let found = null, least = reach * reach;
  for (const { index, points, count } of paths) {
    for (let k = 0; k < count; k++) {
      const away = (points[2 * k] - px) ** 2 + (points[2 * k + 1] - py) ** 2;
      if (away <= least) [found, least] = [{ run: index, step: k }, away];
    }
  }
  return found;
}

/**
 * Return the corner with the fewest points of the paths, start and minima under a box of this size.
 * @param {Scene} scene @param {Path[]} paths @param {number} width @param {number} height CSS pixels
 * @returns {"top left" | "top right" | "bottom left" | "bottom right"}
 */
export function freeCorner({ frame, start, minima }, paths, width, height) {
  const spots = [start, ...minima.map((one) => one.at)].map(([x, y]) => project(frame, x, y));
  const count = (/** @type {boolean} */ right, /** @type {boolean} */ below) => {
    const inside = (/** @type {number} */ x, /** @type {number} */ y) =>
      (right ? frame.width - x : x) < width + 24 && (below ? frame.height - y : y) < height + 24 &&
      x >= 0 && x <= frame.width && y >= 0 && y <= frame.height;
    let sum = 0;
    for (const { points, count: known } of paths) {
      for (let k = 0; k < known; k++) if (inside(points[2 * k], points[2 * k + 1])) sum++;
    }
    // Start and minimum weigh more than any part of a path.
    for (const [x, y] of spots) if (inside(x, y)) sum += 1000;
    return sum;
  };
  const corners = /** @type {const} */ ([
    ["top left", count(false, false)], ["top right", count(true, false)],
    ["bottom right", count(true, true)], ["bottom left", count(false, true)]]);
  return corners.reduce((best, one) => (one[1] < best[1] ? one : best))[0];
}

// --- lines -------------------------------------------------------------------------------------------------------

/**
 * Lay the line through the steps `from` to `to`. What is far outside is cut off, because a canvas loses its exactness
 * (and a dashed line its end) at coordinates of millions.
 * @param {Context} context @param {Frame} frame @param {Float64Array} points @param {number} from @param {number} to
 */
function lay(context, frame, points, from, to) {
  const box = { x0: -frame.width, y0: -frame.height, x1: 2 * frame.width, y1: 2 * frame.height };
  const far = (/** @type {number} */ x, /** @type {number} */ y) =>
    x < box.x0 || x > box.x1 || y < box.y0 || y > box.y1;
  context.beginPath();
  let open = false;
  for (let k = from; k < to; k++) {
    const [x, y, u, v] = [points[2 * k], points[2 * k + 1], points[2 * k + 2], points[2 * k + 3]];
    if (far(x, y) || far(u, v)) {
      const cut = clip(box, x, y, u, v);
      open = false;
      if (!cut) continue;
      context.moveTo(x + cut[0] * (u - x), y + cut[0] * (v - y));
      context.lineTo(x + cut[1] * (u - x), y + cut[1] * (v - y));
      continue;
    }
    if (!open) context.moveTo(x, y);
    context.lineTo(u, v);
    open = true;
  }
}

/**
 * Return the shares of the way from (x, y) to (u, v) between which it is in the box, null if nowhere (Liang and
 * Barsky 1984).
 * @param {Box} box @param {number} x @param {number} y @param {number} u @param {number} v
 * @returns {[number, number] | null}
 */
function clip(box, x, y, u, v) {
  let [enter, leave] = [0, 1];
  for (const [way, low, high] of [[u - x, box.x0 - x, box.x1 - x], [v - y, box.y0 - y, box.y1 - y]]) {
    if (way === 0) {
      if (low > 0 || high < 0) return null;
      continue;
    }
    const [one, other] = [low / way, high / way];
    enter = Math.max(enter, Math.min(one, other));
    leave = Math.min(leave, Math.max(one, other));
  }
  return enter < leave ? [enter, leave] : null;
}

/** The last step up to which a run is drawn in full weight. @param {Path} path @param {number} step */
function weighty({ count, leaves, back }, step) {
  return Math.min(step, count - 1, leaves !== null && back === null ? leaves : Infinity);
}

/** @param {Context} context @param {Scene} scene @param {Path} path */
function drawPinned(context, { frame, colours }, path) {
  const to = weighty(path, Infinity);
  lay(context, frame, path.points, 0, to);
  stroke(context, colours.casing, 4, 0.7);
  stroke(context, colours.pinned, 1.6, 1, [3.5, 3.5]);
  if (path.leaves !== null && path.back === null) return;
  context.beginPath();
  context.arc(path.points[2 * to], path.points[2 * to + 1], 3.5, 0, 2 * Math.PI);
  context.fillStyle = colours.pinned;
  context.fill();
  stroke(context, colours.casing, 1.2, 1);
}

// --- one run -----------------------------------------------------------------------------------------------------

/** @param {Context} context @param {Scene} scene @param {Path} path @param {Words} words */
function drawOne(context, scene, path, words) {
  const { frame, colours, step, future = true } = scene;
  const { points, count } = path;
  if (count < 1) return;
  const steps = scene.runs[0].steps, long = steps > LONG;
  const to = weighty(path, step), last = weighty(path, Infinity), full = colours.run[1];
  if (future) {
    lay(context, frame, points, to, last);
    stroke(context, full, 1.2, 0.38);
  }
  if (last < count - 1) {
    // Not all of it: many bounces close together would be a solid bar.
    const end = Math.min(future ? count - 1 : Math.max(Math.min(step, count - 1), last), last + TAIL);
    lay(context, frame, points, last, end);
    stroke(context, full, 1, 0.22);
  }
  lay(context, frame, points, 0, to);
  stroke(context, colours.casing, long ? 3.8 : 5, 0.8);
  const shades = Array.from({ length: BUCKETS }, (_, b) => mix(...colours.run, b / (BUCKETS - 1)));
  const whole = last < count - 1 || count <= steps ? last : steps; // what is left of a run that diverges is all of it
  const until = (/** @type {number} */ b) => Math.min(Math.round((b * whole) / BUCKETS), to);
  for (let b = 0; b < BUCKETS && until(b) < to; b++) {
    lay(context, frame, points, until(b), until(b + 1));
    stroke(context, shades[b], long ? 1.6 : 2.2, 1);
  }
  drawDots(context, frame, path, to, whole, long, shades, colours.casing);
  drawMilestones(context, scene, path, to, words);
  if (path.leaves !== null && path.leaves <= (future ? Infinity : step)) drawExit(context, scene, path, words);
  else if (count <= steps && (future || step >= count)) drawBreak(context, scene, path, words);
}

/**
 * Mark the last point before the run's numbers are none any more.
 * @param {Context} context @param {Scene} scene @param {Path} path @param {Words} words
 */
function drawBreak(context, { colours }, { points, count }, words) {
  const x = points[2 * count - 2], y = points[2 * count - 1];
  outline(context, "X", x, y, 6);
  stroke(context, colours.casing, 3, 0.9);
  context.fillStyle = colours.run[1];
  context.fill();
  words.block(x, y, 7);
  words.place("exit", `no number at step ${count}`, x, y, 13, { colour: colours.run[1], weight: 650 });
}

/**
 * @param {Context} context @param {Frame} frame @param {Path} path @param {number} to @param {number} whole
 * @param {boolean} long @param {string[]} shades @param {string} casing
 */
function drawDots(context, frame, { points }, to, whole, long, shades, casing) {
  const apart = (long ? LONG_APART : APART) ** 2, radius = long ? 2 : 2.7;
  let x = Infinity, y = Infinity, bucket = -1;
  const finish = () => {
    if (bucket < 0) return;
    context.fillStyle = shades[bucket];
    context.fill();
    stroke(context, casing, 0.9, 1);
  };
  for (let k = 1; k <= to; k++) {
    const u = points[2 * k], v = points[2 * k + 1];
    if ((u - x) ** 2 + (v - y) ** 2 < apart || u < -5 || v < -5 || u > frame.width + 5 || v > frame.height + 5) continue;
    const own = Math.min(Math.floor((k * BUCKETS) / (whole + 1)), BUCKETS - 1);
    if (own !== bucket) {
      finish();
      context.beginPath();
      bucket = own;
    }
    context.moveTo(u + radius, v);
    context.arc(u, v, radius, 0, 2 * Math.PI);
    [x, y] = [u, v];
  }
  finish();
}

/** @param {Context} context @param {Scene} scene @param {Path} path @param {number} to @param {Words} words */
function drawMilestones(context, scene, { points }, to, words) {
  const { frame, colours, runs, step } = scene, { steps } = runs[0];
  const spots = [scene.start, ...scene.minima.map((one) => one.at)].map(([x, y]) => project(frame, x, y));
  if (step < points.length / 2) spots.push([points[2 * step], points[2 * step + 1]]);
  for (const k of MILESTONES) {
    if (k >= to || (k < 50 && steps > 100)) continue;
    const x = points[2 * k], y = points[2 * k + 1];
    const near = (/** @type {[number, number]} */ [u, v], /** @type {number} */ i) =>
      Math.hypot(u - x, v - y) < (i > scene.minima.length ? 40 : 30);
    if (x < 8 || y < 8 || x > frame.width - 8 || y > frame.height - 8 || spots.some(near)) continue;
    spots.push([x, y]);
    context.beginPath();
    context.arc(x, y, 3.6, 0, 2 * Math.PI);
    context.fillStyle = colours.casing;
    context.fill();
    stroke(context, colours.run[1], 1.8, 1);
    words.block(x, y, 4.5);
    words.place(`milestone ${k}`, String(k), x, y, 8, { colour: colours.run[1], weight: 700, needed: false });
  }
}

/** @param {Context} context @param {Scene} scene @param {Path} path @param {Words} words */
function drawExit(context, { frame, colours, runs }, path, words) {
  const at = exitOf(frame, path);
  if (!at) return;
  const [x, y, dx, dy] = at, { leaves, back } = path, gone = runs[0].diverged;
  drawHead(context, x, y, dx, dy, 15, colours.run[1]);
  words.block(x, y, 8);
  const more = back !== null ? `, is back at ${back}` : gone === leaves ? ", diverged" : "";
  const text = `leaves the view at step ${leaves}${more}`;
  words.place("exit", text, x, y, 14, { colour: colours.run[1], weight: 650 });
}

/**
 * Return where a path crosses the frame for the first time, and its direction there.
 * @param {Frame} frame @param {Path} path @returns {[number, number, number, number] | null}
 */
export function exitOf(frame, { points, leaves }) {
  if (leaves === null) return null;
  const [x, y, u, v] = points.slice(2 * leaves - 2, 2 * leaves + 2);
  const cut = clip({ x0: 0, y0: 0, x1: frame.width, y1: frame.height }, x, y, u, v);
  return cut && [x + cut[1] * (u - x), y + cut[1] * (v - y), u - x, v - y];
}

/** @param {Context} context @param {Scene} scene @param {Path} path @param {Words} words */
function drawPresent(context, scene, path, words) {
  const { frame, colours, step, hover = null, arrows = null } = scene, { points, count } = path;
  const at = (/** @type {number} */ k) => /** @type {[number, number]} */ ([points[2 * k], points[2 * k + 1]]);
  if (hover !== null && hover < count) {
    context.beginPath();
    context.arc(...at(hover), 8, 0, 2 * Math.PI);
    stroke(context, colours.casing, 4, 0.9);
    stroke(context, colours.run[1], 2, 1);
  }
  if (step >= count || weighty(path, step) < step) return;
  const [x, y] = at(step);
  words.block(x, y, arrows ? 12 : 7);
  if (arrows) {
    context.beginPath();
    context.arc(x, y, 14, 0, 2 * Math.PI);
    context.fillStyle = colours.run[1];
    context.globalAlpha = 0.2;
    context.fill();
    context.globalAlpha = 1;
    drawArrows(context, scene, x, y, step + 1 < count ? at(step + 1) : null, words);
  }
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fillStyle = colours.run[1];
  context.fill();
  stroke(context, colours.casing, 2, 1);
}

/**
 * @param {Context} context @param {Scene} scene @param {number} x @param {number} y
 * @param {[number, number] | null} next @param {Words} words
 */
function drawArrows(context, { frame, colours, arrows }, x, y, next, words) {
  if (!arrows) return;
  const sx = frame.width / (frame.right - frame.left), sy = frame.height / (frame.top - frame.bottom);
  const LENGTH = 58;
  const pixels = (/** @type {number[] | undefined} */ direction) => {
    // With one coordinate the way is along x.
    const [dx, dy] = [(direction?.[0] ?? 0) * sx, -(direction?.[1] ?? 0) * sy], length = Math.hypot(dx, dy);
    return length > 0 && length < Infinity ? [dx / length, dy / length] : null;
  };
  const down = pixels(arrows.downhill ?? undefined), memory = pixels(arrows.memory?.direction);
  // Arrows that would cover each other stand side by side.
  const side = down && memory && down[0] * memory[0] + down[1] * memory[1] > Math.cos(Math.PI / 10) ? 8 : 0;
  const draw = (/** @type {number[] | null} */ way, /** @type {number} */ length, /** @type {string} */ colour,
    /** @type {number[]} */ dash, /** @type {number} */ shift, /** @type {string} */ label) => {
    if (!way) return;
    const [ux, uy] = way, ox = x - shift * uy, oy = y + shift * ux;
    context.beginPath();
    context.moveTo(ox + 8 * ux, oy + 8 * uy);
    context.lineTo(ox + (length - 7) * ux, oy + (length - 7) * uy);
    stroke(context, colours.casing, 5, 0.85);
    stroke(context, colour, 2.2, 1, dash);
    drawHead(context, ox + length * ux, oy + length * uy, ux, uy, 11, colour);
    if (!label) return;
    const how = { colour, weight: 700, italic: true, towards: /** @type {[number, number]} */ ([ux, uy]) };
    words.place(`arrow ${label}`, label, ox + length * ux, oy + length * uy, 9, how);
  };
  draw(down, LENGTH, colours.gradient, [5, 4], -side, "−g");
  draw(memory, LENGTH, colours.memory, [], side, arrows.memory?.label ?? "");
  if (!next || !arrows.taken) return;
  const way = [next[0] - x, next[1] - y], length = Math.hypot(...way);
  if (length > 0) draw(way.map((one) => one / length), Math.min(Math.max(length, 26), 120), colours.run[1], [], 0, "");
}

// --- race --------------------------------------------------------------------------------------------------------

/**
 * @param {Context} context @param {Scene} scene @param {Path[]} paths @param {number[][]} groups @param {Words} words
 */
function drawRace(context, scene, paths, groups, words) {
  const { frame, colours, runs, step, lit = null, contract } = scene;
  const value = (/** @type {number[]} */ [first]) => {
    const { rows, n, steps } = runs[first], f = rows[(n + 1) * Math.min(step, steps) + n];
    return Number.isFinite(f) ? f : Infinity;
  };
  // Better runs on top, the one that is looked at above all.
  const fades = (/** @type {number[]} */ group) => lit !== null && !group.includes(lit);
  const order = [...groups].sort((one, other) =>
    Number(fades(other)) - Number(fades(one)) || value(other) - value(one));
  /** @type {{x: number, y: number, group: number[]}[]} */
  const spots = [];
  for (const group of order) {
    const path = paths[group[0]], to = weighty(path, step), colour = runs[group[0]].colour ?? colours.learner;
    const weight = fades(group) ? 0.16 : 1, thick = lit !== null && weight === 1 ? 2.4 : 1.5;
    if (path.count < 1) continue;
    lay(context, frame, path.points, 0, to);
    stroke(context, colours.casing, thick + 1.7, 0.7 * weight);
    stroke(context, colour, thick, weight);
    const exit = path.leaves !== null && path.leaves <= step && path.back === null ? exitOf(frame, path) : null;
    context.globalAlpha = weight;
    if (exit) drawHead(context, exit[0], exit[1], exit[2], exit[3], 11, colour);
    context.globalAlpha = 1;
    const x = path.points[2 * to], y = path.points[2 * to + 1];
    if (!exit && to === Math.min(step, runs[group[0]].steps) && x >= 0 && y >= 0 && x <= frame.width && y <= frame.height) {
      spots.push({ x, y, group });
    }
  }
  for (const { x, y, group } of spots) {
    const { marker = ["o", true], colour = colours.learner } = runs[group[0]];
    context.globalAlpha = fades(group) ? 0.16 : 1;
    if (group.length > 1) {
      context.beginPath();
      context.arc(x, y, 8.5, 0, 2 * Math.PI);
      stroke(context, colours.casing, 3.5, 0.8 * context.globalAlpha);
      stroke(context, colour, 1.3, fades(group) ? 0.16 : 1);
      context.globalAlpha = fades(group) ? 0.16 : 1;
    }
    drawMarker(context, /** @type {Marker} */ (marker), x, y, 5.2, colour, colours.casing);
    context.globalAlpha = 1;
    words.block(x, y, 6);
  }
  nameSpots(scene, spots.reverse(), words);
  if (contract) words.corner(contract);
}

/**
 * Name the markers, the best first; many in one place get one word.
 * @param {Scene} scene @param {{x: number, y: number, group: number[]}[]} spots @param {Words} words
 */
function nameSpots({ runs, lit = null }, spots, words) {
  const named = new Set();
  for (const spot of spots) {
    if (named.has(spot)) continue;
    const own = lit !== null && spot.group.includes(lit);
    if (lit !== null && !own) continue;
    const crowd = own ? [spot] : spots.filter((one) =>
      !named.has(one) && Math.hypot(one.x - spot.x, one.y - spot.y) <= TOGETHER);
    const rules = crowd.flatMap((one) => one.group);
    if (crowd.length > 3) {
      for (const one of crowd) named.add(one);
      words.place(`crowd ${spot.group[0]}`, `${rules.length} rules are here`, spot.x, spot.y, 28, { lead: true });
      continue;
    }
    named.add(spot);
    const names = spot.group.map((index) => runs[index].label ?? "");
    const text = names.length > 1 ? `${names[0]} + ${names.length - 1} more` : names[0];
    words.place(`rule ${spot.group[0]}`, text, spot.x, spot.y, 10, { needed: own });
  }
}

// --- start, minima, a guess --------------------------------------------------------------------------------------

/** @param {Context} context @param {Scene} scene @param {Words} words */
function drawMinima(context, { frame, colours, minima }, words) {
  const many = minima.length > 6;
  minima.forEach(({ at, local }, index) => {
    const [x, y] = project(frame, ...at);
    if (local && many) {
      cross(context, x, y, 0, 4);
      stroke(context, colours.ink, 1, 0.7);
      return;
    }
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    cross(context, x, y, 6, 14, false);
    stroke(context, colours.casing, 4, 0.75);
    stroke(context, colours.ink, 1.5, 1);
    words.block(x, y, 9);
    words.place(`minimum ${index}`, local ? "local minimum" : "minimum", x, y, 15, { first: true });
  });
}

/**
 * Lay four strokes around a point.
 * @param {Context} context @param {number} x @param {number} y @param {number} from @param {number} to
 * @param {boolean} [anew]
 */
function cross(context, x, y, from, to, anew = true) {
  if (anew) context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(x + from * dx, y + from * dy);
    context.lineTo(x + to * dx, y + to * dy);
  }
}

/** @param {Context} context @param {Scene} scene @param {Words} words */
function drawStart(context, { frame, colours, start, grip = false }, words) {
  const [x, y] = project(frame, ...start);
  if (grip) {
    context.beginPath();
    context.arc(x, y, 15, 0, 2 * Math.PI);
    context.fillStyle = colours.focus;
    context.globalAlpha = 0.22;
    context.fill();
    context.globalAlpha = 1;
  }
  outline(context, "o", x, y, 7.5);
  context.fillStyle = colours.casing;
  context.fill();
  stroke(context, colours.casing, 5.5, 1);
  stroke(context, colours.ink, 2.6, 1);
  outline(context, "o", x, y, 2.6);
  context.fillStyle = colours.ink;
  context.fill();
  words.block(x, y, 9);
  words.place("start", "start", x, y, 14, { first: true });
}

/** @param {Context} context @param {Scene} scene @param {Path | undefined} path @param {Words} words */
function drawGuess(context, { frame, colours, guess, step }, path, words) {
  if (!guess) return;
  const [x, y] = project(frame, ...guess.at);
  if (guess.shown && path && step < path.count) {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(path.points[2 * step], path.points[2 * step + 1]);
    stroke(context, colours.casing, 4, 0.8);
    stroke(context, colours.memory, 1.8, 1, [2, 4]);
  }
  context.beginPath();
  context.arc(x, y, 9, 0, 2 * Math.PI);
  cross(context, x, y, 4, 14, false);
  stroke(context, colours.casing, 5, 0.9);
  stroke(context, colours.memory, 2.4, 1);
  words.block(x, y, 10);
  if (guess.text) words.place("guess", guess.text, x, y, 17, { colour: colours.memory, weight: 650 });
}

// --- words -------------------------------------------------------------------------------------------------------

/** Where a word may stand around its point: below, above, right, left, and the corners. */
const SIDES = [[0, -1], [0, 1], [1, 0], [-1, 0], [1, -1], [-1, -1], [1, 1], [-1, 1]];
const LINE = 15; // height of a word

/** Finds places for words: not on each other nor on marks, and on as few points of the paths as can be. */
class Words {
  /** @param {Context} context @param {Scene} scene @param {Record<string, number>} kept @param {Path[]} paths */
  constructor(context, scene, kept, paths) {
    this.context = context;
    this.scene = scene;
    this.kept = kept;
    this.paths = paths;
    /** @type {Box[]} */
    this.boxes = [...(scene.taken ?? [])];
    const { across, up } = axisTicks(scene.frame), { height } = scene.frame;
    for (const { at } of across) this.boxes.push({ x0: at - 12, y0: height - 20, x1: at + 12, y1: height });
    for (const { at } of up) this.boxes.push({ x0: 0, y0: at - 7, x1: 28, y1: at + 7 });
    /** @type {Word[]} */
    this.written = [];
    /** @type {[number, number][]} */
    this.marks = [];
    /** @type {(() => void)[]} */
    this.waiting = [];
  }

  /** Keep words off a mark. @param {number} x @param {number} y @param {number} radius */
  block(x, y, radius) {
    this.marks.push([x, y]);
    this.boxes.push({ x0: x - radius, y0: y - radius, x1: x + radius, y1: y + radius });
  }

  /**
   * Find a place for a word near (x, y); it is written once all marks are drawn. `key` is its name in `kept`.
   * @param {string} key @param {string} text @param {number} x @param {number} y @param {number} gap
   * @param {{colour?: string, weight?: number, needed?: boolean, italic?: boolean, lead?: boolean,
   *   towards?: [number, number], first?: boolean}} how  `needed`: also where it collides; `towards`: on that side of
   *   the point; `first`: before the others choose
   */
  place(key, text, x, y, gap, how) {
    this.waiting[how.first ? "unshift" : "push"](() => this.settle(key, text, x, y, gap, how));
  }

  /** Write what waits. */
  flush() {
    for (const one of this.waiting) one();
    this.waiting = [];
  }

  /**
   * @param {string} key @param {string} text @param {number} x @param {number} y @param {number} gap
   * @param {{colour?: string, weight?: number, needed?: boolean, italic?: boolean, lead?: boolean,
   *   towards?: [number, number]}} how
   */
  settle(key, text, x, y, gap, { colour, weight = 600, needed = true, italic = false, lead = false, towards }) {
    const { frame, font, colours, dragging = false } = this.scene;
    this.context.font = `${italic ? "italic " : ""}${weight} 12.5px ${font}`;
    const width = widthOf(this.context, text);
    const boxAt = (/** @type {number} */ side) => {
      const [h, v] = towards ?? SIDES[side];
      const left = x + h * gap + ((h - 1) / 2) * width, top = y + v * gap + ((v - 1) / 2) * LINE;
      const x0 = Math.max(4, Math.min(left, frame.width - width - 4));
      const y0 = Math.max(4, Math.min(top, frame.height - LINE - 4));
      return { x0, y0, x1: x0 + width, y1: y0 + LINE };
    };
    const free = (/** @type {Box} */ box) => !this.boxes.some((one) => overlap(one, box));
    let side = 0, box = boxAt(0);
    const before = this.kept[key];
    if (!towards && !(dragging && before !== undefined && free(boxAt(before)))) {
      let least = Infinity;
      for (let k = 0; k < SIDES.length; k++) {
        const one = boxAt(k);
        // The usual place is kept unless another is clearly better.
        const cost = (free(one) ? 0 : 1000) + this.under(one) + this.mistaken(one, x, y) + 0.3 * k - (k === before ? 2 : 0);
        if (cost < least) [least, side, box] = [cost, k, one];
      }
    } else if (!towards) [side, box] = [before, boxAt(before)];
    if (!needed && !free(box)) return;
    this.kept[key] = side;
    this.boxes.push(box);
    this.written.push({ text, box });
    if (lead) {
      this.context.beginPath();
      this.context.moveTo(x, y);
      this.context.lineTo((box.x0 + box.x1) / 2, box.y0 > y ? box.y0 : box.y1);
      stroke(this.context, colours.ink, 1, 1);
    }
    write(this.context, text, box.x0, (box.y0 + box.y1) / 2, colour ?? colours.ink, colours.casing);
  }

  /** A word that is nearer to another mark than to its own reads as its name. @param {Box} box @param {number} x @param {number} y */
  mistaken(box, x, y) {
    const away = (/** @type {number} */ u, /** @type {number} */ v) =>
      Math.hypot(Math.max(box.x0 - u, 0, u - box.x1), Math.max(box.y0 - v, 0, v - box.y1));
    const own = away(x, y);
    return this.marks.some(([u, v]) => Math.hypot(u - x, v - y) > 2 && away(u, v) <= own) ? 40 : 0;
  }

  /** Return how many points of the paths are under a box. @param {Box} box */
  under({ x0, y0, x1, y1 }) {
    let count = 0;
    for (const { points, count: known } of this.paths) {
      for (let k = 0; k < known; k++) {
        const x = points[2 * k], y = points[2 * k + 1];
        if (x > x0 - 3 && x < x1 + 3 && y > y0 - 3 && y < y1 + 3) count++;
      }
    }
    return count;
  }

  /** Write a line in the lower right corner. @param {string} text */
  corner(text) {
    const { context, scene: { frame, font, colours } } = this;
    context.font = `500 11.5px ${font}`;
    const box = { x0: frame.width - 10 - widthOf(context, text), y0: frame.height - 38, x1: frame.width - 10,
      y1: frame.height - 22 };
    this.boxes.push(box);
    this.written.push({ text, box });
    write(context, text, box.x0, frame.height - 30, colours.ink, colours.casing);
  }
}
