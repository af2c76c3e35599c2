"""Cases as fieldwork sees them: everything that is known of each response of a wave, with dates."""

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db import transaction  # noqa: TID251  # the store is where the database is

from praksis.collect.casework import CaseEvent, Change, find_stops
from praksis.collect.disposition import Found
from praksis.collect.event import Event
from praksis.web.store import models
from praksis.web.store.contacts import Address, find_contact, find_contact_of, read_address, write_contact
from praksis.web.store.entrance import is_dead, make_assignment, renew_link
from praksis.web.store.trail import read_rows
from praksis.web.store.work import find_closing


@dataclass(frozen=True)
class SentLetter:
    """A letter of the outbox, without its words."""

    key: str
    letter: str
    """Which of the survey's; '' for those that answering writes itself."""
    person: str
    queued_at: datetime.datetime
    sent_at: datetime.datetime | None
    bounced_at: datetime.datetime | None
    bounce: str
    current: bool
    """Did it go to the address the person has now?"""


@dataclass(frozen=True)
class AskedPerson:
    """Someone asked to answer."""

    id: str
    coordinator: bool
    language: str
    address: Address
    shut_out_at: datetime.datetime | None


@dataclass(frozen=True)
class Facts:
    """A case: what is known of a response."""

    response: int
    organisation: str
    role: str
    closes_at: datetime.datetime | None
    """The wave's closing time, or its own where that is later."""
    wave_closes_at: datetime.datetime | None
    events: tuple[Event, ...]
    case_events: tuple[CaseEvent, ...]
    letters: tuple[SentLetter, ...]
    people: tuple[AskedPerson, ...]
    """The coordinator first."""

    @property
    def extended(self) -> bool:
        """May it answer longer than the others?"""
        return self.closes_at != self.wave_closes_at


def list_facts(survey_id: str, wave: str, responses: Iterable[int] | None = None) -> tuple[Facts, ...]:
    """Every case of a wave by organisation and role, or those of these responses: five questions to the database."""
    rows = models.Response.objects.filter(wave__survey=survey_id, wave__wave=wave).select_related("wave")
    if responses is not None:
        rows = rows.filter(pk__in=tuple(responses))
    events = _group(models.Event.objects.filter(response__in=rows).order_by("number"), lambda one: one.response_id)
    noted = _group(models.CaseEvent.objects.filter(response__in=rows).order_by("pk"), lambda one: one.response_id)
    asked = models.Assignment.objects.filter(response__in=rows).select_related("contact", "response")
    people = _group(asked.order_by("-coordinator", "pk"), lambda one: one.response.pk)
    sent = models.Letter.objects.filter(assignment__response__in=rows).select_related("assignment__contact")
    letters = _group(sent.order_by("pk"), lambda one: _own(one).response_id)
    return tuple(
        Facts(
            response=row.pk,
            organisation=row.organisation,
            role=row.role,
            closes_at=find_closing(row),
            wave_closes_at=row.wave.closes_at,
            events=read_rows(events.get(row.pk, ())),
            case_events=tuple(map(_read_case_event, noted.get(row.pk, ()))),
            letters=tuple(map(_read_letter, letters.get(row.pk, ()))),
            people=tuple(map(_read_person, people.get(row.pk, ()))),
        )
        for row in rows.order_by("organisation", "role")
    )


Row = TypeVar("Row")


def _group(rows: Iterable[Row], key: Callable[[Row], int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _own(letter: models.Letter) -> models.Assignment:
    assert letter.assignment is not None, "only letters with an assignment are asked for"
    return letter.assignment


def _read_case_event(row: models.CaseEvent) -> CaseEvent:
    kind = Change(row.kind) if row.kind in [one.value for one in Change] else Found(row.kind)
    return CaseEvent(row.at, row.who, kind, **json.loads(row.body))


def _read_letter(row: models.Letter) -> SentLetter:
    own = _own(row)
    contact = find_contact_of(own)
    return SentLetter(
        key=row.key,
        letter=row.letter,
        person=str(own.pk),
        queued_at=row.created_at,
        sent_at=row.sent_at,
        bounced_at=row.bounced_at,
        bounce=row.bounce,
        # Whose address has been deleted since counts as having been this one: nobody is invited twice.
        current=contact is not None and row.found_by in (contact.found_by, ""),
    )


def _read_person(row: models.Assignment) -> AskedPerson:
    return AskedPerson(str(row.pk), row.coordinator, row.language, read_address(row), row.revoked_at)


def note_case(response_id: int, event: CaseEvent) -> None:
    """Add a fact; with one that says how long, the response stays open until then."""
    body = {"whom": event.whom, "note": event.note, "details": dict(event.details)}
    kept = json.dumps({name: value for name, value in body.items() if value})
    with transaction.atomic():
        models.CaseEvent.objects.create(
            response_id=response_id, at=event.at, who=event.who, kind=event.kind.value, body=kept
        )
        if event.kind is Change.EXTENDED:
            until = datetime.datetime.fromisoformat(event.details["until"])
            models.Response.objects.filter(pk=response_id).update(closes_at=until)


def is_noted(response_id: int, event: CaseEvent, seen: int) -> bool:
    """Has somebody noted the same beside the first `seen` facts of a case? So a form that is sent twice can be known.

    Within a transaction: nobody else who asks gets an answer until that ends.
    """
    models.Response.objects.select_for_update().get(pk=response_id)
    rows = models.CaseEvent.objects.filter(response_id=response_id).order_by("pk")[seen:]
    return any(replace(one, at=event.at) == event for one in map(_read_case_event, rows))


def note_reply(mark: str, who: str, now: datetime.datetime) -> bool | None:
    """A machine has answered a letter; False if that was known, None if there is no such letter.

    What it says is not kept: that is about a person, and may be their health.
    """
    found = models.Letter.objects.filter(mark=mark).exclude(assignment=None) if mark else models.Letter.objects.none()
    letter = found.select_related("assignment").first()
    if letter is None:
        return None
    own = _own(letter)
    event = CaseEvent(now, who, Found.NOTE, str(own.pk), f"automatic reply to {letter.letter or 'a letter'}")
    rows = models.CaseEvent.objects.filter(response_id=own.response_id, kind=event.kind.value)
    if any((one.whom, one.note) == (event.whom, event.note) for one in map(_read_case_event, rows)):
        return False
    note_case(own.response_id, event)
    return True


def has_opted_out(response_id: int, person: str) -> bool:
    """Does a person want no letters?"""
    rows = models.CaseEvent.objects.filter(response_id=response_id).order_by("pk")
    return find_stops(map(_read_case_event, rows), person).opted_out_at is not None


def set_coordinator(
    response_id: int, address: Address, language: str, secret: bytes, who: str, now: datetime.datetime
) -> str:
    """Whom the organisation is written to; returns the assignment.

    Somebody else than before gets an assignment of their own, and the one before is shut out: what each of them did
    stays theirs. Who has answered as a colleague becomes the coordinator, with the same link. `language` is of whoever
    is new: who has come in before has chosen theirs.
    """
    with transaction.atomic():
        response = models.Response.objects.select_for_update().get(pk=response_id)
        row = models.Assignment.objects.select_related("contact").get(response=response, coordinator=True)
        before, known = find_contact_of(row), find_contact(response, address.email)
        other = known is None and before is not None or known is not None and known.assignment_id != row.pk
        if other:
            models.Assignment.objects.filter(pk=row.pk).update(coordinator=False, revoked_at=now)
            row = known.assignment if known else make_assignment(response, secret, language, coordinator=True)
            if is_dead(row, now):
                renew_link(row, secret, now)
            row.coordinator = True
            row.save()
        elif before is None:
            models.Assignment.objects.filter(pk=row.pk).update(language=language)
        if write_contact(row, address) or other:
            note_case(response_id, CaseEvent(now, who, Change.CONTACT, str(row.pk)))
    return str(row.pk)
