"""Weights built from what is known of the population, and how that changes what is uncertain.

Särndal, Swensson & Wretman (1992, chapters 6, 7 and 15); Deville & Särndal (1992); Lumley (2010, chapter 7).
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from praksis.errors import PraksisError
from praksis.estimate.array import Floats, Ints
from praksis.estimate.calibration import (
    Adjustment,
    Bounds,
    Calibration,
    Method,
    PostStratification,
    ResponseGroups,
    calibrate_replicates,
    calibrate_weights,
    poststratify_weights,
)
from praksis.estimate.column import Coded, code_column, number_rows, read_numbers
from praksis.estimate.replicates import expand_replicates
from praksis.estimate.sampled import Sampled

Totals = Mapping[Any, float]
Sample = TypeVar("Sample", bound=Sampled)


class UnknownTotals(PraksisError):
    """Totals that do not go with the columns they are about."""


def poststratify(survey: Sample, by: Sequence[str], totals: Totals | None) -> Sample:
    """Weights that sum to the population's size in each crossing of `by`.

    Args:
        totals: category, or tuple of categories -> how many there are; None: counted in the frame.
    """
    known = totals if totals is not None else _count_frame(survey, by)
    columns = [_code(survey, name, "post-stratification") for name in by]
    numbers, firsts = number_rows([column.codes for column in columns], len(survey.data))
    names = [tuple(column.categories[column.codes[first]] for column in columns) for first in firsts.tolist()]
    group, sizes, said = _match_totals(by, numbers, names, known)
    after = poststratify_weights(survey.plan.weight, group, sizes, said)
    step = PostStratification(group, len(sizes), survey.plan.weight, after)
    auxiliary = (group[:, None] == np.arange(len(sizes))).astype(float)
    return _apply(survey, step, (auxiliary, sizes, "linear", None, said))


def _code(survey: Sampled, name: str, what: str) -> Coded:
    coded = survey.code(name)
    if (coded.codes < 0).any():
        row = int(np.flatnonzero(coded.codes < 0)[0]) + 1
        raise UnknownTotals(f'{what}: "{name}" is missing in row {row}; give it a category.')
    return coded


def _match_totals(
    by: Sequence[str], numbers: Ints, names: Sequence[tuple[Hashable, ...]], totals: Totals
) -> tuple[Ints, Floats, list[str]]:
    """The group of every row, the total of every group, and their names. Every group of the data needs a total."""
    keyed = {key if isinstance(key, tuple) else (key,): float(total) for key, total in totals.items()}
    if lacking := [name for name in names if name not in keyed]:
        raise UnknownTotals(f"post-stratification by {', '.join(by)}: there is no total for {_say(lacking[0])}.")
    order = list(keyed)
    place = {name: number for number, name in enumerate(order)}
    group = np.array([place[name] for name in names], dtype=np.int64)[numbers]
    return group, np.array([keyed[name] for name in order]), [_say(name) for name in order]


def _say(name: tuple[Hashable, ...]) -> str:
    return "/".join(map(str, name))


def _count_frame(survey: Sampled, by: Sequence[str]) -> Totals:
    if survey.frame is None:
        raise UnknownTotals(
            f"post-stratification by {', '.join(by)}: give totals={{category: how many}}, or the survey a frame."
        )
    columns = [code_column(survey.frame, name) for name in by]
    for name, column in zip(by, columns, strict=True):
        if (column.codes < 0).any():
            row = int(np.flatnonzero(column.codes < 0)[0]) + 1
            raise UnknownTotals(
                f'post-stratification: "{name}" is missing in row {row} of the frame; say where it belongs.'
            )
    rows = zip(*([column.categories[code] for code in column.codes.tolist()] for column in columns), strict=True)
    return {key: float(count) for key, count in Counter(rows).items()}


def rake(survey: Sample, margins: Mapping[str, Totals]) -> Sample:
    """Weights whose sums meet the totals of each column's categories, one column at a time until all hold."""
    if not margins:
        raise UnknownTotals('raking: no margins are given, such as {"sector": {"state": 131, ...}}.')
    totals = {
        f"{column}={category}": float(total) for column, known in margins.items() for category, total in known.items()
    }
    for column, known in margins.items():
        if lacking := [category for category in survey.code(column).categories if category not in known]:
            raise UnknownTotals(f"raking: {column} has no total for {lacking[0]!r}.")
        if (survey.code(column).codes < 0).any():
            raise UnknownTotals(f"raking: {column} is missing in some rows; give them a category with a total.")
    auxiliary = [
        (survey.code(column).codes == survey.code(column).find(category)).astype(float)
        for column, known in margins.items()
        for category in known
    ]
    return _calibrate(survey, np.stack(auxiliary, axis=1), totals, "raking", None)


def calibrate(survey: Sample, totals: Mapping[str, float], method: Method, bounds: Bounds | None) -> Sample:
    """Weights nearest to those there are that meet the totals (GREG with method "linear").

    Args:
        totals: "column" (numbers), "column=category" or "all" (how many) -> the population's total.
    """
    if not totals:
        raise UnknownTotals('calibration: no totals are given, such as {"all": 488}.')
    auxiliary = [_read_auxiliary(survey, name) for name in totals]
    return _calibrate(survey, np.stack(auxiliary, axis=1), totals, method, bounds)


def _read_auxiliary(survey: Sampled, name: str) -> Floats:
    column, sign, category = name.partition("=")
    if name == "all":
        return np.ones(len(survey.data))
    if not sign:
        values = read_numbers(survey.data, name)
        if not np.isfinite(values).all():
            row = int(np.flatnonzero(~np.isfinite(values))[0]) + 1
            raise UnknownTotals(f'calibration: "{name}" is missing in row {row}; it must be known for every row.')
        return np.asarray(values, dtype=np.float64)
    coded = survey.code(column)
    places = [place for place, one in enumerate(coded.categories) if str(one) == category]
    if not places:
        raise UnknownTotals(f'calibration: "{column}" has no {category}: {", ".join(map(str, coded.categories))}.')
    return np.asarray(coded.codes == places[0], dtype=np.float64)


def _calibrate(
    survey: Sample, auxiliary: Floats, totals: Mapping[str, float], method: Method, bounds: Bounds | None
) -> Sample:
    names, sizes = list(totals), np.array([float(total) for total in totals.values()])
    before = survey.plan.weight
    after = calibrate_weights(before, auxiliary, sizes, method, bounds, names)
    return _apply(survey, Calibration(auxiliary, before, after), (auxiliary, sizes, method, bounds, names))


def _apply(
    survey: Sample, step: Adjustment, how: tuple[Floats, Floats, Method, Bounds | None, Sequence[str]]
) -> Sample:
    """The survey with new weights; replicates are calibrated each on its own."""
    plan = replace(survey.plan, weight=step.after, calibrations=(*survey.plan.calibrations, step))
    replicates = survey.replicates
    if replicates is not None:
        auxiliary, sizes, method, bounds, names = how
        expanded = expand_replicates(replicates, survey.plan.weight, survey.plan.first)
        assert expanded.weights is not None
        fitted = calibrate_replicates(expanded.weights, auxiliary, sizes, method, bounds, names)
        replicates = replace(expanded, weights=fitted)
    return survey.derive(plan=plan, replicates=replicates)


def weigh_responses(survey: Sample, by: Sequence[str], responded: str | None) -> Sample:
    """Response groups: within each, those who answered stand for those who did not.

    With a frame, the groups become the strata: an organisation has weight N/n of its group, and the fraction that
    answered is the group's sampling fraction. Else `responded` names a yes/no column of a sample in which also those
    who did not answer are rows: their weight goes to those who did (Särndal, Swensson & Wretman 1992, section 15.6).
    """
    if survey.replicates is not None or (responded is None and survey.plan.calibrations):
        raise UnknownTotals("response groups: make them first, then calibrate or make replicates.")
    if survey.frame is not None and responded is None:
        design = replace(survey.design, strata=tuple(by), weights=None)
        return type(survey)(survey.data, design, survey.frame, survey.leave_out).derive(within=survey.within)
    if responded is None:
        raise UnknownTotals("response groups: give the survey a frame, or the column that says who responded.")
    answered = read_numbers(survey.data, responded)
    if not np.isin(answered, (0, 1)).all():
        raise UnknownTotals(f'response groups: "{responded}" must be yes or no (True/False, 1/0) in every row.')
    columns = [_code(survey, name, "response groups") for name in by]
    numbers, firsts = number_rows([one.codes for one in columns], len(survey.data))
    weight = survey.plan.weight
    sizes = np.bincount(numbers, weights=weight).astype(np.float64)
    before = weight * answered
    names = ["/".join(str(one.categories[one.codes[first]]) for one in columns) for first in firsts.tolist()]
    after = poststratify_weights(before, numbers, sizes, names)
    step = ResponseGroups(numbers, len(sizes), weight, after)
    plan = replace(survey.plan, weight=after, calibrations=(*survey.plan.calibrations, step))
    return survey.derive(plan=plan, within=survey.within & (answered > 0))
