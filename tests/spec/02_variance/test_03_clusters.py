"""Clusters

Where groups of rows were drawn together (all offices of a drawn organisation), the group is the unit: rows of one group
are alike, and only how groups differ says how sure the estimate is. `z` of a cluster is the sum of its rows' z; then

    Var = sum_h n_h / (n_h - 1) (1 - n_h/N_h) sum_clusters (z_hc - mean_h)^2

with `n_h` clusters of `N_h`. Clusters are nested in strata: the same name in two strata is two clusters.

Source: Särndal, Swensson & Wretman (1992), results 4.2.1 and 4.2.2; Cochran (1977), chapter 9A; Lumley (2010), chapter
3.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_total(spec: Spec) -> None:
    """A total

        v(total) = N^2 (1 - n/N) s_t^2 / n

    with `s_t^2` the variance between the totals of the clusters.

    Source: Särndal, Swensson & Wretman (1992), result 4.2.2.
    """
    data = spec.read("""
        | organisation | organisations | office | cases |
        |--------------|---------------|--------|-------|
        | A            | 9             | 1      | 10    |
        | A            | 9             | 2      | 20    |
        | B            | 9             | 3      | 60    |
        | C            | 9             | 4      | 5     |
        | C            | 9             | 5      | 10    |
        | C            | 9             | 6      | 15    |
    """)
    totals = Survey(data, Design(clusters="organisation", population="organisations")).total("cases")
    cases = spec.pick(totals, item="cases")
    # By hand: the clusters' totals are 30, 60 and 30, their mean 40
    s2 = ((30 - 40) ** 2 + (60 - 40) ** 2 + (30 - 40) ** 2) / 2
    variance = 9**2 * (1 - 3 / 9) * s2 / 3
    spec.check("total", cases["estimate"], 9 * 40)
    spec.check("standard error", cases["se"], sqrt(variance))
    spec.check("degrees of freedom: clusters less strata", cases["df"], 3 - 1)


def test_share(spec: Spec) -> None:
    """A share

    How many rows a cluster has differs, so that the share is a ratio of two sums over clusters: with a yes among b
    rows of a cluster, z = w (a - p b) / sum(w b).
    """
    data = spec.read("""
        | organisation | organisations | office | answer |
        |--------------|---------------|--------|--------|
        | A            | 9             | 1      | yes    |
        | A            | 9             | 2      | no     |
        | B            | 9             | 3      | yes    |
        | C            | 9             | 4      | no     |
        | C            | 9             | 5      | no     |
        | C            | 9             | 6      | yes    |
    """)
    shares = Survey(data, Design(clusters="organisation", population="organisations")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand: the weights, all 9/3, cancel
    p = 3 / 6
    z = [(1 - p * 2) / 6, (1 - p * 1) / 6, (1 - p * 3) / 6]
    variance = 3 / 2 * (1 - 3 / 9) * (z[0] ** 2 + z[1] ** 2 + z[2] ** 2)
    spec.check("share", yes["estimate"], p)
    spec.check("standard error", yes["se"], sqrt(variance))
