"""Letters of a wave through a real mail server: by the plan, once each, and no more after a stop."""

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from praksis.collect.event import Event, EventKind
from praksis.collect.response import Response
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST, Praksis
from tests.web.fieldwork.postman import Mailbox, open_mailbox
from tests.web.store.conftest import WAVE

SENDER = "Praksis <post@praksis.example>"
SITE = "https://survey.example"
MONDAY = datetime.datetime(2026, 11, 2, 10, tzinfo=datetime.UTC)
"""An hour after letters of the plan leave, on the day of the invitation."""
DAY = datetime.timedelta(days=1)

At = Callable[[datetime.datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> At:
    """Set the clock of the commands."""
    from django.utils import timezone

    def set_it(moment: datetime.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_it(MONDAY)
    return set_it


@pytest.fixture
def post(tmp_path: Path) -> Iterator[tuple[Mailbox, str]]:
    with open_mailbox(tmp_path / "mailbox") as opened:
        yield opened


@pytest.fixture
def send(praksis: Praksis, contacts: Path, clock: At, post: tuple[Mailbox, str]) -> Callable[..., str]:
    """Contacts are entered; run `praksis fieldwork letters`."""
    praksis("collect", "open", "--closes", "2026-12-01T16:00")
    praksis("fieldwork", "contacts", str(contacts))

    def run(*arguments: str, code: int = 0) -> str:
        how = ("--smtp", post[1], "--sender", SENDER, "--base", SITE)
        done, output, complaint = praksis("fieldwork", "letters", *arguments, *how)
        assert done == code, complaint + output
        return output

    return run


def act(key: str, kind: EventKind, at: datetime.datetime) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import change_response

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == key)
    page = "staff" if kind is EventKind.SAVED else ""

    def decide(now: Response) -> Event:
        return Event(now.number + 1, at, stored.coordinator, kind, page=page)

    change_response(stored.id, decide)


def test_the_plan_is_shown_before_anything_is_sent(send: Callable[..., str], post: tuple[Mailbox, str]) -> None:
    output = send()
    assert "2 would get `invitation` in nb" in output
    assert "1 would get `invitation` in nn" in output
    assert "9 get nothing now: no-address" in output
    assert "{link}" in send("--examples")
    assert post[0].read() == []


def test_a_letter_to_oneself_opens_nothing(
    send: Callable[..., str], praksis: Praksis, post: tuple[Mailbox, str]
) -> None:
    send("--try", "lead@praksis.example", "--letter", "invitation", "--language", "nn")
    (letter,) = post[0].read()
    assert letter["X-Taken-For"] == "lead@praksis.example"
    assert "[personal link]" in letter.get_content()
    assert SITE not in letter.get_content()
    how = ("--smtp", post[1], "--sender", SENDER, "--letter", "invitasjon")
    code, _, complaint = praksis("fieldwork", "letters", "--try", "lead@praksis.example", *how)
    assert (code, "no letter invitasjon; there are invitation" in " ".join(complaint.split())) == (1, True)


def test_an_invitation_in_the_coordinators_language_with_a_link_that_opens(
    send: Callable[..., str], post: tuple[Mailbox, str]
) -> None:
    assert "3 letters are due" in send("--send")
    letters = {letter["To"]: letter for letter in post[0].read()}
    assert set(letters) == {"kari@first.example", "ola@bakkebygd.example", "post@fjordheim.example"}
    ola = letters["ola@bakkebygd.example"]
    assert ola["From"] == SENDER
    assert ola["Reply-To"] == "svar@praksis.example", "as letters.yaml says"
    assert "Bakkebygd kommune" in ola["Subject"]
    assert "Hei, Ola!" in ola.get_content()
    assert "Hei, Fjordheim kommune!" in letters["post@fjordheim.example"].get_content()
    assert ola["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.search(rf"{SITE}(/answer/l/[a-z2-7]{{26}})", ola.get_content())
    assert found, ola.get_content()
    assert Client().get(found[1]).status_code == 200
    out = ola["List-Unsubscribe"].strip(" <>")
    assert out in ola.get_content()
    assert Client().post(out.removeprefix(SITE), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "0 letters are due" in send("--send")
    assert len(post[0].read()) == 3


def test_reminders_stop_and_go(
    send: Callable[..., str], praksis: Praksis, post: tuple[Mailbox, str], clock: At, contacts: Path
) -> None:
    """Every day for five weeks: who submits, declines, bounces or opts out gets nothing more but thanks."""
    contacts.write_text(
        contacts.read_text() + "100000016,Bo,bo@etaten.example,,\n100000024,Di,di@direktoratet.example,,\n"
        "100000032,Mu,mu@museet.example,,\n"
    )
    praksis("fieldwork", "contacts", str(contacts))
    for day in range(36):
        clock(MONDAY + day * DAY)
        send("--send")
        if day == 2:
            act(FIRST, EventKind.SAVED, MONDAY + 2 * DAY)
            act(FIRST, EventKind.SUBMITTED, MONDAY + 2 * DAY)
            praksis("fieldwork", "note", "100000016", "declined")
            praksis("fieldwork", "note", "100000024", "opted-out")
            _bounce(praksis, post[0], "mu@museet.example")
    got: dict[str, list[str]] = {}
    for letter in post[0].read():
        got.setdefault(letter["To"], []).append(letter["Subject"])
    assert len(got["kari@first.example"]) == 2
    assert got["kari@first.example"][1] == "Takk"
    assert {len(got[who]) for who in ("bo@etaten.example", "di@direktoratet.example", "mu@museet.example")} == {1}
    assert len(got["ola@bakkebygd.example"]) > 2
    assert len(set(got["ola@bakkebygd.example"])) == len(got["ola@bakkebygd.example"]), "each letter once"


def _bounce(praksis: Praksis, mailbox: Mailbox, recipient: str) -> None:
    """The other server's report, as Postfix writes it (RFC 3464)."""
    sent = next(letter for letter in mailbox.read() if letter["To"] == recipient)
    folder = mailbox.folder.parent / "bounces"
    folder.mkdir()
    (folder / "1.eml").write_text(
        f"From: MAILER-DAEMON@mx.example\nTo: post@praksis.example\nSubject: Undelivered Mail\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI'm sorry.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: user unknown\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {sent['Message-ID']}\nTo: {recipient}\n\nHei\n--b--\n"
    )
    assert "1 letters came back, 0 of which was known" in praksis("fieldwork", "bounces", str(folder))[1]
    assert "0 letters came back, 1 of which was known" in praksis("fieldwork", "bounces", str(folder))[1]
    output = praksis("fieldwork", "case", "100000032")[1]
    assert "bounced invitation" in output


def test_a_letter_that_waits_is_taken_out_where_it_is_not_needed(
    send: Callable[..., str], praksis: Praksis, post: tuple[Mailbox, str]
) -> None:
    post[0].answers["ola@bakkebygd.example"] = "451 4.3.0 Later, please"
    assert "was not taken by the mail server" in send("--send", code=1)
    praksis("fieldwork", "note", BAKKEBYGD, "declined")
    post[0].answers.clear()
    assert "1 are not needed any more" in send("--send")
    assert "ola@bakkebygd.example" not in {letter["To"] for letter in post[0].read()}


def test_copies_go_to_an_address_of_ones_own(send: Callable[..., str], post: tuple[Mailbox, str]) -> None:
    send("--send", "--copy-to", "kopi@praksis.example")
    letters = post[0].read()
    assert len(letters) == 3
    for letter in letters:
        assert letter["X-Taken-For"] == f"{letter['To']}, kopi@praksis.example"
        assert "kopi@praksis.example" not in letter.as_string().replace(letter["X-Taken-For"], "")


def test_an_address_that_is_none_counts_as_bounced(
    send: Callable[..., str], praksis: Praksis, post: tuple[Mailbox, str]
) -> None:
    """Said at once by the mail server; one that relays nothing for us says nothing of the address."""
    post[0].answers["ola@bakkebygd.example"] = "550 5.1.1 <ola@bakkebygd.example>: no such user here"
    post[0].answers["kari@first.example"] = "554 5.7.1 Relay access denied"
    output = send("--send", "--copy-to", "kopi@praksis.example", code=1)
    assert "There is no such address" in output
    assert "was not taken by the mail server" in output
    case = praksis("fieldwork", "case", BAKKEBYGD)[1]
    assert "bounced invitation" in case
    assert "bounced" not in praksis("fieldwork", "case", FIRST)[1]
    post[0].answers.clear()
    assert "1 letters sent" in send("--send")
    taken = [letter["X-Taken-For"] for letter in post[0].read()]
    assert "kari@first.example" in taken
    assert not any(one.startswith("ola@") for one in taken)
