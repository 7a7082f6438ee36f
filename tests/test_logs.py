"""Logs tell what happened, for people or machines, and no secret in any form."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from workbench.logs import MASK, logging_config, redact

pytestmark = pytest.mark.security

SECRET = "sk-ant-api03-" + "x" * 24


@pytest.fixture(autouse=True)
def usual_logging() -> Iterator[None]:
    yield
    logging_config("text")


def redacted(**fields: object) -> str:
    return str(redact(None, "info", dict(fields)))


@pytest.mark.parametrize(
    "fields",
    [
        {"api_key": SECRET},
        {"event": f"sent {SECRET} to the server"},
        {"headers": {"x-api-key": "short-key"}},
        {"headers": [("authorization", f"Bearer {SECRET}")]},
        {"event": "x-api-key: another-shape-of-key"},
        {"event": "Authorization: Bearer abc.def.ghi"},
        {"exception": f"Traceback …\n  key = '{SECRET}'\nValueError: {SECRET}"},
        {"event": "/accounts/link/a-one-time-link/"},
        {"password": "hunter2hunter2"},
        {"nested": {"deep": [{"session_cookie": "abc"}]}},
    ],
)
def test_a_secret_is_masked_by_name_and_by_shape(fields: dict[str, object]) -> None:
    told = redacted(**fields)
    assert MASK in told
    for secret in (SECRET, "short-key", "another-shape", "abc.def", "a-one-time-link", "hunter2", "'abc'"):
        assert secret not in told


def test_what_is_no_secret_stays_readable() -> None:
    told = redacted(event="run.finished", input_tokens=12, max_tokens=50, run="01a2", key_id="ab12")
    assert "run.finished" in told
    assert MASK not in told


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_both_formats_carry_events_records_and_tracebacks_without_secrets(
    log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logging_config(log_format)
    structlog.get_logger("workbench.test").info("event.happened", run="01a2", api_key=SECRET)
    logging.getLogger("another.library").warning("it said %s", SECRET)
    try:
        int(SECRET)
    except ValueError:
        structlog.get_logger("workbench.test").exception("event.failed")
    told = capsys.readouterr().err
    assert SECRET not in told
    assert "event.happened" in told
    assert "it said" in told
    assert "ValueError" in told
    if log_format == "json":
        events = [json.loads(line) for line in told.splitlines()]
        assert {"level", "timestamp", "event"} <= set(events[0])
