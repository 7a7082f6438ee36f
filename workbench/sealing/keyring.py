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


class Keyring:
    """Sealing keys made from the operator's key texts (any form, any length): the first seals, all open."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a keyring needs at least one key")
        self._keys = tuple(keys)

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._keys)} keys>"

    def derive(self, label: str) -> str:
        """A key for another purpose from the first key: 256 bits in URL-safe base64, different for each label."""
        return _derive(self._keys[0], label).decode()

    @cached_property
    def fernets(self) -> dict[str, Fernet]:
        """Every key ready for use, by its id, in order."""
        derived = [_derive(key, "sealing") for key in self._keys]
        return {_key_id(key): Fernet(key) for key in derived}


def _derive(key: str, label: str) -> bytes:
    """HKDF-SHA256 (RFC 5869); the label keeps keys of different purposes apart."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"workbench/" + label.encode())
    return base64.urlsafe_b64encode(kdf.derive(key.encode()))


def _key_id(key: bytes) -> str:
    """A short fingerprint, which tells nothing of the key: 40 bits of its SHA-256."""
    return hashlib.sha256(b"workbench key id" + key).hexdigest()[:10]


def load_or_create_keys(data_dir: Path) -> list[str]:
    """The keys of the data folder, one per line; made once, readable by us alone.

    Safe when two processes start together: the file appears whole or not at all, and the first one wins.
    """
    path = data_dir / KEY_FILE
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=data_dir, prefix=f".{KEY_FILE}")
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        try:
            os.link(name, path)
        except FileExistsError:
            pass  # another process was first: its keys are the keys
        finally:
            Path(name).unlink()
    return [line.strip() for line in path.read_text().splitlines() if line.strip()]
