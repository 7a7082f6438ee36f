"""Workspaces: a person makes one and owns it, with samples; its name changes, its address stays."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import SetEnvironment
from workbench.connections.models import Connection, Kind
from workbench.prompts.models import Prompt
from workbench.teams.models import Member, Role, Workspace

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Support team", "support-team"),
        ("Main", "main-2"),
        ("客服", "workspace"),
        ("🚀", "workspace"),
        ("x" * 100, "x" * 50),
        ("settings/../..", "settings"),
    ],
)
def test_whoever_makes_one_owns_it(charlie: Client, viewer: Member, name: str, slug: str) -> None:
    answer = charlie.post("/workspaces/new/", {"name": name})
    assert answer.headers["Location"] == f"/w/{slug}/"
    made = Member.objects.select_related("workspace").get(workspace__slug=slug)
    assert (made.workspace.name, made.user, made.role) == (name, viewer.user, Role.OWNER)
    assert Prompt.objects.filter(workspace=made.workspace).count() == 3
    page = charlie.get(f"/w/{slug}/")
    assert page.status_code == 200
    assert 'href="/w/main/"' in page.content.decode(), "the other one is one click away"


def test_the_same_name_twice_is_two_workspaces(alice: Client) -> None:
    for slug in ("team", "team-2", "team-3"):
        assert alice.post("/workspaces/new/", {"name": "Team"}).headers["Location"] == f"/w/{slug}/"


def test_the_operators_key_stays_where_it_is(charlie: Client, set_environment: SetEnvironment) -> None:
    set_environment(anthropic_api_key="sk-ant-of-the-operator", local_model="on")
    charlie.post("/workspaces/new/", {"name": "Mine"})
    kinds = set(Connection.objects.filter(workspace__slug="mine").values_list("kind", flat=True))
    assert kinds <= {Kind.LOCAL}


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_workspace_has_a_name(alice: Client, name: str) -> None:
    answer = alice.post("/workspaces/new/", {"name": name})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert Workspace.objects.count() == 1


def test_an_owner_renames_it_and_links_keep_working(alice: Client, workspace: Workspace) -> None:
    answer = alice.post("/w/main/settings/workspace/", {"name": "Forschung 研究 🧪"}, follow=True)
    assert "Forschung 研究 🧪" in answer.content.decode()
    workspace.refresh_from_db()
    assert workspace.slug == "main"


def test_an_empty_name_is_refused_and_the_old_one_shown(alice: Client) -> None:
    answer = alice.post("/w/main/settings/workspace/", {"name": ""})
    assert answer.status_code == 422
    assert "Main" in answer.content.decode().partition("<main")[0]


def test_others_read_it(charlie: Client) -> None:
    page = charlie.get("/w/main/settings/workspace/").content.decode()
    assert "/w/main/" in page
    assert '<form class="form"' not in page.partition("<main")[2]
