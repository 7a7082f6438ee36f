// Shows an answer in another way: formatted, as plain text, as a tree, as its raw blocks. The choice stays in this
// browser, for every answer that can be shown so.

import { chosenView, rememberView } from "./chosen_view.js";

export function views(group) {
  const article = group.closest(".answer");
  const part = (name) => article.querySelector(`[data-part="${name}"]`);
  const fetched = new Map(); // view → its HTML
  let asked = 0;

  async function show(name) {
    const button = group.querySelector(`[data-view="${name}"]`) ?? group.querySelector('[data-view="answer"]');
    const { view, address } = button.dataset;
    const turn = ++asked;
    if (address && !(await fetchOnce(view, address))) return;
    if (turn !== asked) return; // another one was chosen meanwhile
    if (address) fill(part("view"), view);
    for (const one of group.querySelectorAll("[data-view]")) one.setAttribute("aria-pressed", one === button);
    for (const one of ["answer", "plain", "view"]) part(one).hidden = one !== (address ? "view" : view);
  }

  async function fetchOnce(view, address) {
    if (fetched.has(view)) return true;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) fetched.set(view, await answer.text());
    // Said in the same words as any other request that never arrived.
    else group.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true, detail: { elt: group } }));
    return fetched.has(view);
  }

  function fill(place, view) {
    if (place.dataset.view === view) return;
    place.dataset.view = view;
    htmx.swap(place, fetched.get(view), { swapStyle: "innerHTML" });
  }

  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-view]");
    if (!button) return;
    rememberView(button.dataset.view);
    show(button.dataset.view);
  });
  if (chosenView() !== "answer") show(chosenView());
}
