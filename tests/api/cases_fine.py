"""Requests the API takes: with the new version, with the old one only, and with a beta only."""

from __future__ import annotations

from tests.api.catalog import FAST_BETA
from tests.api.samples import (
    ADAPTIVE,
    BUDGET,
    CALL,
    CITING,
    CLOSED,
    DOCUMENT,
    EPHEMERAL,
    FORCED,
    H45,
    LINK,
    NAMED,
    O45,
    OFF,
    PDF,
    RESULT,
    S45,
    SEARCH,
    SERVED,
    THOUGHT,
    USER,
    WEATHER,
    Body,
    ask,
    says,
    schema,
    talk,
)

FINE: dict[str, Body] = {
    "the least": ask(),
    "an alias": ask(H45),
    "a dated id": ask("claude-haiku-4-5-20251001"),
    "a model about to retire": ask(S45),
    "no tokens": ask(max_tokens=0),
    "the most tokens": ask(max_tokens=128_000),
    "the most tokens of a 4.5": ask(H45, max_tokens=64_000),
    "everything at once": ask(
        system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        stream=True,
        stop_sequences=["\n\nEnd"],
        metadata={"user_id": None},
        service_tier="standard_only",
        cache_control=EPHEMERAL,
        container={"id": "c", "skills": [{"type": "anthropic", "skill_id": "pptx", "version": "latest"}]},
        diagnostics={"previous_message_id": "msg_1"},
        inference_geo="us",
        output_config={"effort": "max"},
        thinking={"type": "adaptive", "display": "summarized"},
    ),
    "nulls where they may be": ask(cache_control=None, inference_geo=None),
    "a container by id": ask(container="container_1"),
    "thinking off": ask("claude-sonnet-5", thinking=OFF),
    "thinking off at high effort": ask("claude-opus-5", thinking=OFF, output_config={"effort": "high"}),
    "thinking off at max elsewhere": ask("claude-opus-4-8", thinking=OFF, output_config={"effort": "max"}),
    "thinking between tools": ask("claude-sonnet-5-5", thinking={"type": "between_tools"}),
    "a budget": ask(S45, thinking={**BUDGET, "display": "omitted"}),
    "a deprecated budget": ask("claude-opus-4-6", thinking=BUDGET),
    "effort of a 4.5": ask(O45, output_config={"effort": "high"}),
    "effort xhigh": ask("claude-opus-4-7", output_config={"effort": "xhigh"}),
    "fast": ask(speed="fast"),
    "fast on the newest": ask("claude-fable-5-2", speed="fast"),
    "standard anywhere": ask(H45, speed="standard"),
    "a closed schema": schema({**CLOSED, "properties": {"a": {"type": "array", "items": CLOSED}}}),
    "a schema with a reference": schema({**CLOSED, "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": CLOSED}}),
    "a prefill": talk("Say A", "A", model=O45),
    "an empty prefill": talk("Say A", "", model=O45),
    "a paused turn": talk("Search", [SERVED]),
    "same roles side by side": ask(messages=[USER, USER]),
    "a system message": ask("claude-opus-4-8", messages=[USER, {"role": "system", "content": "Be brief."}]),
    "a call and its result": talk("?", [THOUGHT, CALL], [RESULT, {"type": "text", "text": "Well?"}]),
    "two calls, two results": talk(
        "?", [CALL, {**CALL, "id": "2"}], [{**RESULT, "tool_use_id": "2", "is_error": False}, RESULT]
    ),
    "a result in a merged turn": ask(
        messages=[USER, *({"role": "assistant", "content": [b]} for b in (THOUGHT, CALL)), says(RESULT)["messages"][0]]
    ),
    "a result of blocks": talk("?", [CALL], [{**RESULT, "content": [LINK, DOCUMENT]}]),
    "nulls the API returned": talk(
        "?", [{**CALL, "caller": None, "toolset_name": None}], [RESULT], [{**CITING, "citations": None}], "!"
    ),
    "what a server tool returned": says(
        SERVED, {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}, role="assistant"
    ),
    "citations the model made": says(CITING, role="assistant"),
    "an image": says({"type": "image", "source": {"type": "base64", "media_type": "image/webp", "data": "AAAA"}}),
    "an image by file": says({"type": "image", "source": {"type": "file", "file_id": "file_1"}}),
    "an image made smaller": says({**LINK, "transformations": {"oversized_image": "downsize"}}),
    "100 images": says(*[LINK] * 100, model=H45),
    "600 images": says(*[LINK] * 600),
    "a document": says({**DOCUMENT, "title": "T", "context": None, "citations": {"enabled": True}}),
    "a PDF": says({"type": "document", "source": PDF}),
    "a document of blocks": says(
        {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "a"}]}}
    ),
    "a search result": says(
        {"type": "search_result", "source": "s", "title": "t", "content": [{"type": "text", "text": "a"}]}
    ),
    "a file for the container": says({"type": "container_upload", "file_id": "file_1"}),
    "four breakpoints": says(*[{**LINK, "cache_control": EPHEMERAL}] * 4),
    "tools": ask(tools=[WEATHER, {**WEATHER, "name": "b", "strict": True, "type": "custom"}, SEARCH]),
    "every tool with a fixed name": ask(
        tools=[
            {"type": "bash_20250124", "name": "bash"},
            {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool", "max_characters": 100},
            {"type": "memory_20250818", "name": "memory"},
            {
                "type": "web_fetch_20260318",
                "name": "web_fetch",
                "max_content_tokens": 9,
                "citations": {"enabled": True},
            },
            {"type": "code_execution_20260521", "name": "code_execution"},
            {"type": "tool_search_tool_regex", "name": "tool_search_tool_regex"},
            {"type": "computer_toolset_20260801"},
        ]
    ),
    "domains": ask(tools=[{**SEARCH, "allowed_domains": ["example.org"], "blocked_domains": None, "max_uses": 2}]),
    "a place": ask(tools=[{**SEARCH, "user_location": {"type": "approximate", "city": "Paris"}}]),
    "tools as it likes": ask(tools=[WEATHER], tool_choice={"type": "auto", "disable_parallel_tool_use": True}),
    "no tools now": ask(tools=[WEATHER], tool_choice={"type": "none"}),
    "forced use": ask("claude-opus-5", tools=[WEATHER], tool_choice=FORCED),
    "one tool forced": ask("claude-fable-5", tools=[WEATHER], tool_choice=NAMED),
    "forced, thinking off": ask("claude-sonnet-5", tools=[WEATHER], tool_choice=NAMED, thinking=OFF),
}

OLD_FINE: dict[str, Body] = {
    "temperature on 4.6": ask("claude-opus-4-6", temperature=0.3, top_p=0.9, top_k=5),
    "temperature alone on a 4.5": ask(S45, temperature=0),
    "top_p alone on a 4.5": ask(O45, top_p=0.9, top_k=0),
    "the default on a new model": ask("claude-sonnet-5", temperature=1),
    "temperature 1 with thinking": ask(S45, temperature=1.0, thinking=BUDGET),
    "temperature with thinking off": ask(S45, temperature=0.2, top_k=3, thinking=OFF),
    "a document by the assistant": says(DOCUMENT, role="assistant"),
    "citations by the user": says(CITING),
}

WITH_BETA: dict[str, tuple[Body, str]] = {
    "fast on Opus 5": (ask("claude-opus-5", speed="fast"), FAST_BETA),
    "fast on Opus 4.8": (ask("claude-opus-4-8", speed="fast"), FAST_BETA),
    "context management": (ask(context_management={"edits": []}), "context-management-2025-06-27"),
    "MCP servers": (ask(mcp_servers=[]), "mcp-client-2026-09-15"),
    "MCP tools": (ask(tools=[{"type": "mcp_toolset", "mcp_server_name": "a"}]), "mcp-client-2026-09-15"),
    "MCP blocks": (says({"type": "mcp_tool_use", "id": "a"}, role="assistant"), "mcp-client-2026-09-15"),
    "a task budget": (ask(output_config={"task_budget": {}}), "task-budgets-2026-03-13"),
    "updates": (ask(thinking={**ADAPTIVE, "display": "updates"}), "thinking-display-updates-2026-08-18"),
}
