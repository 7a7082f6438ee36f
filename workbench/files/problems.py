"""Why a file is refused, or is stored but could not be read, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_UNREADABLE = {
    "encrypted": gettext_lazy("It is protected with a password. Remove the protection and upload it again."),
    "damaged": gettext_lazy("It is damaged or cut off."),
    "too_large_image": gettext_lazy("It has more pixels than are read here (80 million in all)."),
    "too_many_pages": gettext_lazy("It has more pages than are read here (3,000)."),
    "bomb": gettext_lazy("Unpacked it is far larger than a document of this size can be."),
    "entities": gettext_lazy("It declares XML entities, which documents do not need and which are not read."),
    "memory": gettext_lazy("Reading it takes more memory than is given to one file."),
    "time": gettext_lazy("Reading it takes longer than is given to one file."),
}


class UploadError(Exception):
    """A file was not taken; the message says why and what to do. `status` is that of the HTTP answer."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


def why_unreadable(code: str) -> str:
    """Why a stored file could not be read."""
    return str(_UNREADABLE.get(code, _UNREADABLE["damaged"]))


def accepted() -> str:
    """What is accepted, in a sentence."""
    return _("Accepted are PDF, DOCX, text, Markdown, CSV, JSON and code, and the images JPG, PNG, GIF and WebP.")


def not_accepted(resembles: str) -> UploadError:
    """The content is of no kind that is accepted."""
    if resembles:
        return UploadError(_("This looks like %(type)s.") % {"type": resembles} + " " + accepted())
    return UploadError(_("This is not a kind of file that can be used here.") + " " + accepted())


def too_large(limit_mb: int) -> UploadError:
    """The file is above the limit for one."""
    words = _("The file is larger than %(number)s MB, which is the limit here. Nothing was stored.")
    return UploadError(words % {"number": limit_mb}, 413)


def cut_off() -> UploadError:
    """The request ended before its end."""
    return UploadError(_("The upload broke off before its end. Nothing was stored. Try again."), 400)


def unreadable_form() -> UploadError:
    """The form around the file is none: Django reads names of up to some 900 bytes."""
    words = _("The upload could not be read. Its name may be too long, or it was damaged on its way.")
    return UploadError(words + " " + _("Nothing was stored. Try again, under a shorter name."), 400)


def empty() -> UploadError:
    """There is nothing in the file."""
    return UploadError(_("The file is empty."))


def quota_reached(limit: str) -> UploadError:
    """The workspace has no room."""
    words = _("The files of this workspace would take more than %(limit)s, which is the limit here. Delete some first.")
    return UploadError(words % {"limit": limit}, 413)


def no_room() -> UploadError:
    """The server's own disk, or bucket, did not take it."""
    words = _("The server could not store the file: its disk may be full. Nothing was stored. Tell whoever runs it.")
    return UploadError(words, 507)
