"""Two people at the same moment, on a database as it is in use: an owner remains, and a link lets one person in.

The threads run in a process of their own: the database of the other tests is shared in memory and locks differently.
"""

from __future__ import annotations

import pytest

from tests.conftest import MakeServer

pytestmark = [pytest.mark.security]

ROUNDS = 8
SET_UP = """
import threading
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from workbench.teams.actions import LastOwnerError, remove_member, set_role, transfer_ownership
from workbench.teams.invitations import InvitationGoneError, accept_invitation
from workbench.teams.models import Invitation, Member, Role, User, Workspace

def at_once(*actions):
    refused, ready = [], threading.Barrier(len(actions))
    def act(action):
        connection.ensure_connection()
        ready.wait()
        try:
            action()
        except (LastOwnerError, InvitationGoneError, PermissionDenied) as error:
            refused.append(error)
        finally:
            connection.close()
    threads = [threading.Thread(target=act, args=[action]) for action in actions]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return len(refused)

for number in range(8):
    workspace = Workspace.objects.create(slug=f"w{number}", name="W")
    def join(name, role):
        user = User.objects.create_user(f"{name}{number}@x.org")
        return Member.objects.create(workspace=workspace, user=user, role=role)
    def owners():
        return workspace.members.filter(role=Role.OWNER).count()
    one, two = join("one", Role.OWNER), join("two", Role.OWNER)
"""

CASES = {
    "both leave": "    print(at_once(lambda: remove_member(one, one), lambda: remove_member(two, two)), owners())",
    "each removes the other": (
        "    print(at_once(lambda: remove_member(one, two), lambda: remove_member(two, one)), owners())"
    ),
    "each removes the other, and there is a third": (
        "    join('three', Role.OWNER)\n"
        "    print(at_once(lambda: remove_member(one, two), lambda: remove_member(two, one)), owners() - 1)"
    ),
    "each becomes a viewer": (
        "    print(at_once(lambda: set_role(one, one, Role.VIEWER), lambda: set_role(two, two, Role.VIEWER)), owners())"
    ),
    "one hands over to two people": (
        "    remove_member(two, two)\n"
        "    three, four, same = join('three', Role.EDITOR), join('four', Role.VIEWER), Member.objects.get(pk=one.pk)\n"
        "    print(at_once(lambda: transfer_ownership(one, three), lambda: transfer_ownership(same, four)), owners())"
    ),
    "two people use one link": (
        "    invitation, token = Invitation.make(workspace, one.user, Role.EDITOR, '', timezone.now())\n"
        "    people = [User.objects.create_user(f'{name}{number}@x.org') for name in ('five', 'six')]\n"
        "    accept = lambda person: lambda: accept_invitation(invitation, person, timezone.now())\n"
        "    print(at_once(*map(accept, people)), workspace.members.filter(role=Role.EDITOR).count())"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_of_two_at_once_one_is_refused(make_server: MakeServer, case: str) -> None:
    """Prints, a line a round: how many were refused, and how many owners (or new members) there are then."""
    lines = make_server().python(SET_UP + CASES[case]).split("\n")
    assert [line for line in lines if line] == ["1 1"] * ROUNDS
