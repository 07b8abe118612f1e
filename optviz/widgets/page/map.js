// @ts-check
/**
 * The map of a rule over two of its settings: how far each pair comes, computed in a Worker, drawn with isolines.
 *
 * Bright is a low error, as on the landscape; diverged runs are hatched, so that no colour has to tell them apart.
 *
 * @import { Colours, Context } from "./brush.js"
 * @import { Answer, Request } from "./map_worker.js"
 *
 * @typedef {object} MapAxis  a setting; `values` go with equal steps along its slider
 * @property {string} label
 * @property {string} symbol
 * @property {Float64Array | number[]} values
 * @property {{share: number, text: string}[]} ticks  numbers at shares of the way from the first value to the last
 *
 * @typedef {object} MapScene
 * @property {number} width  CSS pixels
 * @property {number} height
 * @property {number} ratio  pixels of the canvas for a CSS pixel
 * @property {Colours} colours
 * @property {string} font  family, as in CSS
 * @property {[MapAxis, MapAxis]} axes  across, up
 * @property {Answer | null} answer
 * @property {number} zero  f*, or the lowest value known
 * @property {number} first  the error at the start
 * @property {[number, number] | null} here  the present settings, as shares of the axes
 * @property {[number, number] | null} [hover]  a cell: column, row
 * @property {boolean} [focus]  the mark has the keyboard
 */

import { numberText } from "../../join.js";
import { prepare, SYMBOLS, widthOf, write } from "./brush.js";
import { workerText } from "./map_worker.js";
import { LEAST } from "./say.js";
import { shadesOf } from "./terrain.js";

const MARGINS = { left: 46, right: 12, top: 24, bottom: 34 };
const DECADES = [3, 8]; // below the error at the start, that colours tell apart: at least, at most
const LUCKY = 0.02; // of the runs: what only they reach, single cells, has the brightest colour
const SHADES = 256;

/**
 * Return a map's Worker: `request` asks, `answer` is called with what comes, never with what is older than the last
 * request's coarse picture; `close` ends it.
 * @param {string} module  the text that `join` wrote @param {number} index  of the rule in it
 * @param {import("./map_worker.js").MapGround} objective
 * @param {(answer: Answer) => void} answer
 * @param {(message: string) => void} [failed]
 */
export function startMap(module, index, objective, answer, failed = () => {}) {
  const url = URL.createObjectURL(new Blob([workerText(module, index, objective)], { type: "text/javascript" }));
  const worker = new Worker(url);
  let id = 0, seen = 0;
  worker.onmessage = ({ data }) => {
    if (data.failed) return failed(`The map cannot be computed here: ${data.failed}`);
    if (data.id < seen) return;
    seen = data.id;
    answer(data);
  };
  worker.onerror = (event) => failed(`The map cannot be computed here${event.message ? `: ${event.message}` : "."}`);
  return {
    /** @param {Omit<Request, "id">} wish @returns {number} the id of its answers */
    request(wish) {
      worker.postMessage({ ...wish, id: ++id });
      return id;
    },
    close() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

/**
 * Return the cell at a pixel, column and row from the lower left, null outside.
 * @param {MapScene} scene @param {number} px @param {number} py CSS pixels @returns {[number, number] | null}
 */
export function cellAt({ width, height, axes: [across, up] }, px, py) {
  const x = (px - MARGINS.left) / (width - MARGINS.left - MARGINS.right);
  const y = (height - MARGINS.bottom - py) / (height - MARGINS.top - MARGINS.bottom);
  if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return null;
  const cell = (/** @type {number} */ share, /** @type {number} */ count) =>
    Math.min(Math.floor(share * count), count - 1);
  return [cell(x, across.values.length), cell(y, up.values.length)];
}

/**
 * Return the middle of a cell in CSS pixels.
 * @param {MapScene} scene @param {[number, number]} cell @returns {[number, number]}
 */
export function centreOf({ width, height, axes: [across, up] }, [column, row]) {
  return [
    MARGINS.left + ((column + 0.5) / across.values.length) * (width - MARGINS.left - MARGINS.right),
    height - MARGINS.bottom - ((row + 0.5) / up.values.length) * (height - MARGINS.top - MARGINS.bottom),
  ];
}

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {MapScene} scene */
export function drawMap(canvas, scene) {
  const { width, height, colours, answer, axes } = scene;
  const context = prepare(canvas, width, height, scene.ratio);
  const across = width - MARGINS.left - MARGINS.right, up = height - MARGINS.top - MARGINS.bottom;
  context.fillStyle = colours.soft;
  context.fillRect(MARGINS.left, MARGINS.top, across, up);
  const powers = answer && powersOf(scene, answer), range = rangeOf(scene, powers);
  if (answer && powers) {
    const columns = axes[0].values.length, rows = axes[1].values.length;
    const layer = new OffscreenCanvas(columns, rows);
    const own = /** @type {OffscreenCanvasRenderingContext2D} */ (layer.getContext("2d"));
    own.putImageData(cellsOf(scene, powers, range), 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(layer, MARGINS.left, MARGINS.top, across, up);
    context.save();
    context.beginPath();
    context.rect(MARGINS.left, MARGINS.top, across, up);
    context.clip();
    hatch(context, scene, answer);
    // A coarse picture has only its own edges to show.
    if (answer.state !== "coarse") isolines(context, scene, calmed(powers, columns, rows), range);
    context.restore();
  }
  drawMapAxes(context, scene);
  drawKey(context, scene, range);
}

/**
 * Return the powers of ten between which colours are told apart.
 * @param {MapScene} scene @param {Float32Array | null} powers @returns {[number, number]}
 */
function rangeOf({ first }, powers) {
  const high = Math.ceil(Math.log10(Math.max(first, LEAST))), [least, most] = DECADES;
  const reached = powers?.filter((one) => one === one).sort() ?? [];
  const low = reached.length ? Math.floor(reached[Math.floor(LUCKY * reached.length)]) : -Infinity;
  return [Math.max(high - most, Math.min(high - least, low)), high];
}

/**
 * Return the power of ten of each error, NaN where the run diverged.
 * @param {MapScene} scene @param {Answer} answer
 */
function powersOf({ zero }, { losses, diverged }) {
  return Float32Array.from(losses, (loss, k) => (diverged[k] ? NaN : Math.log10(Math.max(loss - zero, LEAST))));
}

/**
 * Return the picture of the cells, one pixel each; transparent where runs diverged.
 * @param {MapScene} scene @param {Float32Array} powers @param {[number, number]} range
 */
function cellsOf({ colours, axes }, powers, [low, high]) {
  const columns = axes[0].values.length, rows = axes[1].values.length;
  const image = new ImageData(columns, rows), out = new Uint32Array(image.data.buffer);
  const shades = shadesOf(colours.terrain, SHADES);
  for (let row = 0, k = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, k++) {
      const share = Math.max(0, Math.min(1, (powers[k] - low) / (high - low)));
      out[(rows - 1 - row) * columns + column] = powers[k] === powers[k] ? shades[Math.round(share * (SHADES - 1))] : 0;
    }
  }
  return image;
}

/**
 * Return the medians of each cell and its neighbours: lines around single cells would say more than is known.
 * @param {Float32Array} powers @param {number} columns @param {number} rows
 */
function calmed(powers, columns, rows) {
  const around = new Float32Array(9);
  return powers.map((power, k) => {
    if (power !== power) return power;
    const row = Math.floor(k / columns), column = k % columns;
    let count = 0;
    for (let i = Math.max(row - 1, 0); i <= Math.min(row + 1, rows - 1); i++) {
      for (let j = Math.max(column - 1, 0); j <= Math.min(column + 1, columns - 1); j++) {
        const one = powers[i * columns + j];
        if (one === one) around[count++] = one;
      }
    }
    return around.subarray(0, count).sort()[count >> 1];
  });
}

/** Hatch the cells of diverged runs. @param {Context} context @param {MapScene} scene @param {Answer} answer */
function hatch(context, scene, { diverged }) {
  const { width, height, axes } = scene;
  const columns = axes[0].values.length, rows = axes[1].values.length;
  const w = (width - MARGINS.left - MARGINS.right) / columns, h = (height - MARGINS.top - MARGINS.bottom) / rows;
  const region = new Path2D();
  for (let row = 0; row < rows; row++) {
    for (let column = 0, from = -1; column <= columns; column++) {
      const gone = column < columns && diverged[row * columns + column] === 1;
      if (gone && from < 0) from = column;
      if (gone || from < 0) continue;
      region.rect(MARGINS.left + from * w, height - MARGINS.bottom - (row + 1) * h, (column - from) * w, h);
      from = -1;
    }
  }
  context.save();
  context.clip(region);
  stripes(context, scene);
  context.restore();
}

/** Fill what is clipped with the hatching of diverged runs. @param {Context} context @param {MapScene} scene */
function stripes(context, { width, height, colours }) {
  context.fillStyle = colours.soft;
  context.fillRect(0, 0, width, height);
  context.beginPath();
  for (let x = -height; x < width; x += 7) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.strokeStyle = colours.run[1];
  context.globalAlpha = 0.75;
  context.lineWidth = 1.3;
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * Return the powers of ten that have a line.
 * @param {[number, number]} range
 */
function levelsIn([low, high]) {
  const levels = [];
  for (let level = Math.ceil(low / 2) * 2; level < high; level += 2) levels.push(level);
  return levels;
}

/**
 * Draw the lines of equal error, between the middles of the cells (marching squares).
 * @param {Context} context @param {MapScene} scene @param {Float32Array} powers @param {[number, number]} range
 */
function isolines(context, scene, powers, range) {
  const columns = scene.axes[0].values.length, rows = scene.axes[1].values.length;
  const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];
  context.beginPath();
  for (const level of levelsIn(range)) {
    for (let row = 0; row + 1 < rows; row++) {
      for (let column = 0; column + 1 < columns; column++) {
        const k = row * columns + column;
        const four = [powers[k], powers[k + 1], powers[k + columns + 1], powers[k + columns]];
        const below = four.filter((one) => one < level).length;
        if (below === 0 || below === 4 || four.some(Number.isNaN)) continue;
        /** @type {[number, number][]} */
        const ends = [];
        for (let i = 0; i < 4; i++) {
          const a = four[i], b = four[(i + 1) % 4];
          if (a < level === b < level) continue;
          const share = (level - a) / (b - a), [u, v] = CORNERS[i], [p, q] = CORNERS[(i + 1) % 4];
          ends.push(centreOf(scene, [column + u + share * (p - u), row + v + share * (q - v)]));
        }
        for (let i = 0; i + 1 < ends.length; i += 2) {
          context.moveTo(...ends[i]);
          context.lineTo(...ends[i + 1]);
        }
      }
    }
  }
  context.strokeStyle = scene.colours.contour_label;
  context.globalAlpha = 0.6;
  context.lineWidth = 1;
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * Draw what the colours and the hatching mean, in the upper right corner.
 * @param {Context} context @param {MapScene} scene @param {[number, number]} range
 */
function drawKey(context, scene, range) {
  const { width, colours, font } = scene, [low, high] = range;
  const SIZE = 92, top = 7, bottom = 14, right = width - MARGINS.right;
  context.font = `500 10.5px ${font}`;
  const word = widthOf(context, "diverged"), swatch = right - word - 22;
  const bar = swatch - 12 - widthOf(context, powerText(high)) - 5 - SIZE;
  write(context, "diverged", right, 11, colours.second_ink, "transparent", "right");
  context.save();
  context.beginPath();
  context.rect(swatch, top - 1, 17, bottom - top + 2);
  context.clip();
  stripes(context, scene);
  context.restore();
  const shade = context.createLinearGradient(bar, 0, bar + SIZE, 0);
  colours.terrain.forEach((stop, k) => shade.addColorStop(k / (colours.terrain.length - 1), stop));
  context.fillStyle = shade;
  context.fillRect(bar, top, SIZE, bottom - top);
  context.strokeStyle = colours.contour_label;
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  context.beginPath();
  for (const level of levelsIn(range)) {
    const x = bar + ((level - low) / (high - low)) * SIZE;
    context.moveTo(x, top);
    context.lineTo(x, bottom);
  }
  context.stroke();
  context.globalAlpha = 1;
  write(context, `error < ${powerText(low)}`, bar - 5, 11, colours.second_ink, "transparent", "right");
  write(context, powerText(high), bar + SIZE + 5, 11, colours.second_ink, "transparent");
}

/** @param {number} power */
const powerText = (power) => numberText(Number(`1e${power}`), 4);

/** @param {Context} context @param {MapScene} scene */
function drawMapAxes(context, scene) {
  const { width, height, colours, font, axes: [across, up], here, hover, focus = false } = scene;
  const right = width - MARGINS.right, foot = height - MARGINS.bottom;
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.strokeRect(MARGINS.left, MARGINS.top, right - MARGINS.left, foot - MARGINS.top);
  context.font = `500 10.5px ${font}`;
  for (const { share, text } of across.ticks) {
    write(context, text, MARGINS.left + share * (right - MARGINS.left), foot + 10, colours.second_ink, "transparent", "center");
  }
  for (const { share, text } of up.ticks) {
    write(context, text, MARGINS.left - 6, foot - share * (foot - MARGINS.top), colours.second_ink, "transparent", "right");
  }
  const name = (/** @type {MapAxis} */ axis, /** @type {number} */ x, /** @type {number} */ y, /** @type {boolean} */ end) => {
    context.font = `500 11px ${font}`;
    const words = widthOf(context, axis.label);
    context.font = `italic 14px ${SYMBOLS}`;
    const symbol = widthOf(context, axis.symbol);
    const left = end ? x - words - symbol - 6 : x;
    write(context, axis.symbol, left, y, colours.ink, "transparent");
    context.font = `500 11px ${font}`;
    write(context, axis.label, left + symbol + 6, y, colours.second_ink, "transparent");
  };
  name(across, right, foot + 25, true);
  name(up, 8, 11, false);
  if (hover) {
    const [x, y] = centreOf(scene, hover);
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.5;
    context.strokeRect(x - 5, y - 5, 10, 10);
  }
  if (!here) return;
  const x = MARGINS.left + here[0] * (right - MARGINS.left), y = foot - here[1] * (foot - MARGINS.top);
  for (const [colour, thick] of /** @type {[string, number][]} */ ([[colours.casing, 6], [focus ? colours.focus : colours.run[1], 3]])) {
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.stroke();
  }
}
