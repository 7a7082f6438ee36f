"""Telling people what was done, with a way back where there is one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest


def tell_done(request: HttpRequest, text: str, undo_url: str = "") -> None:
    """Show a sentence on the next page; with an address, beside a button that posts there to undo what was done."""
    # A message has no field of ours: its tags carry the address to the template (parts/notice.html).
    messages.success(request, text, extra_tags=undo_url)
