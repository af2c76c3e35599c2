"""What has happened to a case beside its answers: a case is one organisation in one role, asked in one wave.

Dated facts that never change; where the case stands follows from them. Whom we write to is not among them: contacts are
kept apart and forgotten.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from praksis.collect.disposition import Finding, Found


class Change(StrEnum):
    """What is done to a case without saying anything about it."""

    CONTACT = "contact"
    """Whom we write to was entered or changed."""
    EXTENDED = "extended"
    """They may answer longer than the others: `until` in the details."""


@dataclass(frozen=True)
class CaseEvent:
    """One fact."""

    at: datetime.datetime
    """With time zone."""
    who: str
    """The member of staff, or the person by their assignment."""
    kind: Found | Change
    whom: str = ""
    """The assignment it is about, where it is about one person and not the case."""
    note: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stops:
    """What keeps a person from getting letters, since when."""

    declined_at: datetime.datetime | None = None
    """They will not, or cannot, take part."""
    not_eligible_at: datetime.datetime | None = None
    opted_out_at: datetime.datetime | None = None


_DECLINING = {Found.DECLINED: True, Found.UNABLE: True, Found.TAKEN_BACK: False}
_BELONGING = {
    Found.MERGED: True,
    Found.CLOSED: True,
    Found.OUTSIDE: True,
    Found.DUPLICATE: True,
    Found.BELONGS: False,
}
_OPTING = {Found.OPTED_OUT: True, Found.OPTED_IN: False}


def list_findings(events: Iterable[CaseEvent], coordinator: str) -> tuple[Finding, ...]:
    """What decides the disposition of a case; that a colleague of the coordinator wants no letters does not."""
    return tuple(
        Finding(event.at, event.kind, event.note)
        for event in events
        if isinstance(event.kind, Found) and (event.kind not in _OPTING or event.whom in ("", coordinator))
    )


def find_stops(events: Iterable[CaseEvent], person: str) -> Stops:
    """Of one person of a case. Of each kind the last fact holds, so that what was said can be taken back."""
    facts = tuple(events)

    def find_since(kinds: Mapping[Found, bool], theirs: Iterable[CaseEvent]) -> datetime.datetime | None:
        last = next((one for one in reversed(tuple(theirs)) if one.kind in kinds), None)
        return last.at if last and kinds[Found(last.kind)] else None

    mine = [one for one in facts if one.whom in ("", person)]
    return Stops(find_since(_DECLINING, facts), find_since(_BELONGING, facts), find_since(_OPTING, mine))
