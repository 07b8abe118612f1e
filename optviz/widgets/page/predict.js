// @ts-check
/**
 * A guess before the answer: the path is hidden, the learner says where it will be after k steps, and then sees.
 *
 * @typedef {object} Host  what an explorer shows and tells
 * @property {import("./frame.js").Frame | null} frame
 * @property {() => {n: number, steps: number, rows: Float64Array} | null} run
 * @property {() => string} values  all that the run follows from
 * @property {(x: number) => number} height  of a curve, where there is one coordinate
 * @property {(guess: {k: number, at: number[], distance: number}) => void} shown
 * @property {() => void} changed  something is to be drawn
 * @property {() => void} asks  the path is hidden, or shown
 */

import { numberText } from "../../join.js";
import { element } from "./controls.js";
import { project, unproject } from "./frame.js";

const STEPS = [1, 5, 10, 20, 50, 100];

export class Predict {
  revealedOf = ""; // the values with which a guess was revealed
  steps = 0;

  /** @param {Host} host @param {string} of  the rule and the landscape */
  constructor(host, of) {
    this.host = host;
    this.of = of;
    this.k = 20;
    /** @type {number[] | null} */
    this.at = null;
    /** @type {number | null} */
    this.distance = null;
    this.menu = /** @type {HTMLSelectElement} */ (element("select", { "aria-label": "after how many steps", "data-ovx": "ask", onchange: () => {
      this.k = Number(this.menu.value);
      this.host.changed();
    } }));
    this.fill();
    this.text = element("span", {});
    this.button = /** @type {HTMLButtonElement} */ (element("button", { type: "button", "data-ovx": "reveal", onclick: () => this.asking ? this.reveal() : this.again() }));
    this.bar = element("div", { class: "ovx-ask" }, this.text, this.button);
    this.tell();
  }

  /** Offer the steps that the run has. */
  fill() {
    const steps = this.host.run()?.steps ?? 1;
    if (steps === this.steps) return;
    this.steps = steps;
    const possible = STEPS.filter((k) => k <= steps);
    this.k = possible.findLast((k) => k <= this.k) ?? possible[0];
    this.menu.replaceChildren(...possible.map((k) => element("option", { selected: k === this.k }, String(k))));
  }

  /** The run is another: what was revealed is no answer to it any more. */
  changed() {
    this.fill();
    if (!this.asking && this.revealedOf !== this.host.values()) this.again();
  }

  get asking() {
    return this.distance === null;
  }

  tell() {
    if (this.distance === null) {
      this.text.replaceChildren(element("b", {}, "Where after "), this.menu, element("b", {}, " steps? "),
        this.at ? "Move it until you are sure." : matchMedia("(pointer: coarse)").matches ? "Tap the place." : "Click, or use the arrow keys.");
      this.button.textContent = "Reveal";
      this.button.disabled = !this.at;
      return;
    }
    this.button.textContent = "Another";
    this.button.disabled = false;
    if (!Number.isFinite(this.distance)) {
      this.text.replaceChildren(`At step ${this.k} the run has no numbers any more.`);
      return;
    }
    const run = this.host.run(), share = run && this.distance / (this.travelled(run) || 1);
    const word = share === null ? "" : share < 0.1 ? "Very near. " : share < 0.3 ? "Near. " : "Not quite. ";
    this.text.replaceChildren(element("b", {}, word),
      `${numberText(this.distance, 2)} away${share === null || !Number.isFinite(share) ? "" : `, ${share < 10 ? `${Math.round(100 * share)} %` : `${numberText(Math.round(share), 3)} times the length`} of its way`}.`);
  }

  /** @param {{n: number, rows: Float64Array}} run @param {number} k */
  point({ n, rows }, k) {
    return Array.from(rows.subarray(k * (n + 1), k * (n + 1) + n));
  }

  /** @param {{n: number, rows: Float64Array}} run */
  travelled(run) {
    const [from, to] = [this.point(run, 0), this.point(run, this.k)];
    return Math.hypot(...from.map((x, i) => x - to[i]));
  }

  /** @param {number} px @param {number} py CSS pixels of the landscape */
  place(px, py) {
    const { frame } = this.host, run = this.host.run();
    if (!frame || !run || !this.asking) return;
    this.at = unproject(frame, Math.max(0, Math.min(frame.width, px)), Math.max(0, Math.min(frame.height, py))).slice(0, run.n);
    this.tell();
    this.host.changed();
  }

  /** @param {number} dx @param {number} dy CSS pixels */
  nudge(dx, dy) {
    const { frame } = this.host, spot = this.spot();
    if (!frame) return;
    const [px, py] = spot ? project(frame, ...spot) : [frame.width / 2, frame.height / 2];
    this.place(px + dx, py + dy);
  }

  /** Where the guess is drawn. @returns {[number, number] | null} */
  spot() {
    return this.at && [this.at[0], this.at.length > 1 ? this.at[1] : this.host.height(this.at[0])];
  }

  reveal() {
    const run = this.host.run();
    if (!this.at || !run || !this.asking) return;
    const to = this.point(run, this.k);
    this.distance = Math.hypot(...this.at.map((x, i) => x - to[i]));
    this.revealedOf = this.host.values();
    this.tell();
    this.host.shown({ k: this.k, at: this.at, distance: this.distance });
    this.host.asks();
  }

  again() {
    this.at = this.distance = null;
    this.tell();
    this.host.asks();
  }
}
