// A time as it is where its reader is: the server knows only UTC.

const PARTS = { time: { timeStyle: "medium" }, moment: { dateStyle: "medium", timeStyle: "short" } };

/** Rewrites the text of a time that asks for it (`data-local`: "time" or "moment"), else what it says when pointed at. */
export function localTime(element) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, PARTS[element.dataset.local] ?? PARTS.moment);
  const words = format.format(new Date(element.dateTime));
  if (element.dataset.local) element.textContent = words;
  else element.title = words;
}
