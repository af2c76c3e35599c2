"""When contacts are deleted: from the last closing, in days of the calendar where the letters are written."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from praksis.collect.retention import find_forget_time
from praksis.define.letters import Correspondence
from tests.collect.test_contact import make_plan

UTC = datetime.UTC
OSLO = ZoneInfo("Europe/Oslo")


def keep(days: int, zone: str = "Europe/Oslo") -> Correspondence:
    return make_plan(("i", "2026-01-01", ""), zone=zone).model_copy(update={"forget_after": days})


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("closes", "days", "expected"),
    [
        # Norway is an hour ahead of UTC in winter and two in summer: midnight is another moment than at the closing.
        ("2026-12-01T16:00+01:00", 90, "2027-02-28T23:00+00:00"),
        ("2026-12-01T16:00+01:00", 1, "2026-12-01T23:00+00:00"),
        ("2026-03-28T16:00+01:00", 1, "2026-03-28T23:00+00:00"),
        ("2026-03-28T16:00+01:00", 2, "2026-03-29T22:00+00:00"),
        ("2026-10-24T16:00+02:00", 1, "2026-10-24T22:00+00:00"),
        ("2026-10-24T16:00+02:00", 2, "2026-10-25T23:00+00:00"),
        # It is the 2nd in Oslo already.
        ("2026-12-01T23:30+00:00", 1, "2026-12-02T23:00+00:00"),
        ("2024-02-28T12:00+01:00", 1, "2024-02-28T23:00+00:00"),
        ("2026-12-31T23:59+01:00", 3650, "2036-12-27T23:00+00:00"),
    ],
)
def test_days_are_those_of_the_calendar(closes: str, days: int, expected: str) -> None:
    assert find_forget_time(keep(days), [at(closes)]) == at(expected)


def test_the_last_closing_counts_and_without_one_there_is_no_date() -> None:
    wave, longer = at("2026-12-01T16:00+01:00"), at("2026-12-20T16:00+01:00")
    assert find_forget_time(keep(10), [wave, longer]) == find_forget_time(keep(10), [longer])
    assert find_forget_time(keep(10), [longer, wave]) == at("2026-12-29T23:00+00:00")
    # The same hour by the clock, in October when it comes twice: the second is the later.
    twice = [datetime.datetime(2026, 10, 25, 2, 30, tzinfo=OSLO, fold=fold) for fold in (1, 0)]
    assert find_forget_time(keep(1), twice) == at("2026-10-25T23:00+00:00")
    assert find_forget_time(keep(10), [None, longer]) is None
    assert find_forget_time(keep(10), []) is None


def test_a_day_without_midnight_begins_when_summer_time_does() -> None:
    # In Beirut clocks go from 23:59 to 01:00.
    found = find_forget_time(keep(1, "Asia/Beirut"), [at("2026-03-28T12:00+02:00")])
    assert found == at("2026-03-28T22:00+00:00")
    assert found.astimezone(ZoneInfo("Asia/Beirut")).isoformat() == "2026-03-29T01:00:00+03:00"


def test_a_survey_without_letters_keeps_no_longer_than_others() -> None:
    assert find_forget_time(None, [at("2026-12-01T16:00+01:00")]) == at("2027-02-28T23:00+00:00")
