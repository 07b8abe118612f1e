/**
 * Panels side by side: each a background picture and, above it, a layer of pixels that changes with every move.
 *
 * @typedef {[text: string, place: [number, number], align: "left" | "right"]} Word  in CSS pixels from the top left
 * @typedef {{pixels: DataView, words: Word[]}} Layer  deflated: for each pixel that is not empty the distance to the one
 *   before, then for each its RGBA; and what is written over them
 * @param {{model: import("@anywidget/types").AnyModel, el: HTMLElement}} context
 */
function render({ model, el }) {
  el.classList.add("optviz-picture");
  const panels = model.get("sizes").map(([width, height], index) => {
    const panel = document.createElement("div");
    panel.className = "optviz-panel";
    panel.style.flex = `${width} 1 ${Math.round(width * 0.8)}px`;
    panel.style.maxWidth = `${width}px`;
    panel.style.aspectRatio = `${width} / ${height}`;
    const image = document.createElement("img");
    image.alt = "";
    const canvas = document.createElement("canvas");
    const words = document.createElement("div");
    panel.append(image, canvas, words);
    el.append(panel);
    return { panel, image, canvas, words, width, height, index, asked: 0, drawn: 0, url: "" };
  });

  /** The page's theme, and as many pixels as the screen has: the kernel draws for them. */
  function look() {
    model.set("page_theme", pageIsDark() ? "dark" : "light");
    model.set("scale", Math.min(Math.max(Math.ceil(2 * devicePixelRatio) / 2, 1), 2));
    model.save_changes();
  }

  function backgrounds() {
    for (const panel of panels) {
      URL.revokeObjectURL(panel.url);
      panel.url = URL.createObjectURL(new Blob([model.get("backgrounds")[panel.index]], { type: "image/png" }));
      panel.image.src = panel.url;
    }
  }

  /** Draw the newest layer; one that is decoded after a newer one has been drawn is dropped. */
  async function draw(panel) {
    const mine = ++panel.asked;
    const scale = model.get("drawn_scale");
    const { pixels, words } = model.get("layers")[panel.index];
    const stream = new Blob([pixels]).stream().pipeThrough(new DecompressionStream("deflate"));
    const numbers = new Uint32Array(await new Response(stream).arrayBuffer());
    if (mine < panel.drawn) return;
    panel.drawn = mine;
    const { canvas } = panel;
    if (canvas.width !== Math.round(panel.width * scale)) {
      canvas.width = Math.round(panel.width * scale);
      canvas.height = Math.round(panel.height * scale);
    }
    const image = new ImageData(canvas.width, canvas.height);
    const colours = new Uint32Array(image.data.buffer);
    for (let i = 0, place = 0, count = numbers.length / 2; i < count; i++) {
      place += numbers[i];
      colours[place] = numbers[count + i];
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    panel.words.replaceChildren(...words.map(([text, [x, y], align]) => {
      const word = document.createElement("span");
      word.textContent = text;
      word.style.top = `${(100 * y) / panel.height}%`;
      word.style[align === "left" ? "left" : "right"] =
        `${(100 * (align === "left" ? x : panel.width - x)) / panel.width}%`;
      return word;
    }));
    // Letters do not get smaller with a narrow panel: a word that would leave it ends at its edge.
    for (const word of /** @type {NodeListOf<HTMLElement>} */ (panel.words.querySelectorAll("span"))) {
      if (word.offsetLeft + word.offsetWidth > panel.words.clientWidth) word.style.left = `calc(100% - ${word.offsetWidth}px)`;
    }
    el.dataset.theme = model.get("drawn_theme");
    el.dataset.frames = String(Number(el.dataset.frames ?? 0) + 1);
  }

  const layers = () => panels.forEach(draw);
  const describe = () => el.setAttribute("aria-label", model.get("alt"));
  model.on("change:backgrounds", backgrounds);
  model.on("change:layers", layers);
  model.on("change:alt", describe);

  // A click or a drag on the first panel says where a run shall start.
  const target = panels[0].panel;
  target.classList.add("optviz-target");
  /** @param {PointerEvent} event */
  function point(event) {
    const box = target.getBoundingClientRect();
    model.set("pointer", [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
    model.save_changes();
  }
  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    if (event.pointerType !== "touch") target.setPointerCapture(event.pointerId);
    point(event);
  });
  target.addEventListener("pointermove", (event) => {
    if (target.hasPointerCapture(event.pointerId)) point(event);
  });

  keepArrows(); // its sliders are widgets of their own
  el.setAttribute("role", "img");
  backgrounds();
  layers();
  describe();
  look();
  const unwatch = watchTheme(look);
  return () => {
    unwatch();
    model.off("change:backgrounds", backgrounds);
    model.off("change:layers", layers);
    model.off("change:alt", describe);
    for (const panel of panels) URL.revokeObjectURL(panel.url);
  };
}

export default { render };
