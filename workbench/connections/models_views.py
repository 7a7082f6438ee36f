"""A connection's models: the list its server told, models added by hand, and prices as people here know them."""

from __future__ import annotations

from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from workbench.claude import ClaudeError
from workbench.connections.access import get_connection
from workbench.connections.capabilities import choose_api_version
from workbench.connections.catalog import add_own_model, refresh_catalog
from workbench.connections.clients import ConnectionUnavailable, client_for, open_connection
from workbench.connections.forms import OwnModelForm, PriceForm
from workbench.connections.models import CatalogModel, Connection
from workbench.connections.prices import figure, price_of
from workbench.connections.queries import models_of
from workbench.connections.report import StepName, meaning_of, step_of
from workbench.connections.views import get_manageable
from workbench.http import Request
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right

# Rows a page: two prices each, well below what one form may hold.
PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def models(request: Request, workspace: str, connection_id: UUID) -> HttpResponse:
    """Look at the models; owners set prices, add models by hand (`add`) and remove those again (`remove`)."""
    member = get_member(request.user, workspace, Right.MANAGE if request.method == "POST" else Right.READ)
    connection = get_connection(member, connection_id)
    if request.method != "POST":
        return _page(request, member, connection, status=200)
    if "add" in request.POST:
        return _add(request, member, connection)
    if "remove" in request.POST:
        return _remove(request, workspace, connection)
    return _set_prices(request, member, connection)


def _add(request: Request, member: Member, connection: Connection) -> HttpResponse:
    own = OwnModelForm(request.POST)
    if not own.is_valid():
        return _page(request, member, connection, status=422, own=own)
    add_own_model(connection, **own.cleaned_data)
    messages.success(request, _("The model was added."))
    return _back(request, member.workspace.slug, connection)


def _remove(request: Request, workspace: str, connection: Connection) -> HttpResponse:
    wanted = request.POST["remove"]
    if wanted.isdecimal() and len(wanted) < 10:
        removed, _rows = connection.models.filter(pk=int(wanted), is_own=True).delete()
        if removed:
            messages.success(request, _("The model was removed."))
    return _back(request, workspace, connection)


def _set_prices(request: Request, member: Member, connection: Connection) -> HttpResponse:
    """Only of models whose fields were posted: others may have come since the page was opened."""
    posted = {name.partition("-")[0] for name in request.POST if name.endswith("_price")}
    asked = connection.models.filter(pk__in=[int(pk) for pk in posted if pk.isdecimal() and len(pk) < 10])
    forms = {model.pk: PriceForm(request.POST, instance=model, prefix=str(model.pk)) for model in asked}
    if not all([form.is_valid() for form in forms.values()]):  # noqa: C419 - each must be checked, to show all errors
        return _page(request, member, connection, status=422, forms=forms)
    for form in forms.values():
        if form.has_changed():
            form.save()
    messages.success(request, _("Prices were saved. Runs from now on are charged by them."))
    return _back(request, member.workspace.slug, connection)


def _page(
    request: Request,
    member: Member,
    connection: Connection,
    *,
    status: int,
    own: OwnModelForm | None = None,
    forms: dict[int, PriceForm] | None = None,
) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    page: Page[CatalogModel] = Paginator(models_of(connection, text), PAGE).get_page(request.GET.get("page"))
    context = {
        "member": member,
        "nav": "settings",
        "connection": connection,
        "text": text,
        "page": page,
        "rows": [_row(connection, model, (forms or {}).get(model.pk)) for model in page],
        "own": own or OwnModelForm(),
    }
    return render(request, "connections/models.html", context, status=status)


def _row(connection: Connection, model: CatalogModel, form: PriceForm | None) -> dict[str, object]:
    """A model with the price it has without people's own, and the form for that."""
    model.connection = connection
    price = price_of(CatalogModel(connection=connection, model_id=model.model_id), timezone.now())
    return {
        "model": model,
        "context": _tokens(model.max_input_tokens),
        "longest": _tokens(model.max_tokens),
        "published": price,
        "figures": [figure(price.input), figure(price.output)] if price else [],
        "form": form or PriceForm(instance=model, prefix=str(model.pk)),
    }


def _tokens(number: int | None) -> str:
    return "" if number is None else number_format(number, force_grouping=True)


@require_POST
async def refresh(request: Request, workspace: str, connection_id: UUID) -> HttpResponse:
    """Ask the server for its models again."""
    connection = await sync_to_async(get_manageable)(request, workspace, connection_id)
    try:
        access = await sync_to_async(open_connection)(connection)
        found = await refresh_catalog(connection, client_for(access, choose_api_version(connection, "", {})))
    except ConnectionUnavailable as error:
        messages.error(request, str(error))
    except ClaudeError as error:
        step = step_of(StepName.MODELS, error)
        messages.error(request, " ".join(filter(None, (meaning_of(step.error), step.detail))))
    else:
        if found is None:
            messages.info(request, _("This server has no list of models. Add them by hand."))
        else:
            words = ngettext("The server offers %(number)s model.", "The server offers %(number)s models.", found)
            messages.success(request, words % {"number": found})
    return _back(request, workspace, connection)


def _back(request: Request, workspace: str, connection: Connection) -> HttpResponse:
    """To the page that the form was sent from, with its search and page number."""
    here = redirect("connection_models", workspace=workspace, connection_id=connection.id)
    query = request.GET.urlencode()
    if query:
        here.headers["Location"] += f"?{query}"
    return here
