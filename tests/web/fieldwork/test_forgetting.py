"""Contacts delete themselves on the wave's date; after it everything works but letters."""

import datetime
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from praksis.collect.event import Event, EventKind
from praksis.collect.response import Response
from praksis.define.survey import Survey
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST, Praksis
from tests.web.fieldwork.postman import Mailbox, open_mailbox
from tests.web.robot.browser import enter
from tests.web.store.conftest import WAVE

SENDER = "Praksis <post@praksis.example>"
INVITED = datetime.datetime(2026, 11, 2, 10, tzinfo=datetime.UTC)
DATE = datetime.datetime(2027, 2, 28, 23, tzinfo=datetime.UTC)
"""90 days after 1 December 2026, when that day begins in Oslo."""
SECOND = datetime.timedelta(seconds=1)

At = Callable[[datetime.datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> At:
    from django.utils import timezone

    def set_it(moment: datetime.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_it(INVITED)
    return set_it


@pytest.fixture
def post(tmp_path: Path) -> Iterator[tuple[Mailbox, str]]:
    with open_mailbox(tmp_path / "mailbox") as opened:
        yield opened


@pytest.fixture
def how(post: tuple[Mailbox, str]) -> tuple[str, ...]:
    return ("--smtp", post[1], "--sender", SENDER, "--base", "https://survey.example")


@pytest.fixture
def invited(praksis: Praksis, contacts: Path, clock: At, how: tuple[str, ...]) -> Praksis:
    """Three have been invited, and the wave closes on 1 December."""
    praksis("collect", "open", "--closes", "2026-12-01T16:00")
    praksis("fieldwork", "contacts", str(contacts))
    assert praksis("fieldwork", "letters", "--send", *how)[0] == 0
    return praksis


def act(key: str, make: Callable[[Response, str], Event]) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import change_response

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == key)
    change_response(stored.id, lambda response: make(response, stored.coordinator))


def count_people() -> int:
    from praksis.web.store import models

    assert models.Contact.objects.exclude(found_by="").count() == models.Contact.objects.count()
    return models.Contact.objects.count()


def list_deletions() -> list[tuple[str, str, str]]:
    from praksis.web.store.audit import list_acts

    return [(one.who, one.about, one.details["people"]) for one in list_acts() if one.act == "forget-contacts"]


def test_any_command_deletes_them_when_the_day_begins(invited: Praksis, clock: At) -> None:
    from praksis.web.store import models

    clock(DATE - SECOND)
    assert "will be deleted on 2027-03-01" in invited("fieldwork", "letters")[1]
    assert (count_people(), list_deletions()) == (3, [])
    clock(DATE)
    assert invited("collect", "link", FIRST)[0] == 0
    assert (count_people(), list_deletions()) == (0, [("praksis", f"every-kind/{WAVE}", "3")])
    assert not models.Letter.objects.exclude(sealed="", found_by="").exists()
    assert models.Letter.objects.exclude(sent_at=None).count() == 3, "that they were sent stays"
    assert "were deleted on 2027-03-01" in invited("fieldwork", "board")[1]
    assert len(list_deletions()) == 1, "what is gone is not deleted again"


def test_the_date_moves_with_the_closing_and_with_longer_time(invited: Praksis, clock: At) -> None:
    assert invited("fieldwork", "extend", FIRST, "2026-12-11T16:00")[0] == 0
    assert "deleted on 2027-03-11" in invited("fieldwork", "board")[1]
    clock(DATE)
    invited("fieldwork", "board")
    assert count_people() == 3
    clock(DATE + datetime.timedelta(days=10))
    invited("fieldwork", "board")
    assert count_people() == 0


def test_a_wave_without_a_closing_time_has_no_date_and_says_so(
    praksis: Praksis, contacts: Path, clock: At, survey: object
) -> None:
    praksis("collect", "open")
    said = "Contacts are kept until the wave has a closing date; give it one with `praksis collect open --closes"
    assert said in praksis("fieldwork", "contacts", str(contacts))[1]
    praksis("fieldwork", "extend", FIRST, "2026-12-11T16:00")
    clock(DATE + datetime.timedelta(days=4000))
    for command in ("letters", "board"):
        assert said in praksis("fieldwork", command)[1]
    assert count_people() == 3


def test_another_wave_keeps_its_contacts(invited: Praksis, contacts: Path, clock: At) -> None:
    invited("collect", "open", "--wave", "2025", "--closes", "2027-02-01T16:00")
    invited("fieldwork", "contacts", str(contacts), "--wave", "2025")
    clock(DATE)
    invited("fieldwork", "board")
    assert count_people() == 3
    assert list_deletions() == [("praksis", f"every-kind/{WAVE}", "3")]


def test_afterwards_everything_works_but_letters(
    invited: Praksis, clock: At, post: tuple[Mailbox, str], how: tuple[str, ...], contacts: Path
) -> None:
    """One has submitted and is due thanks, one has handed a section to a colleague, one has done nothing."""
    from praksis.web.store import models
    from praksis.web.store.work import add_colleague
    from tests.databases import SECRET

    links = {letter["To"]: re.search(r"/answer/l/\S+", letter.get_content())[0] for letter in post[0].read()}
    act(FIRST, lambda now, who: Event(now.number + 1, INVITED, who, EventKind.SUBMITTED))

    def hand_over(now: Response, who: str) -> Event:
        case = models.Assignment.objects.get(pk=who).response_id
        colleague, _ = add_colleague(case, "per@bakkebygd.example", "Per", "nb", SECRET, INVITED)
        section = "welcome"
        return Event(now.number + 1, INVITED, who, EventKind.HANDED_OVER, section=section, whom=colleague.id)

    act(BAKKEBYGD, hand_over)
    # Two letters had not left: one waits, and of one nobody knows.
    late = models.Letter.objects.order_by("pk")
    late.filter(pk=late[1].pk).update(sent_at=None)
    late.filter(pk=late[2].pk).update(sent_at=None, begun_at=None)
    clock(DATE)
    assert "Per" not in invited("fieldwork", "case", BAKKEBYGD)[1]
    assert count_people() == 0
    code, output, complaint = invited("fieldwork", "letters", "--send", *how)
    assert (code, "0 letters sent" in output, complaint) == (0, True, "")
    assert invited("collect", "send", "--unknown", *how)[:2] == (0, "0 letters sent\n")
    assert len(post[0].read()) == 3, "only the invitations"
    for command in ("letters", "board", "stuck", "audit"):
        assert invited("fieldwork", command)[0] == 0, command
    assert "no-address" in invited("fieldwork", "letters")[1]
    assert invited("fieldwork", "person", "kari@first.example")[1] == "Nothing is held on that address.\n"
    submitted, handed = enter(links["kari@first.example"]), enter(links["ola@bakkebygd.example"])
    assert (submitted.status, handed.status) == (200, 200)
    assert "Kari" not in submitted.html
    assert "Per" not in handed.html
    assert submitted.get("receipt").status == 200
    assert submitted.get("receipt.pdf").status == 200
    # Whom to write to is not entered again unless the wave is: it would be deleted within the hour.
    for refused in (("contacts", str(contacts)), ("reassign", FIRST, "ny@first.example")):
        code, _, complaint = invited("fieldwork", *refused)
        assert (code, "are deleted since 2027-03-01" in " ".join(complaint.split())) == (1, True)
    assert count_people() == 0
    assert invited("fieldwork", "extend", FIRST, "2027-03-20T16:00")[0] == 0
    assert "3 new contacts" in invited("fieldwork", "contacts", str(contacts))[1]


def test_a_server_forgets_without_a_command_beside_it(
    invited: Praksis, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from praksis.web import forgetting
    from praksis.web.store.contacts import list_kept

    monkeypatch.setattr(forgetting, "_HOUR", 0.05)
    early = forgetting.keep_forgetting(lambda: [survey], lambda: DATE - SECOND)
    time.sleep(0.5)
    early.set()
    assert list_kept(survey.header.id) == (WAVE,)
    late = forgetting.keep_forgetting(lambda: [survey], lambda: DATE)
    deadline = time.monotonic() + 30
    while list_kept(survey.header.id) and time.monotonic() < deadline:
        time.sleep(0.05)
    late.set()
    assert not list_kept(survey.header.id)
