"""Answers as they are shown: the scripted server's scenes, stored as the engine would, and their HTML read again."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any

import orjson

from tests.upstream_blocks import Scene
from workbench.claude.accumulate import Accumulator
from workbench.claude.events import parse_event
from workbench.connections.prices import Price, Source
from workbench.ids import new_id
from workbench.runs.models import Run, Status
from workbench.runs.presenting import answer_html
from workbench.teams.models import Member, Workspace

PRICE = Price(Decimal(4), Decimal(20), Decimal(5), Decimal(8), Decimal("0.2"), Source.PUBLISHED)


def message_of(scene: Scene) -> dict[str, Any]:
    """The message that we make of a scene's stream."""
    message = Accumulator()
    for event in scene.events():
        message.add(parse_event(b"", orjson.dumps(event)))
    return message.message()


def stored_run(member: Member, scene: Scene, **fields: Any) -> Run:  # noqa: ANN401 - fields of a run
    """An ended run of this member whose answer is the scene."""
    message = message_of(scene)
    same = {"workspace": member.workspace, "user": member.user, "status": Status.SUCCEEDED, "submission": new_id()}
    return Run.objects.create(
        **{
            **same,
            "model": "m",
            "model_label": "Model",
            "message": message,
            "stop_reason": message["stop_reason"] or "",
            "price": PRICE.to_json(),
            **fields,
        }
    )


def shown(scene: Scene, **fields: Any) -> str:  # noqa: ANN401 - fields of a run
    """The HTML of a scene's answer; nothing is stored."""
    message = message_of(scene)
    same = {"status": Status.SUCCEEDED, "model_label": "Model", "price": PRICE.to_json(), "output_tokens": 340}
    run = Run(
        workspace=Workspace(slug="main", name="Main"),
        **{**same, "message": message, "stop_reason": message["stop_reason"] or "", **fields},
    )
    return answer_html(run)


def answer_in(page: str) -> str:
    """The part with the answer's blocks alone."""
    return page.partition('data-part="answer">')[2].partition('<pre class="plain"')[0]


def words_in(markup: str) -> str:
    """What is read of it, spaces made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def problem_in(page: str) -> str:
    """What is said about how it ended; empty if nothing is."""
    return words_in(page.partition('data-part="problem"')[2].partition(">")[2].partition("<footer")[0])
