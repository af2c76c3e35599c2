"""Everyone a wave asks, and where each stands: the list that fieldwork is done by."""

import datetime
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from praksis.collect.disposition import Case, Code, Disposition, Group, Rule, find_disposition, keep_until
from praksis.collect.progress import Moment, list_moments


class State(StrEnum):
    """Where a case stands, in the words of fieldwork, from what is done to what is not begun.

    Finer than the codes where those are not enough to work by: in a frame that is certain, whoever never came in is a
    non-contact, whether their letters came back or nobody has written to them.
    """

    SUBMITTED = "submitted"
    REOPENED = "reopened"
    """Submitted, and open again."""
    PARTIAL = "partial"
    """Not submitted, but enough is answered to count."""
    BEGUN = "begun"
    """Something is answered, too little to count."""
    ENTERED = "entered"
    """Came in, and answered nothing."""
    SILENT = "silent"
    """Invited, and never came in."""
    UNDELIVERABLE = "undeliverable"
    """Every letter came back."""
    NOT_INVITED = "not-invited"
    DECLINED = "declined"
    OPTED_OUT = "opted-out"
    """Never came in, and wants no more letters."""
    UNABLE = "unable"
    NOT_ELIGIBLE = "not-eligible"
    """Does not belong."""


_STATES = {
    Code.COMPLETE: State.SUBMITTED,
    Code.PARTIAL: State.PARTIAL,
    Code.BREAK_OFF: State.BEGUN,
    Code.NOTHING_ANSWERED: State.ENTERED,
    Code.UNABLE: State.UNABLE,
}


class Sorting(StrEnum):
    """In which order a list is worked through."""

    NAME = "name"
    SILENT = "silent"
    """Who has not been heard from for longest first: by what they did, not by what was sent to them."""
    LAST = "last"
    """Where nothing has happened for longest first, letters and notes included."""


@dataclass(frozen=True)
class Entry:
    """A line of the list."""

    organisation: str
    role: str
    name: str
    stratum: str
    state: State
    code: Code
    final: bool
    """As in `Disposition`."""
    answered: int
    asked: int
    """Items on their way through the questionnaire; 0 before anything is saved."""
    last: Moment | None
    """The last thing that happened."""
    heard_at: datetime.datetime | None
    """When they last did something themselves; None for never."""


def list_entries(
    cases: Iterable[Case], names: Mapping[str, str], at: datetime.datetime, rule: Rule
) -> tuple[Entry, ...]:
    """The list as it was at a moment, by name. `names`: organisation -> what it is called."""
    return sort_entries([_make_entry(case, names[case.organisation], at, rule) for case in cases], Sorting.NAME)


def _make_entry(case: Case, name: str, at: datetime.datetime, rule: Rule) -> Entry:
    known, disposition = keep_until(case, at), find_disposition(case, at, rule)
    step = known.steps[-1] if known.steps else None
    heard = [*(one.at for one in known.steps[-1:]), *known.submitted[-1:]]
    heard += [known.opened_at] if known.opened_at else []
    moments = list_moments(case, at)
    return Entry(
        organisation=case.organisation,
        role=case.role,
        name=name,
        stratum=case.stratum,
        state=find_state(known, disposition),
        code=disposition.code,
        final=disposition.final,
        answered=step.answered if step else 0,
        asked=step.asked if step else 0,
        last=moments[-1] if moments else None,
        heard_at=max(heard, default=None),
    )


def find_state(case: Case, disposition: Disposition) -> State:
    """The state of a case as it is known at the moment of its disposition."""
    code = disposition.code
    if code is Code.COMPLETE and case.is_open_again:
        return State.REOPENED
    if code in _STATES:
        return _STATES[code]
    if code is Code.REFUSAL:
        return State.DECLINED if case.said is Code.REFUSAL else State.OPTED_OUT
    if code.group is Group.NOT_ELIGIBLE:
        return State.NOT_ELIGIBLE
    if not case.is_invited:
        return State.NOT_INVITED
    return State.SILENT if case.is_delivered else State.UNDELIVERABLE


def pick_entries(
    entries: Iterable[Entry], stratum: str = "", role: str = "", state: State | None = None, text: str = ""
) -> tuple[Entry, ...]:
    """Those of a stratum, a role and a state, with a text in their name or number; what is not given is all."""
    wanted, number = _fold(text), "".join(text.split())
    return tuple(
        one
        for one in entries
        if stratum in ("", one.stratum)
        and role in ("", one.role)
        and state in (None, one.state)
        and (wanted in _fold(one.name) or (number and number in one.organisation))
    )


def sort_entries(entries: Iterable[Entry], sorting: Sorting) -> tuple[Entry, ...]:
    """The same in another order; whoever was never heard from, and where nothing has happened, comes first."""

    def find_place(one: Entry) -> float:
        moments = {Sorting.SILENT: one.heard_at, Sorting.LAST: one.last.at if one.last else None}
        moment = moments.get(sorting)
        return moment.timestamp() if moment else 0.0

    return tuple(sorted(entries, key=lambda one: (find_place(one), alphabetise(one.name), one.organisation, one.role)))


_LAST_LETTERS = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})
"""The Norwegian alphabet ends in æ, ø, å: signs that stand after z stand in for them."""


def alphabetise(name: str) -> str:
    """What names are sorted by, as in a Norwegian list; other accents do not count."""
    plain = unicodedata.normalize("NFD", _fold(name).translate(_LAST_LETTERS))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
