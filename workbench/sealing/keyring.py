"""The keys that seal secrets at rest, and the file that holds them in the embedded form. Shows no key material."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_FILE = "secret_keys"
SEALING = "sealing"


class Keyring:
    """Sealing keys made from the operator's key texts (any form, any length): the first seals, all open.

    Space around a key text does not count: `a, b` and `b,a` hold the same two keys.

    Raises:
        ValueError: there is no key, or one is blank.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(key.strip() for key in keys)
        if not self._keys or not all(self._keys):
            raise ValueError("a keyring needs at least one key, and no blank one")

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._keys)} keys>"

    def derive(self, label: str) -> str:
        """A key for another purpose from the first key: 256 bits in URL-safe base64, different for each label.

        Raises:
            ValueError: the label is that of the sealing keys, which stay in here.
        """
        if label == SEALING:
            raise ValueError("sealing keys are not handed out")
        return _derive(self._keys[0], label).decode()

    @cached_property
    def fernets(self) -> dict[str, Fernet]:
        """Every key ready for use, by its id, in order."""
        derived = [_derive(key, SEALING) for key in self._keys]
        return {_key_id(key): Fernet(key) for key in derived}


def _derive(key: str, label: str) -> bytes:
    """HKDF-SHA256 (RFC 5869); the label keeps keys of different purposes apart."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"workbench/" + label.encode())
    return base64.urlsafe_b64encode(kdf.derive(key.encode("utf-8", "surrogateescape")))


def _key_id(key: bytes) -> str:
    """A short fingerprint, which tells nothing of the key: 40 bits of its SHA-256."""
    return hashlib.sha256(b"workbench key id" + key).hexdigest()[:10]


def load_or_create_keys(data_dir: Path) -> list[str]:
    """The keys of the data folder, one per line; made once, readable by us alone.

    Safe when two processes start together: the file appears whole or not at all, and the first one wins.

    Raises:
        ValueError: the file is there but holds no key. It is not filled again: what was sealed with its lost keys
            needs them back, and new ones would hide that.
    """
    path = data_dir / KEY_FILE
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        _create(path)
    keys = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not keys:
        raise ValueError(f"{path} holds no key: put it back from a backup, or remove it to start with a new key")
    return keys


def _create(path: Path) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{KEY_FILE}")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            # Before anything is sealed with it: a key lost with the power takes every secret along.
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        pass  # another process was first: its keys are the keys
    finally:
        Path(name).unlink()
