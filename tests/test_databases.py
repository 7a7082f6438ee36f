"""What is stored comes back as it was, in whichever database: SQLite, or PostgreSQL (see environment.py)."""

from __future__ import annotations

import json

import pytest

from workbench.prompts.actions import About, create_prompt
from workbench.prompts.content import PromptContent
from workbench.prompts.models import PromptVersion
from workbench.runs.storable import storable
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db

# Keys neither by length nor by alphabet; numbers that could be written otherwise.
AS_WRITTEN = {"zebra": 1, "a": {"reasoning": 1.0, "answer": 1e22, "b": -0.0}, "long name": [1, 1.5, True, None]}


def stored(owner: Member, value: dict[str, object]) -> object:
    saved = create_prompt(owner, About("Typed"), PromptContent(output_schema=value))
    return PromptVersion.objects.get(pk=saved.pk).output_schema


def test_json_comes_back_as_it_was_written(owner: Member) -> None:
    assert json.dumps(stored(owner, AS_WRITTEN)) == json.dumps(AS_WRITTEN)


@pytest.mark.reliability
@pytest.mark.parametrize("text", ["NUL \x00", "half \ud800 a sign", "\udc00\ud800", "whole 🦉", "\\u0000", "\\"])
def test_any_text_can_be_stored(owner: Member, text: str) -> None:
    kept = stored(owner, storable({text: text}))
    assert isinstance(kept, dict)
    assert [*kept, *kept.values()] == [storable(text)] * 2
