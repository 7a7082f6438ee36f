"""Every kind of answer on one page, ended and as it streams: for those who develop this, from a checkout.

The scenes are those of the tests’ scripted server. Nothing is stored or sent; without WORKBENCH_GALLERY there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import uuid4

import orjson
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workbench.claude.accumulate import Accumulator
from workbench.claude.events import parse_event
from workbench.connections.prices import Price, Source
from workbench.http import Request
from workbench.runs.following import text_frame
from workbench.runs.live import LiveRun
from workbench.runs.models import Run, Status
from workbench.runs.presenting import answer_context
from workbench.runs.taking import take
from workbench.teams.access import get_member
from workbench.teams.models import Member, Workspace

SCENES = "tests.upstream_scenes"
PRICE = Price(Decimal(4), Decimal(20), Decimal(5), Decimal(8), Decimal("0.2"), Source.PUBLISHED)


@require_safe
def gallery(request: Request, workspace: str) -> HttpResponse:
    """Each scene twice: what the server makes of it at its end, and what a page shows while it comes."""
    if not settings.ENVIRONMENT.gallery:
        raise Http404
    member = get_member(request.user, workspace)
    wanted = request.GET.getlist("scene")
    scenes = import_module(SCENES).SCENES
    shown = [
        _scene(member, number, name, list(scene.events()))
        for number, (name, scene) in enumerate(scenes.items())
        if not wanted or name in wanted
    ]
    return render(request, "runs/gallery.html", {"member": member, "nav": "runs", "scenes": shown})


def _scene(member: Member, number: int, name: str, events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    message, live = Accumulator(), LiveRun(uuid4(), member.workspace_id)
    for one in events:
        event = parse_event(b"", orjson.dumps(one))
        message.add(event)
        take(live, [event])
    frames = [text_frame(live.id, stretch) for stretch in live.all_since(0)]
    ended = _run(member.workspace, number, message.message())
    living = Run(id=live.id, workspace=member.workspace, lane=1000 + number, status=Status.RUNNING, model_label="Model")
    return {
        "name": name,
        "answer": {**answer_context(ended), "member": member},
        "living": {**answer_context(living), "member": member},
        "frames": orjson.dumps(frames).decode(),
    }


def _run(workspace: Workspace, number: int, message: dict[str, Any]) -> Run:
    usage = message["usage"]
    return Run(
        workspace=workspace,
        lane=number,
        status=Status.SUCCEEDED,
        model="test-model",
        model_label="Model",
        message=message,
        stop_reason=str(message.get("stop_reason") or ""),
        input_tokens=usage.get("input_tokens"),
        output_tokens=usage.get("output_tokens"),
        price=PRICE.to_json(),
        cost=Decimal("0.0123"),
        first_token_ms=410,
        duration_ms=1900,
        queued_ms=5,
    )
