"""What was found in a file, and what a model will or will not get of it, in words."""

from __future__ import annotations

from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workbench.files.models import FileKind, FileState, StoredFile
from workbench.files.options import MAX_SIDE
from workbench.files.problems import why_unreadable

# The API's limits: images of this side and this size in base64 (bytes), requests of this many pages.
MAX_IMAGE_BASE64 = 5 * 1024 * 1024
MANY_PAGES = 100
MOST_PAGES = 600


def grouped(number: int | None) -> str:
    """A number as the reader writes it, 12,087; empty for none."""
    return "" if number is None else number_format(number, force_grouping=True)


def found_in(file: StoredFile) -> str:
    """The file's measure in a few words: "12 pages", "800 × 600 px", "1,204 rows × 7 columns"."""
    if file.state == FileState.UNREADABLE:
        return _("could not be read")
    if file.kind == FileKind.IMAGE:
        size = _("%(width)s × %(height)s px") % {
            "width": grouped(file.number("width")),
            "height": grouped(file.number("height")),
        }
        return size + (f", {_frames(file.number('frames'))}" if file.number("frames") > 1 else "")
    if file.kind == FileKind.PDF:
        pages = file.number("pages")
        return ngettext("%(number)s page", "%(number)s pages", pages) % {"number": grouped(pages)}
    if file.kind == FileKind.CSV:
        rows, columns = file.number("rows"), file.number("columns")
        words = ngettext("%(number)s row", "%(number)s rows", rows) % {"number": grouped(rows)}
        return f"{words} × " + ngettext("%(number)s column", "%(number)s columns", columns) % {
            "number": grouped(columns)
        }
    characters = file.number("characters")
    words = ngettext("%(number)s character", "%(number)s characters", characters)
    return words % {"number": grouped(characters)}


def _frames(number: int) -> str:
    return ngettext("%(number)s frame", "%(number)s frames", number) % {"number": number}


def remarks_on(file: StoredFile) -> list[str]:
    """What a person should know before sending the file, as it is."""
    if not file.is_ready:
        return [_("Workbench could not read this file.") + " " + why_unreadable(str(file.details.get("problem", "")))]
    if file.kind == FileKind.IMAGE:
        return _remarks_on_image(file)
    remarks = []
    if file.details.get("is_scan"):
        remarks.append(_("There is no text in it: it may be a scan. Only models that take PDF files can read it."))
    if broken := file.number("unreadable_pages"):
        words = ngettext("%(number)s page is broken: its text is missing.", "%(number)s pages are broken.", broken)
        remarks.append(words % {"number": broken})
    if file.details.get("cut"):
        remarks.append(_("The text is cut: the file has more of it than is read here."))
    if file.number("pages") > MANY_PAGES:
        words = _("The Claude API takes up to %(most)s pages at once, or %(less)s for models that read 200,000 tokens.")
        remarks.append(words % {"most": MOST_PAGES, "less": MANY_PAGES})
    return remarks


def _remarks_on_image(file: StoredFile) -> list[str]:
    remarks = []
    if file.number("frames") > 1:
        remarks.append(_("It moves; models see its first picture only."))
    if max(file.number("width"), file.number("height")) > MAX_SIDE:
        words = _("The Claude API takes images of up to %(side)s px a side. Make it smaller when you send it.")
        remarks.append(words % {"side": grouped(MAX_SIDE)})
    if file.size * 4 / 3 > MAX_IMAGE_BASE64:
        words = _("The Claude API takes images of up to %(size)s. Make it smaller when you send it.")
        remarks.append(words % {"size": filesizeformat(MAX_IMAGE_BASE64 * 3 // 4)})
    return remarks
