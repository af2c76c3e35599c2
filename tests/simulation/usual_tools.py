"""What is done to two waves where a tool knows one sample only: stack them.

In R's `survey` (Stata's `svy`, SAS and SPSS have the same): both waves' rows in one data set, the organisation as
cluster because it may be there twice, the waves as domains, and the change a difference of two estimates of one sample:

    des <- svydesign(ids = ~key, strata = ~stratum, weights = ~weight, fpc = ~union, data = rbind(before, after))
    both <- svyby(~item, ~wave, des, svymean, covmat = TRUE); svycontrast(both, c(-1, 1))

`union` is how many organisations of the stratum are in either frame; without `fpc` the population counts as infinite.
The weights are right, so the estimates are those of Praksis: only the standard errors differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from praksis import Design, Survey
from praksis.estimate.array import Floats, Ints
from praksis.estimate.estimates import Estimates

from .measurement import Scenario, list_groups, make_table, name_items
from .population import Population, Wave

UNION, NO_FPC = "stacked, FPC of the union", "stacked, no FPC"


def stack_waves(population: Population, scenario: Scenario, rows: tuple[Ints, Ints]) -> Mapping[str, Floats]:
    """The standard errors [J, G] of both ways to stack, of the level of the later wave and of the change.

    With z the linearised value of a share, summed per organisation over its rows: sum_h (1 - n_h/N_h) n_h/(n_h - 1)
    sum (z - mean)^2, n_h those who answered at least once. `stack_rows` has the same from a declared design.
    """
    stratum = find_latest_strata(population)
    before, after = (_linearise(wave, one, scenario) for wave, one in zip(population.waves, rows, strict=True))
    drawn = np.union1d(*rows)
    drawn = drawn[np.argsort(stratum[drawn], kind="stable")]
    n, size = np.bincount(stratum[drawn]), np.bincount(stratum)
    starts = np.concatenate([[0], np.cumsum(n)[:-1]])
    errors = {}
    for kind, z in (("level", after), ("change", after - before)):
        units = z[drawn].reshape(len(drawn), -1)
        means = np.add.reduceat(units, starts) / n[:, None]
        squares = np.maximum(np.add.reduceat(units**2, starts) - n[:, None] * means**2, 0)
        for way, fraction in ((UNION, n / size), (NO_FPC, np.zeros(len(n)))):
            variances = ((1 - fraction) * n / (n - 1)) @ squares
            errors[f"{kind}, {way}"] = np.sqrt(variances).reshape(z.shape[1:])
    return errors


def find_latest_strata(population: Population) -> Ints:
    """[N] the stratum of the latest wave with the organisation in its frame: a cluster can have one stratum only."""
    first, second = population.waves
    return np.asarray(np.where(second.present, second.stratum, first.stratum))


def _linearise(wave: Wave, rows: Ints, scenario: Scenario) -> Floats:
    """[N, J, G] weight times (y - p) in the group, over the sum of weights; 0 for who did not answer."""
    _, inside = list_groups(wave, scenario.domains)
    weighted = inside[rows] * _weigh(wave, rows)[:, None]
    total = weighted.sum(axis=0)
    answers = wave.answers[:, rows].T.astype(np.float64)
    shares = (answers.T @ weighted) / total
    z = np.zeros((len(wave.stratum), *shares.shape))
    z[rows] = (weighted / total)[:, None, :] * (answers[:, :, None] - shares)
    return z


def _weigh(wave: Wave, rows: Ints) -> Floats:
    """N/n of the row's stratum in its wave."""
    weight = np.bincount(wave.stratum[wave.present]) / np.bincount(wave.stratum[rows])
    return np.asarray(weight[wave.stratum[rows]])


@dataclass(frozen=True)
class Stacked:
    """The same from a design: shares by wave, and changes as contrasts."""

    level: Estimates
    change: Estimates


def stack_rows(population: Population, scenario: Scenario, rows: tuple[Ints, Ints], *, corrected: bool) -> Stacked:
    """Both waves as one sample with the organisation as cluster."""
    items, latest = name_items(population), find_latest_strata(population)
    parts = []
    for wave, one, name in zip(population.waves, rows, ("before", "later"), strict=True):
        part = make_table(wave).take(pa.array(one))
        for column, values in (
            ("wave", [name] * len(one)),
            ("stratum", latest[one]),
            ("union", np.bincount(latest)[latest[one]]),
            ("weight", _weigh(wave, one)),
        ):
            part = part.append_column(column, pa.array(values))
        parts.append(part)
    design = Design(strata="stratum", clusters="key", weights="weight", population="union" if corrected else ())
    shares = Survey(pa.concat_tables(parts), design).share(items, by="wave", each=scenario.domains)
    yes = np.arange(len(shares)).reshape(len(items), 2, -1, 2)[..., 1]
    pairs = zip(yes[:, 1].ravel().tolist(), yes[:, 0].ravel().tolist(), strict=True)
    return Stacked(shares, shares.contrast({str(later): {later: 1.0, before: -1.0} for later, before in pairs}))
