"""Calibrated replicates

Known totals are met by every replicate on its own: each set of weights is calibrated like that of the sample. Make the
replicates first, then calibrate.

Source: Lumley (2010), chapter 7; Wolter (2007), chapter 4.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_post_stratified_jackknife(spec: Spec) -> None:
    """A post-stratified mean

    Each replicate's weights sum to 5 large and 15 small organisations: its mean is 5/20 of the mean of the large ones
    that are left in it and 15/20 of that of the small ones.
    """
    data = spec.read("""
        | organisation | size  | employees |
        |--------------|-------|-----------|
        | a            | large | 300       |
        | b            | large | 500       |
        | c            | small | 10        |
        | d            | small | 20        |
        | e            | small | 60        |
    """)
    survey = Survey(data, Design()).replicate("jackknife").poststratify("size", {"large": 5, "small": 15})
    means = survey.mean("employees")
    employees = spec.pick(means, item="employees")
    # By hand
    theta = [
        5 / 20 * 500 + 15 / 20 * 30,
        5 / 20 * 300 + 15 / 20 * 30,
        5 / 20 * 400 + 15 / 20 * 40,
        5 / 20 * 400 + 15 / 20 * 35,
        5 / 20 * 400 + 15 / 20 * 15,
    ]
    centre = sum(theta) / 5
    variance = 4 / 5 * sum((one - centre) ** 2 for one in theta)
    spec.check("mean", employees["estimate"], 5 / 20 * 400 + 15 / 20 * 30)
    spec.check("standard error", employees["se"], sqrt(variance))


def test_degrees_of_freedom(spec: Spec) -> None:
    """Degrees of freedom

    The rank of the matrix of replicate weights of the domain's rows, less one. Of a jackknife of the whole sample that
    is units less strata.

    Source: R: `degf` of a design with replicates.
    """
    data = spec.read("""
        | organisation | sector       | employees |
        |--------------|--------------|-----------|
        | a            | state        | 300       |
        | b            | state        | 500       |
        | c            | municipality | 10        |
        | d            | municipality | 20        |
        | e            | municipality | 60        |
    """)
    means = Survey(data, Design(strata="sector")).replicate("jackknife").mean("employees")
    employees = spec.pick(means, item="employees")
    # By hand
    spec.check("degrees of freedom", employees["df"], 5 - 2)
