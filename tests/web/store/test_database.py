"""The database as it is set up: durable, closed to others, with the tables that the models say."""

import datetime
import sqlite3
import stat
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from praksis.web.settings import configure_answering
from praksis.web.store.database import DatabaseUnfit, close_connections, describe_database, prepare_database
from tests.databases import SECRET, Cluster


def ask(statement: str) -> object:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        (value,) = cursor.fetchone()
        return value


def test_migrations_are_what_the_models_say(database: str) -> None:
    from django.core.management import call_command

    output = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=output)
    assert "No changes detected" in output.getvalue()


def test_sqlite_writes_through(make_database: Callable[[str], str]) -> None:
    configure_answering(make_database("sqlite"), SECRET, {}, secure=False)
    assert ask("PRAGMA journal_mode") == "wal"
    assert ask("PRAGMA synchronous") == 2
    assert ask("PRAGMA foreign_keys") == 1


def test_postgresql_writes_through_whatever_its_default(make_database: Callable[[str], str], cluster: Cluster) -> None:
    address = make_database("postgresql")
    name = address.partition("@/")[2].partition("?")[0]
    cluster.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    configure_answering(address, SECRET, {}, secure=False)
    assert ask("SHOW synchronous_commit") == "on"
    assert ask("SHOW fsync") == "on"
    assert ask("SHOW lock_timeout") == "20s"


def test_prepared_twice_is_prepared_once(database: str) -> None:
    before = ask("SELECT count(*) FROM django_migrations")
    prepare_database()
    assert ask("SELECT count(*) FROM django_migrations") == before


def test_sessions_that_have_ended_are_forgotten(database: str) -> None:
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    now = timezone.now()
    for name, hours in (("ended", -1), ("open", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=now + datetime.timedelta(hours=hours))
    prepare_database()
    assert [session.session_key for session in Session.objects.all()] == ["open"]


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "answers.sqlite"
    configure_answering(str(path), SECRET, {}, secure=False)
    prepare_database()
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (path.parent, *path.parent.iterdir())}
    close_connections()
    assert modes.pop("new") == 0o700
    assert "answers.sqlite-wal" in modes
    assert set(modes.values()) == {0o600}


def test_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("This is not a database, and long enough not to be taken for an empty one. " * 50)
    configure_answering(str(tmp_path / "text"), SECRET, {}, secure=False)
    with pytest.raises(DatabaseUnfit, match="cannot be opened: file is not a database"):
        prepare_database()


@pytest.mark.parametrize(
    "address",
    [
        "mysql://here/name",
        "postgresql://hidden-word@host:port/x?y",
        "postgresql://",
        "postgresql://user:hidden-word@host",
    ],
)
def test_an_address_that_cannot_be_read(address: str) -> None:
    with pytest.raises(DatabaseUnfit) as raised:
        describe_database(address)
    # Nothing of it is repeated: there may be a password in it.
    assert "hidden-word" not in str(raised.value)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    configure_answering(f"postgresql://praksis:hidden-word@/name?host={tmp_path}", SECRET, {}, secure=False)
    with pytest.raises(DatabaseUnfit, match="cannot be opened") as raised:
        prepare_database()
    assert "hidden-word" not in str(raised.value)


def test_the_process_moves_to_another_database(make_database: Callable[[str], str], tmp_path: Path) -> None:
    first, second = make_database("sqlite"), tmp_path / "second.sqlite"
    for path in (first, str(second)):
        configure_answering(path, SECRET, {}, secure=False)
        prepare_database()
        from praksis.web.store import models

        models.WrongLink.objects.create(address=path, at="2026-11-22T12:00Z")
    close_connections()
    for path in (first, str(second)):
        with sqlite3.connect(path) as connection:
            assert connection.execute("SELECT address FROM store_wronglink").fetchall() == [(path,)]
