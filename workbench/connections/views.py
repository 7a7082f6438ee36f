"""Settings: connections, their tests, models and prices. Everyone may look; owners change."""

from __future__ import annotations

from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.connections.access import get_connection
from workbench.connections.checks import check_connection
from workbench.connections.forms import ConnectionForm, ModelForm, OwnModelForm
from workbench.connections.models import CatalogModel, Connection
from workbench.connections.prices import price_of
from workbench.connections.queries import connections_of
from workbench.http import Request, wants_fragment
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right


@require_safe
def settings_home(request: Request, workspace: str) -> HttpResponse:
    """The first page of the settings."""
    get_member(request.user, workspace)
    return redirect("connections", workspace=workspace)


@require_safe
def connections(request: Request, workspace: str) -> HttpResponse:
    """Every connection with its health and models."""
    member = get_member(request.user, workspace)
    context = {"member": member, "nav": "settings", "connections": connections_of(member.workspace)}
    return render(request, "connections/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, workspace: str) -> HttpResponse:
    """Add a connection."""
    member = get_member(request.user, workspace, Right.MANAGE)
    connection = Connection(workspace=member.workspace, base_url="")
    return _edit(request, member, connection, "connections/add.html")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, workspace: str, connection_id: UUID) -> HttpResponse:
    """Look at a connection, or (owners) change it."""
    right = Right.MANAGE if request.method == "POST" else Right.READ
    member = get_member(request.user, workspace, right)
    return _edit(request, member, get_connection(member, connection_id), "connections/edit.html")


def _edit(request: Request, member: Member, connection: Connection, template: str) -> HttpResponse:
    form = ConnectionForm(request.POST if request.method == "POST" else None, instance=connection)
    if request.method == "POST" and form.is_valid():
        had_key = bool(connection.sealed_key)
        saved = form.save()
        if had_key and not saved.sealed_key and not form.cleaned_data.get("remove_key"):
            messages.warning(request, _("Saved. The key was removed, because it belonged to the former address. Enter it again."))
        else:
            messages.success(request, _("Saved. Test the connection to see what works."))
        return redirect("connection_edit", workspace=member.workspace.slug, connection_id=saved.id)
    status = 422 if form.is_bound else 200
    return render(request, template, _context(member, connection, form), status=status)


def _context(member: Member, connection: Connection, form: ConnectionForm | None = None) -> dict[str, object]:
    now = timezone.now()
    models = list(connection.models.all()) if not connection._state.adding else []  # noqa: SLF001 - Django's own mark of an unsaved row
    for model in models:
        model.connection = connection
    return {
        "member": member,
        "nav": "settings",
        "connection": connection,
        "form": form or ConnectionForm(instance=connection),
        "models": [{"model": model, "price": price_of(model, now), "form": ModelForm(instance=model, prefix=str(model.pk))} for model in models],
        "own_model_form": OwnModelForm(),
    }


@require_POST
async def test(request: Request, workspace: str, connection_id: UUID) -> HttpResponse:
    """Test a connection and show each step."""
    member, connection = await sync_to_async(_manageable)(request, workspace, connection_id)
    report = await check_connection(connection)
    context = {"member": member, "nav": "settings", "connection": connection, "report": report}
    template = "connections/test.html#report" if wants_fragment(request) else "connections/test.html"
    return await sync_to_async(render)(request, template, context)


def _manageable(request: Request, workspace: str, connection_id: UUID) -> tuple[Member, Connection]:
    member = get_member(request.user, workspace, Right.MANAGE)
    return member, get_connection(member, connection_id)


@require_POST
def models(request: Request, workspace: str, connection_id: UUID) -> HttpResponse:
    """Set people's own prices, or add a model by hand (`model_id` is posted)."""
    member, connection = _manageable(request, workspace, connection_id)
    here = redirect("connection_edit", workspace=workspace, connection_id=connection.id)
    if "model_id" in request.POST:
        own = OwnModelForm(request.POST)
        if not own.is_valid():
            return render(request, "connections/edit.html", {**_context(member, connection), "own_model_form": own}, status=422)
        defaults = {"display_name": own.cleaned_data["display_name"], "is_own": True, "is_listed": True}
        CatalogModel.objects.update_or_create(connection=connection, model_id=own.cleaned_data["model_id"], defaults=defaults)
        messages.success(request, _("The model was added."))
        return here
    forms = [ModelForm(request.POST, instance=model, prefix=str(model.pk)) for model in connection.models.all()]
    if not all([form.is_valid() for form in forms]):
        now = timezone.now()
        rows = [{"model": form.instance, "price": price_of(form.instance, now), "form": form} for form in forms]
        return render(request, "connections/edit.html", {**_context(member, connection), "models": rows}, status=422)
    for form in forms:
        form.save()
    messages.success(request, _("Prices were saved. Runs from now on use them."))
    return here


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, workspace: str, connection_id: UUID) -> HttpResponse:
    """Ask, then delete. Runs stay, with the connection's name."""
    member, connection = _manageable(request, workspace, connection_id)
    if request.method == "POST":
        connection.delete()
        messages.success(request, _("“%(name)s” was deleted.") % {"name": connection.name})
        return redirect("connections", workspace=workspace)
    return render(request, "connections/delete.html", {"member": member, "nav": "settings", "connection": connection})
