"""Whether the process is up (/livez) and may be sent work (/readyz). Neither needs a sign-in or tells more."""

from __future__ import annotations

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workbench.runs.engine import engine

log = structlog.get_logger(__name__)


@login_not_required
@never_cache
@require_safe
def livez(_request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers and new runs are taken; 503 with the reason otherwise."""
    if engine.is_draining:
        return JsonResponse({"status": "stopping"}, status=503)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("database.unreachable", error=" ".join(str(error).split()))
        hint = "Check that the database runs, and WORKBENCH_DATABASE_URL. Workbench connects again by itself."
        return JsonResponse({"status": "database not reachable", "next": hint}, status=503)
    return JsonResponse({"status": "ok"})
