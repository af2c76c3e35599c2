"""Rao and Scott's tests against R `survey` 4.1-1, and where the answer is known.

The R session (everything agrees to 1e-10 relative):

    dclus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
    dstrat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
    svychisq(~sch.wide + stype, dclus1, statistic = "F" | "Chisq"); svychisq(~comp.imp + stype, dstrat)
    apiclus1$z <- ifelse(stype == "H" & sch.wide == "No", "Yes", sch.wide); svychisq(~z + stype, ...)   # an empty cell
    p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.005, 0.9), "holm")
"""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2

from praksis.estimate.array import Floats, Ints
from praksis.estimate.independence import CannotTest, adjust_holm, correct_chi_square

DATA = Path(__file__).parent.parent / "oracle" / "data"


def read_columns(name: str) -> dict[str, list[str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


def code(values: list[str]) -> Ints:
    return np.unique(values, return_inverse=True)[1]


def estimate_table(name: str, rows: Ints, columns: Ints) -> tuple[Floats, Floats, int]:
    """Shares of the cells, their covariance, and the degrees of freedom, for one stage of clusters or strata."""
    data = read_columns(name)
    weight, size = np.array(data["pw"], float), np.array(data["fpc"], float)
    stratum = code(data["stype"]) if name == "apistrat" else np.zeros(len(weight), int)
    unit = np.arange(len(weight)) if name == "apistrat" else code(data["dnum"])
    cell = rows * (columns.max() + 1) + columns
    hot = np.eye(cell.max() + 1)[cell]
    shares = weight @ hot / weight.sum()
    z = weight[:, None] * (hot - shares) / weight.sum()
    covariance = np.zeros((len(shares), len(shares)))
    units = 0
    for h in set(stratum.tolist()):
        inside = np.flatnonzero(stratum == h)
        sums = np.array([z[unit == one].sum(axis=0) for one in sorted(set(unit[inside].tolist()))])
        covariance += (1 - len(sums) / size[inside[0]]) * len(sums) * np.cov(sums.T)
        units += len(sums)
    return shares.reshape(-1, columns.max() + 1), covariance, units - len(set(stratum.tolist()))


def test_agrees_with_r_in_clusters() -> None:
    data = read_columns("apiclus1")
    shares, covariance, df = estimate_table("apiclus1", code(data["sch.wide"]), code(data["stype"]))
    found = correct_chi_square(shares, covariance, 183, df)
    assert found.f == pytest.approx(5.1933695414748771, rel=1e-10)
    assert found.f_freedom == pytest.approx((1.4946397777074554, 20.9249568879043757), rel=1e-10)
    assert found.f_p == pytest.approx(0.021747462370796916, rel=1e-10)
    assert found.pearson == pytest.approx(11.940892080745339, rel=1e-10)
    assert found.freedom == 2
    assert found.chisq_p == pytest.approx(0.0055532633031132187, rel=1e-10)


def test_agrees_with_r_in_strata() -> None:
    data = read_columns("apistrat")
    shares, covariance, df = estimate_table("apistrat", code(data["comp.imp"]), code(data["stype"]))
    found = correct_chi_square(shares, covariance, 200, df)
    assert found.f == pytest.approx(15.055814224518176, rel=1e-10)
    assert found.f_freedom == pytest.approx((1.8817799271637712, 370.7106456512629507), rel=1e-10)
    assert found.f_p == pytest.approx(9.7182246804078795e-07, rel=1e-8)
    assert found.pearson == pytest.approx(20.878694506799718, rel=1e-10)
    assert found.chisq_p == pytest.approx(2.8929635497203276e-07, rel=1e-8)


def test_an_empty_cell_agrees_with_r() -> None:
    data = read_columns("apiclus1")
    wide, types = code(data["sch.wide"]), code(data["stype"])
    shares, covariance, df = estimate_table("apiclus1", np.where(types == 1, 1, wide), types)
    assert (shares == 0).sum() == 1
    found = correct_chi_square(shares, covariance, 183, df)
    assert found.f == pytest.approx(4.92123708219274, rel=1e-10)
    assert found.f_freedom == pytest.approx((1.9474356859219, 27.2640996029066), rel=1e-10)
    assert found.f_p == pytest.approx(0.015596914119939, rel=1e-10)
    assert found.chisq_p == pytest.approx(0.0072901068048871, rel=1e-10)


def test_categories_that_nobody_chose_are_left_out() -> None:
    data = read_columns("apiclus1")
    shares, covariance, df = estimate_table("apiclus1", code(data["sch.wide"]), code(data["stype"]))
    wider = np.zeros((3, 4))
    wider[np.ix_([0, 2], [0, 1, 3])] = shares
    places = np.flatnonzero(wider)
    covariances = np.zeros((12, 12))
    covariances[np.ix_(places, places)] = covariance
    assert correct_chi_square(wider, covariances, 183, df).f == pytest.approx(5.1933695414748771, rel=1e-10)


def test_simple_random_sampling_needs_no_correction() -> None:
    """With the covariance of a multinomial every effect is 1 and the test is Pearson's."""
    counts = np.array([[10, 20, 5], [15, 8, 12]])
    n, p = counts.sum(), counts.ravel() / counts.sum()
    found = correct_chi_square(counts / n, (np.diag(p) - np.outer(p, p)) / n, n, df=n - 1)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    pearson = ((counts - expected) ** 2 / expected).sum()
    assert found.pearson == pytest.approx(pearson)
    assert found.mean_effect == pytest.approx(1)
    assert found.f_freedom == pytest.approx((2, 2 * (n - 1)))
    assert found.chisq_p == pytest.approx(chi2.sf(pearson, 2))


def test_the_corrections_meet_in_two_by_two() -> None:
    """With one degree of freedom first and second order are the same but for the reference distribution."""
    data = read_columns("apiclus1")
    shares, covariance, _ = estimate_table("apiclus1", code(data["sch.wide"]), code(data["awards"]))
    found = correct_chi_square(shares, covariance, 183, df=1e9)
    assert found.f_freedom[0] == pytest.approx(1)
    assert found.f_p == pytest.approx(found.chisq_p, rel=1e-5)


def test_nothing_to_test() -> None:
    with pytest.raises(CannotTest, match="2 x 1 categories"):
        correct_chi_square(np.array([[0.5, 0], [0.5, 0]]), np.zeros((4, 4)), 10, 9)
    with pytest.raises(CannotTest, match="no standard error"):
        correct_chi_square(np.full((2, 2), 0.25), np.zeros((4, 4)), 10, 9)


def test_holm_agrees_with_r() -> None:
    found = adjust_holm(np.array([0.01, 0.04, 0.03, 0.005, 0.005, 0.9]))
    assert found == pytest.approx([0.04, 0.09, 0.09, 0.03, 0.03, 0.9])


def test_holm_in_families() -> None:
    p = np.array([0.01, 0.02, np.nan, 0.03, 0.6, 0.7])
    found = adjust_holm(p, ["a", "b", "a", "a", "b", "b"])
    np.testing.assert_allclose(found, [0.02, 0.06, np.nan, 0.03, 1, 1])
