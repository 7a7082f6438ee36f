"""What every request passes: a fragment whose sign-in has ended becomes a notice; pages speak the person's language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils import translation

from workbench.teams.models import User


class SignInNoticeMiddleware:
    """Turns the redirect to the sign-in page into a 401 with a notice, for requests made by htmx.

    Following it would swap the sign-in page into the playground and throw away what was typed.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Pass the request on, and look at what comes back."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseBase):
            return self._notice_for(request, response)
        return self._later(request, response)

    async def _later(self, request: HttpRequest, response: Awaitable[HttpResponseBase]) -> HttpResponseBase:
        return self._notice_for(request, await response)

    def _notice_for(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        login = resolve_url(settings.LOGIN_URL)
        if not getattr(request, "htmx", False) or response.status_code != 302:
            return response
        if urlsplit(response.headers.get("Location", "")).path != login:
            return response
        notice = HttpResponse(render_to_string("teams/signed_out.html", {"login": login}, request), status=401)
        notice.headers["HX-Retarget"] = "#notices"
        notice.headers["HX-Reswap"] = "innerHTML"
        notice.headers["HX-Reselect"] = "unset"
        return notice


class LanguageMiddleware(LocaleMiddleware):
    """Shows pages in the language that a signed-in person chose, on every device; else as Django's own does."""

    def process_request(self, request: HttpRequest) -> None:
        """Follow the person, else the cookie, else the browser."""
        user = request.user
        language = user.language if isinstance(user, User) else ""
        if not language or not translation.check_for_language(language):
            super().process_request(request)
            return
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
