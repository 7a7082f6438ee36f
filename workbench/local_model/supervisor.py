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
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from workbench.local_model.weights import Weights

log = structlog.get_logger(__name__)

ADDRESS_FILE = "local_model.json"
# What the process last said when it failed; begun anew at every start.
LOG_FILE = "local_model.log"
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
# A server that ran this long was well: the next start is again tried soon.
STEADY_S = 30.0
# Settings of ours hold keys; the model's server has no use for them.
OUR_SETTINGS = ("WORKBENCH_", "ANTHROPIC_")


class LocalModel:
    """One local model server, kept running until `stop`. One at a time for a data folder."""

    def __init__(self, weights: Weights, data_dir: Path) -> None:
        self.weights = weights
        self.data_dir = data_dir
        self._stopping = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        # The kernel ends the model's process with the thread that made it: this one outlives every process it makes.
        self._thread = threading.Thread(target=self._keep_running, name="local model", daemon=True)

    def start(self) -> None:
        """Begin; returns at once. `address()` tells when the model listens."""
        # One who was killed could not take it back, and another process may have the same number by now.
        _address_file(self.data_dir).unlink(missing_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """End the server and its watching, within 5 s."""
        self._stopping.set()
        if process := self._process:
            process.kill()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _keep_running(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                code: int | None = self._run_once()
            except OSError as error:  # no memory, no process, no room on the disk: may pass
                code = None
                log.warning("local_model.not_started", error=str(error))
            if self._stopping.is_set():
                return
            if time.monotonic() - started > STEADY_S:
                pause = FIRST_PAUSE_S
            log.warning("local_model.ended", exit_code=code, again_in_s=pause, said=str(self.data_dir / LOG_FILE))
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _run_once(self) -> int:
        process = self._process = self._launch()
        try:
            if self._stopping.is_set():
                process.kill()
            line = process.stdout.readline() if process.stdout else ""
            if line.startswith("{"):
                self._publish(json.loads(line)["address"], process.pid)
                log.info("local_model.ready", model=self.weights.name, pid=process.pid)
            return process.wait()
        finally:
            process.kill()
            process.wait()
            self._withdraw(process.pid)
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()

    def _launch(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "workbench.local_model.server"]
        arguments = ["--model", str(self.weights.path), "--id", self.weights.model_id]
        with (self.data_dir / LOG_FILE).open("wb") as said:
            # Its standard input is a pipe that only we hold: it closes when we end, however we end.
            return subprocess.Popen(  # noqa: S603 - our own module and checked paths
                command + arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env={name: value for name, value in os.environ.items() if not name.startswith(OUR_SETTINGS)},
                cwd=Path(__file__).resolve().parent.parent.parent,
            )

    def _publish(self, address: str, pid: int) -> None:
        """Whole or not at all: other processes read this file at any moment."""
        told = {
            "port": urlsplit(address).port,
            "pid": pid,
            "model": self.weights.model_id,
            "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        file = _address_file(self.data_dir)
        temporary = file.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(told))
        temporary.replace(file)

    def _withdraw(self, pid: int) -> None:
        """Take back what was published, unless another took our place since."""
        if (told := _read(self.data_dir)) and told[1] == pid:
            _address_file(self.data_dir).unlink(missing_ok=True)


def address(data_dir: Path) -> str | None:
    """Where the local model listens (`http://127.0.0.1:port`); None while it does not. For any process."""
    told = _read(data_dir)
    return f"http://127.0.0.1:{told[0]}" if told and _is_running(told[1]) else None


def _address_file(data_dir: Path) -> Path:
    return data_dir / ADDRESS_FILE


def _read(data_dir: Path) -> tuple[int, int] | None:
    """The published port and process; None if there are none, or another version wrote them in its own way."""
    try:
        told = json.loads(_address_file(data_dir).read_text())
        return int(told["port"]), int(told["pid"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
