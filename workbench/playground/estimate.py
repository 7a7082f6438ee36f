"""What a run will take, before it is started: input tokens counted by the model's own server, and a cost range.

The floor is the input alone, the ceiling the input and an answer of `max_tokens`. Nothing is guessed: where a
server cannot count, no number is shown.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import structlog
from django.utils import timezone

from workbench.claude import ClaudeError, Client
from workbench.connections.clients import ConnectionUnavailable, client_for, open_connection
from workbench.connections.prices import Price, cost_of, price_of
from workbench.files.blocks import CannotSendError
from workbench.files.storing import FileGoneError
from workbench.runs.attaching import countable, takes_of
from workbench.runs.lane_form import LaneRequest
from workbench.runs.request import PromptText, build_body, count_body
from workbench.runs.schema_ways import sending_for
from workbench.runs.sending import serialise
from workbench.threads import in_thread

log = structlog.get_logger(__name__)

# Counts are kept by the hash of what was counted: typing counts one text again, not all (entries).
REMEMBERED = 4096
# More parts than this are not counted one by one.
MAX_PARTS = 12


@dataclass(frozen=True, slots=True)
class Estimate:
    """Tokens of the whole request and of its parts ("system", "0", "1", …), and what it may cost in USD."""

    input_tokens: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    low: Decimal | None = None
    high: Decimal | None = None


class _Counts:
    """Token counts by what was counted, the oldest forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, int] = OrderedDict()

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


async def estimate_lane(prompt: PromptText, lane: LaneRequest) -> Estimate:
    """Count a lane's request and price it. Empty if its server cannot count or be reached just now."""
    try:
        access = await in_thread(open_connection)(lane.connection)
        client = client_for(access, lane.api_version, lane.betas)
        takes = takes_of(lane.connection, lane.rules.capabilities)
        sending = sending_for(prompt.output_schema, lane.rules.capabilities, lane.parameters, prompt.tools)
        whole = await in_thread(build_body)(prompt, lane.model.model_id, lane.parameters, takes, sending)
        body, in_files = countable(count_body(whole), prompt.turns, prompt.files)
        total, parts = await asyncio.gather(
            _counts.count(client, str(lane.connection.id), body), _count_parts(client, str(lane.connection.id), body)
        )
    except (ClaudeError, ConnectionUnavailable, FileGoneError, CannotSendError) as error:
        log.info("estimate.not_counted", connection=str(lane.connection.id), reason=type(error).__name__)
        return Estimate()
    total += in_files
    price = price_of(lane.model, timezone.now(), total)
    low, high = _range(price, total, lane.parameters.get("max_tokens", 0))
    return Estimate(total, parts, low, high)


async def _count_parts(client: Client, connection_id: str, body: Mapping[str, Any]) -> dict[str, int]:
    """Tokens of each text alone, less what the server adds to an empty message."""
    texts = {str(index): message["content"] for index, message in enumerate(body["messages"])}
    if "system" in body:
        texts["system"] = body["system"]
    texts = {name: text for name, text in texts.items() if isinstance(text, str) and text.strip()}
    if len(texts) > MAX_PARTS:
        return {}

    async def of(text: str) -> int:
        message = [{"role": "user", "content": text}]
        return await _counts.count(client, connection_id, {"model": body["model"], "messages": message})

    alone, *counted = await asyncio.gather(of("."), *(of(text) for text in texts.values()))
    # The lone full stop is one token; what is above it is the server's frame around every message.
    return {name: max(count - alone + 1, 1) for name, count in zip(texts, counted, strict=True)}


def _range(price: Price | None, tokens: int, max_tokens: int) -> tuple[Decimal | None, Decimal | None]:
    if price is None:
        return None, None
    floor = cost_of({"input_tokens": tokens, "output_tokens": 0}, price)
    return floor, cost_of({"input_tokens": tokens, "output_tokens": max_tokens}, price)
