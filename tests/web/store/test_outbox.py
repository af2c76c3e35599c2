"""Letters: queued once, handed over at most once, whatever is killed when; and no link in the database."""

import datetime
import email
import email.policy
import signal
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from praksis.collect.event import Event, EventKind
from praksis.collect.response import Response
from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.web.mail import open_folder, open_server
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.store.conftest import NOON

if TYPE_CHECKING:
    from praksis.web.store.outbox import Draft, Links, Ready, Write

DAY = datetime.timedelta(days=1)
ROOT = Path(__file__).parents[3]
LETTERS = 12
# Sends to a file, and kills itself before, in, or after the third letter; whoever runs it again goes on.
SENDER = """
import os, signal, sys
from pathlib import Path
from praksis.web.settings import configure_answering
from tests.databases import SECRET
from tests.web.store.conftest import NOON

database, target, moment = sys.argv[1:]
configure_answering(database, SECRET, {}, secure=False)
from praksis.web.store import outbox

count = 0

def kill(when):
    if when == moment and count == 3:
        os.kill(os.getpid(), signal.SIGKILL)

def send(letter):
    global count
    count += 1
    kill("before")
    with Path(target).open("a") as out:
        out.write(letter.key + "\\n")
    kill("after")

sent = outbox.send_letters(lambda: NOON, lambda letter: lambda: send(letter), lambda person: outbox.Links(person, ""))
print(sent.sent, *sent.unknown)
"""


def noon() -> datetime.datetime:
    return NOON


def draft(key: str, assignment: str = "") -> "Draft":
    from praksis.web.store.outbox import LINK, Draft

    return Draft(key, "ola@bakkebygd.example", "A section\nfor you", f"Go to {LINK} now. Æ", "nb", assignment)


def queue(*drafts: "Draft") -> list[int]:
    from praksis.web.store.outbox import add_letters

    return [add_letters([one], NOON) for one in drafts]


def count_waiting() -> int:
    from praksis.web.store import models

    return models.Letter.objects.filter(sent_at=None).count()


def name(assignment: str) -> "Links":
    from praksis.web.store.outbox import Links

    return Links(assignment, f"out/{assignment}")


def make_links(assignment: str) -> "Links":
    from praksis.web.store.entrance import issue_link
    from praksis.web.store.outbox import Links

    return Links(issue_link(assignment, SECRET, NOON), f"out/{assignment}")


def by(send: "Callable[[Ready], None]") -> "Write":
    """Hands over without writing anything first."""
    return lambda letter: partial(send, letter)


def test_a_letter_is_queued_once_and_sent_once(database: str) -> None:
    from praksis.web.store.outbox import Ready, Sent, send_letters

    assert queue(draft("a"), draft("b"), draft("a")) == [1, 1, 0]
    assert count_waiting() == 2
    sent: list[Ready] = []
    assert send_letters(noon, by(sent.append), name) == Sent(2)
    assert [letter.key for letter in sent] == ["a", "b"]
    assert queue(draft("a")) == [0]
    assert send_letters(noon, by(sent.append), name) == Sent(0)
    assert (len(sent), count_waiting()) == (2, 0)


def test_the_link_is_put_in_when_it_is_sent(survey: Survey, wave: str) -> None:
    from praksis.web.store import models
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import find_assignment, issue_link, revoke_link
    from praksis.web.store.outbox import Ready, send_letters
    from praksis.web.store.seal import unseal

    person = list_responses(survey.header.id, wave)[0].coordinator
    queue(draft("a", person))
    old = issue_link(person, SECRET, NOON)
    new = revoke_link(person, SECRET, NOON)
    sent: list[Ready] = []
    send_letters(noon, by(sent.append), make_links)
    assert sent[0].body == f"Go to {new} now. Æ"
    assert (find_assignment(new, NOON).assignment, find_assignment(old, NOON).assignment) == (person, "")
    kept = unseal(models.Letter.objects.get().sealed, "letter a")
    assert new not in kept["body"]
    assert kept["recipient"] not in models.Letter.objects.get().sealed


def test_what_the_server_does_not_take_waits(database: str) -> None:
    from praksis.web.store.outbox import NotTaken, Ready, Sent, send_letters

    queue(draft("a"), draft("b"), draft("c"))
    taken: list[str] = []

    def send(letter: Ready) -> None:
        if letter.key == "b" and "b" not in refused:
            refused.append("b")
            raise NotTaken("mailbox full")
        taken.append(letter.key)

    refused: list[str] = []
    assert send_letters(noon, by(send), name) == Sent(2, failed=("b",))
    assert send_letters(noon, by(send), name) == Sent(1)
    assert taken == ["a", "c", "b"]


def test_without_a_server_nothing_is_tried_in_vain(database: str) -> None:
    from praksis.web.store.outbox import Sent, send_letters

    queue(draft("a"), draft("b"))
    send = open_server("smtp://127.0.0.1:1", "post@praksis.example")
    assert send_letters(noon, send, name) == Sent(0, failed=("a",))
    assert count_waiting() == 2
    sent: list[str] = []
    assert send_letters(noon, by(lambda letter: sent.append(letter.key)), name) == Sent(2)


def test_a_connection_that_breaks_leaves_it_open_whether_it_was_sent(database: str) -> None:
    from praksis.web.store.outbox import Ready, Sent, send_letters

    def send(letter: Ready) -> None:
        if letter.key == "b":
            raise TimeoutError

    queue(draft("a"), draft("b"), draft("c"))
    assert send_letters(noon, by(send), name) == Sent(1, unknown=("b",))
    assert send_letters(noon, by(send), name) == Sent(1, unknown=("b",))
    assert send_letters(noon, by(send), name) == Sent(0, unknown=("b",))


@pytest.mark.parametrize("way", ["shut out", "expired"])
def test_whose_link_opens_nothing_gets_no_letter_and_stops_nobody_elses(survey: Survey, wave: str, way: str) -> None:
    """That is no failure of the mail server. With a new link the letter is sent."""
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import issue_link, revoke_link, shut_out
    from praksis.web.store.outbox import Ready, Sent, send_letters

    out, other = (one.coordinator for one in list_responses(survey.header.id, wave)[:2])
    queue(draft("a", out), draft("b", other))
    if way == "shut out":
        shut_out(out, NOON)
    else:
        issue_link(out, SECRET, NOON - DAY, expires_at=NOON)
    sent: list[Ready] = []

    def send() -> Sent:
        return send_letters(noon, by(sent.append), make_links)

    assert send() == Sent(1, withheld=("a",))
    assert send() == Sent(0, withheld=("a",))
    assert [letter.key for letter in sent] == ["b"]
    new = revoke_link(out, SECRET, NOON)
    assert send() == Sent(1)
    assert new in sent[1].body


def test_who_has_no_link_from_this_secret_stops_nobody_elses(survey: Survey, wave: str) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import revoke_link
    from praksis.web.store.outbox import Ready, Sent, send_letters

    out, other = (one.coordinator for one in list_responses(survey.header.id, wave)[:2])
    queue(draft("a", out), draft("b", other))
    revoke_link(out, SECRET + b"!", NOON)
    sent: list[Ready] = []
    done = send_letters(noon, by(sent.append), make_links)
    assert done == Sent(1, failed=("a",))


def test_a_letter_about_what_was_taken_back_is_not_sent(survey: Survey, wave: str) -> None:
    """Nor about what went to another, nor twice about what went to the same person again."""
    from praksis.web.store import models
    from praksis.web.store.collection import list_responses
    from praksis.web.store.outbox import Ready, Sent, name_handed_over, send_letters
    from praksis.web.store.work import change_response

    stored, other = list_responses(survey.header.id, wave)[:2]

    def change(kind: EventKind, section: str, response_id: int = stored.id) -> None:
        def decide(response: Response) -> Event:
            return Event(response.number + 1, NOON, stored.coordinator, kind, section=section, whom=stored.coordinator)

        def write(_: Response, event: Event) -> "tuple[Draft, ...]":
            key = name_handed_over(response_id, event.number, NOON)
            return (draft(key),) if kind is EventKind.HANDED_OVER else ()

        change_response(response_id, decide, write)

    change(EventKind.HANDED_OVER, "level")
    change(EventKind.TAKEN_BACK, "level")
    change(EventKind.HANDED_OVER, "welcome")
    change(EventKind.HANDED_OVER, "time-spent")
    change(EventKind.HANDED_OVER, "level")
    change(EventKind.SUBMITTED, "")
    change(EventKind.HANDED_OVER, "welcome")
    change(EventKind.HANDED_OVER, "level", other.id)
    sent: list[Ready] = []
    withdrawn = (f"handed-over/{stored.id}/1", f"handed-over/{stored.id}/3")
    assert send_letters(noon, by(sent.append), name) == Sent(4, withdrawn=withdrawn)
    here = f"handed-over/{stored.id}"
    assert [one.key for one in sent] == [f"{here}/4", f"{here}/5", f"{here}/7", f"handed-over/{other.id}/1"]
    assert send_letters(noon, by(sent.append), name) == Sent()
    # What was sent stays, whatever is taken back later.
    change(EventKind.TAKEN_BACK, "level")
    assert send_letters(noon, by(sent.append), name) == Sent()
    assert list(models.Letter.objects.order_by("id").values_list("key", flat=True)) == [one.key for one in sent]


def test_a_response_has_ten_letters_a_day_about_what_is_handed_over(database: str) -> None:
    from praksis.web.store.outbox import LETTERS_A_DAY, Ready, TooManyLetters, name_handed_over, send_letters

    assert LETTERS_A_DAY == 10
    sent: list[Ready] = []
    for n in range(1, 11):
        queue(draft(name_handed_over(7, n, NOON)))
        send_letters(noon, by(sent.append), name)
    with pytest.raises(TooManyLetters):
        name_handed_over(7, 11, NOON + DAY - datetime.timedelta(seconds=1))
    assert name_handed_over(7, 11, NOON + DAY) == "handed-over/7/11"
    assert name_handed_over(71, 1, NOON) == "handed-over/71/1"


@pytest.mark.parametrize("recipient", ["a@" + 60 * "å" + ".no", "kåri@x.no", "a@x.no\r\nBcc: b@x.no", "", "a", "@x.no"])
@pytest.mark.parametrize("where", ["server", "folder"])
def test_what_cannot_be_written_stops_nobody_elses(database: str, tmp_path: Path, where: str, recipient: str) -> None:
    """It is not even begun, so it is not in doubt."""
    from praksis.web.store import models
    from praksis.web.store.outbox import Draft, Sent, send_letters

    queue(draft("a"), Draft("b", recipient, "Hello", "Body", "nb"), draft("c"))
    if where == "server":
        with serve_mail() as (address, said):
            write = open_server(address, "post@praksis.example")
            assert send_letters(noon, write, name) == Sent(2, failed=("b",))
        assert sum(line.lower().startswith("rcpt") for line in said) == 2
    else:
        write = open_folder(tmp_path / "letters", "post@praksis.example")
        assert send_letters(noon, write, name) == Sent(2, failed=("b",))
        assert len(list((tmp_path / "letters").iterdir())) == 2
    row = models.Letter.objects.get(key="b")
    assert (row.begun_at, row.sent_at, row.attempts) == (None, None, 0)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_while_sending(database: str, tmp_path: Path, moment: str) -> None:
    """Before or after the server has it, nobody can know: the letter is named, and none is sent twice unasked."""
    from praksis.web.store.outbox import IN_DOUBT, Ready, Sent, send_letters

    queue(*(draft(f"letter-{n:02}") for n in range(1, LETTERS + 1)))
    close_connections()
    target = tmp_path / "sent"
    command = [sys.executable, "-c", SENDER, database, str(target), moment]
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert first.returncode == -signal.SIGKILL, first.stderr
    second = subprocess.run([*command[:-1], "never"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert second.stdout.split() == ["9", "letter-03"], second.stderr
    keys = target.read_text().split()
    assert len(keys) == len(set(keys)) == (LETTERS if moment == "after" else LETTERS - 1)
    # A person has looked, and sends it.
    again: list[Ready] = []
    assert send_letters(noon, by(again.append), name, unknown=True) == Sent(unknown=("letter-03",)), "too early"
    assert send_letters(lambda: NOON + IN_DOUBT, by(again.append), name, unknown=True) == Sent(1)
    assert [letter.key for letter in again] == ["letter-03"]


def test_two_who_send_at_once_send_each_letter_once(database: str) -> None:
    from praksis.web.store.outbox import Ready, send_letters

    queue(*(draft(f"{n:02}") for n in range(LETTERS)))
    sent: list[str] = []

    def send(letter: Ready) -> None:
        sent.append(letter.key)

    def work(_: int) -> int:
        try:
            return send_letters(noon, by(send), name).sent
        finally:
            close_connections()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == LETTERS
    assert sorted(sent) == [f"{n:02}" for n in range(LETTERS)]


def test_a_letter_as_a_file(tmp_path: Path) -> None:
    """As it goes to the server: one line of subject, our sender, and the same name however often it is written."""
    from praksis.web.settings import configure_site

    configure_site()
    from praksis.web.store.outbox import Ready

    letter = Ready(
        "a key", "ola@bakkebygd.example", "A section\nfor you", "Go to https://x.example/answer/l/abc\nÆ", "nb"
    )
    write = open_folder(tmp_path / "letters", "Praksis <post@praksis.example>")
    write(letter)()
    write(letter)()
    (path,) = (tmp_path / "letters").iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert path.suffix == ".eml"
    assert message["Message-ID"] == f"<{path.stem}@praksis.example>"
    assert (message["Subject"], message["To"]) == ("A section for you", "ola@bakkebygd.example")
    assert message["From"] == "Praksis <post@praksis.example>"
    body = message.get_body()
    assert body is not None
    assert body.get_content().strip() == letter.body


@pytest.mark.parametrize("address", ["", "localhost", "http://localhost", "smtp://"])
def test_what_is_no_mail_server(address: str) -> None:
    with pytest.raises(PraksisError, match="mail server"):
        open_server(address, "post@praksis.example")


def test_what_is_no_sender(tmp_path: Path) -> None:
    with pytest.raises(PraksisError, match="no sender"):
        open_folder(tmp_path, "Praksis")


class Answering(socketserver.StreamRequestHandler):
    """A mail server that refuses one recipient."""

    def handle(self) -> None:
        said: list[str] = self.server.said  # type: ignore[attr-defined]
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().decode().strip():
            said.append(line)
            match line.split(" ", 1)[0].upper():
                case "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    while (part := self.rfile.readline()) != b".\r\n":
                        said.append(part.decode().strip())
                    answer = b"250 taken"
                case "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case "RCPT" if "full@" in line:
                    answer = b"552 mailbox full"
                case _:
                    answer = b"250 yes"
            self.wfile.write(answer + b"\r\n")


@contextmanager
def serve_mail() -> Iterator[tuple[str, list[str]]]:
    """A server's address, and what it is told."""
    said: list[str] = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
        server.said = said  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", said
        server.shutdown()


def test_a_letter_to_a_server(database: str) -> None:
    from praksis.web.store.outbox import Draft, Sent, send_letters

    queue(draft("a"), Draft("b", "full@bakkebygd.example", "Hello", "Body", "nb"), draft("c"))
    with serve_mail() as (address, said):
        write = open_server(address, "Praksis <post@praksis.example>")
        assert send_letters(noon, write, name) == Sent(2, failed=("b",))
    assert [line.lower() for line in said].count("mail from:<post@praksis.example>") == 3
    assert sum(line == "Subject: A section for you" for line in said) == 2


def test_an_address_with_letters_that_are_not_ascii(database: str) -> None:
    """As DNS has it, on the envelope and in the letter; ours too."""
    from praksis.web.store.outbox import Draft, Sent, send_letters

    queue(Draft("a", "kari@blåbær.no", "Blåbær", "Æ", "nb"))
    with serve_mail() as (address, said):
        assert send_letters(noon, open_server(address, "Blåbær <post@blåbær.no>"), name) == Sent(1)
    assert "rcpt to:<kari@xn--blbr-roah.no>" in [line.lower() for line in said]
    assert "mail from:<post@xn--blbr-roah.no>" in [line.lower() for line in said]
    assert "To: kari@xn--blbr-roah.no" in said
    assert all(line.isascii() or line == "Æ" for line in said)


def test_what_another_may_be_sending_is_not_sent_twice(database: str) -> None:
    """Its copy is not there yet, and is not waited for: only what began long ago waits again."""
    from praksis.web.store import models
    from praksis.web.store.outbox import IN_DOUBT, Ready, Sent, mark_letter, note_bounce, send_letters, settle_unknown

    queue(draft("a"), draft("b"), draft("c"))
    settled: list[tuple[int, int]] = []

    def send(letter: Ready) -> None:
        settled.append(settle_unknown(frozenset(), NOON + IN_DOUBT - datetime.timedelta(seconds=1)))
        again = send_letters(noon, by(taken.append), name, unknown=True)
        assert again == Sent(2, unknown=("a",)), "another sender takes those that wait, and no more"
        raise TimeoutError

    taken: list[Ready] = []
    assert send_letters(noon, by(send), name) == Sent(0, unknown=("a",))
    assert [one.key for one in taken] == ["b", "c"]
    assert settled == [(0, 0)]
    assert settle_unknown(frozenset(), NOON + IN_DOUBT) == (0, 1)
    models.Letter.objects.filter(key="a").update(begun_at=NOON)
    assert settle_unknown({mark_letter("a")}, NOON) == (1, 0), "whose copy is there has left, when it began"
    assert models.Letter.objects.get(key="a").sent_at == NOON
    models.Letter.objects.filter(key="a").update(sent_at=None)
    assert note_bounce(mark_letter("a"), "550 5.1.1 <ola@bakkebygd.example>", NOON + DAY) is True
    row = models.Letter.objects.get(key="a")
    assert (row.sent_at, row.bounced_at, row.bounce) == (NOON, NOON + DAY, "550 5.1.1 <…>"), "what came back had left"


def test_a_letter_is_dated_by_the_clock_and_not_by_when_sending_began(database: str) -> None:
    from praksis.web.store import models
    from praksis.web.store.outbox import send_letters

    hours = iter(range(100))
    queue(draft("a"), draft("b"))
    send_letters(lambda: NOON + next(hours) * datetime.timedelta(hours=1), by(lambda letter: None), name)
    first, second = models.Letter.objects.order_by("id")
    assert first.begun_at < first.sent_at < second.begun_at < second.sent_at


def test_letters_of_the_plan_leave_only_as_the_plan_says(survey: Survey, wave: str) -> None:
    from dataclasses import replace

    from praksis.web.store import models
    from praksis.web.store.collection import list_responses
    from praksis.web.store.outbox import Ready, Sent, Turn, send_letters

    stored = list_responses(survey.header.id, wave)[0]
    queue(
        *(replace(draft(key, stored.coordinator), letter="reminder") for key in "abc"), draft("d", stored.coordinator)
    )
    asked: list[tuple[int, str]] = []

    def judge(response: int, key: str) -> Turn:
        asked.append((response, key))
        return {"a": Turn.NOW, "b": Turn.LATER, "c": Turn.NEVER}[key]

    sent: list[Ready] = []
    assert send_letters(noon, by(sent.append), make_links) == Sent(1, waiting=3), "nobody knows the plan"
    assert send_letters(noon, by(sent.append), make_links, judge) == Sent(1, withdrawn=("c",), waiting=1)
    assert [one.key for one in sent] == ["d", "a"]
    assert asked == [(stored.id, key) for key in "abc"]
    assert [one.key for one in models.Letter.objects.order_by("id")] == ["a", "b", "d"]
