"""Response groups

Within a group those who answered stand for those who did not: it is assumed that within groups who answers is chance.

Source: Särndal, Swensson & Wretman (1992), section 15.6 (response homogeneity groups).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_groups_of_the_frame(spec: Spec) -> None:
    """Groups counted in the frame

    With a frame of everybody, an organisation that answered counts `N_g / m_g`: the group's size in the frame over how
    many of it answered. The groups are then the strata, and the fraction that answered is the sampling fraction.
    """
    data = spec.read(
        """
        | organisation | size  | employees |
        |--------------|-------|-----------|
        | a            | large | 300       |
        | b            | large | 500       |
        | e            | small | 10        |
        | f            | small | 20        |
        | g            | small | 60        |
        """,
        title="data: who answered",
    )
    frame = spec.read(
        """
        | organisation | size  |
        |--------------|-------|
        | a            | large |
        | b            | large |
        | c            | large |
        | d            | large |
        | e            | small |
        | f            | small |
        | g            | small |
        | h            | small |
        | i            | small |
        | j            | small |
        """,
        title="frame: who was asked",
    )
    survey = Survey(data, Design(key="organisation"), frame=frame).weigh_responses("size")
    means = survey.mean("employees")
    employees = spec.pick(means, item="employees")
    # By hand: 2 of 4 large ones, 3 of 6 small ones
    mean = (4 * 400 + 6 * 30) / 10
    large = (100**2 + 100**2) / 1
    small = ((10 - 30) ** 2 + (20 - 30) ** 2 + (60 - 30) ** 2) / 2
    variance = (4 / 10) ** 2 * (1 - 2 / 4) * large / 2 + (6 / 10) ** 2 * (1 - 3 / 6) * small / 3
    spec.check("mean", employees["estimate"], mean)
    spec.check("standard error", employees["se"], sqrt(variance))


def test_groups_of_the_sample(spec: Spec) -> None:
    """Groups counted in the sample

    Where those who did not answer are rows of the sample, their weights go to those of their group who did:

        w1 = w0 (sum of w0 in the group) / (sum of w0 of those in it who answered)
    """
    data = spec.read("""
        | organisation | weight | size  | responded | employees |
        |--------------|--------|-------|-----------|-----------|
        | a            | 2      | large | 1         | 300       |
        | b            | 2      | large | 0         |           |
        | c            | 3      | large | 1         | 500       |
        | d            | 5      | small | 1         | 10        |
        | e            | 5      | small | 0         |           |
    """)
    survey = Survey(data, Design(weights="weight")).weigh_responses("size", responded="responded")
    totals = survey.total("employees")
    employees = spec.pick(totals, item="employees")
    # By hand: the large ones weigh 7, of which 5 answered; the small ones 10, of which 5
    total = 7 / 5 * (2 * 300 + 3 * 500) + 10 / 5 * 5 * 10
    spec.check("total", employees["estimate"], total)


def test_groups_of_the_sample_where_everyone_answered(spec: Spec) -> None:
    """Where everyone answered nothing changes

    The sizes of the groups are estimates from the sample, not known totals. If everyone answered, weights and standard
    errors are those of the sample.
    """
    data = spec.read("""
        | organisation | there are | size  | responded | employees |
        |--------------|-----------|-------|-----------|-----------|
        | a            | 12        | large | 1         | 300       |
        | b            | 12        | large | 1         | 500       |
        | c            | 12        | small | 1         | 30        |
        | d            | 12        | small | 1         | 50        |
    """)
    survey = Survey(data, Design(population="there are"))
    weighted = survey.weigh_responses("size", responded="responded").mean("employees")
    employees = spec.pick(weighted, item="employees")
    # By hand: the mean is 220
    s2 = ((300 - 220) ** 2 + (500 - 220) ** 2 + (30 - 220) ** 2 + (50 - 220) ** 2) / 3
    spec.check("standard error", employees["se"], sqrt((1 - 4 / 12) * s2 / 4))
