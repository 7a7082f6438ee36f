// The form that takes files: drop, paste, several at once, each with its progress and a way to cancel. Without this
// module it is a plain form. One request a file, one after another: each is answered for itself.
//
// Tells others by events on the form: upload:done (`detail` is the server's answer about a stored file), upload:failed
// (`detail` has name and error), upload:idle (nothing waits any more). A list on the page is brought up to date then.

import { csrfToken } from "./csrf.js";

export function upload(form) {
  const input = form.querySelector('input[type="file"]');
  const list = form.querySelector("[data-uploads]");
  const waiting = [];
  let isBusy = false;

  form.dataset.enhanced = "";
  input.multiple = true;
  for (const words of form.querySelectorAll("[data-drop-words]")) words.hidden = false;

  const take = (files) => {
    for (const file of files) waiting.push(rowFor(file));
    input.value = "";
    next();
  };
  input.addEventListener("change", () => take(input.files));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length) take(input.files);
  });
  takeDropped(form, take);
  document.addEventListener("paste", (event) => {
    if (!form.isConnected || !event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });

  // Somebody may have chosen before this module was there.
  if (input.files.length) take(input.files);

  function rowFor(file) {
    const row = form.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    const task = { file, row, isCancelled: false, request: null };
    row.querySelector("[data-cancel]").addEventListener("click", () => {
      task.isCancelled = true;
      if (task.request) task.request.abort();
      else failed(task, form.dataset.cancelled);
    });
    list.append(row);
    return task;
  }

  async function next() {
    if (isBusy) return;
    isBusy = true;
    for (let task; (task = waiting.shift()); ) {
      if (task.isCancelled) continue;
      if (task.file.size > Number(form.dataset.maxBytes)) failed(task, form.dataset.tooLarge);
      else await send(task);
    }
    isBusy = false;
    form.dispatchEvent(new CustomEvent("upload:idle", { bubbles: true }));
    const files = document.querySelector("[data-files]");
    if (files) htmx.ajax("GET", location.href, { target: files, select: "[data-files]", swap: "outerHTML" });
  }

  function send(task) {
    const { row, file } = task;
    const request = (task.request = new XMLHttpRequest());
    const fields = new FormData();
    fields.append("file", file);
    fields.append("end", "1");
    request.open("POST", form.action);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", (event) => {
      row.querySelector("progress").value = (100 * event.loaded) / event.total;
    });
    // What is being read has no measure: the bar moves by itself.
    request.upload.addEventListener("load", () => row.querySelector("progress").removeAttribute("value"));
    return new Promise((resolve) => {
      request.addEventListener("load", () => {
        const answer = request.response;
        if (request.status < 300 && answer?.id) done(task, answer);
        else failed(task, answer?.error ?? form.dataset.broken);
      });
      request.addEventListener("error", () => failed(task, form.dataset.broken));
      request.addEventListener("abort", () => failed(task, form.dataset.cancelled));
      request.addEventListener("loadend", resolve);
      request.send(fields);
    });
  }

  function done({ row }, answer) {
    const name = row.querySelector("[data-name]");
    name.textContent = answer.name;
    name.href = answer.url;
    name.classList.remove("plain");
    row.classList.toggle("unreadable", !answer.is_ready);
    close(row, [answer.is_ready ? answer.found : "", answer.was_known ? form.dataset.known : "", ...answer.remarks]);
    form.dispatchEvent(new CustomEvent("upload:done", { bubbles: true, detail: answer }));
  }

  function failed({ row, file }, words) {
    row.classList.add("failed");
    close(row, [words]);
    form.dispatchEvent(new CustomEvent("upload:failed", { bubbles: true, detail: { name: file.name, error: words } }));
  }

  function close(row, words) {
    row.querySelector("[data-state]").textContent = words.filter(Boolean).join(" · ");
    row.querySelector("progress").remove();
    row.querySelector("[data-cancel]").remove();
    document.querySelector("#said").textContent = `${row.querySelector("[data-name]").textContent}: ${words.filter(Boolean).join(" ")}`;
  }
}

function takeDropped(form, take) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  form.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.classList.remove("over");
    take(event.dataTransfer.files);
  });
}
