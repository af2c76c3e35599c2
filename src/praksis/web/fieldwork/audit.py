"""What staff have done, read for a person: which wave and organisation an act was about, and all of it as a file."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from praksis.define.survey import Survey
from praksis.edit.exchange.delimited import guard
from praksis.web.store.audit import Act

_COLUMNS = ("at", "who", "act", "wave", "organisation", "name", "role", "about", "details")


@dataclass(frozen=True)
class About:
    """What an act was about."""

    wave: str = ""
    organisation: str = ""
    """Key."""
    name: str = ""
    """Of the organisation."""
    role: str = ""
    """Id."""
    rest: str = ""
    """Something else within the wave: a letter."""


def read_about(act: Act, survey: Survey) -> About:
    """`it-i-praksis/2023/958935420/head-of-it` taken apart; an organisation that has left the frame has no name."""
    _, _, within = act.about.partition("/")
    wave, _, rest = within.partition("/")
    key, _, role = rest.partition("/")
    names = {one.key: one.name for one in survey.frame.organisations}
    if key in names or role in survey.roles:
        return About(wave, key, names.get(key, ""), role)
    return About(wave, rest=rest)


def write_acts(acts: Iterable[Act], survey: Survey) -> bytes:
    """CSV as Excel in Norwegian opens it: UTF-8 with its mark, semicolons, times where the survey is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(_COLUMNS)
    for act in acts:
        about = read_about(act, survey)
        details = json.dumps(dict(act.details), ensure_ascii=False) if act.details else ""
        at = timezone.localtime(act.at).isoformat(timespec="seconds")
        cells = (at, act.who, act.act, about.wave, about.organisation, about.name, about.role, about.rest, details)
        writer.writerow([guard(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")
