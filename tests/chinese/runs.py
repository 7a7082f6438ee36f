"""A run that has something of everything, said in Chinese."""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone

from workbench.runs.models import Run, RunAttempt, Status
from workbench.teams.models import Member


def make_run(member: Member, status: Status = Status.SUCCEEDED, **fields: object) -> Run:
    """One that ended so, with other fields if need be."""
    run = Run.objects.create(
        workspace=member.workspace,
        user=member.user,
        submission=uuid4(),
        status=status,
        connection_name="服务器",
        model="m",
        model_label="模型",
        api_version="2023-06-01",
        preview="你好",
        request_url="https://example.org/v1/messages",
        request_headers=[["x-api-key", "…0001"]],
        request_body='{"messages": [{"role": "user", "content": "你好"}]}',
        message={
            "content": [
                {"type": "text", "text": "好"},
                {"type": "thinking", "thinking": ""},
                {"type": "tool_use", "name": "天气", "input": {}},
            ]
        },
        unknown_events=[{"type": "news"}],
        **{"queued_ms": 3000, "first_token_ms": 4, "duration_ms": 1900, "input_tokens": 12, "cost": "0.0021", **fields},
    )
    RunAttempt.objects.create(run=run, number=1, started_at=timezone.now(), duration_ms=3, status=200, wait_ms=1000)
    return run
