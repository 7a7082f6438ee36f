"""Names, folders, tags, favourites; archived and brought back; deleted only what no run refers to, with Undo."""

from __future__ import annotations

import re
import time
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import MakeServer
from tests.prompts.conftest import saying
from workbench.prompts.actions import About, create_prompt, purge_deleted
from workbench.prompts.models import Prompt
from workbench.runs.models import Run
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db
LONG = "🦉 مرحبا " + "é" * 290
EDIT = {
    "name": "Renamed",
    "description": "D",
    "folder": " / support //mail/",
    "tags": "one, two two\N{FULLWIDTH COMMA}one,",
}


def names(client: Client, query: str = "") -> list[str]:
    return [prompt.name for prompt in client.get(f"/w/main/prompts/?{query}").context["page"].prompts]


def test_it_is_renamed_filed_and_tagged(bob: Client, prompt: Prompt) -> None:
    bob.post(f"/w/main/prompts/{prompt.id}/edit/", EDIT)
    prompt.refresh_from_db()
    assert (prompt.name, prompt.description, prompt.folder) == ("Renamed", "D", "support/mail")
    assert [tag.name for tag in prompt.tags.all()] == ["one", "two two"]


def test_a_wrong_field_keeps_what_was_typed(bob: Client, prompt: Prompt) -> None:
    answer = bob.post(f"/w/main/prompts/{prompt.id}/edit/", {**EDIT, "name": "", "tags": "x" * 61})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "support //mail" in page
    assert "longer than 60 characters" in page
    prompt.refresh_from_db()
    assert prompt.name == "Greeting"


def test_any_name_of_300_characters_is_stored_shown_and_found(alice: Client, owner: Member) -> None:
    name = LONG[:300]
    create_prompt(owner, About(name), saying())
    assert names(alice, f"q={name[:20]}") == [name]
    assert name in alice.get("/w/main/prompts/").content.decode()


def test_the_list_is_narrowed_by_folder_and_tag(alice: Client, owner: Member) -> None:
    for name, folder, tags in (("a", "x", ["t"]), ("b", "x/y", ["u"]), ("c", "xy", ["t", "u"])):
        create_prompt(owner, About(name, folder=folder, tags=tags), saying())
    assert sorted(names(alice, "folder=x")) == ["a", "b"]
    assert sorted(names(alice, "tag=t")) == ["a", "c"]
    assert names(alice, "tag=u&folder=x/y") == ["b"]
    context = alice.get("/w/main/prompts/").context
    assert (context["folders"], context["tags"]) == (["x", "x/y", "xy"], ["t", "u"])


def test_a_favourite_is_ones_own(alice: Client, charlie: Client, prompt: Prompt) -> None:
    charlie.post(f"/w/main/prompts/{prompt.id}/favourite/", {"on": "1"})
    assert names(charlie, "favourites") == ["Greeting"]
    assert names(alice, "favourites") == []
    charlie.post(f"/w/main/prompts/{prompt.id}/favourite/", {"on": "0"})
    assert names(charlie, "favourites") == []


def test_an_archived_prompt_leaves_the_list_and_keeps_its_links(alice: Client, prompt: Prompt) -> None:
    alice.post(f"/w/main/prompts/{prompt.id}/archive/")
    assert (names(alice), names(alice, "archived")) == ([], ["Greeting"])
    assert alice.get(f"/w/main/prompts/{prompt.id}/").status_code == 200
    alice.post(f"/w/main/prompts/{prompt.id}/archive/?undo")
    assert names(alice) == ["Greeting"]


def test_a_deleted_prompt_is_gone_until_it_is_brought_back(alice: Client, prompt: Prompt) -> None:
    answer = alice.post(f"/w/main/prompts/{prompt.id}/delete/", follow=True)
    assert f"/w/main/prompts/{prompt.id}/delete/?undo" in answer.content.decode()
    assert alice.get(f"/w/main/prompts/{prompt.id}/").status_code == 404
    assert names(alice) == names(alice, "archived") == []
    alice.post(f"/w/main/prompts/{prompt.id}/delete/?undo")
    assert names(alice) == ["Greeting"]


def test_a_prompt_with_runs_is_not_deleted(alice: Client, owner: Member, prompt: Prompt) -> None:
    Run.objects.create(workspace=owner.workspace, user=owner.user, submission=uuid4(), prompt=prompt, request_body="{}")
    answer = alice.post(f"/w/main/prompts/{prompt.id}/delete/")
    assert answer.status_code == 409
    assert "This prompt has runs" in answer.content.decode()
    assert names(alice) == ["Greeting"]


def test_what_was_deleted_long_ago_is_removed_for_good(owner: Member, prompt: Prompt) -> None:
    other = create_prompt(owner, About("Kept"), saying()).prompt
    now = timezone.now()
    Prompt.objects.filter(pk=prompt.pk).update(deleted_at=now - timedelta(days=8))
    Prompt.objects.filter(pk=other.pk).update(deleted_at=now - timedelta(days=6))
    assert purge_deleted(now) == 1
    assert [kept.name for kept in Prompt.objects.all()] == ["Kept"]
    assert purge_deleted(now) == 0


def test_a_running_server_removes_what_was_deleted_long_ago(make_server: MakeServer) -> None:
    server = make_server()
    with closing(server.browser()) as page:
        prompt = server.post(page, "/w/main/save/new/", {"name": "Old"}).url.params["prompt"]
        server.post(page, f"/w/main/prompts/{prompt}/delete/", {})
    server.stop()
    server.rows("UPDATE prompts_prompt SET deleted_at = '2026-01-01' WHERE name = 'Old'")
    server.start()
    deadline = time.monotonic() + 10
    while server.rows("SELECT id FROM prompts_prompt WHERE name = 'Old'"):
        assert time.monotonic() < deadline, "it is still there"
        httpx.get(f"{server.url}/livez")
        time.sleep(0.1)


def test_pages_of_the_list_hold_each_prompt_once(alice: Client, owner: Member) -> None:
    at = timezone.now()
    for number in range(120):
        create_prompt(owner, About(f"P{number:03}"), saying())
    Prompt.objects.update(updated_at=at)
    seen, after = [], ""
    for _page in range(3):
        page = alice.get("/w/main/prompts/", {"after": after}).context["page"]
        seen += [prompt.name for prompt in page.prompts]
        after = page.next_cursor
    assert sorted(seen) == [f"P{number:03}" for number in range(120)]
    assert after == ""


@pytest.mark.parametrize(
    ("path", "open_tab"),
    [
        ("prompts/", "All"),
        ("prompts/?favourites", "Favourites"),
        ("prompts/?archived", "Archived"),
        ("prompts/drafts/", "My drafts"),
        ("parameter-sets/", "Parameter sets"),
    ],
)
def test_the_tabs_lead_from_each_to_each(alice: Client, owner: Member, path: str, open_tab: str) -> None:
    page = alice.get(f"/w/main/{path}").content.decode()
    tabs = re.search(r'<nav class="tabs".*?</nav>', page, re.DOTALL)
    assert tabs is not None
    assert tabs.group().count("<a ") == 5
    assert re.findall(r'aria-current="page">([^<]+)<', tabs.group()) == [open_tab]
