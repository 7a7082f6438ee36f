"""One of everything that an address can name, in one workspace; and the routes that name them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests.conftest import MakeConnection, join
from workbench.files import storing
from workbench.files.models import FileKind, FileState, StoredFile
from workbench.prompts.actions import About, create_prompt, save_version
from workbench.prompts.content import PromptContent
from workbench.prompts.drafts import put_aside, save_draft
from workbench.prompts.parameter_sets import create_set
from workbench.prompts.tool_actions import keep_tool
from workbench.runs.models import Run
from workbench.teams.models import Invitation, Member, Role, SignInLink

NONE_SUCH = 987_654_321


@dataclass(frozen=True)
class Things:
    """The ids of one of everything. What is not given is nowhere."""

    workspace: str
    connection_id: UUID
    run_id: UUID
    prompt_id: UUID
    file_id: UUID
    draft_id: int = NONE_SUCH
    set_id: int = NONE_SUCH
    member_id: int = NONE_SUCH
    invitation_id: int = NONE_SUCH
    session_id: int = NONE_SUCH
    tool_id: int = NONE_SUCH
    invitation: str = "no-such-invitation"
    token: str = "no-such-token"
    number: int = 1
    index: int = 0
    name: str = "raw"  # a way to look at an answer
    kind: str = "json"  # of an answer as a file

    def address(self, name: str) -> str:
        """The address of a route with these things in it."""
        values = asdict(self)
        return reverse(name, kwargs={key: values[key] for key in parameters_of(name)})

    def filled(self, template: str) -> str:
        """A text in which `{run_id}` stands for the run's id, and so on."""
        return template.format(**asdict(self))


def routes(resolver: URLResolver | None = None) -> Iterator[str]:
    """The name of every address that the application has."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern)
        else:
            assert isinstance(pattern, URLPattern)
            assert pattern.name, f"a route without a name: {pattern}"
            yield pattern.name


def parameters_of(name: str) -> set[str]:
    """What stands in angle brackets in a route."""
    entries = get_resolver().reverse_dict.getlist(name)
    return {parameter for entry in entries for parameter in entry[0][0][1]}


def things_in(member: Member, typist: Member, make_connection: MakeConnection, base_url: str) -> Things:
    """One of everything in the member's workspace: made by the member, but for a draft, which is the typist's."""
    workspace = member.workspace
    connection = make_connection(workspace=workspace, base_url=base_url, models=("test-model",), max_retries=0)
    run = Run.objects.create(
        workspace=workspace,
        user=member.user,
        submission=uuid4(),
        connection=connection,
        connection_name=connection.name,
        model="test-model",
        model_label="Test Model",
        request_body='{"model":"test-model","max_tokens":5,"messages":[{"role":"user","content":"Hello"}]}',
        message={"content": [{"type": "text", "text": "The secret answer."}]},
    )
    content = PromptContent(system="Secret", messages=[{"role": "user", "text": "Hi"}])
    prompt = create_prompt(member, About("The secret prompt"), content).prompt
    save_version(member, prompt, PromptContent(system="More secret", messages=content.messages), 1)
    other = join(f"fourth@{workspace.slug}.example.org", workspace, Role.EDITOR)
    draft = save_draft(typist, prompt, {"system": "Secret draft"}, 1)
    put_aside(typist, prompt)
    invitation, token = Invitation.make(workspace, member.user, Role.VIEWER, "", timezone.now())
    return Things(
        workspace.slug,
        connection.pk,
        run.id,
        prompt.pk,
        _picture_of(member).pk,
        draft.pk,
        create_set(member, "The secret set", {"max_tokens": "5"}).pk,
        other.pk,
        invitation.pk,
        _session_of(member),
        keep_tool(member, {"name": "secret_tool", "input_schema": {"type": "object"}})[0].pk,
        token,
        SignInLink.make(other.user, timezone.now()),
    )


def _picture_of(member: Member) -> StoredFile:
    """A file that is stored as uploading would."""
    content = f"not really a picture of {member.workspace}".encode()
    known = {"kind": FileKind.IMAGE, "media_type": "image/png", "state": FileState.READY}
    sha256 = hashlib.sha256(content).hexdigest()
    file = StoredFile.objects.create(
        workspace=member.workspace, name="Secret.png", size=len(content), sha256=sha256, **known
    )
    storing.keep(file, storing.ORIGINAL, io.BytesIO(content))
    return file


def _session_of(member: Member) -> int:
    """Another browser in which the member is signed in."""
    store = SessionStore()
    store.set_expiry(timedelta(days=1))
    store.create()
    fields = {"ip": "127.0.0.1", "user_agent": "", "session_key": store.session_key}
    session = UserSession.objects.create(user=member.user, created_at=timezone.now(), **fields)
    return int(session.pk)
