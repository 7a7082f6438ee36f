"""The playground's form and a run's request, both in the shape of a draft (see prompts.models.Draft)."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import QueryDict

from workbench.prompts.api_settings import settings_of
from workbench.prompts.beside import beside_of, typed_beside
from workbench.prompts.cache_marks import read_marks, split_marks
from workbench.prompts.turns import read_turns, turn_from
from workbench.prompts.variable_form import variables_in
from workbench.prompts.variables import escape
from workbench.runs.lane_form import LaneForm
from workbench.runs.models import Run


def draft_content(data: QueryDict) -> dict[str, Any]:
    """The posted form as a draft: everything as typed, right or wrong."""
    lanes: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        lane, _dash, setting = name.removeprefix("lane-").partition("-")
        if name.startswith("lane-") and setting in LaneForm.base_fields:
            lanes.setdefault(lane, {})[setting] = str(value).replace("\r\n", "\n")
    typed = list(variables_in(data))
    return {
        "system": data.get("system", "").replace("\r\n", "\n"),
        "turns": read_turns(data),
        "lanes": [lanes[lane] for lane in sorted(lanes)],
        "variables": [variable.stored() for variable, _value in typed],
        "values": {variable.name: value for variable, value in typed},
        **typed_beside(data),
        "cache": read_marks(data),
    }


def draft_of(run: Run) -> dict[str, Any]:
    """What was in the page when a run was started: its texts with their variables, and its one lane."""
    body, marks = split_marks(orjson.loads(run.request_body))
    settings = {**settings_of(body), "betas": ", ".join(run.betas)}
    lanes = [{"model": f"{run.connection_id}:{run.model}", "parameter_set": run.parameter_set_id or "", **settings}]
    if run.template:
        return {**run.template, "lanes": lanes}
    return {
        "system": escape(_system_text(body.get("system", ""))),
        "turns": [turn_from(message, escape) for message in body["messages"]],
        "lanes": lanes,
        **beside_of(body),
        "cache": marks,
    }


def _system_text(system: str | list[dict[str, Any]]) -> str:
    """The text of a system prompt, which may be in blocks."""
    return system if isinstance(system, str) else "\n\n".join(str(block.get("text", "")) for block in system)
