// @ts-check
/**
 * The state of an explorer: one list of its properties, for the trait that Python sees, for links and for undo.
 *
 * @typedef {object} State
 * @property {number} format @property {number} seq  counts what was let go of
 * @property {string[]} rules  several are a race
 * @property {string} objective
 * @property {Record<string, any>} settings  those that were chosen; all others have their default
 * @property {number[] | null} start  null: the objective's own
 * @property {number} steps
 * @property {number} step  the one that is looked at
 * @property {boolean} playing
 * @property {Pinned | null} pinned
 * @property {{k: number, at: number[], distance: number}[]} guesses
 * @property {number[][] | null} view  null: the objective's own
 *
 * @typedef {{rule: string, objective: string, settings: Record<string, any>, start: number[], steps: number}} Pinned
 */

/** What is kept for undo: what a picture depends on. */
const REMEMBERED = /** @type {const} */ (["rules", "objective", "settings", "start", "steps", "pinned", "view"]);
const FORMAT = 1;

/**
 * @typedef {object} Property  how a property stands in a link
 * @property {(state: State) => Record<string, string>} write
 * @property {(told: Record<string, string>, scene: any, state: State) => Partial<State>} read  throws a sentence
 */

/** @param {string} text @param {string} what */
function number(text, what) {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value)) throw new Error(`${what} = ${text} is not a number`);
  return value;
}
/** @param {string} text @param {string} what @param {number} low @param {number} high */
function whole(text, what, low, high) {
  const value = number(text, what);
  if (value !== Math.round(value) || value < low || value > high) {
    throw new Error(`${what} = ${text} is not a whole number from ${low} to ${high}`);
  }
  return value;
}
/** @param {string} text @param {string} what @param {number} count */
function numbers(text, what, count) {
  const values = text.split(",").map((one) => number(one, what));
  if (values.length !== count) throw new Error(`${what} = ${text} is not ${count} number${count > 1 ? "s" : ""}`);
  return values;
}

/** Settings stand in a link with a prefix, so that none meets a key of ours. @param {Record<string, any>} settings @param {string} prefix */
const written = (settings, prefix) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix}${name}`, JSON.stringify(value)]));

/**
 * Return the settings that a link says, and what of them makes no sense: there stays what was before.
 * @param {Record<string, string>} told @param {string} prefix @param {any} scene @param {string[]} rules
 * @param {Record<string, any>} before
 */
function settingsIn(told, prefix, scene, rules, before) {
  const found = /** @type {Record<string, any>} */ ({}), problems = [];
  for (const key of Object.keys(told).filter((one) => one.startsWith(prefix))) {
    const name = key.slice(prefix.length);
    const axis = rules.map((rule) => axisOf(scene, rule, name)).find((one) => one);
    if (!axis) {
      problems.push(`${rules.join(" and ")} has no setting ${name}`);
      continue;
    }
    try {
      found[name] = settingOf(axis, told[key]);
    } catch (error) {
      problems.push(/** @type {Error} */ (error).message);
      if (Object.hasOwn(before, name)) found[name] = before[name];
    }
  }
  return { found, problems };
}

/** In this order: what stands later may depend on what stands before. @type {Property[]} */
const PROPERTIES = [
  {
    write: ({ rules }) => ({ r: rules.join(",") }),
    read: ({ r }, scene) => {
      if (r === undefined) return {};
      const rules = r.split(",");
      const strange = rules.find((name) => !Object.hasOwn(scene.rules, name));
      if (strange !== undefined) throw new Error(`this page has no rule ${strange}`);
      if (new Set(rules).size < rules.length) throw new Error(`r = ${r} names a rule twice`);
      if (rules.length > scene.most_rules) throw new Error(`r names ${rules.length} rules, at most ${scene.most_rules} race`);
      return { rules };
    },
  },
  {
    write: ({ objective }) => ({ o: objective }),
    read: ({ o }, scene) => {
      if (o === undefined) return {};
      if (!Object.hasOwn(scene.objectives, o)) throw new Error(`this page has no landscape ${o}`);
      return { objective: o, start: null, view: null };
    },
  },
  {
    write: ({ settings }) => written(settings, "s."),
    read: (told, scene, { rules, settings }) => {
      const { found, problems } = settingsIn(told, "s.", scene, rules, settings);
      if (problems.length) throw Object.assign(new Error(problems.join("; ")), { partly: { settings: found } });
      // A link that names its rules says all: what it does not set has its default.
      return Object.keys(found).length || told.r === rules.join(",") ? { settings: found } : {};
    },
  },
  {
    write: ({ start }) => /** @type {Record<string, string>} */ (start ? { start: start.join(",") } : {}),
    read: ({ start }, scene, { objective }) =>
      start === undefined ? {} : { start: numbers(start, "start", scene.objectives[objective].n) },
  },
  {
    write: ({ steps }) => ({ n: String(steps) }),
    read: ({ n }, scene) => {
      if (n === undefined) return {};
      const steps = whole(n, "n", 1, scene.most_steps);
      return { steps, step: steps };
    },
  },
  {
    write: ({ step }) => ({ t: String(step) }),
    read: ({ t }, scene, { steps }) => (t === undefined ? {} : { step: whole(t, "t", 0, steps) }),
  },
  {
    write: ({ pinned, objective }) => /** @type {Record<string, string>} */ (!pinned || pinned.objective !== objective ? {} : {
      "p.r": pinned.rule, ...written(pinned.settings, "p.s."), "p.start": pinned.start.join(","), "p.n": String(pinned.steps),
    }),
    read: (told, scene, { objective, start, steps }) => {
      const rule = told["p.r"];
      if (rule === undefined) return told.r === undefined ? {} : { pinned: null };
      if (!Object.hasOwn(scene.rules, rule)) throw new Error(`this page has no rule ${rule} to be pinned`);
      const { found: settings, problems } = settingsIn(told, "p.s.", scene, [rule], {});
      if (problems.length) throw new Error(`the pinned run's ${problems.join("; ")}`);
      const ground = scene.objectives[objective];
      return { pinned: { rule, objective, settings,
        start: told["p.start"] === undefined ? start ?? ground.start : numbers(told["p.start"], "p.start", ground.n),
        steps: told["p.n"] === undefined ? steps : whole(told["p.n"], "p.n", 1, scene.most_steps) } };
    },
  },
  {
    write: ({ view }) => /** @type {Record<string, string>} */ (view ? { view: view.flatMap(([low, high]) => {
      // A ten thousandth of what is seen is less than a pixel.
      const digits = Math.min(Math.max(0, Math.ceil(-Math.log10((high - low) / 1e4))), 100);
      return [low, high].map((one) => Number(one.toFixed(digits)));
    }).join(",") } : {}),
    read: ({ view }, scene, { objective }) => {
      if (view === undefined) return {};
      const n = scene.objectives[objective].n;
      const flat = numbers(view, "view", 2 * n);
      const pairs = Array.from({ length: n }, (_, i) => flat.slice(2 * i, 2 * i + 2));
      if (pairs.some(([low, high]) => !(low < high))) throw new Error(`view = ${view} is no box`);
      return { view: pairs };
    },
  },
];

/**
 * Return how a setting of a rule is changed, undefined if the rule has none of this name.
 * @param {any} scene @param {string} rule @param {string} name
 */
export const axisOf = (scene, rule, name) =>
  scene.rules[rule].axes.find((/** @type {any} */ axis) => axis.name === name);

/**
 * Read a setting; throws a sentence.
 * @param {any} axis @param {string} text
 */
function settingOf(axis, text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  if (axis.optional && value === null) return value;
  if (axis.choices) {
    if (!axis.choices.includes(value)) throw new Error(`${axis.name} = ${text} is none of ${axis.choices.join(", ")}`);
    return value;
  }
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Error(`${axis.name} = ${text} is not a number`);
  if (value < axis.minimum || value >= axis.below || (axis.whole && value !== Math.round(value))) {
    const low = axis.minimum > -1e307 ? ` from ${axis.minimum}` : "", high = axis.below < 1e307 ? ` below ${axis.below}` : "";
    throw new Error(`${axis.name} = ${text} is not a ${axis.whole ? "whole number" : "value"}${low}${high}`);
  }
  return value;
}

/**
 * Return the part of a link behind the # that says this state. Several explorers of a page have a number each.
 * @param {State} state @param {number} [index]
 */
export function toHash(state, index = 0) {
  const prefix = index ? `${index + 1}.` : "";
  const told = Object.assign({ v: String(FORMAT) }, ...PROPERTIES.map((one) => one.write(state)));
  return Object.entries(told).map(([key, value]) => `${prefix}${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&");
}

/**
 * Return a link's part behind the # with this state in place of the one before; that of other explorers stays.
 * @param {string} hash @param {State} state @param {number} index
 */
export function withState(hash, state, index) {
  const owner = (/** @type {string} */ part) => Number(/^(\d+)\./.exec(part)?.[1] ?? 1) - 1;
  const others = hash.replace(/^#/, "").split("&").filter((part) => part && owner(part) !== index);
  return `#${[...others, toHash(state, index)].join("&")}`;
}

/**
 * Return the state that a link says, and what in it makes no sense: that part stays as it was.
 * @param {string} hash @param {any} scene @param {State} state @param {number} [index]
 * @returns {{state: State, problems: string[]}}
 */
export function fromHash(hash, scene, state, index = 0) {
  const prefix = index ? `${index + 1}.` : "";
  /** @type {Record<string, string>} */
  const told = Object.create(null);
  for (const [key, value] of new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"))) {
    if (key.startsWith(prefix)) told[key.slice(prefix.length)] = value;
  }
  if (!("v" in told)) return { state, problems: [] };
  if (told.v !== String(FORMAT)) return { state, problems: [`it has format ${told.v}, this page reads format ${FORMAT}; nothing of it was taken`] };
  const problems = [];
  let next = state;
  for (const property of PROPERTIES) {
    try {
      next = { ...next, ...property.read(told, scene, next) };
    } catch (error) {
      const problem = /** @type {Error & {partly?: Partial<State>}} */ (error);
      problems.push(problem.message);
      if (problem.partly) next = { ...next, ...problem.partly };
    }
  }
  next = { ...next, step: Math.min(next.step, next.steps) };
  return { state: next, problems };
}

/** What was, for undo. */
export class Past {
  /** @param {State} state */
  constructor(state) {
    /** @type {string[]} */
    this.states = [Past.text(state)];
  }
  /** @param {State} state */
  static text(state) {
    return JSON.stringify(Object.fromEntries(REMEMBERED.map((name) => [name, state[name]])));
  }
  /** @param {State} state */
  keep(state) {
    const text = Past.text(state);
    if (text !== this.states.at(-1)) this.states.push(text);
    if (this.states.length > 200) this.states.shift();
  }
  get any() {
    return this.states.length > 1;
  }
  /** Return what is different in the state before, null if there is none. @returns {Partial<State> | null} */
  back() {
    if (!this.any) return null;
    this.states.pop();
    return JSON.parse(/** @type {string} */ (this.states.at(-1)));
  }
}
