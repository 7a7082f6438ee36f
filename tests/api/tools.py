"""Refusals of tools and of how their use is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.api.cache import CACHE_CONTROL, marker
from tests.api.catalog import NEVER_FORCED
from tests.api.shapes import (
    ARRAY,
    COUNT,
    FILLED,
    FLAG,
    OBJECT,
    OBJECTS,
    TEXT,
    TEXTS,
    Case,
    Kind,
    at,
    is_object,
    kind_of,
    objects,
    one_of,
    or_null,
    shape,
)

type Tool = Mapping[str, Any]

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_CALLERS = frozenset({"direct", "code_execution_20250825", "code_execution_20260120", "code_execution_20260521"})
_CALLER_LIST = Kind(
    "an array of " + ", ".join(sorted(_CALLERS)),
    lambda value: isinstance(value, list) and all(isinstance(v, str) and v in _CALLERS for v in value),
)
_NAMED = Kind("1 to 128 of a-z, A-Z, 0-9, _ and -", lambda v: isinstance(v, str) and _NAME.fullmatch(v) is not None)
_COMMON = {
    "cache_control": CACHE_CONTROL,
    "strict": FLAG,
    "defer_loading": FLAG,
    "allowed_callers": _CALLER_LIST,
}
_EXAMPLES = {"input_examples": OBJECTS}
_DOMAINS = {"max_uses": or_null(COUNT), "allowed_domains": or_null(TEXTS), "blocked_domains": or_null(TEXTS)}
_INCLUSION = {"response_inclusion": one_of("full", "excluded")}
_SEARCH = {**_DOMAINS, **_INCLUSION, "user_location": or_null(OBJECT)}
_FETCH = {
    **_DOMAINS,
    **_INCLUSION,
    "citations": or_null(OBJECT),
    "max_content_tokens": or_null(COUNT),
    "url_sources": or_null(OBJECT),
    "use_cache": FLAG,
}
_CUSTOM = {
    **_COMMON,
    **_EXAMPLES,
    "type": one_of("custom"),
    "description": TEXT,
    "eager_input_streaming": or_null(FLAG),
}
_PLACE = dict.fromkeys(("city", "region", "country", "timezone"), or_null(TEXT))

# By type: the fixed name, and the options besides those every tool has.
FIXED: dict[str, tuple[str, Mapping[str, Kind]]] = {
    "bash_20250124": ("bash", _EXAMPLES),
    "text_editor_20250124": ("str_replace_editor", _EXAMPLES),
    "text_editor_20250429": ("str_replace_based_edit_tool", _EXAMPLES),
    "text_editor_20250728": ("str_replace_based_edit_tool", {**_EXAMPLES, "max_characters": or_null(COUNT)}),
    "memory_20250818": ("memory", _EXAMPLES),
    **dict.fromkeys(("web_search_20250305", "web_search_20260209", "web_search_20260318"), ("web_search", _SEARCH)),
    **{f"web_fetch_{date}": ("web_fetch", _FETCH) for date in ("20250910", "20260209", "20260309", "20260318")},
    **{f"code_execution_{date}": ("code_execution", {}) for date in ("20250522", "20250825", "20260120", "20260521")},
    **{
        f"tool_search_tool_{way}{date}": (f"tool_search_tool_{way}", {})
        for way in ("bm25", "regex")
        for date in ("", "_20251119")
    },
}
TOOLSETS = ("computer_toolset_20260801", "browser_toolset_20260801")
SERVER = ("web_search_", "web_fetch_", "code_execution_", "tool_search_tool_")
_BETA_ONLY = {  # by type: the family of betas it needs; "" where the sources name none
    "bash_20241022": "",
    "text_editor_20241022": "",
    "computer_20241022": "",
    "computer_20250124": "",
    "computer_20251124": "",
    "advisor_20260301": "advisor-tool-",
    "mcp_toolset": "mcp-client-",
}


def tools(body: Mapping[str, Any], case: Case) -> Iterator[str]:
    """Why the tools of a request are refused, one by one and together."""
    if "tools" not in body:
        return
    if not ARRAY.fits(body["tools"]):
        yield "tools: must be an array"
        return
    seen: set[str] = set()
    for position, tool in enumerate(body["tools"]):
        path = f"tools.{position}"
        yield from _tool(path, tool, case)
        name = tool.get("name") if is_object(tool) else None
        if isinstance(name, str):
            if name in seen:
                yield f"{path}.name: tool_name_conflict, tool names must be unique"
            seen.add(name)


def _tool(path: str, tool: object, case: Case) -> Iterator[str]:
    if not is_object(tool):
        yield f"{path}: must be an object"
        return
    kind = kind_of(tool) if "type" in tool else "custom"
    if kind == "custom":
        yield from shape(path, tool, {"name": _NAMED, "input_schema": OBJECT}, _CUSTOM)
        yield from _input_schema(at(path, "input_schema"), tool.get("input_schema"))
    elif kind in FIXED:
        name, options = FIXED[kind]
        yield from shape(path, tool, {"type": FILLED, "name": one_of(name)}, {**_COMMON, **options})
        yield from _options(path, tool)
        yield from _served(path, kind, case)
    elif kind in TOOLSETS:
        yield from shape(path, tool, {"type": FILLED}, {"cache_control": CACHE_CONTROL, "configs": or_null(OBJECT)})
    elif kind not in _BETA_ONLY or not case.has_beta(_BETA_ONLY[kind]):
        yield f"{at(path, 'type')}: {kind!r} is no tool known here"
    yield from marker(path, tool)


def _input_schema(path: str, schema: object) -> Iterator[str]:
    if is_object(schema):
        known = {"type": one_of("object")}
        yield from shape(path, schema, known, {"properties": or_null(OBJECT), "required": or_null(TEXTS)}, closed=False)


def _options(path: str, tool: Tool) -> Iterator[str]:
    """Why the options of a tool exclude each other or have the wrong shape."""
    if tool.get("allowed_domains") and tool.get("blocked_domains"):
        yield f"{at(path, 'blocked_domains')}: only one of allowed_domains and blocked_domains may be given"
    if is_object(tool.get("user_location")):
        yield from shape(at(path, "user_location"), tool["user_location"], {"type": one_of("approximate")}, _PLACE)
    if is_object(tool.get("citations")):
        yield from shape(at(path, "citations"), tool["citations"], {}, {"enabled": FLAG})


def _served(path: str, kind: str, case: Case) -> Iterator[str]:
    """Why a tool that runs on the server is refused by the model."""
    if not kind.startswith(SERVER):
        return
    named = [name for name in ("web_search", "code_execution") if kind.startswith(name)]
    if case.lacks("server_tools") or any(case.lacks("server_tools", name) for name in named):
        yield f"{at(path, 'type')}: this model does not take {kind}"


def tool_choice(body: Mapping[str, Any], case: Case) -> Iterator[str]:
    """Why the `tool_choice` is refused: its shape, or forced use where the model or thinking forbids it."""
    if "tool_choice" not in body:
        return
    choice = body["tool_choice"]
    kind = kind_of(choice)
    parallel = {} if kind == "none" else {"disable_parallel_tool_use": FLAG}
    named = {"name": FILLED} if kind == "tool" else {}
    yield from shape("tool_choice", choice, {"type": one_of("auto", "any", "tool", "none"), **named}, parallel)
    if is_object(choice) and kind in {"any", "tool"}:
        yield from _forced(body, choice, case)


def _forced(body: Mapping[str, Any], choice: Mapping[str, Any], case: Case) -> Iterator[str]:
    if case.key in NEVER_FORCED:
        yield "tool_choice.type: this model does not take forced tool use"
    if kind_of(body.get("thinking")) in {"enabled", "adaptive", "between_tools"}:
        yield "tool_choice.type: thinking may not be on when tool use is forced"
    offered = [tool for _, tool in objects(body.get("tools"))]
    names = [tool.get("name") for tool in offered]
    if not offered:
        yield "tool_choice: forced use of tools without any tool"
    elif choice["type"] == "tool" and choice.get("name") not in names and None not in names:
        yield "tool_choice.name: no tool of this name is given"
