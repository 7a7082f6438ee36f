"""One of everything in a workspace of theirs and in another, and the browsers of five kinds of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from tests.conftest import MakeConnection, sign_in
from tests.rights.things import Things, things_in
from tests.upstream import Upstream
from workbench.teams.models import Member

BrowserOf = Callable[[str], Client]


@pytest.fixture(scope="session")
def upstream() -> Iterator[Upstream]:
    with Upstream.in_thread() as server:
        yield server


@pytest.fixture
def things(owner: Member, editor: Member, make_connection: MakeConnection, upstream: Upstream) -> Things:
    """Everything of the workspace in which all but the stranger are."""
    return things_in(owner, editor, make_connection, upstream.url)


@pytest.fixture
def foreign(stranger: Member, make_connection: MakeConnection, upstream: Upstream) -> Things:
    """Everything of another workspace."""
    return things_in(stranger, stranger, make_connection, upstream.url)


@pytest.fixture
def browser_of(things: Things, viewer: Member, editor: Member, owner: Member, stranger: Member) -> BrowserOf:
    """The browser of one of `table.PEOPLE`, opened after everything else was made."""
    members = {"stranger": stranger, "viewer": viewer, "editor": editor, "owner": owner}

    def opened(person: str) -> Client:
        return sign_in(members[person]) if person in members else Client(headers={"host": "127.0.0.1"})

    return opened
