"""What is of another workspace is as if it were not: the same answers as for what nobody ever made."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest

from tests.rights.conftest import BrowserOf
from tests.rights.rows import ID
from tests.rights.stored import everything_stored
from tests.rights.table import TABLE
from tests.rights.things import Things, parameters_of
from workbench.connections.models import CatalogModel
from workbench.prompts.models import Prompt
from workbench.runs.models import Run
from workbench.teams.models import Member, Role, Workspace

pytestmark = [pytest.mark.security, pytest.mark.django_db]
IDS = {"run_id", "connection_id", "prompt_id", "file_id", "draft_id", "set_id", "member_id", "invitation_id", "tool_id"}


@pytest.mark.parametrize("name", [name for name in TABLE if parameters_of(name) & IDS])
def test_a_foreign_id_in_an_address_is_like_one_that_nobody_made(
    name: str, things: Things, foreign: Things, browser_of: BrowserOf
) -> None:
    nowhere = Things(things.workspace, uuid4(), uuid4(), uuid4(), uuid4())
    theirs = replace(foreign, workspace=things.workspace)
    browser, row = browser_of("owner"), TABLE[name]
    before = everything_stored()
    for method in [method for method, asking in (("GET", row.get), ("POST", row.post)) if asking]:
        form = row.post.posted(things) if row.post else {}
        answers = [getattr(browser, method.lower())(place.address(name), form) for place in (theirs, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert same(answers[0].content) == same(answers[1].content)
    assert everything_stored() == before


def same(content: bytes) -> str:
    """A page without what differs in any two pages: tokens, nonces and the ids that were asked for."""
    text = re.sub(rf"{ID}|/\d+/", "ID", content.decode())
    return "\n".join(line for line in text.splitlines() if "nonce" not in line and "csrf" not in line)


@pytest.mark.parametrize("asked", ["run", "prompt"])
def test_a_foreign_id_in_the_query_is_as_if_it_were_not(
    asked: str, things: Things, foreign: Things, browser_of: BrowserOf
) -> None:
    foreign_id = {"run": foreign.run_id, "prompt": foreign.prompt_id}[asked]
    for wanted in (foreign_id, uuid4(), "nonsense"):
        assert browser_of("owner").get(f"/w/main/?{asked}={wanted}").status_code == 404


def test_a_foreign_connection_cannot_be_run_on(things: Things, foreign: Things, browser_of: BrowserOf) -> None:
    form = {"submission": str(uuid4()), "role": "user", "text": "Hello", "lane-0-max_tokens": "5"}
    browser, before = browser_of("owner"), everything_stored()
    answers = [
        browser.post("/w/main/runs/", {**form, "lane-0-model": f"{connection}:test-model"})
        for connection in (foreign.connection_id, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert same(answers[0].content) == same(answers[1].content)
    assert everything_stored() == before


@pytest.mark.parametrize("name", ["draft", "draft_discard", "save", "values", "variables", "runs"])
def test_a_foreign_prompt_cannot_be_written_to(
    name: str, things: Things, foreign: Things, browser_of: BrowserOf
) -> None:
    asking = TABLE[name].post
    assert asking is not None
    browser, before = browser_of("owner"), everything_stored()
    for prompt in (foreign.prompt_id, uuid4()):
        form = {**asking.posted(things), "prompt": str(prompt)}
        assert browser.post(things.address(name), form).status_code == 404
    assert everything_stored() == before


def test_a_prompt_is_not_copied_to_where_one_may_not_write(
    things: Things, foreign: Things, browser_of: BrowserOf
) -> None:
    browser, before = browser_of("owner"), everything_stored()
    for workspace in ("other", "nowhere"):
        assert browser.post(things.address("prompt_copy"), {"to": workspace}).status_code == 404
    assert everything_stored() == before


def test_a_viewer_copies_a_prompt_to_where_they_may_write(
    things: Things, viewer: Member, other_workspace: Workspace, browser_of: BrowserOf
) -> None:
    Member.objects.create(workspace=other_workspace, user=viewer.user, role=Role.EDITOR)
    answer = browser_of("viewer").post(things.address("prompt_copy"), {"to": "other"})
    copied = Prompt.objects.get(workspace=other_workspace)
    assert answer.headers["Location"] == f"/w/other/prompts/{copied.pk}/"


def test_lists_hold_nothing_of_others(things: Things, foreign: Things, browser_of: BrowserOf) -> None:
    CatalogModel.objects.filter(connection=foreign.connection_id).update(display_name="Foreign model")
    Run.objects.filter(id=foreign.run_id).update(preview="Foreign words")
    Prompt.objects.filter(pk=foreign.prompt_id).update(name="Foreign prompt")
    for path in ("", "prompts/", "runs/", "runs/?q=Foreign", "palette/?q=Foreign", "settings/connections/"):
        page = browser_of("owner").get(f"/w/main/{path}").content.decode()
        assert not {"Foreign model", "Foreign words", "Foreign prompt"} & set(re.findall(r"Foreign \w+", page))
        assert str(foreign.run_id) not in page
        assert str(foreign.connection_id) not in page
