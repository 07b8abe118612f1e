// @ts-check
/**
 * Ways to look that are entered and left: a guess before the answer, a map or a table below, a projector's size.
 *
 * @import { Explorer } from "./app.js"
 */

import { MapPanel } from "./map_panel.js";
import { Predict } from "./predict.js";
import { Table } from "./table.js";

const PRESENT = { across: 790, up: 612 }; // what is made larger for a projector, CSS pixels

export class Modes {
  /** @type {Predict | null} */ predict = null;
  /** @type {MapPanel | null} */ map = null;
  /** @type {Table | null} */ table = null;
  /** @type {"" | "window" | "screen"} */ presenting = "";

  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
  }

  /** How much larger everything is than in a notebook. */
  get zoom() {
    return this.presenting ? Math.min(innerWidth / PRESENT.across, innerHeight / PRESENT.up) : 1;
  }

  togglePredict() {
    if (this.predict) {
      this.leavePredict();
      this.explorer.texts.text(performance.now());
      this.explorer.draw();
      return;
    }
    if (this.shown.race || !this.shown.runs.length) return;
    this.explorer.player.play(false);
    this.explorer.hover = null;
    const { shown, explorer } = this;
    this.predict = new Predict({
      get frame() { return explorer.picture.frame; },
      run: () => this.shown.runs[0] ?? null,
      height: (x) => this.shown.page.value(x),
      shown: (guess) => {
        this.shown.state.guesses = [...this.shown.state.guesses, guess];
        this.shown.state.step = guess.k;
        this.explorer.commit();
        this.explorer.event("guess", { k: guess.k, distance: guess.distance });
      },
      changed: () => this.explorer.draw(),
      left: () => this.leavePredict(),
    }, this.shown.state.steps);
    this.explorer.picture.land.append(this.predict.bar);
    this.explorer.root.dataset.mode = "predict";
    this.explorer.header.guessButton.setAttribute("aria-pressed", "true");
    this.explorer.picture.canvas.tabIndex = 0;
    this.explorer.picture.canvas.focus({ preventScroll: true });
    this.explorer.texts.text(performance.now());
    this.explorer.draw();
  }

  leavePredict() {
    if (!this.predict) return;
    this.predict.bar.remove();
    this.predict = null;
    delete this.explorer.root.dataset.mode;
    if (this.explorer.picture.land.contains(this.explorer.focused()) || !this.explorer.root.contains(this.explorer.focused())) this.explorer.header.guessButton.focus({ preventScroll: true });
    this.explorer.header.guessButton.setAttribute("aria-pressed", "false");
    this.explorer.picture.canvas.removeAttribute("tabindex");
    this.explorer.texts.cardKey = "";
  }

  toggleMap(on = !this.map) {
    if (!on) {
      this.map?.close();
      this.map?.element.remove();
      this.map = null;
    } else if (!this.map) {
      this.map = new MapPanel(() => this.mapHost(), (values, rest) => {
        if (!rest) this.explorer.moving = "map";
        this.shown.state.settings = { ...this.shown.state.settings, ...values };
        this.explorer.sliders.setControls();
        if (rest) this.explorer.commit();
        else this.explorer.changed();
      });
      this.explorer.frameElement.append(this.map.element);
      this.map.update();
    }
  }

  /** What a map is of, null where there is none: a race, or a rule that the page cannot run. */
  mapHost() {
    const [entry] = this.shown.running, run = this.shown.runs[0];
    if (this.shown.race || !entry || entry.index < 0 || !run) return null;
    const { scene, state } = this.shown;
    return {
      page: this.shown.page, index: entry.index, ground: this.shown.ground, ranges: scene.ranges,
      axes: entry.rule.axes.filter((/** @type {any} */ axis) => axis.range && axis.default !== null && !axis.hidden),
      value: (/** @type {string} */ name) => this.shown.valueOf(entry.name, name), settings: this.shown.settingsOf(entry.name),
      start: this.shown.start, steps: state.steps, noise: this.shown.noise("rule"), gradientNoise: this.shown.noise("objective"),
      colours: this.explorer.picture.colours, font: this.explorer.picture.font, ratio: this.explorer.picture.ratio, first: run.errors[0],
    };
  }

  toggleTable(on = !this.table) {
    const { explorer } = this, inside = this.table?.element.contains(explorer.focused());
    this.table?.element.remove();
    this.table = on ? new Table(explorer) : null;
    if (this.table) {
      explorer.frameElement.append(this.table.element);
      /** @type {HTMLElement | null} */ (this.table.element.querySelector(".ovx-scroll"))?.focus({ preventScroll: true });
      this.table.element.scrollIntoView({ block: "nearest" });
    } else if (inside) explorer.header.moreButton.focus();
  }

  /** Everything larger, for a projector: the same layout, zoomed; on the whole screen, where the page may have it. */
  async present(on = !this.presenting) {
    const { explorer, explorer: { root } } = this;
    if (on === Boolean(this.presenting)) return;
    if (on) {
      const screen = await root.requestFullscreen?.().then(() => true, () => false);
      this.presenting = screen ? "screen" : "window";
      if (!screen) {
        root.setAttribute("popover", "manual");
        root.showPopover?.();
      }
    } else {
      if (this.presenting === "window") {
        root.hidePopover?.();
        root.removeAttribute("popover");
      } else if (document.fullscreenElement) document.exitFullscreen();
      this.presenting = "";
    }
    root.classList.toggle("ovx-presenting", on);
    explorer.header.more.toggle(false);
    explorer.measure();
    explorer.draw();
    (on ? explorer.player.button : explorer.header.moreButton).focus();
  }

  escape() {
    const open = this.explorer.header.drops.find((drop) => drop.open);
    if (open) open.toggle(false);
    else if (this.predict) this.togglePredict();
    else this.present(false);
  }
}
