"""Shares: textbook cases, what counts in the base, what is hidden, and the limits of intervals."""

import dataclasses
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.microdata import read_microdata
from praksis.estimate.cube import Cell, Status
from praksis.estimate.estimator import Estimator
from praksis.estimate.interval import Bounded, Shares, bound_differences, bound_shares_wilson, keep_possible
from praksis.estimate.sample import draw_sample
from praksis.estimate.share import linearise_share

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


def test_who_was_lost_on_the_way_is_unknown(reference: Survey, reference_microdata: Path) -> None:
    """A body that skipped the staircase was never asked what stops the next step: it is not part of that sample,
    while one on the top step was passed by and is known to be outside."""
    microdata = read_microdata(reference, "2019", reference_microdata)
    barriers = [item.id for question in reference.questions if question.id == "barriers" for item in question.items]

    def place(code: int) -> tuple[int, int]:
        answers = {item: codes.copy() for item, codes in microdata.answers.items()}
        answers["staircase"][microdata.roles.index("head-of-it")] = code
        for item in barriers:
            answers[item][microdata.roles.index("head-of-it")] = Missing.NOT_ASKED
        changed = dataclasses.replace(microdata, answers=answers)
        linear = linearise_share(draw_sample(reference, changed, "head-of-it"), "lack-of-funding", "chosen", "all")
        assert linear is not None
        return linear.n, len(linear.z)

    (n_lost, asked_lost), (n_top, asked_top) = place(Missing.NOT_ANSWERED), place(4)
    assert (n_lost, asked_lost) == (n_top, asked_top - 1)


def test_few_answers_are_hidden(make_estimator: Callable[..., Estimator]) -> None:
    answers = {f"o{i}": 1 for i in range(4)}
    estimate = make_estimator({"1": frame_of(10)}, {"1": answers}, min_n=5).estimate(ALL)
    assert estimate.status is Status.CONFIDENTIAL
    assert (estimate.value, estimate.se, estimate.lower, estimate.upper, estimate.n) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(("value", "status"), [(0, Status.CONFIDENTIAL), (1, Status.CONFIDENTIAL)])
def test_everyone_or_no_one_of_a_sensitive_item_is_hidden(
    value: int, status: Status, make_estimator: Callable[..., Estimator]
) -> None:
    answers = {f"o{i}": value for i in range(8)}
    plain = make_estimator({"1": frame_of(10)}, {"1": answers})
    assert plain.estimate(ALL).status is Status.SHOWN
    questions = tuple(
        question.model_copy(update={"items": tuple(i.model_copy(update={"sensitive": True}) for i in question.items)})
        for question in plain.survey.questions
    )
    # Not `model_copy`: it would take the survey's cached look-ups along.
    fields = {name: getattr(plain.survey, name) for name in Survey.model_fields} | {"questions": questions}
    sensitive = Estimator(Survey(**fields), plain.microdata)
    assert sensitive.estimate(ALL).status is status


def test_unasked_and_empty_are_told_apart(make_estimator: Callable[..., Estimator]) -> None:
    frame = {f"o{i}": {"size": "a" if i < 5 else "b"} for i in range(10)}
    estimator = make_estimator({"1": frame}, {"1": {f"o{i}": 1 for i in range(5)}})
    assert estimator.estimate(Cell("item", "yes", "size=b", "1")).status is Status.EMPTY
    assert estimator.estimate(Cell("item", "yes", "all", "2")).status is Status.NOT_ASKED


def test_change_of_a_hidden_share_is_hidden(make_estimator: Callable[..., Estimator]) -> None:
    waves = {"1": {f"o{i}": 1 for i in range(4)}, "2": {f"o{i}": 1 for i in range(9)}}
    estimator = make_estimator({"1": frame_of(10), "2": frame_of(10)}, waves, min_n=5)
    assert estimator.estimate(Cell("item", "yes", "all", "2", since="1")).status is Status.CONFIDENTIAL


def test_lonely_stratum_is_centred_on_all(make_estimator: Callable[..., Estimator]) -> None:
    """A stratum with one response of five: its z stands uncentred, (1 - 1/5) z^2 (R: lonely.psu="adjust")."""
    frame = {f"o{i}": {"size": "a" if i < 5 else "b"} for i in range(20)}
    answers = {"o0": 1} | {f"o{i}": int(i % 2) for i in range(5, 15)}
    estimate = make_estimator({"1": frame}, {"1": answers}, strata=("size",)).estimate(ALL)
    p = 6 / 11
    lonely = (1 - 1 / 5) * ((1 - p) / 11) ** 2
    other = (1 - 10 / 15) * 10 / 9 * 10 * 0.25 / 11**2
    assert estimate.se == pytest.approx(100 * math.sqrt(lonely + other), rel=1e-12)


def test_a_silent_stratum_is_not_a_full_count(make_estimator: Callable[..., Estimator]) -> None:
    """All of stratum a and none of b answered: half the population is unknown, and the interval says so."""
    frame = {f"o{i}": {"size": "a" if i < 6 else "b"} for i in range(12)}
    estimate = make_estimator({"1": frame}, {"1": {f"o{i}": int(i < 2) for i in range(6)}}, strata=("size",)).estimate(
        ALL
    )
    assert not estimate.full_count
    assert estimate.upper - estimate.lower > 25


def test_strata_that_agree_within_do_not_make_certain(make_estimator: Callable[..., Estimator]) -> None:
    """Every answer in a stratum is the same, so that the standard error is 0 up to the last bits."""
    frame = {f"o{i}": {"size": "a" if i < 60 else "b"} for i in range(150)}
    answers = {f"o{i}": 1 for i in range(6)} | {f"o{i}": 0 for i in range(60, 71)}
    estimate = make_estimator({"1": frame}, {"1": answers}, strata=("size",)).estimate(ALL)
    assert estimate.se == pytest.approx(0, abs=1e-6)
    assert estimate.lower < 25
    assert estimate.upper > 45


def test_gap_between_extremes_keeps_its_uncertainty(make_estimator: Callable[..., Estimator]) -> None:
    """None of 5 against none of 5, of 50 each: the two may well differ."""
    frame = {f"o{i}": {"size": "a" if i < 50 else "b"} for i in range(100)}
    answers = {f"o{i}": 0 for i in (*range(5), *range(50, 55))}
    estimator = make_estimator({"1": frame}, {"1": answers}, strata=("size",))
    gap = estimator.estimate(Cell("item", "yes", "size=a", "1", against="size=b"))
    assert (gap.value, gap.clear) == (0, False)
    assert gap.upper - gap.lower > 50


def bound_one(
    p: float, se: float, n: int, fraction: float, df: int = 10**9, population: int = 0
) -> tuple[float, float]:
    """The 95 percent Wilson interval of one share."""
    shares = Shares(*(np.array([float(one)]) for one in (p, se, n, fraction, df, p * n)))
    lower, upper = keep_possible(shares, np.array([float(population)]), bound_shares_wilson(shares, 0.95))
    return float(lower[0]), float(upper[0])


def test_newcombe_1998() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: 56/70 - 48/80 -> 0.0524 to 0.3339."""
    shares = [(56 / 70, 70), (48 / 80, 80)]
    first, second = (
        Bounded(*(np.array([one]) for one in (p, *bound_one(p, math.sqrt(p * (1 - p) / n), n, 0.0)))) for p, n in shares
    )
    lower, upper = bound_differences(first, second, np.zeros(1))
    assert (round(lower[0], 4), round(upper[0], 4)) == (0.0524, 0.3339)


def test_limits_cannot_pass_what_is_possible() -> None:
    """2 of 4 answered and both said yes: at least 2 of the 4 have it, whatever a wide interval says."""
    assert bound_one(1.0, 0.0, 2, 0.5, 1)[0] < 0.1
    assert bound_one(1.0, 0.0, 2, 0.5, 1, population=4) == (0.5, 1.0)


def test_wilson_equals_the_textbook() -> None:
    """Without correction the effective size is n: Agresti & Coull (1998), 10 of 20 -> 0.299 to 0.701 (z = 1.96)."""
    lower, upper = bound_one(0.5, math.sqrt(0.25 / 20), 20, 0.0)
    assert (round(lower, 3), round(upper, 3)) == (0.299, 0.701)
