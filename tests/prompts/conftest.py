"""A saved prompt, and what most tests of prompts do with one."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.prompts.actions import About, create_prompt, save_version
from workbench.prompts.content import PromptContent
from workbench.prompts.models import Prompt, PromptVersion
from workbench.teams.models import Member


def saying(system: str = "Be brief.", message: str = "Hello", **more: Any) -> PromptContent:  # noqa: ANN401
    """A content with one message."""
    return PromptContent(system=system, messages=[{"role": "user", "text": message}], **more)


@pytest.fixture
def prompt(owner: Member) -> Prompt:
    """A prompt of the owner's with one version."""
    return create_prompt(owner, About("Greeting", tags=["mail"]), saying()).prompt


def add_versions(member: Member, prompt: Prompt, *systems: str) -> list[PromptVersion]:
    """One more version for each system prompt."""
    return [save_version(member, prompt, saying(system), None) for system in systems]
