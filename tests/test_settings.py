"""What the operator sets: all mistakes at once and in words, and a README that says what there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import django
import pytest

from tests.server import ROOT
from workbench.database import database_settings, explain_address
from workbench.environment import VARIABLES, SettingsError, read_environment

WRONG = {
    "WORKBENCH_PORT": ("99999", "1 to 65535"),
    "WORKBENCH_PUBLIC_URL": ("workbench.example.org", "full origin"),
    "WORKBENCH_DATABASE_URL": ("mysql://db.example.org/workbench", "postgres://user:password@"),
    "WORKBENCH_OWNER_EMAIL": ("nobody", "e-mail address"),
    "WORKBENCH_MAIL_URL": ("mail.example.org:587", "smtp://user:password@"),
    "WORKBENCH_OIDC_ISSUER": ("login.example.org", "issuer's full address"),
    "ANTHROPIC_BASE_URL": ("api.anthropic.com", "full address"),
    "WORKBENCH_LOCAL_MODEL": ("perhaps", "auto, on, off"),
    "WORKBENCH_LOG_FORMAT": ("xml", "text or json"),
}


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a start says that should not come far."""
    given = {"PATH": os.environ["PATH"], "WORKBENCH_DATA_DIR": str(tmp_path / "data"), **environment}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named_in_words(tmp_path: Path, name: str) -> None:
    value, words = WRONG[name]
    done = start(tmp_path, **{name: value})
    assert done.returncode != 0
    assert f"{name}: " in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_all_wrong_values_are_named_at_once(tmp_path: Path) -> None:
    done = start(tmp_path, **{name: value for name, (value, _words) in WRONG.items()})
    assert all(f"{name}: " in done.stderr for name in WRONG)
    assert "Please correct these settings" in done.stderr


@pytest.mark.parametrize("port", ["0", "-1", "http", "8000.5", ""])
def test_a_port_is_a_port(tmp_path: Path, port: str) -> None:
    done = start(tmp_path, WORKBENCH_PORT=port)
    assert "WORKBENCH_PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "url",
    [
        "http://[",
        "http://a.example:abc",
        "http://a.example:99999999",
        "https://a.example/path",
        "https://a.example?x=1",
        "https://user@a.example",
        "ftp://a.example",
        "https://",
    ],
)
def test_an_origin_is_nothing_but_an_origin(tmp_path: Path, url: str) -> None:
    assert "WORKBENCH_PUBLIC_URL" in start(tmp_path, WORKBENCH_PUBLIC_URL=url).stderr


@pytest.mark.parametrize("name", ["ANTHROPIC_BASE_URL", "WORKBENCH_OIDC_ISSUER", "WORKBENCH_MAIL_URL"])
@pytest.mark.parametrize("value", ["http://[::1", "https://a.example:port"])
def test_half_an_address_is_told_in_words(tmp_path: Path, name: str, value: str) -> None:
    done = start(tmp_path, **{name: value})
    assert f"{name}: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("db.example.org", "postgres://user:password@"),
        ("postgres://me:hush@[::1/name", "postgres://user:password@"),
        ("postgres://me:hush@db:port/name", "postgres://user:password@"),
        ("postgres://me:hu/sh@db/name", "postgres://user:password@"),
        ("postgres://me:hu#sh@db/name", "%23"),
        ("postgres://me:hush@db", "name of one database"),
        ("postgres://me:hush@db/", "name of one database"),
        ("postgres://me:hush@db/one/two", "name of one database"),
        ("postgres://me:hush@db/" + "n" * 64, "63 characters"),
        ("postgres://me:hush@db/na%00me", "NUL"),
        ("postgres://me:hush@db/name?sslmode=yes", "sslmode must be one of disable, allow"),
        ("postgres://me:hush@db/name?ssl=true&x=1", "no option ssl, x"),
        ("postgres://me:hush@db/name?sslmode=allow&sslmode=require", "each option once"),
        ("postgres://me:hush@db/name?connect_timeout=soon", "number of seconds"),
        ("postgres://me:hush@db/name?sslrootcert=/nowhere/ca.pem", "sslrootcert must be the path"),
    ],
)
def test_an_address_of_a_database_is_told_in_words(monkeypatch: pytest.MonkeyPatch, url: str, words: str) -> None:
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", url)
    with pytest.raises(SettingsError) as told:
        read_environment(ROOT)
    assert words in told.value.message
    assert "hush" not in told.value.message


def test_an_address_of_a_database_is_taken_apart() -> None:
    url = "postgresql://m%40e:hu%2Fsh%25@db.example.org:6432/na%20me?sslmode=require&connect_timeout=2"
    assert explain_address(url) == ""
    found = database_settings(url, ROOT)
    names = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert [found[name] for name in names] == ["m@e", "hu/sh%", "db.example.org", "6432", "na me"]
    options = found["OPTIONS"]
    assert isinstance(options, dict)
    assert (options["sslmode"], options["connect_timeout"]) == ("require", 2)
    assert database_settings("postgres:///name?host=/run/postgresql", ROOT)["HOST"] == "/run/postgresql"


def test_a_key_file_that_lost_its_keys_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret_keys").write_text("\n")
    done = start(tmp_path)
    assert "put it back from a backup" in done.stderr
    assert "Traceback" not in done.stderr


def test_blank_keys_are_told_in_words(tmp_path: Path) -> None:
    done = start(tmp_path, WORKBENCH_SECRET_KEYS=" , ")
    assert "WORKBENCH_SECRET_KEYS: " in done.stderr
    assert "Traceback" not in done.stderr


def test_the_data_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    done = start(tmp_path, WORKBENCH_DATA_DIR=str(in_the_way / "data"))
    assert done.returncode != 0
    assert "WORKBENCH_DATA_DIR" in done.stderr
    assert "Traceback" not in done.stderr


def test_keys_that_the_operator_gives_are_not_written_down(tmp_path: Path) -> None:
    done = start(tmp_path, WORKBENCH_SECRET_KEYS="first-of-the-operators-keys,second-of-the-operators-keys")
    assert done.returncode == 0, done.stderr
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not any(b"operators-keys" in path.read_bytes() for path in files)


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    key_files = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and "key" in path.name]
    assert [oct(path.stat().st_mode & 0o077) for path in key_files] == ["0o0"]


@pytest.mark.parametrize(
    ("url", "port", "starts_encrypted", "encrypts"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp://me:p%40ss@mail.example.org", 587, False, True),
        ("smtp://me:p%40ss@mail.example.org:2525", 2525, False, True),
        ("smtps://me:p%40ss@mail.example.org", 465, True, False),
    ],
)
def test_a_password_for_mail_travels_encrypted(
    monkeypatch: pytest.MonkeyPatch, url: str, port: int, starts_encrypted: bool, encrypts: bool
) -> None:
    monkeypatch.setenv("WORKBENCH_MAIL_URL", url)
    options = read_environment(ROOT).mailer["OPTIONS"]
    assert isinstance(options, dict)
    assert (options["port"], options["use_ssl"], options["use_tls"]) == (port, starts_encrypted, encrypts)
    assert options["password"] in ("", "p@ss")


def test_the_readme_lists_exactly_the_settings_that_there_are() -> None:
    readme = (ROOT / "README.md").read_text()
    section = readme.partition("## Settings")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(VARIABLES)


def test_django_is_the_version_that_this_was_written_for() -> None:
    assert django.VERSION[:2] == (6, 1)
