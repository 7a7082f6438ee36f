"""The list of prompts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workbench.http import Request
from workbench.prompts.queries import prompts_of
from workbench.teams.access import get_member


@require_safe
def prompts(request: Request, workspace: str) -> HttpResponse:
    """Every prompt of the workspace; opening one leads to the playground."""
    member = get_member(request.user, workspace)
    text = request.GET.get("q", "").strip()
    context = {"member": member, "nav": "prompts", "prompts": prompts_of(member.workspace, text), "text": text}
    return render(request, "prompts/list.html", context)
