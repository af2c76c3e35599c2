"""Finite populations of 488 organisations in two waves, and which of them answer.

What every organisation would answer is fixed; only who answers is random. The frame is that of the reference survey:
131 state bodies and 357 municipalities in three sizes. From one wave to the next some die, some are born (also by
mergers and splits) and some move to another size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from praksis.estimate.array import Bools, Floats, Ints

STRATA = (("state", "state body"), ("municipality", "small"), ("municipality", "medium"), ("municipality", "large"))
"""Sector and size; a state body's size is a category of its own, for the strata."""

SIZES = (131, 174, 119, 64)
"""Organisations per stratum in the first wave."""


@dataclass(frozen=True)
class Column:
    """A column of one wave: codes [N] into its categories."""

    codes: Ints
    categories: Sequence[str]


@dataclass(frozen=True)
class Wave:
    """One wave of everyone who is in either frame, N organisations."""

    stratum: Ints
    """[N], -1 where not in the frame."""
    columns: Mapping[str, Column]
    """What the strata and the domains are made of."""
    answers: Bools
    """[J, N] yes to each item."""

    @property
    def present(self) -> Bools:
        return self.stratum >= 0


@dataclass(frozen=True, eq=False)
class Population:
    """Two waves of the same organisations, and the columns that make the strata."""

    waves: tuple[Wave, Wave]
    strata: Sequence[str]


def make_population(seed: int = 488) -> Population:
    """The population with 15 items of 5 to 95 percent, and the step of each organisation in each wave.

    Between the waves 8 state bodies close and 8 are set up, 12 small municipalities merge into 6 medium ones, 3 medium
    ones are split into 6 small ones, 3 small ones are new, and 35 cross a limit between sizes: 488 in each wave, 465 in
    both. Answers come from what lasts (an organisation's maturity, its leaning to each item) and what does not, cut so
    that each item has the prevalence wanted; how much lasts differs by item, as does how much the prevalence changes.
    """
    rng = np.random.default_rng(seed)
    first, second, parents = _age_strata(rng)
    n, where = len(first), np.where(first >= 0, first, second)
    maturity = rng.normal(size=n)
    for child, (one, other) in parents.items():
        maturity[child] = (maturity[one] + maturity[other]) / 2
    leaning = np.array([0.35, -0.45, 0.05, 0.55])[where] * 0.8
    lasting = rng.permutation(np.linspace(0.4, 0.9, len(PREVALENCE)))
    answers = np.zeros((2, len(PREVALENCE), n), dtype=bool)
    for item, (share, gained) in enumerate(zip(PREVALENCE, GAINED, strict=True)):
        own = rng.normal(size=n)
        for wave, stratum in enumerate((first, second)):
            passing = np.sqrt(1 - lasting[item]) * rng.normal(size=n)
            score = leaning + 0.5 * maturity + np.sqrt(lasting[item]) * own + passing
            answers[wave, item] = score > np.quantile(score[stratum >= 0], 1 - share - wave * gained)
    own, waves = rng.normal(size=n), []
    for wave, stratum in enumerate((first, second)):
        score = leaning + 0.7 * maturity + 0.5 * own + 0.5 * rng.normal(size=n)
        step = np.searchsorted(np.quantile(score[stratum >= 0], np.cumsum(STEPS[wave])), score)
        columns = _make_strata(stratum) | {"step": Column(step, [f"step {one}" for one in (1, 2, 3, 4)])}
        waves.append(Wave(stratum, columns, answers[wave]))
    return Population((waves[0], waves[1]), ("sector", "size"))


PREVALENCE = np.array([5, 8, 12, 20, 25, 30, 37, 45, 50, 54, 63, 70, 80, 90, 95]) / 100
GAINED = np.array([3, -3, 5, -6, 10, -8, 7, -12, 4, 15, -5, 6, -10, -4, 0]) / 100
STEPS = ((0.20, 0.45, 0.25), (0.14, 0.42, 0.30))
"""Shares of the three lower steps in each wave."""


def _age_strata(rng: np.random.Generator) -> tuple[Ints, Ints, dict[int, tuple[int, int]]]:
    """The strata of both waves, and the parents of those that a merger or a split made."""
    old = sum(SIZES)
    first = np.concatenate([np.repeat(np.arange(4), SIZES), np.full(23, -1)])
    second = np.concatenate([first[:old], np.repeat([0, 1, 2], (8, 9, 6))])
    free = first >= 0
    left: dict[int, list[int]] = {}
    for before, after, count in ((0, -1, 8), (1, -1, 12), (2, -1, 3), (1, 2, 15), (2, 1, 8), (2, 3, 8), (3, 2, 4)):
        chosen = rng.permutation(np.flatnonzero((first == before) & free))[:count]
        second[chosen], free[chosen] = after, False
        if after < 0:
            left[before] = chosen.tolist()
    born = np.arange(old, old + 23)
    splits, mergers = born[8:14], born[17:23]
    parents = {int(child): (left[2][place // 2], left[2][place // 2]) for place, child in enumerate(splits)}
    parents |= {int(child): (left[1][2 * place], left[1][2 * place + 1]) for place, child in enumerate(mergers)}
    return first, second, parents


def _make_strata(stratum: Ints) -> dict[str, Column]:
    sectors, sizes = list(dict.fromkeys(sector for sector, _ in STRATA)), [size for _, size in STRATA]
    of_stratum = np.array([sectors.index(sector) for sector, _ in STRATA])
    inside = np.maximum(stratum, 0)
    return {"sector": Column(of_stratum[inside], sectors), "size": Column(inside, sizes)}


MUNICIPAL_GROUPS = (9, 12, 15, 18, 21, 24, 27, 31, 36, 41)
STATE_GROUPS = (9, 11, 15, 20, 35, 41)
"""Organisations per group, the same number in both waves. The 123 other municipalities are one more group."""

LEVELS = np.array([0, 2, 5, 9, 13, 19, 26, 36, 50]) / 100
DELTAS = (0.0, 0.12, -0.25)


def make_small_groups(strata: str, seed: int = 941) -> Population:
    """488 organisations in groups of 9 to 41, like counties and kinds of state bodies.

    Args:
        strata: "size": the groups cut across the strata of the reference survey. "group": they are the strata.

    In each group about one in 16 dies and as many are born, and as many cross a limit between sizes. Of 51 items each
    has in each group a number of yes answers that is fixed in both waves: none, all, and from 1 to all but one what
    LEVELS and their mirror images give; later the same, 12 points more or 25 less.
    """
    rng = np.random.default_rng(seed)
    sizes = [*MUNICIPAL_GROUPS, SIZES[1] + SIZES[2] + SIZES[3] - sum(MUNICIPAL_GROUPS), *STATE_GROUPS]
    names = [f"{'municipal' if place <= len(MUNICIPAL_GROUPS) else 'state'} {n}" for place, n in enumerate(sizes)]
    state = np.arange(len(sizes)) > len(MUNICIPAL_GROUPS)
    change = np.maximum(np.array(sizes) // 16, 1)
    group = np.concatenate([np.repeat(np.arange(len(sizes)), sizes), np.repeat(np.arange(len(sizes)), change)])
    n, old = len(group), sum(sizes)
    size = np.where(state[group], 0, 1 + rng.choice(3, n, p=np.array(SIZES[1:]) / sum(SIZES[1:])))
    later = size.copy()
    present = [np.arange(n) < old, np.ones(n, dtype=bool)]
    for place, count in enumerate(change.tolist()):
        chosen = rng.permutation(np.flatnonzero((group == place) & present[0]))[: 2 * count]
        present[1][chosen[:count]] = False
        later[chosen[count:]] = 0 if state[place] else np.where(size[chosen[count:]] == 2, 1, 2)
    mirrored = np.concatenate([LEVELS, 1 - LEVELS[-2::-1]])
    wanted = [(level, min(max(level + delta, 0), 1)) for level in mirrored.tolist() for delta in DELTAS]
    answers = np.zeros((2, len(wanted), n), dtype=bool)
    for item, levels in enumerate(wanted):
        scores = _draw_pairs(rng, n, 0.85)
        for wave in (0, 1):
            for place in range(len(sizes)):
                members = np.flatnonzero((group == place) & present[wave])
                order = members[np.argsort(-scores[wave][members])]
                answers[wave, item, order[: _count_yes(levels[wave], len(members))]] = True
    waves = []
    for wave, of_size in enumerate((size, later)):
        stratum = np.where(present[wave], of_size if strata == "size" else group, -1)
        waves.append(Wave(stratum, _make_strata(of_size) | {"group": Column(group, names)}, answers[wave]))
    return Population((waves[0], waves[1]), ("sector", "size") if strata == "size" else ("group",))


def _count_yes(level: float, members: int) -> int:
    """None of 0 and all of 1; for what is between at least 1 and at most all but one."""
    return round(level * members) if level in (0, 1) else min(max(round(level * members), 1), members - 1)


def _draw_pairs(rng: np.random.Generator, n: int, correlation: float) -> tuple[Floats, Floats]:
    one, other = rng.normal(size=(2, n))
    return one, correlation * one + np.sqrt(1 - correlation**2) * other


def count_respondents(wave: Wave, rates: Sequence[float]) -> Ints:
    """[H] how many answer in each stratum, at least 2; with fewer rates than strata they are used in turn."""
    present = np.bincount(wave.stratum[wave.present])
    return np.array([min(max(round(rates[h % len(rates)] * n), 2), n) for h, n in enumerate(present.tolist())])


def draw_respondents(
    population: Population, rates: tuple[Sequence[float], Sequence[float]], persistence: float, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Who answers in each wave: the organisations with the lowest random numbers of their stratum.

    Every organisation has one number per wave, the two correlated (`persistence`): permanent random numbers, as samples
    are coordinated (Ohlsson 1995, in Cox et al., Business Survey Methods, chapter 9), with some noise. The pairs are
    independent and alike, so that each wave is a simple random sample in each of its strata, and those who answered
    before are more likely to answer again, all alike within a pair of strata.
    """
    chosen = []
    for wave, rate, numbers in zip(
        population.waves, rates, _draw_pairs(rng, len(population.waves[0].stratum), persistence), strict=True
    ):
        order = np.lexsort((numbers, wave.stratum))
        order = order[wave.stratum[order] >= 0]
        stratum = wave.stratum[order]
        rank = np.arange(len(order)) - np.searchsorted(stratum, stratum)
        chosen.append(np.sort(order[rank < count_respondents(wave, rate)[stratum]]))
    return chosen[0], chosen[1]
