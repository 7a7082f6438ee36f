"""The cases in which our client is compared with the official SDK, and the differences that are meant."""

import time
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from tests.upstream import Script, delta

START: dict[str, Any] = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "test-model",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 1, "cache_read_input_tokens": 3},
    },
}
STOP = {"type": "message_stop"}


def begin(index: int = 0, **block: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A block's start."""
    return {"type": "content_block_start", "index": index, "content_block": block or {"type": "text", "text": ""}}


def more(kind: str, index: int = 0, **content: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A delta of any type."""
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **content}}


def end(index: int = 0) -> dict[str, Any]:
    """A block's end."""
    return {"type": "content_block_stop", "index": index}


def closing(reason: str = "end_turn", *, usage: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:  # noqa: ANN401
    """The message_delta."""
    return {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None, **rest},
        "usage": {"output_tokens": 7} if usage is None else usage,
    }


def scene(*events: dict[str, Any] | bytes, framing: str = "lf", stop: bool = True) -> tuple[Script, ...]:
    """A script that sends a message of exactly these events."""
    return (Script(events=(START, *events, *([closing(), STOP] if stop else [])), framing=framing),)


@dataclass(frozen=True)
class Case:
    """One call, made by both."""

    name: str
    scripts: tuple[Script, ...] = ()
    call: str = "stream"  # stream, create, count, models, model
    body: dict[str, Any] = field(default_factory=dict)
    retries: int = 2
    model: str = "test-model"
    version: str = "2026-10-21"
    betas: tuple[str, ...] = ()
    timeout: float = 5.0


def refusal(status: int, **script: Any) -> tuple[Script, ...]:  # noqa: ANN401 - fields of Script
    """The same refusal for every attempt."""
    return (Script(status=status, **script),) * 3


TOOL = {"name": "look_up", "description": "d", "input_schema": {"type": "object", "properties": {"q": {}}}}
LATER = formatdate(time.time() + 30, usegmt=True)
EARLIER = formatdate(time.time() - 30, usegmt=True)
TEXT = (begin(), delta("Hello "), delta("世界 😀\u2028\x85 end"), end())

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
STREAMS = (
    Case("text", scene(*TEXT)),
    Case("crlf", scene(*TEXT, framing="crlf")),
    Case("single carriage returns", scene(*TEXT, framing="cr")),
    Case("byte by byte", scene(*TEXT, framing="bytes")),
    Case("comments, ids and retry fields", scene(*TEXT, framing="comments")),
    Case("gzip although not asked", scene(*TEXT, framing="gzip")),
    Case(
        "data over two lines",
        scene(
            begin(),
            b'event: content_block_delta\ndata: {"type":"content_block_delta",\n'
            b'data: "index":0,"delta":{"type":"text_delta","text":"x"}}\n\n',
            end(),
        ),
    ),
    Case("pings everywhere", scene({"type": "ping"}, begin(), {"type": "ping"}, delta("a"), {"type": "ping"}, end())),
    Case("unknown event", scene({"type": "weather", "sky": "blue"}, *TEXT)),
    Case("unknown delta", scene(begin(), delta("a"), more("smell_delta", smell="b"), end())),
    Case("unknown block", scene(begin(type="hologram", depth=3), end(), begin(1), delta("a", 1), end(1))),
    Case("two blocks", scene(*TEXT, begin(1), delta("second", 1), end(1))),
    Case(
        "thinking",
        scene(
            begin(type="thinking", thinking="", signature=""),
            more("thinking_delta", thinking="hm "),
            more("thinking_delta", thinking="ok"),
            more("signature_delta", signature="s1"),
            more("signature_delta", signature="s2"),
            end(),
        ),
    ),
    Case("redacted thinking", scene(begin(type="redacted_thinking", data="xyz"), end())),
    Case(
        "citations",
        scene(
            begin(type="text", text="", citations=None),
            delta("a"),
            more(
                "citations_delta",
                citation={
                    "type": "char_location",
                    "cited_text": "a",
                    "document_index": 0,
                    "document_title": "t",
                    "file_id": None,
                    "start_char_index": 0,
                    "end_char_index": 1,
                },
            ),
            end(),
        ),
    ),
    Case(
        "tool use",
        scene(
            begin(type="tool_use", id="t1", name="look_up", input={}),
            more("input_json_delta", partial_json=""),
            more("input_json_delta", partial_json='{"q": "ca'),
            more("input_json_delta", partial_json='fé", "n": [1, 2]}'),
            end(),
        ),
    ),
    Case("tool use without input", scene(begin(type="tool_use", id="t1", name="look_up", input={}), end())),
    Case(
        "tool use with an empty delta only",
        scene(
            begin(type="tool_use", id="t1", name="look_up", input={}), more("input_json_delta", partial_json=""), end()
        ),
    ),
    Case(
        "tool input cut by max_tokens",
        (
            Script(
                events=(
                    START,
                    begin(type="tool_use", id="t1", name="look_up", input={}),
                    more("input_json_delta", partial_json='{"a": 1, "b": [1, {"c": "x'),
                    end(),
                    closing("max_tokens"),
                    STOP,
                )
            ),
        ),
    ),
    Case(
        "tool input cut inside a key",
        scene(
            begin(type="tool_use", id="t1", name="look_up", input={}),
            more("input_json_delta", partial_json='{"a": true, "lon'),
            end(),
        ),
    ),
    Case(
        "tool input cut inside a number",
        scene(
            begin(type="tool_use", id="t1", name="look_up", input={}),
            more("input_json_delta", partial_json='{"a": [10, 2'),
            end(),
        ),
    ),
    Case(
        "server tool and its result",
        scene(
            begin(type="server_tool_use", id="s1", name="web_search", input={}),
            more("input_json_delta", partial_json='{"query": "x"}'),
            end(),
            begin(
                1,
                type="web_search_tool_result",
                tool_use_id="s1",
                content=[
                    {"type": "web_search_result", "url": "u", "title": "t", "encrypted_content": "e", "page_age": None}
                ],
            ),
            end(1),
        ),
    ),
    Case(
        "text delta for a thinking block",
        scene(begin(type="thinking", thinking="t", signature=""), delta("lost"), end()),
    ),
    Case(
        "usage is cumulative",
        (
            Script(
                events=(
                    START,
                    *TEXT,
                    closing(usage={"output_tokens": 3}),
                    closing(
                        usage={
                            "output_tokens": 9,
                            "input_tokens": 11,
                            "cache_read_input_tokens": None,
                            "output_tokens_details": {"thinking_tokens": 2},
                        }
                    ),
                    STOP,
                )
            ),
        ),
    ),
    Case("stop sequence", (Script(events=(START, *TEXT, closing("stop_sequence", stop_sequence="END"), STOP)),)),
    Case(
        "refusal with details",
        (
            Script(
                events=(
                    START,
                    closing("refusal", stop_details={"type": "refusal", "category": "cyber", "explanation": None}),
                    STOP,
                )
            ),
        ),
    ),
    Case(
        "container",
        (
            Script(
                events=(
                    START,
                    *TEXT,
                    closing(container={"id": "c", "expires_at": "2026-01-01T00:00:00Z", "skills": None}),
                    STOP,
                )
            ),
        ),
    ),
    Case("no content", scene()),
    Case("events without names", scene(*TEXT, framing="no_names")),
    Case("an openai end mark", scene(*TEXT, b"data: [DONE]\n\n")),
    Case("cut after two deltas", (Script(cut_after=2),)),
    Case("ended without message_stop", (Script(end_after=2),)),
    Case("last event without its blank line", (Script(events=(START, *TEXT, b"event: message_stop\ndata: {}\n")),)),
    Case("nothing at all", (Script(events=()),) * 3),
    Case("missing message_start", (Script(events=(*TEXT, closing(), STOP)),)),
    Case("indexes with gaps", scene(begin(4), delta("a", 4), end(4))),
    Case("whole json answer", (Script(json=True),)),
    Case("broken json", scene(begin(), b"event: content_block_delta\ndata: {oops\n\n")),
    Case(
        "lone surrogate",
        scene(
            begin(),
            b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
            b'"delta":{"type":"text_delta","text":"a\\ud800b"}}\n\n',
            end(),
        ),
    ),
    Case("nul character", scene(begin(), delta("a\x00b"), end())),
    Case("overloaded in the stream", (Script(error_after=2),)),
    Case("rate limit in the stream", (Script(error_after=1, type="rate_limit_error", message="slow"),)),
    Case("api error in the stream", (Script(error_after=0, type="api_error"),)),
    Case("invalid request in the stream", (Script(error_after=3, type="invalid_request_error"),)),
    Case("error after message_stop", (Script(error_after_stop=True),)),
    Case(
        "error as the first event",
        (Script(events=({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},)),),
    ),
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


def request_body(case: Case) -> dict[str, Any]:
    """The case's Messages body."""
    body: dict[str, Any] = {"model": case.model, "messages": [{"role": "user", "content": "Say héllo, 世界 😀"}]}
    if case.call != "count":
        body["max_tokens"] = 64
    return body | case.body
