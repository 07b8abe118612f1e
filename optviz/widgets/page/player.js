// @ts-check
/**
 * Time: the run plays, or goes a step.
 *
 * @import { Explorer } from "./app.js"
 */

import { element, icon } from "./controls.js";

const RUN_SECONDS = 6; // for a whole run at speed 1

export class Player {
  /** @type {number | undefined} */ playedAt;
  exact = 0; // the step with its fraction

  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    const move = (/** @type {"back" | "forward"} */ way, /** @type {string} */ name, /** @type {string} */ label, /** @type {number} */ by) =>
      element("button", { type: "button", class: `ovx-button ovx-${way}`, "data-ovx": name, "aria-label": label,
        onclick: () => this.go(explorer.state.step + by) }, icon(way));
    this.button = element("button", { type: "button", class: "ovx-play", "data-ovx": "play", "aria-label": "Play",
      onclick: () => this.play() }, icon("play"));
    this.buttons = /** @type {HTMLButtonElement[]} */ ([this.button, move("back", "back", "One step back", -1), move("forward", "fwd", "One step forward", 1)]);
  }

  /** @param {boolean} [on] @param {boolean} [tell]  false: the model knows it already */
  play(on = !this.explorer.state.playing, tell = true) {
    const { explorer, explorer: { state } } = this;
    if (on === state.playing || (on && explorer.modes.predict?.asking)) return;
    state.playing = on;
    this.playedAt = undefined;
    if (on && state.step >= state.steps) state.step = 0;
    this.exact = state.step;
    this.button.replaceChildren(icon(on ? "pause" : "play"));
    this.button.setAttribute("aria-label", on ? "Pause" : "Play");
    if (tell) explorer.commit();
    explorer.draw();
  }

  /** Stand still, because a hand moves something; that is told when it lets go. */
  stop() {
    this.play(false, false);
  }

  /** Go on as far as time has gone on. @param {number} now  milliseconds */
  advance(now) {
    const { state, more } = this.explorer;
    const since = Math.min(now - (this.playedAt ?? now), 100);
    this.playedAt = now;
    this.exact += (since / 1000 / RUN_SECONDS) * state.steps * more.speed;
    state.step = Math.min(state.steps, Math.floor(this.exact));
    if (state.step === state.steps) this.play(false);
  }

  /** @param {number} step */
  go(step) {
    const { explorer, explorer: { state } } = this;
    if (explorer.modes.predict?.asking) return;
    const to = Math.max(0, Math.min(state.steps, step));
    this.stop();
    explorer.hover = null;
    if (to === state.step) return;
    state.step = to;
    explorer.draw();
    explorer.commitSoon();
  }
}
