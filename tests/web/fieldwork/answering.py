"""What organisations do in the tests of the work list and of closing."""

import datetime
from collections.abc import Mapping

from praksis.collect.event import Event, EventKind
from praksis.collect.response import Response
from praksis.collect.routing import Cell
from tests.web.store.conftest import WAVE

BEGUN = datetime.datetime(2026, 11, 2, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


def act(
    key: str,
    kind: EventKind,
    cells: Mapping[str, Cell | None] | None = None,
    survey: str = "every-kind",
    wave: str = WAVE,
) -> None:
    """Something the coordinator of an organisation does."""
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import change_response

    stored = next(one for one in list_responses(survey, wave) if one.organisation == key)

    def decide(now: Response) -> Event:
        page = "staff" if kind is EventKind.SAVED else ""
        return Event(now.number + 1, BEGUN + now.number * MINUTE, stored.coordinator, kind, page=page, new=cells or {})

    change_response(stored.id, decide)


def submit(key: str, cells: Mapping[str, Cell | None], survey: str = "every-kind", wave: str = WAVE) -> None:
    """Answers are saved and submitted."""
    act(key, EventKind.SAVED, cells, survey, wave)
    act(key, EventKind.SUBMITTED, None, survey, wave)
