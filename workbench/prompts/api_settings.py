"""Settings of a lane in the shapes of the Messages API, and back.

A lane's settings are flat (`thinking`, `thinking_budget`, `effort`, …): see connections/parameter_rules.py. The API
nests some of them. Knows no model: what a model takes was checked before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from workbench.prompts.tool_choice import settings_of_choice

# As they stand in the body: the same input gives the same bytes.
PLAIN = ("max_tokens", "temperature", "top_p", "top_k", "stop_sequences")
# What the builder sets; the free JSON of a lane may not.
NEVER_EXTRA = ("model", "stream")


def as_body(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a request body that a lane's settings make, without `extra`; what is not set is left out."""
    body = {name: settings[name] for name in PLAIN if settings.get(name) not in (None, [])}
    if kind := settings.get("thinking"):
        body["thinking"] = {"type": kind}
        if kind == "enabled" and settings.get("thinking_budget") is not None:
            body["thinking"]["budget_tokens"] = settings["thinking_budget"]
        if kind in ("enabled", "adaptive") and settings.get("thinking_display"):
            body["thinking"]["display"] = settings["thinking_display"]
    if settings.get("effort"):
        body["output_config"] = {"effort": settings["effort"]}
    if settings.get("service_tier"):
        body["service_tier"] = settings["service_tier"]
    if settings.get("speed"):
        body["speed"] = settings["speed"]
    if settings.get("user_id"):
        body["metadata"] = {"user_id": settings["user_id"]}
    if settings.get("cache_control"):
        body["cache_control"] = cache_control(settings["cache_control"])
    return body


def cache_control(ttl: str) -> dict[str, str]:
    """A mark up to which the provider keeps the request: for five minutes ("5m", its default) or an hour ("1h")."""
    return {"type": "ephemeral"} if ttl == "5m" else {"type": "ephemeral", "ttl": ttl}


def merged(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """A body with free JSON merged in: objects are joined field by field, anything else takes the old one's place."""
    result = dict(body)
    for name, value in extra.items():
        old = result.get(name)
        result[name] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def settings_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a lane that would send this body; what has no field of its own stands in `extra`, as JSON.

    What the prompt holds (`system`, `messages`, `tools`, the output's format, …) is not among them.
    """
    rest = {name: value for name, value in body.items() if name not in OF_PROMPT}
    config = rest.get("output_config")
    if isinstance(config, Mapping) and "format" in config:
        rest["output_config"] = {name: value for name, value in config.items() if name != "format"}
    settings = {**dict(_taken(rest)), **settings_of_choice(body.get("tool_choice"))}
    if rest.get("output_config") == {}:
        del rest["output_config"]
    if rest:
        settings["extra"] = orjson.dumps(rest, option=orjson.OPT_INDENT_2).decode()
    return settings


OF_PROMPT = ("model", "stream", "system", "messages", "tools", "tool_choice")
# setting → where it stands in the body
NESTED = {
    "thinking": ("thinking", "type"),
    "thinking_budget": ("thinking", "budget_tokens"),
    "thinking_display": ("thinking", "display"),
    "effort": ("output_config", "effort"),
    "user_id": ("metadata", "user_id"),
}


def _taken(rest: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Takes out of a body what has a field."""
    for name in (*PLAIN, "service_tier", "speed"):
        if name in rest:
            yield name, rest.pop(name)
    if (mark := rest.get("cache_control")) in (cache_control("5m"), cache_control("1h")):
        del rest["cache_control"]
        yield "cache_control", mark.get("ttl", "5m")
    for setting, (outer, inner) in NESTED.items():
        if isinstance(holder := rest.get(outer), Mapping) and inner in holder:
            yield setting, holder[inner]
            rest[outer] = {name: value for name, value in holder.items() if name != inner}
            if not rest[outer]:
                del rest[outer]
