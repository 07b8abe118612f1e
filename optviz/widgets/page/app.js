// @ts-check
/**
 * The explorer: what is shown follows what is dragged, in the same frame, without a kernel.
 *
 * `render` is for anywidget, `mount` for a page of its own; the model is a kernel's in the one case, and a table of
 * the traits in the other. The state (state.js) goes to the model when the hand lets go, never during a drag.
 *
 * @import { Box, Colours } from "./brush.js"
 * @import { Frame, Landscape } from "./frame.js"
 * @import { Drawn, PathRun } from "./paths.js"
 * @import { Ground, Run } from "./say.js"
 * @import { Pinned, State } from "./state.js"
 *
 * @typedef {{get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void,
 *   on: (event: string, callback: () => void) => void, off: (event: string, callback: () => void) => void,
 *   kernel?: boolean}} Model
 * @typedef {{name: string, rule: any, index: number, rows: Float64Array, problem: string}} Entry
 *   a rule that is shown; `index` in the module, −1 if the kernel has to run it
 */

import { join, load, numberText } from "../../join.js";
import { showFacts, showStep } from "./card.js";
import { Choice, element, icon, settingText, Slider } from "./controls.js";
import { frameOf, minimaIn, project, unproject, viewOf } from "./frame.js";
import { MapPanel } from "./map_panel.js";
import { drawPaths, freeCorner, nearestStep } from "./paths.js";
import { Predict } from "./predict.js";
import { comparison, judge, pointText, verdict } from "./say.js";
import { axisOf, fromHash, Past, toHash } from "./state.js";
import { drawStrip, MARGINS, rangeOf, stepAt } from "./strip.js";
import { drawTerrain } from "./terrain.js";

const SETTINGS_SHOWN = 3; // all others wait behind "more settings"
const RUN_SECONDS = 6; // for a whole run at speed 1
const TEXT_EVERY = 100; // milliseconds between two changes of sentence and card
const SPOKEN_AFTER = 600; // milliseconds of rest after which a screen reader is told
const ANSWER_WITHIN = 3000; // milliseconds for a kernel
const FAR = 2; // widths of the view
const SPEEDS = [0.5, 1, 2, 4];
const PRESENT = { width: 752, across: 790, up: 612 }; // the layout that is made larger for a projector, CSS pixels
const KEYS = [["Space", "play, pause"], [", .", "a step back, forward"], ["P", "pin, unpin"], ["G", "predict"], ["M", "map"],
  ["F", "present; PageUp, PageDown step"], ["U", "undo"], ["+ − 0", "zoom, whole view"], ["Esc", "leave a mode"], ["Delete", "a slider back to its default"]];

let count = 0;
/** @param {any} value @returns {any} a copy */
const copy = (value) => structuredClone(value);

class Explorer {
  /** @type {HTMLElement} */ chip;
  /** @type {HTMLElement} */ pinButton;
  /** @type {HTMLElement} */ moreButton;
  /** @type {HTMLElement} */ menu;
  /** @type {HTMLElement} */ grip;
  /** @type {HTMLElement} */ hudTop;
  /** @type {HTMLElement} */ hudMain;
  /** @type {HTMLElement} */ hudElement;
  /** @type {HTMLElement} */ land;
  /** @type {HTMLElement} */ axes;
  /** @type {HTMLElement} */ playButton;
  /** @type {HTMLElement} */ bar;
  /** @type {HTMLElement} */ card;
  /** @type {HTMLElement} */ say;
  /** @type {HTMLElement} */ note;
  /** @type {HTMLElement} */ status;
  /** @type {HTMLSelectElement} */ ruleMenu;
  /** @type {HTMLSelectElement} */ objectiveMenu;
  /** @type {HTMLButtonElement} */ undoButton;
  /** @type {HTMLCanvasElement} */ terrain;
  /** @type {HTMLCanvasElement} */ canvas;
  /** @type {HTMLCanvasElement} */ strip;
  /** @type {HTMLInputElement} */ stepInput;
  /** @type {Colours} */ colours;
  /** @type {{width: number, height: number}} */ stripBox = { width: 0, height: 0 };
  /** @type {Past} */ past;
  /** @type {Frame | null} */ frame = null;
  /** @type {Box | null} */ hudBox = null;
  /** @type {Entry[]} */ shown = [];
  font = "sans-serif";
  wide = false;
  closed = false;
  /** @type {Predict | null} */ predict = null;
  /** @type {MapPanel | null} */ map = null;
  presenting = false;
  zoomed = 1;
  /** @type {HTMLElement} */ guessButton;
  /** @type {HTMLElement} */ frameElement;
  cost = 0;
  /** @type {Record<string, Float64Array>} */ noiseHeld = {};
  insideKey = "";
  /** @type {any} */ insideHeld = null;
  cardKey = "";
  axesKey = "";
  verdictShown = "";
  commitTimer = 0;
  /** @type {number | undefined} */ playedAt;
  exact = 0;
  /** @type {string | undefined} */ themeChosen;

  /** @param {HTMLElement} root @param {Model} model @param {number} index  of the explorers of a page */
  constructor(root, model, index) {
    this.root = root;
    this.model = model;
    this.index = index;
    this.alone = model.kernel === false;
    this.id = `ovx${++count}`;
    this.scene = model.get("scene");
    /** @type {State} */
    this.state = copy(model.get("state"));
    this.problems = /** @type {string[]} */ ([]);
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Run[]} */
    this.runs = [];
    /** @type {Run | null} */
    this.pinnedRun = null;
    /** @type {any} */
    this.page = null;
    this.moduleKey = "";
    /** @type {Map<string, Promise<any>>} */
    this.modules = new Map();
    this.moving = ""; // what the hand moves
    /** @type {number | null} */
    this.hover = null;
    /** @type {number | null} */
    this.lit = null;
    this.coordinate = 0;
    this.speed = 1;
    /** @type {Record<string, number>} */
    this.kept = {};
    this.width = 0;
    this.ratio = 1;
    this.frameAsked = 0;
    this.terrainKey = "";
    /** @type {[number, number]} */
    this.range = [1e-10, 1];
    this.frames = 0;
    this.textAt = 0;
    this.textTimer = 0;
    this.spokenTimer = 0;
    this.answerTimer = 0;
    this.late = false;
    /** @type {(() => void)[]} */
    this.endings = [];
    /** @type {Map<string, Slider | Choice>} */
    this.controls = new Map();
    /** @type {number[]} */
    this.costs = [];
    /** @type {Drawn | null} */
    this.drawn = null;
    this.sent = "";
  }

  async open() {
    this.root.dataset.ovx = "loading";
    this.build();
    this.listen();
    if (this.alone) {
      const { state, problems } = fromHash(location.hash, this.scene, this.state, this.index);
      this.state = state;
      this.complain(problems);
    }
    this.past = new Past(this.state);
    this.measure();
    await this.reload();
    this.root.dataset.ovx = "ready";
    performance.mark("ovx-ready");
    this.event("ready");
    this.speak();
  }

  // --- what is shown ---------------------------------------------------------------------------------------------

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
  get step() {
    return this.predict?.asking ? 0 : this.hover ?? this.state.step;
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

  /** Load the code of the rules and the landscape, make the controls, and show. */
  async reload() {
    const { rules, objective, pinned } = this.state;
    const wanted = [...new Set([...rules, ...(pinned && pinned.objective === objective ? [pinned.rule] : [])])];
    const ground = this.ground;
    /** @type {Entry[]} */
    const entries = wanted.map((name) => {
      const rule = this.scene.rules[name];
      let problem = "";
      if (typeof rule.code === "object" && !(ground.n in rule.code)) problem = `${rule.label} does not run on ${ground.n} coordinate${ground.n > 1 ? "s" : ""}.`;
      else if (rule.settings.includes("f_star") && rule.defaults.f_star === undefined && ground.f_star === null && !Object.hasOwn(this.state.settings, "f_star")) {
        problem = `${rule.label} needs the lowest value f*, which ${ground.label} does not have.`;
      }
      return { name, rule, index: -1, rows: new Float64Array(0), problem };
    });
    const translated = entries.filter(({ rule, problem }) => !rule.untranslatable && !problem);
    translated.forEach((entry, index) => (entry.index = index));
    const key = [objective, ...translated.map(({ name }) => name)].join(" ");
    if (!this.modules.has(key)) {
      const text = `${join(translated.map(({ rule }) => rule), ground)}
export const limits = [${translated.map(({ rule: { limit } }) => limit ? `(() => {\n${limit.code}\nreturn limit;\n})()` : "null").join(",\n")}];
`;
      this.modules.set(key, load(text).then((page) => ({ ...page, text })));
    }
    const page = await this.modules.get(key);
    if (this.state.rules !== rules || this.state.objective !== objective) return; // somebody was faster
    this.page = page;
    this.entries = entries;
    this.terrainKey = "";
    this.kept = {};
    this.fillHeader();
    this.fillAxes();
    this.changed();
  }

  /** @param {"rule" | "objective"} of @returns {Float64Array} */
  noise(of) {
    const held = this.noiseHeld;
    return held[of] ?? (held[of] = new Float64Array(bytesOf({ base64: this.scene.noise[of] }).buffer));
  }

  /**
   * Compute a run of a rule; null if only a kernel could.
   * @param {Entry} entry @param {Record<string, any>} settings @param {ArrayLike<number>} start @param {number} steps
   * @returns {Run | null}
   */
  runOf(entry, settings, start, steps) {
    const { ground } = this, size = (steps + 1) * (ground.n + 1);
    if (entry.problem) return null;
    if (entry.index < 0) {
      const drawn = this.model.get("drawn");
      if (!drawn?.runs || JSON.stringify(drawn.asked) !== this.asked() || !drawn.runs[entry.name]) return null;
      const bytes = bytesOf(drawn.runs[entry.name]);
      entry.rows = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    } else {
      if (entry.rows.length !== size) entry.rows = new Float64Array(size);
      this.page.runs[entry.index].run(settings, start, steps, entry.rows, this.noise("rule"), this.noise("objective"));
    }
    return entry.rows.length === size ? judge(entry.rows, ground.n, steps, ground, this.scene.verdicts) : null;
  }

  /** What a kernel was asked for, to see whether its runs are those of the present values. */
  asked() {
    const { objective, settings, steps } = this.state;
    const sorted = Object.fromEntries(Object.keys(settings).sort().map((name) => [name, settings[name]]));
    return JSON.stringify({ objective, settings: sorted, start: [...this.start], steps });
  }

  compute() {
    const { rules, steps, pinned, objective } = this.state;
    /** @type {(Run | null)[]} */
    const runs = this.entries.filter(({ name }) => rules.includes(name))
      .map((entry) => this.runOf(entry, this.settingsOf(entry.name), this.start, steps));
    this.shown = this.entries.filter(({ name }, i) => rules.includes(name) && runs[i]);
    this.runs = /** @type {Run[]} */ (runs.filter((run) => run));
    if (pinned && pinned.objective === objective && !this.race) {
      if (!this.pinnedRun) {
        const entry = this.entries.find(({ name }) => name === pinned.rule);
        this.pinnedRun = entry ? this.runOf({ ...entry, rows: new Float64Array(0) }, pinned.settings, pinned.start, pinned.steps) : null;
      }
    } else this.pinnedRun = null;
  }

  /** Something that the runs depend on is different: compute at once, draw in the next frame. */
  changed() {
    if (!this.page) return;
    const began = performance.now();
    this.compute();
    if (!this.moving) this.range = this.rangeNow();
    this.map?.update();
    this.cost = performance.now() - began;
    this.draw();
  }

  rangeNow() {
    const curves = this.runs.map((run) => run.errors);
    if (this.pinnedRun) curves.push(this.pinnedRun.errors);
    return rangeOf(curves, this.runs[0]?.log ?? true);
  }

  draw() {
    if (!this.frameAsked) this.frameAsked = requestAnimationFrame((now) => this.onFrame(now));
  }

  /** @param {number} now */
  onFrame(now) {
    this.frameAsked = 0;
    if (!this.page || this.closed) return;
    const began = performance.now();
    if (this.state.playing) this.advance(now);
    if (this.width) this.paint();
    this.hud();
    if (now - this.textAt >= TEXT_EVERY) this.text(now);
    else if (!this.textTimer) {
      this.textTimer = window.setTimeout(() => {
        this.textTimer = 0;
        this.text(performance.now());
      }, TEXT_EVERY);
    }
    this.costs.push(performance.now() - began + this.cost);
    this.cost = 0;
    if (this.costs.length > 600) this.costs.shift();
    const { dataset } = this.root;
    dataset.frames = String(++this.frames);
    dataset.step = String(this.state.step);
    dataset.seq = String(this.state.seq);
    if (this.state.playing) this.draw();
  }

  /** @param {number} now */
  advance(now) {
    const { steps } = this.state;
    const since = Math.min(now - (this.playedAt ?? now), 100);
    this.playedAt = now;
    this.exact +=  (since / 1000 / RUN_SECONDS) * steps * this.speed;
    this.state.step = Math.min(steps, Math.floor(this.exact));
    if (this.state.step === steps) this.play(false);
  }

  paint() {
    const { state, colours, width, ratio, font } = this;
    const height = Math.round(width * 0.8);
    const landscape = this.landscape;
    const frame = (this.frame = frameOf(landscape, width, height));
    const start = /** @type {[number, number]} */ (this.ground.n === 1 ? [this.start[0], this.page.value(this.start[0])] : [...this.start]);
    const minima = minimaIn(landscape, frame);
    const key = JSON.stringify([state.objective, landscape.view, width, ratio, colours.name, this.moving === "view"]);
    const scene = {
      frame, colours, font, ratio, start, minima, step: this.step,
      runs: this.runs.map((run, i) => this.race ? { ...run, ...this.face(this.shown[i].rule) } : run),
      pinned: this.pinnedRun,
      hover: this.hover !== null && this.hover !== state.step ? this.hover : null,
      arrows: this.arrows(),
      lit: this.lit,
      contract: this.race ? this.contract() : "",
      dragging: Boolean(this.moving) && this.moving !== "view",
      taken: this.hudBox ? [this.hudBox] : [],
      grip: true,
      future: !this.predict?.asking,
      guess: this.guessShown(),
    };
    this.drawn = drawPaths(this.canvas, /** @type {any} */ (scene), this.kept);
    if (key !== this.terrainKey) {
      this.terrainKey = key;
      if (!this.moving) this.placeHud(scene);
      this.kept = {};
      const avoid = [start, ...minima.map(({ at }) => at)].map(([x, y]) => project(frame, x, y));
      for (const { points, count } of this.drawn.paths) for (let k = 0; k < count; k++) avoid.push([points[2 * k], points[2 * k + 1]]);
      // Words keep off what has just found its corner.
      this.drawn = drawPaths(this.canvas, /** @type {any} */ ({ ...scene, taken: this.hudBox ? [this.hudBox] : [] }), this.kept);
      drawTerrain(this.terrain, { landscape, frame, colours, font, avoid, taken: this.hudBox ? [this.hudBox] : [],
        ratio: this.moving === "view" ? ratio / 2 : ratio });
    }
    const [x, y] = project(frame, ...start);
    // The question stands where it hides neither start nor value.
    this.land.dataset.ask = this.predict && y > height - 84 ? "top" : "";
    this.grip.style.translate = `${x}px ${y}px`;
    const box = this.stripBox;
    drawStrip(this.strip, {
      width: box.width, height: box.height, ratio, colours, font,
      curves: this.runs.map((run, i) => ({ values: run.errors, diverged: run.diverged,
        ...(this.race ? { colour: this.face(this.shown[i].rule).colour } : {}) })),
      steps: state.steps, step: this.predict?.asking ? 0 : state.step, future: !this.predict?.asking, range: this.range, log: this.runs[0]?.log ?? true,
      label: this.runs[0]?.label ?? "error f − f*", floor: 1e-16,
      pinned: this.pinnedRun && { values: this.pinnedRun.errors, diverged: this.pinnedRun.diverged },
      hover: this.hover !== null && this.hover !== state.step ? this.hover : null, lit: this.lit,
      focus: this.stepInput.matches(":focus-visible"),
    });
    const slider = this.controls.get(this.moving);
    if (slider) slider.drawTraces(colours.gradient, colours.run[1], ratio);
  }

  guessShown() {
    const { predict } = this, at = predict?.spot();
    if (!predict || !at) return null;
    const off = predict.distance === null ? "your guess" : `your guess · off by ${numberText(predict.distance, 2)}`;
    return { at, text: off, shown: predict.distance !== null };
  }

  /** Colour, marker and name of a rule in a race. @param {any} rule */
  face(rule) {
    return { label: rule.label, marker: rule.marker, colour: this.colours.families[rule.family] ?? this.colours.learner };
  }

  contract() {
    const rates = this.shown.filter(({ name }) => axisOf(this.scene, name, "lr")).length;
    if (this.width < 480) return `same start and steps${rates ? ", same rate" : ""}`;
    return [`same start · same ${this.state.steps} steps`, ...(rates ? ["same learning rate"] : [])].join(" · ");
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
    const entry = this.shown[0], run = this.runs[0];
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

  /** Arrows at the present step, while nothing moves. */
  arrows() {
    if (this.state.playing || this.moving || this.race || this.predict?.asking) return null;
    const inside = this.inside(this.step);
    if (!inside) return null;
    const memory = this.memoryOf(inside);
    return {
      downhill: inside.given.g ? inside.given.g.map((/** @type {number} */ g) => -g) : null,
      memory: memory && { direction: memory.direction, label: memory.letter },
      taken: true,
    };
  }

  /**
   * Return what the rule remembers as a direction to go: its mean of gradients, or the velocity of plain momentum.
   * @param {any} inside
   */
  memoryOf(inside) {
    const { rule } = this.shown[0];
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

  hud() {
    const { state } = this, step = this.step, run = this.runs[0];
    const of = `step ${step} of ${state.steps}`;
    if (this.race) {
      this.hudTop.textContent = `learning rate ${settingText(state.settings.lr ?? this.sharedRate)}`;
      this.hudMain.textContent = of;
    } else {
      this.hudTop.textContent = of;
      const f = run ? run.rows[step * (run.n + 1) + run.n] : NaN;
      this.hudMain.replaceChildren(element("i", {}, "f"), ` = ${run ? numberText(f, 3) : "…"}`);
    }
    this.stepInput.value = String(this.predict?.asking ? 0 : state.step);
    const spoken = run && !this.race ? `, f = ${numberText(run.rows[state.step * (run.n + 1) + run.n], 3)}` : "";
    this.stepInput.setAttribute("aria-valuetext", this.predict?.asking ? "hidden until the guess is revealed" : `step ${state.step} of ${state.steps}${spoken}`);
  }

  /** @param {any} scene */
  placeHud(scene) {
    const { offsetWidth: width, offsetHeight: height } = this.hudElement;
    const corner = freeCorner(scene, this.drawn?.paths ?? [], width + 24, height + 24);
    this.hudElement.dataset.corner = corner;
    const x0 = corner.includes("right") ? scene.frame.width - width - 10 : 10;
    const y0 = corner.includes("bottom") ? scene.frame.height - height - 22 : 10;
    this.hudBox = { x0, y0, x1: x0 + width, y1: y0 + height };
  }

  // --- words -----------------------------------------------------------------------------------------------------

  /** @param {number} now */
  text(now) {
    if (this.closed || !this.page) return;
    this.textAt = now;
    this.sentence();
    this.fillCard();
    this.root.dataset.playing = String(this.state.playing);
    clearTimeout(this.spokenTimer);
    this.spokenTimer = window.setTimeout(() => this.speak(), SPOKEN_AFTER);
  }

  sentence() {
    const { state, runs, scene } = this;
    const parts = [];
    const blocked = this.entries.find(({ name, problem }) => problem && state.rules.includes(name));
    if (this.predict?.asking) parts.push(element("b", {}, this.scene.rules[state.rules[0]].label), ` will be where after ${this.predict.k} steps? Its path is hidden until you have guessed.`);
    else if (this.race) parts.push(...this.raceSentence());
    else if (runs.length) {
      const entry = this.shown[0];
      const limit = this.limit();
      const settings = Object.fromEntries(entry.rule.settings.map((/** @type {string} */ key) => [key, this.valueOf(entry.name, key)]));
      const { kind, text } = verdict(runs[0], this.ground, this.page.value, scene.verdicts, settings, limit);
      const bad = kind === "diverged" || kind === "overflow";
      parts.push(element("b", { class: bad ? "ovx-bad" : "" }, entry.rule.label), ` ${text}.`);
      if (this.pinnedRun) parts.push(element("span", { class: "ovx-quiet" }, comparison(this.pinnedRun, runs[0])));
      this.verdictShown = text;
      if (this.predict) {
        const off = state.guesses.map(({ distance }) => numberText(distance, 2));
        parts.push(element("span", { class: "ovx-quiet" }, ` Your guesses so far were off by ${off.join(", ")}.`));
      }
    }
    if (blocked) parts.push(element("b", { class: "ovx-bad" }, blocked.problem));
    const kernel = this.entries.find(({ name, rule }) => rule.untranslatable && state.rules.includes(name));
    if (kernel && !blocked) {
      const failed = this.model.get("drawn")?.problems?.[kernel.name];
      const shown = this.shown.includes(kernel);
      this.note.textContent = failed ? `${kernel.rule.label}: ${failed}`
        : this.alone ? `${kernel.rule.label} cannot be computed in a page: ${shown ? "this is its last run" : "with these values it is not drawn"}.`
        : this.late && !shown ? `${kernel.rule.label} is drawn by the kernel, and nobody answers.`
        : `${kernel.rule.label} is drawn by the kernel when you let go.`;
    } else this.note.textContent = this.problems.length ? `The link was read in part: ${this.problems.join("; ")}.` : "";
    this.note.hidden = !this.note.textContent;
    this.say.replaceChildren(...parts);
    const words = this.say.textContent ?? "";
    this.canvas.setAttribute("aria-label", `${this.title()}. ${words}`);
    this.undoButton.disabled = !this.past?.any;
  }

  title() {
    const { rules } = this.state;
    return `${rules.length > 1 ? `${rules.length} rules` : this.scene.rules[rules[0]].label} on ${this.ground.label}`;
  }

  /** Places of the runs at the present step: the lowest error first, those that diverged last. */
  ranking() {
    const step = this.step;
    const places = (this.drawn?.groups ?? this.runs.map((_, i) => [i])).map(([first, ...same]) => {
      const run = this.runs[first];
      const gone = run.diverged !== null && run.diverged <= step ? run.diverged : null;
      return { first, same, gone, error: run.errors[step] };
    });
    const rank = (/** @type {{gone: number | null, error: number}} */ one) => one.gone !== null ? Infinity : Math.max(one.error, run0(one.error));
    const run0 = (/** @type {number} */ _) => (this.runs[0].log ? 1e-16 : -Infinity);
    return places.sort((a, b) => (a.gone !== null || b.gone !== null)
      ? (a.gone === null ? -1 : b.gone === null ? 1 : b.gone - a.gone) : rank(a) - rank(b));
  }

  raceSentence() {
    if (!this.runs.length) return [];
    const ranking = this.ranking(), [first] = ranking;
    const gone = this.runs.filter((run) => run.diverged !== null && run.diverged <= this.step).length;
    const all = this.runs.length, leader = this.shown[first.first].rule.label;
    const what = this.runs[0].log ? "an error" : "a value";
    return [element("b", {}, leader), ` leads at step ${this.step} with ${what} of `,
      element("b", {}, small(first.error, this.runs[0].log)),
      gone ? `; ${gone} of ${all} ${gone === 1 ? "has" : "have"} diverged.` : `; none of ${all} has diverged.`,
      element("span", { class: "ovx-quiet" }, Object.keys(this.state.settings).some((name) => name !== "lr")
        ? "" : " All other settings are the defaults of each rule.")];
  }

  fillCard() {
    const { state, card } = this;
    if (this.race) {
      this.fillRanking();
      return;
    }
    const run = this.runs[0];
    if (!run || this.predict?.asking) {
      card.replaceChildren();
      this.cardKey = "";
      return;
    }
    const step = this.step;
    const at = run.rows.subarray(step * (run.n + 1), step * (run.n + 1) + run.n);
    const far = !this.frame || this.isFar(at);
    const inside = state.playing || this.moving ? null : this.inside(step);
    const key = `${this.asked()} ${step} ${this.coordinate} ${state.playing} ${this.moving} ${state.rules[0]} ${this.wide}`;
    if (key === this.cardKey) return;
    this.cardKey = key;
    const focused = card.contains(this.focused());
    if (inside && !far) {
      const memory = this.memoryOf(inside);
      const legend = [...(inside.given.g ? [{ kind: "gradient", letter: "−g", label: "downhill" }] : []),
        ...(memory ? [{ kind: "memory", letter: memory.letter, label: memory.letter.endsWith("v") ? "velocity" : "remembered" }] : []),
        { kind: "taken", letter: "", label: "step taken" }];
      showStep(card, this.shown[0].rule, inside, step, Math.min(this.coordinate, run.n - 1), this.wide,
        (i) => {
          this.coordinate = i;
          this.fillCard();
        }, legend);
    } else showFacts(card, run, step, far);
    if (focused) /** @type {HTMLElement | null} */ (card.querySelector("[aria-pressed=true]"))?.focus();
  }

  focused() {
    const owner = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
    return owner.activeElement;
  }

  /** @param {ArrayLike<number>} point */
  isFar(point) {
    const { frame } = this;
    if (!frame) return true;
    const [x, y] = [point[0], point.length > 1 ? point[1] : (frame.bottom + frame.top) / 2];
    return !(Math.abs(x - (frame.left + frame.right) / 2) < (FAR / 2 + 0.5) * (frame.right - frame.left) &&
      Math.abs(y - (frame.bottom + frame.top) / 2) < (FAR / 2 + 0.5) * (frame.top - frame.bottom));
  }

  fillRanking() {
    const ranking = this.ranking();
    const families = new Set(this.shown.map(({ rule }) => rule.family).filter(Boolean));
    const legend = element("p", { class: "ovx-families" }, ...[...families].map((family) =>
      element("span", { style: `--family:${this.colours.families[family]}` }, this.scene.families[family])));
    const list = element("ol", { class: "ovx-ranking" });
    ranking.forEach(({ first, same, gone, error }, place) => {
      const { rule } = this.shown[first], { colour } = this.face(rule);
      const row = element("li", { tabindex: "0", "data-run": String(first),
        onpointerenter: () => this.light(first), onpointerleave: () => this.light(null),
        onfocus: () => this.light(first), onblur: () => this.light(null) },
        element("span", { class: "ovx-place" }, String(place + 1)), markerOf(rule.marker, colour),
        element("span", { class: "ovx-name" }, rule.label, ...(same.length
          ? [element("small", {}, ` = ${same.map((one) => this.shown[one].rule.label).join(" = ")}, same path`)] : [])),
        element("span", { class: "ovx-error" }, gone !== null ? `diverged at ${gone}` : small(error, this.runs[0].log)));
      list.append(row);
    });
    const held = this.card.contains(this.focused()) ? this.focused()?.getAttribute("data-run") : null;
    this.card.replaceChildren(legend, list);
    this.cardKey = "";
    if (held !== null) /** @type {HTMLElement | null} */ (this.card.querySelector(`[data-run="${held}"]`))?.focus();
  }

  /** @param {number | null} run */
  light(run) {
    if (this.lit === run) return;
    this.lit = run;
    this.draw();
  }

  /** Tell a screen reader what is shown, once after a change. */
  speak() {
    if (this.closed || !this.page) return;
    const settings = this.race ? [] : this.visibleAxes().filter((axis) => axis.name !== "steps")
      .map((axis) => `${axis.label} ${settingText(this.valueOf(this.state.rules[0], axis.name))}`);
    const text = `${this.title()}${settings.length ? `, ${settings.join(", ")}` : ""}. ${this.say.textContent}`;
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /** @param {string[]} problems */
  complain(problems) {
    this.problems = problems;
  }

  // --- what a hand does ------------------------------------------------------------------------------------------

  /** The hand has let go: keep it for undo, in the link and in the model. */
  commit() {
    this.moving = "";
    this.state.seq++;
    this.past?.keep(this.state);
    this.problems = [];
    this.changed();
    this.send();
    if (this.alone) {
      // A page may hold several: each has its own part of the link.
      const others = location.hash.replace(/^#/, "").split("&").filter((part) => part && ownerOf(part) !== this.index);
      history.replaceState(null, "", `#${[...others, toHash(this.state, this.index)].join("&")}`);
    }
    this.event("commit", { seq: this.state.seq });
    if (!this.alone && this.entries.some(({ rule }) => rule.untranslatable)) {
      this.late = false;
      clearTimeout(this.answerTimer);
      this.answerTimer = window.setTimeout(() => {
        this.late = true;
        this.text(performance.now());
      }, ANSWER_WITHIN);
    }
  }

  send() {
    const told = copy(this.state);
    this.sent = JSON.stringify(told);
    this.model.set("state", told);
    this.model.save_changes();
  }

  /** @param {Partial<State>} part */
  async choose(part) {
    Object.assign(this.state, part);
    this.state.step = Math.min(this.state.step, this.state.steps);
    this.pinnedRun = null;
    this.problems = [];
    this.leavePredict();
    await this.reload();
    this.commit();
  }

  /** @param {string[]} rules */
  chooseRules(rules) {
    const known = new Set(rules.flatMap((name) => this.scene.rules[name].settings));
    const settings = Object.fromEntries(Object.entries(this.state.settings).filter(([name]) => known.has(name)));
    for (const name of Object.keys(settings)) {
      const axis = rules.map((rule) => axisOf(this.scene, rule, name)).find((one) => one);
      if (!axis || (axis.choices && !axis.choices.includes(settings[name]))) delete settings[name];
    }
    this.lit = null;
    return this.choose({ rules, settings, guesses: [] });
  }

  /** @param {boolean} [on] */
  play(on = !this.state.playing) {
    if (on === this.state.playing || this.predict?.asking) return;
    this.state.playing = on;
    this.playedAt = undefined;
    if (on && this.state.step >= this.state.steps) this.state.step = 0;
    this.exact = this.state.step;
    this.playButton.replaceChildren(icon(on ? "pause" : "play"));
    this.playButton.setAttribute("aria-label", on ? "Pause" : "Play");
    if (!on) this.commit();
    this.draw();
  }

  /** @param {number} step */
  go(step) {
    if (this.predict?.asking) return;
    const to = Math.max(0, Math.min(this.state.steps, step));
    if (this.state.playing) this.play(false);
    this.hover = null;
    if (to === this.state.step) return;
    this.state.step = to;
    this.draw();
    this.commitSoon();
  }

  commitSoon() {
    clearTimeout(this.commitTimer);
    this.commitTimer = window.setTimeout(() => this.commit(), 250);
  }

  pin() {
    const { pinned, rules, objective, steps } = this.state;
    if (this.race || !this.runs.length) return;
    this.state.pinned = pinned ? null
      : { rule: rules[0], objective, settings: copy(this.settingsOf(rules[0])), start: [...this.start], steps };
    this.pinnedRun = null;
    this.fillHeader();
    this.commit();
  }

  togglePredict() {
    if (this.predict) {
      this.leavePredict();
      this.text(performance.now());
      this.draw();
      return;
    }
    if (this.race || !this.runs.length) return;
    this.play(false);
    this.hover = null;
    const explorer = this;
    this.predict = new Predict({
      get frame() { return explorer.frame; },
      run: () => this.runs[0] ?? null,
      height: (x) => this.page.value(x),
      shown: (guess) => {
        this.state.guesses = [...this.state.guesses, guess];
        this.state.step = guess.k;
        this.commit();
        this.event("guess", { k: guess.k, distance: guess.distance });
      },
      changed: () => this.draw(),
      left: () => this.leavePredict(),
    }, this.state.steps);
    this.land.append(this.predict.bar);
    this.root.dataset.mode = "predict";
    this.guessButton.setAttribute("aria-pressed", "true");
    this.canvas.tabIndex = 0;
    this.canvas.focus({ preventScroll: true });
    this.text(performance.now());
    this.draw();
  }

  leavePredict() {
    if (!this.predict) return;
    this.predict.bar.remove();
    this.predict = null;
    delete this.root.dataset.mode;
    if (this.land.contains(this.focused()) || !this.root.contains(this.focused())) this.guessButton.focus({ preventScroll: true });
    this.guessButton.setAttribute("aria-pressed", "false");
    this.canvas.removeAttribute("tabindex");
    this.cardKey = "";
  }

  toggleMap(on = !this.map) {
    if (!on) {
      this.map?.close();
      this.map?.element.remove();
      this.map = null;
    } else if (!this.map) {
      this.map = new MapPanel(() => this.mapHost(), (values, rest) => {
        if (!rest) this.moving = "map";
        this.state.settings = { ...this.state.settings, ...values };
        this.setControls();
        if (rest) this.commit();
        else this.changed();
      });
      this.frameElement.append(this.map.element);
      this.map.update();
    }
  }

  /** What a map is of, null where there is none: a race, or a rule that the page cannot run. */
  mapHost() {
    const [entry] = this.shown, run = this.runs[0];
    if (this.race || !entry || entry.index < 0 || !run) return null;
    const { scene, state } = this;
    return {
      page: this.page, index: entry.index, ground: this.ground, ranges: scene.ranges,
      axes: entry.rule.axes.filter((/** @type {any} */ axis) => axis.range && axis.default !== null && !axis.hidden),
      value: (/** @type {string} */ name) => this.valueOf(entry.name, name), settings: this.settingsOf(entry.name),
      start: this.start, steps: state.steps, noise: this.noise("rule"), gradientNoise: this.noise("objective"),
      colours: this.colours, font: this.font, ratio: this.ratio, first: run.errors[0],
    };
  }

  /** Everything larger, for a projector: the same layout, zoomed, above the rest of the page. */
  present(on = !this.presenting) {
    if (on === this.presenting) return;
    this.presenting = on;
    const { root } = this;
    if (on) {
      root.setAttribute("popover", "manual");
      root.classList.add("ovx-presenting");
      root.showPopover?.();
    } else {
      root.hidePopover?.();
      root.removeAttribute("popover");
      root.classList.remove("ovx-presenting");
    }
    this.toggleMenu(false);
    this.measure();
    this.draw();
    (on ? this.playButton : this.moreButton).focus();
  }

  undo() {
    const before = this.past?.back();
    if (!before) return;
    Object.assign(this.state, before);
    this.state.step = Math.min(this.state.step, this.state.steps);
    this.pinnedRun = null;
    this.reload().then(() => this.commit());
  }

  /** @param {number} factor @param {[number, number]} [at]  pixel that stays */
  zoom(factor, at) {
    const { frame } = this;
    if (!frame) return;
    const [px, py] = at ?? [frame.width / 2, frame.height / 2];
    const [x, y] = unproject(frame, px, py);
    const scale = (/** @type {number} */ low, /** @type {number} */ high, /** @type {number} */ c) => [c + (low - c) * factor, c + (high - c) * factor];
    const [left, right] = scale(frame.left, frame.right, x), [bottom, top] = scale(frame.bottom, frame.top, y);
    const usual = this.ground.view[0][1] - this.ground.view[0][0];
    if (right - left > 100 * usual || right - left < 1e-6 * usual) return;
    this.state.view = viewOf({ ...frame, left, right, bottom, top }, this.ground.n);
    this.draw();
    this.commitSoon();
  }

  wholeView() {
    if (!this.state.view) return;
    this.state.view = null;
    this.draw();
    this.commit();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.defaultPrevented || event.altKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const undo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if ((event.ctrlKey || event.metaKey) && !undo) return;
    if (target.matches("select, input[type=text]") && event.key !== "Escape") return;
    const button = target.matches("button, summary, input[type=checkbox]");
    /** @type {Record<string, () => void>} */
    const keys = {
      " ": () => this.play(), ".": () => this.go(this.state.step + 1), ",": () => this.go(this.state.step - 1),
      p: () => this.pin(), u: () => this.undo(), z: () => this.undo(), "+": () => this.zoom(0.8), "=": () => this.zoom(0.8),
      "-": () => this.zoom(1.25), 0: () => this.wholeView(), Escape: () => this.escape(), g: () => this.togglePredict(),
      m: () => this.toggleMap(), f: () => this.present(),
      ...(this.presenting ? { PageDown: () => this.go(this.state.step + 1), PageUp: () => this.go(this.state.step - 1) } : {}),
    };
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (this.predict && target === this.canvas && (way || event.key === "Enter")) {
      event.preventDefault();
      event.stopPropagation();
      const far = event.shiftKey ? 1 : 8;
      if (way) this.predict.nudge(way[0] * far, way[1] * far);
      else if (this.predict.asking) this.predict.reveal();
      else this.predict.again();
      return;
    }
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (event.key === " " && button) || (event.key === "z" && !undo)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  escape() {
    if (!this.menu.hidden) this.toggleMenu(false);
    else if (this.predict) this.togglePredict();
    else this.present(false);
  }

  // --- building --------------------------------------------------------------------------------------------------

  build() {
    const { root } = this;
    root.classList.add("ovx");
    root.dataset.kernel = String(!this.alone);
    const button = (/** @type {string} */ name, /** @type {any} */ sign, /** @type {string} */ word, /** @type {() => void} */ act) =>
      element("button", { type: "button", class: "ovx-button", "data-ovx": name, "aria-label": word, title: word, onclick: act },
        icon(sign), element("span", {}, word));
    this.ruleMenu = /** @type {HTMLSelectElement} */ (element("select", { class: "ovx-menu", "aria-label": "update rule",
      onchange: () => {
        const { value } = this.ruleMenu;
        if (value) this.chooseRules(value === "*" ? Object.keys(this.scene.rules).filter((name) => this.racing(name)) : [value]);
      } }));
    this.objectiveMenu = /** @type {HTMLSelectElement} */ (element("select", { class: "ovx-menu", "aria-label": "landscape",
      onchange: () => this.choose({ objective: this.objectiveMenu.value, start: null, view: null, guesses: [] }) }));
    this.chip = element("button", { type: "button", class: "ovx-chip", hidden: true, onclick: () => this.pin() });
    this.pinButton = button("pin", "pin", "Pin", () => this.pin());
    this.guessButton = button("guess", "target", "Predict", () => this.togglePredict());
    this.moreButton = button("more", "more", "More", () => this.toggleMenu());
    this.moreButton.setAttribute("aria-expanded", "false");
    this.menu = element("div", { class: "ovx-more", hidden: true, id: `${this.id}-more` });
    this.moreButton.setAttribute("aria-controls", this.menu.id);
    this.undoButton = /** @type {HTMLButtonElement} */ (element("button", { type: "button", class: "ovx-button", disabled: true,
      onclick: () => this.undo() }, element("span", {}, "Undo")));

    this.terrain = /** @type {HTMLCanvasElement} */ (element("canvas", { "aria-hidden": "true" }));
    this.canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { role: "img", "data-ovx": "landscape" }));
    this.grip = element("button", { type: "button", class: "ovx-start", "data-ovx": "start",
      "aria-label": "Start point; the arrow keys move it" });
    this.hudTop = element("span", {});
    this.hudMain = element("strong", {});
    this.hudElement = element("div", { class: "ovx-hud", "aria-hidden": "true", "data-corner": "top left" }, this.hudTop, this.hudMain);
    this.land = element("div", { class: "ovx-land" }, this.terrain, this.canvas, this.grip, this.hudElement);

    this.axes = element("div", { class: "ovx-axes" });
    this.playButton = element("button", { type: "button", class: "ovx-play", "data-ovx": "play", "aria-label": "Play", onclick: () => this.play() }, icon("play"));
    this.strip = /** @type {HTMLCanvasElement} */ (element("canvas", { "data-ovx": "timeline", "aria-hidden": "true" }));
    this.stepInput = /** @type {HTMLInputElement} */ (element("input", { type: "range", class: "ovx-step", min: "0", step: "1",
      "data-ovx": "step", "aria-label": "step", onfocus: () => this.draw(), onblur: () => this.draw(),
      oninput: () => this.go(Number(this.stepInput.value)) }));
    this.bar = element("div", { class: "ovx-bar" }, this.playButton,
      element("button", { type: "button", class: "ovx-button ovx-back", "data-ovx": "back", "aria-label": "One step back", onclick: () => this.go(this.state.step - 1) }, icon("back")),
      element("button", { type: "button", class: "ovx-button ovx-forward", "data-ovx": "fwd", "aria-label": "One step forward", onclick: () => this.go(this.state.step + 1) }, icon("forward")),
      element("div", { class: "ovx-strip" }, this.strip, this.stepInput));
    this.card = element("div", { class: "ovx-card", "data-ovx": "card", tabindex: "0", role: "region", "aria-label": "the step in numbers" });
    this.say = element("p", {});
    this.note = element("p", { class: "ovx-note", "data-ovx": "note", hidden: true });
    this.status = element("div", { class: "ovx-status", role: "status" });
    root.append(
      this.frameElement = element("div", { class: "ovx-frame" },
        element("div", { class: "ovx-head" },
          element("div", { class: "ovx-title" }, this.ruleMenu, element("span", { class: "ovx-on" }, "on"), this.objectiveMenu),
          element("div", { class: "ovx-tools" }, this.chip, this.pinButton, this.guessButton, this.moreButton), this.menu),
        element("div", { class: "ovx-grid" }, this.land, this.axes, this.bar, this.card,
          element("div", { class: "ovx-say", "data-ovx": "say" }, this.say, this.note))),
      this.status);
    this.fillMore();
    /** @type {any} */ (root)._ovx = {
      explorer: this,
      /** @param {number} x @param {number} y */
      project: (x, y) => (this.frame ? project(this.frame, x, y) : null),
      points: () => this.runs.map(({ rows }) => Array.from(rows)),
      names: () => this.shown.map(({ name }) => name),
      verdict: () => this.verdictShown,
      costs: this.costs,
      state: () => copy(this.state),
    };
  }

  /** Whether a rule takes part when all race. @param {string} name */
  racing(name) {
    const { kind, untranslatable, code } = this.scene.rules[name];
    return kind === "rule" && !untranslatable && (typeof code === "string" || this.ground.n in code);
  }

  fillHeader() {
    const { scene, state } = this;
    const groups = [["rule", "Rules"], ["variant", "Variants"], ["mistake", "Published with a mistake"]];
    const names = Object.keys(scene.rules);
    const racers = names.filter((name) => this.racing(name));
    this.ruleMenu.replaceChildren(
      ...(this.race ? [element("option", { value: "", selected: true }, `${state.rules.length} rules`)] : []),
      ...groups.map(([kind, label]) => [names.filter((name) => scene.rules[name].kind === kind), label])
        .filter(([own]) => own.length)
        .map(([own, label]) => element("optgroup", { label },
          .../** @type {string[]} */ (own).map((name) => element("option", { value: name, selected: !this.race && name === state.rules[0] }, scene.rules[name].label)))),
      ...(racers.length > 1 ? [element("optgroup", { label: "Race" }, element("option", { value: "*" }, `All ${racers.length} rules`))] : []));
    this.objectiveMenu.replaceChildren(...Object.entries(scene.objectives).map(([name, ground]) =>
      element("option", { value: name, selected: name === state.objective }, ground.label)));
    this.root.dataset.race = String(this.race);
    this.pinButton.hidden = this.guessButton.hidden = this.race;
    const { pinned } = state, shown = pinned && pinned.objective === state.objective && !this.race;
    this.pinButton.setAttribute("aria-pressed", String(Boolean(shown)));
    this.chip.hidden = !shown;
    if (!shown || !pinned) return;
    const rule = scene.rules[pinned.rule];
    const words = rule.axes.slice(0, 3).filter((/** @type {any} */ axis) => axis.range && !axis.hidden)
      .map((/** @type {any} */ axis) => `${axis.letter} ${settingText(pinned.settings[axis.name] ?? axis.default)}`);
    const text = `${pinned.rule === state.rules[0] ? "" : `${rule.label} `}${words.join(" ")}`;
    this.chip.replaceChildren(element("span", {}, text), " ✕");
    this.chip.setAttribute("aria-label", `Pinned run ${text}: unpin`);
  }

  /** @returns {any[]} the settings that have a control, in order; steps last */
  visibleAxes() {
    const { rules, settings } = this.state;
    const own = this.race
      ? ["lr", ...Object.keys(settings).filter((name) => name !== "lr" && name !== "f_star")].flatMap((name) =>
        rules.map((rule) => axisOf(this.scene, rule, name)).filter((axis) => axis).slice(0, 1))
        .map((axis) => (axis.name === "lr" ? { ...axis, default: this.sharedRate } : axis))
      : this.scene.rules[rules[0]].axes.filter((/** @type {any} */ axis) => !axis.hidden && !(axis.optional && axis.default === null && !Object.hasOwn(settings, axis.name)));
    return [...own, this.scene.steps];
  }

  fillAxes() {
    const axes = this.visibleAxes();
    const key = JSON.stringify([this.state.rules.length > 1 ? "race" : this.state.rules[0], axes.map(({ name, default: usual }) => [name, usual])]);
    if (key !== this.axesKey) {
      this.axesKey = key;
      this.controls.clear();
      /** @type {import("./controls.js").Hands} */
      const hands = { input: (name, value) => this.input(name, value), rest: () => this.commit() };
      for (const axis of axes) {
        const id = `${this.id}-${axis.name}`;
        this.controls.set(axis.name, axis.range ? new Slider(axis, this.scene.ranges[axis.range], hands, id) : new Choice(axis, hands, id));
      }
      const elements = [...this.controls.values()].map((one) => one.element);
      const rest = elements.slice(SETTINGS_SHOWN);
      const chosen = axes.slice(SETTINGS_SHOWN).some(({ name }) => name !== "steps" && Object.hasOwn(this.state.settings, name));
      const names = axes.slice(SETTINGS_SHOWN).map(({ label }) => label);
      this.axes.replaceChildren(...elements.slice(0, SETTINGS_SHOWN), ...(rest.length > 0
        ? [element("details", { open: chosen, ontoggle: () => this.draw() },
          element("summary", {}, names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ").replace(/, ([^,]*)$/, " and $1")), ...rest)] : []));
    }
    this.setControls();
  }

  setControls() {
    for (const [name, control] of this.controls) {
      const rule = this.state.rules.find((one) => axisOf(this.scene, one, name));
      control.set(name === "steps" ? this.state.steps : this.valueOf(/** @type {string} */ (rule), name));
    }
    this.stepInput.max = String(this.state.steps);
    const limit = this.race || !this.page ? null : this.limit();
    const l = this.ground.curvature;
    this.controls.get("lr")?.setLimit(limit === null || l === null ? null
      : { value: limit, text: "limit", why: `${numberText(limit, 3)} is the largest stable rate where the curvature is ${numberText(l, 3)}` });
  }

  /** A setting moves under a hand. @param {string} name @param {any} value */
  input(name, value) {
    const { state } = this;
    if (this.moving !== name) {
      this.moving = name;
      this.spread(name);
      for (const [other, control] of this.controls) if (other !== name) control.forget();
    }
    if (name === "steps") {
      const ended = state.step === state.steps;
      state.steps = value;
      state.step = ended ? value : Math.min(state.step, value);
      this.stepInput.max = String(value);
    } else state.settings = { ...state.settings, [name]: value };
    if (state.playing) this.play(false);
    this.hover = null;
    this.changed();
    const run = this.runs[0];
    if (run && !this.race && name !== "steps") this.controls.get(name)?.visit(run.diverged === null && run.log ? run.errors[run.steps] : null);
    if (name !== "lr" && !this.race) this.setLimit();
  }

  setLimit() {
    if (this.entries[0]?.rule.limit) this.setControls();
  }

  /** Let the strip's range hold what the slider can bring, so that it stands still while the slider moves. @param {string} name */
  spread(name) {
    const control = this.controls.get(name);
    if (!(control instanceof Slider) || this.race || name === "steps" || !this.shown.length || this.shown[0].index < 0) return;
    const [entry] = this.shown;
    const curves = this.runs.map((run) => run.errors);
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const value = control.stops[Math.round(share * (control.stops.length - 1))];
      const run = this.runOf({ ...entry, rows: new Float64Array(0) }, { ...this.settingsOf(entry.name), [name]: value }, this.start, this.state.steps);
      if (run) curves.push(run.errors);
    }
    this.range = rangeOf(curves, this.runs[0].log);
  }

  fillMore() {
    const { menu } = this;
    const speed = /** @type {HTMLSelectElement} */ (element("select", { "aria-label": "speed", onchange: () => (this.speed = SPEEDS[speed.selectedIndex]) },
      ...SPEEDS.map((one) => element("option", { selected: one === 1 }, `${one}×`))));
    const theme = /** @type {HTMLSelectElement} */ (element("select", { "aria-label": "theme", onchange: () => {
      this.themeChosen = theme.value;
      this.look();
    } }, ...[["", "as the page"], ["light", "light"], ["dark", "dark"]].map(([value, word]) =>
      element("option", { value, selected: value === (this.model.get("options")?.theme ?? "") }, word))));
    const copyButton = element("button", { type: "button", class: "ovx-button", onclick: async () => {
      const text = this.alone ? location.href.replace(/#.*/, "") + `#${toHash(this.state, this.index)}` : this.python();
      try {
        await navigator.clipboard.writeText(text);
        copyButton.textContent = "Copied";
      } catch {
        copyButton.textContent = "The browser does not allow it";
      }
      setTimeout(() => (copyButton.textContent = word), 2000);
    } });
    const word = this.alone ? "Copy link" : "Copy Python";
    copyButton.textContent = word;
    menu.replaceChildren(
      this.undoButton, copyButton,
      element("button", { type: "button", class: "ovx-button", onclick: () => this.toggleMap() }, "Map of two settings"),
      element("button", { type: "button", class: "ovx-button", onclick: () => this.present() }, "Present"),
      element("button", { type: "button", class: "ovx-button", onclick: () => this.wholeView() }, "Whole view"),
      element("label", {}, "Speed ", speed), element("label", {}, "Theme ", theme),
      element("dl", { class: "ovx-keys" }, ...KEYS.flatMap(([key, what]) => [element("dt", {}, key), element("dd", {}, what)])));
  }

  python() {
    const { rules, objective, settings, steps } = this.state;
    const text = (/** @type {any} */ value) => value === true ? "True" : value === false ? "False" : value === null ? "None" : JSON.stringify(value);
    const named = [`steps=${steps}`, `start=${text([...this.start])}`, ...Object.entries(settings).map(([name, value]) => `${name}=${text(value)}`)];
    return `optviz.explore(${text(rules.length > 1 ? rules : rules[0])}, ${text(objective)}, ${named.join(", ")})`;
  }

  toggleMenu(on = this.menu.hidden) {
    this.menu.hidden = !on;
    this.moreButton.setAttribute("aria-expanded", String(on));
    if (on) /** @type {HTMLElement} */ (this.menu.querySelector("button:not([disabled])")).focus();
    else if (this.menu.contains(this.focused()) || this.focused() === this.root) this.moreButton.focus();
  }

  // --- the world around ------------------------------------------------------------------------------------------

  listen() {
    const { root, model } = this;
    /** @param {EventTarget} target @param {string} name @param {(event: any) => void} callback @param {any} [options] */
    const on = (target, name, callback, options) => {
      target.addEventListener(name, callback, options);
      this.endings.push(() => target.removeEventListener(name, callback, options));
    };
    on(root, "keydown", (event) => this.key(event));
    // JupyterLab takes the keys of its command mode before anybody else, unless an attribute forbids it; but Ctrl-S
    // and the like stay its own.
    root.dataset.lmSuppressShortcuts = "true";
    on(window, "keydown", (event) => {
      const own = !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() === "z";
      const target = event.composedPath()[0];
      if (!(target instanceof HTMLElement) || !root.contains(target)) return;
      for (const { dataset } of [root, target]) { // it asks in two places, once the target alone
        if (own) dataset.lmSuppressShortcuts = "true";
        else delete dataset.lmSuppressShortcuts;
      }
    }, { capture: true });
    on(document, "pointerdown", (event) => {
      if (!this.menu.hidden && !event.composedPath().some((/** @type {any} */ one) => one === this.menu || one === this.moreButton)) this.toggleMenu(false);
    });
    const size = new ResizeObserver(() => {
      this.measure();
      this.draw();
    });
    size.observe(root);
    const themes = new MutationObserver(() => this.look());
    themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ["theme", "class"] });
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    on(scheme, "change", () => this.look());
    this.endings.push(() => size.disconnect(), () => themes.disconnect());
    this.look();

    const adopt = () => this.adopt();
    const drawn = () => {
      if (JSON.stringify(model.get("drawn")?.asked) !== this.asked()) this.root.dataset.dropped = String(Number(this.root.dataset.dropped ?? 0) + 1);
      clearTimeout(this.answerTimer);
      this.late = false;
      this.changed();
      this.event("complete");
    };
    model.on("change:state", adopt);
    model.on("change:drawn", drawn);
    this.endings.push(() => model.off("change:state", adopt), () => model.off("change:drawn", drawn));
    if (this.alone) {
      on(window, "hashchange", () => {
        const { state, problems } = fromHash(location.hash, this.scene, this.state, this.index);
        this.state = { ...state, seq: state.seq + 1 };
        this.complain(problems);
        this.reload();
      });
    }
    this.listenStart(on);
    this.listenLand(on);
    this.listenStrip(on);
  }

  /** Somebody else has set the state: Python, or another view of the same widget. */
  adopt() {
    const told = this.model.get("state");
    if (!told || JSON.stringify(told) === this.sent) return;
    this.sent = JSON.stringify(told);
    const playing = this.state.playing;
    this.state = { ...copy(told), playing };
    this.state.step = Math.min(this.state.step, this.state.steps);
    this.pinnedRun = null;
    this.past?.keep(this.state);
    this.reload();
    if (told.playing !== playing) {
      this.state.playing = playing;
      this.play(Boolean(told.playing));
    }
  }

  /** @param {PointerEvent} event @param {Element} element @returns {[number, number]} CSS pixels of the element, zoomed or not */
  placeOf(event, element) {
    const box = element.getBoundingClientRect();
    const scale = /** @type {HTMLElement} */ (element).clientWidth / box.width || 1;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  /** @param {(target: EventTarget, name: string, callback: (event: any) => void, options?: any) => void} on */
  listenStart(on) {
    const { grip } = this;
    on(grip, "pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      grip.focus({ preventScroll: true });
      grip.setPointerCapture(event.pointerId);
      this.moving = "start";
    });
    on(grip, "pointermove", (event) => {
      if (!grip.hasPointerCapture(event.pointerId) || !this.frame) return;
      const [px, py] = this.placeOf(event, this.land);
      this.startAt(unproject(this.frame, Math.max(0, Math.min(this.frame.width, px)), Math.max(0, Math.min(this.frame.height, py))));
    });
    const end = () => {
      if (this.moving === "start") this.commit();
    };
    on(grip, "pointerup", end);
    on(grip, "pointercancel", end);
    on(grip, "dblclick", () => {
      this.state.start = null;
      this.commit();
    });
    on(grip, "keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[/** @type {string} */ (event.key)];
      if (event.key === "Delete" || event.key === "Backspace") {
        event.preventDefault();
        this.state.start = null;
        this.commit();
      }
      if (!way || !this.frame) return;
      event.preventDefault();
      const cell = ((this.frame.right - this.frame.left) / 40) / (event.shiftKey ? 10 : 1);
      this.startAt([this.start[0] + way[0] * cell, (this.start[1] ?? 0) + way[1] * cell]);
      this.commitSoon();
    });
  }

  /** Move the start, to a place as exact as a pixel. @param {number[]} point */
  startAt(point) {
    if (!this.frame) return;
    const cell = (this.frame.right - this.frame.left) / this.frame.width;
    const digits = Math.max(0, Math.ceil(-Math.log10(cell)));
    const start = point.slice(0, this.ground.n).map((x) => Number(x.toFixed(digits)));
    if (start.every((x, i) => x === this.start[i])) return;
    this.state.start = start;
    if (this.state.playing) this.play(false);
    for (const control of this.controls.values()) control.forget();
    this.changed();
    this.grip.setAttribute("aria-label", `Start point ${pointText(start)}; the arrow keys move it`);
  }

  /** @param {(target: EventTarget, name: string, callback: (event: any) => void, options?: any) => void} on */
  listenLand(on) {
    const { canvas, land } = this;
    /** @type {{x: number, y: number, frame: Frame, moved: boolean} | null} */
    let held = null;
    on(canvas, "pointerdown", (event) => {
      if (this.predict?.asking && event.button === 0) {
        if (event.pointerType !== "touch") canvas.setPointerCapture(event.pointerId);
        this.predict.place(...this.placeOf(event, land));
        return;
      }
      if (event.button !== 0 || event.pointerType === "touch" || !this.frame) return;
      const [x, y] = this.placeOf(event, land);
      held = { x, y, frame: this.frame, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    on(canvas, "pointermove", (event) => {
      const [x, y] = this.placeOf(event, land);
      if (this.predict?.asking) {
        if (canvas.hasPointerCapture(event.pointerId)) this.predict.place(x, y);
        return;
      }
      if (held) {
        if (!held.moved && Math.hypot(x - held.x, y - held.y) < 4) return;
        held.moved = true;
        this.moving = "view";
        const { frame } = held;
        const [dx, dy] = [((x - held.x) / frame.width) * (frame.right - frame.left), ((y - held.y) / frame.height) * (frame.top - frame.bottom)];
        this.state.view = viewOf({ ...frame, left: frame.left - dx, right: frame.right - dx, bottom: frame.bottom + dy, top: frame.top + dy }, this.ground.n);
        this.draw();
        return;
      }
      const found = this.drawn ? nearestStep(this.drawn.paths, x, y, 14) : null;
      if (this.race) {
        this.light(found ? found.run : null);
        return;
      }
      this.look4(found ? found.step : null);
    });
    on(canvas, "pointerup", (event) => {
      if (this.predict?.asking) return;
      if (held && !held.moved) {
        const [x, y] = this.placeOf(event, land);
        const found = this.drawn ? nearestStep(this.drawn.paths, x, y, 14) : null;
        if (found) this.go(found.step);
      } else if (held) this.commit();
      held = null;
    });
    on(canvas, "pointercancel", () => {
      if (held?.moved) this.commit();
      held = null;
    });
    on(canvas, "pointerleave", () => {
      this.light(null);
      this.look4(null);
    });
    on(canvas, "dblclick", () => this.wholeView());
    on(land, "wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoom(1.0015 ** event.deltaY, this.placeOf(event, land));
    }, { passive: false });
  }

  /** Look at a step without going there. @param {number | null} step */
  look4(step) {
    if (this.state.playing || this.predict?.asking || step === this.hover) return;
    this.hover = step;
    this.draw();
  }

  /** @param {(target: EventTarget, name: string, callback: (event: any) => void, options?: any) => void} on */
  listenStrip(on) {
    const { strip } = this;
    const at = (/** @type {PointerEvent} */ event) =>
      stepAt({ width: this.stripBox.width, steps: this.state.steps }, this.placeOf(event, strip)[0]);
    on(strip, "pointerdown", (event) => {
      if (event.button !== 0) return;
      if (event.pointerType !== "touch") event.preventDefault();
      strip.setPointerCapture(event.pointerId);
      this.stepInput.focus({ preventScroll: true });
      this.go(at(event));
    });
    on(strip, "pointermove", (event) => {
      if (strip.hasPointerCapture(event.pointerId)) this.go(at(event));
      else this.look4(at(event));
    });
    on(strip, "pointerleave", () => this.look4(null));
  }

  measure() {
    const width = this.land.clientWidth, box = /** @type {HTMLElement} */ (this.strip.parentElement);
    this.width = width;
    this.zoomed = this.presenting ? Math.min(innerWidth / PRESENT.across, innerHeight / PRESENT.up) : 1;
    this.root.style.setProperty("--ovx-zoom", String(this.zoomed));
    this.stripBox = { width: box.clientWidth, height: box.clientHeight };
    this.wide = this.frameElement.clientWidth >= 940;
    this.ratio = Math.min((devicePixelRatio || 1) * this.zoomed, 3);
    this.stepInput.style.left = `${MARGINS.left - 2}px`;
    this.stepInput.style.right = `${MARGINS.right - 2}px`;
  }

  look() {
    const { body, documentElement } = document;
    const told = this.themeChosen ?? this.model.get("options")?.theme;
    const dark = told ? told === "dark" : body.dataset.jpThemeLight !== undefined ? body.dataset.jpThemeLight === "false"
      : body.classList.contains("vscode-dark") || documentElement.getAttribute("theme") === "dark" ||
        (!body.classList.contains("vscode-light") && documentElement.getAttribute("theme") !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    this.colours = this.scene.look[dark ? "dark" : "light"];
    this.root.dataset.theme = this.colours.name;
    const { style } = this.root;
    for (const [name, value] of Object.entries(this.colours)) {
      if (typeof value === "string") style.setProperty(`--ovx-${name.replace("_", "-")}`, value);
    }
    style.setProperty("--ovx-run", this.colours.run[dark ? 1 : 1]);
    this.font = getComputedStyle(this.root).fontFamily;
    if (this.alone && this.index === 0) document.documentElement.style.background = this.colours.background;
    this.cardKey = "";
    this.draw();
  }

  /** @param {string} name @param {any} [detail] */
  event(name, detail) {
    this.root.dispatchEvent(new CustomEvent(`ovx:${name}`, { bubbles: true, composed: true, detail }));
  }

  close() {
    this.closed = true;
    this.map?.close();
    cancelAnimationFrame(this.frameAsked);
    for (const timer of [this.textTimer, this.spokenTimer, this.answerTimer, this.commitTimer]) clearTimeout(timer);
    for (const end of this.endings) end();
  }
}

/** A value that may be too small to be told from nothing. @param {number} value @param {boolean} log */
const small = (value, log) => (log && value < 1e-16 ? "< 1e−16" : numberText(value, 3));

/** @param {string} part  of a link @returns {number} the explorer to which it belongs */
const ownerOf = (part) => Number(/^(\d+)\./.exec(part)?.[1] ?? 1) - 1;

/** @param {any} value  binary data of a widget, or of JSON @returns {Uint8Array} */
function bytesOf(value) {
  if (value?.base64 !== undefined) return Uint8Array.from(atob(value.base64), (one) => one.charCodeAt(0));
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** @param {[string, boolean]} marker @param {string} colour */
function markerOf([shape, filled], colour) {
  const signs = /** @type {Record<string, string>} */ ({ o: "●", s: "■", "^": "▲", D: "◆", v: "▼", P: "✚", X: "✖", "*": "★" });
  const hollow = /** @type {Record<string, string>} */ ({ o: "○", s: "□", "^": "△", D: "◇", v: "▽", P: "✚", X: "✖", "*": "☆" });
  return element("span", { class: "ovx-marker", style: `color:${colour}`, "aria-hidden": "true" }, (filled ? signs : hollow)[shape] ?? "●");
}

/**
 * Show an explorer of a page of its own.
 * @param {HTMLElement} root @param {Record<string, any>} traits @param {number} [index]
 */
export function mount(root, traits, index = 0) {
  const held = { ...traits };
  const model = { get: (/** @type {string} */ name) => held[name], set: (/** @type {string} */ name, /** @type {any} */ value) => void (held[name] = value),
    save_changes() {}, on() {}, off() {}, kernel: false };
  const explorer = new Explorer(root, model, index);
  explorer.open();
  return explorer;
}

/** @param {{model: Model, el: HTMLElement}} context */
function render({ model, el }) {
  const explorer = new Explorer(el.appendChild(document.createElement("div")), model, 0);
  explorer.open();
  return () => explorer.close();
}

export default { render };
