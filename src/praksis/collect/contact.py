"""Which letter a person is due, and its words: a function of the plan, of what has happened, and of the clock.

Nothing is remembered but letters and facts with dates. So the plan may be run every hour, once a day or after a week
when the server was off: each letter leaves at most once, and never two within the days that are to lie between. Days
are those of the calendar where the letters are written, whatever the clocks do in March and October.
"""

import datetime
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from praksis.define.letters import OPT_OUT, Audience, Correspondence, Letter, LetterKind, Sending
from praksis.errors import PraksisError

LONGEST_KEY = 200
"""Characters of a key that the outbox has room for."""


class Reason(StrEnum):
    """Why nothing is due."""

    NOT_ELIGIBLE = "not-eligible"
    """Should not have been asked."""
    SUBMITTED = "submitted"
    """And no thanks are due; `until` where some are planned."""
    DECLINED = "declined"
    OPTED_OUT = "opted-out"
    BOUNCED = "bounced"
    NO_ADDRESS = "no-address"
    SHUT_OUT = "shut-out"
    """The personal link opens nothing."""
    CLOSED = "closed"
    """The time to answer is over."""
    ON_ITS_WAY = "on-its-way"
    """A letter to them is in the outbox still."""
    TOO_SOON = "too-soon"
    """One is due, but the last letter is too fresh; `until` says when."""
    NOT_YET = "not-yet"
    """The next leaves on `until`."""
    SENT_ALREADY = "sent-already"
    """They have had the last that was planned."""
    NOTHING_PLANNED = "nothing-planned"
    """No letter is left that is for them."""


@dataclass(frozen=True)
class Sent:
    """A letter of the plan that a person was sent, or will be when the outbox is emptied."""

    letter: str
    at: datetime.datetime | None
    """With time zone; None while it is in the outbox."""


@dataclass(frozen=True)
class Addressee:
    """A person we write to about one response, and what is known. Times have time zones.

    A fact with a date holds whatever the clock says; only `closes_at` may lie ahead.
    """

    person: str
    organisation: str
    """The organisation's key."""
    role: str
    language: str
    has_address: bool = True
    letters: tuple[Sent, ...] = ()
    """The letters of this wave's plan that went to the address they have now, in any order."""
    started_at: datetime.datetime | None = None
    """When something was first saved, by anybody."""
    submitted_at: datetime.datetime | None = None
    """The submission that holds; None after reopening."""
    declined_at: datetime.datetime | None = None
    opted_out_at: datetime.datetime | None = None
    bounced_at: datetime.datetime | None = None
    """When a letter to the address they have now came back for good."""
    shut_out_at: datetime.datetime | None = None
    not_eligible_at: datetime.datetime | None = None
    closes_at: datetime.datetime | None = None
    """When they can answer no more, with the time they were given beyond the others; None: not decided."""


@dataclass(frozen=True)
class Due:
    """A letter to send now."""

    letter: Letter
    planned: datetime.date
    """The day it was planned for: today, or before where the server was off or the person came late."""


@dataclass(frozen=True)
class Rest:
    """Nothing to send now."""

    reason: Reason
    until: datetime.date | None = None
    """The day when that may change by itself."""
    letter: str = ""
    """The letter that waits."""


@dataclass(frozen=True)
class Recipients:
    """What a run of the plan would do."""

    due: tuple[tuple[Addressee, Due], ...]
    letters: Mapping[tuple[str, str], int]
    """(letter, language) -> how many would be sent."""
    resting: Mapping[Reason, int]
    """Why -> how many get nothing now."""


def find_due(correspondence: Correspondence, wave: str, addressee: Addressee, now: datetime.datetime) -> Due | Rest:
    """The letter to send to a person now, or why there is none.

    The invitation comes first, however late. A reminder that was not sent when the next one is due is passed over. Who
    has had any letter counts as invited, also where letters have got other names since. Raises ValueError if `now` has
    no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"{now} has no time zone")
    plan = sorted(correspondence.plan_for(wave, addressee.role), key=lambda sending: sending.on)
    if addressee.not_eligible_at:
        return Rest(Reason.NOT_ELIGIBLE)
    if not plan:
        return Rest(Reason.SUBMITTED if addressee.submitted_at else Reason.NOTHING_PLANNED)
    ahead = _find_ahead(correspondence, plan, addressee)
    begun = [sending for sending in ahead if find_departure(correspondence, sending.on) <= now]
    theirs = [sending for sending in begun if _is_for(correspondence, sending, addressee)]
    next_one = next((sending for sending in ahead if sending not in begun), None)
    earliest = _find_earliest(correspondence, addressee)
    if addressee.submitted_at and not theirs:
        return _rest(Reason.SUBMITTED, next_one, max(next_one.on, earliest) if next_one else None)
    if stop := _find_stop(addressee, now):
        return Rest(stop)
    if theirs:
        return _find_when(correspondence, theirs[-1], addressee, earliest, now)
    if next_one:
        return _rest(Reason.NOT_YET, next_one, max(next_one.on, earliest))
    return Rest(Reason.NOTHING_PLANNED if ahead or not addressee.letters else Reason.SENT_ALREADY)


def list_recipients(
    correspondence: Correspondence, wave: str, addressees: Iterable[Addressee], now: datetime.datetime
) -> Recipients:
    """Who would be sent what now, and why the others would not."""
    found = [(addressee, find_due(correspondence, wave, addressee, now)) for addressee in addressees]
    due = tuple((addressee, one) for addressee, one in found if isinstance(one, Due))
    return Recipients(
        due=due,
        letters=Counter((one.letter.id, addressee.language) for addressee, one in due),
        resting=Counter(one.reason for _, one in found if isinstance(one, Rest)),
    )


def _find_ahead(correspondence: Correspondence, plan: list[Sending], addressee: Addressee) -> list[Sending]:
    """The lines that may still come to a person, in their order: what was planned before their last letter is over."""
    submitted = addressee.submitted_at is not None
    plan = [one for one in plan if (_kind(correspondence, one) is LetterKind.THANKS) is submitted]
    sent = {one.letter for one in addressee.letters}
    passed = max((one.on for one in plan if one.letter in sent), default=datetime.date.min)
    first = not (submitted or addressee.letters)
    return [
        one
        for one in plan
        if one.on > passed and (submitted or (_kind(correspondence, one) is LetterKind.INVITATION) is first)
    ]


def _kind(correspondence: Correspondence, sending: Sending) -> LetterKind:
    return correspondence.letter_by_id[sending.letter].kind


def _is_for(correspondence: Correspondence, sending: Sending, addressee: Addressee) -> bool:
    """Is a line that has begun for this person?

    Who began after the day had come is at work: they are not told on the next run that they have not finished.
    """
    match correspondence.audience_of(sending):
        case Audience.NOT_STARTED:
            return addressee.started_at is None
        case Audience.UNFINISHED:
            departure = find_departure(correspondence, sending.on)
            return addressee.started_at is not None and addressee.started_at < departure
        case _:
            return True


def _find_stop(addressee: Addressee, now: datetime.datetime) -> Reason | None:
    closed = addressee.closes_at is not None and addressee.closes_at <= now
    stops = {
        Reason.DECLINED: addressee.declined_at is not None,
        Reason.OPTED_OUT: addressee.opted_out_at is not None,
        Reason.BOUNCED: addressee.bounced_at is not None,
        Reason.NO_ADDRESS: not addressee.has_address,
        Reason.SHUT_OUT: addressee.shut_out_at is not None,
        # Who has submitted is thanked after the closing too.
        Reason.CLOSED: closed and addressee.submitted_at is None,
    }
    return next((reason for reason, holds in stops.items() if holds), None)


def _find_earliest(correspondence: Correspondence, addressee: Addressee) -> datetime.date:
    """The first day a person may be written to again."""
    days = [one.at.astimezone(correspondence.zone).date() for one in addressee.letters if one.at]
    return max(days) + datetime.timedelta(days=correspondence.between) if days else datetime.date.min


def _find_when(
    correspondence: Correspondence,
    sending: Sending,
    addressee: Addressee,
    earliest: datetime.date,
    now: datetime.datetime,
) -> Due | Rest:
    """A line that has begun: does its letter leave now?"""
    today = now.astimezone(correspondence.zone).date()
    if any(one.at is None for one in addressee.letters):
        return _rest(Reason.ON_ITS_WAY, sending)
    if today < earliest:
        return _rest(Reason.TOO_SOON, sending, earliest)
    if now < find_departure(correspondence, today):
        # After an outage, too, nobody gets letters at night.
        return _rest(Reason.NOT_YET, sending, today)
    return Due(correspondence.letter_by_id[sending.letter], sending.on)


def find_departure(correspondence: Correspondence, day: datetime.date) -> datetime.datetime:
    """The moment letters leave on a day.

    In UTC, since two times in one zone are compared by what clocks show. An hour that summer time leaves out is when it
    begins; of one that comes twice it is the first.
    """
    local = datetime.datetime.combine(day, datetime.time(correspondence.hour), correspondence.zone)
    return local.astimezone(datetime.UTC)


def _rest(reason: Reason, sending: Sending | None, until: datetime.date | None = None) -> Rest:
    return Rest(reason, until, sending.letter if sending else "")


# -- the letter itself -------------------------------------------------------------------------------------------------


class NothingToFill(PraksisError):
    """A letter names something that there is not."""


@dataclass(frozen=True)
class Facts:
    """What a letter's placeholders stand for, in its language.

    Links are not stored: `{link}` and `{opt_out}` stay as they are, unless given, for whoever sends the letter.
    """

    organisation: str
    survey: str
    wave: str
    owner: str
    role: str
    name: str = ""
    """If there is none, the organisation is greeted."""
    deadline: str = ""
    """As `write_deadline` writes it."""
    link: str = "{link}"
    opt_out: str = "{opt_out}"


@dataclass(frozen=True)
class Filled:
    """A letter ready to be sent."""

    subject: str
    """One line."""
    body: str
    """Lines that end with a line feed."""


_OPT_OUT = {
    "nb": "Vil du ikke ha flere e-poster om denne undersøkelsen? Meld deg av her:",
    "nn": "Vil du ikkje ha fleire e-postar om denne undersøkinga? Meld deg av her:",
    "en": "If you would rather have no more e-mails about this survey, opt out here:",
}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill_letter(letter: Letter, language: str, facts: Facts) -> Filled:
    """A letter in a language of the survey, with everything filled in.

    An invitation and a reminder say how to get no more letters, also where the template does not. What comes from
    outside cannot begin a line, a header or a placeholder. Raises NothingToFill.
    """
    text = letter.text[language]
    if letter.kind is not LetterKind.THANKS and f"{{{OPT_OUT}}}" not in text:
        text += f"\n\n{_OPT_OUT.get(language, _OPT_OUT['en'])}\n{{{OPT_OUT}}}"
    known = {name: value if value == f"{{{name}}}" else _clean(value) for name, value in vars(facts).items()}
    known["name"] = known["name"] or known["organisation"]

    def fill(match: re.Match[str]) -> str:
        value = known.get(match[1], "")
        if not value:
            raise NothingToFill(f"the letter `{letter.id}` names {match[0]}, and there is none")
        return value

    lines = [" ".join(re.split(r"[ \t]+", line.strip())) for line in _PLACEHOLDER.sub(fill, text).splitlines()]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return Filled(" ".join(_PLACEHOLDER.sub(fill, letter.subject[language]).split()), body + "\n")


def _clean(value: str) -> str:
    """One line of signs that can be seen, without braces."""
    shown = [sign for sign in value if sign not in "{}" and unicodedata.category(sign) != "Cf"]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in shown).split())


_DAYS = {
    "nb": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "nn": "måndag tysdag onsdag torsdag fredag laurdag søndag",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
_NORWEGIAN = "januar februar mars april mai juni juli august september oktober november desember"
_MONTHS = {
    "nb": _NORWEGIAN,
    "nn": _NORWEGIAN,
    "en": "January February March April May June July August September October November December",
}
_DAYS_END = datetime.time(23, 58, 59)
"""A wave that closes at 23:59 or at midnight closes at the end of the day."""


def write_deadline(closes_at: datetime.datetime, zone: datetime.tzinfo, language: str) -> str:
    """The last moment one can answer: 'fredag 6. oktober 2023', and the clock where it is not the end of a day."""
    # Who closes at midnight means the day before.
    local = (closes_at - datetime.timedelta(microseconds=1)).astimezone(zone)
    known = language if language in _DAYS else "en"
    day = f"{local.day}" if known == "en" else f"{local.day}."
    date = f"{_DAYS[known].split()[local.weekday()]} {day} {_MONTHS[known].split()[local.month - 1]} {local.year}"
    if local.time() >= _DAYS_END:
        return date
    shown = closes_at.astimezone(zone)
    return f"{date} at {shown:%H:%M}" if known == "en" else f"{date} kl. {shown:%H.%M}"


def make_key(wave: str, role: str, organisation: str, person: str, letter: str) -> str:
    """What a letter is about, the same each time: the outbox takes it once. At most LONGEST_KEY characters."""
    parts = [part.replace("%", "%25").replace("/", "%2F") for part in (wave, role, organisation, person, letter)]
    key = "/".join(("plan", *parts))
    return key if len(key) <= LONGEST_KEY else f"plan/{hashlib.sha256(key.encode()).hexdigest()}"
