"""A wave run from the command line: contacts, what is noted, how it goes, and what is held on a person."""

import csv
import datetime
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.collect.casework import Change
from praksis.collect.event import Event, EventKind
from praksis.collect.response import Response
from praksis.errors import PraksisError
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST, Praksis
from tests.web.store.conftest import EVERY_KIND, WAVE

BEGUN = datetime.datetime(2026, 11, 2, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def loaded(praksis: Praksis, contacts: Path) -> Praksis:
    praksis("collect", "open", "--closes", "2040-12-01T16:00")
    assert praksis("fieldwork", "contacts", str(contacts))[0] == 0
    return praksis


def act(key: str, kind: EventKind, **cells: int | str) -> None:
    """Something the coordinator of an organisation does."""
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import change_response

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == key)
    new = {name.replace("_", "-"): cell for name, cell in cells.items()}

    def decide(now: Response) -> Event:
        return Event(
            now.number + 1, BEGUN + now.number * MINUTE, stored.coordinator, kind, page="staff" if new else "", new=new
        )

    change_response(stored.id, decide)


def test_contacts_are_entered_once(praksis: Praksis, contacts: Path) -> None:
    code, _, complaint = praksis("fieldwork", "contacts", str(contacts))
    assert (code, "is not open; open it with `praksis collect open`" in complaint) == (1, True)
    praksis("collect", "open")
    code, output, _ = praksis("fieldwork", "contacts", str(contacts))
    assert (code, output.splitlines()[0]) == (0, "3 new contacts, 0 changed, 0 as before")
    assert "9 have no contact" in output
    contacts.write_text(contacts.read_text().replace("Ola", "Ola Bakke"))
    assert praksis("fieldwork", "contacts", str(contacts))[1].startswith("0 new contacts, 1 changed, 2 as before")
    contacts.write_text(contacts.read_text().replace(FIRST, "123"))
    code, _, complaint = praksis("fieldwork", "contacts", str(contacts))
    assert (code, "contacts.csv" in complaint) == (1, True)


def test_a_case_and_what_is_done_to_it(loaded: Praksis) -> None:
    act(BAKKEBYGD, EventKind.ENTERED)
    act(BAKKEBYGD, EventKind.SAVED, full_time_equivalents="12.5")
    act(BAKKEBYGD, EventKind.SUBMITTED)
    assert loaded("fieldwork", "reopen", BAKKEBYGD, "--why", "asked by telephone")[0] == 0
    code, output, _ = loaded("fieldwork", "case", BAKKEBYGD)
    assert code == 0
    assert "coordinator: Ola ola@bakkebygd.example" in output
    moments = [line.split("  ")[-1].strip() for line in output.splitlines()[2:]]
    said = ["opened", "saved (1 answers)", "submitted", "changed contact", "reopened", "found note asked by telephone"]
    assert moments == said
    code, _, complaint = loaded("fieldwork", "reopen", BAKKEBYGD, "--why", "again")
    assert (code, "is not submitted, so it is open" in " ".join(complaint.split())) == (1, True)
    code, _, complaint = loaded("fieldwork", "case", "123")
    assert (code, "no case 123" in complaint) == (1, True)


def test_longer_than_the_others(loaded: Praksis) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import hold_assignment

    assert loaded("fieldwork", "extend", BAKKEBYGD, "2041-01-01T12:00", "--why", "illness")[0] == 0
    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == BAKKEBYGD)
    closes_at = hold_assignment(stored.coordinator).closes_at
    assert closes_at is not None
    assert closes_at.isoformat() == "2041-01-01T11:00:00+00:00"
    code, _, complaint = loaded("fieldwork", "extend", BAKKEBYGD, "2020-01-01T12:00")
    assert (code, "is over; give a later time" in complaint) == (1, True)
    code, _, complaint = loaded("fieldwork", "extend", BAKKEBYGD, "2040-12-01T16:00")
    assert (code, "everybody may answer until 2040-12-01 16:00" in " ".join(complaint.split())) == (1, True)
    assert "changed extended 2041-01-01T12:00:00+01:00 illness" in loaded("fieldwork", "case", BAKKEBYGD)[1]
    # When all get longer than that, they do too.
    loaded("collect", "open", "--closes", "2042-01-01T12:00")
    closes_at = hold_assignment(stored.coordinator).closes_at
    assert closes_at is not None
    assert closes_at.isoformat() == "2042-01-01T11:00:00+00:00"


def test_nobody_has_longer_than_for_ever(praksis: Praksis) -> None:
    praksis("collect", "open")
    code, _, complaint = praksis("fieldwork", "extend", BAKKEBYGD, "2041-01-01T12:00")
    assert (code, "everybody may answer for as long as they like" in " ".join(complaint.split())) == (1, True)


def test_reopening_is_stored_with_its_reason_or_not_at_all(loaded: Praksis, monkeypatch: pytest.MonkeyPatch) -> None:
    from praksis.web.fieldwork import acts
    from praksis.web.store.cases import list_facts

    act(BAKKEBYGD, EventKind.SAVED, full_time_equivalents="12.5")
    act(BAKKEBYGD, EventKind.SUBMITTED)

    def fail(*_: object) -> None:
        raise PraksisError("the disk is full")

    monkeypatch.setattr(acts, "note_act", fail)
    assert loaded("fieldwork", "reopen", BAKKEBYGD, "--why", "a wrong number")[0] == 1
    facts = next(one for one in list_facts("every-kind", WAVE) if one.organisation == BAKKEBYGD)
    assert [one.kind for one in facts.events] == [EventKind.SAVED, EventKind.SUBMITTED]
    assert [one.kind for one in facts.case_events] == [Change.CONTACT]


def test_what_is_reopened_after_closing_needs_time(praksis: Praksis) -> None:
    praksis("collect", "open", "--closes", "2026-11-10T16:00")
    act(BAKKEBYGD, EventKind.SUBMITTED)
    output = praksis("fieldwork", "reopen", BAKKEBYGD, "--why", "a wrong number")[1]
    assert "give them time with `praksis fieldwork extend`" in output


def test_somebody_else_answers(loaded: Praksis) -> None:
    assert loaded("fieldwork", "reassign", BAKKEBYGD, "eva@bakkebygd.example", "--name", "Eva")[0] == 0
    output = loaded("fieldwork", "case", BAKKEBYGD)[1]
    assert "coordinator: Eva eva@bakkebygd.example" in output
    assert "colleague: Ola ola@bakkebygd.example, shut out" in output
    code, _, complaint = loaded("fieldwork", "reassign", BAKKEBYGD, "eva at bakkebygd")
    assert (code, "that is not an e-mail address" in complaint) == (1, True)
    code, _, complaint = loaded("fieldwork", "reassign", BAKKEBYGD, "x@y.example", "--language", "se")
    assert (code, "the survey is not in se" in complaint) == (1, True)


def test_the_board(loaded: Praksis) -> None:
    act(BAKKEBYGD, EventKind.SAVED, full_time_equivalents="12.5")
    act(BAKKEBYGD, EventKind.SUBMITTED)
    act(FIRST, EventKind.SAVED, full_time_equivalents="10")
    loaded("fieldwork", "note", "100000059", "declined", "--why", "no time")
    loaded("fieldwork", "note", "100000016", "closed")
    rows = {row["stratum"]: row for row in csv.DictReader(io.StringIO(loaded("fieldwork", "board", "--csv")[1]))}
    total = rows.pop("all")
    names = ("frame", "started", "submitted", "declined", "not_eligible")
    assert [int(total[name]) for name in names] == [12, 2, 1, 1, 1]
    assert float(total["rr1"]) == pytest.approx(1 / 11, abs=1e-6)
    for name in names:
        assert sum(int(row[name]) for row in rows.values()) == int(total[name]), name
    earlier = csv.DictReader(io.StringIO(loaded("fieldwork", "board", "--csv", "--at", "2026-11-01T12:00")[1]))
    assert {row["submitted"] for row in earlier} == {"0"}
    code, output, _ = loaded("fieldwork", "board")
    assert (code, "margin of error" in output) == (0, True)
    header, *lines = [line for line in output.splitlines() if "│" in line or "┃" in line]
    assert all(name in header for name in (*names[:1], "undeliverable", "completion")), "nothing is cut"
    assert [one.strip() for one in lines[-1].strip("│").split("│")][:2] == ["all", "12"]
    code, _, complaint = loaded("fieldwork", "board", "--role", "nobody")
    assert (code, "the wave asks no nobody; it asks head-of-it" in complaint) == (1, True)
    output = loaded("fieldwork", "stuck")[1]
    assert f"{FIRST} head-of-it: 1 of" in output
    assert BAKKEBYGD not in output


def test_what_do_you_hold_on_me_and_forget_it(loaded: Praksis) -> None:
    act(BAKKEBYGD, EventKind.SAVED, full_time_equivalents="12.5")
    output = loaded("fieldwork", "person", "OLA@bakkebygd.example")[1]
    assert f"every-kind {WAVE}, for {BAKKEBYGD} as head-of-it:" in output
    assert "name Ola, telephone -" in output
    assert "0 letters, 1 times something was saved" in output
    assert loaded("fieldwork", "person", "nobody@bakkebygd.example")[1] == "Nothing is held on that address.\n"
    assert loaded("fieldwork", "forget")[1].startswith("3 contacts are deleted")
    assert loaded("fieldwork", "person", "ola@bakkebygd.example")[1] == "Nothing is held on that address.\n"
    assert "coordinator: - no address" in loaded("fieldwork", "case", BAKKEBYGD)[1]


def test_everything_that_was_done_is_noted_without_addresses(loaded: Praksis) -> None:
    loaded("fieldwork", "note", BAKKEBYGD, "note", "--why", "called")
    loaded("fieldwork", "person", "ola@bakkebygd.example")
    loaded("fieldwork", "case", BAKKEBYGD)
    output = loaded("fieldwork", "audit")[1]
    acts = [line.split("  ")[2] for line in output.splitlines()]
    assert acts == ["see-case", "find-person", "note-note", "load-contacts", "open-wave"]
    assert "command:" in output
    assert "@" not in output


def test_who_has_no_name_on_the_machine_is_noted_by_number(loaded: Praksis, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert loaded("fieldwork", "note", BAKKEBYGD, "note", "--why", "called")[::2] == (0, "")
    assert "command:uid 4000000  note-note" in loaded("fieldwork", "audit")[1]


def test_the_audit_is_of_one_survey(loaded: Praksis) -> None:
    from praksis.web.store.audit import Act, note_act

    note_act(Act(BEGUN, "command:lead", "extend", "every-kind-too/2026/1"))
    assert "every-kind-too" not in loaded("fieldwork", "audit")[1]


def test_times_are_those_of_the_clock_on_the_wall(loaded: Praksis) -> None:
    assert "2026, 2026-11-20 00:30" in loaded("fieldwork", "board", "--at", "2026-11-19T23:30+00:00")[1]


def test_the_frame_has_more_than_was_opened(loaded: Praksis, tmp_path: Path) -> None:
    folder = shutil.copytree(EVERY_KIND, tmp_path / "every-kind")
    with (folder / "frame.csv").open("a") as frame:
        frame.write("100000121,Nybygd kommune,municipality,nb\n")
    output = loaded("fieldwork", "board", folder=folder)[1]
    assert "1 that the frame asks are in no number but ±; `praksis collect open` adds them" in output


@pytest.mark.parametrize("said", ["merged", "outside", "duplicate", "unable", "opted-out"])
def test_what_is_said_stops_letters_until_it_is_taken_back(
    loaded: Praksis, said: str, read_addressee: Callable[[str], object]
) -> None:
    back = {"unable": "taken-back", "opted-out": "opted-in"}.get(said, "belongs")
    field = {"unable": "declined_at", "opted-out": "opted_out_at"}.get(said, "not_eligible_at")
    assert getattr(read_addressee(BAKKEBYGD), field) is None
    loaded("fieldwork", "note", BAKKEBYGD, said)
    assert getattr(read_addressee(BAKKEBYGD), field) is not None
    loaded("fieldwork", "note", BAKKEBYGD, back)
    assert getattr(read_addressee(BAKKEBYGD), field) is None


@pytest.fixture
def read_addressee(loaded: Praksis) -> Callable[[str], object]:
    def read(key: str) -> object:
        from praksis.web.fieldwork.letters import make_addressee
        from praksis.web.store.cases import list_facts

        return next(make_addressee(one) for one in list_facts("every-kind", WAVE) if one.organisation == key)

    return read
