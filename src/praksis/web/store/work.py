"""What a person who answers works on: their assignment, the response, and the one way to change it."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db import transaction  # noqa: TID251  # the store is where the database is

from praksis.collect.event import Event
from praksis.collect.response import Person, Response, add_event, fold_events
from praksis.collect.routing import Cell
from praksis.errors import PraksisError
from praksis.web.store import models
from praksis.web.store.contacts import Address, find_contact, read_address, write_contact
from praksis.web.store.entrance import is_dead, make_assignment, renew_link
from praksis.web.store.outbox import Draft, add_letters
from praksis.web.store.trail import make_row, read_rows


def together() -> AbstractContextManager[None]:
    """What is stored within it is stored as one, or not at all. May stand within another."""
    return transaction.atomic()


class UnknownAssignment(PraksisError):
    """There is no such assignment (any more)."""


class EventsLost(PraksisError):
    """The events of a response are not what was counted: somebody has changed the database by hand."""


@dataclass(frozen=True)
class Held:
    """An assignment and what it is for."""

    assignment: str
    response: int
    survey: str
    wave: str
    organisation: str
    """Its key in the frame."""
    role: str
    language: str
    """The person's: as the frame says until they choose another."""
    person: Person
    people: Mapping[str, Person]
    """Everyone who was ever asked to answer for the response, by id."""
    closes_at: datetime.datetime | None
    earlier: Mapping[str, Cell]
    """Item -> the organisation's last answer, of factual items."""
    generation: int
    """Of the link: a session that was made from another one has ended."""
    expires_at: datetime.datetime | None
    revoked: bool


def hold_assignment(assignment_id: str) -> Held:
    """An assignment with what is needed to answer. Raises UnknownAssignment."""
    try:
        found = models.Assignment.objects.select_related("response__wave").get(pk=uuid.UUID(assignment_id))
    except (models.Assignment.DoesNotExist, ValueError) as error:
        raise UnknownAssignment(assignment_id) from error
    response, wave = found.response, found.response.wave
    by_id = list_people(response.pk)
    return Held(
        assignment=str(found.pk),
        response=response.pk,
        survey=wave.survey,
        wave=wave.wave,
        organisation=response.organisation,
        role=response.role,
        language=found.language,
        person=by_id[str(found.pk)],
        people=by_id,
        closes_at=find_closing(response),
        earlier=response.earlier,
        generation=found.generation,
        expires_at=found.expires_at,
        revoked=found.revoked_at is not None,
    )


def find_closing(response: models.Response) -> datetime.datetime | None:
    """When a response closes: with the wave, or later where it has longer. None: never decided, or open for ever."""
    both = (response.closes_at, response.wave.closes_at)
    return max((one for one in both if one), default=None) if both[1] else None


def list_people(response_id: int) -> dict[str, Person]:
    """Everyone who was ever asked to answer for a response, by id, the coordinator first."""
    rows = models.Assignment.objects.filter(response_id=response_id).select_related("contact")
    people = [_make_person(row) for row in rows]
    return {one.id: one for one in sorted(people, key=lambda one: (not one.coordinator, one.email, one.id))}


def _make_person(row: models.Assignment) -> Person:
    address = read_address(row)
    return Person(str(row.pk), address.email, address.name, row.coordinator)


def read_response(response_id: int) -> Response:
    """The response as it stands: the sum of its events."""
    return fold_events(read_events(response_id))


def read_events(response_id: int) -> tuple[Event, ...]:
    """Everything that has happened to a response, in order."""
    return read_rows(models.Event.objects.filter(response_id=response_id).order_by("number"))


def change_response(
    response_id: int,
    decide: Callable[[Response], Event | None],
    write_letters: Callable[[Response, Event], Iterable[Draft]] | None = None,
) -> tuple[Response, Event | None]:
    """Do what `decide` says to a response that nobody else can change meanwhile; returns it after that, and the event.

    One transaction, on the disk before this returns: the event, the count of events, the letters that `write_letters`
    makes of the new state and the event, and the colleague that `decide` adds; or none of them. Whatever the two raise
    (NotAllowed), and None for an event, leaves everything as it was. It must not be called inside another transaction.
    """
    with transaction.atomic(durable=True):
        # PostgreSQL locks the row; SQLite's transactions are IMMEDIATE, so there is one writer anyway.
        row = models.Response.objects.select_for_update().get(pk=response_id)
        response = read_response(response_id)
        if response.number != row.events:
            raise EventsLost(f"response {response_id} has {response.number} events in place of {row.events}")
        event = decide(response)
        if event is None:
            transaction.set_rollback(True)
            return response, None
        if event.number != response.number + 1:
            raise EventsLost(f"event {event.number} of response {response_id} does not follow {response.number}")
        after = add_event(response, event)
        make_row(row, event).save(force_insert=True)
        models.Response.objects.filter(pk=response_id).update(events=event.number)
        if write_letters:
            add_letters(write_letters(after, event), event.at)
    return after, event


def add_colleague(
    response_id: int, email: str, name: str, language: str, secret: bytes, now: datetime.datetime
) -> tuple[Person, bool]:
    """A colleague to hand sections to, and whether their link is a new one.

    The same e-mail (capitals aside) gives the same person, the coordinator too. Whose link opens nothing, because they
    were shut out or it has expired, gets a new one. Within `change_response` all this holds only if there is an event.
    """
    address = email.strip().lower()
    if not address or not address.isprintable() or len(address) > 254:
        raise PraksisError("an e-mail address is needed")
    with transaction.atomic():
        response = models.Response.objects.select_for_update().get(pk=response_id)
        known = find_contact(response, address)
        found = known.assignment if known else None
        renewed = found is None or is_dead(found, now)
        if found is None:
            found = make_assignment(response, secret, language, coordinator=False)
            found.save(force_insert=True)
            write_contact(found, Address(address, name))
        elif renewed:
            renew_link(found, secret, now)
        person = _make_person(found)
    return person, renewed


def set_language(assignment_id: str, language: str) -> None:
    """The language a person has chosen: their next visit and letter are in it."""
    models.Assignment.objects.filter(pk=assignment_id).exclude(language=language).update(language=language)
