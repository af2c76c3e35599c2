"""How far the letters of a wave have come."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet  # noqa: TID251  # the store is where the database is

from praksis.web.store import models
from praksis.web.store.outbox import IN_DOUBT


@dataclass(frozen=True)
class Tally:
    """The letters of one kind."""

    sent: int = 0
    waiting: int = 0
    """In the outbox still, or being handed over at this moment."""
    tried: int = 0
    """Of these: have been tried before, and certainly did not leave."""
    returned: int = 0
    """Of those that were sent: came back for good."""
    unknown: int = 0
    """Nobody knows whether they were sent."""


@dataclass(frozen=True)
class Doubt:
    """A letter of which nobody knows whether it was sent."""

    organisation: str
    role: str
    letter: str
    begun_at: datetime.datetime
    mark: str
    """What its Message-ID begins with: a mail server's log has it, if it was sent."""


def count_letters(survey_id: str, wave: str, now: datetime.datetime) -> Mapping[str, Tally]:
    """Which of the survey's letters -> how they stand; '' are those that answering writes to colleagues."""
    # What was not sent before the wave's contacts were deleted has no words, and never leaves.
    unsent = Q(sent_at=None) & ~Q(sealed="")
    fresh = Q(begun_at=None) | Q(begun_at__gt=now - IN_DOUBT)
    rows = _find(survey_id, wave).order_by().values("letter")
    counted = rows.annotate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        waiting=Count("pk", filter=unsent & fresh),
        tried=Count("pk", filter=unsent & Q(begun_at=None, attempts__gt=0)),
        returned=Count("pk", filter=Q(bounced_at__isnull=False)),
        unknown=Count("pk", filter=unsent & ~fresh),
    )
    return {row.pop("letter"): Tally(**row) for row in counted}


def list_doubts(survey_id: str, wave: str, now: datetime.datetime) -> tuple[Doubt, ...]:
    """The letters of which nobody knows whether they were sent. Those that were begun just now are being sent."""
    rows = _find(survey_id, wave).filter(sent_at=None, begun_at__lte=now - IN_DOUBT).exclude(sealed="")
    values = rows.order_by("pk").values_list(
        "assignment__response__organisation", "assignment__response__role", "letter", "begun_at", "mark"
    )
    return tuple(Doubt(*value) for value in values)


def _find(survey_id: str, wave: str) -> "QuerySet[models.Letter]":
    letters = models.Letter.objects.filter(assignment__response__wave__survey=survey_id)
    return letters.filter(assignment__response__wave__wave=wave)
