// @ts-check
/**
 * The head: which rule on which landscape, and the buttons of what can be done.
 *
 * @import { Explorer } from "./app.js"
 */

import { element, icon, settingText } from "./controls.js";
import { Drop } from "./drop.js";

/** Kinds of rules, with the words above them in lists. */
export const KINDS = [["rule", "Rules"], ["variant", "Variants"], ["mistake", "Published with a mistake"]];

export class Header {
  /** @param {Explorer} explorer */
  constructor(explorer) {
    const { more, racers } = explorer;
    this.explorer = explorer;
    this.shown = explorer.shown;
    const button = (/** @type {string} */ name, /** @type {any} */ sign, /** @type {string} */ word, /** @type {() => void} */ act) => /** @type {HTMLButtonElement} */ (
      element("button", { type: "button", class: "ovx-button", "data-ovx": name, "aria-label": word, title: word, onclick: act },
        icon(sign), element("span", {}, word)));
    this.ruleMenu = /** @type {HTMLSelectElement} */ (element("select", { class: "ovx-menu", "aria-label": "update rule",
      onchange: () => this.chose(this.ruleMenu.value) }));
    this.objectiveMenu = /** @type {HTMLSelectElement} */ (element("select", { class: "ovx-menu", "aria-label": "landscape",
      onchange: () => explorer.choose({ objective: this.objectiveMenu.value, start: null, view: null, guesses: [] }) }));
    this.chip = element("button", { type: "button", class: "ovx-chip", hidden: true, onclick: () => explorer.pin() });
    this.pinButton = button("pin", "pin", "Pin", () => explorer.pin());
    this.guessButton = button("guess", "target", "Predict", () => explorer.modes.togglePredict());
    this.racersButton = button("racers", "list", "Race", () => this.racers.toggle());
    this.moreButton = button("more", "more", "More", () => this.more.toggle());
    this.racers = new Drop(this.racersButton, racers.list, () => explorer.focused());
    this.more = new Drop(this.moreButton, more.menu, () => explorer.focused());
    this.drops = [this.racers, this.more];
    this.leaveButton = element("button", { type: "button", class: "ovx-button", "data-ovx": "leave", hidden: true,
      onclick: () => explorer.modes.present(false) }, "✕ Leave");
    const pick = (/** @type {HTMLElement} */ menu) => element("span", { class: "ovx-pick" }, menu);
    this.element = element("div", { class: "ovx-head" },
      element("div", { class: "ovx-title" }, pick(this.ruleMenu), element("span", { class: "ovx-on" }, "on"), pick(this.objectiveMenu)),
      this.chip, element("div", { class: "ovx-tools" }, this.pinButton, this.guessButton, this.racersButton, this.moreButton), this.leaveButton,
      racers.list, more.menu);
  }

  /** @param {string} value  a rule, `*` for all, `?` for some, "" for those that race */
  chose(value) {
    const { explorer } = this;
    if (value === "*") explorer.chooseRules(explorer.racers.all);
    else if (value && value !== "?") explorer.chooseRules([value]);
    if (value !== "?") return;
    this.fill();
    this.racers.toggle(true);
  }

  fill() {
    const { scene, state, race } = this.shown, { racers } = this.explorer;
    const names = Object.keys(scene.rules);
    const option = (/** @type {string} */ value, /** @type {string} */ label, selected = false, disabled = false) =>
      element("option", { value, selected, disabled }, disabled ? `${label} (needs a notebook)` : label);
    const drawn = this.shown.model.get("drawn")?.runs ?? {};
    const closed = (/** @type {string} */ name) => this.explorer.alone && Boolean(scene.rules[name].untranslatable) && !drawn[name];
    this.ruleMenu.replaceChildren(
      ...(race ? [option("", `${state.rules.length} rules`, true)] : []),
      ...KINDS.map(([kind, label]) => ({ label, own: names.filter((name) => scene.rules[name].kind === kind) }))
        .filter(({ own }) => own.length)
        .map(({ own, label }) => element("optgroup", { label },
          ...own.map((name) => option(name, scene.rules[name].label, !race && name === state.rules[0], closed(name))))),
      ...(racers.able.length > 1 ? [element("optgroup", { label: "Race" }, option("*", `All ${racers.all.length} rules`), option("?", "Choose …"))] : []));
    this.objectiveMenu.replaceChildren(...Object.entries(scene.objectives).map(([name, ground]) => option(name, ground.label, name === state.objective)));
    this.explorer.root.dataset.race = String(race);
    this.pinButton.hidden = this.guessButton.hidden = race;
    this.racersButton.hidden = racers.able.length < 2;
    racers.fill();
    this.fillChip();
  }

  /** Say what is pinned. */
  fillChip() {
    const { scene, state, race } = this.shown, { pinned } = state;
    const shown = pinned && pinned.objective === state.objective && !race;
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
