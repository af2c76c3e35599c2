"""Quantiles and Woodruff's limits against R `survey` 4.1-1, and where the answer is known.

The R session (everything agrees to 1e-10 relative):

    dstrat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
    dclus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
    svyquantile(~api00, dstrat | dclus1, c(.1, .25, .5, .77, .9))
    svyquantile(~api00, subset(dstrat, comp.imp == "Yes") | subset(dclus1, stype == "H"), c(.1, .25, .5, .77, .9))
    dn <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
    svyquantile(~as.numeric(agecat), dn, c(.3, .5))

One limit differs on purpose: that of the median of `stype == "H"` maps back 0.026, below the 1/14 of the smallest
value, 443. R gives the second smallest there, 478 (and so it does for 1 to 10 at 0.05: 2).
"""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.quantile import Quantiles, estimate_quantiles, find_quantiles, linearise_below

DATA = Path(__file__).parent.parent / "oracle" / "data"
NAN = np.nan


def read_columns(name: str) -> dict[str, list[str]]:
    path = DATA / name
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = list(csv.DictReader(text.decode().splitlines()))
    return {column: [row[column] for row in rows] for column in rows[0]}


def find_se(z: Floats, unit: Ints, stratum: Ints, fraction: Floats) -> Floats:
    """One stage of clusters in strata: sqrt(sum_h (1-f) n/(n-1) sum (z_u - mean)^2)."""
    variance = np.zeros(z.shape[1])
    for h in np.unique(stratum):
        sums = np.array([z[unit == one].sum(axis=0) for one in np.unique(unit[stratum == h])])
        variance += (1 - fraction[h]) * len(sums) * sums.var(axis=0, ddof=1)
    return np.sqrt(variance)


def estimate(name: str, probabilities: list[float], choose: Callable[[dict[str, list[str]]], Bools]) -> Quantiles:
    data = read_columns(name)
    if name == "nhanes.csv.gz":
        weight = np.array(data["WTMEC2YR"], float)
        stratum = np.unique(data["SDMVSTRA"], return_inverse=True)[1]
        unit = np.unique(np.array(data["SDMVPSU"], int) + 10 * stratum, return_inverse=True)[1]
        y = np.unique(["".join(c for c in value if c.isdigit()) for value in data["agecat"]], return_inverse=True)[1]
        y, fraction = y + 1.0, np.zeros(stratum.max() + 1)
    else:
        weight, y, size = (np.array(data[column], float) for column in ("pw", "api00", "fpc"))
        in_strata = name == "apistrat.csv"
        stratum = np.unique(data["stype"], return_inverse=True)[1] if in_strata else np.zeros(len(y), int)
        unit = np.arange(len(y)) if in_strata else np.unique(data["dnum"], return_inverse=True)[1]
        counts = [len(np.unique(unit[stratum == h])) for h in np.unique(stratum)]
        fraction = np.array([n / size[stratum == h][0] for h, n in enumerate(counts)])
    base = choose(data)
    units = np.unique(unit[base], return_index=True)[1]
    df = len(units) - len(np.unique(stratum[base]))
    return estimate_quantiles(
        y,
        weight,
        base,
        probabilities,
        lambda below: find_se(linearise_below(below, weight, base), unit, stratum, fraction),
        df,
    )


def everyone(data: dict[str, list[str]]) -> Bools:
    return np.ones(len(next(iter(data.values()))), dtype=np.bool_)


FIVE = [0.1, 0.25, 0.5, 0.77, 0.9]


@pytest.mark.parametrize(
    ("name", "choose", "probabilities", "value", "lower", "upper", "se"),
    [
        (
            "apistrat.csv",
            everyone,
            FIVE,
            [501, 565, 668, 765, 836],
            [476, 535, 642, 745, 806],
            [521, 597, 694, 805, 865],
            [11.409279047447722, 15.719451132039083, 13.184055788161812, 15.212372063263629, 14.958832528875902],
        ),
        (
            "apiclus1.csv",
            everyone,
            FIVE,
            [502, 552, 652, 723, 781],
            [461, 492, 561, 699, 745],
            [529, 627, 714, 780, 836],
            [15.852392310867888, 31.471661205399485, 35.667882699452747, 18.882996723239689, 21.214230886602614],
        ),
        (
            "apistrat.csv",
            lambda data: np.array(data["comp.imp"]) == "Yes",
            FIVE,
            [516, 588, 671, 776, 856],
            [497, 542, 642, 745, 819],
            [542, 617, 714, 836, 870],
            [11.356866068795277, 18.928110114658796, 18.170985710072443, 22.966106939119339, 12.871114877967981],
        ),
        (
            "apiclus1.csv",
            lambda data: np.array(data["stype"]) == "H",
            FIVE,
            [478, 529, 608, 703, 723],
            [NAN, NAN, 443, 595, 714],
            [595, 687, 724, NAN, NAN],
            [NAN, NAN, 52.016721014828711 * (724 - 443) / (724 - 478), NAN, NAN],
        ),
        ("nhanes.csv.gz", everyone, [0.3, 0.5], [2, 2], [2, 2], [3, 3], [0.23585959249390748] * 2),
    ],
)
def test_agrees_with_r(
    name: str,
    choose: Callable[[dict[str, list[str]]], Bools],
    probabilities: list[float],
    value: list[float],
    lower: list[float],
    upper: list[float],
    se: list[float],
) -> None:
    found = estimate(name, probabilities, choose)
    np.testing.assert_array_equal(found.value, value)
    np.testing.assert_array_equal(found.lower, lower)
    np.testing.assert_array_equal(found.upper, upper)
    np.testing.assert_allclose(found.se, se, rtol=1e-10)


def test_weights_count_rows() -> None:
    rng = np.random.default_rng(1)
    y, times = rng.normal(size=50).round(1), rng.integers(0, 5, 50)
    probabilities = [0, 0.1, 0.33, 0.5, 0.9, 1]
    np.testing.assert_array_equal(
        find_quantiles(y, times.astype(float), probabilities),
        np.quantile(np.repeat(y, times), probabilities, method="inverted_cdf"),
    )


def test_a_probability_that_is_reached_exactly() -> None:
    """Ten equal weights of a tenth reach 0.3 at the third value although their sum in binary does not."""
    y = np.arange(10.0)
    found = find_quantiles(y, np.full(10, 0.1), [0.1, 0.3, 0.6, 0.7, 1])
    np.testing.assert_array_equal(found, [0, 2, 5, 6, 9])


def test_nobody_and_impossible() -> None:
    assert np.isnan(find_quantiles(np.array([]), np.array([]), [0.5])).all()
    assert np.isnan(find_quantiles(np.array([1.0]), np.array([0.0]), [0.5])).all()
    assert np.isnan(find_quantiles(np.array([1.0]), np.array([1.0]), [-0.1, 1.1, np.nan])).all()
    base = np.zeros(3, dtype=np.bool_)
    found = estimate_quantiles(np.arange(3.0), np.ones(3), base, [0.5], lambda below: np.zeros(1), 2)
    assert np.isnan([found.value, found.lower, found.upper, found.se]).all()


def test_full_count_is_known() -> None:
    y = np.array([3.0, 1, 2, 5, 4, 9])
    found = estimate_quantiles(y, np.ones(6) / 6, y < 9, [0.2, 0.5, 1], lambda below: np.zeros(3), 4)
    for limits in (found.value, found.lower, found.upper):
        np.testing.assert_array_equal(limits, [1, 3, 5])
    assert (found.se == 0).all()


def test_linearised_shares_add_up_to_nothing() -> None:
    rng = np.random.default_rng(0)
    weight, base, below = rng.random(30), rng.random(30) < 0.6, rng.random((30, 4)) < 0.5
    z = linearise_below(below & base[:, None], weight, base)
    np.testing.assert_allclose(z.sum(axis=0), 0, atol=1e-15)
    assert (z[~base] == 0).all()
    share = (weight * base) @ below / weight[base].sum()
    np.testing.assert_allclose(z[base], (weight[:, None] * (below - share) / weight[base].sum())[base])
