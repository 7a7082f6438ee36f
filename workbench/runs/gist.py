"""What is told of a block when it begins, while its answer still streams: a name, and of a result what can be read."""

from __future__ import annotations

from typing import Any

from workbench.claude.accumulate import TOOLS
from workbench.runs.live import CITED
from workbench.runs.tool_errors import error_code

JSON = dict[str, Any]
# Blocks whose text comes in deltas.
STREAMED = frozenset({"text", "thinking"})
MAX_LABEL = 128  # characters
MAX_FOUND = 20
MAX_GIST = 4000  # characters


def label_of(block: JSON) -> str:
    """A tool's name; CITED for a text that has citations; empty for anything else."""
    if block.get("type") == "text":
        return CITED if isinstance(block.get("citations"), list) else ""
    name = block.get("name")
    return name[:MAX_LABEL] if block.get("type") in TOOLS and isinstance(name, str) else ""


def gist_of(block: JSON) -> str:
    """What a result that came whole says, as plain text; empty for a block that is only there."""
    content = block.get("content")
    if isinstance(file := block.get("file_id"), str):
        return file[:MAX_GIST]
    return (error_code(content) or "\n".join(_lines(content)))[:MAX_GIST]


def _lines(content: object) -> list[str]:
    """The readable parts of a result: titles and addresses of pages, output of programs, names of tools."""
    match content:
        case list():
            return [line for one in content[:MAX_FOUND] if isinstance(one, dict) for line in _lines(one)]
        case {"tool_references": list(found)}:
            return [str(one.get("tool_name", "")) for one in found[:MAX_FOUND] if isinstance(one, dict)]
        case {"title": str(title), "url": str(url)}:
            return [f"{title} {url}"]
        case {"url": str(url)}:
            return [url]
        case dict():
            texts = (content.get(name) for name in ("text", "stdout", "stderr", "content"))
            return [text for text in texts if isinstance(text, str) and text]
    return []
