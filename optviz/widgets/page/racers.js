// @ts-check
/**
 * Who races: a list of all rules, from which some are taken.
 *
 * @import { Explorer } from "./app.js"
 */

import { element, markerOf } from "./controls.js";
import { KINDS } from "./header.js";

export class Racers {
  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
    this.list = element("div", { class: "ovx-racers", hidden: true, id: `${explorer.id}-racers`, role: "group", "aria-label": "rules that race" });
  }

  /** The names of those that can run here without a kernel. */
  get able() {
    const { scene } = this.shown;
    return Object.keys(scene.rules).filter((name) => !scene.rules[name].untranslatable && !this.shown.problemOf(name));
  }

  /** The originals among them: those that "all" means. */
  get all() {
    return this.able.filter((name) => this.shown.scene.rules[name].kind === "rule").slice(0, this.shown.scene.most_rules);
  }

  fill() {
    const { scene, state } = this.shown, chosen = state.rules;
    const able = new Set([...this.able, ...chosen]);
    const focused = this.explorer.focused(), inside = this.list.contains(focused), held = inside && focused?.getAttribute("value");
    const row = (/** @type {string} */ name) => {
      const rule = scene.rules[name], on = chosen.includes(name);
      return element("label", {},
        element("input", { type: "checkbox", value: name, checked: on, disabled: on ? chosen.length < 2 : chosen.length >= scene.most_rules,
          onchange: () => this.toggle(name) }),
        markerOf(rule.marker, this.explorer.picture.face(rule).colour), rule.label);
    };
    this.list.replaceChildren(
      element("div", { class: "ovx-racers-head" }, element("b", {}, "Race"),
        element("span", { class: "ovx-quiet" }, `${chosen.length} of at most ${scene.most_rules}`),
        element("button", { type: "button", class: "ovx-button", onclick: () => this.explorer.chooseRules(this.all) }, "All"),
        ...(chosen.length < 2 ? [] : [element("button", { type: "button", class: "ovx-button", onclick: () => this.end() }, "End race")])),
      ...KINDS.map(([kind, label]) => [label, [...able].filter((name) => scene.rules[name].kind === kind)])
        .filter(([, names]) => names.length)
        .map(([label, names]) => element("fieldset", {}, element("legend", {}, String(label)), .../** @type {string[]} */ (names).map(row))));
    // What had the keyboard is there anew, or cannot be moved any more.
    const next = this.list.querySelector(held ? `[value="${held}"]:not([disabled])` : "button") ?? this.list.querySelector("button");
    if (inside) /** @type {HTMLElement} */ (next).focus();
  }

  /** Back to the rule that was shown before, or to the first. */
  end() {
    const { rules } = this.shown.state, { cameFrom, header } = this.explorer;
    header.racers.toggle(false);
    this.explorer.chooseRules([rules.includes(cameFrom) ? cameFrom : rules[0]]);
  }

  /** @param {string} name */
  toggle(name) {
    const { rules } = this.shown.state;
    this.explorer.chooseRules(rules.includes(name) ? rules.filter((one) => one !== name) : [...rules, name]);
  }
}
