"""Intervals for shares and differences in a finite population."""

import math
from functools import lru_cache

from scipy.stats import t


@lru_cache(maxsize=4096)
def find_quantile(confidence: float, df: int) -> float:
    """The two-sided quantile of Student's t; with no degree of freedom left, that of one."""
    return float(t.ppf((1 + confidence) / 2, max(df, 1)))


def bound_share(
    p: float, se: float, n: int, fraction: float, df: int, confidence: float, population: int = 0
) -> tuple[float, float]:
    """The Wilson interval (1927) for a share on the sample size that the design is worth.

    Args:
        p: the share, 0 to 1. se: its standard error, with finite population correction.
        n: answers in the base. fraction: how large a part of the population they are, 0 to 1.
        df: degrees of freedom. population: size of the group where the frame knows it, else 0.

    Returns:
        Lower and upper limit, 0 to 1. The effective size is p(1-p)/se^2, and n/(1-fraction) where p is 0 or 1
        (there the standard error is 0 and says nothing). Where the population is known the limits cannot pass
        what is logically possible: k of N have said yes, and at most k + N - n can.
    """
    if fraction >= 1:
        return p, p
    inside = 0 < p < 1 and se > 0
    size = p * (1 - p) / se**2 if inside else n / (1 - fraction)
    z2 = find_quantile(confidence, df) ** 2
    middle = (p + z2 / (2 * size)) / (1 + z2 / size)
    half = math.sqrt(z2 * p * (1 - p) / size + z2**2 / (4 * size**2)) / (1 + z2 / size)
    lower, upper = max(0.0, middle - half), min(1.0, middle + half)
    if population:
        count = p * n
        lower, upper = max(lower, count / population), min(upper, (count + population - n) / population)
    return min(lower, p), max(upper, p)


def bound_difference(value: float, se: float, df: int, confidence: float) -> tuple[float, float]:
    """Symmetric t interval for a change or gap, in the unit of `value`."""
    half = find_quantile(confidence, df) * se
    return value - half, value + half
