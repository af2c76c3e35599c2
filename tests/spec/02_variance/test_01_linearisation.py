"""Linearisation, and simple random samples

An estimate is replaced by its first-order expansion, whose terms are the linearised values:

    share, mean    z = w (y - p x) / sum(w x)        x = 1 in the base, else 0
    ratio          z = w (y - R x) / sum(w x)
    total          z = w y

In a simple random sample of n from N

    Var = n / (n - 1) (1 - n/N) sum (z - mean)^2

which is the textbooks' formula for each of them.

Source: Särndal, Swensson & Wretman (1992), sections 5.5 to 5.7; Lumley (2010), chapter 2; Wolter (2007), chapter 6.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_share(spec: Spec) -> None:
    """A share

        v(p) = (1 - n/N) p (1 - p) / (n - 1)

    Source: Cochran (1977), equation 3.8.
    """
    data = spec.read("""
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 20        | yes    |
        | b            | 20        | yes    |
        | c            | 20        | yes    |
        | d            | 20        | yes    |
        | e            | 20        | no     |
        | f            | 20        | no     |
        | g            | 20        | no     |
        | h            | 20        | no     |
        | i            | 20        | no     |
        | j            | 20        | no     |
    """)
    shares = Survey(data, Design(population="there are")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand
    n, there_are, p = 10, 20, 4 / 10
    variance = (1 - n / there_are) * p * (1 - p) / (n - 1)
    spec.check("share", yes["estimate"], p)
    spec.check("standard error", yes["se"], sqrt(variance))


def test_mean_and_total(spec: Spec) -> None:
    """A mean and a total

        v(mean) = (1 - n/N) s^2 / n          v(total) = N^2 v(mean)

    with `s^2 = sum (y - mean)^2 / (n - 1)`.

    Source: Cochran (1977), section 2.7.
    """
    data = spec.read("""
        | organisation | there are | employees |
        |--------------|-----------|-----------|
        | a            | 15        | 10        |
        | b            | 15        | 20        |
        | c            | 15        | 60        |
        | d            | 15        | 30        |
        | e            | 15        | 30        |
    """)
    survey = Survey(data, Design(population="there are"))
    means, totals = survey.mean("employees"), survey.total("employees")
    mean, total = (spec.pick(found, item="employees") for found in (means, totals))
    # By hand: the mean is 30
    s2 = ((10 - 30) ** 2 + (20 - 30) ** 2 + (60 - 30) ** 2 + 0 + 0) / 4
    variance = (1 - 5 / 15) * s2 / 5
    spec.check("mean", mean["estimate"], 30)
    spec.check("its standard error", mean["se"], sqrt(variance))
    spec.check("total", total["estimate"], 15 * 30)
    spec.check("its standard error", total["se"], 15 * sqrt(variance))


def test_ratio(spec: Spec) -> None:
    """A ratio

        v(R) = (1 - n/N) / (n xbar^2) sum (y - R x)^2 / (n - 1)

    with xbar the mean of x in the sample.

    Source: Cochran (1977), section 6.4; Särndal, Swensson & Wretman (1992), section 5.6.
    """
    data = spec.read("""
        | organisation | there are | cost | employees |
        |--------------|-----------|------|-----------|
        | a            | 8         | 30   | 10        |
        | b            | 8         | 30   | 20        |
        | c            | 8         | 50   | 30        |
        | d            | 8         | 90   | 40        |
    """)
    ratios = Survey(data, Design(population="there are")).ratio("cost", "employees")
    each = spec.pick(ratios, item="cost/employees")
    # By hand: R = 200 / 100 = 2, the mean of x is 25
    residuals = (30 - 2 * 10) ** 2 + (30 - 2 * 20) ** 2 + (50 - 2 * 30) ** 2 + (90 - 2 * 40) ** 2
    variance = (1 - 4 / 8) / (4 * 25**2) * residuals / 3
    spec.check("ratio", each["estimate"], 2)
    spec.check("standard error", each["se"], sqrt(variance))


def test_unequal_weights(spec: Spec) -> None:
    """Unequal weights

    Where rows weigh differently the same formula holds with `z = w (y - p) / sum(w)`. Of a share, z adds up to 0.

    Source: Särndal, Swensson & Wretman (1992), section 5.7; Lumley (2010), chapter 2.
    """
    data = spec.read("""
        | organisation | weight | answer |
        |--------------|--------|--------|
        | a            | 1      | yes    |
        | b            | 2      | no     |
        | c            | 2      | yes    |
        | d            | 5      | no     |
    """)
    shares = Survey(data, Design(weights="weight")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand
    p = 3 / 10
    z = [1 * (1 - p) / 10, 2 * (0 - p) / 10, 2 * (1 - p) / 10, 5 * (0 - p) / 10]
    variance = 4 / 3 * sum(one**2 for one in z)
    spec.check("share", yes["estimate"], p)
    spec.check("standard error", yes["se"], sqrt(variance))
