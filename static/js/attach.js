// Files of messages: picked in the dialog, dropped on a message or pasted into it, uploaded there, and taken out again.
// What is attached is fields of the form; an input event tells it.

export function attach(editor) {
  const form = document.querySelector("#attach-form");
  let carried = []; // dropped or pasted: handed to the dialog's upload form when it is there

  const listOf = (key) => document.getElementById(`${key}-files`);
  const keyOf = (turn) => turn.querySelector('[name="turn"]').value;

  editor.addEventListener("click", (event) => {
    const detach = event.target.closest("[data-detach]");
    if (detach) takeOut(detach.closest("[data-attached]"));
  });
  editor.addEventListener("dragover", (event) => {
    const turn = event.dataTransfer?.types.includes("Files") && event.target.closest(".turn:has(.turn-files)");
    if (!turn) return;
    event.preventDefault();
    turn.classList.add("over");
  });
  editor.addEventListener("dragleave", (event) => {
    const turn = event.target.closest(".turn");
    if (turn && !turn.contains(event.relatedTarget)) turn.classList.remove("over");
  });
  editor.addEventListener("drop", (event) => {
    const turn = event.dataTransfer?.files.length && event.target.closest(".turn:has(.turn-files)");
    if (!turn) return;
    event.preventDefault();
    turn.classList.remove("over");
    open(turn, event.dataTransfer.files);
  });
  editor.addEventListener("paste", (event) => {
    const turn = event.clipboardData.files.length && event.target.closest(".turn:has(.turn-files)");
    // Office programs put a picture of the text beside it: the text is meant.
    if (!turn || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    open(turn, event.clipboardData.files);
  });

  const dialog = document.querySelector("#dialog");
  dialog.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (!pick) return;
    event.preventDefault();
    add(pick.value, pick.dataset.name);
  });
  dialog.addEventListener("upload:done", ({ detail }) => detail.is_ready && add(detail.id, detail.name));
  dialog.addEventListener("upload:idle", showAll);
  dialog.addEventListener("htmx:afterSettle", () => {
    hand();
    mark();
  });

  function open(turn, files) {
    carried = [...files];
    turn.querySelector("[data-attach-files]").click();
  }

  // The module of the upload form may come later than the form.
  function hand() {
    const upload = dialog.querySelector("[data-upload]");
    if (!upload || !carried.length) return;
    if (!("enhanced" in upload.dataset)) return void setTimeout(hand, 30);
    const input = upload.querySelector('input[type="file"]');
    const files = new DataTransfer();
    for (const file of carried) files.items.add(file);
    carried = [];
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async function add(file, name) {
    const key = dialog.querySelector("[data-attaching]")?.dataset.attaching;
    if (key?.startsWith("variable-")) return take(key, file, name);
    const list = key && listOf(key);
    if (!list) return;
    if (!list.querySelector(`[data-attached="${CSS.escape(file)}"]`)) {
      await htmx.ajax("POST", form.action, { source: form, target: list, swap: "beforeend", values: { turn: key, file } });
      changed(list);
    }
    mark();
  }

  // What was uploaded stands in the list by now; what could not be stays, with its reason.
  async function showAll() {
    const key = dialog.querySelector("[data-attaching]")?.dataset.attaching;
    if (!key) return;
    const picker = document.querySelector("[data-attach-files]").getAttribute("hx-get");
    await htmx.ajax("GET", `${picker}?turn=${encodeURIComponent(key)}`, { target: "#attach-files", select: "#attach-files", swap: "outerHTML" });
    for (const row of dialog.querySelectorAll(".upload-row:not(.failed, .unreadable):not(:has(progress))")) row.remove();
    mark();
  }

  /** Shows in the dialog which files the message has. */
  function mark() {
    const key = dialog.querySelector("[data-attaching]")?.dataset.attaching;
    const list = key && listOf(key);
    if (!list) return;
    for (const pick of dialog.querySelectorAll("[data-pick]")) {
      pick.setAttribute("aria-pressed", list.querySelector(`[data-attached="${CSS.escape(pick.value)}"]`) !== null);
    }
  }

  // A variable has one file as its value.
  function take(key, file, name) {
    const field = document.getElementById(`${key}-field`);
    field.querySelector("[data-file-value]").value = `${file} ${name}`;
    field.querySelector("[data-file-name]").textContent = name;
    dialog.close();
    changed(field);
  }

  function takeOut(attached) {
    const list = attached.parentElement;
    const near = attached.nextElementSibling ?? attached.previousElementSibling;
    const turn = attached.closest(".turn");
    attached.remove();
    changed(list);
    (near?.querySelector("[data-detach]") ?? turn.querySelector("[data-attach-files]")).focus();
  }

  function changed(list) {
    list.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
