"""A model that dies or cannot start: started again, never in the way of the web server."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from workbench.local_model.supervisor import ADDRESS_FILE, LOG_FILE, LocalModel, address
from workbench.local_model.weights import Weights

from .conftest import ask, listens, running, until

type MakeModel = Callable[..., LocalModel]


@pytest.fixture
def broken(tmp_path: Path) -> Weights:
    """A file that is no model."""
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF but not really")
    return Weights(path, "broken", "Broken")


@pytest.mark.reliability
def test_it_is_started_again_after_it_was_killed(make_model: MakeModel, tmp_path: Path) -> None:
    make_model().start()
    before = until(lambda: address(tmp_path))
    pid = json.loads((tmp_path / ADDRESS_FILE).read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    until(lambda: not listens(before))
    assert ask(until(lambda: running(tmp_path))) == 200
    assert json.loads((tmp_path / ADDRESS_FILE).read_text())["pid"] != pid


@pytest.mark.reliability
def test_each_failed_start_is_followed_by_a_longer_pause(make_model: MakeModel, broken: Weights) -> None:
    with capture_logs() as events:
        make_model(broken).start()
        until(lambda: len([event for event in events if event["event"] == "local_model.ended"]) >= 2)
    ended = [event for event in events if event["event"] == "local_model.ended"]
    assert [event["again_in_s"] for event in ended[:2]] == [0.5, 1.0]
    assert {event["exit_code"] for event in ended} == {1}


def test_why_it_could_not_start_is_written_down(make_model: MakeModel, broken: Weights, tmp_path: Path) -> None:
    make_model(broken).start()
    until(lambda: (said := tmp_path / LOG_FILE).exists() and "Failed to init server" in said.read_text())
    assert address(tmp_path) is None


@pytest.mark.reliability
def test_a_start_that_the_system_refuses_is_tried_again(make_model: MakeModel, tmp_path: Path) -> None:
    folder = tmp_path / "not there yet"
    with capture_logs() as events:
        make_model(data_dir=folder).start()
        until(lambda: any(event["event"] == "local_model.not_started" for event in events))
    folder.mkdir()
    assert ask(until(lambda: address(folder))) == 200


def test_starting_does_not_wait_for_it(make_model: MakeModel, tmp_path: Path) -> None:
    make_model().start()
    assert address(tmp_path) is None
