"""Weights that came with the data

`with_replicates(matrix, scale, rscales, combined, mse)` takes them as the documentation of the data says: `combined`
weights contain the sampling weight, others are multiplied with it.

Source: Wolter (2007), chapter 3 (balanced half samples); R: `svrepdesign`.
"""

from math import sqrt

import numpy as np

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_balanced_half_samples(spec: Spec) -> None:
    """Balanced half samples

    Two units in each of two strata. Each replicate takes one of each stratum at double weight; the four half samples
    are balanced, and `scale = 1/4`. Of a total the mean of the replicates is the estimate, and the variance that of the
    strata: `sum_h (z_h1 - z_h2)^2`.
    """
    data = spec.read("""
        | organisation | sector       | weight | employees | r1 | r2 | r3 | r4 |
        |--------------|--------------|--------|-----------|----|----|----|----|
        | a            | state        | 2      | 100       | 2  | 2  | 0  | 0  |
        | b            | state        | 2      | 160       | 0  | 0  | 2  | 2  |
        | c            | municipality | 5      | 20        | 2  | 0  | 2  | 0  |
        | d            | municipality | 5      | 30        | 0  | 2  | 0  | 2  |
    """)
    matrix = np.column_stack([data["r1"], data["r2"], data["r3"], data["r4"]]).astype(float)
    survey = Survey(data, Design(strata="sector", weights="weight"))
    totals = survey.with_replicates(matrix, scale=1 / 4, combined=False).total("employees")
    employees = spec.pick(totals, item="employees")
    # By hand
    theta = [
        2 * 2 * 100 + 5 * 2 * 20,
        2 * 2 * 100 + 5 * 2 * 30,
        2 * 2 * 160 + 5 * 2 * 20,
        2 * 2 * 160 + 5 * 2 * 30,
    ]
    centre = sum(theta) / 4
    variance = 1 / 4 * sum((one - centre) ** 2 for one in theta)
    strata = (2 * 100 - 2 * 160) ** 2 + (5 * 20 - 5 * 30) ** 2
    spec.check("standard error", employees["se"], sqrt(variance))
    spec.check("that of the strata", employees["se"], sqrt(strata))


def test_around_the_estimate(spec: Spec) -> None:
    """Around the estimate

    With `mse=True` the deviations are from the estimate with the weights of the sample, not from the mean of the
    replicates: of a ratio these differ, and the result is larger.
    """
    data = spec.read("""
        | organisation | weight | cost | employees | r1 | r2 | r3 |
        |--------------|--------|------|-----------|----|----|----|
        | a            | 2      | 90   | 30        | 0  | 3  | 3  |
        | b            | 2      | 50   | 20        | 3  | 0  | 3  |
        | c            | 2      | 20   | 10        | 3  | 3  | 0  |
    """)
    matrix = np.column_stack([data["r1"], data["r2"], data["r3"]]).astype(float)
    survey = Survey(data, Design(weights="weight")).with_replicates(matrix, scale=2 / 3, mse=True)
    ratios = survey.ratio("cost", "employees")
    each = spec.pick(ratios, item="cost/employees")
    # By hand
    estimate = 160 / 60
    theta = [(50 + 20) / (20 + 10), (90 + 20) / (30 + 10), (90 + 50) / (30 + 20)]
    variance = 2 / 3 * sum((one - estimate) ** 2 for one in theta)
    spec.check("ratio", each["estimate"], estimate)
    spec.check("standard error", each["se"], sqrt(variance))
