"""Jackknife

Each replicate leaves out one first-stage unit; the others of its stratum count `n_h/(n_h - 1)` times as much.

    scale = 1        rscales = (1 - f_h) (n_h - 1) / n_h

Of later stages only what shows in the first-stage units is seen, the part `1 - f_h` of it: too little where `f_h` is
not small (as in R).

Source: Wolter (2007), chapter 4; Lumley (2010), section 2.3 (R: "JK1" without strata, "JKn" with).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_mean(spec: Spec) -> None:
    """A mean

    Of a mean with equal weights the jackknife gives the textbook's formula exactly.
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
    means = Survey(data, Design(population="there are")).replicate("jackknife").mean("employees")
    employees = spec.pick(means, item="employees")
    # By hand
    y = [10, 20, 60, 30, 30]
    without = [(sum(y) - one) / 4 for one in y]
    centre = sum(without) / 5
    variance = (1 - 5 / 15) * 4 / 5 * sum((one - centre) ** 2 for one in without)
    textbook = (1 - 5 / 15) * sum((one - 30) ** 2 for one in y) / 4 / 5
    spec.check("standard error", employees["se"], sqrt(variance))
    spec.check("the textbook's", employees["se"], sqrt(textbook))


def test_ratio_in_strata(spec: Spec) -> None:
    """A ratio in strata

    Leaving out a row makes the others of its stratum count 2/1 or 3/2 as much. Of a ratio the result is near that of
    linearisation, not equal to it.
    """
    data = spec.read("""
        | organisation | sector       | there are | cost | employees |
        |--------------|--------------|-----------|------|-----------|
        | a            | state        | 4         | 90   | 30        |
        | b            | state        | 4         | 50   | 20        |
        | c            | municipality | 9         | 30   | 10        |
        | d            | municipality | 9         | 20   | 12        |
        | e            | municipality | 9         | 16   | 8         |
    """)
    survey = Survey(data, Design(strata="sector", population="there are")).replicate("jackknife")
    ratios = survey.ratio("cost", "employees")
    each = spec.pick(ratios, item="cost/employees")
    # By hand: weights 4/2 and 9/3
    w, y, x = [2, 2, 3, 3, 3], [90, 50, 30, 20, 16], [30, 20, 10, 12, 8]
    theta = []
    for left_out in range(5):
        stratum = (0, 1) if left_out < 2 else (2, 3, 4)
        more = len(stratum) / (len(stratum) - 1)
        now = [0 if i == left_out else w[i] * more if i in stratum else w[i] for i in range(5)]
        theta.append(sum(now[i] * y[i] for i in range(5)) / sum(now[i] * x[i] for i in range(5)))
    centre = sum(theta) / 5
    state = (1 - 2 / 4) * 1 / 2 * sum((one - centre) ** 2 for one in theta[:2])
    municipality = (1 - 3 / 9) * 2 / 3 * sum((one - centre) ** 2 for one in theta[2:])
    spec.check("standard error", each["se"], sqrt(state + municipality))
