// The page's dialog: opens when the server sends something into it, closes when that is answered with nothing.

export function dialog(element) {
  const show = () => {
    if (!element.firstElementChild) return element.open && element.close();
    if (!element.open) element.showModal();
    element.querySelector("[autofocus], input:not([type=hidden]), .primary")?.focus();
  };
  element.setAttribute("aria-labelledby", "dialog-title");
  element.addEventListener("htmx:afterSwap", (event) => event.target === element && show());
  element.addEventListener("close", () => element.replaceChildren());
  element.addEventListener("click", (event) => event.target === element && element.close());
  show();
}
