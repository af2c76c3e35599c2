"""How fieldwork goes, from the cases, as it was at any moment: the numbers of the board.

Every number counts responses, one per (organisation, role); give the cases of one role to count organisations.
"""

import datetime
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from praksis.collect.casework import CaseEvent, Change
from praksis.collect.disposition import (
    Case,
    Code,
    Disposition,
    Group,
    Rule,
    count_groups,
    find_disposition,
    keep_until,
)
from praksis.collect.event import Event, EventKind


@dataclass(frozen=True)
class Counts:
    """Numbers of a stratum, or of all. From `frame` to `submitted` each contains the next, `undeliverable` apart."""

    frame: int = 0
    """Asked for in this wave, whatever became of it."""
    invited: int = 0
    """A letter has been sent, or someone came in without one."""
    delivered: int = 0
    """A letter has not come back, or someone came in."""
    undeliverable: int = 0
    """Invited, and every letter came back."""
    opened: int = 0
    """Someone came in."""
    started: int = 0
    """A page was saved."""
    submitted: int = 0
    """Submitted at least once: what microdata holds, also where it has been opened again."""
    reopened: int = 0
    """Of these, open again."""
    declined: int = 0
    """Said no, and has not answered since."""
    opted_out: int = 0
    """Wants no more letters."""
    not_eligible: int = 0
    """Found not to belong."""
    codes: Mapping[Code, int] = field(default_factory=dict)
    """Disposition -> how many; they sum to `frame`."""
    groups: Mapping[str, int] = field(default_factory=dict)
    """The same by what they count as in response rates: `count_dispositions(counts.groups)`."""
    median_time: datetime.timedelta | None = None
    """From the first letter to the first submission, of those with both."""

    @property
    def completion(self) -> float:
        """The part of those begun that were submitted; nan where none was begun."""
        return self.submitted / self.started if self.started else float("nan")


@dataclass(frozen=True)
class Progress:
    """The board at a moment."""

    at: datetime.datetime
    total: Counts
    strata: Mapping[str, Counts]
    """Stratum -> its numbers, by name."""


def count_progress(cases: Iterable[Case], at: datetime.datetime, rule: Rule) -> Progress:
    """How many have come how far, in all and per stratum, as it was at a moment."""
    pairs = [(keep_until(case, at), find_disposition(case, at, rule)) for case in cases]
    strata = sorted({case.stratum for case, _ in pairs})
    return Progress(
        at=at,
        total=_count(pairs),
        strata={name: _count([pair for pair in pairs if pair[0].stratum == name]) for name in strata},
    )


def _count(pairs: Sequence[tuple[Case, Disposition]]) -> Counts:
    cases = [case for case, _ in pairs]
    dispositions = [disposition for _, disposition in pairs]
    times = [time for case in cases if (time := _time_answer(case)) is not None]
    groups = count_groups(dispositions)
    invited, delivered = sum(case.is_invited for case in cases), sum(case.is_delivered for case in cases)
    return Counts(
        frame=len(cases),
        invited=invited,
        delivered=delivered,
        undeliverable=invited - delivered,
        opened=sum(case.is_opened for case in cases),
        started=sum(case.is_started for case in cases),
        submitted=sum(bool(case.submitted) for case in cases),
        reopened=sum(case.is_open_again for case in cases),
        declined=sum(case.said is disposition.code is Code.REFUSAL for case, disposition in pairs),
        opted_out=sum(case.is_opted_out for case in cases),
        not_eligible=groups[Group.NOT_ELIGIBLE],
        codes=dict(sorted(Counter(disposition.code for disposition in dispositions).items())),
        groups=groups,
        median_time=datetime.timedelta(seconds=statistics.median(times)) if times else None,
    )


def _time_answer(case: Case) -> float | None:
    """Seconds; None where nobody was written to first."""
    if not case.letters or not case.submitted:
        return None
    time = (case.submitted[0] - case.letters[0].sent_at).total_seconds()
    return time if time >= 0 else None


def list_coded(
    cases: Iterable[Case], at: datetime.datetime, rule: Rule, groups: Iterable[Group]
) -> tuple[tuple[str, str], ...]:
    """(organisation, role) of the cases that count as one of the groups at a moment, in the order of the cases."""
    wanted = frozenset(groups)
    return tuple(
        (case.organisation, case.role) for case in cases if find_disposition(case, at, rule).code.group in wanted
    )


# -- who is stuck where ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unfinished:
    """A response that has been begun and not submitted, or that was opened again."""

    organisation: str
    role: str
    stratum: str
    section: str
    page: str
    """Where to go on; '' where only submitting is left."""
    asked: int
    answered: int
    since: datetime.datetime
    """When something was last saved, or it was opened again."""


@dataclass(frozen=True)
class Stop:
    """A page where unfinished responses have stopped."""

    section: str
    page: str
    """'' where only submitting is left."""
    who: tuple[Unfinished, ...]
    """Longest silent first."""


def list_stops(cases: Iterable[Case], at: datetime.datetime) -> tuple[Stop, ...]:
    """Where those who have begun are stuck at a moment, the page where most are first.

    Left out are those who do not belong, and those who said no and saved nothing since.
    """
    stuck: dict[tuple[str, str], list[Unfinished]] = {}
    for case in cases:
        if one := _find_unfinished(keep_until(case, at)):
            stuck.setdefault((one.section, one.page), []).append(one)
    stops = [
        Stop(section, page, tuple(sorted(who, key=lambda one: (one.since, one.organisation, one.role))))
        for (section, page), who in stuck.items()
    ]
    return tuple(sorted(stops, key=lambda stop: (-len(stop.who), stop.section, stop.page)))


def _find_unfinished(case: Case) -> Unfinished | None:
    if not case.steps or (case.submitted and not case.is_open_again):
        return None
    last = case.steps[-1]
    if case.said and (case.said.group is Group.NOT_ELIGIBLE or case.finding and case.finding.at >= last.at):
        return None
    since = max(last.at, case.reopened[-1]) if case.is_open_again else last.at
    return Unfinished(
        case.organisation, case.role, case.stratum, last.section, last.page, last.asked, last.answered, since
    )


# -- day by day --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """One day of fieldwork."""

    date: datetime.date
    submitted: int
    """First submissions on this day."""
    total: int
    """On this day and all days before."""


def count_days(cases: Iterable[Case], at: datetime.datetime, zone: datetime.tzinfo) -> tuple[Day, ...]:
    """First submissions a day, from the first letter or submission to the day of `at`, days without any among them.

    `zone`: whose days. Later submissions of the same response are corrections and not counted.
    """
    known = [keep_until(case, at) for case in cases]
    firsts = Counter(case.submitted[0].astimezone(zone).date() for case in known if case.submitted)
    letters = [case.letters[0].sent_at.astimezone(zone).date() for case in known if case.letters]
    date, last = min([*firsts, *letters], default=None), at.astimezone(zone).date()
    days: list[Day] = []
    while date is not None and date <= last:
        days.append(Day(date, firsts[date], firsts[date] + (days[-1].total if days else 0)))
        date += datetime.timedelta(days=1)
    return tuple(days)


# -- one organisation --------------------------------------------------------------------------------------------------


class MomentKind(StrEnum):
    """What happened."""

    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    OPENED = "opened"
    SAVED = "saved"
    SUBMITTED = "submitted"
    REOPENED = "reopened"
    FOUND = "found"
    CHANGED = "changed"
    """Whom we write to, how long they may answer, who has a section."""


@dataclass(frozen=True)
class Moment:
    """Something that happened to a case."""

    at: datetime.datetime
    kind: MomentKind
    about: str = ""
    """Which letter; what was found or changed."""
    note: str = ""
    answered: int = 0
    """Of a save: items answered after it."""


_ORDER = {kind: place for place, kind in enumerate(MomentKind)}


def list_moments(
    case: Case, at: datetime.datetime, noted: Iterable[CaseEvent] = (), events: Iterable[Event] = ()
) -> tuple[Moment, ...]:
    """Everything dated that is known of a case at a moment, in its order.

    `noted` and `events` are those that the case was made from: what decides nothing stands in them alone.
    """
    known = keep_until(case, at)
    moments = [Moment(one, MomentKind.SUBMITTED) for one in known.submitted]
    moments += [Moment(one, MomentKind.REOPENED) for one in known.reopened]
    moments += [Moment(step.at, MomentKind.SAVED, answered=step.answered) for step in known.steps]
    moments += [Moment(one.at, MomentKind.FOUND, about=one.kind, note=one.note) for one in known.findings]
    if known.opened_at:
        moments.append(Moment(known.opened_at, MomentKind.OPENED))
    for letter in known.letters:
        moments.append(Moment(letter.sent_at, MomentKind.SENT, about=letter.about))
        if letter.delivered_at:
            moments.append(Moment(letter.delivered_at, MomentKind.DELIVERED, about=letter.about))
        if letter.bounced_at:
            moments.append(Moment(letter.bounced_at, MomentKind.BOUNCED, about=letter.about, note=letter.reason))
    for one in noted:
        if isinstance(one.kind, Change) and one.at <= at:
            note = " ".join(part for part in (one.details.get("until", ""), one.note) if part)
            moments.append(Moment(one.at, MomentKind.CHANGED, about=one.kind, note=note))
    for event in events:
        if event.kind in (EventKind.HANDED_OVER, EventKind.TAKEN_BACK) and event.at <= at:
            moments.append(Moment(event.at, MomentKind.CHANGED, about=f"{event.kind} {event.section}"))
    return tuple(sorted(moments, key=lambda moment: (moment.at, _ORDER[moment.kind])))
