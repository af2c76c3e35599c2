"""Events as rows and back."""

import json
from collections.abc import Iterable

from praksis.collect.event import STAFF, Event, EventKind
from praksis.web.store import models


def make_row(response: models.Response, event: Event) -> models.Event:
    """The row of an event; what is empty is left out of it."""
    body = {
        "page": event.page,
        "section": event.section,
        "whom": event.whom,
        "old": dict(event.old),
        "new": dict(event.new),
        "raw": {field: list(values) for field, values in event.raw.items()},
        "paradata": dict(event.paradata),
    }
    kept = {name: value for name, value in body.items() if value}
    return models.Event(
        response=response, number=event.number, at=event.at, kind=event.kind.value, body=json.dumps(kept),
        **({"staff": event.who.removeprefix(STAFF)} if event.who.startswith(STAFF) else {"who_id": event.who}),
    )  # fmt: skip


def read_rows(rows: Iterable[models.Event]) -> tuple[Event, ...]:
    """The events of rows, in their order."""
    return tuple(_read_row(row) for row in rows)


def _read_row(row: models.Event) -> Event:
    body = json.loads(row.body)
    raw = {field: tuple(values) for field, values in body.pop("raw", {}).items()}
    who = str(row.who_id) if row.who_id else STAFF + row.staff
    return Event(row.number, row.at, who, EventKind(row.kind), raw=raw, **body)
