// @ts-check
/**
 * Files that the page hands to the reader: a picture, or itself, without asking a kernel or a network.
 *
 * @import { Model } from "./shown.js"
 */

import PAGE from "./page.html";

/** @param {Blob} blob @param {string} name  of the file */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * Save a widget as a page of its own: the file of `save_html` with everything in its menus, made of what the widget
 * itself was sent.
 * @param {Model} model @param {string} name @param {string} title
 */
export async function savePage(model, name, title) {
  const told = Object.fromEntries(["scene", "state", "drawn", "options"].map((trait) => [trait, model.get(trait)]));
  told.state = { ...told.state, playing: false };
  const words = (/** @type {string} */ text) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
  /** @type {Record<string, string>} */
  const parts = {
    title: words(title), description: words(title), style: model.get("_css"),
    data: await packed(JSON.stringify([told], binary)), code: await packed(model.get("_esm")),
  };
  const page = PAGE.replace(/⟦(\w+)⟧/g, (/** @type {string} */ _, /** @type {string} */ part) => parts[part]);
  save(new Blob([page], { type: "text/html" }), name);
}

/** As Python writes binary data into JSON. @param {string} _ @param {any} value */
function binary(_, value) {
  if (!(value instanceof DataView || value instanceof ArrayBuffer || value instanceof Uint8Array)) return value;
  const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return { base64: base64(bytes) };
}

/** @param {string} text @returns {Promise<string>} deflated, in base64, as page.html unpacks it */
async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"));
  return base64(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
