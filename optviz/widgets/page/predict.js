// @ts-check
/**
 * A guess before the answer: the path is hidden, the learner says where it will be after k steps, and then sees.
 *
 * @typedef {object} Host  what an explorer shows and tells
 * @property {import("./frame.js").Frame | null} frame
 * @property {() => {n: number, steps: number, rows: Float64Array} | null} run
 * @property {(x: number) => number} height  of a curve, where there is one coordinate
 * @property {(guess: {k: number, at: number[], distance: number}) => void} shown
 * @property {() => void} changed @property {() => void} left
 */

import { numberText } from "../../join.js";
import { element } from "./controls.js";
import { project, unproject } from "./frame.js";

const STEPS = [1, 5, 10, 20, 50, 100];

export class Predict {
  /** @param {Host} host @param {number} steps  of the run */
  constructor(host, steps) {
    this.host = host;
    const possible = STEPS.filter((k) => k <= steps);
    this.k = possible.includes(20) ? 20 : possible[possible.length - 1];
    /** @type {number[] | null} */
    this.at = null;
    /** @type {number | null} */
    this.distance = null;
    const menu = /** @type {HTMLSelectElement} */ (element("select", { "aria-label": "after how many steps", "data-ovx": "ask", onchange: () => {
      this.k = possible[menu.selectedIndex];
      this.host.changed();
    } }, ...possible.map((k) => element("option", { selected: k === this.k }, String(k)))));
    this.menu = menu;
    this.text = element("span", {});
    this.button = /** @type {HTMLButtonElement} */ (element("button", { type: "button", "data-ovx": "reveal", onclick: () => this.asking ? this.reveal() : this.again() }));
    this.bar = element("div", { class: "ovx-ask" }, this.text, this.button);
    this.tell();
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
    const run = this.host.run(), share = run && this.distance / (this.travelled(run) || 1);
    const word = share === null ? "" : share < 0.1 ? "Very near. " : share < 0.3 ? "Near. " : "Not quite. ";
    this.text.replaceChildren(element("b", {}, word),
      `${numberText(this.distance, 2)} away${share === null || !Number.isFinite(share) ? "" : `, ${numberText(100 * share, 2)} % of its way`}.`);
    this.button.textContent = "Another";
    this.button.disabled = false;
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
    this.tell();
    this.host.shown({ k: this.k, at: this.at, distance: this.distance });
  }

  again() {
    this.at = this.distance = null;
    this.tell();
    this.host.changed();
  }
}
