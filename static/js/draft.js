// Keeps what is typed: on the server shortly after the last key, when the page is left, and again until it worked; and
// in the page, where a fragment that comes late would replace it.

import { csrfToken } from "./csrf.js";

const PAUSE = 600; // ms after the last key
const LONGEST = 1_200; // ms that typing on may put it off: two seconds are promised, and the way takes its time
const LONGEST_RETRY = 15_000; // ms
const PATIENCE = 20_000; // ms for one save
const KEEPALIVE_LIMIT = 60_000; // bytes; browsers let no more survive the page
const PER_FIELD = 160; // bytes around each value of a form
const FOR_GOOD = new Set([403, 404, 413]); // trying again would not help

/** Saves the form's state to its `data-draft` address as it changes. */
export function keepDraft(form) {
  const unsaved = document.getElementById("draft-unsaved");
  let timer = null;
  let dirtySince = null;
  let saving = null; // what aborts the save under way: there is one at a time
  let sequence = 0; // the server takes nothing older than what it has from this page
  let failures = 0;
  let isForgotten = false;

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => document.hidden && isPending() && save(true));
  window.addEventListener("pagehide", () => isPending() && save(true));
  window.addEventListener("beforeunload", (event) => {
    if (!isPending()) return;
    // Before the next page is asked for: whoever reloads must find what was typed last.
    if (!failures && size(contents()) < KEEPALIVE_LIMIT) save(true);
    else event.preventDefault();
  });
  // Whatever else posts the form comes after all drafts before it.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb === "post" && event.detail.parameters.sequence !== undefined) event.detail.parameters.sequence = String(++sequence);
  });
  // What puts the draft away carries everything along itself; saving it afterwards would bring it back.
  document.addEventListener("click", (event) => event.target.closest("[data-leaves]") && forget());
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
    // It was refused or never arrived, and the page stays.
    const leaves = elt.matches("[data-leaves], :has([data-leaves]):not(#playground)");
    if (leaves && isForgotten && !xhr.getResponseHeader("HX-Redirect")) changed();
  });
  keepTyped();
  // Somebody may have begun to type before this module was there.
  if ([...form.querySelectorAll("textarea, input")].some((field) => field.value !== field.defaultValue)) changed();

  function isPending() {
    return dirtySince !== null || saving !== null;
  }

  function forget() {
    clearTimeout(timer);
    saving?.abort();
    dirtySince = null;
    isForgotten = true;
  }

  function changed() {
    isForgotten = false;
    dirtySince ??= performance.now();
    // From now on the draft is what this page is about, not the run or version that was brought back.
    const asked = new URLSearchParams(location.search);
    if (["run", "version", "new"].some((name) => asked.has(name))) history.replaceState(null, "", form.dataset.address);
    if (!saving) schedule(Math.max(0, Math.min(PAUSE, LONGEST - (performance.now() - dirtySince))));
  }

  function schedule(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  function contents() {
    form.elements.sequence.value = ++sequence;
    const body = new FormData(form);
    body.delete("csrfmiddlewaretoken"); // the page's own may be out of date; the header has the one of the moment
    return body;
  }

  async function save(leaving = false) {
    clearTimeout(timer);
    if (saving && leaving !== true) return;
    const body = contents();
    const control = (saving = new AbortController());
    const began = dirtySince ?? performance.now();
    dirtySince = null;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body,
        redirect: "manual",
        keepalive: leaving === true && size(body) < KEEPALIVE_LIMIT,
        signal: leaving === true ? undefined : AbortSignal.any([control.signal, AbortSignal.timeout(PATIENCE)]),
        headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
      });
      if (FOR_GOOD.has(answer.status)) return refused();
      if (!answer.ok) throw new Error(`draft: ${answer.type} ${answer.status}`);
      saved(await answer.json());
    } catch {
      if (control.signal.aborted) return;
      // Shown beside the title; what is typed stays in the page and is sent again.
      failures += 1;
      dirtySince ??= began;
      tell(form.dataset.wordsAgain);
    } finally {
      if (saving === control) saving = null;
      if (dirtySince !== null && !saving) schedule(failures ? Math.min(1000 * 2 ** failures, LONGEST_RETRY) : PAUSE);
    }
  }

  function saved({ edited }) {
    failures = 0;
    document.getElementById("hidden-draft")?.remove();
    document.getElementById("draft-state").hidden = !edited;
    tell("");
  }

  function refused() {
    failures = 1;
    tell(form.dataset.wordsRefused);
  }

  function tell(words) {
    unsaved.textContent = words;
    unsaved.hidden = !words;
  }
}

function size(body) {
  const encoder = new TextEncoder();
  return [...body].reduce((sum, [name, value]) => sum + name.length + encoder.encode(value).length + PER_FIELD, 0);
}

// Fields that were changed while a fragment with the same fields was on its way keep what was typed.
function keepTyped() {
  const before = new WeakMap(); // request → name → value when it was asked for
  let typed = new Map();
  const fields = (root) => [...root.querySelectorAll("input[name], select[name], textarea[name]")].filter((field) => field.type !== "hidden");

  document.addEventListener("htmx:beforeSend", (event) => {
    const { xhr, target } = event.detail;
    if (target?.closest?.("#playground")) before.set(xhr, new Map(fields(target).map((field) => [field.name, field.value])));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asked = before.get(event.detail.xhr);
    const changed = asked ? fields(event.detail.target).filter((field) => asked.has(field.name) && asked.get(field.name) !== field.value) : [];
    typed = new Map(changed.map((field) => [field.name, field.value]));
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const [name, value] of typed) {
      const field = document.querySelector(`#playground [name="${CSS.escape(name)}"]`);
      if (field) field.value = value;
    }
    typed = new Map();
  });
}
