/** A question with options: choose one, commit, and the kernel has its index. Arrow keys choose, Enter commits. */

/** Let an element have its arrow keys and Enter, which JupyterLab otherwise takes to move from cell to cell. */
function keepKeys(/** @type {HTMLElement} */ element) {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
}

const PATIENCE = 3000; // milliseconds until a kernel that says nothing is mentioned

/** Say something to those who listen to the page: in a place that stays when this widget has gone. */
function announce(/** @type {string} */ text) {
  let place = document.getElementById("optviz-announced");
  if (!place) {
    place = document.createElement("div");
    place.id = "optviz-announced";
    place.className = "optviz-only-heard";
    place.setAttribute("aria-live", "polite");
    document.body.append(place);
  }
  place.textContent = text;
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const form = document.createElement("form");
  form.className = "optviz-chooser";

  const options = document.createElement("fieldset");
  const question = document.createElement("legend");
  const heading = document.createElement("strong");
  heading.textContent = `${model.get("heading")}. `;
  question.append(heading, model.get("question"));
  options.append(question);

  const commit = document.createElement("button");
  commit.type = "submit";
  commit.textContent = "Commit to this choice";
  commit.disabled = true;
  keepKeys(commit);
  const status = document.createElement("p");
  status.setAttribute("role", "status");

  const name = `optviz-${model.get("name")}-${Math.random()}`;
  for (const [i, text] of model.get("options").entries()) {
    const label = document.createElement("label");
    const button = document.createElement("input");
    button.type = "radio";
    button.name = name;
    button.value = String(i);
    keepKeys(button);
    button.addEventListener("change", () => (commit.disabled = false));
    const letter = document.createElement("span");
    letter.textContent = `${model.get("letters")[i]})`;
    const words = document.createElement("span");
    words.textContent = text;
    label.append(button, letter, words);
    options.append(label);
  }

  let waiting = 0;
  /** @type {HTMLElement | null} */ let cell = null;
  form.append(options, commit, status);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = new FormData(form).get(name);
    if (chosen === null) return;
    commit.disabled = true;
    status.textContent = "";
    cell = el.closest(".jp-Cell");
    waiting = setTimeout(() => {
      status.textContent =
        "The kernel has not answered yet. If it is busy, wait; if it has stopped, start it again and run the cells from " +
        "the top down to this one.";
      commit.disabled = false;
    }, PATIENCE);
    model.set("chosen", Number(chosen));
    model.save_changes();
  });
  el.replaceChildren(form);

  model.set("page_theme", pageIsDark() ? "dark" : "light");
  model.save_changes();

  // The note takes the widget's place, and the button that had the focus goes with it.
  return () => {
    clearTimeout(waiting);
    const stored = model.get("stored");
    if (stored < 0) return; // the cell was run again, or its output cleared
    // Whoever has gone on while the kernel was busy is not called back.
    const focused = document.activeElement;
    if (!focused || focused === document.body || el.contains(focused)) cell?.focus();
    announce(`Stored: ${model.get("letters")[stored]}) ${model.get("options")[stored]}`);
  };
}

export default { render };
