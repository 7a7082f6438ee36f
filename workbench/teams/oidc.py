"""Signing in through an OpenID Connect service: only who has an account or an invitation for a verified address.

Loaded only where the operator named a service. The service vouches for addresses; it gives no rights of its own.
"""

from __future__ import annotations

from typing import Any

import requests
import structlog
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect.views import login as go_to_issuer
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from workbench.teams.invitations import INVITED_BY_LINK, accept_invitation, invitations_for
from workbench.teams.models import Invitation, User

log = structlog.get_logger(__name__)


class OidcAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Decides who gets in."""

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Only into an account whose own address is verified, too: anybody may have typed it into an unverified one."""
        is_known = EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
        return is_known and email.lower() == _verified_email(login)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Only with an invitation, and with an address that no account has."""
        email = _verified_email(sociallogin)
        return bool(email) and not User.objects.filter(email=email).exists() and bool(_invitations(request, email))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Name and address, as the service tells them."""
        user: User = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        user.name = str(data.get("name") or "")[:100]
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: object = None) -> User:
        """Store the new person, and let them join where they were invited by their address.

        Whoever opened a link joins on its page, where they come back to.
        """
        user: User = super().save_user(request, sociallogin, form)
        for invitation in _invitations(request, user.email):
            if invitation.email:
                accept_invitation(invitation, user, timezone.now())
        return user


def _verified_email(login: SocialLogin) -> str:
    """The address that the service says it has checked; some say so in a word that must not be taken for yes."""
    verified = [address.email.lower() for address in login.email_addresses if address.verified is True]
    return verified[0] if verified else ""


def _invitations(request: HttpRequest, email: str) -> list[Invitation]:
    return invitations_for(email, request.session.get(INVITED_BY_LINK), timezone.now())


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the service's own page; allauth's view, which lets go through what it meets when it asks where that is."""
    try:
        answer: HttpResponseBase = go_to_issuer(request, provider_id)
    except (requests.RequestException, KeyError) as error:
        log.warning("oidc.unreachable", reason=type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answer
