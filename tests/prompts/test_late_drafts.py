"""Posts of one page can overtake each other: what comes late does not bring back what was put away after it."""

from __future__ import annotations

import pytest

from workbench.prompts.drafts import Mark, drafts_of, load_draft, put_aside, save_draft
from workbench.prompts.models import Draft, Prompt
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db


def typed(member: Member, prompt: Prompt | None, text: str, sequence: int, page: str = "page") -> Draft:
    return save_draft(member, prompt, {"system": text}, 1, Mark(page, sequence))


def test_what_was_put_aside_stays_so(owner: Member, prompt: Prompt) -> None:
    typed(owner, prompt, "All of it", 3)
    put_aside(owner, prompt)
    typed(owner, prompt, "Half of it", 2)
    assert load_draft(owner, prompt) is None
    assert [draft.content["system"] for draft in drafts_of(owner)] == ["All of it"]


def test_what_the_same_page_types_afterwards_is_kept(owner: Member, prompt: Prompt) -> None:
    typed(owner, prompt, "All of it", 3)
    put_aside(owner, prompt)
    typed(owner, prompt, "More", 4)
    found = load_draft(owner, prompt)
    assert found is not None
    assert found.content == {"system": "More"}


def test_another_page_is_another_matter(owner: Member, prompt: Prompt) -> None:
    typed(owner, prompt, "Here", 3)
    put_aside(owner, prompt)
    typed(owner, prompt, "There", 1, page="another")
    typed(owner, None, "Nowhere", 1)
    assert load_draft(owner, prompt) is not None
    assert load_draft(owner, None) is not None
