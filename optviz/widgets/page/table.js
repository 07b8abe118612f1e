// @ts-check
/**
 * The runs as a table: every step in numbers, for a screen reader, and to be copied into a spreadsheet.
 *
 * @import { Explorer } from "./app.js"
 */

import { numberText } from "../../join.js";
import { element } from "./controls.js";

const MOST_ROWS = 1000; // in the page; what is copied has all

export class Table {
  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
    this.caption = element("caption", {});
    this.head = element("tr", {});
    this.body = element("tbody", {});
    const copy = this.copy = /** @type {HTMLButtonElement} */ (element("button", { type: "button", class: "ovx-button", onclick: async () => {
      const said = await explorer.more.copy(this.rows(1).map((row) => row.join("\t")).join("\n"));
      copy.textContent = said;
      setTimeout(() => (copy.textContent = "Copy"), 2000);
    } }, "Copy"));
    this.element = element("div", { class: "ovx-panel ovx-table", "data-ovx": "table" },
      element("div", { class: "ovx-panel-head" }, element("b", {}, "Every step"), copy,
        element("button", { type: "button", class: "ovx-button", onclick: () => explorer.modes.toggleTable() }, "Close")),
      element("div", { class: "ovx-scroll", tabindex: "0", role: "region", "aria-label": "table of the run" },
        element("table", {}, this.caption, element("thead", {}, this.head), this.body)));
    this.update();
  }

  /** The names of the columns: of one run its point, value and error, of a race the errors. @returns {string[]} */
  get columns() {
    const { race, running, runs: [run] } = this.shown;
    if (race) return ["step", ...running.map(({ rule }) => rule.label)];
    const point = run?.n === 1 ? ["x"] : ["x₁", "x₂"];
    return ["step", ...point, "f", ...(run?.log ? [run.label.replace("error ", "")] : [])];
  }

  /**
   * Return the table, the names of the columns first.
   * @param {number} every  how many steps from one row to the next @param {(value: number) => string} [text]
   */
  rows(every, text = String) {
    const { race, runs, runs: [run] } = this.shown;
    const rows = [this.columns];
    for (let k = 0; k <= (run?.steps ?? -1); k += every) {
      const cells = race ? runs.map(({ errors }) => errors[k])
        : [...run.rows.subarray(k * (run.n + 1), (k + 1) * (run.n + 1)), ...(run.log ? [run.errors[k]] : [])];
      rows.push([String(k), ...cells.map(text)]);
    }
    return rows;
  }

  update() {
    const { race, runs: [run] } = this.shown;
    const every = Math.ceil(((run?.steps ?? 0) + 1) / MOST_ROWS);
    const hidden = this.explorer.modes.predict?.asking;
    this.copy.disabled = Boolean(hidden);
    const [names, ...rows] = hidden ? [this.columns] : this.rows(every, (value) => numberText(value, 6));
    const label = run?.label.replace("error ", "") ?? "";
    this.caption.textContent = `${this.explorer.texts.title()}${race ? `: ${label} of each rule` : ""}${every > 1 ? `, every ${every} steps` : ""}${hidden ? ": hidden until the guess is revealed" : ""}`;
    this.head.replaceChildren(...names.map((name) => element("th", { scope: "col" }, name)));
    this.body.replaceChildren(...rows.map(([step, ...cells]) => element("tr", {}, element("th", { scope: "row" }, step),
      ...cells.map((cell) => element("td", {}, cell)))));
  }
}
