"""Answers look as their Markdown means, whole or cut anywhere."""

from __future__ import annotations

import re

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override

from tests.rendering.reading import Page, problems
from workbench.rendering.markdown import render_markdown

ANSWER = """# Title

A *first* **paragraph** with `code`, ~~no~~ and a [link](https://a.example "title").
Second line\\
third.

> a quote
> > in a quote

3. three
   - nested
4. four

| left | middle | right |
|:-----|:------:|------:|
| `a`  | **b**  | c &amp; d |

```python
def f(x: int) -> str:
    return "<b>" + str(x)
```

![picture](https://a.example/p.png)

***
"""


def test_it_gives_a_safe_string() -> None:
    assert isinstance(render_markdown("x"), SafeString)
    assert isinstance(render_markdown("x" * 300_000), SafeString)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("a *b* **c** ~~d~~ `e`", "<p>a <em>b</em> <strong>c</strong> <s>d</s> <code>e</code></p>\n"),
        ("# a\n\n###### b", "<h2>a</h2>\n<h6>b</h6>\n"),
        ("a\nb  \nc", "<p>a\nb<br>\nc</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("7. a\n8. b", '<ol start="7">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("---", "<hr>\n"),
        ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>\n"),
        ("你好 🙂", "<p>你好 🙂</p>\n"),
    ],
)
def test_it_renders(text: str, html: str) -> None:
    assert render_markdown(text) == html


def test_a_table_keeps_its_alignment_without_inline_styles() -> None:
    page = Page(render_markdown("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |"))
    assert page.all("td") == [{}, {"align": "center"}, {"align": "right"}]
    assert page.all("th") == page.all("td")


def test_code_is_a_figure_with_its_language_coloured() -> None:
    html = render_markdown("```py\ndef f(): pass\n```")
    assert html.startswith('<figure class="code" data-language="python"><figcaption>py</figcaption><pre><code>')
    assert '<span class="k">def</span>' in html
    assert Page(html).text == "pydef f(): pass\n\n"


@pytest.mark.parametrize("info", ["klingon", "text", "../../etc", "python" * 6, "\uff50\uff59\uff54\uff48\uff4f\uff4e"])
def test_code_in_a_language_it_does_not_know_is_plain_and_keeps_its_label(info: str) -> None:
    page = Page(render_markdown(f"```{info} more\ndef f(): pass\n```"))
    assert page.all("figure") == [{"class": "code", "data-language": ""}]
    assert page.all("span") == []
    assert page.text == f"{info[:30]}def f(): pass\n\n"


@pytest.mark.parametrize("code", ["```\na < b\n```", "~~~\na < b\n~~~", "    a < b"])
def test_code_without_a_language_has_no_label(code: str) -> None:
    html = render_markdown(code)
    assert html.strip() == '<figure class="code" data-language=""><pre><code>a &lt; b\n</code></pre></figure>'


def test_an_image_without_words_is_named_in_the_readers_language() -> None:
    with override("zh-hans"):
        assert "image-note" in render_markdown("![](x)")


@pytest.mark.reliability
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_an_answer_cut_at_any_character_is_whole_html(line_break: str) -> None:
    answer = ANSWER.replace("\n", line_break)
    for end in range(len(answer)):
        assert problems(render_markdown(answer[:end])) == [], answer[:end]


@pytest.mark.reliability
def test_an_unclosed_fence_is_code_to_the_end() -> None:
    page = Page(render_markdown("before\n\n```python\nx = '<b>"))
    assert page.all("figure") == [{"class": "code", "data-language": "python"}]
    assert page.text.endswith("x = '<b>\n")


@pytest.mark.reliability
def test_what_no_page_can_hold_is_replaced() -> None:
    for text in ("a\x00b", "a\ud800b", "a\udfffb"):
        assert render_markdown(text) == "<p>a\N{REPLACEMENT CHARACTER}b</p>\n"
        assert Page(render_markdown(f"```json\n{text}\n```")).text == "jsona\N{REPLACEMENT CHARACTER}b\n\n"


def test_rendering_the_same_twice_gives_the_same() -> None:
    assert render_markdown(ANSWER) == render_markdown(ANSWER)
    assert re.findall(r"<(\w+)", render_markdown(ANSWER))[:3] == ["h2", "p", "em"]
