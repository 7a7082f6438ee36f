"""An answer at its end: formatted, with coloured code, to be copied whole or in parts, or read as it came."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.upstream import Script, Upstream

ANSWER = """# Adding

Call `add` with **two** numbers:

- one
- two

| a | b |
|---|--:|
| 1 | 2 |

```python
def add(a, b):
    return a + b  # the sum
```

See [the manual](https://example.org/manual).
"""
CODE = "def add(a, b):\n    return a + b  # the sum\n"


def clipboard(page: Page) -> str:
    """What was copied last."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_markdown_is_formatted_at_the_end(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(text=ANSWER, n=40, delay_ms=5))
    answer = open_playground().run("How?")
    answer.shows("**two**")
    answer.ends()
    expect(answer.text.get_by_role("heading", name="Adding")).to_be_visible()
    expect(answer.text.locator("strong")).to_have_text("two")
    expect(answer.text.locator("li")).to_have_count(2)
    expect(answer.text.locator("td").last).to_have_text("2")
    colours = answer.text.locator("pre code span").evaluate_all("spans => spans.map(s => getComputedStyle(s).color)")
    assert len(set(colours)) > 1
    link = answer.text.get_by_role("link", name="the manual")
    expect(link).to_have_attribute("href", "https://example.org/manual")
    expect(link).to_have_attribute("rel", "nofollow noopener noreferrer")


def test_code_and_answer_are_copied_exactly(
    new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream
) -> None:
    upstream.then(Script(text=ANSWER, n=4))
    answer = open_playground(new_device(permissions=["clipboard-read", "clipboard-write"])).run("How?")
    answer.ends()
    code = answer.text.locator("figure.code")
    code.get_by_role("button", name="Copy").click()
    expect(code.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(answer.page) == CODE
    acts = answer.article.locator(".answer-acts")
    acts.get_by_role("button", name="Copy", exact=True).click()
    expect(acts.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(answer.page) == ANSWER
    expect(acts.get_by_role("button", name="Copy", exact=True)).to_be_visible()


def test_a_copy_that_is_not_allowed_says_so(
    new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream
) -> None:
    upstream.then(Script(text=ANSWER, n=4))
    playground = open_playground(new_device())
    answer = playground.run("How?")
    answer.ends()
    playground.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    answer.text.locator("figure.code").get_by_role("button", name="Copy").click()
    expect(answer.text.get_by_role("button", name="Could not copy")).to_be_visible()


def test_plain_text_shows_the_answer_as_it_came(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(text=ANSWER, n=4))
    answer = open_playground().run("How?")
    answer.ends()
    toggle = answer.article.get_by_role("button", name="Plain text")
    expect(answer.part("plain")).to_be_hidden()
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(answer.part("plain")).to_be_visible()
    expect(answer.text).to_be_hidden()
    assert answer.part("plain").text_content() == ANSWER
    answer.article.get_by_role("button", name="Markdown").click()
    expect(answer.part("plain")).to_be_hidden()
    expect(answer.text).to_be_visible()
