"""Shares: textbook cases, what counts in the base, what is hidden, and the limits of intervals."""

import math
from collections.abc import Callable

import pytest

from praksis.define.question import Missing
from praksis.estimate.cube import Cell, Status
from praksis.estimate.estimator import Estimator
from praksis.estimate.interval import bound_share

ALL = Cell("item", "yes", "all", "1")


def frame_of(size: int) -> dict[str, dict[str, str]]:
    return {f"o{i}": {} for i in range(size)}


def test_simple_random_sample(make_estimator: Callable[..., Estimator]) -> None:
    """Cochran (1977, Sampling Techniques, eq. 3.8): v(p) = (1 - n/N) p q / (n - 1)."""
    answers = {f"o{i}": int(i < 20) for i in range(50)}
    estimate = make_estimator({"1": frame_of(120)}, {"1": answers}).estimate(ALL)
    assert estimate.value == pytest.approx(40)
    assert estimate.se == pytest.approx(100 * math.sqrt((1 - 50 / 120) * 0.4 * 0.6 / 49), rel=1e-12)
    assert (estimate.n, estimate.population) == (50, 120)


def test_process_has_no_correction(make_estimator: Callable[..., Estimator]) -> None:
    answers = {f"o{i}": int(i < 20) for i in range(50)}
    estimate = make_estimator({"1": frame_of(50)}, {"1": answers}, inference="process").estimate(ALL)
    assert estimate.se == pytest.approx(100 * math.sqrt(0.4 * 0.6 / 49), rel=1e-12)


def test_full_count_is_exact(make_estimator: Callable[..., Estimator]) -> None:
    answers = {f"o{i}": int(i < 7) for i in range(21)}
    estimate = make_estimator({"1": frame_of(21)}, {"1": answers}).estimate(ALL)
    assert (estimate.se, estimate.full_count) == (pytest.approx(0, abs=1e-12), True)
    assert (estimate.lower, estimate.upper) == (pytest.approx(100 / 3), pytest.approx(100 / 3))


def test_missing_classes_stay_apart(make_estimator: Callable[..., Estimator]) -> None:
    """Not answered is no part of the sample; do not know is an answer, but on this scale outside the base."""
    answers = {f"o{i}": int(i < 8) for i in range(20)}
    answers |= {"o20": Missing.NOT_ANSWERED, "o21": Missing.DO_NOT_KNOW, "o22": Missing.NOT_ASKED}
    estimate = make_estimator({"1": frame_of(40)}, {"1": answers}).estimate(ALL)
    assert (estimate.value, estimate.n) == (pytest.approx(40), 20)


def test_few_answers_are_hidden(make_estimator: Callable[..., Estimator]) -> None:
    answers = {f"o{i}": 1 for i in range(4)}
    estimate = make_estimator({"1": frame_of(10)}, {"1": answers}, min_n=5).estimate(ALL)
    assert estimate.status is Status.CONFIDENTIAL
    assert (estimate.value, estimate.se, estimate.lower, estimate.upper, estimate.n) == (0, 0, 0, 0, 0)


def test_change_of_a_hidden_share_is_hidden(make_estimator: Callable[..., Estimator]) -> None:
    waves = {"1": {f"o{i}": 1 for i in range(4)}, "2": {f"o{i}": 1 for i in range(9)}}
    estimator = make_estimator({"1": frame_of(10), "2": frame_of(10)}, waves, min_n=5)
    assert estimator.estimate(Cell("item", "yes", "all", "2", since="1")).status is Status.CONFIDENTIAL


def test_lonely_stratum_is_centred_on_all(make_estimator: Callable[..., Estimator]) -> None:
    """A stratum with one response of several gives a variance, not a division by zero (R: lonely.psu="adjust")."""
    frame = {f"o{i}": {"size": "a" if i < 5 else "b"} for i in range(20)}
    answers = {"o0": 1} | {f"o{i}": int(i % 2) for i in range(5, 15)}
    estimate = make_estimator({"1": frame}, {"1": answers}, strata=("size",)).estimate(ALL)
    assert estimate.se > 0


def test_limits_cannot_pass_what_is_possible() -> None:
    """2 of 4 answered and both said yes: at least 2 of the 4 have it, whatever a wide interval says."""
    assert bound_share(1.0, 0.0, 2, 0.5, 1, 0.95)[0] < 0.1
    assert bound_share(1.0, 0.0, 2, 0.5, 1, 0.95, population=4) == (0.5, 1.0)


def test_wilson_equals_the_textbook() -> None:
    """Without correction the effective size is n: Agresti & Coull (1998), 10 of 20 -> 0.299 to 0.701 (z = 1.96)."""
    lower, upper = bound_share(0.5, math.sqrt(0.25 / 20), 20, 0.0, 10**9, 0.95)
    assert (round(lower, 3), round(upper, 3)) == (0.299, 0.701)
