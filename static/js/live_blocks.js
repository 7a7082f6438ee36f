// The blocks of an answer while they stream: plain nodes by kind, text only. The server's rendering replaces them.

const CALLS = ["tool_use", "server_tool_use", "mcp_tool_use"];
const WRITTEN = ["text", "thinking", ...CALLS];

/** Whether the model writes such a block itself, token by token. */
export const isWritten = (kind) => WRITTEN.includes(kind);

/** Draws the blocks of one answer into an element. `words` are its texts in the person's language. */
export class LiveBlocks {
  #blocks = new Map(); // block number → what takes its text

  constructor(root, words) {
    this.root = root;
    this.words = words;
  }

  /** Adds text to a block, which begins if it is new. */
  append({ block, kind, label = "", text }) {
    let node = this.#blocks.get(block);
    if (!node) {
      node = this.#begin(block, kind, label);
      this.#blocks.set(block, node);
    }
    node.add(text);
  }

  clear() {
    this.#blocks.clear();
    this.root.replaceChildren();
  }

  #begin(block, kind, label) {
    const before = this.root.lastElementChild;
    fold(before);
    const node = document.createTextNode("");
    const readable = CALLS.includes(kind) ? indented() : (text) => text;
    const taker = { add: (text) => node.appendData(readable(text)) };
    if (kind === "text" && before?.dataset.kind === "text" && (label || before.dataset.label)) {
      before.dataset.label ||= label;
      before.append(node); // citations cut one text into several
      return taker;
    }
    const element = this.#element(kind, label, node);
    Object.assign(element.dataset, { block, kind, label });
    this.root.append(element);
    return taker;
  }

  #element(kind, label, node) {
    if (kind === "text") return made("div", "block", node);
    if (kind === "thinking") return this.#thinking(node);
    if (kind === "redacted_thinking") return made("p", "block-note", icon("shield"), made("span", "", this.words.wordsRedacted), node);
    const isCall = CALLS.includes(kind);
    const title = isCall ? this.words.wordsCall : kind.endsWith("_tool_result") ? this.words.wordsResult : kind;
    const head = made("header", "tool-head", icon(isCall ? "tool" : "info"), made("b", "tool-title", title));
    if (label) head.append(" ", made("code", "", label));
    const code = made("figure", "code wraps", made("pre", "", made("code", "", node)));
    return made("section", isCall ? "tool" : "tool result", head, code);
  }

  #thinking(node) {
    const summary = made("summary", "", icon("chevron-right"), made("span", "", this.words.wordsThinking));
    const element = made("details", "thinking", summary, made("div", "thinking-text", node));
    element.open = true;
    summary.addEventListener("click", () => (element.dataset.touched = ""));
    return element;
  }
}

/** Thinking folds when it is over, unless its reader has opened or closed it. */
function fold(element) {
  if (element?.matches("details.thinking") && !("touched" in element.dataset)) element.open = false;
}

/** One of the sprite's icons, found as the page's own are. */
function icon(name) {
  const known = document.querySelector("svg.icon");
  const copy = known?.cloneNode(true) ?? document.createElement("span");
  const use = copy.querySelector("use");
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
  return copy;
}

/** Gives a function that takes JSON piece by piece and gives it with a line for each value. */
function indented() {
  let [depth, isText, isEscaped, isNew] = [0, false, false, false];
  const line = () => `\n${"  ".repeat(Math.min(depth, 40))}`;
  const one = (char) => {
    if (isText) {
      if (isEscaped) isEscaped = false;
      else if (char === "\\") isEscaped = true;
      else if (char === '"') isText = false;
      return char;
    }
    if (/\s/.test(char)) return "";
    const start = isNew && !"]}".includes(char) ? line() : "";
    const wasNew = isNew;
    isNew = false;
    if (char === '"') isText = true;
    else if ("{[".includes(char)) [depth, isNew] = [depth + 1, true];
    else if ("]}".includes(char)) {
      depth = Math.max(0, depth - 1);
      return wasNew ? char : line() + char;
    } else if (char === ",") return char + line();
    else if (char === ":") return ": ";
    return start + char;
  };
  return (text) => Array.from(text, one).join("");
}

function made(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
}
