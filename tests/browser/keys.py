"""A person without a mouse: goes by Tab, presses, types, and is never left without a focus that can be seen."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

# Where the focus is, and whether anybody can see it there.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const hasOutline = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const seen = (style) => hasOutline(style) || style.boxShadow !== "none";
  const card = e.closest(".turn, .variable") ?? e; // the card around a text shows its focus
  return {
    stop: Number(e.dataset.stop),
    name: e.outerHTML.slice(0, 120),
    isSeen: [getComputedStyle(e), getComputedStyle(e, "::after"), getComputedStyle(card)].some(seen),
  };
}"""
LONGEST_WAY = 200  # presses of Tab
SETTLED = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"


class Keys:
    """What such a person does in a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator, *, back: bool = False, within: int = LONGEST_WAY) -> None:
        """Presses Tab until the focus is there, and anybody can see that it is."""
        target.wait_for()
        for _ in range(within):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if target.evaluate("(e) => e === document.activeElement"):
                return self.is_somewhere()
        raise AssertionError(f"{within} times Tab do not reach {target}")

    def press(self, target: Locator, key: str = "Enter", *, within: int = LONGEST_WAY) -> None:
        """Goes there and presses a key."""
        self.reach(target, within=within)
        self.page.keyboard.press(key)

    def write(self, target: Locator, text: str) -> None:
        """Goes there and types in the place of what is there."""
        self.reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def is_somewhere(self) -> None:
        """After the server's answer was put into the page: the focus must be on something, and be seen there."""
        self.page.wait_for_function(SETTLED)
        focus = self.page.evaluate(FOCUS)
        assert focus is not None, "the focus was lost"
        assert focus["isSeen"], f"no visible focus on {focus['name']}"


def button(page: Page, name: str) -> Locator:
    """The button with exactly this name."""
    return page.get_by_role("button", name=name, exact=True)


def link(page: Page, name: str) -> Locator:
    """The link with exactly this name."""
    return page.get_by_role("link", name=name, exact=True)


def summary(page: Page, name: str) -> Locator:
    """What opens the menu or the details with exactly this name."""
    return page.locator("summary").and_(page.get_by_label(name, exact=True).or_(page.get_by_text(name, exact=True)))


def save(keys: Keys, number: int) -> None:
    """Saves from wherever the focus is; it must become this version, and the focus stay."""
    keys.page.keyboard.press("Control+s")
    expect(keys.page.get_by_text(f"Saved as version {number}.")).to_be_visible()
    keys.is_somewhere()
