// The theme button: goes round as on this device → light → dark at once, and tells the server.

import { csrfToken } from "./csrf.js";

const next = { system: "light", light: "dark", dark: "system" };

export function theme(form) {
  const button = form.querySelector("button");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.elements.theme.value;
    const body = new FormData(form);
    body.delete("csrfmiddlewaretoken");
    document.documentElement.dataset.theme = chosen;
    form.elements.theme.value = next[chosen];
    const label = button.dataset[`label${chosen[0].toUpperCase()}${chosen.slice(1)}`];
    button.setAttribute("aria-label", label);
    button.title = label;
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${chosen}`));
    fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() } });
  });
}
