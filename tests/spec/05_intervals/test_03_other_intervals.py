"""Shares: other intervals

`share(..., interval=...)`: "logit", "beta" (Korn-Graubard) and "wald".

Source: Lumley (2010), section 2.4 (R: `svyciprop`); Korn & Graubard (1998), pages 193-201.
"""

from math import comb, exp, log, sqrt

from scipy.stats import t

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_logit_and_wald(spec: Spec) -> None:
    """Logit and Wald

    Logit: symmetric for `log(p/(1-p))`, whose standard error is `SE/(p(1-p))`, and mapped back; at 0 and 1, where it
    has no limits, Wilson's are given. Wald: `p -+ t SE`, which may pass 0 and 1.

    Source: R: `svyciprop(method="xlogit")` and `"mean"`.
    """
    data = spec.read("""
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 12        | yes    |
        | b            | 12        | no     |
        | c            | 12        | no     |
        | d            | 12        | no     |
        | e            | 12        | no     |
        | f            | 12        | no     |
    """)
    survey = Survey(data, Design(population="there are"))
    logit = survey.share("answer", interval="logit")
    wald = survey.share("answer", interval="wald")
    one, two = (spec.pick(found, answer="yes") for found in (logit, wald))
    # By hand
    p = 1 / 6
    se = sqrt((1 - 6 / 12) * p * (1 - p) / 5)
    quantile = float(t.ppf(0.975, 5))
    middle, half = log(p / (1 - p)), quantile * se / (p * (1 - p))
    spec.check("lower limit, logit", one["lower"], 1 / (1 + exp(half - middle)))
    spec.check("upper limit, logit", one["upper"], 1 / (1 + exp(-half - middle)))
    spec.check("lower limit, Wald", two["lower"], p - quantile * se)
    spec.check("upper limit, Wald", two["upper"], p + quantile * se)


def test_korn_graubard(spec: Spec) -> None:
    """Korn and Graubard

    Clopper and Pearson's interval on the effective sample size

        m = p(1-p)/SE^2 (t_{n-1} / t_df)^2

    Its lower limit is the share at which as many as were seen, or more, have a probability of 0.025. In a simple random
    sample the quotient of t is 1, and m = (n - 1)/(1 - n/N). Here that is 10, of which 5 say yes: the binomial tail can
    be summed.

    Source: Korn & Graubard (1998), pages 193-201; R: `svyciprop(method="beta")`.
    """
    data = spec.read("""
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 12        | yes    |
        | b            | 12        | yes    |
        | c            | 12        | yes    |
        | d            | 12        | no     |
        | e            | 12        | no     |
        | f            | 12        | no     |
    """)
    shares = Survey(data, Design(population="there are")).share("answer", interval="beta")
    yes = spec.pick(shares, answer="yes")
    # By hand: 5 of 10
    low, high = 0.0, 0.5
    for _ in range(100):
        middle = (low + high) / 2
        tail = sum(comb(10, k) * middle**k * (1 - middle) ** (10 - k) for k in range(5, 11))
        low, high = (middle, high) if tail < 0.025 else (low, middle)
    spec.check("effective sample size", yes["n_eff"], (6 - 1) / (1 - 6 / 12))
    spec.check("lower limit", yes["lower"], low)
    spec.check("upper limit", yes["upper"], 1 - low)
