"""How allauth behaves here: nobody signs up on their own; signing in and out is noted for the owners."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from workbench.teams.audit import Action, note_everywhere
from workbench.teams.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Closes the sign-up form; writes the audit."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Never: accounts are made by an owner's invitation."""
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Called by every way of signing in, once all of its steps are done."""
        super().login(request, user)
        if isinstance(user, User):
            note_everywhere(user, Action.SIGNED_IN)

    def logout(self, request: HttpRequest) -> None:
        """Called before the session ends."""
        user = request.user
        if isinstance(user, User):
            note_everywhere(user, Action.SIGNED_OUT)
        super().logout(request)


def sign_in(request: HttpRequest, user: User) -> None:
    """Sign in somebody who has proven in another way than by password who they are: by a link of ours."""
    get_adapter().login(request, user)
    UserSession.objects.create_from_request(request)
