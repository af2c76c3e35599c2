"""Limits as constraints: written and read as the same, true for the same answers, however others write them."""

import datetime
import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.define.question import DateRule, NumberRule, SplitRule, TextRule
from praksis.define.xlsform.limits import (
    Limits,
    read_limits,
    write_date_limits,
    write_exclusive,
    write_number_limits,
    write_sum,
    write_text_limits,
)
from praksis.define.xlsform.xpath import Expression, parse_xpath, write_xpath
from tests.define.xlsform.oracle import evaluate_xpath

numbers = st.one_of(st.none(), st.integers(-(10**9), 10**9), st.decimals(-999, 999, places=3).map(float))


def again(tree: Expression | None) -> Limits:
    return read_limits(parse_xpath(write_xpath(tree))) if tree else Limits()


@given(numbers, numbers, st.integers(0, 6))
def test_numbers(minimum: float | None, maximum: float | None, decimals: int) -> None:
    limits = again(write_number_limits(NumberRule(minimum=minimum, maximum=maximum, decimals=decimals)))
    assert limits.minimum == (None if minimum is None else Decimal(str(minimum)))
    assert limits.maximum == (None if maximum is None else Decimal(str(maximum)))
    assert limits.decimals == (decimals or None)
    assert not limits.unheld


@given(st.integers(-30, 130), st.integers(0, 2))
def test_a_number_within_the_limits_is_one_that_the_constraint_takes(tenths: int, decimals: int) -> None:
    rule = NumberRule(minimum=-1, maximum=10.5, decimals=decimals)
    answer = f"{Decimal(tenths) / 10}"
    right = -1 <= tenths / 10 <= 10.5 and (decimals > 0 or tenths % 10 == 0)
    tree = write_number_limits(rule)
    assert tree
    taken = evaluate_xpath(tree, {}, answer) and (decimals > 0 or "." not in f"{Decimal(answer).normalize():f}")
    assert taken is right


days = st.one_of(st.none(), st.dates(datetime.date(1700, 1, 1), datetime.date(2100, 1, 1)))


@given(days, days)
def test_dates(earliest: datetime.date | None, latest: datetime.date | None) -> None:
    limits = again(write_date_limits(DateRule(earliest=earliest, latest=latest)))
    assert (limits.earliest, limits.latest, limits.unheld) == (earliest, latest, ())


@given(st.integers(1, 20_000))
def test_texts(longest: int) -> None:
    limits = again(write_text_limits(TextRule(longest=longest)))
    assert (limits.longest, limits.unheld) == (longest, ())


@given(st.sampled_from((100, 7, 24.5, 0.3)), st.integers(1, 3))
def test_sums(total: float, decimals: int) -> None:
    limits = again(write_sum(SplitRule(total=total, decimals=decimals), ["a", "b"]))
    assert (limits.total, limits.summed) == (Decimal(str(total)), (".", "a", "b"))
    assert (limits.minimum, limits.maximum, limits.decimals) == (0, Decimal(str(total)), decimals)
    assert not limits.unheld


@given(st.lists(st.integers(0, 60), min_size=2, max_size=2))
def test_a_sum_takes_what_makes_the_whole(others: list[int]) -> None:
    tree = write_sum(SplitRule(), ["a", "b"])
    answers = {name: str(part) if part else "" for name, part in zip("ab", others, strict=True)}
    rest = 100 - sum(others)
    assert evaluate_xpath(tree, answers, str(rest)) is (rest >= 0)
    assert evaluate_xpath(tree, answers, str(rest + 1)) is False


@pytest.mark.parametrize(
    ("constraint", "minimum", "maximum"),
    [
        (".>=0", 0, None),
        (". > 0 and . < 10", 1, 9),
        ("0 <= . and 10 >= .", 0, 10),
        ("(. >= -5) and (. <= -1)", -5, -1),
        (". > 0.5", 1, None),
        (". < 9.5", None, 9),
        (". >= 3 and . >= 5 and . <= 9 and . <= 8", 5, 8),
        (". > 3 and . >= 4", 4, None),
    ],
)
def test_limits_of_whole_numbers_as_others_write_them(
    constraint: str, minimum: int | None, maximum: int | None
) -> None:
    limits = read_limits(parse_xpath(constraint))
    limits.close(0)
    assert (limits.minimum, limits.maximum, limits.unheld) == (minimum, maximum, ())
    tree = parse_xpath(constraint)
    for answer in range(-20, 20):
        within = (minimum is None or answer >= minimum) and (maximum is None or answer <= maximum)
        assert evaluate_xpath(tree, {}, str(answer)) is within


def test_limits_that_are_not_reached_leave_the_nearest_decimal() -> None:
    limits = read_limits(parse_xpath(". > 0 and . < 1"))
    limits.close(2)
    assert (limits.minimum, limits.maximum) == (Decimal("0.01"), Decimal("0.99"))


@pytest.mark.parametrize(
    "constraint",
    [
        "regex(., '[0-9]+')",
        ". != 13",
        ". >= ${other}",
        ". <= today()",
        "string-length(.) >= 3",
        ". mod 2 = 0",
        ". = 5",
        "true()",
        ". + ${a} = ${b}",
        ". + . + ${a} = 100",
        "${a} + ${a} = 100",
        "2 * ${a} = 100",
        ". >= 1 or . = 0",
        "not(. < 0)",
    ],
)
def test_what_is_no_limit_of_ours_is_left_over(constraint: str) -> None:
    limits = read_limits(parse_xpath(f". >= 0 and ({constraint})"))
    assert limits.unheld
    assert limits.minimum == 0


OPTIONS = ("a", "b", "c", "none", "refused")
ALONE = (
    ("not(selected(., 'none') and count-selected(.) > 1)", ("none",)),
    ("not(selected(., 'none')) or count-selected(.) = 1", ("none",)),
    ("if(selected(., 'none'), count-selected(.) = 1, true())", ("none",)),
    ("count-selected(.) < 2 or not(selected(., 'none'))", ("none",)),
    (
        "not(selected(., 'none') and ("
        + " or ".join(f"selected(., '{one}')" for one in OPTIONS if one != "none")
        + "))",
        ("none",),
    ),
    ("not((selected(., 'none') or selected(., 'refused')) and count-selected(.) > 1)", ("none", "refused")),
    (
        "not(selected(., 'none') and count-selected(.) > 1) and not(selected(., 'refused') and count-selected(.) != 1)",
        ("none", "refused"),
    ),
)


@pytest.mark.parametrize(("constraint", "alone"), ALONE)
def test_options_that_stand_alone_are_found_however_it_is_written(constraint: str, alone: tuple[str, ...]) -> None:
    limits = read_limits(parse_xpath(constraint), OPTIONS)
    assert (limits.exclusive, limits.unheld) == (alone, ())


@pytest.mark.parametrize(
    "constraint",
    [
        "count-selected(.) <= 3",
        "not(selected(., 'none') and selected(., 'a'))",
        "selected(., 'a')",
        "not(selected(., 'none') and count-selected(.) > 2)",
        "not(selected(., 'none'))",
        "not(selected(., 'none') and count-selected(.) > 1 and selected(${x}, 'y'))",
    ],
)
def test_other_rules_about_options_are_not_taken_for_it(constraint: str) -> None:
    limits = read_limits(parse_xpath(constraint), OPTIONS)
    assert (limits.exclusive, len(limits.unheld)) == ((), 1)


@given(st.lists(st.sampled_from(OPTIONS), min_size=1, unique=True))
def test_what_is_written_about_options_keeps_them_alone(alone: list[str]) -> None:
    tree = write_exclusive(alone)
    assert read_limits(parse_xpath(write_xpath(tree)), OPTIONS).exclusive == tuple(alone)
    for size in range(1, len(OPTIONS) + 1):
        for chosen in itertools.combinations(OPTIONS, size):
            allowed = size == 1 or not set(chosen) & set(alone)
            assert evaluate_xpath(tree, {}, " ".join(chosen)) is allowed
