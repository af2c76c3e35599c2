"""Non-response: logistic regression against R, identities of the R-indicators, and tipping points worked by hand.

The R session (agrees to 1e-10):

    g <- glm(I(sch.wide == "Yes") ~ stype + awards | comp.imp, binomial, apistrat, control = list(epsilon = 1e-15))
    p <- predict(g, type = "response", se.fit = TRUE)
    mean(p$fit); sd(p$fit); mean(p$se.fit^2)
"""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.estimate.nonresponse import (
    CannotAssess,
    Part,
    bound_count,
    code_frame,
    compare_respondents,
    find_tipping_point,
    fit_response,
    measure_representativity,
)

DATA = Path(__file__).parent.parent / "oracle" / "data" / "apistrat.csv"


@pytest.fixture(scope="module")
def schools() -> dict[str, list[str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


@pytest.mark.parametrize(
    ("second", "spread", "own", "rates"),
    [
        # Everyone with an award responded: the likelihood has no highest point, the probabilities have.
        (
            "awards",
            0.29292342649765563,
            0.0033695875960315694,
            {("E", "No"): 0.66666666666666685, ("H", "No"): 0.29411764705882365, ("M", "Yes"): 1.0},
        ),
        (
            "comp.imp",
            0.27194713501789658,
            0.0033153213395088581,
            {("E", "No"): 0.68212368064310580, ("H", "Yes"): 0.93521268614872055, ("M", "Yes"): 0.96476984798122400},
        ),
    ],
)
def test_agrees_with_r(
    schools: dict[str, list[str]], second: str, spread: float, own: float, rates: dict[tuple[str, str], float]
) -> None:
    responded = np.array(schools["sch.wide"]) == "Yes"
    variables = {"stype": schools["stype"], second: schools[second]}
    found = measure_representativity(responded, variables)
    assert found.rate == pytest.approx(0.76, rel=1e-10)
    assert found.spread == pytest.approx(spread, rel=1e-10)
    assert found.indicator == pytest.approx(1 - 2 * spread, rel=1e-10)
    assert found.adjusted == pytest.approx(1 - 2 * math.sqrt(spread**2 - own), rel=1e-9)
    assert found.worst_bias == pytest.approx(spread / 0.76, rel=1e-10)
    rho = fit_response(responded, code_frame(variables)[0])
    for (stype, other), rate in rates.items():
        rows = (np.array(schools["stype"]) == stype) & (np.array(schools[second]) == other)
        np.testing.assert_allclose(rho[rows], rate, rtol=1e-10)


def test_one_variable_is_its_own_partial_indicator() -> None:
    """With one variable the model is the response rate per category, and all spread is between categories."""
    responded = np.array([1, 1, 1, 0, 1, 0, 0, 0, 1, 1], dtype=bool)
    group = list("aaaabbbbcc")
    found = measure_representativity(responded, {"group": group})
    rates = {"a": 0.75, "b": 0.25, "c": 1.0}
    rho = np.array([rates[one] for one in group])
    assert found.spread == pytest.approx(rho.std(ddof=1))
    assert found.variables["group"] == pytest.approx(found.spread)
    assert [row.rate for row in found.categories] == pytest.approx([0.75, 0.25, 1])
    assert [row.partial for row in found.categories] == pytest.approx(
        [math.sqrt(0.4) * 0.15, math.sqrt(0.4) * -0.35, math.sqrt(0.2) * 0.4]
    )
    own = sum(rate * (1 - rate) for rate in rates.values()) / 10
    assert found.adjusted == pytest.approx(1 - 2 * math.sqrt(rho.var(ddof=1) - own))


def test_cells_are_response_rates_of_crossings(schools: dict[str, list[str]]) -> None:
    responded = np.array(schools["sch.wide"]) == "Yes"
    variables = {"stype": schools["stype"], "comp.imp": schools["comp.imp"]}
    crossed = [f"{one}/{other}" for one, other in zip(*variables.values(), strict=True)]
    by_cells = measure_representativity(responded, variables, model="cells")
    alone = measure_representativity(responded, {"both": crossed})
    assert by_cells.spread == pytest.approx(alone.spread)
    assert by_cells.adjusted == pytest.approx(alone.adjusted)
    assert by_cells.spread >= measure_representativity(responded, variables).variables["stype"]


def test_adjustment_takes_out_what_chance_makes() -> None:
    """Response by the toss of a coin: R says it is uneven, the adjusted indicator much less so."""
    rng = np.random.default_rng(1)
    found = [
        measure_representativity(rng.random(300) < 0.6, {"group": rng.integers(0, 10, 300).tolist()}) for _ in range(60)
    ]
    assert np.mean([one.indicator for one in found]) < 0.84
    assert np.mean([one.adjusted for one in found]) > 0.91


def test_everyone_responded() -> None:
    found = measure_representativity(np.ones(6, dtype=bool), {"group": list("aabbcc")})
    assert (found.rate, found.indicator, found.adjusted) == pytest.approx((1, 1, 1))
    assert all(math.isnan(row.others) for row in compare_respondents(np.ones(2, dtype=bool), {"g": ["a", "b"]}))


def test_respondents_beside_the_others() -> None:
    responded = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], dtype=bool)
    one, other = compare_respondents(responded, {"size": ["big"] * 3 + ["small"] + ["big"] + ["small"] * 5})
    assert (one.variable, one.category) == ("size", "big")
    assert one.respondents == pytest.approx(3 / 4)
    assert one.others == pytest.approx(1 / 6)
    assert one.everyone == pytest.approx(4 / 10)
    assert one.difference == pytest.approx(3 / 4 - 1 / 6)
    assert one.standardised == pytest.approx((3 / 4 - 1 / 6) / math.sqrt((3 / 16 + 5 / 36) / 2))
    assert other.difference == pytest.approx(-one.difference)


def test_nothing_to_compare_with() -> None:
    with pytest.raises(CannotAssess, match="at least one variable"):
        measure_representativity(np.ones(2, dtype=bool), {})
    with pytest.raises(CannotAssess, match="3 responses and 2 in the frame"):
        measure_representativity(np.ones(3, dtype=bool), {"g": ["a", "b"]})


def test_tipping_point_of_a_share() -> None:
    """60 percent of the 80 percent that responded: the others have to be at 10 percent for half of all."""
    found = find_tipping_point([Part(0.6, 0.8)], threshold=0.5)
    assert found.can_flip
    assert found.shares == pytest.approx((0.1,))
    assert found.distance == pytest.approx(0.5)
    assert found.extreme == pytest.approx(0.48)
    assert str(found) == "flips if those who did not respond differ by 0.500"


def test_a_share_that_cannot_flip() -> None:
    found = find_tipping_point([Part(0.7, 0.8)], threshold=0.5)
    assert not found.can_flip
    assert found.shares == (0.0,)
    assert found.extreme == pytest.approx(0.56)
    assert math.isnan(found.distance)
    assert str(found) == "cannot flip: 0.560 even if all who did not respond had answered against it"


def test_a_share_below_the_threshold() -> None:
    found = find_tipping_point([Part(0.4, 0.8)], threshold=0.5)
    assert found.shares == pytest.approx((0.9,))
    assert found.extreme == pytest.approx(0.52)


def test_tipping_point_of_a_gap() -> None:
    """0.2 = 0.5 * 0.3 + 0.4 * d shrinks by (0.3 + 0.4) d until a share ends at 1."""
    found = find_tipping_point([Part(0.7, 0.7), Part(0.5, 0.6, -1)])
    assert found.value == pytest.approx(0.2)
    assert found.distance == pytest.approx(0.2 / 0.7)
    assert found.shares == pytest.approx((0.7 - 0.2 / 0.7, 0.5 + 0.2 / 0.7))
    assert found.extreme == pytest.approx(0.7 * 0.7 - (0.6 * 0.5 + 0.4))


def test_a_share_that_ends_at_one_stays_there() -> None:
    """The second share ends at 1 after 0.05; after that only the first gives way: 0.25 = 0.1 * 0.05 + 0.4 d."""
    found = find_tipping_point([Part(0.95, 0.9, -1), Part(1.0, 0.6), Part(0.2, 1.0)])
    assert found.shares[0] == 1.0
    assert found.distance == pytest.approx((0.25 - 0.1 * 0.05) / 0.4)
    assert found.shares[2] == pytest.approx(max(0.2 - found.distance, 0))


def test_a_change_with_an_earlier_wave_taken_as_it_is() -> None:
    """Later 0.6 of 80 percent, earlier 0.5: with a margin of 0.04 the change falls at 0.6 - 0.06/0.2."""
    found = find_tipping_point([Part(0.6, 0.8), Part(0.5, 0.7, -1, same=True)], margin=0.04)
    assert found.shares == pytest.approx((0.3, 0.5))
    both = find_tipping_point([Part(0.6, 0.8), Part(0.5, 0.7, -1)], margin=0.04)
    assert both.distance == pytest.approx(0.06 / 0.5)


def test_no_verdict_to_flip() -> None:
    with pytest.raises(CannotAssess, match="within 0.2 of 0.5, so there is no verdict"):
        find_tipping_point([Part(0.6, 0.8)], threshold=0.5, margin=0.2)
    with pytest.raises(CannotAssess, match="must be within 0 to 1"):
        find_tipping_point([Part(60, 0.8)])


parts = st.builds(Part, st.floats(0, 1), st.floats(0, 1), st.sampled_from([1.0, -1.0]), st.booleans())


@given(st.lists(parts, min_size=1, max_size=3), st.floats(-1, 1), st.floats(0, 0.2))
def test_the_point_is_where_the_verdict_falls(given: list[Part], threshold: float, margin: float) -> None:
    value = sum(part.coefficient * part.share for part in given)
    if abs(value - threshold) <= margin + 1e-9:
        return
    found = find_tipping_point(given, threshold, margin)
    everyone = sum(
        part.coefficient * (part.fraction * part.share + (1 - part.fraction) * share)
        for part, share in zip(given, found.shares, strict=True)
    )
    left = math.copysign(1, value - threshold) * (everyone - threshold) - margin
    if found.can_flip:
        assert left == pytest.approx(0, abs=1e-9)
    else:
        assert left > 0
        assert everyone == pytest.approx(found.extreme)


def test_counted_bounds() -> None:
    """30 of 50 of 60 said yes: between 30 and 40 of 60; above half unless all ten others said no."""
    found = bound_count(30, 50, 60, 0.5)
    assert (found.lowest, found.highest) == (0.5, pytest.approx(2 / 3))
    assert (found.can_flip, found.needed) == (True, 10)
    assert bound_count(31, 50, 60, 0.5).can_flip is False
    assert bound_count(31, 50, 60, 0.5).needed is None
    assert bound_count(20, 50, 60, 0.5).can_flip is False
    assert bound_count(22, 50, 60, 0.5).needed == 9
    with pytest.raises(CannotAssess, match="51 of 50 of 60"):
        bound_count(51, 50, 60, 0.5)


@given(st.integers(1, 30), st.data(), st.sampled_from([0.0, 0.25, 0.5, 2 / 3, 0.9, 1.0]))
def test_counted_bounds_against_trying_them_all(population: int, data: st.DataObject, threshold: float) -> None:
    answered = data.draw(st.integers(1, population))
    yes = data.draw(st.integers(0, answered))
    found = bound_count(yes, answered, population, threshold)

    def is_above(count: int, size: int) -> bool:
        return count / size > threshold + 1e-9

    others = population - answered
    above = is_above(yes, answered)
    flips = [
        more for more in range(others + 1) if is_above(yes + (others - more if above else more), population) != above
    ]
    assert found.can_flip == bool(flips)
    assert found.needed == (flips[0] if flips else None)
