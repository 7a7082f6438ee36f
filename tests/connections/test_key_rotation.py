"""Rotating the secret keys: a start seals everything with the new one, so that the old one can be retired."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.server import Server
from tests.upstream import Upstream


@pytest.mark.security
def test_the_old_key_can_be_retired_after_a_start(tmp_path: Path) -> None:
    with Upstream.in_thread() as upstream:
        server = Server(tmp_path / "data", upstream.url, WORKBENCH_SECRET_KEYS="the-old-key")
        for keys in ("the-old-key", "the-new-key,the-old-key", "the-new-key"):
            server.environment["WORKBENCH_SECRET_KEYS"] = keys
            # What the environment says would be sealed anew by itself.
            if keys != "the-old-key":
                server.environment.pop("ANTHROPIC_API_KEY", None)
            server.start()
            try:
                with closing(server.browser()) as page:
                    server.first_model(page)
                    run = server.run(page, f"Hello with {keys} [[n=3]]")
                    server.wait_for(run)
                    assert server.stored_run(run)["status"] == "succeeded"
            finally:
                server.stop()
