// @ts-check
/**
 * What waits behind More: undo, links, speed, theme, and the help.
 *
 * @import { Explorer } from "./app.js"
 */

import { element } from "./controls.js";
import { KEYS } from "./keys.js";
import { toHash } from "./state.js";

const SPEEDS = [0.5, 1, 2, 4];

export class More {
  speed = 1;
  /** @type {string | undefined} */ themeChosen;

  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
    this.menu = element("div", { class: "ovx-more", hidden: true, id: `${explorer.id}-more` });
    this.undoButton = /** @type {HTMLButtonElement} */ (element("button", { type: "button", class: "ovx-button", disabled: true,
      onclick: () => explorer.undo() }, element("span", {}, "Undo")));
    this.fill();
  }

  fill() {
    const { menu } = this;
    const speed = /** @type {HTMLSelectElement} */ (element("select", { "aria-label": "speed", onchange: () => (this.speed = SPEEDS[speed.selectedIndex]) },
      ...SPEEDS.map((one) => element("option", { selected: one === 1 }, `${one}×`))));
    const theme = /** @type {HTMLSelectElement} */ (element("select", { "aria-label": "theme", onchange: () => {
      this.themeChosen = theme.value;
      this.explorer.dress();
    } }, ...[["", "as the page"], ["light", "light"], ["dark", "dark"]].map(([value, word]) =>
      element("option", { value, selected: value === (this.shown.model.get("options")?.theme ?? "") }, word))));
    const copyButton = element("button", { type: "button", class: "ovx-button", onclick: async () => {
      const text = this.explorer.alone ? location.href.replace(/#.*/, "") + `#${toHash(this.shown.state, this.explorer.index)}` : this.python();
      try {
        await navigator.clipboard.writeText(text);
        copyButton.textContent = "Copied";
      } catch {
        copyButton.textContent = "The browser does not allow it";
      }
      setTimeout(() => (copyButton.textContent = word), 2000);
    } });
    const word = this.explorer.alone ? "Copy link" : "Copy Python";
    copyButton.textContent = word;
    menu.replaceChildren(
      this.undoButton, copyButton,
      element("button", { type: "button", class: "ovx-button", onclick: () => this.explorer.modes.toggleMap() }, "Map of two settings"),
      element("button", { type: "button", class: "ovx-button", onclick: () => this.explorer.modes.present() }, "Present"),
      element("button", { type: "button", class: "ovx-button", onclick: () => this.explorer.wholeView() }, "Whole view"),
      element("label", {}, "Speed ", speed), element("label", {}, "Theme ", theme),
      element("dl", { class: "ovx-keys" }, ...KEYS.flatMap(([key, what]) => [element("dt", {}, key), element("dd", {}, what)])));
  }

  python() {
    const { rules, objective, settings, steps } = this.shown.state;
    const text = (/** @type {any} */ value) => value === true ? "True" : value === false ? "False" : value === null ? "None" : JSON.stringify(value);
    const named = [`steps=${steps}`, `start=${text([...this.shown.start])}`, ...Object.entries(settings).map(([name, value]) => `${name}=${text(value)}`)];
    return `optviz.explore(${text(rules.length > 1 ? rules : rules[0])}, ${text(objective)}, ${named.join(", ")})`;
  }

  toggleMenu(on = this.menu.hidden) {
    this.menu.hidden = !on;
    this.explorer.header.moreButton.setAttribute("aria-expanded", String(on));
    if (on) /** @type {HTMLElement} */ (this.menu.querySelector("button:not([disabled])")).focus();
    else if (this.menu.contains(this.explorer.focused()) || this.explorer.focused() === this.explorer.root) this.explorer.header.moreButton.focus();
  }
}
