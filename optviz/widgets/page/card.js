// @ts-check
/**
 * The step in numbers: each line of the rule's code in letters, in numbers, and what it gives.
 *
 * @import { Inside, Rule } from "../../join.js"
 * @import { Run } from "./say.js"
 */

import { card, numberText } from "../../join.js";
import { element } from "./controls.js";
import { lowestStep, pointText } from "./say.js";

const INDEX = ["₁", "₂"];

/**
 * Fill the card with step k → k + 1.
 * @param {HTMLElement} box @param {Rule} rule @param {Inside} inside @param {number} step @param {number} coordinate
 * @param {boolean} wide  letters too @param {(coordinate: number) => void} choose
 * @param {{letter: string, label: string, kind: string}[]} legend  of the arrows
 */
export function showStep(box, rule, inside, step, coordinate, wide, choose, legend) {
  const digits = wide ? 4 : 3;
  const n = inside.given.x.length;
  const key = element("p", { class: "ovx-legend" },
    ...legend.map((one) => element("span", { class: `ovx-key-${one.kind}` }, `${one.label} `, element("i", {}, one.letter))));
  const head = element("div", { class: "ovx-card-head" }, element("h2", {}, `Step ${step} → ${step + 1}`), ...(wide ? [key] : []));
  if (n > 1) {
    head.append(element("i", { class: "ovx-theta" }, "θ:"), element("span", { class: "ovx-switch", role: "group", "aria-label": "coordinate" },
      ...INDEX.map((index, i) => element("button", { type: "button", "aria-pressed": String(i === coordinate),
        onclick: () => choose(i) }, element("i", {}, `x${index}`)))));
  }
  const slope = inside.given.g;
  const rows = [];
  if (slope) {
    const where = rule.at ? "ahead" : `at ${pointText(inside.given.x.map((/** @type {number} */ x) => x), digits)}`;
    rows.push({ left: "g", symbols: "", numbers: `∂f/∂x${n > 1 ? INDEX[coordinate] : ""} ${where}`,
      result: numberText(slope[coordinate], digits) });
  }
  rows.push(...card(rule, inside, coordinate, digits));
  const list = element("dl", { class: "ovx-lines" });
  for (const { left, symbols, numbers, result } of rows) {
    const value = element("dd", {});
    if (wide && symbols) value.append(element("i", {}, "= ", ...raised(symbols)), element("br", {}));
    // A line that is only a value needs no sum.
    value.append("= ", ...(numbers === result ? [] : [...raised(numbers), " = "]), element("b", {}, result));
    list.append(element("dt", {}, element("i", {}, left)), value);
  }
  box.replaceChildren(head, list, ...(wide ? [] : [key]));
}

/** Return a formula with its exponents raised. @param {string} text @returns {(string | HTMLElement)[]} */
function raised(text) {
  return text.split(/\^(\([^()]*\)|[\p{L}\d.]+)/u).map((part, k) => (k % 2 ? element("sup", {}, part.replace(/^\((.*)\)$/, "$1")) : part));
}

/**
 * Fill the card with what there is to say at the end, or where the numbers have left the picture.
 * @param {HTMLElement} box @param {Run} run @param {number} step @param {boolean} far  outside of the view
 */
export function showFacts(box, run, step, far) {
  const { rows, n, errors } = run;
  const at = (/** @type {number} */ k) => rows.subarray(k * (n + 1), k * (n + 1) + n);
  const length = step > 0 ? Math.hypot(...Array.from(at(step), (x, i) => x - at(step - 1)[i])) : null;
  const lowest = lowestStep(run);
  const numbers = at(step).every(Number.isFinite);
  const name = run.log ? "error" : "f";
  const facts = [
    ["point", numbers ? pointText(at(step)) + (far ? ", far outside of the view" : "") : "no number any more"],
    [name, Number.isFinite(errors[step]) ? numberText(errors[step], 3) : "no number any more"],
    ...(length === null || !Number.isFinite(length) ? [] : [["last step", numberText(length, 3)]]),
    ["lowest", `${numberText(errors[lowest], 3)} at step ${lowest}`],
  ];
  box.replaceChildren(
    element("h2", {}, step === 0 ? "At the start" : `After step ${step}`),
    element("dl", { class: "ovx-facts" }, ...facts.flatMap(([what, value]) => [element("dt", {}, what), element("dd", {}, value)])),
    ...(step === run.steps && run.diverged === null
      ? [element("p", { class: "ovx-quiet ovx-hint" }, "Go to any step to see its numbers in the formula.")] : []),
  );
}
