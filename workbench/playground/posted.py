"""What the playground's form says about where it belongs: the prompt that is open, and the version begun on."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, QueryDict

from workbench.prompts.access import get_prompt
from workbench.prompts.drafts import Mark
from workbench.prompts.models import Prompt
from workbench.teams.models import Member


def posted_prompt(data: QueryDict, member: Member) -> Prompt | None:
    """The open prompt; None if what is typed belongs to none.

    Raises:
        Http404: the workspace has no such prompt.
    """
    return get_prompt(member, id_in(data, "prompt")) if data.get("prompt") else None


def posted_base(data: QueryDict) -> int | None:
    """The number of the version on which the work was begun."""
    return number_in(data, "base")


def posted_mark(data: QueryDict) -> Mark:
    """Which post of which page this is."""
    return Mark(data.get("page", "")[:36], number_in(data, "sequence") or 0, data.get("seen", "")[:36])


def number_in(data: QueryDict, name: str) -> int | None:
    """A whole number in a form or an address; None if it is none."""
    text = data.get(name, "")
    return int(text) if text.isdecimal() and 0 < len(text) < 10 else None


def id_in(data: QueryDict, name: str) -> UUID:
    """An id in a form or an address.

    Raises:
        Http404: it is none.
    """
    try:
        return UUID(str(data.get(name, "")))
    except ValueError:
        raise Http404 from None
