"""What the playground shows when it is opened: the person's draft, its lanes, and the last answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from workbench.connections.models import Connection, Health
from workbench.connections.queries import models_for_picker
from workbench.playground.attached import AttachedView, attached_views
from workbench.playground.cache_told import CacheTold, keeps_any
from workbench.playground.lanes import LaneView, lane_views, tell_whose
from workbench.playground.schema_views import SchemaView, schema_view
from workbench.playground.tools_part import ToolsPart, tools_part
from workbench.prompts.access import get_version
from workbench.prompts.beside import read_beside, typed_beside
from workbench.prompts.cache_marks import marks_of
from workbench.prompts.content import PromptContent
from workbench.prompts.drafts import is_edited, load_draft, put_away_at
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.parameter_sets import list_sets
from workbench.prompts.server_form import LABELS
from workbench.prompts.tool_actions import mocks_of
from workbench.prompts.turns import ToolResult, Turn, turn_of
from workbench.prompts.variable_form import TypedVariable, arrange
from workbench.prompts.variables import Variable
from workbench.runs.answer_block import AnswerBlock
from workbench.runs.attaching import files_in
from workbench.runs.blocks import blocks_of
from workbench.runs.drafting import draft_of
from workbench.runs.lane_form import LaneForm
from workbench.runs.models import Run, Source
from workbench.runs.presenting import answer_context
from workbench.teams.models import Member

# A page without models asks again for this long after a connection was made.
ASKING_TAKES = timedelta(seconds=30)

EMPTY_TURN = {"role": "user", "text": ""}


@dataclass(frozen=True, slots=True)
class ResultView:
    """The result of a call in a turn: its `number` there, the id of its `place` in the page, `mocks` to take."""

    number: int
    place: str
    result: ToolResult
    mocks: Sequence[str]


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as the page shows it: `label` is its accessible name, `key` begins the names of its other fields."""

    index: int
    label: str
    turn: Turn
    cards: Sequence[AnswerBlock] = ()
    files: Sequence[AttachedView] = ()
    results: Sequence[ResultView] = ()

    @property
    def role(self) -> str:
        """Whose message it is."""
        return self.turn["role"]

    @property
    def text(self) -> str:
        """Its text as typed."""
        return self.turn["text"]

    @property
    def key(self) -> str:
        """Unlike its place it stays the same while turns are moved."""
        return f"turn-{self.index}"

    @property
    def blocks(self) -> str:
        """What goes back unchanged, as JSON."""
        return orjson.dumps(self.turn["blocks"]).decode() if "blocks" in self.turn else ""


@dataclass(frozen=True, slots=True)
class WithoutModels:
    """A connection that has no model to offer: being asked just now, or why not."""

    connection: Connection
    is_asked: bool


@dataclass(slots=True)
class PlaygroundPage:
    """Everything the page's template needs about the prompt and its lanes."""

    system: str
    turns: list[TurnView]
    lanes: list[LaneView]
    variables: list[TypedVariable]
    tools: str  # JSON, as typed
    output_schema: str
    cache: Mapping[str, str]  # marks on tools and system prompt
    prompt: Prompt | None
    version: PromptVersion | None
    newer: PromptVersion | None = None
    draft: Draft | None = None
    is_edited: bool = False
    is_new: bool = False
    hides_draft: bool = False
    without_models: Sequence[WithoutModels] = ()
    submission: UUID = field(default_factory=uuid4)
    id: UUID = field(default_factory=uuid4)
    server_tools: ClassVar = list(LABELS.items())

    @property
    def schema(self) -> SchemaView:
        """The schema of the answer: its fields, its text, what is wrong with it."""
        tools = read_beside({"tools": self.tools}).tools
        return schema_view(self.output_schema, [lane.form for lane in self.lanes], tools)

    @property
    def cache_told(self) -> CacheTold:
        """Whether marks for the cache can be set."""
        return CacheTold(is_kept=keeps_any([lane.form for lane in self.lanes]))

    @property
    def tools_part(self) -> ToolsPart:
        """The tools as the page lists them."""
        return tools_part(self.tools, [lane.model for lane in self.lanes if lane.model])


def open_page(
    member: Member,
    prompt: Prompt | None,
    run: Run | None = None,
    version: PromptVersion | None = None,
    *,
    is_new: bool = False,
) -> PlaygroundPage:
    """The page for a person: a run or version brought back, else the draft, else the prompt's latest version, else
    empty. `is_new`: empty in any case, with the settings used last."""
    latest = get_version(prompt, prompt.latest_number) if prompt else None
    draft = load_draft(member, prompt)
    base = version or _base_of(draft, prompt, run) or latest
    content: dict[str, Any] = {}
    if run:
        content = draft_of(run)
    elif is_new:
        content = {"lanes": draft.content.get("lanes")} if draft else {}
    elif draft and not version and not (is_behind(base, latest) and not _is_edited(draft, base)):
        content = draft.content
    elif base:
        # Somebody saved a version since, and nothing of one's own would be hidden by it.
        base = version or latest
        content = PromptContent.of_version(base).as_draft() if base else {}
    picker = models_for_picker(member.workspace)
    last = [run] if run else [] if is_new else last_runs(member, prompt)
    answers = {run.lane: {**answer_context(run), "member": member} for run in last}
    lanes = lane_views(content.get("lanes") or [{}], picker, answers, list_sets(member.workspace))
    for lane in lanes:
        tell_whose(lane, content)
    return PlaygroundPage(
        system=content.get("system", ""),
        turns=turn_views(content.get("turns") or [EMPTY_TURN], member, [lane.form for lane in lanes]),
        lanes=lanes,
        variables=variables_of(content),
        tools=content.get("tools") or "",
        output_schema=content.get("output_schema") or "",
        cache=marks_of(content.get("cache")),
        prompt=prompt,
        version=base,
        newer=latest if is_behind(base, latest) and not version else None,
        draft=draft,
        is_edited=bool(base and is_edited(content, base)),
        is_new=is_new,
        hides_draft=bool((run or version or is_new) and draft and differs(draft.content, content)),
        without_models=[without_models(connection) for connection, offered in picker if not offered],
    )


def _base_of(draft: Draft | None, prompt: Prompt | None, run: Run | None) -> PromptVersion | None:
    """The version on which what is shown was begun."""
    if run:
        return run.prompt_version
    if draft and draft.base_number and prompt:
        return prompt.versions.select_related("author").filter(number=draft.base_number).first()
    return None


def _is_edited(draft: Draft, base: PromptVersion | None) -> bool:
    return base is None or is_edited(draft.content, base)


def is_behind(base: PromptVersion | None, latest: PromptVersion | None) -> bool:
    """Whether a newer version exists."""
    return bool(base and latest and base.number < latest.number)


def variables_of(content: Mapping[str, Any]) -> list[TypedVariable]:
    """The variables of a draft, as the page shows them."""
    texts = [content.get("system") or "", *(turn.get("text") or "" for turn in content.get("turns") or [])]
    defined = [Variable.read(stored) for stored in content.get("variables") or []]
    return arrange(texts, defined, content.get("values") or {})


def differs(draft: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Whether a draft holds texts that are not those shown."""
    texts = [
        [(content.get("system") or "").strip(), *_texts(content), *typed_beside(content).values()]
        for content in (draft, shown)
    ]
    return any(texts[0]) and texts[0] != texts[1]


def _texts(content: Mapping[str, Any]) -> list[str]:
    return [(turn.get("text") or "").strip() for turn in content.get("turns") or []]


def without_models(connection: Connection) -> WithoutModels:
    """Whether the connection's server is being asked for its models: it is new, or was just started."""
    is_new = connection.models_refreshed_at is None and connection.health in (Health.UNKNOWN, Health.STARTING)
    return WithoutModels(connection, is_new and timezone.now() - connection.updated_at < ASKING_TAKES)


def turn_views(turns: Sequence[Mapping[str, Any]], member: Member, lanes: Sequence[LaneForm] = ()) -> list[TurnView]:
    """Turns with their accessible names: "User message", "Assistant message", "User message 2", …"""
    files = files_in(map(turn_of, turns), member)
    named = (result["name"] for turn in turns for result in turn_of(turn).get("results", ()))
    mocks = mocks_of(member.workspace, named)
    seen = {"user": 0, "assistant": 0}
    views = []
    for index, turn in enumerate(turns):
        role = "assistant" if turn.get("role") == "assistant" else "user"
        seen[role] += 1
        name = _("User message") if role == "user" else _("Assistant message")
        label = name if seen[role] == 1 else f"{name} {seen[role]}"
        found = turn_of(turn)
        cards = [
            card
            for card in blocks_of({"content": list(found.get("blocks", ()))}, f"turn-{index}")
            if card.kind != "text"
        ]
        attached = attached_views(f"turn-{index}", found, files, lanes)
        results = [
            ResultView(number, f"turn-{index}-result-{number}", result, mocks.get(result["name"], []))
            for number, result in enumerate(found.get("results", ()), 1)
        ]
        views.append(TurnView(index, label, found, cards, attached, results))
    return views


def last_runs(member: Member, prompt: Prompt | None) -> Sequence[Run]:
    """The runs that this person started last from the playground for this prompt, or for what belongs to none."""
    mine = Run.objects.filter(
        workspace_id=member.workspace_id, user_id=member.user_id, source=Source.PLAYGROUND, prompt=prompt
    )
    if prompt is None and (since := put_away_at(member)):
        mine = mine.filter(created_at__gt=since)
    newest = mine.order_by("-id").values_list("submission", flat=True).first()
    return list(mine.filter(submission=newest).select_related("workspace").order_by("lane")) if newest else []
