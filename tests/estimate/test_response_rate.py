"""AAPOR's rates against worked examples, cell by cell; against their formulas, written out; what holds between them."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.collect.disposition import Code, Disposition, count_groups
from praksis.estimate.response_rate import (
    Dispositions,
    FaultyDispositions,
    ResponseRates,
    count_dispositions,
    estimate_eligible_part,
    find_response_rates,
)

# -- worked examples ---------------------------------------------------------------------------------------------------


def check_cells(found: ResponseRates, cells: str, places: int = 8) -> None:
    """Every cell of a printed table `RR1 0.469...`: equal to as many decimals as were printed. None may lack."""
    words = cells.split()
    printed = dict(zip(words[::2], words[1::2], strict=True))
    rates = {name.upper(): value for name, value in vars(found).items() if name != "eligible_part"}
    assert set(printed) == set(rates)
    for name, value in printed.items():
        assert f"{rates[name]:.{places}f}" == value, name


def test_worked_example_of_the_vignette_of_outcomerate() -> None:
    """Outcomes of 1 691 cases: 760 I, 339 P, 59 R, 288 NC, 1 O, 173 UO, 71 not eligible, e by proportional allocation.

    Source: Pilliard Hellwig (2018), "Intro to outcomerate", vignette of the R package `outcomerate` 1.0.1, which
    implements the Standard Definitions and was peer reviewed by rOpenSci; all sixteen rates as printed there.
    """
    counts = Dispositions(760, 339, 59, 288, 1, unknown_other=173, not_eligible=71)
    found = find_response_rates(counts)
    check_cells(
        found,
        """
        RR1 0.46913580 RR2 0.67839506 RR3 0.47149080 RR4 0.68180052 RR5 0.52522460 RR6 0.75950242
        COOP1 0.65573770 COOP2 0.94823123 COOP3 0.65630397 COOP4 0.94905009
        REF1 0.03641975 REF2 0.03660258 REF3 0.04077402 CON1 0.71543210 CON2 0.71902347 CON3 0.80096752
        """,
    )


def test_the_same_example_from_the_codes_of_its_cases() -> None:
    """The 1 691 cases as dispositions of Praksis give the same cells: codes, groups and rates are one chain."""
    codes = {
        Code.COMPLETE: 760, Code.PARTIAL: 339, Code.REFUSAL: 40, Code.NOTHING_ANSWERED: 9, Code.BREAK_OFF: 10,
        Code.NON_CONTACT: 288, Code.UNABLE: 1, Code.UNDELIVERABLE: 173, Code.OUTSIDE: 50, Code.DUPLICATE: 1,
        Code.GONE: 20,
    }  # fmt: skip
    cases = [Disposition(code, final=True) for code, count in codes.items() for _ in range(count)]
    assert count_dispositions(count_groups(cases)) == Dispositions(760, 339, 59, 288, 1, 0, 173, 71)


FOURTEEN = ("I", "P", "I", "NC", "UH", "I", "R", "NE", "UR", "UO", "I", "O", "P", "I")
FIELDS = {
    "I": "complete", "P": "partial", "R": "refusal", "NC": "non_contact", "O": "other", "UH": "unknown",
    "UR": "unknown_respondent", "UO": "unknown_other", "NE": "not_eligible",
}  # fmt: skip


def sum_weights(weights: list[float]) -> Dispositions:
    sums = dict.fromkeys(FIELDS.values(), 0.0)
    for symbol, weight in zip(FOURTEEN, weights, strict=True):
        sums[FIELDS[symbol]] += weight
    return count_dispositions(sums)


def test_worked_example_of_the_10th_edition() -> None:
    """Fourteen cases with one of every group, UR of the 10th edition among them, unweighted and weighted.

    Source: the manual of the R package `outcomerate` 1.1.0 (CRAN, 2026), which follows the Standard Definitions, 10th
    edition: examples of `outcomerate()`, with `e` by proportional allocation and weights seq(0.5, 1.8, length.out=14).
    """
    unweighted = find_response_rates(sum_weights([1.0] * 14))
    check_cells(
        unweighted,
        """
        RR1 0.38461538 RR2 0.53846154 RR3 0.39285714 RR4 0.55000000 RR5 0.50000000 RR6 0.70000000
        COOP1 0.55555556 COOP2 0.77777778 COOP3 0.62500000 COOP4 0.87500000
        REF1 0.07692308 REF2 0.07857143 REF3 0.10000000 CON1 0.69230769 CON2 0.70714286 CON3 0.90000000
        """,
    )
    weights = [0.5 + 1.3 * place / 13 for place in range(14)]
    check_cells(
        find_response_rates(sum_weights(weights), unweighted.eligible_part),
        """
        RR1 0.36912752 RR2 0.52348993 RR3 0.37741734 RR4 0.53524641 RR5 0.48672566 RR6 0.69026549
        COOP1 0.52380952 COOP2 0.74285714 COOP3 0.61797753 COOP4 0.87640449
        REF1 0.07382550 REF2 0.07548347 REF3 0.09734513 CON1 0.70469799 CON2 0.72052402 CON3 0.92920354
        """,
    )


def test_worked_examples_by_hand_with_a_given_part() -> None:
    """Fractions that people have worked out.

    Sources: the tests of `outcomerate` 1.1.0 (test-ur.R, e = 0.4), whose fractions are written by hand; Centers for
    Disease Control and Prevention, "Response Rate Calculations", attachments 13 of ICR 200710-0920-001 and 14 of ICR
    202202-0920-014 at the Office of Management and Budget, whose formula C/(C+R+NC+O+e(U)) is RR3 without partial
    answers: 500/750 = 67 %, 300/440 = 68 %, 300/395 = 76 %.
    """
    found = find_response_rates(Dispositions(10, 2, 3, 4, 1, 5, 6, 8, unknown_respondent=7), 0.4)
    low, middle, high = 38, 20 + 0.4 * 18, 20
    expected = [
        10 / low, 12 / low, 10 / middle, 12 / middle, 10 / high, 12 / high, 10 / 16, 12 / 16, 10 / 15, 12 / 15,
        3 / low, 3 / middle, 3 / high, 16 / low, 16 / middle, 16 / high, 0.4,
    ]  # fmt: skip
    assert list(vars(found).values()) == pytest.approx(expected, rel=1e-15)
    federal = [
        (Dispositions(500, refusal=92, other=5, unknown=170), 500 / 750, "67%"),
        (Dispositions(300, other=5, unknown=150), 300 / 440, "68%"),
        (Dispositions(300, other=5, unknown=100), 300 / 395, "76%"),
    ]
    for counts, fraction, printed in federal:
        rate = find_response_rates(counts, 0.9).rr3
        assert rate == pytest.approx(fraction, rel=1e-15)
        assert f"{rate:.0%}" == printed


# -- formulas ----------------------------------------------------------------------------------------------------------

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


@given(st.builds(Dispositions, *[counts] * 9), st.floats(0, 1))
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


@given(st.builds(Dispositions, *[counts] * 7), st.floats(0, 1e6), st.floats(0, 1))
def test_the_new_group_changes_no_rate(dispositions: Dispositions, moved: float, e: float) -> None:
    """What the 10th edition counts as UR counted as UO before, with the same rates where there is one e."""
    before = dataclasses.replace(dispositions, unknown_other=dispositions.unknown_other + moved)
    after = dataclasses.replace(dispositions, unknown_respondent=moved)
    for one, other in zip(*(vars(find_response_rates(kind, e)).values() for kind in (before, after)), strict=True):
        assert one == pytest.approx(other, nan_ok=True)
