// @ts-check
/**
 * The picture of what is shown: the landscape with its paths and the value on top, and the time line.
 *
 * @import { Explorer } from "./app.js"
 * @import { Box, Colours } from "./brush.js"
 * @import { Frame } from "./frame.js"
 * @import { Drawn } from "./paths.js"
 */

import { numberText } from "../../join.js";
import { element, settingText } from "./controls.js";
import { frameOf, minimaIn, project } from "./frame.js";
import { drawPaths, freeCorner } from "./paths.js";
import { LEAST, pointText } from "./say.js";
import { axisOf } from "./state.js";
import { drawStrip, MARGINS, rangeOf } from "./strip.js";
import { drawTerrain } from "./terrain.js";

const FAR = 2; // widths of the view
const EASE = 70; // milliseconds in which the time line's range goes two thirds of its way

export class Picture {
  /** @type {Colours} */ colours;
  /** @type {Frame | null} */ frame = null;
  /** @type {Box | null} */ hudBox = null;
  /** @type {Drawn | null} */ drawn = null;
  /** @type {Record<string, number>} */ kept = {};
  /** @type {[number, number]} */ range = [1e-10, 1]; // of the time line, and the one that it eases to
  /** @type {[number, number]} */ goal = [1e-10, 1];
  easedAt = 0;
  font = "sans-serif";
  width = 0;
  ratio = 1;
  wide = false;
  stripBox = { width: 0, height: 0 };
  terrainKey = "";

  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
    this.terrain = /** @type {HTMLCanvasElement} */ (element("canvas", { "aria-hidden": "true" }));
    this.canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { role: "img", tabindex: "0", "data-ovx": "landscape",
      "aria-description": "The arrow keys move the view, + and − zoom, 0 shows all." }));
    this.grip = element("button", { type: "button", class: "ovx-start", "data-ovx": "start" });
    this.hudTop = element("span", {});
    this.hudMain = element("strong", {});
    this.hudElement = element("div", { class: "ovx-hud", "aria-hidden": "true", "data-corner": "top left" }, this.hudTop, this.hudMain);
    this.land = element("div", { class: "ovx-land" }, this.terrain, this.canvas, this.grip, this.hudElement);
    this.strip = /** @type {HTMLCanvasElement} */ (element("canvas", { "data-ovx": "timeline", "aria-hidden": "true" }));
    this.stepInput = /** @type {HTMLInputElement} */ (element("input", { type: "range", class: "ovx-step", min: "0", step: "1",
      "data-ovx": "step", "aria-label": "step", onfocus: () => explorer.draw(), onblur: () => explorer.draw(),
      oninput: () => explorer.player.go(Number(this.stepInput.value)) }));
    this.timeLine = element("div", { class: "ovx-strip" }, this.strip, this.stepInput);
  }

  /** Take the sizes of the page. @param {number} zoom  of a projector */
  measure(zoom) {
    const { clientWidth, clientHeight } = this.timeLine;
    this.resize(this.land.clientWidth, { width: clientWidth, height: clientHeight }, Math.min((devicePixelRatio || 1) * zoom, 3));
    this.stepInput.style.left = `${MARGINS.left - 2}px`;
    this.stepInput.style.right = `${MARGINS.right - 2}px`;
  }

  /**
   * @param {number} width  of the landscape, CSS pixels @param {{width: number, height: number}} stripBox
   * @param {number} ratio  pixels of the canvas for each of them
   */
  resize(width, stripBox, ratio) {
    this.width = width;
    this.stripBox = stripBox;
    this.ratio = ratio;
  }

  /**
   * Go a part of the way to the range that the time line should have; return whether there is way left.
   * @param {number} now
   */
  ease(now) {
    const { goal, range } = this, log = this.shown.runs[0]?.log ?? true;
    const since = Math.min(now - this.easedAt, 50), still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.easedAt = now;
    // Nothing to come from: the first picture, and where the scale is another.
    const share = still || !this.drawn || (log && range[0] <= 0) ? 1 : 1 - Math.exp(-since / EASE);
    const near = range.every((one, i) => log ? Math.abs(Math.log10(one / goal[i])) < 0.02 : Math.abs(one - goal[i]) < 0.002 * (goal[1] - goal[0]));
    if (near || share === 1) {
      this.range = goal;
      return false;
    }
    this.range = /** @type {[number, number]} */ (range.map((one, i) => log ? one ** (1 - share) * goal[i] ** share : one + share * (goal[i] - one)));
    return true;
  }

  /** The pinned run, where it may be seen: it could be the answer. */
  get pinned() {
    return this.explorer.modes.predict?.asking ? null : this.shown.pinnedRun;
  }

  /** The frame of the present view, which the picture may not have yet. */
  frameNow() {
    return frameOf(this.shown.landscape, this.width, Math.round(this.width * 0.8));
  }

  rangeNow() {
    const curves = this.shown.runs.map((run) => run.errors);
    if (this.pinned) curves.push(this.pinned.errors);
    return rangeOf(curves, this.shown.runs[0]?.log ?? true);
  }

  /** Draw; return whether another frame has to follow. @param {number} now */
  paint(now) {
    const { colours, width, ratio, font, shown, explorer, shown: { state } } = this, { predict } = explorer.modes;
    const { landscape } = shown;
    const frame = (this.frame = this.frameNow()), { height } = frame;
    const start = /** @type {[number, number]} */ (shown.ground.n === 1 ? [shown.start[0], shown.page.value(shown.start[0])] : [...shown.start]);
    const minima = minimaIn(landscape, frame);
    const key = JSON.stringify([state.objective, landscape.view, width, ratio, colours.name, explorer.moving === "view"]);
    const scene = {
      frame, colours, font, ratio, start, minima, step: explorer.step,
      runs: shown.runs.map((run, i) => shown.race ? { ...run, ...this.face(shown.running[i].rule) } : run),
      pinned: this.pinned,
      hover: explorer.hover !== null && explorer.hover !== state.step ? explorer.hover : null,
      arrows: this.arrows(),
      lit: explorer.lit,
      contract: shown.race ? this.contract() : "",
      dragging: Boolean(explorer.moving) && explorer.moving !== "view",
      taken: this.hudBox ? [this.hudBox] : [],
      grip: true,
      future: !predict?.asking,
      guess: this.guessShown(),
      ground: explorer.printing ? this.terrain : null,
    };
    this.drawn = drawPaths(this.canvas, /** @type {any} */ (scene), this.kept);
    if (key !== this.terrainKey) {
      this.terrainKey = key;
      if (!explorer.moving) this.placeHud(scene);
      this.kept = {};
      const avoid = [start, ...minima.map(({ at }) => at)].map(([x, y]) => project(frame, x, y));
      for (const { points, count } of this.drawn.paths) for (let k = 0; k < count; k++) avoid.push([points[2 * k], points[2 * k + 1]]);
      // Words keep off what has just found its corner.
      this.drawn = drawPaths(this.canvas, /** @type {any} */ ({ ...scene, taken: this.hudBox ? [this.hudBox] : [] }), this.kept);
      drawTerrain(this.terrain, { landscape, frame, colours, font, avoid, taken: this.hudBox ? [this.hudBox] : [],
        ratio: explorer.moving === "view" ? ratio / 2 : ratio });
    }
    const [x, y] = project(frame, ...start);
    // The question stands where it hides neither start nor value.
    this.land.dataset.ask = predict && y > height - 84 ? "top" : "";
    // Where the start is outside of what is seen, its handle waits at the edge.
    this.grip.style.translate = `${Math.max(0, Math.min(width, x))}px ${Math.max(0, Math.min(height, y))}px`;
    const box = this.stripBox, moving = this.ease(now);
    drawStrip(this.strip, {
      width: box.width, height: box.height, ratio, colours, font,
      curves: shown.runs.map((run, i) => ({ values: run.errors, diverged: run.diverged,
        ...(shown.race ? { colour: this.face(shown.running[i].rule).colour } : {}) })),
      steps: state.steps, step: predict?.asking ? 0 : state.step, future: !predict?.asking, range: this.range, log: shown.runs[0]?.log ?? true,
      label: shown.runs[0]?.label ?? "error f − f*", floor: LEAST,
      pinned: this.pinned && { values: this.pinned.errors, diverged: this.pinned.diverged },
      hover: explorer.hover !== null && explorer.hover !== state.step ? explorer.hover : null, lit: explorer.lit,
      focus: this.stepInput.matches(":focus-visible"),
    });
    explorer.sliders.drawTraces(colours, ratio);
    return moving;
  }

  guessShown() {
    const { predict } = this.explorer.modes, at = predict?.spot();
    if (!predict || !at) return null;
    const off = predict.distance === null ? "your guess" : `your guess · off by ${numberText(predict.distance, 2)}`;
    return { at, text: off, shown: predict.distance !== null };
  }

  /** Colour, marker and name of a rule in a race. @param {any} rule */
  face(rule) {
    return { label: rule.label, marker: rule.marker, colour: this.colours.families[rule.family] ?? this.colours.learner };
  }

  contract() {
    const rates = this.shown.running.filter(({ name }) => axisOf(this.shown.scene, name, "lr")).length;
    if (this.width < 480) return `same start and steps${rates ? ", same rate" : ""}`;
    return [`same start · same ${this.shown.state.steps} steps`, ...(rates ? [`same learning rate${rates < this.shown.running.length ? ", where there is one" : ""}`] : [])].join(" · ");
  }

  /** Arrows at the present step, while nothing moves. */
  arrows() {
    if (this.shown.state.playing || this.explorer.moving || this.shown.race || this.explorer.modes.predict?.asking) return null;
    const inside = this.shown.inside(this.explorer.step);
    if (!inside) return null;
    const memory = this.shown.memoryOf(inside);
    return {
      downhill: inside.given.g ? inside.given.g.map((/** @type {number} */ g) => -g) : null,
      memory: memory && { direction: memory.direction, label: memory.letter },
      taken: true,
    };
  }

  /** Say to a screen reader what has moved. */
  speak() {
    this.grip.setAttribute("aria-label", `Start point ${pointText(this.shown.start)}; the arrow keys move it`);
  }

  hud() {
    const { state } = this.shown, step = this.explorer.step, run = this.shown.runs[0];
    const of = `step ${step} of ${state.steps}`;
    if (this.shown.race) {
      this.hudTop.textContent = `learning rate ${settingText(state.settings.lr ?? this.shown.sharedRate)}`;
      this.hudMain.replaceChildren(`step ${step}`, element("small", {}, ` of ${state.steps}`));
    } else {
      this.hudTop.textContent = of;
      const f = run ? run.rows[step * (run.n + 1) + run.n] : NaN;
      if (run && !Number.isFinite(f)) this.hudMain.replaceChildren(`diverged at step ${run.diverged}`);
      else this.hudMain.replaceChildren(element("i", {}, "f"), ` = ${run ? numberText(f, 3) : "…"}`);
    }
    this.stepInput.value = String(this.explorer.modes.predict?.asking ? 0 : state.step);
    const spoken = run && !this.shown.race ? `, f = ${numberText(run.rows[state.step * (run.n + 1) + run.n], 3)}` : "";
    this.stepInput.setAttribute("aria-valuetext", this.explorer.modes.predict?.asking ? "hidden until the guess is revealed" : `step ${state.step} of ${state.steps}${spoken}`);
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

  /** @param {ArrayLike<number>} point */
  isFar(point) {
    const { frame } = this;
    if (!frame) return true;
    const [x, y] = [point[0], point.length > 1 ? point[1] : (frame.bottom + frame.top) / 2];
    return !(Math.abs(x - (frame.left + frame.right) / 2) < (FAR / 2 + 0.5) * (frame.right - frame.left) &&
      Math.abs(y - (frame.bottom + frame.top) / 2) < (FAR / 2 + 0.5) * (frame.top - frame.bottom));
  }
}
