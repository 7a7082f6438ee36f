"""Citations: a cited text as HTML with numbered marks, and the sources that the marks lead to.

The API cuts a text wherever a citation begins or ends. Here the pieces are one text again, since Markdown does not
stop at such a cut. Nothing is sent or stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from workbench.rendering.highlight import showable
from workbench.rendering.markdown import render_markdown
from workbench.runs.cited_files import place_in

JSON = dict[str, Any]
MAX_QUOTE = 600  # characters of a cited text that are shown
MAX_MARKS = 1000  # of one text: nobody follows more
# In the text while it is rendered, a mark is its number between two of these (private use, so no model writes them).
OPEN, CLOSE = "\ue0f0", "\ue0f1"
MARK = re.compile(f"{OPEN}([0-9]+){CLOSE}")
# Tags are left alone: a mark is only ever replaced in the text between them.
TAG_OR_MARK = re.compile(rf"""<(?:"[^"]*"|[^">])*>|{MARK.pattern}""")
# Lines after which nothing may stand on the same line: fences and rules.
CLOSED_LINE = re.compile(r"^ {0,3}(?:`{3,}|~{3,}|[-=*_][-=*_ ]{2,})$")


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read: `number` counts from 1 in the answer; `place` in words, `href` for pages of the web,
    `file` the address of the place in a file of ours."""

    number: int
    anchor: str
    title: str
    place: str
    quote: str
    href: str = ""
    host: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A cited text: as HTML with marks, as it came, with marks as footnotes of Markdown, and its sources."""

    html: SafeString
    text: str
    footnoted: str
    sources: list[Source]


def citations_of(block: JSON) -> list[JSON]:
    """The citations of a text block."""
    found = block.get("citations")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def cited_text(blocks: Sequence[JSON], key: str, before: int, files: Mapping[str, str] | None = None) -> Cited:
    """Text blocks that follow each other as one text with marks.

    Args:
        key: makes the anchors unique in a page.
        before: how many sources the answer had until here.
        files: the pages of the request's own files, by their titles.
    """
    sources: dict[tuple[str, ...], Source] = {}
    marked, footnoted, plain = [], [], []
    for block in blocks:
        text = str(block["text"])
        cited = citations_of(block)[:MAX_MARKS]
        numbers = [_numbered(citation, sources, key, before, files or {}).number for citation in cited]
        numbers = list(dict.fromkeys(numbers))
        clean = text.replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")
        marked.append(_with_marks(clean, "".join(f"{OPEN}{number}{CLOSE}" for number in numbers)))
        footnoted.append(_with_marks(text, "".join(f"[^{number}]" for number in numbers)))
        plain.append(text)
    known = {source.number: source for source in sources.values()}
    html = _marked_html(render_markdown("".join(marked)), known)
    return Cited(html, "".join(plain), "".join(footnoted), list(known.values()))


def _numbered(
    citation: JSON, sources: dict[tuple[str, ...], Source], key: str, before: int, files: Mapping[str, str]
) -> Source:
    """The source of a citation: the same place is the same source."""
    title, place = _title_of(citation), place_of(citation)
    quote = citation.get("cited_text")
    quote = showable(quote).strip() if isinstance(quote, str) else ""
    href, host = _address_of(citation)
    which = (title, place, quote, href)
    if which not in sources:
        number = before + len(sources) + 1
        file = files.get(str(citation.get("document_title")), "")
        file = place_in(file, citation, quote) if file else ""
        quote = f"{quote[:MAX_QUOTE]}…" if len(quote) > MAX_QUOTE else quote
        sources[which] = Source(number, f"source-{key}-{number}", title, place, quote, href, host, file)
    return sources[which]


def _with_marks(text: str, marks: str) -> str:
    """The text with marks behind its last word: never where they would change what Markdown makes of it."""
    if not marks:
        return text
    words = text.rstrip()
    rest = text[len(words) :]
    last = words.rpartition("\n")[2]
    if CLOSED_LINE.fullmatch(last):
        return f"{words}\n\n{marks}\n\n{rest}"
    if last.endswith("|") and not last.endswith("\\|"):
        return f"{words[:-1]}{marks} |{rest}"
    return f"{words}{marks}{rest}"


def _marked_html(html: str, sources: dict[int, Source]) -> SafeString:
    """Rendered text with its marks as links; those that Markdown swallowed stand behind it."""
    placed = set()

    def mark(match: re.Match[str]) -> str:
        number = match.group(1)
        if number is None or int(number) not in sources:
            return match.group()
        placed.add(int(number))
        return _mark(sources[int(number)])

    marked = TAG_OR_MARK.sub(mark, html)
    lost = [_mark(source) for number, source in sources.items() if number not in placed]
    behind = f"<p>{''.join(lost)}</p>" if lost else ""
    return mark_safe(f"{marked}{behind}")  # noqa: S308 - rendered before, and our own marks


def _mark(source: Source) -> str:
    label = _("Source %(number)s: %(title)s") % {"number": source.number, "title": source.title}
    template = '<sup class="cite"><a href="#{}" aria-label="{}">{}</a></sup>'
    return format_html(template, source.anchor, label, source.number)


def _title_of(citation: JSON) -> str:
    for name in ("title", "document_title", "url", "source"):
        if isinstance(title := citation.get(name), str) and title.strip():
            return showable(title).strip()
    index = citation.get("document_index")
    return _("Document %(number)s") % {"number": index + 1} if type(index) is int else _("Untitled")


def _address_of(citation: JSON) -> tuple[str, str]:
    """Where the source can be opened, and its host; empty for what is no page of the web."""
    for name in ("url", "source"):
        address = citation.get(name)
        if not isinstance(address, str):
            continue
        try:
            parts = urlsplit(address)
            host = parts.hostname
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and host:
            return showable(address), host
    return "", ""


def place_of(citation: JSON) -> str:
    """Where in its document something stands, in words; empty for a page of the web (API reference, citations)."""
    match citation:
        case {"type": "char_location", "start_char_index": int(start), "end_char_index": int(end)}:
            return _("characters %(start)s–%(end)s") % {"start": start, "end": end}
        case {"type": "page_location", "start_page_number": int(start), "end_page_number": int(end)}:
            return _span(start, end, _("page %(start)s"), _("pages %(start)s–%(end)s"))
        case {"type": "content_block_location", "start_block_index": int(start), "end_block_index": int(end)}:
            return _span(start + 1, end + 1, _("part %(start)s"), _("parts %(start)s–%(end)s"))
        case {"type": "search_result_location", "start_block_index": int(start), "end_block_index": int(end)}:
            return _span(start + 1, end + 1, _("part %(start)s"), _("parts %(start)s–%(end)s"))
    return ""


def _span(start: int, end: int, one: str, many: str) -> str:
    """Where it begins and ends; the end itself is not part of it."""
    last = max(start, end - 1)
    return (one if last == start else many) % {"start": start, "end": last}


def footnotes(sources: Sequence[Source]) -> Iterator[str]:
    """The sources as footnotes of Markdown."""
    for source in sources:
        where = f", {source.place}" if source.place else ""
        title = f"[{source.title}](<{source.href}>)" if source.href else source.title
        quote = f": “{' '.join(source.quote.split())}”" if source.quote else ""
        yield f"[^{source.number}]: {title}{where}{quote}"
