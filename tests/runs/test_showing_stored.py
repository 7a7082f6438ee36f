"""What the checkpoints of a living run tell: tools by their names, for readers who come later and after a crash."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.runs.showing import answer_in, stored_run, words_in
from tests.upstream_scenes import SCENES
from workbench.runs.claims import stored_content
from workbench.runs.models import Run, RunCheckpoint, Status
from workbench.runs.presenting import answer_html
from workbench.runs.stored import stored_progress
from workbench.teams.models import Member

ROWS = (
    (0, 2, 0, "thinking", "", "I should look."),
    (2, 4, 1, "tool_use", "get_weather", '{"city": "Zür'),
    (4, 5, 1, "tool_use", "get_weather", "ich"),
    (5, 6, 2, "web_search_tool_result", "", "A page https://example.org/"),
    (6, 7, 3, "redacted_thinking", "", ""),
    (7, 9, 4, "text", "", "It rains."),
)


@pytest.fixture
def living(owner: Member) -> Run:
    """A run that another process executes."""
    run = stored_run(owner, SCENES["text"], status=Status.RUNNING, message=None)
    for start, end, block, kind, label, text in ROWS:
        RunCheckpoint.objects.create(run=run, start=start, end=end, block=block, kind=kind, label=label, text=text)
    return run


def test_a_reader_is_told_the_names_of_tools(living: Run) -> None:
    progress = stored_progress(living.workspace_id, UUID(str(living.id)), 2, "en")
    assert progress
    told = [(frame["kind"], frame.get("label", ""), frame["from"]) for frame in progress.frames]
    assert told[:3] == [
        ("tool_use", "get_weather", 2),
        ("tool_use", "get_weather", 4),
        ("web_search_tool_result", "", 5),
    ]


def test_a_crash_leaves_every_block_to_be_read(living: Run) -> None:
    content = stored_content(living.id)
    assert content[1] == {"type": "tool_use", "name": "get_weather", "partial_json": '{"city": "Zürich'}
    living.status, living.message = Status.INTERRUPTED, {"content": content}
    words = words_in(answer_in(answer_html(living)))
    for said in (
        "I should look.",
        'Tool call get_weather Input, as far as it came { "city" :',
        "Pages found A page https://example.org/",
        "The provider encrypted a part of the thinking.",
        "It rains.",
    ):
        assert said in words
