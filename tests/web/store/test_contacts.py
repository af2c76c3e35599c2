"""Whom we write to: encrypted, found again, replaced, forgotten; and what is noted of a case."""

import datetime

import pytest

from praksis.collect.casework import CaseEvent, Change, find_stops, list_findings
from praksis.collect.disposition import Found
from praksis.define.survey import Survey
from tests.databases import SECRET
from tests.web.store.conftest import NOON, WAVE

DAY = datetime.timedelta(days=1)
KARI = "kari@bakkebygd.example"


@pytest.fixture
def response(survey: Survey, wave: str) -> int:
    from praksis.web.store.collection import list_responses

    return list_responses(survey.header.id, wave)[0].id


def read(response: int, survey: Survey):  # a type of a module that needs Django
    from praksis.web.store.cases import list_facts

    (facts,) = list_facts(survey.header.id, WAVE, [response])
    return facts


def test_a_contact_cannot_be_read_from_the_database_alone(response: int, survey: Survey) -> None:
    from praksis.web.store import models
    from praksis.web.store.cases import set_coordinator
    from praksis.web.store.contacts import Address

    set_coordinator(response, Address(KARI, "Kari Nordmann", "99 88 77 66"), "nb", SECRET, "lead", NOON)
    row = models.Contact.objects.get()
    everything = f"{row.sealed} {row.found_by}"
    assert not any(part in everything for part in ("kari", "Nordmann", "99 88"))
    (person, *_) = read(response, survey).people
    assert (person.address, person.coordinator) == (Address(KARI, "Kari Nordmann", "99 88 77 66"), True)


def test_what_is_moved_or_changed_cannot_be_opened(response: int) -> None:
    from praksis.web.store.seal import SealBroken, seal, unseal

    for nothing in ("", "AAAA", "é"):
        with pytest.raises(SealBroken):
            unseal(nothing, "contact a")
    sealed = seal({"email": KARI}, "contact a")
    assert unseal(sealed, "contact a") == {"email": KARI}
    assert seal({"email": KARI}, "contact a") != sealed, "the same content never looks the same"
    with pytest.raises(SealBroken, match="contact b cannot be read with this secret"):
        unseal(sealed, "contact b")
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    with pytest.raises(SealBroken):
        unseal(changed, "contact a")


def test_another_secret_opens_nothing(response: int, survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from django.conf import settings

    from praksis.web.store.seal import SealBroken, index_email, seal, unseal

    sealed, index = seal({"email": KARI}, "a"), index_email(KARI)
    assert index_email(f" {KARI.upper()} ") == index
    monkeypatch.setattr(settings, "FIELDWORK", replace(settings.FIELDWORK, secret=b"another secret of 32 characters!"))
    assert index_email(KARI) != index
    with pytest.raises(SealBroken):
        unseal(sealed, "a")


def test_somebody_else_is_somebody_else(response: int, survey: Survey) -> None:
    """The one before is shut out, and keeps what they did; coming back they get in by a new link."""
    from praksis.web.store.cases import set_coordinator
    from praksis.web.store.contacts import Address
    from praksis.web.store.entrance import find_assignment, issue_link

    first = set_coordinator(response, Address(KARI, "Kari"), "nb", SECRET, "lead", NOON)
    token = issue_link(first, SECRET, NOON)
    assert set_coordinator(response, Address(KARI.upper(), "Kari"), "nb", SECRET, "lead", NOON) == first
    assert set_coordinator(response, Address(KARI, "Kari Nordmann"), "nb", SECRET, "lead", NOON) == first
    assert read(response, survey).people[0].language == "nb"
    second = set_coordinator(response, Address("ola@bakkebygd.example", "Ola"), "nn", SECRET, "lead", NOON + DAY)
    assert second != first
    assert find_assignment(token, NOON + DAY).reason == "revoked"
    people = read(response, survey).people
    assert [(one.id, one.coordinator, one.shut_out_at) for one in people] == [
        (second, True, None),
        (first, False, NOON + DAY),
    ]
    kinds = [(one.kind, one.who, one.whom) for one in read(response, survey).case_events]
    assert kinds == [
        (Change.CONTACT, "lead", first),
        (Change.CONTACT, "lead", first),
        (Change.CONTACT, "lead", second),
    ]
    assert set_coordinator(response, Address(KARI, "Kari Nordmann"), "nb", SECRET, "lead", NOON + 2 * DAY) == first
    assert [one.whom for one in read(response, survey).case_events] == [first, first, second, first], "each change"
    assert find_assignment(token, NOON + 2 * DAY).reason == "revoked"
    assert find_assignment(issue_link(first, SECRET, NOON), NOON + 2 * DAY).assignment == first


def test_forgotten_is_forgotten(response: int, survey: Survey) -> None:
    from praksis.web.store import models
    from praksis.web.store.cases import set_coordinator
    from praksis.web.store.contacts import Address, Held, find_held, forget_wave
    from praksis.web.store.outbox import Draft, add_letters

    person = set_coordinator(response, Address(KARI, "Kari"), "nb", SECRET, "lead", NOON)
    add_letters([Draft("a", KARI, "Hei", "Hei Kari {link}", "nb", person, "invitation")], NOON)
    assert [one.letter for one in read(response, survey).letters] == ["invitation"]
    add_letters([Draft("try/invitation/nb/now", "lead@praksis.example", "Hei", "Hei", "nb")], NOON)
    models.Letter.objects.filter(key="a").update(begun_at=NOON, sent_at=NOON, bounced_at=NOON, bounce="no Kari here")
    (held,) = find_held(KARI.upper())
    assert (held.address, held.letters, held.events, held.shut_out) == (Address(KARI, "Kari"), 1, 0, False)
    assert isinstance(held, Held)
    assert find_held("ola@bakkebygd.example") == ()
    assert forget_wave(survey.header.id, "2031") == 0
    assert forget_wave(survey.header.id, WAVE) == 1
    assert find_held(KARI) == ()
    facts = read(response, survey)
    assert facts.people[0].address == Address()
    assert [(one.letter, one.current) for one in facts.letters] == [("invitation", False)]
    assert not models.Letter.objects.exclude(sealed="").exists()
    assert not models.Letter.objects.exclude(found_by="").exists()
    assert [one.bounce for one in facts.letters] == [""]


def test_what_is_noted_of_a_case_holds_until_it_is_taken_back(response: int, survey: Survey) -> None:
    from praksis.web.store.cases import note_case

    people = read(response, survey).people
    kari = people[0].id
    said = [
        (Found.DECLINED, ""),
        (Found.TAKEN_BACK, ""),
        (Found.OPTED_OUT, "a-colleague"),
        (Found.MERGED, ""),
        (Found.NOTE, ""),
    ]
    for days, (kind, whom) in enumerate(said):
        note_case(response, CaseEvent(NOON + days * DAY, "lead", kind, whom, "by telephone"))
    facts = read(response, survey)
    assert [(one.kind, one.note) for one in facts.case_events] == [(kind, "by telephone") for kind, _ in said]
    stops = find_stops(facts.case_events, kari)
    assert (stops.declined_at, stops.opted_out_at, stops.not_eligible_at) == (None, None, NOON + 3 * DAY)
    assert find_stops(facts.case_events, "a-colleague").opted_out_at == NOON + 2 * DAY
    assert [one.kind for one in list_findings(facts.case_events, kari)] == [
        Found.DECLINED,
        Found.TAKEN_BACK,
        Found.MERGED,
        Found.NOTE,
    ]


def test_an_organisation_may_have_longer_than_the_others(survey: Survey, wave: str, response: int) -> None:
    from praksis.web.store.cases import note_case
    from praksis.web.store.collection import list_responses, open_wave
    from praksis.web.store.work import hold_assignment

    open_wave(survey, wave, SECRET, NOON, NOON + DAY)
    first, second, *_ = list_responses(survey.header.id, wave)
    until = NOON + 9 * DAY
    note_case(first.id, CaseEvent(NOON, "lead", Change.EXTENDED, details={"until": until.isoformat()}))
    assert hold_assignment(first.coordinator).closes_at == until
    assert hold_assignment(second.coordinator).closes_at == NOON + DAY
    assert read(first.id, survey).extended
    assert not read(second.id, survey).extended


@pytest.mark.parametrize("table", ["store_caseevent", "store_act"])
def test_the_database_itself_keeps_what_was_noted(response: int, table: str) -> None:
    from django.db import DatabaseError, connection

    from praksis.web.store.audit import Act, list_acts, note_act
    from praksis.web.store.cases import note_case

    note_case(response, CaseEvent(NOON, "lead", Found.NOTE, note="called"))
    note_act(Act(NOON, "lead", "note", "survey/2026/1", {"why": "called"}))
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET who = 'nobody'"):
        with pytest.raises(DatabaseError, match="events are never"), connection.cursor() as cursor:
            cursor.execute(statement)
    assert list_acts("survey/2026") == (Act(NOON, "lead", "note", "survey/2026/1", {"why": "called"}),)
    assert list_acts("other") == ()
