"""Fetch a run or 404: the only way to get one for a person."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from workbench.runs.models import Run
from workbench.teams.models import Member


def get_run(member: Member, run_id: UUID) -> Run:
    """A run of the member's workspace.

    Raises:
        Http404: there is none with this id, or it belongs to another workspace.
    """
    try:
        return Run.objects.select_related("connection", "user", "prompt", "prompt_version__prompt", "workspace").get(
            id=run_id, workspace_id=member.workspace_id
        )
    except Run.DoesNotExist:
        raise Http404 from None
