"""The request as our middleware leaves it, and whether it asks for a page or a fragment of one."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request that went through our middleware."""

    htmx: HtmxDetails


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of the page (a boosted link or going back asks for a whole one)."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
