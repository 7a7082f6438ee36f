// Shows an answer as the plain text that came, in the place of the formatted one.

export function plainToggle(button) {
  button.addEventListener("click", () => {
    const article = button.closest(".answer");
    const isPlain = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", isPlain);
    article.querySelector('[data-part="plain"]').hidden = !isPlain;
    article.querySelector('[data-part="answer"]').hidden = isPlain;
  });
}
