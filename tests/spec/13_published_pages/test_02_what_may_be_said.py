"""What may be said

A sentence says rise, fall or difference only of what is *clear*: zero is outside the interval. Otherwise it says that
the share has not clearly changed, and gives the estimate.

Source: a choice of Praksis ([decision 6](../decisions.md)); the limits are those of
[differences](05-intervals.md#54-gaps-differences-of-shares).
"""

from praksis.define.figure import NoLargerChange
from praksis.estimate.cube import Cell, Estimate, Status
from tests.spec.publishing import publish, tell
from tests.spec.specification import Spec


def test_clear(spec: Spec) -> None:
    """Clear, and not

    The rise of 6 points may have been a fall of 1; that of 9 points was at least one of 2.
    """
    data = spec.read("""
        | change | lower | upper |
        |--------|-------|-------|
        | 6      | -1    | 13    |
        | 9      | 2     | 16    |
        | -9     | -16   | -2    |
    """)
    changes = [
        Estimate(Status.SHOWN, value=value, lower=lower, upper=upper)
        for value, lower, upper in zip(*data.values(), strict=True)
    ]
    # By hand
    spec.check("6 points", changes[0].clear, False)
    spec.check("9 points", changes[1].clear, True)
    spec.check("-9 points", changes[2].clear, True)


def test_no_larger_change(spec: Spec) -> None:
    """No larger change

    Said of an item if each of its answers can be shown and moved less than `larger_change`, 5 points if the survey does
    not say otherwise. If one moved as much or more, the build stops and says which. It is a statement on the estimates,
    not on their intervals.
    """
    data = spec.read("""
        | organisation | digital |
        |--------------|---------|
        | a            | yes     |
        | b            | no      |
    """)
    published = publish({"2021": data, "2023": data}, larger_change=5)
    bullet = NoLargerChange(tell="no-larger-change", item="digital", wave="2023", since="2021")
    yes, no = (Cell("digital", answer, "all", "2023", since="2021") for answer in ("yes", "no"))
    said = tell(published, bullet, {yes: 4.9, no: -4.9})

    def ask() -> object:
        return tell(published, bullet, {yes: 5.0, no: -5.0})

    # By hand
    spec.check("4.9 points: it is said", "5 percentage points" in said, True)
    spec.refuse(ask, "T003")


def test_too_uncertain(spec: Spec) -> None:
    """Too uncertain

    A number whose interval is wider than `too_uncertain`, 30 points if the survey does not say otherwise, is shown and
    marked.
    """
    data = spec.read("""
        | organisation | digital |
        |--------------|---------|
        | a            | yes     |
        | b            | yes     |
        | c            | no      |
        | d            | no      |
        | e            |         |
        | f            |         |
    """)
    cell = Cell("digital", "yes", "all", "2023")
    strict, lax = (publish({"2023": data}, too_uncertain=points).estimate(cell) for points in (30, 35))
    # By hand: the share of all is between 2/6 and 4/6, and the interval is no narrower
    spec.check("width in points", strict.upper - strict.lower, 100 * (4 / 6 - 2 / 6))
    spec.check("marked at 30", strict.uncertain, True)
    spec.check("marked at 35", lax.uncertain, False)
