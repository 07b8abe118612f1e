// @ts-check
/**
 * A box that a button opens below itself, and that a click elsewhere or Escape closes.
 */

export class Drop {
  /** @param {HTMLElement} button @param {HTMLElement} box @param {() => Element | null} focused */
  constructor(button, box, focused) {
    this.button = button;
    this.box = box;
    this.focused = focused;
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", box.id);
  }

  get open() {
    return !this.box.hidden;
  }

  toggle(on = !this.open) {
    if (on === this.open) return;
    const inside = this.box.contains(this.focused());
    this.box.hidden = !on;
    this.button.setAttribute("aria-expanded", String(on));
    if (on) /** @type {HTMLElement | null} */ (this.box.querySelector("button:not([disabled]), input:not([disabled])"))?.focus();
    else if (inside) this.button.focus();
  }

  /** Close if somebody pressed elsewhere. @param {EventTarget[]} path  of the event */
  pressed(path) {
    if (this.open && !path.includes(this.box) && !path.includes(this.button)) this.toggle(false);
  }
}
