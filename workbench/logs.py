"""Structured logs: one event per line with fields, and no secret in any of them."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Names of fields whose value is a secret, and shapes of secrets that may stand inside any text.
SECRET_FIELDS = re.compile(r"key|token|secret|password|authorization|cookie|credential", re.IGNORECASE)
HARMLESS_FIELDS = frozenset({"max_tokens", "input_tokens", "output_tokens", "key_id", "idempotency_key", "tokens"})
SECRET_SHAPES = re.compile(
    r"(sk-ant-[\w-]{4,})"  # a provider's key
    r"|((?:x-api-key|authorization|cookie)['\"]?\s*[:=]\s*['\"]?)(?:bearer\s+)?[^\s'\",;]+"
    r"|(/accounts/link/|/invitations/(?=[\w-]{20}))[\w-]+",  # links that work once
    re.IGNORECASE,
)
MASK = "[redacted]"


def _mask_shape(match: re.Match[str]) -> str:
    return f"{match[2] or match[3] or ''}{MASK}"


def _redact_value(name: str, value: object) -> object:
    if isinstance(value, str):
        if SECRET_FIELDS.search(name) and name not in HARMLESS_FIELDS:
            return MASK
        return SECRET_SHAPES.sub(_mask_shape, value)
    if isinstance(value, dict):
        return {key: _redact_value(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redact_value(name, item) for item in value]
    return value


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor that masks secrets by field name and by shape, tracebacks included."""
    return {name: _redact_value(name, value) for name, value in event.items()}


def logging_config(log_format: str) -> None:
    """Send our events and everyone else's log records through the same processors to standard error.

    Args:
        log_format: "text" for people, "json" for machines.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in ("httpx", "aiohttp.access", "daphne", "django.channels.server", "asyncio", "xllamacpp"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
