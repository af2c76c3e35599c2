"""A wave as it is collected: opened for everyone in the frame, listed, read."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction  # noqa: TID251  # the store is where the database is

from praksis.collect.event import Event, EventKind
from praksis.collect.journey import Journey
from praksis.collect.routing import Cell
from praksis.define.freeze import freeze_meaning, freeze_questionnaire, name_changes
from praksis.define.organisation import Organisation
from praksis.define.survey import Role, Survey
from praksis.errors import PraksisError
from praksis.web.store import models, work
from praksis.web.store.closing import check_not_frozen
from praksis.web.store.entrance import make_assignment
from praksis.web.store.trail import read_rows

Earlier = Mapping[tuple[str, str], Mapping[str, Cell]]
"""(organisation, role) -> item -> the last answer, of factual items."""


class WaveRefused(PraksisError):
    """The wave cannot be opened as it is defined now."""


@dataclass(frozen=True)
class Opened:
    """A wave that is open."""

    survey: str
    wave: str
    questionnaires: int
    """How many versions of the questionnaire have been answered, or can be."""
    closes_at: datetime.datetime | None
    responses: int
    """How many there are."""
    added: int
    """How many of them are new."""
    gone: tuple[tuple[str, str], ...]
    """(organisation, role) that are here but not in the frame any more; they are left as they are."""


@dataclass(frozen=True)
class Period:
    """When a wave takes answers."""

    opens_at: datetime.datetime
    closes_at: datetime.datetime | None
    """For those who were given no longer; None for never."""


@dataclass(frozen=True)
class StoredResponse:
    """A response in the list of a wave; `work.read_response` reads what is in it."""

    id: int
    organisation: str
    role: str
    events: int
    coordinator: str
    """The coordinator's assignment."""


def open_wave(
    survey: Survey,
    wave: str,
    secret: bytes,
    now: datetime.datetime,
    closes_at: datetime.datetime | None = None,
    earlier: Earlier | None = None,
) -> Opened:
    """Make a response and a personal link for everyone in the frame who has none, and set when the wave closes.

    What is there is left as it is, so this can be done again when the frame has grown or a text is corrected; every
    version of the questionnaire is kept with the moment it came. Raises WaveRefused for a wave the survey does not
    have, and for a questionnaire that gives answers already given another meaning; WaveFrozen where it should take
    answers until some time, but has been closed. `earlier` are last answers to factual items, as `find_earlier` gives
    them.
    """
    if wave not in survey.wave_ids:
        raise WaveRefused(f"the survey has no wave {wave}; it has {', '.join(survey.wave_ids)}")
    asked = survey.find_asked(wave)
    with transaction.atomic(durable=True):
        row = _keep_wave(survey, wave, now, closes_at)
        versions = _keep_questionnaire(row, survey, now)
        there = set(models.Response.objects.filter(wave=row).values_list("organisation", "role"))
        new = {key: who for key, who in asked.items() if key not in there}
        _add_responses(row, survey, new, secret, earlier or {})
    gone = tuple(sorted(there - set(asked)))
    return Opened(survey.header.id, wave, versions, row.closes_at, len(there) + len(new), len(new), gone)


def _keep_wave(survey: Survey, wave: str, now: datetime.datetime, closes_at: datetime.datetime | None) -> models.Wave:
    made = {"opens_at": now, "closes_at": closes_at}
    models.Wave.objects.get_or_create(survey=survey.header.id, wave=wave, defaults=made)
    row = models.Wave.objects.select_for_update().get(survey=survey.header.id, wave=wave)
    if closes_at is not None:
        check_not_frozen(survey.header.id, wave)
        row.closes_at = closes_at
        row.save(update_fields=("closes_at",))
    return row


def _keep_questionnaire(row: models.Wave, survey: Survey, now: datetime.datetime) -> int:
    """How many versions there are, with the one there is now."""
    frozen, meaning = (make(survey, row.wave).decode() for make in (freeze_questionnaire, freeze_meaning))
    versions = models.Questionnaire.objects.filter(wave=row)
    last = versions.order_by("pk").last()
    if last and last.frozen == frozen:
        return versions.count()
    if last and _is_answered(row):
        _check_meaning(last, meaning)
    else:
        versions.delete()
    models.Questionnaire.objects.create(wave=row, since=now, frozen=frozen, meaning=meaning)
    return versions.count()


def check_questionnaire(survey: Survey, wave: str) -> None:
    """Raises WaveRefused if the answers of the wave would mean something else by the questionnaire as it is now."""
    versions = models.Questionnaire.objects.filter(wave__survey=survey.header.id, wave__wave=wave)
    last = versions.select_related("wave").order_by("pk").last()
    if last:
        _check_meaning(last, freeze_meaning(survey, wave).decode())


def read_questionnaire(survey_id: str, wave: str) -> str | None:
    """The frozen questionnaire that was answered last; None if the wave was never opened."""
    versions = models.Questionnaire.objects.filter(wave__survey=survey_id, wave__wave=wave)
    return versions.order_by("pk").values_list("frozen", flat=True).last()


def _check_meaning(last: models.Questionnaire, meaning: str) -> None:
    if last.meaning != meaning:
        changes = ", ".join(name_changes(last.meaning.encode(), meaning.encode()))
        raise WaveRefused(
            f"wave {last.wave.wave} has been answered, and these have another meaning now: {changes}; take back the "
            "change, or give what is changed a new id for a later wave (texts and limits can be corrected)"
        )


def _is_answered(row: models.Wave) -> bool:
    return models.Event.objects.filter(response__wave=row).exclude(kind=EventKind.ENTERED.value).exists()


def _add_responses(
    wave: models.Wave,
    survey: Survey,
    new: Mapping[tuple[str, str], tuple[Organisation, Role]],
    secret: bytes,
    earlier: Earlier,
) -> None:
    made = []
    for key, (organisation, role) in new.items():
        factual = set(_list_factual(survey, wave.wave, role.id))
        known = {item: cell for item, cell in earlier.get(key, {}).items() if item in factual}
        made.append(models.Response(wave=wave, organisation=organisation.key, role=role.id, earlier=known))
    models.Response.objects.bulk_create(made)
    rows = {(row.organisation, row.role): row for row in models.Response.objects.filter(wave=wave)}
    models.Assignment.objects.bulk_create(
        make_assignment(rows[key], secret, survey.language_of(organisation), coordinator=True)
        for key, (organisation, _) in new.items()
    )


def _list_factual(survey: Survey, wave: str, role: str) -> list[str]:
    return [item for item in survey.items_asked(wave, role) if survey.question_of[item].factual]


def find_earlier(survey: Survey, wave: str) -> Earlier:
    """What was last submitted to the items that the wave asks as factual, in the earlier waves of this database."""
    found: dict[tuple[str, str], dict[str, Cell]] = {}
    organisations = {one.key: one for one in survey.frame.organisations}
    for before in survey.wave_ids[: survey.wave_ids.index(wave)]:
        for stored in list_responses(survey.header.id, before):
            organisation = organisations.get(stored.organisation)
            response = work.read_response(stored.id)
            if organisation is None or before not in organisation.values or response.submitted is None:
                continue
            kept = Journey(survey, before, stored.role, organisation).keep_asked(response.answers)
            factual = _list_factual(survey, wave, stored.role)
            new = {item: kept[item] for item in factual if item in kept and _says_something(kept[item])}
            found.setdefault((stored.organisation, stored.role), {}).update(new)
    return found


def _says_something(cell: Cell) -> bool:
    return isinstance(cell, str) or cell >= 0


def find_period(survey_id: str, wave: str) -> Period | None:
    """When a wave takes answers; None if it was never opened."""
    row = models.Wave.objects.filter(survey=survey_id, wave=wave).first()
    return Period(row.opens_at, row.closes_at) if row else None


def list_responses(survey_id: str, wave: str) -> tuple[StoredResponse, ...]:
    """Every response of a wave, by organisation and role; none if the wave was never opened."""
    rows = models.Response.objects.filter(wave__survey=survey_id, wave__wave=wave).order_by("organisation", "role")
    people = models.Assignment.objects.filter(coordinator=True, response__in=rows).values_list("response_id", "id")
    coordinators = {response: str(person) for response, person in people}
    return tuple(StoredResponse(row.pk, row.organisation, row.role, row.events, coordinators[row.pk]) for row in rows)


def list_trails(survey_id: str, wave: str) -> dict[tuple[str, str], tuple[Event, ...]]:
    """(organisation, role) -> everything that has happened to the response, of all that anything has happened to."""
    events = models.Event.objects.filter(response__wave__survey=survey_id, response__wave__wave=wave)
    rows: dict[tuple[str, str], list[models.Event]] = {}
    for row in events.select_related("response").order_by("response__organisation", "response__role", "number"):
        rows.setdefault((row.response.organisation, row.response.role), []).append(row)
    return {who: read_rows(mine) for who, mine in rows.items()}


def read_events(response_id: int) -> tuple[Event, ...]:
    """Everything that has happened to a response, in order."""
    return work.read_events(response_id)
