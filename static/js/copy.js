// Copy buttons. `data-copy` names the element whose text is copied; empty means the code block around the button.
// A code block without a button gets one from the page's #copy-template.

const FEEDBACK_MS = 1600;
const answering = new WeakSet(); // buttons that say just now that they have copied

export function copy(element) {
  if (element.matches("figure.code")) addButton(element);
  else element.addEventListener("click", () => copyFor(element));
}

function addButton(figure) {
  figure.querySelector("pre").tabIndex = 0;
  const template = document.querySelector("#copy-template");
  if (template && !figure.querySelector("[data-copy]")) figure.append(template.content.cloneNode(true));
}

async function copyFor(button) {
  const { copied, failed } = button.closest("[data-copied]").dataset;
  const said = (await put(textFor(button))) ? copied : failed;
  document.querySelector("#said").textContent = said;
  const word = button.querySelector("span");
  const use = button.querySelector("use");
  const before = [word?.textContent, use?.getAttribute("href")];
  if (answering.has(button)) return;
  answering.add(button); // not disabled: that would take the focus away
  if (word) word.textContent = said;
  use?.setAttribute("href", before[1].replace(/#.*/, said === copied ? "#check" : "#error"));
  setTimeout(() => {
    if (word) word.textContent = before[0];
    use?.setAttribute("href", before[1]);
    answering.delete(button);
    document.querySelector("#said").textContent = "";
  }, FEEDBACK_MS);
}

/** What a button copies: its own value, the element that it names, or the code around it. */
function textFor(button) {
  if ("value" in button.dataset) return button.dataset.value;
  const source = button.dataset.copy ? document.querySelector(button.dataset.copy) : button.closest("figure").querySelector("pre");
  return source.dataset.value ?? source.value ?? source.textContent;
}

async function put(text) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  return putByHand(text);
}

// Without TLS there is no clipboard interface; the old command still works there.
function putByHand(text) {
  const area = document.createElement("textarea");
  const before = document.activeElement;
  area.className = "visually-hidden";
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus();
  return done;
}
