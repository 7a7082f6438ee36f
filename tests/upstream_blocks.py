"""Whole answers, and the events that they are streamed as: text, thinking and tool inputs in deltas, results whole.

The answers themselves: upstream_scenes.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]
SIZE = 12  # characters of a delta


def text(words: str, citations: list[JSON] | None = None, **rest: Any) -> JSON:  # noqa: ANN401 - further fields
    """A text block; `citations` is left out of one that has none, as a model without documents does."""
    return {"type": "text", "text": words, **({} if citations is None else {"citations": citations}), **rest}


def called(name: str, number: int = 1, **given: Any) -> JSON:  # noqa: ANN401 - any input
    """A server tool's call."""
    return {"type": "server_tool_use", "id": f"srvtoolu_{number}", "name": name, "input": given}


def answered(kind: str, content: Any, number: int = 1) -> JSON:  # noqa: ANN401 - any content
    """A server tool's result."""
    return {"type": f"{kind}_tool_result", "tool_use_id": f"srvtoolu_{number}", "content": content}


def failed(kind: str, code: str, number: int = 1) -> JSON:
    """A server tool that failed, inside an answer with status 200."""
    return answered(kind, {"type": f"{kind}_tool_result_error", "error_code": code}, number)


def found(url: str, title: str, age: str | None = None) -> JSON:
    """One of the pages that a search found."""
    return {
        "type": "web_search_result",
        "url": url,
        "title": title,
        "encrypted_content": "EqgfCioIARgBIiQ3YTAwMjY1Mi1mZjM5LTQ1NGUtODgxNC1kNjNjNTk1ZWI3Y" * 8,
        "page_age": age,
    }


def located(kind: str, cited: str, title: str | None, **place: Any) -> JSON:  # noqa: ANN401 - of any kind
    """A citation of a document."""
    same = {"cited_text": cited, "document_index": 0, "document_title": title, "file_id": None}
    return {"type": kind, **same, **place}


@dataclass(frozen=True)
class Scene:
    """One whole answer and how it ends."""

    content: tuple[JSON, ...]
    stop_reason: str = "end_turn"
    stop_sequence: str | None = None
    stop_details: JSON | None = None
    usage: JSON = field(default_factory=dict)
    container: JSON | None = None

    def events(self, model: object = "test-model", message_id: str = "msg_scene") -> Iterator[JSON]:
        """The answer as a stream."""
        usage = {"input_tokens": 1200, "output_tokens": 340, **self.usage}
        start = {"id": message_id, "type": "message", "role": "assistant", "model": model, "content": []}
        ending = {"stop_reason": None, "stop_sequence": None}
        yield {"type": "message_start", "message": {**start, **ending, "usage": {**usage, "output_tokens": 1}}}
        for index, block in enumerate(self.content):
            yield {"type": "content_block_start", "index": index, "content_block": _begun(block)}
            for delta in _deltas(block):
                yield {"type": "content_block_delta", "index": index, "delta": delta}
            yield {"type": "content_block_stop", "index": index}
        end = {"stop_reason": self.stop_reason, "stop_sequence": self.stop_sequence}
        details = {"stop_details": self.stop_details} if self.stop_details else {}
        container = {"container": self.container} if self.container else {}
        told = {name: usage[name] for name in usage if name != "cache_creation"}
        yield {"type": "message_delta", "delta": {**end, **details, **container}, "usage": told}
        yield {"type": "message_stop"}


def _begun(block: JSON) -> JSON:
    """A block as its start event has it."""
    match block["type"]:
        case "text":
            return {**block, "text": "", **({"citations": []} if "citations" in block else {})}
        case "thinking":
            return {**block, "thinking": "", "signature": ""}
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            return {**block, "input": {}}
        case _:
            return block


def _deltas(block: JSON) -> Iterator[JSON]:
    match block["type"]:
        case "text":
            for piece in _pieces(block["text"]):
                yield {"type": "text_delta", "text": piece}
            for citation in block.get("citations") or []:
                yield {"type": "citations_delta", "citation": citation}
        case "thinking":
            for piece in _pieces(block["thinking"]):
                yield {"type": "thinking_delta", "thinking": piece}
            yield {"type": "signature_delta", "signature": block["signature"]}
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            yield {"type": "input_json_delta", "partial_json": ""}
            if block["input"]:
                for piece in _pieces(json.dumps(block["input"], ensure_ascii=False)):
                    yield {"type": "input_json_delta", "partial_json": piece}


def _pieces(words: str) -> list[str]:
    return [words[at : at + SIZE] for at in range(0, len(words), SIZE)]
