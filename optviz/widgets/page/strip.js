// @ts-check
/**
 * The curve of the error against the steps, which is the time line too: its playhead is the present step.
 *
 * @import { Colours, Context } from "./brush.js"
 *
 * @typedef {object} Curve
 * @property {ArrayLike<number>} values  one for each step, the start first; what is no number is not drawn
 * @property {number | null} diverged  the step
 * @property {string} [colour]  in a race: the colour of the family
 *
 * @typedef {object} Strip
 * @property {number} width  CSS pixels
 * @property {number} height
 * @property {number} ratio  pixels of the canvas for a CSS pixel
 * @property {Colours} colours
 * @property {string} font  family, as in CSS
 * @property {Curve[]} curves  one, or those of a race; none: the axes only
 * @property {number} steps
 * @property {number} step  the present one
 * @property {[number, number]} range  from `rangeOf`; the caller keeps it during a drag
 * @property {boolean} log  false: the values themselves, where there is no minimum
 * @property {string} label  what is drawn, such as "error f − f*"
 * @property {number} [floor]  values below are drawn on it
 * @property {Curve | null} [pinned]
 * @property {boolean} [future]  false: nothing after the present step
 * @property {number | null} [hover]  a step with a ring
 * @property {number | null} [lit]  in a race: the curve that is looked at
 * @property {boolean} [focus]  the playhead has the keyboard
 */

import { numberText } from "../../join.js";
import { drawHead, prepare, stroke, widthOf, write } from "./brush.js";
import { ticks } from "./frame.js";

export const MARGINS = { left: 44, right: 58, top: 20, bottom: 20 };

/**
 * Return the lowest and highest value to show: of all curves, but not below the floor, and not far above the start,
 * so that a run which diverges leaves through the top.
 * @param {ArrayLike<number>[]} curves @param {boolean} log @param {number} [floor] @returns {[number, number]}
 */
export function rangeOf(curves, log, floor = 1e-10) {
  let low = Infinity, high = -Infinity, first = 0;
  for (const values of curves) {
    if (values[0] > first) first = values[0];
    for (let k = 0; k < values.length; k++) {
      const value = values[k];
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(low <= high)) return log ? [floor, 1] : [0, 1];
  if (!log) return low < high ? [low, high] : [low - 1, high + 1];
  const top = Math.max(Math.min(high, 100 * (first || high)), floor * 10);
  const bottom = Math.min(Math.max(low, floor), top / 10);
  // Whole powers of ten, so that the axis does not move with every value.
  return [10 ** Math.floor(Math.log10(bottom) + 1e-9), 10 ** Math.ceil(Math.log10(top) - 1e-9)];
}

/**
 * Return the step at a pixel.
 * @param {{width: number, steps: number}} strip @param {number} px CSS pixels from the left
 */
export function stepAt({ width, steps }, px) {
  const share = (px - MARGINS.left) / (width - MARGINS.left - MARGINS.right);
  return Math.max(0, Math.min(steps, Math.round(share * steps)));
}

/**
 * Return where a step and a value are drawn.
 * @param {Strip} strip @param {number} step @param {number} value @returns {[number, number]} CSS pixels
 */
export function place({ width, height, steps, range: [low, high], log, floor = 0 }, step, value) {
  const scale = log ? Math.log : Number;
  const share = (scale(Math.max(value, log ? Math.max(floor, Number.MIN_VALUE) : -Infinity)) - scale(low)) /
    (scale(high) - scale(low));
  return [
    MARGINS.left + (step / Math.max(steps, 1)) * (width - MARGINS.left - MARGINS.right),
    height - MARGINS.bottom - share * (height - MARGINS.top - MARGINS.bottom),
  ];
}

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {Strip} strip */
export function drawStrip(canvas, strip) {
  const { width, height, colours, curves, pinned, step, steps, future = true, lit = null } = strip;
  const context = prepare(canvas, width, height, strip.ratio);
  drawAxes(context, strip);
  context.save();
  context.beginPath();
  // A little room for the thickness of lines on the edges.
  context.rect(MARGINS.left - 2, MARGINS.top - 2, width - MARGINS.left - MARGINS.right + 4,
    height - MARGINS.top - MARGINS.bottom + 4);
  context.clip();
  if (pinned) {
    lay(context, strip, pinned.values, 0, steps);
    stroke(context, colours.pinned, 1.3, 1, [3, 3]);
  }
  const alone = curves.length === 1;
  // The one that is looked at is drawn last.
  const order = [...curves.keys()].sort((one, other) => Number(one === lit) - Number(other === lit));
  for (const index of order) {
    const { values, colour = colours.run[1] } = curves[index];
    const faded = lit !== null && index !== lit ? 0.16 : 1, thick = alone ? 2.2 : index === lit ? 2.2 : 1.3;
    if (future && step < steps) {
      lay(context, strip, values, step, steps);
      stroke(context, colour, alone ? 1.4 : thick, 0.38 * faded);
    }
    lay(context, strip, values, 0, step);
    if (alone) stroke(context, colours.casing, 4.5, 0.8);
    stroke(context, colour, thick, faded);
  }
  context.restore();
  drawPlayhead(context, strip);
  if (alone) drawEnd(context, strip, curves[0]);
}

/**
 * Lay the curve between two steps; more steps than pixels become their lowest and highest value in each pixel.
 * @param {Context} context @param {Strip} strip @param {ArrayLike<number>} values @param {number} from
 * @param {number} to
 */
function lay(context, strip, values, from, to) {
  context.beginPath();
  let open = false;
  for (let k = from; k <= Math.min(to, values.length - 1); k++) {
    if (!Number.isFinite(values[k])) {
      open = false;
      continue;
    }
    const [x, y] = place(strip, k, values[k]);
    // What is far outside is cut off: a canvas loses its exactness there.
    context[open ? "lineTo" : "moveTo"](x, Math.max(-3 * strip.height, Math.min(4 * strip.height, y)));
    open = true;
  }
}

/** The shorter of 0.00033 and 3.3e−4. @param {number} value @param {number} digits */
function shortText(value, digits) {
  const [usual, other] = [numberText(value, digits), value.toExponential(digits - 1).replace("-", "−").replace("+", "")];
  return other.length < usual.length ? other : usual;
}

/** @param {number} value  a power of ten */
const shortPower = (value) => `1e${Math.round(Math.log10(value))}`.replace("-", "−");

/** Return powers of ten between two numbers, equally far apart, one always 1 if it is there. @param {number} low @param {number} high @param {number} most */
function powers(low, high, most) {
  const from = Math.log10(low), to = Math.log10(high);
  const step = Math.max(1, Math.ceil((to - from) / most)), first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(to / step + 1e-9) - first + 1) }, (_, k) => 10 ** ((first + k) * step));
}

/** @param {Context} context @param {Strip} strip */
function drawAxes(context, strip) {
  const { width, height, colours, font, range: [low, high], log, steps, label } = strip;
  const right = width - MARGINS.right;
  const rows = Math.max(2, Math.floor((height - MARGINS.top - MARGINS.bottom) / 18));
  const heights = log ? powers(low, high, rows) : ticks(low, high, rows);
  context.font = `500 10.5px ${font}`;
  for (const value of heights) {
    const [x, y] = place(strip, 0, value);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(right, y);
    stroke(context, colours.line, 1, 1);
    write(context, log && (value < 1 || value >= 1e3) ? shortPower(value) : numberText(value, 3), x - 7, y, colours.second_ink, "transparent", "right");
  }
  const wanted = (right - MARGINS.left) / 64;
  ticks(0, steps, Math.min(wanted, steps)).forEach((k, index) => {
    const text = index ? numberText(k, 6) : "step 0";
    write(context, text, place(strip, k, low)[0], height - 8, colours.second_ink, "transparent", "center");
  });
  context.font = `500 11px ${font}`;
  write(context, label, MARGINS.left, 8, colours.second_ink, "transparent");
}

/** @param {Context} context @param {Strip} strip */
function drawPlayhead(context, strip) {
  const { height, colours, curves, step, hover = null, focus = false } = strip;
  const [x] = place(strip, step, strip.range[0]), foot = height - MARGINS.bottom;
  context.beginPath();
  context.moveTo(x, MARGINS.top - 6);
  context.lineTo(x, foot);
  stroke(context, focus ? colours.focus : colours.ink, 1.5, 1);
  drawHead(context, x, foot - 3, 0, -1, 9, focus ? colours.focus : colours.ink);
  if (curves.length !== 1) return;
  const inside = (/** @type {number} */ y) => y >= MARGINS.top - 4 && y <= foot + 4;
  const [, y] = place(strip, step, curves[0].values[step]);
  if (inside(y)) {
    context.beginPath();
    context.arc(x, y, 4.2, 0, 2 * Math.PI);
    context.fillStyle = colours.run[1];
    context.fill();
    stroke(context, colours.panel, 1.6, 1);
  }
  if (hover === null) return;
  const [u, v] = place(strip, hover, curves[0].values[hover]);
  if (!inside(v)) return;
  context.beginPath();
  context.arc(u, v, 6, 0, 2 * Math.PI);
  stroke(context, colours.run[1], 2, 1);
}

/** Write the final value at the end of the curve, or where it leaves. @param {Context} context @param {Strip} strip @param {Curve} curve */
function drawEnd(context, strip, { values, diverged }) {
  const { colours, font, steps, step, floor = 0, future = true, range: [, high] } = strip;
  if (!future && step < steps) return;
  context.font = `650 12px ${font}`;
  let gone = 0;
  while (gone < values.length && values[gone] <= high) gone++;
  if (diverged !== null && gone < values.length) {
    const [x] = place(strip, Math.max(gone - 0.5, 0), high), text = `diverged at step ${diverged}`;
    drawHead(context, x, MARGINS.top - 6, 0, -1, 11, colours.run[1]);
    const left = x + 10 + widthOf(context, text) < strip.width - 4;
    write(context, text, left ? x + 10 : x - 10, MARGINS.top + 3, colours.run[1], colours.panel, left ? "left" : "right");
    return;
  }
  const last = values[steps];
  if (!Number.isFinite(last)) return;
  const texts = strip.log && last <= floor ? [`< ${numberText(floor, 1)}`] : [3, 2, 1].map((one) => shortText(last, one));
  // As many digits as the margin holds.
  const text = texts.find((one) => widthOf(context, one) < MARGINS.right - 9) ?? texts[texts.length - 1];
  const [x, y] = place(strip, steps, last), foot = strip.height - MARGINS.bottom;
  write(context, text, x + 7, Math.max(MARGINS.top - 4, Math.min(y, foot - 2)), colours.run[1], colours.panel);
}
