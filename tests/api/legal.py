"""What a Claude model takes, setting by setting, so that a test can check that nothing legal is missing.

Only what the API's reference states: `None` stands where it does not say, and a test should ask neither way.
"""

from __future__ import annotations

from typing import TypedDict

from tests.api.catalog import (
    CACHE_MINIMUM,
    DISABLED_UP_TO_HIGH,
    EFFORT_DEFAULT,
    EFFORTS,
    FAST,
    FORCED_UNKNOWN,
    NEVER_FORCED,
    NO_SYSTEM_MESSAGES,
    OLD_VERSION,
    TAKES_PREFILL,
    TAKES_SAMPLING,
    THINKING_TYPES,
    Model,
    supports,
    undated,
)


class Legal(TypedDict):
    """What one model takes under one API version."""

    thinking: list[str]  # types, in the order of THINKING_TYPES
    disabled_efforts: list[str]  # the levels with which thinking may be `disabled`; empty if it never may
    effort: list[str]  # levels, from low to max
    effort_default: str | None
    sampling: list[str]  # of temperature, top_p, top_k
    temperature_with_top_p: bool
    prefill: bool  # without thinking
    forced_tool_choice: bool | None  # `any` and `tool`, without thinking
    system_messages: bool | None  # role "system" after the first message
    structured_outputs: bool
    images: bool
    images_per_request: int
    pdf: bool
    citations: bool
    batch: bool
    server_tools: list[str]  # of web_search, code_execution
    fast: bool
    fast_beta: str | None  # the anthropic-beta value fast needs
    cache_minimum: int | None  # tokens
    max_tokens: int | None
    max_input_tokens: int | None


def legal_settings(model: Model, api_version: str) -> Legal:
    """What this model (a ModelInfo) takes when asked with this `anthropic-version`."""
    key = undated(model["id"])
    effort = [level for level in EFFORTS if supports(model, "effort", level)]
    thinking = [kind for kind in THINKING_TYPES if supports(model, "thinking", "types", kind)]
    low_efforts = [level for level in effort if key not in DISABLED_UP_TO_HIGH or level not in {"xhigh", "max"}]
    sampling = ["temperature", "top_p", "top_k"] if api_version == OLD_VERSION and key in TAKES_SAMPLING else []
    system = {"claude-opus-4-8": True} | dict.fromkeys(NO_SYSTEM_MESSAGES, False)
    return {
        "thinking": thinking,
        "disabled_efforts": low_efforts if "disabled" in thinking else [],
        "effort": effort,
        "effort_default": EFFORT_DEFAULT.get(key),
        "sampling": sampling,
        "temperature_with_top_p": bool(sampling) and not key.endswith("-4-5"),
        "prefill": key in TAKES_PREFILL,
        "forced_tool_choice": None if key in FORCED_UNKNOWN else key not in NEVER_FORCED,
        "system_messages": system.get(key),
        "structured_outputs": supports(model, "structured_outputs"),
        "images": supports(model, "image_input"),
        "images_per_request": images_per_request(model),
        "pdf": supports(model, "pdf_input"),
        "citations": supports(model, "citations"),
        "batch": supports(model, "batch"),
        "server_tools": [tool for tool in ("web_search", "code_execution") if supports(model, "server_tools", tool)],
        "fast": key in FAST,
        "fast_beta": FAST.get(key),
        "cache_minimum": CACHE_MINIMUM.get(key),
        "max_tokens": model["max_tokens"],
        "max_input_tokens": model["max_input_tokens"],
    }


def images_per_request(model: Model) -> int:
    """How many images one request may hold: 100 on models with a context of 200,000 tokens, else 600."""
    return 100 if model["max_input_tokens"] == 200_000 else 600
