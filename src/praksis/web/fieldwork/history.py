"""What has happened to a case and who did it, in the order of the dates: for whoever works on it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from praksis.collect.casework import Change
from praksis.collect.disposition import Case, Found
from praksis.collect.event import STAFF, EventKind
from praksis.collect.progress import MomentKind, list_moments
from praksis.web.store.cases import Facts

_TEAM = (EventKind.HANDED_OVER, EventKind.TAKEN_BACK)


class Doer(StrEnum):
    """Who did something, where it was not staff."""

    COORDINATOR = "coordinator"
    COLLEAGUE = "colleague"


@dataclass(frozen=True)
class Happening:
    """One thing that happened."""

    at: datetime.datetime
    kind: MomentKind | EventKind | Found | Change
    about: str = ""
    """Which letter."""
    note: str = ""
    """What staff wrote, or why a letter came back."""
    answered: int = 0
    """Of a save: items answered after it."""
    times: int = 1
    """As many saves one after the other on the same day."""
    who: Doer | str = ""
    """Who of staff, or of those asked; '' where that is plain."""
    until: datetime.datetime | None = None
    """Of more time."""


def list_history(case: Case, facts: Facts, at: datetime.datetime, zone: datetime.tzinfo) -> tuple[Happening, ...]:
    """Everything that has happened by a moment, oldest first. `zone`: whose days saves are put together by."""
    beside = (MomentKind.FOUND, MomentKind.REOPENED)
    found = [
        Happening(one.at, one.kind, one.about, one.note, one.answered)
        for one in list_moments(case, at)
        if one.kind not in beside
    ]
    for event in facts.events:
        if event.kind is EventKind.REOPENED or event.kind in _TEAM:
            found.append(Happening(event.at, event.kind, who=_name(event.who, facts)))
    reopened = {(one.at, one.who): place for place, one in enumerate(found) if one.kind is EventKind.REOPENED}
    for one in facts.case_events:
        if one.kind is Found.NOTE and (place := reopened.get((one.at, _name(one.who, facts)))) is not None:
            found[place] = replace(found[place], note=one.note)  # why it was opened again
            continue
        until = datetime.datetime.fromisoformat(one.details["until"]) if "until" in one.details else None
        found.append(Happening(one.at, one.kind, note=one.note, who=_name(one.who, facts), until=until))
    return tuple(_join_saves(sorted((one for one in found if one.at <= at), key=lambda one: one.at), zone))


def _name(who: str, facts: Facts) -> Doer | str:
    person = next((one for one in facts.people if one.id == who), None)
    if person:
        return Doer.COORDINATOR if person.coordinator else Doer.COLLEAGUE
    return who.removeprefix(STAFF)


def _join_saves(happenings: Iterable[Happening], zone: datetime.tzinfo) -> list[Happening]:
    joined: list[Happening] = []
    for one in happenings:
        before = joined[-1] if joined else None
        if before and one.kind is before.kind is MomentKind.SAVED and _day(one, zone) == _day(before, zone):
            joined[-1] = replace(one, times=before.times + 1)
        else:
            joined.append(one)
    return joined


def _day(one: Happening, zone: datetime.tzinfo) -> datetime.date:
    return one.at.astimezone(zone).date()
