"""Replicate weights against R `survey` 4.1-1, against exact expectations, and against the slow way.

The R session:

    dstrat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)   # and without fpc
    dclus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
    r <- as.svrepdesign(dstrat | dclus1, mse = TRUE | FALSE)
    SE(svymean(~api00, r)); SE(svytotal(~enroll, r)); SE(svyratio(~api.stu, ~enroll, r)); degf(r)
"""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from praksis.estimate.array import Floats, Ints
from praksis.estimate.design import Lonely
from praksis.estimate.plan import Stage, make_stage
from praksis.estimate.replicates import (
    CannotReplicate,
    Columns,
    Replicates,
    combine_replicates,
    count_degrees,
    expand_replicates,
    find_weights,
    make_bootstrap,
    make_jackknife,
    take_replicates,
    total_replicates,
)

DATA = Path(__file__).parent.parent / "oracle" / "data"


def read_columns(name: str) -> dict[str, list[str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


def number_stage(unit: Ints, stratum: Ints, fraction: Floats, share: Floats | None = None) -> Stage:
    """The units of rows [n] in the strata of rows [n]."""
    _, firsts, unit = np.unique(unit, return_index=True, return_inverse=True)
    return make_stage(unit, stratum[firsts], fraction, np.ones(len(fraction)) if share is None else share)


@pytest.mark.parametrize(
    ("name", "corrected", "mse", "expected"),
    [
        ("apistrat", True, True, [9.4089408027846098, 114641.71610078032, 0.0077725090505601259]),
        ("apistrat", True, False, [9.4089408027846098, 114641.71610078032, 0.0077725090399876819]),
        ("apistrat", False, True, [9.5361322969251869, 117319.08596896478, 0.0079860976837858935]),
        ("apistrat", False, False, [9.5361322969251869, 117319.08596896478, 0.0079860976731799295]),
        ("apiclus1", True, True, [26.334857668459183, 932235.02704121498, 0.0095193634815644908]),
        ("apiclus1", True, False, [26.329360589527614, 932235.02704121498, 0.0095170851756147205]),
        ("apiclus1", False, True, [26.59971372209883, 941610.74091197969, 0.0096151020299413137]),
        ("apiclus1", False, False, [26.594161357710597, 941610.74091197969, 0.0096128008105157842]),
    ],
)
@pytest.mark.parametrize("expanded", [False, True])
def test_jackknife_agrees_with_r(name: str, corrected: bool, mse: bool, expected: list[float], expanded: bool) -> None:
    data = read_columns(name)
    weight, api00, enroll, students, size = (
        np.array(data[column], float) for column in ("pw", "api00", "enroll", "api.stu", "fpc")
    )
    rows = len(weight)
    unit = np.array(data["dnum"], float).astype(int) if name == "apiclus1" else np.arange(rows)
    labels = data["stype"] if name == "apistrat" else ["all"] * rows
    _, firsts, stratum = np.unique(labels, return_index=True, return_inverse=True)
    stage = number_stage(unit, stratum, np.zeros(len(firsts)))
    stage = replace(stage, fraction=corrected * stage.units / size[firsts])
    replicates = make_jackknife(stage, mse=mse)
    if expanded:
        replicates = expand_replicates(replicates, weight, stage)
    columns = Columns(np.column_stack([np.ones(rows), api00, enroll, students]))
    totals = total_replicates(replicates, weight, stage, columns)[:, 0]
    estimates = np.column_stack([totals[:, 1] / totals[:, 0], totals[:, 2], totals[:, 3] / totals[:, 2]])
    full = np.array([weight @ api00 / weight.sum(), weight @ enroll, weight @ students / (weight @ enroll)])
    covariance = combine_replicates(estimates, full, replicates)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), expected, rtol=1e-10)
    assert count_degrees(replicates, stage, np.arange(rows)) == (197 if name == "apistrat" else 14)


def draw_sample(seed: int = 1) -> tuple[Floats, Stage, Floats]:
    """Weights and values of 60 rows in 20 units in 3 strata, the units not in the order of the strata."""
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat([0, 1, 2], [6, 9, 5]))
    unit = rng.permutation(np.repeat(np.arange(20), 3))
    stage = make_stage(unit, group, np.array([0.3, 0.0, 0.5]), np.ones(3), ("a", "b", "c"))
    return rng.uniform(1, 4, 60), stage, rng.normal(5, 2, 60)


def find_design_variance(stage: Stage, z: Floats) -> float:
    sums = stage.add_up(z[:, None])[:, 0]
    result = 0.0
    for stratum, fraction in enumerate(stage.fraction):
        inside = sums[stage.group == stratum]
        result += (1 - fraction) * len(inside) * inside.var(ddof=1)
    return result


def test_jackknife_of_a_total_is_exact() -> None:
    weight, stage, y = draw_sample()
    for mse in (True, False):
        replicates = make_jackknife(stage, mse=mse)
        totals = total_replicates(replicates, weight, stage, Columns(y[:, None]))[:, 0]
        variance = combine_replicates(totals, np.array([weight @ y]), replicates)[0, 0]
        assert variance == pytest.approx(find_design_variance(stage, weight * y), rel=1e-12)


def test_bootstrap_of_a_total_is_unbiased() -> None:
    """Rao-Wu without correction (stratum b), Preston with it (a, c); both keep the total on average."""
    weight, stage, y = draw_sample()
    replicates = make_bootstrap([stage], 20_000, np.random.default_rng(2))
    totals = total_replicates(replicates, weight, stage, Columns(y[:, None]))[:, 0]
    variance = combine_replicates(totals, np.array([weight @ y]), replicates)[0, 0]
    assert variance == pytest.approx(find_design_variance(stage, weight * y), rel=0.04)
    assert totals.mean() == pytest.approx(weight @ y, abs=4 * np.sqrt(variance / 20_000))
    assert replicates.factors is not None
    assert replicates.factors.min() >= 0


def test_bootstrap_factors_are_those_of_the_books() -> None:
    _, stage, _ = draw_sample()
    factors = make_bootstrap([stage], 50, np.random.default_rng(2)).factors
    assert factors is not None
    rao_wu = factors[stage.group == 1]
    np.testing.assert_allclose(rao_wu.sum(axis=0), 9)
    np.testing.assert_allclose(rao_wu * 8 / 9, np.round(rao_wu * 8 / 9), atol=1e-12)
    for stratum, n, f in ((0, 6, 0.3), (2, 5, 0.5)):
        half = n // 2
        rescale = np.sqrt(half * (1 - f) / (n - half))
        preston = factors[stage.group == stratum]
        high = 1 - rescale + rescale * n / half
        assert ((np.abs(preston - high) < 1e-12).sum(axis=0) == half).all()
        assert ((np.abs(preston - (1 - rescale)) < 1e-12).sum(axis=0) == n - half).all()


def test_bootstrap_of_two_stages_has_the_variance_of_both() -> None:
    """sum (1-f1) n s1^2 + f1 sum (1-f2) m s2^2 (Särndal, Swensson & Wretman 1992, result 4.3.1)."""
    rng = np.random.default_rng(5)
    unit = np.repeat(np.arange(12), 8)
    y = rng.normal(5, 2, 96) + rng.normal(0, 1, 12)[unit]
    first = make_stage(unit, np.zeros(12, dtype=np.int64), np.array([0.6]), np.ones(1))
    second = make_stage(np.arange(96), unit, np.full(12, 0.25), np.full(12, 0.6))
    expected = find_design_variance(first, y) + 0.6 * find_design_variance(second, y)
    replicates = make_bootstrap([first, second], 20_000, rng)
    totals = total_replicates(replicates, np.ones(96), first, Columns(y[:, None]))[:, 0]
    assert combine_replicates(totals, totals.mean(axis=0), replicates)[0, 0] == pytest.approx(expected, rel=0.04)
    assert expected > 1.1 * find_design_variance(first, y)


def test_full_count_has_no_variance() -> None:
    weight, stage, y = draw_sample()
    stage = replace(stage, fraction=np.ones(3))
    for replicates in (make_jackknife(stage), make_bootstrap([stage], 10, np.random.default_rng(0))):
        totals = total_replicates(replicates, weight, stage, Columns(y[:, None]))[:, 0]
        assert combine_replicates(totals, np.array([weight @ y]), replicates)[0, 0] == pytest.approx(0, abs=1e-18)


def make_columns(rows: int, domains: bool) -> Columns:
    rng = np.random.default_rng(7)
    return Columns(
        values=rng.normal(size=(rows, 2)),
        codes=[rng.integers(-1, 4, rows), rng.integers(0, 2, rows)],
        sizes=[4, 2],
        domain=rng.integers(-1, 3, rows) if domains else None,
        domains=3 if domains else 1,
    )


@pytest.mark.parametrize("domains", [False, True])
@pytest.mark.parametrize("kind", ["jackknife", "bootstrap", "rows", "uncombined", "row units"])
def test_fast_totals_equal_slow_totals(kind: str, domains: bool) -> None:
    weight, stage, _ = draw_sample()
    rng = np.random.default_rng(3)
    if kind == "row units":
        stage = make_stage(np.arange(60), np.zeros(60, dtype=np.int64), np.zeros(1), np.ones(1))
    replicates = {
        "jackknife": make_jackknife(stage),
        "bootstrap": make_bootstrap([stage], 11, rng),
        "row units": make_bootstrap([stage], 11, rng),
        "rows": take_replicates(rng.random((60, 7)), 60),
        "uncombined": take_replicates(rng.random((60, 7)), 60, combined=False),
    }[kind]
    columns = make_columns(60, domains)
    fast = total_replicates(replicates, weight, stage, columns)
    assert columns.values is not None
    assert fast.shape == (replicates.count, columns.domains, 8)
    for number in range(replicates.count):
        w = find_weights(replicates, weight, stage, number)
        for domain in range(columns.domains):
            inside = w if columns.domain is None else w * (columns.domain == domain)
            slow = [*(inside @ columns.values)]
            slow += [inside[columns.codes[0] == code].sum() for code in range(4)]
            slow += [inside[columns.codes[1] == code].sum() for code in range(2)]
            np.testing.assert_allclose(fast[number, domain], slow, rtol=1e-12, atol=1e-12)


def test_chunks_join_up() -> None:
    """More rows than one chunk holds, with and without domains."""
    rng = np.random.default_rng(4)
    rows = 150_000
    matrix, codes, domain = rng.random((rows, 2)), rng.integers(0, 9, rows), rng.integers(0, 2, rows)
    stage = make_stage(np.zeros(rows, dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(1), np.ones(1))
    replicates = take_replicates(matrix, rows)
    found = total_replicates(replicates, np.ones(rows), stage, Columns(codes=[codes], sizes=[9]))
    for number in range(2):
        np.testing.assert_allclose(found[number, 0], np.bincount(codes, matrix[:, number]), rtol=1e-11)
    split = total_replicates(replicates, np.ones(rows), stage, Columns(None, [codes], [9], domain, 2))
    np.testing.assert_allclose(split.sum(axis=1), found[:, 0], rtol=1e-11)


def test_jackknife_weights_leave_out_one_unit() -> None:
    weight, stage, _ = draw_sample()
    number = int(np.flatnonzero(stage.group == 2)[0])
    found = find_weights(make_jackknife(stage), weight, stage, number) / weight
    assert set(found[stage.unit == number]) == {0.0}
    np.testing.assert_allclose(found[(stage.group[stage.unit] == 2) & (stage.unit != number)], 5 / 4)
    np.testing.assert_allclose(found[stage.group[stage.unit] != 2], 1)


def test_lonely_strata() -> None:
    """Certainty: nothing. Average: what the others add. Else the stratum is named."""
    weight, stage, y = draw_sample()
    group = stage.group.copy()
    group[0] = 3
    alone = make_stage(stage.unit, group, np.array([0.3, 0, 0.5, 0.1]), np.ones(4), ("a", "b", "c", "north"))
    rng = np.random.default_rng(0)
    for lonely in (Lonely.FAIL, Lonely.ADJUST):
        with pytest.raises(CannotReplicate, match="one unit only in stratum north"):
            make_jackknife(alone, lonely)
        with pytest.raises(CannotReplicate, match="one unit only in stratum north"):
            make_bootstrap([alone], 10, rng, lonely)
    found = {}
    for lonely in (Lonely.CERTAINTY, Lonely.AVERAGE):
        replicates = make_jackknife(alone, lonely)
        totals = total_replicates(replicates, weight, alone, Columns(y[:, None]))[:, 0]
        found[lonely] = combine_replicates(totals, np.array([weight @ y]), replicates)[0, 0]
        assert len(set(find_weights(replicates, weight, alone, 0) / weight)) == 1
    others = sum(
        (1 - alone.fraction[h]) * len(s) * s.var(ddof=1)
        for h in range(3)
        for s in [alone.add_up((weight * y)[:, None])[alone.group == h, 0]]
    )
    assert found[Lonely.CERTAINTY] == pytest.approx(others, rel=1e-12)
    assert found[Lonely.AVERAGE] == pytest.approx(others * 4 / 3, rel=1e-12)
    drawn_whole = replace(alone, fraction=np.array([0.3, 0, 0.5, 1]))
    assert make_jackknife(drawn_whole).rscales[0] == 0


def test_combination() -> None:
    replicates = Replicates(0.5, np.array([1.0, 2, 1, 0]), weights=np.ones((1, 4)))
    estimates = np.array([[1.0, 4], [2, np.nan], [6, 8], [100, 100]])
    covariance = combine_replicates(estimates, np.array([2.0, 5]), replicates)
    assert covariance[0, 0] == pytest.approx(0.5 * ((1 - 3) ** 2 + 2 * (2 - 3) ** 2 + (6 - 3) ** 2))
    assert covariance[1, 1] == pytest.approx(0.5 * ((4 - 6) ** 2 + (8 - 6) ** 2))
    assert covariance[0, 1] == covariance[1, 0] == pytest.approx(0.5 * (-2 * -2 + 3 * 2))
    around = combine_replicates(estimates, np.array([2.0, 5]), replace(replicates, mse=True))
    assert around[0, 0] == pytest.approx(0.5 * (1 + 0 + 16))
    nobody = combine_replicates(np.full((4, 1), np.nan), np.array([np.nan]), replicates)
    assert np.isnan(nobody).all()


@pytest.mark.parametrize("rows", [[0, 1, 2], range(60), [5, 50]])
def test_degrees_of_freedom_are_the_rank(rows: list[int]) -> None:
    weight, stage, _ = draw_sample()
    chosen = np.array(rows)
    jackknife = make_jackknife(stage)
    matrix = expand_replicates(jackknife, weight, stage)
    assert matrix.weights is not None
    assert count_degrees(jackknife, stage, chosen) == np.linalg.matrix_rank(matrix.weights[chosen]) - 1
    bootstrap = make_bootstrap([stage], 12, np.random.default_rng(1))
    matrix = expand_replicates(bootstrap, weight, stage)
    assert matrix.weights is not None
    expected = np.linalg.matrix_rank(matrix.weights[chosen]) - 1
    assert count_degrees(bootstrap, stage, chosen) == count_degrees(matrix, stage, chosen) == expected


def test_degrees_of_many_rows() -> None:
    """More rows than are looked at one by one: 5 replicates, of which one is made of two others."""
    rng = np.random.default_rng(0)
    matrix = rng.random((5000, 5))
    matrix[:, 4] = matrix[:, 0] + matrix[:, 1]
    stage = make_stage(np.arange(5000), np.zeros(5000, dtype=np.int64), np.zeros(1), np.ones(1))
    assert count_degrees(take_replicates(matrix, 5000), stage, np.arange(5000)) == 3


def test_faulty_matrices_are_refused() -> None:
    with pytest.raises(CannotReplicate, match="3 rows need a matrix"):
        take_replicates(np.ones((2, 4)), 3)
    with pytest.raises(CannotReplicate, match="4 replicates need as many rscales"):
        take_replicates(np.ones((3, 4)), 3, rscales=np.ones(3))
    with pytest.raises(CannotReplicate, match="one is missing"):
        take_replicates(np.array([[1.0, np.nan]]), 1)
    with pytest.raises(CannotReplicate, match="1 replicates make no variance"):
        make_bootstrap([draw_sample()[1]], 1, np.random.default_rng(0))
