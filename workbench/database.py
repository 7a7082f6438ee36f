"""Which database keeps the data: SQLite in the data folder, or the PostgreSQL server that the operator names.

Reads and checks its address. Connects to nothing, and shows no password.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

# Connections that one process opens at most: six are its own threads', the rest are for requests under way
# (PostgreSQL takes 100 in all unless told otherwise).
POOL_SIZE = 20
# How long a request waits for one of them (s).
POOL_TIMEOUT_S = 5
CONNECT_TIMEOUT_S = 5

# Options of libpq that make sense in an address.
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
FILES = ("sslrootcert", "sslcert", "sslkey")
OPTIONS = ("sslmode", *FILES, "connect_timeout", "application_name", "host", "options", "channel_binding")

EXAMPLE = "postgres://user:password@host:5432/name"
SIGNS = "Write signs such as # / ? @ % in a user name or password as %23 %2F %3F %40 %25."


def explain_address(url: str) -> str:
    """What is wrong with a PostgreSQL address, in words and without the address itself; nothing if it is right."""
    try:
        parts = urlsplit(url)
        is_server = parts.scheme in ("postgres", "postgresql") and parts.port != 0
    except ValueError:
        is_server = False
    if not is_server:
        return f"Give an address such as {EXAMPLE}, or none to use SQLite. {SIGNS}"
    if parts.fragment or "@" in parts.path:
        return SIGNS
    name = unquote(parts.path[1:])
    if not name or "/" in name:
        return "End the address with the name of one database: " + EXAMPLE + "."
    if len(name) > 63 or "\x00" in unquote(url):
        return "No name in PostgreSQL is longer than 63 characters or holds a NUL."
    return _explain_options(parts.query)


def _explain_options(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    if len(given) < len(pairs):
        return "Give each option once."
    if unknown := sorted(set(given) - set(OPTIONS)):
        return f"There is no option {', '.join(unknown)}; there are {', '.join(OPTIONS)}."
    if given.get("sslmode", SSL_MODES[0]) not in SSL_MODES:
        return f"sslmode must be one of {', '.join(SSL_MODES)}."
    if not given.get("connect_timeout", "1").isdecimal():
        return "connect_timeout must be a number of seconds."
    for name in FILES:
        if name in given and given[name] != "system" and not Path(given[name]).is_file():
            return f"{name} must be the path of a file that exists."
    return ""


def database_settings(url: str, data_dir: Path) -> dict[str, object]:
    """The entry of Django's DATABASES for a checked address; for none, the SQLite file in the data folder."""
    if not url:
        return _sqlite(data_dir / "workbench.sqlite3")
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "workbench.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {
            "application_name": "workbench",
            # A server that went away without a word is noticed within half a minute, not after a quarter of an hour.
            "keepalives_idle": 15,
            "tcp_user_timeout": 20_000,
            **options,
            "connect_timeout": int(options.get("connect_timeout", CONNECT_TIMEOUT_S)),
            "pool": {"min_size": 2, "max_size": POOL_SIZE, "timeout": POOL_TIMEOUT_S},
        },
        "CONN_MAX_AGE": 0,
        # A connection that broke while it lay in the pool is replaced, not handed out.
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def _sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Immediate transactions: deferred ones fail at once ("database is locked") when a read turns into a write
        # while another writer is active; immediate ones wait for their turn, up to the timeout (s).
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;"
            ),
        },
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": False,
    }
