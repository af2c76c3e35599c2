"""Post-stratification

The weights in each group are made to sum to its size in the population:

    w1 = w0 N_g / (sum of w0 in the group)

What groups have in common is then known, and the residual is the distance to the mean of the group: `e = u - mean_g`,
means weighted by w0.

Source: Särndal, Swensson & Wretman (1992), section 7.6; Cochran (1977), section 5A.9; Lumley (2010), section 7.2 (R:
`postStratify`).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_mean(spec: Spec) -> None:
    """A mean

    A simple random sample of 6 from 20, in which large organisations are too many: 3 of 6, while they are 5 of 20.
    """
    data = spec.read("""
        | organisation | there are | size  | employees |
        |--------------|-----------|-------|-----------|
        | a            | 20        | large | 300       |
        | b            | 20        | large | 400       |
        | c            | 20        | large | 500       |
        | d            | 20        | small | 10        |
        | e            | 20        | small | 30        |
        | f            | 20        | small | 50        |
    """)
    survey = Survey(data, Design(population="there are")).poststratify("size", {"large": 5, "small": 15})
    means = survey.mean("employees")
    employees = spec.pick(means, item="employees")
    # By hand: weights 5/3 and 15/3, residuals from 400 and 30
    mean = (5 * 400 + 15 * 30) / 20
    z = [5 / 3 * (y - 400) / 20 for y in (300, 400, 500)] + [15 / 3 * (y - 30) / 20 for y in (10, 30, 50)]
    variance = 6 / 5 * (1 - 6 / 20) * sum(one**2 for one in z)
    spec.check("mean", employees["estimate"], mean)
    spec.check("standard error", employees["se"], sqrt(variance))


def test_a_known_size_has_no_error(spec: Spec) -> None:
    """A known size has no error

    How many are large is one of the totals: its count has standard error 0.
    """
    data = spec.read("""
        | organisation | there are | size  |
        |--------------|-----------|-------|
        | a            | 20        | large |
        | b            | 20        | large |
        | c            | 20        | large |
        | d            | 20        | small |
        | e            | 20        | small |
    """)
    survey = Survey(data, Design(population="there are")).poststratify("size", {"large": 5, "small": 15})
    counts = survey.count("size")
    large = spec.pick(counts, answer="large")
    # By hand
    spec.check("large organisations", large["estimate"], 5)
    spec.check("standard error", large["se"], 0)


def test_a_domain(spec: Spec) -> None:
    """A domain after post-stratification

    The influence is 0 outside the domain, but its residual is not: those outside lie below the mean of their group.
    """
    data = spec.read("""
        | organisation | there are | size  | sector       | employees |
        |--------------|-----------|-------|--------------|-----------|
        | a            | 20        | large | state        | 300       |
        | b            | 20        | large | municipality | 400       |
        | c            | 20        | small | state        | 10        |
        | d            | 20        | small | state        | 40        |
        | e            | 20        | small | municipality | 50        |
    """)
    survey = Survey(data, Design(population="there are")).poststratify("size", {"large": 5, "small": 15})
    totals = survey.where("sector", "state").total("employees")
    employees = spec.pick(totals, item="employees")
    # By hand: weights 5/2 and 15/3; within the groups u is 300, 0 (mean 150) and 10, 40, 0 (mean 50/3)
    total = 5 / 2 * 300 + 15 / 3 * (10 + 40)
    z = [5 / 2 * (300 - 150), 5 / 2 * (0 - 150)] + [15 / 3 * (u - 50 / 3) for u in (10, 40, 0)]
    variance = 5 / 4 * (1 - 5 / 20) * sum(one**2 for one in z)
    spec.check("total", employees["estimate"], total)
    spec.check("standard error", employees["se"], sqrt(variance))


def test_an_empty_group(spec: Spec) -> None:
    """A group that nobody is in

    Nobody in the sample can stand for it. Merge it with another.
    """
    data = spec.read("""
        | organisation | size  |
        |--------------|-------|
        | a            | large |
        | b            | small |
    """)
    survey = Survey(data, Design())

    def ask() -> object:
        return survey.poststratify("size", {"large": 5, "small": 15, "tiny": 3})

    spec.refuse(ask, 'nobody in the sample is in "tiny" (3)')
