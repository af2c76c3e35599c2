"""AAPOR's rates against their formulas, written out, and what must hold between them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.estimate.response_rate import (
    Dispositions,
    FaultyDispositions,
    count_dispositions,
    estimate_eligible_part,
    find_response_rates,
)

I, P, R, NC, O, UH, UO, NE = 300, 40, 60, 70, 10, 50, 25, 120  # noqa: E741
ALL = Dispositions(I, P, R, NC, O, UH, UO, NE)


def test_formulas() -> None:
    e = (I + P + R + NC + O) / (I + P + R + NC + O + NE)
    found = find_response_rates(ALL)
    assert found.eligible_part == pytest.approx(e) == pytest.approx(0.8)
    assert found.rr1 == pytest.approx(I / ((I + P) + (R + NC + O) + (UH + UO)))
    assert found.rr2 == pytest.approx((I + P) / ((I + P) + (R + NC + O) + (UH + UO)))
    assert found.rr3 == pytest.approx(I / ((I + P) + (R + NC + O) + e * (UH + UO)))
    assert found.rr4 == pytest.approx((I + P) / ((I + P) + (R + NC + O) + e * (UH + UO)))
    assert found.rr5 == pytest.approx(I / ((I + P) + (R + NC + O)))
    assert found.rr6 == pytest.approx((I + P) / ((I + P) + (R + NC + O)))
    assert found.coop1 == pytest.approx(I / ((I + P) + R + O))
    assert found.coop2 == pytest.approx((I + P) / ((I + P) + R + O))
    assert found.coop3 == pytest.approx(I / ((I + P) + R))
    assert found.coop4 == pytest.approx((I + P) / ((I + P) + R))
    assert found.ref1 == pytest.approx(R / ((I + P) + (R + NC + O) + (UH + UO)))
    assert found.ref2 == pytest.approx(R / ((I + P) + (R + NC + O) + e * (UH + UO)))
    assert found.ref3 == pytest.approx(R / ((I + P) + (R + NC + O)))
    assert found.con1 == pytest.approx(((I + P) + R + O) / ((I + P) + R + O + NC + (UH + UO)))
    assert found.con2 == pytest.approx(((I + P) + R + O) / ((I + P) + R + O + NC + e * (UH + UO)))
    assert found.con3 == pytest.approx(((I + P) + R + O) / ((I + P) + R + O + NC))


def test_numbers_worked_by_hand() -> None:
    """480 eligible, 75 in doubt, e 0.8: RR1 = 300/555, RR3 = 300/540, RR5 = 300/480."""
    found = find_response_rates(ALL)
    assert found.rr1 == pytest.approx(0.540541, abs=5e-7)
    assert found.rr3 == pytest.approx(0.555556, abs=5e-7)
    assert found.rr5 == 0.625
    assert found.rr6 == pytest.approx(0.708333, abs=5e-7)


counts = st.floats(0, 1e6).map(lambda x: round(x, 1))


@given(st.builds(Dispositions, *[counts] * 8), st.floats(0, 1))
def test_order(dispositions: Dispositions, e: float) -> None:
    found = find_response_rates(dispositions, e)
    if dispositions.eligible == 0:
        assert math.isnan(found.rr5)
        return
    close = 1e-12
    assert 0 <= found.rr1 <= found.rr3 + close <= found.rr5 + 2 * close <= 1 + 3 * close
    assert found.rr2 <= found.rr4 + close <= found.rr6 + 2 * close
    assert found.rr1 <= found.rr2 and found.rr3 <= found.rr4 and found.rr5 <= found.rr6  # noqa: PT018
    assert find_response_rates(dispositions, 1).rr3 == pytest.approx(found.rr1)
    assert find_response_rates(dispositions, 0).rr3 == pytest.approx(found.rr5)
    assert found.con3 * (found.coop2 if dispositions.answered else 0) == pytest.approx(found.rr6)


def test_a_frame_without_doubt_has_one_rate() -> None:
    found = find_response_rates(Dispositions(complete=343, refusal=10, non_contact=135))
    assert found.rr1 == found.rr2 == found.rr3 == found.rr6 == pytest.approx(343 / 488)


def test_weighted_rates_are_those_of_sums_of_weights() -> None:
    double = Dispositions(*(2.5 * count for count in (I, P, R, NC, O, UH, UO, NE)))
    for one, other in zip(
        vars(find_response_rates(ALL)).values(), vars(find_response_rates(double)).values(), strict=True
    ):
        assert one == pytest.approx(other)


def test_counting_by_name() -> None:
    assert count_dispositions({"complete": 3, "refusal": 2}) == Dispositions(3, refusal=2)
    with pytest.raises(FaultyDispositions, match='none called "refused".*complete, partial'):
        count_dispositions({"refused": 2})


def test_faulty_numbers() -> None:
    with pytest.raises(FaultyDispositions, match="refusal is -1"):
        Dispositions(1, refusal=-1)
    with pytest.raises(FaultyDispositions, match="complete is nan"):
        Dispositions(math.nan)
    with pytest.raises(FaultyDispositions, match="e is 1.5"):
        find_response_rates(ALL, 1.5)


def test_nobody_is_known() -> None:
    """With nobody to learn e from, everyone in doubt counts."""
    assert estimate_eligible_part(Dispositions(0, unknown=5)) == 1
    assert find_response_rates(Dispositions(0, unknown=5)).rr1 == 0
