"""Gaps: differences of shares

MOVER, the method of variance estimates recovery: from two shares p1 and p2 with limits l1, u1, l2, u2 and the
correlation r of their estimates, the limits of p1 - p2 are

    lower = p1 - p2 - sqrt((p1 - l1)^2 + (u2 - p2)^2 - 2 r (p1 - l1)(u2 - p2))
    upper = p1 - p2 + sqrt((u1 - p1)^2 + (p2 - l2)^2 - 2 r (u1 - p1)(p2 - l2))

with `r = Cov/(SE1 SE2)`, 0 where a standard error is. Unlike `difference -+ t SE` it is not certain that two shares are
alike only because both are 0. The standard error is the linearised one: `Var1 + Var2 - 2 Cov`.

From few answers a correlation is easily too large: where all that answered both say the same twice it is 1, and a
change would have no error at all. A positive r is therefore made smaller (Newcombe's correction of continuity):

    r - 1 / (2 m sqrt(p1 (1 - p1) p2 (1 - p2))), but not below 0        m the smaller of both p(1-p)/SE^2

Source: Zou & Donner (2008), pages 1693-1702; Newcombe (1998), pages 873-890 (independent shares, method 10) and
2635-2650 (paired).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_two_sectors(spec: Spec) -> None:
    """Two sectors

    Strata of their own: the shares are independent, r = 0.
    """
    data = spec.read("""
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 8         | yes    |
        | b            | state        | 8         | yes    |
        | c            | state        | 8         | yes    |
        | d            | state        | 8         | no     |
        | e            | municipality | 15        | yes    |
        | f            | municipality | 15        | no     |
        | g            | municipality | 15        | no     |
        | h            | municipality | 15        | no     |
        | i            | municipality | 15        | no     |
    """)
    shares = Survey(data, Design(strata="sector", population="there are")).share("answer", by="sector")
    gaps = shares.gap({"sector": "state"}, {"sector": "municipality"})
    one, two = (spec.pick(shares, answer="yes", sector=sector) for sector in ("state", "municipality"))
    gap = spec.pick(gaps, answer="yes")
    # By hand: one and two are the two shares, with their limits
    state, municipality = (1 - 4 / 8) * 0.75 * 0.25 / 3, (1 - 5 / 15) * 0.2 * 0.8 / 4
    below = sqrt((0.75 - one["lower"]) ** 2 + (two["upper"] - 0.2) ** 2)
    above = sqrt((one["upper"] - 0.75) ** 2 + (0.2 - two["lower"]) ** 2)
    spec.check("gap", gap["estimate"], 3 / 4 - 1 / 5)
    spec.check("standard error", gap["se"], sqrt(state + municipality))
    spec.check("lower limit", gap["lower"], 0.55 - below)
    spec.check("upper limit", gap["upper"], 0.55 + above)


def test_two_domains_of_one_sample(spec: Spec) -> None:
    """Two domains of one sample

    Small and large organisations were not drawn apart. Their shares have nothing in common but the sample: the
    covariance is not 0, as z of both is centred on the same stratum, but small.
    """
    data = spec.read("""
        | organisation | county | there are | size  | answer |
        |--------------|--------|-----------|-------|--------|
        | a            | north  | 9         | large | yes    |
        | b            | north  | 9         | large | yes    |
        | c            | north  | 9         | small | yes    |
        | d            | south  | 9         | large | no     |
        | e            | south  | 9         | small | no     |
        | f            | south  | 9         | small | no     |
    """)
    shares = Survey(data, Design(strata="county", population="there are")).share("answer", by="size")
    gaps = shares.gap({"size": "large"}, {"size": "small"})
    one, two = (spec.pick(shares, answer="yes", size=size) for size in ("large", "small"))
    gap = spec.pick(gaps, answer="yes")
    # By hand: the shares are 2/3 and 1/3; z is (y - p)/3 in the own domain
    large, small = [1 / 9, 1 / 9, 0, -2 / 9, 0, 0], [0, 0, 2 / 9, 0, -1 / 9, -1 / 9]
    covariance = variance1 = variance2 = 0.0
    for rows in ((0, 1, 2), (3, 4, 5)):
        mean1, mean2 = sum(large[i] for i in rows) / 3, sum(small[i] for i in rows) / 3
        factor = 3 / 2 * (1 - 3 / 9)
        variance1 += factor * sum((large[i] - mean1) ** 2 for i in rows)
        variance2 += factor * sum((small[i] - mean2) ** 2 for i in rows)
        covariance += factor * sum((large[i] - mean1) * (small[i] - mean2) for i in rows)
    r = covariance / sqrt(variance1 * variance2)
    left, right = 2 / 3 - one["lower"], two["upper"] - 1 / 3
    spec.check("standard error", gap["se"], sqrt(variance1 + variance2 - 2 * covariance))
    spec.check("lower limit", gap["lower"], 1 / 3 - sqrt(left**2 + right**2 - 2 * r * left * right))


def test_two_items(spec: Spec) -> None:
    """Two items

    Gaps between items of the same organisations: who names one barrier tends to name the other.
    """
    data = spec.read("""
        | organisation | there are | cost | skills |
        |--------------|-----------|------|--------|
        | a            | 12        | yes  | yes    |
        | b            | 12        | yes  | yes    |
        | c            | 12        | yes  | no     |
        | d            | 12        | no   | no     |
        | e            | 12        | no   | no     |
        | f            | 12        | no   | no     |
    """)
    shares = Survey(data, Design(population="there are")).share(["cost", "skills"])
    gaps = shares.gap({"item": "cost"}, {"item": "skills"})
    one, two = (spec.pick(shares, answer="yes", item=item) for item in ("cost", "skills"))
    gap = spec.pick(gaps, answer="yes")
    # By hand: the difference is 1 for c and 0 for the others; one and two are the shares 1/2 and 1/3 with their limits
    own = [0, 0, 1, 0, 0, 0]
    variance = (1 - 6 / 12) * sum((change - 1 / 6) ** 2 for change in own) / 5 / 6
    variance1, variance2 = (1 - 6 / 12) * (1 / 2) * (1 / 2) / 5, (1 - 6 / 12) * (1 / 3) * (2 / 3) / 5
    r = (variance1 + variance2 - variance) / 2 / sqrt(variance1 * variance2)
    less = r - 1 / (2 * 10 * sqrt(1 / 2 * 1 / 2 * 1 / 3 * 2 / 3))
    left, right = 1 / 2 - one["lower"], two["upper"] - 1 / 3
    spec.check("gap", gap["estimate"], 1 / 6)
    spec.check("standard error", gap["se"], sqrt(variance))
    spec.check("lower limit", gap["lower"], 1 / 6 - sqrt(left**2 + right**2 - 2 * less * left * right))


def test_two_shares_of_zero(spec: Spec) -> None:
    """Two shares at the edge

    All say no in both sectors. The difference is 0, and so is its standard error; the interval is as wide as the
    intervals of the two shares make it.
    """
    data = spec.read("""
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 8         | no     |
        | b            | state        | 8         | no     |
        | c            | state        | 8         | no     |
        | d            | state        | 8         | no     |
        | e            | municipality | 15        | no     |
        | f            | municipality | 15        | no     |
        | g            | municipality | 15        | no     |
        | h            | municipality | 15        | no     |
        | i            | municipality | 15        | no     |
    """)
    shares = Survey(data, Design(strata="sector", population="there are")).share("answer", by="sector")
    gaps = shares.gap({"sector": "state"}, {"sector": "municipality"})
    one, two = (spec.pick(shares, answer="no", sector=sector) for sector in ("state", "municipality"))
    gap = spec.pick(gaps, answer="no")
    # By hand: both shares of no are 1, one and two have their limits
    spec.check("gap", gap["estimate"], 0)
    spec.check("standard error", gap["se"], 0)
    spec.check("lower limit", gap["lower"], -(1 - one["lower"]))
    spec.check("upper limit", gap["upper"], 1 - two["lower"])
