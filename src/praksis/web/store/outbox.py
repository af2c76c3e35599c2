"""Letters to send. A letter is queued once per key and handed to the mail server at most once."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import F  # noqa: TID251  # the store is where the database is

from praksis.errors import PraksisError
from praksis.web.store import models

LINK = "{link}"
"""Where a letter's personal link goes."""


@dataclass(frozen=True)
class Draft:
    """A letter to queue."""

    key: str
    """What it is about, such as `handed-over/<response>/<number of the event>`: queued again it is the same letter."""
    recipient: str
    subject: str
    body: str
    """Plain text; `{link}` stands for the personal link of `assignment`."""
    language: str
    assignment: str = ""


@dataclass(frozen=True)
class Ready:
    """A letter as it is sent."""

    key: str
    recipient: str
    subject: str
    body: str
    language: str


@dataclass(frozen=True)
class Sent:
    """What came of sending."""

    sent: int = 0
    failed: tuple[str, ...] = ()
    """Keys of letters that the mail server did not take, or that have no link; they are tried again next time."""
    unknown: tuple[str, ...] = ()
    """Keys of letters of which nobody knows whether they were sent: something broke at that moment."""


class NotTaken(PraksisError):
    """The mail server has refused a letter: it was certainly not sent."""


class NoServer(NotTaken):
    """The mail server cannot be reached, so the others need not be tried."""


def queue_letter(draft: Draft, now: datetime.datetime) -> bool:
    """Put a letter in the outbox; False if it is there or was sent already."""
    return add_letters((draft,), now) == 1


def add_letters(drafts: Iterable[Draft], now: datetime.datetime) -> int:
    """Put letters in the outbox; returns how many were not there yet."""
    added = 0
    for draft in drafts:
        fields = {
            "recipient": draft.recipient,
            "subject": draft.subject,
            "body": draft.body,
            "language": draft.language,
            "assignment_id": draft.assignment or None,
            "created_at": now,
        }
        added += models.Letter.objects.get_or_create(key=draft.key, defaults=fields)[1]
    return added


def count_waiting() -> int:
    """How many letters have not been sent."""
    return models.Letter.objects.filter(sent_at=None).count()


def send_letters(
    now: datetime.datetime, send: Callable[[Ready], None], make_link: Callable[[str], str], *, unknown: bool = False
) -> Sent:
    """Hand every waiting letter to `send`, which raises NotTaken where it certainly was not sent.

    `make_link` gives the personal link of an assignment, or raises PraksisError where there is none.

    What is guaranteed: a letter is marked before it is handed over and again after, each mark on the disk before the
    next thing happens. So no letter is sent twice, also by two that send at the same time. If this is killed between
    the marks, or the connection breaks there, nobody can know whether the server got the letter. Such letters are named
    and left alone, until a person who has looked sends them again with `unknown`.
    """
    done = 0
    failed: list[str] = []
    doubtful = models.Letter.objects.filter(sent_at=None).exclude(begun_at=None)
    if unknown:
        doubtful.update(begun_at=None)
    left = list(doubtful.order_by("id").values_list("key", flat=True))
    for letter in models.Letter.objects.filter(sent_at=None, begun_at=None).order_by("id"):
        try:
            ready = _fill_letter(letter, make_link)
        except PraksisError:
            failed.append(letter.key)
            continue
        mine = models.Letter.objects.filter(pk=letter.pk, sent_at=None, begun_at=None)
        if not mine.update(begun_at=now, attempts=F("attempts") + 1):
            continue  # another process has it
        row = models.Letter.objects.filter(pk=letter.pk)
        try:
            send(ready)
        except NotTaken as refusal:
            row.update(begun_at=None)
            failed.append(letter.key)
            if isinstance(refusal, NoServer):
                break
        except OSError:
            left.append(letter.key)
            break
        else:
            row.update(sent_at=now)
            done += 1
    return Sent(done, tuple(failed), tuple(left))


def _fill_letter(letter: models.Letter, make_link: Callable[[str], str]) -> Ready:
    link = make_link(str(letter.assignment_id)) if letter.assignment_id else ""
    body = letter.body.replace(LINK, link)
    return Ready(letter.key, letter.recipient, letter.subject, body, letter.language)
