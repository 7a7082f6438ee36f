"""The gallery of every kind of answer: nobody is kept out by how one looks, in both themes, wide and narrow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeDevice
from tests.browser.looking import Look
from tests.server import Server
from tests.upstream import Upstream
from tests.upstream_scenes import SCENES


@pytest.fixture(scope="module")
def server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Server]:
    """A Workbench that shows its gallery."""
    data_dir = tmp_path_factory.mktemp("gallery") / "data"
    shutil.copytree(prepared_data, data_dir)
    with Server(data_dir, upstream.url, WORKBENCH_GALLERY="true") as running:
        yield running


@pytest.mark.parametrize("width", [1440, 390])
def test_every_kind_of_answer_can_be_read(new_device: MakeDevice, width: int) -> None:
    page = new_device(viewport={"width": width, "height": 900}, reduced_motion="reduce").new_page()
    page.goto("/w/main/runs/gallery/")
    expect(page.locator(".gallery-pair")).to_have_count(len(SCENES))
    expect(page.locator('[data-frames] [data-part="answer"]').first).to_contain_text("Hello")
    look = Look(page)
    look(f"gallery at {width}")
    assert look.found == []
