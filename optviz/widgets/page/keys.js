// @ts-check
/**
 * What keys do, wherever the focus is inside of an explorer.
 *
 * @import { Explorer } from "./app.js"
 */

/** For the help: keys of what is in no menu, and what they do. */
export const KEYS = [["Space", "play, pause"], [", .", "a step back, forward"], ["P", "pin, unpin"], ["G", "predict"],
  ["+ −", "zoom in, out"], ["Arrows", "on the landscape: move the view"], ["Esc", "leave a mode"], ["Delete", "a slider back to its default"]];

/** @param {Explorer} explorer @param {KeyboardEvent} event */
export function onKey(explorer, event) {
  if (event.defaultPrevented || event.altKey) return;
  const target = /** @type {HTMLElement} */ (event.target);
  const undo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
  if ((event.ctrlKey || event.metaKey) && !undo) return;
  if (target.matches("select, input[type=text]") && event.key !== "Escape") return;
  const button = target.matches("button, summary, input[type=checkbox]");
  /** @type {Record<string, () => void>} */
  const keys = {
    " ": () => explorer.player.play(), ".": () => explorer.player.go(explorer.state.step + 1), ",": () => explorer.player.go(explorer.state.step - 1),
    p: () => explorer.pin(), u: () => explorer.undo(), z: () => explorer.undo(), "+": () => explorer.zoom(0.8), "=": () => explorer.zoom(0.8),
    "-": () => explorer.zoom(1.25), 0: () => explorer.wholeView(), Escape: () => explorer.modes.escape(), g: () => explorer.modes.togglePredict(),
    m: () => explorer.modes.toggleMap(), t: () => explorer.modes.toggleTable(), f: () => explorer.modes.present(),
    ...(explorer.modes.presenting ? { PageDown: () => explorer.player.go(explorer.state.step + 1), PageUp: () => explorer.player.go(explorer.state.step - 1) } : {}),
  };
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (explorer.modes.predict && target === explorer.picture.canvas && (way || event.key === "Enter")) {
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? 1 : 8;
    if (way) explorer.modes.predict.nudge(way[0] * far, way[1] * far);
    else if (explorer.modes.predict.asking) explorer.modes.predict.reveal();
    else explorer.modes.predict.again();
    return;
  }
  if (way && target === explorer.picture.canvas && target.matches(":focus-visible")) {
    event.preventDefault();
    event.stopPropagation();
    explorer.pan(way[0] / 10, -way[1] / 10);
    return;
  }
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act || (event.key === " " && button) || (event.key === "z" && !undo)) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
