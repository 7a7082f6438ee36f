"""Code as HTML with classes for colours (never inline styles). Colours never change the text, not by a line break.

Classes that the style sheet must know are TOKEN_CLASSES, Pygments' short names: c cm c1 cp ch cs (comments), k kc kd kn
kr kt ow nt (keywords, tags), s s1 s2 sb sd se si sr dl ld (strings), m mf mh mi mo il (numbers), na nb nc nd nf nn ne
(names), gd gi gh (removed, inserted, heading of differences), err (what the language does not know).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from pygments.lexer import Lexer
from pygments.lexers import JsonLexer, get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType
from pygments.util import ClassNotFound

# Code longer than this (characters), or with a longer line, is shown without colours. Many lexers need a time that is
# the square of the length of a line or of a run of blank lines (measured: 6,000 line breaks take the one for C 1.2 s),
# and nothing can interrupt them within one match, so what stays below these limits must be quick enough.
MAX_HIGHLIGHTED = 50_000
MAX_LINE = 1000
# After this (s of this thread's processor time, for all code of one answer) the rest is shown without colours.
BUDGET = 0.5

TOKEN_CLASSES = frozenset({
    "c", "cm", "c1", "cp", "ch", "cs", "k", "kc", "kd", "kn", "kr", "kt", "ow", "nt", "s", "s1", "s2", "sb", "sd", "se",
    "si", "sr", "dl", "ld", "m", "mf", "mh", "mi", "mo", "il", "na", "nb", "nc", "nd", "nf", "nn", "ne", "gd", "gi",
    "gh", "err",
})  # fmt: skip
# Languages that get colours, by one of Pygments' names for them. Others are plain: a model names them, and not
# every one of Pygments' six hundred lexers ends in time.
LANGUAGES = frozenset({
    "bash", "bat", "c", "cmake", "console", "cpp", "csharp", "css", "dart", "diff", "docker", "elixir", "go",
    "graphql", "groovy", "haskell", "html", "http", "ini", "java", "javascript", "json", "jsx", "julia", "kotlin",
    "latex", "lua", "make", "markdown", "nginx", "objective-c", "perl", "php", "powershell", "properties",
    "protobuf", "pycon", "python", "r", "ruby", "rust", "scala", "scss", "sql", "swift", "terraform", "toml", "tsx",
    "typescript", "vb.net", "xml", "yaml", "zig",
})  # fmt: skip
_LONG_LINE = re.compile(rf"[^\n]{{{MAX_LINE + 1}}}")
_UNSHOWABLE = re.compile("[\x00\ud800-\udfff]")


@lru_cache(maxsize=256)
def language_name(named: str) -> str:
    """The usual short name of a language as a person or model wrote it; empty if it gets no colours."""
    if not named.isascii() or len(named) > 30:
        return ""
    try:
        aliases = get_lexer_by_name(named.lower()).aliases
    except (ClassNotFound, ValueError):
        return ""
    return next((alias for alias in aliases if alias in LANGUAGES), "")


def budget_end() -> float:
    """When colouring that starts now must stop: a reading of this thread's processor clock (s)."""
    return time.thread_time() + BUDGET


def highlight_code(code: str, language: str, *, until: float | None = None) -> SafeString:
    """The code as escaped HTML, in colours if the language is known and the code not too long.

    Args:
        language: as a person or model wrote it.
        until: see `budget_end`; share one among all code of an answer.
    """
    name = language_name(language)
    if not name or _LONG_LINE.search(code):
        return _escape(showable(code))
    # Of these options only the Markdown lexer knows one: other code within its text would choose lexers again.
    # A lexer for each use: threads render at the same time, and some lexers keep notes.
    lexer = get_lexer_by_name(name, handlecodeblocks=False)
    return _highlight(showable(code), lexer, budget_end() if until is None else until)


def highlight_json(text: str) -> SafeString:
    """JSON text, or what should have been JSON, exactly as it is, in colours."""
    return _highlight(showable(text), JsonLexer(), budget_end())


def showable(text: str) -> str:
    """The text with the characters that no page can hold (NUL, lone surrogates) shown as U+FFFD."""
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _highlight(code: str, lexer: Lexer, until: float) -> SafeString:
    if len(code) > MAX_HIGHLIGHTED:
        return _escape(code)
    return mark_safe("".join(_coloured(code, lexer, until)))  # noqa: S308 - every piece is escaped


def _coloured(code: str, lexer: Lexer, until: float) -> Iterator[str]:
    """Pieces of HTML whose text is the code: a piece of a lexer's that is not next in the code ends the colours."""
    position = 0
    # Lexers count on a line break at the end; ours is cut off again. Their usual entrance, get_tokens(), would also
    # change line breaks and take a byte order mark away.
    for _start, kind, value in lexer.get_tokens_unprocessed(f"{code}\n"):
        piece = value[: len(code) - position]
        if time.thread_time() > until or not code.startswith(piece, position):
            break
        position += len(piece)
        name = _class_name(kind)
        yield f'<span class="{name}">{_escape(piece)}</span>' if name and piece else _escape(piece)
    yield _escape(code[position:])


@lru_cache(maxsize=512)
def _class_name(kind: _TokenType) -> str:
    """The class of the token type or of the nearest kind above it that has a colour; empty if none has."""
    above: _TokenType | None = kind
    while above is not None:
        if (name := STANDARD_TYPES.get(above, "")) in TOKEN_CLASSES:
            return name
        above = above.parent
    return ""


def _escape(text: str) -> SafeString:
    """Escaped; a carriage return as a reference, since a browser would read it as a line break."""
    return mark_safe(escape(text).replace("\r", "&#13;"))  # noqa: S308 - escaped
