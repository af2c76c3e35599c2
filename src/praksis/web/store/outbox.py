"""Letters to send. A letter is queued once per key and handed to the mail server at most once."""

import datetime
import hashlib
import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from enum import Enum, auto

from django.db.models import F  # noqa: TID251  # the store is where the database is

from praksis.collect.bounce import LONGEST_DIAGNOSTIC, hide_address
from praksis.collect.event import EventKind
from praksis.errors import PraksisError
from praksis.web.store import models
from praksis.web.store.entrance import is_dead
from praksis.web.store.seal import index_email, seal, unseal
from praksis.web.store.trail import read_rows

LINK, OPT_OUT = "{link}", "{opt_out}"
"""Where the addresses go that are not stored: a letter's personal link, and where to say no to more letters."""

LETTERS_A_DAY = 10
"""As many letters about what was handed over may a response have within DAY: nobody's address is flooded from here."""
DAY = datetime.timedelta(days=1)
_HANDED_OVER = "handed-over"

IN_DOUBT = datetime.timedelta(minutes=10)
"""Longer than handing over one letter takes: mail.py gives up on a server that is silent for half a minute."""


@dataclass(frozen=True)
class Draft:
    """A letter to queue."""

    key: str
    """What it is about, such as `handed-over/<response>/<number of the event>`: queued again it is the same letter."""
    recipient: str
    subject: str
    body: str
    """Plain text; LINK and OPT_OUT stand for the addresses of `assignment`."""
    language: str
    assignment: str = ""
    letter: str = ""
    """Which of the survey's letters it is."""


@dataclass(frozen=True)
class Ready:
    """A letter as it is sent."""

    key: str
    recipient: str
    subject: str
    body: str
    language: str
    opt_out: str = ""
    """Where a mail program may say no to more letters, of those that the survey has planned."""


@dataclass(frozen=True)
class Links:
    """The addresses of an assignment."""

    link: str
    opt_out: str


Write = Callable[[Ready], Callable[[], None]]
"""Writes a letter whole, and gives what hands it over. Both raise NotTaken where it certainly was not sent."""


@dataclass(frozen=True)
class Turn(Enum):
    """May a letter of the plan leave?"""

    NOW = auto()
    LATER = auto()
    """Not at this hour, or too soon after the last one."""
    NEVER = auto()
    """Its person should not get it any more."""


Judge = Callable[[int, str], Turn]
"""What to do with the letter of the plan with a key, about a response."""


def leave_planned(response: int, key: str) -> Turn:
    """For whoever does not know the plan."""
    return Turn.LATER


@dataclass(frozen=True)
class Sent:
    """What came of sending."""

    sent: int = 0
    failed: tuple[str, ...] = ()
    """Keys of letters that could not be written, or that the mail server did not take: they are tried again later."""
    returned: tuple[str, ...] = ()
    """Keys of letters to addresses that there are not, as the mail server said at once."""
    withheld: tuple[str, ...] = ()
    """Keys of letters to people whose link opens nothing: shut out, or expired. They wait until there is a new link."""
    withdrawn: tuple[str, ...] = ()
    """Keys of letters that nobody should get any more: about sections that have been taken back or given to another
    since, or of the plan, to who has submitted or said no since. They are in the outbox no more."""
    waiting: int = 0
    """Letters of the plan that were left where they are."""
    unknown: tuple[str, ...] = ()
    """Keys of letters of which nobody knows whether they were sent: something broke at that moment."""


class NotTaken(PraksisError):
    """A letter cannot be written, or the mail server has refused it: it was certainly not sent."""


class NoMailbox(NotTaken):
    """The mail server says that there is no such mailbox, and never will take it."""


class NoServer(NotTaken):
    """The mail server cannot be reached, so the others need not be tried."""


class TooManyLetters(PraksisError):
    """A response has had LETTERS_A_DAY letters about what was handed over."""


def name_handed_over(response_id: int, number: int, now: datetime.datetime) -> str:
    """The key of the letter about a section that an event hands over. Raises TooManyLetters."""
    about = f"{_HANDED_OVER}/{response_id}/"
    if models.Letter.objects.filter(key__startswith=about, created_at__gt=now - DAY).count() >= LETTERS_A_DAY:
        raise TooManyLetters(f"response {response_id} has had {LETTERS_A_DAY} letters within a day")
    return f"{about}{number}"


def add_letters(drafts: Iterable[Draft], now: datetime.datetime) -> int:
    """Put letters in the outbox; returns how many were not there yet."""
    added = 0
    for draft in drafts:
        content = {"recipient": draft.recipient, "subject": draft.subject, "body": draft.body}
        fields = {
            "letter": draft.letter,
            "mark": mark_letter(draft.key),
            "found_by": index_email(draft.recipient),
            "sealed": seal(content, f"letter {draft.key}"),
            "language": draft.language,
            "assignment_id": draft.assignment or None,
            "created_at": now,
        }
        added += models.Letter.objects.get_or_create(key=draft.key, defaults=fields)[1]
    return added


def send_letters(
    clock: Callable[[], datetime.datetime],
    write: Write,
    make_links: Callable[[str], Links],
    judge: Judge = leave_planned,
    *,
    unknown: bool = False,
    only: str = "",
) -> Sent:
    """Write every waiting letter and hand it over, but none that has become needless, and none with a dead link.

    `make_links` gives the addresses of an assignment, or raises PraksisError where there are none. `judge` is asked of
    each letter of the plan just before it leaves, since hours may lie between the first and the last; without one those
    letters stay. `only`: the key of one letter; no other is sent. What has begun less than IN_DOUBT ago another sender
    may be at still: `unknown` leaves it.

    What is guaranteed: a letter is marked before it is handed over and again after, each mark on the disk before the
    next thing happens. So no letter is sent twice, also by two that send at the same time. If this is killed between
    the marks, or the connection breaks there, nobody can know whether the server got the letter. Such letters are named
    and left alone, until a person who has looked sends them again with `unknown`.
    """
    # What was not sent before the wave's contacts were deleted has no words any more.
    waiting = models.Letter.objects.filter(sent_at=None).exclude(sealed="")
    doubtful = waiting.exclude(begun_at=None)
    if unknown:
        doubtful.filter(begun_at__lte=clock() - IN_DOUBT).update(begun_at=None)
    came: dict[_Outcome, list[str]] = {outcome: [] for outcome in _Outcome}
    came[_Outcome.UNKNOWN] += doubtful.order_by("id").values_list("key", flat=True)
    ready = waiting.filter(begun_at=None).order_by("id")
    for letter in ready.filter(key=only) if only else ready:
        outcome = _send_letter(letter, clock, write, make_links, judge)
        came[outcome].append(letter.key)
        if outcome in (_Outcome.NO_SERVER, _Outcome.UNKNOWN):
            break
    return Sent(
        sent=len(came[_Outcome.SENT]),
        failed=(*came[_Outcome.FAILED], *came[_Outcome.NO_SERVER]),
        returned=tuple(came[_Outcome.RETURNED]),
        withheld=tuple(came[_Outcome.WITHHELD]),
        withdrawn=tuple(came[_Outcome.WITHDRAWN]),
        unknown=tuple(came[_Outcome.UNKNOWN]),
        waiting=len(came[_Outcome.WAITING]),
    )


class _Outcome(Enum):
    """What came of one letter."""

    SENT = auto()
    FAILED = auto()
    NO_SERVER = auto()
    RETURNED = auto()
    WITHHELD = auto()
    WITHDRAWN = auto()
    WAITING = auto()
    UNKNOWN = auto()
    ELSEWHERE = auto()
    """Another process has it."""


def _send_letter(
    letter: models.Letter,
    clock: Callable[[], datetime.datetime],
    write: Write,
    make_links: Callable[[str], Links],
    judge: Judge,
) -> _Outcome:
    waiting = models.Letter.objects.filter(pk=letter.pk, sent_at=None, begun_at=None)
    own = models.Assignment.objects.get(pk=letter.assignment_id) if letter.assignment_id else None
    turn = judge(own.response_id, letter.key) if own and letter.letter else Turn.NOW
    if turn is Turn.NEVER or _is_needless(letter):
        return _Outcome.WITHDRAWN if waiting.delete()[0] else _Outcome.ELSEWHERE
    if turn is Turn.LATER:
        return _Outcome.WAITING
    if own and is_dead(own, clock()):
        return _Outcome.WITHHELD
    try:
        hand_over = write(_fill_letter(letter, make_links))
    except PraksisError:
        return _Outcome.FAILED
    if not waiting.update(begun_at=clock(), attempts=F("attempts") + 1):
        return _Outcome.ELSEWHERE
    row = models.Letter.objects.filter(pk=letter.pk)
    try:
        hand_over()
    except NoMailbox as refusal:
        now, recipient = clock(), unseal(letter.sealed, f"letter {letter.key}")["recipient"]
        row.update(sent_at=now, bounced_at=now, bounce=_shorten(hide_address(str(refusal), recipient)))
        return _Outcome.RETURNED
    except NotTaken as refusal:
        row.update(begun_at=None)
        return _Outcome.NO_SERVER if isinstance(refusal, NoServer) else _Outcome.FAILED
    except OSError:
        return _Outcome.UNKNOWN
    row.update(sent_at=clock())
    return _Outcome.SENT


def _is_needless(letter: models.Letter) -> bool:
    """Is it about a section that has been taken back, or given to somebody else or once more, since?"""
    found = re.fullmatch(rf"{_HANDED_OVER}/([0-9]+)/([0-9]+)", letter.key)
    if not found:
        return False
    response_id, number = map(int, found.groups())
    kinds = (EventKind.HANDED_OVER.value, EventKind.TAKEN_BACK.value)
    rows = models.Event.objects.filter(response_id=response_id, number__gte=number, kind__in=kinds).order_by("number")
    events = read_rows(rows)
    return any(one.section == events[0].section for one in events[1:])


def _fill_letter(letter: models.Letter, make_links: Callable[[str], Links]) -> Ready:
    links = make_links(str(letter.assignment_id)) if letter.assignment_id else Links("", "")
    content = unseal(letter.sealed, f"letter {letter.key}")
    body = content["body"].replace(LINK, links.link).replace(OPT_OUT, links.opt_out)
    opt_out = links.opt_out if letter.letter else ""
    return Ready(letter.key, content["recipient"], content["subject"], body, letter.language, opt_out)


def settle_unknown(copies: Container[str], now: datetime.datetime) -> tuple[int, int]:
    """Letters of which nobody knew: those among the `copies`, by their marks, were sent; the others wait again.

    Returns how many of each. The copies must be all that the mail server has taken: what is missing is sent once more.
    So what has begun less than IN_DOUBT ago is left: another may be sending it, or its copy be on its way.
    """
    doubtful = models.Letter.objects.filter(sent_at=None).exclude(begun_at=None)
    sent = [one.pk for one in doubtful if one.mark in copies]
    done = doubtful.filter(pk__in=sent).update(sent_at=F("begun_at"))
    return done, doubtful.filter(begun_at__lte=now - IN_DOUBT).update(begun_at=None)


def note_bounce(mark: str, reason: str, now: datetime.datetime) -> bool | None:
    """A letter came back for good; False if that was known, None if there is no such letter."""
    found = models.Letter.objects.filter(mark=mark).exclude(sent_at=None, begun_at=None) if mark else None
    if found is None or not found.exists():
        return None
    # Where nobody knew whether it had left, this says so.
    found.filter(sent_at=None).update(sent_at=F("begun_at"))
    return found.filter(bounced_at=None).update(bounced_at=now, bounce=_shorten(hide_address(reason))) > 0


def _shorten(text: str) -> str:
    return text[:LONGEST_DIAGNOSTIC]


def withdraw_letters(keys: Iterable[str]) -> int:
    """Take letters out that nobody has begun to send; returns how many those were."""
    return models.Letter.objects.filter(key__in=tuple(keys), begun_at=None, sent_at=None).delete()[0]


def mark_letter(key: str) -> str:
    """What the letter's Message-ID begins with: the same letter has the same, so that a copy can be known for one."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
