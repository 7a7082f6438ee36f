"""The bytes of a file: an image on our own page, anything as a download. Nothing here is ever run or rendered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workbench.files import storing
from workbench.files.access import get_file
from workbench.files.models import StoredFile
from workbench.http import Request
from workbench.teams.access import get_member

# Whatever a browser makes of the content, it may do nothing: no script, no form, no request, no frame around it.
INERT = "default-src 'none'; sandbox; frame-ancestors 'none'"


@never_cache
@require_safe
def content(request: Request, workspace: str, file_id: UUID) -> HttpResponseBase:
    """An image that was decoded and written anew by us. Other kinds are never shown by the browser itself."""
    file = get_file(get_member(request.user, workspace), file_id)
    if not file.is_image:
        raise Http404
    return _answer(file, file.media_type, as_attachment=False)


@never_cache
@require_safe
def download(request: Request, workspace: str, file_id: UUID) -> HttpResponseBase:
    """The file as it is kept."""
    file = get_file(get_member(request.user, workspace), file_id)
    return _answer(file, "application/octet-stream", as_attachment=True)


def _answer(file: StoredFile, media_type: str, *, as_attachment: bool) -> HttpResponseBase:
    try:
        size = storing.size_of(file, storing.ORIGINAL)
    except storing.FileGoneError:
        raise Http404 from None
    answer = StreamingHttpResponse(_chunks(file), content_type=media_type)
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment, file.name) or "attachment"
    answer.headers["Content-Security-Policy"] = INERT
    return answer


async def _chunks(file: StoredFile) -> AsyncIterator[bytes]:
    pieces = storing.chunks(file, storing.ORIGINAL)
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
