"""Intervals for shares, means and differences in a finite population."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, stdtrit

from praksis.estimate.array import Floats, Ints


def find_quantiles(confidence: float, df: Floats | Ints) -> Floats:
    """The two-sided quantiles of Student's t; with no degree of freedom left, that of one."""
    whole = np.maximum(df, 1).astype(np.int64)
    kinds, places = np.unique(whole, return_inverse=True) if whole.max(initial=1) > _MANY else _count_kinds(whole)
    return np.asarray(stdtrit(kinds, (1 + confidence) / 2)[places].reshape(whole.shape))


_MANY = 100_000


def _count_kinds(whole: Ints) -> tuple[Ints, Ints]:
    """`np.unique(..., return_inverse=True)` for small numbers, without sorting."""
    present = np.bincount(whole.ravel()) > 0
    return np.flatnonzero(present), (np.cumsum(present) - 1)[whole]


_NO_ERROR = 1e-9
"""A standard error below this is none: what is left of a sum that should be 0."""


@dataclass(frozen=True)
class Shares:
    """Shares and what their limits depend on; arrays of one shape."""

    p: Floats
    """0 to 1; nan where nobody answered."""
    se: Floats
    """With finite population correction."""
    n: Floats
    """Answers in the base."""
    fraction: Floats
    """How large a part of the population they are, 0 to 1."""
    df: Floats
    count: Floats
    """How many of the n gave the answer, each counting once."""


Limits = tuple[Floats, Floats]


def bound_shares_wilson(shares: Shares, confidence: float) -> Limits:
    """The Wilson interval (1927, JASA 22, 209-212) for shares on the sample size that the design is worth.

    The effective size is p(1-p)/se^2, and n/(1-fraction) where the standard error is 0 without everyone having answered
    (p is 0 or 1, or every stratum agrees): there it says nothing.

    Returns:
        Lower and upper limits, 0 to 1, as `keep_possible` may cut them further.
    """
    p, size = shares.p, _find_size(shares)
    z2 = find_quantiles(confidence, shares.df) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (p + z2 / (2 * size)) / (1 + z2 / size)
        half = np.sqrt(z2 * p * (1 - p) / size + z2**2 / (4 * size**2)) / (1 + z2 / size)
        unseen = _bound_unseen(shares, confidence)
        return _keep_within(shares, np.minimum(middle - half, p - unseen), np.maximum(middle + half, p + unseen))


def bound_shares_logit(shares: Shares, confidence: float) -> Limits:
    """Symmetric on the logit scale (R: `svyciprop(method="logit")`); Wilson's where the share is 0 or 1."""
    p, quantile = shares.p, find_quantiles(confidence, shares.df)
    with np.errstate(invalid="ignore", divide="ignore"):
        logit, half = np.log(p / (1 - p)), quantile * shares.se / (p * (1 - p))
        lower, upper = 1 / (1 + np.exp(half - logit)), 1 / (1 + np.exp(-half - logit))
    edge = (p <= 0) | (p >= 1)
    wilson = bound_shares_wilson(shares, confidence)
    return np.where(edge, wilson[0], lower), np.where(edge, wilson[1], upper)


def bound_shares_beta(shares: Shares, confidence: float) -> Limits:
    """Clopper-Pearson on the effective size (Korn & Graubard 1998, Survey Methodology 24; R: `method="beta"`).

    The effective size is multiplied by (t with n-1 degrees of freedom / t with the design's)^2.
    """
    p, size = shares.p, _find_size(shares)
    full = np.maximum(shares.n - 1, 1)
    size = size * (find_quantiles(confidence, full) / find_quantiles(confidence, shares.df)) ** 2
    alpha, yes = (1 - confidence) / 2, size * p
    with np.errstate(invalid="ignore"):
        lower = np.where(yes > 0, betaincinv(np.maximum(yes, 1e-300), size - yes + 1, alpha), 0.0)
        upper = np.where(size - yes > 0, betaincinv(yes + 1, np.maximum(size - yes, 1e-300), 1 - alpha), 1.0)
    return np.where(np.isnan(p), np.nan, lower), np.where(np.isnan(p), np.nan, upper)


def bound_shares_wald(shares: Shares, confidence: float) -> Limits:
    """p +- t se, as R's `confint`; can pass 0 and 1."""
    return bound_means(shares.p, shares.se, shares.df, confidence)


def bound_means(value: Floats, se: Floats, df: Floats | Ints, confidence: float) -> Limits:
    """value +- t se."""
    half = find_quantiles(confidence, df) * se
    return value - half, value + half


SHARE_INTERVALS: dict[str, Callable[[Shares, float], Limits]] = {
    "wilson": bound_shares_wilson,
    "logit": bound_shares_logit,
    "beta": bound_shares_beta,
    "wald": bound_shares_wald,
}


def _find_size(shares: Shares) -> Floats:
    plain = shares.n / np.maximum(1 - shares.fraction, 1e-12)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(shares.se > _NO_ERROR, shares.p * (1 - shares.p) / shares.se**2, plain)


def _bound_unseen(shares: Shares, confidence: float) -> Floats:
    """How far from the share the truth may be where the standard error is 0 because all who answered agree; else 0.

    With what K of N would say, none of n says it with a probability of at most (1 - n/N)^K and of at most (1 - K/N)^n
    (hypergeometric; Cochran 1977, section 3.6): K is ruled out where one of them is below alpha. Wilson's limit goes
    further where few answer; where most do, it would rule out 1 of 40 although 1 pattern in 8 misses that one.
    """
    certain = ~(shares.se > _NO_ERROR)
    if not certain.any():
        return np.zeros_like(shares.p)
    fraction, n = (np.broadcast_to(one, shares.p.shape)[certain] for one in (shares.fraction, shares.n))
    fraction, alpha = np.clip(np.nan_to_num(fraction), 0, 1), 1 - confidence
    with np.errstate(invalid="ignore", divide="ignore"):
        finite = np.log(alpha) / np.log1p(-fraction) * fraction / n
        bound = np.fmin(finite, 1 - alpha ** (1 / n))
    found = np.zeros_like(shares.p)
    found[certain] = np.nan_to_num(bound)
    return found


def keep_possible(shares: Shares, population: Floats, limits: Limits) -> Limits:
    """The limits within what can be: of N in the group at least k have said yes, and at most k + N - n can.

    `population`: size of the group, 0 where it is not known.
    """
    known, (lower, upper) = population > 0, limits
    whole = np.where(known, population, 1)
    lower = np.where(known, np.maximum(lower, shares.count / whole), lower)
    upper = np.where(known, np.minimum(upper, (shares.count + population - shares.n) / whole), upper)
    return np.minimum(lower, shares.p), np.maximum(upper, shares.p)


def _keep_within(shares: Shares, lower: Floats, upper: Floats) -> Limits:
    """The limits within 0 and 1; if everyone in the group has answered, the share is what it is."""
    p = shares.p
    lower, upper = np.clip(lower, 0, 1), np.clip(upper, 0, 1)
    everyone = shares.fraction >= 1
    if everyone.any():
        lower, upper = np.where(everyone, p, lower), np.where(everyone, p, upper)
    return np.minimum(lower, p), np.maximum(upper, p)


@dataclass(frozen=True)
class Bounded:
    """Values and their limits, in one unit; arrays of one shape."""

    value: Floats
    lower: Floats
    upper: Floats


def bound_differences(first: Bounded, second: Bounded, correlation: Floats) -> Limits:
    """Limits of `first - second`, recovered from the limits of each (MOVER).

    Newcombe (1998, Statistics in Medicine 17, 2635-2650) for two proportions, also paired; Zou & Donner (2008,
    Statistics in Medicine 27, 1693-1702). Unlike value +- t SE it stays honest where a share is 0 or 100 percent.
    """

    def spread(above: Floats, below: Floats) -> Floats:
        return np.sqrt(np.maximum(above**2 + below**2 - 2 * correlation * above * below, 0.0))

    value = first.value - second.value
    lower = value - spread(first.value - first.lower, second.upper - second.value)
    upper = value + spread(first.upper - first.value, second.value - second.lower)
    return lower, upper


def find_correlations(covariance: Floats, first: Floats, second: Floats) -> Floats:
    """Covariances over the standard deviations, within -1 and 1; 0 where a variance is."""
    scale = np.sqrt(first * second)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(scale > 0, np.clip(covariance / scale, -1, 1), 0.0)


def temper_correlations(correlation: Floats, first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> Floats:
    """Positive correlations of two shares less what few answers may make up: Newcombe's continuity correction.

    (Newcombe 1998, Statistics in Medicine 17, 2635-2650, method 10.) Where 5 of 9 answered both times and none of them
    changed, the correlation is 1 and a change would have no error at all. Taken off is 1/(2 n sqrt(p1 q1 p2 q2)), n the
    smaller of the effective sizes p q / se^2.

    Args:
        correlation: from `find_correlations`. first, second: shares and their standard errors.
    """
    (p, se), (q, other) = first, second
    one, two = p * (1 - p), q * (1 - q)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = np.fmin(one / se**2, two / other**2)
        excess = 1 / (2 * n * np.sqrt(one * two))
    less = np.maximum(correlation - np.where(np.isfinite(excess), excess, 0), 0)
    return np.where(correlation > 0, less, correlation)
