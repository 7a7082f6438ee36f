"""A secret is sealed to its place and opens only there, and nothing about it leaks on the way."""

from __future__ import annotations

import traceback

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from workbench.sealing.keyring import Keyring
from workbench.sealing.secrets import LockedError, SealingError, WrongPlaceError, key_id, mask, open_sealed, seal

SECRET = "sk-ant-canary-0123456789abcdef"
KEY = "the operator's key, in any form"


@pytest.fixture(autouse=True)
def _one_key(settings: Settings) -> None:
    settings.SEALING_KEYS = [KEY]


def sealed_here() -> str:
    return seal(SECRET, workspace="w1", field="connection.key")


def open_here(sealed: str) -> str:
    return open_sealed(sealed, workspace="w1", field="connection.key")


def test_it_opens_what_it_sealed() -> None:
    assert open_here(sealed_here()) == SECRET


@given(st.text(st.characters(exclude_categories=[])))
@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_it_keeps_every_text_exactly(secret: str) -> None:
    assert open_here(seal(secret, workspace="w1", field="connection.key")) == secret


def test_sealing_twice_gives_different_tokens() -> None:
    assert sealed_here() != sealed_here()


def test_what_is_stored_shows_neither_secret_nor_place() -> None:
    sealed = sealed_here()
    assert sealed.startswith(f"{key_id(sealed)}:")
    for part in (SECRET, SECRET[-4:] + '"', "connection.key", KEY):
        assert part not in sealed


@pytest.mark.security
@pytest.mark.reliability
@pytest.mark.parametrize(
    ("workspace", "field"),
    [
        ("w2", "connection.key"),
        ("w1", "connection.proxy"),
        ("w2", "connection.proxy"),
        ("", ""),
        ("w1connection", ".key"),
    ],
)
def test_it_refuses_what_was_moved_from_another_place(workspace: str, field: str) -> None:
    with pytest.raises(WrongPlaceError):
        open_sealed(sealed_here(), workspace=workspace, field=field)


@pytest.mark.security
@pytest.mark.reliability
def test_it_is_locked_when_the_key_is_another(settings: Settings) -> None:
    sealed = sealed_here()
    settings.SEALING_KEYS = ["another key"]
    with pytest.raises(LockedError):
        open_here(sealed)


@pytest.mark.security
def test_it_is_locked_when_another_keys_id_is_put_in_front(settings: Settings) -> None:
    token = sealed_here().partition(":")[2]
    settings.SEALING_KEYS = ["another key"]
    with pytest.raises(LockedError):
        open_here(f"{key_id(sealed_here())}:{token}")


@pytest.mark.security
@pytest.mark.reliability
def test_it_is_locked_when_any_part_was_changed() -> None:
    sealed = sealed_here()
    # The last character before the padding carries unused bits; every other one matters.
    for position in range(0, len(sealed.rstrip("=")) - 1, 7):
        changed = sealed[:position] + ("A" if sealed[position] != "A" else "B") + sealed[position + 1 :]
        with pytest.raises(LockedError):
            open_here(changed)


@pytest.mark.reliability
@pytest.mark.parametrize("cut", [0, 5, 10, 11, 12, 60, -1])
def test_it_is_locked_when_cut_short(cut: int) -> None:
    with pytest.raises(LockedError):
        open_here(sealed_here()[:cut])


@pytest.mark.reliability
@pytest.mark.parametrize("garbage", ["", ":", "x", "é", "\ud800", "\x00", "not:a token", SECRET])
def test_it_is_locked_when_it_never_was_a_sealed_secret(garbage: str) -> None:
    with pytest.raises(LockedError):
        open_here(garbage)
    with pytest.raises(LockedError):
        open_here(f"{key_id(sealed_here())}:{garbage}")


@pytest.mark.reliability
@pytest.mark.parametrize(
    "inside", [b"", b"{}", b"[]", b"null", b'["w1","connection.key"]', b'["w1","connection.key",1]', b"\xff"]
)
def test_it_is_locked_when_the_envelope_is_not_ours(inside: bytes) -> None:
    name, fernet = next(iter(Keyring([KEY]).fernets.items()))
    with pytest.raises(LockedError):
        open_here(f"{name}:{fernet.encrypt(inside).decode()}")


@pytest.mark.security
def test_no_error_holds_the_secret_or_the_key(settings: Settings) -> None:
    name, fernet = next(iter(Keyring([KEY]).fernets.items()))
    broken = f"{name}:{fernet.encrypt(SECRET.encode()).decode()}"
    for sealed, workspace in [
        (broken, "w1"),
        (sealed_here(), "w2"),
        (sealed_here()[:-5], "w1"),
        (f"x{sealed_here()}", "w1"),
    ]:
        with pytest.raises(SealingError) as raised:
            open_sealed(sealed, workspace=workspace, field="connection.key")
        # The context is what error trackers walk, also where the traceback does not print it.
        assert raised.value.__context__ is None
        shown = repr(raised.value) + str(vars(raised.value)) + "".join(traceback.format_exception(raised.value))
        assert SECRET not in shown
        assert KEY not in shown


@pytest.mark.parametrize(
    ("secret", "shown"),
    [("sk-ant-0123456789abcd", "…abcd"), ("0123456789ab", "…89ab"), ("0123456789a", "…"), ("abcd", "…"), ("", "…")],
)
def test_a_mask_shows_four_characters_of_a_long_secret_and_none_of_a_short_one(secret: str, shown: str) -> None:
    assert mask(secret) == shown
