"""How a robot answers in a rehearsal: page by page, through the forms and events of a respondent."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from praksis.collect.answering import read_form, write_form
from praksis.collect.event import Event
from praksis.collect.journey import Journey, Page
from praksis.collect.response import NotAllowed, Response, enter, save_page, submit
from praksis.define.organisation import Organisation
from praksis.define.survey import Survey
from praksis.web.fieldwork.rehearsal_cast import Fate, Robot
from praksis.web.store.work import Held, change_response, read_response

_SECONDS = (15, 90)
"""The shortest and the longest time on a page."""


@dataclass(frozen=True)
class Played:
    """What came of one visit."""

    submitted: bool = False
    hindered: tuple[str, ...] = ()
    """Pages that kept it from submitting."""


def play_visit(survey: Survey, robot: Robot, held: Held, organisation: Organisation) -> Played:
    """Come in, answer page by page through the forms, submit: as far as the robot goes.

    Pages are those that the journey shows, and events those that a respondent makes.
    """
    journey = Journey(survey, held.wave, held.role, organisation)
    clock = _run_clock(robot)
    _change(held, lambda response: enter(response, held.person, next(clock)))
    if robot.fate not in (Fate.SUBMITS, Fate.STOPS):
        return Played()
    pages = 0
    most = len(journey.pages) if robot.fate is Fate.SUBMITS else max(1, int(robot.patience * len(journey.pages)))
    while pages < most and (page := _find_next(journey, read_response(held.response))):
        _answer_page(journey, page, robot, held, next(clock))
        pages += 1
    if robot.fate is Fate.STOPS:
        return Played()
    try:
        _change(held, lambda response: submit(response, journey, held.person, next(clock)))
    except NotAllowed as refusal:
        return Played(hindered=refusal.pages)
    return Played(submitted=True)


def _find_next(journey: Journey, response: Response) -> Page | None:
    return next((page for page in journey.follow(response.answers) if page.id not in response.visited), None)


def _answer_page(journey: Journey, page: Page, robot: Robot, held: Held, now: datetime.datetime) -> None:
    said = {item.id: robot.cells.get(item.id) for item in journey.items_of(page)}
    reading = read_form(journey, page, write_form(journey, page, said))
    paradata = {"device": "other", "language": held.language}

    def decide(response: Response) -> Event | None:
        base = response.versions.get(page.id, 0)
        return save_page(response, journey, held.person, page, reading, base, now, paradata)

    _change(held, decide)


def _change(held: Held, decide: Callable[[Response], Event | None]) -> None:
    change_response(held.response, decide)


def _run_clock(robot: Robot) -> Iterator[datetime.datetime]:
    """The moments of a visit: the same for the same robot."""
    rng = np.random.default_rng([int(robot.at.timestamp()), len(robot.cells)])
    now = robot.at
    while True:
        yield now
        now += datetime.timedelta(seconds=float(rng.uniform(*_SECONDS)))
