"""Processes killed in mid-save, and a database that crashes: what was acknowledged is there, and nothing is half."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from praksis.web.store.database import close_connections
from tests.databases import Cluster

ROOT = Path(__file__).parents[3]
KILLS = 100
"""In each of FIVE: 500 for each database."""
FIVE = range(5)


class Saver:
    """The program that saves, and what it has said."""

    def __init__(self, database: str) -> None:
        command = [sys.executable, "-m", "tests.web.store.saver", database]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.tried: set[tuple[int, int]] = set()
        self.done: dict[tuple[int, int], int] = {}
        """(process, its count) -> number of the event that was acknowledged."""

    def say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def read(self, word: str) -> list[int]:
        """Read until a line begins with a word; returns its numbers."""
        assert self.process.stdout
        for line in self.process.stdout:
            said, *numbers = line.split()
            values = [int(number) for number in numbers]
            if said == "try":
                self.tried.add((values[0], values[1]))
            elif said == "done":
                self.done[values[0], values[1]] = values[2]
            if said == word:
                return values
        raise AssertionError("the saver has ended")

    def start(self, response: int, person: str, times: int = 10**6) -> int:
        self.say(f"save {response} {person} {times}")
        return self.read("pid")[0]

    def wait(self, pid: int) -> int:
        self.say(f"wait {pid}")
        return self.read("gone")[1]

    def end(self) -> str:
        """Returns what it had to complain of."""
        _, errors = self.process.communicate(timeout=60)
        return errors


@pytest.fixture
def make_saver() -> Iterator[Callable[[str], Saver]]:
    savers: list[Saver] = []

    def make(database: str) -> Saver:
        savers.append(Saver(database))
        return savers[-1]

    yield make
    for saver in savers:
        if saver.process.poll() is None:
            saver.process.kill()
        saver.process.communicate()


def find_response(survey_id: str, wave: str) -> tuple[int, str]:
    from praksis.web.store.collection import list_responses

    first = list_responses(survey_id, wave)[0]
    # This process must not stand in the way of those that save.
    close_connections()
    return first.id, first.coordinator


def check_sound(response_id: int, saver: Saver) -> None:
    """Everything acknowledged is there under its number, whole; numbers have no gap; each event has its letter."""
    from django.db import connection

    from praksis.web.store import models
    from praksis.web.store.work import read_events, read_response

    events = read_events(response_id)
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    kept = {event.number: event.new["one-word"] for event in events}
    for (pid, n), number in saver.done.items():
        assert kept[number] == f"{pid} {n}"
    said = [value for value in kept.values() if value is not None]
    assert len(set(said)) == len(said), "something was saved twice"
    assert set(said) <= {f"{pid} {n}" for pid, n in saver.tried}
    before: object = None
    for event in events:
        assert event.old["one-word"] == before, "somebody saved over what they had not seen"
        before = event.new["one-word"]
    assert models.Response.objects.get(pk=response_id).events == read_response(response_id).number == len(events)
    letters = {f"{response_id}/{number}" for number in kept}
    assert set(models.Letter.objects.values_list("key", flat=True)) == letters
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    close_connections()


@pytest.mark.parametrize("which", FIVE)
def test_killed_in_mid_save(
    which: int, database: str, wave: str, make_saver: Callable[[str], Saver], request: pytest.FixtureRequest
) -> None:
    """Two at a time on one response, each killed at a moment of its own."""
    response_id, person = find_response("every-kind", wave)
    saver, generator = make_saver(database), np.random.default_rng(which)
    in_mid_save = 0
    for _ in range(KILLS // 2):
        pids = [saver.start(response_id, person) for _ in range(2)]
        for pid in pids:
            # While they connect, or when they have begun some saves; and then anywhere between one and the next.
            for _ in range(generator.integers(0, 5)):
                saver.read("try")
            time.sleep(generator.uniform(0, 0.008))
            os.kill(pid, signal.SIGKILL)
        for pid in pids:
            assert os.WTERMSIG(saver.wait(pid)) == signal.SIGKILL
        in_mid_save += sum(one not in saver.done for one in saver.tried if one[0] in pids)
    assert saver.end() == ""
    assert in_mid_save > KILLS / 2
    assert len(saver.done) > KILLS / 2
    check_sound(response_id, saver)
    if database.startswith("postgresql://"):
        cluster: Cluster = request.getfixturevalue("cluster")
        # PostgreSQL's own check of tables and indexes.
        checked = subprocess.run(
            [cluster.find_program("pg_amcheck"), "--install-missing", database],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr


def test_the_server_crashes(
    cluster: Cluster,
    make_database: Callable[[str], str],
    open_in: Callable[[str], str],
    make_saver: Callable[[str], Saver],
) -> None:
    """PostgreSQL stops as if the power went: what it acknowledged was on the disk."""
    database = make_database("postgresql")
    response_id, person = find_response("every-kind", open_in(database))
    saver, generator = make_saver(database), np.random.default_rng(1)
    for _ in range(3):
        pid = saver.start(response_id, person)
        saver.read("done")
        time.sleep(generator.uniform(0, 0.1))
        cluster.crash()
        cluster.start()
        assert os.waitstatus_to_exitcode(saver.wait(pid)) == 1
    assert "OperationalError" in saver.end()
    assert len(saver.done) >= 3
    check_sound(response_id, saver)


def test_many_at_once(database: str, wave: str, make_saver: Callable[[str], Saver]) -> None:
    """Six processes, twenty saves each, one response: nothing is lost and no number is left out."""
    response_id, person = find_response("every-kind", wave)
    saver = make_saver(database)
    pids = [saver.start(response_id, person, 20) for _ in range(6)]
    assert [saver.wait(pid) for pid in pids] == [0] * 6
    assert saver.end() == ""
    assert sorted(saver.done.values()) == list(range(1, 121))
    check_sound(response_id, saver)
