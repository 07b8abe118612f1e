// @ts-check
/**
 * What waits behind More: what is done seldom, each with its key, and the help.
 *
 * @import { Explorer } from "./app.js"
 */

import { element } from "./controls.js";
import { KEYS } from "./keys.js";
import { save, savePage } from "./save.js";
import { snapshot } from "./snapshot.js";
import { toHash } from "./state.js";

const SPEEDS = [0.5, 1, 2, 4];

export class More {
  speed = 1;
  /** @type {string | undefined} */ themeChosen;

  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
    this.menu = element("div", { class: "ovx-more", id: `${explorer.id}-more` });
    this.undoButton = /** @type {HTMLButtonElement} */ (this.item("Undo", "U", () => explorer.undo()));
    this.undoButton.disabled = true;
    this.fill();
  }

  /**
   * Return a row: what it does, its key, and what happens; a text that comes back is shown for a moment.
   * @param {string} word @param {string} key @param {() => void | string | Promise<void | string>} act
   */
  item(word, key, act) {
    const label = element("span", {}, word);
    return element("button", { type: "button", class: "ovx-item", onclick: async () => {
      const said = await act();
      if (!said) return;
      label.textContent = said;
      setTimeout(() => (label.textContent = word), 2000);
    } }, label, ...(key ? [element("kbd", {}, key)] : []));
  }

  fill() {
    const { explorer, menu } = this, { alone, linked, modes } = explorer;
    /** Do something that the menu would stand in the way of. @param {() => void} act */
    const away = (act) => () => {
      explorer.header.more.toggle(false);
      act();
    };
    const speed = /** @type {HTMLSelectElement} */ (element("select", { onchange: () => (this.speed = SPEEDS[speed.selectedIndex]) },
      ...SPEEDS.map((one) => element("option", { selected: one === 1 }, `${one}×`))));
    const theme = /** @type {HTMLSelectElement} */ (element("select", { onchange: () => {
      this.themeChosen = theme.value;
      explorer.dress();
    } }, ...[["", "as the page"], ["light", "light"], ["dark", "dark"]].map(([value, word]) =>
      element("option", { value, selected: value === (this.shown.model.get("options")?.theme ?? "") }, word))));
    menu.replaceChildren(
      this.undoButton,
      this.item("As at first", "", away(() => explorer.restart())),
      this.item("Whole view", "0", () => explorer.wholeView()),
      this.item("Map of two settings", "M", away(() => modes.toggleMap())),
      this.item("Table of the run", "T", away(() => modes.toggleTable())),
      this.item("Present", "F", away(() => modes.present())),
      element("hr", {}),
      this.item(linked ? "Copy link" : "Copy Python", "", () => this.copy(linked
        ? location.href.replace(/#.*/, "") + `#${toHash(this.shown.state, explorer.index)}` : this.python())),
      this.item("Save picture", "", () => this.savePicture()),
      ...(alone ? [] : [this.item("Save as a page", "", () => savePage(this.shown.model, this.fileName("html"), explorer.texts.title()))]),
      element("hr", {}),
      element("label", {}, "Speed", speed), element("label", {}, "Theme", theme),
      element("dl", { class: "ovx-keys" }, ...KEYS.flatMap(([key, what]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, what)])),
      element("p", { class: "ovx-quiet" }, "Bars above a slider are values you have tried: higher for a lower error, a dash where it diverged."));
  }

  /** @param {string} text */
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return "Copied";
    } catch {
      return "The browser does not allow it";
    }
  }

  /** @param {string} ending */
  fileName(ending) {
    const { rules, objective } = this.shown.state;
    return `${rules.length > 1 ? "race" : rules[0]}-${objective}.${ending}`;
  }

  async savePicture() {
    save(await snapshot(this.explorer), this.fileName("png"));
  }

  python() {
    const { rules, objective, settings, steps } = this.shown.state;
    const text = (/** @type {any} */ value) => value === true ? "True" : value === false ? "False" : value === null ? "None" : JSON.stringify(value);
    const named = [`steps=${steps}`, `start=${text([...this.shown.start])}`, ...Object.entries(settings).map(([name, value]) => `${name}=${text(value)}`)];
    return `optviz.explore(${text(rules.length > 1 ? rules : rules[0])}, ${text(objective)}, ${named.join(", ")})`;
  }
}
