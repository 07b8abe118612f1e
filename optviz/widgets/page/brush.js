// @ts-check
/**
 * What every drawing of the page is made with: a canvas at the density of the screen, words with a casing, markers.
 *
 * @typedef {object} Colours  a theme of look.py, from `page_colours`
 * @property {string} name  "light" or "dark"
 * @property {string} background @property {string} panel @property {string} soft @property {string} line
 * @property {string} ink @property {string} second_ink
 * @property {string[]} terrain  low to high
 * @property {string} contour @property {string} contour_label
 * @property {[string, string]} run  the first and the last step of a run
 * @property {string} casing @property {string} learner @property {string} pinned
 * @property {string} gradient @property {string} memory @property {string} focus
 * @property {Record<string, string>} families
 *
 * @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context
 * @typedef {{x0: number, y0: number, x1: number, y1: number}} Box  CSS pixels
 * @typedef {[shape: string, filled: boolean]} Marker  as `marker` of look.py: o s ^ v D P X *
 */

/**
 * Return a context of an empty canvas that draws in CSS pixels; the canvas gets `ratio` pixels for each of them.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {number} width @param {number} height @param {number} ratio
 * @returns {Context}
 */
export function prepare(canvas, width, height, ratio) {
  const across = Math.round(width * ratio), up = Math.round(height * ratio);
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== up) canvas.height = up;
  const context = /** @type {Context} */ (canvas.getContext("2d"));
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, across, up);
  context.setTransform(across / width, 0, 0, up / height, 0, 0);
  context.lineCap = context.lineJoin = "round";
  return context;
}

/** Serif italics for symbols, as in the formulas of the page. */
export const SYMBOLS = '"STIX Two Text", STIXGeneral, "Cambria Math", Georgia, serif';

/** @type {Map<string, number>} */
const widths = new Map();

/**
 * Return the width of a text in the context's font.
 * @param {Context} context @param {string} text
 */
export function widthOf(context, text) {
  const key = `${context.font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 2000) widths.clear();
    widths.set(key, (width = context.measureText(text).width));
  }
  return width;
}

/**
 * Write a text with a casing, so that it can be read on every ground.
 * @param {Context} context @param {string} text @param {number} x @param {number} y  the middle of its height
 * @param {string} colour @param {string} casing @param {CanvasTextAlign} [align]
 */
export function write(context, text, x, y, colour, casing, align = "left") {
  context.textAlign = align;
  context.textBaseline = "middle";
  context.strokeStyle = casing;
  context.lineWidth = 3.5;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/**
 * Return a colour between two, given as #rrggbb.
 * @param {string} from @param {string} to @param {number} share
 */
export function mix(from, to, share) {
  const [a, b] = [rgb(from), rgb(to)];
  return `rgb(${a.map((part, i) => Math.round(part + (b[i] - part) * share)).join(", ")})`;
}

/**
 * Return red, green and blue of #rrggbb.
 * @param {string} colour @returns {[number, number, number]}
 */
export function rgb(colour) {
  const number = Number.parseInt(colour.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

const STAR = Array.from({ length: 10 }, (_, k) => {
  const angle = (Math.PI * k) / 5 - Math.PI / 2, radius = k % 2 ? 0.55 : 1.3;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
});
const PLUS = [[-0.4, -1], [0.4, -1], [0.4, -0.4], [1, -0.4], [1, 0.4], [0.4, 0.4], [0.4, 1], [-0.4, 1], [-0.4, 0.4],
  [-1, 0.4], [-1, -0.4], [-0.4, -0.4]];
const TURNED = PLUS.map(([x, y]) => [0.78 * (x - y), 0.78 * (x + y)]);
/** Corners of the markers, for a radius of 1; a circle has none. @type {Record<string, number[][]>} */
const SHAPES = {
  s: [[-0.86, -0.86], [0.86, -0.86], [0.86, 0.86], [-0.86, 0.86]],
  D: [[0, -1.2], [1.1, 0], [0, 1.2], [-1.1, 0]],
  "^": [[0, -1.1], [1.1, 0.85], [-1.1, 0.85]],
  v: [[0, 1.1], [1.1, -0.85], [-1.1, -0.85]],
  P: PLUS,
  X: TURNED,
  "*": STAR,
};

/**
 * Lay the outline of a marker, to be filled or stroked.
 * @param {Context} context @param {string} shape @param {number} x @param {number} y @param {number} radius
 */
export function outline(context, shape, x, y, radius) {
  context.beginPath();
  if (!Object.hasOwn(SHAPES, shape)) context.arc(x, y, radius, 0, 2 * Math.PI);
  else SHAPES[shape].forEach(([dx, dy], k) => context[k ? "lineTo" : "moveTo"](x + radius * dx, y + radius * dy));
  context.closePath();
}

/**
 * Draw the marker of a rule, with a casing; a hollow one is that of a variant.
 * @param {Context} context @param {Marker} marker @param {number} x @param {number} y @param {number} radius
 * @param {string} colour @param {string} casing
 */
export function drawMarker(context, [shape, filled], x, y, radius, colour, casing) {
  outline(context, shape, x, y, radius);
  context.strokeStyle = casing;
  context.lineWidth = filled ? 2.4 : 4.4;
  context.stroke();
  context.fillStyle = filled ? colour : casing;
  context.fill();
  if (filled) return;
  context.strokeStyle = colour;
  context.lineWidth = 1.8;
  context.stroke();
}

/**
 * Draw a triangle that points along a direction, its tip at (x, y).
 * @param {Context} context @param {number} x @param {number} y @param {number} dx @param {number} dy
 * @param {number} size @param {string} colour
 */
export function drawHead(context, x, y, dx, dy, size, colour) {
  const length = Math.hypot(dx, dy) || 1, [ux, uy] = [(dx / length) * size, (dy / length) * size];
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - ux - 0.5 * uy, y - uy + 0.5 * ux);
  context.lineTo(x - ux + 0.5 * uy, y - uy - 0.5 * ux);
  context.closePath();
  context.fillStyle = colour;
  context.fill();
}

/** @param {Box} one @param {Box} other */
export function overlap(one, other) {
  return one.x0 < other.x1 && other.x0 < one.x1 && one.y0 < other.y1 && other.y0 < one.y1;
}

/**
 * Stroke the present path of the canvas, and leave no dash or paleness behind.
 * @param {Context} context @param {string} colour @param {number} width @param {number} alpha @param {number[]} [dash]
 */
export function stroke(context, colour, width, alpha, dash = []) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.globalAlpha = alpha;
  context.setLineDash(dash);
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}
