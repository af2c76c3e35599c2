"""Intervals in groups of 9 to 41 organisations: never below 90 percent, where the usual logit falls to 60-80.

The shares of such a group can only be k of N, and k answers of n: the coverage of a single k jumps, also to below 90
percent. What is asked is the mean over the items of one prevalence (up to 6 percent, 6 to 15, ..., and as much less
than 100) in groups of one size, known within one point (one standard error). None and all are apart: every sample says
so.
"""

import math

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import hypergeom

from praksis import Design, Survey
from praksis.estimate.array import Floats

from .measurement import code, find_coverage, read_numbers
from .population import Column, make_small_groups
from .scenario import SMALL, find_cells, run_small


@pytest.mark.parametrize("name", SMALL)
def test_coverage_in_small_groups(name: str) -> None:
    simulation = run_small(name)
    faults = []
    for estimate in ("level", "change"):
        for cell in find_cells(simulation, simulation.measured[estimate]):
            where = f"{estimate}, N = {cell.size}, {cell.shares[0]:.0%} to {cell.shares[1]:.0%}"
            if cell.coverage.mean < 0.90:
                faults.append(f"{where}: intervals cover {cell.coverage.mean:.2%}")
            if cell.coverage.error > 0.01:
                faults.append(f"{where}: coverage is known within {cell.coverage.error:.2%} only")
    level = simulation.measured["level"]
    same = (level.truth == 0) | (level.truth == 1)
    assert find_coverage(level, simulation.find_groups("group"), same).mean == 1
    usual = [
        cell.coverage.mean
        for cell in find_cells(simulation, simulation.measured["level, usual logit"])
        if 15 <= cell.size <= 41 and cell.shares == (0, 0.06)
    ]
    if not min(usual) < 0.85:
        faults.append(f"the usual logit does well near 0 and 1: {min(usual):.2%}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("strata", ["size", "group"])
def test_population(strata: str) -> None:
    """488 organisations in each wave, groups of the same size in both, and numbers of yes from 1 to all but one."""
    population = make_small_groups(strata)
    for wave in population.waves:
        sizes = np.bincount(wave.columns["group"].codes[wave.present])
        assert (wave.present.sum(), sizes.min(), np.sort(sizes)[-2]) == (488, 9, 41)
    assert 440 < (population.waves[0].present & population.waves[1].present).sum() < 465


@pytest.mark.parametrize("size", range(9, 42))
def test_no_share_of_any_group_is_below_90_percent(size: int) -> None:
    """Without simulation: of a group that is a stratum 50 to 85 percent answer, so that the number of yes among them is
    hypergeometric. Whatever number of the N would say yes is covered with at least 90 percent."""
    for drawn in range(math.ceil(0.5 * size), math.floor(0.85 * size) + 1):
        lower, upper = bound_all(drawn, size)
        for yes in range(1, size):
            covered = (lower <= yes / size + 1e-9) & (upper >= yes / size - 1e-9)
            coverage = hypergeom.pmf(np.arange(drawn + 1), size, yes, drawn) @ covered
            assert coverage >= 0.90, f"{yes} of {size}, {drawn} answer: {coverage:.2%}"


def bound_all(drawn: int, size: int) -> tuple[Floats, Floats]:
    """The limits where 0, 1, ..., n of n say yes: an item for each."""
    said = (np.arange(drawn) < np.arange(drawn + 1)[:, None]).astype(np.int64)
    items = {f"item{yes}": code(Column(one, ["no", "yes"])) for yes, one in enumerate(said)}
    data = pa.table({**items, "size": pa.array([size] * drawn)})
    found = read_numbers(Survey(data, Design(population="size")).share(list(items)), len(items))
    return found["lower"][:, 0], found["upper"][:, 0]
