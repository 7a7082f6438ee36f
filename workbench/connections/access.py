"""Fetch a connection or 404: the only way to get one for a person."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from workbench.connections.models import Connection
from workbench.teams.models import Member


def get_connection(member: Member, connection_id: UUID) -> Connection:
    """A connection of the member's workspace.

    Raises:
        Http404: there is none with this id, or it belongs to another workspace.
    """
    try:
        return Connection.objects.get(id=connection_id, workspace_id=member.workspace_id)
    except Connection.DoesNotExist:
        raise Http404 from None
