"""What has become of each response that was asked for, in the codes of the survey profession.

The American Association for Public Opinion Research, Standard Definitions, 10th edition (2023), for surveys of named
persons and establishments. The edition itself could not be opened when this was written. Of the codes

- grounded: 1.1, 1.2, 2.1, 2.12, 2.2, 2.3, 3.11, 3.19, 3.3, 4.1, 4.81 and 4.9, and the groups they count in, stand in
  the table for internet surveys of specifically named persons (8th and 9th edition) as 1KA (University of Ljubljana),
  `rrcalc` (GESIS) and `responserates` have written it down. That the 10th edition counts 3.1 as UH, 3.2 as UR (new) and
  3.9 as UO stands in the manual of `outcomerate` 1.1.0, which follows it.
- our reading: the third digit of refusals, which differs between editions and ways of asking (2.112 by the person
  themself, 2.113 implied is as in the association's calculator); that letters that came back (3.3) count as UO, as they
  did before; what in Praksis is which code; that whom a register knows to belong is not in doubt for being silent.
"""

import datetime
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from praksis.collect.event import Event, EventKind
from praksis.collect.journey import Journey
from praksis.collect.response import Response, add_event
from praksis.collect.status import Stage, list_statuses
from praksis.errors import PraksisError


class FaultyRule(PraksisError):
    """A rule that cannot be followed."""


class Group(StrEnum):
    """What rates are made of. The values are the fields of `praksis.estimate.response_rate.Dispositions`."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    REFUSAL = "refusal"
    NON_CONTACT = "non_contact"
    OTHER = "other"
    UNKNOWN = "unknown"
    UNKNOWN_OTHER = "unknown_other"
    NOT_ELIGIBLE = "not_eligible"


class Code(StrEnum):
    """A disposition by its number."""

    COMPLETE = "1.1"
    """Submitted."""
    PARTIAL = "1.2"
    """Not submitted, but enough is answered to count."""
    REFUSAL = "2.112"
    """Said no."""
    NOTHING_ANSWERED = "2.113"
    """Came in and answered nothing: an implied refusal."""
    BREAK_OFF = "2.12"
    """Began, and answered too little to count."""
    NON_CONTACT = "2.2"
    """Known to belong, and never came in."""
    UNABLE = "2.3"
    """Reached, and cannot answer."""
    NOT_INVITED = "3.11"
    """No invitation has been sent, and whether they belong is not known."""
    SILENT = "3.19"
    """Invited, never came in, and whether they belong is not known."""
    UNDELIVERABLE = "3.3"
    """Every letter came back, and whether they belong is not known."""
    OUTSIDE = "4.1"
    """Should not have been in the frame."""
    DUPLICATE = "4.81"
    """In the frame twice."""
    GONE = "4.9"
    """Closed down, or merged into another."""

    @property
    def group(self) -> Group:
        """What it counts as in rates."""
        return _GROUPS[self]


_GROUPS = {
    Code.COMPLETE: Group.COMPLETE,
    Code.PARTIAL: Group.PARTIAL,
    Code.REFUSAL: Group.REFUSAL,
    Code.NOTHING_ANSWERED: Group.REFUSAL,
    Code.BREAK_OFF: Group.REFUSAL,
    Code.NON_CONTACT: Group.NON_CONTACT,
    Code.UNABLE: Group.OTHER,
    Code.NOT_INVITED: Group.UNKNOWN,
    Code.SILENT: Group.UNKNOWN,
    Code.UNDELIVERABLE: Group.UNKNOWN_OTHER,
    Code.OUTSIDE: Group.NOT_ELIGIBLE,
    Code.DUPLICATE: Group.NOT_ELIGIBLE,
    Code.GONE: Group.NOT_ELIGIBLE,
}


@dataclass(frozen=True)
class Rule:
    """How a survey tells a complete, a partial and a broken-off response apart; the association asks to state it.

    Raises FaultyRule with everything that is wrong.
    """

    partial_from: float = 0.5
    """A response that is not submitted counts as partial from this part of the items it is asked, 0 to 1; less is a
    break-off. Half is the lower limit of the Standard Definitions' example (50 to 80 percent is partial). Their upper
    limit is not ours: what nobody has submitted, nobody has stood by, so it is never complete."""
    complete_from: float = 0.0
    """A submitted response with less than this answered is judged as if it were not submitted. 0: whoever submits has
    completed, which is also what microdata and published response rates count."""
    certain_frame: bool = True
    """Everyone in the frame is known to belong, as in a register of public bodies. Then the silent, those whose letters
    came back and those not yet invited are non-contacts (2.2). Else their eligibility is unknown (3.11, 3.19, 3.3), and
    RR3 to RR6 leave a part of them out."""
    closes_at: datetime.datetime | None = None
    """When the wave closes, with time zone: what is open until then is final from then on. None: not decided."""

    def __post_init__(self) -> None:
        faults = [
            f"{name} is {value}; a part of the items is between 0 and 1"
            for name in ("partial_from", "complete_from")
            if not 0 <= (value := getattr(self, name)) <= 1
        ]
        if self.partial_from == 0:
            faults.append("partial_from is 0, so that an empty response would count; give a part above 0")
        if self.closes_at is not None and self.closes_at.tzinfo is None:
            faults.append(f"closes_at is {self.closes_at} without a time zone")
        if faults:
            raise FaultyRule(f"rule for dispositions: {'; '.join(faults)}.")


@dataclass(frozen=True)
class Letter:
    """An invitation or a reminder to an organisation, and what is known of where it went."""

    sent_at: datetime.datetime
    delivered_at: datetime.datetime | None = None
    """None where nothing was heard: most mail servers say nothing, and no news is taken as delivered."""
    bounced_at: datetime.datetime | None = None
    about: str = ""
    """Which letter: `invitation`, `reminder-1`."""
    reason: str = ""
    """Why it came back."""


@dataclass(frozen=True)
class Step:
    """How far a response had come when something was saved."""

    at: datetime.datetime
    asked: int
    """Items on the path."""
    answered: int
    """How many of them had an answer; `do not know` is one."""
    page: str
    """Where to go on; '' where nothing is left but to submit."""
    section: str

    @property
    def part(self) -> float:
        """The part of the items asked that were answered."""
        return self.answered / self.asked if self.asked else 0.0


class Found(StrEnum):
    """What someone who does the fieldwork, or the organisation itself, has said."""

    DECLINED = "declined"
    UNABLE = "unable"
    """Reached, and cannot answer: illness, nobody in the role."""
    MERGED = "merged"
    CLOSED = "closed"
    OUTSIDE = "outside"
    DUPLICATE = "duplicate"
    BELONGS = "belongs"
    """It belongs after all."""
    TAKEN_BACK = "taken-back"
    """They take part after all."""
    OPTED_OUT = "opted-out"
    """Wants no more letters. May still answer."""
    OPTED_IN = "opted-in"
    """Wants letters again."""
    NOTE = "note"
    """Decides nothing."""


_BELONGING = {
    Found.MERGED: Code.GONE,
    Found.CLOSED: Code.GONE,
    Found.OUTSIDE: Code.OUTSIDE,
    Found.DUPLICATE: Code.DUPLICATE,
    Found.BELONGS: None,
}
_ANSWERING = {Found.DECLINED: Code.REFUSAL, Found.UNABLE: Code.UNABLE, Found.TAKEN_BACK: None}


@dataclass(frozen=True)
class Finding:
    """Something said on a date."""

    at: datetime.datetime
    kind: Found
    note: str = ""


@dataclass(frozen=True)
class Case:
    """A response that was asked for, and everything that is known of it, with dates. Times have time zones.

    Facts are in the order of their dates.
    """

    organisation: str
    role: str
    stratum: str
    letters: tuple[Letter, ...] = ()
    """To the organisation's coordinator; what went to colleagues is no invitation."""
    opened_at: datetime.datetime | None = None
    """When someone first came in by a link."""
    steps: tuple[Step, ...] = ()
    submitted: tuple[datetime.datetime, ...] = ()
    reopened: tuple[datetime.datetime, ...] = ()
    findings: tuple[Finding, ...] = ()
    extended_until: datetime.datetime | None = None
    """For those who may answer longer than the others."""

    @property
    def is_started(self) -> bool:
        return bool(self.steps or self.submitted)

    @property
    def is_opened(self) -> bool:
        return self.opened_at is not None or self.is_started

    @property
    def is_delivered(self) -> bool:
        """Has a letter arrived, as far as one knows? Whoever came in has got the link somehow."""
        return self.is_opened or any(letter.bounced_at is None for letter in self.letters)

    @property
    def is_invited(self) -> bool:
        return bool(self.letters) or self.is_opened

    @property
    def is_open_again(self) -> bool:
        """Was it reopened after it was last submitted? What was submitted still holds as answers."""
        return bool(self.submitted and self.reopened) and self.reopened[-1] >= self.submitted[-1]

    @property
    def is_opted_out(self) -> bool:
        last = self._find_last((Found.OPTED_OUT, Found.OPTED_IN))
        return last is not None and last.kind is Found.OPTED_OUT

    @property
    def finding(self) -> Finding | None:
        """The finding that decides: that it does not belong, else that it will not or cannot answer.

        Of each the last one holds, so that what was found can be taken back.
        """
        for meanings in (_BELONGING, _ANSWERING):
            last = self._find_last(meanings)
            if last and meanings[last.kind]:
                return last
        return None

    @property
    def said(self) -> Code | None:
        """What that finding comes to."""
        return (_BELONGING | _ANSWERING)[self.finding.kind] if self.finding else None

    def _find_last(self, kinds: Container[Found]) -> Finding | None:
        return next((finding for finding in reversed(self.findings) if finding.kind in kinds), None)


@dataclass(frozen=True)
class Disposition:
    """What has become of a case."""

    code: Code
    final: bool
    """The wave has closed, or it has been said: submitted, declined, cannot answer, does not belong. Else this is what
    it would be if the wave closed at that moment."""


def keep_until(case: Case, at: datetime.datetime) -> Case:
    """The case as it was known at a moment."""
    return replace(
        case,
        letters=tuple(
            replace(letter, delivered_at=_before(letter.delivered_at, at), bounced_at=_before(letter.bounced_at, at))
            for letter in case.letters
            if letter.sent_at <= at
        ),
        opened_at=_before(case.opened_at, at),
        steps=tuple(step for step in case.steps if step.at <= at),
        submitted=tuple(one for one in case.submitted if one <= at),
        reopened=tuple(one for one in case.reopened if one <= at),
        findings=tuple(finding for finding in case.findings if finding.at <= at),
    )


def _before(moment: datetime.datetime | None, at: datetime.datetime) -> datetime.datetime | None:
    return moment if moment is not None and moment <= at else None


def find_disposition(case: Case, now: datetime.datetime, rule: Rule) -> Disposition:
    """The disposition of a case at a moment, whatever came later.

    In this order: not eligible; submitted; declined, unless something was saved since; the part that was answered;
    cannot answer; came in; wants no letters; the letters. A response that was reopened stands as it was submitted.
    """
    known = keep_until(case, now)
    code = _find_code(known, rule)
    closed = rule.closes_at is not None and now >= max(rule.closes_at, case.extended_until or rule.closes_at)
    settled = code is Code.COMPLETE and not known.is_open_again
    said = code in (Code.REFUSAL, Code.UNABLE) or code.group is Group.NOT_ELIGIBLE
    return Disposition(code, closed or settled or said)


def _find_code(case: Case, rule: Rule) -> Code:
    said, finding = case.said, case.finding
    if said and said.group is Group.NOT_ELIGIBLE:
        return said
    if case.submitted and _find_part(case, case.submitted[-1]) >= rule.complete_from:
        return Code.COMPLETE
    if said is Code.REFUSAL and finding and not any(step.at > finding.at for step in case.steps):
        return said
    part = case.steps[-1].part if case.steps else 0.0
    if part > 0:
        return Code.PARTIAL if part >= rule.partial_from else Code.BREAK_OFF
    if said is Code.UNABLE:
        return said
    if case.is_opened:
        return Code.NOTHING_ANSWERED
    if case.is_opted_out:
        return Code.REFUSAL
    if rule.certain_frame:
        return Code.NON_CONTACT
    if not case.is_invited:
        return Code.NOT_INVITED
    return Code.SILENT if case.is_delivered else Code.UNDELIVERABLE


def _find_part(case: Case, at: datetime.datetime) -> float:
    return next((step.part for step in reversed(case.steps) if step.at <= at), 0.0)


def count_groups(dispositions: Iterable[Disposition]) -> dict[str, int]:
    """Group -> how many, all groups named: what `praksis.estimate.response_rate.count_dispositions` takes."""
    counts = dict.fromkeys((group.value for group in Group), 0)
    for disposition in dispositions:
        counts[disposition.code.group.value] += 1
    return counts


def make_case(
    journey: Journey,
    stratum: str,
    events: Iterable[Event],
    letters: Iterable[Letter] = (),
    findings: Iterable[Finding] = (),
) -> Case:
    """The case of a response from its events and from what is known beside them.

    Takes a fraction of a millisecond per save. Events never change, so a case may be kept for as long as none is added.
    """
    response = Response()
    opened: list[datetime.datetime] = []
    steps: list[Step] = []
    submitted: list[datetime.datetime] = []
    reopened: list[datetime.datetime] = []
    for event in events:
        response = add_event(response, event)
        match event.kind:
            case EventKind.ENTERED:
                opened.append(event.at)
            case EventKind.SAVED | EventKind.DISPUTED:
                steps.append(find_step(response, journey, event.at))
            case EventKind.SUBMITTED:
                submitted.append(event.at)
            case EventKind.REOPENED:
                reopened.append(event.at)
    return Case(
        organisation=journey.organisation.key,
        role=journey.role,
        stratum=stratum,
        letters=tuple(sorted(letters, key=lambda letter: letter.sent_at)),
        opened_at=min(opened, default=None),
        steps=tuple(steps),
        submitted=tuple(submitted),
        reopened=tuple(reopened),
        findings=tuple(sorted(findings, key=lambda finding: finding.at)),
    )


def find_step(response: Response, journey: Journey, at: datetime.datetime) -> Step:
    """How far a response has come. Where to go on is in the first section that is not complete, in the order of the
    questionnaire, though sections may be answered in any order."""
    statuses = list_statuses(response, journey)
    left = next((status for status in statuses if status.stage is not Stage.COMPLETE), None)
    return Step(
        at=at,
        asked=sum(status.items for status in statuses),
        answered=sum(status.answered for status in statuses),
        page=left.next_page if left else "",
        section=left.section.id if left else "",
    )
