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
from tests.web.store.conftest import EVERY_KIND, WAVE

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
    assert "1 would get `invitation` in nb" in output
    assert "2 would get `invitation` in nn" in output, "one as the frame says, one as the list of contacts says"
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
    assert "1 letters came back, 0 reports and replies were known" in praksis("fieldwork", "bounces", str(folder))[1]
    assert "0 letters came back, 1 reports and replies were known" in praksis("fieldwork", "bounces", str(folder))[1]
    output = praksis("fieldwork", "case", "100000032")[1]
    assert "bounced invitation 5.1.1 550 5.1.1 <…>: user unknown" in output


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


@pytest.fixture
def refused(send: Callable[..., str], post: tuple[Mailbox, str]) -> None:
    """Ola's invitation waits, and the mail server would take it now."""
    post[0].answers["ola@bakkebygd.example"] = "451 4.3.0 Later, please"
    send("--send", code=1)
    post[0].answers.clear()


def read_subjects(post: tuple[Mailbox, str], who: str) -> list[str]:
    return [letter["Subject"] for letter in post[0].read() if letter["To"] == who]


def test_who_has_submitted_is_thanked_and_not_invited(
    refused: None, send: Callable[..., str], post: tuple[Mailbox, str], clock: At
) -> None:
    act(BAKKEBYGD, EventKind.SAVED, MONDAY + DAY)
    act(BAKKEBYGD, EventKind.SUBMITTED, MONDAY + DAY)
    clock(MONDAY + 36 * DAY)
    assert "1 are not needed any more" in send("--send")
    assert read_subjects(post, "ola@bakkebygd.example") == ["Takk"]


def test_a_letter_that_waits_leaves_by_day_and_gives_way_to_the_next(
    refused: None, send: Callable[..., str], post: tuple[Mailbox, str], clock: At
) -> None:
    clock(MONDAY + datetime.timedelta(hours=15))
    assert "1 letters of the plan wait for their time" in send("--send")
    assert read_subjects(post, "ola@bakkebygd.example") == []
    clock(MONDAY + DAY)
    assert "1 letters sent" in send("--send")
    post[0].answers["ola@bakkebygd.example"] = "451 4.3.0 Later, please"
    clock(datetime.datetime(2026, 11, 13, 10, tzinfo=datetime.UTC))
    send("--send", code=1)
    post[0].answers.clear()
    clock(datetime.datetime(2026, 11, 27, 10, tzinfo=datetime.UTC))
    send("--send")
    assert read_subjects(post, "ola@bakkebygd.example")[1:] == ["Siste sjansen"]


def test_other_commands_leave_planned_letters(
    refused: None, praksis: Praksis, post: tuple[Mailbox, str], clock: At
) -> None:
    """Only what knows the plan asks whether they are still needed."""
    praksis("fieldwork", "note", BAKKEBYGD, "declined")
    for arguments in ((), ("--unknown",)):
        _, output, _ = praksis("collect", "send", "--smtp", post[1], "--sender", SENDER, *arguments)
        assert "0 letters sent" in output
        assert "1 letters of the plan wait for their time, or for `praksis fieldwork letters --send`" in output
    assert read_subjects(post, "ola@bakkebygd.example") == []


def test_what_happens_while_letters_leave_counts(
    send: Callable[..., str], praksis: Praksis, post: tuple[Mailbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of letters take hours: who says no meanwhile gets none."""
    from praksis.web.fieldwork import letters

    queue = letters.queue_letters

    def queue_and_decline(*arguments: object) -> int:
        queued = queue(*arguments)  # type: ignore[arg-type]
        praksis("fieldwork", "note", BAKKEBYGD, "opted-out")
        return queued

    monkeypatch.setattr(letters, "queue_letters", queue_and_decline)
    output = send("--send")
    assert "2 letters sent" in output
    assert "Not needed any more: plan/2026/head-of-it/100000040" in output
    assert read_subjects(post, "ola@bakkebygd.example") == []


def test_a_letter_to_who_was_replaced_is_taken_out(
    refused: None, send: Callable[..., str], praksis: Praksis, post: tuple[Mailbox, str]
) -> None:
    assert "their invitation is due" in praksis("fieldwork", "reassign", BAKKEBYGD, "eva@bakkebygd.example")[1]
    output = send("--send")
    assert "1 letters are due, 1 are not needed any more" in output
    assert "Held back" not in output
    assert read_subjects(post, "ola@bakkebygd.example") == []
    assert len(read_subjects(post, "eva@bakkebygd.example")) == 1


def test_who_left_the_frame_gets_nothing(
    refused: None, praksis: Praksis, post: tuple[Mailbox, str], tmp_path: Path
) -> None:
    from shutil import copytree

    folder = copytree(EVERY_KIND, tmp_path / "every-kind")
    lines = (folder / "frame.csv").read_text().splitlines(keepends=True)
    (folder / "frame.csv").write_text("".join(line for line in lines if not line.startswith(BAKKEBYGD)))
    how = ("--send", "--smtp", post[1], "--sender", SENDER)
    code, output, complaint = praksis("fieldwork", "letters", *how, folder=folder)
    assert (code, "1 are not needed any more" in output) == (0, True), complaint
    assert read_subjects(post, "ola@bakkebygd.example") == []


def test_an_automatic_reply_is_noted_once_without_its_words(
    send: Callable[..., str], praksis: Praksis, post: tuple[Mailbox, str], tmp_path: Path
) -> None:
    send("--send")
    sent = next(letter for letter in post[0].read() if letter["To"] == "ola@bakkebygd.example")
    folder = tmp_path / "replies"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.eml").write_text(
            f"From: ola@bakkebygd.example\nIn-Reply-To: {sent['Message-ID']}\nAuto-Submitted: auto-replied\n"
            "Subject: Sykmeldt\n\nJeg er sykmeldt.\n"
        )
    (folder / "2.eml").write_text("From: ola@bakkebygd.example\nAuto-Submitted: auto-replied\nSubject: Borte\n\nHei\n")
    assert "1 automatic replies, 1 other mails" in praksis("fieldwork", "bounces", str(folder))[1]
    assert "0 automatic replies, 1 other mails" in praksis("fieldwork", "bounces", str(folder))[1]
    case = praksis("fieldwork", "case", BAKKEBYGD)[1]
    assert case.count("found note automatic reply to invitation") == 1
    assert "ykmeldt" not in case


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--send", "--copy-to", "copies"), "'copies' is no address for copies"),
        (("--try", "lead"), "the address to write to is no e-mail address"),
        (("--try", "lead@praksis.example", "--language", "se"), "the survey is not in se; it is in nb, nn, en"),
        (("--send", "--letter", "invitation"), "--letter and --language go with --try"),
        (("--send", "--smtp", "smtp://localhost:post"), "a mail server is given as smtp://"),
        (("--send", "--smtp", "smtp://["), "a mail server is given as smtp://"),
    ],
)
def test_what_cannot_be_sent_is_said_before_anything_is_queued(
    send: Callable[..., str], praksis: Praksis, post: tuple[Mailbox, str], arguments: tuple[str, ...], said: str
) -> None:
    from praksis.web.store import models

    how = ("--smtp", post[1], "--sender", SENDER)
    code, _, complaint = praksis("fieldwork", "letters", *how, *arguments)
    assert (code, said in " ".join(complaint.split())) == (1, True), complaint
    assert models.Letter.objects.count() == 0


def test_whose_language_left_the_survey_is_written_to_in_its_first(
    send: Callable[..., str], post: tuple[Mailbox, str]
) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import set_language

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == BAKKEBYGD)
    set_language(stored.coordinator, "se")
    assert "3 letters sent" in send("--send")


def test_contacts_that_were_deleted_and_entered_again_are_not_invited_again(
    send: Callable[..., str], praksis: Praksis, post: tuple[Mailbox, str], contacts: Path, clock: At
) -> None:
    send("--send")
    praksis("fieldwork", "forget")
    assert "0 letters are due" in send("--send")
    assert "3 new contacts" in praksis("fieldwork", "contacts", str(contacts))[1]
    assert "would get" not in send()
    clock(datetime.datetime(2026, 11, 13, 10, tzinfo=datetime.UTC))
    assert "3 letters sent" in send("--send")
    assert read_subjects(post, "ola@bakkebygd.example")[1:] == ["Du har ikkje byrja"]
