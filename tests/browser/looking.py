"""Looks at a page as it stands for what keeps people out: axe in both themes, and scrolling sideways."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
# Of the dark theme only its colours can be wrong where the light one is right.
RULES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Look:
    """Checks the page as it stands, in one theme or both; collects what is wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.axe = Axe()

    def __call__(self, name: str) -> None:
        if self.page.evaluate(SIDEWAYS) > 0:
            self.found.append(f"{name}: scrolls sideways")
        for scheme in THEMES:
            self.page.emulate_media(color_scheme=scheme)
            results = self.axe.run(self.page, options=RULES[scheme])
            if results.violations_count:
                self.found.append(f"{name}, {scheme}: {results.generate_report()}")
