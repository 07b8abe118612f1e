/** Let the sliders of ipywidgets have their arrow keys, which Jupyter otherwise takes to move from cell to cell. */
export function keepArrows() {
  document.addEventListener("focusin", markSlider);
}

function markSlider(event) {
  event.target.closest(".noUi-handle")?.setAttribute("data-lm-suppress-shortcuts", "true");
}
