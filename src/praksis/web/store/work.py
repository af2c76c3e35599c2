"""What a person who answers works on: their assignment, the response, and the one way to change it."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction  # noqa: TID251  # the store is where the database is

from praksis.collect.event import Event
from praksis.collect.response import Person, Response, add_event, fold_events
from praksis.collect.routing import Cell
from praksis.errors import PraksisError
from praksis.web.store import models
from praksis.web.store.entrance import make_assignment, renew_link
from praksis.web.store.outbox import Draft, add_letters
from praksis.web.store.trail import make_row, read_rows


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
    people = models.Assignment.objects.filter(response_id=response.pk).order_by("-coordinator", "email", "id")
    by_id = {str(person.pk): make_person(person) for person in people}
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
        closes_at=wave.closes_at,
        earlier=response.earlier,
        generation=found.generation,
        expires_at=found.expires_at,
        revoked=found.revoked_at is not None,
    )


def make_person(row: models.Assignment) -> Person:
    """The person of an assignment."""
    return Person(str(row.pk), row.email, row.name, row.coordinator)


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

    One transaction, on the disk before this returns: the event, the count of events and the letters that
    `write_letters` makes of the new state and the event, or none of them. Whatever `decide` raises (NotAllowed) leaves
    everything as it was. It must not be called inside another transaction.
    """
    with transaction.atomic(durable=True):
        # PostgreSQL locks the row; SQLite's transactions are IMMEDIATE, so there is one writer anyway.
        row = models.Response.objects.select_for_update().get(pk=response_id)
        response = read_response(response_id)
        if response.number != row.events:
            raise EventsLost(f"response {response_id} has {response.number} events in place of {row.events}")
        event = decide(response)
        if event is None:
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
) -> Person:
    """A colleague to hand sections to. The same e-mail (capitals aside) gives the same person, the coordinator too.

    Who was shut out is let in again, with a new link.
    """
    address = email.strip().lower()
    if not address or not address.isprintable() or len(address) > 254:
        raise PraksisError("an e-mail address is needed")
    with transaction.atomic(durable=True):
        response = models.Response.objects.select_for_update().get(pk=response_id)
        found = models.Assignment.objects.filter(response=response, email=address).first()
        if found is None:
            readable = "".join(sign for sign in name if sign.isprintable()).strip()
            found = make_assignment(response, secret, language, coordinator=False, email=address, name=readable[:200])
            found.save(force_insert=True)
        elif found.revoked_at:
            renew_link(found, secret, now)
    return make_person(found)


def set_language(assignment_id: str, language: str) -> None:
    """The language a person has chosen: their next visit and letter are in it."""
    models.Assignment.objects.filter(pk=assignment_id).exclude(language=language).update(language=language)
