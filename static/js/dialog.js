// The page's dialog: opens when the server sends something into it, closes when that is answered with nothing.

export function dialog(element) {
  const show = () => {
    if (!element.firstElementChild) return element.open && element.close();
    const title = element.querySelector("#dialog-title");
    if (title) element.setAttribute("aria-labelledby", title.id);
    else element.setAttribute("aria-label", element.querySelector("[aria-label]")?.ariaLabel ?? "");
    if (!element.open) element.showModal();
    const first = element.querySelector("[autofocus], input:not([type=hidden]), .primary");
    first?.focus();
    // What is suggested is typed over.
    if (first?.value) first.select?.();
  };
  element.addEventListener("htmx:afterSwap", (event) => event.target === element && show());
  element.addEventListener("close", () => {
    element.replaceChildren();
    element.removeAttribute("aria-labelledby");
    element.removeAttribute("aria-label");
  });
  element.addEventListener("click", (event) => event.target === element && element.close());
  show();
}
