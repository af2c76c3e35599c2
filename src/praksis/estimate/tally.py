"""Shares of many items in many domains at once, from counts: rows are added up once, the rest is a small table.

What a share and its variance need of the rows is, per variance unit, domain and answer: how many, the sum of their
weights and, where rows are the units and weights differ, the sum of squared weights. The variance is that of
`variance.py`; this is the same sum over the same units in another order. `tests/estimate/test_twins.py` compares the
two.

Sums should run along memory. Where rows are the units there are few strata and many items: tables have answers before
items. Clusters are many: they come last, and items one at a time, so that an item's table stays in the cache.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from praksis.estimate.array import Floats, Ints
from praksis.estimate.design import Lonely
from praksis.estimate.plan import Stage
from praksis.estimate.variance import find_factors

_AT_ONCE = 4_000_000
"""Numbers in one array at a time."""

_ROUNDING = 1e-13
"""Two sums that differ by less are equal: every stratum agrees within itself, and the difference is rounding."""


@dataclass(frozen=True)
class Units:
    """The variance units: clusters, or strata whose rows are the units."""

    stage: Stage
    drawn: Ints
    """[H] units in the sample per stratum."""
    clusters: bool
    weight: Floats | None
    """[U] the weight of each row of the unit where it is the same for all, else None: the sums are weighted already."""
    lonely: Lonely
    stratum: Ints
    """[U] the stratum of each."""

    @cached_property
    def order(self) -> tuple[Ints | None, Ints]:
        """Which order puts the units of a stratum together, None if they are; where each stratum [H] starts in it."""
        order = np.argsort(self.stratum, kind="stable")
        starts = np.searchsorted(self.stratum[order], np.arange(len(self.drawn)))
        return None if (order == np.arange(len(order))).all() else order, starts


@dataclass(frozen=True)
class Tally:
    """Counts of I items with A answers where rows are the units: tables [C, ..., A + 1, I] of C cells.

    A cell is a crossed domain, or one within a stratum; slot A is for missing answers. With domains gathered, tables
    are [G, U, A + 1, I].
    """

    counts: Floats
    sums: Floats
    """Sums of weights; the counts again where weights are the same within strata."""
    squares: Floats
    """Sums of squared weights; the counts again where weights are the same."""

    def gather(self, picks: csr_array, groups: int, units: int) -> "Tally":
        """The cells added up to G domains of U strata: picks [G, C] or [G * U, C].

        Few of them are not 0, and a BLAS product this small would wait for its own threads.
        """
        done: dict[int, Floats] = {}
        for array in (self.counts, self.sums, self.squares):
            if id(array) not in done:
                flat = np.asarray(picks @ array.reshape(len(array), -1))
                done[id(array)] = flat.reshape(groups, units, *array.shape[-2:])
        return Tally(done[id(self.counts)], done[id(self.sums)], done[id(self.squares)])


@dataclass(frozen=True)
class ClusterTally:
    """Counts of one item with A answers in U clusters and D crossed domains; slot A for missing answers."""

    counts: Floats | Ints
    """[D, A + 1, U]"""
    sums: Floats
    """[D, A + 1, U] sums of weights."""


@dataclass(frozen=True)
class ShareNumbers:
    """Everything about the shares of I items x G domains x K answers."""

    p: Floats
    """[G, K, I]; nan where nobody answered."""
    variance: Floats
    """[G, K, I]."""
    count: Floats
    """[G, K, I] how many gave the answer."""
    n: Floats
    """[G, I] in the base."""
    nonresponse: Floats
    """[G, I] in the domain without an answer."""
    df: Floats
    """[G, I]."""
    population: Floats
    """[G, I] the estimated number of rows in the population that the base stands for; nan where infinite."""
    total: Floats
    """[G, I] sum of weights of the base."""
    known: Floats | None = None
    """[G] how many of the frame are in the domain, where there is a frame; 0 where it does not know."""

    @staticmethod
    def join(parts: Sequence["ShareNumbers"], axis: int) -> "ShareNumbers":
        """The domains (axis 0) or items (axis -1) of several, one after the other."""
        if len(parts) == 1:
            return parts[0]
        return ShareNumbers(*(np.concatenate([getattr(part, name) for part in parts], axis=axis) for name in _TABLES))

    def stack(self) -> "ShareNumbers":
        """Of an item without the axis I, with it."""
        return ShareNumbers(*(getattr(self, name)[..., None] for name in _TABLES))

    def take(self, domains: Ints) -> "ShareNumbers":
        """Some domains, in this order."""
        return ShareNumbers(*(getattr(self, name)[domains] for name in _TABLES))


_TABLES = ("p", "variance", "count", "n", "nonresponse", "df", "population", "total")


def tally_rows(base: Ints, slots: int, codes: Ints, answers: int, weight: Floats | None) -> Floats:
    """[slots, answers, I] sums of weight, or the number of rows, per base number [n] and code [n, I]."""
    items = codes.shape[1]
    if codes.size > _AT_ONCE:
        start = base * answers
        parts = [np.bincount(start + codes[:, one], weight, slots * answers) for one in range(items)]
        return np.stack(parts, axis=1).reshape(slots, answers, items).astype(np.float64, copy=False)
    key = (base[:, None] * answers + codes) * items + np.arange(items)
    weights = None if weight is None else np.repeat(weight, items)
    found = np.bincount(key.ravel(), weights, slots * answers * items)
    return found.reshape(slots, answers, items).astype(np.float64, copy=False)


def estimate_shares(units: Units, tally: Tally, chosen: Floats, base: Floats) -> ShareNumbers:
    """Shares and variances where rows are the units.

    Args:
        tally: with G domains. chosen: [A + 1, K] 1 where the code is one of the answer's. base: [A + 1] 1 where the
        code counts in the denominator.
    """
    picks = _Picks(chosen, base)
    scale = np.ones(tally.counts.shape[1]) if units.weight is None else units.weight
    plain = picks.take(tally.counts)
    sums = plain if tally.sums is tally.counts else picks.take(tally.sums)
    if units.weight is not None:
        sums = sums * scale[:, None, None]
    p, total, divisor = _divide(sums.sum(axis=1))
    squares = plain if tally.squares is tally.counts else picks.take(tally.squares)
    squares = squares * (scale**2)[:, None, None]
    y2, x2 = squares[:, :, :-1], squares[:, :, -1:]
    variance = vary_rows(units, (sums[:, :, :-1], sums[:, :, -1:]), (y2, y2, x2), p)
    answered = plain[:, :, -1]
    counted = plain.sum(axis=1)
    return _settle(
        p,
        variance,
        divisor,
        count=counted[:, :-1],
        n=counted[:, -1],
        nonresponse=tally.counts[:, :, -1].sum(axis=1),
        df=np.asarray(counted[:, -1] - (answered > 0).sum(axis=1)),
        population=_find_population(units, answered.swapaxes(1, 2)),
        total=total,
    )


def estimate_cluster_shares(
    units: Units, tallies: Iterable[ClusterTally], margins: csr_array, chosen: Floats, base: Floats
) -> ShareNumbers:
    """Shares and variances of some items with one scale where clusters are the units.

    Args:
        tallies: of every item. margins: [G, D] which crossed domains make up which domain. chosen, base: as in
        `estimate_shares`.
    """
    picks, parts, rooms = _Picks(chosen, base), [], _Rooms()
    for tally in tallies:
        domains, slots, clusters = tally.sums.shape
        sums = (margins @ tally.sums.reshape(domains, -1)).reshape(-1, slots, clusters)
        top, bottom = picks.split(sums)
        p, total, divisor = _divide(np.concatenate([top.sum(axis=-1), bottom.sum(axis=-1)[:, None]], axis=1))
        variance = vary_clusters(units, top, bottom[:, None], p, rooms)
        codes = margins @ tally.counts.sum(axis=-1).astype(np.float64)
        counted = codes @ picks.matrix.T
        of_base = sum((tally.counts[:, code] for code in np.flatnonzero(base)), np.zeros((domains, clusters)))
        answered = np.asarray(margins @ of_base)
        touched = (answered > 0).astype(np.float64)
        part = _settle(
            p,
            variance,
            divisor,
            count=counted[:, :-1],
            n=counted[:, -1],
            nonresponse=codes[:, -1],
            df=np.asarray(touched.sum(axis=-1) - (_add_strata(units, touched) > 0).sum(axis=-1)),
            population=_find_population(units, answered),
            total=total,
        )
        parts.append(part.stack())
    return ShareNumbers.join(parts, axis=-1)


def _divide(whole: Floats) -> tuple[Floats, Floats, Floats]:
    """Shares [G, K, ...] from sums [G, K + 1, ...] of answers and the base; the sums of the base; and 1 for its 0."""
    total = whole[:, -1]
    divisor = np.where(total > 0, total, 1.0)
    return whole[:, :-1] / divisor[:, None], total, divisor


def _settle(p: Floats, variance: Floats, divisor: Floats, **rest: Floats) -> ShareNumbers:
    """Results from shares and the variances of their numerators; nan where nobody answered."""
    variance = np.where((p <= 0) | (p >= 1), 0.0, np.maximum(variance, 0)) / (divisor**2)[:, None]
    unknown = ~(rest["total"] > 0)[:, None]
    return ShareNumbers(p=np.where(unknown, np.nan, p), variance=np.where(unknown, np.nan, variance), **rest)


class _Picks:
    """From tables of codes [..., A + 1, I] to tables of answers and then the base [..., K + 1, I]."""

    def __init__(self, chosen: Floats, base: Floats) -> None:
        self.matrix = np.vstack([chosen.T, base])
        answers = len(base) - 1
        single = chosen.shape == (answers + 1, answers) and bool((base[:-1] == 1).all())
        self.each = single and bool((chosen[:-1] == np.eye(answers)).all())
        """Every code is an answer: only the base is a sum."""

    def take(self, table: Floats) -> Floats:
        if not self.each:
            return np.asarray(np.matmul(self.matrix, table))
        found = table.copy()  # the base takes the place of who did not answer
        found[..., -1, :] = table[..., :-1, :].sum(axis=-2)
        return found

    def split(self, table: Floats) -> tuple[Floats, Floats]:
        """The answers [..., K, I] and the base [..., I]."""
        if not self.each:
            found = np.matmul(self.matrix, table)
            return found[..., :-1, :], found[..., -1, :]
        return table[..., :-1, :], table[..., :-1, :].sum(axis=-2)


class _Rooms:
    """Arrays that are written over for every item: memory taken anew would be cleared by the system each time."""

    def __init__(self) -> None:
        self.first = self.second = np.zeros(0)

    def fit(self, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
        if self.first.shape != shape:
            self.first, self.second = np.empty(shape), np.empty(shape)
        return self.first, self.second


def vary_clusters(units: Units, top: Floats, bottom: Floats, p: Floats, rooms: _Rooms | None = None) -> Floats:
    """The variance of ratios of two totals, times the square of the lower: clusters are the units.

    Args:
        top, bottom: [..., U] sums of w y and w x per cluster. p: [...] the ratios.

    Returns:
        [...] sums over clusters u of factor (z_u - mean of its stratum)^2, z = y - p x.
    """
    z, centre = (rooms or _Rooms()).fit(np.broadcast_shapes(top.shape, bottom.shape))
    np.multiply(p[..., None], bottom, out=z)
    np.subtract(top, z, out=z)
    means = _add_strata(units, z) / units.drawn
    if units.lonely is Lonely.ADJUST:
        means[..., units.drawn == 1] = 0  # the mean of all z of a ratio is 0
    z -= means.take(units.stratum, axis=-1, out=centre, mode="clip")
    return np.asarray(np.einsum("u,...u,...u->...", find_factors(units.stage, units.lonely)[units.stratum], z, z))


def vary_rows(units: Units, sums: tuple[Floats, Floats], squares: tuple[Floats, Floats, Floats], p: Floats) -> Floats:
    """The same where rows are the units: sum z^2 - (sum z)^2 / n per stratum.

    Args:
        sums: [G, H, ...] of w y and w x per stratum. squares: of w^2 y^2, w^2 y x and w^2 x^2.
    """
    factors = find_factors(units.stage, units.lonely)
    yy, xx = (np.einsum("h,gh...->g...", factors, one) for one in squares[::2])
    yx = yy if squares[1] is squares[0] else np.einsum("h,gh...->g...", factors, squares[1])
    z = sums[0] - p[:, None] * sums[1]
    centred = np.ones(len(units.drawn)) if units.lonely is not Lonely.ADJUST else (units.drawn > 1).astype(np.float64)
    spread = np.einsum("h,gh...,gh...->g...", factors * centred / np.maximum(units.drawn, 1), z, z)
    whole = yy - 2 * p * yx + p**2 * xx
    return np.asarray(np.where(spread < whole * (1 - _ROUNDING), whole - spread, 0.0))


def _add_strata(units: Units, values: Floats) -> Floats:
    """[..., H] sums of the clusters' values [..., U]."""
    order, starts = units.order
    return np.asarray(np.add.reduceat(values if order is None else values[..., order], starts, axis=-1))


def _find_population(units: Units, answered: Floats) -> Floats:
    """[...] how many rows those who answered [..., U] stand for."""
    fraction = units.stage.fraction[units.stratum]
    if not fraction.all():
        return np.full(answered.shape[:-1], np.nan)
    return np.asarray(np.einsum("u,...u->...", 1 / fraction, answered))
