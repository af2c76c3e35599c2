"""The numbers of the board: a small wave counted by hand, and what must hold at every moment of any wave."""

import datetime
import statistics
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.collect.casework import CaseEvent, Change
from praksis.collect.disposition import (
    Case,
    Code,
    Finding,
    Found,
    Group,
    Letter,
    Rule,
    Step,
    find_disposition,
    keep_until,
    make_case,
)
from praksis.collect.event import Event, EventKind
from praksis.collect.journey import Journey
from praksis.collect.progress import (
    Counts,
    MomentKind,
    count_days,
    count_progress,
    list_coded,
    list_moments,
    list_stops,
)
from praksis.estimate.response_rate import count_dispositions, find_response_rates
from tests.collect.conftest import NOON
from tests.collect.test_disposition import STAFF, STRATEGY, day, draw_case, finish, moments, play, rules

OSLO = ZoneInfo("Europe/Oslo")
RULE = Rule()


def make(key: str, stratum: str, **facts: object) -> Case:
    return Case(key, "head-of-it", stratum, **{"letters": (Letter(day(0), about="invitation"),), **facts})  # type: ignore[arg-type]


def step(at: float, answered: int, page: str) -> Step:
    return Step(day(at), 10, answered, page, "services" if page == "level" else "")


WAVE = (
    make("1", "state", opened_at=day(1), steps=(step(1, 9, ""),), submitted=(day(2),)),
    make("2", "state", opened_at=day(1), steps=(step(1, 3, "level"),)),
    make("3", "state", findings=(Finding(day(3), Found.DECLINED, "no time"),)),
    make("4", "state", findings=(Finding(day(3), Found.MERGED, "into 1"),)),
    make("5", "municipality", letters=(Letter(day(0), bounced_at=day(0.5), about="invitation"),)),
    make("6", "municipality", opened_at=day(4), steps=(step(4, 6, "level"),)),
    make("7", "municipality", opened_at=day(3), steps=(step(3, 8, ""),), submitted=(day(5),), reopened=(day(6),)),
    make("8", "municipality", opened_at=day(5)),
    make("9", "municipality", letters=(), findings=(Finding(day(1), Found.OPTED_OUT),)),
    make("10", "municipality", opened_at=day(2), steps=(step(2, 10, ""),)),
    make("11", "municipality"),
)


def test_a_wave_counted_by_hand() -> None:
    progress = count_progress(WAVE, day(10), RULE)
    total, state = progress.total, progress.strata["state"]
    assert (total.frame, total.invited, total.delivered, total.undeliverable) == (11, 10, 9, 1)
    assert (total.opened, total.started, total.submitted, total.reopened) == (6, 5, 2, 1)
    assert (total.declined, total.opted_out, total.not_eligible) == (1, 1, 1)
    assert total.completion == 2 / 5
    assert total.codes == {
        Code.COMPLETE: 2, Code.PARTIAL: 2, Code.BREAK_OFF: 1, Code.NOTHING_ANSWERED: 1, Code.REFUSAL: 2,
        Code.NON_CONTACT: 2, Code.GONE: 1,
    }  # fmt: skip
    assert total.median_time == datetime.timedelta(days=3.5)
    assert (state.frame, state.submitted, state.declined, state.not_eligible) == (4, 1, 1, 1)
    assert list(progress.strata) == ["municipality", "state"]


def test_rates_of_that_wave() -> None:
    """10 belong: 2 complete, 2 partial. Nobody is in doubt, so that RR1, RR3 and RR5 are one number."""
    rates = find_response_rates(count_dispositions(count_progress(WAVE, day(10), RULE).total.groups))
    assert (rates.rr1, rates.rr2) == (0.2, 0.4)
    assert rates.rr1 == rates.rr3 == rates.rr5
    doubtful = count_progress(WAVE, day(10), Rule(certain_frame=False)).total
    rates = find_response_rates(count_dispositions(doubtful.groups))
    assert (doubtful.groups["unknown"], doubtful.groups["unknown_other"]) == (1, 1)
    assert rates.eligible_part == 8 / 9
    assert rates.rr1 == 0.2
    assert rates.rr3 == pytest.approx(2 / (8 + 2 * 8 / 9))
    assert rates.rr5 == 2 / 8


def test_the_board_as_it_was() -> None:
    expected = {
        -1: (0, 0, 0, 0),
        0: (10, 0, 0, 0),
        1: (10, 2, 2, 0),
        2: (10, 3, 3, 1),
        4: (10, 5, 5, 1),
        5: (10, 6, 5, 2),
    }
    for at, numbers in expected.items():
        total = count_progress(WAVE, day(at), RULE).total
        assert (total.invited, total.opened, total.started, total.submitted) == numbers
    assert count_progress(WAVE, day(0.4), RULE).total.undeliverable == 0


def test_what_was_opened_and_submitted_again_is_open_no_more() -> None:
    case = make("1", "", submitted=(day(1), day(3)), reopened=(day(2),))
    found = [count_progress([case], day(at), RULE).total for at in (1, 2, 3)]
    assert [(one.submitted, one.reopened) for one in found] == [(1, 0), (1, 1), (1, 0)]


def test_an_empty_wave() -> None:
    progress = count_progress((), day(0), RULE)
    assert progress.total == Counts(groups=dict.fromkeys(Group, 0))
    assert str(progress.total.completion) == "nan"
    assert not progress.strata
    assert count_days((), day(0), OSLO) == ()
    assert list_stops((), day(0)) == ()


def test_who_is_stuck_where() -> None:
    """Most stand at "level"; of those with only submitting left, 7 opened its response again."""
    third = make("12", "state", steps=(step(0.5, 1, "level"),))
    level, rest = list_stops([*WAVE, third], day(10))
    found = [(one.organisation, one.since, one.answered) for one in level.who]
    assert found == [("12", day(0.5), 1), ("2", day(1), 3), ("6", day(4), 6)]
    assert (level.section, level.page) == ("services", "level")
    assert (rest.page, [(one.organisation, one.since) for one in rest.who]) == ("", [("10", day(2)), ("7", day(6))])
    before = list_stops(WAVE, day(1.5))
    assert [(stop.page, [one.organisation for one in stop.who]) for stop in before] == [("", ["1"]), ("level", ["2"])]


def test_who_said_no_is_not_stuck() -> None:
    declined = make("1", "", steps=(step(1, 3, "level"),), findings=(Finding(day(2), Found.DECLINED),))
    assert not list_stops([declined], day(3))
    assert list_stops([declined], day(1))
    went_on = make("1", "", steps=(step(1, 3, "level"), step(3, 4, "level")), findings=declined.findings)
    assert list_stops([went_on], day(3))


def test_days_of_submissions() -> None:
    found = [(one.date.day, one.submitted, one.total) for one in count_days(WAVE, day(6), OSLO)]
    assert found == [(22, 0, 0), (23, 0, 0), (24, 1, 1), (25, 0, 1), (26, 0, 1), (27, 1, 2), (28, 0, 2)]


def test_days_are_those_of_the_place() -> None:
    """Half past eleven in the evening by UTC is the next day in Oslo."""
    late = datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC)
    (_, oslo) = count_days([make("1", "", submitted=(late,))], late, OSLO)
    (utc,) = count_days([make("1", "", submitted=(late,))], late, datetime.UTC)
    assert (oslo.date.day, utc.date.day) == (23, 22)
    assert oslo.submitted == utc.submitted == 1


def test_one_organisation_and_what_happened_to_it() -> None:
    case = make(
        "5", "municipality",
        letters=(Letter(day(0), bounced_at=day(1), about="invitation"), Letter(day(2), day(2), about="reminder-1")),
        opened_at=day(3), steps=(step(3, 4, "level"),), submitted=(day(4),), reopened=(day(5),),
        findings=(Finding(day(1.5), Found.NOTE, "new address"),),
    )  # fmt: skip
    found = [(one.kind, one.about or one.note or one.answered) for one in list_moments(case, day(4))]
    assert found == [
        (MomentKind.SENT, "invitation"), (MomentKind.BOUNCED, "invitation"), (MomentKind.FOUND, "note"),
        (MomentKind.SENT, "reminder-1"), (MomentKind.DELIVERED, "reminder-1"), (MomentKind.OPENED, 0),
        (MomentKind.SAVED, 4), (MomentKind.SUBMITTED, 0),
    ]  # fmt: skip
    assert list_moments(case, day(5))[-1].kind is MomentKind.REOPENED
    assert list_moments(case, day(1.5))[-1].note == "new address"


def test_what_decides_nothing_is_told_too() -> None:
    noted = [
        CaseEvent(day(2), "lead", Change.EXTENDED, note="illness", details={"until": "2026-12-24"}),
        CaseEvent(day(2.5), "lead", Found.NOTE, note="of the case itself"),
        CaseEvent(day(4), "lead", Change.CONTACT),
    ]
    events = [
        Event(1, day(3), "1", EventKind.HANDED_OVER, section="level", whom="2"),
        Event(2, day(3.5), "1", EventKind.TAKEN_BACK, section="level", whom="2"),
        Event(3, day(3.6), "1", EventKind.SUBMITTED),
        Event(4, day(9), "1", EventKind.HANDED_OVER, section="level", whom="2"),
    ]
    found = list_moments(make("5", "municipality", letters=()), day(4), noted, events)
    assert {one.kind for one in found} == {MomentKind.CHANGED}
    said = [" ".join(part for part in (one.about, one.note) if part) for one in found]
    assert said == ["extended 2026-12-24 illness", "handed-over level", "taken-back level", "contact"]


def test_whose_answers_count() -> None:
    assert list_coded(WAVE, day(10), RULE, [Group.COMPLETE]) == (("1", "head-of-it"), ("7", "head-of-it"))
    partial = list_coded(WAVE, day(10), RULE, [Group.COMPLETE, Group.PARTIAL])
    assert [key for key, _ in partial] == ["1", "6", "7", "10"]
    assert list_coded(WAVE, day(10), RULE, [Group.NOT_ELIGIBLE]) == (("4", "head-of-it"),)


def test_real_responses_on_the_board(journey: Journey) -> None:
    """One that stopped after two pages, one that was submitted, from their events."""
    done = finish(journey)
    cases = [
        make_case(journey, "municipality", play(journey, STAFF, STRATEGY), [Letter(NOON)]),
        make_case(journey, "municipality", play(journey, *done, ("submit", {})), [Letter(NOON)]),
    ]
    total = count_progress(cases, day(100), RULE).total
    assert (total.started, total.submitted, total.completion) == (2, 1, 0.5)
    assert total.median_time == datetime.timedelta(days=len(done) + 2)
    (stop,) = list_stops(cases, day(100))
    assert (stop.section, stop.page) == ("welcome", "local-cooperation")
    assert [one.answered for one in stop.who] == [2]


waves = st.lists(draw_case(), max_size=8)


@given(waves, moments, rules)
def test_what_holds_at_every_moment(cases: list[Case], at: datetime.datetime, rule: Rule) -> None:
    progress = count_progress(cases, at, rule)
    total = progress.total
    assert total.frame >= total.invited >= total.delivered >= total.opened >= total.started >= total.submitted
    assert total.invited == total.delivered + total.undeliverable
    assert total.submitted >= total.reopened
    assert sum(total.codes.values()) == sum(total.groups.values()) == total.frame == len(cases)
    assert total.declined <= total.codes.get(Code.REFUSAL, 0)
    assert progress == count_progress([keep_until(case, at) for case in cases], at, rule)
    counted = ("frame", "invited", "undeliverable", "opened", "submitted", "declined", "not_eligible")
    for name in counted:
        assert sum(getattr(counts, name) for counts in progress.strata.values()) == getattr(total, name)
    assert len(list_coded(cases, at, rule, Group)) == len(cases)


@given(waves, moments)
def test_days_end_where_the_board_is(cases: list[Case], at: datetime.datetime) -> None:
    days = count_days(cases, at, OSLO)
    submitted = count_progress(cases, at, RULE).total.submitted
    assert (days[-1].total if days else 0) == submitted == sum(one.submitted for one in days)
    assert all((later.date - day.date).days == 1 for day, later in zip(days, days[1:], strict=False))


@given(waves, moments)
def test_everyone_stuck_has_begun_and_is_there_once(cases: list[Case], at: datetime.datetime) -> None:
    known = [keep_until(case, at) for case in cases]
    stuck = [one for stop in list_stops(cases, at) for one in stop.who]
    sizes = [len(stop.who) for stop in list_stops(cases, at)]
    assert sizes == sorted(sizes, reverse=True)
    held = sum(bool(case.submitted) and not case.is_open_again for case in known)
    assert len(stuck) <= sum(case.is_started for case in known) - held
    unfinished = (Code.PARTIAL, Code.BREAK_OFF)
    must = [case for case in known if find_disposition(case, at, RULE).code in unfinished and case.said is None]
    assert len(stuck) >= len(must)


@given(waves, moments)
def test_median_time(cases: list[Case], at: datetime.datetime) -> None:
    times = [
        case.submitted[0] - case.letters[0].sent_at
        for case in (keep_until(case, at) for case in cases)
        if case.submitted and case.letters and case.submitted[0] >= case.letters[0].sent_at
    ]
    found = count_progress(cases, at, RULE).total.median_time
    seconds = [time.total_seconds() for time in times]
    assert found == (datetime.timedelta(seconds=statistics.median(seconds)) if times else None)


@given(draw_case(), moments)
def test_moments_are_in_order_and_none_is_later(case: Case, at: datetime.datetime) -> None:
    found = list_moments(case, at)
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert all(one.at <= at for one in found)
    everything = list_moments(case, day(1000))
    facts = len(case.steps) + len(case.submitted) + len(case.reopened) + len(case.findings) + len(case.letters)
    bounced = sum(letter.bounced_at is not None for letter in case.letters)
    assert len(everything) == facts + bounced + (case.opened_at is not None)
