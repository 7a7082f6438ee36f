"""The embedded form makes its own key once, keeps it to itself, and never replaces it."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.sealing.keyring import KEY_FILE, load_or_create_keys

LOAD_WHEN_TOLD = """
import sys
from pathlib import Path
from workbench.sealing.keyring import load_or_create_keys
print("ready", flush=True)
sys.stdin.readline()
print(load_or_create_keys(Path(sys.argv[1]))[0], flush=True)
"""


def test_it_makes_a_key_once_and_gives_the_same_one_after(tmp_path: Path) -> None:
    keys = load_or_create_keys(tmp_path / "data")
    assert len(keys) == 1
    assert len(keys[0]) >= 43  # 256 bits in base64
    assert load_or_create_keys(tmp_path / "data") == keys
    assert load_or_create_keys(tmp_path / "other") != keys


@pytest.mark.security
def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    load_or_create_keys(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    load_or_create_keys(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_an_operator_may_write_several_keys_into_it(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("new key\n\n  old key  \n")
    assert load_or_create_keys(tmp_path) == ["new key", "old key"]


@pytest.mark.reliability
@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_an_error_and_not_filled_again(tmp_path: Path, content: str) -> None:
    (tmp_path / KEY_FILE).write_text(content)
    with pytest.raises(ValueError, match="holds no key"):
        load_or_create_keys(tmp_path)
    assert (tmp_path / KEY_FILE).read_text() == content


@pytest.mark.reliability
def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOAD_WHEN_TOLD, str(tmp_path)]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(6)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = {process.communicate()[0] for process in processes}
    assert keys == {load_or_create_keys(tmp_path)[0] + "\n"}
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
