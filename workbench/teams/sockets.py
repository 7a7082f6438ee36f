"""Who is at the other end of a websocket, when it opens and while it stays open."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone, translation

from workbench.teams.models import Member, Role, User

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person at a socket: what must stay true for it to stay open."""

    user_id: int
    session_key: str
    session_hash: str
    language: str


def identify(cookies: Mapping[str, str], accept_language: str) -> Visitor | None:
    """The person whose session cookie this is; None if nobody is signed in with it. One or two queries.

    `accept_language` is the header of the handshake: as for pages, it counts unless a language was chosen.
    """
    session_key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    if not session_key:
        return None
    data: Mapping[str, Any] = SessionStore(session_key).load()
    user_id, session_hash = data.get(SESSION_KEY), data.get(HASH_SESSION_KEY, "")
    if not user_id or data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not _hash_fits(user, session_hash):
        return None
    return Visitor(user.pk, session_key, session_hash, user.language or _language_of(cookies, accept_language))


def _language_of(cookies: Mapping[str, str], accept_language: str) -> str:
    """The language in which Django shows this browser its pages."""
    page = HttpRequest()
    page.COOKIES, page.META = dict(cookies), {"HTTP_ACCEPT_LANGUAGE": accept_language}
    return translation.get_language_from_request(page)


def _hash_fits(user: User, session_hash: str) -> bool:
    """Whether the password is still the one the session began with."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(hmac.compare_digest(session_hash, known) for known in hashes)


@dataclass(frozen=True, slots=True)
class Seat:
    """A visitor in a workspace (its row's id)."""

    visitor: Visitor
    workspace_id: int


def roles_now(seats: Collection[Seat]) -> dict[Seat, Role]:
    """The role that each of these has at this moment; who signed out or was removed is missing.

    Three queries, however many seats.
    """
    visitors = {seat.visitor for seat in seats}
    sessions = set(
        Session.objects.filter(
            session_key__in={visitor.session_key for visitor in visitors}, expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    users = {user.pk: user for user in User.objects.filter(pk__in={v.user_id for v in visitors}, is_active=True)}
    present = {
        visitor
        for visitor in visitors
        if visitor.session_key in sessions
        and (user := users.get(visitor.user_id)) is not None
        and _hash_fits(user, visitor.session_hash)
    }
    members = Member.objects.filter(user_id__in=users, workspace_id__in={seat.workspace_id for seat in seats})
    roles = {
        (user_id, workspace_id): Role(role)
        for user_id, workspace_id, role in members.values_list("user_id", "workspace_id", "role")
    }
    return {
        seat: roles[seat.visitor.user_id, seat.workspace_id]
        for seat in seats
        if seat.visitor in present and (seat.visitor.user_id, seat.workspace_id) in roles
    }
