"""Changes compared

Did state bodies change more than municipalities? A change is an estimate like another: contrasts take the covariances
of all four shares, within and between waves.

Source: the covariances of [several estimates](02-variance.md#27-several-estimates-at-once) and of
[two waves](#61-one-population).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_difference_of_changes(spec: Spec) -> None:
    """The difference of two changes

    The sectors are strata, so that their changes are independent; within each, everybody who answered did so both
    times.
    """
    first = spec.read(
        """
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 6         | no     |
        | b            | state        | 6         | no     |
        | c            | state        | 6         | yes    |
        | d            | municipality | 12        | no     |
        | e            | municipality | 12        | yes    |
        | f            | municipality | 12        | no     |
        | g            | municipality | 12        | no     |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | sector       | there are | answer |
        |--------------|--------------|-----------|--------|
        | a            | state        | 6         | yes    |
        | b            | state        | 6         | no     |
        | c            | state        | 6         | yes    |
        | d            | municipality | 12        | no     |
        | e            | municipality | 12        | no     |
        | f            | municipality | 12        | yes    |
        | g            | municipality | 12        | no     |
        """,
        title="second",
    )
    design = Design(strata="sector", population="there are", key="organisation")
    changes = Survey(second, design).change("answer", since=Survey(first, design), by="sector")
    state, municipality = (int(changes.find(answer="yes", sector=sector)[0]) for sector in ("state", "municipality"))
    both = changes.contrast({"state less municipality": {state: 1, municipality: -1}})
    found = spec.pick(both, contrast="state less municipality")
    # By hand: own changes 1, 0, 0 of state bodies and 0, -1, 1, 0 of municipalities
    of_state = (1 - 3 / 6) * ((1 - 1 / 3) ** 2 + 2 * (0 - 1 / 3) ** 2) / 2 / 3
    of_municipality = (1 - 4 / 12) * (0 + 1 + 1 + 0) / 3 / 4
    spec.check("difference of the changes", found["estimate"], 1 / 3 - 0)
    spec.check("standard error", found["se"], sqrt(of_state + of_municipality))
