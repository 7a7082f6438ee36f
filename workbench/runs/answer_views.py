"""An answer in other shapes: as a tree, as its raw blocks, as a file. Only reads."""

from __future__ import annotations

from uuid import UUID

import orjson
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workbench.http import Request
from workbench.rendering.highlight import highlight_json
from workbench.rendering.json_tree import json_tree, path_to
from workbench.runs.access import get_run
from workbench.runs.answer_schema import verdict_of
from workbench.runs.blocks import as_markdown, content_of, text_of
from workbench.runs.models import Run
from workbench.runs.pretty import pretty_json
from workbench.teams.access import get_member

MAX_NAME = 60  # characters of a file's name
KINDS = {"md": "text/markdown; charset=utf-8", "txt": "text/plain; charset=utf-8", "json": "application/json"}


@never_cache
@require_safe
def view(request: Request, workspace: str, run_id: UUID, name: str) -> HttpResponse:
    """The answer's text as a tree, or its content blocks as JSON: put into the article when they are asked for."""
    run = get_run(get_member(request.user, workspace), run_id)
    if name == "tree":
        return render(request, "runs/tree.html", {"run": run, "tree": json_tree(text_of(run.message), _marks(run))})
    if name == "raw":
        html = highlight_json(pretty_json(content_of(run.message)))
        return render(request, "runs/body.html", {"html": html, "caption": _("The content blocks as they came")})
    raise Http404


def _marks(run: Run) -> dict[str, str]:
    """What the schema wants, by the paths where the answer has something else."""
    verdict = verdict_of(run)
    return (
        {path_to(place.path): _("wanted: %(what)s") % {"what": place.wanted} for place in verdict.places}
        if verdict
        else {}
    )


@never_cache
@require_safe
def download(request: Request, workspace: str, run_id: UUID, kind: str) -> HttpResponse:
    """The answer as a file: Markdown with its sources, its text exactly as it came, or its content blocks."""
    run = get_run(get_member(request.user, workspace), run_id)
    if kind not in KINDS or run.message is None:
        raise Http404
    response = HttpResponse(_file(run, kind), content_type=KINDS[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{_name_of(run)}.{kind}")
    return response


def _file(run: Run, kind: str) -> bytes:
    if kind == "json":
        return orjson.dumps(content_of(run.message))
    text = as_markdown(run.message) if kind == "md" else text_of(run.message)
    return text.encode()


def _name_of(run: Run) -> str:
    """A name that every file system takes: of the prompt or the model, and of the run."""
    name = run.prompt.name if run.prompt else run.model_label
    return f"{slugify(name, allow_unicode=True)[:MAX_NAME] or 'answer'}-{run.id.hex[-8:]}"
