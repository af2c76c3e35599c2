"""Intervals for shares and differences in a finite population."""

import math
from dataclasses import dataclass
from functools import lru_cache

from scipy.stats import t


@lru_cache(maxsize=4096)
def find_quantile(confidence: float, df: int) -> float:
    """The two-sided quantile of Student's t; with no degree of freedom left, that of one."""
    return float(t.ppf((1 + confidence) / 2, max(df, 1)))


_NO_ERROR = 1e-9
"""A standard error below this is none: what is left of a sum that should be 0."""


def bound_share(
    p: float, se: float, n: int, fraction: float, df: int, confidence: float, population: int = 0
) -> tuple[float, float]:
    """The Wilson interval (1927) for a share on the sample size that the design is worth.

    Args:
        p: the share, 0 to 1. se: its standard error, with finite population correction.
        n: answers in the base. fraction: how large a part of the population they are, 0 to 1.
        df: degrees of freedom. population: size of the group where the frame knows it, else 0.

    Returns:
        Lower and upper limit, 0 to 1. The effective size is p(1-p)/se^2, and n/(1-fraction) where the standard error
        is 0 without everyone having answered (p is 0 or 1, or every stratum agrees): there it says nothing. Where the
        population is known the limits cannot pass what is logically possible: k of N have said yes, and at most
        k + N - n can.
    """
    if fraction >= 1:
        return p, p
    size = p * (1 - p) / se**2 if se > _NO_ERROR else n / (1 - fraction)
    z2 = find_quantile(confidence, df) ** 2
    middle = (p + z2 / (2 * size)) / (1 + z2 / size)
    half = math.sqrt(z2 * p * (1 - p) / size + z2**2 / (4 * size**2)) / (1 + z2 / size)
    lower, upper = max(0.0, middle - half), min(1.0, middle + half)
    if population:
        count = p * n
        lower, upper = max(lower, count / population), min(upper, (count + population - n) / population)
    return min(lower, p), max(upper, p)


@dataclass(frozen=True)
class Limits:
    """A share and its limits, in one unit."""

    value: float
    lower: float
    upper: float


def bound_difference(first: Limits, second: Limits, correlation: float) -> tuple[float, float]:
    """Limits of `first - second`, recovered from the limits of each (MOVER).

    Newcombe (1998, Statistics in Medicine 17, 2635-2650) for two proportions, also paired; Zou & Donner (2008,
    Statistics in Medicine 27, 1693-1702). Unlike value +- t SE it stays honest where a share is 0 or 100 percent.
    """

    def spread(above: float, below: float) -> float:
        return math.sqrt(max(above**2 + below**2 - 2 * correlation * above * below, 0.0))

    value = first.value - second.value
    lower = value - spread(first.value - first.lower, second.upper - second.value)
    upper = value + spread(first.upper - first.value, second.value - second.lower)
    return lower, upper
