// @ts-check
/**
 * The landscape under the runs: a heat map with contour lines, or the ground under a curve; ticks; nothing that moves.
 *
 * Bright is low. A contour line is computed pixel by pixel, from the distance to the nearest level over the slope, so
 * that every line has the same width and none is broken.
 *
 * @import { Box, Colours, Context } from "./brush.js"
 * @import { Frame, Landscape } from "./frame.js"
 *
 * @typedef {object} Ground
 * @property {Landscape} landscape
 * @property {Frame} frame
 * @property {Colours} colours
 * @property {string} font  family, as in CSS
 * @property {number} ratio  pixels of the canvas for a CSS pixel; a smaller one is faster, while a view is dragged
 * @property {number[][]} [avoid]  pixels (CSS) from which the labels of the contours keep away: start, minima, paths
 * @property {Box[]} [taken]  boxes in which nothing is written: what lies on top
 *
 * @typedef {{text: string, level: number, x: number, y: number, angle: number, half: number,
 *   box: Box}} Label  centre, half the length along the line, and the box around it, CSS pixels
 * @typedef {{f: number, height: number, text: string, major: boolean}} Level  f above the zero; its place in the heat
 */

import { numberText } from "../../join.js";
import { mix, prepare, rgb, SYMBOLS, widthOf, write } from "./brush.js";
import { axisTicks, project, ticks, viewOf } from "./frame.js";

const [MAJOR, MINOR] = [1.1, 0.7]; // widths of lines, CSS pixels
const SHADES = 1024;
const BINS = 4096; // of heights, for the level next to a pixel
const CROWDED = [1.3, 3.2]; // CSS pixels between lines: gone below the first, whole from the second on
const DECADES = 14; // at most so many have lines
const LABEL = 13; // height of a label on a line, CSS pixels
const NO_NUMBER = 1e30; // the height of a pixel whose value is no number

/** Kept between drawings, because megabytes are slow to get anew. */
let scratch = { values: new Float64Array(0), heights: new Float32Array(0) };

/**
 * Draw the landscape; of two coordinates as heat and contour lines, of one as ground under a curve.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {Ground} ground
 * @returns {Label[]} the labels on the contour lines
 */
export function drawTerrain(canvas, ground) {
  const { landscape, frame, ratio } = ground;
  const context = prepare(canvas, frame.width, frame.height, ratio);
  if (landscape.n === 1) {
    drawCurve(context, ground);
    drawTicks(context, ground, ["x", "f"]);
    return [];
  }
  const field = heightsOf(landscape, frame, canvas.width, canvas.height);
  const levels = levelsOf(field);
  const labels = placeLabels(context, ground, field, levels);
  const pixels = context.createImageData(canvas.width, canvas.height);
  paint(pixels, field, levels, labels, ground.colours);
  context.putImageData(pixels, 0, 0);
  context.font = labelFont(ground.font);
  for (const { text, x, y, angle } of labels) {
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = ground.colours.contour_label;
    context.fillText(text, 0, 0.5);
    context.restore();
  }
  drawTicks(context, ground, ["x₁", "x₂"]);
  return labels;
}

// --- heights and levels ------------------------------------------------------------------------------------------

/**
 * Heights on a grid of pixels with one more on every side, rows from the bottom: the logarithm of f above the zero
 * plus c, the 2 % quantile, without which the minimum would be a hole.
 * @typedef {{heights: Float32Array, width: number, height: number, zero: number, c: number, low: number, high: number,
 *   known: boolean, lowest: number, highest: number, ratio: number}} Field
 * @param {Landscape} landscape @param {Frame} frame @param {number} width @param {number} height pixels
 * @returns {Field}
 */
function heightsOf(landscape, frame, width, height) {
  const across = width + 2, up = height + 2, size = across * up;
  if (scratch.values.length < size) scratch = { values: new Float64Array(size), heights: new Float32Array(size) };
  const values = scratch.values.subarray(0, size), heights = scratch.heights.subarray(0, size);
  const dx = (frame.right - frame.left) / width, dy = (frame.top - frame.bottom) / height;
  const wider = viewOf(
    { ...frame, left: frame.left - dx, right: frame.right + dx, bottom: frame.bottom - dy, top: frame.top + dy }, 2);
  landscape.field(wider, across, up, values);

  const some = sample(values, across, up);
  const known = landscape.f_star !== null;
  // Without a known minimum the zero is a little below the lowest value, as far as the quantile is above it.
  const zero = known ? Math.min(/** @type {number} */ (landscape.f_star), some[0] ?? 0) : (some[0] ?? 0);
  const quantile = (/** @type {number} */ share) => (some[Math.floor(share * (some.length - 1))] ?? 0) - zero;
  const highest = quantile(1) || 1;
  // Where more than 2 % are on the zero, as far as f can be told from it, the lowest of the others has to do.
  const floor = Math.max(4 * Number.EPSILON * Math.abs(zero), 1e-300);
  const c = quantile(0.02) > floor ? quantile(0.02) : (some.find((value) => value - zero > floor) ?? zero + 1) - zero;
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < size; i++) {
    const above = values[i] - zero;
    const h = Math.log((above > 0 ? above : above === above ? 0 : NaN) + c);
    if (h < low) low = h;
    if (h > high && h < Infinity) high = h;
    heights[i] = h < Infinity ? h : NO_NUMBER;
  }
  if (!(high > low)) [low, high] = [low < Infinity ? low : 0, (low < Infinity ? low : 0) + 1];
  return { heights, width, height, zero, c, low, high, known, lowest: quantile(0.002), highest,
    ratio: width / frame.width };
}

/**
 * Return some of the values, sorted, without those that are no numbers.
 * @param {Float64Array} values @param {number} across @param {number} up
 */
function sample(values, across, up) {
  const step = Math.max(1, Math.floor(Math.sqrt((across * up) / 4000)));
  const some = [];
  for (let row = 1; row < up - 1; row += step) {
    for (let column = 1; column < across - 1; column += step) {
      const value = values[row * across + column];
      if (Number.isFinite(value)) some.push(value);
    }
  }
  return Float64Array.from(some).sort();
}

/**
 * Return the levels of the contour lines from low to high: 1 and 3 times powers of ten above the known minimum, else
 * equal steps. Rings tighter than a picture can show are left out.
 * @param {Field} field @returns {Level[]}
 */
function levelsOf({ zero, c, known, lowest, highest }) {
  const level = (/** @type {number} */ f, /** @type {number} */ shown, /** @type {boolean} */ major) =>
    ({ f, height: Math.log(f + c), text: numberText(shown, 3), major });
  if (!known) {
    return ticks(zero, zero + highest, 8).filter((f) => f > zero).map((f) => level(f - zero, f, true));
  }
  const levels = [], [from, to] = [Math.log10(Math.max(lowest, 1e-300)), Math.log10(highest)];
  // On a landscape of hundreds of decades not each can have a line.
  const every = Math.max(1, Math.ceil((to - from) / DECADES));
  for (let power = Math.floor(from / every) * every; power <= to; power += every) {
    for (const times of every > 1 ? [1] : [1, 3]) {
      const f = Number(`${times}e${power}`);
      if (f > lowest && f < highest) levels.push(level(f, f, times === 1));
    }
  }
  return levels;
}

// --- heat and lines ----------------------------------------------------------------------------------------------

/**
 * Return colours from low to high as numbers that a Uint32Array over pixels holds (little-endian: alpha first).
 * @param {string[]} stops @param {number} count
 */
export function shadesOf(stops, count) {
  const colours = stops.map(rgb);
  return Uint32Array.from({ length: count }, (_, k) => {
    const at = (k / (count - 1)) * (stops.length - 1), i = Math.min(Math.floor(at), stops.length - 2);
    const [r, g, b] = colours[i].map((part, j) => Math.round(part + (colours[i + 1][j] - part) * (at - i)));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

/**
 * Paint heat and contour lines, with gaps for the labels. The distance to a line is that of the parabola through the
 * height, its slope and its curvature along the slope: on the floor of a narrow valley a straight line would be wrong.
 * @param {ImageData} pixels @param {Field} field @param {Level[]} levels @param {Label[]} labels @param {Colours} colours
 */
function paint(pixels, { heights, width, height, low, high, ratio }, levels, labels, colours) {
  const shades = shadesOf(colours.terrain, SHADES), out = new Uint32Array(pixels.data.buffer);
  const [red, green, blue, alpha = 1] = (colours.contour.match(/[\d.]+/g) ?? []).map(Number);
  const across = width + 2, toShade = (SHADES - 1) / (high - low), toBin = (BINS - 1) / (high - low);
  const { nearest, at, reach, room } = lineTable(levels, low, high, ratio);
  const [gone, whole] = CROWDED.map((one) => one * ratio), gaps = labels.map((one) => gapOf(one, ratio));
  const cover = (/** @type {number} */ i, /** @type {number} */ k, /** @type {number} */ gx, /** @type {number} */ gy) => {
    const h = heights[i], far = reach[k], away = at[k] - h;
    const slope2 = gx * gx + gy * gy, slope = Math.sqrt(slope2), nx = gx / slope, ny = gy / slope;
    const bend = nx * nx * (heights[i + 1] - 2 * h + heights[i - 1]) +
      ny * ny * (heights[i + across] - 2 * h + heights[i - across]) +
      nx * ny * (heights[i + across + 1] - heights[i + across - 1] - heights[i - across + 1] + heights[i - across - 1]) / 2;
    const root = slope2 + 2 * bend * away;
    if (!(root > 0) || slope > 1e10) return 0;
    const distance = Math.abs((2 * away) / (slope + Math.sqrt(root)));
    if (distance >= far) return 0;
    // Lines too close to be told apart fade: other levels, and the same one on the other side of a valley.
    const between = Math.min(room[k] / slope, (2 * Math.sqrt(root)) / Math.abs(bend));
    return Math.min(far - distance, 2 * far - 1, 1) * Math.max(0, Math.min(1, (between - gone) / (whole - gone)));
  };
  const some = at.length > 0;
  for (let row = 0, o = 0; row < height; row++) {
    for (let column = 0, i = (height - row) * across + 1; column < width; column++, i++, o++) {
      const h = heights[i], shade = (h - low) * toShade + 0.5;
      const heat = out[o] = shades[shade < SHADES ? shade | 0 : SHADES - 1];
      if (!some || shade >= SHADES) continue;
      const k = nearest[((h - low) * toBin) | 0], away = at[k] - h, far = reach[k];
      const gx = (heights[i + 1] - heights[i - 1]) / 2, gy = (heights[i + across] - heights[i - across]) / 2;
      // Most pixels are far from every line; a factor of 2 leaves room for the curvature.
      if (away * away >= 4 * far * far * (gx * gx + gy * gy)) continue;
      const share = alpha * cover(i, k, gx, gy);
      if (share < 0.004 || gaps.some((gap) => gap(column, row))) continue;
      const r = heat & 255, g = (heat >> 8) & 255, b = (heat >> 16) & 255;
      out[o] = (255 << 24) | ((b + (blue - b) * share) << 16) | ((g + (green - g) * share) << 8) |
        (r + (red - r) * share);
    }
  }
}

/**
 * Return whether a pixel is under a label.
 * @param {Label} label @param {number} ratio @returns {(column: number, row: number) => boolean}
 */
function gapOf({ x, y, angle, half }, ratio) {
  const [ux, uy] = [Math.cos(angle) / ratio, Math.sin(angle) / ratio];
  return (column, row) => {
    const dx = column + 0.5 - x * ratio, dy = row + 0.5 - y * ratio;
    return Math.abs(dx * ux + dy * uy) < half && Math.abs(dy * ux - dx * uy) < LABEL / 2;
  };
}

/**
 * Return for each bin of heights the level next to it, and for each level its height, how far its line reaches (half
 * its width and half a pixel) and the room to the nearest other level, as heights.
 * @param {Level[]} levels @param {number} low @param {number} high @param {number} ratio
 */
function lineTable(levels, low, high, ratio) {
  const at = Float64Array.from(levels, (one) => one.height);
  const reach = Float64Array.from(levels, (one) => ((one.major ? MAJOR : MINOR) * ratio) / 2 + 0.5);
  const room = at.map((one, k) =>
    Math.min(k ? one - at[k - 1] : Infinity, k + 1 < at.length ? at[k + 1] - one : Infinity));
  const nearest = new Uint8Array(BINS);
  for (let bin = 0, k = 0; bin < BINS; bin++) {
    const h = low + ((bin + 0.5) / (BINS - 1)) * (high - low);
    while (k + 1 < at.length && Math.abs(at[k + 1] - h) < Math.abs(at[k] - h)) k++;
    nearest[bin] = k;
  }
  return { nearest, at, reach, room };
}

// --- labels ------------------------------------------------------------------------------------------------------

const labelFont = (/** @type {string} */ family) => `500 10.5px ${family}`;

/**
 * Return a label for each power of ten, where its line is straightest and farthest from what is to be avoided.
 * @param {Context} context @param {Ground} ground @param {Field} field @param {Level[]} levels @returns {Label[]}
 */
function placeLabels(context, { frame, font, avoid = [], taken = [] }, field, levels) {
  context.font = labelFont(font);
  const { heights, width, height, ratio } = field, across = width + 2;
  const heightAt = (/** @type {number} */ x, /** @type {number} */ y) => {
    // CSS pixels from the top left; between the four pixels around.
    const px = x * ratio + 0.5, py = height - y * ratio + 0.5;
    const i = Math.max(0, Math.min(width, Math.floor(px))), j = Math.max(0, Math.min(height, Math.floor(py)));
    const [u, v, k] = [px - i, py - j, j * across + i];
    return (1 - v) * ((1 - u) * heights[k] + u * heights[k + 1]) +
      v * ((1 - u) * heights[k + across] + u * heights[k + across + 1]);
  };
  const seen = thin(avoid, 8);
  /** @type {Label[]} */
  const labels = [];
  const EDGE = 22, STEP = 5, MOST = 80;
  const columns = Math.floor((frame.width - 2 * EDGE) / STEP), rows = Math.floor((frame.height - 2 * EDGE) / STEP);
  if (columns < 2 || rows < 2) return [];
  const grid = new Float64Array((columns + 1) * (rows + 1));
  for (let j = 0, k = 0; j <= rows; j++) {
    for (let i = 0; i <= columns; i++) grid[k++] = heightAt(EDGE + i * STEP, EDGE + j * STEP);
  }
  levels.forEach(({ f, height: level, text, major }, index) => {
    if (!major) return;
    const half = widthOf(context, text) / 2 + 4;
    // Where the line crosses an edge of the grid: to the right (even) or down (odd) of a point.
    const places = [];
    for (let j = 0; j < rows; j++) {
      for (let i = 0, k = j * (columns + 1); i < columns; i++, k++) {
        const below = grid[k] < level;
        if (below !== grid[k + 1] < level) places.push(2 * k);
        if (below !== grid[k + columns + 1] < level) places.push(2 * k + 1);
      }
    }
    let best = null, most = 4;
    for (let p = 0; p < places.length; p += Math.ceil(places.length / MOST)) {
      const k = places[p] >> 1, down = places[p] & 1, next = grid[down ? k + columns + 1 : k + 1];
      const share = (STEP * (level - grid[k])) / (next - grid[k]);
      const x = EDGE + (k % (columns + 1)) * STEP + (down ? 0 : share);
      const y = EDGE + Math.floor(k / (columns + 1)) * STEP + (down ? share : 0);
      let clear = Math.min(70, distance(x, y, seen), x - 12, frame.width - x, y, frame.height - y - 16);
      for (const one of labels) clear = Math.min(clear, Math.hypot(one.x - x, one.y - y) / 2);
      for (const box of taken) clear = Math.min(clear, outside(box, x, y));
      if (clear - half < most) continue;
      const gx = (heightAt(x + 1, y) - heightAt(x - 1, y)) / 2, gy = (heightAt(x, y + 1) - heightAt(x, y - 1)) / 2;
      const slope = Math.hypot(gx, gy), nx = gx / slope, ny = gy / slope;
      // No other line may run through the label, nor this one on the other side of a valley.
      const over = heightAt(x + LABEL * nx, y + LABEL * ny), under = heightAt(x - LABEL * nx, y - LABEL * ny);
      const crowded = over > (levels[index + 1]?.height ?? Infinity) || under < (levels[index - 1]?.height ?? -Infinity);
      if (!(slope > 0 && slope < 1e3 && over > level && under < level)) continue;
      // How far the line is from its tangent at both ends of the label.
      const bent = Math.max(Math.abs(heightAt(x - (half + 4) * ny, y + (half + 4) * nx) - level),
        Math.abs(heightAt(x + (half + 4) * ny, y - (half + 4) * nx) - level)) / slope;
      const score = clear - half - 6 * bent - 10 * Math.abs(nx) - (crowded ? 25 : 0);
      if (bent < 4 && score > most) [best, most] = [{ x, y, nx, ny }, score];
    }
    if (!best) return;
    const { x, y, nx, ny } = best, angle = Math.atan(-nx / (ny || 1e-9));
    const w = half * Math.abs(ny) + (LABEL / 2) * Math.abs(nx), h = half * Math.abs(nx) + (LABEL / 2) * Math.abs(ny);
    labels.push({ text, level: f, x, y, angle, half, box: { x0: x - w, y0: y - h, x1: x + w, y1: y + h } });
  });
  return labels;
}

/** Return some of the points, at least a distance apart. @param {number[][]} points @param {number} apart */
function thin(points, apart) {
  const kept = new Map();
  for (const point of points) {
    const key = `${Math.round(point[0] / apart)} ${Math.round(point[1] / apart)}`;
    if (!kept.has(key)) kept.set(key, point);
  }
  return [...kept.values()];
}

/** @param {number} x @param {number} y @param {number[][]} points */
function distance(x, y, points) {
  let least = Infinity;
  for (const [px, py] of points) least = Math.min(least, (px - x) ** 2 + (py - y) ** 2);
  return Math.sqrt(least);
}

/** How far a point is outside of a box. @param {Box} box @param {number} x @param {number} y */
function outside(box, x, y) {
  return Math.hypot(Math.max(box.x0 - x, 0, x - box.x1), Math.max(box.y0 - y, 0, y - box.y1));
}

// --- one coordinate, and ticks -----------------------------------------------------------------------------------

/** @param {Context} context @param {Ground} ground */
function drawCurve(context, { landscape, frame, colours }) {
  const { width, height } = frame;
  const count = Math.ceil(2 * width) + 1;
  const values = new Float64Array(count);
  landscape.field([[frame.left, frame.right]], count, 1, values);
  context.fillStyle = colours.soft;
  context.fillRect(0, 0, width, height);
  const curve = new Path2D(), ground = new Path2D();
  let open = false, last = 0;
  for (let k = 0; k < count; k++) {
    const x = ((k + 0.5) / count) * width, y = project(frame, 0, values[k])[1];
    if (!Number.isFinite(y)) {
      if (open) ground.lineTo(last, height);
      open = false;
      continue;
    }
    const drawn = Math.max(-height, Math.min(2 * height, y));
    if (!open) ground.moveTo(x, height);
    curve[open ? "lineTo" : "moveTo"](x, drawn);
    ground.lineTo(x, drawn);
    [open, last] = [true, x];
  }
  if (open) ground.lineTo(last, height);
  const shade = context.createLinearGradient(0, height, 0, 0);
  colours.terrain.forEach((stop, k) => shade.addColorStop(k / (colours.terrain.length - 1), stop));
  context.fillStyle = shade;
  context.fill(ground);
  context.strokeStyle = colours.second_ink;
  context.lineWidth = 1.6;
  context.stroke(curve);
}

/**
 * Write the numbers at the left and the lower edge, and the names of the axes.
 * @param {Context} context @param {Ground} ground @param {[string, string]} names
 */
function drawTicks(context, { frame, colours, font, taken = [] }, [across, up]) {
  const { width, height } = frame;
  const free = (/** @type {number} */ x, /** @type {number} */ y) =>
    taken.every((box) => x + 14 < box.x0 || x - 14 > box.x1 || y + 8 < box.y0 || y - 8 > box.y1);
  const colour = mix(colours.ink, colours.second_ink, colours.name === "light" ? 0.5 : 0);
  const casing = "transparent";
  context.font = `500 11px ${font}`;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  const words = [];
  const { across: below, up: beside } = axisTicks(frame);
  for (const { value, at: x } of below) {
    if (!free(x, height - 12)) continue;
    context.moveTo(x, height);
    context.lineTo(x, height - 5);
    words.push({ text: numberText(value, 4), x, y: height - 13, align: /** @type {CanvasTextAlign} */ ("center") });
  }
  for (const { value, at: y } of beside) {
    if (!free(20, y)) continue;
    context.moveTo(0, y);
    context.lineTo(5, y);
    words.push({ text: numberText(value, 4), x: 9, y, align: /** @type {CanvasTextAlign} */ ("left") });
  }
  context.stroke();
  for (const { text, x, y, align } of words) write(context, text, x, y, colour, casing, align);
  context.font = `italic 13px ${SYMBOLS}`;
  write(context, across, width - 10, height - 13, colour, casing, "right");
  // At the upper end of its axis, or at the lower where the value stands there.
  if (free(16, 16)) write(context, up, 9, 15, colour, casing, "left");
  else if (free(16, height - 34)) write(context, up, 9, height - 34, colour, casing, "left");
}
