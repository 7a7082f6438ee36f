"""The model never outlives the process that started it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workbench.local_model.supervisor import ADDRESS_FILE, LocalModel, address
from workbench.local_model.weights import Weights

from .conftest import listens, until

type MakeModel = Callable[..., LocalModel]

WEB_SERVER = """
import os, signal, sys, time
from pathlib import Path
from workbench.local_model.supervisor import LocalModel, address
from workbench.local_model.weights import find_weights
LocalModel(find_weights("auto"), Path(sys.argv[1])).start()
while not address(Path(sys.argv[1])):
    time.sleep(0.02)
helper = os.fork() if "fork" in sys.argv else 0
if "fork" in sys.argv and helper == 0:
    signal.pause()
print("helper", helper, flush=True)
signal.pause()
"""


@contextmanager
def started(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A process with pipes, ended at the end."""
    with subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_with(word: str, process: subprocess.Popen[str]) -> str:
    """Wait until a process says a line with this word."""
    assert process.stdout is not None
    return next(line for line in process.stdout if word in line)


@pytest.mark.reliability
def test_it_ends_when_the_web_server_is_killed(tmp_path: Path) -> None:
    with started("-c", WEB_SERVER, str(tmp_path)) as web_server:
        line_with("helper", web_server)
        base_url = address(tmp_path)
        assert base_url is not None
        web_server.kill()
        until(lambda: not listens(base_url))


@pytest.mark.reliability
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_it_ends_even_if_another_process_holds_its_input_open(tmp_path: Path) -> None:
    with started("-c", WEB_SERVER, str(tmp_path), "fork") as web_server:
        helper = int(line_with("helper", web_server).split()[1])
        try:
            base_url = address(tmp_path)
            assert base_url is not None
            web_server.kill()
            until(lambda: not listens(base_url))
        finally:
            os.kill(helper, signal.SIGKILL)


@pytest.mark.reliability
def test_it_ends_when_its_input_closes(weights: Weights) -> None:
    arguments = ("--model", str(weights.path), "--id", weights.model_id)
    with started("-m", "workbench.local_model.server", *arguments) as server:
        base_url = json.loads(line_with("address", server))["address"]
        assert listens(base_url)
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(timeout=10) == 0


def test_stop_ends_it_and_takes_its_address_back(make_model: MakeModel, tmp_path: Path) -> None:
    model = make_model()
    model.start()
    base_url = until(lambda: address(tmp_path))
    model.stop()
    assert not listens(base_url)
    assert not (tmp_path / ADDRESS_FILE).exists()


def test_stop_while_it_starts_leaves_nothing(make_model: MakeModel, tmp_path: Path) -> None:
    model = make_model()
    model.start()
    model.stop()
    assert not model._thread.is_alive()
    assert model._process is None or model._process.returncode is not None
    assert address(tmp_path) is None


def test_stop_before_start_does_nothing(make_model: MakeModel) -> None:
    make_model().stop()


@pytest.mark.security
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_is_given_no_keys(make_model: MakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary")
    monkeypatch.setenv("WORKBENCH_SECRET_KEYS", "canary")
    make_model().start()
    until(lambda: address(tmp_path))
    pid = json.loads((tmp_path / ADDRESS_FILE).read_text())["pid"]
    environment = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"canary" not in environment
