// The command palette: arrows go through what was found, Enter takes the first of it.

export function palette(element) {
  const field = element.querySelector("input");
  const links = () => [...element.querySelectorAll("a")];

  let isWanted = false; // Enter was pressed before what was typed had been looked for
  const isFresh = () => element.querySelector("#palette-found").dataset.query === field.value.trim();

  element.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = links();
    const at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown") focus(event, all[at + 1] ?? all[0]);
    else if (event.key === "ArrowUp") focus(event, at > 0 ? all[at - 1] : field);
    else if (event.key === "Escape" && event.target === field) {
      // In a search field the browser would only empty it.
      event.preventDefault();
      element.closest("dialog")?.close();
    } else if (event.key === "Enter" && event.target === field) {
      event.preventDefault();
      if (isFresh()) all[0]?.click();
      else isWanted = true;
    } else if (at >= 0 && event.key.length === 1 && !event.ctrlKey && !event.metaKey) field.focus();
  });
  // What had the focus is replaced when more is typed.
  element.addEventListener("htmx:afterSwap", () => {
    if (!element.contains(document.activeElement)) field.focus();
    if (isWanted && isFresh()) links()[0]?.click();
  });
}

function focus(event, element) {
  event.preventDefault();
  element?.focus();
}
