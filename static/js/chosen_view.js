// The way in which this browser's person likes to see answers.

const KEY = "workbench.answer-view";

export function chosenView() {
  try {
    return localStorage.getItem(KEY) ?? "answer";
  } catch {
    return "answer"; // storage is forbidden here
  }
}

export function rememberView(view) {
  try {
    localStorage.setItem(KEY, view);
  } catch {
    // then the choice lasts as long as the page
  }
}
