"""Corrections of answers and decisions on checks, as staff have made them. They stand beside the answers."""

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction  # noqa: TID251  # the store is where the database is

from praksis.collect.routing import Cell
from praksis.web.store import models

Who = tuple[str, str]
"""Organisation and role."""


@dataclass(frozen=True)
class KeptCorrection:
    """An answer that was put right."""

    organisation: str
    role: str
    item: str
    old: Cell | None
    new: Cell | None
    reason: str
    who: str
    at: datetime.datetime


@dataclass(frozen=True)
class KeptDecision:
    """What was said of a check that failed."""

    organisation: str
    role: str
    check: str
    items: tuple[str, ...]
    values: Mapping[str, Cell | None]
    """Item -> the answer it is about."""
    verdict: str
    reason: str
    who: str
    at: datetime.datetime


def find_responses(survey_id: str, wave: str) -> dict[Who, int]:
    """Organisation and role -> response, of a wave; nothing if it was never opened."""
    rows = models.Response.objects.filter(wave__survey=survey_id, wave__wave=wave)
    return {(row.organisation, row.role): row.pk for row in rows}


@contextmanager
def hold_responses(responses: Iterable[int]) -> Iterator[None]:
    """Nobody else changes these responses or corrects them meanwhile; what is stored within it is stored as one."""
    with transaction.atomic():
        # Locked in one order, so that two who hold several cannot wait for each other.
        rows = models.Response.objects.select_for_update().filter(pk__in=tuple(responses)).order_by("pk")
        list(rows)
        yield


def add_correction(response_id: int, kept: KeptCorrection) -> None:
    """Add it, within `hold_responses`."""
    models.Correction.objects.create(
        response_id=response_id,
        item=kept.item,
        old=json.dumps(kept.old),
        new=json.dumps(kept.new),
        reason=kept.reason,
        who=kept.who,
        at=kept.at,
    )


def add_decision(response_id: int, kept: KeptDecision) -> None:
    """Add it, within `hold_responses`."""
    models.Decision.objects.create(
        response_id=response_id,
        name=kept.check,
        verdict=kept.verdict,
        body=json.dumps({"items": list(kept.items), "values": dict(kept.values)}),
        reason=kept.reason,
        who=kept.who,
        at=kept.at,
    )


def list_corrections(survey_id: str, wave: str, response: int | None = None) -> tuple[KeptCorrection, ...]:
    """Of a wave, or of one response of it, in the order they were made."""
    rows = models.Correction.objects.filter(response__wave__survey=survey_id, response__wave__wave=wave)
    rows = rows if response is None else rows.filter(response=response)
    return tuple(
        KeptCorrection(
            row.response.organisation,
            row.response.role,
            row.item,
            json.loads(row.old),
            json.loads(row.new),
            row.reason,
            row.who,
            row.at,
        )
        for row in rows.select_related("response").order_by("pk")
    )


def list_decisions(survey_id: str, wave: str, response: int | None = None) -> tuple[KeptDecision, ...]:
    """Of a wave, or of one response of it, in the order they were taken."""
    rows = models.Decision.objects.filter(response__wave__survey=survey_id, response__wave__wave=wave)
    rows = rows if response is None else rows.filter(response=response)
    found = []
    for row in rows.select_related("response").order_by("pk"):
        body = json.loads(row.body)
        found.append(
            KeptDecision(
                row.response.organisation,
                row.response.role,
                row.name,
                tuple(body["items"]),
                body["values"],
                row.verdict,
                row.reason,
                row.who,
                row.at,
            )
        )
    return tuple(found)
