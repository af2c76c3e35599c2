"""Margins of error while answers come in: R `survey`, the published estimates, and what must hold.

The values of `R_MARGINS` are of R `survey` 4.1-1. The R session:

    suppressMessages(library(survey))
    half <- function(n) {                       # n answers of which half are yes
      y <- rep(c(1, 0), length.out = n)
      if (n %% 2) { y <- 0.5 + (y - 0.5) * sqrt(n / (n - 1)); y[n] <- 0.5 }
      y
    }
    cells <- data.frame(sector = c("agency", "agency", "council", "council", "museum"),
                        region = c("north", "south", "north", "south", "north"),
                        n = c(12, 8, 5, 6, 3), N = c(30, 30, 10, 30, 9))
    d <- cells[rep(1:5, cells$n), c("sector", "region")]
    d$y <- unlist(lapply(cells$n, half))
    d$N <- tapply(cells$N, cells$sector, sum)[d$sector]
    d$w <- d$N / tapply(cells$n, cells$sector, sum)[d$sector]
    wilson <- function(design, size, level, keep) {   # R has no Wilson interval; SE and df are R's
      se <- as.numeric(SE(svymean(~y, design))); df <- degf(design); n <- nrow(design$variables)
      t2 <- qt((1 + level) / 2, max(df, 1))^2; m <- 0.25 / se^2
      w <- sqrt(t2 * 0.25 / m + t2^2 / (4 * m^2)) / (1 + t2 / m)
      if (keep) w <- min(w, 0.5 - (n / 2) / size)     # no further than what those not heard can change
      sprintf("%.15g", 100 * w)
    }
    design <- svydesign(id = ~1, strata = ~sector, fpc = ~N, weights = ~rep(1, nrow(d)), data = d)  # none
    design <- svydesign(id = ~1, strata = ~sector, fpc = ~N, weights = ~w, data = d)                # response
    design <- svydesign(id = ~1, strata = ~sector, weights = ~rep(1, nrow(d)), data = d)            # process
    wilson(design, 109, 0.95, TRUE)                                # keep only with weights none and fpc
    wilson(subset(design, region == "north"), 49, 0.95, TRUE)
"""

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import t

from praksis.define.survey import Survey
from praksis.estimate.cube import Cell
from praksis.estimate.estimator import Estimator
from praksis.estimate.precision import (
    CannotFindPrecision,
    Precision,
    Standing,
    count_needed,
    find_precision,
    find_standing,
    list_precisions,
)

Make = Callable[..., Estimator]

CELLS = {
    ("agency", "north"): (12, 30), ("agency", "south"): (8, 30), ("council", "north"): (5, 10),
    ("council", "south"): (6, 30), ("museum", "north"): (3, 9),
}  # fmt: skip
"""(sector, region) -> answers, organisations."""

R_MARGINS = {
    ("none", 0.95): (14.5749980173295, 19.1293248973132, 22.4273912932077, 18.2504412208385, 25.7230458166135),
    ("none", 0.9): (12.2789152180726, 16.1557875588179, 18.9886997946582, 15.4068095314324, 21.9289930199116),
    ("response", 0.95): (14.6769201074494, 19.2214211078867, 22.6201500089947, 18.2504412208385, 25.7230458166135),
    ("response", 0.9): (12.3671203474835, 16.2374210823655, 19.163703962099, 15.4068095314324, 21.9289930199116),
    ("process", 0.95): (17.271285405067, 22.4267113266316, 25.8246159998164, 21.6428778158264, 28.7991493221132),
    ("process", 0.9): (14.6303584636013, 19.1174115491113, 22.1236478151396, 18.4368501682082, 24.8632372591823),
}
GROUPS = ("all", "region=north", "region=south", "sector=agency", "sector=council")


def stand(make: Make, cells: dict[tuple[str, str], tuple[int, int]] = CELLS, **design: object) -> Standing:
    """A wave of which the first of each cell have answered."""
    rows, answered = {}, []
    for (sector, region), (n, size) in cells.items():
        keys = [f"{sector}-{region}-{number:03d}" for number in range(size)]
        rows |= {key: {"sector": sector, "region": region} for key in keys}
        answered += keys[:n]
    estimator = make({"1": rows}, {}, strata=("sector",), **design)
    return find_standing(estimator.survey, "1", "head", answered)


@pytest.mark.parametrize(("kind", "confidence"), R_MARGINS)
def test_agrees_with_r(make_estimator: Make, kind: str, confidence: float) -> None:
    """Even and odd numbers of answers, a group that is a stratum, groups across strata, three designs, two levels."""
    design = {"inference": "process"} if kind == "process" else {"weights": kind}
    standing = stand(make_estimator, confidence=confidence, **design)
    found = [find_precision(standing, group).margin for group in GROUPS]
    assert found == pytest.approx(R_MARGINS[kind, confidence], rel=1e-9)


@pytest.mark.parametrize("design", [{}, {"weights": "response"}, {"inference": "process"}, {"confidence": 0.8}])
def test_is_half_the_interval_that_would_be_published(make_estimator: Make, design: dict[str, object]) -> None:
    """Where half can be yes in every cell, the estimator gives the same for answers that are so."""
    cells = {("a", "x"): (10, 40), ("a", "y"): (6, 20), ("b", "x"): (4, 30), ("b", "y"): (12, 12), ("c", "y"): (2, 9)}
    cells["d", "y"] = (8, 10)  # so many that the interval ends at what those not heard can change
    standing = stand(make_estimator, cells, **design)
    answers = {key: int(key.endswith(("0", "2", "4", "6", "8"))) for key in standing.answered}
    frame = {one.key: one.values["1"] for one in standing.definition.frame.organisations}
    estimator = make_estimator({"1": frame}, {"1": answers}, strata=("sector",), **design)
    for group in ("all", "region=x", "region=y", "sector=a", "sector=b", "sector=d", "sector=a,region=y"):
        published = estimator.estimate(Cell("item", "yes", group, "1"))
        precision = find_precision(standing, group)
        assert published.value == pytest.approx(50)
        assert precision.margin == pytest.approx((published.upper - published.lower) / 2, rel=1e-12)
        assert (precision.answers, precision.population) == (published.n, published.population)


def test_the_reference_survey_half_way(reference: Survey) -> None:
    wave, role = "2023", "head-of-it"
    frame = [one.key for one in reference.frame.of_wave(wave, reference.roles[role].group)]
    standing = find_standing(reference, wave, role, frame[::2])
    total = find_precision(standing)
    strata = list_precisions(standing)
    assert (total.population, total.answers, total.unheard) == (488, 244, 0)
    assert [one.group for one in strata] == list(standing.strata)
    assert sum(one.population for one in strata) == 488
    assert sum(one.answers for one in strata) == 244
    assert all(one.margin > total.margin for one in strata)
    by_group = find_precision(standing, "sector=state")
    (state,) = [one for one in strata if one.group.startswith("state")]
    assert (by_group.margin, by_group.answers) == (state.margin, state.answers)


def test_full_count_and_nobody(make_estimator: Make) -> None:
    everyone = stand(make_estimator, {("a", "x"): (9, 9), ("b", "x"): (0, 7)})
    a, b = list_precisions(everyone)
    assert a == Precision("a", 9, 9, 0.0, 0)
    assert (b.population, b.answers, b.unheard) == (7, 0, 7)
    assert math.isnan(b.margin)
    total = find_precision(everyone)
    assert (total.population, total.answers, total.unheard) == (16, 9, 7)
    nobody = find_precision(stand(make_estimator, {("a", "x"): (0, 9)}))
    assert (nobody.answers, nobody.unheard) == (0, 9)
    assert math.isnan(nobody.margin)


def test_who_does_not_belong_is_no_part_of_the_population(make_estimator: Make) -> None:
    """Two closed down, one of which had answered: as if they had never been in the frame."""
    full = stand(make_estimator, {("a", "x"): (10, 22), ("b", "x"): (5, 9)})
    left = find_standing(full.definition, "1", "head", full.answered, {"a-x-000", "a-x-021"})
    without = stand(make_estimator, {("a", "x"): (9, 20), ("b", "x"): (5, 9)})
    assert find_precision(left) == find_precision(without)
    assert list_precisions(left) == list_precisions(without)
    assert count_needed(left, "a", 10) == count_needed(without, "a", 10)


def test_answers_that_stand_alone(make_estimator: Make) -> None:
    """One answer in a stratum says nothing of how the others differ: the interval is nearly everything."""
    standing = stand(make_estimator, {("a", "x"): (1, 20), ("b", "x"): (1, 20), ("c", "x"): (12, 20)})
    alone = list_precisions(standing)[0]
    assert 40 < alone.margin < 50
    assert 0 < find_precision(standing).margin < 40
    only = find_precision(stand(make_estimator, {("a", "x"): (1, 20)}))
    assert 40 < only.margin < 50
    assert count_needed(stand(make_estimator, {("a", "x"): (0, 20), ("b", "x"): (9, 20)}), "a", 49.99) == 2


def test_strata_of_one_answer_each(make_estimator: Make) -> None:
    """Four of them beside one of eight: each is centred on the mean of all, 1/2 with as many yes as no."""
    cells = {(sector, "x"): (1, 5) for sector in "abcd"} | {("e", "x"): (8, 20)}
    squares = (0.5 / 12) ** 2
    size = 0.25 / ((1 - 1 / 5) * 4 * squares + (1 - 8 / 20) * 8 / 7 * 8 * squares)
    t2 = t.ppf(0.975, 12 - 5) ** 2
    half = math.sqrt(t2 * 0.25 / size + t2**2 / (4 * size**2)) / (1 + t2 / size)
    assert find_precision(stand(make_estimator, cells)).margin == pytest.approx(100 * half, rel=1e-12)


@pytest.mark.parametrize("design", [{}, {"inference": "process"}])
def test_needed_by_hand(make_estimator: Make, design: dict[str, object]) -> None:
    """The first number of answers at which the margin is small enough, found by counting up."""
    for points in (5, 8, 12.5, 20, 40):
        standing = stand(make_estimator, **design)
        needed = count_needed(standing, "agency", points)
        margins = []
        for n in range(20, 61):
            cells = {**CELLS, ("agency", "north"): (min(n - 8, 30), 30), ("agency", "south"): (max(8, n - 30), 30)}
            margins.append(list_precisions(stand(make_estimator, cells, **design))[0].margin)
        expected = next((more for more, margin in enumerate(margins) if margin <= points), None)
        assert needed == expected


def test_needed_where_it_cannot_be_reached(make_estimator: Make) -> None:
    """About the process that made 9 answers, all 9 say little; about these 9, they say everything."""
    assert count_needed(stand(make_estimator, inference="process"), "museum", 5) is None
    assert count_needed(stand(make_estimator), "museum", 0.001) == 6
    one = {("a", "x"): (0, 1), ("b", "x"): (4, 9)}
    assert count_needed(stand(make_estimator, one), "a", 1) == 1


def test_bad_questions(make_estimator: Make) -> None:
    standing = stand(make_estimator)
    with pytest.raises(CannotFindPrecision, match="does not have nobody, stranger"):
        find_standing(standing.definition, "1", "head", ["stranger", "agency-north-001"], ["nobody"])
    with pytest.raises(CannotFindPrecision, match="'sector' is not a group"):
        find_precision(standing, "sector")
    with pytest.raises(CannotFindPrecision, match="does not say the colour"):
        find_precision(standing, "colour=red")
    with pytest.raises(CannotFindPrecision, match="agency, council, museum"):
        count_needed(standing, "army", 5)
    with pytest.raises(CannotFindPrecision, match="a margin above 0"):
        count_needed(standing, "agency", 0)


def test_groups_that_depend_on_answers(reference: Survey) -> None:
    standing = find_standing(reference, "2023", "head-of-it", [])
    step = next(one for one in reference.breakdowns.values() if one.answer_to)
    with pytest.raises(CannotFindPrecision, match="those who are silent"):
        find_precision(standing, f"{step.id}={step.categories[0].id}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.integers(2, 60),
    st.integers(0, 30),
    st.sampled_from([{}, {"weights": "response"}, {"inference": "process"}]),
)
def test_more_answers_never_widen_the_interval(
    make_estimator: Make, size: int, other: int, design: dict[str, object]
) -> None:
    margins = [
        list_precisions(stand(make_estimator, {("a", "x"): (n, size), ("b", "x"): (other, 30)}, **design))[0].margin
        for n in range(2, size + 1)
    ]
    assert all(later <= before + 1e-9 for before, later in zip(margins, margins[1:], strict=False))
    assert all(0 <= margin <= 50 for margin in margins)
    assert (margins[-1] == 0) is (design.get("inference") != "process")
