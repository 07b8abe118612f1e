/** A question with options: choose one, commit, and the kernel has its index. Arrow keys choose, Enter commits. */

/** Let an element have its arrow keys and Enter, which JupyterLab otherwise takes to move from cell to cell. */
function keepKeys(/** @type {HTMLElement} */ element) {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
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
    letter.textContent = `${"abcdefgh"[i]})`;
    const words = document.createElement("span");
    words.textContent = text;
    label.append(button, letter, words);
    options.append(label);
  }

  form.append(options, commit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = new FormData(form).get(name);
    if (chosen === null) return;
    commit.disabled = true;
    model.set("chosen", Number(chosen));
    model.save_changes();
  });
  el.replaceChildren(form);

  model.set("page_theme", pageIsDark() ? "dark" : "light");
  model.save_changes();
}

export default { render };
