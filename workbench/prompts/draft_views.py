"""A person's drafts: the list, and posts to throw one away, bring it back, take it up again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workbench.http import Request
from workbench.notices import tell_done
from workbench.prompts.access import get_draft
from workbench.prompts.drafts import bring_back_draft, drafts_of, left_drafts, take_up, throw_away
from workbench.prompts.models import Draft
from workbench.teams.access import get_member
from workbench.teams.models import Right


@never_cache
@require_safe
def drafts(request: Request, workspace: str) -> HttpResponse:
    """The person's unsaved work; owners also see what people left who are gone."""
    member = get_member(request.user, workspace)
    left = left_drafts(member) if member.may_manage else []
    context = {"member": member, "nav": "prompts", "drafts": drafts_of(member), "left": left}
    return render(request, "prompts/drafts.html", context)


@require_POST
def draft_throw_away(request: Request, workspace: str, draft_id: int) -> HttpResponse:
    """Throw a draft away, or (`undo`) bring it back."""
    member = get_member(request.user, workspace, Right.WRITE)
    draft = get_draft(member, draft_id)
    if "undo" in request.GET:
        bring_back_draft(draft)
        return redirect(_address(workspace, draft))
    throw_away(draft)
    undo = reverse("draft_throw_away", kwargs={"workspace": workspace, "draft_id": draft.id}) + "?undo"
    tell_done(request, _("The draft was thrown away."), undo)
    return redirect("drafts", workspace=workspace)


@require_POST
def draft_take_up(request: Request, workspace: str, draft_id: int) -> HttpResponse:
    """Go on with a draft that was put aside."""
    member = get_member(request.user, workspace, Right.WRITE)
    draft = get_draft(member, draft_id)
    take_up(draft)
    return redirect(_address(workspace, draft))


def _address(workspace: str, draft: Draft) -> str:
    """Where a draft is open."""
    playground = f"/w/{workspace}/"
    return f"{playground}?prompt={draft.prompt_id}" if draft.prompt_id else playground
