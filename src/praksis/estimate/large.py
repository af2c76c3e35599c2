"""Surveys too large for memory: only sums per variance unit, domain and answer are read from the file.

The sums come from an engine (numpy in streams, DuckDB, Spark SQL), the estimates from the same functions as those of
`Survey`. Shares, means and totals of one stage are offered; load what else is needed as a `Survey`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.sparse import csr_array

from praksis.estimate.array import Floats, Ints
from praksis.estimate.column import Value, code_column
from praksis.estimate.design import Design, FaultyDesign, Lonely
from praksis.estimate.domain import Domain, Domains, Listed
from praksis.estimate.engine import open_engine
from praksis.estimate.engine.table import Aggregate, Engine, Moments, Request, TooManySums
from praksis.estimate.estimates import About, Estimates
from praksis.estimate.interval import bound_means
from praksis.estimate.labels import label_numbers, label_shares
from praksis.estimate.plan import Stage, compile_stages
from praksis.estimate.quantile_table import refuse_covariance
from praksis.estimate.scale import Answers, find_scale_runs, read_answers
from praksis.estimate.share_numbers import bound_numbers
from praksis.estimate.tally import (
    ClusterTally,
    ShareNumbers,
    Tally,
    Units,
    estimate_cluster_shares,
    estimate_shares,
    vary_clusters,
    vary_rows,
)

_SLOTS = 1_000_000
"""Sums in one array at a time."""
_BUNDLE = 1 << 18
"""Sums of an item that stay in the processor's cache: domain columns are crossed as long as that holds."""
_ANSWERS = 6
"""As many as items often have, with those who gave none."""

Names = str | Sequence[str]


def _list(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


@dataclass(frozen=True, eq=False)
class LargeSurvey:
    """A survey in Parquet files; `Survey.open` makes one."""

    engine: Engine
    design: Design

    def __post_init__(self) -> None:
        if len(self.design.clusters) > 1 and self.design.population and self.design.corrected:
            raise FaultyDesign("two stages with finite populations need the rows in memory: Survey(data, design).")

    def share(
        self,
        items: Names,
        by: Names = (),
        each: Names = (),
        *,
        answers: Mapping[str, Sequence[Value]] | None = None,
        leave_out: Sequence[Value] = (),
        interval: str = "wilson",
    ) -> Estimates:
        """As `Survey.share`, without covariances. Answers are those that occur, sorted."""
        names = _list(items)
        groups = tuple((name, tuple(values)) for name, values in (answers or {}).items())
        parts, domains = self._aggregate(names, (), _list(by), _list(each))
        scales = [read_answers(parts[0][0].categories[name], groups, tuple(leave_out)) for name in names]
        found = []
        listed = self._list_parts(parts)
        for first, last in find_scale_runs(scales):
            shares = [
                _estimate_items(part, names[first:last], scales[first], units, margins)
                for part, units, margins in listed
            ]
            found.append(ShareNumbers.join(shares, axis=0).take(domains.order))
        confidence, sized = self.design.confidence, self.design.weights != "none"
        limits, said = bound_numbers(found, interval, confidence, sized=sized)
        base = "those who answered the item" + (f", without {', '.join(map(str, leave_out))}" if leave_out else "")
        about = About("share", base, self.describe_inference(), said, self.design.confidence, True, False)
        return Estimates(lambda: label_shares(names, scales, domains.listed), limits, about, refuse_covariance)

    def mean(self, columns: Names, by: Names = (), each: Names = ()) -> Estimates:
        """As `Survey.mean`, without covariances and design effects."""
        return self._measure("mean", _list(columns), _list(by), _list(each))

    def total(self, columns: Names, by: Names = (), each: Names = ()) -> Estimates:
        """As `Survey.total`, without covariances and design effects."""
        return self._measure("total", _list(columns), _list(by), _list(each))

    def describe_inference(self) -> str:
        """What standard errors allow for."""
        if self.design.corrected and self.design.population:
            return "these units, with finite population correction"
        return "the process that made the answers, without finite population correction"

    # -- sums --------------------------------------------------------------------------------------------------------

    def _aggregate(
        self, items: tuple[str, ...], measures: tuple[str, ...], by: tuple[str, ...], each: tuple[str, ...]
    ) -> tuple[list[tuple[Aggregate, Domains]], "_Order"]:
        """The sums, one scan for all; and the domains in the order of results."""
        design = self.design
        units = (*design.strata, *design.clusters[:1], *design.population[:1])
        weight = None if design.weights in (None, "none") else design.weights
        squares = weight is not None and not design.clusters or (bool(measures) and not design.clusters)

        def add_up(bundles: Sequence[tuple[str, ...]]) -> list[Aggregate]:
            crossed = [tuple(dict.fromkeys((*by, *bundle))) for bundle in bundles]
            return self.engine.aggregate_all(
                [Request(units, domains, items, measures, weight, squares) for domains in crossed]
            )

        bundles = self._bundle(each)
        try:
            found = add_up(bundles)
        except TooManySums:  # the sizes were guessed from some rows, and others are not like them
            bundles = [(name,) for name in each] or [()]
            found = add_up(bundles)
        parts = []
        for aggregate, bundle in zip(found, bundles, strict=True):
            coded = {name: code_column(aggregate.domains, name) for name in (*by, *bundle)}
            within = np.ones(max(aggregate.domains.num_rows, 1), dtype=bool)
            parts.append((aggregate, Domains(coded, within, by, bundle)))
        return parts, _order_domains([domains for _, domains in parts], by, each)

    def _bundle(self, each: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Columns that are crossed with each other, so that rows are added up fewer times."""
        if not each:
            return [()]
        units = (*self.design.strata, *self.design.clusters[:1])
        alone = self.engine.guess_size(units) * _ANSWERS
        bundles: list[list[str]] = [[]]
        slots = alone
        for name in each:
            size = self.engine.guess_size([name])
            if bundles[-1] and slots * size > _BUNDLE:
                bundles.append([])
                slots = alone
            bundles[-1].append(name)
            slots *= size
        return [tuple(bundle) for bundle in bundles]

    def _list_parts(self, parts: Sequence[tuple[Aggregate, Domains]]) -> list[tuple[Aggregate, Units, Floats]]:
        return [
            (aggregate, self._make_units(aggregate), domains.inside.T.astype(np.float64))
            for aggregate, domains in parts
        ]

    def _make_units(self, aggregate: Aggregate) -> Units:
        design, table = self.design, aggregate.units
        coded = [code_column(table, name) for name in design.strata]
        kinds, stratum = np.zeros((1, 0)), np.zeros(table.num_rows, dtype=np.int64)
        if coded:
            kinds, stratum = np.unique(np.stack([one.codes for one in coded], axis=1), axis=0, return_inverse=True)
        names = [
            "/".join(str(one.categories[int(code)]) for one, code in zip(coded, kind, strict=True)) for kind in kinds
        ]
        stratum = stratum.astype(np.int64).ravel()
        rows = table.column("rows").to_numpy().astype(np.int64)
        population = [table.column(name).to_numpy().astype(np.float64) for name in design.population[:1]]
        if design.clusters:
            stage = compile_stages(stratum, names, [], population)[0]
        else:
            stage = _make_row_stage(stratum, names, rows, population)
        weight = None
        if design.weights == "none":
            weight = np.ones(table.num_rows)
        elif design.weights is None:
            fraction = stage.fraction[stratum]
            weight = np.where(fraction > 0, 1 / np.where(fraction > 0, fraction, 1.0), 1.0)
        if not design.corrected:
            stage = replace(stage, fraction=np.zeros_like(stage.fraction))
        return Units(stage, stage.units, bool(design.clusters), weight, Lonely(design.lonely), stratum)

    # -- means and totals ----------------------------------------------------------------------------------------------

    def _measure(self, kind: str, columns: tuple[str, ...], by: tuple[str, ...], each: tuple[str, ...]) -> Estimates:
        parts, domains = self._aggregate((), columns, by, each)
        if kind == "total" and self.design.lonely == Lonely.ADJUST:
            for _, units, _ in self._list_parts(parts):
                if (units.drawn == 1).any():
                    raise FaultyDesign(
                        'totals with lonely="adjust" and a stratum of one unit need the rows: Survey(data, design).'
                    )
        found: dict[str, list[Floats]] = {}
        for name in columns:
            pieces = [
                _measure_part(part.moments[name], units, margins, kind, part.rows)
                for part, units, margins in self._list_parts(parts)
            ]
            for key in pieces[0]:
                found.setdefault(key, []).append(np.concatenate([piece[key] for piece in pieces])[domains.order])
        numbers: dict[str, Floats | Ints] = {key: np.concatenate(values) for key, values in found.items()}
        se = np.sqrt(numbers.pop("variance"))
        numbers |= {name: numbers[name].astype(np.int64) for name in ("n", "nonresponse", "df")}
        lower, upper = bound_means(np.asarray(numbers["estimate"]), se, numbers["df"], self.design.confidence)
        ordered = {"estimate": numbers["estimate"], "se": se, "lower": lower, "upper": upper}
        ordered |= {name: numbers[name] for name in ("n", "nonresponse", "df")}
        base = "those who have a number" if kind == "mean" else "everyone in the domain"
        interval = f"{100 * self.design.confidence:g} % intervals, estimate +- t x se"
        about = About(kind, base, self.describe_inference(), interval, self.design.confidence)
        named = [(name, None) for name in columns]
        return Estimates(lambda: label_numbers(named, domains.listed), ordered, about, refuse_covariance)


def open_survey(path: str | Path, design: Design, engine: Literal["numpy", "duckdb", "spark"]) -> LargeSurvey:
    """See `Survey.open`."""
    return LargeSurvey(open_engine(path, engine), design)


@dataclass(frozen=True)
class _Order:
    """The domains of all parts in the order of results."""

    listed: Listed
    order: Ints
    """[G] where each is among the domains of the parts, one after the other."""


def _order_domains(parts: Sequence[Domains], by: tuple[str, ...], each: tuple[str, ...]) -> _Order:
    found = [domain for part in parts for domain in part.listed]
    place = {frozenset(domain.values.items()): number for number, domain in reversed(list(enumerate(found)))}
    crossings = [domain for domain in parts[0].listed if domain.values.keys() == set(by)]
    listed: list[Domain] = []
    for crossing in crossings:
        listed.append(crossing)
        for name in each:
            part = next(part for part in parts if name in part.each)
            categories = part.columns[name].categories
            listed += [Domain({**crossing.values, name: category}, {}) for category in categories]
    kept = [domain for domain in listed if frozenset(domain.values.items()) in place]
    order = [place[frozenset(domain.values.items())] for domain in kept]
    return _Order(Listed(tuple(dict.fromkeys((*by, *each))), kept), np.array(order, dtype=np.int64))


def _make_row_stage(stratum: Ints, names: Sequence[str], rows: Ints, population: Sequence[Floats]) -> Stage:
    """The stage of a sample of rows, of which only the numbers per stratum are known."""
    strata = len(names)
    if len(stratum) != strata:
        twice = names[int(np.flatnonzero(np.bincount(stratum, minlength=strata) > 1)[0])]
        raise FaultyDesign(f"population of stage 1: it is not the same for all rows of {twice}.")
    drawn = np.zeros(strata, dtype=np.int64)
    drawn[stratum] = rows
    fraction = np.zeros(strata)
    if population:
        size = np.zeros(strata)
        size[stratum] = population[0]
        if (size <= 1).all() and not (size == drawn).all():
            fraction = size
        elif (drawn > size).any():
            one = int(np.flatnonzero(drawn > size)[0])
            raise FaultyDesign(
                f"population of stage 1: {names[one]} has {drawn[one]} units in the data but a population of "
                f"{size[one]:g}; count the population again, or correct the strata."
            )
        else:
            fraction = drawn / size
    return Stage(np.arange(0), np.arange(0), drawn, fraction, np.ones(strata), tuple(names))


def _estimate_items(
    aggregate: Aggregate, items: Sequence[str], scale: Answers, units: Units, margins: Floats
) -> ShareNumbers:
    """The shares of items with one scale, as many at a time as are handled well."""
    picks = csr_array(margins)
    if units.clusters:
        tallies = (_make_cluster_tally(aggregate, item, units) for item in items)
        return estimate_cluster_shares(units, tallies, picks, scale.chosen, scale.base)
    step = max(_SLOTS // (len(margins) * aggregate.counts[items[0]][:, 0].size), 1)
    parts = []
    for at in range(0, len(items), step):
        tally = _make_tally(aggregate, items[at : at + step], units)
        gathered = tally.gather(picks, len(margins), len(units.stratum))
        parts.append(estimate_shares(units, gathered, scale.chosen, scale.base))
    return ShareNumbers.join(parts, axis=-1)


def _make_cluster_tally(aggregate: Aggregate, item: str, units: Units) -> ClusterTally:
    counts, sums = (one.transpose(1, 2, 0) for one in (aggregate.counts[item], aggregate.sums[item]))
    return ClusterTally(counts, np.ascontiguousarray(sums) if units.weight is None else counts * units.weight)


def _make_tally(aggregate: Aggregate, items: Sequence[str], units: Units) -> Tally:
    def stack(tables: Mapping[str, Floats | Ints]) -> Floats:
        return np.stack([tables[item].swapaxes(0, 1) for item in items], axis=-1).astype(np.float64, copy=False)

    counts = stack(aggregate.counts)
    if units.weight is not None:
        return Tally(counts, counts, counts)
    return Tally(counts, stack(aggregate.sums), stack(aggregate.squares))


def _measure_part(moments: Moments, units: Units, margins: Floats, kind: str, rows: Ints) -> dict[str, Floats]:
    """Means or totals of one column, [G] each."""

    def gather(table: Floats | Ints | None, power: int = 0) -> Floats:
        assert table is not None
        weight = units.weight if units.weight is not None and power else np.ones(len(table))
        return np.asarray(margins @ (table.T * weight**power))

    n = gather(moments.n)
    w, wy = gather(moments.w, 1), gather(moments.wy, 1)
    top, bottom = wy.sum(axis=1), w.sum(axis=1)
    mean = kind == "mean"
    with np.errstate(invalid="ignore", divide="ignore"):
        value = top / bottom if mean else top
    p = np.nan_to_num(value) if mean else np.zeros(len(value))
    x = w if mean else np.zeros_like(w)
    if units.clusters:
        variance = vary_clusters(units, wy, x, p)
    else:
        squares = (gather(moments.w2y2, 2), gather(moments.w2y, 2), gather(moments.w2, 2))
        variance = vary_rows(units, (wy, x), squares, p)
    touched = n > 0
    strata = np.stack([np.bincount(units.stratum[one], minlength=len(units.drawn)) > 0 for one in touched]).sum(axis=1)
    return {
        "estimate": value,
        "variance": variance / np.where(bottom > 0, bottom, np.nan) ** 2 if mean else variance,
        "n": n.sum(axis=1),
        "nonresponse": gather(rows).sum(axis=1) - n.sum(axis=1),
        "df": (touched.sum(axis=1) if units.clusters else n.sum(axis=1)) - strata,
    }
