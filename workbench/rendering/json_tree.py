"""JSON as a tree that can be folded: every value with its key, its type and the path that leads to it.

Bounded: beyond so many values, so deep or so long there is a note instead. Everything in it is text; numbers stay as
they were written, and a key that stands twice is shown twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workbench.rendering.highlight import showable

MAX_SIZE = 1024 * 1024  # characters of the text
MAX_VALUES = 1500
MAX_DEPTH = 40
MAX_STRING = 2000  # characters of one value
OPEN_LEVELS = 3
FENCED = re.compile(r"\A\s*```[a-zA-Z0-9]*[ \t]*\n(.*)\n[ \t]*```\s*\Z", re.DOTALL)
PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Object:
    """The members of an object in their order; a key may stand twice."""

    members: list[tuple[str, Any]]


def is_tree(text: str) -> bool:
    """Whether a text is a JSON object or list (a Markdown fence around it does not matter) that can be shown."""
    if len(text) > MAX_SIZE:
        return False
    inner = _unfenced(text)
    if not inner.startswith(("{", "[")):
        return False
    try:
        orjson.loads(inner)
    except orjson.JSONDecodeError:
        return False
    return True


def json_tree(text: str, marks: Mapping[str, str] | None = None) -> SafeString | None:
    """The tree of a JSON text as HTML: `<ul class="tree">`. None if it is none that can be shown (see `is_tree`).

    Args:
        marks: words that stand beside values that are wrong, by their paths (see `path_to`).
    """
    if not is_tree(text):
        return None
    try:
        value = json.loads(_unfenced(text), object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number)
    except (ValueError, RecursionError):
        return None
    tree = _Tree(MAX_VALUES, marks or {})
    items = "".join(_item("", value, "$", 0, tree))
    return mark_safe(f'<ul class="tree">{items}</ul>')  # noqa: S308 - every piece is escaped


def path_to(steps: Iterable[str | int]) -> str:
    """The path to a value as the tree has it: `$.items[0].sku`."""
    return "$" + "".join(_step(str(step), isinstance(step, int)) for step in steps)


@dataclass(slots=True)
class _Tree:
    """How many values may still be shown, and the marks."""

    left: int
    marks: Mapping[str, str]

    def mark(self, path: str) -> SafeString:
        """What stands beside a value that is wrong; empty beside any other."""
        return format_html('<span class="tree-bad">{}</span>', self.marks[path]) if path in self.marks else NO_MARK


NO_MARK = SafeString("")


def _unfenced(text: str) -> str:
    fenced = FENCED.match(text)
    return (fenced.group(1) if fenced else text).strip()


def _item(key: str, value: Any, path: str, depth: int, tree: _Tree) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """One value with all that is in it, as pieces of HTML."""
    tree.left -= 1
    button = '<button type="button" class="tree-path" data-copy data-value="{}"><span>{}</span></button>'
    mark = tree.mark(path)
    copy = format_html(button, path, _("Copy path"))
    name = format_html('<span class="tree-key">{}</span> ', showable(key)) if key else ""
    inner = _inner(value)
    if inner is None:
        yield f'<li class="tree-leaf">{name}{_leaf(value)}{mark}{copy}</li>'
        return
    if not inner or depth == MAX_DEPTH:
        note = " · ".join([_size(value, len(inner)), *([_("too deep to be shown")] if inner else [])])
        yield f'<li class="tree-leaf">{name}<span class="tree-type">{escape(note)}</span>{mark}{copy}</li>'
        return
    is_open = " open" if depth < OPEN_LEVELS else ""
    note = escape(_size(value, len(inner)))
    yield f'<li><details{is_open}><summary>{name}<span class="tree-type">{note}</span>{mark}</summary><ul>'
    for number, (child_key, child) in enumerate(inner):
        if tree.left <= 0:
            more = _("%(number)s more are not shown") % {"number": len(inner) - number}
            yield f'<li class="tree-more">{escape(more)}</li>'
            break
        yield from _item(child_key, child, path + _step(child_key, isinstance(value, list)), depth + 1, tree)
    yield f"</ul></details>{copy}</li>"


def _inner(value: Any) -> list[tuple[str, Any]] | None:  # noqa: ANN401 - any JSON
    if isinstance(value, _Object):
        return value.members
    return [(str(number), one) for number, one in enumerate(value)] if isinstance(value, list) else None


def _step(key: str, is_index: bool) -> str:
    if is_index:
        return f"[{key}]"
    return f".{key}" if PLAIN_KEY.fullmatch(key) else f"[{json.dumps(showable(key), ensure_ascii=False)}]"


def _size(value: Any, number: int) -> str:  # noqa: ANN401 - an object or list
    if isinstance(value, list):
        return ngettext("list, %(number)s value", "list, %(number)s values", number) % {"number": number}
    return ngettext("object, %(number)s key", "object, %(number)s keys", number) % {"number": number}


def _leaf(value: Any) -> SafeString:  # noqa: ANN401 - any JSON that holds no other
    if value is None or isinstance(value, bool):
        return format_html('<span class="kc">{}</span>', json.dumps(value))
    if isinstance(value, _Number):
        return format_html('<span class="mi">{}</span>', value[:MAX_STRING])
    text = showable(str(value))
    if len(text) > MAX_STRING:
        text = f"{text[:MAX_STRING]}…"
    return format_html('<span class="s2">{}</span>', json.dumps(text, ensure_ascii=False))
