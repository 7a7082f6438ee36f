// Keeps what is typed on the server: shortly after the last key, when the page is left, and again until it worked.

import { csrfToken } from "./csrf.js";

const PAUSE = 600; // ms after the last key
const LONGEST = 1_800; // ms that typing on may put it off
const LONGEST_RETRY = 15_000; // ms
const KEEPALIVE_LIMIT = 60_000; // bytes; browsers let no more survive the page

/** Saves the form's state to its `data-draft` address as it changes. */
export function keepDraft(form) {
  const unsaved = document.getElementById("draft-unsaved");
  let timer = null;
  let dirtySince = null;
  let version = 0;
  let failures = 0;

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => document.hidden && dirtySince !== null && save(true));
  window.addEventListener("pagehide", () => dirtySince !== null && save(true));
  window.addEventListener("beforeunload", (event) => {
    if (dirtySince === null) return;
    // Before the next page is asked for: whoever reloads must find what was typed last.
    save(true);
    if (failures) event.preventDefault();
  });
  // What puts the draft away carries everything along itself; saving it afterwards would bring it back.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-leaves]")) return;
    clearTimeout(timer);
    dirtySince = null;
  });
  // Somebody may have begun to type before this module was there.
  if ([...form.querySelectorAll("textarea, input")].some((field) => field.value !== field.defaultValue)) changed();

  function changed() {
    version += 1;
    dirtySince ??= performance.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE, LONGEST - (performance.now() - dirtySince))));
  }

  async function save(leaving = false) {
    clearTimeout(timer);
    const saving = version;
    const body = new FormData(form);
    body.delete("csrfmiddlewaretoken"); // the page's own may be out of date; the header has the one of the moment
    const size = [...body.values()].reduce((sum, value) => sum + 3 * value.length, 0);
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body,
        redirect: "manual",
        keepalive: leaving === true && size < KEEPALIVE_LIMIT,
        headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
      });
      if (!answer.ok) throw new Error(`draft: ${answer.type} ${answer.status}`);
      const { edited } = await answer.json();
      failures = 0;
      // From now on the draft is what this page is about, not the run that was brought back.
      if (new URLSearchParams(location.search).has("run")) history.replaceState(null, "", form.dataset.address);
      document.getElementById("hidden-draft")?.remove();
      if (version === saving) dirtySince = null;
      document.getElementById("draft-state").hidden = !edited;
      if (unsaved) unsaved.hidden = true;
    } catch {
      // Shown beside the title; what is typed stays in the page and is sent again.
      failures += 1;
      if (unsaved) unsaved.hidden = false;
      timer = setTimeout(save, Math.min(1000 * 2 ** failures, LONGEST_RETRY));
    }
  }
}
