"""Input tokens as the model's own server counts them, asked once for the same content. Guesses nothing.

Not every server counts, and none counts everything: what it would refuse to count is left out, and that is said.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from workbench.claude import ClaudeError, Client
from workbench.claude.errors import AuthenticationError, BadRequestError, NotFoundError, PermissionDeniedError
from workbench.connections.catalog import NO_SUCH_ENDPOINT
from workbench.connections.clients import ConnectionUnavailable, client_for, open_connection
from workbench.connections.models import Connection, Kind
from workbench.runs.lane_form import LaneRequest
from workbench.runs.sending import serialise
from workbench.threads import in_thread

log = structlog.get_logger(__name__)

# Counts are kept by the hash of what was counted: typing counts one text again, not all (entries).
REMEMBERED = 4096
# More parts than this are not counted one by one.
MAX_PARTS = 12
# Said for this request, these are said for the run as well.
REFUSED = (BadRequestError, AuthenticationError, PermissionDeniedError, NotFoundError)
LONGEST_REFUSAL = 500  # characters
# Sources that are counted by nobody (api reference, token counting).
ELSEWHERE = ("url", "file")


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens of a request and of its parts ("system", "0", …); `left_out`: whether something in it was not counted.

    Without `tokens` the server does not count, or not now; `refusal` is what it said if it will refuse the run, too.
    """

    tokens: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    left_out: bool = False
    refusal: str = ""


class _Counts:
    """Token counts by what was counted, the oldest forgotten first; and the servers that were found not to count."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, int] = OrderedDict()
        self.without: set[tuple[str, str]] = set()

    async def count(self, client: Client, connection_id: str, body: Mapping[str, Any]) -> int:
        """The server's count, asked once for the same body.

        Raises:
            ClaudeError: the server does not or cannot count.
        """
        key = hashlib.sha256(f"{connection_id} {serialise(body).text}".encode()).digest()
        if key not in self._known:
            self._known[key] = await client.messages.count_tokens(body)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]


_counts = _Counts()


async def count_tokens(lane: LaneRequest, body: Mapping[str, Any]) -> Counted:
    """Count a body, in which no file's bytes stand, at the lane's own server."""
    connection = lane.connection
    server = (str(connection.id), connection.base_url)
    if connection.features.get("count_tokens") is False or server in _counts.without:
        return Counted()
    asked = countable_there(body)
    try:
        client = client_for(await in_thread(open_connection)(connection), lane.api_version, lane.betas)
        # The parts are shown once, for the first lane.
        in_parts = _count_parts(client, server[0], asked) if lane.index == 0 else _nothing()
        total, parts = await asyncio.gather(_counts.count(client, server[0], asked), in_parts)
    except (ClaudeError, ConnectionUnavailable) as error:
        log.info("estimate.not_counted", connection=server[0], reason=type(error).__name__)
        if getattr(error, "http_status", None) in NO_SUCH_ENDPOINT and connection.kind != Kind.ANTHROPIC:
            _counts.without.add(server)
        return Counted(refusal=_refusal(error, connection) if asked == body else "")
    return Counted(total, parts, left_out=asked != body)


def _refusal(error: Exception, connection: Connection) -> str:
    """What the provider says of the request; empty where it may only not count it."""
    if connection.kind != Kind.ANTHROPIC or not isinstance(error, REFUSED):
        return ""
    return error.message[:LONGEST_REFUSAL]


def countable_there(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without what runs take and counting does not: the provider's own tools, sources that are elsewhere."""
    found = {**body, "messages": [_without_elsewhere(message) for message in body["messages"]]}
    tools = [tool for tool in body.get("tools", ()) if tool.get("type") in (None, "custom")]
    if len(tools) < len(body.get("tools", ())):
        found["tools"] = tools
        found.pop("tool_choice", None)
    if not found.get("tools"):
        found.pop("tools", None)
    return found


def _without_elsewhere(message: Mapping[str, Any]) -> Mapping[str, Any]:
    content = message["content"]
    if isinstance(content, str):
        return message
    left = [block for block in content if not _is_elsewhere(block)]
    return message if len(left) == len(content) else {**message, "content": left or "."}


def _is_elsewhere(block: Mapping[str, Any]) -> bool:
    source = block.get("source")
    return isinstance(source, Mapping) and source.get("type") in ELSEWHERE


async def _count_parts(client: Client, connection_id: str, body: Mapping[str, Any]) -> dict[str, int]:
    """Tokens of each text alone, less what the server adds to an empty message."""
    given = {str(index): message["content"] for index, message in enumerate(body["messages"])}
    given["system"] = body.get("system", "")
    texts = {name: text for name, content in given.items() if (text := _text_of(content)).strip()}
    if len(texts) > MAX_PARTS:
        return {}

    async def of(text: str) -> int:
        message = [{"role": "user", "content": text}]
        return await _counts.count(client, connection_id, {"model": body["model"], "messages": message})

    alone, *counted = await asyncio.gather(of("."), *(of(text) for text in texts.values()))
    # The lone full stop is one token; what is above it is the server's frame around every message.
    return {name: max(count - alone + 1, 1) for name, count in zip(texts, counted, strict=True)}


async def _nothing() -> dict[str, int]:
    return {}


def _text_of(content: str | Sequence[Mapping[str, Any]]) -> str:
    """The text of a content that holds nothing else; empty for any other."""
    if isinstance(content, str):
        return content
    texts = [str(block.get("text", "")) for block in content if block.get("type") == "text"]
    return "".join(texts) if len(texts) == len(content) else ""
