// Keeps the focus where a person has it when the server's answer replaces that part of the page: on the same control,
// else on the menu that it was in, else on the first control of that part.

const FOCUSABLE = "a[href], button, input, select, textarea, summary";

export function keepFocus(body) {
  const before = new WeakMap(); // request → what had the focus when it was made: a button may be disabled meanwhile
  let left = null;

  body.addEventListener("htmx:beforeRequest", ({ detail }) => before.set(detail.xhr, traceOf(document.activeElement)));
  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { activeElement } = document;
    left = activeElement === body ? before.get(detail.xhr) : traceOf(activeElement);
  });
  body.addEventListener("htmx:afterSwap", () => {
    if (left && document.activeElement === body) find(left)?.focus({ preventScroll: true });
  });
}

/** How to find an element, or what is nearest to it, in a part of the page that was made again. */
function traceOf(element) {
  const part = element.parentElement?.closest("[id]");
  if (!part) return null;
  const menus = [];
  for (let menu = element.closest("details"); menu; menu = menu.parentElement.closest("details")) menus.push(nameOf(menu.querySelector("summary")));
  return { id: element.id, name: nameOf(element), menus, part: part.id };
}

function find({ id, name, menus, part }) {
  const same = document.getElementById(id);
  if (same?.checkVisibility()) return same;
  const there = document.getElementById(part);
  if (!there) return null;
  const controls = [...there.querySelectorAll(FOCUSABLE)].filter((control) => control.type !== "hidden" && control.checkVisibility());
  const named = (wanted) => controls.find((control) => wanted && nameOf(control) === wanted);
  return named(name) ?? menus.map(named).find(Boolean) ?? controls[0];
}

function nameOf(control) {
  return control.ariaLabel ?? control.textContent.trim();
}
