"""Refusals of one content block: its members, whose turn it may stand in, and what it may hold.

What the API itself returned (server tools and their results) is taken as it stands; only its frame is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.api import media
from tests.api.cache import CACHE_CONTROL, marker
from tests.api.shapes import (
    ANYTHING,
    ARRAY,
    FILLED,
    FLAG,
    OBJECT,
    OBJECTS,
    TEXT,
    Case,
    Kind,
    at,
    is_object,
    kind_of,
    objects,
    or_null,
    shape,
)

type Content = Any  # JSON: a string or an array of blocks


@dataclass(frozen=True, slots=True)
class Rule:
    """The members of a block besides its type, the roles it may have, the betas it needs, and whether it is cached."""

    required: Mapping[str, Kind] = field(default_factory=dict)
    optional: Mapping[str, Kind] = field(default_factory=dict)
    roles: tuple[str, ...] = ("user", "assistant")
    beta: str = ""
    cached: bool = True
    closed: bool = True


_CONTENT = Kind("a string or an array of blocks", lambda value: isinstance(value, str | list))
_CITED = {"citations": or_null(OBJECT)}
_MODEL_ONLY = ("assistant",)
_RETURNED = Rule({"tool_use_id": FILLED, "content": ANYTHING}, roles=_MODEL_ONLY, closed=False)

RULES: dict[str, Rule] = {
    "text": Rule({"text": TEXT}, {"citations": or_null(ARRAY)}, roles=("user", "assistant", "system")),
    "image": Rule({"source": OBJECT}, {"transformations": or_null(OBJECT)}),
    "document": Rule({"source": OBJECT}, {"title": or_null(TEXT), "context": or_null(TEXT), **_CITED}),
    "search_result": Rule({"source": TEXT, "title": TEXT, "content": OBJECTS}, _CITED),
    "thinking": Rule({"thinking": TEXT, "signature": TEXT}, roles=_MODEL_ONLY, cached=False),
    "redacted_thinking": Rule({"data": TEXT}, roles=_MODEL_ONLY, cached=False),
    "tool_use": Rule(
        {"id": FILLED, "name": FILLED, "input": OBJECT},
        {"caller": or_null(OBJECT), "toolset_name": or_null(TEXT)},
        roles=_MODEL_ONLY,
    ),
    "tool_result": Rule(
        {"tool_use_id": FILLED}, {"content": _CONTENT, "is_error": FLAG, "toolset_name": or_null(TEXT)}, roles=("user",)
    ),
    "server_tool_use": Rule({"id": FILLED, "name": FILLED, "input": OBJECT}, roles=_MODEL_ONLY, closed=False),
    "web_search_tool_result": _RETURNED,
    "web_fetch_tool_result": _RETURNED,
    "code_execution_tool_result": _RETURNED,
    "bash_code_execution_tool_result": _RETURNED,
    "text_editor_code_execution_tool_result": _RETURNED,
    "tool_search_tool_result": _RETURNED,
    "container_upload": Rule({"file_id": FILLED}),
    "mcp_tool_use": Rule(roles=_MODEL_ONLY, beta="mcp-client-", closed=False),
    "mcp_tool_result": Rule(roles=_MODEL_ONLY, beta="mcp-client-", closed=False),
    "mcp_tool_listing": Rule(roles=_MODEL_ONLY, beta="mcp-client-", closed=False),
    "advisor_tool_result": Rule(roles=_MODEL_ONLY, beta="advisor-tool-", closed=False),
    "compaction": Rule(roles=_MODEL_ONLY, beta="compact-", closed=False),
    "fallback": Rule(roles=_MODEL_ONLY, beta="server-side-fallback-", closed=False),
}
_RESULT_RULES: dict[str, Rule] = {
    **{name: RULES[name] for name in ("text", "image", "search_result", "document")},
    "tool_reference": Rule({"tool_name": FILLED}),
    "browser_state": Rule(closed=False),
}


def content(path: str, value: Content, role: str, case: Case) -> Iterator[str]:
    """Why the content of a message, or the system prompt (role `system`), is refused."""
    yield from _blocks(path, value, role, case, RULES)


def _blocks(path: str, value: Content, role: str, case: Case, rules: Mapping[str, Rule]) -> Iterator[str]:
    if isinstance(value, str):
        return
    if not isinstance(value, list):
        yield f"{path}: must be a string or an array of blocks"
        return
    for position, block in enumerate(value):
        yield from _block(at(path, position), block, role, case, rules)


def _block(path: str, block: object, role: str, case: Case, rules: Mapping[str, Rule]) -> Iterator[str]:
    if not is_object(block):
        yield f"{path}: must be an object"
        return
    kind = kind_of(block)
    rule = rules.get(kind)
    if rule is None or (rule.beta and not case.has_beta(rule.beta)):
        yield f"{at(path, 'type')}: {kind!r} is no block known here"
        return
    if role not in rule.roles:
        yield f"{path}: a {kind} block cannot stand in a {role} turn"
    cached = {"cache_control": CACHE_CONTROL} if rule.cached else {}
    yield from shape(path, block, {"type": FILLED, **rule.required}, {**rule.optional, **cached}, closed=rule.closed)
    yield from marker(path, block) if rule.cached else ()
    yield from _inside(path, block, role, case)


def _inside(path: str, block: Mapping[str, Any], role: str, case: Case) -> Iterator[str]:
    """Why what a block of a known type holds is refused."""
    match block["type"]:
        case "text":
            yield from _text(path, block, role, case)
        case "image":
            yield from media.image(path, block, case)
        case "document":
            yield from _document(path, block, role, case)
        case "search_result":
            yield from media.citations(path, block, case)
            for position, inner in objects(block.get("content")):
                yield from _block(f"{path}.content.{position}", inner, role, case, {"text": RULES["text"]})
        case "tool_result" if "content" in block:
            yield from _blocks(at(path, "content"), block["content"], role, case, _RESULT_RULES)


def _text(path: str, block: Mapping[str, Any], role: str, case: Case) -> Iterator[str]:
    if block.get("text") == "":
        yield f"{at(path, 'text')}: text content blocks must be non-empty"
    if role == "user" and case.new_version and block.get("citations"):
        yield f"{at(path, 'citations')}: a user message cannot cite since 2026-10-21"


def _document(path: str, block: Mapping[str, Any], role: str, case: Case) -> Iterator[str]:
    if role == "assistant" and case.new_version:
        yield f"{path}: a document cannot stand in an assistant turn since 2026-10-21"
    yield from media.document(path, block, case)
    source = block.get("source")
    if is_object(source) and isinstance(source.get("content"), list):
        held = {name: RULES[name] for name in ("text", "image")}
        yield from _blocks(at(path, "source.content"), source["content"], role, case, held)
