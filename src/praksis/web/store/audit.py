"""What staff have done and looked at, for whoever has to answer for it."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from praksis.web.store import models


@dataclass(frozen=True)
class Act:
    """One thing done."""

    at: datetime.datetime
    who: str
    """`command:` and their name on the machine."""
    act: str
    """What, as `extend` or `see-contact`."""
    about: str = ""
    """To what, as `it-i-praksis/2023/958935420/head-of-it`."""
    details: Mapping[str, str] = field(default_factory=dict)


def note_act(act: Act) -> None:
    """Add it, within the transaction of what was done."""
    body = json.dumps(dict(act.details))
    models.Act.objects.create(at=act.at, who=act.who, act=act.act, about=act.about, body=body)


def list_acts(about: str = "", limit: int = 200) -> tuple[Act, ...]:
    """The last ones, newest first; of what begins with `about`."""
    rows = models.Act.objects.filter(about__startswith=about).order_by("-pk")[:limit]
    return tuple(Act(row.at, row.who, row.act, row.about, json.loads(row.body)) for row in rows)
