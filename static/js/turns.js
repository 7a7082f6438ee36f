// The messages of the prompt: add, remove (with Undo), move, and switch between user and assistant. After each change
// names, ids and labels are numbered again, and an input event tells the form.

export function turns(editor) {
  const list = editor.querySelector("#turns");
  const acts = { add, role, up, down, remove, plain };

  editor.addEventListener("click", (event) => {
    const button = event.target.closest("[data-turn]");
    if (button) acts[button.dataset.turn](button.closest(".turn"), button);
  });

  function add() {
    const last = list.lastElementChild;
    const turn = document.querySelector("#turn-template").content.firstElementChild.cloneNode(true);
    setKey(turn, `turn-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`);
    setRole(turn, last?.dataset.role === "user" ? "assistant" : "user");
    list.append(turn);
    htmx.process(turn);
    changed();
    turn.querySelector("textarea").focus();
  }

  function setKey(turn, key) {
    const attach = turn.querySelector("[data-attach-files]");
    turn.querySelector('[name="turn"]').value = attach.value = key;
    attach.setAttribute("hx-vals", JSON.stringify({ turn: key }));
    turn.querySelector('[name="until"]').value = key;
    turn.querySelector("[data-cache-mark] select").name = `${key}-cache`;
    turn.querySelector(".turn-files").id = `${key}-files`;
  }

  function role(turn, button) {
    setRole(turn, turn.dataset.role === "user" ? "assistant" : "user");
    changed();
    button.focus();
  }

  function plain(turn) {
    turn.querySelector("[data-beside]").remove();
    changed();
    turn.querySelector("textarea").focus();
  }

  function up(turn, button) {
    turn.previousElementSibling?.before(turn);
    changed();
    keepFocus(turn, button, "down");
  }

  function down(turn, button) {
    turn.nextElementSibling?.after(turn);
    changed();
    keepFocus(turn, button, "up");
  }

  function remove(turn) {
    const index = [...list.children].indexOf(turn);
    const near = turn.nextElementSibling ?? turn.previousElementSibling;
    turn.remove();
    changed();
    (near?.querySelector("textarea") ?? editor.querySelector('[data-turn="add"]')).focus();
    offerUndo(() => {
      list.insertBefore(turn, list.children[index] ?? null);
      changed();
      turn.querySelector("textarea").focus();
    });
  }

  function offerUndo(undo) {
    const region = document.querySelector("#notices");
    const notice = document.querySelector("#turn-removed").content.firstElementChild.cloneNode(true);
    notice.dataset.notice = "turn";
    notice.querySelector("[data-undo]").addEventListener("click", () => {
      notice.remove();
      undo();
    });
    region.append(notice);
  }

  function setRole(turn, name) {
    turn.dataset.role = name;
    turn.querySelector('[name="role"]').value = name;
  }

  function changed() {
    const seen = { user: 0, assistant: 0 };
    [...list.children].forEach((turn, index) => {
      const name = turn.dataset.role;
      seen[name] += 1;
      const label = name === "user" ? editor.dataset.labelUser : editor.dataset.labelAssistant;
      number(turn, index, seen[name] === 1 ? label : `${label} ${seen[name]}`);
    });
    list.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function number(turn, index, label) {
  const area = turn.querySelector(".turn-text");
  const tokens = turn.querySelector("[data-tokens]");
  area.id = `text-${index}`;
  area.setAttribute("aria-describedby", `error-text-${index}`);
  turn.querySelector("label").htmlFor = area.id;
  turn.querySelector("label").textContent = label;
  turn.querySelector(":scope > .field-error").id = `error-text-${index}`;
  tokens.id = `tokens-${index}`;
  tokens.dataset.tokens = index;
}

// A turn at the end has no button in that direction: the focus goes to the opposite one.
function keepFocus(turn, button, opposite) {
  button.focus();
  if (document.activeElement !== button) turn.querySelector(`[data-turn="${opposite}"]`).focus();
}
