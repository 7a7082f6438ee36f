// Shows an answer in another way: formatted, as plain text, as a tree, as its raw blocks. The choice stays in this
// browser, for every answer that can be shown so.

import { chosenView, rememberView } from "./chosen_view.js";

export function views(group) {
  const article = group.closest(".answer");
  const part = (name) => article.querySelector(`[data-part="${name}"]`);
  const fetched = new Map(); // view → its HTML

  async function show(name) {
    const button = group.querySelector(`[data-view="${name}"]`) ?? group.querySelector('[data-view="answer"]');
    for (const one of group.querySelectorAll("[data-view]")) one.setAttribute("aria-pressed", one === button);
    const { view, address } = button.dataset;
    if (address && !(await fill(view, address))) return;
    if (button.getAttribute("aria-pressed") !== "true") return; // another one was chosen meanwhile
    for (const one of ["answer", "plain", "view"]) part(one).hidden = one !== (address ? "view" : view);
  }

  async function fill(view, address) {
    const place = part("view");
    if (!fetched.has(view)) {
      const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (!answer?.ok) return false;
      fetched.set(view, await answer.text());
    }
    if (place.dataset.view === view) return true;
    place.dataset.view = view;
    htmx.swap(place, fetched.get(view), { swapStyle: "innerHTML" });
    return true;
  }

  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-view]");
    if (!button) return;
    rememberView(button.dataset.view);
    show(button.dataset.view);
  });
  if (chosenView() !== "answer") show(chosenView());
}
