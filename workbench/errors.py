"""Pages for what went wrong before or outside a view: CSRF failures, too many tries, unknown pages."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def error_page(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    """An error in words: what happened, what was kept, what to do. Fragments get the notice alone."""
    context = {"status": status, "title": title, "message": message}
    is_fragment = bool(getattr(request, "htmx", False))
    response = render(request, "error_notice.html" if is_fragment else "error.html", context, status=status)
    if is_fragment:
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Reselect"] = "unset"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The form's token does not fit the session (signed in again elsewhere, or another site sent the form)."""
    message = _("Your sign-in changed since this page was opened. Nothing was sent. Reload the page and try again.")
    return error_page(request, 403, _("This form is out of date"), message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: Django could not read the request; 413 if it was too large (settings.DATA_UPLOAD_MAX_MEMORY_SIZE)."""
    if isinstance(exception, RequestDataTooBig):
        message = _("More than 16 MB cannot be sent at once. What you typed is still in the form. Shorten it.")
        return error_page(request, 413, _("This is too large"), message)
    if isinstance(exception, TooManyFieldsSent):
        message = _("These are too many messages to send at once. What you typed is still in the form. Remove some.")
        return error_page(request, 413, _("This is too large"), message)
    message = _("The server could not read this request. Nothing was changed. Go back and try again.")
    return error_page(request, 400, _("Request not understood"), message)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the person's role does not include this."""
    message = str(exception) or _("Your role may not do this. Ask an owner of the workspace.")
    return error_page(request, 403, _("Not allowed"), message)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """404: does not exist, or belongs to somebody else."""
    message = _("There is nothing at this address, or it belongs to a workspace that you are not in.")
    return error_page(request, 404, _("Not found"), message)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429: allauth's limits on tries to sign in, to reset a password and the like."""
    message = _("There were too many tries in a short time. Nothing was changed. Wait a few minutes, then try again.")
    return error_page(request, 429, _("Too many tries"), message)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; the log has it."""
    message = _("This is a fault in Workbench, and it is in the server’s log. What was stored before is still there.")
    return error_page(request, 500, _("Something broke"), message)
