"""What the uncertainty is about

Declared per survey. *These organisations* (`inference="organisations"`, the default): what all of them would have said.
The finite population correction `1 - n/N` then takes away what is known, and a full count has no sampling error. *The
process that made them* (`"process"`): what organisations like these say; without correction.

Source: Cochran (1977), section 2.6 (the correction) and section 2.14 (why comparisons of domains may leave it out). The
choice is the survey's.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_both(spec: Spec) -> None:
    """The same answers, asked both ways

    8 of the 10 that there are have answered.
    """
    data = spec.read("""
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | yes    |
        | b            | 10        | yes    |
        | c            | 10        | yes    |
        | d            | 10        | yes    |
        | e            | 10        | yes    |
        | f            | 10        | yes    |
        | g            | 10        | no     |
        | h            | 10        | no     |
    """)
    these = Survey(data, Design(population="there are")).share("answer")
    process = Survey(data, Design(population="there are", inference="process")).share("answer")
    corrected, plain = spec.pick(these, answer="yes"), spec.pick(process, answer="yes")
    # By hand
    spec.check("standard error, these organisations", corrected["se"], sqrt((1 - 8 / 10) * 0.75 * 0.25 / 7))
    spec.check("standard error, the process", plain["se"], sqrt(0.75 * 0.25 / 7))


def test_full_count(spec: Spec) -> None:
    """A full count

    Everybody has answered: the share is what it is, with standard error 0 and both limits on it.
    """
    data = spec.read("""
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 4         | yes    |
        | b            | 4         | no     |
        | c            | 4         | no     |
        | d            | 4         | no     |
    """)
    shares = Survey(data, Design(population="there are")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand
    spec.check("standard error", yes["se"], 0)
    spec.check("lower limit", yes["lower"], 1 / 4)
    spec.check("upper limit", yes["upper"], 1 / 4)
