"""Changes of shares from one wave to another, and movements between answers."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from praksis.errors import PraksisError
from praksis.estimate.array import Floats, Ints
from praksis.estimate.combination import Combination
from praksis.estimate.domain import Domains
from praksis.estimate.estimates import Estimates
from praksis.estimate.interval import Bounded, bound_differences, find_correlations, temper_correlations
from praksis.estimate.joint_tally import Wave, pair_shares
from praksis.estimate.labels import label_codes
from praksis.estimate.overlap import limit_covariances, match_units
from praksis.estimate.sampled import Sampled
from praksis.estimate.scale import Answers, find_scale_runs
from praksis.estimate.share_numbers import is_simple
from praksis.estimate.share_table import Asked, tabulate_shares
from praksis.estimate.tally import tally_rows


class NothingToCompare(PraksisError):
    """Two waves that have no estimate in common, or are one and the same."""


def change_shares(later: Sampled, since: Sampled, items: Sequence[str], asked: Asked) -> Estimates:
    """Shares of the later wave less those of the earlier one. See `Survey.change`."""
    if later.plan is since.plan:
        raise NothingToCompare("change: both waves are the same sample; use gap(...) within a wave.")
    if later.design.confidence != since.design.confidence:
        raise NothingToCompare("change: the designs have different confidence; give both the same.")
    new, old = (tabulate_shares(one, items, asked) for one in (later, since))
    same = _is_same(later, since, items, asked)
    here, there = (None, None) if same else _align(new.labels, old.labels)
    covariance = _find_covariances(later, since, items, asked) if same else None
    first, second = (_pick(one, rows) for one, rows in ((new, here), (old, there)))
    variances = first["se"] ** 2, second["se"] ** 2
    if covariance is None:
        combination = _subtract(new, old, here, there)
        total = combination.variances
        covariance = (variances[0] + variances[1] - total) / 2
    covariance = limit_covariances(covariance, *variances)
    lower, upper = bound_differences(
        Bounded(first["estimate"], first["lower"], first["upper"]),
        Bounded(second["estimate"], second["lower"], second["upper"]),
        temper_correlations(
            find_correlations(covariance, *variances),
            (first["estimate"], first["se"]),
            (second["estimate"], second["se"]),
        ),
    )
    numbers: dict[str, Floats | Ints] = {
        "estimate": first["estimate"] - second["estimate"],
        "se": np.sqrt(np.maximum(variances[0] + variances[1] - 2 * covariance, 0)),
        "lower": lower,
        "upper": upper,
        "n": np.minimum(first["n"], second["n"]).astype(np.int64),
        "df": np.minimum(first["df"], second["df"]).astype(np.int64),
        "before": second["estimate"],
        "after": first["estimate"],
        "fraction_before": second["fraction"],
        "fraction": first["fraction"],
    }
    about = replace(
        new.about,
        kind="change of shares",
        base=f"{new.about.base}, in each wave",
        interval=f"{100 * later.design.confidence:g} % intervals from those of the two shares (MOVER)",
        wilson=False,
    )
    return Estimates(
        lambda: new.labels if here is None else new.labels.take(pa.array(here)),
        numbers,
        about,
        lambda: _subtract(new, old, here, there),
    )


def _align(new: pa.Table, old: pa.Table) -> tuple[Ints, Ints]:
    """The rows of both that have the same labels."""
    marks = [list(zip(*(one.column(name).to_pylist() for name in new.column_names), strict=True)) for one in (new, old)]
    place = {mark: row for row, mark in enumerate(marks[1])}
    pairs = [(row, place[mark]) for row, mark in enumerate(marks[0]) if mark in place]
    if not pairs:
        raise NothingToCompare("change: the two waves have no item, answer and domain in common.")
    rows = np.array(pairs, dtype=np.int64)
    return rows[:, 0], rows[:, 1]


def _pick(estimates: Estimates, rows: Ints | None) -> dict[str, Floats]:
    names = ("estimate", "se", "lower", "upper", "n", "df", "fraction")
    numbers = {name: np.asarray(estimates.numbers[name], dtype=np.float64) for name in names}
    numbers["lower"], numbers["upper"] = estimates.loose
    return numbers if rows is None else {name: one[rows] for name, one in numbers.items()}


def _subtract(new: Estimates, old: Estimates, here: Ints | None, there: Ints | None) -> Combination:
    first, second = new.combination, old.combination
    if here is not None and there is not None:
        first, second = first.take(here), second.take(there)
    return first.subtract(second)


def _is_same(later: Sampled, since: Sampled, items: Sequence[str], asked: Asked) -> bool:
    """Do both waves have the same items, answers and domains in the same order?"""
    listed = [[one.values for one in asked.list_domains(survey).listed] for survey in (since, later)]
    names = [[scale.names for scale in asked.list_scales(survey, items)] for survey in (since, later)]
    return listed[0] == listed[1] and names[0] == names[1]


def _find_covariances(later: Sampled, since: Sampled, items: Sequence[str], asked: Asked) -> Floats | None:
    """From joint counts, where both waves allow it; None where linearised values are needed."""
    if not all(is_simple(one) and one.plan.first.row_units for one in (later, since)):
        return None
    overlap = match_units(since.plan, later.plan)
    scales = [asked.list_scales(survey, items) for survey in (since, later)]
    listed = [asked.list_domains(survey) for survey in (since, later)]
    if find_scale_runs(scales[0]) != find_scale_runs(scales[1]):
        return None
    parts = []
    for first, last in find_scale_runs(scales[0]):
        one, two = (
            _view(survey, items[first:last], scale[first], domain)
            for survey, scale, domain in zip((since, later), scales, listed, strict=True)
        )
        parts.append(pair_shares(one, two, overlap).transpose(2, 0, 1).ravel())
    return np.concatenate(parts)


def _view(survey: Sampled, items: Sequence[str], scale: Answers, domains: Domains) -> Wave:
    """A wave as the joint counts need it. The items have one scale."""
    crossing = domains.crossing
    plan, codes = survey.plan, survey.stack_codes(tuple(items))
    strata, answers = len(plan.first.fraction), len(scale.base)
    weight = None if (plan.weight == 1).all() else plan.weight
    sums = tally_rows(crossing.number * strata + plan.stratum, (crossing.count + 1) * strata, codes, answers, weight)
    gathered = np.asarray(csr_array(crossing.margins) @ sums.reshape(crossing.count + 1, -1))
    found = np.matmul(
        np.vstack([scale.chosen.T, scale.base]), gathered.reshape(len(domains), strata, answers, len(items))
    )
    whole = found.sum(axis=1)
    total = whole[:, -1]
    p = whole[:, :-1] / np.where(total > 0, total, 1.0)[:, None]
    drawn = plan.first.units
    z = found[:, :, :-1] - p[:, None] * found[:, :, -1:]
    means = (z / np.where(drawn > 1, drawn, np.inf)[:, None, None]).swapaxes(0, 1)
    return Wave(codes, scale, plan.weight, crossing.number, crossing.margins, p, total, means)


def trace_transitions(later: Sampled, since: Sampled, item: str, each: Sequence[str]) -> Estimates:
    """Shares of every answer in the later wave among those who gave each answer in the earlier one.

    The sample is who answered both times; its strata are the pairs of strata they were in, its population those in both
    frames. Domains (`each`) are those of the earlier wave.
    """
    overlap = match_units(since.plan, later.plan)
    if not (since.plan.first.row_units and later.plan.first.row_units):
        raise NothingToCompare("transitions: rows must be the units of the sample, not clusters.")
    if any(one.plan.calibrations or one.replicates is not None for one in (since, later)):
        raise NothingToCompare("transitions: not with calibrated weights or replicates; take them from before those.")
    before, after = since.code(item), later.code(item)
    both = (before.codes[overlap.first] >= 0) & (after.codes[overlap.second] >= 0)
    both &= ~np.isin(before.codes[overlap.first], [before.find(value) for value in since.leave_out])
    one, two = overlap.first[both], overlap.second[both]
    if not len(one):
        raise NothingToCompare(f'transitions: nobody answered "{item}" in both waves.')
    if "before" in (item, *each):
        raise NothingToCompare('transitions: the result has a column "before" of its own; rename that of the data.')
    columns = {
        "before": label_codes(before.codes[one], before.categories),
        item: label_codes(after.codes[two], after.categories),
        "_pair": pa.array(overlap.pair[both]),
        **{name: since.data.column(name).take(pa.array(one)) for name in each},
    }
    pair = overlap.pair[both]
    weight, population = since.plan.weight[one], None
    if since.plan.corrected:
        drawn = np.bincount(pair, minlength=len(overlap.in_both))
        population = np.maximum(overlap.in_both, drawn)
        # Those of a pair of strata who answered twice stand for all of the pair, not only for those who answered once.
        again = population[pair] / drawn[pair] * since.plan.first.fraction[since.plan.stratum[one]]
        weight = weight * again if since.design.weights != "none" else weight
        columns["_population"] = pa.array(population[pair])
    columns["_weight"] = pa.array(weight)
    design = replace(
        since.design,
        strata=("_pair",),
        clusters=(),
        population=() if population is None else ("_population",),
        weights="_weight",
        key=(),
        lonely="adjust",
    )
    panel = Sampled(pa.table(columns), design)
    within = since.within[one] & later.within[two]
    asked = Asked(("before",), tuple(each), {}, later.leave_out, "wilson")
    result = tabulate_shares(panel.derive(within=within), (item,), asked)
    about = replace(result.about, base="those who gave the earlier answer (`before`) and answered both times")
    return replace(result, about=about)
