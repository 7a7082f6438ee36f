"""Small pieces of interface that every template may use: icons from the sprite, and the page's shortcuts."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of our own sprite (static/icons.svg), hidden from screen readers: words stand beside it or name it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.filter
def ago(moment: datetime) -> str:
    """How long ago, in the largest unit."""
    now = timezone.now()
    if (now - moment).total_seconds() < 60:
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, now, depth=1)}
