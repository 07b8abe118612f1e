// @ts-check
/**
 * The present picture as a PNG: the head as a sentence, the landscape with its value, the time line, what is said.
 *
 * @import { Explorer } from "./app.js"
 * @import { Context } from "./brush.js"
 */

import { prepare, SYMBOLS, widthOf } from "./brush.js";

const WIDTH = 704; // of the landscape, CSS pixels, whatever the page has
const STRIP = 120; // height of the time line
const EDGE = 20; // round everything
const RATIO = 2; // pixels for each of them, for a slide
const LINE = 20; // height of what is said

/** @param {Explorer} explorer @returns {Promise<Blob>} */
export async function snapshot(explorer) {
  const { picture, texts } = explorer, { colours, font } = picture;
  // At one size, and back to that of the page before anybody sees it.
  picture.resize(WIDTH, { width: WIDTH, height: STRIP }, RATIO);
  picture.paint(performance.now());
  const canvas = document.createElement("canvas"), height = 0.8 * WIDTH;
  const lines = wrapped(prepare(canvas, 1, 1, 1), font, [texts.caption(), texts.say.textContent ?? ""]);
  const landAt = EDGE + 30, stripAt = landAt + height + 12, linesAt = stripAt + STRIP + 14;
  const context = prepare(canvas, WIDTH + 2 * EDGE, linesAt + lines.length * LINE + EDGE, RATIO);
  context.fillStyle = colours.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = "middle";
  const write = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ how, colour = colours.ink) => {
    context.font = how;
    context.fillStyle = colour;
    context.fillText(text, x, y);
    return x + widthOf(context, text);
  };
  write(texts.title(), EDGE, EDGE + 9, `650 17px ${font}`);
  context.save();
  context.beginPath();
  context.roundRect(EDGE, landAt, WIDTH, height, 10);
  context.clip();
  for (const layer of [picture.terrain, picture.canvas]) context.drawImage(layer, EDGE, landAt, WIDTH, height);
  context.restore();
  if (picture.hudBox) {
    const { x0, y0, x1, y1 } = picture.hudBox, x = EDGE + x0, y = landAt + y0;
    context.globalAlpha = 0.86;
    context.fillStyle = colours.panel;
    context.beginPath();
    context.roundRect(x, y, x1 - x0, y1 - y0, 8);
    context.fill();
    context.globalAlpha = 1;
    write(picture.hudTop.textContent ?? "", x + 12, y + 15, `400 12px ${font}`, colours.second_ink);
    let at = x + 12;
    for (const part of picture.hudMain.childNodes) {
      const how = part.nodeName === "I" ? `italic 400 20px ${SYMBOLS}` : part.nodeName === "SMALL" ? `400 14px ${font}` : `650 19px ${font}`;
      at = write(part.textContent ?? "", at, y + 34, how);
    }
  }
  context.drawImage(picture.strip, EDGE, stripAt, WIDTH, STRIP);
  lines.forEach(({ text, quiet }, k) => write(text, EDGE, linesAt + (k + 0.5) * LINE, `400 14px ${font}`, quiet ? colours.second_ink : colours.ink));
  explorer.measure();
  explorer.onFrame(performance.now());
  return new Promise((done) => canvas.toBlob((blob) => done(/** @type {Blob} */ (blob)), "image/png"));
}

/**
 * Return texts in lines that fit; the first text is a quiet one.
 * @param {Context} context @param {string} font @param {string[]} texts
 */
function wrapped(context, font, texts) {
  context.font = `400 14px ${font}`;
  /** @type {{text: string, quiet: boolean}[]} */
  const lines = [];
  texts.forEach((text, index) => {
    let line = "";
    for (const word of text.split(/\s+/)) {
      const longer = line ? `${line} ${word}` : word, full = widthOf(context, longer) > WIDTH;
      if (line && full) lines.push({ text: line, quiet: index === 0 });
      line = line && full ? word : longer;
    }
    if (line) lines.push({ text: line, quiet: index === 0 });
  });
  return lines;
}
