"""The Claude models a test speaks of, as the API's own model list states them, and what that list leaves unsaid.

Holds facts of the API only; it never reads what the application believes, so that it cannot share its mistakes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

type Model = dict[str, Any]  # ModelInfo, as GET /v1/models answers

NEW_VERSION, OLD_VERSION = "2026-10-21", "2023-06-01"
EFFORTS = ("low", "medium", "high", "xhigh", "max")
THINKING_TYPES = ("adaptive", "enabled", "disabled", "between_tools")

# What ModelInfo does not report, by undated id.
GENERATION_45 = frozenset({"claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5"})
GENERATION_46 = frozenset({"claude-sonnet-4-6", "claude-opus-4-6"})
TAKES_SAMPLING = GENERATION_45 | GENERATION_46
TAKES_PREFILL = GENERATION_45
# "Opus 5.5, Sonnet 5.5, Fable 5.1 and later"; Mythos 5.1 and 5.2 share every row with their Fable.
NEVER_FORCED = frozenset(
    {
        "claude-opus-5-5",
        "claude-sonnet-5-5",
        "claude-fable-5-1",
        "claude-fable-5-2",
        "claude-mythos-5-1",
        "claude-mythos-5-2",
    }
)
# Newer than some of those, yet not of a line named: the sources do not say.
FORCED_UNKNOWN = frozenset({"claude-haiku-5-5"})
DISABLED_UP_TO_HIGH = frozenset({"claude-opus-5"})
NO_SYSTEM_MESSAGES = GENERATION_45 | GENERATION_46 | {"claude-opus-4-7"}
FAST_BETA = "fast-mode-2026-02-01"
FAST: Mapping[str, str | None] = {
    "claude-fable-5-2": None,
    "claude-opus-5-5": None,
    "claude-opus-5": FAST_BETA,
    "claude-opus-4-8": FAST_BETA,
}
CACHE_MINIMUM: Mapping[str, int] = {  # tokens
    "claude-opus-5": 512,
    "claude-fable-5": 512,
    "claude-opus-4-8": 1024,
    "claude-sonnet-4-5": 1024,
    "claude-sonnet-4-6": 1024,
    "claude-sonnet-5": 1024,
    "claude-opus-4-7": 2048,
    "claude-opus-4-5": 4096,
    "claude-opus-4-6": 4096,
    "claude-haiku-4-5": 4096,
}
EFFORT_DEFAULT: Mapping[str, str] = {
    "claude-fable-5": "high",
    "claude-fable-5-1": "high",
    "claude-fable-5-2": "high",
    "claude-opus-5": "high",
    "claude-sonnet-5": "high",
    "claude-sonnet-5-5": "high",
    "claude-opus-5-5": "medium",
    "claude-haiku-5-5": "medium",
}

_DATE = re.compile(r"-\d{8}$")


def model_list() -> dict[str, Any]:
    """The whole answer of `GET /v1/models`: data, has_more, first_id, last_id; new at every call."""
    answer: dict[str, Any] = json.loads((Path(__file__).parent / "models.json").read_text(encoding="utf-8"))
    return answer


def models() -> list[Model]:
    """Every model of the list, newest first; new at every call, so a test may change what it got."""
    listed: list[Model] = model_list()["data"]
    return listed


def undated(model_id: str) -> str:
    """An id without its date: the alias of 4.5 models, the id itself from 4.6 on."""
    return _DATE.sub("", model_id)


def find(model_id: str, among: Iterable[Model] | None = None) -> Model | None:
    """The model of an id or alias, or None if there is none or it has retired."""
    for model in models() if among is None else among:
        if model_id in {model["id"], undated(model["id"])} and model["lifecycle"] != "retired":
            return model
    return None


def supports(model: Model, *names: str) -> bool:
    """Whether a capability (`citations`, or a path: `thinking`, `types`, `adaptive`) is stated as supported.

    Without capabilities (null in ModelInfo) nothing is known, which counts as supported.
    """
    place = model.get("capabilities")
    if place is None:
        return True
    for name in names:
        place = (place or {}).get(name)
    return bool(place and place.get("supported"))
