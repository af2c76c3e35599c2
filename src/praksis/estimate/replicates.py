"""Replicate weights: variance from estimating again with other weights.

The variance is scale * sum_r rscales_r (theta_r - c)(theta_r - c)', c the mean of the replicates or, with `mse`, the
estimate itself (Wolter 2007, Introduction to variance estimation, chapters 4 and 5; Lumley 2010, section 2.3; R:
`survey::svrVar`). Weights are made here by jackknife and bootstrap, or given with the data.

Totals under many weights are one matrix product. Factors per unit are applied to sums per unit, so that rows are read
once whatever the number of replicates; weights per row are multiplied a chunk of rows at a time.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from scipy.sparse import csc_array

from praksis.errors import PraksisError
from praksis.estimate.array import Bools, Floats, Ints, sum_by
from praksis.estimate.design import Lonely
from praksis.estimate.plan import Stage

_CHUNK = 1 << 17
"""Rows at a time."""
_CELLS = 8_000
"""Sums per replicate of items that are packed together."""
_FEW_CELLS = 700
"""The same where so many packs would not stay in the processor's shared cache together."""
_CACHED = 4_000_000
"""Numbers that stay there."""
_ALL_DRAWN = 1e-9
"""A share of the population below this is nobody."""


class CannotReplicate(PraksisError):
    """The design or the weights given do not make replicates."""


@dataclass(frozen=True)
class Replicates:
    """R sets of weights, and how estimates with them make a variance."""

    scale: float
    rscales: Floats
    """[R]"""
    mse: bool = False
    """Deviations are from the estimate (true) or from the mean of the replicates (false, as in R)."""
    factors: Floats | None = None
    """[U, R] what the weight of every row in a first-stage unit is multiplied with."""
    weights: Floats | None = None
    """[n, R] weights per row; with `combined` false, what the weight of the row is multiplied with."""
    combined: bool = True
    left_out: Ints | None = None
    """[U] jackknife: the stratum of the unit that replicate u leaves out, -1 where it leaves out none."""

    @property
    def count(self) -> int:
        """Number of replicates."""
        return len(self.rscales)


def make_jackknife(stage: Stage, lonely: Lonely = Lonely.FAIL, mse: bool = False) -> Replicates:
    """The jackknife that leaves out one first-stage unit at a time, the others of its stratum times n/(n-1).

    With one stratum R's "JK1", with several "JKn": `as.svrepdesign(design)`. rscales = (1 - f)(n - 1)/n (Wolter 2007,
    section 4.5). A stratum drawn whole is never left out, nor is a lonely one under "certainty" and "average". Of later
    stages only what shows in the first stage's units is seen, (1 - f) of it: too little where f is not small (as in R).

    Raises:
        CannotReplicate: a stratum of one unit under "fail" or "adjust".
    """
    n, alone, extra = _settle_lonely(stage, lonely)
    left = 1 - stage.fraction
    rscales = np.where((n > 1) & (left > _ALL_DRAWN), left * (n - 1) / np.maximum(n, 1), 0.0)
    left_out = np.where((alone | (left <= _ALL_DRAWN) | (n < 2))[stage.group], -1, stage.group)
    return Replicates(extra, rscales[stage.group], mse, left_out=left_out)


def make_bootstrap(
    stages: Sequence[Stage], count: int, rng: np.random.Generator, lonely: Lonely = Lonely.FAIL, mse: bool = False
) -> Replicates:
    """Rescaled bootstrap of the units, `count` replicates.

    Without finite population correction n-1 of the n units of a stratum are drawn with replacement, factor n/(n-1)
    times how often (Rao, Wu & Yue 1992, Survey Methodology 18, 209-217; R: "subbootstrap"). With it n/2 (rounded down)
    are drawn without, at every stage, rescaled so that the variance of a total is that of the design (Preston 2009,
    Survey Methodology 35, 227-234; R: "mrbbootstrap"). Factors are per unit with one stage, and then none is below 0;
    with more they are per row.

    Raises:
        CannotReplicate: a stratum of one unit under "fail" or "adjust", or fewer than 2 replicates.
    """
    if count < 2:
        raise CannotReplicate(f"bootstrap: {count} replicates make no variance. Ask for 200 or more.")
    first = stages[0]
    units, _, extra = _settle_lonely(first, lonely)
    infinite = first.fraction[first.group] == 0
    result = np.empty((len(first.group) if len(stages) == 1 else len(first.unit), count))
    for number in range(count):
        if infinite.all():
            drawn, rescaled = infinite, _draw_with(first, units, rng)
        else:
            drawn, rescaled = _draw_without(first, rng)
            rescaled = np.where(infinite, _draw_with(first, units, rng), rescaled) if infinite.any() else rescaled
        result[:, number] = rescaled if len(stages) == 1 else _draw_later(stages, drawn, rescaled, rng)
    scale = extra / (count - 1)
    if len(stages) == 1:
        return Replicates(scale, np.ones(count), mse, factors=result)
    return Replicates(scale, np.ones(count), mse, weights=result, combined=False)


def _draw_later(stages: Sequence[Stage], drawn: Floats | Bools, rescaled: Floats, rng: np.random.Generator) -> Floats:
    """[n] factors of one replicate where later stages are drawn too, given what the first drew [U]."""
    first = stages[0]
    path, factor = drawn[first.unit], rescaled[first.unit]
    for stage in stages[1:]:
        drawn, rescaled = _draw_without(stage, rng)
        factor = factor + path * (rescaled - 1)[stage.unit]
        path = path * drawn[stage.unit]
    return np.asarray(factor, dtype=np.float64)


def take_replicates(
    matrix: Floats,
    rows: int,
    scale: float = 1.0,
    rscales: Floats | None = None,
    combined: bool = True,
    mse: bool = False,
) -> Replicates:
    """Replicate weights that came with the data (R: `svrepdesign`).

    Args:
        matrix: [n, R]. rows: n of the data. scale, rscales [R]: as the documentation of the data says. combined: the
            weights contain the sampling weight; else they are multiplied with it. mse: see `Replicates`.

    Raises:
        CannotReplicate: the matrix does not fit the data, or has missing values.
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    if matrix.ndim != 2 or len(matrix) != rows or matrix.shape[1] < 2:
        raise CannotReplicate(
            f"replicate weights: {rows} rows need a matrix of {rows} x (2 or more), not {matrix.shape}."
        )
    if not np.isfinite(matrix.sum()):
        raise CannotReplicate("replicate weights: one is missing. Every row needs a weight in every replicate.")
    given = np.ones(matrix.shape[1]) if rscales is None else np.asarray(rscales, dtype=np.float64)
    if given.shape != (matrix.shape[1],):
        raise CannotReplicate(
            f"replicate weights: {matrix.shape[1]} replicates need as many rscales, not {given.shape}."
        )
    return Replicates(scale, given, mse, weights=matrix, combined=combined)


def combine_replicates(estimates: Floats, full: Floats, replicates: Replicates) -> Floats:
    """The covariance matrix [J, J] of estimates.

    Args:
        estimates: [R, J] with each set of weights; nan where there is none, which leaves the replicate out for that
            estimate (R does so too). full: [J] with the weights of the sample.
    """
    known = np.isfinite(estimates)
    counted = known & (replicates.rscales > 0)[:, None]
    times = counted.sum(axis=0)
    centre = np.asarray(full, dtype=np.float64)
    if not replicates.mse:
        sums = np.where(counted, estimates, 0.0).sum(axis=0)
        centre = np.divide(sums, times, out=np.full(len(times), np.nan), where=times > 0)
    deviations = np.where(counted, estimates - centre, 0.0) * np.sqrt(replicates.rscales)[:, None]
    covariance = replicates.scale * (deviations.T @ deviations)
    lost = ~known.any(axis=0)
    covariance[lost] = np.nan
    covariance[:, lost] = np.nan
    return np.asarray(covariance, dtype=np.float64)


def vary_replicates(estimates: Floats, full: Floats, replicates: Replicates) -> Floats:
    """The variances [J] alone; arguments as for `combine_replicates`."""
    step = 200
    parts = [
        np.diag(combine_replicates(estimates[:, at : at + step], full[at : at + step], replicates))
        for at in range(0, len(full), step)
    ]
    return np.concatenate(parts)


def find_weights(replicates: Replicates, weight: Floats, stage: Stage, number: int) -> Floats:
    """The weights [n] of one replicate. weight: [n] of the sample. stage: the first."""
    if replicates.weights is not None:
        column = replicates.weights[:, number]
        return np.asarray(column if replicates.combined else weight * column, dtype=np.float64)
    if replicates.factors is not None:
        return np.asarray(weight * replicates.factors[stage.unit, number], dtype=np.float64)
    assert replicates.left_out is not None
    stratum = replicates.left_out[number]
    if stratum < 0:
        return weight.copy()
    n = int(stage.units[stratum])
    factor = np.where(stage.group == stratum, n / (n - 1), 1.0)
    factor[number] = 0.0
    return np.asarray(weight * factor[stage.unit], dtype=np.float64)


def expand_replicates(replicates: Replicates, weight: Floats, stage: Stage) -> Replicates:
    """The same with a matrix of weights per row [n, R], as calibration needs it."""
    columns = [find_weights(replicates, weight, stage, number) for number in range(replicates.count)]
    return Replicates(replicates.scale, replicates.rscales, replicates.mse, weights=np.column_stack(columns))


@dataclass(frozen=True)
class Columns:
    """What to add up per domain: K columns, first the values, then an indicator for every code of every item.

    A negative code is in no indicator, a negative domain in no sum.
    """

    values: Floats | None = None
    """[n, V]"""
    codes: Sequence[Ints] = ()
    """Per item [n], 0..size-1 or negative."""
    sizes: Sequence[int] = ()
    """Per item, how many codes there are."""
    domain: Ints | None = None
    """[n], 0..domains-1 or negative; None: everyone."""
    domains: int = 1

    @property
    def width(self) -> int:
        """K."""
        return self.plain + sum(self.sizes)

    @property
    def plain(self) -> int:
        """V."""
        return 0 if self.values is None else self.values.shape[1]


def total_replicates(replicates: Replicates, weight: Floats, stage: Stage, columns: Columns) -> Floats:
    """Weighted totals under every replicate [R, D, K].

    Args:
        weight: [n] of the sample. stage: the first. columns: what to add up.
    """
    if replicates.weights is not None:
        return _total_rows(replicates.weights, None if replicates.combined else weight, columns)
    if replicates.factors is not None and stage.row_units:
        return _total_rows(replicates.factors, weight, columns)
    parts = []
    for sums in _join_some(_sum_units(weight, stage, columns)):
        if replicates.factors is not None:
            part = replicates.factors.T @ sums.reshape(len(sums), -1)
        else:
            part = _leave_out(replicates, stage, sums.reshape(len(sums), -1))
        parts.append(part.reshape(replicates.count, columns.domains, -1))
    return np.concatenate(parts, axis=2)


def _join_some(tables: Iterator[Floats]) -> Iterator[Floats]:
    """Tables [U, D, K] as fewer, wider ones: of many small products each would wait for the threads of BLAS."""
    waiting: list[Floats] = []
    for table in tables:
        waiting.append(table)
        if sum(one.size for one in waiting) > _CACHED:
            yield np.concatenate(waiting, axis=2)
            waiting = []
    if waiting:
        yield np.concatenate(waiting, axis=2)


def count_degrees(replicates: Replicates, stage: Stage, rows: Ints) -> int:
    """Degrees of freedom of a domain: the rank of the replicate weights of its rows, less one (R: `degf`).

    Args:
        stage: the first. rows: the numbers of the rows in the domain (with weight).
    """
    touched = np.bincount(stage.unit[rows], minlength=len(stage.group)) > 0
    if replicates.left_out is not None:
        seen = np.bincount(stage.group[touched], minlength=len(stage.fraction))
        whole = (seen == stage.units) & (seen > 0)
        return max(int(seen.sum() - whole.sum()) + bool(whole.any()) - 1, 0)
    held = replicates.factors if replicates.factors is not None else replicates.weights
    assert held is not None
    within = rows if replicates.factors is None else np.flatnonzero(touched)
    some = within[:: max(len(within) // (2 * replicates.count), 1)]
    if _find_rank(held[some]) == replicates.count:
        return replicates.count - 1  # more rows cannot add to it
    return max(_find_rank(_condense(held, within)) - 1, 0)


def _find_rank(matrix: Floats) -> int:
    if not len(matrix):
        return 0
    r = scipy.linalg.qr(matrix, mode="r", pivoting=True)[0]
    size = np.abs(np.diag(r))
    return int((size > 1e-7 * size.max()).sum())


def _settle_lonely(stage: Stage, lonely: Lonely) -> tuple[Ints, Bools, float]:
    """Units per stratum [H]; which are lonely [H]; what the variance is multiplied with for them."""
    n = stage.units
    alone = (n == 1) & (1 - stage.fraction > _ALL_DRAWN)
    if alone.any() and lonely in (Lonely.FAIL, Lonely.ADJUST):
        first = int(np.flatnonzero(alone)[0])
        name = stage.names[first] if stage.names else str(first + 1)
        raise CannotReplicate(
            f"replicates: one unit only in stratum {name}, which cannot be left out or drawn again. Merge strata, or "
            'say in the design that it adds nothing (lonely="certainty") or what the others do (lonely="average").'
        )
    used = n > 0
    extra = used.sum() / max((used & ~alone).sum(), 1) if lonely is Lonely.AVERAGE else 1.0
    return n, alone, float(extra)


def _draw_with(stage: Stage, n: Ints, rng: np.random.Generator) -> Floats:
    """[U] n/(n-1) times how often each unit is drawn, n-1 with replacement per stratum; 1 in a stratum of one."""
    order = np.argsort(stage.group, kind="stable")
    starts = np.cumsum(n) - n
    stratum = np.repeat(np.arange(len(n)), np.maximum(n - 1, 0))
    picks = order[starts[stratum] + (rng.random(len(stratum)) * n[stratum]).astype(np.int64)]
    factor = np.where(n > 1, n / np.maximum(n - 1, 1), 1.0)[stage.group]
    return np.asarray(
        np.where(n[stage.group] > 1, factor * np.bincount(picks, minlength=len(order)), 1.0), dtype=np.float64
    )


def _draw_without(stage: Stage, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Half of the units m of each group drawn without replacement, m* = m/2 rounded down (all where m is 1).

    Returns sqrt(m/m*) for units drawn and 0 for the others [U], and the rescaled factors of this stage [U],
    1 - lambda + lambda m/m* (drawn), lambda^2 = m* F (1 - f) / (m - m*), F the fractions of the stages before.
    """
    m = stage.units
    half = np.maximum(m // 2, 1)
    order = np.argsort(stage.group + rng.random(len(stage.group)))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    drawn = rank - (np.cumsum(m) - m)[stage.group] < half[stage.group]
    left = np.where(1 - stage.fraction > _ALL_DRAWN, 1 - stage.fraction, 0.0)
    rescale = np.where(m > 1, np.sqrt(half * stage.share * left / np.maximum(m - half, 1)), 0.0)
    more = np.where(m > 0, m / half, 1.0)
    factor = 1 - rescale[stage.group] + rescale[stage.group] * more[stage.group] * drawn
    return np.sqrt(more)[stage.group] * drawn, factor


def _leave_out(replicates: Replicates, stage: Stage, sums: Floats) -> Floats:
    """Totals [R, K] from sums per unit [U, K] as each unit is left out: T - S + n/(n-1) (S - s), S of its stratum."""
    assert replicates.left_out is not None
    per_stratum = sum_by(stage.group, len(stage.fraction), sums)
    n = stage.units
    more = np.where(n > 1, n / np.maximum(n - 1, 1), 1.0)
    own = per_stratum[stage.group]
    changed = (more[stage.group, None] * (own - sums) - own) * (replicates.left_out >= 0)[:, None]
    return np.asarray(per_stratum.sum(axis=0) + changed, dtype=np.float64)


def _sum_units(weight: Floats, stage: Stage, columns: Columns) -> Iterator[Floats]:
    """Weighted sums per unit, a block of columns at a time: [U, D, V], then [U, D, size] for each item."""
    units, domains = len(stage.group), columns.domains
    place = stage.unit * (domains + 1)
    place = place + 1 + (columns.domain if columns.domain is not None else 0)
    if columns.values is not None:
        sums = sum_by(place, units * (domains + 1), weight[:, None] * columns.values)
        yield sums.reshape(units, domains + 1, -1)[:, 1:]
    for codes, size in zip(columns.codes, columns.sizes, strict=True):
        key = place * (size + 1) + 1 + np.maximum(codes, -1)
        sums = np.asarray(np.bincount(key, weights=weight, minlength=units * (domains + 1) * (size + 1)), np.float64)
        yield sums.reshape(units, domains + 1, size + 1)[:, 1:, 1:]


def _total_rows(matrix: Floats, weight: Floats | None, columns: Columns) -> Floats:
    """Totals [R, D, K] with a column of weights per replicate [n, R], times `weight` [n] if any.

    Every row of the matrix is added to the sums that it is part of. Items are packed: some make one code, so
    that a row is added to fewer sums, and the sums of each item are margins of those. (As a product of matrices,
    indicators times weights, it takes twice as long on idle processors, and many times as long beside other work.)
    """
    plain, replicates = columns.plain, matrix.shape[1]
    domain, occupied = _number_domains(columns, len(matrix))
    domains = len(occupied) + 1  # the last is none
    slots = [size + int(codes.min(initial=0) < 0) for size, codes in zip(columns.sizes, columns.codes, strict=True)]
    packs = _pack_items(slots, domains, _CELLS)
    if sum(math.prod(slots[item] for item in pack) for pack in packs) * domains * replicates > _CACHED:
        packs = _pack_items(slots, domains, _FEW_CELLS)
    sizes = [math.prod(slots[item] for item in pack) for pack in packs]
    offsets = np.cumsum([plain * domains, *(domains * size for size in sizes)])
    total = np.zeros((int(offsets[-1]), replicates))
    entries = plain + len(packs)
    for at in range(0, len(matrix), _CHUNK):
        rows = slice(at, min(at + _CHUNK, len(matrix)))
        places, values = _place_rows(columns, domain, slots, packs, offsets, rows)
        if weight is not None:
            values *= weight[rows, None]
        starts = np.arange(0, values.size + 1, entries)
        picks = csc_array((values.ravel(), places.ravel(), starts), shape=(len(total), len(values)))
        total += np.asarray(picks @ matrix[rows])
    parts = [total[: offsets[0]].reshape(domains, plain, replicates)] if plain else []
    for pack, size, offset in zip(packs, sizes, offsets, strict=False):
        table = total[offset : offset + domains * size]
        table = table.reshape(domains, *(slots[item] for item in pack), replicates)
        for place, item in enumerate(pack):
            others = tuple(axis + 1 for axis in range(len(pack)) if axis != place)
            parts.append(table.sum(axis=others)[:, : columns.sizes[item]])
    found = np.zeros((replicates, columns.domains, columns.width))
    found[:, occupied] = np.concatenate(parts, axis=1)[:-1].transpose(2, 0, 1)
    return found


def _number_domains(columns: Columns, rows: int) -> tuple[Ints, Ints]:
    """The domain of every row among those that have some [n], one more for none; and which those are."""
    if columns.domain is None:
        return np.zeros(rows, dtype=np.int64), np.zeros(1, dtype=np.int64)
    here = np.bincount(columns.domain + 1, minlength=columns.domains + 1)[1:] > 0
    occupied = np.flatnonzero(here)
    number = np.append(np.cumsum(here) - 1, len(occupied))
    return number[columns.domain], occupied


def _pack_items(slots: Sequence[int], domains: int, most: int) -> list[list[int]]:
    """Items that make one code, as long as that has not too many values; `slots`: codes of each item."""
    packs: list[list[int]] = []
    cells = 0
    for item, size in enumerate(slots):
        if not packs or cells * size > most:
            packs.append([])
            cells = max(domains - 1, 1)  # hardly any rows are in none
        packs[-1].append(item)
        cells *= size
    return packs


def _place_rows(
    columns: Columns, domain: Ints, slots: Sequence[int], packs: Sequence[Sequence[int]], offsets: Ints, rows: slice
) -> tuple[Ints, Floats]:
    """Which sums each row is part of, and with what value: [m, V + packs]; of the domains [n]."""
    m, plain, domain = rows.stop - rows.start, columns.plain, domain[rows]
    places, values = np.empty((m, plain + len(packs)), dtype=np.int64), np.ones((m, plain + len(packs)))
    if columns.values is not None:
        places[:, :plain] = domain[:, None] * plain + np.arange(plain)
        values[:, :plain] = columns.values[rows]
    for number, pack in enumerate(packs):
        code = domain
        for item in pack:
            one, answers = columns.codes[item][rows], columns.sizes[item]
            code = code * slots[item] + (np.where(one < 0, answers, one) if slots[item] > answers else one)
        places[:, plain + number] = offsets[number] + code
    return places, values


def _condense(weights: Floats, rows: Ints) -> Floats:
    """At most 8 R random combinations of the rows: they have the rank of the whole."""
    limit = 8 * weights.shape[1]
    if len(rows) <= limit:
        return weights[rows]
    rng = np.random.default_rng(0)
    mixed = np.zeros((limit, weights.shape[1]))
    place, sign = rng.integers(0, limit, len(rows)), rng.standard_normal(len(rows))
    for at in range(0, len(rows), 65536):
        part = slice(at, at + 65536)
        mixed += sum_by(place[part], limit, sign[part, None] * weights[rows[part]])
    return mixed
