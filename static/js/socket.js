// The page's one websocket: opens it, keeps it open, and takes up every run where the page left off.
// It knows nothing of how a run is shown: whoever follows one gives a function for its frames.

const ACK_EVERY = 8; // frames; the server sends at most 16 unacknowledged
const LONGEST_PAUSE = 4_000; // ms between two tries
const SILENCE = 12_000; // ms without a frame after which a followed socket is asked for a sign of life
const FINAL_CODES = new Set([4400, 4401, 4404, 4413]); // trying again would not help

// The prompt that is open in the page, and the version on which its work was begun.
const openPrompt = () => {
  const [prompt, base] = ["prompt", "base"].map((name) => document.querySelector(`#playground [name="${name}"]`)?.value);
  return prompt && base ? { open: prompt, base: Number(base) } : null;
};

const toStop = new Set(); // runs that were asked to stop and have not ended
const followed = new Map(); // run id → { position(), onFrame(frame), onState(state) }
let url = null;
let socket = null;
let frames = 0;
let failures = 0;
let isRefused = false;
let retryTimer = null;
let silenceTimer = null;

/** Opens the page's socket; called once for the element that carries its address. */
export function connect(element) {
  if (url) return;
  url = new URL(element.dataset.socket, location.href.replace(/^http/, "ws"));
  open();
  window.addEventListener("online", retryNow);
  // Saved here: from now on the page is about another version.
  document.addEventListener("htmx:oobAfterSwap", (event) => event.target.id === "version" && tellOpen());
  document.addEventListener("visibilitychange", () => document.hidden || retryNow());
}

/** Follows a run until it ends. `reader` tells its position and takes frames and the socket's state. */
export function follow(run, reader) {
  followed.set(run, reader);
  // Refused before, and for good: but whoever could start a run just now has signed in again.
  if (isRefused) open();
  send({ follow: { [run]: reader.position() } });
  watchSilence();
}

/** The run has ended, or its element is gone. */
export function unfollow(run) {
  followed.delete(run);
  toStop.delete(run);
}

/** Asks the server to stop a run, again after a reconnect; false if the socket is not open just now. */
export function stop(run) {
  toStop.add(run);
  return send({ stop: run });
}

function send(command) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(command));
  return true;
}

function open() {
  clearTimeout(retryTimer);
  frames = 0;
  isRefused = false;
  socket = new WebSocket(url);
  socket.addEventListener("open", started);
  socket.addEventListener("message", received);
  socket.addEventListener("close", closed);
}

function tellOpen() {
  const prompt = openPrompt();
  if (prompt) send(prompt);
}

function started() {
  tellOpen();
  if (!followed.size) return;
  send({ follow: Object.fromEntries([...followed].map(([run, reader]) => [run, reader.position()])) });
  for (const run of toStop) send({ stop: run });
  tell("open");
}

function received(event) {
  if (event.target !== socket) return;
  failures = 0;
  frames += 1;
  if (frames % ACK_EVERY === 0) send({ ack: frames });
  const frame = JSON.parse(event.data);
  if (frame.run) followed.get(frame.run)?.onFrame(frame);
  // A page that has saved this version itself shows no news of it.
  else if (frame.html && !(frame.newer <= openPrompt()?.base)) htmx.swap(frame.target, frame.html, { swapStyle: frame.swap });
  watchSilence();
}

function closed(event) {
  if (event.target !== socket) return;
  clearTimeout(silenceTimer);
  if (FINAL_CODES.has(event.code)) return refused();
  failures += 1;
  tell("lost");
  if (failures === 3) askWhoAmI();
  const pause = Math.min(250 * 2 ** failures, LONGEST_PAUSE);
  retryTimer = setTimeout(open, pause * (0.5 + Math.random() / 2));
}

function refused() {
  clearTimeout(retryTimer);
  retryTimer = null;
  isRefused = true;
  tell("refused");
}

function retryNow() {
  if (url && socket.readyState === WebSocket.CLOSED && retryTimer) {
    failures = 0;
    open();
  }
}

function tell(state) {
  for (const reader of followed.values()) reader.onState?.(state);
}

// A socket that was refused before it opened looks like a broken network. The page itself tells which it is.
async function askWhoAmI() {
  const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" }).catch(() => null);
  if (answer && (answer.type === "opaqueredirect" || answer.status === 404)) refused();
}

// A network that vanished closes nothing: after some silence the server must answer, or the socket is given up.
function watchSilence() {
  clearTimeout(silenceTimer);
  if (!followed.size) return;
  silenceTimer = setTimeout(() => {
    if (!send({ ping: frames })) return;
    const asked = socket;
    silenceTimer = setTimeout(() => {
      closed({ target: asked, code: 1006 });
      asked.close();
    }, SILENCE / 2);
  }, SILENCE);
}
