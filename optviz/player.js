/**
 * The element of one player: a background, a canvas over it, and a bar with a button, a slider and the step.
 *
 * Nothing moves until somebody plays or drags. Lengths are CSS pixels of the picture at its full width.
 */
(() => {
  const NAME = "OPTVIZ-PLAYER";
  if (customElements.get(NAME)) return;
  const PLAY = "M4 2 L16 9 L4 16 Z";
  const PAUSE = "M3 2 H7 V16 H3 Z M11 2 H15 V16 H11 Z";
  const SVG = '<svg viewBox="0 0 18 18" aria-hidden="true"><path/></svg>';

  class Player extends HTMLElement {
    connectedCallback() {
      // A page that is still being read has the element before what stands in it.
      if (!this.shadowRoot && !this.querySelector("script")) {
        document.addEventListener("DOMContentLoaded", () => this.connectedCallback(), { once: true });
        return;
      }
      if (!this.shadowRoot) this.build(JSON.parse(this.querySelector("script").textContent));
      this.scheme = matchMedia("(prefers-color-scheme: dark)");
      this.follow = () => this.dress();
      this.scheme.addEventListener("change", this.follow);
      this.watch = new MutationObserver(this.follow);
      for (const element of [document.body, document.documentElement]) {
        this.watch.observe(element, { attributes: true, attributeFilter: ["data-jp-theme-light", "class", "theme"] });
      }
      this.fit = new ResizeObserver(() => this.draw());
      this.fit.observe(this.canvas);
      this.dress();
    }

    disconnectedCallback() {
      if (!this.watch) return;
      this.pause();
      this.scheme.removeEventListener("change", this.follow);
      this.watch.disconnect();
      this.fit.disconnect();
    }

    build(film) {
      this.film = film;
      this.frame = 0;
      this.shapes = film.shapes.map((outline) => new Path2D(outline));
      const root = this.attachShadow({ mode: "open" });
      root.innerHTML = `<style>${film.style}</style><div class="picture" role="img"><img alt=""><canvas></canvas></div>
        <div class="bar" role="group" aria-label="Player"><button type="button">${SVG}</button>
        <input type="range" min="0" step="1" value="0" aria-label="Step"><output aria-live="off"></output></div>`;
      const find = (selector) => root.querySelector(selector);
      [this.picture, this.image, this.canvas] = [find(".picture"), find("img"), find("canvas")];
      [this.button, this.slider, this.readout, this.icon] =
        [find("button"), find("input"), find("output"), find("path")];
      this.picture.style.aspectRatio = `${film.size[0]} / ${film.size[1]}`;
      this.picture.setAttribute("aria-label", film.alt);
      this.slider.max = String(film.steps.length - 1);
      this.readout.style.minWidth = `${`step ${film.last} of ${film.last}`.length}ch`;
      this.button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
      this.slider.addEventListener("input", () => {
        this.pause();
        this.show(Number(this.slider.value));
      });
      root.addEventListener("keydown", (event) => {
        if (event.key === " " && event.target !== this.button) {
          event.preventDefault();
          this.button.click();
        }
      });
      this.pause();
      this.show(0);
    }

    play() {
      if (this.frame === this.film.steps.length - 1) this.show(0);
      const first = this.frame;
      let begin;
      const tick = (now) => {
        begin ??= now;
        const frame = Math.min(first + Math.floor(((now - begin) * this.film.fps) / 1000), this.film.steps.length - 1);
        if (frame !== this.frame) this.show(frame);
        if (frame === this.film.steps.length - 1) this.pause();
        else this.timer = requestAnimationFrame(tick);
      };
      this.timer = requestAnimationFrame(tick);
      this.label("Pause", PAUSE);
    }

    pause() {
      cancelAnimationFrame(this.timer);
      this.timer = 0;
      this.label("Play", PLAY);
    }

    label(text, icon) {
      this.button.setAttribute("aria-label", text);
      this.button.title = text;
      this.icon.setAttribute("d", icon);
    }

    show(frame) {
      this.frame = frame;
      const words = `step ${this.film.steps[frame]} of ${this.film.last}`;
      this.slider.value = String(frame);
      this.slider.setAttribute("aria-valuetext", words);
      this.readout.value = words;
      this.draw();
    }

    /** Take the page's theme, if the player has both. */
    dress() {
      const { themes } = this.film;
      const { body, documentElement: root } = document;
      const light = body.dataset.jpThemeLight;
      const dark = light
        ? light === "false"
        : body.classList.contains("vscode-dark") || root.getAttribute("theme") === "dark" ||
          (!body.classList.contains("vscode-light") && this.scheme.matches);
      const name = themes.dark && (dark || !themes.light) ? "dark" : "light";
      this.dataset.theme = name;
      this.style.colorScheme = name;
      this.theme = themes[name];
      this.image.src = this.theme.background;
      for (const name of ["ink", "line", "soft", "page"]) this.style.setProperty(`--${name}`, this.theme[name]);
      this.style.setProperty("--focus", name === "dark" ? "#7db4ff" : "#1f6fd6");
      this.draw();
    }

    draw() {
      const { film, theme, canvas } = this;
      const width = canvas.clientWidth;
      if (!theme || !width) return;
      const scale = (width * devicePixelRatio) / film.size[0];
      const [wide, high] = film.size.map((side) => Math.round(side * scale));
      if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
      const pen = canvas.getContext("2d");
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, wide, high);
      pen.setTransform(scale, 0, 0, scale, 0, 0);
      const step = film.steps[this.frame];
      for (const panel of film.panels) {
        pen.save();
        pen.beginPath();
        pen.rect(...panel.box);
        pen.clip();
        panel.trails.forEach((trail, actor) => this.trail(pen, trail, theme.shades[actor], step));
        pen.restore();
        panel.places.forEach((places, actor) => this.ball(pen, places[2 * step], places[2 * step + 1], actor));
      }
      pen.font = `${film.letters}px "DejaVu Sans", Verdana, system-ui, sans-serif`;
      pen.textBaseline = "middle";
      pen.fillStyle = theme.second;
      for (const [from, text, x, y] of film.notes) if (from <= step) pen.fillText(text, x, y);
    }

    /** Draw a trail up to a step, its casing first; one of two shades goes from pale to full. */
    trail(pen, trail, [pale, full], step) {
      const { film, theme } = this;
      const last = Math.min(step, trail.length / 2 - 1);
      const first = film.trail === null ? 0 : Math.max(0, step - film.trail);
      if (last <= first) return;
      const line = (from, to) => {
        pen.beginPath();
        for (let i = from; i <= to; i++) pen.lineTo(trail[2 * i], trail[2 * i + 1]);
        pen.stroke();
      };
      pen.lineJoin = "round";
      pen.lineCap = "butt";
      [pen.lineWidth, pen.globalAlpha] = film.casing;
      pen.strokeStyle = theme.casing;
      line(first, last);
      pen.globalAlpha = 1;
      pen.lineCap = "round";
      pen.lineWidth = film.width;
      if (pale === full) {
        pen.strokeStyle = full;
        line(first, last);
        return;
      }
      for (let i = first; i < last; i++) {
        pen.strokeStyle = `color-mix(in srgb, ${full} ${(100 * i) / film.last}%, ${pale})`;
        line(i, i + 1);
      }
    }

    ball(pen, x, y, actor) {
      const { film } = this;
      const [face, edge, width] = this.theme.marks[actor];
      pen.save();
      pen.translate(x, y);
      if (film.shared[actor]) {
        pen.beginPath();
        pen.arc(0, 0, film.ring / 2, 0, 2 * Math.PI);
        pen.strokeStyle = this.theme.ink;
        pen.lineWidth = 0.1 * film.ball;
        pen.stroke();
      }
      pen.scale(film.ball, film.ball);
      pen.lineWidth = width / film.ball;
      pen.fillStyle = face;
      pen.strokeStyle = edge;
      pen.fill(this.shapes[actor]);
      pen.stroke(this.shapes[actor]);
      pen.restore();
    }
  }

  customElements.define(NAME, Player);
})();
