"""One running Workbench for each file of tests, with the scripted server's models; who harms it makes another."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.runs.following import Tab
from tests.server import Server
from tests.upstream import Upstream


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream.in_thread() as running:
        yield running


@pytest.fixture(scope="module")
def server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Server]:
    data_dir = tmp_path_factory.mktemp("runs") / "data"
    shutil.copytree(prepared_data, data_dir)
    with Server(data_dir, upstream.url) as running:
        yield running


@pytest.fixture(scope="module")
def owner_browser(server: Server) -> Iterator[httpx.Client]:
    """The owner's browser."""
    with closing(server.browser()) as client:
        server.first_model(client)
        yield client


@pytest.fixture
async def tab(server: Server, owner_browser: httpx.Client) -> AsyncIterator[Tab]:
    """The owner's playground, with its socket open."""
    async with Tab(server, owner_browser) as opened:
        yield opened
