"""Handing new runs to the engine of this process as soon as they are stored, not only when the page asks for them.

Only if the page that asked will follow from here: its socket is open in this process, or it has none. Otherwise the
process that holds the socket starts them, or, if nobody does, the sweeper of any.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import Context
from functools import partial
from uuid import UUID

from django.utils.translation import activate, get_language

from workbench.runs.background import background
from workbench.runs.engine import engine
from workbench.runs.models import Run
from workbench.runs.socket_rights import rights_watch
from workbench.teams.models import Member


def hand_over(member: Member, runs: Sequence[Run], *, has_socket: bool) -> None:
    """Start queued runs here. Called from any thread, after they are committed.

    Args:
        member: who started them.
        runs: just stored.
        has_socket: whether they were started by a page that opens a socket.
    """
    loop = background.loop
    if loop is not None:
        ids = [run.id for run in runs]
        # Of the request only its language goes along: the rest, and with it all that was posted, would stay in memory
        # for as long as anything that the run begins, a kept-alive connection for instance.
        context = Context()
        if language := get_language():
            context.run(activate, language)
        start = partial(_start, ids, member.user_id, member.workspace_id, has_socket)
        loop.call_soon_threadsafe(start, context=context)


def _start(run_ids: Sequence[UUID], user_id: int, workspace_id: int, has_socket: bool) -> None:
    if has_socket and not rights_watch.has_socket_of(user_id, workspace_id):
        return
    for run_id in run_ids:
        engine.start(run_id, workspace_id)
