"""Databases for tests: a fresh one with tables for each test, SQLite and PostgreSQL.

PostgreSQL is Debian's: a server of our own in a temporary folder, reached by a Unix socket, with fsync on as in real
life. It refuses to run as root, so root runs it as `postgres`.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from praksis.web.settings import configure_answering
from praksis.web.store.database import close_connections, prepare_database

SECRET = b"a secret for tests, longer than 32 characters"
KINDS = ("sqlite", "postgresql")
_TEMPLATE = "praksis_template"
# $0 is the server's program and $1 its folder. A line is the signal to stop by; at the end of the input all is removed.
_WATCH = """
"$0" -D "$1/data" -k "$1" -c listen_addresses= & server=$!
if read -r signal; then kill -"$signal" $server; wait $server; else kill -INT $server; wait $server; rm -rf "$1"; fi
"""


class Cluster:
    """A PostgreSQL server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._as = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(folder, "postgres", "postgres")
        made = [self.find_program("initdb"), f"--pgdata={folder}/data", "--username=praksis", "--auth=trust"]
        made += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(made, cwd=folder, capture_output=True, check=True, **self._as)
        self._names = count(1)

    def start(self) -> None:
        # The shell waits for the end of this process, however it ends, and takes the server with it.
        command = ["sh", "-c", _WATCH, self.find_program("postgres"), str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._shell = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.PIPE, stdout=log, stderr=log, **self._as
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.execute("SELECT 1")
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self.folder / "log").read_text()
                time.sleep(0.05)

    def crash(self) -> None:
        """The server stops at once: nothing is finished, and the next start recovers from its log."""
        self._stop(b"QUIT\n")

    def end(self) -> None:
        """The server stops, and its folder is gone."""
        self._stop(b"")

    def _stop(self, word: bytes) -> None:
        self._shell.communicate(word, timeout=60)

    def address(self, name: str) -> str:
        return f"postgresql://praksis@/{name}?host={self.folder}"

    def create(self, template: str = "template0", name: str = "") -> str:
        """A new database; returns its address."""
        name = name or f"test_{next(self._names)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.address(name)

    def drop(self, address: str) -> None:
        name = address.partition("@/")[2].partition("?")[0]
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def find_program(self, name: str) -> str:
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
        program = str(found[-1]) if found else shutil.which(name)
        assert program, f"no {name}: install PostgreSQL (Debian package postgresql), as `make test` does"
        return program


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    # Not in pytest's own folder, which only its owner may enter; and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="praksis-pg-"))
    cluster = Cluster(folder)
    cluster.start()
    try:
        configure_answering(cluster.create(name=_TEMPLATE), SECRET, {}, secure=False)
        prepare_database()
        close_connections()
        yield cluster
    finally:
        cluster.end()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    configure_answering(str(path), SECRET, {}, secure=False)
    prepare_database()
    close_connections()
    return path


@pytest.fixture
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Make a database of a kind, with tables; what `configure_answering` takes."""
    undo: list[Callable[[], None]] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            path = tmp_path / "answers.sqlite"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return str(path)
        cluster: Cluster = request.getfixturevalue("cluster")
        address = cluster.create(_TEMPLATE)
        undo.append(lambda: cluster.drop(address))
        return address

    yield make
    close_connections()
    for step in undo:
        step()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, make_database: Callable[[str], str]) -> str:
    """A fresh database, SQLite and then PostgreSQL, that this process is set up for."""
    address = make_database(request.param)
    configure_answering(address, SECRET, {}, secure=False)
    return address
