"""What forms say: every kind of question, right and wrong; nothing that cannot be read becomes an answer."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.collect.answering import Reading, read_form, write_form
from praksis.collect.journey import Journey
from praksis.define.question import Missing
from praksis.define.survey import Survey
from tests.collect.conftest import change_survey, make_journey
from tests.collect.robot import draw_answers, draw_form

DO_NOT_KNOW = int(Missing.DO_NOT_KNOW)
NOT_APPLICABLE = int(Missing.NOT_APPLICABLE)


def read(journey: Journey, page: str, **fields: str | list[str]) -> Reading:
    form = {name.replace("__", ".").replace("_", "-"): [v] if isinstance(v, str) else v for name, v in fields.items()}
    return read_form(journey, journey.pages[page], form)


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in reading.faults]


def test_a_choice(journey: Journey) -> None:
    code = journey.survey.scale_of("has-strategy").codes["yes"][0]
    assert read(journey, "strategy", has_strategy="yes") == Reading({"has-strategy": code}, {})
    assert read(journey, "strategy") == Reading({"has-strategy": None}, {})
    wrong = read(journey, "strategy", has_strategy="perhaps")
    assert wrong.answers == {"has-strategy": None}
    assert codes(wrong) == [("choice", "has-strategy")]
    assert wrong.raw == {"has-strategy": ("perhaps",)}


def test_rows_of_a_grid_are_read_one_by_one(journey: Journey) -> None:
    scale = journey.survey.scale_of("users-first")
    first = scale.categories[0]
    reading = read(journey, "statements", users_first=first.id, data_shared="nonsense")
    assert reading.answers == {"users-first": first.code, "data-shared": None, "services-tested": None}
    assert codes(reading) == [("choice", "data-shared")]
    assert reading.raw == {"users-first": (first.id,), "data-shared": ("nonsense",)}


def test_a_multiple_choice(journey: Journey) -> None:
    both = read(journey, "barriers", barriers=["lack-of-money", "lack-of-time"])
    assert both.answers == {"lack-of-money": 1, "lack-of-time": 1, "lack-of-skills": 0, "no-barrier": 0}
    nothing = read(journey, "barriers")
    assert set(nothing.answers.values()) == {None}
    assert nothing.faults == ()
    beside = read(journey, "barriers", barriers=["no-barrier", "lack-of-time"])
    assert set(beside.answers.values()) == {None}
    assert codes(beside) == [("exclusive", "barriers")]
    assert codes(read(journey, "barriers", barriers=["lack-of-everything"])) == [("choice", "barriers")]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("12", "12"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234.50", "1234.5"),
        (" 007 ", "7"),
        ("0,0", "0"),
        ("+3", "3"),
        ("+ 3", "3"),
        ("25 000", "25000"),
        ("25\u202f000,5", "25000.5"),
        ("0,500", "0.5"),
        ("1234.500", "1234.5"),
        ("12,5000", "12.5"),
        ("", None),
    ],
)
def test_numbers_as_people_write_them(journey: Journey, text: str, kept: str | None) -> None:
    assert read(journey, "staff", full_time_equivalents=text) == Reading({"full-time-equivalents": kept}, {})


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("many", "number", {}),
        ("1,2,3", "number", {}),
        ("1e3", "number", {}),
        ("٣", "number", {}),
        ("9" * 31, "number", {}),
        ("1 2", "number", {}),
        ("1 2345", "number", {}),
        ("1234 567", "number", {}),
        ("12 ,5", "number", {}),
        ("1,5 000", "number", {}),
        ("25.000", "thousands", {}),
        ("25,000", "thousands", {}),
        ("1.000", "thousands", {}),
        ("1.234", "thousands", {}),
        ("+1.000", "thousands", {}),
        ("1.234.567", "thousands", {}),
        ("1,234.5", "thousands", {}),
        ("100.000,", "thousands", {}),
        ("333.333", "decimals", {"decimals": "1"}),
        ("-1", "small", {"minimum": "0"}),
        ("100000,5", "large", {"maximum": "100000"}),
        ("1,25", "decimals", {"decimals": "1"}),
    ],
)
def test_numbers_that_are_no_answers(journey: Journey, text: str, code: str, params: Mapping[str, str]) -> None:
    reading = read(journey, "staff", full_time_equivalents=text)
    assert reading.answers == {"full-time-equivalents": None}
    assert reading.raw == {"full-time-equivalents": (text,)}
    assert [(fault.code, fault.params) for fault in reading.faults] == [(code, params)]


def test_a_point_before_three_digits_is_read_where_there_may_be_three_decimals(tmp_path: Path) -> None:
    journey = make_journey(change_survey(tmp_path, "decimals: 1", "decimals: 3"))
    assert read(journey, "staff", full_time_equivalents="1,234").answers == {"full-time-equivalents": "1.234"}
    assert codes(read(journey, "staff", full_time_equivalents="1.234.567")) == [("thousands", "full-time-equivalents")]
    assert codes(read(journey, "staff", full_time_equivalents="1.234,567")) == [("thousands", "full-time-equivalents")]


@given(st.integers(1, 10**12 - 1), st.sampled_from([" ", "\u00a0", "\u202f", ".", ",", "'"]), st.sampled_from("+-"))
def test_no_way_of_writing_thousands_is_misread(journey: Journey, number: int, between: str, sign: str) -> None:
    """A whole number is that number, or none: never a thousandth of it."""
    written = sign + f"{number:,}".replace(",", between)
    for page, item in (("staff", "full-time-equivalents"), ("money-wanted", "budget-change")):
        reading = read_form(journey, journey.pages[page], {item: [written]})
        assert reading.answers[item] in (None, str(int(sign + str(number)))), written
        assert bool(reading.faults) == (reading.answers[item] is None)


def test_a_negative_number_is_never_taken_for_a_missing_class(journey: Journey) -> None:
    assert read(journey, "money-wanted", budget_change="−3").answers == {"budget-change": "-3"}
    assert read(journey, "staff", full_time_equivalents__missing="do-not-know").answers == {
        "full-time-equivalents": DO_NOT_KNOW
    }
    assert codes(read(journey, "staff", full_time_equivalents__missing="not-applicable")) == [
        ("choice", "full-time-equivalents.missing")
    ]
    both = read(journey, "staff", full_time_equivalents="12", full_time_equivalents__missing="do-not-know")
    assert both.answers == {"full-time-equivalents": None}
    assert codes(both) == [("both", "full-time-equivalents")]
    assert both.raw == {"full-time-equivalents": ("12",), "full-time-equivalents.missing": ("do-not-know",)}


def test_a_split(journey: Journey) -> None:
    names = ("time-running", "time-building", "time-helping")
    reading = read(journey, "time-spent", time_running="60", time_building="40")
    assert reading.answers == dict(zip(names, ("60", "40", "0"), strict=True))
    over = read(journey, "time-spent", time_running="60", time_building="50")
    assert set(over.answers.values()) == {None}
    assert [(fault.code, fault.params) for fault in over.faults] == [("sum", {"sum": "110", "total": "100"})]
    assert codes(read(journey, "time-spent", time_running="x", time_helping="-4")) == [
        ("number", "time-running"),
        ("small", "time-helping"),
    ]
    assert read(journey, "time-spent", time_spent__missing="do-not-know").answers == dict.fromkeys(names, DO_NOT_KNOW)
    assert set(read(journey, "time-spent").answers.values()) == {None}


@pytest.mark.parametrize(
    ("day", "month", "year", "code", "where"),
    [
        ("31", "2", "2020", "date", "strategy-adopted.day"),
        ("3", "", "2020", "date-lacks", "strategy-adopted.month"),
        ("3", "mai", "2020", "date-part", "strategy-adopted.month"),
        ("3", "5", "1999", "early", "strategy-adopted.day"),
        ("3", "5", "2031", "late", "strategy-adopted.day"),
        ("3", "5", "0", "date-year", "strategy-adopted.year"),
        ("3", "5", "24", "date-year", "strategy-adopted.year"),
        ("3", "5", "0024", "date-year", "strategy-adopted.year"),
        ("3", "5", "i fjor", "date-part", "strategy-adopted.year"),
        ("3", "5", "20245", "date-part", "strategy-adopted.year"),
    ],
)
def test_dates(journey: Journey, day: str, month: str, year: str, code: str, where: str) -> None:
    good = read(journey, "strategy-day", **dict(zip(PARTS, ("3", "5", "2020"), strict=True)))
    assert good == Reading({"strategy-adopted": "2020-05-03"}, {})
    bad = read(journey, "strategy-day", **dict(zip(PARTS, (day, month, year), strict=True)))
    assert bad.answers == {"strategy-adopted": None}
    assert codes(bad) == [(code, where)]


def test_a_year_has_four_digits_whatever_dates_are_answers(tmp_path: Path) -> None:
    journey = make_journey(change_survey(tmp_path, "date: {earliest: 2010-01-01, latest: 2026-12-31}", "date: {}"))
    short = read(journey, "strategy-day", **dict(zip(PARTS, ("3", "5", "24"), strict=True)))
    assert short.answers == {"strategy-adopted": None}
    assert codes(short) == [("date-year", "strategy-adopted.year")]
    assert short.raw["strategy-adopted.year"] == ("24",)


PARTS = ("strategy_adopted__day", "strategy_adopted__month", "strategy_adopted__year")


def test_texts(journey: Journey) -> None:
    assert read(journey, "local-cooperation", partner="  Fjord\r\nheim ").answers == {"partner": "Fjord heim"}
    long = read(journey, "local-cooperation", partner="x" * 61)
    assert long.answers == {"partner": None}
    assert [(fault.code, fault.params) for fault in long.faults] == [("long", {"longest": "60", "length": "61"})]
    assert read(journey, "local-cooperation", partner__missing="not-applicable").answers == {"partner": NOT_APPLICABLE}
    spaced = read(journey, "local-cooperation", partner="10\u00a0000 \U0001f469\u200d\U0001f4bb")
    assert spaced.answers == {"partner": "10 000 \U0001f469\u200d\U0001f4bb"}
    bell = read(journey, "local-cooperation", partner="a\u0007\u202eb")
    assert bell.answers == {"partner": "ab"}


@given(st.data())
def test_what_is_written_is_read_back(survey: Survey, data: st.DataObject) -> None:
    journey = make_journey(survey)
    page = journey.pages[data.draw(st.sampled_from(sorted(journey.pages)))]
    answers = data.draw(draw_answers(journey, page))
    assert read_form(journey, page, write_form(journey, page, answers)) == Reading(answers, {})


@given(st.data())
def test_whatever_is_sent_answers_are_answers(survey: Survey, data: st.DataObject) -> None:
    """Every form is read; what it gives can be written as a form again; with a fault what was written is kept."""
    journey = make_journey(survey)
    page = journey.pages[data.draw(st.sampled_from(sorted(journey.pages)))]
    reading = read_form(journey, page, data.draw(draw_form(journey, page)))
    assert set(reading.answers) == {item.id for item in journey.items_of(page)}
    assert bool(reading.faults) == bool(reading.raw)
    again = read_form(journey, page, write_form(journey, page, reading.answers))
    assert again.answers == reading.answers or reading.faults  # a split may be half read
    if not reading.faults:
        assert again == reading
    else:
        assert read_form(journey, page, reading.raw) == reading
