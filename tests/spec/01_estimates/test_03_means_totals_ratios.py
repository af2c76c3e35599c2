"""Means, totals, counts and ratios

    mean    sum(w y) / sum(w)      over rows that have a number
    total   sum(w y)
    count   a total of zeros and ones, one for each answer
    ratio   sum(w y) / sum(w x)    over rows that have both numbers

Source: Särndal, Swensson & Wretman (1992), sections 2.8 (totals), 5.6 (ratios) and 5.7 (means); R: `svymean`,
`svytotal`, `svyratio`.
"""

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_mean(spec: Spec) -> None:
    """Mean

    The weights of those with a number are the denominator, so that the mean does not depend on how many are missing.
    """
    data = spec.read("""
        | organisation | weight | employees |
        |--------------|--------|-----------|
        | a            | 1      | 100       |
        | b            | 1      | 300       |
        | c            | 4      | 50        |
        | d            | 2      |           |
    """)
    means = Survey(data, Design(weights="weight")).mean("employees")
    employees = spec.pick(means, item="employees")
    # By hand
    mean = (100 + 300 + 4 * 50) / (1 + 1 + 4)
    spec.check("mean", employees["estimate"], mean)
    spec.check("numbers", employees["n"], 3)
    spec.check("without a number", employees["nonresponse"], 1)


def test_total(spec: Spec) -> None:
    """Total

    A missing number adds nothing: the total is then of those who have one, and too low for the population. How many
    are missing stands beside it.
    """
    data = spec.read("""
        | organisation | weight | employees |
        |--------------|--------|-----------|
        | a            | 1      | 100       |
        | b            | 1      | 300       |
        | c            | 4      | 50        |
        | d            | 2      |           |
    """)
    totals = Survey(data, Design(weights="weight")).total("employees")
    employees = spec.pick(totals, item="employees")
    # By hand
    total = 100 + 300 + 4 * 50
    spec.check("total", employees["estimate"], total)
    spec.check("without a number", employees["nonresponse"], 1)


def test_count(spec: Spec) -> None:
    """Count

    How many in the population would give each answer: the sum of the weights of those who did.
    """
    data = spec.read("""
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 4         | yes    |
        | b            | state        | 4         | yes    |
        | c            | municipality | 12        | yes    |
        | d            | municipality | 12        | no     |
        | e            | municipality | 12        | no     |
    """)
    counts = Survey(data, Design(strata="sector", population="there are")).count("answer")
    yes, no = spec.pick(counts, answer="yes"), spec.pick(counts, answer="no")
    # By hand
    spec.check("organisations that say yes", yes["estimate"], 2 * 2 + 1 * 4)
    spec.check("organisations that say no", no["estimate"], 2 * 4)


def test_ratio(spec: Spec) -> None:
    """Ratio

    Cost per employee over all organisations, not the mean of each one's ratio: large organisations count more. A row
    that lacks either number is left out of both sums.
    """
    data = spec.read("""
        | organisation | weight | cost | employees |
        |--------------|--------|------|-----------|
        | a            | 1      | 900  | 100       |
        | b            | 1      | 3300 | 300       |
        | c            | 4      | 400  | 50        |
        | d            | 2      | 500  |           |
    """)
    ratios = Survey(data, Design(weights="weight")).ratio("cost", "employees")
    each = spec.pick(ratios, item="cost/employees")
    # By hand
    ratio = (900 + 3300 + 4 * 400) / (100 + 300 + 4 * 50)
    spec.check("cost per employee", each["estimate"], ratio)
    spec.check("with both numbers", each["n"], 3)
