"""The numbers of a table of shares: counted once per item and domain, bounded, labelled."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array

from praksis.errors import PraksisError
from praksis.estimate.array import Floats, Ints
from praksis.estimate.calibration import ResponseGroups
from praksis.estimate.column import number_rows
from praksis.estimate.design import Lonely
from praksis.estimate.domain import Crossing, Domains
from praksis.estimate.interval import SHARE_INTERVALS, Shares, keep_possible
from praksis.estimate.linear import Linear
from praksis.estimate.plan import Plan
from praksis.estimate.replicates import Columns, Replicates, total_replicates, vary_replicates
from praksis.estimate.sampled import Sampled
from praksis.estimate.scale import Answers, find_scale_runs
from praksis.estimate.tally import (
    ClusterTally,
    ShareNumbers,
    Tally,
    Units,
    estimate_cluster_shares,
    estimate_shares,
    tally_rows,
)

_FEW = 50_000
_WIDEST = 20_000_000
"""Counts in memory at once for one item."""


Number = TypeVar("Number", Floats, Ints)


class UnknownInterval(PraksisError):
    """An interval that is not offered."""


def number_shares(
    survey: Sampled, items: Sequence[str], scales: Sequence[Answers], domains: Domains
) -> list[ShareNumbers]:
    """Shares and their variances, one part per run of items with the same answers."""
    simple = is_simple(survey)
    units, unit = make_units(survey.plan) if simple else _make_strata(survey.plan)
    crossings = domains.split(_WIDEST // (len(units.stratum) * max(len(scale.base) for scale in scales)))
    parts: list[ShareNumbers] = []
    for first, last in find_scale_runs(scales):
        found = _count(survey, items[first:last], scales[first], units, unit, crossings)
        found = replace(found, known=survey.count_frame(domains))
        if any(isinstance(step, ResponseGroups) for step in survey.plan.calibrations):
            # Who did not answer is a row too: the weights, not the rows, say what those who did stand for.
            found = replace(found, population=np.where(np.isnan(found.population), np.nan, found.total))
        if not simple:
            variances = _vary(survey, items[first:last], scales[first:last], domains, _flatten(found.p, found.p.shape))
            df = _find_degrees(survey, items[first:last], scales[first], domains)
            found = replace(found, variance=_shape(variances, found.p.shape), df=df)
        parts.append(found)
    return parts


def _vary(survey: Sampled, items: Sequence[str], scales: Sequence[Answers], domains: Domains, shares: Floats) -> Floats:
    """[J] variances where counts alone do not give them."""
    if survey.replicates is None:
        return make_linear(survey, items, scales, domains).variances
    replicated = _replicate_shares(survey, survey.replicates, items, scales, domains)
    return vary_replicates(replicated, shares, survey.replicates)


def _find_degrees(survey: Sampled, items: Sequence[str], scale: Answers, domains: Domains) -> Floats:
    """[G, I] degrees of freedom, of the replicates where there are some."""
    answered = [scale.base[survey.code(item).codes] > 0 for item in items]
    found = [survey.find_degrees(inside & one) for inside in domains.inside.T for one in answered]
    return np.array(found, dtype=np.float64).reshape(len(domains), len(items))


def _shape(values: Floats, shape: tuple[int, ...]) -> Floats:
    """From item, domain, answer [J] to [G, K, I]."""
    g, k, items = shape
    return values.reshape(items, g, k).transpose(1, 2, 0)


def make_linear(survey: Sampled, items: Sequence[str], scales: Sequence[Answers], domains: Domains) -> Linear:
    """The same shares as ratios of two sums, for what counts alone cannot give."""
    blocks = tuple(survey.make_share(item, scale, domains) for item, scale in zip(items, scales, strict=True))
    replicates = survey.replicates
    if replicates is None:
        return Linear(survey.plan, blocks)
    return Linear(
        survey.plan, blocks, replicates, lambda: _replicate_shares(survey, replicates, items, scales, domains)
    )


def _replicate_shares(
    survey: Sampled,
    replicates: Replicates,
    items: Sequence[str],
    scales: Sequence[Answers],
    domains: Domains,
) -> Floats:
    """[R, J] the shares under every set of weights; rows are added up once for all items."""
    crossing = domains.crossing
    sizes = [len(scale.base) - 1 for scale in scales]
    columns = Columns(
        codes=[survey.code(item).codes for item in items],
        sizes=sizes,
        domain=crossing.number,
        domains=crossing.count + 1,
    )
    totals = np.matmul(crossing.margins, total_replicates(replicates, survey.plan.weight, survey.plan.first, columns))
    parts, start = [], 0
    for size, scale in zip(sizes, scales, strict=True):
        found = totals[:, :, start : start + size]
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.matmul(found, scale.chosen[:-1]) / np.matmul(found, scale.base[:-1])[..., None]
        parts.append(shares.reshape(len(shares), -1))
        start += size
    return np.hstack(parts)


def is_simple(survey: Sampled) -> bool:
    """May the variance be found from counts alone? With one stage, weights as they are, and no replicates."""
    return len(survey.plan.stages) == 1 and not survey.plan.calibrations and survey.replicates is None


def _make_strata(plan: Plan) -> tuple[Units, Ints]:
    """Strata to add rows up by, where the variance is found in another way."""
    stage, strata = plan.first, np.arange(len(plan.first.fraction))
    return Units(replace(stage, group=strata), stage.units, True, None, Lonely.CERTAINTY, strata), plan.stratum


def make_units(plan: Plan) -> tuple[Units, Ints]:
    """The variance units to add rows up by, and the unit of every row [n]."""
    stage, lonely = plan.first, plan.lonely
    if not stage.row_units:
        return Units(stage, stage.units, True, None, lonely, stage.group), stage.unit
    strata = len(stage.fraction)
    heaviest, lightest = np.zeros(strata), np.full(strata, np.inf)
    np.maximum.at(heaviest, stage.group, plan.weight)
    np.minimum.at(lightest, stage.group, plan.weight)
    same = bool((heaviest == lightest).all())
    return Units(stage, stage.units, False, heaviest if same else None, lonely, np.arange(strata)), stage.group


def _count(
    survey: Sampled, items: Sequence[str], scale: Answers, units: Units, unit: Ints, crossings: Sequence[Crossing]
) -> ShareNumbers:
    """The shares of items with one scale."""
    parts = []
    for crossing in crossings:
        if units.clusters:
            tallies = _tally_clusters(survey, items, len(scale.base), units, crossing, unit)
            margins = csr_array(crossing.margins.astype(np.float64))
            parts.append(estimate_cluster_shares(units, tallies, margins, scale.chosen, scale.base))
            continue
        cell, of_unit, of_crossed = _number_cells(crossing, unit, len(units.stratum))
        picks = _pick_cells(crossing, len(units.stratum), of_unit, of_crossed)
        step = max(_WIDEST // (len(of_unit) * len(scale.base)), 1)
        done = []
        for start in range(0, len(items), step):
            codes = survey.stack_codes(tuple(items[start : start + step]))
            tally = _tally_rows(codes, len(scale.base), survey.plan.weight, units, cell, len(of_unit))
            gathered = tally.gather(picks, len(crossing.margins), len(units.stratum))
            done.append(estimate_shares(units, gathered, scale.chosen, scale.base))
        parts.append(ShareNumbers.join(done, axis=-1))
    return ShareNumbers.join(parts, axis=0)


def _number_cells(crossing: Crossing, unit: Ints, units: int) -> tuple[Ints, Ints, Ints]:
    """The cell of every row [n], and the unit and the crossed domain of every cell [C].

    Of few rows only cells that occur are numbered: strata are often crossings of the same columns. Of many it would
    take longer to find them than to count them.
    """
    base = crossing.number * units + unit
    if len(base) > _FEW:
        cells = np.arange((crossing.count + 1) * units)
        return base, cells % units, cells // units
    cell, firsts = number_rows([base], len(base))
    return cell, unit[firsts], crossing.number[firsts]


def _pick_cells(crossing: Crossing, units: int, unit: Ints, crossed: Ints) -> csr_array:
    """[G * U, C] which cells make up which domain in which unit; a cell is of a unit [C] and a crossed domain [C]."""
    domain, cell = np.nonzero(crossing.margins[:, crossed])
    shape = len(crossing.margins) * units, len(unit)
    return csr_array((np.ones(len(cell)), (domain * units + unit[cell], cell)), shape=shape)


def _tally_rows(codes: Ints, answers: int, weight: Floats, units: Units, cell: Ints, cells: int) -> Tally:
    def count(weights: Floats | None) -> Floats:
        return tally_rows(cell, cells, codes, answers, weights)

    counts = count(None)
    if units.weight is not None:
        return Tally(counts, counts, counts)
    return Tally(counts, count(weight), count(weight**2))


def _tally_clusters(
    survey: Sampled, items: Sequence[str], answers: int, units: Units, crossing: Crossing, unit: Ints
) -> Iterator[ClusterTally]:
    """Rows added up item by item, clusters last."""
    clusters, shape = len(units.stratum), (crossing.count + 1, answers, len(units.stratum))
    start, weight = crossing.number * answers * clusters + unit, survey.plan.weight
    for item in items:
        codes = survey.code(item).codes
        key = start + np.where(codes < 0, answers - 1, codes) * clusters
        counts, sums = (np.bincount(key, one, math.prod(shape)).reshape(shape) for one in (None, weight))
        yield ClusterTally(counts, sums.astype(np.float64, copy=False))


_WHOLE = ("n", "nonresponse", "df")


def bound_numbers(
    parts: Sequence[ShareNumbers], interval: str, confidence: float, *, sized: bool
) -> tuple[dict[str, Floats | Ints], str]:
    """Everything a table of shares shows, item by item, domain by domain, answer by answer; and what the limits are.

    `sized`: do weights sum to the population? Then the design effect is R's (`deff=TRUE`).
    """
    if interval not in SHARE_INTERVALS:
        raise UnknownInterval(f'interval="{interval}" is not one of {", ".join(SHARE_INTERVALS)}.')
    bounded = [_bound(part, interval, confidence, sized) for part in parts]
    numbers = {name: np.concatenate([one[name] for one in bounded]) for name in bounded[0]}
    named = {"wilson": "Wilson", "logit": "logit", "beta": "Korn-Graubard", "wald": "Wald"}[interval]
    return numbers, f"{100 * confidence:g} % {named} intervals"


def _bound(found: ShareNumbers, interval: str, confidence: float, sized: bool) -> dict[str, Floats | Ints]:
    p, n, variance = found.p, found.n[:, None], found.variance
    size = (found.total if sized else found.population)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        se, spread = np.sqrt(variance), p * (1 - p)
        left = np.where(size > n, (size - n) / size, 1.0) / np.where(n > 1, n - 1, np.nan)
        deff = np.where(spread > 0, variance / (spread * left), np.nan)
        effective = np.where(variance > 0, spread / variance, np.nan)
        fraction = n / found.population[:, None]
    shares = Shares(p, se, n, np.nan_to_num(fraction), found.df[:, None], found.count)
    loose = SHARE_INTERVALS[interval](shares, confidence)
    lower, upper = loose
    if found.known is not None and interval != "wald":
        lower, upper = keep_possible(shares, found.known[:, None, None], loose)
    numbers = {
        "estimate": p, "se": se, "lower": lower, "upper": upper, "n": n, "nonresponse": found.nonresponse[:, None],
        "fraction": fraction, "df": found.df[:, None], "deff": deff, "n_eff": effective,
        "loose_lower": loose[0], "loose_upper": loose[1],
    }  # fmt: skip
    flat: dict[str, Floats | Ints] = {name: _flatten(one, p.shape) for name, one in numbers.items()}
    return flat | {name: flat[name].astype(np.int64) for name in _WHOLE}


def _flatten(values: Number, shape: tuple[int, ...]) -> Number:
    """From [G, K, I] or [G, 1, I] to item, domain, answer [J]."""
    return np.ascontiguousarray(np.broadcast_to(values, shape).transpose(2, 0, 1)).reshape(-1)
