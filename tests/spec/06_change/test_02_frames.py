"""Births, deaths and movers

With a frame per wave the strata may differ from wave to wave, and organisations may come and go. For each pair of
strata, *h* at the first wave and *g* at the second,

    Cov = sum_hg (1 - f1h f2g / f12hg) / d_hg  sum over those in both samples z1 z2

    f1h, f2g   the part of each stratum that answered
    f12hg      those who answered both times, as a part of those in both frames, in h and then in g
    d_hg       1 - 1/n1h - 1/n2g + m/(n1h n2g), m who answered both times in h and then in g

Births and deaths are in one frame only, and have no part in the covariance. A pair of strata where nobody answered both
times adds nothing, as nothing is seen of it. (If some could have, the covariance there is a little below 0 where
answers persist, and the error a little too small.) The sum may pass what a covariance can be, and is cut at `sqrt(Var1
Var2)`.

Source: Qualité & Tillé (2008), pages 173-181; Knottnerus & van Delden (2012), pages 43-52. d_hg is Praksis' own: the
same reasoning as in [one population](#61-one-population), and
[`tests/estimate/test_change.py`](../../tests/estimate/test_change.py) shows by simulation that it is right on average
in strata of three answers.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_two_frames(spec: Spec) -> None:
    """Two frames

    Organisation a was closed, k was founded, and e became a state body. An empty answer in the table means that the
    organisation did not answer at all: it is in the frame, not in the data.
    """
    first = spec.read(
        """
        | organisation | sector       | answer |
        |--------------|--------------|--------|
        | a            | state        | yes    |
        | b            | state        | yes    |
        | c            | state        | no     |
        | d            | state        |        |
        | e            | municipality | no     |
        | f            | municipality | yes    |
        | g            | municipality | no     |
        | h            | municipality | no     |
        | i            | municipality |        |
        | j            | municipality |        |
        """,
        title="first frame",
    )
    second = spec.read(
        """
        | organisation | sector       | answer |
        |--------------|--------------|--------|
        | b            | state        | yes    |
        | c            | state        | yes    |
        | d            | state        |        |
        | e            | state        | no     |
        | k            | state        | yes    |
        | f            | municipality | yes    |
        | g            | municipality | no     |
        | h            | municipality | yes    |
        | i            | municipality | no     |
        | j            | municipality |        |
        """,
        title="second frame",
    )
    design = Design(strata="sector", weights="none", key="organisation")
    earlier, later = (Survey(frame, design, frame=frame).answering("answer") for frame in (first, second))
    changes = later.change("answer", since=earlier)
    yes = spec.pick(changes, answer="yes")
    # By hand: shares 3/7 and 5/8; z is (y - p)/n less the mean of its stratum
    z1 = {"a": 1 / 3, "b": 1 / 3, "c": -2 / 3, "e": -1 / 4, "f": 3 / 4, "g": -1 / 4, "h": -1 / 4}
    z2 = {"b": 1 / 4, "c": 1 / 4, "e": -3 / 4, "k": 1 / 4, "f": 1 / 2, "g": -1 / 2, "h": 1 / 2, "i": -1 / 2}
    z1, z2 = {key: z / 7 for key, z in z1.items()}, {key: z / 8 for key, z in z2.items()}
    variance1 = 3 / 2 * (1 - 3 / 4) * sum(z1[key] ** 2 for key in "abc")
    variance1 += 4 / 3 * (1 - 4 / 6) * sum(z1[key] ** 2 for key in "efgh")
    variance2 = 4 / 3 * (1 - 4 / 5) * sum(z2[key] ** 2 for key in "bcek")
    variance2 += 4 / 3 * (1 - 4 / 5) * sum(z2[key] ** 2 for key in "fghi")
    # state and state: b and c of b, c and d answered both times
    covariance = (1 - 3 / 4 * 4 / 5 / (2 / 3)) / (1 - 1 / 3 - 1 / 4 + 2 / 12) * sum(z1[key] * z2[key] for key in "bc")
    # municipality, then state: e
    covariance += (1 - 4 / 6 * 4 / 5 / (1 / 1)) / (1 - 1 / 4 - 1 / 4 + 1 / 16) * z1["e"] * z2["e"]
    # municipality and municipality: f, g and h of f to j
    covariance += (1 - 4 / 6 * 4 / 5 / (3 / 5)) / (1 - 1 / 4 - 1 / 4 + 3 / 16) * sum(z1[key] * z2[key] for key in "fgh")
    spec.check("change", yes["estimate"], 5 / 8 - 3 / 7)
    spec.check("standard error", yes["se"], sqrt(variance1 + variance2 - 2 * covariance))


def test_as_far_as_a_covariance_can_go(spec: Spec) -> None:
    """As far as a covariance can go

    Two of six were closed, and three are new; the four that were there both times answered both times, and nobody else
    did. The sum gives more than two such variances allow, and the covariance is cut at `sqrt(Var1 Var2)`: the standard
    error of the change is then the difference of the two standard errors.
    """
    first = spec.read(
        """
        | organisation | answer |
        |--------------|--------|
        | a            | yes    |
        | b            | no     |
        | c            | no     |
        | d            | no     |
        | e            |        |
        | f            |        |
        """,
        title="first frame",
    )
    second = spec.read(
        """
        | organisation | answer |
        |--------------|--------|
        | a            | yes    |
        | b            | no     |
        | c            | no     |
        | d            | no     |
        | g            |        |
        | h            |        |
        | i            |        |
        """,
        title="second frame",
    )
    design = Design(weights="none", key="organisation")
    earlier, later = (Survey(frame, design, frame=frame).answering("answer") for frame in (first, second))
    changes = later.change("answer", since=earlier)
    yes = spec.pick(changes, answer="yes")
    # By hand: shares of 1/4 both times; a, b, c and d are all that are in both frames
    variance1, variance2 = (1 - 4 / 6) * (1 / 4) * (3 / 4) / 3, (1 - 4 / 7) * (1 / 4) * (3 / 4) / 3
    products = 4 * (1 / 4) * (3 / 4) / 4**2
    covariance = (1 - 4 / 6 * 4 / 7 / (4 / 4)) / (1 - 1 / 4 - 1 / 4 + 4 / 16) * products
    cut = min(covariance, sqrt(variance1 * variance2))
    spec.check("standard error", yes["se"], sqrt(variance1 + variance2 - 2 * cut))
    spec.check("the difference of the two", yes["se"], sqrt(variance2) - sqrt(variance1))


def test_nobody_stayed(spec: Spec) -> None:
    """Nobody stayed

    All of the first frame were closed and all of the second are new: two independent samples.
    """
    first = spec.read(
        """
        | organisation | answer |
        |--------------|--------|
        | a            | yes    |
        | b            | no     |
        | c            | no     |
        | d            |        |
        """,
        title="first frame",
    )
    second = spec.read(
        """
        | organisation | answer |
        |--------------|--------|
        | e            | yes    |
        | f            | yes    |
        | g            | no     |
        | h            | no     |
        | i            |        |
        """,
        title="second frame",
    )
    design = Design(weights="none", key="organisation")
    earlier, later = (Survey(frame, design, frame=frame).answering("answer") for frame in (first, second))
    changes = later.change("answer", since=earlier)
    yes = spec.pick(changes, answer="yes")
    # By hand
    variance1 = (1 - 3 / 4) * (1 / 3) * (2 / 3) / 2
    variance2 = (1 - 4 / 5) * (1 / 2) * (1 / 2) / 3
    spec.check("standard error", yes["se"], sqrt(variance1 + variance2))


def test_what_must_be_known(spec: Spec) -> None:
    """What must be known

    Without a key nothing says who answered both times, and the error of the change cannot be known.
    """
    first = spec.read(
        """
        | organisation | answer |
        |--------------|--------|
        | a            | yes    |
        | b            | no     |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | answer |
        |--------------|--------|
        | a            | yes    |
        | b            | yes    |
        """,
        title="second",
    )
    earlier, later = Survey(first, Design()), Survey(second, Design())

    def ask() -> object:
        return later.change("answer", since=earlier)

    spec.refuse(ask, 'Design(key="organisation")')


def test_populations_of_other_sizes(spec: Spec) -> None:
    """Populations of other sizes need frames

    10 and then 11 organisations: somebody joined, and only frames can tell who could have answered both times.
    """
    first = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 10        | yes    |
        | b            | 10        | no     |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | there are | answer |
        |--------------|-----------|--------|
        | a            | 11        | yes    |
        | b            | 11        | yes    |
        """,
        title="second",
    )
    design = Design(population="there are", key="organisation")
    earlier, later = Survey(first, design), Survey(second, design)

    def ask() -> object:
        return later.change("answer", since=earlier)

    spec.refuse(ask, "both waves need their frame")
