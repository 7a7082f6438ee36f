// Errors beside fields: marks what is wrong for screen readers, opens what hides it, goes to the first, and takes a
// message away as soon as its field is changed.

export function fieldErrors(slot) {
  const field = fieldOf(slot);
  if (!field) return;
  field.addEventListener(
    "input",
    () => {
      document.getElementById(slot.id)?.replaceChildren();
      field.removeAttribute("aria-invalid");
    },
    { once: true },
  );
  mark();
}

function fieldOf(slot) {
  return document.querySelector(`[aria-describedby~="${CSS.escape(slot.id)}"]`);
}

function mark() {
  for (const slot of document.querySelectorAll(".field-error[id]")) {
    const field = fieldOf(slot);
    if (slot.textContent.trim()) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
  const first = document.querySelector('[aria-invalid="true"]');
  const menu = first?.closest("details:not([open])");
  if (menu) menu.open = true;
  first?.focus();
}

// What else comes meanwhile (tokens, variables) is no reason to move anybody.
document.addEventListener("htmx:afterRequest", (event) => event.detail.elt.id === "playground" && mark());
