// @ts-check
/**
 * The frame of a landscape: which part of it is shown, and where a point of it is on the canvas, in CSS pixels.
 *
 * @typedef {object} Landscape  what lies under the runs; `value` and `field` are those of a module of join.js
 * @property {number} n  coordinates, 1 or 2
 * @property {number[][]} view  the part that has to be seen: [low, high] for each coordinate
 * @property {number | null} f_star
 * @property {number[][] | null} minima  the known ones, points of n coordinates
 * @property {(...x: number[]) => number} value
 * @property {(view: number[][], width: number, height: number, out: Float64Array) => void} field
 *
 * @typedef {object} Frame  across runs x1; up runs x2, or f where there is one coordinate
 * @property {number} width  of the canvas, CSS pixels
 * @property {number} height
 * @property {number} left  x1 at the left edge
 * @property {number} right
 * @property {number} bottom  x2 or f at the lower edge
 * @property {number} top
 *
 * @typedef {{at: [number, number], local: boolean}} Minimum  where it is drawn; a local one is not the best
 */

/** Space above and below a curve, as a share of its height. */
const [ABOVE, BELOW] = [0.12, 0.09];

/**
 * Return the frame that shows the view on a canvas of this size. With two coordinates the view is widened until a
 * unit is equally long across and up: only then does a gradient stand at right angles to the contours.
 * @param {Landscape} landscape @param {number} width @param {number} height CSS pixels @returns {Frame}
 */
export function frameOf(landscape, width, height) {
  const [[left, right]] = landscape.view;
  if (landscape.n === 1) {
    const values = new Float64Array(512);
    landscape.field(landscape.view, values.length, 1, values);
    const finite = values.filter(Number.isFinite);
    const low = finite.length ? Math.min(...finite) : 0, high = finite.length ? Math.max(...finite) : 1;
    const size = high - low || 1;
    return { width, height, left, right, bottom: low - BELOW * size, top: high + ABOVE * size };
  }
  const [bottom, top] = landscape.view[1];
  const across = Math.max(right - left, ((top - bottom) * width) / height), up = (across * height) / width;
  const x = (left + right) / 2, y = (bottom + top) / 2;
  return { width, height, left: x - across / 2, right: x + across / 2, bottom: y - up / 2, top: y + up / 2 };
}

/**
 * Return the view of a frame, as the landscape's `view` is written.
 * @param {Frame} frame @param {number} n @returns {number[][]}
 */
export function viewOf({ left, right, bottom, top }, n) {
  return n === 1 ? [[left, right]] : [[left, right], [bottom, top]];
}

/**
 * Return where a point is drawn: (x1, x2), or (x, f) where there is one coordinate.
 * @param {Frame} frame @param {number} x @param {number} y @returns {[number, number]} CSS pixels from the top left
 */
export function project(frame, x, y) {
  return [
    ((x - frame.left) / (frame.right - frame.left)) * frame.width,
    ((frame.top - y) / (frame.top - frame.bottom)) * frame.height,
  ];
}

/**
 * Return the point that is drawn at a pixel.
 * @param {Frame} frame @param {number} px @param {number} py CSS pixels @returns {[number, number]}
 */
export function unproject(frame, px, py) {
  return [
    frame.left + (px / frame.width) * (frame.right - frame.left),
    frame.top - (py / frame.height) * (frame.top - frame.bottom),
  ];
}

/**
 * Return where an event happened on an element.
 * @param {{clientX: number, clientY: number}} event @param {Element} element
 * @returns {[number, number]} CSS pixels of the element, zoomed or not
 */
export function placeOf(event, element) {
  const box = element.getBoundingClientRect(), scale = element.clientWidth / box.width || 1;
  return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
}

/**
 * Return the known minima in the frame, the best first.
 * @param {Landscape} landscape @param {Frame} frame @returns {Minimum[]}
 */
export function minimaIn(landscape, frame) {
  const best = landscape.f_star ?? Infinity;
  return (landscape.minima ?? [])
    .map((point) => {
      const f = landscape.value(...point);
      const at = /** @type {[number, number]} */ ([point[0], landscape.n === 1 ? f : point[1]]);
      return { at, local: f - best > 1e-9 * Math.max(1, Math.abs(best)) };
    })
    .filter(({ at: [x, y] }) => x >= frame.left && x <= frame.right && y >= frame.bottom && y <= frame.top)
    .sort((one, other) => Number(one.local) - Number(other.local));
}

/**
 * Return round numbers between two, about as many as wanted, steps of 1, 2 or 5 times a power of ten.
 * @param {number} low @param {number} high @param {number} wanted @returns {number[]}
 */
export function ticks(low, high, wanted) {
  const rough = (high - low) / Math.max(wanted, 1);
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * ([1, 2, 5].find((one) => one * ten >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9), count = Math.floor(high / step + 1e-9) - first + 1;
  if (!(count > 0 && count < 1000)) return [];
  // Not step * k, which would be 0.30000000000000004.
  return Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/**
 * Return where the numbers of the axes stand: values and pixels, along the lower edge and up the left one.
 * @param {Frame} frame
 */
export function axisTicks(frame) {
  const { width, height } = frame;
  return {
    across: ticks(frame.left, frame.right, width / 85)
      .map((value) => ({ value, at: project(frame, value, 0)[0] })).filter(({ at }) => at > 30 && at < width - 34),
    up: ticks(frame.bottom, frame.top, height / 75)
      .map((value) => ({ value, at: project(frame, 0, value)[1] })).filter(({ at }) => at > 34 && at < height - 26),
  };
}
