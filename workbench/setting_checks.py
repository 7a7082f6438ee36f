"""What a value of a setting must be: one check a kind, with words for the operator who wrote it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from environs import ValidationError

from workbench.database import explain_address


def parts_of(value: str) -> SplitResult:
    """A value as the parts of an address; one without any if it is none at all (half a bracket, a port of letters)."""
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def check_keys(keys: list[str]) -> None:
    """Keys of which at least one says something. Raises ValidationError."""
    if keys and not any(key.strip() for key in keys):
        raise ValidationError("Give at least one key that is not blank, or leave the setting out.")


def check_origin(value: str) -> None:
    """Scheme, host and port, and nothing else. Raises ValidationError."""
    parts = parts_of(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError("Give a full origin such as https://workbench.example.org.")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValidationError("Give only scheme, host and port, without a path or a user name.")


def check_database(value: str) -> None:
    """A database that can be used. Raises ValidationError."""
    if value and (problem := explain_address(value)):
        raise ValidationError(problem)


def check_local_model(value: str) -> None:
    """A way of the local model, or the path of one. Raises ValidationError."""
    if value in ("auto", "on", "off"):
        return
    if not (value.endswith(".gguf") and Path(value).is_file()):
        raise ValidationError("Must be auto, on, off, or the path of a GGUF file that exists.")


def check_files_url(value: str) -> None:
    """A bucket, if anything, and the libraries for it. Raises ValidationError."""
    if not value:
        return
    parts = parts_of(value)
    if parts.scheme != "s3" or not parts.hostname or set(dict(parse_qsl(parts.query))) - {"endpoint", "region"}:
        raise ValidationError("Give an address such as s3://bucket/folder?endpoint=https://s3.example.org&region=eu-1.")
    if not (find_spec("storages") and find_spec("boto3")):
        raise ValidationError("Files in S3 need more libraries: pip install -r requirements/s3.txt.")


def check_email(value: str) -> None:
    """An e-mail address, if anything. Raises ValidationError."""
    if value and ("@" not in value or value.startswith("@") or value.endswith("@")):
        raise ValidationError("Must be an e-mail address.")


def check_base_url(value: str) -> None:
    """Where an API is. Raises ValidationError."""
    parts = parts_of(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError("Give a full address such as https://api.anthropic.com.")


def check_mail_url(value: str) -> None:
    """A mail server, if anything. Raises ValidationError."""
    try:
        parts = urlsplit(value)
        is_right = not value or (parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        is_right = False
    if not is_right:
        raise ValidationError("Give an address such as smtp://user:password@mail.example.org:587.")


def check_issuer(value: str) -> None:
    """Who signs people in, if anybody. Raises ValidationError."""
    parts = parts_of(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValidationError("Give the issuer's full address such as https://login.example.org.")
