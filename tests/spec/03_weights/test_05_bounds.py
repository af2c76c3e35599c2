"""Bounds

Weights that change too much make single rows decide. With bounds L and U, `L <= w1/w0 <= U`:

- linear with bounds: `g = 1 + x'lambda`, cut off at L and U;
- logit: with `A = (U - L) / ((1 - L)(U - 1))`,

      g = (L (U - 1) + U (1 - L) exp(A u)) / (U - 1 + (1 - L) exp(A u))        u = x'lambda

Where no weights within the bounds reach the totals, Praksis says which total, and how near it comes.

Source: Deville & Särndal (1992), cases 6 (logit) and 7 (linear, cut off); R: `calibrate(bounds=)`,
`calibrate(calfun="logit")`.
"""

from math import exp

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_linear_with_bounds(spec: Spec) -> None:
    """Linear, cut off

    One total: `g = 1 + x lambda`, not above 2. Lambda is found by halving an interval, until the total holds.
    """
    data = spec.read("""
        | organisation | employees | cost |
        |--------------|-----------|------|
        | a            | 10        | 30   |
        | b            | 20        | 30   |
        | c            | 30        | 50   |
        | d            | 40        | 90   |
    """)
    survey = Survey(data, Design()).calibrate({"employees": 190}, bounds=(0.5, 2))
    totals = survey.total("cost")
    cost = spec.pick(totals, item="cost")
    # By hand
    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        g = [min(1 + x * middle, 2) for x in (10, 20, 30, 40)]
        reached = sum(one * x for one, x in zip(g, (10, 20, 30, 40), strict=True))
        low, high = (middle, high) if reached < 190 else (low, middle)
    spec.check("total of cost", cost["estimate"], g[0] * 30 + g[1] * 30 + g[2] * 50 + g[3] * 90)
    spec.check("weight of d, at the bound", float(survey.plan.weight[3]), 2)


def test_logit(spec: Spec) -> None:
    """Logit

    The same total with weights that come near the bounds and never reach them.
    """
    data = spec.read("""
        | organisation | employees | cost |
        |--------------|-----------|------|
        | a            | 10        | 30   |
        | b            | 20        | 30   |
        | c            | 30        | 50   |
        | d            | 40        | 90   |
    """)
    survey = Survey(data, Design()).calibrate({"employees": 190}, method="logit", bounds=(0.5, 3))
    totals = survey.total("cost")
    cost = spec.pick(totals, item="cost")

    # By hand: L = 0.5, U = 3
    def weigh(u: float) -> float:
        part = exp((3 - 0.5) / ((1 - 0.5) * (3 - 1)) * u)
        return (0.5 * (3 - 1) + 3 * (1 - 0.5) * part) / (3 - 1 + (1 - 0.5) * part)

    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        g = [weigh(x * middle) for x in (10, 20, 30, 40)]
        reached = sum(one * x for one, x in zip(g, (10, 20, 30, 40), strict=True))
        low, high = (middle, high) if reached < 190 else (low, middle)
    spec.check("total of cost", cost["estimate"], g[0] * 30 + g[1] * 30 + g[2] * 50 + g[3] * 90)


def test_out_of_reach(spec: Spec) -> None:
    """Out of reach

    The employees of the sample are 100; with weights up to 1.5 they cannot stand for 190.
    """
    data = spec.read("""
        | organisation | employees |
        |--------------|-----------|
        | a            | 10        |
        | b            | 20        |
        | c            | 30        |
        | d            | 40        |
    """)
    survey = Survey(data, Design())

    def ask() -> object:
        return survey.calibrate({"employees": 190}, bounds=(0.5, 1.5))

    spec.refuse(ask, '"employees" should be 190 and comes no nearer than 150')
