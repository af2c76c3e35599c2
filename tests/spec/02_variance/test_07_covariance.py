"""Several estimates at once

Estimates from one sample are not independent. Their covariance is the same sum with products in the place of squares:

    Cov = sum_h n_h / (n_h - 1) (1 - f_h) sum_i (z1_hi - mean1_h) (z2_hi - mean2_h)

Every result keeps what its covariance is made of, so that sums and differences have the right error:
`Var(a1 e1 + a2 e2 + ...) = sum_j sum_k a_j a_k Cov(e_j, e_k)`.

Source: Särndal, Swensson & Wretman (1992), section 5.4; R: `vcov`, `svycontrast`.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_answers_to_one_item(spec: Spec) -> None:
    """Two answers to one item

    Who gave one answer did not give the other. In a simple random sample the covariance is

        Cov(p1, p2) = -(1 - n/N) p1 p2 / (n - 1)
    """
    data = spec.read("""
        | organisation | there are | step |
        |--------------|-----------|------|
        | a            | 12        | 1    |
        | b            | 12        | 1    |
        | c            | 12        | 1    |
        | d            | 12        | 2    |
        | e            | 12        | 2    |
        | f            | 12        | 3    |
    """)
    shares = Survey(data, Design(population="there are")).share("step")
    # By hand
    covariance = -(1 - 6 / 12) * (3 / 6) * (2 / 6) / 5
    spec.check("covariance of step 1 and step 2", float(shares.covariance[0, 1]), covariance)


def test_contrast(spec: Spec) -> None:
    """A sum or difference of estimates

    `contrast` takes coefficients by row. The mean of two items' shares: where the same organisations say yes to both,
    it is less sure than independence would have it.
    """
    data = spec.read("""
        | organisation | there are | plans | measures |
        |--------------|-----------|-------|----------|
        | a            | 12        | 1     | 1        |
        | b            | 12        | 1     | 1        |
        | c            | 12        | 1     | 0        |
        | d            | 12        | 0     | 0        |
        | e            | 12        | 0     | 0        |
        | f            | 12        | 0     | 0        |
    """)
    means = Survey(data, Design(population="there are")).mean(["plans", "measures"])
    both = means.contrast({"mean of both": {0: 0.5, 1: 0.5}})
    found = spec.pick(both, contrast="mean of both")
    # By hand: each organisation's own mean of the two is 1, 1, 1/2, 0, 0, 0
    own = [1, 1, 0.5, 0, 0, 0]
    mean = sum(own) / 6
    variance = (1 - 6 / 12) * sum((one - mean) ** 2 for one in own) / 5 / 6
    spec.check("mean of both shares", found["estimate"], mean)
    spec.check("standard error", found["se"], sqrt(variance))


def test_not_numbers(spec: Spec) -> None:
    """Estimates are not numbers

    Adding or dividing bare numbers would lose their covariance, so that results refuse it and say what to ask for
    instead.
    """
    data = spec.read("""
        | organisation | answer |
        |--------------|--------|
        | a            | yes    |
        | b            | no     |
        | c            | no     |
    """)
    shares = Survey(data, Design()).share("answer")

    def ask() -> object:
        return shares - shares

    spec.refuse(ask, "contrast")
