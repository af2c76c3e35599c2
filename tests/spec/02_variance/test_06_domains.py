"""Domains

For a domain z is 0 outside it. The rows outside stay, so that `n_h` is the number drawn in the whole stratum: how many
of them fell into the domain is chance, too, and the zeros say so.

Source: Särndal, Swensson & Wretman (1992), section 5.8; Cochran (1977), sections 2.12, 2.13 and 5A.14; Lumley (2010),
section 2.5 (R: `subset`, `svyby`).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_a_domain_of_a_simple_random_sample(spec: Spec) -> None:
    """A share and a total in a domain

    With n_d of n rows in the domain, the mean's `sum z^2` is that of the domain alone, times n/(n - 1) and not n_d/(n_d
    - 1). The total's z are the values themselves and zeros, so that its variance contains that n_d is chance.
    """
    data = spec.read("""
        | organisation | there are | sector       | employees |
        |--------------|-----------|--------------|-----------|
        | a            | 18        | state        | 100       |
        | b            | 18        | state        | 200       |
        | c            | 18        | state        | 300       |
        | d            | 18        | municipality | 30        |
        | e            | 18        | municipality | 40        |
        | f            | 18        | municipality | 50        |
    """)
    survey = Survey(data, Design(population="there are")).where("sector", "state")
    means, totals = survey.mean("employees"), survey.total("employees")
    mean, total = (spec.pick(found, item="employees") for found in (means, totals))
    # By hand
    n, there_are, weight = 6, 18, 3
    inside = ((100 - 200) ** 2 + 0 + (300 - 200) ** 2) / 3**2
    z = [weight * y for y in (100, 200, 300, 0, 0, 0)]
    spread = sum((one - sum(z) / 6) ** 2 for one in z)
    spec.check("mean", mean["estimate"], 200)
    spec.check("its standard error", mean["se"], sqrt(n / (n - 1) * (1 - n / there_are) * inside))
    spec.check("total", total["estimate"], weight * 600)
    spec.check("its standard error", total["se"], sqrt(n / (n - 1) * (1 - n / there_are) * spread))


def test_a_domain_across_strata(spec: Spec) -> None:
    """A domain that crosses strata

    z is centred on the mean of the whole stratum, zeros counted. A stratum with one row of the domain and others beside
    is not a stratum of one. A stratum without any row of the domain adds nothing, and counts in no degree of freedom.
    """
    data = spec.read("""
        | organisation | county | there are | size  | answer |
        |--------------|--------|-----------|-------|--------|
        | a            | north  | 6         | large | yes    |
        | b            | north  | 6         | small | no     |
        | c            | north  | 6         | small | no     |
        | d            | south  | 8         | large | yes    |
        | e            | south  | 8         | large | no     |
        | f            | south  | 8         | large | no     |
        | g            | south  | 8         | small | yes    |
        | h            | west   | 5         | small | yes    |
        | i            | west   | 5         | small | no     |
    """)
    survey = Survey(data, Design(strata="county", population="there are", weights="none"))
    shares = survey.where("size", "large").share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand: the share is 2/4, z is +-1/8 in the domain and 0 outside
    north, south = [1 / 8, 0, 0], [1 / 8, -1 / 8, -1 / 8, 0]
    variance = 3 / 2 * (1 - 3 / 6) * sum((z - 1 / 24) ** 2 for z in north)
    variance += 4 / 3 * (1 - 4 / 8) * sum((z + 1 / 32) ** 2 for z in south)
    spec.check("share", yes["estimate"], 2 / 4)
    spec.check("standard error", yes["se"], sqrt(variance))
    spec.check("degrees of freedom: rows in the domain less strata with some", yes["df"], 4 - 2)
