"""Strata

Rows of one stratum were drawn from that stratum only, so that differences between strata are no sampling error: each
stratum's values are centred on their own mean.

    Var = sum_h n_h / (n_h - 1) (1 - n_h/N_h) sum_i (z_hi - mean_h)^2

Source: Särndal, Swensson & Wretman (1992), result 3.7.2 (the variance) with section 5.5 (z in the place of y); Lumley
(2010), section 2.2.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_mean(spec: Spec) -> None:
    """A stratified mean

        v(mean) = sum_h (N_h/N)^2 (1 - f_h) s_h^2 / n_h

    Source: Cochran (1977), section 5.4.
    """
    data = spec.read("""
        | organisation | sector       | there are | employees |
        |--------------|--------------|-----------|-----------|
        | a            | state        | 6         | 100       |
        | b            | state        | 6         | 140       |
        | c            | state        | 6         | 180       |
        | d            | municipality | 14        | 20        |
        | e            | municipality | 14        | 30        |
        | f            | municipality | 14        | 40        |
        | g            | municipality | 14        | 50        |
    """)
    means = Survey(data, Design(strata="sector", population="there are")).mean("employees")
    employees = spec.pick(means, item="employees")
    # By hand
    mean = 6 / 20 * 140 + 14 / 20 * 35
    state = (40**2 + 0 + 40**2) / 2
    municipality = (15**2 + 5**2 + 5**2 + 15**2) / 3
    variance = (6 / 20) ** 2 * (1 - 3 / 6) * state / 3 + (14 / 20) ** 2 * (1 - 4 / 14) * municipality / 4
    spec.check("mean", employees["estimate"], mean)
    spec.check("standard error", employees["se"], sqrt(variance))


def test_each_answer_counts_once(spec: Spec) -> None:
    """A share when each answer counts once

    This is the standard error of published shares. The share is the plain one, p = 4/8, and z = (y - p) / n; the
    strata and their fractions are those of the frame.
    """
    data = spec.read("""
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 4         | yes    |
        | b            | state        | 4         | yes    |
        | c            | state        | 4         | no     |
        | d            | municipality | 10        | yes    |
        | e            | municipality | 10        | yes    |
        | f            | municipality | 10        | no     |
        | g            | municipality | 10        | no     |
        | h            | municipality | 10        | no     |
    """)
    shares = Survey(data, Design(strata="sector", population="there are", weights="none")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand: within a stratum with share q, sum (y - q)^2 = n_h q (1 - q)
    state = 3 / 2 * (1 - 3 / 4) * 3 * (2 / 3) * (1 / 3)
    municipality = 5 / 4 * (1 - 5 / 10) * 5 * (2 / 5) * (3 / 5)
    variance = (state + municipality) / 8**2
    spec.check("share", yes["estimate"], 4 / 8)
    spec.check("standard error", yes["se"], sqrt(variance))


def test_a_stratum_in_full(spec: Spec) -> None:
    """A stratum that answered in full

    Where all of a stratum answered nothing of it is unknown, `1 - f_h = 0`: only the other strata make the estimate
    uncertain.
    """
    data = spec.read("""
        | organisation | sector       | there are | employees |
        |--------------|--------------|-----------|-----------|
        | a            | state        | 3         | 100       |
        | b            | state        | 3         | 400       |
        | c            | state        | 3         | 900       |
        | d            | municipality | 6         | 20        |
        | e            | municipality | 6         | 30        |
        | f            | municipality | 6         | 40        |
    """)
    totals = Survey(data, Design(strata="sector", population="there are")).total("employees")
    employees = spec.pick(totals, item="employees")
    # By hand
    variance = 0 + 6**2 * (1 - 3 / 6) * ((10**2 + 0 + 10**2) / 2) / 3
    spec.check("total", employees["estimate"], 1400 + 6 * 30)
    spec.check("standard error", employees["se"], sqrt(variance))
