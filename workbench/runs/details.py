"""What each tab of a run's page shows."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbench.files.models import StoredFile
from workbench.rendering.highlight import highlight_json
from workbench.runs.models import Run
from workbench.runs.presenting import answer_context, seconds
from workbench.runs.pretty import pretty_json
from workbench.runs.sending import StoredBody, shown

TABS = {
    "answer": gettext_lazy("Answer"),
    "request": gettext_lazy("Request"),
    "response": gettext_lazy("Response"),
    "headers": gettext_lazy("Headers"),
    "timing": gettext_lazy("Timing"),
    "attempts": gettext_lazy("Attempts"),
}


def tab_context(run: Run, tab: str) -> dict[str, Any]:
    """The template's context for one tab."""
    context: dict[str, Any] = answer_context(run) if tab == "answer" else {"run": run}
    match tab:
        case "request":
            text = _sent(run)
            context |= {"body": text, "body_html": highlight_json(text)}
        case "response":
            text = pretty_json(run.message) if run.message is not None else ""
            unknown = pretty_json(run.unknown_events) if run.unknown_events else ""
            context |= {"body": text, "body_html": highlight_json(text), "unknown_html": highlight_json(unknown)}
        case "timing":
            context["timings"] = _timings(run)
        case "attempts":
            context["attempts"] = [
                {"attempt": attempt, "duration": seconds(attempt.duration_ms), "wait": seconds(attempt.wait_ms)}
                for attempt in run.attempts.all()
            ]
    return context


def _sent(run: Run) -> str:
    """The exact body; base64 of files is not shown, but named in its place."""
    if not run.request_gaps:
        return run.request_body
    files = StoredFile.objects.filter(id__in={gap["file"] for gap in run.request_gaps})
    names = {str(file_id): name for file_id, name in files.values_list("id", "name")}
    return shown(StoredBody(run.request_body, run.request_gaps), names)


def _timings(run: Run) -> list[tuple[str, str]]:
    def moment(value: Any) -> str:  # noqa: ANN401 - datetime or None
        return f"{date_format(value, 'Y-m-d H:i:s')}.{value.microsecond // 1000:03} UTC" if value else "–"

    return [
        (_("Run pressed"), moment(run.created_at)),
        (_("Request left"), moment(run.sent_at)),
        (_("Until the request left"), seconds(run.queued_ms) or "–"),
        (_("To the first token"), seconds(run.first_token_ms) or "–"),
        (_("Whole duration"), seconds(run.duration_ms) or "–"),
        (_("Ended"), moment(run.finished_at)),
    ]
