"""Workbench as a process of its own, as an operator starts it: to be killed, paused, restarted and looked at.

with Server(tmp_path / "data", upstream.url) as server:
    page = server.browser()                      # httpx client, signed in as the first owner
    runs = server.run(page, "Hello [[n=20 delay_ms=20]]")
    async with server.socket(page) as socket: ...  # the page's websocket
    server.kill(); server.start()                # what a crash leaves, and the next start
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_socket

from tests.databases import Row, database_of, rows_of

ROOT = Path(__file__).resolve().parent.parent
OWNER = ("owner@example.org", "a-long-enough-password")
# What must never be seen outside of a request's header.
KEY = "sk-ant-canary-do-not-show-0001"
START_LIMIT_S = 30.0


class Server:
    """One Workbench. `url` is its origin; `log` everything that it wrote, of all its starts."""

    def __init__(self, data_dir: Path, upstream_url: str = "", **environment: str) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self.data_dir = data_dir
        self.database_url = environment.get("WORKBENCH_DATABASE_URL") or database_of(data_dir)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = data_dir.parent / f"{data_dir.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            "PATH": os.environ["PATH"],
            "WORKBENCH_DATA_DIR": str(data_dir),
            "WORKBENCH_PORT": str(self.port),
            "WORKBENCH_DATABASE_URL": self.database_url,
            "WORKBENCH_LOCAL_MODEL": "off",
            "WORKBENCH_OWNER_EMAIL": OWNER[0],
            "WORKBENCH_OWNER_PASSWORD": OWNER[1],
            "PYTHONUNBUFFERED": "1",
        }
        if upstream_url:
            self.environment |= {"ANTHROPIC_BASE_URL": upstream_url, "ANTHROPIC_API_KEY": KEY}
        self.environment |= environment

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """Everything the process printed and logged so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start the process and wait until it takes work."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_LIMIT_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"Workbench did not start:\n{self.log[-4000:]}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Whether /readyz says that work is taken."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal (SIGSTOP, SIGCONT, SIGTERM, …)."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process at once, as a crash does (SIGKILL)."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End the process as an operator does (SIGTERM), and wait. Returns its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def sign_in_link(self) -> str:
        """The last one-time link that a start printed."""
        return str(re.findall(rf"{re.escape(self.url)}/accounts/link/\S+", self.log)[-1])

    def browser(self, email: str = OWNER[0], password: str = OWNER[1]) -> httpx.Client:
        """A client that is signed in by e-mail and password, with the headers of a browser's form."""
        client = httpx.Client(base_url=self.url, headers={"referer": self.url}, follow_redirects=True, timeout=30)
        client.get("/accounts/login/")
        answer = self.post(client, "/accounts/login/", {"login": email, "password": password})
        assert answer.url.path.startswith("/w/"), f"not signed in: {answer.status_code} {answer.url}"
        return client

    def post(self, client: httpx.Client, path: str, data: dict[str, Any], **headers: str) -> httpx.Response:
        """Post a form with its CSRF token."""
        token = client.cookies.get("workbench_csrf") or ""
        return client.post(path, data=data, headers={"x-csrftoken": token, **headers})

    def run(self, client: httpx.Client, text: str, *, model: str = "", workspace: str = "main", **fields: Any) -> str:  # noqa: ANN401 - form fields
        """Press Run with one user message. Returns the run's id."""
        data = {
            "submission": str(uuid4()),
            "system": "",
            "role": ["user"],
            "text": [text],
            "lane-0-model": model or self.first_model(client, workspace),
            "lane-0-max_tokens": "4096",
            **fields,
        }
        answer = self.post(client, f"/w/{workspace}/runs/", data, **{"hx-request": "true"})
        assert answer.status_code == 200, answer.text
        return str(re.findall(r'data-run="([0-9a-f-]{36})"', answer.text)[0])

    def first_model(self, client: httpx.Client, workspace: str = "main") -> str:
        """The first value of the page's model picker; waits until the connection's models are known."""
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            if found := re.findall(r'<option value="([^"]+:[^"]+)"', client.get(f"/w/{workspace}/").text):
                return str(found[0])
            time.sleep(0.1)
        raise AssertionError("the picker offers no model")

    def socket(self, client: httpx.Client, workspace: str = "main", **options: Any) -> connect_socket:  # noqa: ANN401 - options of websockets
        """The page's websocket, with the browser's cookies and origin."""
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        url = f"{self.url.replace('http', 'ws')}/ws/w/{workspace}/"
        return websockets.connect(
            url,
            origin=websockets.Origin(self.url),
            additional_headers={"cookie": cookie},
            compression=None,
            max_size=None,
            **options,
        )

    def rows(self, query: str, *values: object) -> list[Row]:
        """What is stored, read (or changed) beside the running process. Values stand where the query has `?`."""
        return rows_of(self.data_dir, self.database_url, query, values)

    def stored_run(self, run_id: str) -> Row:
        """A run's row as it is stored now."""
        return self.rows("SELECT * FROM runs_run WHERE id = ?", run_id.replace("-", ""))[0]

    def status_of(self, run_id: str) -> str:
        """A run's stored status."""
        return str(self.stored_run(run_id)["status"])

    def wait_for(self, run_id: str, *statuses: str, limit_s: float = 30) -> str:
        """Wait until a run's stored status is one of these; of any final one by default."""
        wanted = statuses or ("succeeded", "failed", "stopped", "interrupted")
        deadline = time.monotonic() + limit_s
        while (status := self.status_of(run_id)) not in wanted:
            assert time.monotonic() < deadline, f"run is {status}, not {wanted}\n{self.log[-3000:]}"
            time.sleep(0.03)
        return status

    def python(self, code: str) -> str:
        """Run code as `manage.py shell` does, on the same data. Returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "--command", code],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


__all__ = ["KEY", "OWNER", "ROOT", "ClientConnection", "Server", "free_port"]
