"""Who answers how often: the scenarios that are simulated, and what is asked of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .measurement import Coverage, Measured, Scenario, Simulation, bound_logit, find_coverage, simulate
from .population import make_population, make_small_groups
from .usual_tools import stack_waves

KINDS = ("total", "sector", "size", "step")

AS_IN_2023 = ((0.68, 0.55, 0.70, 0.80), (0.62, 0.60, 0.75, 0.90))
HALF = ((0.50, 0.50, 0.55, 0.60), (0.55, 0.50, 0.50, 0.50))
MOST = ((0.80, 0.85, 0.90, 0.90), (0.85, 0.80, 0.85, 0.90))
"""State bodies, then small, medium and large municipalities, in the first and in the second wave."""

DOMAINS = ("sector", "size", "step")

SCENARIOS = {
    one.name: one
    for one in (
        Scenario("as in 2023", AS_IN_2023, 0.8, 500, DOMAINS),
        Scenario("every answer counts once", AS_IN_2023, 0.8, 500, DOMAINS, weights="none"),
        Scenario("half answer", HALF, 0.8, 500, DOMAINS),
        Scenario("most answer", MOST, 0.5, 500, DOMAINS),
    )
}

SMALL_AS_IN_2023 = ((0.68, 0.55, 0.70, 0.80), (0.62, 0.60, 0.75, 0.85))
SMALL_MOST = ((0.80, 0.80, 0.85, 0.85), (0.85, 0.80, 0.85, 0.85))
SMALL_MIXED = ((0.85, 0.50, 0.80, 0.60, 0.70), (0.80, 0.55, 0.85, 0.50, 0.70))
"""Where the groups are the strata each has the next rate, and after the last the first again."""

SMALL = {
    f"{one.name}, {kind}": (one, strata)
    for strata, kind, one in (
        ("size", "across strata", Scenario("as in 2023", SMALL_AS_IN_2023, 0.8, 500, ("group",), seed=41)),
        ("size", "across strata", Scenario("most answer", SMALL_MOST, 0.8, 500, ("group",), seed=42)),
        ("group", "the groups are the strata", Scenario("half to most", SMALL_MIXED, 0.8, 500, ("group",), seed=43)),
    )
}
"""Groups of 9 to 41 organisations."""

CELLS = ((0, 0.06), (0.06, 0.15), (0.15, 0.30), (0.30, 0.50))
"""Shares in the later wave, or less than 100 percent by as much; none and all are apart: all intervals cover them."""


@lru_cache(maxsize=1)
def run(name: str) -> Simulation:
    """A scenario's simulation; with the usual tools where they have the same estimates, which are weighted."""
    scenario = SCENARIOS[name]
    return simulate(make_population(), scenario, stack_waves if scenario.weights is None else None)


@lru_cache(maxsize=1)
def run_small(name: str) -> Simulation:
    scenario, strata = SMALL[name]
    found = simulate(make_small_groups(strata), scenario)
    logit = {"level, usual logit": bound_logit(found.measured["level"])}
    return Simulation(found.scenario, found.groups, found.sizes, {**found.measured, **logit})


@dataclass(frozen=True)
class Cell:
    """Groups of one size and the items of like prevalence."""

    size: int
    shares: tuple[float, float]
    coverage: Coverage


def find_cells(simulation: Simulation, measured: Measured) -> Sequence[Cell]:
    """Coverage by the size of the group and the prevalence, for groups of 9 to 41; empty cells are left out."""
    share = simulation.measured["level"].truth
    near = np.minimum(share, 1 - share)
    cells = []
    for size in sorted(set(simulation.sizes[simulation.sizes <= 41].tolist())):
        groups = np.flatnonzero(simulation.sizes == size)
        for low, high in CELLS:
            inside = (near > low) & (near <= high + 1e-9)
            if inside[:, groups].any():
                cells.append(Cell(size, (low, high), find_coverage(measured, groups, inside)))
    return cells
