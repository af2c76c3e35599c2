"""Response patterns, what is estimated from each, and how that compares with what is true."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from praksis import Design, Survey
from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.estimates import Estimates
from praksis.estimate.interval import find_quantiles

from .population import Column, Population, Wave, count_respondents, draw_respondents

_EXACT = 1e-9
"""Limits that equal the truth but for rounding cover it."""


@dataclass(frozen=True)
class Scenario:
    """How the organisations of a population answer."""

    name: str
    rates: tuple[Sequence[float], Sequence[float]]
    """Per wave the part that answers in each stratum."""
    persistence: float
    """Correlation of an organisation's random numbers in the two waves."""
    patterns: int
    domains: Sequence[str]
    seed: int = 20231
    weights: str | None = None
    """None: N/n. "none": every answer counts once, and the truth is what that estimates."""


@dataclass
class Measured:
    """One kind of estimate over R patterns, J items and G groups."""

    truth: Floats
    """[J, G]."""
    numbers: dict[str, list[Floats]] = field(default_factory=dict)
    """estimate, se, lower, upper: R arrays [J, G]."""

    def add(self, **numbers: Floats) -> None:
        for name, values in numbers.items():
            self.numbers.setdefault(name, []).append(values)

    def stack(self, name: str) -> Floats:
        """[R, J, G]."""
        return np.stack(self.numbers[name])

    @property
    def covered(self) -> Floats:
        """[R, J, G] 1 or 0; nan where nobody in the group answered."""
        inside = (self.stack("lower") <= self.truth + _EXACT) & (self.stack("upper") >= self.truth - _EXACT)
        return np.where(np.isnan(self.stack("estimate")), np.nan, inside)


@dataclass(frozen=True)
class Simulation:
    """What came of all patterns of a scenario."""

    scenario: Scenario
    groups: Sequence[tuple[str, str]]
    """[G] ("total", "") and then (column, category)."""
    sizes: Ints
    """[G] organisations in the later wave."""
    measured: Mapping[str, Measured]
    """"level", "change", and the same of the usual tools."""

    def find_groups(self, kind: str) -> Ints:
        """The groups of a column; of sizes, those of municipalities: state bodies are a sector already."""
        places = [g for g, (column, name) in enumerate(self.groups) if column == kind and name != "state body"]
        return np.array(places, dtype=np.int64)


Rival = Callable[[Population, Scenario, tuple[Ints, Ints]], Mapping[str, Floats]]
"""Standard errors [J, G] that others give a pattern, by "level, <way>" and "change, <way>"."""

OURS = "estimate +- t x SE"
"""Not an interval that Praksis gives, but what its standard errors are worth in the form that others have theirs."""

INDEPENDENT = "as independent waves"


def simulate(population: Population, scenario: Scenario, rival: Rival | None = None) -> Simulation:
    """Draw the patterns of a scenario; in each estimate the level of the second wave and the change since the first.

    With a rival also the level of the first wave ("before") and what others would say: estimate +- t x their SE, with
    the degrees of freedom of Praksis, and the same with the SE of Praksis (`OURS`).
    """
    items = name_items(population)
    tables = [make_table(wave) for wave in population.waves]
    frames = [make_frame(wave, population.strata) for wave in population.waves]
    design = Design(strata=population.strata, key="key", weights=scenario.weights)
    before, after = (
        find_truth(wave, scenario, rates) for wave, rates in zip(population.waves, scenario.rates, strict=True)
    )
    measured = {"level": Measured(after), "change": Measured(after - before)}
    if rival is not None:
        measured["before"] = Measured(before)
    rng = np.random.default_rng(scenario.seed)
    for _ in range(scenario.patterns):
        rows = draw_respondents(population, scenario.rates, scenario.persistence, rng)
        earlier, later = (
            Survey(table.take(pa.array(one)), design, frame=frame)
            for table, one, frame in zip(tables, rows, frames, strict=True)
        )
        numbers = {
            "level": read_numbers(later.share(items, each=scenario.domains), len(items)),
            "change": read_numbers(later.change(items, since=earlier, each=scenario.domains), len(items)),
        }
        if rival is not None:
            numbers["before"] = read_numbers(earlier.share(items, each=scenario.domains), len(items))
        for name, one in numbers.items():
            measured[name].add(**one)
        for name, se in list_errors(numbers, rival(population, scenario, rows)).items() if rival is not None else ():
            kind = name.split(",")[0]
            limits = bound_usual(numbers[kind]["estimate"], se, numbers[kind]["df"])
            measured.setdefault(name, Measured(measured[kind].truth)).add(**limits)
    groups, inside = list_groups(population.waves[1], scenario.domains)
    return Simulation(scenario, groups, inside.sum(axis=0), measured)


def list_errors(numbers: Mapping[str, Mapping[str, Floats]], others: Mapping[str, Floats]) -> dict[str, Floats]:
    """The standard errors to compare, by "level, <way>" and "change, <way>"."""
    ours = {f"{kind}, {OURS}": numbers[kind]["se"] for kind in ("level", "change")}
    independent = {f"change, {INDEPENDENT}": np.hypot(numbers["level"]["se"], numbers["before"]["se"])}
    return {**ours, **independent, **others}


def read_numbers(estimates: Estimates, items: int) -> dict[str, Floats]:
    """Estimate, se, limits and degrees of freedom of the shares who say yes [J, G]."""
    numbers = {
        name: np.asarray(estimates.numbers[name], dtype=np.float64)
        for name in ("estimate", "se", "lower", "upper", "df")
    }
    return {name: values.reshape(items, -1, 2)[..., 1] for name, values in numbers.items()}


def name_items(population: Population) -> list[str]:
    return [f"item{place:02d}" for place in range(len(population.waves[0].answers))]


def make_table(wave: Wave) -> pa.Table:
    """Everyone's row: key, columns and answers; a pattern takes some of them."""
    columns = {"key": make_keys(len(wave.stratum))} | {name: code(one) for name, one in wave.columns.items()}
    answers = {
        f"item{place:02d}": code(Column(one.astype(np.int64), ["no", "yes"])) for place, one in enumerate(wave.answers)
    }
    return pa.table(columns | answers)


def make_frame(wave: Wave, strata: Sequence[str]) -> pa.Table:
    columns = {"key": make_keys(len(wave.stratum))} | {name: code(wave.columns[name]) for name in strata}
    return pa.table(columns).take(pa.array(np.flatnonzero(wave.present)))


def make_keys(count: int) -> pa.Array:
    return pa.array([f"organisation {place}" for place in range(count)])


def code(column: Column) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(column.codes.astype(np.int32)), pa.array(list(column.categories)))


def list_groups(wave: Wave, domains: Sequence[str]) -> tuple[list[tuple[str, str]], Bools]:
    """The groups in the order of the estimates, and who is in them [N, G]."""
    names, inside = [("total", "")], [wave.present]
    for domain in domains:
        column = wave.columns[domain]
        for place, category in enumerate(column.categories):
            names.append((domain, category))
            inside.append(wave.present & (column.codes == place))
    return names, np.stack(inside, axis=1)


def find_truth(wave: Wave, scenario: Scenario, rates: Sequence[float]) -> Floats:
    """[J, G] the share who would say yes of everyone in the group.

    Where every answer counts once, whatever its stratum, the estimate is of everyone weighted by how many of their
    stratum answer.
    """
    _, inside = list_groups(wave, scenario.domains)
    counts = inside.astype(np.float64)
    if scenario.weights == "none":
        rate = count_respondents(wave, rates) / np.bincount(wave.stratum[wave.present])
        counts *= np.where(wave.present, rate[np.maximum(wave.stratum, 0)], 0)[:, None]
    return np.asarray((wave.answers @ counts) / counts.sum(axis=0))


# -- what the measurements say -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coverage:
    """Of the intervals of some estimates, over all patterns."""

    mean: float
    error: float
    """Standard error of the mean over patterns: the estimates of one pattern go together."""
    lowest: float
    highest: float
    """Of a single estimate."""
    width: float


def find_coverage(measured: Measured, groups: Ints, inside: Bools | None = None) -> Coverage:
    """Coverage of the intervals of some groups; `inside` [J, G] leaves estimates out."""
    covered = measured.covered
    chosen = np.zeros(covered.shape[1:], dtype=bool)
    chosen[:, groups] = True
    if inside is not None:
        chosen &= inside
    flat = covered[:, chosen]
    known = ~np.isnan(flat)
    patterns = np.nansum(flat - np.nanmean(flat), axis=1) / known.sum() * len(flat)
    each, width = np.nanmean(flat, axis=0), (measured.stack("upper") - measured.stack("lower"))[:, chosen]
    error = float(patterns.std(ddof=1) / np.sqrt(len(patterns)))
    return Coverage(float(np.nanmean(flat)), error, float(each.min()), float(each.max()), float(np.nanmean(width)))


def find_error_ratios(measured: Measured, groups: Ints) -> tuple[float, float]:
    """Estimated standard errors over the standard deviation of the estimates, for those that vary at all.

    Returns:
        The root of the mean variance over that of the mean empirical variance; and the mean of mean SE / deviation.
    """
    se, estimates = measured.stack("se")[..., groups], measured.stack("estimate")[..., groups]
    deviation = np.nanstd(estimates, axis=0, ddof=1)
    varies = deviation > _EXACT
    pooled = float(np.sqrt(np.nanmean(se**2, axis=0)[varies].sum() / (deviation[varies] ** 2).sum()))
    return pooled, float((np.nanmean(se, axis=0)[varies] / deviation[varies]).mean())


def bound_usual(estimate: Floats, se: Floats, df: Floats, confidence: float = 0.95) -> dict[str, Floats]:
    """Estimate +- t x se, as R's `confint`."""
    half = find_quantiles(confidence, df) * se
    return {"estimate": estimate, "se": se, "lower": estimate - half, "upper": estimate + half}


def bound_logit(measured: Measured, confidence: float = 0.95) -> Measured:
    """The same estimates with the usual logit interval (R: `svyciprop(method="logit")`), of no width at 0 and 1."""
    p, se = measured.stack("estimate"), measured.stack("se")
    with np.errstate(invalid="ignore", divide="ignore"):
        middle, half = np.log(p / (1 - p)), find_quantiles(confidence, measured.stack("df")) * se / (p * (1 - p))
        lower, upper = (np.where(p * (1 - p) > 0, 1 / (1 + np.exp(-end)), p) for end in (middle - half, middle + half))
    return Measured(measured.truth, {"estimate": list(p), "se": list(se), "lower": list(lower), "upper": list(upper)})
