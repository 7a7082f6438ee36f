"""Pages about files: the list, and one file with what a model sees of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workbench.files import actions, limits
from workbench.files.access import get_any_file, get_file
from workbench.files.models import FileKind, StoredFile
from workbench.files.options import FileOptions, OptionsError, read_options
from workbench.files.queries import list_files, places_of, read_filters
from workbench.files.storing import FileGoneError
from workbench.files.text import beginning
from workbench.files.tokens import about_tokens
from workbench.files.words import found_in, grouped, remarks_on
from workbench.http import Request
from workbench.notices import tell_done
from workbench.teams.access import get_member
from workbench.teams.models import Right

# More text than this is not put on a page; the download has it all (characters).
SHOWN_TEXT = 200_000


@never_cache
@require_safe
def files(request: Request, workspace: str) -> HttpResponse:
    """Every file of the workspace, narrowed by name and kind."""
    member = get_member(request.user, workspace)
    filters = read_filters(request.GET)
    context = {
        "member": member,
        "nav": "files",
        "page": list_files(member, filters, request.GET.get("after", "")),
        "filters": filters,
        "kinds": FileKind.choices,
        "max_file": filesizeformat(limits.max_file()),
        "max_bytes": limits.max_file(),
        "used": filesizeformat(limits.used(member.workspace)),
        "quota": filesizeformat(limits.quota()),
    }
    return render(request, "files/list.html", context)


@never_cache
@require_safe
def file(request: Request, workspace: str, file_id: UUID) -> HttpResponse:
    """One file: what a model sees of it (`?pages=`, `?rows=`, `?max_side=`), its measure, and where it is used."""
    member = get_member(request.user, workspace)
    found = get_file(member, file_id)
    problem, options = "", FileOptions()
    try:
        options = read_options(found, request.GET)
    except OptionsError as error:
        problem = str(error)
    context = {
        "member": member,
        "nav": "files",
        "file": found,
        "found": found_in(found),
        "remarks": remarks_on(found),
        "tokens": grouped(about_tokens(found, options)),
        "asked": request.GET,
        "problem": problem,
        "places": places_of(member, found),
        **_text_shown(found, options),
    }
    return render(request, "files/file.html", context, status=422 if problem else 200)


def _text_shown(found: StoredFile, options: FileOptions) -> dict[str, object]:
    """The beginning of the text, whether that is all, and whether the storage has lost it."""
    if not found.has_text:
        return {}
    try:
        text, is_all = beginning(found, options, SHOWN_TEXT)
    except FileGoneError:
        return {"is_lost": True}
    return {"text": text, "is_all": is_all}


@require_POST
def rename(request: Request, workspace: str, file_id: UUID) -> HttpResponse:
    """Show the file under another name."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = get_file(member, file_id)
    if request.POST.get("name", "").strip():
        actions.rename_file(found, request.POST["name"])
        tell_done(request, _("Saved."))
    else:
        messages.error(request, _("A file needs a name."))
    return redirect("file", workspace=workspace, file_id=found.id)


@require_POST
def delete(request: Request, workspace: str, file_id: UUID) -> HttpResponse:
    """Delete a file, or (`undo`) bring it back."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = get_any_file(member, file_id)
    if "undo" in request.GET:
        actions.bring_back(found)
        tell_done(request, _("“%(name)s” is back.") % {"name": found.name})
        return redirect("file", workspace=workspace, file_id=found.id)
    actions.delete_file(member, found, timezone.now())
    undo = reverse("file_delete", kwargs={"workspace": workspace, "file_id": found.id}) + "?undo"
    tell_done(request, _("“%(name)s” was deleted.") % {"name": found.name}, undo)
    return redirect("files", workspace=workspace)
