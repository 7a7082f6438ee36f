"""A message of a prompt: its text as typed, and what stands in it beside the text.

`blocks` is the content of a message as it was received or pasted: it goes back unchanged, block for block, unless its
text was changed. `results` answer the tool calls of the turn before. `files` are sent before the text. `cache` marks
the end of the message for the provider's cache ("5m" or "1h"). Knows no HTTP but the names of the form's fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NotRequired, TypedDict
from uuid import UUID

import orjson
from django.http import QueryDict

from workbench.prompts.cache_marks import TTLS, marked, take_mark

ROLES = ("user", "assistant")
# More are not made by the page; they bound the work of one request.
MAX_TURNS = 500
# How a file is sent, by the names of files.options.FileOptions.
FILE_OPTIONS = ("pages", "rows", "as_text", "max_side", "citations", "title", "context")

type Block = Mapping[str, Any]


class ToolResult(TypedDict):
    """What a tool gave for one call: `text` as typed; `name` is the tool's, for people."""

    tool_use_id: str
    name: str
    text: str
    is_error: bool


class AttachedFile(TypedDict):
    """A file of the workspace in a message: its id, its name (to be told if the file is gone), and how it is sent: see
    files.options, as typed, what is empty left out."""

    id: str
    name: str
    options: Mapping[str, str]


class Turn(TypedDict):
    """One message of the conversation as it is typed."""

    role: str
    text: str
    blocks: NotRequired[Sequence[Block]]
    results: NotRequired[Sequence[ToolResult]]
    files: NotRequired[Sequence[AttachedFile]]
    cache: NotRequired[str]


def turn_of(given: Mapping[str, Any]) -> Turn:
    """A turn out of what was stored; what is empty or unknown is left out."""
    role = given.get("role")
    turn = Turn(role=role if role in ROLES else "user", text=str(given.get("text") or ""))
    if blocks := _blocks(given.get("blocks")):
        turn["blocks"] = blocks
    results = given.get("results")
    if isinstance(results, Sequence) and turn["role"] == "user" and (found := [_result(each) for each in results]):
        turn["results"] = found
    if files := _files(given.get("files")):
        turn["files"] = files
    if given.get("cache") in TTLS:
        turn["cache"] = given["cache"]
    return turn


def _blocks(given: object) -> list[Block]:
    return [block for block in given if isinstance(block, Mapping)] if isinstance(given, list) else []


def _files(given: object) -> list[AttachedFile]:
    """Each file once, in order."""
    found: dict[str, AttachedFile] = {}
    for file in given if isinstance(given, list) else []:
        options = file.get("options") if isinstance(file, Mapping) else None
        file_id = _uuid(file.get("id")) if isinstance(file, Mapping) else ""
        if not file_id:
            continue
        typed = {name: str(options[name]) for name in FILE_OPTIONS if options.get(name)} if options else {}
        found.setdefault(file_id, AttachedFile(id=file_id, name=str(file.get("name") or ""), options=typed))
    return list(found.values())


def _uuid(text: object) -> str:
    try:
        return str(UUID(str(text)))
    except ValueError:
        return ""


def _result(given: Mapping[str, Any]) -> ToolResult:
    return ToolResult(
        tool_use_id=str(given.get("tool_use_id") or ""),
        name=str(given.get("name") or ""),
        text=str(given.get("text") or ""),
        is_error=bool(given.get("is_error")),
    )


def read_turns(data: QueryDict) -> list[Turn]:
    """The turns that a form posts: `role` and `text` of each in order, and by its key (`turn`) what else it holds."""
    keys = data.getlist("turn")
    pairs = zip(data.getlist("role"), data.getlist("text"), strict=False)
    found = []
    for index, (role, text) in enumerate(pairs):
        key = keys[index] if index < len(keys) else ""
        extras = _extras(data, key) if key else {}
        # Browsers send line breaks of text areas as CR LF, whatever was typed; the model is to see what was typed.
        found.append(turn_of({**extras, "role": role, "text": text.replace("\r\n", "\n")}))
    return found[:MAX_TURNS]


def _extras(data: QueryDict, key: str) -> dict[str, Any]:
    errors = set(data.getlist(f"{key}-result-error"))
    fields = (data.getlist(f"{key}-result-{name}") for name in ("id", "name", "text"))
    results = [
        {"tool_use_id": use, "name": name, "text": text.replace("\r\n", "\n"), "is_error": use in errors}
        for use, name, text in zip(*fields, strict=False)
    ]
    files = [
        {
            "id": file_id,
            "name": data.get(f"{key}-{file_id}-name", ""),
            "options": {name: data.get(f"{key}-{file_id}-{name}", "").strip() for name in FILE_OPTIONS},
        }
        for file_id in data.getlist(f"{key}-file")
    ]
    blocks, cache = _json(data.get(f"{key}-blocks", "")), data.get(f"{key}-cache", "")
    return {"blocks": blocks, "results": results, "files": files, "cache": cache}


def _json(text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None


def text_of(blocks: Sequence[Block]) -> str:
    """The text of a content: its text blocks, a blank line where others stand between (sources divide one text)."""
    text, is_apart = "", False
    for block in blocks:
        if _is_text(block):
            text += ("\n\n" if is_apart and text else "") + block["text"]
        is_apart = not _is_text(block)
    return text


def as_typed(text: str) -> str:
    """A text as a browser's text area would give it back."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def content_of(turn: Turn) -> str | list[dict[str, Any]]:
    """The content of a turn, whose text is filled by now, as the API takes it: plain text, or blocks."""
    return with_mark(plain_content(turn), turn)


def plain_content(turn: Turn) -> str | list[dict[str, Any]]:
    """The same without the turn's mark for the cache."""
    text = turn["text"]
    if blocks := turn.get("blocks"):
        return [dict(block) for block in with_text(blocks, text)]
    if results := turn.get("results"):
        return [*map(_result_block, results), *([{"type": "text", "text": text}] if text.strip() else [])]
    return text


def with_mark(content: str | list[dict[str, Any]], turn: Turn) -> str | list[dict[str, Any]]:
    """A content with the turn's mark at its end, if it has one."""
    if not (ttl := turn.get("cache")) or not content:
        return content
    return marked([{"type": "text", "text": content}] if isinstance(content, str) else content, ttl)


def with_text(blocks: Sequence[Block], text: str) -> Iterator[Block]:
    """The same blocks, unchanged if the text is theirs; else with the new text in the place of the first text, before
    any call of a tool if there was none."""
    if text == as_typed(text_of(blocks)):
        yield from blocks
        return
    new: list[Block] = [{"type": "text", "text": text}] if text.strip() else []
    has_text = any(_is_text(block) for block in blocks)
    for block in blocks:
        if _is_text(block) or (not has_text and block.get("type") == "tool_use"):
            yield from new
            new = []
        if not _is_text(block):
            yield block
    yield from new


def _is_text(block: Block) -> bool:
    return block.get("type") == "text" and isinstance(block.get("text"), str)


def _result_block(result: ToolResult) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "tool_result", "tool_use_id": result["tool_use_id"], "content": result["text"]}
    return {**block, "is_error": True} if result["is_error"] else block


def is_empty(turn: Turn) -> bool:
    """Whether there would be nothing in the message."""
    if turn.get("files"):
        return False
    content = plain_content(turn)
    return not content.strip() if isinstance(content, str) else not content


def described(turn: Turn) -> str:
    """All that a turn says, for comparing: its text, then what stands beside it as JSON."""
    return "\n\n".join([turn["text"], *beside_text(turn)])


def beside_text(turn: Turn) -> list[str]:
    """What stands beside a turn's text, for people: files by their names, all else as it is; each as JSON."""
    files = [{"file": file["name"], **file["options"]} for file in turn.get("files", ())]
    blocks = [block for block in turn.get("blocks", ()) if not _is_text(block)]
    marks = [{"cache": turn["cache"]}] if "cache" in turn else []
    more = [*files, *blocks, *turn.get("results", ()), *marks]
    return [orjson.dumps(each, option=orjson.OPT_INDENT_2).decode() for each in more]


def calls_in(turn: Turn) -> list[Block]:
    """The calls of tools in a turn that somebody here must answer."""
    return [block for block in turn.get("blocks", ()) if block.get("type") == "tool_use"]


def is_paused(turn: Turn) -> bool:
    """Whether the provider stopped in the middle of its own tools: such a turn is sent as it is, and goes on."""
    blocks = turn.get("blocks") or [{}]
    kind = str(blocks[-1].get("type", ""))
    return turn["role"] == "assistant" and (kind == "server_tool_use" or kind.endswith("_tool_result"))


def unanswered(turns: Sequence[Turn]) -> Iterator[tuple[int, str]]:
    """For each turn whose calls of tools have no results in the next: its index, and the name of the first tool."""
    for index, turn in enumerate(turns):
        following = turns[index + 1] if index + 1 < len(turns) else None
        given = _answered(following) if following else set()
        missing = [call for call in calls_in(turn) if call.get("id") not in given]
        if missing and turn["role"] == "assistant":
            yield index, str(missing[0].get("name", ""))


def _answered(turn: Turn) -> set[Any]:
    raw = {block.get("tool_use_id") for block in turn.get("blocks", ()) if block.get("type") == "tool_result"}
    return raw | {result["tool_use_id"] for result in turn.get("results", ())}


def turns_after(answer: Sequence[Block], text: str) -> list[Turn]:
    """An answer as a turn, and the one that follows: with a place for the result of each call, else empty.

    Args:
        text: the answer's text with its braces escaped: it holds no variables.
    """
    plain = len(answer) == 1 and _is_text(answer[0]) and not answer[0].get("citations")
    said = Turn(role="assistant", text=text) if plain else Turn(role="assistant", text=text, blocks=list(answer))
    calls = calls_in(said)
    results = [
        ToolResult(tool_use_id=str(call.get("id", "")), name=str(call.get("name", "")), text="", is_error=False)
        for call in calls
    ]
    following = Turn(role="user", text="", results=results) if results else Turn(role="user", text="")
    return [said] if is_paused(said) else [said, following]


def turn_from(message: Mapping[str, Any], escape: Any = str) -> Turn:  # noqa: ANN401 - a function of text
    """A message of the API as a turn. Results of tools get fields; other blocks than text are kept as they are."""
    content = message.get("content")
    role = str(message.get("role", ""))
    if isinstance(content, str):
        return Turn(role=role, text=escape(content))
    blocks = _blocks(content)
    if blocks and (ttl := take_mark(last := dict(blocks[-1]))):
        is_plain = len(blocks) == 1 and set(last) == {"type", "text"} and _is_text(last)
        rest = last["text"] if is_plain else [*blocks[:-1], last]
        return turn_of({**turn_from({"role": role, "content": rest}, escape), "cache": ttl})
    results = [
        block for block in blocks if block.get("type") == "tool_result" and isinstance(block.get("content"), str)
    ]
    texts = [block for block in blocks if set(block) == {"type", "text"} and _is_text(block)]
    if results and blocks == [*results, *texts] and len(texts) < 2:
        given = [{**block, "text": block["content"]} for block in results]
        return turn_of({"role": role, "text": escape(text_of(texts)), "results": given})
    return turn_of({"role": role, "text": escape(text_of(blocks)), "blocks": blocks})
