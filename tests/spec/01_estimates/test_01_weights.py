"""Weights

`w` is the weight of a row. `Design(weights=...)` says where it comes from: a column of the data, the population sizes
(then it is one over the chance to be in the sample), or nowhere (`"none"`). Known totals can change it:
[weights from known totals](03-weights.md).

Source: Särndal, Swensson & Wretman (1992), section 2.8 (the weight is one over the inclusion probability), result
3.7.1 (strata) and result 4.3.1 (two stages).
"""

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_population_over_sample(spec: Spec) -> None:
    """N over n in each stratum

    With population sizes and no column of weights, a row in stratum h counts

        w = N_h / n_h

    `N_h` units in the stratum, `n_h` of them in the sample. The share of all is then as if every stratum had answered
    in full.
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
    shares = Survey(data, Design(strata="sector", population="there are")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand
    state, municipality = 4 / 2, 12 / 3
    share = (2 * state + 1 * municipality) / (2 * state + 3 * municipality)
    spec.check("share of yes", yes["estimate"], share)


def test_each_answer_counts_once(spec: Spec) -> None:
    """Each answer counts once

    With `weights="none"` every row has weight 1: the share is that of the answers, not of the population. The strata
    still decide the [variance](02-variance.md). This is what published pages do under `weights: none`, where nearly
    everybody answers and readers count answers.

    Source: a choice of Praksis, not an estimator of the population's share where strata answer unevenly.
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
    shares = Survey(data, Design(strata="sector", population="there are", weights="none")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand
    share = 3 / 5
    spec.check("share of yes", yes["estimate"], share)


def test_weights_that_came_with_the_data(spec: Spec) -> None:
    """A column of weights

    A column of weights is used as it is. Shares, means and ratios do not depend on its scale; totals do.
    """
    data = spec.read("""
        | organisation | weight | answer | employees |
        |--------------|--------|--------|-----------|
        | a            | 2.5    | yes    | 10        |
        | b            | 2.5    | no     | 20        |
        | c            | 1      | yes    | 100       |
    """)
    survey = Survey(data, Design(weights="weight"))
    shares, totals = survey.share("answer"), survey.total("employees")
    yes, employees = spec.pick(shares, answer="yes"), spec.pick(totals, item="employees")
    # By hand
    share = (2.5 + 1) / (2.5 + 2.5 + 1)
    total = 2.5 * 10 + 2.5 * 20 + 1 * 100
    spec.check("share of yes", yes["estimate"], share)
    spec.check("total of employees", employees["estimate"], total)


def test_two_stages_multiply(spec: Spec) -> None:
    """Two stages multiply

    Where units are drawn within units (schools within municipalities), with `m` of `M` municipalities and `k` of `K`
    schools in the municipality,

        w = M / m * K / k

    Population columns may hold sizes or, where all numbers are at most 1, sampling fractions.
    """
    data = spec.read("""
        | municipality | school | municipalities | part of its schools | pupils |
        |--------------|--------|----------------|---------------------|--------|
        | A            | 1      | 6              | 0.5                 | 100    |
        | A            | 2      | 6              | 0.5                 | 200    |
        | B            | 3      | 6              | 0.25                | 50     |
    """)
    design = Design(clusters=["municipality", "school"], population=["municipalities", "part of its schools"])
    totals = Survey(data, design).total("pupils")
    pupils = spec.pick(totals, item="pupils")
    # By hand
    total = 6 / 2 * (100 + 200) / 0.5 + 6 / 2 * 50 / 0.25
    spec.check("total of pupils", pupils["estimate"], total)
