"""Settings: connections, and their tests. Everyone may look; owners change. The models' page: models_views.py."""

from __future__ import annotations

from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.connections.access import get_connection
from workbench.connections.actions import wants_local_model
from workbench.connections.addresses import sends_key_in_clear
from workbench.connections.checks import check_connection
from workbench.connections.forms import ConnectionForm
from workbench.connections.models import Connection, Kind
from workbench.connections.queries import connections_of, count_mentions, models_of
from workbench.connections.report import failure_in_words, steps_in_words
from workbench.http import Request, wants_fragment
from workbench.local_model.weights import why_unavailable
from workbench.teams.access import get_member
from workbench.teams.audit import Action, note
from workbench.teams.models import Member, Right

# Models to choose from for a test; more are on the models' page.
MODELS_TO_TRY = 100


@require_safe
def settings_home(request: Request, workspace: str) -> HttpResponse:
    """The first page of the settings."""
    get_member(request.user, workspace)
    return redirect("connections", workspace=workspace)


@require_safe
def connections(request: Request, workspace: str) -> HttpResponse:
    """Every connection with its health and how many models it offers."""
    member = get_member(request.user, workspace)
    found = list(connections_of(member.workspace))
    has_local = any(connection.kind == Kind.LOCAL for connection in found)
    context = {
        "member": member,
        "nav": "settings",
        "rows": [{"connection": one, "failure": failure_in_words(one.report)} for one in found],
        "no_local": why_unavailable(settings.ENVIRONMENT.local_model) if wants_local_model() and not has_local else "",
    }
    return render(request, "connections/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
async def add(request: Request, workspace: str) -> HttpResponse:
    """Add a connection."""
    return await _edit(request, workspace, None)


@require_http_methods(["GET", "HEAD", "POST"])
async def edit(request: Request, workspace: str, connection_id: UUID) -> HttpResponse:
    """Look at a connection, or (owners) change it."""
    return await _edit(request, workspace, connection_id)


async def _edit(request: Request, workspace: str, connection_id: UUID | None) -> HttpResponse:
    """The form's page, or, once saved and tested if that was asked for, the way back to it."""
    answer = await sync_to_async(_show_or_save)(request, workspace, connection_id)
    if isinstance(answer, HttpResponse):
        return answer
    if "test" in request.POST:
        await check_connection(answer)
    return redirect("connection_edit", workspace=workspace, connection_id=answer.id)


def _show_or_save(request: Request, workspace: str, connection_id: UUID | None) -> HttpResponse | Connection:
    """The saved connection, or a page: the form, empty or with what is wrong in it."""
    is_change = request.method == "POST" or connection_id is None
    member = get_member(request.user, workspace, Right.MANAGE if is_change else Right.READ)
    if connection_id is None:
        connection = Connection(workspace=member.workspace)
    else:
        connection = get_connection(member, connection_id)
    form = ConnectionForm(request.POST if request.method == "POST" else None, instance=connection)
    is_new = not connection.is_stored
    if form.is_valid():
        with transaction.atomic():
            saved = form.save()
            _note_saved(member, form, is_new=is_new)
        _tell_saved(request, form)
        return saved
    return render(
        request, "connections/edit.html", _context(member, connection, form), status=422 if form.errors else 200
    )


def _note_saved(member: Member, form: ConnectionForm, *, is_new: bool) -> None:
    """Which fields changed, and that a key came or went; never what it is."""
    saved: Connection = form.instance
    changed = [name for name in form.changed_data if name not in ("key", "remove_key")]
    actions = [Action.CONNECTION_MADE] if is_new else [Action.CONNECTION_CHANGED] if changed else []
    if form.cleaned_data.get("key"):
        actions.append(Action.KEY_SET)
    elif form.had_key and not saved.sealed_key:
        actions.append(Action.KEY_REMOVED)
    for action in actions:
        fields = changed if action == Action.CONNECTION_CHANGED else []
        note(member.workspace, member.user, action, "connection", saved.pk, saved.name, host=saved.host, fields=fields)


def _tell_saved(request: Request, form: ConnectionForm) -> None:
    connection: Connection = form.instance
    if form.lost_key:
        messages.warning(
            request, _("Saved. The stored key was removed, because it belonged to the former address. Enter it again.")
        )
    else:
        messages.success(request, _("Saved."))
    if connection.sealed_key and sends_key_in_clear(connection.base_url):
        words = _("The key travels readable for everyone on the way, because the address begins with http://.")
        messages.warning(request, words)


def _context(member: Member, connection: Connection, form: ConnectionForm) -> dict[str, object]:
    # What is stored, not what was typed: a form that is wrong has already changed the object it is about.
    stored = Connection.objects.get(pk=connection.pk) if connection.is_stored else connection
    follows_environment = stored.from_environment and bool(settings.ENVIRONMENT.anthropic_api_key)
    return {
        "member": member,
        "nav": "settings",
        "form": form,
        "models": models_of(stored).filter(is_listed=True)[:MODELS_TO_TRY] if stored.is_stored else [],
        **_report_context(stored),
        "is_local": stored.kind == Kind.LOCAL,
        "follows_environment": follows_environment,
    }


@require_POST
async def test(request: Request, workspace: str, connection_id: UUID) -> HttpResponse:
    """Test a connection, with the model that is posted as `model` or the first one, and show each step."""
    connection = await sync_to_async(get_manageable)(request, workspace, connection_id)
    await check_connection(connection, request.POST.get("model", ""))
    return await sync_to_async(_show_report)(request, workspace, connection)


def _show_report(request: Request, workspace: str, connection: Connection) -> HttpResponse:
    if not wants_fragment(request):
        return redirect("connection_edit", workspace=workspace, connection_id=connection.id)
    connection.refresh_from_db()
    return render(request, "connections/edit.html#report", _report_context(connection))


def _report_context(connection: Connection) -> dict[str, object]:
    return {"connection": connection, "steps": steps_in_words(connection.report)}


def get_manageable(request: Request, workspace: str, connection_id: UUID) -> Connection:
    """A connection that the person may change.

    Raises:
        Http404: it is not in a workspace of theirs.
        PermissionDenied: they are not an owner.
    """
    return get_connection(get_member(request.user, workspace, Right.MANAGE), connection_id)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, workspace: str, connection_id: UUID) -> HttpResponse:
    """Say what depends on it and ask, then delete. Runs stay, with the name of the connection."""
    member = get_member(request.user, workspace, Right.MANAGE)
    connection = get_connection(member, connection_id)
    if request.method == "POST":
        with transaction.atomic():
            note(
                member.workspace,
                member.user,
                Action.CONNECTION_DELETED,
                "connection",
                connection.pk,
                connection.name,
                host=connection.host,
            )
            connection.delete()
        messages.success(request, _("“%(name)s” was deleted.") % {"name": connection.name})
        return redirect("connections", workspace=workspace)
    context = {
        "member": member,
        "nav": "settings",
        "connection": connection,
        "runs": count_mentions(connection),
        "priced": connection.models.filter(input_price__isnull=False).count(),
        "comes_back": _comes_back(connection),
    }
    return render(request, "connections/delete.html", context)


def _comes_back(connection: Connection) -> bool:
    """Whether the settings of the server make it again at the next start."""
    if connection.kind == Kind.LOCAL:
        return wants_local_model()
    return connection.from_environment and bool(settings.ENVIRONMENT.anthropic_api_key)
