// @ts-check
/**
 * What is dragged, clicked and chosen: sliders, menus and buttons; they know values, and nothing of runs.
 *
 * @typedef {object} Axis  a setting, from the scene
 * @property {string} name @property {string} label @property {string} letter @property {any} default
 * @property {boolean} optional
 * @property {string} [range] @property {string} [scale] @property {boolean} [whole]
 * @property {any[]} [choices]
 *
 * @typedef {{input: (name: string, value: any) => void, rest: (name: string) => void}} Hands
 *   `input`: a value at every move; `rest`: the hand has let go
 */

import { numberText } from "../../join.js";

export const REST = 250; // milliseconds without a key or a wheel after which something is let go of

/**
 * Return an element with attributes (functions are listeners) and children.
 * @param {string} tag @param {Record<string, any>} attributes @param {...(Node | string)} children
 */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

const ICONS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M7 5h4v14H7zM14 5h4v14h-4z",
  back: "M7 5.5v13M16.5 5.5 10 12l6.5 6.5",
  forward: "M17 5.5v13M7.5 5.5 14 12l-6.5 6.5",
  pin: "M9 3h6l-1 1v6l3 4H7l3-4V4zM12 14v7",
  target: "M12 5a7 7 0 1 0 .01 0M12 1v6M12 17v6M1 12h6M17 12h6",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  reset: "M5 9a8 8 0 1 1-1 5M5 3v6h6",
};
const SOLID = new Set(["play", "pause"]);

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `ovx-icon ${SOLID.has(name) ? "ovx-solid" : ""}`);
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Return a value as it stands beside a slider: in full, because 0.9995 is another memory than 1 would be.
 * @param {any} value
 */
export const settingText = (value) => numberText(value, 6);

/**
 * Return the memory of a decay in words, "" if the setting is none.
 * @param {Axis} axis @param {any} value
 */
export function memoryText(axis, value) {
  if (axis.scale !== "memory" || typeof value !== "number") return "";
  const steps = 1 / (1 - value);
  const text = steps < 99.5 ? numberText(steps, 2) : String(Number(steps.toPrecision(3)));
  return `≈ ${text} step${text === "1" ? "" : "s"}`;
}

/**
 * Return where round numbers stand among the stops of a slider, at most `most`.
 * @param {Axis} axis @param {number[]} stops @param {number} most @returns {number[]} indices
 */
export function tickStops(axis, stops, most) {
  const near = (/** @type {number} */ value) => stops.findIndex((stop) => Math.abs(stop - value) <= 1e-9 * Math.abs(value || 1));
  const low = stops[0], high = stops[stops.length - 1];
  /** @type {number[]} */
  let wanted = [];
  if (axis.scale === "memory") wanted = [0, 0.5, 0.9, 0.99, 0.999, 0.9999];
  else if (axis.scale === "log") {
    for (let power = Math.floor(Math.log10(Math.max(low, 1e-300))); power <= Math.log10(high) + 1e-9; power++) {
      wanted.push(Number(`1e${power}`));
    }
    const every = Math.ceil(wanted.length / most);
    wanted = wanted.filter((_, i) => (wanted.length - 1 - i) % every === 0);
  } else wanted = [low, (low + high) / 2, high];
  return wanted.map(near).filter((index) => index >= 0);
}

/**
 * A slider over the stops of a setting, with its name, value, ticks and traces of where the learner has been.
 */
export class Slider {
  /** @param {Axis} axis @param {number[]} stops @param {Hands} hands @param {string} id  unique in the document */
  constructor(axis, stops, hands, id) {
    this.axis = axis;
    this.base = stops;
    this.hands = hands;
    this.byPointer = false;
    this.timer = 0;
    /** @type {{value: number, text: string, why: string} | null} */
    this.limit = null;
    this.input = /** @type {HTMLInputElement} */ (element("input", {
      type: "range", id, min: "0", step: "1", "data-ovx": "axis", "data-key": axis.name,
      oninput: () => this.moved(),
      onchange: () => this.byPointer ? this.rest() : this.restSoon(),
      onpointerdown: () => (this.byPointer = true),
      ondblclick: () => this.reset(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
      onblur: () => this.timer && this.rest(),
    }));
    // A wheel turns the value of the slider that has the keyboard, and of no other.
    this.input.addEventListener("wheel", (event) => {
      if (!this.input.matches(":focus") || event.ctrlKey || event.metaKey || !event.deltaY) return;
      event.preventDefault();
      this.step(event.deltaY < 0 ? 1 : -1);
    }, { passive: false });
    this.output = element("output", { class: "ovx-value", for: id });
    this.memory = element("span", { class: "ovx-memory", title: "how many steps it remembers, about" });
    this.resetButton = element("button", { type: "button", class: "ovx-reset", hidden: true,
      "aria-label": `${axis.label}: back to ${settingText(axis.default)}`, title: `Back to ${settingText(axis.default)}`,
      onclick: () => this.reset() }, icon("reset"));
    this.marks = element("div", { class: "ovx-marks", "aria-hidden": "true" });
    this.traces = /** @type {HTMLCanvasElement} */ (element("canvas", { class: "ovx-traces", "aria-hidden": "true" }));
    this.element = element("div", { class: "ovx-axis" },
      element("div", { class: "ovx-axis-row" },
        element("label", { for: id }, symbol(axis.letter === axis.name ? "" : axis.letter), ` ${axis.label}`),
        this.resetButton, element("span", { class: "ovx-number" }, this.output, " ", this.memory)),
      element("div", { class: "ovx-track" }, this.traces, this.input, this.marks));
    /** @type {number[]} */
    this.stops = [];
    this.value = NaN;
    /** @type {Map<number, number | null>} value -> logarithm of the error, null: diverged */
    this.visited = new Map();
    this.visitedIn = ""; // what else was set then
    this.drawn = true; // whether the traces are those that are seen
    this.set(axis.default);
  }

  /** Show a value; one that is on no stop gets one. @param {any} value */
  set(value) {
    if (value === this.value) return;
    this.value = value;
    if (!this.stops.includes(value)) {
      const own = [this.axis.default, value].filter((one) => typeof one === "number");
      this.stops = [...new Set([...this.base, ...own])].sort((a, b) => a - b);
      this.input.max = String(this.stops.length - 1);
      this.drawMarks();
    }
    this.input.value = String(typeof value === "number" ? this.stops.indexOf(value) : 0);
    this.tell();
  }

  tell() {
    const text = settingText(this.value), memory = memoryText(this.axis, this.value);
    this.output.textContent = text;
    this.memory.textContent = memory;
    this.resetButton.hidden = this.value === this.axis.default;
    const spoken = [text, memory && memory.replace("≈", "remembers about"), this.limit && this.value > this.limit.value && "above the stable limit"];
    this.input.setAttribute("aria-valuetext", spoken.filter(Boolean).join(", "));
  }

  moved() {
    const value = this.stops[Number(this.input.value)];
    if (value === this.value) return;
    this.value = value;
    this.tell();
    this.hands.input(this.axis.name, value);
  }

  /** @param {number} by  stops */
  step(by) {
    const index = Math.max(0, Math.min(this.stops.length - 1, Number(this.input.value) + by));
    this.input.value = String(index);
    this.moved();
    this.restSoon();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    this.byPointer = false;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.reset();
    }
  }

  reset() {
    const focused = this.resetButton.matches(":focus"); // it hides itself
    this.set(this.axis.default);
    this.hands.input(this.axis.name, this.axis.default);
    this.rest();
    if (focused) this.input.focus();
  }

  restSoon() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.rest(), REST);
  }

  rest() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.hands.rest(this.axis.name);
  }

  /** Mark the largest stable value. @param {{value: number, text: string, why: string} | null} limit */
  setLimit(limit) {
    if (limit?.value === this.limit?.value && limit?.text === this.limit?.text) return;
    this.limit = limit;
    this.drawMarks();
    this.tell();
  }

  /** @param {number} value @returns {number} share of the track */
  shareOf(value) {
    const { stops } = this;
    const above = stops.findIndex((stop) => stop >= value);
    if (above < 0) return 1;
    if (above === 0) return 0;
    const low = stops[above - 1];
    return (above - 1 + (value - low) / (stops[above] - low)) / (stops.length - 1);
  }

  drawMarks() {
    const last = Math.max(this.stops.length - 1, 1);
    const limit = this.limit ? this.shareOf(this.limit.value) : null;
    const shares = tickStops(this.axis, this.stops, 6).map((index) => [index / last, settingText(this.stops[index])]);
    const free = shares.filter(([share]) => limit === null || Math.abs(Number(share) - limit) > 0.13);
    this.marks.replaceChildren(
      ...free.map(([share, text]) => element("span", { style: `--at:${share}`, class: share === 1 ? "ovx-last" : share === 0 ? "ovx-first" : "" }, String(text))),
      ...(limit === null || !this.limit || limit <= 0 || limit >= 1 ? []
        : [element("b", { style: `--at:${limit}`, title: this.limit.why }, this.limit.text)]),
    );
  }

  /** Remember what came of the present value. @param {number | null} error  null: it diverged */
  visit(error) {
    this.drawn = false;
    this.visited.set(Number(this.input.value) / Math.max(this.stops.length - 1, 1), error === null ? null : Math.log10(error + 1e-16));
  }

  /** Forget what came of the values where anything else was different. @param {string} all  else that is set */
  forget(all) {
    if (this.visitedIn === all) return;
    this.visitedIn = all;
    if (this.visited.size) this.drawn = false;
    this.visited.clear();
  }

  /** Draw where the learner has been: higher for a lower error. @param {string} good @param {string} bad @param {number} ratio */
  drawTraces(good, bad, ratio) {
    if (this.drawn) return;
    const width = this.traces.clientWidth, height = 9;
    if (!width) return;
    this.drawn = true;
    const across = Math.round(width * ratio), up = Math.round(height * ratio);
    if (this.traces.width !== across) this.traces.width = across;
    if (this.traces.height !== up) this.traces.height = up;
    const context = /** @type {CanvasRenderingContext2D} */ (this.traces.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    if (this.visited.size < 2) return;
    let low = Infinity, high = -Infinity;
    for (const error of this.visited.values()) {
      if (error === null) continue;
      low = Math.min(low, error);
      high = Math.max(high, error);
    }
    for (const [share, error] of this.visited) {
      const tall = error === null ? 2 : 2 + 7 * (high > low ? (high - error) / (high - low) : 0.5);
      context.fillStyle = error === null ? bad : good;
      context.fillRect(share * width - 1, height - tall, 2, tall);
    }
  }
}

/** Return the letter of a setting, such as γ_max, with what stands below it. @param {string} letter */
function symbol(letter) {
  const [base, below] = letter.split("_");
  return element("i", { class: "ovx-symbol" }, base, ...(below ? [element("sub", {}, below)] : []));
}

/** A check box or a menu for a setting that is no number. */
export class Choice {
  /** @param {Axis} axis @param {Hands} hands @param {string} id */
  constructor(axis, hands, id) {
    this.axis = axis;
    const choices = axis.choices ?? [];
    this.isBox = choices.length === 2 && choices.every((one) => typeof one === "boolean");
    const change = () => {
      hands.input(axis.name, this.isBox ? /** @type {HTMLInputElement} */ (this.field).checked
        : choices[/** @type {HTMLSelectElement} */ (this.field).selectedIndex]);
      hands.rest(axis.name);
    };
    this.field = /** @type {HTMLInputElement | HTMLSelectElement} */ (this.isBox
      ? element("input", { type: "checkbox", id, onchange: change, "data-ovx": "axis", "data-key": axis.name })
      : element("select", { id, onchange: change, "data-ovx": "axis", "data-key": axis.name },
        ...choices.map((one) => element("option", {}, settingText(one)))));
    this.element = element("div", { class: "ovx-axis ovx-choice" },
      element("label", { for: id }, axis.label), this.field);
    this.set(axis.default);
  }
  /** @param {any} value */
  set(value) {
    if (this.isBox) /** @type {HTMLInputElement} */ (this.field).checked = value;
    else /** @type {HTMLSelectElement} */ (this.field).selectedIndex = (this.axis.choices ?? []).indexOf(value);
  }
  visit() {}
  forget() {}
  setLimit() {}
  drawTraces() {}
}

/** Return the marker of a rule, for a line of text. @param {[string, boolean]} marker @param {string} colour */
export function markerOf([shape, filled], colour) {
  const signs = /** @type {Record<string, string>} */ ({ o: "●", s: "■", "^": "▲", D: "◆", v: "▼", P: "✚", X: "✖", "*": "★" });
  const hollow = /** @type {Record<string, string>} */ ({ o: "○", s: "□", "^": "△", D: "◇", v: "▽", P: "✚", X: "✖", "*": "☆" });
  return element("span", { class: "ovx-marker", style: `color:${colour}`, "aria-hidden": "true" }, (filled ? signs : hollow)[shape] ?? "●");
}
