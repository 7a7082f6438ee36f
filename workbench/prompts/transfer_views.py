"""Prompts in and out: files, other workspaces, pasted requests."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.http import Request
from workbench.notices import tell_done
from workbench.prompts.access import get_prompt
from workbench.prompts.drafts import put_aside, save_draft
from workbench.prompts.export_format import MAX_FILE, Export, NotAnExportError, read_export
from workbench.prompts.exporting import export_file, travelling
from workbench.prompts.importing import import_prompts, is_empty
from workbench.prompts.models import Prompt
from workbench.prompts.pasted import NotARequestError, read_pasted
from workbench.prompts.queries import matching_ids, picked_ids, read_filters
from workbench.teams.access import get_member
from workbench.teams.audit import Action, note
from workbench.teams.models import Right


@never_cache
@require_safe
def export(request: Request, workspace: str) -> HttpResponseBase:
    """One prompt (`?prompt=<id>`), those that were picked (`?id=…&id=…`), or all that are listed under the same
    address (`?q=`, `?folder=`, …)."""
    member = get_member(request.user, workspace)
    if "prompt" in request.GET:
        prompt = get_prompt(member, _uuid(request.GET["prompt"]))
        ids, name = [prompt.id], slugify(prompt.name)[:60] or "prompt"
    elif "id" in request.GET:
        ids, name = picked_ids(member, map(_uuid, request.GET.getlist("id"))), slugify(member.workspace.slug)
    else:
        ids, name = matching_ids(member, read_filters(request.GET)), slugify(member.workspace.slug)
    now = timezone.now()
    note(member.workspace, member.user, Action.PROMPTS_EXPORTED, "prompt", "", "", number=len(ids))
    file = export_file(member.workspace, ids, now, with_sets=not {"prompt", "id"} & set(request.GET))
    answer = StreamingHttpResponse(file, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{now:%Y-%m-%d}.json"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: Request, workspace: str) -> HttpResponse:
    """Take in a file, and report what was new, changed and refused; or (GET) ask for one."""
    member = get_member(request.user, workspace, Right.WRITE)
    context: dict[str, object] = {"member": member, "nav": "prompts"}
    if request.method != "POST":
        return render(request, "prompts/import.html", context)
    file = request.FILES.get("file")
    if file is None:
        problem = _("Choose a file first.")
    elif (file.size or 0) > MAX_FILE:
        problem = _("The file is larger than %(number)s MB.") % {"number": MAX_FILE // 1024**2}
    else:
        try:
            report = import_prompts(member, read_export(file.read()))
            return render(request, "prompts/imported.html", {**context, "report": report, "is_empty": is_empty(report)})
        except NotAnExportError as error:
            problem = str(error)
    return render(request, "prompts/import.html", {**context, "problem": problem}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: Request, workspace: str) -> HttpResponse:
    """A pasted request becomes the draft without a name; what was there before is put aside."""
    member = get_member(request.user, workspace, Right.WRITE)
    context: dict[str, object] = {"member": member, "nav": "prompts", "text": request.POST.get("text", "")}
    if request.method != "POST":
        return render(request, "prompts/paste.html", context)
    try:
        pasted = read_pasted(request.POST.get("text", ""))
    except NotARequestError as error:
        return render(request, "prompts/paste.html", {**context, "problem": str(error)}, status=422)
    put_aside(member, None)
    save_draft(member, None, pasted.draft)
    if pasted.left_out:
        words = _("These parts have no place in a prompt yet and were left out: %(names)s.")
        messages.warning(request, words % {"names": ", ".join(pasted.left_out)})
    return redirect("playground", workspace=workspace)


@require_POST
def copy_to(request: Request, workspace: str, prompt_id: UUID) -> HttpResponse:
    """Copy a prompt with its versions to another workspace (`to`) in which the person may write."""
    member = get_member(request.user, workspace)
    prompt = get_prompt(member, prompt_id)
    other = get_member(request.user, str(request.POST.get("to", "")), Right.WRITE)
    report = import_prompts(other, Export([travelling(prompt)]))
    names = {"name": prompt.name, "workspace": other.workspace.name}
    if report.refused:
        messages.error(
            request, _("“%(name)s” has other versions in “%(workspace)s”; nothing was changed there.") % names
        )
        return redirect("prompt", workspace=workspace, prompt_id=prompt.id)
    copied: Prompt = (report.new or report.changed or report.unchanged)[0]
    tell_done(request, _("“%(name)s” is in “%(workspace)s” now.") % names)
    return redirect(reverse("prompt", kwargs={"workspace": other.workspace.slug, "prompt_id": copied.id}))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
