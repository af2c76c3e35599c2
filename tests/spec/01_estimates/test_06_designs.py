"""The design

`Design` says how the rows came to be in the data: strata, clusters, how many there are, weights. What it says is
checked against the data, and what does not fit is refused with the place and the remedy.

Source: the words are those of Särndal, Swensson & Wretman (1992), chapters 2 to 4, and of R's `svydesign`.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_how_many_there_are(spec: Spec) -> None:
    """Three ways to say how many there are

    A column with the size of the row's stratum, one with the part of it that was drawn, or a frame with a row per
    organisation, which also says who they are. They give the same finite population correction.
    """
    data = spec.read(
        """
        | organisation | there are | part | employees |
        |--------------|-----------|------|-----------|
        | a            | 6         | 0.5  | 10        |
        | b            | 6         | 0.5  | 20        |
        | c            | 6         | 0.5  | 60        |
        """,
        title="data",
    )
    frame = spec.read(
        """
        | organisation |
        |--------------|
        | a            |
        | b            |
        | c            |
        | d            |
        | e            |
        | f            |
        """,
        title="frame",
    )
    by_size = Survey(data, Design(population="there are")).mean("employees")
    by_part = Survey(data, Design(population="part")).mean("employees")
    by_frame = Survey(data, Design(key="organisation"), frame=frame).mean("employees")
    found = [spec.pick(one, item="employees")["se"] for one in (by_size, by_part, by_frame)]
    # By hand: the mean is 30
    se = sqrt((1 - 3 / 6) * (20**2 + 10**2 + 30**2) / 2 / 3)
    spec.check("standard error, sizes", found[0], se)
    spec.check("standard error, parts", found[1], se)
    spec.check("standard error, frame", found[2], se)


def test_more_than_there_are(spec: Spec) -> None:
    """More than there are

    Three in the data and a population of two: one of them is wrong.
    """
    data = spec.read("""
        | organisation | sector | there are | answer |
        |--------------|--------|-----------|--------|
        | a            | state  | 2         | yes    |
        | b            | state  | 2         | no     |
        | c            | state  | 2         | no     |
    """)

    def ask() -> object:
        return Survey(data, Design(strata="sector", population="there are"))

    spec.refuse(ask, "state has 3 units in the data but a population of 2")


def test_sizes_that_differ(spec: Spec) -> None:
    """Sizes that differ within a stratum

    A stratum has one size.
    """
    data = spec.read("""
        | organisation | sector | there are | answer |
        |--------------|--------|-----------|--------|
        | a            | state  | 5         | yes    |
        | b            | state  | 6         | no     |
    """)

    def ask() -> object:
        return Survey(data, Design(strata="sector", population="there are"))

    spec.refuse(ask, "not the same for all rows of state")
