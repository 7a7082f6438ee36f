"""A call that our client and the official SDK both make."""

from dataclasses import dataclass, field
from typing import Any

from tests.upstream import Script


@dataclass(frozen=True)
class Case:
    """One call, made by both."""

    name: str
    scripts: tuple[Script, ...] = ()
    call: str = "stream"  # stream, create, count, models, model
    body: dict[str, Any] = field(default_factory=dict)
    retries: int = 2
    model: str = "test-model"
    version: str = "2026-10-21"
    betas: tuple[str, ...] = ()
    timeout: float = 5.0


def request_body(case: Case) -> dict[str, Any]:
    """The case's Messages body."""
    body: dict[str, Any] = {"model": case.model, "messages": [{"role": "user", "content": "Say héllo, 世界 😀"}]}
    if case.call != "count":
        body["max_tokens"] = 64
    return body | case.body
