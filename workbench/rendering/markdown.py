"""Model output as safe HTML: Markdown with highlighted code, and nothing that acts, loads or escapes.

Three walls, each enough alone: the parser passes no HTML through, everything it emits is built by us, and an
allow-list of tags and attributes cleans the result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from workbench.rendering.highlight import highlight_code, language_name

# Longer answers are shown as plain text: rendering is for reading, and nobody reads a megabyte (bytes of UTF-8).
MAX_RENDERED = 256 * 1024
# Lists and quotes nested deeper than this carry no meaning and cost much: such an answer is shown as it is
# (the parser would leave out what lies deeper).
MAX_NESTING = 40
# Unmatched brackets are the one input on which the parser is slower than linear (5 s for 256 KiB of them).
MAX_BRACKETS = 10_000

TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol",
    "li", "a", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "span", "div",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "target"},
    "ol": {"start"},
    "figure": {"class", "data-language"},
    "div": {"class"},
    "pre": {"class"},
    "span": {"class"},
    "th": {"align"},
    "td": {"align"},
}
SCHEMES = {"http", "https", "mailto"}
CLASS_NAME = re.compile(r"[a-z][a-z0-9-]*")


def render_markdown(text: str) -> SafeString:
    """Model output as HTML that may be put into a page as it is.

    Args:
        text: anything at all; above 256 KiB it is not rendered but shown as it is.
    """
    text = text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if len(text.encode()) > MAX_RENDERED or text.count("[") > MAX_BRACKETS:
        return plain(text)
    parser = _parser()
    env: dict[str, Any] = {}
    tokens = parser.parse(text, env)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        return plain(text)
    return mark_safe(_clean(parser.renderer.render(tokens, parser.options, env)))  # noqa: S308 - cleaned by the allow-list just above


def plain(text: str) -> SafeString:
    """Text as it is, with its line breaks and spaces."""
    return mark_safe(f'<pre class="plain">{escape(text)}</pre>')  # noqa: S308 - escaped


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
        attribute_filter=_own_classes_only,
    )


def _own_classes_only(tag: str, name: str, value: str) -> str | None:
    if name == "class" and not all(CLASS_NAME.fullmatch(word) for word in value.split()):
        return None
    if name == "href" and value.startswith(("/", "#", ".", "?")):
        return None  # a relative link would point into our own pages
    return value


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.add_render_rule("fence", _render_fence)
    parser.add_render_rule("code_block", _render_fence)
    parser.add_render_rule("image", _render_image)
    parser.add_render_rule("link_open", _render_link_open)
    parser.add_render_rule("th_open", _render_cell)
    parser.add_render_rule("td_open", _render_cell)
    return parser


def _render_fence(_self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    token = tokens[index]
    named = token.info.split()[0] if token.info.split() else ""
    language = language_name(named)
    caption = f"<figcaption>{escape(named[:30])}</figcaption>" if named else ""
    code = highlight_code(token.content, language)
    return f'<figure class="code" data-language="{escape(language)}">{caption}<pre><code>{code}</code></pre></figure>\n'


def _render_image(_self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    """An image is never loaded: it would tell its host that the answer was read. Its words stay."""
    return f'<span class="image-note">[{escape(tokens[index].content or "image")}]</span>'


def _render_link_open(self: Any, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:  # noqa: ANN401 - the renderer of markdown-it
    return f'<a href="{escape(str(tokens[index].attrGet("href") or ""))}" target="_blank">'


def _render_cell(_self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    """Alignment as an attribute: the parser would write a style, which our policy forbids."""
    token = tokens[index]
    style = str(token.attrGet("style") or "")
    side = style.partition(":")[2].strip()
    return f'<{token.tag} align="{escape(side)}">' if side else f"<{token.tag}>"
