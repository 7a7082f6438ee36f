"""Sealing and opening secrets. The only place that sees them in clear beside the request they are made for.

SealingError
├── LockedError       no key of ours opens it: wrong or missing keys, or it was tampered with
└── WrongPlaceError   it opens, but was sealed for another workspace, row or field
"""

from __future__ import annotations

import json
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from workbench.sealing.keyring import Keyring


class SealingError(Exception):
    """A sealed secret cannot be used. Never carries key material or the secret."""


class LockedError(SealingError):
    """No key of ours opens it."""


class WrongPlaceError(SealingError):
    """It was sealed for another place."""


@cache
def _keyring(keys: tuple[str, ...]) -> Keyring:
    return Keyring(keys)


def _ring() -> Keyring:
    return _keyring(tuple(settings.SEALING_KEYS))


def seal(secret: str, *, workspace: str, field: str) -> str:
    """`<key id>:<token>` for storing. The place is inside the envelope and must be named again to open it."""
    key_id, fernet = next(iter(_ring().fernets.items()))
    return f"{key_id}:{fernet.encrypt(json.dumps([workspace, field, secret]).encode()).decode()}"


def open_sealed(sealed: str, *, workspace: str, field: str) -> str:
    """The secret in clear.

    Raises:
        LockedError: no key opens it, or it is not what was stored.
        WrongPlaceError: it belongs elsewhere.
    """
    fernet = _ring().fernets.get(key_id(sealed))
    if fernet is None:
        raise LockedError("no key opens this secret")
    envelope = _open_envelope(fernet, sealed.partition(":")[2])
    if envelope is None:
        raise LockedError("this secret was changed since it was sealed")
    if envelope[:2] != [workspace, field]:
        raise WrongPlaceError("this secret was sealed for another place")
    return envelope[2]


def _open_envelope(fernet: Fernet, token: str) -> list[str] | None:
    """Workspace, field and secret; None if it is no envelope of ours.

    Returns rather than raises: an error raised while another is handled keeps that one as its context, and that of a
    JSON parser holds the whole text.
    """
    try:
        envelope = json.loads(fernet.decrypt(token.encode()))
    except (InvalidToken, ValueError):
        return None
    is_ours = isinstance(envelope, list) and len(envelope) == 3 and all(isinstance(part, str) for part in envelope)
    return envelope if is_ours else None


def key_id(sealed: str) -> str:
    """The id of the key that sealed it."""
    return sealed.partition(":")[0]


def needs_resealing(sealed: str) -> bool:
    """Whether an older key than the first sealed it."""
    return key_id(sealed) != next(iter(_ring().fernets))


def reseal(sealed: str, *, workspace: str, field: str) -> str:
    """The same secret under the first key. Doing it twice, or stopping half way through a table, does no harm.

    Raises:
        SealingError: it cannot be opened.
    """
    return seal(open_sealed(sealed, workspace=workspace, field=field), workspace=workspace, field=field)


def mask(secret: str) -> str:
    """`…last4`; of a short secret nothing is shown."""
    return f"…{secret[-4:]}" if len(secret) >= 12 else "…"
