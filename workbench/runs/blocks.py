"""The content of an answer as blocks that can be shown, in order. Pure reading.

Nothing that a server sent is trusted to have the shape it should have: what is not understood is shown as its JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from workbench.rendering.highlight import highlight_json, showable
from workbench.rendering.json_tree import is_tree
from workbench.rendering.markdown import render_markdown
from workbench.runs.answer_block import AnswerBlock
from workbench.runs.citations import citations_of, cited_text, footnotes
from workbench.runs.pretty import pretty_json
from workbench.runs.tool_blocks import CALLS, block_of_tool

JSON = dict[str, Any]
MAX_BLOCKS = 1000  # that are shown; the raw blocks, the plain text and the files have all
REDACTED = gettext_lazy(
    "The provider encrypted a part of the thinking. It goes back unchanged when the conversation goes on."
)


class AnswerBlocks(list[AnswerBlock]):
    """What is shown of an answer, in order; `is_tree`: whether its text is JSON, which can be shown as a tree."""

    is_tree = False

    @property
    def are_many(self) -> bool:
        """Whether there is more than one."""
        return len(self) > 1


def content_of(message: Mapping[str, Any] | None) -> list[JSON]:
    """The content blocks of a stored answer, as they came; what is no block is left out."""
    content = (message or {}).get("content")
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def blocks_of(
    message: Mapping[str, Any] | None, key: object = "", files: Mapping[str, str] | None = None
) -> AnswerBlocks:
    """What is shown of a stored answer.

    Args:
        key: makes the anchors of sources unique in a page.
        files: see cited_files.
    """
    tokens = _thinking_tokens(message or {})
    shown = AnswerBlocks()
    shown.is_tree = is_tree(text_of(message))
    sources = 0
    content = content_of(message)
    for at, group in _groups(content[:MAX_BLOCKS]):
        if any(citations_of(block) for block in group):
            cited = cited_text(group, f"{key}-{at}", sources, files)
            sources += len(cited.sources)
            shown.append(AnswerBlock("text", at, "text", cited.text, cited.html, sources=cited.sources))
            continue
        for offset, block in enumerate(group):
            shown.append(_block(at + offset, block, tokens))
            tokens = None if block.get("type") == "thinking" else tokens
    if (left := len(content) - MAX_BLOCKS) > 0:
        words = ngettext("%(number)s more block is not shown.", "%(number)s more blocks are not shown.", left)
        shown.append(AnswerBlock("", MAX_BLOCKS, "note", title=words % {"number": left}))
    return shown


def plain_texts(message: Mapping[str, Any] | None) -> list[tuple[int, str]]:
    """The answer's texts as they came, with their places in the content; texts that citations divide are one."""
    texts: list[tuple[int, str]] = []
    for at, group in _groups(content_of(message)):
        if any(citations_of(block) for block in group):
            texts.append((at, "".join(str(block["text"]) for block in group)))
        else:
            texts += [(at + offset, str(block["text"])) for offset, block in enumerate(group) if _is_text(block)]
    return texts


def text_of(message: Mapping[str, Any] | None) -> str:
    """The answer's text exactly as it came, without its other blocks."""
    return "\n\n".join(text for _at, text in plain_texts(message))


def as_markdown(message: Mapping[str, Any] | None) -> str:
    """The answer as a Markdown file: its texts, sources as footnotes, calls of tools as JSON."""
    parts: list[str] = []
    sources = 0
    for at, group in _groups(content_of(message)):
        if any(citations_of(block) for block in group):
            cited = cited_text(group, str(at), sources)
            sources += len(cited.sources)
            parts += [cited.footnoted, "\n".join(footnotes(cited.sources))]
        for block in group:
            if _is_text(block) and not any(citations_of(one) for one in group):
                parts.append(str(block["text"]))
            elif block.get("type") in CALLS:
                parts.append(f"`{block.get('name', '')}`:\n\n```json\n{pretty_json(block.get('input'))}\n```")
    return "\n\n".join(parts)


def _groups(content: list[JSON]) -> list[tuple[int, list[JSON]]]:
    """Each block alone, but texts that follow each other together; with the place of the first."""
    groups: list[tuple[int, list[JSON]]] = []
    for at, block in enumerate(content):
        if groups and _is_text(block) and _is_text(groups[-1][1][-1]):
            groups[-1][1].append(block)
        else:
            groups.append((at, [block]))
    return groups


def _is_text(block: JSON) -> bool:
    return block.get("type") == "text" and isinstance(block.get("text"), str)


def _thinking_tokens(message: Mapping[str, Any]) -> int | None:
    usage = message.get("usage")
    details = usage.get("output_tokens_details") if isinstance(usage, dict) else None
    tokens = details.get("thinking_tokens") if isinstance(details, dict) else None
    return tokens if type(tokens) is int and tokens > 0 else None


def _block(at: int, block: JSON, thinking_tokens: int | None) -> AnswerBlock:
    kind = str(block.get("type", ""))
    if _is_text(block):
        return AnswerBlock(kind, at, "text", block["text"], _rendered(block["text"]))
    if kind == "thinking" and isinstance(text := block.get("thinking"), str):
        title = _("Thinking") if text else _("Thinking (not shown by the provider)")
        return AnswerBlock(kind, at, "thinking", text, escape(showable(text)), title, note=_in_words(thinking_tokens))
    if kind == "redacted_thinking":
        return AnswerBlock(kind, at, "note", title=str(REDACTED))
    if kind == "container_upload" and isinstance(file := block.get("file_id"), str):
        return AnswerBlock(kind, at, "note", file, title=_("A file for the code’s container:"), name=showable(file))
    return block_of_tool(at, block) or _raw(at, kind, block)


def _rendered(text: str) -> SafeString:
    """A text as its Markdown; one that is JSON as code, since Markdown would join its lines."""
    if not text.lstrip().startswith(("{", "[")) or not is_tree(text):
        return render_markdown(text)
    code = '<figure class="code wraps" data-language="json"><pre><code>{}</code></pre></figure>'
    return format_html(code, highlight_json(text))


def _in_words(tokens: int | None) -> str:
    return _("%(number)s tokens") % {"number": number_format(tokens, force_grouping=True)} if tokens else ""


def _raw(at: int, kind: str, block: JSON) -> AnswerBlock:
    text = pretty_json(block)
    return AnswerBlock(kind, at, "raw", text, highlight_json(text), showable(kind))
