"""From what a person wrote to the exact request body of the Messages API. Knows no HTTP and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.files.blocks import Takes
from workbench.prompts.api_settings import as_body, merged
from workbench.prompts.cache_marks import Mark, marked, marked_tools, marks_in
from workbench.prompts.tool_choice import choice_of
from workbench.prompts.turns import Turn, plain_content, with_mark
from workbench.prompts.variables import fill
from workbench.runs.attaching import NO_FILES, TEXT_ONLY, Files, content_with_files, text_with_files
from workbench.runs.schema_ways import AS_FORMAT, Sending, with_schema

PREVIEW = 200  # characters


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt, typed or filled: system prompt (may be empty), turns in order; tools and schema as in the API; `cache`:
    the marks on tools and system prompt."""

    system: str
    turns: Sequence[Turn]
    tools: Sequence[Mapping[str, Any]] = ()
    output_schema: Mapping[str, Any] | None = None
    files: Files = NO_FILES
    cache: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """Every text in which a variable may stand."""
        return [self.system, *(turn["text"] for turn in self.turns)]

    def filled(self, values: Mapping[str, str]) -> PromptText:
        """The same with values in the places of variables."""
        turns = [Turn(**{**turn, "text": fill(turn["text"], values)}) for turn in self.turns]
        return replace(self, system=fill(self.system, values), turns=turns)

    @property
    def marks(self) -> list[Mark]:
        """Every mark for the cache in the order in which a provider reads them; those inside tools and blocks, too."""
        found = [*marks_in("tools", self.tools_to_send)]
        found += [Mark("system", self.cache["system"])] if "system" in self.cache and self.system.strip() else []
        for index, turn in enumerate(self.turns):
            content = plain_content(turn) or [{"type": "file"} for _file in turn.get("files", ())]
            content = with_mark(content, turn)
            found += marks_in(str(index), content) if isinstance(content, list) else []
        return found

    @property
    def tools_to_send(self) -> list[dict[str, Any]]:
        """The tools with the mark at their end, if there is one."""
        return marked_tools(self.tools, self.cache["tools"]) if "tools" in self.cache else [*map(dict, self.tools)]

    def without_marks(self) -> PromptText:
        """The same without the marks that were set in the page: for a model that keeps nothing."""
        turns = [Turn(**{name: value for name, value in turn.items() if name != "cache"}) for turn in self.turns]  # type: ignore[typeddict-item]
        return replace(self, turns=turns, cache={})

    @property
    def preview(self) -> str:
        """The beginning of the last user message, for lists."""
        users = [turn["text"] for turn in self.turns if turn["role"] == "user"]
        parts = self.files.split(users[-1]) if users else []
        last = "".join(part if isinstance(part, str) else part.name for part in parts)
        return " ".join(last.split(maxsplit=PREVIEW)[:PREVIEW])[:PREVIEW]


def build_body(
    prompt: PromptText,
    model_id: str,
    settings: Mapping[str, Any],
    takes: Takes = TEXT_ONLY,
    sending: Sending = AS_FORMAT,
) -> dict[str, Any]:
    """The request body for one lane: only what is set, in a fixed order, always streamed; free JSON is merged in last.

    Args:
        settings: of the lane, by their flat names.
        takes: what the model takes of files.
        sending: how it is sent the schema of the answer.

    Raises:
        CannotSendError: the model takes a file in no form.
        FileGoneError: the storage has lost a file.
    """
    body: dict[str, Any] = {"model": model_id, **as_body(settings)}
    if prompt.system.strip():
        system = text_with_files(prompt.system, prompt.files)
        mark = prompt.cache.get("system")
        body["system"] = marked([{"type": "text", "text": system}], mark) if mark else system
    body["messages"] = [
        {"role": turn["role"], "content": content_with_files(turn, prompt.files, takes)} for turn in prompt.turns
    ]
    if prompt.tools:
        body["tools"] = prompt.tools_to_send
        if choice := choice_of(settings):
            body["tool_choice"] = choice
    if prompt.output_schema is not None:
        body = with_schema(body, prompt.output_schema, sending)
    body["stream"] = True
    return merged(body, settings.get("extra") or {})


def count_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a body that the token count endpoint takes (api reference, token counting)."""
    return {name: body[name] for name in COUNTED if name in body}


COUNTED = (
    "model",
    "system",
    "messages",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "cache_control",
    "speed",
)
