// @ts-check
/**
 * The map of a rule over two of its settings, as a panel: menus for the axes, and a canvas that is clicked.
 *
 * @import { Answer } from "./map_worker.js"
 * @import { Axis } from "./controls.js"
 *
 * @typedef {object} MapHost  what the explorer shows at present
 * @property {any} page  the module @property {number} index  of the rule
 * @property {any} ground
 * @property {Record<string, number[]>} ranges
 * @property {Axis[]} axes  those with a range
 * @property {(name: string) => any} value  of a setting
 * @property {Record<string, any>} settings
 * @property {number[]} start @property {number} steps
 * @property {Float64Array} noise @property {Float64Array} gradientNoise
 * @property {import("./brush.js").Colours} colours @property {string} font @property {number} ratio
 * @property {import("./say.js").Run} run  that of the present settings
 * @property {boolean} hidden  whether it may not be said how it ends
 * @property {number} far  times that, from which on a run counts as diverged
 *
 * @typedef {{input: (values: Record<string, number>) => void, rest: () => void, restSoon: () => void,
 *   close: () => void}} MapHands
 *   `input`: settings are taken; `rest`: the hand has let go; `restSoon`: a key, after which more may come
 */

import { numberText } from "../../join.js";
import { element, settingText, tickStops } from "./controls.js";
import { placeOf } from "./frame.js";
import { cellAt, drawMap, startMap } from "./map.js";
import { hasErrors } from "./say.js";

const CELLS = 64;

export class MapPanel {
  /** @type {any} */ page = null; // whose rule the map is of
  index = -1;

  /** @param {() => MapHost | null} host @param {MapHands} hands */
  constructor(host, hands) {
    this.host = host;
    this.hands = hands;
    /** @type {[string, string]} */
    this.keys = ["", ""];
    /** @type {Answer | null} */
    this.answer = null;
    /** @type {[number, number] | null} */
    this.hover = null;
    this.asked = "";
    /** @type {ReturnType<typeof startMap> | null} */
    this.worker = null;
    this.taken = false; // whether a hand has taken settings
    this.offered = "";
    this.menus = [0, 1].map((place) => /** @type {HTMLSelectElement} */ (element("select",
      { "aria-label": place ? "setting upwards" : "setting to the right", onchange: () => this.chose(place) })));
    this.canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { tabindex: "0", role: "img", "data-ovx": "map" }));
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.canvas.setPointerCapture(event.pointerId);
      this.go(this.cell(event));
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const cell = this.cell(event);
      if (this.canvas.hasPointerCapture(event.pointerId)) this.go(cell);
      this.hover = cell;
      this.draw();
    });
    // Wherever the hand lets go: outside of the map the last cell that it was on stays.
    this.canvas.addEventListener("lostpointercapture", () => {
      if (this.taken) this.hands.rest();
      this.taken = false;
    });
    this.canvas.addEventListener("pointerleave", () => {
      this.hover = null;
      this.draw();
    });
    this.canvas.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      const here = this.here();
      if (!way || !here) return;
      event.preventDefault();
      const cell = here.map((share, i) => Math.max(0, Math.min(CELLS - 1, Math.floor(Math.min(share, 0.9999) * CELLS) + way[i])));
      this.go(/** @type {[number, number]} */ (cell));
      this.hands.restSoon();
    });
    for (const name of ["focus", "blur"]) this.canvas.addEventListener(name, () => this.draw());
    this.words = element("p", { class: "ovx-quiet" });
    this.element = element("div", { class: "ovx-panel ovx-map" },
      element("div", { class: "ovx-panel-head" }, element("b", {}, "Where it works"), this.menus[0], "and", this.menus[1],
        element("button", { type: "button", class: "ovx-button", onclick: () => hands.close() }, "Close")), this.canvas, this.words);
  }

  /** @param {PointerEvent} event */
  cell(event) {
    return this.scene ? cellAt(this.scene, ...placeOf(event, this.canvas)) : null;
  }

  /** @param {number} place */
  chose(place) {
    const before = this.keys[place], now = this.menus[place].value;
    if (this.keys[1 - place] === now) this.keys[1 - place] = before;
    this.keys[place] = now;
    this.update();
  }

  /** Take the settings of a cell. @param {[number, number] | null | undefined} cell */
  go(cell) {
    const host = this.host();
    if (!host || !cell) return;
    const [across, up] = this.values(host);
    this.taken = true;
    this.hands.input({ [this.keys[0]]: across[cell[0]], [this.keys[1]]: up[cell[1]] });
  }

  /** @param {MapHost} host @param {string} key */
  stops(host, key) {
    return host.ranges[/** @type {string} */ (host.axes.find(({ name }) => name === key)?.range)];
  }

  /** Values of the cells: stops of the sliders, equally far apart on them. @param {MapHost} host */
  values(host) {
    return this.keys.map((key) => {
      const stops = this.stops(host, key);
      return Float64Array.from({ length: CELLS }, (_, i) => stops[Math.round(((i + 0.5) / CELLS) * (stops.length - 1))]);
    });
  }

  /** The present settings as shares of the axes. @returns {[number, number] | null} */
  here() {
    const host = this.host();
    if (!host) return null;
    return /** @type {[number, number]} */ (this.keys.map((key) => {
      const stops = this.stops(host, key), value = host.value(key);
      const above = stops.findIndex((stop) => stop >= value);
      return (above < 0 ? stops.length - 1 : above) / (stops.length - 1);
    }));
  }

  /** Something is different: ask for a new map if it belongs to other values. */
  update() {
    const host = this.host();
    if (!host || host.axes.length < 2) {
      this.words.textContent = "A map needs one rule with two settings.";
      this.canvas.hidden = true;
      return;
    }
    this.canvas.hidden = false;
    const names = host.axes.map(({ name }) => name);
    if (!this.keys.every((key) => names.includes(key))) this.keys = [names[0], names[1]];
    const offered = JSON.stringify([names, this.keys]);
    if (offered !== this.offered) {
      this.offered = offered;
      this.menus.forEach((menu, place) => menu.replaceChildren(...host.axes.map(({ name, label }) =>
        element("option", { value: name, selected: name === this.keys[place] }, label))));
    }
    const { n, f_star } = host.ground;
    if (host.page !== this.page || host.index !== this.index || !this.worker) {
      this.worker?.close();
      [this.page, this.index] = [host.page, host.index];
      this.asked = "";
      this.answer = null;
      this.worker = startMap(host.page.text, host.index, { n, f_star, errors: hasErrors(host.ground), far: host.far },
        (answer) => {
          this.answer = answer;
          this.element.dataset.state = answer.state;
          this.draw();
        }, (message) => (this.words.textContent = message));
    }
    const [across, up] = this.values(host);
    const others = Object.fromEntries(Object.entries(host.settings).filter(([key]) => !this.keys.includes(key)));
    const asked = JSON.stringify([this.keys, others, host.start, host.steps]);
    if (asked !== this.asked) {
      this.asked = asked;
      this.element.dataset.state = "waiting";
      this.worker.request({ settings: others, keys: this.keys, values: [across, up], start: [...host.start], steps: host.steps,
        noise: host.noise, gradientNoise: host.gradientNoise });
    }
    this.draw();
  }

  /** Say what the cell ends with that somebody points at, or that the settings are in. @param {MapHost} host */
  speak(host) {
    const labels = this.keys.map((key) => host.axes.find(({ name }) => name === key)?.label);
    const { hover, answer } = this, { run, ground } = host, place = hover ? hover[1] * CELLS + hover[0] : -1;
    if (hover && !answer) return;
    const values = hover ? this.values(host).map((all, i) => all[hover[i]]) : this.keys.map((key) => host.value(key));
    const gone = hover && answer ? answer.diverged[place] === 1 : run.diverged !== null;
    const last = hover && answer ? answer.losses[place] - (ground.f_star ?? 0) : run.rows[run.rows.length - 1] - (ground.f_star ?? 0);
    const ends = gone ? "diverges" : `ends with ${ground.f_star === null ? "f =" : "an error of"} ${numberText(last, 3)}`;
    const text = `${values.map((value, i) => `${labels[i]} ${settingText(value)}`).join(", ")}${host.hidden ? "" : `: ${ends}`}.`;
    this.words.textContent = hover ? text : `${text} Each point is a run: bright ends low, hatched diverged. Click to take its settings.`;
    if (!hover) this.canvas.setAttribute("aria-label", `Map of the final error over ${labels.join(" and ")}; the arrow keys move the settings. ${text}`);
  }

  draw() {
    const host = this.host(), { canvas } = this;
    if (!host || canvas.hidden || !canvas.clientWidth) return;
    const [across, up] = this.values(host);
    const axis = (/** @type {string} */ key, /** @type {Float64Array} */ values) => {
      const one = /** @type {Axis} */ (host.axes.find(({ name }) => name === key)), stops = this.stops(host, key);
      return { label: one.label, symbol: one.letter === one.name ? "" : one.letter, values,
        ticks: tickStops(one, stops, 6).map((index) => ({ share: index / (stops.length - 1), text: settingText(stops[index]) })) };
    };
    const { ground } = host;
    this.scene = {
      width: canvas.clientWidth, height: canvas.clientHeight, ratio: host.ratio, colours: host.colours, font: host.font,
      axes: /** @type {[any, any]} */ ([axis(this.keys[0], across), axis(this.keys[1], up)]), answer: this.answer,
      zero: ground.f_star ?? lowest(this.answer), first: host.run.errors[0], here: this.here(), hover: this.hover,
      focus: canvas.matches(":focus-visible"),
    };
    drawMap(canvas, this.scene);
    this.speak(host);
  }

  close() {
    this.worker?.close();
    this.worker = null;
  }
}

/** @param {Answer | null} answer */
function lowest(answer) {
  let low = Infinity;
  for (const loss of answer?.losses ?? []) if (loss < low) low = loss;
  return Number.isFinite(low) ? low : 0;
}
