"""Quantiles of a column in every domain, as estimates."""

from collections.abc import Sequence
from functools import partial
from typing import NoReturn

import numpy as np

from praksis.errors import PraksisError
from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.column import read_numbers
from praksis.estimate.estimates import About, Estimates
from praksis.estimate.labels import label_quantiles
from praksis.estimate.linear import Block, Linear
from praksis.estimate.quantile import Quantiles, estimate_quantiles
from praksis.estimate.sampled import Sampled


class NoSuchQuantile(PraksisError):
    """Probabilities that no quantile has."""


class NoCovariance(PraksisError):
    """Estimates whose covariance is not known."""


def tabulate_quantiles(
    survey: Sampled, column: str, probabilities: Sequence[float], by: tuple[str, ...], each: tuple[str, ...]
) -> Estimates:
    """See `Survey.quantile`."""
    if not len(probabilities) or not all(0 < one < 1 for one in probabilities):
        raise NoSuchQuantile(f"quantile: probabilities {list(probabilities)} must lie between 0 and 1, such as [0.5].")
    if survey.lacks_answers((column,)):
        survey = survey.answering(column)
    y, unanswered = read_numbers(survey.data, column), survey.find_unanswered(column)
    domains = survey.list_domains(by, each)
    numbers: dict[str, list[Floats]] = {}
    for place in range(len(domains)):
        inside = domains.inside[:, place]
        base = inside & np.isfinite(y)
        df = survey.find_degrees(base)
        found = estimate_quantiles(
            y, survey.plan.weight, base, probabilities, partial(_find_errors, survey, base), max(df, 1),
            survey.design.confidence,
        )  # fmt: skip
        _append(numbers, found, len(probabilities), (int(base.sum()), int((inside & unanswered).sum()), df))
    columns: dict[str, Floats | Ints] = {name: np.concatenate(parts) for name, parts in numbers.items()}
    columns |= {name: columns[name].astype(np.int64) for name in ("n", "nonresponse", "df")}
    about = About(
        "quantile",
        "those who have a number",
        survey.describe_inference(),
        f"{100 * survey.design.confidence:g} % Woodruff intervals; se from their length",
        survey.design.confidence,
    )
    return Estimates(
        lambda: label_quantiles(column, probabilities, domains.labelled), columns, about, refuse_covariance
    )


def _find_errors(survey: Sampled, base: Bools, below: Bools) -> Floats:
    """Standard errors of the shares of the base that are below."""
    block = Block((below & base[:, None]).astype(np.float64), base[:, None].astype(np.float64), base[:, None])
    return np.sqrt(Linear(survey.plan, (block,), survey.replicates).variances)


def _append(numbers: dict[str, list[Floats]], found: Quantiles, count: int, sizes: tuple[int, int, int]) -> None:
    parts = {"estimate": found.value, "se": found.se, "lower": found.lower, "upper": found.upper}
    parts |= {name: np.full(count, float(size)) for name, size in zip(("n", "nonresponse", "df"), sizes, strict=True)}
    for name, values in parts.items():
        numbers.setdefault(name, []).append(values)


def refuse_covariance() -> NoReturn:
    """For estimates that have limits but no covariance."""
    raise NoCovariance(
        "the covariance of these estimates is not known: of quantiles, compare shares below a value instead; of a "
        "survey opened from files, load the rows: Survey(data, design)."
    )
