"""Settings: the audit, for owners."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workbench.http import Request
from workbench.teams.access import get_member
from workbench.teams.audit import in_words
from workbench.teams.forms import AuditForm
from workbench.teams.models import Right
from workbench.teams.queries import audit_page


@require_safe
def audit(request: Request, workspace: str) -> HttpResponse:
    """Who did what when, the newest first; narrowed by person, action and days."""
    member = get_member(request.user, workspace, Right.MANAGE)
    form = AuditForm(member.workspace, request.GET)
    wish = form.wish()
    entries, older = audit_page(member.workspace, wish)
    context = {
        "member": member,
        "nav": "audit",
        "form": form,
        "rows": [in_words(entry) for entry in entries],
        "older": older,
        "is_later_page": bool(wish.before),
        "is_narrowed": bool(wish.person or wish.action or wish.first_day or wish.last_day),
    }
    return render(request, "teams/audit.html", context)
