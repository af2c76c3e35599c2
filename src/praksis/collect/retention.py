"""How long we keep whom we write to: until a date that follows from when the wave closes."""

import datetime
from collections.abc import Iterable

from praksis.define.letters import FORGET_AFTER, ZONE, Correspondence


def find_forget_time(
    correspondence: Correspondence | None, closings: Iterable[datetime.datetime | None]
) -> datetime.datetime | None:
    """When contacts and the words of letters of a wave are deleted, in UTC; None while it is not known.

    `closings`: when the wave closes, and the responses that have a time of their own. The last of them counts: who may
    still answer may have to be written to. Without the wave's there is no date. The day is one of the calendar where
    the letters are written, and it is done when that day begins; where summer time leaves out midnight, right after.
    A survey without letters keeps contacts as long as one whose letters say nothing.
    """
    known = tuple(closings)
    if not known or any(one is None for one in known):
        return None
    zone = correspondence.zone if correspondence else ZONE
    days = correspondence.forget_after if correspondence else FORGET_AFTER
    last = max(one.astimezone(datetime.UTC) for one in known if one is not None)
    day = last.astimezone(zone).date() + datetime.timedelta(days=days)
    # In UTC, since two times in one zone are compared by what clocks show.
    return datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)
