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
import { shadesOf } from "./terrain.js";

const MARGINS = { left: 46, right: 12, top: 24, bottom: 34 };
const FLOOR = 1e-16; // of the error
const SHADES = 256;

/**
 * Return a map's Worker: `request` asks, `answer` is called with what comes, never with what is older than the last
 * request's coarse picture; `close` ends it.
 * @param {string} module  the text that `join` wrote @param {number} index  of the rule in it
 * @param {{n: number, f_star: number | null, minima: boolean}} objective  `minima`: false if there is none
 * @param {(answer: Answer) => void} answer
 * @param {(message: string) => void} [failed]
 */
export function startMap(module, index, objective, answer, failed = () => {}) {
  const url = URL.createObjectURL(new Blob([workerText(module, index, objective)], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  let id = 0, seen = 0;
  worker.onmessage = ({ data }) => {
    if (data.id < seen) return;
    seen = data.id;
    answer(data);
  };
  worker.onerror = (event) => failed(event.message || "The map cannot be computed here.");
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
  if (answer) {
    const columns = axes[0].values.length, rows = axes[1].values.length;
    const cells = cellsOf(scene, answer);
    const layer = new OffscreenCanvas(columns, rows);
    const own = /** @type {OffscreenCanvasRenderingContext2D} */ (layer.getContext("2d"));
    own.putImageData(cells.image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(layer, MARGINS.left, MARGINS.top, across, up);
    context.save();
    context.beginPath();
    context.rect(MARGINS.left, MARGINS.top, across, up);
    context.clip();
    hatch(context, scene, answer);
    isolines(context, scene, cells.powers, answer);
    context.restore();
  }
  drawMapAxes(context, scene);
}

/**
 * Return the picture of the cells and the power of ten of each error, NaN where the run diverged.
 * @param {MapScene} scene @param {Answer} answer
 */
function cellsOf({ colours, axes, zero, first }, { losses, diverged }) {
  const columns = axes[0].values.length, rows = axes[1].values.length;
  const image = new ImageData(columns, rows), out = new Uint32Array(image.data.buffer);
  const shades = shadesOf(colours.terrain, SHADES);
  const powers = new Float32Array(columns * rows);
  let low = Infinity;
  for (let k = 0; k < powers.length; k++) {
    powers[k] = diverged[k] ? NaN : Math.log10(Math.max(losses[k] - zero, FLOOR));
    if (powers[k] < low) low = powers[k];
  }
  // At least four decades, so that small differences do not look like large ones.
  const high = Math.log10(Math.max(first, FLOOR));
  low = Math.min(low, high - 4);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const power = powers[row * columns + column], share = (power - low) / (high - low);
      const shade = shades[Math.round(Math.max(0, Math.min(1, share)) * (SHADES - 1))];
      out[(rows - 1 - row) * columns + column] = Number.isNaN(power) ? 0 : shade;
    }
  }
  return { image, powers };
}

/** Hatch the cells of diverged runs. @param {Context} context @param {MapScene} scene @param {Answer} answer */
function hatch(context, scene, { diverged }) {
  const { width, height, colours, axes } = scene;
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
  context.restore();
}

/**
 * Draw the lines between powers of ten, along the edges of the cells' middles (marching squares on 64 x 64 values).
 * @param {Context} context @param {MapScene} scene @param {Float32Array} powers @param {Answer} answer
 */
function isolines(context, scene, powers, { state }) {
  if (state === "coarse") return;
  const { colours, font, axes } = scene;
  const columns = axes[0].values.length, rows = axes[1].values.length;
  let [low, high] = [Infinity, -Infinity];
  for (const power of powers) {
    if (power < low) low = power;
    if (power > high) high = power;
  }
  const every = high - low > 8 ? 4 : high - low > 4 ? 2 : 1;
  context.font = `500 10.5px ${font}`;
  for (let level = Math.ceil(low / every) * every; level <= high; level += every) {
    /** @type {[number, number][]} */
    const spots = [];
    context.beginPath();
    for (let row = 0; row + 1 < rows; row++) {
      for (let column = 0; column + 1 < columns; column++) {
        const k = row * columns + column;
        const corners = [powers[k], powers[k + 1], powers[k + columns + 1], powers[k + columns]];
        if (corners.some(Number.isNaN)) continue;
        const places = [[0, 0], [1, 0], [1, 1], [0, 1]];
        /** @type {[number, number][]} */
        const ends = [];
        for (let i = 0; i < 4; i++) {
          const a = corners[i], b = corners[(i + 1) % 4];
          if (a < level === b < level) continue;
          const share = (level - a) / (b - a), [u, v] = places[i], [p, q] = places[(i + 1) % 4];
          ends.push(centreOf(scene, [column + u + share * (p - u), row + v + share * (q - v)]));
        }
        for (let i = 0; i + 1 < ends.length; i += 2) {
          context.moveTo(...ends[i]);
          context.lineTo(...ends[i + 1]);
        }
        if (ends.length === 2) spots.push(ends[0]);
      }
    }
    context.strokeStyle = colours.contour_label;
    context.globalAlpha = 0.55;
    context.lineWidth = 1;
    context.stroke();
    context.globalAlpha = 1;
    if (state !== "complete" || spots.length < 12) continue;
    const [x, y] = spots[Math.floor(spots.length / 2)];
    write(context, numberText(10 ** level, 3), x, y, colours.ink, colours.casing, "center");
  }
}

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
