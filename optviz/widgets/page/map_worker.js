// @ts-check
/**
 * The work behind a map: a run for each pair of settings, coarse first, in a Worker; the latest request wins.
 *
 * @typedef {object} Request
 * @property {number} id  a request with a higher one takes the place of those before it
 * @property {Record<string, any>} settings  all but the two of the map
 * @property {[string, string]} keys  the settings across and up
 * @property {[ArrayLike<number>, ArrayLike<number>]} values  those of each, in order; as many columns and rows
 * @property {number[]} start @property {number} steps
 * @property {ArrayLike<number>} [noise] @property {ArrayLike<number>} [gradientNoise]
 *
 * @typedef {object} Answer
 * @property {number} id
 * @property {"coarse" | "part" | "complete"} state  coarse: each run stands for a square of runs
 * @property {Float64Array} losses  f at the end of each run, row by row from the first value up; NaN: no number
 * @property {Uint8Array} diverged  1: as `Trajectory.diverged_at` has it
 *
 * @typedef {{n: number, f_star: number | null, errors: boolean, far: number}} MapGround  `errors`: whether there is a
 *   minimum to have errors from; `far`: times the error at the start, from which on a run has diverged
 * @typedef {{run: (settings: Record<string, any>, start: ArrayLike<number>, steps: number, out: Float64Array,
 *   noise?: ArrayLike<number>, gradientNoise?: ArrayLike<number>) => void}} Runner
 */

/**
 * Answer requests. This function is sent to the Worker as text: it may use nothing but its arguments and what every Worker has.
 * @param {Runner} runner @param {MapGround} objective
 * @param {(answer: Answer) => void} post
 * @param {() => Promise<void>} pause  lets messages in
 * @returns {(request: Request) => Promise<void>}
 */
export function answering(runner, { n, f_star, errors, far }, post, pause) {
  const COARSE = 4; // runs across and up for which one stands at first
  const TURN = 12; // milliseconds of work between two looks at the messages
  let latest = -1;

  return async function answer(request) {
    const { id, settings, keys, values: [across, up], start, steps, noise, gradientNoise } = request;
    latest = Math.max(latest, id);
    if (id < latest) return;
    const columns = across.length, rows = up.length;
    const losses = new Float64Array(columns * rows).fill(NaN), diverged = new Uint8Array(columns * rows);
    const out = new Float64Array((steps + 1) * (n + 1)), own = { ...settings };

    /** @param {number} row @param {number} column */
    function compute(row, column) {
      own[keys[0]] = across[column];
      own[keys[1]] = up[row];
      runner.run(own, start, steps, out, noise, gradientNoise);
      const end = steps * (n + 1), loss = out[end + n], first = out[n];
      let gone = !Number.isFinite(loss);
      for (let i = 0; i < n; i++) gone ||= !Number.isFinite(out[end + i]);
      if (!gone && errors) {
        let zero = f_star;
        if (zero === null) {
          zero = Infinity;
          for (let k = n; k < out.length; k += n + 1) if (out[k] < zero) zero = out[k];
        }
        const away = first - zero > 0 ? first - zero : Math.abs(first);
        gone = away > 0 && loss - zero > far * away;
      }
      const k = row * columns + column;
      losses[k] = loss;
      diverged[k] = Number(gone);
    }

    const send = (/** @type {Answer["state"]} */ state) =>
      post({ id, state, losses: losses.slice(), diverged: diverged.slice() });

    // The coarse picture is never given up, or a long drag would show nothing; the rest is, for a newer request.
    const middle = COARSE >> 1;
    for (let row = middle; row < rows + middle; row += COARSE) {
      for (let column = middle; column < columns + middle; column += COARSE) {
        const [r, c] = [Math.min(row, rows - 1), Math.min(column, columns - 1)];
        compute(r, c);
        const k = r * columns + c, bottom = row - middle, left = column - middle;
        for (let i = bottom; i < Math.min(bottom + COARSE, rows); i++) {
          for (let j = left; j < Math.min(left + COARSE, columns); j++) {
            losses[i * columns + j] = losses[k];
            diverged[i * columns + j] = diverged[k];
          }
        }
      }
    }
    send("coarse");
    let looked = performance.now(), shown = looked;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const done = row >= middle && column >= middle && (row - middle) % COARSE === 0 && (column - middle) % COARSE === 0;
        if (!done) compute(row, column);
        if ((column & 7) !== 7) continue;
        const now = performance.now();
        if (now - looked < TURN) continue;
        await pause();
        if (latest !== id) return;
        looked = performance.now();
        if (now - shown > 100) {
          send("part");
          shown = performance.now();
        }
      }
    }
    send("complete");
  };
}

/**
 * Return the text of a Worker that answers requests for a rule. It is no module itself: browsers refuse module Workers
 * on a page that was opened from disk, but let a plain one import a module of its own.
 * @param {string} module  the text that `join` wrote @param {number} index  of the rule in it
 * @param {MapGround} objective
 */
export function workerText(module, index, objective) {
  return `const pause = () => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { port1.close(); done(); };
  port2.postMessage(0);
});
const url = URL.createObjectURL(new Blob([${JSON.stringify(module)}], { type: "text/javascript" }));
const answer = import(url).then(({ runs }) => (${answering})(runs[${Number(index)}], ${JSON.stringify(objective)},
  (message) => postMessage(message, [message.losses.buffer, message.diverged.buffer]), pause));
onmessage = async ({ data }) => {
  try {
    await (await answer)(data);
  } catch (error) {
    postMessage({ failed: String(error) });
  }
};
`;
}
