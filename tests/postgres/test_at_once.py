"""Two posts at the same moment, where PostgreSQL lets both read before either has written."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import httpx
import pytest

from tests.conftest import MakeServer
from tests.databases import needs_postgresql

pytestmark = [pytest.mark.reliability, needs_postgresql]

TIMES = 6


def test_the_same_file_at_once_is_imported_once(make_server: MakeServer) -> None:
    server = make_server()
    with closing(server.browser()) as page:
        export = page.get("/w/main/prompts/export/").json()
        for prompt in export["prompts"]:
            prompt["id"] = str(uuid4())  # from elsewhere
        token = {"x-csrftoken": page.cookies["workbench_csrf"]}
        there = len(server.rows("SELECT id FROM prompts_prompt"))

        def import_there(_time: int) -> httpx.Response:
            return page.post("/w/main/prompts/import/", files={"file": json.dumps(export).encode()}, headers=token)

        with ThreadPoolExecutor(TIMES) as pool:
            answers = list(pool.map(import_there, range(TIMES)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(server.rows("SELECT id FROM prompts_prompt")) == there + len(export["prompts"]) > there


def test_a_draft_begun_at_once_is_one_draft(make_server: MakeServer) -> None:
    server = make_server()
    with closing(server.browser()) as page:
        fields = {"role": ["user"], "text": ["Typed"], "system": ""}

        def type_there(number: int) -> httpx.Response:
            return server.post(page, "/w/main/draft/", {**fields, "page": f"page-{number}", "sequence": "1"})

        with ThreadPoolExecutor(TIMES) as pool:
            answers = list(pool.map(type_there, range(TIMES)))
    assert {answer.status_code for answer in answers} == {200}
