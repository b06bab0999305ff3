// One photo, large: fit, zoom to its own pixels, drag, wheel and pinch, rotate, brightness, loupe.
// @ts-check
import { h, photoUrl, t } from "./review-dom.js";

const LOUPE_TIMES = 2.5;

/** A photo in a frame. Lengths are CSS pixels; a scale of 1 shows one pixel of the original on each. */
export class Viewer {
  constructor() {
    this.image = h("img", { alt: "", draggable: "false" });
    this.glass = h("div", { class: "glass", hidden: true }, h("img", { alt: "" }));
    this.frame = h("div", { class: "frame-large", role: "img", tabindex: "-1" }, this.image, this.glass);
    /** @type {Viewer|null} */
    this.mirror = null;
    /** @type {(direction: number) => void} */
    this.onswipe = () => {};
    /** @type {() => void} */
    this.onchange = () => {};
    this.width = 1; this.height = 1; this.hash = ""; this.loupe = false;
    this.reset();
    this.listen();
    new ResizeObserver(() => this.fitted ? this.fit() : this.show()).observe(this.frame);
  }

  reset() { this.zoom = 1; this.x = 0; this.y = 0; this.turn = 0; this.light = 1; this.contrast = 1; this.fitted = true; }

  /** @param {string} hash @param {string[]} here @param {[number, number]|undefined} pixels @param {string} label */
  load(hash, here, pixels, label) {
    this.reset();
    this.hash = hash;
    this.original = here.includes("original");
    const variant = here.includes("preview") ? "preview" : "original";
    this.sharp = variant === "original";
    this.known = pixels;
    [this.width, this.height] = pixels ?? [1600, 1200];
    this.frame.setAttribute("aria-label", label);
    this.image.onload = () => {
      // The preview knows the proportions; the record may not.
      if (!this.known) [this.width, this.height] = [this.image.naturalWidth, this.image.naturalHeight];
      this.fitted ? this.fit() : this.show();
      this.frame.classList.add("loaded");
    };
    this.frame.classList.remove("loaded");
    this.image.src = photoUrl(hash, variant);
    this.fit();
  }

  get fitScale() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    const [w, tall] = this.turn % 180 ? [this.height, this.width] : [this.width, this.height];
    return Math.min(width / w, height / tall) || 1;
  }

  get scale() { return this.fitScale * this.zoom; }

  fit() { this.zoom = 1; this.x = 0; this.y = 0; this.fitted = true; this.changed(); }

  /** Between the whole photo and its own pixels. */
  toggle() {
    // A photo that is smaller than the frame gains nothing from its own pixels; it is doubled.
    if (this.fitted) this.scaleTo(Math.max(1, this.fitScale * (this.fitScale > 0.8 ? 2 : 1)), 0, 0); else this.fit();
  }

  /** @param {number} scale @param {number} atX offset of the fixed point from the middle @param {number} atY */
  scaleTo(scale, atX, atY) {
    const before = this.scale;
    this.zoom = Math.min(Math.max(scale / this.fitScale, 1), Math.max(8 / this.fitScale, 1));
    const factor = this.scale / before;
    this.x = atX - (atX - this.x) * factor;
    this.y = atY - (atY - this.y) * factor;
    this.fitted = this.zoom <= 1.001;
    if (this.fitted) { this.x = 0; this.y = 0; }
    this.changed();
  }

  /** @param {number} quarter */
  rotate(quarter) { this.turn = (this.turn + quarter * 90 + 360) % 360; this.fit(); }

  /** @param {number} by */
  brighten(by) { this.light = Math.min(Math.max(this.light + by, 0.4), 2.6); this.changed(); }

  nextContrast() { this.contrast = this.contrast >= 2 ? 1 : this.contrast + 0.5; this.changed(); }

  changed() {
    this.show();
    if (this.mirror) {
      Object.assign(this.mirror, { zoom: this.zoom, x: this.x, y: this.y, fitted: this.fitted, light: this.light, contrast: this.contrast });
      this.mirror.show();
    }
    this.onchange();
  }

  show() {
    const { style } = this.image;
    style.width = `${this.width}px`;
    style.height = `${this.height}px`;
    style.transform = `translate(-50%, -50%) translate(${this.x}px, ${this.y}px) rotate(${this.turn}deg) scale(${this.scale})`;
    style.filter = this.light === 1 && this.contrast === 1 ? "" : `brightness(${this.light}) contrast(${this.contrast})`;
    this.frame.classList.toggle("zoomed", !this.fitted);
    // The preview is enough until its own pixels would show.
    if (this.original && !this.sharp && this.scale * this.width * devicePixelRatio > 1700) {
      this.sharp = true;
      const full = new Image();
      const { hash } = this;
      full.onload = () => { if (this.hash === hash) this.image.src = full.src; };
      full.src = photoUrl(hash, "original");
    }
  }

  setLoupe(on = !this.loupe) { this.loupe = on; this.frame.classList.toggle("loupe", on); if (!on) this.glass.hidden = true; }

  /** @param {PointerEvent} event */
  moveLoupe(event) {
    const box = this.frame.getBoundingClientRect();
    const [cx, cy] = [event.clientX - box.left, event.clientY - box.top];
    const scale = Math.max(this.scale * LOUPE_TIMES, 1);
    const factor = scale / this.scale;
    const [dx, dy] = [(cx - box.width / 2 - this.x) * factor, (cy - box.height / 2 - this.y) * factor];
    this.glass.hidden = false;
    this.glass.style.left = `${cx}px`;
    this.glass.style.top = `${cy}px`;
    const inner = this.glass.firstChild;
    if (inner.src !== this.image.src) inner.src = this.image.src;
    inner.style.width = `${this.width}px`;
    inner.style.height = `${this.height}px`;
    inner.style.transform = `translate(-50%, -50%) translate(${-dx}px, ${-dy}px) rotate(${this.turn}deg) scale(${scale})`;
    inner.style.filter = this.image.style.filter;
  }

  listen() {
    /** @type {Map<number, PointerEvent>} */
    const fingers = new Map();
    let start = { x: 0, y: 0, fitted: true };
    let apart = 0;
    const middle = (/** @type {MouseEvent} */ event) => {
      const box = this.frame.getBoundingClientRect();
      return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    };
    this.frame.addEventListener("wheel", (/** @type {WheelEvent} */ event) => {
      event.preventDefault();
      const [x, y] = middle(event);
      this.scaleTo(this.scale * Math.exp(-event.deltaY / 400), x, y);
    }, { passive: false });
    this.frame.addEventListener("dblclick", (/** @type {MouseEvent} */ event) => {
      const [x, y] = middle(event);
      if (this.fitted) this.scaleTo(Math.max(1, this.scale * 2), x, y); else this.fit();
    });
    this.frame.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      this.frame.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, event);
      if (fingers.size === 1) start = { x: event.clientX, y: event.clientY, fitted: this.fitted };
    });
    this.frame.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (this.loupe && event.pointerType === "mouse") this.moveLoupe(event);
      const before = fingers.get(event.pointerId);
      if (!before) return;
      fingers.set(event.pointerId, event);
      if (fingers.size === 2) {
        const [a, b] = [...fingers.values()];
        const distance = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
        const [ax, ay] = middle(a), [bx, by] = middle(b);
        if (apart) this.scaleTo(this.scale * distance / apart, (ax + bx) / 2, (ay + by) / 2);
        apart = distance;
      } else if (this.loupe) this.moveLoupe(event);
      else if (!this.fitted) {
        this.x += event.clientX - before.clientX;
        this.y += event.clientY - before.clientY;
        this.changed();
      }
    });
    const up = (/** @type {PointerEvent} */ event) => {
      const alone = fingers.size === 1;
      fingers.delete(event.pointerId);
      apart = 0;
      const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
      if (alone && start.fitted && !this.loupe && event.pointerType === "touch" && Math.abs(dx) > 60 && Math.abs(dy) < 50) {
        this.onswipe(dx < 0 ? 1 : -1);
      }
    };
    this.frame.addEventListener("pointerup", up);
    this.frame.addEventListener("pointercancel", up);
    this.frame.addEventListener("pointerleave", () => { this.glass.hidden = true; });
  }
}

/** The buttons above a viewer. @param {() => Viewer} viewer @param {{compare: () => void, help: () => void}} more */
export function tools(viewer, more) {
  /** @param {string} sign @param {string} label @param {string} key @param {() => void} act */
  const button = (sign, label, key, act) =>
    h("button", { type: "button", class: "tool", title: `${label} (${key})`, "aria-label": label, onclick: act }, sign);
  return h("div", { class: "tools", role: "toolbar" },
    button("1:1", t.zoom, "Z", () => viewer().toggle()),
    button("↺", t.rotate_left, "[", () => viewer().rotate(-1)),
    button("↻", t.rotate_right, "]", () => viewer().rotate(1)),
    button("☾", t.darker, "-", () => viewer().brighten(-0.2)),
    button("☀", t.brighter, "+", () => viewer().brighten(0.2)),
    button("◐", t.contrast, "V", () => viewer().nextContrast()),
    button("⌕", t.loupe, "L", () => viewer().setLoupe()),
    button("◫", t.compare, "D", more.compare),
    button("?", t.help, "?", more.help));
}
