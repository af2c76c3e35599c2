"""Shares

For an answer to an item, with `y = 1` for rows that gave it and 0 for others, and `x = 1` for rows in the base,

    p = sum(w y) / sum(w x)

over the rows of the group. It is a ratio of two estimated totals: how many are in the base is also only known from the
sample, and the [variance](02-variance.md) allows for that.

Source: Särndal, Swensson & Wretman (1992), sections 5.6 to 5.8; Cochran (1977), section 3.2 (simple random samples).
"""

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_the_base_is_those_who_answered(spec: Spec) -> None:
    """The base is those who answered

    A missing answer is outside the base, and counted apart as item non-response. Shares of all answers add up to 1.
    """
    data = spec.read("""
        | organisation | weight | answer |
        |--------------|--------|--------|
        | a            | 1      | yes    |
        | b            | 1      | no     |
        | c            | 2      | yes    |
        | d            | 2      |        |
        | e            | 3      | no     |
    """)
    shares = Survey(data, Design(weights="weight")).share("answer")
    yes, no = spec.pick(shares, answer="yes"), spec.pick(shares, answer="no")
    # By hand
    base = 1 + 1 + 2 + 3
    spec.check("share of yes", yes["estimate"], (1 + 2) / base)
    spec.check("share of no", no["estimate"], (1 + 3) / base)
    spec.check("answers", yes["n"], 4)
    spec.check("without an answer", yes["nonresponse"], 1)


def test_groups_of_answers(spec: Spec) -> None:
    """Groups of answers

    A group of answers ("top two") is an answer like another: `y = 1` for those who gave any of them. It comes beside
    the answers it is made of, with a variance of its own.
    """
    data = spec.read("""
        | organisation | agrees   |
        |--------------|----------|
        | a            | strongly |
        | b            | yes      |
        | c            | yes      |
        | d            | partly   |
        | e            | no       |
    """)
    shares = Survey(data, Design()).share("agrees", answers={"top two": ["strongly", "yes"]})
    top = spec.pick(shares, answer="top two")
    strongly = spec.pick(shares, answer="strongly")
    # By hand
    spec.check("share of top two", top["estimate"], 3 / 5)
    spec.check("share of strongly", strongly["estimate"], 1 / 5)


def test_answers_outside_the_base(spec: Spec) -> None:
    """Answers outside the base

    Some answers say that the question does not apply. Those who gave them are no part of the denominator, but have
    answered: they are not counted as non-response. In a survey's files a scale says `in_base` per category; an analyst
    says `leave_out`.
    """
    data = spec.read("""
        | organisation | reuses data |
        |--------------|-------------|
        | a            | yes         |
        | b            | yes         |
        | c            | no          |
        | d            | no data     |
        | e            |             |
    """)
    survey = Survey(data, Design())
    shares = survey.share("reuses data", leave_out=["no data"])
    of_all = survey.share("reuses data")
    yes, wider = spec.pick(shares, answer="yes"), spec.pick(of_all, answer="yes")
    # By hand
    spec.check("share of yes, those with data", yes["estimate"], 2 / 3)
    spec.check("its base", yes["n"], 3)
    spec.check("without an answer", yes["nonresponse"], 1)
    spec.check("share of yes, all who answered", wider["estimate"], 2 / 4)


def test_any_of_several_items(spec: Spec) -> None:
    """Any of several items

    "Named at least one of these barriers" is a new item, decided row by row: true where one of the items has its
    answer, unknown where none has and one is missing (what was not answered could have been a yes), else false.
    """
    data = spec.read("""
        | organisation | cost | skills |
        |--------------|------|--------|
        | a            | yes  | no     |
        | b            | no   | no     |
        | c            | yes  |        |
        | d            | no   |        |
        | e            | no   | yes    |
    """)
    survey = Survey(data, Design()).with_any("barrier", {"cost": "yes", "skills": "yes"})
    shares = survey.share("barrier")
    barrier = spec.pick(shares, answer=True)
    # By hand: a, c and e have one; b has none; of d it is not known
    spec.check("share with a barrier", barrier["estimate"], 3 / 4)
    spec.check("not known", barrier["nonresponse"], 1)
