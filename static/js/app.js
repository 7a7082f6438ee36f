// The page's one script: finds elements that want more than HTML gives, now and after every htmx swap, and fetches the
// module for each only then. It knows no behaviour itself.
//
// Rows: a selector, the module (exporting one function that enhances an element it is given), and, for what acts only
// when touched, the event that fetches it: a click is held back until the module is there, then made again.

import { freshToken } from "./csrf.js";
import { shortcuts } from "./shortcuts.js";

const canGrow = CSS.supports("field-sizing", "content");

const enhancers = [
  ["[data-socket]", () => import("./socket.js")],
  ["[data-run][aria-busy]", () => import("./stream.js")],
  ["[data-run-now]", () => import("./run_now.js")],
  ["[data-draft]", () => import("./draft.js")],
  [".field-error:not(:empty)", () => import("./field_errors.js")],
  ["figure.code", () => import("./copy.js")],
  ["[data-shortcuts]", () => ({ shortcuts })], // always at hand: the first key may come as soon as the page is seen
  ["[data-copy]", () => import("./copy.js"), "click"],
  ["[data-views]", () => import("./views.js")],
  ["[data-views]", () => import("./views.js"), "click"], // pressed before it was there
  ["time[data-local]", () => import("./local_time.js")],
  ["time[title]", () => import("./local_time.js"), "pointerover"],
  ["[data-theme-switch]", () => import("./theme.js"), "click"],
  ["[data-turns]", () => import("./turns.js"), "click"],
  ["[data-attach]", () => import("./attach.js"), "focusin"],
  ["[data-attach]", () => import("./attach.js"), "dragenter"],
  ["[data-cache-mark]:has(:checked:not([value='']))", () => import("./cache_marks.js")],
  ["[data-cache-mark]", () => import("./cache_marks.js"), "focusin"],
  ["#notices", () => import("./notices.js"), "click"],
  ["[data-menu]", () => import("./menu.js"), "toggle"],
  ["body", () => import("./keep_focus.js"), "keydown"],
  ["[data-upload]", () => import("./upload.js")],
  ["[data-palette]", () => import("./palette.js")],
  ["[data-passkey]", () => import("./passkeys.js"), "click"],
  ["[data-dialog]", () => import("./dialog.js"), "htmx:afterSwap"],
  ...(canGrow ? [] : [["[data-autogrow]", () => import("./autogrow.js")]]),
];

const enhanced = new WeakMap();

const TRY_AGAIN = 2_000; // ms

/** The module, also if the network fails while it comes: without it, nothing typed would be kept. */
async function fetched(load) {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((wake) => setTimeout(wake, TRY_AGAIN));
    }
  }
}

async function enhance(element, load) {
  const done = enhanced.get(element) ?? new Set();
  enhanced.set(element, done);
  const [run] = Object.values(await fetched(load));
  if (!done.has(run)) {
    done.add(run);
    run(element);
  }
}

function enhanceIn(root) {
  for (const [selector, load, event] of enhancers) {
    if (event) continue;
    if (root.matches?.(selector)) enhance(root, load);
    for (const element of root.querySelectorAll(selector)) enhance(element, load);
  }
}

const touched = new WeakMap();

for (const [selector, load, name] of enhancers) {
  if (!name) continue;
  document.addEventListener(
    name,
    async (event) => {
      const element = event.target.closest?.(selector);
      const control = name === "click" ? event.target.closest?.("button, a") : element;
      if (!element || !control || touched.get(element)?.has(load)) return;
      touched.set(element, (touched.get(element) ?? new Set()).add(load));
      if (name !== "click") return void enhance(element, load);
      event.preventDefault();
      event.stopImmediatePropagation();
      await enhance(element, load);
      control.click();
    },
    { capture: true },
  );
}

// A request that a person started and that never arrived: said, and nothing lost.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.elt.closest("[data-quiet]")) return;
    const region = document.querySelector("#notices");
    region.querySelector('[data-notice="network"]')?.remove();
    const notice = document.querySelector("#network-notice")?.content.firstElementChild.cloneNode(true);
    if (!notice) return;
    notice.dataset.notice = "network";
    region.append(notice);
  });
}

// What was done well needs no answer: its notice goes by itself, unless somebody reads or reaches for it. What offers a
// way back stays long enough to get there by keys.
const GONE_AFTER = 8_000; // ms
const UNDO_GONE_AFTER = 60_000; // ms
new MutationObserver((changes) => {
  for (const notice of changes.flatMap((change) => [...change.addedNodes])) passAway(notice);
}).observe(document.querySelector("#notices"), { childList: true });
document.querySelectorAll("#notices > *").forEach(passAway);

function passAway(notice) {
  if (!notice.matches?.(".notice:not(.bad, .warn)")) return;
  const pause = notice.matches(":has(form, [data-undo])") ? UNDO_GONE_AFTER : GONE_AFTER;
  setTimeout(() => (notice.matches(":hover, :focus-within") ? passAway(notice) : notice.remove()), pause);
}

freshToken();
document.addEventListener("htmx:load", (event) => enhanceIn(event.detail.elt));
enhanceIn(document);
