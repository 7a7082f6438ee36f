"""The local model as a connection like any other: found where it listens, catalogued, tested, free."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import MakeConnection, SetEnvironment
from tests.connections.conftest import url
from workbench.connections.models import Connection, Health, Kind
from workbench.local_model.supervisor import LocalModel, address
from workbench.local_model.weights import find_weights


@pytest.fixture
def running(tmp_path: Path, set_environment: SetEnvironment) -> Iterator[LocalModel]:
    weights = find_weights("on")
    assert weights
    set_environment(data_dir=tmp_path, local_model="on")
    model = LocalModel(weights, tmp_path)
    model.start()
    deadline = time.monotonic() + 30
    while address(tmp_path) is None:
        assert time.monotonic() < deadline, "the model did not start"
        time.sleep(0.02)
    yield model
    model.stop()


@pytest.fixture
def local(make_connection: MakeConnection) -> Connection:
    return make_connection(kind=Kind.LOCAL, base_url="", name="This machine")


def test_it_passes_its_test_and_is_labelled_for_what_it_is(
    alice: Client, local: Connection, running: LocalModel
) -> None:
    alice.post(url("connection_test", local))
    local.refresh_from_db()
    (model,) = local.models.all()
    assert (local.health, local.features) == (Health.OK, {"models": True, "count_tokens": True})
    assert (model.label, model.max_input_tokens, model.max_tokens) == ("SmolLM2 135M", 8192, 8192)
    page = alice.get(url("connection_edit", local)).content.decode()
    assert "runs on this machine: free" in page


def test_before_it_listens_it_is_said_to_be_starting(
    alice: Client, local: Connection, set_environment: SetEnvironment, tmp_path: Path
) -> None:
    set_environment(data_dir=tmp_path)
    alice.post(url("connection_test", local))
    local.refresh_from_db()
    assert local.health == Health.STARTING
    assert "starts within seconds" in alice.get(url("connections")).content.decode()
