"""One population

Nobody left or joined, and there are no strata. With n1 and n2 answers, m of them from the same organisations, of N,

    Cov = (m/(n1 n2) - 1/N) S12
    S12 = sum over both (y1 - p1)(y2 - p2) / (m d)        d = 1 - 1/n1 - 1/n2 + m/(n1 n2)

Source: Tam (1984), for the covariance. `d` makes S12 unbiased where p1 and p2 come from the samples: the expectation of
the sum of products is m d times the covariance in the population, as each deviation is from a mean that the
organisation itself took part in.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_overlap(spec: Spec) -> None:
    """Some answer both times

    6 of 10 answer in the first wave, 6 in the second, 4 both times. The key says who is who; populations of the same
    size in both waves are taken to be one that nobody left or joined.
    """
    first = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | yes    |
        | b            | 10        | no     |
        | c            | 10        | yes    |
        | d            | 10        | no     |
        | e            | 10        | no     |
        | f            | 10        | no     |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | c            | 10        | yes    |
        | d            | 10        | yes    |
        | e            | 10        | no     |
        | f            | 10        | no     |
        | g            | 10        | yes    |
        | h            | 10        | no     |
        """,
        title="second",
    )
    design = Design(population="there are", key="organisation")
    earlier, later = Survey(first, design), Survey(second, design)
    changes = later.change("answer", since=earlier)
    yes = spec.pick(changes, answer="yes")
    # By hand: shares 2/6 and 3/6; c, d, e and f answered both times
    p1, p2, n, m, there_are = 2 / 6, 3 / 6, 6, 4, 10
    products = (1 - p1) * (1 - p2) + (0 - p1) * (1 - p2) + 2 * (0 - p1) * (0 - p2)
    d = 1 - 1 / n - 1 / n + m / (n * n)
    covariance = (m / (n * n) - 1 / there_are) * products / (m * d)
    variance1 = (1 - n / there_are) * p1 * (1 - p1) / (n - 1)
    variance2 = (1 - n / there_are) * p2 * (1 - p2) / (n - 1)
    spec.check("change", yes["estimate"], p2 - p1)
    spec.check("standard error", yes["se"], sqrt(variance1 + variance2 - 2 * covariance))


def test_the_same_answer_again(spec: Spec) -> None:
    """All answer both times

    The change is then the mean of each organisation's own change, and its variance the textbook's: `(1 - n/N) s^2/n`
    of these differences. Here `d = (n - 1)/n`.

    Source: Cochran (1977), section 2.7, for the differences.
    """
    first = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | yes    |
        | b            | 10        | no     |
        | c            | 10        | yes    |
        | d            | 10        | no     |
        | e            | 10        | no     |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | yes    |
        | b            | 10        | yes    |
        | c            | 10        | yes    |
        | d            | 10        | yes    |
        | e            | 10        | no     |
        """,
        title="second",
    )
    design = Design(population="there are", key="organisation")
    changes = Survey(second, design).change("answer", since=Survey(first, design))
    yes = spec.pick(changes, answer="yes")
    # By hand: b and d changed by 1, the others by 0
    s2 = (2 * (1 - 2 / 5) ** 2 + 3 * (0 - 2 / 5) ** 2) / 4
    spec.check("change", yes["estimate"], 2 / 5)
    spec.check("standard error", yes["se"], sqrt((1 - 5 / 10) * s2 / 5))


def test_a_full_count_twice(spec: Spec) -> None:
    """Everybody answered both times

    The change is what it is, without error.
    """
    first = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 3         | yes    |
        | b            | 3         | no     |
        | c            | 3         | no     |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 3         | yes    |
        | b            | 3         | yes    |
        | c            | 3         | no     |
        """,
        title="second",
    )
    design = Design(population="there are", key="organisation")
    changes = Survey(second, design).change("answer", since=Survey(first, design))
    yes = spec.pick(changes, answer="yes")
    # By hand
    spec.check("change", yes["estimate"], 1 / 3)
    spec.check("standard error", yes["se"], 0)
    spec.check("lower limit", yes["lower"], 1 / 3)
    spec.check("upper limit", yes["upper"], 1 / 3)


def test_a_group_that_changes(spec: Spec) -> None:
    """A group whose members change

    The change of large organisations compares those that were large then with those that are large now. z is 0 outside
    the group: whoever was in it once only has no product, but its stratum's means do.
    """
    first = spec.read(
        """
        | organisation | there are | size  | answer |
        |--------------|-----------|-------|--------|
        | a            | 8         | large | yes    |
        | b            | 8         | large | no     |
        | c            | 8         | large | no     |
        | d            | 8         | small | yes    |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | there are | size  | answer |
        |--------------|-----------|-------|--------|
        | a            | 8         | large | yes    |
        | b            | 8         | large | yes    |
        | c            | 8         | small | no     |
        | d            | 8         | large | no     |
        """,
        title="second",
    )
    design = Design(population="there are", key="organisation")
    changes = Survey(second, design).change("answer", since=Survey(first, design), by="size")
    large = spec.pick(changes, answer="yes", size="large")
    # By hand: shares 1/3 and 2/3; all four answered both times, so that the variance is that of the differences of z
    before = [(1 - 1 / 3) / 3, (0 - 1 / 3) / 3, (0 - 1 / 3) / 3, 0]
    after = [(1 - 2 / 3) / 3, (1 - 2 / 3) / 3, 0, (0 - 2 / 3) / 3]
    own = [later - earlier for earlier, later in zip(before, after, strict=True)]
    variance = 4 / 3 * (1 - 4 / 8) * sum((one - sum(own) / 4) ** 2 for one in own)
    spec.check("change", large["estimate"], 2 / 3 - 1 / 3)
    spec.check("standard error", large["se"], sqrt(variance))


def test_the_process(spec: Spec) -> None:
    """Without finite population

    Where the inference is on the process, sampling fractions are 0 and the factor is `1/d`: `Cov = m/(n1 n2) S12`.
    """
    first = spec.read(
        """
        | organisation | answer |
        |--------------|--------|
        | a            | yes    |
        | b            | no     |
        | c            | yes    |
        | d            | no     |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | answer |
        |--------------|--------|
        | b            | no     |
        | c            | yes    |
        | d            | yes    |
        | e            | yes    |
        """,
        title="second",
    )
    design = Design(key="organisation")
    changes = Survey(second, design).change("answer", since=Survey(first, design))
    yes = spec.pick(changes, answer="yes")
    # By hand: shares 2/4 and 3/4; b, c and d answered both times
    products = (0 - 0.5) * (0 - 0.75) + (1 - 0.5) * (1 - 0.75) + (0 - 0.5) * (1 - 0.75)
    d = 1 - 1 / 4 - 1 / 4 + 3 / 16
    covariance = products / d / 16
    variance = 0.5 * 0.5 / 3 + 0.75 * 0.25 / 3 - 2 * covariance
    spec.check("standard error", yes["se"], sqrt(variance))


def test_interval(spec: Spec) -> None:
    """The interval of a change

    [MOVER](05-intervals.md#54-gaps-differences-of-shares) with the correlation of the two waves, less the correction of
    continuity.

    Source: Newcombe (1998), pages 2635-2650; Zou & Donner (2008).
    """
    first = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | yes    |
        | b            | 10        | no     |
        | c            | 10        | yes    |
        | d            | 10        | no     |
        | e            | 10        | no     |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | yes    |
        | b            | 10        | yes    |
        | c            | 10        | yes    |
        | d            | 10        | no     |
        | f            | 10        | no     |
        """,
        title="second",
    )
    design = Design(population="there are", key="organisation")
    earlier, later = Survey(first, design), Survey(second, design)
    changes = later.change("answer", since=earlier)
    yes = spec.pick(changes, answer="yes")
    before, after = (spec.pick(one.share("answer"), answer="yes") for one in (earlier, later))
    # By hand: before and after are the two shares, 2/5 and 3/5, with their limits
    variance1, variance2 = before["se"] ** 2, after["se"] ** 2
    covariance = (variance1 + variance2 - yes["se"] ** 2) / 2
    # the effective size p(1-p)/SE^2 is 8 at both waves
    r = covariance / sqrt(variance1 * variance2) - 1 / (2 * 8 * sqrt(2 / 5 * 3 / 5 * 3 / 5 * 2 / 5))
    left, right = 3 / 5 - after["lower"], before["upper"] - 2 / 5
    lower = 1 / 5 - sqrt(left**2 + right**2 - 2 * r * left * right)
    left, right = after["upper"] - 3 / 5, 2 / 5 - before["lower"]
    upper = 1 / 5 + sqrt(left**2 + right**2 - 2 * r * left * right)
    spec.check("lower limit", yes["lower"], lower)
    spec.check("upper limit", yes["upper"], upper)
