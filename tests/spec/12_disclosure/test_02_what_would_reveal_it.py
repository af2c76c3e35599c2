"""What would reveal it

A hidden number may follow from those that are shown. A reader is taken to know the exact shares of every group that is
shown (both shares of a change or gap, too), how many answered in every corner of the sample, and that counts are whole
and not negative. Of every small domain (fewer than `min_n` answers, in the groups of the release and in each category
of each breakdown within them) it must stay unsure how many gave an answer:

    most - least >= min(half of the domain, rounded up; min_n)

An exception: shown groups of at least `min_n` may say that an answer is rare or common in them, and nobody can be more
unsure than that about those of the domain who are in them. Of sensitive items no number that is nobody or everybody may
be the only one possible. Where answers decide who is in a group, or who is asked, the size of the group is a count of
answers, and is read with the rest.

Where a number is too sure, another group is hidden: a category of the same breakdown rather than another group, small
rather than large, everyone last; and what turns out not to be needed is shown again.

Source: Fischetti & Salazar-González (2001), pages 1008-1027 (what a reader can work out, by linear programs); Hundepool
et al. (2012), chapters 4 and 5. How unsure is unsure enough is Praksis' choice; the full rule stands in
[`rule.py`](../../src/praksis/estimate/disclosure/rule.py).
"""

from praksis.estimate.cube import Cell
from tests.spec.publishing import publish
from tests.spec.specification import Spec


def test_the_rest_of_a_whole(spec: Spec) -> None:
    """The rest of a whole

    Three state bodies answered, and their share is hidden. With everyone and the municipalities shown it would follow:
    6 of 12 less 4 of 9.
    """
    data = spec.read("""
        | organisation | sector       | digital |
        |--------------|--------------|---------|
        | a            | state        | yes     |
        | b            | state        | yes     |
        | c            | state        | no      |
        | d            | municipality | yes     |
        | e            | municipality | yes     |
        | f            | municipality | yes     |
        | g            | municipality | yes     |
        | h            | municipality | no      |
        | i            | municipality | no      |
        | j            | municipality | no      |
        | k            | municipality | no      |
        | l            | municipality | no      |
    """)
    published = publish({"2023": data}, min_n=5)
    groups = ("all", "sector=state", "sector=municipality")
    everyone, state, municipality = (Cell("digital", "yes", group, "2023") for group in groups)
    cube = published.fill_cube([everyone, state, municipality])
    # By hand: with both shown the state bodies that say yes are 6 - 4 = 2, no more and no fewer
    spec.check("everyone", cube[everyone].status.value, "shown")
    spec.check("state", cube[state].status.value, "confidential")
    spec.check("municipality", cube[municipality].status.value, "confidential")
    spec.check("why municipality", cube.hidden[1].rule.value, "subtraction")


def test_unsure_enough(spec: Spec) -> None:
    """Unsure enough

    Of three sectors one more is hidden, the smaller of the others; the third can be shown.
    """
    data = spec.read("""
        | sector       | yes | no |
        |--------------|-----|----|
        | state        | 2   | 1  |
        | county       | 3   | 4  |
        | municipality | 4   | 5  |
    """)
    counts = list(zip(data["sector"], data["yes"], data["no"], strict=True))
    sectors = [sector for sector, yes, no in counts for _ in range(yes + no)]
    answers = [answer for _, yes, no in counts for answer in ["yes"] * yes + ["no"] * no]
    rows = {"organisation": [f"o{row}" for row in range(19)], "sector": sectors, "digital": answers}
    published = publish({"2023": rows}, min_n=5)
    groups = ("all", "sector=state", "sector=county", "sector=municipality")
    cells = [Cell("digital", "yes", group, "2023") for group in groups]
    cube = published.fill_cube(cells)
    everyone, state, county, municipality = (cube[cell].status.value for cell in cells)
    # By hand: state and county have 9 - 4 = 5 yes together, of 3 and 7 answers
    least, most = max(0, 5 - 7), min(3, 5)
    spec.check("everyone", everyone, "shown")
    spec.check("state", state, "confidential")
    spec.check("county", county, "confidential")
    spec.check("municipality", municipality, "shown")
    spec.check("how unsure the state's yes are, at least", most - least >= min((3 + 1) // 2, 5), True)
