"""Are two questions independent?

Pearson's statistic on the estimated shares of the cells,

    X2 = n sum (p_ij - p_i. p_.j)^2 / (p_i. p_.j)

is not chi-square in a sample with strata, clusters or weights. With V the covariance of the shares, D = diag(1/p) and C
the contrasts that are 0 under independence, the generalised design effects are the eigenvalues of

    Delta = n (C'D C)^-1 (C'D V D C)

    F = X2 / tr(Delta)      on tr(Delta)^2/tr(Delta^2) and that times df degrees of freedom     (second order, "F")
    X2 / (tr(Delta)/k)      on k = (r-1)(c-1) degrees of freedom                                (first order, "Chisq")

Categories that nobody chose are left out.

Source: Rao & Scott (1981), pages 221-230; Rao & Scott (1984), pages 46-60; R: `svychisq`.
"""

from scipy.stats import chi2, f

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_two_by_two(spec: Spec) -> None:
    """Two by two

    There is one contrast, the log odds ratio: Delta is its variance under the design over that in a simple random
    sample, `sum(1/p)/n`. Its linearised value is `z = w/sum(w) s/p` with p the share of the row's cell and s = +1 on
    the diagonal, else -1.
    """
    data = spec.read("""
        | organisation | weight | plans | measures |
        |--------------|--------|-------|----------|
        | a            | 1      | yes   | yes      |
        | b            | 2      | yes   | yes      |
        | c            | 1      | yes   | yes      |
        | d            | 1      | yes   | no       |
        | e            | 2      | no    | yes      |
        | f            | 1      | no    | no       |
        | g            | 1      | no    | no       |
        | h            | 1      | no    | no       |
    """)
    survey = Survey(data, Design(weights="weight"))
    second = survey.test_independence("plans", "measures")
    first = survey.test_independence("plans", "measures", statistic="Chisq")
    # By hand: the weights sum to 10; cells yes/yes, yes/no, no/yes, no/no
    p = [4 / 10, 1 / 10, 2 / 10, 3 / 10]
    expected = [0.5 * 0.6, 0.5 * 0.4, 0.5 * 0.6, 0.5 * 0.4]
    pearson = 8 * sum((one - other) ** 2 / other for one, other in zip(p, expected, strict=True))
    z = [w / 10 / p[0] for w in (1, 2, 1)] + [-1 / 10 / p[1], -2 / 10 / p[2]] + [1 / 10 / p[3]] * 3
    delta = 8 / 7 * sum(one**2 for one in z) / (sum(1 / one for one in p) / 8)
    spec.check("F", second.statistic, pearson / delta)
    spec.check("p, second order", second.p, float(f.sf(pearson / delta, 1, 7)))
    spec.check("X2", first.statistic, pearson)
    spec.check("p, first order", first.p, float(chi2.sf(pearson / delta, 1)))


def test_simple_random_sample(spec: Spec) -> None:
    """A simple random sample

    Where rows were drawn one by one with replacement, V is the multinomial covariance times n/(n - 1), and Delta that
    times the identity: the test is Pearson's.
    """
    data = spec.read("""
        | organisation | plans | size   |
        |--------------|-------|--------|
        | a            | yes   | small  |
        | b            | yes   | medium |
        | c            | yes   | large  |
        | d            | yes   | large  |
        | e            | yes   | large  |
        | f            | no    | small  |
        | g            | no    | small  |
        | h            | no    | small  |
        | i            | no    | medium |
        | j            | no    | large  |
    """)
    found = Survey(data, Design()).test_independence("plans", "size")
    # By hand: counts 1, 1, 3 and 3, 1, 1; expected 2, 1, 2 in both rows
    pearson = (1 - 2) ** 2 / 2 + 0 + (3 - 2) ** 2 / 2 + (3 - 2) ** 2 / 2 + 0 + (1 - 2) ** 2 / 2
    statistic = pearson / (2 * 10 / 9)
    spec.check("F", found.statistic, statistic)
    spec.check("degrees of freedom above", found.df, 2)
    spec.check("degrees of freedom below", found.denominator_df, 2 * 9)
    spec.check("p", found.p, float(f.sf(statistic, 2, 18)))
