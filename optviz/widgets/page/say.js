// @ts-check
/**
 * What can be said about a run: its errors, whether it diverged, where it came to rest, and the verdict in words.
 *
 * What is measured here is what `Trajectory` measures in Python; the sentences, and the function that chooses one of
 * them, are Python's own and come with the scene. A test compares both.
 *
 * @import { Objective, Rule } from "../../join.js"
 *
 * @typedef {object} Run  a run with what can be said about it
 * @property {Float64Array} rows  as `run` of join.js writes them
 * @property {number} n @property {number} steps
 * @property {Float64Array} errors  f − f*, or f where there is no minimum
 * @property {boolean} log  whether they are errors
 * @property {string} label  what `errors` is
 * @property {number | null} diverged  the step
 *
 * @typedef {Objective & {minima: number[][] | null, curvature: number | null, start: number[], view: number[][]}} Ground
 * @typedef {{kinds: string[], words: string[], why: string, code: string, asks: string[], arrived: number, stays: number,
 *   diverged: number, parts: number}} Verdicts  see verdicts.py
 */

import { numberText } from "../../join.js";

export const LEAST = 1e-16; // an error that is told from none

/** Whether a landscape has errors: without a minimum there are only values. @param {Ground} ground */
export const hasErrors = ({ minima }) => minima === null || minima.length > 0;

/**
 * @param {Float64Array} rows @param {number} n @param {number} steps @param {Ground} ground @param {Verdicts} verdicts
 * @returns {Run}
 */
export function judge(rows, n, steps, ground, verdicts) {
  const losses = new Float64Array(steps + 1);
  let zero = ground.f_star ?? Infinity;
  for (let k = 0; k <= steps; k++) {
    losses[k] = rows[k * (n + 1) + n];
    if (ground.f_star === null && losses[k] < zero) zero = losses[k];
  }
  const log = hasErrors(ground);
  const errors = log ? losses.map((loss) => loss - zero) : losses;
  const first = errors[0] > 0 ? errors[0] : Math.abs(losses[0]);
  // Far until the end: from the last step backwards as long as it holds.
  let diverged = null;
  for (let k = steps; k >= 0; k--) {
    let known = true;
    for (let i = k * (n + 1); i <= k * (n + 1) + n; i++) known &&= Number.isFinite(rows[i]);
    if (known && !(log && first > 0 && errors[k] > verdicts.diverged * first)) break;
    diverged = k;
  }
  return { rows, n, steps, errors, log, diverged,
    label: !log ? "f" : ground.f_star === null ? "f − lowest f seen" : "error f − f*" };
}

/**
 * Return the minimum at which a run came to rest, null if it did not.
 * @param {Run} run @param {Ground} ground @param {(...x: number[]) => number} value @param {Verdicts} verdicts
 */
function arrival({ rows, n, steps }, ground, value, verdicts) {
  const minima = ground.minima ?? [];
  if (!minima.length) return null;
  const lows = minima.map((point) => value(...point));
  const away = minima.map((point) => Math.sqrt(point.reduce((sum, x, i) => sum + (rows[steps * (n + 1) + i] - x) ** 2, 0)));
  const nearest = away.indexOf(Math.min(...away));
  if (nearest < 0) return null; // the last point is no number
  const tolerance = verdicts.arrived * Math.max(rows[n] - lows[nearest], 0);
  let step = steps + 1;
  while (step > 0 && !(Math.abs(rows[(step - 1) * (n + 1) + n] - lows[nearest]) > tolerance)) step--;
  // A run that only passes by a minimum at its end has not arrived.
  if (step > steps - Math.max(2, Math.floor(steps / verdicts.stays))) return null;
  const above = lows[nearest] - Math.min(...lows);
  return { minimum: minima[nearest], step, above: above > tolerance ? above : 0 };
}

/** Return a point in words; a coordinate that is rounding beside the others is 0. @param {ArrayLike<number>} point @param {number} [digits] */
export function pointText(point, digits = 3) {
  const rounding = 1e-15 * Math.max(...Array.from(point, Math.abs));
  const numbers = Array.from(point, (x) => numberText(Math.abs(x) < rounding ? 0 : x, digits));
  return numbers.length === 1 ? numbers[0] : `(${numbers.join(", ")})`;
}

/**
 * Return what the verdicts ask for.
 * @param {Run} run @param {Ground} ground @param {(...x: number[]) => number} value @param {Verdicts} verdicts
 * @param {Record<string, any>} settings @param {number | null} limit  the largest stable rate, where it is known
 * @returns {Record<string, any>}
 */
function measured(run, ground, value, verdicts, settings, limit) {
  const { rows, n, steps, errors, diverged } = run;
  const point = (/** @type {number} */ k) => rows.subarray(k * (n + 1), k * (n + 1) + n);
  const middle = Math.floor((steps + 1) / 2), window = Math.max(Math.floor((steps + 1) / verdicts.parts), 3);
  const [start, last] = [point(0), point(steps)];
  let travelled = 0, moved_late = 0, moved = false;
  for (let k = 0; k <= steps; k++) {
    for (let i = 0; i < n; i++) {
      const x = point(k)[i];
      moved ||= x !== start[i];
      travelled = Math.max(travelled, Math.abs(x - start[i]));
      if (k >= middle) moved_late = Math.max(moved_late, Math.abs(x - last[i]));
    }
  }
  const rounding = Number.EPSILON * Math.max(1, Math.abs(ground.f_star ?? 0));
  const late = errors.slice(-window);
  let least = Infinity, rise = 0;
  for (const one of late) {
    least = Math.min(least, one);
    rise = Math.max(rise, one / Math.max(least, rounding));
  }
  const came = arrival(run, ground, value, verdicts), lowest_at = lowestStep(run);
  return {
    diverged: diverged !== null, gone: diverged, finite: diverged === null || rows.subarray(diverged * (n + 1), (diverged + 1) * (n + 1)).every(Number.isFinite),
    why: limit !== null && settings.lr > limit ? filled(verdicts.why, { lr: settings.lr, limit, curvature: ground.curvature }) : "",
    endless: !run.log, known: ground.f_star !== null, travelled, moved_late, stood: settings.lr === 0 && !moved,
    point: pointText(last), loss: rows[steps * (n + 1) + n], steps,
    arrived: came !== null, above: came?.above ?? 0, minimum: came ? pointText(came.minimum) : "", there: came?.step,
    error: errors[steps], half: errors[middle], lowest: errors[lowest_at], lowest_at,
    rise, late: Math.max(...late), late_low: Math.min(...late), before: Math.max(...errors.slice(middle, middle + window)), window,
  };
}

/** Put values into a sentence: texts, numbers, and whole ones in full. @param {string} sentence @param {Record<string, any>} values */
const filled = (sentence, values) => sentence.replace(/\{(\w+)(:d)?\}/g, (_, name, whole) =>
  typeof values[name] === "number" && !whole ? numberText(values[name], 3) : String(values[name]));

/**
 * Return the verdict on a run: which of the table, and its sentence.
 * @param {Run} run @param {Ground} ground
 * @param {{value: (...x: number[]) => number, kindOf: (...measured: any[]) => number}} page  the module
 * @param {Verdicts} verdicts @param {Record<string, any>} settings @param {number | null} limit
 * @returns {{kind: string, text: string}}
 */
export function verdict(run, ground, page, verdicts, settings, limit) {
  const values = measured(run, ground, page.value, verdicts, settings, limit);
  const kind = page.kindOf(...verdicts.asks.map((name) => values[name]));
  return { kind: verdicts.kinds[kind], text: filled(verdicts.words[kind], values) };
}

/** @param {Run} run  @returns {number} the step with the lowest error */
export function lowestStep({ errors }) {
  let lowest = 0;
  for (let k = 1; k < errors.length; k++) if (errors[k] < errors[lowest]) lowest = k;
  return lowest;
}

/**
 * Return how one final error compares with another, for a pinned run.
 * @param {Run} pinned @param {Run} run
 */
export function comparison(pinned, run) {
  const before = pinned.errors[pinned.steps], now = run.errors[run.steps];
  if (pinned.diverged !== null) return ` The pinned run diverged at step ${pinned.diverged}.`;
  const value = ` Pinned run: ${numberText(before, 3)}`;
  if (run.diverged !== null || !run.log) return `${value}.`;
  const times = now / before;
  if (!(times > 0) || !Number.isFinite(times)) return `${value}.`;
  if (Math.abs(times - 1) < 0.005) return `${value}, the same.`;
  const factor = times > 1 ? times : 1 / times;
  return `${value}; the error is now ${numberText(factor, 3)} times ${times > 1 ? "higher" : "lower"}.`;
}
