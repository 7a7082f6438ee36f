"""Refusals of how a request is to be answered: sampling, thinking, effort, output format, speed, tier and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.api.cache import CACHE_CONTROL
from tests.api.catalog import DISABLED_UP_TO_HIGH, EFFORTS, FAST, GENERATION_45, TAKES_SAMPLING, THINKING_TYPES
from tests.api.schema import schema
from tests.api.shapes import (
    ANYTHING,
    FILLED,
    FLAG,
    OBJECT,
    OBJECTS,
    TEXT,
    TEXTS,
    Case,
    Kind,
    is_number,
    is_object,
    is_whole,
    kind_of,
    objects,
    one_of,
    or_null,
    shape,
)

type Body = Mapping[str, Any]

LEAST_BUDGET = 1024  # tokens
SAMPLING = {
    "temperature": Kind("a number from 0 to 1", lambda value: is_number(value) and 0 <= value <= 1),
    "top_p": Kind("a number from 0 to 1", lambda value: is_number(value) and 0 <= value <= 1),
    "top_k": Kind("an integer of at least 0", lambda value: is_whole(value) and value >= 0),
}
REQUIRED_FIELDS = {
    "model": FILLED,
    "messages": ANYTHING,
    "max_tokens": Kind("an integer of at least 0", lambda value: is_whole(value) and value >= 0),
}
OPTIONAL_FIELDS = {
    "system": Kind("a string or an array of text blocks", lambda value: isinstance(value, str | list)),
    "stream": FLAG,
    "stop_sequences": TEXTS,
    "tools": ANYTHING,
    "tool_choice": ANYTHING,
    "thinking": OBJECT,
    "output_config": OBJECT,
    "metadata": OBJECT,
    "service_tier": one_of("auto", "standard_only"),
    "cache_control": CACHE_CONTROL,
    "container": Kind("a string or an object", lambda value: isinstance(value, str) or is_object(value)),
    "diagnostics": OBJECT,
    "inference_geo": or_null(FILLED),
    "speed": one_of("standard", "fast"),
}
# By field: the families of betas that bring it; "" where the sources name none, and any beta will do.
BETA_FIELDS = {
    "mcp_servers": ("mcp-client-",),
    "context_management": ("context-management-", "compact-"),
    "compaction": ("compact-",),
    "fallbacks": ("server-side-fallback-",),
    "fallback_credit_token": ("server-side-fallback-",),
    "billing_policy": ("",),
    "thread": ("message-threads-",),
}


def fields(body: Body, case: Case) -> Iterator[str]:
    """Why the members of a request are refused: missing, unknown, of the wrong kind, or without their beta."""
    beta = {name: ANYTHING for name, families in BETA_FIELDS.items() if case.has_beta(*families)}
    old = {} if case.new_version else SAMPLING
    yield from shape("", body, REQUIRED_FIELDS, {**OPTIONAL_FIELDS, **beta, **old})
    yield from _small_objects(body)
    most = case.model["max_tokens"] if case.model else None
    if most and is_whole(body.get("max_tokens")) and body["max_tokens"] > most:
        yield f"max_tokens: {body['max_tokens']} is more than the {most} this model can give"
    stops = body.get("stop_sequences")
    for position, stop in enumerate(stops if isinstance(stops, list) else ()):
        if isinstance(stop, str) and not stop.strip():
            yield f"stop_sequences.{position}: must hold more than whitespace"


def _small_objects(body: Body) -> Iterator[str]:
    if is_object(body.get("metadata")):
        yield from shape("metadata", body["metadata"], {}, {"user_id": or_null(TEXT)})
    if is_object(body.get("diagnostics")):
        yield from shape("diagnostics", body["diagnostics"], {}, {"previous_message_id": or_null(TEXT)})
    if is_object(body.get("container")):
        yield from shape("container", body["container"], {}, {"id": or_null(TEXT), "skills": or_null(OBJECTS)})
        skill = {"type": one_of("anthropic", "custom"), "skill_id": FILLED}
        for position, entry in objects(body["container"].get("skills")):
            yield from shape(f"container.skills.{position}", entry, skill, {"version": or_null(TEXT)})


def sampling(body: Body, case: Case) -> Iterator[str]:
    """Why sampling parameters are refused under the old version; the new one knows none."""
    given = [name for name in SAMPLING if name in body]
    if case.new_version or not given:
        return
    for name in given:
        is_default = name == "temperature" and body[name] == 1
        if case.model and case.key not in TAKES_SAMPLING and not is_default:
            yield f"{name}: `{name}` is deprecated for this model."
    if case.key in GENERATION_45 and "temperature" in body and "top_p" in body:
        yield "top_p: temperature and top_p cannot both be given for this model"
    if kind_of(body.get("thinking")) in {"enabled", "adaptive", "between_tools"}:
        if body.get("temperature", 1) != 1:
            yield "temperature: must be 1 when thinking is on"
        if "top_k" in body:
            yield "top_k: must be absent when thinking is on"


def thinking(body: Body, case: Case) -> Iterator[str]:
    """Why `thinking` is refused: its shape, its budget, or a type the model does not take."""
    chosen = body.get("thinking")
    if not is_object(chosen):
        return
    kind = kind_of(chosen)
    required, optional = {"type": one_of(*THINKING_TYPES)}, {}
    if kind == "enabled":
        required = {**required, "budget_tokens": Kind("an integer", is_whole)}
    if kind in {"enabled", "adaptive"}:
        updates = ("updates",) if case.has_beta("thinking-display-updates-") else ()
        optional = {"display": one_of("summarized", "omitted", *updates)}
    if case.betas:  # the sources name no beta for it
        optional = {**optional, "block_binding": ANYTHING}
    yield from shape("thinking", chosen, required, optional)
    if kind in THINKING_TYPES and case.lacks("thinking", "types", kind):
        yield f"thinking.type: {kind} is not supported by this model"
    if kind == "enabled" and is_whole(chosen.get("budget_tokens")):
        yield from _budget(chosen["budget_tokens"], body.get("max_tokens"))
    if kind == "disabled" and case.key in DISABLED_UP_TO_HIGH and _effort(body) in ("xhigh", "max"):
        yield "thinking.type: disabled goes with an effort of at most high on this model"


def _budget(budget: int, max_tokens: object) -> Iterator[str]:
    if budget < LEAST_BUDGET:
        yield f"thinking.budget_tokens: must be at least {LEAST_BUDGET}"
    if isinstance(max_tokens, int) and budget >= max_tokens:
        yield "thinking.budget_tokens: must be less than max_tokens"


def _effort(body: Body) -> object:
    config = body.get("output_config")
    return config.get("effort") if is_object(config) else None


def output_config(body: Body, case: Case) -> Iterator[str]:
    """Why the effort or the output format is refused."""
    config = body.get("output_config")
    if not is_object(config):
        return
    budget = {"task_budget": ANYTHING} if case.has_beta("task-budgets-") else {}
    yield from shape("output_config", config, {}, {"effort": one_of(*EFFORTS), "format": OBJECT, **budget})
    effort = config.get("effort")
    if effort in EFFORTS and (case.lacks("effort") or case.lacks("effort", str(effort))):
        yield f"output_config.effort: {effort} is not supported by this model"
    wanted = config.get("format")
    if not is_object(wanted):
        return
    yield from shape("output_config.format", wanted, {"type": one_of("json_schema"), "schema": OBJECT}, {})
    if case.lacks("structured_outputs"):
        yield "output_config.format: this model has no structured outputs"
    if is_object(wanted.get("schema")):
        yield from schema("output_config.format.schema", wanted["schema"])


def speed(body: Body, case: Case) -> Iterator[str]:
    """Why fast is refused: the model, or the beta it needs there."""
    if body.get("speed") != "fast" or case.model is None:
        return
    if case.key not in FAST:
        yield "speed: fast is not supported by this model"
        return
    beta = FAST[case.key]
    if beta and beta not in case.betas:
        yield f"speed: fast needs the beta {beta} on this model"
