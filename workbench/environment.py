"""What the operator sets: every environment variable Workbench reads, checked together.

Names, defaults and meanings are the contract with operators; the README's table is tested against `VARIABLES`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from environs import Env, EnvValidationError, validate

from workbench.setting_checks import (
    check_base_url,
    check_database,
    check_email,
    check_files_url,
    check_issuer,
    check_keys,
    check_local_model,
    check_mail_url,
    check_origin,
    parts_of,
)

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
# A mail server that does not answer must not hold up the person who waits for the page.
MAIL_TIMEOUT_S = 10
LOOPBACK_NETWORKS = ["127.0.0.0/8", "::1", "localhost"]

VARIABLES = (
    "WORKBENCH_PORT",
    "WORKBENCH_HOST",
    "WORKBENCH_DATA_DIR",
    "WORKBENCH_PUBLIC_URL",
    "WORKBENCH_DATABASE_URL",
    "WORKBENCH_SECRET_KEYS",
    "WORKBENCH_OWNER_EMAIL",
    "WORKBENCH_OWNER_PASSWORD",
    "WORKBENCH_MAIL_URL",
    "WORKBENCH_MAIL_FROM",
    "WORKBENCH_OIDC_ISSUER",
    "WORKBENCH_OIDC_CLIENT_ID",
    "WORKBENCH_OIDC_CLIENT_SECRET",
    "WORKBENCH_OIDC_NAME",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "WORKBENCH_LOCAL_MODEL",
    "WORKBENCH_PRIVATE_HOSTS",
    "WORKBENCH_FILES_URL",
    "WORKBENCH_MAX_FILE_MB",
    "WORKBENCH_FILES_QUOTA_GB",
    "WORKBENCH_LOG_FORMAT",
    "WORKBENCH_GALLERY",
)


class SettingsError(SystemExit):
    """One or more environment variables are wrong; the message names all of them. Ends the process with status 2."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        lines = [f"  {name}: {' '.join(messages)}" for name, messages in sorted(problems.items())]
        self.message = "Workbench cannot start. Please correct these settings:\n" + "\n".join(lines)
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Environment:
    """The checked settings. Paths are absolute; `public_url` is an origin without a trailing slash."""

    port: int
    host: str
    data_dir: Path
    public_url: str
    database_url: str
    secret_keys: list[str]
    owner_email: str
    owner_password: str
    mail_url: str
    mail_from: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_name: str
    anthropic_api_key: str
    anthropic_base_url: str
    local_model: str
    private_hosts: list[str]
    files_url: str
    max_file_mb: int
    files_quota_gb: float
    log_format: str
    gallery: bool

    @property
    def public_host(self) -> str:
        """The host name of `public_url`, without port."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def has_host_name(self) -> bool:
        """Whether people reach us by a name, not by a number."""
        try:
            ip_address(self.public_host)
        except ValueError:
            return True
        return False

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach us: the embedded form, in which a sign-in link may be printed."""
        return self.host in LOOPBACK_HOSTS and self.public_host in LOOPBACK_HOSTS

    @property
    def mailer(self) -> dict[str, object]:
        """Where mail goes, as an entry of Django's MAILERS: to the mail server, or without one to standard output.

        A password travels encrypted only: smtps:// is TLS from the start, smtp:// with a user begins with STARTTLS.
        """
        if not self.mail_url:
            return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
        parts = urlsplit(self.mail_url)
        is_tls = parts.scheme == "smtps"
        options = {
            "host": parts.hostname,
            "port": parts.port or (465 if is_tls else 587 if parts.username else 25),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": is_tls,
            "use_tls": not is_tls and bool(parts.username),
            "timeout": MAIL_TIMEOUT_S,
        }
        return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}

    @property
    def files_storage(self) -> dict[str, object]:
        """Where uploaded files are kept, as an entry of Django's STORAGES: in the data folder, or in an S3 bucket.

        The bucket's keys are no setting of ours: the S3 client finds them as it does everywhere (AWS_ACCESS_KEY_ID, …).
        """
        if not self.files_url:
            options = {
                "location": str(self.data_dir / "files"),
                "allow_overwrite": True,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            }
            return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
        parts = urlsplit(self.files_url)
        query = dict(parse_qsl(parts.query))
        options = {
            "bucket_name": parts.hostname,
            "location": parts.path.strip("/"),
            "endpoint_url": query.get("endpoint"),
            "region_name": query.get("region"),
            "file_overwrite": True,
            "default_acl": None,
        }
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}

    @property
    def has_oidc(self) -> bool:
        """Whether people may sign in through another service."""
        return bool(self.oidc_issuer and self.oidc_client_id)

    @property
    def is_https(self) -> bool:
        """Whether people reach us over TLS (ended by a proxy in front)."""
        return self.public_url.startswith("https://")


def read_environment(base_dir: Path) -> Environment:
    """Read and check all variables at once.

    Raises:
        SettingsError: names every wrong variable in words.
    """
    env = Env(eager=False)
    port = env.int("WORKBENCH_PORT", 8000, validate=validate.Range(1, 65535, error="Must be a port, 1 to 65535."))
    host = env.str("WORKBENCH_HOST", "127.0.0.1")
    data_dir = env.path("WORKBENCH_DATA_DIR", base_dir / "var")
    public_url = env.str("WORKBENCH_PUBLIC_URL", f"http://127.0.0.1:{port}", validate=check_origin)
    database_url = env.str("WORKBENCH_DATABASE_URL", "", validate=check_database)
    secret_keys: list[str] = env.list("WORKBENCH_SECRET_KEYS", [], validate=check_keys)
    owner_email = env.str("WORKBENCH_OWNER_EMAIL", "", validate=check_email)
    owner_password = env.str("WORKBENCH_OWNER_PASSWORD", "")
    mail_url = env.str("WORKBENCH_MAIL_URL", "", validate=check_mail_url)
    mail_from = env.str("WORKBENCH_MAIL_FROM", f"workbench@{parts_of(public_url).hostname}", validate=check_email)
    oidc_issuer = env.str("WORKBENCH_OIDC_ISSUER", "", validate=check_issuer)
    oidc_client_id = env.str("WORKBENCH_OIDC_CLIENT_ID", "")
    oidc_client_secret = env.str("WORKBENCH_OIDC_CLIENT_SECRET", "")
    oidc_name = env.str("WORKBENCH_OIDC_NAME", "OpenID Connect")
    anthropic_api_key = env.str("ANTHROPIC_API_KEY", "")
    anthropic_base_url = env.str("ANTHROPIC_BASE_URL", "https://api.anthropic.com", validate=check_base_url)
    local_model = env.str("WORKBENCH_LOCAL_MODEL", "auto", validate=check_local_model)
    private_hosts: list[str] | None = env.list("WORKBENCH_PRIVATE_HOSTS", None)
    files_url = env.str("WORKBENCH_FILES_URL", "", validate=check_files_url)
    max_file_mb = env.int(
        "WORKBENCH_MAX_FILE_MB", 32, validate=validate.Range(1, 500, error="Must be a number of MB, 1 to 500.")
    )
    files_quota_gb = env.float(
        "WORKBENCH_FILES_QUOTA_GB", 5.0, validate=validate.Range(0.001, 1e6, error="Must be a number of GB above 0.")
    )
    log_format = env.str(
        "WORKBENCH_LOG_FORMAT", "text", validate=validate.OneOf(["text", "json"], error="Must be text or json.")
    )
    gallery = env.bool("WORKBENCH_GALLERY", False)
    try:
        env.seal()
    except EnvValidationError as error:
        # A sealed Env tells everything at once, as a mapping; one message alone would be a list.
        found = error.error_messages
        raise SettingsError(dict(found) if isinstance(found, Mapping) else {"": found}) from None
    if private_hosts is None:
        private_hosts = LOOPBACK_NETWORKS if host in LOOPBACK_HOSTS else []
    return Environment(
        port=port,
        host=host,
        data_dir=data_dir.resolve(),
        public_url=public_url.rstrip("/"),
        database_url=database_url,
        secret_keys=[key for key in secret_keys if key.strip()],
        owner_email=owner_email,
        owner_password=owner_password,
        mail_url=mail_url,
        mail_from=mail_from,
        oidc_issuer=oidc_issuer.rstrip("/"),
        oidc_client_id=oidc_client_id,
        oidc_client_secret=oidc_client_secret,
        oidc_name=oidc_name,
        anthropic_api_key=anthropic_api_key,
        anthropic_base_url=anthropic_base_url.rstrip("/"),
        local_model=local_model,
        private_hosts=private_hosts,
        files_url=files_url,
        max_file_mb=max_file_mb,
        files_quota_gb=files_quota_gb,
        log_format=log_format,
        gallery=gallery,
    )


def make_data_dir(path: Path) -> None:
    """Make sure of the data folder.

    Raises:
        SettingsError: it cannot be made or written to.
    """
    try:
        # Prompts, answers and sessions are nobody else's on this machine.
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise SettingsError({"WORKBENCH_DATA_DIR": [f"{path} cannot be used: {error.strerror}."]}) from error
