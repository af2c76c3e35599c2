"""The covariance of two samples in which mostly the same units answered both times.

Tam (1984, The American Statistician 38, 288-289), Qualité & Tillé (2008, Survey Methodology 34, 173-181), Knottnerus &
van Delden (2012, Survey Methodology 38). Taking waves as independent makes the error of a change too
large, stacking them with one finite population correction makes it too small.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from praksis.errors import PraksisError
from praksis.estimate.array import Floats, Ints, sum_by
from praksis.estimate.design import Lonely
from praksis.estimate.plan import Plan
from praksis.estimate.variance import find_centres, find_variances


@dataclass(frozen=True)
class Overlap:
    """The units that are in both samples, by the pair of strata they were in."""

    first: Ints
    """[m] their place among the units of the first sample."""
    second: Ints
    """[m] their place among the units of the second."""
    pair: Ints
    """[m] the pair of strata (h, g) of each, 0 to P-1."""
    strata: tuple[Ints, Ints]
    """[P] each: h and g of every pair."""
    factor: Floats
    """[P] (1 - f1h f2g / f12hg) / d_hg."""
    in_both: Floats
    """[P] units in both frames; nan where populations count as infinite."""


class UnknownOverlap(PraksisError):
    """It cannot be known which units were in both samples."""


def match_units(before: Plan, after: Plan) -> Overlap:
    """Find the overlap of two samples from their keys and frames.

    With f1h, f2g the sampling fractions and f12hg the part of the units in both frames that is in both samples, the
    covariance of two totals is sum_hg (1 - f1h f2g / f12hg) times the products over the overlap. d_hg = 1 - 1/n1h -
    1/n2g + m/(n1h n2g), m the overlap, does for the covariance what n/(n-1) does for the variance: values are centred
    on means that the overlap itself took part in, which makes the products too small. With full overlap it is (n-1)/n.
    """
    if before.keys is None or after.keys is None:
        raise UnknownOverlap(
            "change: nothing names the units from wave to wave, so that their covariance is unknown. Say in both "
            'designs which column does: Design(key="organisation").'
        )
    place = {key: row for row, key in enumerate(before.keys)}
    pairs_of_rows = [(place[key], row) for row, key in enumerate(after.keys) if key in place]
    if not pairs_of_rows and tuple(map(type, before.keys[0])) != tuple(map(type, after.keys[0])):
        raise UnknownOverlap(
            f"change: the key is {before.keys[0]!r} in one wave and {after.keys[0]!r} in the other, so that nobody is "
            "in both; make them of one kind, text or number."
        )
    rows = np.array(pairs_of_rows, dtype=np.int64).reshape(-1, 2)
    one, two = before.first, after.first
    h, g = one.group[rows[:, 0]], two.group[rows[:, 1]]
    width = max(len(two.fraction), 1)
    code, pair, m = np.unique(h * width + g, return_inverse=True, return_counts=True)
    hs, gs = code // width, code % width
    factor, both = np.ones(len(code)), np.full(len(code), np.nan)
    if before.corrected != after.corrected and len(rows):
        raise UnknownOverlap("change: one wave has a finite population and the other has not; declare both alike.")
    if before.corrected and len(rows):
        counts = _count_in_both(before, after, bool((hs != gs).any()))
        known = [counts.get((int(h), int(g)), 0) for h, g in zip(hs, gs, strict=True)]
        both = np.maximum(np.array(known, dtype=np.float64), m)
        factor = 1 - one.fraction[hs] * two.fraction[gs] * both / m
    n1, n2 = one.units[hs], two.units[gs]
    factor = factor * _weigh_lonely(before)[hs] * _weigh_lonely(after)[gs]
    lost = (n1 * n2 - n1 - n2 + m) / (n1 * n2)  # in whole numbers: 0 in a stratum of one
    return Overlap(
        rows[:, 0], rows[:, 1], pair.astype(np.int64), (hs, gs), factor / np.where(lost > 0, lost, 1.0), both
    )


def _weigh_lonely(plan: Plan) -> Floats:
    """[H] what products of each stratum count, as its variance does: nothing from a lonely one that adds none."""
    units = plan.first.units
    if plan.lonely not in (Lonely.CERTAINTY, Lonely.AVERAGE):
        return np.ones(len(units))
    alone = (units == 1) & (plan.first.fraction < 1)
    present = units > 0
    extra = present.sum() / max((present & ~alone).sum(), 1) if plan.lonely is Lonely.AVERAGE else 1.0
    return np.where(alone, 0.0, np.sqrt(extra))


def _count_in_both(before: Plan, after: Plan, moved: bool) -> Mapping[tuple[int, int], int]:
    """How many units are in both frames, per pair of strata.

    Without frames, two populations of equal size in strata of the same name are taken as one that nobody left or
    joined.
    """
    if before.frame is None or after.frame is None:
        one, two = before.first, after.first
        if not moved and one.names == two.names and np.array_equal(one.population, two.population):
            return {(h, h): int(size) for h, size in enumerate(one.population.tolist())}
        raise UnknownOverlap(
            "change: with finite population correction both waves need their frame (who could have been in the sample, "
            'with strata and key): Survey(data, design, frame=...). Or say inference="process" in the design.'
        )
    return Counter((stratum, after.frame[key]) for key, stratum in before.frame.items() if key in after.frame)


def find_paired_covariances(first: tuple[Plan, Floats], second: tuple[Plan, Floats], overlap: Overlap) -> Floats:
    """[J] the covariance of estimate j of the first sample with estimate j of the second.

    Args:
        first, second: the plan and z [n, J]. Births and deaths are outside the overlap; movers are pairs with h != g.
    """
    z1, z2 = _centre(*first)[overlap.first], _centre(*second)[overlap.second]
    sums = sum_by(overlap.pair, len(overlap.factor), z1 * z2)
    return limit_covariances(overlap.factor @ sums, find_variances(*first), find_variances(*second))


def limit_covariances(found: Floats, first: Floats, second: Floats) -> Floats:
    """Covariances within what variances allow: with movers the sum may pass sqrt(Var1 Var2)."""
    limit = np.sqrt(first * second)
    return np.clip(found, -limit, limit)


def find_crossed_covariances(first: tuple[Plan, Floats], second: tuple[Plan, Floats], overlap: Overlap) -> Floats:
    """[J, K] the covariance of every estimate of the first sample with every one of the second."""
    z1, z2 = _centre(*first)[overlap.first], _centre(*second)[overlap.second]
    found = (z1 * overlap.factor[overlap.pair, None]).T @ z2
    return limit_covariances(found, find_variances(*first)[:, None], find_variances(*second)[None])


def _centre(plan: Plan, z: Floats) -> Floats:
    """[U, J] the units' values less the mean of their stratum; a lonely unit keeps its value."""
    for calibration in reversed(plan.calibrations):
        z = calibration.residual(z)
    units = plan.first.add_up(z)
    centres = find_centres(plan.first, units, Lonely.CERTAINTY)
    centres[plan.first.units == 1] = 0
    return units - centres[plan.first.group]
