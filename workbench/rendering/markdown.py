"""Model output as safe HTML: Markdown with highlighted code, and nothing that acts, loads or escapes.

Three walls, each enough alone: the parser passes no HTML through, everything it emits is built by us, and an
allow-list of tags, attributes and their values cleans the result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from workbench.rendering.highlight import LANGUAGES, TOKEN_CLASSES, budget_end, highlight_code, language_name, showable

# Longer answers are shown as plain text: rendering is for reading, and nobody reads a megabyte (bytes of UTF-8).
MAX_RENDERED = 256 * 1024
# Lists and quotes nested deeper than this carry no meaning and cost much: such an answer is shown as it is
# (the parser would leave out what lies deeper).
MAX_NESTING = 40
# The parser reads every line again for each quote that it may belong to, 3 µs each time (quotes times lines).
MAX_QUOTED_LINES = 400_000
# Each opening bracket outside code costs the parser 20 µs.
MAX_BRACKETS = 10_000
# All addresses of an answer's links together (characters). One long address can be referred to thousands of times:
# without a limit, 200 KB of answer became 1.5 GB of HTML. Links beyond it are shown as their text.
MAX_ADDRESSES = 1024 * 1024

LINK = re.compile(r"(?:https?://|mailto:)[^\s\\][^\s]*", re.IGNORECASE)
NOTHING: dict[str, re.Pattern[str]] = {}
# Every tag and attribute that may come out, with the values it may have.
ALLOWED: dict[str, dict[str, re.Pattern[str]]] = {
    **dict.fromkeys(
        ("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "li", "figcaption"), NOTHING
    ),
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr"), NOTHING),
    "a": {"href": LINK, "target": re.compile("_blank")},
    "ol": {"start": re.compile(r"\d{1,9}")},
    "figure": {
        "class": re.compile("code"),
        "data-language": re.compile("|".join(map(re.escape, sorted(LANGUAGES))) + "|"),
    },
    "span": {"class": re.compile("|".join(["image-note", *sorted(TOKEN_CLASSES)]))},
    "th": {"align": re.compile("left|center|right")},
    "td": {"align": re.compile("left|center|right")},
}
REL = "nofollow noopener noreferrer"
_QUOTES_OF_LINE = re.compile(r"^[ \t\d>*+.)-]*>", re.MULTILINE)


class _TooCostlyError(Exception):
    """The answer would take too long to render."""


def render_markdown(text: str) -> SafeString:
    """Model output as HTML that may be put into a page as it is.

    Args:
        text: anything at all. Above 256 KiB, or built to be costly, it is not rendered but shown as it is.
    """
    if len(text) > MAX_RENDERED:
        return plain(text)
    shown = showable(text)
    if len(shown.encode()) > MAX_RENDERED or _quoted_lines(shown) > MAX_QUOTED_LINES:
        return plain(text)
    try:
        html = _parser().render(shown, {"until": budget_end(), "addresses": 0})
    except _TooCostlyError:
        return plain(text)
    return mark_safe(_clean(html))  # noqa: S308 - cleaned by the allow-list


def plain(text: str) -> SafeString:
    """Text as it is, with its line breaks and spaces."""
    # The first line break after the tag is not part of the text (HTML standard): without ours, one of the text's goes.
    return mark_safe(f'<pre class="plain">\n{escape(showable(text))}</pre>')  # noqa: S308 - escaped


def _quoted_lines(text: str) -> int:
    deepest = max((match.group().count(">") for match in _QUOTES_OF_LINE.finditer(text)), default=0)
    return deepest * (text.count("\n") + 1)


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(ALLOWED),
        attributes={tag: set(attributes) for tag, attributes in ALLOWED.items()},
        url_schemes={"http", "https", "mailto"},
        link_rel=REL,
        attribute_filter=_allowed_value,
    )


def _allowed_value(tag: str, name: str, value: str) -> str | None:
    if name == "rel":
        return REL  # the cleaner's own, added to every link
    pattern = ALLOWED.get(tag, NOTHING).get(name)
    return value if pattern and pattern.fullmatch(value) else None


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.after("block", "refuse_costly", _refuse_costly)
    for name, rule in {
        "fence": _render_code,
        "code_block": _render_code,
        "image": _render_image,
        "link_open": _render_link_open,
        "link_close": _render_link_close,
        "th_open": _render_cell,
        "td_open": _render_cell,
        "heading_open": _render_heading,
        "heading_close": _render_heading,
    }.items():
        parser.add_render_rule(name, rule)
    return parser


def _refuse_costly(state: StateCore) -> None:
    """Between the parser's two halves: blocks are known, the text within them is not yet parsed."""
    if any(token.level >= MAX_NESTING - 1 for token in state.tokens):
        raise _TooCostlyError
    if sum(token.content.count("[") for token in state.tokens if token.type == "inline") > MAX_BRACKETS:
        raise _TooCostlyError


def _render_code(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    named = (token.info.split() or [""])[0]
    caption = f"<figcaption>{escape(named[:30])}</figcaption>" if named else ""
    code = highlight_code(token.content, named, until=env["until"])
    language = escape(language_name(named))
    return f'<figure class="code" data-language="{language}">{caption}<pre><code>{code}</code></pre></figure>\n'


def _render_image(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """An image is never loaded: it would tell its host that the answer was read. Its words stay."""
    words = self.renderInlineAsText(tokens[index].children or [], options, env).strip() or _("image")
    return f'<span class="image-note">[{escape(words)}]</span>'


def _render_link_open(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    """A link leads to another host or a mailbox; one that would lead into our own pages is only its text."""
    href = str(tokens[index].attrGet("href") or "")
    env["addresses"] += len(href)
    env["in_link"] = env["addresses"] <= MAX_ADDRESSES and LINK.fullmatch(href) is not None
    return f'<a href="{escape(href)}" target="_blank">' if env["in_link"] else ""


def _render_link_close(
    _self: RendererHTML, _tokens: Sequence[Token], _index: int, _options: OptionsDict, env: EnvType
) -> str:
    return "</a>" if env["in_link"] else ""  # links do not nest (CommonMark 6.3)


def _render_heading(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    """One level lower: the page's own title stays the only one of the first level."""
    level = min(int(tokens[index].tag[1]) + 1, 6)
    return f"<h{level}>" if tokens[index].nesting == 1 else f"</h{level}>\n"


def _render_cell(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    """Alignment as an attribute: the parser would write a style, which our policy forbids."""
    token = tokens[index]
    side = str(token.attrGet("style") or "").partition(":")[2].strip()
    return f'<{token.tag} align="{escape(side)}">' if side else f"<{token.tag}>"
