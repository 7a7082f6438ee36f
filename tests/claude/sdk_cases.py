"""The cases in which our client is compared with the official SDK. The differences that are meant: sdk_differences."""

import time
from email.utils import formatdate
from typing import Any

from tests.upstream import Script

from .sdk_calls import Case
from .sdk_streams import STREAMS

TOOL = {"name": "look_up", "description": "d", "input_schema": {"type": "object", "properties": {"q": {}}}}
LATER = formatdate(time.time() + 30, usegmt=True)
EARLIER = formatdate(time.time() - 30, usegmt=True)


def refusal(status: int, **script: Any) -> tuple[Script, ...]:  # noqa: ANN401 - fields of Script
    """The same refusal for every attempt."""
    return (Script(status=status, **script),) * 3


REQUESTS = (
    Case("stream with defaults"),
    Case("create with defaults", call="create"),
    Case("older version", version="2023-06-01"),
    Case("beta features", betas=("compact-2026-09-04", "fast-mode-2026-02-01")),
    Case("beta feature on create", call="create", betas=("output-300k-2026-03-24",)),
    Case("system and stop sequences", body={"system": "Be brief.", "stop_sequences": ["END"]}),
    Case("tools", body={"tools": [TOOL], "tool_choice": {"type": "auto"}}),
    Case("thinking and effort", body={"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}}),
    Case("metadata and tier", body={"metadata": {"user_id": "u"}, "service_tier": "auto"}, call="create"),
    Case("cache control", body={"cache_control": {"type": "ephemeral", "ttl": "1h"}}),
    Case("content blocks", body={"messages": [{"role": "user", "content": [{"type": "text", "text": "h\u2028i"}]}]}),
    Case("count tokens", call="count"),
    Case("list models", call="models"),
    Case("one model", call="model"),
    Case("one unknown model", call="model", model="no/such model"),
)
ERRORS = (
    *(Case(f"status {status}", refusal(status)) for status in (400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 431)),
    *(Case(f"status {status}", refusal(status)) for status in (500, 501, 502, 503, 504, 529)),
    *(Case(f"create, status {status}", refusal(status), call="create") for status in (400, 429, 529)),
    Case("error code in details", refusal(400, code="tool_name_conflict", message="twice")),
    Case("foreign nested envelope", refusal(400, envelope="nested")),
    Case("envelope of a text", refusal(400, envelope="text")),
    Case("envelope of fastapi", refusal(422, envelope="detail")),
    Case("html from a gateway", refusal(502, envelope="html")),
    Case("empty refusal", refusal(503, envelope="empty")),
    Case("overloaded under 503", refusal(503, type="overloaded_error")),
    Case("billing under 400", refusal(400, type="billing_error")),
    Case("redirect", (Script(redirect="/v1/elsewhere"),)),
    Case("hung up three times", (Script(hang_up=True),) * 3),
    Case("create, hung up three times", (Script(hang_up=True),) * 3, call="create"),
    Case("never answers", (Script(never_answer=True),), retries=0, timeout=0.2),
)
RETRIES = (
    Case("529 then well", (Script(status=529), Script())),
    Case("500 and 429 then well", (Script(status=500), Script(status=429), Script())),
    Case("hung up then well", (Script(hang_up=True), Script())),
    Case("create, 503 then well", (Script(status=503), Script()), call="create"),
    Case("no retries wanted", (Script(status=529), Script()), retries=0),
    Case("five retries", (Script(status=529),) * 5 + (Script(),), retries=5),
    Case("told to retry a 400", (Script(status=400, headers=(("x-should-retry", "true"),)), Script())),
    Case("told not to retry a 529", (Script(status=529, headers=(("x-should-retry", "false"),)), Script())),
    Case("retry-after in seconds", (Script(status=429, retry_after="7"), Script())),
    Case("retry-after with a fraction", (Script(status=429, retry_after="1.25"), Script())),
    Case("retry-after as a date", (Script(status=429, retry_after=LATER), Script())),
    Case("retry-after as a past date", (Script(status=429, retry_after=EARLIER), Script())),
    Case("retry-after zero", (Script(status=429, retry_after="0"), Script())),
    Case("retry-after negative", (Script(status=429, retry_after="-5"), Script())),
    Case("retry-after garbage", (Script(status=429, retry_after="soon"), Script())),
    Case("retry-after huge", (Script(status=429, retry_after="86400"), Script())),
    Case("retry-after-ms", (Script(status=429, headers=(("retry-after-ms", "1500"), ("retry-after", "9"))), Script())),
    Case(
        "retry-after-ms garbage",
        (Script(status=429, headers=(("retry-after-ms", "x"), ("retry-after", "9"))), Script()),
    ),
    Case("spend limit reached", refusal(429, code="enforced_spend_limit_reached")),
)
CASES = (*REQUESTS, *STREAMS, *ERRORS, *RETRIES)

assert len(CASES) >= 60
assert len({case.name for case in CASES}) == len(CASES)
