// Shows a living run in its article: text as it comes, where it stands, and at last what the server made of it.

import { LiveBlocks, isWritten } from "./live_blocks.js";
import { follow, stop, unfollow } from "./socket.js";

const JUST_STARTED = 3_000; // ms
const STOP_ANSWERS = 700; // ms in which the socket must have stopped the run; then the form is posted
const NEAR_END = 48; // px from the bottom within which the reader counts as being at the end

/** Follows the run of an article until it has ended. */
export function stream(article) {
  const run = article.dataset.run;
  const parts = new Proxy({}, { get: (_, name) => article.querySelector(`[data-part="${name}"]`) });
  const words = { ...article.dataset };
  const began = performance.now() - Number(article.dataset.age ?? 0);
  const blocks = new LiveBlocks(parts.answer, words);
  const waiting = []; // frames not drawn yet
  let position = 0;
  let characters = 0;
  let firstAt = null;
  let frameAsked = 0;
  let html = ""; // of the ended run, which comes in parts

  const ticker = setInterval(tick, 100);
  const view = followEnd(article);
  const listening = new AbortController();
  if (Number(article.dataset.age) < JUST_STARTED) bringIntoSight(article);
  follow(run, { position: () => position, onFrame, onState });

  function onFrame(frame) {
    if (!article.isConnected) return end();
    if (frame.html !== undefined) return takeHtml(frame);
    if (frame.error === 403) return say(words.wordsDenied);
    if (frame.error) {
      end();
      return say(words.wordsGone);
    }
    if (frame.phase) return progress(frame);
    if (frame.text !== undefined) take(frame);
  }

  function take(frame) {
    if (frame.to <= position) return;
    if (frame.from !== position) {
      // A stored stretch begins before what is shown ends, or something is missing: take it from the start again.
      forget();
      if (frame.from !== 0) return follow(run, { position: () => position, onFrame, onState });
    }
    position = frame.to;
    if (isWritten(frame.kind)) characters += frame.text.length;
    firstAt ??= performance.now();
    waiting.push(frame);
    frameAsked ||= requestAnimationFrame(draw);
  }

  function takeHtml(frame) {
    html = (frame.at ? html : "") + frame.html;
    if (!frame.more) finish(frame.swap);
  }

  function draw() {
    frameAsked = 0;
    for (const frame of waiting.splice(0)) blocks.append(frame);
    view.grown();
  }

  function forget() {
    position = 0;
    characters = 0;
    waiting.length = 0;
    blocks.clear();
  }

  function progress(frame) {
    if (frame.first_ms !== undefined) parts.first.textContent = inSeconds(frame.first_ms);
    if (frame.phase === "waiting") return countDown(frame);
    article.dataset.status = "running";
    say(words.wordsRunning);
  }

  function countDown(frame) {
    const until = performance.now() + frame.retry_in_ms;
    const show = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (left > 0 && article.isConnected && firstAt === null) {
        say(words.wordsWaiting.replace("{seconds}", left).replace("{reason}", frame.reason));
        setTimeout(show, 250);
      } else if (firstAt === null) say(words.wordsRunning);
    };
    show();
  }

  function onState(state) {
    if (state === "lost") say(words.wordsLost);
    if (state === "open") say(words.wordsRunning);
    if (state === "refused") {
      say(words.wordsRefused);
      clearInterval(ticker);
    }
  }

  function say(text) {
    const status = parts.status;
    if (text && status.textContent !== text) status.textContent = text;
  }

  function tick() {
    if (!article.isConnected) return end();
    const now = performance.now();
    parts.duration.textContent = inSeconds(now - began);
    if (firstAt === null) return;
    // Nobody says how many tokens a stream has before it ends; four characters are about one.
    const tokens = Math.round(characters / 4);
    parts.output.textContent = `≈ ${tokens}`;
    if (now - firstAt > 300) parts.speed.textContent = `≈ ${Math.round((1000 * tokens) / (now - firstAt))}`;
  }

  function finish(swapStyle) {
    const focused = article.contains(document.activeElement) ? document.activeElement.closest("[data-part]")?.dataset.part : null;
    const [top, wasFollowing, parent] = [parts.scroll.scrollTop, view.follows(), article.parentElement];
    end();
    htmx.swap(article, html, { swapStyle });
    const shown = parent.querySelector(`[data-run="${run}"]`);
    if (!shown) return;
    shown.querySelector('[data-part="scroll"]').scrollTop = top;
    if (wasFollowing) toEnd(shown);
    if (focused) shown.querySelector(`[data-part="${focused}"]`)?.focus({ preventScroll: true });
    // The status was replaced with the rest: a live region that stays tells how it ended.
    document.querySelector("#said").textContent = shown.querySelector('[data-part="status"]').textContent;
  }

  function end() {
    clearInterval(ticker);
    cancelAnimationFrame(frameAsked);
    view.end();
    listening.abort();
    unfollow(run);
  }

  let isAsked = false;
  article.addEventListener("click", (event) => {
    const button = event.target.closest("[data-stop-run]");
    // By the open socket it is quicker; the form behind the button does the same without one, or if nothing happens.
    if (!button || isAsked || !stop(run)) return;
    isAsked = true;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(words.wordsStopping);
    setTimeout(() => article.isConnected && article.dataset.status !== "stopped" && button.click(), STOP_ANSWERS);
  }, { capture: true });
  // A run that is replaced by another would go on unseen, and be paid for.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "playground") article.querySelector("[data-stop-run]")?.click();
  }, { signal: listening.signal });
}

// Where there is room the answer scrolls by itself; on a small screen the page does.

function scrollerOf(article) {
  const own = article.querySelector('[data-part="scroll"]');
  return getComputedStyle(own).overflowY === "auto" ? own : null;
}

function topOf(article) {
  return scrollerOf(article)?.scrollTop ?? window.scrollY;
}

function fromEnd(article) {
  const own = scrollerOf(article);
  if (own) return own.scrollHeight - own.scrollTop - own.clientHeight;
  const margin = parseFloat(getComputedStyle(article).scrollMarginBottom);
  return article.getBoundingClientRect().bottom - window.innerHeight - margin;
}

/** Keeps a reader at the end who is there. Who moves up, be it by one pixel, is left alone until back at the end. */
function followEnd(article) {
  const listening = new AbortController();
  let following = fromEnd(article) < NEAR_END;
  let top = topOf(article);

  function scrolled() {
    const now = topOf(article);
    // A page that became shorter moves its reader up, too, but leaves them at the very end.
    if (now < top) following = fromEnd(article) <= 1;
    else if (now > top && fromEnd(article) < NEAR_END) following = true;
    top = now;
  }
  // Captured at the document: what scrolls is the answer or the page, as the screen has room.
  document.addEventListener("scroll", scrolled, { capture: true, passive: true, signal: listening.signal });

  return {
    follows: () => following,
    grown() {
      if (following) toEnd(article);
      top = topOf(article);
    },
    end: () => listening.abort(),
  };
}

function toEnd(article) {
  const own = scrollerOf(article);
  if (own) own.scrollTop = own.scrollHeight;
  // Up only: a short answer that is in sight stays where it is.
  else if (article.getBoundingClientRect().bottom > window.innerHeight) article.scrollIntoView({ block: "end" });
}

function bringIntoSight(article) {
  const lane = article.closest(".lane");
  if (lane && lane.getBoundingClientRect().top > window.innerHeight / 2) lane.scrollIntoView({ block: "start" });
}

function inSeconds(ms) {
  if (ms < 10) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  const digits = seconds < 1 ? 2 : seconds < 20 ? 1 : 0;
  return `${seconds.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits })} s`;
}
