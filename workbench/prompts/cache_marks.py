"""Marks up to which a provider keeps a request: at the end of its tools, of its system prompt, of each message.

Knows the rules of the API (api reference, prompt caching), but no model and no HTTP beyond the names of form fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from workbench.prompts.api_settings import cache_control

# How long a marked part is kept, by the API's names.
TTLS = ("5m", "1h")
# The parts of a prompt that take a mark beside its messages, in the order in which a provider reads them.
PARTS = ("tools", "system")
# The API refuses a fifth; the mark that a lane sets on its whole request counts, too.
MOST_MARKS = 4
# Blocks that take no mark (api reference, content blocks).
UNMARKED = ("thinking", "redacted_thinking")

type Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: `place` is "tools", "system", the number of a message as text, or "request" for the lane's own."""

    place: str
    ttl: str


def read_marks(data: Mapping[str, Any]) -> dict[str, str]:
    """The marks of a form on tools and system prompt (`tools-cache`, `system-cache`); none are left out."""
    return marks_of({part: data.get(f"{part}-cache") for part in PARTS})


def marks_of(given: object) -> dict[str, str]:
    """Marks by their parts out of what was stored; what is unknown is left out."""
    found = {part: given.get(part) for part in PARTS} if isinstance(given, Mapping) else {}
    return {part: ttl for part, ttl in found.items() if ttl in TTLS}


def marked(content: Sequence[Block], ttl: str) -> list[Block]:
    """The same blocks with a mark on the last that takes one."""
    blocks = list(content)
    for index in range(len(blocks) - 1, -1, -1):
        if _takes_mark(blocks[index]):
            blocks[index] = {**blocks[index], "cache_control": cache_control(ttl)}
            break
    return blocks


def marked_tools(tools: Iterable[Mapping[str, Any]], ttl: str) -> list[Block]:
    """The same tools with a mark on the last that is loaded at once: one that is loaded later takes none."""
    found = [dict(tool) for tool in tools]
    for tool in reversed(found):
        if not tool.get("defer_loading"):
            tool["cache_control"] = cache_control(ttl)
            break
    return found


def _takes_mark(block: Mapping[str, Any]) -> bool:
    is_empty = block.get("type") == "text" and not str(block.get("text") or "").strip()
    return block.get("type") not in UNMARKED and not is_empty


def take_mark(holder: Block) -> str:
    """Takes the mark off a block or tool, if it has one that can be set here, and says how long it keeps; else ""."""
    mark = holder.get("cache_control")
    if mark not in (cache_control("5m"), cache_control("1h"), {"type": "ephemeral", "ttl": "5m"}):
        return ""
    del holder["cache_control"]
    return str(mark.get("ttl", "5m"))


def split_marks(body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A request's body without the marks at the end of its tools and of its system prompt, and these by their parts."""
    found, marks = dict(body), {}
    for part in PARTS:
        holders = body.get(part)
        if isinstance(holders, list) and holders and isinstance(holders[-1], Mapping):
            last = dict(holders[-1])
            marks[part] = take_mark(last)
            found[part] = [*holders[:-1], last]
    return found, marks_of(marks)


def marks_in(place: str, holders: Iterable[Mapping[str, Any]]) -> Iterator[Mark]:
    """The marks on tools or on blocks, and on blocks inside those."""
    for holder in holders:
        if isinstance(mark := holder.get("cache_control"), Mapping):
            yield Mark(place, str(mark.get("ttl") or "5m"))
        if isinstance(inside := holder.get("content"), list):
            yield from marks_in(place, (block for block in inside if isinstance(block, Mapping)))


def problem_with(marks: Sequence[Mark]) -> tuple[Mark, str] | None:
    """The first mark, of all those of a request in their order, that a provider refuses, and why; None if it takes all.

    The lane's own stands at the end, where the provider puts it.
    """
    if len(marks) > MOST_MARKS:
        words = _("A request takes at most %(most)s cache marks, and this would be one more. Remove one.")
        return marks[MOST_MARKS], words % {"most": MOST_MARKS}
    for earlier, later in pairwise(marks):
        if (earlier.ttl, later.ttl) == ("5m", "1h"):
            return later, _("A cache mark for 1 hour must stand before those for 5 minutes. Change one of them.")
    return None
