"""What changed between two states of a prompt: texts word by word, messages in order, parameters, variables, tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from workbench.prompts.content import PromptContent
from workbench.prompts.turns import Turn, described
from workbench.prompts.variable_words import describe
from workbench.rendering.differences import Change, Part, compare_texts

MAX_WORDS = 60_000  # that are compared one by one in all messages that changed, old and new


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that can change: its name for people, and what became of its text."""

    name: str
    parts: Sequence[Part]

    @property
    def is_changed(self) -> bool:
        """Whether anything here differs."""
        return any(part.change != Change.SAME for part in self.parts)

    @property
    def before(self) -> Sequence[Part]:
        """The old text: what is the same and what was removed."""
        return [part for part in self.parts if part.change != Change.ADDED]

    @property
    def after(self) -> Sequence[Part]:
        """The new text: what is the same and what was added."""
        return [part for part in self.parts if part.change != Change.REMOVED]


def compare_versions(before: PromptContent, after: PromptContent) -> list[Difference]:
    """Every place of two states of a prompt, in the order in which a prompt is read."""
    return [
        Difference(_("System prompt"), compare_texts(before.system, after.system)),
        *_messages(before.messages, after.messages),
        *_settings(_("Parameters"), _parameters(before), _parameters(after)),
        *_settings(_("Variables"), _variables(before), _variables(after)),
        *_settings(_("Tools"), _lines(before.tools), _lines(after.tools)),
        *_settings(_("Output schema"), _lines(before.output_schema), _lines(after.output_schema)),
        *_settings(_("Cache marks"), _marks(before), _marks(after)),
    ]


def _messages(before: Sequence[Turn], after: Sequence[Turn]) -> Iterator[Difference]:
    """Messages paired so that one that was put in between does not shift all after it."""
    old, new = [_key(message) for message in before], [_key(message) for message in after]
    words = MAX_WORDS // max(1, len(set(old) ^ set(new)))
    for kind, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = list(before[from_old:to_old]), list(after[from_new:to_new])
        while gone or come:
            one, other = (gone.pop(0) if gone else None), (come.pop(0) if come else None)
            if kind != "equal" and one and other and one["role"] != other["role"]:
                yield _message(one, None, words)
                one = None
            yield _message(one, other, words)


def _key(message: Turn) -> tuple[str, str]:
    return message["role"], described(message)


def _message(before: Turn | None, after: Turn | None, words: int) -> Difference:
    is_models = "assistant" in {turn["role"] for turn in (before, after) if turn}
    name = _("Assistant message") if is_models else _("User message")
    old, new = (described(turn) if turn else "" for turn in (before, after))
    return Difference(name, compare_texts(old, new, words))


def _settings(name: str, before: str, after: str) -> Iterator[Difference]:
    if before or after:
        yield Difference(name, compare_texts(before, after))


def _parameters(content: PromptContent) -> str:
    return "".join(f"{name}: {value}\n" for name, value in content.shown_parameters)


def _marks(content: PromptContent) -> str:
    return "".join(f"{part}: {ttl}\n" for part, ttl in content.cache.items())


def _variables(content: PromptContent) -> str:
    return "".join(f"{variable.name}: {describe(variable)}\n" for variable in content.variables)


def _lines(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n" if value else ""
