"""Exporting some prompts of the list: those that were picked, and no others."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client

from tests.prompts.conftest import saying
from workbench.prompts.actions import About, create_prompt
from workbench.prompts.models import Prompt
from workbench.teams.models import Member


def made(member: Member, name: str) -> Prompt:
    return create_prompt(member, About(name), saying()).prompt


async def exported(member: Member, *ids: object) -> list[str]:
    client = AsyncClient(headers={"host": "127.0.0.1"})
    await client.aforce_login(member.user)
    answer: Any = await client.get("/w/main/prompts/export/", {"id": [str(each) for each in ids]})
    data = b"".join([piece async for piece in answer.streaming_content])
    return [prompt["name"] for prompt in json.loads(data)["prompts"]]


@pytest.mark.django_db(transaction=True)
async def test_only_the_picked_prompts_are_exported(owner: Member, viewer: Member) -> None:
    owls, _bats, cats = [await sync_to_async(made)(owner, name) for name in ("Owls", "Bats", "Cats")]
    assert await exported(viewer, owls.id, cats.id) == ["Owls", "Cats"]


@pytest.mark.django_db(transaction=True)
async def test_what_belongs_to_others_or_is_no_prompt_is_left_out(owner: Member, stranger: Member) -> None:
    owls = await sync_to_async(made)(owner, "Owls")
    theirs = await sync_to_async(made)(stranger, "Secret")
    assert await exported(owner, theirs.id, uuid4(), "nonsense", owls.id) == ["Owls"]


def test_every_prompt_of_the_list_can_be_picked_by_its_name(owner: Member, alice: Client) -> None:
    owls = made(owner, "Owls")
    page = alice.get("/w/main/prompts/").content.decode()
    assert f'value="{owls.id}"' in page
    assert "Pick Owls" in page
