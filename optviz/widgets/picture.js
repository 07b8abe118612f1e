/**
 * Panels side by side: each a background picture and, above it, a layer of pixels that changes with every move.
 *
 * @typedef {{box: [number, number, number, number], pixels: DataView}} Layer  deflated RGBA at (left, top, width, height)
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
    panel.append(image, canvas);
    el.append(panel);
    return { panel, image, canvas, width, height, index, asked: 0, drawn: 0, url: "" };
  });

  /** The page's theme, and as many pixels as the screen has: the kernel draws for them. */
  function look() {
    const { body, documentElement: root } = document;
    const light = body.dataset.jpThemeLight;
    const dark = light
      ? light === "false"
      : body.classList.contains("vscode-dark") || root.getAttribute("theme") === "dark" ||
        (!body.classList.contains("vscode-light") && matchMedia("(prefers-color-scheme: dark)").matches);
    model.set("page_theme", dark ? "dark" : "light");
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
    const { box: [left, top, width, height], pixels } = model.get("layers")[panel.index];
    let image;
    if (width > 0) {
      const stream = new Blob([pixels]).stream().pipeThrough(new DecompressionStream("deflate"));
      const bytes = await new Response(stream).arrayBuffer();
      image = new ImageData(new Uint8ClampedArray(bytes), width, height);
    }
    if (mine < panel.drawn) return;
    panel.drawn = mine;
    const { canvas } = panel;
    if (canvas.width !== Math.round(panel.width * scale)) {
      canvas.width = Math.round(panel.width * scale);
      canvas.height = Math.round(panel.height * scale);
    }
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (image) context.putImageData(image, left, top);
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

  el.setAttribute("role", "img");
  backgrounds();
  layers();
  describe();
  look();
  const observer = new MutationObserver(look);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", look);
  return () => {
    observer.disconnect();
    scheme.removeEventListener("change", look);
    model.off("change:backgrounds", backgrounds);
    model.off("change:layers", layers);
    model.off("change:alt", describe);
    for (const panel of panels) URL.revokeObjectURL(panel.url);
  };
}

export default { render };
