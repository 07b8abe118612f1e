// @ts-check
/**
 * Joins translated rules and an objective (see javascript.py) into one module with a loop for each rule.
 *
 * The loop is text: it calls the rule once for each coordinate, keeps points and state in local variables and has no
 * array inside but the tuples that the functions return, which the browser removes. A loop over arrays of state is
 * four times slower. The text is loaded as a module, from a blob URL; nothing is evaluated.
 *
 * @typedef {number | boolean | string | null | ArrayLike<number>} Setting  an array is a value for each step
 * @typedef {Record<string, Setting>} Settings  missing ones have their default; also start values of the state
 * @typedef {{name: string, formula: string, returns: number | null}} Line
 * @typedef {{name: string, label: string, code: string | Record<string, string>, across: boolean, given: string[],
 *   state: Record<string, number | string>, settings: string[], defaults: Record<string, any>, at: string[] | null,
 *   draws: number, letters: Record<string, string>, lines: Line[]}} Rule
 * @typedef {{name: string, label: string, n: number, code: string, asks: string[], box: number[][] | null,
 *   f_star: number | null, steepest: number, draws: number}} Objective
 * @typedef {{given: Record<string, any>, lines: {index: number, values: any[], drawn: number[][],
 *   tests: (any[] | null)[]}[], result: number[][]}} Inside  `tests`: for each choice of the line, which way it went
 * @typedef {(settings: Settings, start: ArrayLike<number>, steps: number, out: Float64Array,
 *   noise?: ArrayLike<number>, gradientNoise?: ArrayLike<number>) => void} Run
 * @typedef {(settings: Settings, start: ArrayLike<number>, step: number, noise?: ArrayLike<number>,
 *   gradientNoise?: ArrayLike<number>) => Inside} Look
 * @typedef {{runs: {run: Run, inside: Look}[], value: (...x: number[]) => number,
 *   gradient: (...x: number[]) => number[],
 *   field: (view: number[][], width: number, height: number, out: Float64Array) => void}} Page
 */

/** What the generated code may use besides Math. Python's %, powers and signs differ from JavaScript's. */
const RUNTIME = `
const $square = (v) => v * v;
const $power = (b, e) => e === 2 ? b * b : e === 0.5 ? Math.sqrt(b)
  : b === 1 || (b === -1 && (e === Infinity || e === -Infinity)) ? 1 : Math.pow(b, e);
const $modulo = (a, b) => { const r = a % b; return r === 0 ? (b < 0 ? -0 : 0) : b < 0 !== r < 0 ? r + b : r; };
const $sign = (v) => v > 0 ? 1 : v < 0 ? -1 : v === 0 ? 0 : v;
const $quotient = (a, b) => b === 0 ? NaN : a / b; // where Python raises an error
const $setting = (settings, name, usual) => Object.hasOwn(settings, name) ? settings[name] : usual;
const $part = (value, index) => typeof value === "number" ? value : value[index];
const $none = () => 0;
`;

/** @param {any} value  what may stand in code: a number, true, false, null or a text in quotes */
const literal = (value) => typeof value === "number" ? String(value) : JSON.stringify(value);
/** @param {Record<string, any>} entries  a table that knows only these names, and no `constructor` */
const plain = (entries) => Object.assign(Object.create(null), entries);
/** @param {number} count @param {(i: number) => string} text */
const each = (count, text) => Array.from({ length: count }, (_, i) => text(i)).join(", ");

/**
 * Return the text of a module with `runs`, one for each rule, and `value`, `gradient`, `field` of the objective.
 * `scheduled` names settings that are arrays with a value for each step.
 * @param {Rule[]} rules @param {Objective} objective @param {string[]} [scheduled]
 */
export function join(rules, objective, scheduled = []) {
  const n = objective.n;
  const x = each(n, (i) => `x${i}`);
  const asked = objective.asks.map((name) => (name === "t" ? ", 1" : ", $none")).join("");
  return `${RUNTIME}
const { $value, $gradient } = (() => {
${objective.code}
return { $value: value, $gradient: gradient };
})();
export const value = $value;
export const gradient = (${x}) => $gradient(${x}${asked}); // at t = 1, without noise
export function field(view, width, height, out) {
  const [[left, right], [low, high]] = view.length > 1 ? view : [view[0], [0, 0]];
  for (let row = 0, k = 0; row < height; row++) {
    const x1 = low + (row + 0.5) / height * (high - low);
    for (let column = 0; column < width; column++) {
      const x0 = left + (column + 0.5) / width * (right - left);
      out[k++] = $value(${x});
    }
  }
}
export const runs = [
${rules.map((rule) => runOf(rule, objective, scheduled)).join(",\n")}
];
`;
}

/** @param {Rule} rule @param {Objective} objective @param {string[]} scheduled */
function runOf(rule, objective, scheduled) {
  const n = objective.n;
  const code = typeof rule.code === "string" ? rule.code : rule.code[n];
  if (code === undefined) throw new RangeError(`${rule.label} does not run on ${n} coordinates.`);
  const traced = code.replaceAll("//= ", "");
  const states = Object.keys(rule.state);
  const usual = plain(rule.defaults);
  if (rule.settings.includes("f_star") && usual.f_star === undefined && objective.f_star !== null) {
    usual.f_star = objective.f_star;
  }
  // One that nobody knows is no number, and so is the run; the page says that it has to be given.
  for (const name of rule.settings) if (usual[name] === undefined) usual[name] = NaN;
  // x0 x1 the point, g0 g1 the gradient, s0_0 s0_1 the first remembered value, p0 the first setting.
  /** @type {Record<string, (i: number) => string>} */
  const names = plain({
    x: (/** @type {number} */ i) => `x${i}`, g: (/** @type {number} */ i) => `g${i}`, t: () => "t", f: () => "f",
    noise: (/** @type {number} */ i) => `noise${rule.across ? "" : i}`,
  });
  const byCoordinate = new Set(["x", "g", ...states]);
  states.forEach((name, k) => (names[name] = (i) => `s${k}_${i}`));
  /** @type {Record<string, string>} */
  const places = plain({});
  rule.settings.forEach((name, k) => (places[name] = `p${k}`));
  const one = (/** @type {string} */ name, /** @type {number} */ i) =>
    rule.across && byCoordinate.has(name) ? each(n, names[name]) : names[name](i);
  const call = (/** @type {string} */ what, /** @type {string[]} */ given, /** @type {number} */ i) =>
    `${what}(${[...given.map((name) => one(name, i)), ...rule.settings.map((name) => places[name])].join(", ")})`;
  const ahead = (/** @type {number} */ i) =>
    `at(${(rule.at ?? []).map((name) => (name in places ? places[name] : one(name, i))).join(", ")})`;
  const order = [...rule.given, ...states];
  const loud = rule.given.includes("noise"), loudSlope = objective.asks.includes("noise");

  const setUp = [
    ...rule.settings.map((name, k) => scheduled.includes(name)
      ? `let p${k};` : `const p${k} = $setting(settings, ${literal(name)}, ${literal(usual[name])});`),
    `let ${each(n, (i) => `x${i} = start[${i}]`)};`,
    ...states.map((name, k) => {
      const value = `$setting(settings, ${literal(name)}, ${Number(rule.state[name])})`;
      return `let ${each(n, (i) => `s${k}_${i} = $part(${value}, ${i})`)};`;
    }),
    ...(loudSlope ? ["let slopeDraw = 0; const slopeNoise = () => gradientNoise[slopeDraw++];"] : []),
    ...(loud && rule.across ? ["let draw = 0; const noise = () => noiseRows[draw++];"] : []),
    // Each coordinate draws its own number of every row.
    ...(loud && !rule.across ? Array.from({ length: n }, (_, i) =>
      `let draw${i} = ${i}; const noise${i} = () => { const z = noiseRows[draw${i}]; draw${i} += ${n}; return z; };`) : []),
  ].join("\n    ");

  const where = rule.at === null ? [] : rule.across
    ? [`const w = ${ahead(0)};`, `const ${each(n, (i) => `w${i} = w[${i}]`)};`]
    : [`const ${each(n, (i) => `w${i} = ${ahead(i)}[0]`)};`];
  const w = each(n, (i) => `${rule.at === null ? "x" : "w"}${i}`);
  const slopeAsks = objective.asks.map((name) => (name === "t" ? ", t" : ", slopeNoise")).join("");
  const before = [
    ...scheduled.filter((name) => name in places).map((name) => `${places[name]} = settings[${literal(name)}][t - 1];`),
    ...where,
    ...(rule.given.includes("f") ? [`const f = $value(${w});`] : []),
    ...(rule.given.includes("g") ? [
      `const slope = $gradient(${w}${slopeAsks});`,
      // The square of a steeper one is no number: as in Python's driver.
      `const ${each(n, (i) => `g${i} = Math.abs(slope[${i}]) < ${objective.steepest} ? slope[${i}] : NaN`)};`,
    ] : []),
  ];
  const steps = (/** @type {string} */ what) => rule.across
    ? [`const r = ${call(what, order, 0)};`]
    : Array.from({ length: n }, (_, i) => `const r${i} = ${call(what, order, i)};`);
  const result = (/** @type {number} */ k, /** @type {number} */ i) => rule.across ? `r[${k * n + i}]` : `r${i}[${k}]`;
  const clipped = (/** @type {number} */ i) => objective.box === null ? result(0, i)
    : `Math.min(Math.max(${result(0, i)}, ${Number(objective.box[i][0])}), ${Number(objective.box[i][1])})`;
  const after = [
    Array.from({ length: n }, (_, i) => `x${i} = ${clipped(i)};`).join(" "),
    ...states.map((_, k) => Array.from({ length: n }, (_, i) => `s${k}_${i} = ${result(k + 1, i)};`).join(" ")),
  ];
  const loop = (/** @type {string} */ what, /** @type {string[]} */ more) =>
    [...before, ...steps(what), ...more, ...after].join("\n      ");

  const row = `out[o] = x0; ${n > 1 ? "out[o + 1] = x1; " : ""}out[o + ${n}] = $value(${each(n, (i) => `x${i}`)});`;
  const many = (/** @type {string} */ name) => byCoordinate.has(name)
    ? `[${each(n, names[name])}]` : name === "noise" ? "null" : `[${names[name](0)}]`;
  const known = order.map((name) => `[${literal(name)}]: ${many(name)}`);
  const set = rule.settings.map((name) => `[${literal(name)}]: [${places[name]}]`);
  const parts = `[${each(1 + states.length, (k) => `[${each(n, (i) => result(k, i))}]`)}]`;
  return `(() => {
${code}
const look = (see) => {
${traced}
return step;
};
return {
  run(settings, start, steps, out, noiseRows, gradientNoise) {
    ${setUp}
    let o = 0;
    ${row}
    for (let t = 1; t <= steps; t++) {
      ${loop("step", [])}
      o += ${n + 1};
      ${row}
    }
  },
  inside(settings, start, last, noiseRows, gradientNoise) {
    ${setUp}
    const lines = [];
    for (let t = 1; t < last; t++) {
      ${loop("step", [])}
    }
    const t = last;
    ${before.join("\n    ")}
    const given = { ${[...known, ...set].join(", ")} };
    ${rule.across
      ? `const r = ${call("look((index, values, drawn = [], tests = []) => lines.push({ index, values, drawn: drawn.map((z) => [z]), tests }))", order, 0)};`
      : Array.from({ length: n }, (_, i) => `let k${i} = 0;
    const r${i} = ${call(`look((index, values, drawn = [], tests = []) => {
      const line = lines[k${i}] ?? (lines[k${i}] = { index, values: [], drawn: drawn.map(() => []), tests: tests.map((test) => test && []) });
      k${i}++;
      line.values.push(...values);
      drawn.forEach((z, place) => line.drawn[place].push(z));
      tests.forEach((test, place) => line.tests[place]?.push(...test));
    })`, order, i)};`).join("\n    ")}
    return { given, lines, result: ${parts} };
  },
};
})()`;
}

/**
 * Load a module's text from a blob URL.
 * @param {string} text @returns {Promise<Page>}
 */
export async function load(text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * Return a number with at most `digits` digits, a real minus sign and a short exponent.
 * @param {any} value @param {number} digits
 */
export function numberText(value, digits) {
  if (typeof value !== "number") return value === null ? "None" : value === true ? "True" : value === false ? "False" : String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "−inf";
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const text = power < -4 || power >= digits
    ? `${Number(mantissa)}e${power}` : String(Number(Number(value).toPrecision(digits)));
  return text.replaceAll("-", "−");
}

/**
 * Return a formula with the branch that counts in place of each choice, as `card_lines` marks them; one that nobody
 * knows stays whole.
 * @param {string} text @param {any[]} tests
 */
function taken(text, tests) {
  const CHOICE = /⦅?⟨(\d+)│([^⟨⟩│]*)│([^⟨⟩│]*)│([^⟨⟩│]*)⟩⦆?/;
  let found;
  while ((found = CHOICE.exec(text))) {
    const [whole, place, yes, test, no] = found, went = tests[Number(place)];
    const before = text.slice(0, found.index), after = text.slice(found.index + whole.length);
    const known = went !== null && went !== undefined, own = /^⦅/.test(whole);
    let branch = !known ? yes + test + no : went ? yes : no;
    branch = known ? branch.replace("⁅", "(").replace("⁆", ")") : branch.replace(/[⁅⁆]/g, "");
    if (!known && own) branch = `(${branch})`;
    // A number brought brackets along for an operation that it is not part of.
    if (/^\(−[\d.e−]+\)$/.test(branch) && FIRST.test(before)) branch = branch.slice(1, -1);
    text = before + branch + after;
  }
  return text;
}

/** Where a minus sign is not misread: at the beginning. */
const FIRST = /(^|[(,|] ?)$/;

/**
 * Return the lines of the card of one coordinate: what is computed, in letters, in numbers, and what it is.
 * @param {Rule} rule @param {Inside} inside @param {number} coordinate @param {number} [digits]
 * @returns {{left: string, symbols: string, numbers: string, result: string}[]}
 */
export function card(rule, inside, coordinate, digits = 4) {
  const pick = (/** @type {any[]} */ values) => values[Math.min(coordinate, values.length - 1)];
  /** @type {Record<string, any>} */
  const values = plain({});
  /** @type {Record<string, number>} */
  const primes = plain({});
  for (const [name, given] of Object.entries(inside.given)) {
    if (given !== null) values[name] = pick(given);
    primes[name] = 0;
  }
  const primesOf = (/** @type {number} */ times) => ["", "′", "″", "‴"][times] ?? "′".repeat(times);
  const letters = plain(rule.letters);
  const letter = (/** @type {string} */ name) => letters[name] + primesOf(primes[name] ?? 0);
  const settings = new Set(rule.settings);
  return inside.lines.map(({ index, values: found, drawn, tests }) => {
    const { name, formula, returns } = rule.lines[index];
    const noise = drawn.map(pick);
    const pieces = formula.split(/[{}]/);
    const symbols = pieces.map((piece, k) => (k % 2 ? letter(piece) : piece)).join("").replace(/⟨\d+│|[│⟩⁅⁆]/g, "").replaceAll("⦅", "(").replaceAll("⦆", ")").replaceAll("⋅", " ");
    const numbers = taken(pieces.reduce((text, piece, k) => {
      if (k % 2 === 0) return text + piece;
      if (piece === "noise" && noise.length === 0) return text + letter(piece);
      const number = numberText(piece === "noise" ? noise.shift() : values[piece], settings.has(piece) ? 6 : digits);
      // Brackets where a sign or an exponent would be misread: after an operator, before a power.
      const tight = /^[²³^]/.test(pieces[k + 1] ?? "") || /[√^]$/.test(text);
      const bare = number[0] !== "−" || (FIRST.test(text) && !tight);
      return text + (bare && !(tight && number.includes("e")) ? number : `(${number})`);
    }, ""), tests.map((test) => test && pick(test))).replaceAll("⋅", " · ");
    const value = returns === null ? pick(found) : pick(inside.result[returns]);
    primes[name] = name in primes ? primes[name] + 1 : 0;
    values[name] = value;
    return { left: letter(name), symbols, numbers, result: numberText(value, digits) };
  });
}
