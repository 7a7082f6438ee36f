// For development: draws what each scene of the gallery shows while it streams, all of it at once.

import { LiveBlocks } from "./live_blocks.js";

for (const box of document.querySelectorAll("[data-frames]")) {
  const article = box.querySelector(".answer");
  const blocks = new LiveBlocks(article.querySelector('[data-part="answer"]'), { ...article.dataset });
  for (const frame of JSON.parse(box.dataset.frames)) blocks.append(frame);
}
