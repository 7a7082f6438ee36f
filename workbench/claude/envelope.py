"""Reads the error out of an answer, whatever envelope the server uses. Never raises for what it finds."""

from collections.abc import Mapping
from typing import Any

import orjson

from . import errors
from .exchange import Exchange, header

# Documented monthly caps: a 429 with one of these does not pass by waiting.
SPEND_LIMIT_CODES = frozenset({"enforced_spend_limit_reached", "contract_spend_limit_reached", "ramp_limit_exceeded"})

BY_STATUS: dict[int, type[errors.StatusError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    402: errors.BillingError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    408: errors.RequestTimeoutError,
    409: errors.ConflictError,
    413: errors.RequestTooLargeError,
    422: errors.UnprocessableError,
    429: errors.RateLimitError,
    501: errors.NotOfferedError,
    503: errors.UnavailableError,
    504: errors.GatewayTimeoutError,
    529: errors.OverloadedError,
}

# The status that an error type stands for, used where HTTP could not tell: inside a stream, and under 400 and 500.
STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
GENERIC = frozenset({400, 500, 503})


def status_error(exchange: Exchange, body: bytes, *, in_stream: object = None) -> errors.StatusError:
    """The error of an answer that refuses: `body` of a non-2xx answer, or the envelope of an error event."""
    envelope = in_stream if in_stream is not None else _json_or_none(body)
    text = body.decode("utf-8", "replace").strip()
    found = read_envelope(envelope)
    status = exchange.status or 0
    if status < 300:
        status = STATUS_OF_TYPE.get(found.get("type") or "", 500)
    error = _family(status, found)(
        (found.get("message") if not 300 <= status < 400 else None) or _words(status, text, exchange),
        status=status,
        type=found.get("type"),
        code=found.get("code"),
        details=found.get("details"),
        request_id=found.get("request_id"),
        body=text,
    )
    error.about(exchange)
    error.status = status
    return error


def read_envelope(value: object) -> dict[str, Any]:
    """`message`, `type`, `code`, `details`, `request_id` as far as the envelope has them.

    Takes Anthropic's, `{"error": {…}}`, `{"error": "text"}`, `{"detail": …}`, `{"message": …}`, or plain text.
    """
    if isinstance(value, str):
        return {"message": value}
    if not isinstance(value, Mapping):
        return {}
    inner = value.get("error")
    if isinstance(inner, str):
        inner = {"message": inner}
    if not isinstance(inner, Mapping):
        inner = {"message": _detail(value.get("detail")) or value.get("message"), "type": None}
    details = inner.get("details")
    details = details if isinstance(details, Mapping) else None
    code = details.get("error_code") if details else None
    if code is None and isinstance(inner.get("code"), str):
        code = inner["code"]
    found = {"message": inner.get("message"), "type": inner.get("type"), "code": code}
    found["request_id"] = value.get("request_id")
    return {**{name: text if isinstance(text, str) else None for name, text in found.items()}, "details": details}


def _family(status: int, found: dict[str, Any]) -> type[errors.StatusError]:
    if 300 <= status < 400:
        return errors.RedirectError
    if found.get("code") in SPEND_LIMIT_CODES:
        return errors.SpendLimitError
    told = STATUS_OF_TYPE.get(found.get("type") or "")
    if told and status in GENERIC and told // 100 == status // 100 and told not in GENERIC:
        status = told
    return BY_STATUS.get(status) or (errors.ServerError if status >= 500 else errors.BadRequestError)


def _words(status: int, text: str, exchange: Exchange) -> str:
    if 300 <= status < 400:
        target = header(exchange.received_headers, "location") or "another address"
        return f"The server answered {status} and points to {target}. Redirects are never followed."
    if not text:
        return f"The server answered {status} without saying why."
    if text.startswith("<"):
        return f"The server answered {status} with a web page instead of an API error."
    return f"The server answered {status}: {text[:500]}"


def _detail(detail: object) -> str | None:
    """FastAPI's `detail`: a text, or a list of what is wrong where."""
    if isinstance(detail, str):
        return detail
    if isinstance(detail, Mapping):
        return str(detail.get("message") or detail.get("msg") or dict(detail))
    if not isinstance(detail, list):
        return None
    parts = []
    for item in detail:
        if isinstance(item, Mapping) and "msg" in item:
            where = item.get("loc")
            place = ".".join(map(str, where)) if isinstance(where, list) else ""
            parts.append(f"{place}: {item['msg']}".removeprefix(": "))
        else:
            parts.append(str(item))
    return "; ".join(parts) or None


def _json_or_none(body: bytes) -> object:
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value
