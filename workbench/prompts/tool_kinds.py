"""Kinds of tools, as the API has them: one's own, and those that the provider defined, each with its fixed name and its
options. Tells what of one tool's definition cannot be sent; knows no model.

Source: the Messages API's reference of November 2026 (tools), which is also in the official Python SDK 2.12.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
CALLERS = ("direct", "code_execution_20250825", "code_execution_20260120", "code_execution_20260521")
# They need a beta header of their own, and may have changed.
BETA = (
    "bash_20241022",
    "text_editor_20241022",
    "computer_20241022",
    "computer_20250124",
    "computer_20251124",
    "advisor_20260301",
    "mcp_toolset",
)

type Rule = tuple[Callable[[Any], bool], Promise]


@dataclass(frozen=True, slots=True)
class ToolKind:
    """A kind of tool that the provider defined. `name` is fixed, empty for a set of several tools; `family` is the
    server tool that it is a version of, empty if it runs here."""

    name: str
    label: Promise
    family: str = ""
    options: Mapping[str, Rule] = field(default_factory=dict)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def _is_place(value: object) -> bool:
    if not isinstance(value, Mapping) or value.get("type") != "approximate":
        return False
    parts = {"city", "region", "country", "timezone"}
    return set(value) <= {"type", *parts} and all(isinstance(value.get(name), str | None) for name in parts)


def _is_cache_control(value: object) -> bool:
    if not isinstance(value, Mapping) or value.get("type") != "ephemeral":
        return False
    return set(value) <= {"type", "ttl"} and value.get("ttl", "5m") in ("5m", "1h")


def _is_citations(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) <= {"enabled"} and isinstance(value.get("enabled", True), bool)


def _or_null(rule: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or rule(value)


YES_OR_NO: Rule = (lambda value: isinstance(value, bool), gettext_lazy("true or false"))
COUNT: Rule = (_or_null(_is_count), gettext_lazy("a whole number above 0"))
TEXTS: Rule = (_or_null(_is_texts), gettext_lazy("a list of texts"))
OBJECT: Rule = (lambda value: value is None or isinstance(value, Mapping), gettext_lazy("an object"))
# Those that every tool may have.
COMMON: Mapping[str, Rule] = {
    "cache_control": (_or_null(_is_cache_control), gettext_lazy('{"type": "ephemeral"}, with a ttl of "5m" or "1h"')),
    "strict": YES_OR_NO,
    "defer_loading": YES_OR_NO,
    "allowed_callers": (
        lambda value: isinstance(value, list) and all(one in CALLERS for one in value),
        gettext_lazy("a list of direct, code_execution_20250825, code_execution_20260120 or code_execution_20260521"),
    ),
}
EXAMPLES: Mapping[str, Rule] = {
    "input_examples": (
        lambda value: isinstance(value, list) and all(isinstance(one, Mapping) for one in value),
        gettext_lazy("a list of objects"),
    )
}
OWN: Mapping[str, Rule] = {
    **COMMON,
    **EXAMPLES,
    "description": (lambda value: isinstance(value, str), gettext_lazy("text")),
    "eager_input_streaming": (_or_null(YES_OR_NO[0]), YES_OR_NO[1]),
}
_DOMAINS = {"max_uses": COUNT, "allowed_domains": TEXTS, "blocked_domains": TEXTS}
_INCLUSION: Mapping[str, Rule] = {
    "response_inclusion": (lambda value: value in ("full", "excluded"), gettext_lazy('"full" or "excluded"'))
}
_PLACE: Rule = (
    _or_null(_is_place),
    gettext_lazy('{"type": "approximate"} with city, region, country or timezone'),
)
SEARCH: Mapping[str, Rule] = {**COMMON, **_DOMAINS, **_INCLUSION, "user_location": _PLACE}
FETCH: Mapping[str, Rule] = {
    **COMMON,
    **_DOMAINS,
    **_INCLUSION,
    "citations": (_or_null(_is_citations), gettext_lazy('{"enabled": true} or {"enabled": false}')),
    "max_content_tokens": COUNT,
    "url_sources": OBJECT,
    "use_cache": YES_OR_NO,
}
_EDIT = gettext_lazy("Text editor")
_LOOK_FOR = gettext_lazy("Tool search")


def _dated(family: str, label: Promise, options: Mapping[str, Rule], dates: str) -> dict[str, ToolKind]:
    return {f"{family}_{date}": ToolKind(family, label, family, options) for date in dates.split()}


# By type, the newest of a kind last.
KINDS: Mapping[str, ToolKind] = {
    "bash_20250124": ToolKind("bash", gettext_lazy("Shell"), options={**COMMON, **EXAMPLES}),
    "text_editor_20250124": ToolKind("str_replace_editor", _EDIT, options={**COMMON, **EXAMPLES}),
    "text_editor_20250429": ToolKind("str_replace_based_edit_tool", _EDIT, options={**COMMON, **EXAMPLES}),
    "text_editor_20250728": ToolKind(
        "str_replace_based_edit_tool", _EDIT, options={**COMMON, **EXAMPLES, "max_characters": COUNT}
    ),
    "memory_20250818": ToolKind("memory", gettext_lazy("Memory"), options={**COMMON, **EXAMPLES}),
    **{
        f"{name}_toolset_20260801": ToolKind(
            "", label, options={"cache_control": COMMON["cache_control"], "configs": OBJECT}
        )
        for name, label in (("computer", gettext_lazy("Computer")), ("browser", gettext_lazy("Browser")))
    },
    **_dated("web_search", gettext_lazy("Web search"), SEARCH, "20250305 20260209 20260318"),
    **_dated("web_fetch", gettext_lazy("Web fetch"), FETCH, "20250910 20260209 20260309 20260318"),
    **_dated("code_execution", gettext_lazy("Code execution"), COMMON, "20250522 20250825 20260120 20260521"),
    **{
        f"tool_search_tool_{way}{date}": ToolKind(f"tool_search_tool_{way}", _LOOK_FOR, "tool_search", COMMON)
        for way in ("bm25", "regex")
        for date in ("", "_20251119")
    },
}


def problems_of_kind(tool: Mapping[str, Any], kind: ToolKind) -> Iterator[tuple[str, str]]:
    """What of a provider's tool cannot be sent: where, and why."""
    if kind.name and tool.get("name") != kind.name:
        yield "name", _("Must be “%(name)s” with this type.") % {"name": kind.name}
    if not kind.name and "name" in tool:
        yield "name", _("A tool of this type has no name.")
    yield from wrong_options(tool, kind.options)
    if tool.get("allowed_domains") and tool.get("blocked_domains"):
        yield "blocked_domains", _("Either allowed or blocked domains, not both.")


def wrong_options(tool: Mapping[str, Any], options: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """Options with a value that they cannot have."""
    for name, (is_right, wanted) in options.items():
        if name in tool and not is_right(tool[name]):
            yield name, _("Must be %(what)s.") % {"what": wanted}


def unknown_options(tool: Mapping[str, Any], options: Mapping[str, Rule]) -> list[str]:
    """Keys of a tool that the reference does not know; newer servers may."""
    known = ("type", "name", *(["input_schema"] if tool.get("type", "custom") == "custom" else []), *options)
    return [name for name in tool if name not in known]
