// Text areas that grow with their text, for browsers without `field-sizing: content`.

export function autogrow(area) {
  const grow = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  };
  area.addEventListener("input", grow);
  grow();
}
