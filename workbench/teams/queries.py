"""What the pages of a workspace's settings read: members, open invitations, the audit's entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from workbench.teams.models import AuditEntry, Invitation, Member, Role, User, Workspace

ENTRIES = 50


def members_of(workspace: Workspace) -> QuerySet[Member]:
    """Everyone in the workspace: owners first, then editors, then viewers, each by name."""
    order = [When(role=role, then=Value(position)) for position, role in enumerate(Role.values)]
    ranked = Member.objects.filter(workspace=workspace).annotate(rank=Case(*order, output_field=IntegerField()))
    return ranked.select_related("user").order_by("rank", "user__name", "user__email")


def open_invitations_of(workspace: Workspace, now: datetime) -> QuerySet[Invitation]:
    """Invitations of the workspace that can be used now, the newest first."""
    return Invitation.open_at(now).filter(workspace=workspace).select_related("invited_by").order_by("-pk")


@dataclass(frozen=True, slots=True)
class AuditWish:
    """Which entries to show; what is empty does not narrow. Days are in the server's time zone, both included."""

    person: User | None = None
    action: str = ""
    first_day: date | None = None
    last_day: date | None = None
    before: int | None = None


def audit_page(workspace: Workspace, wish: AuditWish) -> tuple[list[AuditEntry], int | None]:
    """The newest entries that fit, and the cursor (`before`) of the page after them, if there is one."""
    narrow = Q(workspace=workspace)
    if wish.person:
        narrow &= Q(user=wish.person)
    if wish.action:
        narrow &= Q(action=wish.action)
    if wish.first_day:
        narrow &= Q(created_at__gte=_midnight(wish.first_day))
    if wish.last_day:
        narrow &= Q(created_at__lt=_midnight(wish.last_day + timedelta(days=1)))
    if wish.before:
        narrow &= Q(pk__lt=wish.before)
    found = list(AuditEntry.objects.filter(narrow).order_by("-pk")[: ENTRIES + 1])
    return found[:ENTRIES], found[ENTRIES - 1].pk if len(found) > ENTRIES else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def people_in_audit(workspace: Workspace) -> QuerySet[User]:
    """Everyone who is in the workspace, or was and did something that was noted."""
    did = AuditEntry.objects.filter(workspace=workspace, user=OuterRef("pk"))
    is_member = Member.objects.filter(workspace=workspace, user=OuterRef("pk"))
    return User.objects.filter(Exists(did) | Exists(is_member)).order_by("name", "email")
