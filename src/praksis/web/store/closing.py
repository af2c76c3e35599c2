"""The end of a wave: nobody answers any more, nobody is written to, and what was frozen stands with its checksums."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction  # noqa: TID251  # the store is where the database is
from django.db.models import QuerySet  # noqa: TID251  # the store is where the database is
from django.utils.timezone import localtime

from praksis.collect.event import EventKind
from praksis.errors import PraksisError
from praksis.web.store import models


class WaveFrozen(PraksisError):
    """A wave that is closed takes no more answers."""


class ChangedMeanwhile(PraksisError):
    """Something has come in while a wave was frozen."""


@dataclass(frozen=True)
class Extent:
    """How much there is of what the frozen files are made of: nothing of it is ever taken away."""

    submissions: int
    corrections: int
    decisions: int


@dataclass(frozen=True)
class Frozen:
    """A closing: what was written, when and by whom."""

    at: datetime.datetime
    who: str
    reason: str
    """Why it was closed anew; '' the first time."""
    files: Mapping[str, str]
    """Name -> SHA-256."""
    responses: int
    """In the microdata."""
    extent: Extent


def measure_wave(survey_id: str, wave: str) -> Extent:
    """How much there is now."""
    events = models.Event.objects.filter(response__wave__survey=survey_id, response__wave__wave=wave)
    corrections = models.Correction.objects.filter(response__wave__survey=survey_id, response__wave__wave=wave)
    decisions = models.Decision.objects.filter(response__wave__survey=survey_id, response__wave__wave=wave)
    return Extent(events.filter(kind=EventKind.SUBMITTED.value).count(), corrections.count(), decisions.count())


def list_closings(survey_id: str, wave: str) -> tuple[Frozen, ...]:
    """Every closing of a wave, oldest first."""
    rows = models.Closing.objects.filter(wave__survey=survey_id, wave__wave=wave).order_by("pk")
    return tuple(_read_closing(row) for row in rows)


def find_closing(survey_id: str, wave: str) -> Frozen | None:
    """The last closing; None if the wave has not been closed."""
    return next(iter(list_closings(survey_id, wave)[::-1]), None)


def _read_closing(row: models.Closing) -> Frozen:
    body = json.loads(row.body)
    return Frozen(row.at, row.who, row.reason, body["files"], body["responses"], Extent(**body["extent"]))


def check_not_frozen(survey_id: str, wave: str) -> None:
    """Raises WaveFrozen for a wave that has been closed. Within a transaction: it cannot be closed until that ends.

    Who holds a response too holds that first.
    """
    models.Wave.objects.select_for_update().filter(survey=survey_id, wave=wave).first()
    if closing := find_closing(survey_id, wave):
        raise WaveFrozen(
            f"wave {wave} was closed on {localtime(closing.at):%Y-%m-%d} by {closing.who}, and takes no more answers; "
            "what is wrong in them can be corrected, and the wave closed anew with `praksis close --why`"
        )


def _hold_wave(survey_id: str, wave: str) -> models.Wave:
    """The wave, which nobody else changes meanwhile, and none of its responses either.

    Responses first and then the wave, as those do who change a response and ask `check_not_frozen`: in one order nobody
    waits for another who waits for them.
    """
    list(
        models.Response.objects.select_for_update(of=("self",))
        .filter(wave__survey=survey_id, wave__wave=wave)
        .order_by("pk")
    )
    return models.Wave.objects.select_for_update().get(survey=survey_id, wave=wave)


def find_end(survey_id: str, wave: str) -> tuple[bool, datetime.datetime | None]:
    """Was the wave ever opened, and when can nobody answer any more; None for never."""
    row = models.Wave.objects.filter(survey=survey_id, wave=wave).first()
    if row is None or row.closes_at is None:
        return row is not None, None
    own = models.Response.objects.filter(wave=row).exclude(closes_at=None).values_list("closes_at", flat=True)
    return True, max([row.closes_at, *(moment for moment in own if moment)])


def end_wave(survey_id: str, wave: str, now: datetime.datetime) -> bool:
    """Let nobody answer any more, those with a longer time neither; False if that was so already."""
    with transaction.atomic():
        row = _hold_wave(survey_id, wave)
        opened = row.closes_at is None or row.closes_at > now
        if opened:
            row.closes_at = now
            row.save(update_fields=("closes_at",))
        longer = models.Response.objects.filter(wave=row, closes_at__gt=now).update(closes_at=now)
    return opened or longer > 0


def count_waiting(survey_id: str, wave: str) -> int:
    """Letters to people of the wave that nobody has begun to send."""
    return int(_list_waiting(survey_id, wave).count())


def _list_waiting(survey_id: str, wave: str) -> QuerySet[models.Letter]:
    # What was not sent before the wave's contacts were deleted has no words, and never leaves.
    mine = models.Letter.objects.filter(assignment__response__wave__survey=survey_id).exclude(sealed="")
    return mine.filter(assignment__response__wave__wave=wave, sent_at=None, begun_at=None)


def add_closing(survey_id: str, wave: str, closing: Frozen) -> int:
    """Store it, and take the letters that wait out of the outbox; returns how many those were.

    Raises ChangedMeanwhile if there is more now than `closing.extent` says, or if the wave was opened again.
    """
    with transaction.atomic():
        row = _hold_wave(survey_id, wave)
        longer = models.Response.objects.filter(wave=row, closes_at__gt=closing.at).exists()
        if row.closes_at is None or row.closes_at > closing.at or longer:
            raise ChangedMeanwhile(f"wave {wave} was opened for answers again while it was closed; close it again")
        if measure_wave(survey_id, wave) != closing.extent:
            raise ChangedMeanwhile(f"something has come in while wave {wave} was closed; close it again")
        body = {"files": dict(closing.files), "responses": closing.responses, "extent": vars(closing.extent)}
        models.Closing.objects.create(
            wave=row, at=closing.at, who=closing.who, reason=closing.reason, body=json.dumps(body)
        )
        withdrawn: int = _list_waiting(survey_id, wave).delete()[0]
    return withdrawn
