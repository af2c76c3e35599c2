"""Rounding, said once: bounds and rounding are each other's inverse."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from praksis.define.rounding import (
    NATURAL_FREQUENCIES,
    bound_natural_frequency,
    bound_rounded,
    find_natural_frequency,
    round_half_away,
)

VALUES = st.fractions(-120, 120, max_denominator=2000)
"""Shares of at most 2000 organisations, and changes between them: halves and thirds stand exactly."""


def round_exactly(value: Fraction, decimals: int) -> Fraction:
    """The twin: school rounding in whole numbers."""
    scaled = abs(value) * 10**decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    size = Fraction(whole + (2 * rest >= scaled.denominator), 10**decimals)
    return size if value >= 0 else -size


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(12.5, 0, 13), (-12.5, 0, -13), (0.5, 0, 1), (-0.4, 0, 0), (2.675, 2, 2.68), (67.45, 1, 67.5), (1.005, 2, 1.01)],
)
def test_halves_go_away_from_zero(value: float, decimals: int, expected: float) -> None:
    assert round_half_away(value, decimals) == pytest.approx(expected, abs=1e-12)


def test_zero_has_no_sign() -> None:
    assert math.copysign(1, round_half_away(-0.2)) == 1


@given(VALUES, st.integers(0, 2))
def test_rounding_against_the_twin(value: Fraction, decimals: int) -> None:
    assert round_half_away(float(value), decimals) == pytest.approx(float(round_exactly(value, decimals)), abs=1e-9)


@given(VALUES, st.integers(0, 2), st.integers(-12000, 12000))
def test_bounds_hold_exactly_what_is_rounded_there(value: Fraction, decimals: int, steps: int) -> None:
    published = Fraction(steps, 10**decimals)
    text = f"{'-' if published < 0 else ''}{abs(float(published)):.{decimals}f}"
    assert bound_rounded(text).contain(float(value)) == (round_exactly(value, decimals) == published)


@given(VALUES, st.integers(0, 2))
def test_a_value_is_within_the_bounds_of_its_own_rounding(value: Fraction, decimals: int) -> None:
    assert bound_rounded(f"{round_half_away(float(value), decimals):.{decimals}f}").contain(float(value))


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(30, Fraction(1, 3)), (54, Fraction(1, 2)), (90, Fraction(9, 10)), (2, None), (99, None), (15, Fraction(1, 10)),
     (22.5, Fraction(1, 5)), (27, Fraction(1, 4)), (62, Fraction(2, 3)), (58, None), (50, Fraction(1, 2)), (4.9, None)],
)  # fmt: skip
def test_natural_frequencies(percent: float, expected: Fraction | None) -> None:
    assert find_natural_frequency(percent) == expected


@given(st.fractions(0, 100, max_denominator=2000), st.sampled_from(NATURAL_FREQUENCIES))
def test_natural_bounds_hold_exactly_what_is_said_so(percent: Fraction, fraction: Fraction) -> None:
    limits = {bound for one in NATURAL_FREQUENCIES for bound in vars(bound_natural_frequency(one)).values()}
    # Between two fractions the limit itself goes to one of them by exact arithmetic; floats may not tell.
    assume(percent not in limits or percent.denominator in (1, 2))
    assert bound_natural_frequency(fraction).contain(float(percent)) == (
        find_natural_frequency(float(percent)) == fraction
    )


def test_natural_bounds_meet_without_gap_or_overlap() -> None:
    bounds = [bound_natural_frequency(fraction) for fraction in NATURAL_FREQUENCIES]
    for lower, upper in zip(bounds, bounds[1:], strict=False):
        assert lower.high <= upper.low
        assert not (lower.high == upper.low and lower.high_included and upper.low_included)
