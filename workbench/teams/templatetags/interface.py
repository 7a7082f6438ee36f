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

# What stands in the user agent, and what people call it; the first that fits counts: browsers name each other.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "CrOS": "ChromeOS", "Windows": "Windows"} | {
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


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


@register.filter
def browser(user_agent: str) -> str:
    """A browser and its system by their names, as far as they are told; else what it says of itself."""
    name = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or user_agent or _("Unknown browser")
