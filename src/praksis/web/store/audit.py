"""What staff have done and looked at, for whoever has to answer for it."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet  # noqa: TID251  # the store is where the database is

from praksis.web.store import models


@dataclass(frozen=True)
class Act:
    """One thing done."""

    at: datetime.datetime
    who: str
    """What they sign in as; `command:` and their name on the machine; `praksis` for what nobody did."""
    act: str
    """What, as `extend` or `see-case`."""
    about: str = ""
    """To what, as `it-i-praksis/2023/958935420/head-of-it`."""
    details: Mapping[str, str] = field(default_factory=dict)


def note_act(act: Act) -> None:
    """Add it, within the transaction of what was done."""
    body = json.dumps(dict(act.details))
    models.Act.objects.create(at=act.at, who=act.who, act=act.act, about=act.about, body=body)


def list_acts(about: str = "", limit: int = 200, *, who: str = "", act: str = "", start: int = 0) -> tuple[Act, ...]:
    """The last ones, newest first; of `about` and what lies within it, by somebody, of a kind. `limit` 0: all of them.

    `start`: so many are passed over.
    """
    rows = _filter(about, who, act).order_by("-pk")[start : start + limit if limit else None]
    return tuple(Act(row.at, row.who, row.act, row.about, json.loads(row.body)) for row in rows)


def count_acts(about: str = "", *, who: str = "", act: str = "") -> int:
    """How many there are of what `list_acts` lists."""
    return _filter(about, who, act).count()


def list_actors(about: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Everybody who has done something, and everything that has been done."""
    rows = _filter(about, "", "").order_by()
    found = [rows.values_list(name, flat=True).distinct() for name in ("who", "act")]
    return tuple(sorted(found[0])), tuple(sorted(found[1]))


def _filter(about: str, who: str, act: str) -> QuerySet[models.Act]:
    within = Q(about=about) | Q(about__startswith=f"{about}/") if about else Q()
    return models.Act.objects.filter(within, **{name: text for name, text in (("who", who), ("act", act)) if text})


def find_last_act(act: str, about: str) -> Act | None:
    """The last time an act was done to exactly this."""
    row = models.Act.objects.filter(about=about, act=act).order_by("-pk").first()
    return Act(row.at, row.who, row.act, row.about, json.loads(row.body)) if row else None
