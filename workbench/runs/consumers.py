"""The page's one websocket: it subscribes to runs, hands queued ones to the engine, and stops them.

Every command is checked against the person's role of that moment. Commands are small; prompts and files go by
HTTP. Nothing runs inside `receive` that could wait for an upstream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import orjson
import structlog
from autobahn.exception import Disconnected
from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer

from workbench.prompts.news import group_of, is_there, news_frame
from workbench.runs.background import background
from workbench.runs.engine import engine
from workbench.runs.following import Follower, html_frames
from workbench.runs.models import Run
from workbench.runs.socket_rights import rights_watch
from workbench.runs.stored import stored_progress
from workbench.teams.models import Member, Right, Role
from workbench.teams.sockets import Seat, Visitor, identify
from workbench.threads import in_thread

log = structlog.get_logger(__name__)

MAX_COMMAND = 64 * 1024  # characters of one inbound message
MAX_FOLLOWED = 64  # runs that one page follows at once
COMMANDS_PER_SECOND = 200
STORED_POLL_S = 0.5

CLOSE_BROKEN = 1011
CLOSE_BAD_COMMAND = 4400
CLOSE_NOT_HERE = 4404
CLOSE_SIGNED_OUT = 4401
CLOSE_TOO_LARGE = 4413
CLOSE_TOO_MANY = 4429
CLOSE_WORDS = {
    CLOSE_BROKEN: "something failed here",
    CLOSE_BAD_COMMAND: "not a command",
    CLOSE_NOT_HERE: "no such workspace",
    CLOSE_SIGNED_OUT: "signed out or removed",
    CLOSE_TOO_LARGE: "command too large",
    CLOSE_TOO_MANY: "too many commands",
}


class BadCommandError(ValueError):
    """A message that is not a command of ours."""


class RunConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """`/ws/w/<workspace>/`.

    Commands: `{"follow": {run: position}}`, `{"stop": run}`, `{"ack": frames}`, `{"ping": n}`, and `{"open": prompt,
    "base": number}` to be told of versions after that one.
    """

    async def connect(self) -> None:
        """Refuse strangers before accepting; close with a reason where a browser must be told."""
        self.tasks: set[asyncio.Task[None]] = set()
        self.sending: dict[UUID, asyncio.Task[None]] = {}
        self.seat: Seat | None = None
        self.role = Role.VIEWER
        self.commands, self.second = 0, 0.0
        self.opened: tuple[UUID, int] | None = None
        background.ensure_started()
        accept_language = dict(self.scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        workspace = self.scope["url_route"]["kwargs"]["workspace"]
        visitor, member = await in_thread(_who)(self.scope["cookies"], accept_language, workspace)
        if visitor is None:
            await self.close()
            return
        self.visitor: Visitor = visitor
        await self.accept()
        if member is None:
            await self.refuse(CLOSE_NOT_HERE)
            return
        self.seat = Seat(visitor, member.workspace_id)
        self.role = Role(member.role)
        self.follower = Follower(self.put, self.send_end)
        rights_watch.add(self)
        self.spawn(self.follower.pump())

    async def disconnect(self, _code: int) -> None:
        """The reader is gone; runs go on."""
        rights_watch.discard(self)
        if self.seat:
            self.follower.close()
        for task in self.tasks:
            task.cancel()
        if self.opened:
            await self.channel_layer.group_discard(group_of(self.opened[0]), self.channel_name)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand on what came. Channels would first look for old database connections in another thread, for each ack."""
        await getattr(self, get_handler_name(message))(message)

    async def receive(self, text_data: str | None = None, **_binary: bytes) -> None:
        """Take one command. Whatever is not one closes the socket with a reason."""
        if self.seat is None:
            return
        if self._is_flooding(1):
            await self.refuse(CLOSE_TOO_MANY)
        elif text_data is None:
            await self.refuse(CLOSE_BAD_COMMAND)
        elif len(text_data) > MAX_COMMAND:
            await self.refuse(CLOSE_TOO_LARGE)
        else:
            try:
                await self._obey(_command(text_data))
            except BadCommandError:
                await self.refuse(CLOSE_BAD_COMMAND)

    async def refuse(self, code: int) -> None:
        """Close with a reason, once, and send nothing after it."""
        if self.seat:
            rights_watch.discard(self)
            self.follower.close()
        self.seat = None
        await self.close(code=code, reason=CLOSE_WORDS[code])

    async def put(self, frame: str) -> None:
        """Put a frame on the wire, unless the socket is closed or closing."""
        if self.seat:
            # Whoever is closing takes nothing any more; `disconnect` comes soon.
            with suppress(Disconnected):
                await self.send(text_data=frame)

    async def set_role(self, role: Role | None) -> None:
        """The person's role as it is now; None if they signed out or were removed."""
        if role is None:
            await self.refuse(CLOSE_SIGNED_OUT)
        else:
            self.role = role

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Own a task until it ends or the socket goes."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("socket.task_crashed", exc_info=error)
            # The page opens another one, and takes up everything where it was.
            self.closing = asyncio.create_task(self.refuse(CLOSE_BROKEN))

    def _is_flooding(self, commands: int) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self.second >= 1:
            self.second, self.commands = now, 0
        self.commands += commands
        return self.commands > COMMANDS_PER_SECOND

    async def _obey(self, command: dict[str, Any]) -> None:
        match command:
            case {"ack": int(frames)}:
                self.follower.acknowledge(frames)
            case {"follow": dict(positions)} if len(positions) <= MAX_FOLLOWED:
                wanted = {_id(run): _position(position) for run, position in positions.items()}
                if self._is_flooding(len(wanted)):
                    await self.refuse(CLOSE_TOO_MANY)
                else:
                    self.spawn(self._follow(wanted))
            case {"stop": str(run)}:
                self.spawn(self._stop(_id(run)))
            case {"open": str(prompt), "base": int(base)} if base >= 0:
                self.spawn(self._open(_id(prompt), base))
            case {"ping": int(number)}:
                await self.follower.send_frame({"pong": number})
            case _:
                raise BadCommandError

    async def _follow(self, wanted: dict[UUID, int]) -> None:
        for run_id, position in wanted.items():
            if self.seat is None:
                return
            if live := engine.start(run_id, self.seat.workspace_id):
                self.follower.follow(live, position)
            else:
                await self.send_end(run_id, position)

    async def _open(self, prompt_id: UUID, base: int) -> None:
        if self.seat is None:
            return
        if not await in_thread(is_there)(self.seat.workspace_id, prompt_id):
            return
        if self.opened and self.opened[0] != prompt_id:
            await self.channel_layer.group_discard(group_of(self.opened[0]), self.channel_name)
        self.opened = (prompt_id, base)
        await self.channel_layer.group_add(group_of(prompt_id), self.channel_name)
        await self._tell_news()

    async def prompt_saved(self, _message: dict[str, Any]) -> None:
        """Somebody saved a version of the prompt that is open in this page."""
        self.spawn(self._tell_news())

    async def _tell_news(self) -> None:
        if self.seat is None or self.opened is None:
            return
        who = (self.visitor.user_id, self.seat.workspace_id)
        frame = await in_thread(news_frame)(*who, *self.opened, self.visitor.language)
        if frame:
            await self.follower.send_in_turn(frame)

    async def _stop(self, run_id: UUID) -> None:
        if self.seat is None:
            return
        if not await in_thread(_is_there)(self.seat.workspace_id, run_id):
            await self.follower.send_frame({"run": run_id, "error": 404})
        elif not self.role.has(Right.WRITE):
            await self.follower.send_frame({"run": run_id, "error": 403})
        else:
            await engine.stop(run_id)

    async def send_end(self, run_id: UUID, position: int) -> None:
        """The stored run, if it has ended; else what its checkpoints hold, until it has. Asked again: anew."""
        if before := self.sending.get(run_id):
            before.cancel()
        elif len(self.sending) >= MAX_FOLLOWED:
            await self.refuse(CLOSE_TOO_MANY)
            return
        task = self.sending[run_id] = self.spawn(self._send_stored(run_id, position))
        task.add_done_callback(lambda ended: self.sending.get(run_id) is ended and self.sending.pop(run_id))

    async def _send_stored(self, run_id: UUID, position: int) -> None:
        while self.seat is not None:
            live = engine.live.get(run_id)
            if live and live.workspace_id == self.seat.workspace_id:
                self.follower.follow(live, position)
                return
            progress = await in_thread(stored_progress)(self.seat.workspace_id, run_id, position, self.visitor.language)
            if progress is None:
                await self.follower.send_frame({"run": run_id, "error": 404})
                return
            for frame in progress.frames:
                position = frame["to"]
                await self.follower.send_in_turn(frame)
            for frame in html_frames(run_id, progress.html):
                await self.follower.send_in_turn(frame)
            if progress.html:
                return
            await asyncio.sleep(STORED_POLL_S)


def _who(cookies: Mapping[str, str], accept_language: str, workspace: str) -> tuple[Visitor | None, Member | None]:
    visitor = identify(cookies, accept_language)
    if visitor is None:
        return None, None
    return visitor, Member.objects.filter(user_id=visitor.user_id, workspace__slug=workspace).first()


def _is_there(workspace_id: int, run_id: UUID) -> bool:
    return Run.objects.filter(workspace_id=workspace_id, id=run_id).exists()


def _command(text: str) -> dict[str, Any]:
    try:
        command = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadCommandError from error
    if not isinstance(command, dict):
        raise BadCommandError
    return command


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadCommandError from error


def _position(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadCommandError
    return value
