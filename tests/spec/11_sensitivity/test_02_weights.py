"""What the weights change

The same estimate without weights stands beside the weighted one: if they differ, who answered is uneven in what the
weights know of, and the answer has to do with it.

Source: the comparison is Praksis' own; Särndal, Swensson & Wretman (1992), chapter 15, on why it is telling.
"""

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_with_and_without(spec: Spec) -> None:
    """With and without"""
    data = spec.read("""
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 4         | yes    |
        | b            | state        | 4         | yes    |
        | c            | municipality | 12        | yes    |
        | d            | municipality | 12        | no     |
        | e            | municipality | 12        | no     |
    """)
    survey = Survey(data, Design(strata="sector", population="there are"))
    weighted, plain = survey.share("answer"), survey.unweighted().share("answer")
    one, two = (spec.pick(found, answer="yes") for found in (weighted, plain))
    # By hand
    spec.check("weighted", one["estimate"], (4 * 1 + 12 * 1 / 3) / 16)
    spec.check("unweighted", two["estimate"], 3 / 5)
