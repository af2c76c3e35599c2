"""Letters: queued once, handed over at most once, whatever is killed when; and no link in the database."""

import email
import email.policy
import signal
import socketserver
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.web.mail import open_folder, open_server
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.store.conftest import NOON

if TYPE_CHECKING:
    from praksis.web.store.outbox import Draft

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

sent = outbox.send_letters(NOON, send, lambda person: person)
print(sent.sent, *sent.unknown)
"""


def draft(key: str, assignment: str = "") -> "Draft":
    from praksis.web.store.outbox import LINK, Draft

    return Draft(key, "ola@bakkebygd.example", "A section\nfor you", f"Go to {LINK} now. Æ", "nb", assignment)


def queue(*drafts: "Draft") -> list[bool]:
    from praksis.web.store.outbox import queue_letter

    return [queue_letter(one, NOON) for one in drafts]


def name(assignment: str) -> str:
    return assignment


def test_a_letter_is_queued_once_and_sent_once(database: str) -> None:
    from praksis.web.store.outbox import Ready, Sent, count_waiting, send_letters

    assert queue(draft("a"), draft("b"), draft("a")) == [True, True, False]
    assert count_waiting() == 2
    sent: list[Ready] = []
    assert send_letters(NOON, sent.append, name) == Sent(2)
    assert [letter.key for letter in sent] == ["a", "b"]
    assert queue(draft("a")) == [False]
    assert send_letters(NOON, sent.append, name) == Sent(0)
    assert (len(sent), count_waiting()) == (2, 0)


def test_the_link_is_put_in_when_it_is_sent(survey: Survey, wave: str) -> None:
    from praksis.web.store import models
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import find_assignment, issue_link, revoke_link
    from praksis.web.store.outbox import Ready, send_letters

    person = list_responses(survey.header.id, wave)[0].coordinator
    queue(draft("a", person))
    old = issue_link(person, SECRET, NOON)
    new = revoke_link(person, SECRET, NOON)
    sent: list[Ready] = []
    send_letters(NOON, sent.append, lambda assignment: issue_link(assignment, SECRET, NOON))
    assert sent[0].body == f"Go to {new} now. Æ"
    assert (find_assignment(new, NOON).assignment, find_assignment(old, NOON).assignment) == (person, "")
    assert new not in models.Letter.objects.get().body


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
    assert send_letters(NOON, send, name) == Sent(2, failed=("b",))
    assert send_letters(NOON, send, name) == Sent(1)
    assert taken == ["a", "c", "b"]


def test_without_a_server_nothing_is_tried_in_vain(database: str) -> None:
    from praksis.web.store.outbox import Sent, count_waiting, send_letters

    queue(draft("a"), draft("b"))
    send = open_server("smtp://127.0.0.1:1", "post@praksis.example")
    assert send_letters(NOON, send, name) == Sent(0, failed=("a",))
    assert count_waiting() == 2
    sent: list[str] = []
    assert send_letters(NOON, lambda letter: sent.append(letter.key), name) == Sent(2)


def test_a_connection_that_breaks_leaves_it_open_whether_it_was_sent(database: str) -> None:
    from praksis.web.store.outbox import Ready, Sent, send_letters

    def send(letter: Ready) -> None:
        if letter.key == "b":
            raise TimeoutError

    queue(draft("a"), draft("b"), draft("c"))
    assert send_letters(NOON, send, name) == Sent(1, unknown=("b",))
    assert send_letters(NOON, send, name) == Sent(1, unknown=("b",))
    assert send_letters(NOON, send, name) == Sent(0, unknown=("b",))


def test_who_was_shut_out_gets_no_letter_and_stops_nobody_elses(survey: Survey, wave: str) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import issue_link, shut_out
    from praksis.web.store.outbox import Ready, Sent, count_waiting, send_letters

    out, other = (one.coordinator for one in list_responses(survey.header.id, wave)[:2])
    queue(draft("a", out), draft("b", other))
    shut_out(out, NOON)
    sent: list[Ready] = []
    done = send_letters(NOON, sent.append, lambda assignment: issue_link(assignment, SECRET, NOON))
    assert done == Sent(1, failed=("a",))
    assert [letter.key for letter in sent] == ["b"]
    assert count_waiting() == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_while_sending(database: str, tmp_path: Path, moment: str) -> None:
    """Before or after the server has it, nobody can know: the letter is named, and none is sent twice unasked."""
    from praksis.web.store.outbox import Ready, Sent, send_letters

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
    assert send_letters(NOON, again.append, name, unknown=True) == Sent(1)
    assert [letter.key for letter in again] == ["letter-03"]


def test_two_who_send_at_once_send_each_letter_once(database: str) -> None:
    from praksis.web.store.outbox import Ready, send_letters

    queue(*(draft(f"{n:02}") for n in range(LETTERS)))
    sent: list[str] = []

    def send(letter: Ready) -> None:
        sent.append(letter.key)

    def work(_: int) -> int:
        try:
            return send_letters(NOON, send, name).sent
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
    send = open_folder(tmp_path / "letters", "Praksis <post@praksis.example>")
    send(letter)
    send(letter)
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


def test_a_letter_to_a_server(database: str) -> None:
    from praksis.web.store.outbox import Draft, Sent, send_letters

    queue(draft("a"), Draft("b", "full@bakkebygd.example", "Hello", "Body", "nb"), draft("c"))
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
        server.said = said = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        send = open_server(f"smtp://127.0.0.1:{server.server_address[1]}", "Praksis <post@praksis.example>")
        assert send_letters(NOON, send, name) == Sent(2, failed=("b",))
        server.shutdown()
    assert [line.lower() for line in said].count("mail from:<post@praksis.example>") == 3
    assert sum(line == "Subject: A section for you" for line in said) == 2
