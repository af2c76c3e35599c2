"""Raking

Where totals are known per sector and per size, but not per sector and size, the weights are multiplied to meet the one
and then the other, again and again until both hold (iterative proportional fitting). That is calibration with `F(u) =
exp(u)`: weights stay above 0.

Source: Deville & Särndal (1992), case 2; Deville, Särndal & Sautory (1993); Lumley (2010), section 7.3 (R: `rake`,
`calibrate(calfun="raking")`).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_weights(spec: Spec) -> None:
    """The weights

    20 organisations, 8 of them state bodies and 5 of them large.
    """
    data = spec.read("""
        | organisation | there are | sector       | size  | one |
        |--------------|-----------|--------------|-------|-----|
        | a            | 20        | state        | large | 1   |
        | b            | 20        | state        | small | 1   |
        | c            | 20        | municipality | large | 1   |
        | d            | 20        | municipality | small | 1   |
        | e            | 20        | municipality | small | 1   |
    """)
    survey = Survey(data, Design(population="there are"))
    raked = survey.rake({"sector": {"state": 8, "municipality": 12}, "size": {"large": 5, "small": 15}})
    counts = raked.total("one", by=["sector", "size"])
    found = [
        spec.pick(counts, sector=sector, size=size)["estimate"]
        for sector in ("state", "municipality")
        for size in ("large", "small")
    ]
    # By hand: the sums of weights in the four cells, from 20/5 per row
    cells = [[4.0, 4.0], [4.0, 8.0]]
    for _ in range(200):
        cells = [[one * total / sum(row) for one in row] for row, total in zip(cells, (8, 12), strict=True)]
        large, small = cells[0][0] + cells[1][0], cells[0][1] + cells[1][1]
        cells = [[row[0] * 5 / large, row[1] * 15 / small] for row in cells]
    spec.check("state, large", found[0], cells[0][0])
    spec.check("state, small", found[1], cells[0][1])
    spec.check("municipality, large", found[2], cells[1][0])
    spec.check("municipality, small", found[3], cells[1][1])


def test_standard_error(spec: Spec) -> None:
    """The standard error

    The residual is what is left of the influence when an effect of the sector and one of the size are taken out, by
    least squares with the weights from before. Where these are all the same, sweeping out the means of one and then of
    the other ends there.
    """
    data = spec.read("""
        | organisation | there are | sector       | size  | employees |
        |--------------|-----------|--------------|-------|-----------|
        | a            | 20        | state        | large | 300       |
        | b            | 20        | state        | small | 20        |
        | c            | 20        | state        | small | 60        |
        | d            | 20        | municipality | large | 500       |
        | e            | 20        | municipality | small | 90        |
        | f            | 20        | municipality | small | 10        |
    """)
    survey = Survey(data, Design(population="there are"))
    raked = survey.rake({"sector": {"state": 8, "municipality": 12}, "size": {"large": 5, "small": 15}})
    totals = raked.total("employees")
    employees = spec.pick(totals, item="employees")
    # By hand: both sectors have one large and two small ones, so that the weights are products of margins
    weights = [8 * 5 / 20, 8 * 15 / 20 / 2, 8 * 15 / 20 / 2, 12 * 5 / 20, 12 * 15 / 20 / 2, 12 * 15 / 20 / 2]
    left = [float(y) for y in (300, 20, 60, 500, 90, 10)]
    for _ in range(200):
        for groups in ((0, 0, 0, 1, 1, 1), (0, 1, 1, 0, 1, 1)):
            means = [
                sum(e for e, g in zip(left, groups, strict=True) if g == group) / groups.count(group)
                for group in (0, 1)
            ]
            left = [e - means[group] for e, group in zip(left, groups, strict=True)]
    z = [weight * e for weight, e in zip(weights, left, strict=True)]
    spread = sum((one - sum(z) / 6) ** 2 for one in z)
    spec.check("total", employees["estimate"], 2 * 300 + 3 * (20 + 60) + 3 * 500 + 4.5 * (90 + 10))
    spec.check("standard error", employees["se"], sqrt(6 / 5 * (1 - 6 / 20) * spread))
