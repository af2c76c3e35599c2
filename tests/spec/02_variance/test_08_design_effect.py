"""Design effect and effective sample size

`deff` is the variance under the design over that of a simple random sample of the same size from the same population:

    deff = Var / ((1 - n/N) S^2 / n)        S^2 = n/(n - 1) sum w (y - mean)^2 / N        N = sum(w)

`n_eff`, for shares, is the size of a simple random sample with replacement that would be as sure:

    n_eff = p (1 - p) / Var

Source: Kish (1965), section 8.2; Särndal, Swensson & Wretman (1992), section 2.10; R: `deff=TRUE`.
"""

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_share(spec: Spec) -> None:
    """Of a share

    The strata differ in their answers, and deff is below 1: stratification helped. The weights sum to the population.
    """
    data = spec.read("""
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 10        | yes    |
        | b            | state        | 10        | yes    |
        | c            | state        | 10        | yes    |
        | d            | state        | 10        | yes    |
        | e            | state        | 10        | no     |
        | f            | municipality | 10        | yes    |
        | g            | municipality | 10        | no     |
        | h            | municipality | 10        | no     |
        | i            | municipality | 10        | no     |
        | j            | municipality | 10        | no     |
    """)
    shares = Survey(data, Design(strata="sector", population="there are")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand: both strata have 5 of 10 and p (1 - p) of 0.16
    variance = 2 * (1 / 2) ** 2 * (1 - 5 / 10) * 0.16 / 4
    simple = (1 - 10 / 20) * (10 / 9) * 0.25 / 10
    spec.check("design effect", yes["deff"], variance / simple)
    spec.check("effective sample size", yes["n_eff"], 0.25 / variance)


def test_mean_in_clusters(spec: Spec) -> None:
    """Of a mean

    Rows of a cluster are alike, and deff is above 1.
    """
    data = spec.read("""
        | organisation | organisations | office | satisfied |
        |--------------|---------------|--------|-----------|
        | A            | 9             | 1      | 2         |
        | A            | 9             | 2      | 2         |
        | B            | 9             | 3      | 5         |
        | B            | 9             | 4      | 5         |
        | C            | 9             | 5      | 7         |
        | C            | 9             | 6      | 9         |
    """)
    means = Survey(data, Design(clusters="organisation", population="organisations")).mean("satisfied")
    satisfied = spec.pick(means, item="satisfied")
    # By hand: each row counts 3, the mean is 5, the clusters' means are 2, 5 and 8
    variance = (1 - 3 / 9) * ((2 - 5) ** 2 + 0 + (8 - 5) ** 2) / 2 / 3
    s2 = (2 * (2 - 5) ** 2 + 0 + (7 - 5) ** 2 + (9 - 5) ** 2) / 5
    simple = (1 - 6 / 18) * s2 / 6
    spec.check("design effect", satisfied["deff"], variance / simple)
