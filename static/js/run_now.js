// A page that was opened by "Go on" runs as soon as it is there: the person has pressed for it already.

export function runNow(form) {
  form.querySelector("[data-run-button]").click();
}
