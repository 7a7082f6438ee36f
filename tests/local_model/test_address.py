"""Where other processes look for the model: what is there may be old, foreign or broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.local_model.supervisor import ADDRESS_FILE, LocalModel, address

from .conftest import until


def publish(data_dir: Path, pid: int) -> Path:
    """An address that somebody wrote."""
    file = data_dir / ADDRESS_FILE
    file.write_text(json.dumps({"port": 9, "pid": pid, "model": "some", "started_at": "2026-11-23T08:00:00+00:00"}))
    return file


def test_without_a_file_there_is_none(tmp_path: Path) -> None:
    assert address(tmp_path) is None


def test_one_of_a_living_process_is_given(tmp_path: Path) -> None:
    publish(tmp_path, os.getpid())
    assert address(tmp_path) == "http://127.0.0.1:9"


@pytest.mark.reliability
def test_one_of_a_dead_process_is_not_given(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    publish(tmp_path, process.pid)
    assert address(tmp_path) is None


@pytest.mark.reliability
@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"address": "http://127.0.0.1:9", "pid": 1}', '{"port": null, "pid": 1}']
)
def test_a_file_in_another_form_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / ADDRESS_FILE).write_text(text)
    assert address(tmp_path) is None


@pytest.mark.reliability
def test_an_old_one_is_gone_as_soon_as_we_start(make_model: Callable[..., LocalModel], tmp_path: Path) -> None:
    publish(tmp_path, os.getpid())  # the number now belongs to another process
    make_model().start()
    assert address(tmp_path) is None


def test_stopping_leaves_the_address_of_another(make_model: Callable[..., LocalModel], tmp_path: Path) -> None:
    model = make_model()
    model.start()
    until(lambda: address(tmp_path))
    publish(tmp_path, os.getpid())
    model.stop()
    assert address(tmp_path) == "http://127.0.0.1:9"
