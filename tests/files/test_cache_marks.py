"""A mark for the cache at the end of a message with files: it stands once, behind everything; nothing empty is sent."""

from __future__ import annotations

from django.test import Client

from tests.files import making
from tests.files.conftest import Store
from tests.files.test_attaching import claude, sent, typed, variable
from workbench.connections.models import CatalogModel

__all__ = ["claude"]  # a fixture

FIVE = {"type": "ephemeral"}
MARK = {"k-cache": "5m"}


def marked() -> list[str]:
    """The types of the blocks that carry a mark."""
    return [block["type"] for block in sent() if block.get("cache_control") == FIVE]


def test_it_stands_behind_files_and_text(bob: Client, claude: CatalogModel, store: Store) -> None:
    bob.post("/w/main/runs/", typed(claude, store("a.txt", b"hello"), **MARK))
    assert [block["type"] for block in sent()] == ["document", "text"]
    assert marked() == ["text"]


def test_it_stands_on_a_file_that_is_alone(bob: Client, claude: CatalogModel, store: Store) -> None:
    bob.post("/w/main/runs/", typed(claude, store("a.png", making.image()), text="", **MARK))
    assert [block["type"] for block in sent()] == ["image"]
    assert marked() == ["image"]


def test_it_stands_once_where_files_divide_the_text(bob: Client, claude: CatalogModel, store: Store) -> None:
    image = store("a.png", making.image())
    bob.post("/w/main/runs/", typed(claude, text="See {{a}} well", **variable(f"{image.pk} a.png"), **MARK))
    assert [block["type"] for block in sent()] == ["text", "image", "text"]
    assert [block.get("cache_control") for block in sent()] == [None, None, FIVE]


def test_marks_of_messages_that_are_files_alone_are_counted(bob: Client, claude: CatalogModel, store: Store) -> None:
    file = store("a.txt", b"hello")
    keys = [f"k{number}" for number in range(5)]
    files = {f"{key}-file": str(file.pk) for key in keys} | {f"{key}-cache": "5m" for key in keys}
    form = {**typed(claude), "turn": keys, "role": ["user"] * 5, "text": [""] * 5, **files}
    answer = bob.post("/w/main/runs/", form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "A request takes at most 4 cache marks" in answer.text
