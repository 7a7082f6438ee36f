"""People around a running Workbench, and the ways in which a socket is refused to them."""

from __future__ import annotations

import httpx
import websockets
from websockets.exceptions import InvalidStatus

from tests.server import OWNER, Server

PASSWORD = OWNER[1]
SIGNED_OUT, NOT_HERE = 4401, 4404  # workbench.runs.consumers
NO_RIGHT_AFTER_S = 5.0

JOIN = """
from workbench.teams.models import Member, Role, User, Workspace
workspaces = {{slug: Workspace.objects.get_or_create(slug=slug, name=slug.title())[0] for slug in ("main", "other")}}
for name, (slug, role) in {people!r}.items():
    user = User.objects.create_user(f"{{name}}@example.org", {password!r})
    Member.objects.create(user=user, workspace=workspaces[slug], role=role)
"""


def join(server: Server, **people: tuple[str, str]) -> None:
    """More people: by their names, the workspace that they are in ("main" or "other") and their role."""
    server.python(JOIN.format(people=people, password=PASSWORD))


def browser_of(server: Server, name: str) -> httpx.Client:
    """The browser of one of them."""
    return server.browser(f"{name}@example.org", PASSWORD)


def cookie_of(client: httpx.Client) -> str:
    """The header by which a browser is known."""
    return f"workbench_session={client.cookies['workbench_session']}"


async def open_as(server: Server, *, origin: str | None, cookie: str) -> int:
    """The HTTP status that answers the handshake; 101 if it is accepted."""
    url = f"{server.url.replace('http', 'ws')}/ws/w/main/"
    headers = {"cookie": cookie} if cookie else {}
    try:
        async with websockets.connect(
            url, origin=websockets.Origin(origin) if origin else None, additional_headers=headers, compression=None
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code
