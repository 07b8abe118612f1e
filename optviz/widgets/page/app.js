// @ts-check
/**
 * The explorer: what is shown follows what is dragged, in the same frame, without a kernel.
 *
 * `render` is for anywidget, `mount` for a page of its own; the model is a kernel's in the one case, and a table of
 * the traits in the other. The state (state.js) goes to the model when the hand lets go, never during a drag. What
 * happens when stands here; what is computed, drawn and said, and what hands and keys do, in a module each.
 *
 * @import { Model } from "./shown.js"
 * @import { State } from "./state.js"
 */

import { element, REST } from "./controls.js";
import { project, unproject, viewOf } from "./frame.js";
import { listenHands } from "./hands.js";
import { Header } from "./header.js";
import { onKey } from "./keys.js";
import { Modes } from "./modes.js";
import { More } from "./more.js";
import { Picture } from "./picture.js";
import { Player } from "./player.js";
import { Racers } from "./racers.js";
import { Shown } from "./shown.js";
import { Sliders } from "./sliders.js";
import { axisOf, fromHash, Past, withState } from "./state.js";
import { Texts } from "./texts.js";
import { pageIsDark, watchTheme } from "./theme.js";

const ANSWER_WITHIN = 3000; // milliseconds for a kernel

let count = 0;

export class Explorer {
  /** @type {Past} */ past;
  problems = /** @type {string[]} */ ([]); // of the link
  moving = ""; // what the hand moves
  /** @type {number | null} */ hover = null; // a step that is looked at
  /** @type {number | null} */ lit = null; // a run of a race that is looked at
  late = false; // the kernel does not answer
  closed = false;
  printing = false;
  sent = ""; // the state that the model has
  frameAsked = 0;
  frames = 0;
  commitTimer = 0;
  answerTimer = 0;
  computing = 0; // milliseconds since the last frame
  costs = /** @type {number[]} */ ([]);
  cameFrom = ""; // the rule that was shown before a race
  /** @type {((title: string) => void) | null} */ titled = null; // told what is shown
  endings = /** @type {(() => void)[]} */ ([]);

  /** @param {HTMLElement} root @param {Model} model @param {number} index  of the explorers of a page */
  constructor(root, model, index) {
    this.root = root;
    this.model = model;
    this.index = index;
    this.alone = model.kernel === false;
    this.linked = this.alone && location.protocol !== "about:"; // a page inside of a page has no address of its own
    this.id = `ovx${++count}`;
    this.shown = new Shown(model);
    this.first = structuredClone(this.shown.state);
    this.modes = new Modes(this);
    this.player = new Player(this);
    this.picture = new Picture(this);
    this.texts = new Texts(this);
    this.sliders = new Sliders(this);
    this.more = new More(this);
    this.racers = new Racers(this);
    this.header = new Header(this);
    this.frameElement = element("div", { class: "ovx-frame" }, this.header.element,
      element("div", { class: "ovx-grid" }, this.picture.land, this.sliders.axes,
        element("div", { class: "ovx-bar" }, ...this.player.buttons, this.picture.timeLine), this.texts.card,
        element("div", { class: "ovx-say", "data-ovx": "say" }, this.texts.say, this.texts.note)));
  }

  get state() {
    return this.shown.state;
  }
  set state(state) {
    this.shown.state = state;
  }
  /** The step that is looked at. */
  get step() {
    return this.modes.predict?.asking ? 0 : this.hover ?? this.state.step;
  }

  async open() {
    const { root } = this;
    root.classList.add("ovx");
    root.dataset.ovx = "loading";
    root.dataset.kernel = String(!this.alone);
    root.append(this.frameElement, this.texts.status);
    this.hook();
    this.listen();
    if (this.alone) this.readLink();
    this.state.playing = false; // no motion begins by itself
    this.past = new Past(this.state);
    this.measure();
    await this.reload();
  }

  /** The first picture is on its way. */
  ready() {
    this.root.dataset.ovx = "ready";
    performance.mark("ovx-ready");
    this.event("ready");
    this.texts.speak();
  }

  /** What tests read. */
  hook() {
    /** @type {any} */ (this.root)._ovx = {
      explorer: this,
      /** @param {number} x @param {number} y */
      project: (x, y) => (this.picture.frame ? project(this.picture.frame, x, y) : null),
      points: () => this.shown.runs.map(({ rows }) => Array.from(rows)),
      names: () => this.shown.running.map(({ name }) => name),
      verdict: () => this.texts.verdictShown,
      costs: this.costs,
      state: () => structuredClone(this.state),
    };
  }

  // --- what follows from what ------------------------------------------------------------------------------------

  /** Rules or landscape are different: load their code, make the controls, and show; return whether it is shown. */
  async reload() {
    try {
      if (!await this.shown.load()) return false;
    } catch (error) {
      this.texts.failed(error);
      this.root.dataset.ovx = "failed";
      return false;
    }
    if (this.closed) return false;
    this.hover = this.lit = null;
    if (this.modes.predict && this.modes.predict.of !== this.texts.title()) this.modes.leavePredict();
    this.picture.terrainKey = "";
    this.picture.kept = {};
    this.header.fill();
    this.sliders.fillAxes();
    this.changed();
    this.modes.table?.update();
    if (this.root.dataset.ovx !== "ready") this.ready();
    return true;
  }

  /** Something that the runs depend on is different: compute at once, draw in the next frame. */
  changed() {
    if (!this.shown.page || this.closed) return;
    const began = performance.now();
    this.shown.compute();
    this.sliders.forget();
    this.modes.predict?.changed();
    if (!this.moving) this.picture.goal = this.picture.rangeNow();
    this.modes.map?.update();
    this.computing = performance.now() - began;
    this.draw();
  }

  draw() {
    if (!this.frameAsked) this.frameAsked = requestAnimationFrame((now) => this.onFrame(now));
  }

  /** @param {number} now */
  onFrame(now) {
    cancelAnimationFrame(this.frameAsked);
    this.frameAsked = 0;
    if (!this.shown.page || this.closed) return;
    const began = performance.now();
    if (this.state.playing) this.player.advance(now);
    this.picture.hud();
    if (this.picture.width && this.picture.paint(now)) this.draw();
    this.texts.soon(now);
    this.costs.push(performance.now() - began + this.computing);
    this.computing = 0;
    if (this.costs.length > 600) this.costs.shift();
    const { dataset } = this.root;
    dataset.frames = String(++this.frames);
    dataset.step = String(this.state.step);
    dataset.seq = String(this.state.seq);
    if (this.state.playing) this.draw();
  }

  /** A hand takes something: what waits to be let go of is let go of together with it. @param {string} what */
  take(what) {
    this.moving = what;
    clearTimeout(this.commitTimer);
  }

  /** The hand has let go: keep it for undo, in the link and in the model. */
  commit() {
    clearTimeout(this.commitTimer);
    if (this.closed) return;
    this.moving = "";
    this.state.seq++;
    this.past?.keep(this.state);
    this.problems = [];
    this.changed();
    this.modes.table?.update();
    this.send();
    if (this.linked) history.replaceState(null, "", withState(location.hash, this.state, this.index));
    this.event("commit", { seq: this.state.seq });
    if (!this.alone && this.shown.entries.some(({ rule }) => rule.untranslatable)) {
      this.late = false;
      clearTimeout(this.answerTimer);
      this.answerTimer = window.setTimeout(() => {
        this.late = true;
        this.texts.text(performance.now());
      }, ANSWER_WITHIN);
    }
  }

  commitSoon() {
    clearTimeout(this.commitTimer);
    this.commitTimer = window.setTimeout(() => this.commit(), REST);
  }

  send() {
    const told = structuredClone(this.state);
    this.sent = JSON.stringify(told);
    this.model.set("state", told);
    this.model.save_changes();
  }

  /** Somebody else has set the state: Python, or another view of the same widget. */
  adopt() {
    const told = this.model.get("state");
    if (!told || JSON.stringify(told) === this.sent) return;
    this.sent = JSON.stringify(told);
    const playing = this.state.playing;
    this.state = { ...structuredClone(told), playing };
    this.state.step = Math.min(this.state.step, this.state.steps);
    this.shown.pinnedRun = null;
    this.past?.keep(this.state);
    this.reload();
    if (told.playing) this.player.play(true, false);
    else this.player.stop();
  }

  readLink() {
    const { state, problems } = fromHash(location.hash, this.shown.scene, this.state, this.index);
    this.state = state;
    this.problems = problems;
  }

  // --- what can be done ------------------------------------------------------------------------------------------

  /** @param {Partial<State>} part */
  async choose(part) {
    Object.assign(this.state, part);
    this.state.step = Math.min(this.state.step, this.state.steps);
    this.shown.pinnedRun = null;
    this.problems = [];
    this.modes.leavePredict();
    if (await this.reload()) this.commit();
  }

  /** @param {string[]} rules */
  chooseRules(rules) {
    const { scene, race, state } = this.shown;
    if (!race) this.cameFrom = state.rules[0];
    const known = new Set(rules.flatMap((name) => scene.rules[name].settings));
    const settings = Object.fromEntries(Object.entries(this.state.settings).filter(([name]) => known.has(name)));
    for (const name of Object.keys(settings)) {
      const axis = rules.map((rule) => axisOf(scene, rule, name)).find((one) => one);
      if (!axis || (axis.choices && !axis.choices.includes(settings[name]))) delete settings[name];
    }
    return this.choose({ rules, settings, guesses: [] });
  }

  /** Move the start, to a place as exact as a pixel. @param {number[]} point */
  startAt(point) {
    const { frame } = this.picture;
    if (!frame) return;
    const digits = Math.max(0, Math.ceil(-Math.log10((frame.right - frame.left) / frame.width)));
    const start = point.slice(0, this.shown.ground.n).map((x) => Number(x.toFixed(digits)));
    if (start.every((x, i) => x === this.shown.start[i])) return;
    this.state.start = start;
    this.player.stop();
    this.changed();
  }

  pin() {
    const { pinned, rules, objective, steps } = this.state;
    if (this.shown.race || !this.shown.runs.length) return;
    const unpinning = this.header.chip.contains(this.focused());
    this.state.pinned = pinned ? null
      : { rule: rules[0], objective, settings: structuredClone(this.shown.settingsOf(rules[0])), start: [...this.shown.start], steps };
    this.shown.pinnedRun = null;
    this.header.fill();
    if (unpinning) this.header.pinButton.focus();
    this.commit();
  }

  undo() {
    this.past?.keep(this.state); // what has not been let go of yet is what is taken back
    const before = this.past?.back();
    if (!before) return;
    this.player.stop();
    Object.assign(this.state, before);
    this.state.step = Math.min(this.state.step, this.state.steps);
    this.shown.pinnedRun = null;
    this.reload().then((shown) => shown && this.commit());
  }

  /** Look at a step without going there. @param {number | null} step */
  peek(step) {
    if (this.state.playing || this.modes.predict?.asking || step === this.hover) return;
    this.hover = step;
    this.draw();
  }

  /** Look at one run of a race. @param {number | null} run */
  light(run) {
    if (this.lit === run) return;
    this.lit = run;
    this.draw();
  }

  /**
   * Zoom a frame so that what was at one pixel comes to another.
   * @param {number} factor  larger: more is seen @param {[number, number]} [from] @param {[number, number]} [to]
   */
  zoom(factor, from, to = from, frame = this.picture.frameNow()) {
    const { ground } = this.shown;
    const middle = /** @type {[number, number]} */ ([frame.width / 2, frame.height / 2]);
    const [x, y] = unproject(frame, ...(from ?? middle)), [px, py] = to ?? middle;
    const across = factor * (frame.right - frame.left), up = factor * (frame.top - frame.bottom);
    const left = x - (px / frame.width) * across, top = y + (py / frame.height) * up;
    const [right, bottom] = [left + across, top - up];
    const usual = ground.view[0][1] - ground.view[0][0];
    if (right - left > 100 * usual || right - left < 1e-6 * usual) return;
    this.state.view = viewOf({ ...frame, left, right, bottom, top }, ground.n);
    this.draw();
    if (!this.moving) this.commitSoon();
  }

  /** Move the view. @param {number} across @param {number} up  shares of what is seen */
  pan(across, up, frame = this.picture.frameNow()) {
    const [dx, dy] = [across * (frame.right - frame.left), this.shown.ground.n === 1 ? 0 : up * (frame.top - frame.bottom)];
    if (!dx && !dy) return;
    this.state.view = viewOf({ ...frame, left: frame.left + dx, right: frame.right + dx, bottom: frame.bottom + dy, top: frame.top + dy },
      this.shown.ground.n);
    this.draw();
    if (!this.moving) this.commitSoon();
  }

  /** Back to what was shown at first. */
  restart() {
    this.player.stop();
    const { rules, objective, settings, start, steps, step, view, pinned } = structuredClone(this.first);
    return this.choose({ rules, objective, settings, start, steps, step, view, pinned, guesses: [] });
  }

  wholeView() {
    if (!this.state.view) return;
    this.state.view = null;
    this.draw();
    this.commit();
  }

  // --- the world around ------------------------------------------------------------------------------------------

  listen() {
    const { root, model, header } = this;
    /** @type {import("./hands.js").On} */
    const on = (target, name, callback, options) => {
      target.addEventListener(name, callback, options);
      this.endings.push(() => target.removeEventListener(name, callback, options));
    };
    on(root, "keydown", (event) => onKey(this, event));
    // On a page of one explorer keys work before anything has been clicked.
    if (this.alone) on(document, "keydown", (event) => event.target === document.body && document.querySelectorAll(".ovx").length === 1 && onKey(this, event));
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
      for (const drop of header.drops) drop.pressed(event.composedPath());
    });
    for (const [name, printing] of /** @type {const} */ ([["beforeprint", true], ["afterprint", false]])) {
      on(window, name, () => {
        this.printing = printing;
        root.classList.toggle("ovx-printing", printing);
        this.dress();
        this.measure();
        // At once, because paper does not wait for a frame; paths are drawn on the landscape that the first one makes.
        for (let k = 0; k < 2; k++) this.onFrame(performance.now());
        this.texts.text(performance.now());
      });
    }
    on(document, "fullscreenchange", () => {
      if (this.modes.presenting === "screen" && !document.fullscreenElement) this.modes.present(false);
    });
    const resized = () => {
      this.measure();
      this.draw();
    };
    const size = new ResizeObserver(resized);
    size.observe(root);
    this.endings.push(() => size.disconnect(), watchTheme(() => this.dress()), watchDensity(resized));
    this.dress();

    const adopt = () => this.adopt(), answered = () => this.answered();
    model.on("change:state", adopt);
    model.on("change:drawn", answered);
    this.endings.push(() => model.off("change:state", adopt), () => model.off("change:drawn", answered));
    if (this.alone) {
      on(window, "hashchange", () => {
        this.player.stop();
        this.readLink();
        this.state = { ...this.state, seq: this.state.seq + 1 };
        this.shown.pinnedRun = null;
        this.past.keep(this.state);
        this.reload();
      });
    }
    listenHands(this, on);
  }

  /** The kernel has drawn what the page cannot. */
  answered() {
    const { dataset } = this.root;
    if (JSON.stringify(this.model.get("drawn")?.asked) !== this.shown.asked()) dataset.dropped = String(Number(dataset.dropped ?? 0) + 1);
    clearTimeout(this.answerTimer);
    this.late = false;
    this.changed();
    this.modes.table?.update();
    this.event("complete");
  }

  focused() {
    const owner = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
    return owner.activeElement;
  }

  measure() {
    const { zoom, width } = this.modes.stage;
    this.root.style.setProperty("--ovx-zoom", String(zoom));
    this.root.style.setProperty("--ovx-stage", `${width}px`);
    this.picture.measure(zoom);
    this.picture.wide = this.frameElement.clientWidth >= 1080; // as in page.css
    this.modes.map?.draw();
  }

  get pageTheme() {
    return pageIsDark() ? "dark" : "light";
  }

  /** Put on the colours of the theme. */
  dress() {
    const told = this.printing ? "light" : this.more.themeChosen ?? this.model.get("options")?.theme;
    const colours = this.picture.colours = this.shown.scene.look[told || this.pageTheme];
    this.root.dataset.theme = colours.name;
    const { style } = this.root;
    for (const [name, value] of Object.entries(colours)) {
      if (typeof value === "string") style.setProperty(`--ovx-${name.replace("_", "-")}`, value);
    }
    style.setProperty("--ovx-run", colours.run[1]);
    this.picture.font = getComputedStyle(this.root).fontFamily;
    if (this.alone && this.index === 0) document.documentElement.style.background = colours.background;
    this.texts.cardKey = "";
    this.sliders.restyle();
    this.modes.map?.draw();
    this.racers.fill();
    this.draw();
    if (!this.alone && this.model.get("page_theme") !== this.pageTheme) {
      this.model.set("page_theme", this.pageTheme);
      this.model.save_changes();
    }
  }

  /** @param {string} name @param {any} [detail] */
  event(name, detail) {
    this.root.dispatchEvent(new CustomEvent(`ovx:${name}`, { bubbles: true, composed: true, detail }));
  }

  close() {
    this.closed = true;
    this.modes.map?.close();
    this.texts.close();
    cancelAnimationFrame(this.frameAsked);
    for (const timer of [this.answerTimer, this.commitTimer]) clearTimeout(timer);
    for (const end of this.endings) end();
  }
}

/**
 * Call back when the page comes to a screen with other pixels, or is zoomed.
 * @param {() => void} changed @returns {() => void} ends it
 */
function watchDensity(changed) {
  const ending = new AbortController();
  const watch = () => matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
    changed();
    watch();
  }, { once: true, signal: ending.signal });
  watch();
  return () => ending.abort();
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
  // The title is that of the first: what the page shows when it is opened, and afterwards if it is alone.
  if (index === 0) {
    explorer.titled = (title) => {
      if (document.querySelectorAll(".ovx").length > 1) return;
      document.title = title;
      const heading = document.querySelector("h1");
      if (heading) heading.textContent = title;
    };
  }
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
