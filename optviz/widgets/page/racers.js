// @ts-check
/**
 * Who races: a list of all rules, from which some are taken.
 *
 * @import { Explorer } from "./app.js"
 */

import { element, markerOf } from "./controls.js";
import { KINDS } from "./header.js";

const MOST = 19; // that a race can show

export class Racers {
  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
    this.list = element("div", { class: "ovx-racers", hidden: true, id: `${explorer.id}-racers`, role: "group", "aria-label": "rules that race" });
  }

  /** The names of those that can run here without a kernel. */
  get able() {
    const { scene, ground } = this.shown;
    return Object.keys(scene.rules).filter((name) => {
      const { untranslatable, code } = scene.rules[name];
      return !untranslatable && (typeof code === "string" || ground.n in code);
    });
  }

  /** The originals among them: those that "all" means. */
  get all() {
    return this.able.filter((name) => this.shown.scene.rules[name].kind === "rule").slice(0, MOST);
  }

  fill() {
    const { scene, state } = this.shown, chosen = state.rules;
    const { colours } = this.explorer.picture, able = new Set([...this.able, ...chosen]);
    const focused = this.explorer.focused(), inside = this.list.contains(focused), held = inside && focused?.getAttribute("value");
    const row = (/** @type {string} */ name) => {
      const rule = scene.rules[name], on = chosen.includes(name);
      return element("label", {},
        element("input", { type: "checkbox", value: name, checked: on, disabled: on ? chosen.length < 2 : chosen.length >= MOST,
          onchange: () => this.toggle(name) }),
        markerOf(rule.marker, colours.families[rule.family] ?? colours.learner), rule.label);
    };
    this.list.replaceChildren(
      element("div", { class: "ovx-racers-head" }, element("b", {}, "Race"),
        element("span", { class: "ovx-quiet" }, `${chosen.length} of at most ${MOST}`),
        element("button", { type: "button", class: "ovx-button", onclick: () => this.explorer.chooseRules(this.all) }, "All"),
        element("button", { type: "button", class: "ovx-button", onclick: () => this.explorer.chooseRules(chosen.slice(0, 1)) }, "End race")),
      ...KINDS.map(([kind, label]) => [label, [...able].filter((name) => scene.rules[name].kind === kind)])
        .filter(([, names]) => names.length)
        .map(([label, names]) => element("fieldset", {}, element("legend", {}, String(label)), .../** @type {string[]} */ (names).map(row))));
    // What had the keyboard is there anew, or cannot be moved any more.
    const next = this.list.querySelector(held ? `[value="${held}"]:not([disabled])` : "button") ?? this.list.querySelector("button");
    if (inside) /** @type {HTMLElement} */ (next).focus();
  }

  /** @param {string} name */
  toggle(name) {
    const { rules } = this.shown.state;
    this.explorer.chooseRules(rules.includes(name) ? rules.filter((one) => one !== name) : [...rules, name]);
  }
}
