"""What the scripted server says in each scene: every content block, delta, tool and stop reason of the Messages API.

`[[scene=web_search]]` in a message asks for one.
"""

from __future__ import annotations

import json

from .upstream_blocks import Scene, answered, called, failed, found, located, text

SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "tallest mountain"}}
PNG_OF_SERVER = "file_011CNha8iCJcU1wXNR6q4V8w"


GRASS = located("char_location", "The grass is green.", "Colours of things", start_char_index=0, end_char_index=19)
SKY = located("page_location", "The sky is blue.", "Report 2026.pdf", start_page_number=5, end_page_number=6)
MANUAL = located("content_block_location", "Press the red button.", None, start_block_index=2, end_block_index=4)
OWN_RESULT = {
    "type": "search_result_location",
    "cited_text": "Keys are rotated every ninety days.",
    "source": "https://wiki.example.org/keys",
    "title": "Key rotation",
    "search_result_index": 0,
    "start_block_index": 0,
    "end_block_index": 1,
}
WEB = {
    "type": "web_search_result_location",
    "cited_text": "Mount Everest's elevation of 8,848.86 m was established by a joint survey in 2020…",
    "url": "https://en.example.org/wiki/Mount_Everest",
    "title": "Mount Everest – an encyclopedia",
    "encrypted_index": "Eo8BCioIAhgBIiQyYjQ0OWJmZi1lNm",
}
WEATHER = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Zürich", "days": 3}}
ORDER = {
    "customer": {"name": "Ada", "id": 42, "is_new": False, "note": None},
    "items": [{"sku": "A-1", "count": 2, "price": 19.90}, {"sku": "B-7", "count": 1, "price": 5}],
    "tags": [],
}
PLAN = "The person asks for three things.\n\nFirst the weather, then a walk, then dinner. I should look it up."

SCENES: dict[str, Scene] = {
    "text": Scene((text("# Hello\n\nThis is **plain** Markdown with `code`, and a [link](https://example.org/)."),)),
    "json": Scene((text(json.dumps(ORDER, indent=2)),)),
    "thinking": Scene(
        ({"type": "thinking", "thinking": PLAN, "signature": "EuYBCkQYAiJA"}, text("It is 21 °C in Zürich.")),
        usage={"output_tokens_details": {"thinking_tokens": 284}},
    ),
    "thinking_not_shown": Scene(
        ({"type": "thinking", "thinking": "", "signature": "EuYBCkQYAiJB"}, text("The answer is 42.")),
        usage={"output_tokens_details": {"thinking_tokens": 1840}},
    ),
    "redacted_thinking": Scene(
        ({"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix/LafPsn4a"}, text("Let us talk of something else."))
    ),
    "tool_use": Scene((text("I look at the weather."), WEATHER), stop_reason="tool_use"),
    "parallel_tools": Scene(
        (
            {"type": "thinking", "thinking": "Two things can be asked at once.", "signature": "EuYBCkQYAiJC"},
            {**WEATHER, "caller": {"type": "direct"}},
            {"type": "tool_use", "id": "toolu_2", "name": "list_trains", "input": {}},
            {**WEATHER, "id": "toolu_3", "caller": {"type": "code_execution_20260120", "tool_id": "srvtoolu_9"}},
        ),
        stop_reason="tool_use",
    ),
    "citations": Scene(
        (
            text("What the documents say: "),
            text("the grass is green", [GRASS]),
            text(", and "),
            text("the sky is blue", [SKY, GRASS]),
            text(".\n\n- Start it with "),
            text("the red button", [MANUAL]),
            text("\n- Change the keys "),
            text("every ninety days", [OWN_RESULT]),
            text("\n"),
        )
    ),
    "web_search": Scene(
        (
            text("I look it up."),
            SEARCH,
            answered(
                "web_search",
                [
                    found(
                        "https://en.example.org/wiki/Mount_Everest", "Mount Everest – an encyclopedia", "2 weeks ago"
                    ),
                    found("http://heights.example.com/top?n=10", "The ten highest <mountains> & hills"),
                    found("javascript:alert(1)", "A page that is none"),
                ],
            ),
            text("The tallest mountain is ", []),
            text("Mount Everest with 8,848.86 m", [WEB]),
            text(".", []),
        ),
        usage={"server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 0}},
    ),
    "web_fetch": Scene(
        (
            called("web_fetch", url="https://example.org/article"),
            answered(
                "web_fetch",
                {
                    "type": "web_fetch_result",
                    "url": "https://example.org/article",
                    "retrieved_at": "2026-11-20T10:30:00Z",
                    "content": {
                        "type": "document",
                        "source": {
                            "type": "text",
                            "media_type": "text/plain",
                            "data": "An article\n\nIts first paragraph <b>is not bold</b>.\n" * 3,
                        },
                        "title": "An article",
                        "citations": {"enabled": True},
                    },
                },
            ),
            called("web_fetch", 2, url="https://example.org/paper.pdf"),
            answered(
                "web_fetch",
                {
                    "type": "web_fetch_result",
                    "url": "https://example.org/paper.pdf",
                    "retrieved_at": None,
                    "content": {
                        "type": "document",
                        "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQKJ" * 100},
                        "title": None,
                        "citations": None,
                    },
                },
                2,
            ),
            text("Both say the same."),
        ),
        usage={"server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 2}},
    ),
    "code_execution": Scene(
        (
            called("code_execution", code="import statistics\n\nprint(statistics.mean([1, 2, 6]))\n"),
            answered(
                "code_execution",
                {
                    "type": "code_execution_result",
                    "stdout": "3\n",
                    "stderr": "",
                    "return_code": 0,
                    "content": [{"type": "code_execution_output", "file_id": PNG_OF_SERVER}],
                },
            ),
            {"type": "container_upload", "file_id": PNG_OF_SERVER},
            text("The mean is 3."),
        ),
        container={"id": "container_011", "expires_at": "2026-11-24T10:00:00Z", "skills": None},
    ),
    "code_execution_encrypted": Scene(
        (
            called("code_execution", code="print(web_search('x'))"),
            answered(
                "code_execution",
                {
                    "type": "encrypted_code_execution_result",
                    "encrypted_stdout": "EqgfCioIARgB",
                    "stderr": "",
                    "return_code": 0,
                    "content": [],
                },
            ),
            text("Done."),
        )
    ),
    "bash": Scene(
        (
            called("bash_code_execution", command="ls -l /tmp && cat /tmp/missing"),
            answered(
                "bash_code_execution",
                {
                    "type": "bash_code_execution_result",
                    "stdout": "total 0\n",
                    "stderr": "cat: /tmp/missing: No such file or directory\n",
                    "return_code": 1,
                    "content": [{"type": "bash_code_execution_output", "file_id": PNG_OF_SERVER}],
                },
            ),
            text("The file is missing."),
        )
    ),
    "text_editor": Scene(
        (
            called("text_editor_code_execution", command="create", path="/code/hello.py", file_text="print('hello')\n"),
            answered(
                "text_editor_code_execution",
                {"type": "text_editor_code_execution_create_result", "is_file_update": False},
            ),
            called(
                "text_editor_code_execution",
                2,
                command="str_replace",
                path="/code/hello.py",
                old_str="hello",
                new_str="good day",
            ),
            answered(
                "text_editor_code_execution",
                {
                    "type": "text_editor_code_execution_str_replace_result",
                    "lines": ["-print('hello')", "+print('good day')"],
                    "new_lines": 1,
                    "new_start": 1,
                    "old_lines": 1,
                    "old_start": 1,
                },
                2,
            ),
            called("text_editor_code_execution", 3, command="view", path="/code/hello.py"),
            answered(
                "text_editor_code_execution",
                {
                    "type": "text_editor_code_execution_view_result",
                    "content": "print('good day')\n",
                    "file_type": "text",
                    "num_lines": 1,
                    "start_line": 1,
                    "total_lines": 1,
                },
                3,
            ),
            text("It is written."),
        )
    ),
    "tool_search": Scene(
        (
            called("tool_search_tool_bm25", query="weather"),
            answered(
                "tool_search",
                {
                    "type": "tool_search_tool_search_result",
                    "tool_references": [
                        {"type": "tool_reference", "tool_name": "get_weather"},
                        {"type": "tool_reference", "tool_name": "get_forecast"},
                    ],
                },
            ),
            called("tool_search_tool_regex", 2, pattern="weather.*"),
            answered("tool_search", {"type": "tool_search_tool_search_result", "tool_references": []}, 2),
            WEATHER,
        ),
        stop_reason="tool_use",
    ),
    "server_tool_errors": Scene(
        (
            SEARCH,
            failed("web_search", "max_uses_exceeded"),
            called("web_fetch", 2, url="https://example.org/secret"),
            failed("web_fetch", "url_not_in_prior_context", 2),
            called("code_execution", 3, code="while True: pass"),
            failed("code_execution", "execution_time_exceeded", 3),
            called("bash_code_execution", 4, command="sleep 1000"),
            failed("bash_code_execution", "unavailable", 4),
            called("text_editor_code_execution", 5, command="view", path="/nowhere"),
            failed("text_editor_code_execution", "file_not_found", 5),
            called("tool_search_tool_regex", 6, pattern="("),
            failed("tool_search", "invalid_tool_input", 6),
            text("Nothing worked."),
        )
    ),
    "mcp": Scene(
        (
            {
                "type": "mcp_tool_use",
                "id": "mcptoolu_1",
                "name": "create_ticket",
                "server_name": "tracker",
                "input": {"title": "It broke"},
            },
            {
                "type": "mcp_tool_result",
                "tool_use_id": "mcptoolu_1",
                "is_error": False,
                "content": [{"type": "text", "text": "Ticket 7 was made."}],
            },
            text("There is a ticket now."),
        )
    ),
    "unknown_block": Scene(({"type": "hologram", "depth": 3, "rays": [1, 2.5, "<b>"]}, text("Do you see it?"))),
    "max_tokens": Scene((text("A long story begins with a"),), stop_reason="max_tokens"),
    "max_tokens_in_thinking": Scene(
        ({"type": "thinking", "thinking": PLAN, "signature": ""},), stop_reason="max_tokens"
    ),
    "stop_sequence": Scene((text("One, two, three"),), stop_reason="stop_sequence", stop_sequence="END"),
    "pause_turn": Scene((text("I am still searching."), SEARCH), stop_reason="pause_turn"),
    "refusal": Scene(
        (text("I can say that"),),
        stop_reason="refusal",
        stop_details={"type": "refusal", "category": "cyber", "explanation": "This asks for a working exploit."},
    ),
    "refusal_without_words": Scene(
        (), stop_reason="refusal", stop_details={"type": "refusal", "category": None, "explanation": None}
    ),
    "context_exceeded": Scene((text("And then, after all that,"),), stop_reason="model_context_window_exceeded"),
    "compaction": Scene((text("So far, so good."),), stop_reason="compaction"),
    "unknown_stop_reason": Scene((text("Well."),), stop_reason="moon_phase"),
    "usage": Scene(
        (text("All of it counted."),),
        usage={
            "input_tokens": 300,
            "cache_creation_input_tokens": 5000,
            "cache_read_input_tokens": 42_000,
            "cache_creation": {"ephemeral_5m_input_tokens": 2000, "ephemeral_1h_input_tokens": 3000},
            "output_tokens": 900,
            "output_tokens_details": {"thinking_tokens": 512},
            "server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 1},
            "service_tier": "priority",
        },
    ),
}
