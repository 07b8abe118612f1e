// @ts-check
/**
 * Ways to look that are entered and left: a guess before the answer, a map or a table below, a projector's size.
 *
 * @import { Explorer } from "./app.js"
 */

import { MapPanel } from "./map_panel.js";
import { Predict } from "./predict.js";
import { Table } from "./table.js";

// What is made larger for a projector, CSS pixels: with everything beside the landscape, or below it.
const STAGES = [{ across: 1088, up: 612, land: 620 }, { across: 752, up: 612, land: 464 }];

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

  /** How wide everything is, and how much larger than in a notebook: so that the landscape is as large as it can be. */
  get stage() {
    if (!this.presenting) return { width: 0, zoom: 1 };
    const [best] = STAGES.map(({ across, up, land }) => {
      const zoom = Math.min(innerWidth / (across + 38), innerHeight / up);
      return { width: across, zoom, land: zoom * land * Number(zoom >= 1) };
    }).sort((one, other) => other.land - one.land);
    return best.zoom < 1 ? { width: innerWidth - 20, zoom: 1 } : best;
  }

  togglePredict() {
    if (this.predict) {
      this.leavePredict();
      return;
    }
    if (this.shown.race || !this.shown.runs.length) return;
    const { shown, explorer } = this;
    explorer.player.stop();
    explorer.hover = null;
    this.predict = new Predict({
      get frame() { return explorer.picture.frame; },
      run: () => shown.runs[0] ?? null,
      values: () => shown.asked(),
      height: (x) => shown.page.value(x),
      shown: (guess) => {
        shown.state.guesses = [...shown.state.guesses, guess];
        shown.state.step = guess.k;
        explorer.commit();
        explorer.event("guess", { k: guess.k, distance: guess.distance });
      },
      changed: () => explorer.draw(),
      asks: () => this.hide(),
    }, explorer.texts.title());
    explorer.picture.land.append(this.predict.bar);
    explorer.root.dataset.mode = "predict";
    explorer.header.guessButton.setAttribute("aria-pressed", "true");
    explorer.picture.canvas.focus({ preventScroll: true });
    this.hide();
  }

  /** What would give the answer away comes and goes. */
  hide() {
    const { explorer } = this;
    if (this.predict?.asking) explorer.player.stop();
    this.table?.update();
    explorer.texts.text(performance.now());
    explorer.draw();
  }

  leavePredict() {
    if (!this.predict) return;
    const { explorer } = this, { header, picture, root } = explorer, inside = picture.land.contains(explorer.focused());
    this.predict.bar.remove();
    this.predict = null;
    delete root.dataset.mode;
    if (inside) header.guessButton.focus({ preventScroll: true });
    header.guessButton.setAttribute("aria-pressed", "false");
    explorer.texts.cardKey = "";
    this.hide();
  }

  toggleMap(on = !this.map) {
    if (!on) {
      const inside = this.map?.element.contains(this.explorer.focused());
      this.map?.close();
      this.map?.element.remove();
      this.map = null;
      if (inside) this.explorer.header.moreButton.focus();
    } else if (!this.map) {
      this.map = new MapPanel(() => this.mapHost(), {
        input: (values) => {
          this.explorer.take("map");
          this.shown.state.settings = { ...this.shown.state.settings, ...values };
          this.explorer.sliders.setControls();
          this.explorer.changed();
        },
        rest: () => this.explorer.commit(),
        restSoon: () => this.explorer.commitSoon(),
        close: () => this.toggleMap(false),
      });
      this.explorer.frameElement.append(this.map.element);
      this.map.update();
      this.map.canvas.focus({ preventScroll: true });
      this.map.element.scrollIntoView({ block: "nearest" });
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
      start: this.shown.start, steps: state.steps, run, hidden: Boolean(this.predict?.asking), noise: this.shown.noise("rule"), gradientNoise: this.shown.noise("objective"),
      colours: this.explorer.picture.colours, font: this.explorer.picture.font, ratio: this.explorer.picture.ratio,
      far: scene.verdicts.diverged,
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
    explorer.header.leaveButton.hidden = !on;
    (on ? explorer.player.button : explorer.header.moreButton).focus();
  }

  escape() {
    const open = this.explorer.header.drops.find((drop) => drop.open);
    if (open) open.toggle(false);
    else if (this.predict) this.togglePredict();
    else this.present(false);
  }
}
