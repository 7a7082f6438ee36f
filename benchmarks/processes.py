"""The processes that are measured: the application as an operator starts it, the reference, the stand-in, the load."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from benchmarks.measure import LOAD_CORES, SERVER_CORES

ROOT = Path(__file__).resolve().parent.parent
OWNER = ("bench@example.org", "a-long-enough-password")
START_LIMIT_S = 60.0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: list[str], cores: set[int], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process on its cores, ended with the block; what it prints is thrown away."""
    running = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.sched_setaffinity(running.pid, cores)
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)


def until_listening(port: int) -> None:
    """Wait until somebody accepts connections."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")


@contextmanager
def stand_in() -> Iterator[str]:
    """The provider's stand-in. Gives its address."""
    port = free_port()
    with process(["-m", "benchmarks.stand_in", "--port", str(port)], LOAD_CORES):
        until_listening(port)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def reference(upstream: str) -> Iterator[tuple[int, str]]:
    """The bare relay. Gives its process's number and its websocket's address."""
    port = free_port()
    command = ["-m", "benchmarks.reference", "--port", str(port), "--upstream", upstream]
    with process(command, SERVER_CORES) as running:
        until_listening(port)
        yield running.pid, f"ws://127.0.0.1:{port}/"


def load(**job: Any) -> dict[str, Any]:  # noqa: ANN401 - see benchmarks.load
    """Run one job of the load in a process of its own."""
    job = {"headers": [], "ack": 8, "limit_s": 60, **job}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        cwd=ROOT,
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, LOAD_CORES),
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout)
    return told


class Application:
    """Workbench, with the stand-in as its only connection; `client` is signed in as the owner."""

    def __init__(self, data_dir: Path, upstream: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "WORKBENCH_DATA_DIR": str(data_dir),
            "WORKBENCH_PORT": str(self.port),
            "WORKBENCH_PUBLIC_URL": self.url,
            "WORKBENCH_LOCAL_MODEL": "off",
            "WORKBENCH_OWNER_EMAIL": OWNER[0],
            "WORKBENCH_OWNER_PASSWORD": OWNER[1],
            "ANTHROPIC_BASE_URL": upstream,
            "ANTHROPIC_API_KEY": "bench",
        }
        self.pid = 0
        self.client = httpx.Client(base_url=self.url, headers={"referer": self.url}, timeout=60, follow_redirects=True)

    @contextmanager
    def running(self) -> Iterator[float]:
        """Start it and give how long it took until /readyz said so (s). A session stays valid over restarts."""
        began = time.monotonic()
        with process(["manage.py", "serve"], SERVER_CORES, **self.environment) as running:
            self.pid = running.pid
            until_listening(self.port)
            while self.client.get("/readyz").status_code != 200:
                time.sleep(0.01)
            yield time.monotonic() - began

    def sign_in(self) -> None:
        """Sign in, and wait until the stand-in's model is there to pick."""
        self.client.get("/accounts/login/")
        self.post("/accounts/login/", {"login": OWNER[0], "password": OWNER[1]})
        found = None
        while not found:
            found = re.search(r'<option value="([^"]+:bench-model)"', self.client.get("/w/main/").text)
        self.model = found[1]

    def post(self, path: str, data: dict[str, Any], **headers: str) -> httpx.Response:
        """Post a form as the page does."""
        return self.client.post(path, data=data, headers={"x-csrftoken": self.token, **headers})

    @property
    def token(self) -> str:
        """The form's token."""
        return self.client.cookies.get("workbench_csrf") or ""

    @property
    def cookies(self) -> str:
        """The browser's cookies, as a header."""
        return "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())

    @property
    def socket_url(self) -> str:
        """The page's websocket."""
        return f"{self.url.replace('http', 'ws')}/ws/w/main/"

    @property
    def socket_headers(self) -> list[tuple[str, str]]:
        """What a browser sends when it opens it."""
        return [("cookie", self.cookies), ("origin", self.url)]

    def form(self, directive: str) -> dict[str, Any]:
        """What pressing Run posts."""
        return {
            "submission": str(uuid4()),
            "system": "",
            "role": ["user"],
            "text": [directive],
            "lane-0-model": self.model,
            "lane-0-max_tokens": "4096",
        }

    def press_run(self, directive: str) -> str:
        """Press Run. Gives the run's id."""
        answer = self.post("/w/main/runs/", self.form(directive), **{"hx-request": "true"})
        return str(re.findall(r'data-run="([0-9a-f-]{36})"', answer.text)[0])

    def until_ended(self, run: str) -> None:
        """Wait until a run has succeeded."""
        deadline = time.monotonic() + START_LIMIT_S
        while 'data-status="succeeded"' not in self.client.get(f"/w/main/runs/{run}/answer/").text:
            if time.monotonic() > deadline:
                raise TimeoutError(f"run {run} does not end")
            time.sleep(0.1)

    def python(self, code: str) -> str:
        """Run code beside the server, on the same data. Gives what it printed."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", code]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        return done.stdout

    def queue(self, directive: str, number: int) -> list[str]:
        """Store so many queued runs that only a page's asking starts (they are dated ahead). Gives their ids."""
        printed = self.python(QUEUE.format(directive=directive, number=number, pattern=self.press_run(SHORTEST)))
        return printed.split()


SHORTEST = "[[n=1 delay_ms=0 first_ms=0]]"
QUEUE = """
from datetime import timedelta
from uuid import uuid4
from django.utils import timezone
from workbench.runs.models import Run
pattern = Run.objects.get(id="{pattern}")
same = ("workspace_id", "user_id", "connection_id", "connection_name", "model", "model_label", "api_version")
body = pattern.request_body.replace(pattern.preview, "{directive}")
ahead = timezone.now() + timedelta(minutes=10)
for _ in range({number}):
    copied = {{name: getattr(pattern, name) for name in same}}
    run = Run.objects.create(submission=uuid4(), request_body=body, created_at=ahead, **copied)
    print(run.id)
"""


def follow(run: str) -> str:
    """The command with which a page follows a run from its beginning."""
    return json.dumps({"follow": {run: 0}})
