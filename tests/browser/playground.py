"""The playground as a person uses it: by its labels and keys, in one page of a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.upstream import Upstream, answer_text

LIVE = re.compile("queued|running")


class Answer:
    """One run's answer in a page."""

    def __init__(self, page: Page, run: str) -> None:
        self.page = page
        self.run = run
        self.article = page.locator(f'article[data-run="{run}"]')
        self.text = self.part("answer")

    def part(self, name: str) -> Locator:
        """A named part of the answer."""
        return self.article.locator(f'[data-part="{name}"]')

    def ends(self, status: str = "succeeded", timeout: float = 30_000) -> None:
        """Waits until the run is shown as ended in this way."""
        expect(self.article).to_have_attribute("data-status", status, timeout=timeout)

    def shows(self, text: str, timeout: float = 10_000) -> None:
        """Waits until this text is a part of the answer."""
        expect(self.text).to_contain_text(text, timeout=timeout)

    @property
    def exact(self) -> str:
        """The answer's text exactly as it came: the text that is there for copying, or what has streamed in so far."""
        plain = self.part("plain")
        return (plain if plain.text_content() else self.text).text_content() or ""


class Playground:
    """The page at /w/<workspace>/."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.system = page.get_by_role("textbox", name="System prompt")
        self.message = page.get_by_role("textbox", name="User message", exact=True)
        self.max_tokens = page.get_by_role("spinbutton", name="Max tokens")
        self.run_button = page.get_by_role("button", name="Run", exact=True)
        self.stop_button = page.locator(".run-bar").get_by_role("button", name="Stop")
        self.articles = page.locator("article[data-run]")

    def run(self, text: str | None = None, press: Callable[[], object] | None = None) -> Answer:
        """Types the message, presses Ctrl-Enter (or what is given), and gives the answer that has begun."""
        if text is not None:
            self.message.fill(text)
        with self.page.expect_response(
            lambda answer: answer.request.method == "POST" and answer.url.endswith("/runs/")
        ) as got:
            (press or (lambda: self.page.keyboard.press("Control+Enter")))()
        run = re.findall(r'data-run="([0-9a-f-]{36})"', got.value.text())[0]
        answer = Answer(self.page, run)
        expect(answer.article).to_be_visible()
        return answer

    def answer(self) -> Answer:
        """The answer that is shown."""
        run = self.articles.get_attribute("data-run")
        assert run is not None
        return Answer(self.page, run)


def told(upstream: Upstream, n: int) -> str:
    """The exact text with which the scripted server answers its last request in `n` deltas."""
    return answer_text(json.loads(upstream.calls()[-1].body), n)
