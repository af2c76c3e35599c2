"""Who is asking, and for which response: what a session stands for."""

import datetime
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from praksis.collect.journey import Journey, Page, find_beside
from praksis.collect.response import NotAllowed, Person, Response
from praksis.web.settings import Fieldwork
from praksis.web.store.work import Held, UnknownAssignment, hold_assignment

ASSIGNMENT = "assignment"
GENERATION = "generation"


class NotEntered(Exception):
    """The session opens nothing. `reason`: `session`, `revoked`, `expired` or `unknown`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Visit:
    """A person at work on a response, in a language, at a moment."""

    held: Held
    journey: Journey
    language: str
    now: datetime.datetime

    @property
    def person(self) -> Person:
        return self.held.person

    @property
    def closed(self) -> bool:
        """Has the wave closed?"""
        return has_closed(self.held, self.now)

    def check_open(self) -> None:
        """Raises NotAllowed once the wave has closed."""
        if self.closed:
            raise NotAllowed("closed")

    def check_coordinates(self) -> None:
        """Raises NotAllowed unless the person coordinates."""
        if not self.person.coordinator:
            raise NotAllowed("not-coordinator")

    def sees(self, response: Response, section: str) -> bool:
        """May the person see a section?"""
        return self.person.coordinator or response.holders.get(section) == self.person.id

    def answers(self, response: Response, section: str) -> bool:
        """Is it the person's task to answer a section? The coordinator may see more than that."""
        return response.holders.get(section, "" if self.person.coordinator else None) in ("", self.person.id)

    def find_beside(self, response: Response, page: Page) -> tuple[Page | None, Page | None]:
        """The pages before and after on the person's way: sections that others have are passed by, but not this one."""
        path = tuple(
            one
            for one in self.journey.follow(response.answers)
            if one.section == page.section or self.answers(response, one.section)
        )
        return find_beside(path, self.journey.pages, page.id)


def find_fieldwork() -> Fieldwork:
    """The surveys that can be answered here, and the secret links are made from."""
    return cast(Fieldwork, settings.FIELDWORK)


def read_clock() -> datetime.datetime:
    """The only clock of answering."""
    return timezone.now()


def has_closed(held: Held, now: datetime.datetime) -> bool:
    """Has the wave closed? Its answers can still be read."""
    return held.closes_at is not None and now >= held.closes_at


def open_visit(request: HttpRequest, language: str) -> Visit:
    """The visit of the request's session. Raises NotEntered."""
    assignment = request.session.get(ASSIGNMENT)
    if not assignment:
        raise NotEntered("session")
    try:
        held = hold_assignment(assignment)
    except UnknownAssignment:
        raise NotEntered("unknown") from None
    now = read_clock()
    if held.revoked or held.generation != request.session.get(GENERATION):
        raise NotEntered("revoked")
    if held.expires_at and now >= held.expires_at:
        raise NotEntered("expired")
    return Visit(held, find_journey(held), language, now)


def find_journey(held: Held) -> Journey:
    """What the assignment's role of its organisation may meet. Raises NotEntered if that is not asked here any more."""
    survey = find_fieldwork().surveys.get(held.survey)
    frame = survey.frame.organisations if survey else ()
    organisation = next((one for one in frame if one.key == held.organisation), None)
    if survey is None or organisation is None or held.wave not in organisation.values:
        raise NotEntered("unknown")
    return Journey(survey, held.wave, held.role, organisation)
