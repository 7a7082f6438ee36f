"""Pages about the tools kept in a workspace: the list, and one with its definition and saved results."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.http import Request
from workbench.notices import tell_done
from workbench.prompts.models import MAX_NAME, Tool
from workbench.prompts.tool_actions import (
    MAX_MOCK,
    MAX_MOCKS,
    Mock,
    ToolNameTakenError,
    TooManyMocksError,
    change_tool,
    fetch_tool,
    list_tools,
    mark_tool_deleted,
    remove_mock,
    save_mock,
)
from workbench.prompts.tools import read_tools
from workbench.prompts.typed_json import write_typed
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right


@never_cache
@require_safe
def tools(request: Request, workspace: str) -> HttpResponse:
    """Every tool that is kept here."""
    member = get_member(request.user, workspace)
    return render(request, "tools/list.html", {"member": member, "nav": "tools", "tools": list_tools(member.workspace)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tool(request: Request, workspace: str, tool_id: int) -> HttpResponse:
    """One tool; a post replaces its definition (`definition`, as JSON)."""
    member = get_member(request.user, workspace, Right.WRITE if request.method == "POST" else Right.READ)
    found = _present(member, tool_id)
    if request.method != "POST":
        return _page(request, member, found, write_typed(found.definition))
    typed = request.POST.get("definition", "").replace("\r\n", "\n")
    read = read_tools(typed)
    problem = read.told or ("" if len(read.tools) == 1 else _("Write one tool here."))
    if not problem:
        try:
            change_tool(member, found, read.tools[0])
        except ToolNameTakenError:
            problem = _("Another tool has this name already.")
    if problem:
        return _page(request, member, fetch_tool(member, tool_id), typed, problem)
    tell_done(request, _("Saved."))
    return redirect("tool", workspace=workspace, tool_id=tool_id)


@require_POST
def delete(request: Request, workspace: str, tool_id: int) -> HttpResponse:
    """Delete a tool, or (`undo`) bring it back. Prompts keep their copies of it."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = fetch_tool(member, tool_id)
    if "undo" in request.GET:
        try:
            mark_tool_deleted(found, None)
            tell_done(request, _("“%(name)s” is back.") % {"name": found.name})
        except ToolNameTakenError:
            tell_done(request, _("Another tool has this name already."))
    else:
        mark_tool_deleted(found, timezone.now())
        undo = reverse("tool_delete", kwargs={"workspace": workspace, "tool_id": tool_id}) + "?undo"
        tell_done(request, _("“%(name)s” was deleted.") % {"name": found.name}, undo)
    return redirect("tools", workspace=workspace)


@require_POST
def results(request: Request, workspace: str, tool_id: int) -> HttpResponse:
    """Save a result (`name`, `text`, `is_error`) in the place of the one of its name, or (`remove`) forget that."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = _present(member, tool_id)
    name = " ".join(request.POST.get("name", "").split())
    if "remove" in request.GET:
        remove_mock(member, found, name)
        return redirect("tool", workspace=workspace, tool_id=tool_id)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    mock = Mock(name=name, text=text, is_error=request.POST.get("is_error") == "1")
    problem = ""
    if not name or len(name) > MAX_NAME:
        problem = _("Give it a name of at most %(number)s characters.") % {"number": MAX_NAME}
    else:
        try:
            save_mock(member, found, mock)
        except TooManyMocksError:
            words = _("A tool has at most %(number)s saved results of at most %(size)s.")
            problem = words % {"number": MAX_MOCKS, "size": filesizeformat(MAX_MOCK)}
    if problem:
        return _page(request, member, found, write_typed(found.definition), wrong={**mock, "problem": problem})
    tell_done(request, _("Saved."))
    return redirect("tool", workspace=workspace, tool_id=tool_id)


def _present(member: Member, tool_id: int) -> Tool:
    found = fetch_tool(member, tool_id)
    if found.deleted_at is not None:
        raise Http404
    return found


def _page(
    request: Request,
    member: Member,
    found: Tool,
    typed: str,
    problem: str = "",
    wrong: dict[str, object] | None = None,
) -> HttpResponse:
    context = {"member": member, "nav": "tools", "tool": found, "typed": typed, "problem": problem, "wrong": wrong}
    return render(request, "tools/tool.html", context, status=422 if problem or wrong else 200)
