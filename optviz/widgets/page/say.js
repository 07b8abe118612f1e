// @ts-check
/**
 * What can be said about a run: its errors, whether it diverged, where it came to rest, and the verdict in words.
 *
 * The rules of judgement are those of `Trajectory` in Python, the words are its table, which comes with the scene; a
 * test compares both.
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
 * @typedef {Objective & {minima: number[][] | null, curvature: number | null, start: number[], view: number[][],
 *   sentence: string}} Ground
 * @typedef {{words: Record<string, string>, arrived: number, diverged: number}} Verdicts
 */

import { numberText } from "../../join.js";

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
  const log = ground.minima === null || ground.minima.length > 0;
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
  const tolerance = verdicts.arrived * Math.max(rows[n] - lows[nearest], 0);
  let step = steps + 1;
  while (step > 0 && !(Math.abs(rows[(step - 1) * (n + 1) + n] - lows[nearest]) > tolerance)) step--;
  // A run that only passes by a minimum at its end has not arrived.
  if (step > steps - Math.max(2, Math.floor(steps / 20))) return null;
  const above = lows[nearest] - Math.min(...lows);
  return { minimum: minima[nearest], step, above: above > tolerance ? above : 0 };
}

/** @param {ArrayLike<number>} point @param {number} [digits] */
export function pointText(point, digits = 3) {
  const numbers = Array.from(point, (x) => numberText(x, digits));
  return numbers.length === 1 ? numbers[0] : `(${numbers.join(", ")})`;
}

/**
 * Return the verdict on a run: which of the table, and its sentence.
 * @param {Run} run @param {Ground} ground @param {(...x: number[]) => number} value @param {Verdicts} verdicts
 * @param {Record<string, any>} settings @param {number | null} limit  the largest stable rate, where it is known
 * @returns {{kind: string, text: string}}
 */
export function verdict(run, ground, value, verdicts, settings, limit) {
  const { rows, n, steps, errors, diverged } = run;
  const loss = (/** @type {number} */ k) => rows[k * (n + 1) + n];
  const point = (/** @type {number} */ k) => rows.subarray(k * (n + 1), k * (n + 1) + n);
  /** @param {string} kind @param {Record<string, number | string>} [values] */
  const say = (kind, values = {}) => ({
    kind,
    text: verdicts.words[kind].replace(/\{(\w+)\}/g, (_, name) => {
      const one = values[name];
      return typeof one === "number" && !["step", "steps", "window"].includes(name) ? numberText(one, 3) : String(one);
    }),
  });
  if (diverged !== null) {
    const why = limit !== null && settings.lr > limit
      ? say("limit", { lr: settings.lr, limit, curvature: /** @type {number} */ (ground.curvature) }).text : "";
    const finite = Number.isFinite(loss(diverged)) && point(diverged).every(Number.isFinite);
    return say(finite ? "diverged" : "overflow", { step: diverged, why });
  }
  if (!run.log) return say("endless", { loss: loss(steps), steps });
  const start = point(0);
  if (settings.lr === 0 && rows.every((x, i) => i % (n + 1) === n || x === start[i % (n + 1)])) return say("stood");
  if (ground.f_star === null) {
    let travelled = 0, late = 0;
    const last = point(steps);
    for (let k = 0; k <= steps; k++) {
      for (let i = 0; i < n; i++) {
        travelled = Math.max(travelled, Math.abs(point(k)[i] - start[i]));
        if (k >= Math.floor((steps + 1) / 2)) late = Math.max(late, Math.abs(point(k)[i] - last[i]));
      }
    }
    return late <= verdicts.arrived * travelled
      ? say("rest", { point: pointText(last), loss: loss(steps) }) : say("unknown", { loss: loss(steps), steps });
  }
  const came = arrival(run, ground, value, verdicts);
  if (came) {
    return say(came.above ? "trapped" : "converged",
      { point: pointText(came.minimum), step: came.step, error: came.above });
  }
  const error = errors[steps], half = errors[Math.floor((steps + 1) / 2)], lowest = lowestStep(run);
  // In the last tenth it rises tenfold, and no less far than it did half-way: its last value is chance.
  const window = Math.max(Math.floor((steps + 1) / 10), 3), middle = Math.floor((steps + 1) / 2);
  const rounding = Number.EPSILON * Math.max(1, Math.abs(ground.f_star));
  const late = Array.from(errors.slice(-window)), before = Array.from(errors.slice(middle, middle + window));
  let least = Infinity, rise = 0;
  for (const one of late) {
    least = Math.min(least, one);
    rise = Math.max(rise, one / Math.max(least, rounding));
  }
  if (rise > 10 && Math.max(...late) > 0.5 * Math.max(...before)) {
    return say("swings", { error: Math.max(...late), lowest: least, window });
  }
  if (error > 1.2 * errors[lowest]) return say("rising", { error, steps, lowest: errors[lowest], step: lowest });
  return say(error > 0.9 * half ? "slow" : "falling", { error, steps });
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
