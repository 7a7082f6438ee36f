"""Who may do what: every address with every kind of person. A route without a row here fails the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests.conftest import MakeConnection, join, sign_in
from workbench.connections.models import CatalogModel
from workbench.prompts.actions import About, create_prompt
from workbench.prompts.content import PromptContent
from workbench.prompts.drafts import save_draft
from workbench.prompts.models import Prompt
from workbench.prompts.parameter_sets import create_set
from workbench.runs.models import Run, Status
from workbench.teams.models import Invitation, Member, Role, SignInLink, Workspace

pytestmark = [pytest.mark.security, pytest.mark.django_db(transaction=True)]

EVERYBODY, SIGNED_IN = "everybody", "signed in"
# The least role that each method needs, by the route's name. Anything else is answered with 405.
TABLE: dict[str, dict[str, str]] = {
    "livez": {"GET": EVERYBODY},
    "readyz": {"GET": EVERYBODY},
    "sign_in_link": {"GET": EVERYBODY},
    "invitation": {"GET": EVERYBODY, "POST": EVERYBODY},
    "home": {"GET": SIGNED_IN},
    "set_theme": {"POST": SIGNED_IN},
    "profile": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "session_end": {"POST": SIGNED_IN},
    "workspace_new": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "playground": {"GET": Role.VIEWER},
    "draft": {"POST": Role.EDITOR},
    "estimate": {"POST": Role.EDITOR},
    "lane_parameters": {"GET": Role.VIEWER},
    "lane_set": {"POST": Role.EDITOR},
    "parameter_sets": {"GET": Role.VIEWER},
    "parameter_set_delete": {"POST": Role.EDITOR},
    "draft_discard": {"POST": Role.EDITOR},
    "save": {"POST": Role.EDITOR},
    "save_new": {"POST": Role.EDITOR},
    "variables": {"POST": Role.EDITOR},
    "preview": {"POST": Role.EDITOR},
    "values": {"POST": Role.EDITOR},
    "palette": {"GET": Role.VIEWER},
    "prompts": {"GET": Role.VIEWER},
    "prompts_export": {"GET": Role.VIEWER},
    "prompts_import": {"GET": Role.EDITOR, "POST": Role.EDITOR},
    "prompts_paste": {"GET": Role.EDITOR, "POST": Role.EDITOR},
    "prompt_copy": {"POST": Role.VIEWER},
    "prompt": {"GET": Role.VIEWER},
    "prompt_version": {"GET": Role.VIEWER},
    "prompt_compare": {"GET": Role.VIEWER},
    "prompt_edit": {"GET": Role.EDITOR, "POST": Role.EDITOR},
    "prompt_restore": {"POST": Role.EDITOR},
    "prompt_labels": {"POST": Role.EDITOR},
    "prompt_archive": {"POST": Role.EDITOR},
    "prompt_delete": {"POST": Role.EDITOR},
    "prompt_favourite": {"POST": Role.VIEWER},
    "drafts": {"GET": Role.VIEWER},
    "draft_throw_away": {"POST": Role.EDITOR},
    "draft_take_up": {"POST": Role.EDITOR},
    "runs": {"GET": Role.VIEWER, "POST": Role.EDITOR},
    "run": {"GET": Role.VIEWER},
    "run_answer": {"GET": Role.VIEWER},
    "run_stop": {"POST": Role.EDITOR},
    "settings": {"GET": Role.VIEWER},
    "connections": {"GET": Role.VIEWER},
    "connection_add": {"GET": Role.OWNER, "POST": Role.OWNER},
    "connection_edit": {"GET": Role.VIEWER, "POST": Role.OWNER},
    "connection_test": {"POST": Role.OWNER},
    "connection_models": {"GET": Role.VIEWER, "POST": Role.OWNER},
    "connection_refresh": {"POST": Role.OWNER},
    "connection_delete": {"GET": Role.OWNER, "POST": Role.OWNER},
    "members": {"GET": Role.VIEWER},
    "member_invite": {"POST": Role.OWNER},
    "member_leave": {"GET": Role.VIEWER, "POST": Role.VIEWER},
    "member_role": {"POST": Role.OWNER},
    "member_remove": {"GET": Role.OWNER, "POST": Role.OWNER},
    "member_transfer": {"GET": Role.OWNER, "POST": Role.OWNER},
    "invitation_revoke": {"POST": Role.OWNER},
    "workspace": {"GET": Role.VIEWER, "POST": Role.OWNER},
    "audit": {"GET": Role.OWNER},
}
# These pages concern nobody but the person who asks: they know no workspace. The library that makes them tests them;
# that they are where they should be is tested with the accounts.
OF_ONES_OWN = ("account_", "mfa_", "usersessions_", "set_language")
ROLES = {"viewer": Role.VIEWER, "editor": Role.EDITOR, "owner": Role.OWNER}
IDS = {"run_id", "connection_id", "prompt_id", "draft_id", "set_id", "member_id", "invitation_id"}
RANK = [Role.VIEWER, Role.EDITOR, Role.OWNER]


@dataclass(frozen=True)
class Things:
    """One of everything that an address can name, in one workspace."""

    workspace: Workspace
    connection_id: UUID
    run_id: UUID
    prompt_id: UUID
    draft_id: int
    set_id: int
    member_id: int = 987_654_321
    invitation_id: int = 987_654_321
    invitation: str = "no-such-invitation"

    def address(self, name: str) -> str:
        """The address of a route with these things in it."""
        values = {
            "workspace": self.workspace.slug,
            "connection_id": self.connection_id,
            "run_id": self.run_id,
            "prompt_id": self.prompt_id,
            "draft_id": self.draft_id,
            "set_id": self.set_id,
            "member_id": self.member_id,
            "invitation_id": self.invitation_id,
            "invitation": self.invitation,
            "session_id": 987_654_321,
            "number": 1,
            "index": 0,
            "token": "no-such-token",
        }
        return reverse(name, kwargs={key: values[key] for key in parameters_of(name)})


def routes(resolver: URLResolver) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern)
        else:
            assert pattern.name, f"a route without a name: {pattern}"
            yield pattern.name, pattern


def parameters_of(name: str) -> set[str]:
    entries = get_resolver().reverse_dict.getlist(name)
    return {parameter for entry in entries for parameter in entry[0][0][1]}


def things_in(workspace: Workspace, member: Member, make_connection: MakeConnection) -> Things:
    connection = make_connection(workspace=workspace, models=("test-model",))
    run = Run.objects.create(
        workspace=workspace,
        user=member.user,
        submission=uuid4(),
        connection=connection,
        connection_name=connection.name,
        model="test-model",
        model_label="Test Model",
        request_body='{"model":"test-model","max_tokens":5,"messages":[{"role":"user","content":"Hello"}]}',
        status=Status.SUCCEEDED,
        message={"content": [{"type": "text", "text": "The secret answer."}]},
    )
    content = PromptContent(system="Secret", messages=[{"role": "user", "text": "Hi"}])
    prompt = create_prompt(member, About("The secret prompt"), content).prompt
    draft = save_draft(member, prompt, {"system": "Secret draft"})
    saved = create_set(member, "The secret set", {"max_tokens": "5"})
    other = join(f"fourth@{workspace.slug}.example.org", workspace, Role.EDITOR)
    invitation, token = Invitation.make(workspace, member.user, Role.VIEWER, "", timezone.now())
    return Things(
        workspace, connection.pk, run.id, prompt.pk, draft.pk, saved.pk, other.pk, invitation.pk, invitation=token
    )


@pytest.fixture
def things(workspace: Workspace, owner: Member, make_connection: MakeConnection) -> Things:
    return things_in(workspace, owner, make_connection)


@pytest.fixture
def foreign(other_workspace: Workspace, stranger: Member, make_connection: MakeConnection) -> Things:
    """Everything of another workspace."""
    return things_in(other_workspace, stranger, make_connection)


@pytest.fixture
def people(owner: Member, editor: Member, viewer: Member, stranger: Member) -> dict[str, Client]:
    members = {"owner": owner, "editor": editor, "viewer": viewer, "stranger": stranger}
    return {"anonymous": Client(headers={"host": "127.0.0.1"})} | {name: sign_in(who) for name, who in members.items()}


def test_every_route_has_a_row() -> None:
    names = {name for name, _pattern in routes(get_resolver())}
    ours = {name for name in names if not name.startswith(OF_ONES_OWN)}
    assert ours == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_every_person_gets_what_the_table_says(name: str, things: Things, people: dict[str, Client]) -> None:
    url = things.address(name)
    for method in ("GET", "POST", "PUT", "DELETE"):
        for person, client in people.items():
            # The last one to ask deletes; nobody of those who may not has got there before.
            answer = client.generic(method, url)
            least = TABLE[name].get(method)
            said = f"{method} {url} by {person}: {answer.status_code}"
            if person == "anonymous" and EVERYBODY not in TABLE[name].values():
                assert answer.status_code == 302, said
                assert answer.headers["Location"].startswith("/accounts/login/"), said
            elif least is None:
                assert answer.status_code in {404, 405} if person == "stranger" else answer.status_code == 405, said
            elif least in (EVERYBODY, SIGNED_IN):
                # 422: an empty form; 404: somebody before has used the invitation.
                assert answer.status_code in ({200, 302} if method == "GET" else {200, 302, 404, 422}), said
            elif person == "stranger":
                assert answer.status_code == 404, said
            elif RANK.index(ROLES[person]) < RANK.index(Role(least)):
                assert answer.status_code == 403, said
            else:
                assert answer.status_code not in {403, 405} and answer.status_code < 500, said  # noqa: PT018


@pytest.mark.parametrize("name", [name for name in TABLE if parameters_of(name) & IDS])
def test_what_is_of_another_workspace_is_as_if_it_were_not(
    name: str, things: Things, foreign: Things, people: dict[str, Client]
) -> None:
    random = Things(things.workspace, uuid4(), uuid4(), uuid4(), 987_654_321, 987_654_321)
    theirs = replace(foreign, workspace=things.workspace)
    for method in TABLE[name]:
        answers = [people["owner"].generic(method, place.address(name)) for place in (theirs, random)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert same(answers[0].content, theirs) == same(answers[1].content, random)
    assert Run.objects.get(id=foreign.run_id).stop_requested_at is None


def same(content: bytes, place: Things) -> str:
    """A page without what differs in any two pages: tokens, nonces and the ids that were asked for."""
    text = content.decode()
    for thing in (
        place.connection_id,
        place.run_id,
        place.prompt_id,
        f"drafts/{place.draft_id}",
        f"sets/{place.set_id}",
        f"members/{place.member_id}/",
        f"invitations/{place.invitation_id}/",
    ):
        text = text.replace(str(thing), "ID")
    return "\n".join(line for line in text.splitlines() if "nonce" not in line and "csrf" not in line)


@pytest.mark.parametrize("asked", ["run", "prompt"])
def test_a_foreign_id_in_the_query_is_as_if_it_were_not(
    asked: str, things: Things, foreign: Things, people: dict[str, Client]
) -> None:
    foreign_id = {"run": foreign.run_id, "prompt": foreign.prompt_id}[asked]
    for wanted in (foreign_id, uuid4(), "nonsense"):
        assert people["owner"].get(f"/w/main/?{asked}={wanted}").status_code == 404


def test_a_foreign_connection_cannot_be_run_on(things: Things, foreign: Things, people: dict[str, Client]) -> None:
    form = {"submission": str(uuid4()), "role": "user", "text": "Hello", "lane-0-max_tokens": "5"}
    answers = []
    for connection in (foreign.connection_id, uuid4()):
        answers.append(people["owner"].post("/w/main/runs/", {**form, "lane-0-model": f"{connection}:test-model"}))
    assert [answer.status_code for answer in answers] == [422, 422]
    assert same(answers[0].content, foreign) == same(answers[1].content, foreign).replace(str(connection), "ID")
    assert Run.objects.filter(workspace=things.workspace).count() == 1


def test_a_foreign_prompt_cannot_be_written_to(things: Things, foreign: Things, people: dict[str, Client]) -> None:
    for path in ("draft", "runs"):
        form = {"submission": str(uuid4()), "prompt": str(foreign.prompt_id), "role": "user", "text": "Hello"}
        form |= {"lane-0-model": f"{things.connection_id}:test-model", "lane-0-max_tokens": "5"}
        assert people["owner"].post(f"/w/main/{path}/", form).status_code == 404


def test_lists_hold_nothing_of_others(things: Things, foreign: Things, people: dict[str, Client]) -> None:
    CatalogModel.objects.filter(connection=foreign.connection_id).update(display_name="Foreign model")
    Run.objects.filter(id=foreign.run_id).update(preview="Foreign words")
    Prompt.objects.filter(pk=foreign.prompt_id).update(name="Foreign prompt")
    for path in ("", "prompts/", "runs/", "runs/?q=Foreign", "settings/connections/"):
        page = people["owner"].get(f"/w/main/{path}").content.decode()
        assert not {"Foreign model", "Foreign words", "Foreign prompt"} & set(re.findall(r"Foreign \w+", page))
        assert str(foreign.run_id) not in page
        assert str(foreign.connection_id) not in page


@pytest.mark.parametrize("name", [name for name, methods in TABLE.items() if "POST" in methods])
def test_no_form_is_taken_from_elsewhere(name: str, things: Things, owner: Member) -> None:
    client = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=True)
    client.force_login(owner.user)
    answer = client.post(things.address(name), headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()


def test_a_role_that_was_lost_holds_no_more(things: Things, editor: Member, people: dict[str, Client]) -> None:
    assert people["editor"].post("/w/main/draft/", {"role": "user", "text": "x"}).status_code == 200
    Member.objects.filter(pk=editor.pk).update(role=Role.VIEWER)
    assert people["editor"].post("/w/main/draft/", {"role": "user", "text": "y"}).status_code == 403
    editor.delete()
    assert people["editor"].get("/w/main/").status_code == 404


def test_a_link_that_was_never_made_signs_nobody_in(things: Things, owner: Member) -> None:
    SignInLink.make(owner.user, timezone.now())
    client = Client(headers={"host": "127.0.0.1"})
    client.get("/accounts/link/guessed/")
    assert client.get("/w/main/").status_code == 302
