// The token that proves a post is ours. Read from its cookie at the moment of posting: signing in again in another
// tab changes it, and what was typed here must still be saved.

export function csrfToken() {
  return document.cookie.match(/(?:^|; )workbench_csrf=([^;]+)/)?.[1] ?? "";
}

/** Makes every htmx request carry the token of the moment, in the place of the one that was rendered. */
export function freshToken() {
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
    event.detail.parameters.delete?.("csrfmiddlewaretoken");
    delete event.detail.parameters.csrfmiddlewaretoken;
  });
}
