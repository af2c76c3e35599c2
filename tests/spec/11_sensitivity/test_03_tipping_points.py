"""Tipping points

With a share p among the part f of the population that responded, and q among the others, the share of everyone is `f p
+ (1 - f) q`. A verdict ("more than half") falls where that passes the threshold; how far q is from p there says how
much the verdict can bear. A "clear" verdict falls when the share is within the margin of chance of the threshold, the
margin being the distance from the estimate to its limit. For a change both waves' others move, in opposite directions.

Nothing is assumed of the others here: it is for the reader to judge whether they can be so different.

Source: the tipping-point analysis of missing data, here with shares of a finite population; Manski (1989), pages
343-360, for the limits where nothing is assumed.
"""

from praksis import Design, Survey
from praksis.estimate.nonresponse import Part, bound_count, find_tipping_point
from tests.spec.specification import Spec


def test_more_than_half(spec: Spec) -> None:
    """More than half

    4 of 6 say yes, of 10 that there are. The estimate is above half; how many of the other 4 could say no?
    """
    data = spec.read("""
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | yes    |
        | b            | 10        | yes    |
        | c            | 10        | yes    |
        | d            | 10        | yes    |
        | e            | 10        | no     |
        | f            | 10        | no     |
    """)
    shares = Survey(data, Design(population="there are")).share("answer")
    points = shares.find_tipping_points(threshold=0.5, clear=False)
    yes = spec.pick(points, answer="yes")
    # By hand: 0.6 * 4/6 + 0.4 q = 0.5
    q = (0.5 - 0.6 * 4 / 6) / 0.4
    spec.check("can it fall", yes["can_flip"], True)
    spec.check("share of the others there", yes["others"], q)
    spec.check("how far from the respondents'", yes["distance"], 4 / 6 - q)
    spec.check("estimate if all others say no", yes["extreme"], 0.6 * 4 / 6)


def test_a_clear_verdict(spec: Spec) -> None:
    """A clear verdict

    Among 60 percent that responded the share is 0.7, with a lower limit of 0.62. That more than half say yes is clear;
    it is no longer where the share of everyone comes within 0.08 of half.
    """
    data = spec.read("""
        | share | responded | lower limit | threshold |
        |-------|-----------|-------------|-----------|
        | 0.7   | 0.6       | 0.62        | 0.5       |
    """)
    margin = data["share"][0] - data["lower limit"][0]
    found = find_tipping_point([Part(data["share"][0], data["responded"][0])], data["threshold"][0], margin)
    # By hand: 0.6 * 0.7 + 0.4 q = 0.5 + 0.08
    q = (0.58 - 0.6 * 0.7) / 0.4
    spec.check("share of the others there", found.shares[0], q)
    spec.check("how far from the respondents'", found.distance, 0.7 - q)


def test_a_change(spec: Spec) -> None:
    """A change

    0.3 among 80 percent, then 0.5 among 70 percent. If the others were lower by d later and higher by d before, the
    change of everyone is `0.2 - (0.3 + 0.2) d`.
    """
    data = spec.read("""
        | wave  | share | responded |
        |-------|-------|-----------|
        | first | 0.3   | 0.8       |
        | then  | 0.5   | 0.7       |
    """)
    before, after = (
        Part(share, responded, sign)
        for share, responded, sign in zip(data["share"], data["responded"], (-1.0, 1.0), strict=True)
    )
    found = find_tipping_point([after, before])
    # By hand
    d = 0.2 / (0.3 + 0.2)
    spec.check("change among respondents", found.value, 0.5 - 0.3)
    spec.check("how far the others must be", found.distance, d)
    spec.check("their share later", found.shares[0], 0.5 - d)
    spec.check("their share before", found.shares[1], 0.3 + d)


def test_counted(spec: Spec) -> None:
    """Counted one by one

    In a small group nothing need be assumed: 12 of 20 answers say yes, in a group of 26. The share of all is between
    12/26 and 18/26, and "more than half" falls if enough of the other 6 say no.
    """
    data = spec.read("""
        | yes | answered | there are |
        |-----|----------|-----------|
        | 12  | 20       | 26        |
    """)
    found = bound_count(data["yes"][0], data["answered"][0], data["there are"][0], threshold=0.5)
    # By hand: with 13 yes the share is half, no longer more; 12 + 6 - 13 of the others must say no
    spec.check("lowest share", found.lowest, 12 / 26)
    spec.check("highest share", found.highest, 18 / 26)
    spec.check("can it fall", found.can_flip, True)
    spec.check("how many must say no", found.needed, 12 + 6 - 13)
