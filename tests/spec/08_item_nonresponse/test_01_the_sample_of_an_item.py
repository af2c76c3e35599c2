"""The sample of an item

Source: Särndal, Swensson & Wretman (1992), section 15.6, with strata as response groups; the choice is Praksis'
([decision 5](../decisions.md)).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_two_readings(spec: Spec) -> None:
    """Two readings

    8 of 10 answered the survey, 6 of them the item. As a *domain*, those who answered the item are known to be some of
    the 10, with 8/10 of the population seen. As a *sample*, 6/10 have been seen; the interval is wider, as it should
    be: of four organisations the answer is not known.
    """
    data = spec.read("""
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | yes    |
        | b            | 10        | yes    |
        | c            | 10        | no     |
        | d            | 10        | no     |
        | e            | 10        | no     |
        | f            | 10        | no     |
        | g            | 10        |        |
        | h            | 10        |        |
    """)
    domain = Survey(data, Design(population="there are", weights="none", unanswered="domain")).share("answer")
    sample = Survey(data, Design(population="there are", weights="none", unanswered="sample")).share("answer")
    one, two = (spec.pick(found, answer="yes") for found in (domain, sample))
    # By hand: the share is 1/3
    spread = 6 * (1 / 3) * (2 / 3)
    spec.check("share", two["estimate"], 1 / 3)
    spec.check("standard error, domain", one["se"], sqrt(8 / 7 * (1 - 8 / 10) * spread / 6**2))
    spec.check("standard error, sample", two["se"], sqrt(6 / 5 * (1 - 6 / 10) * spread / 6**2))
    spec.check("without an answer", two["nonresponse"], 2)


def test_weights_follow(spec: Spec) -> None:
    """Weights follow

    Where weights are made from population sizes (`weights: response`), they are N/n of those who answered the item:
    each stratum keeps its part of the population, also where one skipped the item more than the other.
    """
    data = spec.read("""
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 4         | yes    |
        | b            | state        | 4         | no     |
        | c            | municipality | 12        | yes    |
        | d            | municipality | 12        | yes    |
        | e            | municipality | 12        | no     |
        | f            | municipality | 12        |        |
        | g            | municipality | 12        |        |
    """)
    design = Design(strata="sector", population="there are", unanswered="sample")
    shares = Survey(data, design).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand
    share = (4 * 1 / 2 + 12 * 2 / 3) / 16
    variance = (4 / 16) ** 2 * (1 - 2 / 4) * 0.25 / 1 + (12 / 16) ** 2 * (1 - 3 / 12) * (2 / 9) / 2
    spec.check("share", yes["estimate"], share)
    spec.check("standard error", yes["se"], sqrt(variance))


def test_two_items_two_samples(spec: Spec) -> None:
    """Two items, two samples

    Where each item has a sample of its own, two items of one wave are two overlapping samples, and their covariance is
    that of [two waves](06-change.md#61-one-population): `(m/(n1 n2) - 1/N) S12`.
    """
    data = spec.read("""
        | organisation | there are | cost | skills |
        |--------------|-----------|------|--------|
        | a            | 12        | yes  | yes    |
        | b            | 12        | yes  | yes    |
        | c            | 12        | yes  | no     |
        | d            | 12        | no   | no     |
        | e            | 12        | no   |        |
        | f            | 12        |      | no     |
    """)
    design = Design(population="there are", weights="none", unanswered="sample", key="organisation")
    shares = Survey(data, design).share(["cost", "skills"])
    gaps = shares.gap({"item": "cost"}, {"item": "skills"})
    gap = spec.pick(gaps, answer="yes")
    # By hand: 3/5 and 2/5 of those who answered; a, b, c and d answered both
    products = 2 * (1 - 0.6) * (1 - 0.4) + (1 - 0.6) * (0 - 0.4) + (0 - 0.6) * (0 - 0.4)
    d = 1 - 1 / 5 - 1 / 5 + 4 / 25
    covariance = (4 / 25 - 1 / 12) * products / (4 * d)
    variance = 2 * (1 - 5 / 12) * 0.6 * 0.4 / 4 - 2 * covariance
    spec.check("gap", gap["estimate"], 3 / 5 - 2 / 5)
    spec.check("standard error", gap["se"], sqrt(variance))
