"""Shares: Wilson

With `m = p(1-p)/SE^2` in the place of the sample size and *t* in the place of the normal quantile,

    limits = (p + t^2/(2m) -+ sqrt(t^2 p(1-p)/m + t^4/(4m^2))) / (1 + t^2/m)

Finite population correction, strata, clusters and weights come in by way of `m`. The interval is not symmetric, stays
within 0 and 1, and says something where the share is 0 or 1.

Source: Wilson (1927), pages 209-212; Newcombe (1998), method 3 of the comparison of seven; Korn & Graubard (1998), for
the effective sample size and t.
"""

from math import log, sqrt

from scipy.stats import t

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_a_share_between(spec: Spec) -> None:
    """A share between 0 and 1"""
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
    p, n, there_are = 4 / 10, 10, 20
    m = p * (1 - p) / ((1 - n / there_are) * p * (1 - p) / (n - 1))
    t2 = float(t.ppf(0.975, n - 1)) ** 2
    middle = p + t2 / (2 * m)
    half = sqrt(t2 * p * (1 - p) / m + t2**2 / (4 * m**2))
    spec.check("effective sample size", yes["n_eff"], m)
    spec.check("lower limit", yes["lower"], (middle - half) / (1 + t2 / m))
    spec.check("upper limit", yes["upper"], (middle + half) / (1 + t2 / m))


def test_nobody(spec: Spec) -> None:
    """Nobody

    5 of 20 answered and all said no. The standard error is 0, which does not mean that nobody of the other 15 would say
    yes. The size is `m = n/(1 - f)`, *f* the part that answered, and Wilson's upper limit `t^2/m / (1 + t^2/m)`.

    If K of the N would say yes, a sample of n has none of them with a probability of at most `(1 - f)^K`, and of at
    most `(1 - K/N)^n`. K/N is ruled out where one of these is below 0.05. That is where limits go to if Wilson's do not
    go further:

        u = min(log(0.05) / log(1 - f) f/n, 1 - 0.05^(1/n))

    Where few answer Wilson's limit is further away; where most do it would be too near (the next paragraph).

    Source: Wilson (1927) at p = 0; Cochran (1977), section 3.6, for the hypergeometric limits. That the size is `n/(1 -
    f)`, and to take the further of both, are choices of Praksis; [simulation](14-does-it-hold.md) shows that intervals
    then hold what they promise.
    """
    data = spec.read("""
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 20        | no     |
        | b            | 20        | no     |
        | c            | 20        | no     |
        | d            | 20        | no     |
        | e            | 20        | no     |
    """)
    shares = Survey(data, Design(population="there are")).share("answer")
    no = spec.pick(shares, answer="no")
    # By hand: the share of no is 1, and its lower limit as far from 1 as the upper limit of yes from 0
    n, part = 5, 5 / 20
    m, t2 = n / (1 - part), float(t.ppf(0.975, n - 1)) ** 2
    wilson = t2 / m / (1 + t2 / m)
    missed = min(log(0.05) / log(1 - part) * part / n, 1 - 0.05 ** (1 / n))
    spec.check("standard error", no["se"], 0)
    spec.check("lower limit of no", no["lower"], 1 - max(wilson, missed))
    spec.check("upper limit of no", no["upper"], 1)


def test_nobody_of_most(spec: Spec) -> None:
    """Nobody of most

    8 of 10 answered and all said no. Wilson's limit is 0.12, little more than one of the ten. But two were not heard,
    and if two would say yes, a sample of 8 misses both in 1 of 45 cases, and if one would, in 1 of 5: what is missed
    with a probability of 0.05 is 1.86 of the ten.
    """
    data = spec.read("""
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | no     |
        | b            | 10        | no     |
        | c            | 10        | no     |
        | d            | 10        | no     |
        | e            | 10        | no     |
        | f            | 10        | no     |
        | g            | 10        | no     |
        | h            | 10        | no     |
    """)
    shares = Survey(data, Design(population="there are")).share("answer")
    no = spec.pick(shares, answer="no")
    # By hand
    n, part = 8, 8 / 10
    m, t2 = n / (1 - part), float(t.ppf(0.975, n - 1)) ** 2
    wilson = t2 / m / (1 + t2 / m)
    missed = min(log(0.05) / log(1 - part) * part / n, 1 - 0.05 ** (1 / n))
    spec.check("lower limit of no", no["lower"], 1 - max(wilson, missed))


def test_strata_that_agree(spec: Spec) -> None:
    """Strata that agree within

    All state bodies say yes, all municipalities no: with the strata's own means taken out nothing is left, and the
    standard error is 0. It does not follow that those who did not answer agree as well. The limits are those of the
    paragraphs above, *f* being the part that answered of the population that they stand for.
    """
    data = spec.read("""
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 8         | yes    |
        | b            | state        | 8         | yes    |
        | c            | state        | 8         | yes    |
        | d            | state        | 8         | yes    |
        | e            | state        | 8         | yes    |
        | f            | state        | 8         | yes    |
        | g            | municipality | 8         | no     |
        | h            | municipality | 8         | no     |
        | i            | municipality | 8         | no     |
        | j            | municipality | 8         | no     |
        | k            | municipality | 8         | no     |
        | l            | municipality | 8         | no     |
    """)
    shares = Survey(data, Design(strata="sector", population="there are", weights="none")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand
    p, n, part = 6 / 12, 12, 12 / 16
    m, t2 = n / (1 - part), float(t.ppf(0.975, 12 - 2)) ** 2
    middle = (p + t2 / (2 * m)) / (1 + t2 / m)
    half = sqrt(t2 * p * (1 - p) / m + t2**2 / (4 * m**2)) / (1 + t2 / m)
    missed = min(log(0.05) / log(1 - part) * part / n, 1 - 0.05 ** (1 / n))
    spec.check("standard error", yes["se"], 0)
    spec.check("lower limit", yes["lower"], min(middle - half, p - missed))
    spec.check("upper limit", yes["upper"], max(middle + half, p + missed))
