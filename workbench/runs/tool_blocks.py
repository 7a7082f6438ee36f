"""Calls of tools and what they gave, as they are shown: in words, links and code instead of JSON where we know how.

A block that has not the shape that it should have gives None: then it is shown raw.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workbench.rendering.highlight import highlight_code, highlight_json, showable
from workbench.runs.answer_block import AnswerBlock, Link, Piece, link_to
from workbench.runs.pretty import pretty_json
from workbench.runs.tool_errors import words_for_error

JSON = dict[str, Any]
CALLS = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
# Of a result so much is shown; the raw blocks and the downloads have all of it.
MAX_FOUND = 50
MAX_TEXT = 20_000  # characters
# Of a server's tool: the one part of its input that is read, and the language that this is written in.
INPUTS = {
    "web_search": ("query", ""),
    "web_fetch": ("url", ""),
    "code_execution": ("code", "python"),
    "bash_code_execution": ("command", "bash"),
    "tool_search_tool_regex": ("pattern", ""),
    "tool_search_tool_bm25": ("query", ""),
}


def block_of_tool(at: int, block: JSON) -> AnswerBlock | None:
    """A tool's call or result; None for any other block, and for one that is not in order."""
    kind = str(block.get("type", ""))
    if kind in CALLS:
        return _call(at, block)
    if show := RESULTS.get(kind):
        content = block.get("content")
        if problem := words_for_error(content):
            return AnswerBlock(kind, at, "result", pretty_json(block), title=_("Failed"), problem=problem, is_bad=True)
        if isinstance(gist := block.get("text"), str):  # of a server that was killed: see claims.stored_content
            return AnswerBlock(kind, at, "result", gist, title=_title_of_result(kind), pieces=[Piece("", _text(gist))])
        return show(at, block, content)
    return None


def _call(at: int, block: JSON) -> AnswerBlock:
    kind, name = str(block["type"]), showable(str(block.get("name") or "?"))
    given = block.get("input")
    title = _("Tool call") if kind == "tool_use" else _title_of_call(name)
    pieces, links = _input_of(name if kind == "server_tool_use" else "", given if isinstance(given, dict) else {})
    if isinstance(cut := block.get("partial_json"), str):
        pieces = [Piece(_("Input, as far as it came"), highlight_json(cut))]
    elif not pieces and not links:
        pieces = [Piece(_("Input"), highlight_json(pretty_json(given)))] if given else []
    return AnswerBlock(
        kind, at, "call", pretty_json(given), title=title, name=name, note=_caller_of(block), pieces=pieces, links=links
    )


def _title_of_call(name: str) -> str:
    known = {
        "web_search": _("Web search"),
        "web_fetch": _("Fetch a page"),
        "code_execution": _("Run code"),
        "bash_code_execution": _("Run a command"),
        "text_editor_code_execution": _("Edit a file"),
        "tool_search_tool_regex": _("Search for tools"),
        "tool_search_tool_bm25": _("Search for tools"),
    }
    return known.get(name, _("Tool call"))


def _caller_of(block: JSON) -> str:
    """Who called, if not the model itself; and whose tool it is."""
    if isinstance(server := block.get("server_name"), str):
        return _("server %(name)s") % {"name": showable(server)}
    caller = block.get("caller")
    kind = caller.get("type") if isinstance(caller, dict) else None
    return _("called by the model’s code") if isinstance(kind, str) and kind != "direct" else ""


def _input_of(name: str, given: JSON) -> tuple[list[Piece], list[Link]]:
    """The input of a server's tool as people would write it; nothing for a tool that is not known."""
    field, language = INPUTS.get(name, ("", ""))
    text = given.get(field)
    if not isinstance(text, str):
        return [], []
    if field == "url":
        return [], [link_to(text)]
    label = {"code": _("Code"), "command": _("Command")}.get(field, "")
    return [Piece(label, highlight_code(text, language) if language else _text(text))], []


def _title_of_result(kind: str) -> str:
    known = {
        "web_search_tool_result": _("Pages found"),
        "web_fetch_tool_result": _("Page fetched"),
        "tool_search_tool_result": _("Tools found"),
    }
    return known.get(kind, _("Result"))


def _search_results(at: int, block: JSON, content: object) -> AnswerBlock | None:
    if not isinstance(content, list):
        return None
    found = [one for one in content if isinstance(one, dict)]
    links = [link_to(one.get("url"), one.get("title"), one.get("page_age")) for one in found[:MAX_FOUND]]
    note = _("%(shown)s of %(all)s") % {"shown": MAX_FOUND, "all": len(found)} if len(found) > MAX_FOUND else ""
    words = "\n".join(f"{link.title} {link.href}".strip() for link in links)
    part_note = note or ("" if links else _("Nothing was found."))
    kind = str(block["type"])
    return AnswerBlock(kind, at, "result", words, title=_title_of_result(kind), note=part_note, links=links)


def _fetched_page(at: int, block: JSON, content: object) -> AnswerBlock | None:
    if not isinstance(content, dict) or not isinstance(content.get("url"), str):
        return None
    document = content.get("content")
    document = document if isinstance(document, dict) else {}
    source = document.get("source")
    source = source if isinstance(source, dict) else {}
    data = source.get("data")
    data = data if isinstance(data, str) else ""
    pieces, note = [], ""
    if source.get("type") == "text":
        pieces = [Piece(_("Text of the page"), _text(data))]
    elif data:
        size = max(1, round(len(data) * 3 / 4 / 1024))
        note = _("%(kind)s, %(size)s KB") % {"kind": showable(str(source.get("media_type", ""))), "size": size}
    kind = str(block["type"])
    link = link_to(content["url"], document.get("title"), content.get("retrieved_at"))
    return AnswerBlock(
        kind, at, "result", data or content["url"], title=_title_of_result(kind), note=note, links=[link], pieces=pieces
    )


def _code_result(at: int, block: JSON, content: object) -> AnswerBlock | None:
    if not isinstance(content, dict) or "return_code" not in content:
        return None
    out, err = (content.get(name) if isinstance(content.get(name), str) else "" for name in ("stdout", "stderr"))
    pieces = [Piece(_("Output"), _text(str(out)))] if out else []
    pieces += [Piece(_("Errors"), _text(str(err)), is_bad=True)] if err else []
    note = _("return code %(code)s") % {"code": content.get("return_code")}
    if content.get("encrypted_stdout"):
        note += " · " + _("the output is encrypted: only the model reads it")
    kind = str(block["type"])
    return AnswerBlock(
        kind,
        at,
        "result",
        "\n".join(text for text in (str(out), str(err)) if text),
        title=_title_of_result(kind),
        note=note,
        pieces=pieces,
        names=_files_in(content.get("content")),
        is_bad=content.get("return_code") != 0,
    )


def _files_in(content: object) -> list[str]:
    """The ids of files that a program made."""
    files = [one.get("file_id") for one in content if isinstance(one, dict)] if isinstance(content, list) else []
    return [_("File %(id)s") % {"id": showable(one)} for one in files if isinstance(one, str)]


def _edit_result(at: int, block: JSON, content: object) -> AnswerBlock | None:
    kind = str(block["type"])
    match content:
        case {"type": "text_editor_code_execution_view_result", "content": str(text)}:
            return AnswerBlock(kind, at, "result", text, title=_("File"), pieces=[Piece("", _text(text))])
        case {"type": "text_editor_code_execution_create_result", "is_file_update": bool(is_update)}:
            note = _("The file was changed.") if is_update else _("The file was made.")
            return AnswerBlock(kind, at, "result", note, title=_title_of_result(kind), note=note)
        case {"type": "text_editor_code_execution_str_replace_result", "lines": list(lines)}:
            text = "\n".join(str(line) for line in lines)
            pieces = [Piece(_("Changes"), highlight_code(text, "diff"))]
            return AnswerBlock(kind, at, "result", text, title=_title_of_result(kind), pieces=pieces)
    return None


def _tools_found(at: int, block: JSON, content: object) -> AnswerBlock | None:
    if not isinstance(content, dict) or not isinstance(found := content.get("tool_references"), list):
        return None
    names = [showable(str(one.get("tool_name", ""))) for one in found if isinstance(one, dict)]
    kind = str(block["type"])
    note = "" if names else _("Nothing was found.")
    return AnswerBlock(
        kind, at, "result", "\n".join(names), title=_title_of_result(kind), note=note, names=names[:MAX_FOUND]
    )


def _mcp_result(at: int, block: JSON, content: object) -> AnswerBlock | None:
    texts = [one.get("text") for one in content if isinstance(one, dict)] if isinstance(content, list) else [content]
    if not texts or not all(isinstance(text, str) for text in texts):
        return None
    text = "\n".join(str(one) for one in texts)
    is_bad = bool(block.get("is_error"))
    title = _("Error") if is_bad else _("Result")
    return AnswerBlock(
        str(block["type"]), at, "result", text, title=title, pieces=[Piece("", _text(text), is_bad)], is_bad=is_bad
    )


def _text(text: str) -> SafeString:
    """Text of others as it is, as much of it as is read on a screen."""
    shown = showable(f"{text[:MAX_TEXT]}…" if len(text) > MAX_TEXT else text)
    return escape(shown)


RESULTS: dict[str, Callable[[int, JSON, Any], AnswerBlock | None]] = {
    "web_search_tool_result": _search_results,
    "web_fetch_tool_result": _fetched_page,
    "code_execution_tool_result": _code_result,
    "bash_code_execution_tool_result": _code_result,
    "text_editor_code_execution_tool_result": _edit_result,
    "tool_search_tool_result": _tools_found,
    "mcp_tool_result": _mcp_result,
}
