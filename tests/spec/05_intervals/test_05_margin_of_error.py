"""The margin of error of a wave that is not over

How sure the figures would be if the wave closed now: half the width of Wilson's interval, in percentage points, of a
share of 50 percent that is the same in every stratum, where a share is least sure. There are no answers yet to look at,
so half of those who have answered count as yes. With n of N answered in stratum h,

    SE^2 = sum_h (1 - n_h/N_h) n_h/(n_h - 1) n_h/4 (w_h / sum w)^2

as for a published share, and all that follows is the same too: degrees of freedom, weights, limits of what is possible.
Where the number is odd, one counts as neither and the others a little more, so that their squares are n/4 as well.

Source: the [variance of strata](02-variance.md#22-strata) and [Wilson's interval](05-intervals.md#52-shares-wilson),
Wilson (1927) and Cochran (1977), equation 3.8; the rest is counted.
"""

from math import sqrt

from scipy.stats import t

from praksis.estimate.precision import count_needed, find_precision, find_standing, list_precisions
from tests.spec.publishing import publish
from tests.spec.specification import Spec


def test_margins(spec: Spec) -> None:
    """Half-way through the field period

    The survey's files say `strata: [sector]` and `weights: none`; 4 of 8 state bodies and 3 of 6 municipalities have
    answered.
    """
    data = spec.read("""
        | organisation | sector       | answered |
        |--------------|--------------|----------|
        | a            | state        | yes      |
        | b            | state        | yes      |
        | c            | state        | yes      |
        | d            | state        | yes      |
        | e            | state        |          |
        | f            | state        |          |
        | g            | state        |          |
        | h            | state        |          |
        | i            | municipality | yes      |
        | j            | municipality | yes      |
        | k            | municipality | yes      |
        | l            | municipality |          |
        | m            | municipality |          |
        | n            | municipality |          |
    """)
    survey = publish({"2026": data}, strata=("sector",)).survey
    answered = [key for key, said in zip(data["organisation"], data["answered"], strict=True) if said]
    standing = find_standing(survey, "2026", "head", answered)
    total = find_precision(standing)
    municipalities, state = list_precisions(standing)
    # By hand: what is left of Wilson's interval where the others cannot change more
    variance = (1 - 4 / 8) * 4 / 3 * 4 / 4 / 7**2 + (1 - 3 / 6) * 3 / 2 * 3 / 4 / 7**2
    t2 = float(t.ppf(0.975, 7 - 2)) ** 2
    m = 0.25 / variance
    half = sqrt(t2 / (4 * m) + t2**2 / (4 * m**2)) / (1 + t2 / m)
    spec.check("answers", total.answers, 7)
    spec.check("margin", total.margin, 100 * min(half, (14 - 7) / 14 / 2))
    spec.check("margin of state bodies", state.margin, 100 * (8 - 4) / 8 / 2)
    spec.check("margin of municipalities", municipalities.margin, 100 * (6 - 3) / 6 / 2)


def test_needed(spec: Spec) -> None:
    """How many more answers

    Four of ten have answered. The margin with 5, 6, 7, 8 and 9 answers is at most half of the part that has not, which
    is 15 points with 7.
    """
    data = spec.read("""
        | organisation | sector | answered |
        |--------------|--------|----------|
        | a            | state  | yes      |
        | b            | state  | yes      |
        | c            | state  | yes      |
        | d            | state  | yes      |
        | e            | state  |          |
        | f            | state  |          |
        | g            | state  |          |
        | h            | state  |          |
        | i            | state  |          |
        | j            | state  |          |
    """)
    survey = publish({"2026": data}, strata=("sector",)).survey
    answered = [key for key, said in zip(data["organisation"], data["answered"], strict=True) if said]
    standing = find_standing(survey, "2026", "head", answered)
    # By hand: 100 (10 - 7)/10 / 2 = 15
    spec.check("for 15 points", count_needed(standing, "state", 15), 7 - 4)
    spec.check("for 5 points", count_needed(standing, "state", 5), 9 - 4)
    spec.check("for no error at all", count_needed(standing, "state", 0.01), 10 - 4)
