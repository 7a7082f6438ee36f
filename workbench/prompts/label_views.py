"""Posts about a prompt's labels."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workbench.http import Request
from workbench.notices import tell_done
from workbench.prompts.access import get_prompt, get_version
from workbench.prompts.forms import LabelForm
from workbench.prompts.labels import move_label, remove_label
from workbench.teams.access import get_member
from workbench.teams.models import Right


@require_POST
def labels(request: Request, workspace: str, prompt_id: UUID) -> HttpResponse:
    """Let a label (`name`) point at a version (`number`), or at none."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = get_prompt(member, prompt_id)
    form = LabelForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
        return redirect("prompt", workspace=workspace, prompt_id=found.id)
    name, number = form.cleaned_data["name"], form.cleaned_data["number"]
    if number is None:
        remove_label(member, found, name)
        tell_done(request, _("“%(name)s” points at no version now.") % {"name": name})
    else:
        move_label(member, get_version(found, number), name)
        tell_done(request, _("“%(name)s” points at version %(number)s now.") % {"name": name, "number": number})
    return redirect("prompt", workspace=workspace, prompt_id=found.id)
