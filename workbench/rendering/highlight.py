"""Code as HTML with classes for colours (never inline styles).

Classes that the style sheet must know, Pygments' short names: c cm c1 cp (comments), k kc kd kn kr kt (keywords),
s s1 s2 sb sd se si (strings), m mi mf mh (numbers), n na nb nc nd nf nn nt nv (names), o ow (operators), p
(punctuation), err (errors), gd gi gh (removed, inserted, heading of differences).
"""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import JsonLexer, get_lexer_by_name
from pygments.util import ClassNotFound

# Beyond this, code is shown without colours (characters): lexers are linear, but not fast.
MAX_HIGHLIGHTED = 100_000
_formatter = HtmlFormatter(nowrap=True)


def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except (ClassNotFound, ValueError):
        return None


def language_name(named: str) -> str:
    """The usual short name of a language as a person or model wrote it; empty if unknown."""
    lexer = _lexer(named.lower()) if named.isascii() and 0 < len(named) <= 30 else None
    return lexer.aliases[0] if lexer and lexer.aliases else ""


def highlight_code(code: str, language: str) -> SafeString:
    """The code as escaped HTML, in colours if the language is known and the code not too long."""
    lexer = _lexer(language) if language and len(code) <= MAX_HIGHLIGHTED else None
    if lexer is None:
        return escape(code)
    return mark_safe(highlight(code, lexer, _formatter))  # noqa: S308 - Pygments escapes what it wraps


def highlight_json(text: str) -> SafeString:
    """JSON text exactly as it is, in colours."""
    if len(text) > MAX_HIGHLIGHTED:
        return escape(text)
    return mark_safe(highlight(text, JsonLexer(stripnl=False, ensurenl=False), _formatter))  # noqa: S308 - as above
