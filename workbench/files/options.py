"""How a file is sent: which pages or rows of it, as text or as it is, how large, under which title. Checked here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from workbench.files.models import FileKind, StoredFile

MAX_SIDE = 8000  # px; the API's own limit for one image
MIN_SIDE = 16
MAX_WORDS = 2000  # characters of a title or a context
SEPARATORS = "[,;\uff0c\u3001]"  # the last two are Chinese commas
PART = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?", re.ASCII)


class OptionsError(ValueError):
    """What was asked of a file cannot be; the message says why."""


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How to send a file. Empty values mean: all of it, as it is."""

    pages: str = ""  # "2-5,9"
    rows: int | None = None
    as_text: bool = False
    max_side: int | None = None  # px
    citations: bool = False
    title: str = ""  # empty: the file's name
    context: str = ""

    def as_data(self) -> dict[str, object]:
        """What differs from the usual, to be stored."""
        usual = asdict(FileOptions())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}


def read_options(file: StoredFile, data: Mapping[str, object]) -> FileOptions:
    """Options as typed or stored, checked against the file; what does not concern its kind is left out.

    Raises:
        OptionsError: a page that is not there, a number that is none.
    """
    is_paged, is_table = file.kind == FileKind.PDF, file.kind == FileKind.CSV
    pages = str(data.get("pages") or "").strip()
    return FileOptions(
        pages=page_ranges(pages, file.number("pages")) if is_paged else "",
        rows=_number(data.get("rows"), 1, None, _("rows")) if is_table else None,
        as_text=is_paged and bool(data.get("as_text")),
        max_side=_number(data.get("max_side"), MIN_SIDE, MAX_SIDE, _("px")) if file.kind == FileKind.IMAGE else None,
        citations=file.kind != FileKind.IMAGE and bool(data.get("citations")),
        title=str(data.get("title") or "").strip()[:MAX_WORDS],
        context=str(data.get("context") or "").strip()[:MAX_WORDS],
    )


def page_ranges(text: str, number: int) -> str:
    """ "9, 2–4, 4-5" as "2-5,9": in order, joined, within the `number` of pages; empty for all.

    Raises:
        OptionsError: it is no list of pages, or names one that is not there.
    """
    if not text.strip():
        return ""
    joined: list[list[int]] = []
    for first, last in sorted(_range(part, number) for part in re.split(SEPARATORS, text) if part.strip()):
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    if not joined:
        raise OptionsError(_("Give pages such as 2-5,9."))
    if joined == [[1, number]]:
        return ""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in joined)


def pages_in(ranges: str, number: int) -> list[int]:
    """The pages of checked ranges, in order; all of them if there are none."""
    if not ranges:
        return list(range(1, number + 1))
    parts = [part.partition("-") for part in ranges.split(",")]
    return [page for first, _dash, last in parts for page in range(int(first), int(last or first) + 1)]


def _range(part: str, number: int) -> tuple[int, int]:
    found = PART.fullmatch(part.strip())
    if not found:
        raise OptionsError(_("“%(part)s” is no page. Give pages such as 2-5,9.") % {"part": part.strip()[:40]})
    first = int(found[1])
    last = int(found[2] or first)
    if not 1 <= first <= last:
        raise OptionsError(_("“%(part)s” is no range of pages.") % {"part": part.strip()})
    if last > number:
        raise OptionsError(_("There is no page %(page)s: the file has %(number)s.") % {"page": last, "number": number})
    return first, last


def _number(value: object, least: int, most: int | None, unit: str) -> int | None:
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= (most or int(text))):
        words = _("Give a number from %(least)s to %(most)s (%(unit)s).") if most else _("Give a number (%(unit)s).")
        raise OptionsError(words % {"least": least, "most": most, "unit": unit})
    return int(text)
