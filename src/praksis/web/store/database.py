"""Which database: an SQLite file or PostgreSQL, set up so that what was acknowledged is on the disk."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections  # noqa: TID251  # the store is where the database is

from praksis.errors import PraksisError

_SCHEMES = ("postgresql://", "postgres://")
_WAIT = 20
"""Seconds to wait for whoever changes the same thing."""


class DatabaseUnfit(PraksisError):
    """The database cannot be used."""


def is_file(database: str) -> bool:
    """Is it a path to an SQLite file?"""
    if "://" in database and not database.startswith(_SCHEMES):
        raise DatabaseUnfit("a database is a path to an SQLite file, or postgresql://...")
    return not database.startswith(_SCHEMES)


def describe_database(database: str) -> dict[str, Any]:
    """Django's settings of a database: a path to an SQLite file, or `postgresql://...`."""
    return _describe_file(Path(database)) if is_file(database) else _describe_server(database)


def _describe_file(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path.resolve()),
        # Kept open: when the last connection closes, SQLite writes its log back into the file, at every request.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that reads first and then writes would fail where another writes in between.
            "transaction_mode": "IMMEDIATE",
            "timeout": _WAIT,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
    }


def _describe_server(url: str) -> dict[str, Any]:
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise DatabaseUnfit("PostgreSQL needs `pip install praksis[postgresql]`") from error
    try:
        given: dict[str, Any] = dict(conninfo_to_dict(url))
    except ProgrammingError:
        # The message would repeat the address, and the password in it.
        raise DatabaseUnfit("the address of the database cannot be read: postgresql://user@host/name") from None
    # A client that dies without a word must not hold a response for ever; and an acknowledged commit is on the disk,
    # whatever the server's own default is.
    ours = f"-c synchronous_commit=on -c lock_timeout={_WAIT}s -c idle_in_transaction_session_timeout=60s"
    name = given.pop("dbname", None)
    if not name:
        raise DatabaseUnfit("the address of the database lacks its name: postgresql://user@host/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": given | {"options": f"{given.get('options', '')} {ours}".strip()},
    }


def use_database(described: Mapping[str, Any]) -> None:
    """Let this process use a database, and no other; the calling thread's connection to another one is closed."""
    connections.close_all()
    connections.settings[DEFAULT_DB_ALIAS] = connections.configure_settings({DEFAULT_DB_ALIAS: dict(described)})[
        DEFAULT_DB_ALIAS
    ]
    if connections.all(initialized_only=True):
        del connections[DEFAULT_DB_ALIAS]


def prepare_database() -> None:
    """Make the tables that are missing, and forget sessions that have ended.

    Raises DatabaseUnfit where the database cannot be reached.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "sqlite":
        _make_file(Path(connection.settings_dict["NAME"]))
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise DatabaseUnfit(f"the database cannot be opened: {reason}") from error
    call_command("migrate", verbosity=0, interactive=False)
    call_command("clearsessions")


def _make_file(path: Path) -> None:
    """An empty file that only its owner can read: SQLite makes those beside it alike."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def close_connections() -> None:
    """Close this thread's connection: before a fork, which must not carry one over, and when work is done."""
    connections.close_all()
