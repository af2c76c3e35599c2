"""Contacts delete themselves: whoever uses the database, on the wave's date or after, deletes them first."""

import datetime
import logging
import threading
from collections.abc import Callable, Iterable

from praksis.collect.retention import find_forget_time
from praksis.define.survey import Survey
from praksis.web.store.audit import Act, note_act
from praksis.web.store.contacts import forget_wave, list_closings, list_kept
from praksis.web.store.database import close_connections
from praksis.web.store.work import together

_WHO = "praksis"


def find_wave_forget_time(survey: Survey, wave: str) -> datetime.datetime | None:
    """When the contacts of a wave, and what the letters said, are deleted; None while it has no closing time."""
    return find_forget_time(survey.letters, list_closings(survey.header.id, wave))


def forget_due(survey: Survey, now: datetime.datetime) -> dict[str, int]:
    """Delete what is due in every wave of the survey that the database has; returns wave -> how many people.

    It may be called at any time and by several at once: what is gone is not deleted, or noted, again.
    """
    forgotten: dict[str, int] = {}
    for wave in list_kept(survey.header.id):
        due = find_wave_forget_time(survey, wave)
        if due is not None and due <= now:
            with together():
                forgotten[wave] = forget_wave(survey.header.id, wave)
                about = f"{survey.header.id}/{wave}"
                note_act(Act(now, _WHO, "forget-contacts", about, {"people": str(forgotten[wave])}))
    return forgotten


_LOG = logging.getLogger("praksis")
_HOUR = 60 * 60


def keep_forgetting(
    read_surveys: Callable[[], Iterable[Survey]], read_clock: Callable[[], datetime.datetime]
) -> threading.Event:
    """Forget what is due every hour, beside what a server does: it may run for months without a command beside it.

    Returns what ends it.
    """
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(_HOUR):
            forget_now(read_surveys(), read_clock())

    threading.Thread(target=work, name="forgetting", daemon=True).start()
    return ended


def forget_now(surveys: Iterable[Survey], now: datetime.datetime) -> None:
    """What is due in these surveys; a database that cannot be reached now is tried again in an hour."""
    try:
        for survey in surveys:
            forget_due(survey, now)
    except Exception:
        _LOG.exception("contacts that are due could not be deleted")
    finally:
        close_connections()
