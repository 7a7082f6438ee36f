"""Pages about prompts: the list, one prompt with its versions, one version, the difference between two."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.http import Request
from workbench.notices import tell_done
from workbench.prompts import actions
from workbench.prompts.access import get_any_prompt, get_prompt, get_version
from workbench.prompts.content import PromptContent
from workbench.prompts.differences import compare_versions
from workbench.prompts.drafts import load_draft
from workbench.prompts.forms import AboutForm
from workbench.prompts.labels import USUAL
from workbench.prompts.models import Favourite, Prompt
from workbench.prompts.queries import folders_of, list_prompts, read_filters, tags_of, version_rows
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right


@never_cache
@require_safe
def prompts(request: Request, workspace: str) -> HttpResponse:
    """Every prompt of the workspace, narrowed by words, folder, tag, favourites; or the archived ones."""
    member = get_member(request.user, workspace)
    filters = read_filters(request.GET)
    page = list_prompts(member, filters, request.GET.get("after", ""))
    context = {
        "member": member,
        "nav": "prompts",
        "page": page,
        "filters": filters,
        "folders": folders_of(member),
        "tags": tags_of(member),
        "query": request.GET.urlencode(),
    }
    return render(request, "prompts/list.html", context)


@never_cache
@require_safe
def prompt(request: Request, workspace: str, prompt_id: UUID) -> HttpResponse:
    """One prompt: what it says now, its versions, labels and links."""
    member = get_member(request.user, workspace)
    found = get_prompt(member, prompt_id)
    before = request.GET.get("before", "")
    rows, earlier = version_rows(found, int(before) if before.isdecimal() else None)
    latest = get_version(found, found.latest_number)
    context = {
        **_about(member, found),
        "rows": rows,
        "earlier": earlier,
        "version": latest,
        "content": PromptContent.of_version(latest),
        "moves": found.label_moves.select_related("user")[:10],
        "is_favourite": Favourite.objects.filter(user_id=member.user_id, prompt=found).exists(),
    }
    return render(request, "prompts/prompt.html", context)


@require_safe
def version(request: Request, workspace: str, prompt_id: UUID, number: int) -> HttpResponse:
    """One version, exactly as it was saved."""
    member = get_member(request.user, workspace)
    found = get_prompt(member, prompt_id)
    shown = get_version(found, number)
    context = {**_about(member, found), "version": shown, "content": PromptContent.of_version(shown)}
    return render(request, "prompts/version.html", context)


@require_safe
def compare(request: Request, workspace: str, prompt_id: UUID) -> HttpResponse:
    """The difference between two versions: `?from=<number>&to=<number>`, side by side or (`&view=inline`) in one.

    `to=mine` is what this person typed and has not saved; without such a draft it is the newest version.
    """
    member = get_member(request.user, workspace)
    found = get_prompt(member, prompt_id)
    mine = load_draft(member, found)
    is_mine = mine is not None and request.GET.get("to") == "mine"
    to = _number_in(request.GET, "to", found.latest_number)
    before = get_version(found, _number_in(request.GET, "from", to if is_mine else max(to - 1, 1)))
    after = get_version(found, to)
    typed = PromptContent.of_draft(mine.content) if mine and is_mine else PromptContent.of_version(after)
    context = {
        **_about(member, found),
        "before": before,
        "after": after,
        "mine": mine,
        "is_mine": is_mine,
        "differences": compare_versions(PromptContent.of_version(before), typed),
        "is_inline": request.GET.get("view") == "inline",
        "numbers": range(found.latest_number, 0, -1)[:500],
    }
    return render(request, "prompts/compare.html", context)


def _number_in(data: QueryDict, name: str, usual: int) -> int:
    text = data.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else usual


def _about(member: Member, found: Prompt) -> dict[str, object]:
    """What all pages of one prompt show."""
    labels = list(found.labels.all())
    names = [*USUAL, *(label.name for label in labels if label.name not in USUAL)]
    return {"member": member, "nav": "prompts", "prompt": found, "labels": labels, "label_names": names}


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, workspace: str, prompt_id: UUID) -> HttpResponse:
    """Name, description, folder and tags."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = get_prompt(member, prompt_id)
    form = AboutForm(request.POST if request.method == "POST" else None, initial=AboutForm.values_of(found))
    if request.method == "POST" and form.is_valid():
        actions.file_prompt(member, found, form.about())
        tell_done(request, _("Saved."))
        return redirect("prompt", workspace=workspace, prompt_id=found.id)
    context = {**_about(member, found), "form": form, "folders": folders_of(member)}
    return render(request, "prompts/edit.html", context, status=422 if form.errors else 200)


@require_POST
def restore(request: Request, workspace: str, prompt_id: UUID, number: int) -> HttpResponse:
    """Make an earlier version the newest one."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = get_prompt(member, prompt_id)
    made = actions.restore_version(member, get_version(found, number))
    words = _("Version %(old)s is the newest again, as version %(new)s.")
    tell_done(request, words % {"old": number, "new": made.number})
    return redirect("prompt", workspace=workspace, prompt_id=found.id)


@require_POST
def archive(request: Request, workspace: str, prompt_id: UUID) -> HttpResponse:
    """Put a prompt out of the way, or (`undo`) bring it back."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = get_prompt(member, prompt_id)
    if "undo" in request.GET:
        actions.archive_prompt(found, None)
        tell_done(request, _("“%(name)s” is back in the list.") % {"name": found.name})
        return redirect("prompt", workspace=workspace, prompt_id=found.id)
    actions.archive_prompt(found, timezone.now())
    undo = reverse("prompt_archive", kwargs={"workspace": workspace, "prompt_id": found.id}) + "?undo"
    tell_done(request, _("“%(name)s” was archived. Its links still work.") % {"name": found.name}, undo)
    return redirect("prompts", workspace=workspace)


@require_POST
def delete(request: Request, workspace: str, prompt_id: UUID) -> HttpResponse:
    """Delete a prompt that has no runs, or (`undo`) bring it back."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = get_any_prompt(member, prompt_id)
    if "undo" in request.GET:
        actions.bring_back(found)
        tell_done(request, _("“%(name)s” is back.") % {"name": found.name})
        return redirect("prompt", workspace=workspace, prompt_id=found.id)
    try:
        actions.delete_prompt(member, found, timezone.now())
    except actions.InUseError:
        return render(request, "prompts/in_use.html", _about(member, found), status=409)
    undo = reverse("prompt_delete", kwargs={"workspace": workspace, "prompt_id": found.id}) + "?undo"
    tell_done(request, _("“%(name)s” was deleted.") % {"name": found.name}, undo)
    return redirect("prompts", workspace=workspace)


@require_POST
def favourite(request: Request, workspace: str, prompt_id: UUID) -> HttpResponse:
    """Keep a prompt at hand (`on`), or no longer. Every member may: it is theirs alone."""
    member = get_member(request.user, workspace)
    found = get_prompt(member, prompt_id)
    is_favourite = request.POST.get("on") == "1"
    actions.set_favourite(member, found, is_favourite=is_favourite)
    if request.htmx:
        context = {"member": member, "prompt": found, "is_favourite": is_favourite}
        return render(request, "prompts/favourite.html", context)
    return redirect("prompt", workspace=workspace, prompt_id=found.id)
