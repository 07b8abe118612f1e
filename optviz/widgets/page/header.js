// @ts-check
/**
 * The head: which rule on which landscape, and the buttons of what can be done.
 *
 * @import { Explorer } from "./app.js"
 */

import { element, icon, settingText } from "./controls.js";

export class Header {
  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
    const button = (/** @type {string} */ name, /** @type {any} */ sign, /** @type {string} */ word, /** @type {() => void} */ act) =>
      element("button", { type: "button", class: "ovx-button", "data-ovx": name, "aria-label": word, title: word, onclick: act },
        icon(sign), element("span", {}, word));
    this.ruleMenu = /** @type {HTMLSelectElement} */ (element("select", { class: "ovx-menu", "aria-label": "update rule",
      onchange: () => {
        const { value } = this.ruleMenu;
        if (value) explorer.chooseRules(value === "*" ? Object.keys(this.shown.scene.rules).filter((name) => this.racing(name)) : [value]);
      } }));
    this.objectiveMenu = /** @type {HTMLSelectElement} */ (element("select", { class: "ovx-menu", "aria-label": "landscape",
      onchange: () => explorer.choose({ objective: this.objectiveMenu.value, start: null, view: null, guesses: [] }) }));
    this.chip = element("button", { type: "button", class: "ovx-chip", hidden: true, onclick: () => explorer.pin() });
    this.pinButton = button("pin", "pin", "Pin", () => explorer.pin());
    this.guessButton = button("guess", "target", "Predict", () => explorer.modes.togglePredict());
    this.moreButton = button("more", "more", "More", () => explorer.more.toggleMenu());
    this.moreButton.setAttribute("aria-expanded", "false");
    this.moreButton.setAttribute("aria-controls", explorer.more.menu.id);
    this.element = element("div", { class: "ovx-head" },
      element("div", { class: "ovx-title" }, this.ruleMenu, element("span", { class: "ovx-on" }, "on"), this.objectiveMenu),
      element("div", { class: "ovx-tools" }, this.chip, this.pinButton, this.guessButton, this.moreButton), explorer.more.menu);
  }

  /** Whether a rule takes part when all race. @param {string} name */
  racing(name) {
    const { kind, untranslatable, code } = this.shown.scene.rules[name];
    return kind === "rule" && !untranslatable && (typeof code === "string" || this.shown.ground.n in code);
  }

  fill() {
    const { scene, state } = this.shown;
    const groups = [["rule", "Rules"], ["variant", "Variants"], ["mistake", "Published with a mistake"]];
    const names = Object.keys(scene.rules);
    const racers = names.filter((name) => this.racing(name));
    this.ruleMenu.replaceChildren(
      ...(this.shown.race ? [element("option", { value: "", selected: true }, `${state.rules.length} rules`)] : []),
      ...groups.map(([kind, label]) => [names.filter((name) => scene.rules[name].kind === kind), label])
        .filter(([own]) => own.length)
        .map(([own, label]) => element("optgroup", { label },
          .../** @type {string[]} */ (own).map((name) => element("option", { value: name, selected: !this.shown.race && name === state.rules[0] }, scene.rules[name].label)))),
      ...(racers.length > 1 ? [element("optgroup", { label: "Race" }, element("option", { value: "*" }, `All ${racers.length} rules`))] : []));
    this.objectiveMenu.replaceChildren(...Object.entries(scene.objectives).map(([name, ground]) =>
      element("option", { value: name, selected: name === state.objective }, ground.label)));
    this.explorer.root.dataset.race = String(this.shown.race);
    this.pinButton.hidden = this.guessButton.hidden = this.shown.race;
    const { pinned } = state, shown = pinned && pinned.objective === state.objective && !this.shown.race;
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
}
