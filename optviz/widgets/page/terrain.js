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
 * @typedef {{text: string, level: number, x: number, y: number, angle: number, box: Box}} Label  centre, CSS pixels
 * @typedef {{f: number, height: number, text: string, major: boolean}} Level  f above the zero; its place in the heat
 */

import { numberText } from "../../join.js";
import { mix, prepare, rgb, SYMBOLS, widthOf, write } from "./brush.js";
import { project, ticks, viewOf } from "./frame.js";

const [MAJOR, MINOR] = [1.1, 0.7]; // widths of lines, CSS pixels
const SHADES = 1024;
const BINS = 4096; // of heights, for the level next to a pixel
const CROWDED = [2.5, 5]; // CSS pixels between lines: gone below the first, whole from the second on
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
  const pixels = context.createImageData(canvas.width, canvas.height);
  paintHeat(pixels, field, ground.colours.terrain);
  context.putImageData(pixels, 0, 0);
  const labels = placeLabels(context, ground, field, levels);
  drawLines(context, ground, field, levels, labels);
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
  const c = Math.max(quantile(0.02), 1e-12 * highest, 1e-300);
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
  const levels = [];
  for (let power = Math.floor(Math.log10(Math.max(lowest, highest * 1e-9))); 10 ** power < highest; power++) {
    for (const times of [1, 3]) {
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

/** @param {ImageData} pixels @param {Field} field @param {string[]} terrain */
function paintHeat(pixels, { heights, width, height, low, high }, terrain) {
  const shades = shadesOf(terrain, SHADES), out = new Uint32Array(pixels.data.buffer);
  const scale = (SHADES - 1) / (high - low);
  for (let row = 0, o = 0; row < height; row++) {
    for (let i = (height - row) * (width + 2) + 1, end = i + width; i < end; i++) {
      const shade = (heights[i] - low) * scale + 0.5;
      out[o++] = shades[shade < SHADES ? shade | 0 : SHADES - 1];
    }
  }
}

/**
 * Draw the contour lines, with gaps for their labels.
 * @param {Context} context @param {Ground} ground @param {Field} field @param {Level[]} levels @param {Label[]} labels
 */
function drawLines(context, { frame, colours, font, ratio }, field, levels, labels) {
  if (!levels.length) return;
  const { width, height } = field;
  const layer = new OffscreenCanvas(width, height);
  const lines = /** @type {OffscreenCanvasRenderingContext2D} */ (layer.getContext("2d"));
  const pixels = lines.createImageData(width, height);
  coverLines(pixels, field, levels, colours.contour);
  lines.putImageData(pixels, 0, 0);
  lines.setTransform(width / frame.width, 0, 0, height / frame.height, 0, 0);
  lines.globalCompositeOperation = "destination-out";
  lines.font = labelFont(font);
  for (const { text, x, y, angle } of labels) {
    const half = widthOf(lines, text) / 2 + 3;
    lines.save();
    lines.translate(x, y);
    lines.rotate(angle);
    lines.fillRect(-half, -7, 2 * half, 14);
    lines.restore();
  }
  context.drawImage(layer, 0, 0, frame.width, frame.height);
}

/**
 * Give each pixel the line colour as far as a line covers it.
 * @param {ImageData} pixels @param {Field} field @param {Level[]} levels @param {string} colour rgba(...)
 */
function coverLines(pixels, { heights, width, height, low, high, ratio }, levels, colour) {
  const [red, green, blue, alpha] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  const ink = ((blue << 16) | (green << 8) | red) >>> 0, full = 255 * (alpha ?? 1);
  const out = new Uint32Array(pixels.data.buffer), across = width + 2;
  const { nearest, at, reach, room } = lineTable(levels, low, high, ratio);
  const scale = (BINS - 1) / (high - low);
  const [gone, whole] = CROWDED.map((one) => one * ratio);
  for (let row = 0, o = 0; row < height; row++) {
    for (let i = (height - row) * across + 1, end = i + width; i < end; i++, o++) {
      const h = heights[i], bin = (h - low) * scale;
      if (!(bin >= 0 && bin < BINS)) continue;
      const k = nearest[bin | 0], away = Math.abs(h - at[k]);
      const gx = (heights[i + 1] - heights[i - 1]) / 2, gy = (heights[i + across] - heights[i - across]) / 2;
      const slope2 = gx * gx + gy * gy, far = reach[k];
      if (away * away >= far * far * slope2 || slope2 > 1e20) continue;
      const slope = Math.sqrt(slope2);
      let cover = Math.min(far - away / slope, 2 * far - 1, 1);
      const between = room[k] / slope;
      if (between < whole) cover *= Math.max(0, (between - gone) / (whole - gone));
      out[o] = ((Math.round(full * cover) << 24) | ink) >>> 0;
    }
  }
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
  const slopeAt = (/** @type {number} */ x, /** @type {number} */ y) =>
    [heightAt(x + 1, y) - heightAt(x - 1, y), heightAt(x, y + 1) - heightAt(x, y - 1)].map((one) => one / 2);

  const seen = thin(avoid, 8);
  /** @type {Label[]} */
  const labels = [];
  const EDGE = 22, STEP = 5;
  const columns = Math.floor((frame.width - 2 * EDGE) / STEP), rows = Math.floor((frame.height - 2 * EDGE) / STEP);
  if (columns < 2 || rows < 2) return [];
  const grid = new Float64Array((columns + 1) * (rows + 1));
  for (let j = 0, k = 0; j <= rows; j++) {
    for (let i = 0; i <= columns; i++) grid[k++] = heightAt(EDGE + i * STEP, EDGE + j * STEP);
  }
  for (const { f, height: level, text, major } of levels) {
    if (!major) continue;
    const half = widthOf(context, text) / 2 + 4;
    let best = null, most = 4;
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const k = j * (columns + 1) + i, h = grid[k];
        for (const [next, dx, dy] of [[grid[k + 1], STEP, 0], [grid[k + columns + 1], 0, STEP]]) {
          if (h < level === next < level || !(Math.abs(next - h) < 1e3)) continue;
          const share = (level - h) / (next - h);
          const x = EDGE + i * STEP + share * dx, y = EDGE + j * STEP + share * dy;
          const clear = Math.min(
            distance(x, y, seen), distance(x, y, labels.map((one) => [one.x, one.y])) * 0.6,
            x - 12, frame.width - x, y, frame.height - y - 16, ...taken.map((box) => outside(box, x, y)), 70);
          if (clear - half < most) continue;
          const [gx, gy] = slopeAt(x, y), slope = Math.hypot(gx, gy);
          if (!(slope > 0)) continue;
          const [tx, ty] = [-gy / slope, gx / slope];
          // How far the line is from its tangent at both ends of the label.
          const bent = Math.max(...[-half - 4, half + 4].map((s) =>
            Math.abs(heightAt(x + s * tx, y + s * ty) - level) / slope));
          const score = clear - half - 6 * bent - 10 * Math.abs(ty);
          if (bent < 4 && score > most) [best, most] = [{ x, y, tx, ty }, score];
        }
      }
    }
    if (!best) continue;
    const { x, y, tx, ty } = best;
    const angle = Math.atan(ty / (tx || 1e-9)), w = half * Math.abs(tx) + 7 * Math.abs(ty), h = half * Math.abs(ty) + 7;
    labels.push({ text, level: f, x, y, angle, box: { x0: x - w, y0: y - h, x1: x + w, y1: y + h } });
  }
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
  for (const value of ticks(frame.left, frame.right, width / 85)) {
    const [x] = project(frame, value, 0);
    if (x < 30 || x > width - 34 || !free(x, height - 12)) continue;
    context.moveTo(x, height);
    context.lineTo(x, height - 5);
    words.push({ text: numberText(value, 4), x, y: height - 13, align: /** @type {CanvasTextAlign} */ ("center") });
  }
  for (const value of ticks(frame.bottom, frame.top, height / 75)) {
    const [, y] = project(frame, 0, value);
    if (y < 34 || y > height - 26 || !free(20, y)) continue;
    context.moveTo(0, y);
    context.lineTo(5, y);
    words.push({ text: numberText(value, 4), x: 9, y, align: /** @type {CanvasTextAlign} */ ("left") });
  }
  context.stroke();
  for (const { text, x, y, align } of words) write(context, text, x, y, colour, casing, align);
  context.font = `italic 13px ${SYMBOLS}`;
  write(context, across, width - 10, height - 13, colour, casing, "right");
  if (free(16, 16)) write(context, up, 9, 15, colour, casing, "left");
}
