"""How sure the figures would be if the wave closed now: answers, and margin of error of a share of 50 percent.

The margin is half the width of the published interval. Design, variance and interval are those of published shares
(`sample.py`, `share.py`, `variance.py`, `interval.py`); only the answers are made up, half of them yes in every
stratum, which is where a share is least sure.
"""

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from praksis.define.design import Inference
from praksis.define.group import EVERYONE, parse_group
from praksis.define.survey import Survey
from praksis.edit.microdata import Microdata
from praksis.errors import PraksisError
from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.interval import Shares, bound_shares_wilson, keep_possible
from praksis.estimate.sample import Sample, draw_sample
from praksis.estimate.share import find_plan
from praksis.estimate.variance import find_variances


class CannotFindPrecision(PraksisError):
    """Who answered is not who was asked, or the group is not one of the frame."""


@dataclass(frozen=True)
class Precision:
    """What a group of organisations would give."""

    group: str
    """As `sector=state`, or the name of a stratum, as `municipality/small`."""
    population: int
    """Organisations that belong to it."""
    answers: int
    margin: float
    """Half the width of the interval of a share of 50 percent, in percentage points; nan where nobody has answered."""
    unheard: int
    """Organisations of strata where nobody has answered: the margin says nothing of them."""


@dataclass(frozen=True)
class Standing:
    """How a wave stands for a role: who could answer, and who has."""

    definition: Survey
    wave: str
    role: str
    answered: frozenset[str]
    left_out: frozenset[str]
    """Found not to belong: no part of the population."""
    sample: Sample
    """Of those who answered, with no answers in it."""

    @property
    def strata(self) -> tuple[str, ...]:
        """Their names, as sectors and sizes joined by `/`."""
        return self.sample.strata


def find_standing(
    definition: Survey, wave: str, role: str, answered: Collection[str], left_out: Collection[str] = ()
) -> Standing:
    """How a wave stands.

    Args:
        answered: keys of the organisations whose answers count. left_out: keys of those found not to belong, such as
            merged or closed down; their answers do not count either.

    Raises:
        CannotFindPrecision: names every key that the frame of the role and the wave does not have.
    """
    frame = {one.key for one in definition.frame.of_wave(wave, definition.roles[role].group)}
    if strangers := sorted({*answered, *left_out} - frame):
        raise CannotFindPrecision(f"wave {wave}: the frame of {role} does not have {', '.join(strangers)}.")
    inside = sorted(set(answered) - set(left_out))
    microdata = Microdata(wave, tuple(inside), (role,) * len(inside), {}, synthetic=False)
    sample = draw_sample(definition, microdata, role)
    stratum_of = {key: stratum for key, stratum in sample.stratum_of.items() if key not in set(left_out)}
    sizes = Counter(stratum_of.values())
    population = np.array([sizes[place] for place in range(len(sample.strata))], dtype=np.int64)
    sample = replace(sample, stratum_of=stratum_of, population=population)
    return Standing(definition, wave, role, frozenset(inside), frozenset(left_out), sample)


def find_precision(standing: Standing, group: str = EVERYONE) -> Precision:
    """What a group of the frame would give if the wave closed now.

    Raises:
        CannotFindPrecision: it is not a group, or depends on an answer, which those who are silent have not given.
    """
    breakdowns = standing.definition.breakdowns
    try:
        names = list(parse_group(group))
    except ValueError as error:
        raise CannotFindPrecision(f"{error}; write it as sector=state,size=small.") from None
    if unknown := [name for name in names if name not in breakdowns or breakdowns[name].answer_to]:
        raise CannotFindPrecision(f'"{group}": the frame does not say the {unknown[0]} of those who are silent.')
    wave, sample = standing.wave, standing.sample
    members = {one.key for one in standing.definition.frame.of_wave(wave, group)} & sample.stratum_of.keys()
    inside, _ = sample.find_group(group)
    return _find_precision(sample, group, inside, Counter(sample.stratum_of[key] for key in members))


def list_precisions(standing: Standing) -> tuple[Precision, ...]:
    """What every stratum would give, by name."""
    sample = standing.sample
    return tuple(
        _find_precision(sample, name, sample.stratum == place, Counter({place: int(sample.population[place])}))
        for place, name in enumerate(sample.strata)
    )


def count_needed(standing: Standing, stratum: str, points: float) -> int | None:
    """How many more organisations of a stratum must answer for its margin to be at most so many percentage points.

    At least two must have answered, as one answer does not show how they differ. None where all of them together do not
    bring it there: where the uncertainty is about the process that makes the answers, a small stratum stays uncertain.

    Raises:
        CannotFindPrecision: there is no such stratum, or the margin is not above 0.
    """
    names = standing.strata
    if stratum not in names or not points > 0:
        raise CannotFindPrecision(
            f'"{stratum}", {points} points: give one of the strata {", ".join(names)}, and a margin above 0.'
        )
    place = names.index(stratum)
    left = sorted(key for key, at in standing.sample.stratum_of.items() if at == place and key not in standing.answered)

    def suffices(more: int) -> bool:
        keys = standing.answered | set(left[:more])
        then = find_standing(standing.definition, standing.wave, standing.role, keys, standing.left_out)
        found = list_precisions(then)[place]
        return found.answers >= min(2, found.population) and found.margin <= points + 1e-9  # nan is not

    if not suffices(len(left)):
        return None
    few, enough = -1, len(left)  # more answers never widen the interval, so that one may search by halves
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if suffices(middle) else (middle, enough)
    return enough


def _find_precision(sample: Sample, group: str, inside: Bools, members: Counter[int]) -> Precision:
    """`members`: stratum -> how many of the group are in it."""
    n, population = int(inside.sum()), sum(members.values())
    heard = np.bincount(sample.stratum[inside], minlength=len(sample.strata)) > 0
    unheard = sum(count for place, count in members.items() if not heard[place])
    margin = _find_margin(sample, inside, population) if n else math.nan
    return Precision(group, population, n, margin, unheard)


def _find_margin(sample: Sample, inside: Bools, population: int) -> float:
    """As `estimator.Estimator` makes an interval of a share, of answers that are half yes."""
    design, n = sample.survey.design, int(inside.sum())
    plan = find_plan(sample, np.ones(len(inside), dtype=bool))
    z = np.where(inside, plan.weight, 0.0) * _halve_answers(sample.stratum, inside) / plan.weight[inside].sum()
    se = math.sqrt(find_variances(plan, z[:, None])[0])
    counted = design.inference is Inference.ORGANISATIONS
    numbers = (0.5, se, n, n / population if counted else 0.0, plan.find_degrees(inside), n / 2)
    shares = Shares(*(np.array([one], dtype=np.float64) for one in numbers))
    limits = bound_shares_wilson(shares, design.confidence)
    if counted and design.weights == "none":
        limits = keep_possible(shares, np.array([population], dtype=np.float64), limits)
    return float(100 * (limits[1][0] - limits[0][0]) / 2)


def _halve_answers(stratum: Ints, inside: Bools) -> Floats:
    """[n] answers less their mean, half of them yes in the group's part of every stratum: +1/2, -1/2, +1/2 ...

    An odd number of answers cannot be halved. Then one counts as neither, and the others a little more, so that their
    squares sum to n/4 as in a share of 50 percent. One answer alone is yes in one stratum and no in the next.
    """
    values = np.zeros(len(stratum))
    alone = 0
    for place in np.unique(stratum[inside]).tolist():
        rows = np.flatnonzero(inside & (stratum == place))
        signs = np.where(np.arange(len(rows)) % 2 == 0, 0.5, -0.5)
        if len(rows) == 1:
            signs *= (-1) ** alone
            alone += 1
        elif len(rows) % 2:
            signs *= math.sqrt(len(rows) / (len(rows) - 1))
            signs[-1] = 0.0
        values[rows] = signs
    return values
