"""Storing the end of a run: message, usage, cost, times, attempts; and removing its checkpoints. One transaction."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from workbench.connections.prices import Price, cost_of, price_for
from workbench.runs.models import Run, RunAttempt, RunCheckpoint, Status
from workbench.runs.outcome import Outcome
from workbench.runs.storable import storable, storable_text

# What no answer has: a server that tells more tells nothing (tokens; USD, what the column holds).
MOST_TOKENS = 10**12
MOST_COST = Decimal(10**6)


def finish(run: Run, outcome: Outcome, holder: str, now: datetime) -> bool:
    """Store how a run ended, if this holder still holds it.

    Returns:
        False if the lease was lost: somebody else has settled the run, and nothing was changed.
    """
    fields = _fields(run, outcome, now)
    attempts = [
        RunAttempt(
            run_id=run.id,
            number=attempt.number,
            started_at=datetime.fromtimestamp(attempt.started.wall, now.tzinfo),
            duration_ms=attempt.ended.ms_since(attempt.started),
            status=attempt.status,
            error_type=storable_text(attempt.error_type or "")[:80],
            error_message=storable_text(attempt.message or ""),
            request_id=storable_text(attempt.request_id or "")[:200],
            wait_ms=None if attempt.wait_s is None else attempt.wait_s * 1000,
        )
        for attempt in outcome.attempts
    ]
    with transaction.atomic():
        held = Run.objects.filter(id=run.id, status=Status.RUNNING, lease_owner=holder)
        if not held.update(**fields):
            return False
        RunAttempt.objects.bulk_create(attempts)
        RunCheckpoint.objects.filter(run_id=run.id).delete()
    return True


def _fields(run: Run, outcome: Outcome, now: datetime) -> dict[str, Any]:
    message = storable(outcome.message) if outcome.message else None
    usage = _usage_of(message or {}, outcome.status)
    total_input = _total_input(usage)
    price = price_for(run.connection, run.model, run.created_at, total_input) if run.connection else None
    failure = outcome.failure
    return {
        "status": outcome.status,
        "message": message,
        "unknown_events": storable(list(outcome.unknown)),
        "stop_reason": str((message or {}).get("stop_reason") or "")[:60],
        "input_tokens": total_input,
        "output_tokens": _count(usage.get("output_tokens")),
        "cost": _cost(usage, price),
        "price": price.to_json() if price else None,
        "sent_at": outcome.sent_at,
        "finished_at": now,
        "queued_ms": None if outcome.sent_at is None else (outcome.sent_at - run.created_at).total_seconds() * 1000,
        "first_token_ms": outcome.first_token_ms,
        "duration_ms": outcome.duration_ms,
        "request_url": storable_text(outcome.request_url)[:600],
        "request_headers": storable(outcome.request_headers),
        "response_status": outcome.response_status,
        "response_headers": storable(outcome.response_headers),
        "request_id": storable_text(outcome.request_id)[:200],
        "organization_id": storable_text(outcome.organization_id)[:200],
        "error_type": storable_text(failure.type)[:80] if failure else "",
        "error_code": storable_text(failure.code)[:120] if failure else "",
        "error_status": failure.status if failure else None,
        "error_message": storable_text(failure.message) if failure else "",
        "lease_owner": "",
        "lease_until": None,
    }


def _usage_of(message: dict[str, Any], status: Status) -> dict[str, Any]:
    """What the provider counted. Output is told at the end only: a stream that broke off says nothing about it."""
    usage = message.get("usage") or {}
    is_told = status == Status.SUCCEEDED or message.get("stop_reason")
    return usage if is_told else {**usage, "output_tokens": None}


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS else None


def _total_input(usage: dict[str, Any]) -> int | None:
    """All input tokens: `input_tokens` is only the part after the last cache breakpoint (API reference, usage)."""
    parts = [_count(usage.get(f"{name}input_tokens")) for name in ("", "cache_creation_", "cache_read_")]
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _cost(usage: dict[str, Any], price: Price | None) -> Decimal | None:
    if price is None or all(_count(value) is None for name, value in usage.items() if name.endswith("_tokens")):
        return None
    cost = cost_of(
        {**usage, **{name: _count(value) for name, value in usage.items() if name.endswith("_tokens")}}, price
    )
    return cost if cost < MOST_COST else None
