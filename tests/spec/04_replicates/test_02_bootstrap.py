"""Bootstrap

Without finite population correction `n_h - 1` of the `n_h` units of each stratum are drawn with replacement; a unit
drawn k times counts `k n_h/(n_h - 1)` times as much. With correction half of the units (rounded down) are drawn without
replacement, and factors are rescaled so that the variance of a total is that of the design:

    factor = 1 - l + l (n/m if drawn, else 0)        l^2 = m (1 - f) / (n - m)        m = n/2 rounded down

In both cases `scale = 1/(R - 1)`, R the number of replicates. A seeded generator makes the draw repeatable; the
examples show what does not depend on it.

Source: Rao, Wu & Yue (1992) (with replacement; R: "subbootstrap"); Preston (2009) (without; R: "mrbbootstrap"); Wolter
(2007), chapter 5.
"""

from math import sqrt

import numpy as np

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_with_replacement(spec: Spec) -> None:
    """Without correction

    4 replicates, so that each can be followed; 200 or more make a variance. The factors are read off the survey, a row
    per replicate: they are multiples of 5/4.
    """
    data = spec.read("""
        | organisation | employees |
        |--------------|-----------|
        | a            | 10        |
        | b            | 20        |
        | c            | 60        |
        | d            | 30        |
        | e            | 30        |
    """)
    survey = Survey(data, Design()).replicate("bootstrap", count=4, rng=np.random.default_rng(1))
    means = survey.mean("employees")
    employees = spec.pick(means, item="employees")
    factors = spec.list_factors(survey)
    # By hand
    theta = []
    for row in factors:
        theta.append(sum(one * y for one, y in zip(row, (10, 20, 60, 30, 30), strict=True)) / sum(row))
    centre = sum(theta) / 4
    variance = sum((one - centre) ** 2 for one in theta) / (4 - 1)
    spec.check("standard error, over the one by hand", employees["se"] / sqrt(variance), 1)
    drawn = sum(factors[0]) / (5 / 4)
    spec.check("drawn in the first replicate", drawn, 5 - 1)


def test_without_replacement(spec: Spec) -> None:
    """With correction

    2 of 4 are drawn in each replicate, with 4 of 16 in the sample: `l^2 = 2 (1 - 4/16) / (4 - 2)`.
    """
    data = spec.read("""
        | organisation | there are | employees |
        |--------------|-----------|-----------|
        | a            | 16        | 10        |
        | b            | 16        | 20        |
        | c            | 16        | 60        |
        | d            | 16        | 30        |
    """)
    survey = Survey(data, Design(population="there are"))
    survey = survey.replicate("bootstrap", count=3, rng=np.random.default_rng(1))
    totals = survey.total("employees")
    employees = spec.pick(totals, item="employees")
    factors = spec.list_factors(survey)
    # By hand
    rescale = sqrt(2 * (1 - 4 / 16) / (4 - 2))
    drawn, not_drawn = 1 - rescale + rescale * 4 / 2, 1 - rescale
    theta = []
    for row in factors:
        theta.append(sum(16 / 4 * one * y for one, y in zip(row, (10, 20, 60, 30), strict=True)))
    centre = sum(theta) / 3
    variance = sum((one - centre) ** 2 for one in theta) / (3 - 1)
    spec.check("factor of one that was drawn", max(factors[0]), drawn)
    spec.check("factor of one that was not", min(factors[0]), not_drawn)
    spec.check("standard error, over the one by hand", employees["se"] / sqrt(variance), 1)
