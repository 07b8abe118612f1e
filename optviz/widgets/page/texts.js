// @ts-check
/**
 * What is said beside the picture: the sentence, the note, the step in numbers or the ranking, and to a screen reader.
 *
 * @import { Explorer } from "./app.js"
 */

import { numberText } from "../../join.js";
import { showFacts, showStep } from "./card.js";
import { element, markerOf, settingText } from "./controls.js";
import { comparison, LEAST, pointText, verdict } from "./say.js";

const EVERY = 100; // milliseconds between two changes
const SPOKEN_AFTER = 600; // milliseconds of rest after which a screen reader is told

export class Texts {
  cardKey = "";
  verdictShown = "";
  coordinate = 0;
  textAt = 0;
  textTimer = 0;
  spokenTimer = 0;

  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.shown = explorer.shown;
    this.card = element("div", { class: "ovx-card", "data-ovx": "card", tabindex: "0", role: "region" });
    this.say = element("p", {});
    this.note = element("p", { class: "ovx-note", "data-ovx": "note", hidden: true });
    this.status = element("div", { class: "ovx-status", role: "status" });
  }

  /** Something is different: say it at once, or a little later if something was said just now. @param {number} now */
  soon(now) {
    if (now - this.textAt >= EVERY) this.text(now);
    else if (!this.textTimer) {
      this.textTimer = window.setTimeout(() => {
        this.textTimer = 0;
        this.text(performance.now());
      }, EVERY);
    }
  }

  /** @param {number} now */
  text(now) {
    if (this.explorer.closed || !this.shown.page) return;
    this.textAt = now;
    this.sentence();
    this.fillCard();
    this.explorer.picture.speak();
    this.explorer.root.dataset.playing = String(this.shown.state.playing);
    clearTimeout(this.spokenTimer);
    this.spokenTimer = window.setTimeout(() => this.speak(), SPOKEN_AFTER);
  }

  sentence() {
    const { state, runs, scene } = this.shown, { predict } = this.explorer.modes;
    const parts = [];
    const blocked = this.shown.entries.find(({ name, problem }) => problem && state.rules.includes(name));
    if (predict?.asking) {
      parts.push("Where will ", element("b", {}, scene.rules[state.rules[0]].label), ` be after ${predict.k} step${predict.k > 1 ? "s" : ""}? `,
        predict.at ? `Your guess is ${pointText(predict.at)}.` : "Its path is hidden until you have guessed.");
    }
    else if (this.shown.race) parts.push(...this.raceSentence());
    else if (runs.length) {
      const entry = this.shown.running[0];
      const limit = this.shown.limit();
      const settings = Object.fromEntries(entry.rule.settings.map((/** @type {string} */ key) => [key, this.shown.valueOf(entry.name, key)]));
      const { kind, text } = verdict(runs[0], this.shown.ground, this.shown.page, scene.verdicts, settings, limit);
      const bad = kind === "diverged" || kind === "overflow";
      parts.push(element("b", { class: bad ? "ovx-bad" : "" }, entry.rule.label), ` ${text}.`);
      if (this.shown.pinnedRun) parts.push(element("span", { class: "ovx-quiet" }, comparison(this.shown.pinnedRun, runs[0])));
      this.verdictShown = text;
      if (predict) {
        const off = state.guesses.map(({ distance }) => (Number.isFinite(distance) ? numberText(distance, 2) : "–"));
        parts.push(element("span", { class: "ovx-quiet" }, ` Your guesses so far were off by ${off.join(", ")}.`));
      }
    }
    if (blocked) parts.push(element("b", { class: "ovx-bad" }, blocked.problem));
    const remark = blocked ? "" : this.remark();
    if (!parts.length) parts.push(remark);
    this.note.textContent = runs.length ? remark : "";
    this.note.hidden = !this.note.textContent;
    this.say.replaceChildren(...parts);
    const words = this.say.textContent ?? "";
    this.explorer.picture.canvas.setAttribute("aria-label", `${this.title()}. ${words}`);
    const { more, player, header } = this.explorer;
    more.undoButton.disabled = !this.explorer.past?.any;
    for (const button of player.buttons) button.disabled = !runs.length || Boolean(predict?.asking);
    header.pinButton.disabled = header.guessButton.disabled = !runs.length;
    this.explorer.titled?.(this.title());
  }

  /** The code cannot be loaded. @param {unknown} error */
  failed(error) {
    this.say.replaceChildren(element("b", { class: "ovx-bad" }, "The code of this picture cannot be loaded"), `: ${error instanceof Error ? error.message : error}.`);
  }

  /** What has to be known about the picture, "" if nothing. */
  remark() {
    const { state, entries, running, ground, scene } = this.shown, { alone, late, problems } = this.explorer;
    const kernel = entries.find(({ name, rule }) => rule.untranslatable && state.rules.includes(name));
    if (kernel) {
      const failed = this.shown.model.get("drawn")?.problems?.[kernel.name], { label } = kernel.rule;
      const shown = running.includes(kernel);
      return failed ? `${label}: ${failed}`
        : alone ? `${label} cannot be computed in a page, only in a notebook: ${shown ? "this is its last run there" : "here it can only be shown as it was when the page was written"}.`
        : late && !shown ? `${label} is drawn by the kernel, and nobody answers.`
        : `${label} is drawn by the kernel when you let go.`;
    }
    if (problems.length) return `Not everything in the link makes sense: ${problems.join("; ")}.`;
    const noisy = ground.draws > 0 || running.some(({ rule }) => rule.draws > 0);
    return noisy ? `It is noisy: the noise is that of seed ${scene.noise.seed}, and stays the same whatever is dragged.` : "";
  }

  title() {
    const { rules } = this.shown.state;
    return `${rules.length > 1 ? `${rules.length} rules` : this.shown.scene.rules[rules[0]].label} on ${this.shown.ground.label}`;
  }

  /** The settings that have a slider, but for the steps. */
  caption() {
    const { race, state, sharedRate } = this.shown;
    return this.explorer.sliders.visibleAxes().filter(({ name }) => name !== "steps")
      .map(({ name, label }) => `${label} ${settingText(race ? state.settings[name] ?? sharedRate : this.shown.valueOf(state.rules[0], name))}`).join(", ");
  }

  /** Places of the runs at the present step: the lowest error first, those that diverged last. */
  ranking() {
    const step = this.explorer.step;
    const { runs } = this.shown, groups = this.explorer.picture.drawn?.groups ?? [];
    // What is drawn may still be the race before.
    const places = (groups.flat().length === runs.length ? groups : runs.map((_, i) => [i])).map(([first, ...same]) => {
      const run = runs[first];
      const gone = run.diverged !== null && run.diverged <= step ? run.diverged : null;
      return { first, same, gone, error: run.errors[step] };
    });
    const shown = (/** @type {number} */ error) => (runs[0].log ? Math.max(error, LEAST) : error);
    const arrived = (/** @type {number} */ run) => runs[run].errors.findIndex((error) => error <= LEAST);
    return places.sort((a, b) => (a.gone !== null || b.gone !== null)
      ? (a.gone === null ? -1 : b.gone === null ? 1 : b.gone - a.gone)
      : shown(a.error) - shown(b.error) || arrived(a.first) - arrived(b.first)); // among equals, who got there first
  }

  raceSentence() {
    if (!this.shown.runs.length) return [];
    const ranking = this.ranking(), [first] = ranking;
    const gone = this.shown.runs.filter((run) => run.diverged !== null && run.diverged <= this.explorer.step).length;
    const all = this.shown.runs.length, leader = this.shown.running[first.first].rule.label;
    const what = this.shown.runs[0].log ? "an error" : "a value";
    return [element("b", {}, leader), ` leads at step ${this.explorer.step} with ${what} of `,
      element("b", {}, small(first.error, this.shown.runs[0].log)),
      gone ? `; ${gone} of ${all} ${gone === 1 ? "has" : "have"} diverged.` : `; none of ${all} has diverged.`,
      element("span", { class: "ovx-quiet" }, Object.keys(this.shown.state.settings).some((name) => name !== "lr")
        ? "" : " All other settings are the defaults of each rule.")];
  }

  fillCard() {
    const { card } = this, focused = card.contains(this.explorer.focused());
    card.setAttribute("aria-label", this.shown.race ? "ranking" : "the step in numbers");
    if (this.shown.race) this.fillRanking();
    else this.fillStep();
    if (focused && !card.contains(this.explorer.focused())) {
      const chosen = /** @type {HTMLElement | null} */ (card.querySelector("[aria-pressed=true]"));
      (chosen ?? card).focus({ preventScroll: true });
    }
  }

  fillStep() {
    const { state } = this.shown, { card } = this;
    const run = this.shown.runs[0];
    if (!run || this.explorer.modes.predict?.asking) {
      card.replaceChildren();
      this.cardKey = "";
      return;
    }
    const step = this.explorer.step;
    const at = run.rows.subarray(step * (run.n + 1), step * (run.n + 1) + run.n);
    const far = !this.explorer.picture.frame || this.explorer.picture.isFar(at);
    const inside = state.playing || this.explorer.moving ? null : this.shown.inside(step);
    const key = `${this.shown.asked()} ${step} ${this.coordinate} ${state.playing} ${this.explorer.moving} ${state.rules[0]} ${this.explorer.picture.wide} ${far}`;
    if (key === this.cardKey) return;
    this.cardKey = key;
    if (inside && !far) {
      const memory = this.shown.memoryOf(inside);
      const legend = [...(inside.given.g ? [{ kind: "gradient", letter: "−g", label: "downhill" }] : []),
        ...(memory ? [{ kind: "memory", letter: memory.letter, label: memory.letter.endsWith("v") ? "velocity" : "remembered" }] : []),
        { kind: "taken", letter: "", label: "step taken" }];
      showStep(card, this.shown.running[0].rule, inside, step, Math.min(this.coordinate, run.n - 1), this.explorer.picture.wide,
        (i) => {
          this.coordinate = i;
          this.fillCard();
        }, legend);
    } else showFacts(card, run, step, far);
  }

  fillRanking() {
    const ranking = this.ranking();
    const { colours } = this.explorer.picture;
    const families = new Set(this.shown.running.map(({ rule }) => rule.family ?? ""));
    const legend = element("p", { class: "ovx-families" }, ...[...families].map((family) =>
      element("span", { style: `--family:${colours.families[family] ?? colours.learner}` }, this.shown.scene.families[family] ?? "your own")));
    const list = element("ol", { class: "ovx-ranking" });
    ranking.forEach(({ first, same, gone, error }, place) => {
      const { rule } = this.shown.running[first], { colour } = this.explorer.picture.face(rule);
      const row = element("li", { tabindex: "0", "data-run": String(first),
        onpointerenter: () => this.explorer.light(first), onpointerleave: () => this.explorer.light(null),
        onfocus: () => this.explorer.light(first), onblur: () => this.explorer.light(null) },
        element("span", { class: "ovx-place" }, String(place + 1)), markerOf(rule.marker, colour),
        element("span", { class: "ovx-name" }, rule.label, ...(same.length
          ? [element("small", {}, ` = ${same.map((one) => this.shown.running[one].rule.label).join(" = ")}, same path`)] : [])),
        element("span", { class: "ovx-error" }, gone !== null ? `diverged at step ${gone}` : small(error, this.shown.runs[0].log)));
      list.append(row);
    });
    const held = this.card.contains(this.explorer.focused()) ? this.explorer.focused()?.getAttribute("data-run") : null;
    this.card.replaceChildren(legend, list);
    this.cardKey = "";
    if (held !== null) /** @type {HTMLElement | null} */ (this.card.querySelector(`[data-run="${held}"]`))?.focus();
  }

  /** Tell a screen reader what is shown, once after a change. */
  speak() {
    if (this.explorer.closed || !this.shown.page) return;
    const settings = this.shown.race ? "" : this.caption();
    const text = `${this.title()}${settings && ", "}${settings}. ${this.say.textContent}`;
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  close() {
    clearTimeout(this.textTimer);
    clearTimeout(this.spokenTimer);
  }
}

/** A value that may be too small to be told from nothing. @param {number} value @param {boolean} log */
const small = (value, log) => (log && value < LEAST ? "< 1e−16" : numberText(value, 3));
