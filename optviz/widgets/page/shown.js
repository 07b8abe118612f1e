// @ts-check
/**
 * What is shown: the rules, the landscape and the settings of the state, and the runs that follow from them.
 *
 * @import { Landscape } from "./frame.js"
 * @import { Ground, Run } from "./say.js"
 * @import { State } from "./state.js"
 *
 * @typedef {{get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void,
 *   on: (event: string, callback: () => void) => void, off: (event: string, callback: () => void) => void,
 *   kernel?: boolean}} Model  a kernel's, or a table of the traits in a page of its own
 * @typedef {{objective: string, settings: Record<string, any>, start: ArrayLike<number>, steps: number}} Values
 * @typedef {{name: string, rule: any, index: number, rows: Float64Array, problem: string}} Entry
 *   a rule that is shown; `index` in the module, −1 if the kernel has to run it
 */

import { join, load } from "../../join.js";
import { judge } from "./say.js";
import { axisOf } from "./state.js";

export class Shown {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.scene = model.get("scene");
    /** @type {State} */
    this.state = structuredClone(model.get("state"));
    /** @type {any} */
    this.page = null; // the module of the rules and the landscape
    /** @type {Map<string, Promise<any>>} */
    this.modules = new Map();
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Entry[]} */
    this.running = []; // those that have a run
    /** @type {Run[]} */
    this.runs = []; // theirs
    /** @type {Run | null} */
    this.pinnedRun = null;
    /** @type {Record<string, Float64Array>} */
    this.noiseHeld = {};
    this.insideKey = "";
    /** @type {any} */
    this.insideHeld = null;
  }

  get race() {
    return this.state.rules.length > 1;
  }

  /** @returns {Ground} */
  get ground() {
    return this.scene.objectives[this.state.objective];
  }

  get start() {
    return this.state.start ?? this.ground.start;
  }

  /** @returns {Landscape} */
  get landscape() {
    const { n, f_star, minima, view } = this.ground;
    return { n, f_star, minima, view: this.state.view ?? view, value: this.page.value, field: this.page.field };
  }

  /**
   * Return the settings of a rule: those that were chosen; in a race all have the learning rate of the first.
   * @param {string} name @param {Record<string, any>} [chosen]
   */
  settingsOf(name, chosen = this.state.settings) {
    const settings = /** @type {Record<string, any>} */ ({});
    for (const { name: key } of this.scene.rules[name].axes) {
      if (Object.hasOwn(chosen, key)) settings[key] = chosen[key];
      else if (this.race && key === "lr") settings.lr = this.sharedRate;
    }
    return settings;
  }

  get sharedRate() {
    const first = this.state.rules.find((name) => axisOf(this.scene, name, "lr"));
    return first && axisOf(this.scene, first, "lr").default;
  }

  /** @param {string} name of a rule @param {string} key */
  valueOf(name, key) {
    const settings = this.settingsOf(name);
    return Object.hasOwn(settings, key) ? settings[key] : axisOf(this.scene, name, key)?.default;
  }

  /** Why a rule cannot run on this landscape, "" if it can. @param {string} name */
  problemOf(name) {
    const { ground } = this, rule = this.scene.rules[name];
    if (typeof rule.code === "object" && !(ground.n in rule.code)) return `${rule.label} does not run on ${ground.n} coordinate${ground.n > 1 ? "s" : ""}.`;
    const told = rule.defaults.f_star !== undefined || ground.f_star !== null || Object.hasOwn(this.state.settings, "f_star");
    return rule.settings.includes("f_star") && !told ? `${rule.label} needs the lowest value f*, which ${ground.label} does not have.` : "";
  }

  /** Load the code of the rules and the landscape; return whether it is still what is asked for. */
  async load() {
    const { rules, objective, pinned } = this.state;
    const wanted = [...new Set([...rules, ...(pinned && pinned.objective === objective ? [pinned.rule] : [])])];
    const ground = this.ground;
    /** @type {Entry[]} */
    const entries = wanted.map((name) => {
      return { name, rule: this.scene.rules[name], index: -1, rows: new Float64Array(0), problem: this.problemOf(name) };
    });
    const translated = entries.filter(({ rule, problem }) => !rule.untranslatable && !problem);
    translated.forEach((entry, index) => (entry.index = index));
    const key = [objective, ...translated.map(({ name }) => name)].join(" ");
    if (!this.modules.has(key)) {
      const text = `${join(translated.map(({ rule }) => rule), ground)}
export const kindOf = (() => {\n${this.scene.verdicts.code}\nreturn kind_of;\n})();
export const limits = [${translated.map(({ rule: { limit } }) => limit ? `(() => {\n${limit.code}\nreturn limit;\n})()` : "null").join(",\n")}];
`;
      const loading = load(text).then((page) => ({ ...page, text }));
      loading.catch(() => this.modules.delete(key));
      this.modules.set(key, loading);
    }
    const page = await this.modules.get(key);
    if (this.state.rules !== rules || this.state.objective !== objective) return false; // somebody was faster
    this.page = page;
    this.entries = entries;
    return true;
  }

  /** @param {"rule" | "objective"} of @returns {Float64Array} */
  noise(of) {
    const held = this.noiseHeld;
    return held[of] ?? (held[of] = new Float64Array(bytesOf({ base64: this.scene.noise[of] }).buffer));
  }

  /**
   * Compute a run of a rule; null if only a kernel could.
   * @param {Entry} entry @param {Record<string, any>} settings @param {ArrayLike<number>} start @param {number} steps
   * @param {string} [asked]  what a kernel has to have been asked for
   * @returns {Run | null}
   */
  runOf(entry, settings, start, steps, asked = this.asked()) {
    const { ground } = this, size = (steps + 1) * (ground.n + 1);
    if (entry.problem) return null;
    if (entry.index < 0) {
      const drawn = this.model.get("drawn");
      if (!drawn?.runs || JSON.stringify(drawn.asked) !== asked || !drawn.runs[entry.name]) return null;
      const bytes = bytesOf(drawn.runs[entry.name]);
      entry.rows = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    } else {
      if (entry.rows.length !== size) entry.rows = new Float64Array(size);
      this.page.runs[entry.index].run(settings, start, steps, entry.rows, this.noise("rule"), this.noise("objective"));
    }
    return entry.rows.length === size ? judge(entry.rows, ground.n, steps, ground, this.scene.verdicts) : null;
  }

  /** What a kernel was asked for, to see whether its runs are those of these values. */
  asked(/** @type {Values} */ { objective, settings, start, steps } = { ...this.state, start: this.start }) {
    const sorted = Object.fromEntries(Object.keys(settings).sort().map((name) => [name, settings[name]]));
    return JSON.stringify({ objective, settings: sorted, start: Array.from(start), steps });
  }

  compute() {
    const { rules, steps, pinned, objective } = this.state;
    /** @type {(Run | null)[]} */
    const runs = this.entries.filter(({ name }) => rules.includes(name))
      .map((entry) => this.runOf(entry, this.settingsOf(entry.name), this.start, steps));
    this.running = this.entries.filter(({ name }, i) => rules.includes(name) && runs[i]);
    this.runs = /** @type {Run[]} */ (runs.filter((run) => run));
    if (pinned && pinned.objective === objective && !this.race) {
      if (!this.pinnedRun) {
        const entry = this.entries.find(({ name }) => name === pinned.rule);
        this.pinnedRun = entry ? this.runOf({ ...entry, rows: new Float64Array(0) }, pinned.settings, pinned.start, pinned.steps, this.asked(pinned)) : null;
      }
    } else this.pinnedRun = null;
  }

  /** The largest stable rate of the rule that is shown, null if nobody knows it. */
  limit() {
    const entry = this.entries[0], { curvature } = this.ground;
    const asked = entry?.rule.limit?.asks;
    if (!asked || !curvature || entry.index < 0) return null;
    return this.page.limits[entry.index](curvature, ...asked.map((/** @type {string} */ key) => this.valueOf(entry.name, key)));
  }

  /** Return step k → k + 1 in numbers, null where there is nothing to see. @param {number} step */
  inside(step) {
    const entry = this.running[0], run = this.runs[0];
    if (this.race || !entry || entry.index < 0 || step >= this.state.steps) return null;
    if (run.diverged !== null && step >= run.diverged) return null;
    const key = `${this.asked()} ${entry.name} ${step}`;
    if (this.insideKey !== key) {
      this.insideKey = key;
      this.insideHeld = this.page.runs[entry.index].inside(this.settingsOf(entry.name), this.start, step + 1,
        this.noise("rule"), this.noise("objective"));
    }
    return this.insideHeld;
  }

  /**
   * Return what the rule remembers as a direction to go: its mean of gradients, or the velocity of plain momentum.
   * @param {any} inside
   */
  memoryOf(inside) {
    const { rule } = this.running[0];
    const lines = /** @type {Record<string, number[]>} */ ({});
    for (const { index, values } of inside.lines) if (values.length) lines[rule.lines[index].name] = values;
    for (const name of ["m_hat", "m_bar", "m"]) {
      const values = lines[name];
      if (values?.length === this.ground.n) return { letter: `−${rule.letters[name]}`, direction: values.map((v) => -v) };
    }
    if (!(rule.settings.includes("momentum") && Object.keys(rule.state).join() === "v")) return null;
    const place = 1 + Object.keys(rule.state).indexOf("v");
    const velocity = inside.result[place];
    const move = inside.result[0].map((/** @type {number} */ x, /** @type {number} */ i) => x - inside.given.x[i]);
    const along = velocity.reduce((/** @type {number} */ sum, /** @type {number} */ v, /** @type {number} */ i) => sum + v * move[i], 0);
    return { letter: along < 0 ? "−v" : "v", direction: velocity.map((/** @type {number} */ v) => (along < 0 ? -v : v)) };
  }
}

/** @param {any} value  binary data of a widget, or of JSON @returns {Uint8Array} */
function bytesOf(value) {
  if (value?.base64 !== undefined) return Uint8Array.from(atob(value.base64), (one) => one.charCodeAt(0));
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
