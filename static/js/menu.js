// A menu made of <details>: Escape closes it and gives the focus back, and so does a click or the focus elsewhere.

export function menu(details) {
  const summary = details.querySelector("summary");
  const outside = (event) => {
    if (!details.contains(event.target)) details.open = false;
  };
  const watch = () => {
    const change = details.open ? document.addEventListener : document.removeEventListener;
    change.call(document, "pointerdown", outside);
    change.call(document, "focusin", outside);
  };
  details.addEventListener("toggle", watch);
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.preventDefault();
    event.stopPropagation();
    details.open = false;
    summary.focus();
  });
  watch();
}
