"""The state of a response as the sum of its events, and what a person may do with it.

Functions that change something return the event to add, or None where nothing changes; the caller stores it under the
next number. Those that may not be done raise NotAllowed with a reason the web has words for.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from praksis.collect.answering import Reading
from praksis.collect.event import Event, EventKind
from praksis.collect.journey import Journey, Page
from praksis.collect.routing import Cell
from praksis.errors import PraksisError


class NotAllowed(PraksisError):
    """A person may not do this now. `reason` is a code: `not-yours`, `submitted`, `closed`, `not-coordinator`,
    `disputed`, `unread`, `required`, `not-submitted`, `no-colleague`, `unknown`."""

    def __init__(self, reason: str, pages: Sequence[str] = ()) -> None:
        self.reason = reason
        self.pages = tuple(pages)
        """The pages to look at first, where that would help."""
        super().__init__(reason + (f": {', '.join(pages)}" if pages else ""))


@dataclass(frozen=True)
class Person:
    """Someone who answers for an organisation in a role."""

    id: str
    email: str
    name: str = ""
    coordinator: bool = False


@dataclass(frozen=True)
class Response:
    """What has been answered and by whom: the sum of the events so far."""

    number: int = 0
    """Events so far."""
    answers: Mapping[str, Cell] = field(default_factory=dict)
    """Item -> answer; items that the routing passes by now may still have one."""
    raw: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """Page -> what was written on it, where something could not be read."""
    versions: Mapping[str, int] = field(default_factory=dict)
    """Page -> number of the event that last changed it; 0 if none did."""
    authors: Mapping[str, str] = field(default_factory=dict)
    """Page -> the person who last changed it."""
    disputes: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    """Page -> what was saved beside the answers and awaits a choice, in its order."""
    holders: Mapping[str, str] = field(default_factory=dict)
    """Section -> the colleague who has it; the others are with the coordinator."""
    visited: frozenset[str] = frozenset()
    """Pages that have been saved at least once, answered or not."""
    submitted: Event | None = None
    """The submission that holds; None before it and after reopening."""
    reopened: Event | None = None
    """The reopening since which nothing was submitted: what was submitted before it stands meanwhile."""
    saves: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    """Page -> its SAVED events, in their order."""


def add_event(response: Response, event: Event) -> Response:
    """The state after one more event."""
    state = {**vars(response), "number": event.number}
    match event.kind:
        case EventKind.ENTERED:
            pass
        case EventKind.SAVED:
            answers = dict(response.answers)
            for item, cell in event.new.items():
                if cell is None:
                    answers.pop(item, None)
                else:
                    answers[item] = cell
            raw = {page: form for page, form in response.raw.items() if page != event.page}
            state["answers"] = answers
            state["raw"] = raw | ({event.page: event.raw} if event.raw else {})
            state["versions"] = {**response.versions, event.page: event.number}
            state["authors"] = {**response.authors, event.page: event.who}
            state["disputes"] = {page: one for page, one in response.disputes.items() if page != event.page}
            state["visited"] = response.visited | {event.page}
            state["saves"] = {**response.saves, event.page: (*response.saves.get(event.page, ()), event)}
        case EventKind.DISPUTED:
            state["disputes"] = {**response.disputes, event.page: (*response.disputes.get(event.page, ()), event)}
            state["versions"] = {**response.versions, event.page: event.number}
        case EventKind.HANDED_OVER:
            state["holders"] = {**response.holders, event.section: event.whom}
        case EventKind.TAKEN_BACK:
            state["holders"] = {one: whom for one, whom in response.holders.items() if one != event.section}
        case EventKind.SUBMITTED:
            state["submitted"], state["reopened"] = event, None
        case EventKind.REOPENED:
            state["submitted"], state["reopened"] = None, event
    return Response(**state)


def fold_events(events: Iterable[Event]) -> Response:
    """The state after all events."""
    response = Response()
    for event in events:
        response = add_event(response, event)
    return response


def find_submitted(events: Sequence[Event]) -> Response | None:
    """The state as it was last submitted, whatever came after: what the organisation has stood by. None if never."""
    last = max((one.number for one in events if one.kind is EventKind.SUBMITTED), default=0)
    return fold_events(one for one in events if one.number <= last) if last else None


# -- what a person may do ----------------------------------------------------------------------------------------------


def check_can_see(response: Response, journey: Journey, person: Person, section: str) -> None:
    """Raises NotAllowed unless the person has the section, or coordinates."""
    if section not in journey.section_by_id:
        raise NotAllowed("unknown")
    if not person.coordinator and response.holders.get(section) != person.id:
        raise NotAllowed("not-yours")


def check_can_write(response: Response, journey: Journey, person: Person, section: str) -> None:
    """Raises NotAllowed unless the person may change answers of the section now.

    The coordinator may write in a section that a colleague has, too: two people on a page is a case that is handled.
    """
    check_can_see(response, journey, person, section)
    if response.submitted:
        raise NotAllowed("submitted")


def find_unfinished(response: Response, journey: Journey) -> dict[str, tuple[str, ...]]:
    """What keeps a response from being submitted: reason -> pages on the path, in their order.

    A page is under one reason: where several answers are to be chosen from, that settles the rest too.
    """
    path = journey.follow(response.answers)
    single = [page for page in path if page.id not in response.disputes]
    found = {
        "disputed": tuple(page.id for page in path if page.id in response.disputes),
        "unread": tuple(page.id for page in single if page.id in response.raw),
        "required": tuple(
            page.id
            for page in single
            if page.question
            and page.question.required
            and page.id not in response.raw
            and any(item.id not in response.answers for item in journey.items_of(page))
        ),
    }
    return {reason: pages for reason, pages in found.items() if pages}


def find_unanswered(response: Response, journey: Journey) -> tuple[str, ...]:
    """The pages on the path with an item that has no answer, which may be submitted so."""
    return tuple(
        page.id
        for page in journey.follow(response.answers)
        if any(item.id not in response.answers for item in journey.items_of(page))
    )


# -- events ------------------------------------------------------------------------------------------------------------


def enter(response: Response, person: Person, at: datetime.datetime) -> Event:
    """Someone comes in by a link."""
    return Event(response.number + 1, at, person.id, EventKind.ENTERED)


def save_page(
    response: Response,
    journey: Journey,
    person: Person,
    page: Page,
    reading: Reading,
    base: int,
    at: datetime.datetime,
    paradata: Mapping[str, str],
) -> Event | None:
    """A page as someone left it; `base` is the page's version that they saw.

    A SAVED event; or DISPUTED where the page was changed meanwhile to something else than this, and where what should
    settle a dispute cannot be read. None where nothing new is said: the same form sent twice is the same answer, and
    one that was only passed through says nothing. Raises NotAllowed.
    """
    check_can_write(response, journey, person, page.section)
    now = {item: response.answers.get(item) for item in reading.answers}
    raw, said = _as_tuples(reading.raw), dict(reading.answers)
    same = now == said and _as_tuples(response.raw.get(page.id, {})) == raw
    disputes = response.disputes.get(page.id, ())
    number, version = response.number + 1, response.versions.get(page.id, 0)
    if base != version or (disputes and reading.faults):
        repeated = any(dict(one.new) == said and _as_tuples(one.raw) == raw for one in disputes)
        untouched = base != version and (said, raw) == _recall_page(response, page.id, now, base)
        if same or repeated or untouched:
            return None
        return Event(
            number, at, person.id, EventKind.DISPUTED, page.id, page.section,
            old=now, new=dict(reading.answers), raw=raw, paradata=paradata,
        )  # fmt: skip
    if same and not disputes and page.id in response.visited:
        return None
    changed = [item for item, cell in reading.answers.items() if cell != now[item]]
    return Event(
        number, at, person.id, EventKind.SAVED, page.id, page.section,
        old={item: now[item] for item in changed}, new={item: reading.answers[item] for item in changed},
        raw=raw, paradata=paradata,
    )  # fmt: skip


def _recall_page(
    response: Response, page: str, now: Mapping[str, Cell | None], base: int
) -> tuple[dict[str, Cell | None], dict[str, tuple[str, ...]]]:
    """The answers of a page, and what could not be read, as its form showed them at the version `base`."""
    saves = response.saves.get(page, ())
    cells = dict(now)
    for event in reversed([one for one in saves if one.number > base]):
        cells |= event.old
    before = [one for one in saves if one.number <= base]
    return cells, _as_tuples(before[-1].raw) if before else {}


def _as_tuples(raw: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in raw.items()}


def hand_over(
    response: Response, journey: Journey, person: Person, section: str, colleague: Person, at: datetime.datetime
) -> Event | None:
    """A section goes to a colleague; None if they have it. Raises NotAllowed."""
    _check_coordinator(person)
    check_can_write(response, journey, person, section)
    if colleague.coordinator:
        raise NotAllowed("no-colleague")
    if response.holders.get(section) == colleague.id:
        return None
    return Event(response.number + 1, at, person.id, EventKind.HANDED_OVER, section=section, whom=colleague.id)


def take_back(
    response: Response, journey: Journey, person: Person, section: str, at: datetime.datetime
) -> Event | None:
    """The coordinator takes a section back; None if nobody has it. Raises NotAllowed."""
    _check_coordinator(person)
    check_can_see(response, journey, person, section)
    if section not in response.holders:
        return None
    whom = response.holders[section]
    return Event(response.number + 1, at, person.id, EventKind.TAKEN_BACK, section=section, whom=whom)


def submit(response: Response, journey: Journey, person: Person, at: datetime.datetime) -> Event | None:
    """The coordinator submits for the organisation; None if that is done. Raises NotAllowed with pages to look at."""
    _check_coordinator(person)
    if response.submitted:
        return None
    for reason, pages in find_unfinished(response, journey).items():
        raise NotAllowed(reason, pages)
    return Event(response.number + 1, at, person.id, EventKind.SUBMITTED)


def reopen(response: Response, person: Person, at: datetime.datetime) -> Event | None:
    """The coordinator opens what was submitted, to correct it; None if it is open. Raises NotAllowed."""
    _check_coordinator(person)
    if not response.submitted:
        return None
    return Event(response.number + 1, at, person.id, EventKind.REOPENED)


def _check_coordinator(person: Person) -> None:
    if not person.coordinator:
        raise NotAllowed("not-coordinator")
