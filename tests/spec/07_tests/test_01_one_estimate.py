"""One estimate, and many

`result.test(null)` tests every row of a result: `t = (estimate - null)/SE`, two-sided, on the row's degrees of freedom.
The rows are the declared family for Holm's correction: choose them before looking.

Source: Student's t as for [means](05-intervals.md#51-degrees-of-freedom); Holm (1979), pages 65-70 (R: `p.adjust(method
= "holm")`).
"""

from math import sqrt

from scipy.stats import t

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_student(spec: Spec) -> None:
    """Student's t

    Is the mean 25?
    """
    data = spec.read("""
        | organisation | there are | employees |
        |--------------|-----------|-----------|
        | a            | 15        | 10        |
        | b            | 15        | 20        |
        | c            | 15        | 60        |
        | d            | 15        | 30        |
        | e            | 15        | 30        |
    """)
    tests = Survey(data, Design(population="there are")).mean("employees").test(null=25)
    employees = spec.pick(tests, item="employees")
    # By hand
    se = sqrt((1 - 5 / 15) * (20**2 + 10**2 + 30**2) / 4 / 5)
    statistic = (30 - 25) / se
    spec.check("t", employees["t"], statistic)
    spec.check("p", employees["p"], 2 * float(t.sf(statistic, 5 - 1)))


def test_holm(spec: Spec) -> None:
    """Holm

    Of m p-values the smallest is multiplied by m, the next by m - 1, and so on; none may be below the one before, or
    above 1. The chance of calling anything different that is not is then at most the level.
    """
    data = spec.read("""
        | organisation | plans | measures | shares | learns |
        |--------------|-------|----------|--------|--------|
        | a            | 5     | 1        | 3      | 2      |
        | b            | 7     | 3        | 1      | 2      |
        | c            | 6     | 2        | 2      | 5      |
        | d            | 8     | 0        | 4      | 0      |
    """)
    items = ["plans", "measures", "shares", "learns"]
    tests = Survey(data, Design()).mean(items).test(null=2)
    found = {item: spec.pick(tests, item=item) for item in items}
    # By hand: the order is plans, shares, then measures and learns
    p = {item: found[item]["p"] for item in items}
    plans = min(4 * p["plans"], 1)
    shares = max(min(3 * p["shares"], 1), plans)
    measures = max(min(2 * p["measures"], 1), shares)
    learns = max(min(1 * p["learns"], 1), measures)
    spec.check("plans", found["plans"]["p_holm"], plans)
    spec.check("shares", found["shares"]["p_holm"], shares)
    spec.check("measures", found["measures"]["p_holm"], measures)
    spec.check("learns", found["learns"]["p_holm"], learns)
