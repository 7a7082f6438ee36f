"""What a start says when it cannot be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import MakeServer
from tests.server import ROOT


def test_a_port_in_use_is_named_and_no_link_is_printed(make_server: MakeServer, tmp_path: Path) -> None:
    running = make_server()
    environment = {**running.environment, "WORKBENCH_DATA_DIR": str(tmp_path / "second")}
    command = [sys.executable, "manage.py", "serve"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert f"port {running.port}: Address already in use" in done.stderr
    assert "WORKBENCH_PORT" in done.stderr
    assert "Traceback" not in done.stderr
    assert "accounts/link" not in done.stdout
    assert running.is_ready()
