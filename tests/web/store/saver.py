"""Saves to a database until killed. A program of its own, so that what is killed is a process like any other.

    python -m tests.web.store.saver DATABASE

reads lines `save RESPONSE PERSON TIMES` and forks a child for each, which says `pid PID` and then, for every save, `try
PID N` before and `done PID N NUMBER` after it was acknowledged (NUMBER is the event's). `wait PID` is answered by
`gone PID STATUS` when that child has ended.
"""

import os
import sys

from praksis.collect.event import Event, EventKind
from praksis.collect.response import Response
from praksis.web.settings import configure_answering
from tests.databases import SECRET


def say(text: str) -> None:
    # One write of less than a pipe holds: lines of several children never mix.
    os.write(1, f"{text}\n".encode())


def save(response_id: int, person: str, times: int) -> None:
    from django.utils import timezone

    from praksis.web.store.outbox import Draft
    from praksis.web.store.work import change_response

    pid = os.getpid()
    say(f"pid {pid}")
    for n in range(1, times + 1):

        def decide(response: Response, n: int = n) -> Event:
            return Event(
                response.number + 1, timezone.now(), person, EventKind.SAVED, page="word", section="level",
                old={"one-word": response.answers.get("one-word")}, new={"one-word": f"{pid} {n}"},
            )  # fmt: skip

        def write_letters(_: Response, event: Event) -> tuple[Draft, ...]:
            return (Draft(f"{response_id}/{event.number}", "kari@bakkebygd.example", "Saved", "", "nb"),)

        say(f"try {pid} {n}")
        _, event = change_response(response_id, decide, write_letters)
        assert event
        say(f"done {pid} {n} {event.number}")


def main(database: str) -> None:
    configure_answering(database, SECRET, {}, secure=False)
    for line in sys.stdin:
        command, *values = line.split()
        if command == "save":
            if os.fork() == 0:
                status = 1
                try:
                    save(int(values[0]), values[1], int(values[2]))
                    status = 0
                except BaseException as error:
                    os.write(2, f"{type(error).__name__}: {error}\n".encode())
                finally:
                    os._exit(status)
        else:
            _, status = os.waitpid(int(values[0]), 0)
            say(f"gone {values[0]} {status}")


if __name__ == "__main__":
    main(sys.argv[1])
