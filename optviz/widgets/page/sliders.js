// @ts-check
/**
 * The settings that can be moved, and what follows at once when one is.
 *
 * @import { Explorer } from "./app.js"
 */

import { numberText } from "../../join.js";
import { Choice, element, Slider } from "./controls.js";
import { axisOf } from "./state.js";
import { rangeOf } from "./strip.js";

const SHOWN = 3; // all others wait behind "more settings"

export class Sliders {
  /** @type {Map<string, Slider | Choice>} */ controls = new Map();
  axesKey = "";

  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
    this.axes = element("div", { class: "ovx-axes" });
  }

  /** @returns {any[]} the settings that have a control, in order; steps last */
  visibleAxes() {
    const { rules, settings } = this.shown.state;
    const own = this.shown.race
      ? ["lr", ...Object.keys(settings).filter((name) => name !== "lr" && name !== "f_star")].flatMap((name) =>
        rules.map((rule) => axisOf(this.shown.scene, rule, name)).filter((axis) => axis).slice(0, 1))
        .map((axis) => (axis.name === "lr" ? { ...axis, default: this.shown.sharedRate } : axis))
      : this.shown.scene.rules[rules[0]].axes.filter((/** @type {any} */ axis) => !axis.hidden && !(axis.optional && axis.default === null && !Object.hasOwn(settings, axis.name)));
    return [...own, this.shown.scene.steps];
  }

  fillAxes() {
    const axes = this.visibleAxes();
    const key = JSON.stringify([this.shown.state.rules.length > 1 ? "race" : this.shown.state.rules[0], axes.map(({ name, default: usual }) => [name, usual])]);
    if (key !== this.axesKey) {
      this.axesKey = key;
      this.controls.clear();
      /** @type {import("./controls.js").Hands} */
      const hands = { input: (name, value) => this.input(name, value), rest: () => this.explorer.commit() };
      for (const axis of axes) {
        const id = `${this.explorer.id}-${axis.name}`;
        this.controls.set(axis.name, axis.range ? new Slider(axis, this.shown.scene.ranges[axis.range], hands, id) : new Choice(axis, hands, id));
      }
      const elements = [...this.controls.values()].map((one) => one.element);
      const rest = elements.slice(SHOWN);
      const chosen = axes.slice(SHOWN).some(({ name }) => name !== "steps" && Object.hasOwn(this.shown.state.settings, name));
      const names = axes.slice(SHOWN).map(({ label }) => label);
      this.axes.replaceChildren(...elements.slice(0, SHOWN), ...(rest.length > 0
        ? [element("details", { open: chosen, ontoggle: () => this.explorer.draw() },
          element("summary", {}, names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ").replace(/, ([^,]*)$/, " and $1")), ...rest)] : []));
    }
    this.setControls();
  }

  /** What a control stands for. @param {string} name */
  valueOf(name) {
    const rule = this.shown.state.rules.find((one) => axisOf(this.shown.scene, one, name));
    return name === "steps" ? this.shown.state.steps : this.shown.valueOf(/** @type {string} */ (rule), name);
  }

  setControls() {
    for (const [name, control] of this.controls) control.set(this.valueOf(name));
    this.explorer.picture.stepInput.max = String(this.shown.state.steps);
    const limit = this.shown.race || !this.shown.page ? null : this.shown.limit();
    const l = this.shown.ground.curvature;
    this.controls.get("lr")?.setLimit(limit === null || l === null ? null
      : { value: limit, text: "limit", why: `${numberText(limit, 3)} is the largest stable rate where the curvature is ${numberText(l, 3)}` });
  }

  /** A setting moves under a hand. @param {string} name @param {any} value */
  input(name, value) {
    const { state } = this.shown;
    if (this.explorer.moving !== name) {
      this.explorer.take(name);
      this.spread(name);
    }
    if (name === "steps") {
      const ended = state.step === state.steps;
      state.steps = value;
      state.step = ended ? value : Math.min(state.step, value);
      this.explorer.picture.stepInput.max = String(value);
    } else state.settings = { ...state.settings, [name]: value };
    this.explorer.player.stop();
    this.explorer.hover = null;
    this.explorer.changed();
    const run = this.shown.runs[0];
    if (run && !this.shown.race && name !== "steps") this.controls.get(name)?.visit(run.diverged === null && run.log ? run.errors[run.steps] : null);
    if (name !== "lr" && !this.shown.race) this.setLimit();
  }

  /** Values that were tried belong to all else that was set then: with that they are forgotten. */
  forget() {
    const { rules, objective, steps } = this.shown.state;
    const values = Object.fromEntries([...this.controls.keys()].map((name) => [name, this.valueOf(name)]));
    for (const [name, control] of this.controls) {
      control.forget(JSON.stringify([rules, objective, { ...values, [name]: null }, this.shown.start, steps]));
    }
  }

  /** Draw what was tried. @param {import("./brush.js").Colours} colours @param {number} ratio */
  drawTraces(colours, ratio) {
    for (const control of this.controls.values()) control.drawTraces(colours.gradient, colours.run[1], ratio);
  }

  /** The colours are others. */
  restyle() {
    for (const control of this.controls.values()) if (control instanceof Slider) control.drawn = false;
  }

  setLimit() {
    if (this.shown.entries[0]?.rule.limit) this.setControls();
  }

  /** Let the strip's range hold what the slider can bring, so that it stands still while the slider moves. @param {string} name */
  spread(name) {
    const control = this.controls.get(name);
    if (!(control instanceof Slider) || this.shown.race || name === "steps" || !this.shown.running.length || this.shown.running[0].index < 0) return;
    const [entry] = this.shown.running;
    const curves = this.shown.runs.map((run) => run.errors);
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const value = control.stops[Math.round(share * (control.stops.length - 1))];
      const run = this.shown.runOf({ ...entry, rows: new Float64Array(0) }, { ...this.shown.settingsOf(entry.name), [name]: value }, this.shown.start, this.shown.state.steps);
      if (run) curves.push(run.errors);
    }
    this.explorer.picture.goal = rangeOf(curves, this.shown.runs[0].log);
  }
}
