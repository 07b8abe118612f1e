// @ts-check
/**
 * Whether the page around is dark, and when that changes: JupyterLab, Notebook, VS Code, Colab or a page of its own.
 */

/** Return whether the page around is dark: as its host says, else as the reader's system does. */
export function pageIsDark() {
  const { body, documentElement } = document;
  if (body.dataset.jpThemeLight !== undefined) return body.dataset.jpThemeLight === "false";
  if (body.classList.contains("vscode-dark") || documentElement.getAttribute("theme") === "dark") return true;
  if (body.classList.contains("vscode-light") || documentElement.getAttribute("theme") === "light") return false;
  return scheme().matches;
}

/**
 * Call back whenever the answer of `pageIsDark` may have changed.
 * @param {() => void} changed @returns {() => void} ends it
 */
export function watchTheme(changed) {
  const hosts = new MutationObserver(changed), system = scheme();
  hosts.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  hosts.observe(document.documentElement, { attributes: true, attributeFilter: ["theme", "class"] });
  system.addEventListener("change", changed);
  return () => {
    hosts.disconnect();
    system.removeEventListener("change", changed);
  };
}

const scheme = () => matchMedia("(prefers-color-scheme: dark)");
