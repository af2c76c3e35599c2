"""Shares

In percent, with their limits, the number of respondents and how many organisations the group has.

Source: the [variance of strata](02-variance.md#22-strata), [Wilson's interval](05-intervals.md#52-shares-wilson); the
limits of what is possible are counted.
"""

from math import sqrt

from scipy.stats import t

from praksis import Design, Survey
from praksis.estimate.cube import Cell
from tests.spec.publishing import publish
from tests.spec.specification import Spec


def test_a_published_share(spec: Spec) -> None:
    """A published share is an analyst's share

    The survey's files say `strata: [sector]` and `weights: none`. h answered, but skipped the item; i and j did not
    answer at all.
    """
    data = spec.read("""
        | organisation | sector       | digital |
        |--------------|--------------|---------|
        | a            | state        | yes     |
        | b            | state        | yes     |
        | c            | state        | no      |
        | d            | state        |         |
        | e            | municipality | yes     |
        | f            | municipality | no      |
        | g            | municipality | no      |
        | h            | municipality | skipped |
        | i            | municipality |         |
        | j            | municipality |         |
    """)
    published = publish({"2023": data}, strata=("sector",)).estimate(Cell("digital", "yes", "all", "2023"))
    rows = {
        "sector": ["state", "state", "state", "municipality", "municipality", "municipality"],
        "digital": ["yes", "yes", "no", "yes", "no", "no"],
        "there are": [4, 4, 4, 6, 6, 6],
    }
    shares = Survey(rows, Design(strata="sector", population="there are", weights="none")).share("digital")
    yes = spec.pick(shares, answer="yes")
    # By hand
    variance = (3 / 2 * (1 - 3 / 4) * 3 * (2 / 9) + 3 / 2 * (1 - 3 / 6) * 3 * (2 / 9)) / 6**2
    spec.check("percent", published.value, 100 * 3 / 6)
    spec.check("standard error", published.se, 100 * sqrt(variance))
    spec.check("an analyst's", 100 * yes["se"], 100 * sqrt(variance))
    spec.check("respondents", published.n, 6)
    spec.check("organisations", published.population, 10)


def test_what_is_possible(spec: Spec) -> None:
    """No limit passes what is possible

    With weights none, if k of the n that answered said yes, of N in the group, the share of the group is between `k/N`
    and `(k + N - n)/N`. Here Wilson's limits would be 0.36 and 0.94; one of the five is unknown, and the share of all
    is 3/5 or 4/5.
    """
    data = spec.read("""
        | organisation | digital |
        |--------------|---------|
        | a            | yes     |
        | b            | yes     |
        | c            | yes     |
        | d            | no      |
        | e            |         |
    """)
    share = publish({"2023": data}).estimate(Cell("digital", "yes", "all", "2023"))
    # By hand
    n, p = 4, 3 / 4
    m = p * (1 - p) / ((1 - 4 / 5) * p * (1 - p) / 3)
    t2 = float(t.ppf(0.975, n - 1)) ** 2
    half = sqrt(t2 * p * (1 - p) / m + t2**2 / (4 * m**2))
    lower, upper = (p + t2 / (2 * m) - half) / (1 + t2 / m), (p + t2 / (2 * m) + half) / (1 + t2 / m)
    spec.check("lower limit", share.lower, 100 * max(lower, 3 / 5))
    spec.check("upper limit", share.upper, 100 * min(upper, (3 + 1) / 5))


def test_degrees_of_freedom(spec: Spec) -> None:
    """Degrees of freedom of a group

    Answers in the strata that the group has a part in, less these strata: rows outside the group say how much chance
    there is in who falls into it. (An analyst's share counts rows in the group only, as R does. In groups that are
    whole strata it is the same.)

    Source: a choice of Praksis; the standard error is the same either way.
    """
    data = spec.read("""
        | organisation | sector       | size  | digital |
        |--------------|--------------|-------|---------|
        | a            | state        | large | yes     |
        | b            | state        | large | yes     |
        | c            | state        | large | no      |
        | d            | state        | small | no      |
        | e            | state        | small | no      |
        | f            | state        | small |         |
        | g            | municipality | small | yes     |
        | h            | municipality | small | no      |
        | i            | state        | large |         |
        | j            | state        | large |         |
        | k            | state        | large |         |
    """)
    share = publish({"2023": data}, strata=("sector",)).estimate(Cell("digital", "yes", "size=large", "2023"))
    # By hand: 5 of 9 state bodies answered, 3 of them large; z is (y - 2/3)/3 in the group, else 0
    p = 2 / 3
    variance = 5 / 4 * (1 - 5 / 9) * (2 * (1 - p) ** 2 + (0 - p) ** 2) / 3**2
    m, t2 = p * (1 - p) / variance, float(t.ppf(0.975, 5 - 1)) ** 2
    half = sqrt(t2 * p * (1 - p) / m + t2**2 / (4 * m**2))
    spec.check("standard error", share.se, 100 * sqrt(variance))
    spec.check("lower limit", share.lower, max(100 * (p + t2 / (2 * m) - half) / (1 + t2 / m), 100 * 2 / 6))
    spec.check("upper limit", share.upper, min(100 * (p + t2 / (2 * m) + half) / (1 + t2 / m), 100 * 5 / 6))


def test_full_count(spec: Spec) -> None:
    """Full count

    Everybody in the group answered the item: no sampling error, and the pages say "everyone answered".
    """
    data = spec.read("""
        | organisation | sector       | digital |
        |--------------|--------------|---------|
        | a            | state        | yes     |
        | b            | state        | no      |
        | c            | municipality | no      |
        | d            | municipality |         |
    """)
    published = publish({"2023": data}, strata=("sector",))
    state = published.estimate(Cell("digital", "yes", "sector=state", "2023"))
    everyone = published.estimate(Cell("digital", "yes", "all", "2023"))
    # By hand
    spec.check("state: full count", state.full_count, True)
    spec.check("state: standard error", state.se, 0)
    spec.check("everyone: full count", everyone.full_count, False)


def test_a_published_change(spec: Spec) -> None:
    """A published change is an analyst's change

    As in [chapter 6](06-change.md), from the frames of both waves. Here everybody who answered did so both times.
    """
    first = spec.read(
        """
        | organisation | digital |
        |--------------|---------|
        | a            | yes     |
        | b            | no      |
        | c            | yes     |
        | d            | no      |
        | e            | no      |
        | f            |         |
        | g            |         |
        """,
        title="2021",
    )
    second = spec.read(
        """
        | organisation | digital |
        |--------------|---------|
        | a            | yes     |
        | b            | yes     |
        | c            | yes     |
        | d            | yes     |
        | e            | no      |
        | f            |         |
        | g            |         |
        """,
        title="2023",
    )
    published = publish({"2021": first, "2023": second})
    change = published.estimate(Cell("digital", "yes", "all", "2023", since="2021"))
    design = Design(weights="none", key="organisation")
    earlier, later = (Survey(frame, design, frame=frame).answering("digital") for frame in (first, second))
    yes = spec.pick(later.change("digital", since=earlier), answer="yes")
    # By hand: b and d changed by 1, the others by 0
    s2 = (2 * (1 - 2 / 5) ** 2 + 3 * (0 - 2 / 5) ** 2) / 4
    se = sqrt((1 - 5 / 7) * s2 / 5)
    spec.check("percentage points", change.value, 100 * 2 / 5)
    spec.check("standard error", change.se, 100 * se)
    spec.check("an analyst's", 100 * yes["se"], 100 * se)


def test_lost_on_the_way(spec: Spec) -> None:
    """Who was lost on the way

    "Shares data" is asked of those with digital services. c skipped the first item and was never asked the second:
    whether it belongs to those that the second is about is not known, and it is no part of the sample for it. d said
    no: it was rightly not asked, is known to be outside, and counts in the sampling fraction.
    """
    data = spec.read("""
        | organisation | digital | shares-data |
        |--------------|---------|-------------|
        | a            | yes     | yes         |
        | b            | yes     | no          |
        | c            | skipped | not asked   |
        | d            | no      | not asked   |
        | e            | yes     | yes         |
        | f            |         |             |
    """)
    published = publish({"2023": data}, show_if={"shares-data": "digital = yes"})
    share = published.estimate(Cell("shares-data", "yes", "all", "2023"))
    # By hand: the sample is a, b, d and e, of 6; the share is 2/3
    p = 2 / 3
    variance = 4 / 3 * (1 - 4 / 6) * (2 * (1 - p) ** 2 + (0 - p) ** 2) / 3**2
    spec.check("percent", share.value, 100 * p)
    spec.check("respondents", share.n, 3)
    spec.check("standard error", share.se, 100 * sqrt(variance))


def test_response_rate(spec: Spec) -> None:
    """Response rate

    Answers over organisations asked: [RR1](10-response-rates.md), as everyone in the frame is known to be eligible.
    """
    data = spec.read("""
        | organisation | sector       | digital |
        |--------------|--------------|---------|
        | a            | state        | yes     |
        | b            | state        | skipped |
        | c            | municipality | no      |
        | d            | municipality |         |
        | e            | municipality |         |
    """)
    fieldwork = publish({"2023": data}).count_fieldwork()
    state, municipality = (fieldwork["2023", "head", f"sector={one}"] for one in ("state", "municipality"))
    # By hand
    spec.check("state", state.rate, 100 * 2 / 2)
    spec.check("municipality", municipality.rate, 100 * 1 / 3)
