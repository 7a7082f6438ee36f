"""Rights of open sockets are looked at again every few seconds: one look for all sockets of the process."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog
from django.db import DatabaseError

from workbench.teams.models import Role
from workbench.teams.sockets import Seat, roles_now
from workbench.threads import in_thread

log = structlog.get_logger(__name__)

# Who signed out, was removed or lost a role gets no event and no command after 5 s; half of that leaves room.
LOOK_EVERY_S = 2.5


class Watched(Protocol):
    """A socket whose rights are looked after."""

    seat: Seat | None

    async def set_role(self, role: Role | None) -> None:
        """Told at every look."""


class RightsWatch:
    """All open sockets of this process. Looks only while there are any."""

    def __init__(self) -> None:
        self._sockets: set[Watched] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, socket: Watched) -> None:
        """Look after this socket until it is discarded."""
        self._sockets.add(socket)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look_on(), name="socket rights")

    def discard(self, socket: Watched) -> None:
        """The socket is closed."""
        self._sockets.discard(socket)

    def has_socket_of(self, user_id: int, workspace_id: int) -> bool:
        """Whether this person has a socket of this workspace open in this process."""
        seats = (socket.seat for socket in self._sockets)
        return any(seat and (seat.visitor.user_id, seat.workspace_id) == (user_id, workspace_id) for seat in seats)

    async def _look_on(self) -> None:
        while self._sockets:
            await asyncio.sleep(LOOK_EVERY_S)
            seats = {socket: socket.seat for socket in self._sockets if socket.seat}
            try:
                roles = await in_thread(roles_now)(set(seats.values()))
            except DatabaseError:
                log.exception("socket_rights.database_error")
                continue
            for socket, seat in seats.items():
                await socket.set_role(roles.get(seat))


rights_watch = RightsWatch()
