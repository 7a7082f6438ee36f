"""Answers of every kind, framing and fault: cases in which our client and the official SDK read the same stream."""

from tests.upstream import Script, delta

from .sdk_calls import Case
from .sdk_events import START, STOP, TEXT, begin, closing, end, more, scene

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
