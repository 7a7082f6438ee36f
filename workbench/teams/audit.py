"""Who did what, when: every room notes here what owners may want to look up. Never holds key material or content."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from workbench.teams.models import AuditEntry, Role, User, Workspace


class Action(models.TextChoices):
    """Everything that is noted, in the words that owners read: "<person> <words> <target>"."""

    SIGNED_IN = "person.signed_in", _("signed in")
    SIGNED_OUT = "person.signed_out", _("signed out")
    MEMBER_INVITED = "invitation.made", _("invited")
    INVITATION_REVOKED = "invitation.revoked", _("withdrew the invitation of")
    MEMBER_JOINED = "member.joined", _("joined")
    ROLE_CHANGED = "member.role_changed", _("changed the role of")
    MEMBER_REMOVED = "member.removed", _("removed")
    MEMBER_LEFT = "member.left", _("left")
    OWNERSHIP_TRANSFERRED = "member.ownership_transferred", _("transferred ownership to")
    WORKSPACE_MADE = "workspace.made", _("made the workspace")
    WORKSPACE_RENAMED = "workspace.renamed", _("renamed the workspace")
    CONNECTION_MADE = "connection.made", _("added the connection")
    CONNECTION_CHANGED = "connection.changed", _("changed the connection")
    CONNECTION_DELETED = "connection.deleted", _("deleted the connection")
    KEY_SET = "connection.key_set", _("set the key of")
    KEY_REMOVED = "connection.key_removed", _("removed the key of")
    LABEL_MOVED = "prompt.label_moved", _("moved a label of")
    LABEL_REMOVED = "prompt.label_removed", _("removed a label of")
    PROMPT_DELETED = "prompt.deleted", _("deleted the prompt")
    FILE_DELETED = "file.deleted", _("deleted the file")
    PROMPTS_EXPORTED = "prompts.exported", _("exported")
    PROMPTS_IMPORTED = "prompts.imported", _("imported")


# What an entry's details say, by their names, in this order. Details that have no words here are kept, not shown.
REMARKS = {
    "label": _("label: %(value)s"),
    "role": _("role: %(value)s"),
    "before": _("before: %(value)s"),
    "after": _("now: %(value)s"),
    "host": _("host: %(value)s"),
    "fields": _("fields: %(value)s"),
    "number": _("number: %(value)s"),
}


def note(
    workspace: Workspace,
    user: User,
    action: Action,
    target_kind: str,
    target_id: object,
    target_name: str,
    **details: str | int | bool | list[str] | None,
) -> None:
    """Add an entry. Call it in the transaction of what it tells of, so that there is never one without the other.

    Args:
        target_kind: what the action was done to, as in the glossary: "member", "connection", "prompt", …
        target_id: its id.
        target_name: its name at this moment; cut to what fits.
        details: few and small: from, to, which fields. Never a key, never what somebody wrote.
    """
    AuditEntry.objects.create(
        workspace=workspace,
        user=user,
        user_name=user.display_name,
        action=action,
        target_kind=target_kind,
        target_id=str(target_id),
        target_name=target_name[:300],
        details=details,
    )


def note_everywhere(user: User, action: Action) -> None:
    """Add an entry about a person to every workspace that they are in: signing in, signing out."""
    for workspace in Workspace.objects.filter(members__user=user):
        note(workspace, user, action, "member", user.pk, user.display_name)


@dataclass(frozen=True, slots=True)
class EntryInWords:
    """An entry as owners read it."""

    entry: AuditEntry
    action: str
    # Empty where the person did it to themselves.
    target: str
    remarks: list[str]


def in_words(entry: AuditEntry) -> EntryInWords:
    """The entry in the reader's language; an action of a later version keeps its name."""
    action = str(Action(entry.action).label) if entry.action in Action.values else entry.action
    is_own = entry.target_kind == "member" and entry.target_id == str(entry.user_id)
    remarks = [words % {"value": value} for name, words in REMARKS.items() if (value := _said(entry.details.get(name)))]
    nobody = str(_("whoever has the link")) if entry.target_kind == "invitation" else ""
    return EntryInWords(entry, action, "" if is_own else entry.target_name or nobody, remarks)


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    text = str(value) if value not in (None, "", False) else ""
    return str(Role(text).label) if text in Role.values else text
