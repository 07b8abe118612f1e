// @ts-check
/**
 * What pointers do on the picture: one drags the start, moves the view, looks at a step; two pinch.
 *
 * @import { Explorer } from "./app.js"
 * @import { Frame } from "./frame.js"
 *
 * @typedef {(target: EventTarget, name: string, callback: (event: any) => void, options?: any) => void} On
 */

import { placeOf, unproject } from "./frame.js";
import { nearestStep } from "./paths.js";
import { stepAt } from "./strip.js";

/** @param {Explorer} explorer @param {On} on */
export function listenHands(explorer, on) {
  listenStart(explorer, on);
  listenLand(explorer, on);
  listenStrip(explorer, on);
  listenPinch(explorer, on);
}

/**
 * Two fingers zoom and move the view; one finger scrolls the page, as everywhere.
 * @param {Explorer} explorer @param {On} on
 */
function listenPinch(explorer, on) {
  const { land } = explorer.picture;
  /** @type {{frame: Frame, apart: number, middle: [number, number]} | null} */
  let pinch = null;
  const measured = (/** @type {TouchEvent} */ { touches: [one, other] }) => {
    const [[x, y], [u, v]] = [placeOf(one, land), placeOf(other, land)];
    return { apart: Math.max(Math.hypot(u - x, v - y), 10), middle: /** @type {[number, number]} */ ([(x + u) / 2, (y + v) / 2]) };
  };
  on(land, "touchstart", (event) => {
    const { frame } = explorer.picture;
    end(); // a third finger begins nothing new
    pinch = event.touches.length === 2 && frame ? { frame, ...measured(event) } : null;
  }, { passive: true });
  on(land, "touchmove", (event) => {
    if (!pinch || event.touches.length !== 2) return;
    event.preventDefault();
    const { apart, middle } = measured(event);
    explorer.take("view");
    explorer.zoom(pinch.apart / apart, pinch.middle, middle, pinch.frame);
  }, { passive: false });
  const end = () => {
    if (pinch && explorer.moving === "view") explorer.commit();
    pinch = null;
  };
  on(land, "touchend", end);
  on(land, "touchcancel", end);
}

/** @param {Explorer} explorer @param {On} on */
function listenStart(explorer, on) {
  const { grip } = explorer.picture;
  /** @type {ArrayLike<number>} */ let from = [];
  on(grip, "pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    grip.focus({ preventScroll: true });
    grip.setPointerCapture(event.pointerId);
    from = explorer.shown.start;
  });
  on(grip, "pointermove", (event) => {
    if (!grip.hasPointerCapture(event.pointerId) || !explorer.picture.frame) return;
    explorer.take("start");
    const [px, py] = placeOf(event, explorer.picture.land);
    explorer.startAt(unproject(explorer.picture.frame, Math.max(0, Math.min(explorer.picture.frame.width, px)), Math.max(0, Math.min(explorer.picture.frame.height, py))));
  });
  const end = () => {
    if (explorer.moving !== "start") return;
    if (explorer.shown.start !== from) explorer.commit();
    else explorer.moving = "";
  };
  on(grip, "pointerup", end);
  on(grip, "pointercancel", end);
  const reset = () => {
    explorer.player.stop();
    explorer.state.start = null;
    explorer.commit();
  };
  on(grip, "dblclick", reset);
  on(grip, "keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[/** @type {string} */ (event.key)];
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      reset();
    }
    if (!way || !explorer.picture.frame) return;
    event.preventDefault();
    const cell = ((explorer.picture.frame.right - explorer.picture.frame.left) / 40) / (event.shiftKey ? 10 : 1);
    explorer.startAt([explorer.shown.start[0] + way[0] * cell, (explorer.shown.start[1] ?? 0) + way[1] * cell]);
    explorer.commitSoon();
  });
}

/** @param {Explorer} explorer @param {On} on */
function listenLand(explorer, on) {
  const { canvas, land } = explorer.picture;
  /** @type {{x: number, y: number, frame: Frame, moved: boolean} | null} */
  let held = null;
  on(canvas, "pointerdown", (event) => {
    if (explorer.modes.predict?.asking && event.button === 0) {
      if (event.pointerType !== "touch") canvas.setPointerCapture(event.pointerId);
      explorer.modes.predict.place(...placeOf(event, land));
      return;
    }
    if (event.button !== 0 || event.pointerType === "touch" || !explorer.picture.frame) return;
    const [x, y] = placeOf(event, land);
    held = { x, y, frame: explorer.picture.frame, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  on(canvas, "pointermove", (event) => {
    const [x, y] = placeOf(event, land);
    if (explorer.modes.predict?.asking) {
      if (canvas.hasPointerCapture(event.pointerId)) explorer.modes.predict.place(x, y);
      return;
    }
    if (held) {
      if (!held.moved && Math.hypot(x - held.x, y - held.y) < 4) return;
      held.moved = true;
      explorer.take("view");
      explorer.pan((held.x - x) / held.frame.width, (y - held.y) / held.frame.height, held.frame);
      return;
    }
    const found = explorer.picture.drawn ? nearestStep(explorer.picture.drawn.paths, x, y, 14) : null;
    if (explorer.shown.race) {
      explorer.light(found ? found.run : null);
      return;
    }
    explorer.peek(found ? found.step : null);
  });
  on(canvas, "pointerup", (event) => {
    if (explorer.modes.predict?.asking) return;
    if (held && !held.moved) {
      const [x, y] = placeOf(event, land);
      const found = explorer.picture.drawn ? nearestStep(explorer.picture.drawn.paths, x, y, 14) : null;
      if (found) {
        explorer.player.go(found.step);
        explorer.picture.stepInput.focus({ preventScroll: true }); // from there its neighbours are an arrow key away
      }
    } else if (held) explorer.commit();
    held = null;
  });
  on(canvas, "pointercancel", () => {
    if (held?.moved) explorer.commit();
    held = null;
  });
  on(canvas, "pointerleave", () => {
    explorer.light(null);
    explorer.peek(null);
  });
  on(canvas, "dblclick", () => explorer.wholeView());
  on(land, "wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    explorer.zoom(1.0015 ** event.deltaY, placeOf(event, land));
  }, { passive: false });
}

/** @param {Explorer} explorer @param {On} on */
function listenStrip(explorer, on) {
  const { strip } = explorer.picture;
  const at = (/** @type {PointerEvent} */ event) =>
    stepAt({ width: explorer.picture.stripBox.width, steps: explorer.state.steps }, placeOf(event, strip)[0]);
  on(strip, "pointerdown", (event) => {
    if (event.button !== 0) return;
    if (event.pointerType !== "touch") event.preventDefault();
    strip.setPointerCapture(event.pointerId);
    explorer.picture.stepInput.focus({ preventScroll: true });
    explorer.player.go(at(event));
  });
  on(strip, "pointermove", (event) => {
    if (strip.hasPointerCapture(event.pointerId)) explorer.player.go(at(event));
    else explorer.peek(at(event));
  });
  on(strip, "pointerleave", () => explorer.peek(null));
}
