"""How a run ended: everything the engine found out, ready to be stored. Knows no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workbench.claude import errors
from workbench.claude.exchange import Exchange, Headers, masked
from workbench.claude.retry import Attempt
from workbench.claude.stream import MessageStream
from workbench.runs.models import Status


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run did not succeed, in the provider's words where it gave some."""

    type: str
    message: str
    code: str = ""
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run. Times in ms; `duration_ms` counts from the moment the request left."""

    status: Status
    failure: Failure | None = None
    message: dict[str, Any] | None = None
    unknown: Sequence[Any] = ()
    attempts: Sequence[Attempt] = ()
    sent_at: datetime | None = None
    first_token_ms: float | None = None
    duration_ms: float | None = None
    request_url: str = ""
    request_headers: Headers = ()
    response_status: int | None = None
    response_headers: Headers = ()
    request_id: str = ""
    organization_id: str = ""


def outcome_of(stream: MessageStream, status: Status, failure: Failure | None, first_token_ms: float | None) -> Outcome:
    """The outcome of a run whose request was at least begun."""
    exchange = stream.exchange
    return Outcome(
        status=status,
        failure=failure,
        message=stream.message if has_begun(stream) else None,
        unknown=tuple(stream.accumulator.unknown),
        attempts=tuple(stream.attempts),
        sent_at=datetime.fromtimestamp(exchange.sent_at.wall, UTC) if exchange.sent_at else None,
        first_token_ms=first_token_ms,
        duration_ms=_duration_ms(exchange),
        request_url=exchange.url,
        request_headers=masked(exchange.sent_headers),
        response_status=exchange.status,
        response_headers=exchange.received_headers,
        request_id=exchange.request_id or "",
        organization_id=exchange.organization_id or "",
    )


def has_begun(stream: MessageStream) -> bool:
    """Whether anything of an answer came."""
    return stream.accumulator.started or bool(stream.message["content"])


def text_alone(outcome: Outcome) -> Outcome:
    """The same end with the answer's texts and times only: for an answer that cannot be stored as it came."""
    blocks = (outcome.message or {}).get("content", [])
    texts = [
        {"type": "text", "text": block["text"]}
        for block in blocks
        if isinstance(block, dict) and isinstance(block.get("text"), str)
    ]
    return Outcome(
        status=outcome.status if outcome.status != Status.SUCCEEDED else Status.INTERRUPTED,
        failure=Failure("internal_error", ""),
        message={"type": "message", "role": "assistant", "content": texts},
        sent_at=outcome.sent_at,
        first_token_ms=outcome.first_token_ms,
        duration_ms=outcome.duration_ms,
    )


def _duration_ms(exchange: Exchange) -> float | None:
    if exchange.sent_at is None or exchange.ended_at is None:
        return None
    return exchange.ended_at.ms_since(exchange.sent_at)


def failure_of(error: errors.ClaudeError) -> Failure:
    """What is kept of an error: the provider's type if it named one, else our own class of it."""
    if isinstance(error, errors.BodyBrokenError):
        return Failure("file_gone", str(error.__cause__))
    kind = error.type or type(error).__name__.removesuffix("Error")
    return Failure(type=kind, message=error.message, code=error.code or "", status=error.status)


def status_after(began: bool) -> Status:
    """`interrupted` when part of the answer had come, `failed` when nothing had."""
    return Status.INTERRUPTED if began else Status.FAILED
