"""What was deleted a week ago is removed for good by a running server: the row, and the bytes of a file."""

from __future__ import annotations

import time
from pathlib import Path

from tests.conftest import MakeServer

DELETE_LONG_AGO = """
import io
from datetime import timedelta
from django.utils import timezone
from workbench.files.models import StoredFile
from workbench.files.uploading import store_upload
from workbench.prompts.models import Prompt, Tool
from workbench.prompts.tool_actions import keep_tool
from workbench.teams.models import Member
long_ago = timezone.now() - timedelta(days=8)
member = Member.objects.get()
for name in ("old.txt", "new.txt"):
    store_upload(member, name, io.BytesIO(name.encode()))
StoredFile.objects.filter(name="old.txt").update(deleted_at=long_ago)
Prompt.objects.filter(pk=Prompt.objects.first().pk).update(deleted_at=long_ago)
for name in ("old", "new"):
    keep_tool(member, {"name": name, "input_schema": {"type": "object"}})
Tool.objects.filter(name="old").update(deleted_at=long_ago)
"""
LIMIT_S = 20


def stored_files(data_dir: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in data_dir.glob("files/**/original"))


def test_a_start_removes_what_was_deleted_long_ago_and_nothing_else(make_server: MakeServer) -> None:
    server = make_server()
    server.python(DELETE_LONG_AGO)
    assert stored_files(server.data_dir) == [b"new.txt", b"old.txt"]
    prompts = len(server.rows("select id from prompts_prompt"))
    server.stop()
    server.start()
    end = time.monotonic() + LIMIT_S
    # The last of what is removed.
    while server.rows("select id from prompts_tool where name = ?", "old") and time.monotonic() < end:
        time.sleep(0.1)
    assert [row["name"] for row in server.rows("select name from prompts_tool")] == ["new"]
    assert [row["name"] for row in server.rows("select name from files_storedfile")] == ["new.txt"]
    assert stored_files(server.data_dir) == [b"new.txt"]
    assert len(server.rows("select id from prompts_prompt")) == prompts - 1
