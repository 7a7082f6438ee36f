"""Uploading: a plain form, or the page's script, which wants its answer as JSON."""

from __future__ import annotations

from typing import BinaryIO, cast

import structlog
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from workbench.files import limits, problems
from workbench.files.problems import UploadError
from workbench.files.tokens import about_tokens
from workbench.files.uploading import Uploaded, store_upload
from workbench.files.words import found_in, remarks_on
from workbench.http import Request
from workbench.notices import tell_done
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right

log = structlog.get_logger(__name__)


# The check of the form's token would read the whole form first. It is made below, once the length is known to be good.
@csrf_exempt
@require_POST
def upload(request: Request, workspace: str) -> HttpResponse:
    """Take one file. Who may not, or sends too much, is refused before anything of the form is read."""
    member = get_member(request.user, workspace, Right.WRITE)
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > limits.max_request():
        return _refused(request, member, problems.too_large(limits.max_file() // limits.MB))
    try:
        return _take(request, member)
    except MultiPartParserError:
        return _refused(request, member, problems.unreadable_form())
    except OSError:
        # Django keeps the form's file in one of its own while it reads it.
        log.exception("upload.not_kept")
        return _refused(request, member, problems.no_room())


@csrf_protect
def _take(request: Request, member: Member) -> HttpResponse:
    # The form's last field: without it, the form was cut, whatever its length said.
    if "end" not in request.POST:
        return _refused(request, member, problems.cut_off())
    file = request.FILES.get("file")
    if file is None or file.file is None:
        return _refused(request, member, UploadError(_("Choose a file first.")))
    try:
        uploaded = store_upload(member, file.name or "", cast("BinaryIO", file.file))
    except UploadError as error:
        return _refused(request, member, error)
    return _taken(request, member, uploaded)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _refused(request: Request, member: Member, error: UploadError) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"error": str(error)}, status=error.status)
    messages.error(request, str(error))
    return redirect("files", workspace=member.workspace.slug)


def _taken(request: Request, member: Member, uploaded: Uploaded) -> HttpResponse:
    file, workspace = uploaded.file, member.workspace.slug
    url = reverse("file", args=[workspace, file.pk])
    if _wants_json(request):
        answer = {
            "id": str(file.pk),
            "name": file.name,
            "kind": file.kind,
            "size": file.size,
            "found": found_in(file),
            "remarks": remarks_on(file),
            "tokens": about_tokens(file),
            "is_ready": file.is_ready,
            "was_known": uploaded.was_known,
            "url": url,
        }
        return JsonResponse(answer, status=200 if uploaded.was_known else 201)
    words = _("“%(name)s” was here before.") if uploaded.was_known else _("“%(name)s” is stored.")
    tell_done(request, words % {"name": file.name})
    return redirect(url)
