"""Shares of the earlier answer

    share(b -> a) = sum w [before = b][after = a] / sum w [before = b]

over those who answered both times, with the weights of the earlier wave. It is a share in a [domain](02-variance.md),
those who gave the earlier answer, of a stratified sample: strata are the pairs (h, g), of which `m_hg` answered both
times, out of `N_hg` in both frames. A pair of one counts as a [lonely stratum](02-variance.md#25-strata-of-one),
"adjust".

Source: Särndal, Swensson & Wretman (1992), sections 5.8 (domains) and 15.6 (response groups).
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_one_population(spec: Spec) -> None:
    """One population

    6 of 12 answered both times.
    """
    first = spec.read(
        """
        | organisation | there are | step |
        |--------------|-----------|------|
        | a            | 12        | 1    |
        | b            | 12        | 1    |
        | c            | 12        | 1    |
        | d            | 12        | 1    |
        | e            | 12        | 2    |
        | f            | 12        | 2    |
        | g            | 12        | 1    |
        """,
        title="first",
    )
    second = spec.read(
        """
        | organisation | there are | step |
        |--------------|-----------|------|
        | a            | 12        | 1    |
        | b            | 12        | 2    |
        | c            | 12        | 2    |
        | d            | 12        | 3    |
        | e            | 12        | 2    |
        | f            | 12        | 1    |
        | h            | 12        | 3    |
        """,
        title="second",
    )
    design = Design(population="there are", key="organisation")
    moves = Survey(second, design).transitions("step", since=Survey(first, design))
    up = spec.pick(moves, before=1, answer=2)
    down = spec.pick(moves, before=2, answer=1)
    # By hand: a, b, c and d stood on step 1, e and f on step 2
    spec.check("from step 1 to step 2", up["estimate"], 2 / 4)
    spec.check("standard error", up["se"], sqrt(6 / 5 * (1 - 6 / 12) * 4 * (1 / 2) * (1 / 2) / 4**2))
    spec.check("from step 2 to step 1", down["estimate"], 1 / 2)
    spec.check("standard error", down["se"], sqrt(6 / 5 * (1 - 6 / 12) * 2 * (1 / 2) * (1 / 2) / 2**2))


def test_frames(spec: Spec) -> None:
    """Frames of two waves

    Organisation a was closed and h is new: neither could answer twice. e became a state body, and is a pair of strata
    on its own. An empty step: the organisation did not answer.
    """
    first = spec.read(
        """
        | organisation | sector       | step |
        |--------------|--------------|------|
        | a            | state        | 1    |
        | b            | state        | 1    |
        | c            | state        | 1    |
        | d            | state        |      |
        | e            | municipality | 1    |
        | f            | municipality | 1    |
        | g            | municipality | 1    |
        | i            | municipality | 2    |
        | j            | municipality |      |
        """,
        title="first frame",
    )
    second = spec.read(
        """
        | organisation | sector       | step |
        |--------------|--------------|------|
        | b            | state        | 2    |
        | c            | state        | 1    |
        | d            | state        | 1    |
        | e            | state        | 2    |
        | h            | state        | 2    |
        | f            | municipality | 1    |
        | g            | municipality | 1    |
        | i            | municipality | 2    |
        | j            | municipality | 2    |
        """,
        title="second frame",
    )
    design = Design(strata="sector", weights="none", key="organisation")
    earlier, later = (Survey(frame, design, frame=frame).answering("step") for frame in (first, second))
    moves = later.transitions("step", since=earlier)
    up = spec.pick(moves, before=1, answer=2)
    # By hand: b, c, e, f and g stood on step 1, of them b and e have moved to step 2
    p = 2 / 5
    z = {"b": (1 - p) / 5, "c": (0 - p) / 5, "e": (1 - p) / 5, "f": (0 - p) / 5, "g": (0 - p) / 5, "i": 0}
    # 2 of 3 state bodies, 1 of 1 that became one, 3 of 4 municipalities answered both times
    state = 2 / 1 * (1 - 2 / 3) * ((z["b"] - z["c"]) ** 2 / 2)
    mean = (z["f"] + z["g"] + z["i"]) / 3
    municipality = 3 / 2 * (1 - 3 / 4) * sum((z[key] - mean) ** 2 for key in "fgi")
    spec.check("from step 1 to step 2", up["estimate"], p)
    spec.check("standard error", up["se"], sqrt(state + 0 + municipality))
