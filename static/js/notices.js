// The region of passing notices: each can be dismissed. What it offers (Undo) is wired by whoever put it there.

export function notices(region) {
  region.addEventListener("click", (event) => {
    const notice = event.target.closest("[data-notice]");
    if (notice && event.target.closest("[data-dismiss]")) notice.remove();
  });
}
