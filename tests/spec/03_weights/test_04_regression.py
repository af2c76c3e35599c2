"""Regression (GREG)

With the total of a number known (employees, from a register), weights are `w1 = w0 (1 + x' lambda)`. The estimate is
that of the regression estimator:

    total = sum(w0 y) + (T - sum(w0 x))' b        b = least squares of y on x, weighted by w0

and the residuals are those of that regression.

Source: Särndal, Swensson & Wretman (1992), sections 6.4 and 6.6 (result 6.6.1); Deville & Särndal (1992), case 1;
Lumley (2010), section 7.4 (R: `calibrate(calfun="linear")`).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_one_number(spec: Spec) -> None:
    """One number and the size of the population

    4 of 12; they have 25 employees on average, all 12 have 30.
    """
    data = spec.read("""
        | organisation | there are | employees | cost |
        |--------------|-----------|-----------|------|
        | a            | 12        | 10        | 30   |
        | b            | 12        | 20        | 30   |
        | c            | 12        | 30        | 50   |
        | d            | 12        | 40        | 90   |
    """)
    survey = Survey(data, Design(population="there are")).calibrate({"all": 12, "employees": 360})
    means = survey.mean("cost")
    cost = spec.pick(means, item="cost")
    # By hand: means 25 and 50, sums of squares and products about them 500 and 1000
    slope = ((10 - 25) * (30 - 50) + (20 - 25) * (30 - 50) + (30 - 25) * 0 + (40 - 25) * (90 - 50)) / 500
    mean = 50 + slope * (30 - 25)
    g = [1 + 4 * (30 - 25) * (x - 25) / 500 for x in (10, 20, 30, 40)]
    e = [y - 50 - slope * (x - 25) for x, y in ((10, 30), (20, 30), (30, 50), (40, 90))]
    z = [12 / 4 * one * left / 12 for one, left in zip(g, e, strict=True)]
    spread = sum((one - sum(z) / 4) ** 2 for one in z)
    spec.check("mean", cost["estimate"], mean)
    spec.check("standard error", cost["se"], sqrt(4 / 3 * (1 - 4 / 12) * spread))


def test_a_known_total_has_no_error(spec: Spec) -> None:
    """A known total is met

    With any method, and exactly.
    """
    data = spec.read("""
        | organisation | weight | employees |
        |--------------|--------|-----------|
        | a            | 3      | 10        |
        | b            | 2      | 20        |
        | c            | 5      | 30        |
        | d            | 2      | 40        |
    """)
    survey = Survey(data, Design(weights="weight"))
    linear = survey.calibrate({"employees": 360}).total("employees")
    raking = survey.calibrate({"employees": 360}, method="raking").total("employees")
    one, two = (spec.pick(found, item="employees") for found in (linear, raking))
    # By hand
    spec.check("total, linear", one["estimate"], 360)
    spec.check("total, raking", two["estimate"], 360)
    spec.check("standard error, linear", one["se"], 0)
    spec.check("standard error, raking", two["se"], 0)


def test_totals_that_contradict(spec: Spec) -> None:
    """Totals that contradict each other

    The message says which, and by how much.
    """
    data = spec.read("""
        | organisation | size  |
        |--------------|-------|
        | a            | large |
        | b            | small |
        | c            | small |
    """)
    survey = Survey(data, Design())

    def ask() -> object:
        return survey.calibrate({"size=large": 5, "size=small": 15, "all": 21})

    spec.refuse(ask, "should be 21, but 20 follows from the others")
