"""Intervals of levels and changes of 488 organisations, over hundreds of response patterns.

Births, deaths, mergers, splits and movers; total, sector, size and step (an answer, known of respondents only). Each
pattern is two surveys of which everything is estimated as an analyst would. `python -m tests.simulation` prints the
numbers as tables.
"""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from .measurement import INDEPENDENT, OURS, Simulation, find_coverage, find_error_ratios
from .population import draw_respondents, make_population
from .scenario import KINDS, SCENARIOS, run
from .usual_tools import NO_FPC, UNION, find_latest_strata, stack_rows, stack_waves


@pytest.mark.parametrize("name", SCENARIOS)
def test_coverage(name: str) -> None:
    """Praksis covers 93 to 97 percent and its standard errors are right; the usual tools' are not, and they fail.

    One test per scenario, so that a scenario runs once wherever its test runs.
    """
    simulation = run(name)
    faults = list(find_faults(simulation))
    if SCENARIOS[name].weights is None:
        faults += find_faults_of_usual_tools(simulation)
    assert not faults, "\n".join(faults)


def find_faults(simulation: Simulation) -> Iterator[str]:
    """Whatever of Praksis is not as it should be.

    The mean over the items of a kind is known within 0.5 points (one standard error, from the patterns), a single item
    within 1; so an item of the total may be 4 of its standard errors off 95, and one of a smaller group is not judged
    alone: with few organisations the share can only be k of N, and coverage jumps.
    """
    single = 4 * math.sqrt(0.05 * 0.95 / simulation.scenario.patterns)
    for estimate in sorted({"before", "level", "change"} & simulation.measured.keys()):
        measured = simulation.measured[estimate]
        for kind in KINDS:
            groups = simulation.find_groups(kind)
            found, ratios = find_coverage(measured, groups), find_error_ratios(measured, groups)
            if not 0.93 <= found.mean <= 0.97:
                yield f"{estimate}, {kind}: intervals cover {found.mean:.2%}"
            if found.error > 0.005:
                yield f"{estimate}, {kind}: coverage is known within {found.error:.2%} only"
            if kind == "total" and not 0.95 - single <= found.lowest <= found.highest <= 0.95 + single:
                yield f"{estimate}, {kind}: single items are covered {found.lowest:.2%} to {found.highest:.2%}"
            if not all(0.95 <= ratio <= 1.05 for ratio in ratios):
                yield f"{estimate}, {kind}: standard errors are {ratios[0]:.3f} (mean {ratios[1]:.3f}) times the truth"


def find_faults_of_usual_tools(simulation: Simulation) -> Iterator[str]:
    """Whatever goes better for them than it should. The standard errors of Praksis in the same form of interval pass.

    That form, estimate +- t x SE, is too short near 0 and 1, as shares by step are: there the ratio of the errors says.
    """
    for estimate in ("level", "change"):
        for kind in KINDS:
            where, groups = f"{estimate}, {kind}", simulation.find_groups(kind)
            covers, times = {}, {}
            for way in (OURS, UNION, NO_FPC):
                measured = simulation.measured[f"{estimate}, {way}"]
                covers[way] = find_coverage(measured, groups).mean
                times[way] = find_error_ratios(measured, groups)[0]
            if kind != "step" and not 0.93 <= covers[OURS] <= 0.97:
                yield f"{where}: estimate +- t x the SE of Praksis covers {covers[OURS]:.2%}"
            if covers[UNION] >= 0.93 or times[UNION] >= 0.95:
                yield f"{where}: the FPC of the union does well: {covers[UNION]:.2%}, SE {times[UNION]:.2f}"
            if times[NO_FPC] < 1.2 or (kind != "step" and covers[NO_FPC] <= 0.97):
                yield f"{where}: stacking without FPC does well: {covers[NO_FPC]:.2%}, SE {times[NO_FPC]:.2f}"
    independent = find_coverage(simulation.measured[f"change, {INDEPENDENT}"], simulation.find_groups("total")).mean
    if simulation.scenario.persistence >= 0.8 and independent <= 0.97:
        yield f"change, total: independent waves do well: {independent:.2%}"


def test_population() -> None:
    """488 organisations in each wave, 465 in both; 8 + 12 + 3 die, as many are born, 35 change size."""
    first, second = make_population().waves
    both = first.present & second.present
    assert (first.present.sum(), second.present.sum(), both.sum()) == (488, 488, 465)
    assert (first.stratum != second.stratum)[both].sum() == 35
    steps = [wave.columns["step"].codes for wave in (first, second)]
    assert 0.3 < (steps[0] != steps[1])[both].mean() < 0.6
    shares = first.answers[:, first.present].mean(axis=1)
    assert (shares.min(), shares.max()) == (pytest.approx(0.05, abs=0.005), pytest.approx(0.95, abs=0.005))


def test_respondents_are_simple_random_samples() -> None:
    """In each stratum everyone is as likely to answer, in both waves, and who answered before is more likely to."""
    population, scenario, rng = make_population(), SCENARIOS["as in 2023"], np.random.default_rng(5)
    patterns = 2000
    times, both = np.zeros((2, 511)), 0
    for _ in range(patterns):
        rows = draw_respondents(population, scenario.rates, scenario.persistence, rng)
        for wave in (0, 1):
            times[wave, rows[wave]] += 1
        both += len(np.intersect1d(*rows))
    for wave, rate in zip((0, 1), scenario.rates, strict=True):
        stratum = population.waves[wave].stratum
        for h in range(4):
            members = stratum == h
            part = round(rate[h] * members.sum()) / members.sum()
            spread = times[wave, members] / patterns - part
            assert abs(spread.mean()) < 1e-12
            assert spread.std() == pytest.approx(math.sqrt(part * (1 - part) / patterns), rel=0.35)
    assert 250 < both / patterns < 290


def test_stacking_is_what_a_declared_design_gives() -> None:
    """The shortcut equals Praksis' own clustered design, and that R `survey` 4.1-1: the session in usual_tools.py."""
    population, scenario = make_population(), SCENARIOS["as in 2023"]
    rows = draw_respondents(population, scenario.rates, scenario.persistence, np.random.default_rng(1))
    errors = stack_waves(population, scenario, rows)
    for way, corrected, change, of_step in (
        (UNION, True, CHANGE_IN_R, STEP_IN_R), (NO_FPC, False, CHANGE_IN_R_NO_FPC, STEP_IN_R_NO_FPC)
    ):  # fmt: skip
        stacked = stack_rows(population, scenario, rows, corrected=corrected)
        level = np.asarray(stacked.level.numbers["se"]).reshape(15, 2, -1, 2)[:, 1, :, 1]
        assert errors[f"level, {way}"] == pytest.approx(level, rel=1e-9, abs=1e-15)
        found = errors[f"change, {way}"]
        assert found == pytest.approx(np.asarray(stacked.change.numbers["se"]).reshape(15, -1), rel=1e-9, abs=1e-15)
        assert (found[5, 0], found[1, -1]) == (pytest.approx(change, rel=1e-8), pytest.approx(of_step, rel=1e-8))
    assert len(np.union1d(*rows)) < len(find_latest_strata(population))


CHANGE_IN_R, STEP_IN_R = 0.01267216347, 0.03229494554
CHANGE_IN_R_NO_FPC, STEP_IN_R_NO_FPC = 0.02623288231, 0.07447558546
"""The change of the sixth item, and of the second among step 4."""
