"""Key texts of any form become keys, one set per purpose, and are never shown."""

from __future__ import annotations

import base64

import pytest

from workbench.sealing.keyring import Keyring


@pytest.mark.parametrize(
    "text", ["x", "correct horse battery staple", "ключ 🔑", "a" * 10_000, "MDEyMzQ1Njc4OWFiY2RlZg=="]
)
def test_any_text_makes_a_key(text: str) -> None:
    fernet = next(iter(Keyring([text]).fernets.values()))
    assert fernet.decrypt(fernet.encrypt(b"secret")) == b"secret"


def test_the_same_text_makes_the_same_key_every_time() -> None:
    # Stored rows depend on these values: a change here locks everybody's secrets.
    assert list(Keyring(["one", "two"]).fernets) == ["b9937e5d18", "8a6d10b893"]


def test_each_label_gives_another_key_of_256_bits() -> None:
    ring = Keyring(["one"])
    assert ring.derive("django") == Keyring(["one", "two"]).derive("django")
    assert len({ring.derive("django"), ring.derive("links"), Keyring(["two"]).derive("django")}) == 3
    assert len(base64.urlsafe_b64decode(ring.derive("django"))) == 32


@pytest.mark.security
def test_the_sealing_key_is_not_handed_out() -> None:
    with pytest.raises(ValueError, match="not handed out"):
        Keyring(["one"]).derive("sealing")


@pytest.mark.security
@pytest.mark.parametrize("keys", [[], [""], [" "], ["one", ""], ["\n", "one"]])
def test_no_keys_or_a_blank_one_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Keyring(keys)


@pytest.mark.security
def test_a_keyring_shows_only_how_many_keys_it_has() -> None:
    ring = Keyring(["first-canary", "second-canary"])
    assert repr(ring) == str(ring) == "<Keyring of 2 keys>"
