"""Tables of means, totals, counts and ratios."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from praksis.estimate.array import Bools, Floats
from praksis.estimate.column import UnknownColumn, Value, read_numbers
from praksis.estimate.combination import keep_all
from praksis.estimate.estimates import About, Estimates, join_estimates
from praksis.estimate.interval import bound_means
from praksis.estimate.labels import label_numbers
from praksis.estimate.linear import Block, Linear
from praksis.estimate.sampled import Sampled
from praksis.estimate.unanswered import count_unanswered


@dataclass(frozen=True)
class Row:
    """One line of the table: a numerator [n], a denominator [n] or none for totals, who has a number [n] and who did
    not answer [n]; who was not to answer is neither."""

    item: str
    answer: Value | None
    y: Floats
    x: Floats | None
    answered: Bools
    unanswered: Bools


def list_means(survey: Sampled, columns: Sequence[str]) -> list[Row]:
    """Means over those who have a number."""
    rows = []
    for name in columns:
        values = read_numbers(survey.data, name)
        known = np.isfinite(values)
        rows.append(
            Row(name, None, np.where(known, values, 0), known.astype(np.float64), known, survey.find_unanswered(name))
        )
    return rows


def list_totals(survey: Sampled, columns: Sequence[str]) -> list[Row]:
    """Weighted sums; who has no number adds nothing."""
    return [Row(row.item, None, row.y, None, row.answered, row.unanswered) for row in list_means(survey, columns)]


def list_counts(survey: Sampled, items: Sequence[str]) -> list[Row]:
    """How many give each answer."""
    if lacking := [item for item in items if not survey.code(item).categories]:
        raise UnknownColumn(f'count: "{lacking[0]}" has no answers to count.')
    return [
        Row(
            item,
            category,
            (survey.code(item).codes == place).astype(np.float64),
            None,
            survey.code(item).codes >= 0,
            survey.code(item).codes < 0,
        )
        for item in items
        for place, category in enumerate(survey.code(item).categories)
    ]


def list_ratio(survey: Sampled, numerator: str, denominator: str) -> list[Row]:
    """The ratio of two totals over rows that have both numbers."""
    top, bottom = read_numbers(survey.data, numerator), read_numbers(survey.data, denominator)
    both = np.isfinite(top) & np.isfinite(bottom)
    unanswered = survey.find_unanswered(numerator) | survey.find_unanswered(denominator)
    return [
        Row(f"{numerator}/{denominator}", None, np.where(both, top, 0), np.where(both, bottom, 0), both, unanswered)
    ]


def tabulate_columns(
    survey: Sampled, kind: str, columns: Sequence[str], by: tuple[str, ...], each: tuple[str, ...]
) -> Estimates:
    """Means, totals or counts of columns; each of its own sample where the design says so."""
    make, base = _KINDS[kind]
    if not survey.lacks_answers(columns):
        return tabulate_numbers(survey, kind, base, make(survey, columns), by, each)
    parts = []
    for column in columns:
        answering = survey.answering(column)
        found = tabulate_numbers(answering, kind, base, make(answering, (column,)), by, each)
        parts.append(count_unanswered(survey, column, found))
    return join_estimates(parts)


_KINDS = {
    "mean": (list_means, "those who have a number"),
    "total": (list_totals, "everyone in the domain"),
    "count": (list_counts, "everyone in the domain"),
}


def tabulate_ratio(
    survey: Sampled, numerator: str, denominator: str, by: tuple[str, ...], each: tuple[str, ...]
) -> Estimates:
    """The ratio of two totals over rows that have both numbers."""
    if survey.lacks_answers((numerator, denominator)):
        survey = survey.answering(numerator, denominator)
    rows = list_ratio(survey, numerator, denominator)
    return tabulate_numbers(survey, "ratio", "those who have both numbers", rows, by, each)


def tabulate_numbers(
    survey: Sampled, kind: str, base: str, rows: Sequence[Row], by: tuple[str, ...], each: tuple[str, ...]
) -> Estimates:
    """One estimate per row and domain."""
    domains = survey.list_domains(by, each)
    inside = domains.inside
    blocks = [Block(row.y[:, None], None if row.x is None else row.x[:, None], inside) for row in rows]
    linear = Linear(survey.plan, tuple(blocks), survey.replicates)
    answered = np.stack([row.answered for row in rows], axis=1)
    unanswered = np.stack([row.unanswered for row in rows], axis=1)
    df = [survey.find_degrees(inside[:, g] & row.answered) for row in rows for g in range(len(domains))]
    simple = np.concatenate([_vary_simply(survey, *one) for one in zip(blocks, answered.T, strict=True)])
    confidence = survey.design.confidence
    se = np.sqrt(linear.variances)
    lower, upper = bound_means(linear.values, se, np.array(df), confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        deff = np.where(simple > 0, linear.variances / simple, np.nan)
    numbers = {
        "estimate": linear.values,
        "se": se,
        "lower": lower,
        "upper": upper,
        "n": (answered.astype(np.int64).T @ inside).ravel(),
        "nonresponse": (unanswered.astype(np.int64).T @ inside).ravel(),
        "df": np.array(df),
        "deff": deff,
    }
    interval = f"{100 * confidence:g} % intervals, estimate +- t x se"
    about = About(kind, base, survey.describe_inference(), interval, confidence)
    named = [(row.item, row.answer) for row in rows]
    return Estimates(lambda: label_numbers(named, domains.labelled), numbers, about, lambda: keep_all(linear))


def _vary_simply(survey: Sampled, block: Block, answered: Bools) -> Floats:
    """[G] the variance had the rows been a simple random sample: what the design effect compares with."""
    w = block.inside * (survey.plan.weight * answered)[:, None]
    n, size = (block.inside & answered[:, None]).sum(axis=0), w.sum(axis=0)
    x = np.ones_like(block.y) if block.x is None else block.x
    with np.errstate(invalid="ignore", divide="ignore"):
        theta = (w.T @ block.y)[:, 0] / (w.T @ x)[:, 0]
        residual = block.y - theta * x
        spread = n / (n - 1) * (w * residual**2).sum(axis=0) / size
        left = np.where(size > n, (size - n) / size, 1.0)
        simple = left * spread / n
        if block.x is None:
            return np.asarray(simple * size**2)
        return np.asarray(simple / ((w.T @ x)[:, 0] / size) ** 2)
