"""Quantiles, and their limits by mapping back those of the share below.

A quantile is the smallest value whose weighted distribution function reaches the probability (R: `svyquantile` with
`qrule="math"`). Its limits are the quantiles at the limits of the estimated share at or below it (Woodruff 1952, JASA
47, 635-646; Särndal, Swensson & Wretman 1992, section 5.11; R: `interval.type="mean"`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from praksis.estimate.array import Bools, Floats

_TOUCHES = 1e-12
"""A distribution function this near a probability has reached it: what is left is rounding of the sum of weights."""


@dataclass(frozen=True)
class Quantiles:
    """Quantiles with limits, arrays [Q] in the unit of the values."""

    value: Floats
    """nan where nobody answered."""
    se: Floats
    """Length of the interval over twice t; nan where a limit is."""
    lower: Floats
    """nan where the share's limit is below 0: the sample does not reach that far."""
    upper: Floats
    """nan where the share's limit is above 1."""


def find_quantiles(y: Floats, weight: Floats, probabilities: Floats | Sequence[float]) -> Floats:
    """Weighted quantiles [Q] of y [n] with weights [n]; nan where the weights add up to 0 or a probability is not one.

    A probability below the share of the smallest value gives the smallest value. (R 4.1-1 gives the second smallest
    there: `svyquantile` of 1 to 10 at 0.05 is 2.)
    """
    return _Distribution(y, weight).find(np.asarray(probabilities, dtype=np.float64))


def estimate_quantiles(
    y: Floats,
    weight: Floats,
    base: Bools,
    probabilities: Floats | Sequence[float],
    find_se: Callable[[Bools], Floats],
    df: float,
    confidence: float = 0.95,
) -> Quantiles:
    """Quantiles of a domain with Woodruff's limits.

    Args:
        y: [n] values. weight: [n]. base: [n] rows in the domain that answered.
        probabilities: [Q]. find_se: from [n, Q], which rows of the base are at or below each quantile, to the standard
            errors [Q] of these shares of the base: by linearisation (see `linearise_below`) or replicates.
        df: degrees of freedom of t. confidence: coverage.
    """
    distribution = _Distribution(y[base], weight[base])
    value = distribution.find(np.asarray(probabilities, dtype=np.float64))
    below = np.zeros((len(y), len(value)), dtype=np.bool_)
    below[base] = y[base, None] <= value
    share = distribution.find_share(value)
    quantile = float(t.ppf((1 + confidence) / 2, df))
    half = quantile * find_se(below)
    lower, upper = distribution.find(share - half), distribution.find(share + half)
    return Quantiles(value, (upper - lower) / (2 * quantile), lower, upper)


def linearise_below(below: Bools, weight: Floats, base: Bools) -> Floats:
    """Weighted linearised values [n, Q] of the shares of the base that are below: w (below - share) / sum w."""
    inside = np.where(base, weight, 0.0)
    total = inside.sum()
    share = inside @ below / total
    return np.asarray(inside[:, None] * (below - share) / total, dtype=np.float64)


class _Distribution:
    """The weighted distribution function, summed once."""

    def __init__(self, y: Floats, weight: Floats) -> None:
        counted = weight != 0
        order = np.argsort(y[counted], kind="stable")
        self.values = y[counted][order]
        sums = np.cumsum(weight[counted][order])
        self.reached = sums / sums[-1] if len(sums) else sums
        self.first = np.maximum.accumulate(self.reached)  # calibrated weights may be negative

    def find(self, probabilities: Floats) -> Floats:
        result = np.full(len(probabilities), np.nan)
        if not len(self.values):
            return result
        known = (probabilities >= 0) & (probabilities <= 1)
        at = np.searchsorted(self.first, probabilities[known] - _TOUCHES)
        result[known] = self.values[np.minimum(at, len(self.values) - 1)]
        return result

    def find_share(self, values: Floats) -> Floats:
        """The share at or below values [Q]."""
        if not len(self.values):
            return np.full(len(values), np.nan)
        at = np.searchsorted(self.values, values, side="right")
        return np.asarray(np.where(at > 0, self.reached[np.maximum(at, 1) - 1], 0.0), dtype=np.float64)
