"""What a run will take, before it is started: input tokens, counted or estimated, and the range of its cost.

The floor is the input alone, what is marked for the cache read from it; the ceiling is an input that is written to the
cache, and an answer of `max_tokens`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from workbench.connections.prices import Price, cost_of, price_of
from workbench.files.blocks import CannotSendError
from workbench.files.storing import FileGoneError
from workbench.playground.about import Weights, weigh
from workbench.playground.counting import Counted, count_tokens
from workbench.prompts.cache_marks import TTLS, Mark
from workbench.runs.attaching import countable, takes_of
from workbench.runs.lane_form import LaneRequest
from workbench.runs.request import PromptText, build_body, count_body
from workbench.runs.schema_ways import sending_for
from workbench.threads import in_thread

# What free JSON may put in the place of the prompt, in any shape.
PROMPT = ("tools", "system", "messages")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one lane's request takes: tokens of all of it and of its parts ("system", "0", "1", …), cost in USD.

    `is_about`: estimated in part or whole; `is_counted`: a server counted what can be counted; `first_mark`: tokens up
    to the end of the first mark for the cache, None without one; `refusal`: what the provider said of the request.
    """

    input_tokens: int | None = None
    is_about: bool = False
    is_counted: bool = False
    parts: Mapping[str, int] = field(default_factory=dict)
    low: Decimal | None = None
    high: Decimal | None = None
    first_mark: int | None = None
    refusal: str = ""


async def estimate_lane(prompt: PromptText, lane: LaneRequest) -> Estimate:
    """Count a lane's request, or estimate it where its server does not count, and price it.

    Empty if a file of it cannot be read, or if its free JSON writes over the prompt.
    """
    if any(name in lane.parameters.get("extra", {}) for name in PROMPT):
        return Estimate()
    prompt = prompt if lane.rules.capabilities.caching else prompt.without_marks()
    try:
        body, in_files, weights = await in_thread(_weighed)(prompt, lane)
    except (FileGoneError, CannotSendError):
        return Estimate()
    counted = await count_tokens(lane, body)
    total = weights.total if counted.tokens is None else counted.tokens + in_files
    marks = _marks(prompt, lane)
    price = price_of(lane.model, timezone.now(), total)
    low, high = _range(price, lane, total, weights, marks)
    return Estimate(
        input_tokens=total,
        is_about=counted.tokens is None or counted.left_out or in_files > 0,
        is_counted=counted.tokens is not None,
        parts=_parts(counted, weights),
        low=low,
        high=high,
        first_mark=weights.share_up_to(marks[0].place, total) if marks else None,
        refusal=counted.refusal,
    )


def _weighed(prompt: PromptText, lane: LaneRequest) -> tuple[dict[str, Any], int, Weights]:
    """The body to count without the bytes of files, about their tokens, and the weight of each part."""
    takes = takes_of(lane.connection, lane.rules.capabilities)
    sending = sending_for(prompt.output_schema, lane.rules.capabilities, lane.parameters, prompt.tools)
    whole = count_body(build_body(prompt, lane.model.model_id, lane.parameters, takes, sending))
    body, in_files = countable(whole, prompt.turns, prompt.files)
    return body, in_files, weigh(whole, prompt.turns, prompt.files)


def _parts(counted: Counted, weights: Weights) -> Mapping[str, int]:
    """Tokens of the texts one by one: as they were counted, else about."""
    return counted.parts if counted.tokens is not None else weights.of


def _marks(prompt: PromptText, lane: LaneRequest) -> Sequence[Mark]:
    """The marks of the request; the lane's own stands at the end."""
    own = lane.parameters.get("cache_control")
    return [*prompt.marks, *([Mark("request", own)] if own else [])]


def _range(
    price: Price | None, lane: LaneRequest, total: int, weights: Weights, marks: Sequence[Mark]
) -> tuple[Decimal | None, Decimal | None]:
    if price is None:
        return None, None
    kept = dict.fromkeys(TTLS, 0)
    for mark in marks:
        up_to = weights.share_up_to(mark.place, total)
        # What is too short is not kept, and costs what it costs without a mark.
        if up_to >= (lane.rules.capabilities.cache_minimum or 0):
            kept[mark.ttl] = max(kept[mark.ttl], up_to)
    hour, cached = kept["1h"], max(kept.values())
    read = {"input_tokens": total - cached, "cache_read_input_tokens": cached}
    written = {"ephemeral_1h_input_tokens": hour, "ephemeral_5m_input_tokens": cached - hour}
    answer = lane.parameters.get("max_tokens", 0)
    most = {"input_tokens": total - cached, "cache_creation": written, "output_tokens": answer}
    return cost_of(read, price), cost_of(most, price)
