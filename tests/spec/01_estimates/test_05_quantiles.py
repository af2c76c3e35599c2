"""Quantiles

The quantile at probability *a* is the smallest value whose weighted distribution function reaches *a*:

    F(q) = sum(w [y <= q]) / sum(w)
    q(a) = the smallest y in the sample with F(y) >= a

No values are interpolated, so that a quantile is always a value that somebody has.

Source: Särndal, Swensson & Wretman (1992), section 5.11; R: `svyquantile` with `qrule="math"`.
"""

from math import sqrt

from scipy.stats import t

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_median(spec: Spec) -> None:
    """The median and a quarter

    Weights 1, 1, 2, 1, 3 in the order of the values: the distribution function is 1/8, 2/8, 4/8, 5/8, 1.
    """
    data = spec.read("""
        | organisation | weight | employees |
        |--------------|--------|-----------|
        | a            | 1      | 10        |
        | b            | 1      | 20        |
        | c            | 2      | 30        |
        | d            | 1      | 40        |
        | e            | 3      | 90        |
    """)
    quantiles = Survey(data, Design(weights="weight")).quantile("employees", [0.25, 0.5, 0.6])
    quarter, median, more = (spec.pick(quantiles, answer=answer) for answer in ("0.25", "0.5", "0.6"))
    # By hand
    spec.check("quantile at 0.25, where F is 2/8", quarter["estimate"], 20)
    spec.check("quantile at 0.5, where F is 4/8", median["estimate"], 30)
    spec.check("quantile at 0.6, where F is 5/8", more["estimate"], 40)


def test_woodruff(spec: Spec) -> None:
    """Limits

    The distribution function at the quantile is a share, with a standard error. Its limits are mapped back to values:

        lower = q(F(q) - t SE)        upper = q(F(q) + t SE)
        SE of the quantile = (upper - lower) / (2 t)

    *t* is the quantile of Student's t on the [degrees of freedom](05-intervals.md) of the domain. The standard error is
    read off the interval, because the density that the usual formula asks for is not known. Where a limit of the share
    is below 0 or above 1, the sample does not reach that far, and the limit is unknown.

    Source: Woodruff (1952), pages 635-646; R: `svyquantile`, `interval.type="mean"`.
    """
    data = spec.read("""
        | organisation | there are | employees |
        |--------------|-----------|-----------|
        | a            | 20        | 5         |
        | b            | 20        | 8         |
        | c            | 20        | 12        |
        | d            | 20        | 15        |
        | e            | 20        | 21        |
        | f            | 20        | 30        |
        | g            | 20        | 44        |
        | h            | 20        | 60        |
        | i            | 20        | 85        |
        | j            | 20        | 99        |
    """)
    quantiles = Survey(data, Design(population="there are")).quantile("employees", [0.5, 0.9])
    median, high = (spec.pick(quantiles, answer=answer) for answer in ("0.5", "0.9"))
    # By hand: at the median, 21, F is 5/10
    n, there_are, share = 10, 20, 5 / 10
    se = sqrt((1 - n / there_are) * share * (1 - share) / (n - 1))
    t9 = float(t.ppf(0.975, n - 1))
    low, up = share - t9 * se, share + t9 * se
    ranked = sorted(data["employees"])
    lower = next(value for place, value in enumerate(ranked, 1) if place / n >= low)
    upper = next(value for place, value in enumerate(ranked, 1) if place / n >= up)
    spec.check("median", median["estimate"], 21)
    spec.check("lower limit, where F reaches 0.233", median["lower"], lower)
    spec.check("upper limit, where F reaches 0.767", median["upper"], upper)
    spec.check("standard error", median["se"], (upper - lower) / (2 * t9))
    spec.check("upper limit at 0.9, where F would have to pass 1", high["upper"], None)
