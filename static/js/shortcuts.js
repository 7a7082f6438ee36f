// The keys that work anywhere: run, stop, save, search, and the list of them. Keys are named as on the person's keyboard.

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgentData?.platform ?? navigator.platform);

export function shortcuts(dialog) {
  nameKeys(document);
  document.addEventListener("htmx:load", (event) => nameKeys(event.detail.elt));
  document.addEventListener("keydown", (event) => onKey(event, dialog));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-stop]")) stop();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

function onKey(event, dialog) {
  if (event.defaultPrevented || event.isComposing || (event.repeat && (event.ctrlKey || event.metaKey))) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const run = document.querySelector("[data-run-button]:enabled");
    if (!run || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    // A real click: htmx would else post to where the button leads that was clicked last, be it Save.
    run.click();
  } else if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    const save = document.querySelector("[data-save]");
    if (!save) return;
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) save.click();
  } else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    const palette = document.querySelector("[data-palette-open]");
    if (!palette) return;
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) palette.click();
  } else if (event.key === "Escape" && !document.querySelector("dialog[open], :popover-open, [data-menu][open]")) {
    stop();
  } else if (event.key === "?" && !event.ctrlKey && !event.metaKey && !isTyping(event.target)) {
    event.preventDefault();
    dialog.showModal();
  }
}

function stop() {
  for (const button of document.querySelectorAll("[data-stop-run]")) button.click();
}

function isTyping(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

function nameKeys(root) {
  if (!isMac) return;
  for (const key of root.querySelectorAll("kbd[data-mac]")) key.textContent = key.dataset.mac;
}
