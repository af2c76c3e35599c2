"""The one way to change a response: whole, in order, one at a time, never undone."""

import datetime
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from praksis.collect.event import Event, EventKind
from praksis.collect.response import NotAllowed, Response, fold_events
from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.store.conftest import NOON

HOUR = datetime.timedelta(hours=1)
HOSTILE = '\'; DROP TABLE store_event; -- \x00 \ud7ff 🜁 {"a": 1}\r\n'


@pytest.fixture
def stored(survey: Survey, wave: str) -> tuple[int, str]:
    """A response and its coordinator."""
    from praksis.web.store.collection import list_responses

    first = list_responses(survey.header.id, wave)[0]
    return first.id, first.coordinator


def write_everything(person: str, colleague: str) -> tuple[Event, ...]:
    """An event of every kind, with everything in it that an event can hold."""
    moment = NOON + datetime.timedelta(microseconds=123_456)
    events = [
        Event(n, moment, person, kind, page="word", section="level", whom=colleague)
        for n, kind in enumerate(EventKind, start=1)
    ]
    full = Event(
        len(events) + 1, moment, colleague, EventKind.SAVED, "word", "level",
        old={"one-word": None, "has-strategy": -3}, new={"one-word": HOSTILE, "full": "12.5", "gone": None},
        raw={"one-word": (HOSTILE, ""), "strategy-adopted.day": ()}, paradata={"device": HOSTILE},
    )  # fmt: skip
    return (*events, full)


def test_events_come_back_as_they_were(stored: tuple[int, str]) -> None:
    from praksis.web.store.collection import read_events
    from praksis.web.store.work import add_colleague, change_response, read_response

    response_id, person = stored
    colleague, _ = add_colleague(response_id, "ola@bakkebygd.example", "Ola", "nn", SECRET, NOON)
    given = write_everything(person, colleague.id)
    for event in given:
        after, kept = change_response(response_id, lambda response, event=event: event)
        assert kept == event
        assert after == fold_events(given[: event.number])
    assert read_events(response_id) == given
    assert read_response(response_id) == fold_events(given)


def test_nothing_to_do_leaves_nothing(stored: tuple[int, str]) -> None:
    from praksis.web.store.work import change_response, read_events

    response_id, person = stored
    change_response(response_id, lambda response: Event(1, NOON, person, EventKind.ENTERED))
    assert change_response(response_id, lambda response: None) == (
        Response(number=1),
        None,
    )
    assert len(read_events(response_id)) == 1


def test_what_may_not_be_done_leaves_nothing(stored: tuple[int, str]) -> None:
    from praksis.web.store import models
    from praksis.web.store.outbox import Draft
    from praksis.web.store.work import change_response, read_events

    response_id, person = stored

    def refuse(response: Response) -> Event:
        raise NotAllowed("submitted")

    def fail(response: Response, event: Event) -> tuple[Draft, ...]:
        raise OSError("out of paper")

    with pytest.raises(NotAllowed):
        change_response(response_id, refuse)
    with pytest.raises(OSError, match="paper"):
        change_response(response_id, lambda response: Event(1, NOON, person, EventKind.ENTERED), fail)
    assert read_events(response_id) == ()
    assert models.Response.objects.get(pk=response_id).events == 0


def test_letters_go_with_their_event(stored: tuple[int, str]) -> None:
    from praksis.web.store import models
    from praksis.web.store.outbox import Draft
    from praksis.web.store.work import change_response

    response_id, person = stored

    def write(response: Response, event: Event) -> tuple[Draft, ...]:
        return (Draft(f"entered/{event.number}/{response.number}", "kari@bakkebygd.example", "Hello", "Body", "nb"),)

    change_response(response_id, lambda response: Event(1, NOON, person, EventKind.ENTERED), write)
    (letter,) = models.Letter.objects.all()
    assert (letter.key, letter.created_at, letter.sent_at) == ("entered/1/1", NOON, None)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_number_that_does_not_follow_is_refused(stored: tuple[int, str], number: int) -> None:
    from praksis.web.store.work import EventsLost, change_response, read_events

    response_id, person = stored
    change_response(response_id, lambda response: Event(1, NOON, person, EventKind.ENTERED))
    with pytest.raises(EventsLost):
        change_response(response_id, lambda response: Event(number, NOON, person, EventKind.ENTERED))
    assert len(read_events(response_id)) == 1


def test_a_lost_event_is_noticed(stored: tuple[int, str]) -> None:
    from praksis.web.store import models
    from praksis.web.store.work import EventsLost, change_response

    response_id, person = stored
    change_response(response_id, lambda response: Event(1, NOON, person, EventKind.ENTERED))
    models.Response.objects.filter(pk=response_id).update(events=2)
    with pytest.raises(EventsLost, match="1 events in place of 2"):
        change_response(response_id, lambda response: None)


def test_what_is_acknowledged_cannot_be_undone_from_outside(stored: tuple[int, str]) -> None:
    from django.db import transaction

    from praksis.web.store.work import change_response

    response_id, person = stored
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        change_response(response_id, lambda response: Event(1, NOON, person, EventKind.ENTERED))


@pytest.mark.parametrize("statement", ["UPDATE store_event SET kind = 'saved'", "DELETE FROM store_event"])
def test_the_database_itself_keeps_events(stored: tuple[int, str], statement: str) -> None:
    from django.db import DatabaseError, connection

    from praksis.web.store.work import change_response, read_events

    response_id, person = stored
    change_response(response_id, lambda response: Event(1, NOON, person, EventKind.ENTERED))
    with pytest.raises(DatabaseError, match="events are never"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert [event.kind for event in read_events(response_id)] == [EventKind.ENTERED]


@pytest.mark.parametrize("table", ["correction", "decision", "closing"])
def test_the_database_itself_keeps_what_staff_have_said(survey: Survey, stored: tuple[int, str], table: str) -> None:
    from django.db import DatabaseError, connection

    from praksis.web.store import closing, editing

    who = ("100000008", "head-of-it")
    with editing.hold_responses([stored[0]]):
        editing.add_correction(stored[0], editing.KeptCorrection(*who, "one-word", None, HOSTILE, "why", "kari", NOON))
        decision = editing.KeptDecision(*who, "c", ("i",), {"i": HOSTILE}, "asked", "why", "kari", NOON)
        editing.add_decision(stored[0], decision)
    closing.end_wave(survey.header.id, "2026", NOON)
    frozen = closing.Frozen(NOON, "kari", "", {"2026.parquet": "00"}, 1, closing.Extent(0, 1, 1))
    closing.add_closing(survey.header.id, "2026", frozen)

    def read() -> tuple[object, ...]:
        lists = (editing.list_corrections, editing.list_decisions, closing.list_closings)
        return tuple(one(survey.header.id, "2026") for one in lists)

    before = read()
    assert before[0][0].new == HOSTILE
    assert before[1] == (decision,)
    assert before[2] == (frozen,)
    for statement in (f"UPDATE store_{table} SET who = 'nobody'", f"DELETE FROM store_{table}"):
        with pytest.raises(DatabaseError, match="events are never"), connection.cursor() as cursor:
            cursor.execute(statement)
    assert read() == before


def test_many_threads_at_once(survey: Survey, wave: str) -> None:
    """As a server has them: four threads, several responses, each event follows what its thread was shown."""
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import change_response, read_events

    responses = list_responses(survey.header.id, wave)[:3]

    def work(thread: int) -> list[tuple[int, int, str]]:
        done = []
        try:
            for n in range(30):
                stored, word = responses[(n + thread) % 3], f"{thread} {n}"

                def decide(response: Response, who: str = stored.coordinator, word: str = word) -> Event:
                    old = {"one-word": response.answers.get("one-word")}
                    return Event(
                        response.number + 1, NOON, who, EventKind.SAVED, "word", old=old, new={"one-word": word}
                    )

                _, event = change_response(stored.id, decide)
                assert event
                done.append((stored.id, event.number, word))
        finally:
            close_connections()
        return done

    with ThreadPoolExecutor(4) as pool:
        done = {(key, number): word for part in pool.map(work, range(4)) for key, number, word in part}
    assert len(done) == 120
    for stored in responses:
        events = read_events(stored.id)
        assert [event.number for event in events] == list(range(1, 41))
        assert [event.new["one-word"] for event in events] == [done[stored.id, number] for number in range(1, 41)]
        assert [event.old["one-word"] for event in events[1:]] == [event.new["one-word"] for event in events[:-1]]


def test_the_same_address_is_the_same_colleague(stored: tuple[int, str]) -> None:
    from praksis.web.store.entrance import find_assignment, issue_link
    from praksis.web.store.work import add_colleague, hold_assignment

    response_id, person = stored
    first, new = add_colleague(response_id, " Ola@Bakkebygd.example ", "Ola\x00 Nordmann", "nn", SECRET, NOON)
    assert new
    assert (first.email, first.name, first.coordinator) == ("ola@bakkebygd.example", "Ola Nordmann", False)
    assert add_colleague(response_id, "ola@bakkebygd.EXAMPLE", "Someone else", "nb", SECRET, NOON) == (first, False)
    held = hold_assignment(first.id)
    assert list(held.people) == [person, first.id]
    assert (held.response, held.language, held.person) == (response_id, "nn", first)
    assert find_assignment(issue_link(first.id, SECRET, NOON), NOON).assignment == first.id


def test_a_colleague_of_another_response_is_another_person(survey: Survey, wave: str) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import add_colleague

    people = {
        add_colleague(one.id, "ola@bakkebygd.example", "Ola", "nb", SECRET, NOON)[0].id
        for one in list_responses(survey.header.id, wave)[:2]
    }
    assert len(people) == 2


def test_one_colleague_however_often_asked_at_once(stored: tuple[int, str]) -> None:
    from praksis.web.store.work import add_colleague

    def add(_: int) -> str:
        try:
            return add_colleague(stored[0], "ola@bakkebygd.example", "Ola", "nb", SECRET, NOON)[0].id
        finally:
            close_connections()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(add, range(8)))) == 1


@pytest.mark.parametrize("email", ["", "  ", "a\x00@b.example", "a\n@b.example", "a" * 250 + "@b.example"])
def test_what_is_no_address(stored: tuple[int, str], email: str) -> None:
    from praksis.web.store.work import add_colleague

    with pytest.raises(PraksisError, match="address"):
        add_colleague(stored[0], email, "Ola", "nb", SECRET, NOON)


@pytest.mark.parametrize("way", ["shut out", "expired"])
def test_a_colleague_whose_link_opens_nothing_is_let_in_by_a_new_one(stored: tuple[int, str], way: str) -> None:
    from praksis.web.store.entrance import find_assignment, issue_link, shut_out
    from praksis.web.store.work import add_colleague

    first, _ = add_colleague(stored[0], "ola@bakkebygd.example", "Ola", "nb", SECRET, NOON)
    old = issue_link(first.id, SECRET, NOON, expires_at=NOON + HOUR if way == "expired" else None)
    if way == "shut out":
        shut_out(first.id, NOON)
    later = NOON + HOUR
    assert add_colleague(stored[0], "ola@bakkebygd.example", "Ola", "nb", SECRET, later) == (first, True)
    assert add_colleague(stored[0], "ola@bakkebygd.example", "Ola", "nb", SECRET, later) == (first, False)
    assert find_assignment(old, later).reason == "revoked"
    assert find_assignment(issue_link(first.id, SECRET, later), later).assignment == first.id


@pytest.mark.parametrize("outcome", ["refused", "nothing new", "letter refused"])
def test_who_is_handed_nothing_gets_no_link(stored: tuple[int, str], outcome: str) -> None:
    """A new colleague is not kept, and one who was shut out stays out."""
    from praksis.web.store import models
    from praksis.web.store.entrance import issue_link, shut_out
    from praksis.web.store.outbox import Draft
    from praksis.web.store.work import add_colleague, change_response, hold_assignment

    response_id, person = stored
    out, _ = add_colleague(response_id, "ola@bakkebygd.example", "Ola", "nb", SECRET, NOON)
    issue_link(out.id, SECRET, NOON)
    shut_out(out.id, NOON)
    people = models.Assignment.objects.filter(response_id=response_id).count()

    def decide(response: Response) -> Event | None:
        for address in ("ola@bakkebygd.example", "new@bakkebygd.example"):
            assert add_colleague(response_id, address, "", "nb", SECRET, NOON)[1]
        if outcome == "refused":
            raise NotAllowed("submitted")
        return Event(1, NOON, person, EventKind.ENTERED) if outcome == "letter refused" else None

    def write_letters(response: Response, event: Event) -> tuple[Draft, ...]:
        raise NotAllowed("submitted")

    if outcome == "nothing new":
        assert change_response(response_id, decide, write_letters) == (Response(), None)
    else:
        with pytest.raises(NotAllowed):
            change_response(response_id, decide, write_letters)
    held = hold_assignment(out.id)
    assert (held.revoked, held.generation) == (True, 1)
    assert models.Assignment.objects.filter(response_id=response_id).count() == people


def test_a_language_is_one_persons(stored: tuple[int, str]) -> None:
    from praksis.web.store.work import add_colleague, hold_assignment, set_language

    colleague, _ = add_colleague(stored[0], "ola@bakkebygd.example", "Ola", "nn", SECRET, NOON)
    set_language(colleague.id, "en")
    assert (hold_assignment(colleague.id).language, hold_assignment(stored[1]).language) == ("en", "nb")


@pytest.mark.parametrize("name", ["", "1", "kari", str(uuid.UUID(int=0))])
def test_an_assignment_that_is_none(wave: str, name: str) -> None:
    from praksis.web.store.work import UnknownAssignment, hold_assignment

    with pytest.raises(UnknownAssignment):
        hold_assignment(name)
