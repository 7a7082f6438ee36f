// Marks for the provider's cache: what cannot be set is barred in the list where one would choose it, and says why.

const MOST = 4;
const PARTS = ["tools-cache", "system-cache"]; // a provider reads them in this order, before the messages

let listens = false;

export function cacheMarks() {
  if (!listens) {
    listens = true;
    for (const name of ["focusin", "change"]) document.addEventListener(name, ({ target }) => target.matches("[data-cache-mark] select") && bar());
  }
  bar();
}

function bar() {
  const selects = [...document.querySelectorAll("[data-cache-mark] select")];
  const place = (select) => (PARTS.indexOf(select.name) + 1 || PARTS.length + 1) * 1e6 + selects.indexOf(select);
  const inOrder = selects.toSorted((one, other) => place(one) - place(other));
  inOrder.forEach((select, index) => {
    const full = inOrder.filter((other) => other !== select && other.value).length >= MOST;
    const before = inOrder.slice(0, index).some((other) => other.value === "5m");
    const after = inOrder.slice(index + 1).some((other) => other.value === "1h");
    const { order, full: fullWords } = select.closest("[data-cache-mark]").dataset;
    set(select, "5m", full || after);
    set(select, "1h", full || before);
    tell(select, full ? fullWords : before || after ? order : "");
  });
}

function set(select, value, isBarred) {
  select.querySelector(`[value="${value}"]`).disabled = isBarred && select.value !== value;
}

/** Why not, as a line of the list that cannot be chosen: there it is seen, and read aloud, by who looks for the choice. */
function tell(select, words) {
  const told = select.querySelector("[data-why]") ?? select.appendChild(document.createElement("option"));
  if (!words) return told.remove();
  Object.assign(told, { disabled: true, textContent: words });
  told.dataset.why = "";
}
