"""Starts the local model's process, watches it, starts it again, and tells where it listens.

Runs in a thread of its own in the process that serves the web; never makes that process wait.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import structlog

from workbench.local_model.weights import Weights

log = structlog.get_logger(__name__)

ADDRESS_FILE = "local_model.json"
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
# A server that ran this long was well: the next start is again tried soon.
STEADY_S = 30.0


class LocalModel:
    """One local model server, kept running until `stop`."""

    def __init__(self, weights: Weights, data_dir: Path) -> None:
        self.weights = weights
        self.address_file = data_dir / ADDRESS_FILE
        self._stopping = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._keep_running, name="local model", daemon=True)

    def start(self) -> None:
        """Begin; returns at once. `address()` tells when the model listens."""
        self._thread.start()

    def stop(self) -> None:
        """End the server and its watching."""
        self._stopping.set()
        if process := self._process:
            process.kill()
        self._thread.join(timeout=5)

    def _keep_running(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            started = time.monotonic()
            code = self._run_once()
            if self._stopping.is_set():
                return
            pause = FIRST_PAUSE_S if time.monotonic() - started > STEADY_S else min(pause * 2, LONGEST_PAUSE_S)
            log.warning("local_model.ended", exit_code=code, again_in_s=pause)
            self._stopping.wait(pause)

    def _run_once(self) -> int:
        # Its standard input is a pipe that only we hold: it closes when we end, however we end.
        command = [sys.executable, "-m", "workbench.local_model.server"]
        arguments = ["--model", str(self.weights.path), "--id", self.weights.model_id]
        process = subprocess.Popen(  # noqa: S603 - our own module and checked paths
            command + arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).resolve().parent.parent.parent,
        )
        self._process = process
        try:
            if self._stopping.is_set():
                process.kill()
            line = process.stdout.readline() if process.stdout else ""
            if line.startswith("{"):
                self._publish(json.loads(line)["address"], process.pid)
                log.info("local_model.ready", model=self.weights.name, pid=process.pid)
            return process.wait()
        finally:
            self.address_file.unlink(missing_ok=True)
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()

    def _publish(self, address: str, pid: int) -> None:
        """Whole or not at all: other processes read this file at any moment."""
        text = json.dumps({"address": address, "pid": pid, "model": self.weights.model_id})
        temporary = self.address_file.with_suffix(f".{os.getpid()}")
        temporary.write_text(text)
        temporary.replace(self.address_file)


def address(data_dir: Path) -> str | None:
    """Where the local model listens (`http://127.0.0.1:port`); None while it does not."""
    try:
        told = json.loads((data_dir / ADDRESS_FILE).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return str(told["address"]) if _is_running(told["pid"]) else None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


