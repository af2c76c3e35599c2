"""Strata of one

One unit says nothing about how the units of its stratum differ. If it is the whole stratum (`f_h = 1`) it adds
nothing, and is not lonely. Else the design says what it adds: `lonely=` "fail" (nothing is estimated, the default),
"adjust", "certainty" or "average". Published shares use "adjust". Strata count as lonely by the whole sample, not by
the domain.

Source: Lumley (2010), section 3.2 (R: `survey.lonely.psu`); Cochran (1977), section 5A.12, on one unit per stratum;
Wolter (2007), chapter 2.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_fail(spec: Spec) -> None:
    """By default nothing is estimated

    The message names the stratum, so that it can be merged with another.
    """
    data = spec.read("""
        | organisation | county | there are | answer |
        |--------------|--------|-----------|--------|
        | a            | north  | 5         | yes    |
        | b            | south  | 6         | yes    |
        | c            | south  | 6         | no     |
        | d            | south  | 6         | no     |
    """)
    survey = Survey(data, Design(strata="county", population="there are"))

    def ask() -> object:
        return survey.share("answer")

    spec.refuse(ask, "one unit only in stratum north")


def test_adjust(spec: Spec) -> None:
    """Adjust: the distance to the mean of all

    A lonely stratum adds `(1 - f_h) (z - mean of all z)^2`. As the distance between strata is counted as if it were
    chance, this is rather too much than too little. The z of a share, mean or ratio add up to 0, so that it adds
    `(1 - f_h) z^2`.

    Source: R: `survey.lonely.psu="adjust"`.
    """
    data = spec.read("""
        | organisation | county | there are | answer |
        |--------------|--------|-----------|--------|
        | a            | north  | 5         | yes    |
        | b            | south  | 6         | yes    |
        | c            | south  | 6         | no     |
        | d            | south  | 6         | no     |
    """)
    design = Design(strata="county", population="there are", weights="none", lonely="adjust")
    shares = Survey(data, design).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand: the share is 1/2, z is 1/8 for a yes and -1/8 for a no
    lonely = (1 - 1 / 5) * (1 / 8) ** 2
    south = 3 / 2 * (1 - 3 / 6) * ((1 / 8 + 1 / 24) ** 2 + 2 * (-1 / 8 + 1 / 24) ** 2)
    spec.check("standard error", yes["se"], sqrt(lonely + south))


def test_adjust_a_total(spec: Spec) -> None:
    """Adjust: totals

    The z of a total do not add up to 0, and the distance is to the mean over all units. (R adds `(1 - f_h)
    z^2` itself here, though its help page says that it centres.)

    Source: R: help page of `surveyoptions`, which this follows.
    """
    data = spec.read("""
        | organisation | county | there are | employees |
        |--------------|--------|-----------|-----------|
        | a            | north  | 4         | 90        |
        | b            | south  | 6         | 30        |
        | c            | south  | 6         | 40        |
        | d            | south  | 6         | 50        |
    """)
    totals = Survey(data, Design(strata="county", population="there are", lonely="adjust")).total("employees")
    employees = spec.pick(totals, item="employees")
    # By hand: z is weight times employees
    z = [4 * 90, 2 * 30, 2 * 40, 2 * 50]
    of_all = sum(z) / 4
    lonely = (1 - 1 / 4) * (z[0] - of_all) ** 2
    south = 3 / 2 * (1 - 3 / 6) * ((60 - 80) ** 2 + 0 + (100 - 80) ** 2)
    spec.check("total", employees["estimate"], sum(z))
    spec.check("standard error", employees["se"], sqrt(lonely + south))


def test_certainty_and_average(spec: Spec) -> None:
    """Certainty and average

    "certainty" adds nothing, as if the unit had been sure to be in the sample. "average" adds what the other strata add
    on average: their sum times H over the number that are not lonely.

    Source: R: `survey.lonely.psu="certainty"` and `"average"`.
    """
    data = spec.read("""
        | organisation | county | there are | answer |
        |--------------|--------|-----------|--------|
        | a            | north  | 5         | yes    |
        | b            | south  | 6         | yes    |
        | c            | south  | 6         | no     |
        | d            | south  | 6         | no     |
        | e            | west   | 4         | yes    |
        | f            | west   | 4         | no     |
    """)
    found = {}
    for lonely in ("certainty", "average"):
        design = Design(strata="county", population="there are", weights="none", lonely=lonely)
        found[lonely] = Survey(data, design).share("answer")
    certainty, average = (spec.pick(found[lonely], answer="yes") for lonely in ("certainty", "average"))
    # By hand: the share is 1/2; within a stratum with share q, sum (y - q)^2 = n_h q (1 - q)
    south = 3 / 2 * (1 - 3 / 6) * 3 * (1 / 3) * (2 / 3) / 6**2
    west = 2 / 1 * (1 - 2 / 4) * 2 * (1 / 2) * (1 / 2) / 6**2
    spec.check("standard error, certainty", certainty["se"], sqrt(south + west))
    spec.check("standard error, average", average["se"], sqrt((south + west) * 3 / 2))


def test_a_whole_stratum_of_one(spec: Spec) -> None:
    """A stratum that has only one

    The one unit is all there is: nothing is unknown, and nothing fails.
    """
    data = spec.read("""
        | organisation | county | there are | answer |
        |--------------|--------|-----------|--------|
        | a            | north  | 1         | yes    |
        | b            | south  | 6         | yes    |
        | c            | south  | 6         | no     |
        | d            | south  | 6         | no     |
    """)
    shares = Survey(data, Design(strata="county", population="there are", weights="none")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand
    south = 3 / 2 * (1 - 3 / 6) * 3 * (1 / 3) * (2 / 3) / 4**2
    spec.check("standard error", yes["se"], sqrt(south))
