"""Making a workspace, and its settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workbench.http import Request
from workbench.teams.access import get_member, signed_in
from workbench.teams.actions import create_workspace, rename_workspace
from workbench.teams.forms import WorkspaceForm
from workbench.teams.models import Right, Workspace


@require_http_methods(["GET", "HEAD", "POST"])
def new_workspace(request: Request) -> HttpResponse:
    """Make a workspace; whoever makes it owns it."""
    form = WorkspaceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        member = create_workspace(signed_in(request), form.cleaned_data["name"])
        return redirect("playground", workspace=member.workspace.slug)
    return render(request, "teams/new_workspace.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def workspace_settings(request: Request, workspace: str) -> HttpResponse:
    """Look at the workspace's name and address; owners rename it."""
    is_change = request.method == "POST"
    member = get_member(request.user, workspace, Right.MANAGE if is_change else Right.READ)
    # A row of its own: a name that is refused must not show in the page around the form.
    stored = Workspace.objects.get(pk=member.workspace_id)
    form = WorkspaceForm(request.POST if is_change else None, instance=stored)
    if form.is_valid():
        rename_workspace(member, form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("workspace", workspace=workspace)
    context = {"member": member, "nav": "workspace", "form": form}
    return render(request, "teams/workspace.html", context, status=422 if form.errors else 200)
