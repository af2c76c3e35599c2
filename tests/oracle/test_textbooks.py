"""Worked examples by name, as they are printed: books, papers, and the help pages of R's `survey`.

Each says what it proves. Printed numbers are compared to the digits that are printed; `as_printed` rounds to as many.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from praksis.estimate.interval import Bounded, Shares, bound_differences, bound_shares_beta, bound_shares_wilson

NORMAL = 10**9
"""Degrees of freedom at which Student's t is the normal distribution, which these papers use."""


def as_printed(value: float, printed: str) -> str:
    """The value with as many decimals as in print."""
    decimals = len(printed.partition(".")[2])
    return f"{value:.{decimals}f}"


def check(estimates: Any, *printed: str) -> None:
    """The first row's estimate, standard error and design effect, as many as are printed."""
    row = estimates.table.to_pylist()[0]
    found = [row[name] for name, _ in zip(("estimate", "se", "deff"), printed, strict=False)]
    assert [as_printed(value, text) for value, text in zip(found, printed, strict=True)] == list(printed)


# -- Means and totals ------------------------------------------------------------------------------------------------

PETITION = {
    42: 23, 41: 4, 36: 1, 32: 1, 29: 1, 27: 2, 23: 1, 19: 1, 16: 2, 15: 2, 14: 1, 11: 1, 10: 1, 9: 1, 7: 1, 6: 3, 5: 2,
    4: 1, 3: 1,
}  # fmt: skip


def test_cochran_petition(oracle: Any) -> None:
    """Cochran, Sampling Techniques (3rd ed. 1977), chapter 2, table 2.2: signatures on 50 of 676 sheets.

    Proves the total and its error in a simple random sample with finite population correction.
    """
    signatures = [number for number, sheets in PETITION.items() for _ in range(sheets)]
    table = pa.table({"signatures": signatures, "sheets": [676] * 50})
    (row,) = oracle.make(table, population="sheets").total("signatures").table.to_pylist()
    assert round(row["estimate"]) == 19_888
    limits = row["estimate"] - 1.28 * row["se"], row["estimate"] + 1.28 * row["se"]
    assert limits == pytest.approx((18_107, 21_669), abs=2)  # the book rounds s to 15.13


def test_lohr_grade_points(oracle: Any) -> None:
    """Lohr, Sampling: Design and Analysis (2010), chapter 5: grade points in 5 of a dormitory's 100 suites of 4.

    Proves one-stage cluster sampling.
    """
    points = [
        [3.08, 2.60, 3.44, 3.04], [2.36, 3.04, 3.28, 2.68], [2.00, 2.56, 2.52, 1.88], [3.00, 2.88, 3.44, 3.64],
        [2.68, 1.92, 3.28, 3.20],
    ]  # fmt: skip
    rows = [(suite, value) for suite, values in enumerate(points) for value in values]
    table = pa.table({"suite": [suite for suite, _ in rows], "gpa": [value for _, value in rows], "suites": [100] * 20})
    survey = oracle.make(table, clusters="suite", population="suites")
    check(survey.mean("gpa"), "2.826", "0.164")
    check(survey.total("gpa"), "1130.4")


def test_sarndal_swensson_wretman_mu284(oracle: Any) -> None:
    """Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992), p. 143 (R: ?mu284).

    Proves the variance of two stages with finite populations at both.
    """
    survey = oracle.make("mu284", clusters=["id1", "id2"], population=["n1", "n2"])
    (row,) = survey.total("y1").table.to_pylist()
    assert as_printed(row["estimate"], "15080") == "15080"
    assert as_printed(row["se"] ** 2, "5172234") == "5172234"


LUMLEY = {
    # Lumley, Complex Surveys (2010), chapter 2: a simple random sample, with and without the correction.
    "srs total": (lambda o: o.srs(weights=None).total("enroll"), "3621074", "169520"),
    "srs mean": (lambda o: o.srs(weights=None).mean("enroll"), "584.61", "27.368"),
    "no fpc total": (lambda o: o.srs(population=()).total("enroll"), "3621074", "172325"),
    "no fpc mean": (lambda o: o.srs(population=()).mean("enroll"), "584.61", "27.821"),
    # Chapter 2: strata by type of school make the error smaller.
    "strat total": (lambda o: o.strat().total("enroll"), "3687178", "114642"),
    "strat mean": (lambda o: o.strat().mean("enroll"), "595.28", "18.509"),
    "strat api00": (lambda o: o.strat().mean("api00"), "662.29", "9.4089"),
    # Chapter 3 and ?api: clusters make it larger, and two stages count both.
    "clus1 api00": (lambda o: o.clus1().mean("api00"), "644.17", "23.542", "9.3459"),
    "clus1 enroll": (lambda o: o.clus1().total("enroll"), "3404940", "932235", "31.311"),
    "clus2 api00": (lambda o: o.clus2().mean("api00"), "670.81", "30.099"),
    "clus2 enroll": (lambda o: o.clus2().total("enroll"), "2639273", "799638"),
    "clus2 replaced": (lambda o: o.clus2(population=(), weights="pw").mean("api00"), "670.81", "30.712"),
}


@pytest.mark.parametrize("name", LUMLEY)
def test_lumley_api(name: str, oracle: Any) -> None:
    """Lumley (2010), chapters 2 and 3, and ?api: Californian schools. Proves strata, clusters and corrections."""
    estimate, *printed = LUMLEY[name]
    check(estimate(oracle), *printed)


def test_a_stratum_of_the_design_is_known_exactly(oracle: Any) -> None:
    """Lumley (2010), chapter 2: the number of schools per type has no error in a sample stratified by type."""
    rows = oracle.strat(weights=None).count("stype").table.to_pylist()
    assert [round(row["estimate"], 6) for row in rows] == [4421, 755, 1018]
    assert [row["se"] for row in rows] == pytest.approx([0, 0, 0], abs=1e-6)


def test_levy_lemeshow_ambulances(oracle: Any) -> None:
    """Levy & Lemeshow, Sampling of Populations (3rd ed.), section 12.2 (R: ?scd): survival in cardiac arrest.

    Proves a ratio with balanced half samples.
    """
    survey = oracle.make("scd", strata="ESA", clusters="ambulance", weights="none")
    halves = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0]])
    replicated = survey.with_replicates(2.0 * halves, scale=1 / 4, combined=False)
    check(replicated.ratio("alive", "arrests"), "0.1535", "0.009418")


def test_tsuchiya_design_effect(oracle: Any) -> None:
    """R's tests/deff.R, from Takahiro Tsuchiya: without correction a simple random sample has deff 1/(1 - 10/1000).

    Proves that the design effect compares with sampling without replacement.
    """
    table = pa.table({"uriage": [15, 143, 21, 51, 337, 50, 274, 145, 15, 86], "w": [100] * 10})
    check(oracle.make(table, weights="w").mean("uriage"), "113.700", "35.626", "1.0101")
    check(oracle.make(table, weights="w").total("uriage"), "113700", "35626", "1.0101")


def test_cdc_bicycle_helmets(oracle: Any) -> None:
    """CDC, Software for Analysis of YRBS Data (2016), table 3 (R: ?yrbs): the same in SUDAAN, SPSS and R.

    Proves a large survey with item non-response, and the logit interval.
    """
    (row, _) = oracle.yrbs().share("qn8", interval="logit").table.to_pylist()
    assert as_printed(row["estimate"], "0.81362") == "0.81362"
    assert as_printed(row["se"], "0.02009") == "0.02009"


# -- Calibration -----------------------------------------------------------------------------------------------------

STYPE = {"E": 4421, "H": 755, "M": 1018}
MARGINS = {"stype": STYPE, "sch.wide": {"No": 1072, "Yes": 5122}}
TOTALS = {"stype=E": 4421, "stype=H": 755, "stype=M": 1018, "api99": 3914069}
HELP = {
    "?postStratify mean": (lambda o: o.clus1().poststratify("stype", STYPE).mean("api00"), "642.31", "23.92"),
    "?postStratify total": (lambda o: o.clus1().poststratify("stype", STYPE).total("enroll"), "3680893", "406293"),
    "?rake mean": (lambda o: o.clus1().rake(MARGINS).mean("api00"), "641.23", "23.704"),
    "?rake total": (lambda o: o.clus1().rake(MARGINS).total("enroll"), "3647280", "400603"),
    "?calibrate mean": (lambda o: o.clus1().calibrate(TOTALS).mean("api00"), "665.31", "3.4418"),
    "?calibrate total": (lambda o: o.clus1().calibrate(TOTALS).total("enroll"), "3638487", "385524"),
    "?postStratify jackknife": (
        lambda o: o.clus1().replicate("jackknife").poststratify("stype", STYPE).mean("api00"),
        "642.31",
        "26.93",
    ),
}


@pytest.mark.parametrize("name", HELP)
def test_help_page(name: str, oracle: Any) -> None:
    """The examples of R's help pages. Proves what known totals do to estimates and errors."""
    estimate, *printed = HELP[name]
    check(estimate(oracle), *printed)


CELLS = [(a, b) for b in "123" for a in "1234"]
SAMPLE = (20, 50, 100, 30, 40, 140, 50, 100, 40, 310, 50, 70)
POPULATION = (80, 60, 170, 55, 40, 150, 60, 165, 55, 340, 200, 125)
KALTON = {
    "cells": "4.00 1.20 1.70 1.83 1.00 1.07 1.20 1.65 1.38 1.10 4.00 1.79",
    "raking": "1.81 1.08 2.20 1.83 1.45 0.87 1.76 1.47 2.02 1.21 2.45 2.04",
    "linear": "1.82 1.09 2.19 1.83 1.50 0.78 1.88 1.52 1.97 1.24 2.34 1.98",
    "regression": "1.21 1.43 1.66 1.88 1.17 1.40 1.62 1.85 1.14 1.36 1.59 1.81",
    "logit": "1.87 1.08 2.17 1.89 1.46 0.74 2.09 1.49 1.98 1.27 2.18 1.99",
    "bounded": "1.81 1.08 2.20 1.83 1.48 0.75 2.00 1.50 1.99 1.26 2.20 2.00",
}


@pytest.mark.parametrize("method", KALTON)
def test_kalton_flores_cervantes(method: str, oracle: Any) -> None:
    """Kalton & Flores-Cervantes (2003), Journal of Official Statistics 19(2), 81-97 (R: tests/kalton.R).

    1 000 respondents in 4 x 3 cells. Proves the weights of every method: cell weighting, raking, linear, regression on
    numbers, logit and truncated linear with bounds 0.5 and 2.2.
    """
    rows = [cell for cell, count in zip(CELLS, SAMPLE, strict=True) for _ in range(count)]
    there = dict(zip(CELLS, POPULATION, strict=True))
    table = pa.table(
        {
            "a": [a for a, _ in rows],
            "b": [b for _, b in rows],
            "x": [float(a) for a, _ in rows],
            "y": [float(b) for _, b in rows],
            "one": [1.0] * len(rows),
        }
    )
    survey = oracle.make(table, weights="one")
    margins = {
        "a": {a: sum(count for cell, count in there.items() if cell[0] == a) for a in "1234"},
        "b": {b: sum(count for cell, count in there.items() if cell[1] == b) for b in "123"},
    }
    flat = {f"{name}={value}": total for name, totals in margins.items() for value, total in totals.items()}
    numbers = {
        "one": sum(POPULATION),
        "x": sum(int(a) * count for (a, _), count in there.items()),
        "y": sum(int(b) * count for (_, b), count in there.items()),
    }
    weighted = {
        "cells": lambda: survey.poststratify(["a", "b"], there),
        "raking": lambda: survey.rake(margins),
        "linear": lambda: survey.calibrate(flat),
        "regression": lambda: survey.calibrate(numbers),
        "logit": lambda: survey.calibrate(flat, method="logit", bounds=(0.5, 2.2)),
        "bounded": lambda: survey.calibrate(flat, bounds=(0.5, 2.2)),
    }[method]()
    weights = dict(zip(rows, weighted.plan.weight.tolist(), strict=True))
    printed = dict(zip(CELLS, map(float, KALTON[method].split()), strict=True))
    assert {cell: weights[cell] for cell in CELLS} == pytest.approx(printed, abs=0.005 + 1e-9)


# -- Intervals -------------------------------------------------------------------------------------------------------


def make_shares(yes: int, n: int) -> Shares:
    """A simple random sample from an infinite population."""
    p = yes / n
    return Shares(
        p=np.array([p]),
        se=np.array([np.sqrt(p * (1 - p) / n)]),
        n=np.array([n]),
        fraction=np.array([0.0]),
        df=np.array([NORMAL]),
        count=np.array([float(yes)]),
    )


NEWCOMBE_SINGLE = {
    (81, 263): ("0.2553", "0.3662", "0.2527", "0.3676"),
    (15, 148): ("0.0624", "0.1605", "0.0578", "0.1617"),
    (0, 20): ("0.0000", "0.1611", "0.0000", "0.1684"),
    (1, 29): ("0.0061", "0.1718", "0.0009", "0.1776"),
}


@pytest.mark.parametrize("sample", NEWCOMBE_SINGLE)
def test_newcombe_single(sample: tuple[int, int]) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3: Wilson's interval."""
    lower, upper = (float(limit[0]) for limit in bound_shares_wilson(make_shares(*sample), 0.95))
    assert (as_printed(lower, "0.0000"), as_printed(upper, "0.0000")) == NEWCOMBE_SINGLE[sample][:2]


@pytest.mark.parametrize("sample", NEWCOMBE_SINGLE)
def test_newcombe_clopper_pearson(sample: tuple[int, int]) -> None:
    """The same table, method 5: Clopper and Pearson's, which Korn and Graubard's is in a simple random sample."""
    shares = make_shares(*sample)
    exact = Shares(shares.p, shares.se, shares.n, shares.fraction, shares.n - 1, shares.count)
    lower, upper = (float(limit[0]) for limit in bound_shares_beta(exact, 0.95))
    assert (as_printed(lower, "0.0000"), as_printed(upper, "0.0000")) == NEWCOMBE_SINGLE[sample][2:]


NEWCOMBE_DIFFERENCE = {
    ((56, 70), (48, 80)): ("0.0524", "0.3339"),
    ((9, 10), (3, 10)): ("0.1705", "0.8090"),
    ((6, 7), (2, 7)): ("0.0582", "0.8062"),
    ((5, 56), (0, 29)): ("-0.0381", "0.1926"),
    ((0, 10), (0, 20)): ("-0.1611", "0.2775"),
    ((0, 10), (0, 10)): ("-0.2775", "0.2775"),
    ((10, 10), (0, 20)): ("0.6791", "1.0000"),
    ((10, 10), (0, 10)): ("0.6075", "1.0000"),
}


@pytest.mark.parametrize("samples", NEWCOMBE_DIFFERENCE)
def test_newcombe_difference(samples: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: differences of two shares.

    Proves the limits of differences that are made from those of each share, also where a share is 0 or 1.
    """
    bounded = []
    for yes, n in samples:
        shares = make_shares(yes, n)
        bounded.append(Bounded(shares.p, *bound_shares_wilson(shares, 0.95)))
    lower, upper = (float(limit[0]) for limit in bound_differences(*bounded, np.array([0.0])))
    assert (as_printed(lower, "0.0000"), as_printed(upper, "0.0000")) == NEWCOMBE_DIFFERENCE[samples]


# -- Tests -----------------------------------------------------------------------------------------------------------


def test_rao_scott_help_page(oracle: Any) -> None:
    """?svychisq: whether schools of each type met their target. Proves Rao and Scott's second-order correction."""
    test = oracle.clus1().test_independence("sch.wide", "stype", statistic="F")
    found = (test.statistic, test.df, test.denominator_df, test.p)
    printed = ("5.1934", "1.4946", "20.925", "0.02175")
    assert tuple(as_printed(value, text) for value, text in zip(found, printed, strict=True)) == printed
