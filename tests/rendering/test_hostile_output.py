"""Model output that tries to act, to load something, or to take over parts of the page stays inert."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.rendering.reading import Page, problems
from workbench.rendering.markdown import render_markdown

pytestmark = pytest.mark.security

# The allow-list as a reader of this test understands it, not as the code states it.
HARMLESS_TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol",
    "li", "a", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "span",
}  # fmt: skip
HARMLESS_ATTRIBUTES = {"href", "rel", "target", "class", "data-language", "start", "align"}

HTML = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src=//evil.example/pixel>",
    '<p onclick="alert(1)">x</p>',
    '<div hx-get="/w/x/settings/" hx-trigger="load">x</div>',
    '<div data-hx-post="/x" hx-on:click="x()">x</div>',
    '<div data-run="1" data-status="succeeded" data-part="answer">x</div>',
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    '<svg><use href="data:image/svg+xml;base64,AAAA#x"/></svg>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<form id="getElementById" name="body"><input name="csrfmiddlewaretoken"></form>',
    '<a id="said" name="said" href="x">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x>",
    "<style>*{background:url(//evil.example)}</style>",
    '<link rel="stylesheet" href="//evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    '<base href="//evil.example/">',
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><script>alert(1)</script>",
    '<video><source onerror="alert(1)"></video><audio src=x>',
    "<!--><script>alert(1)</script-->",
    "<?xml version='1.0'?><!DOCTYPE html><![CDATA[<script>alert(1)</script>]]>",
    "</article></main><script>alert(1)</script>",
    "<span class='button primary' style='position:fixed;inset:0'>x</span>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{% csrf_token %}{{ request.user }}",
]
PLACES = [
    "%s",
    "text %s text",
    "# %s",
    "> %s",
    "- %s",
    "| %s |\n|---|\n| %s |",
    "`%s`",
    "```\n%s\n```",
    "```html\n%s\n```",
    "```%s\nx\n```",
    "    %s",
    "**%s**",
    "[%s](https://a.example)",
    "[x](https://a.example '%s')",
    "![%s](https://a.example)",
    "![x](%s)",
    "[x](<%s>)",
    "[x]: %s\n\n[x]",
]

LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "  javascript:alert(1)",
    "java\tscript:alert(1)",
    "java&#10;script:alert(1)",
    "java&Tab;script:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A&#x61&#x76&#x61script:alert(1)",
    "javascript&colon;alert(1)",
    "\\javascript:alert(1)",
    "\x01javascript:alert(1)",
    "%6Aavascript:alert(1)",
    "javascript://a.example/%0aalert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/png;base64,AAAA",
    "data:image/svg+xml;base64,AAAA",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "view-source:https://a.example",
    "ftp://a.example/",
    "intent://a.example#Intent;end",
    "\uff4aavascript:alert(1)",
]
OWN_PAGES = [
    "/accounts/logout/",
    "//evil.example/",
    "\\\\evil.example/",
    "/\\evil.example",
    "delete",
    "./x",
    "../x",
    "?next=x",
    "#said",
    "",
    "http:delete",
    "https:/delete",
    "http:\\\\evil.example",
    "HTTP:delete",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("html", HTML)
def test_html_is_shown_as_text_wherever_it_stands(html: str, place: str) -> None:
    rendered = render_markdown(place.replace("%s", html))
    assert problems(rendered) == []
    page = Page(rendered)
    assert {tag for tag, _ in page.tags} <= HARMLESS_TAGS
    assert {name for _, attributes in page.tags for name in attributes} <= HARMLESS_ATTRIBUTES


def test_html_stays_readable_as_the_model_wrote_it() -> None:
    assert (
        Page(render_markdown("<script>alert(1)</script> & <b>x</b>")).text == "<script>alert(1)</script> & <b>x</b>\n"
    )


@pytest.mark.parametrize("link", [*LINKS, *OWN_PAGES])
@pytest.mark.parametrize(
    "form", ["[x](%s)", "[x](<%s>)", "[x]: %s\n\n[x]", "[x]: <%s>\n\n[x]", "<%s>", "[![x](%s)](%s)"]
)
def test_a_link_that_does_not_lead_to_another_host_is_only_its_text(link: str, form: str) -> None:
    rendered = render_markdown(form.replace("%s", link))
    assert problems(rendered) == []
    assert Page(rendered).all("a") == []


@pytest.mark.parametrize(
    "link", ["https://a.example/b?c=d&e=f#g", "http://a.example", "mailto:a@b.example", "HTTPS://a.example"]
)
def test_a_link_to_another_host_opens_apart_and_tells_nothing_of_us(link: str) -> None:
    page = Page(render_markdown(f"[words]({link})"))
    assert page.all("a") == [{"href": link, "target": "_blank", "rel": "nofollow noopener noreferrer"}]
    assert page.text == "words\n"


def test_an_address_cannot_break_out_of_its_attribute() -> None:
    page = Page(render_markdown("""[x](<https://a.example/"onmouseover="alert(1)"'x='>)"""))
    assert [set(attributes) for attributes in page.all("a")] == [{"href", "target", "rel"}]


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("![a cat](https://evil.example/cat.png)", "[a cat]"),
        ("![](https://evil.example/pixel.gif)", "[image]"),
        ('![a *big* `cat`](x.png "title")', "[a big cat]"),
        ("![a ![small] cat](x)", "[a ![small] cat]"),
        ("![a ![small](y) cat](x)", "[a small cat]"),
        ("![a [linked](https://evil.example) cat](x)", "[a linked cat]"),
        ("![r]\n\n[r]: https://evil.example/r.png", "[r]"),
        ('![<img src="//evil.example">](x)', '[<img src="//evil.example">]'),
    ],
)
def test_an_image_is_never_loaded_and_its_words_stay(image: str, words: str) -> None:
    rendered = render_markdown(image)
    page = Page(rendered)
    assert page.text == words + "\n"
    assert [tag for tag, _ in page.tags] == ["p", "span"]
    assert page.all("span") == [{"class": "image-note"}]


@pytest.mark.parametrize(
    "info", ['x" onload="alert(1)', "x'><script>", "<svg/onload=alert(1)>", "python onclick=x", "hx-get=/x"]
)
def test_the_language_of_a_fence_cannot_carry_anything(info: str) -> None:
    page = Page(render_markdown(f"```{info}\ncode\n```"))
    assert [set(attributes) for attributes in page.all("figure")] == [{"class", "data-language"}]
    assert {tag for tag, _ in page.tags} <= {"figure", "figcaption", "pre", "code"}


MARKS = [
    "\n", "\n\n", "[", "]", "(", ")", "![", "](", "<", ">", "`", "```", "~~~", "*", "**", "_", "~~", "|", "|-|\n", "- ",
    "1. ", "> ", "    ", "\t", "#", "\\", "&#x3c;", "&lt;", "\x00", "\ud800", "\r", '"', "'", "=", "[a]: ", "mailto:",
    "https://a.example", "html", "python\n", " class=", " id=", " hx-get=", " style=", "javascript:",
]  # fmt: skip
SOUP = st.lists(
    st.one_of(
        st.sampled_from([*HTML, *LINKS, *OWN_PAGES, *(place.partition("%s")[0] for place in PLACES)]),
        st.sampled_from(MARKS),
        st.text(st.characters(exclude_categories=[]), max_size=5),
    ),
    max_size=30,
)


@given(SOUP)
@hypothesis_settings(max_examples=400, deadline=None)
def test_nothing_outside_the_allow_list_ever_comes_out(pieces: list[str]) -> None:
    rendered = render_markdown("".join(pieces))
    assert problems(rendered) == []
    page = Page(rendered)
    assert {tag for tag, _ in page.tags} <= HARMLESS_TAGS
    assert {name for _, attributes in page.tags for name in attributes} <= HARMLESS_ATTRIBUTES
    rendered.encode()  # what cannot be encoded cannot be sent


@given(st.text(max_size=300))
@hypothesis_settings(max_examples=200, deadline=None)
def test_no_text_of_any_kind_crashes_it(text: str) -> None:
    assert problems(render_markdown(text)) == []
