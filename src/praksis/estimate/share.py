"""A published share: the survey's design and item non-response applied to the answers of a role in a wave.

Who did not answer the item is not part of the sample for that item: an answer that is missing is as unknown as one
from an organisation that never answered. So every item has a sample of its own, and two items of one wave are two
overlapping samples. Linearisation and variance are those of `linear.py`, `variance.py` and `overlap.py`.
"""

from dataclasses import dataclass

import numpy as np

from praksis.define.design import Inference
from praksis.define.question import Missing
from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.design import Lonely
from praksis.estimate.linear import Block
from praksis.estimate.overlap import Overlap, find_paired_covariances, match_units
from praksis.estimate.plan import Key, Plan, make_stage
from praksis.estimate.sample import Sample
from praksis.estimate.variance import find_covariance, find_variances


@dataclass(frozen=True)
class Linear:
    """A share and what its variance is made of."""

    sample: Sample
    plan: Plan
    """Of those who answered the item."""
    value: float
    n: int
    z: Floats
    """[m, 1] linearised values of those who answered."""
    fraction: float
    """n over the estimated size of the group in the population."""
    df: int

    @property
    def variance(self) -> float:
        return float(find_variances(self.plan, self.z)[0])


def linearise_share(sample: Sample, item: str, answer: str, group: str) -> Linear | None:
    """The share of an answer among those in the group that answered the item; None where nobody did."""
    scale = sample.survey.scale_of(item)
    codes = sample.answers[item]
    inside, known = sample.find_group(group)
    responding = known & (codes != Missing.NOT_ANSWERED) & ~sample.find_lost(item)
    base = (responding & inside & np.isin(codes, scale.base_codes))[responding]
    n = int(base.sum())
    if n == 0:
        return None
    plan = find_plan(sample, responding)
    chosen = base & np.isin(codes[responding], scale.codes[answer])
    block = Block(chosen[:, None].astype(np.float64), np.ones((len(base), 1)), base[:, None])
    values = block.estimate(plan.weight)
    in_group = np.bincount(plan.stratum[base], minlength=len(sample.strata))
    return Linear(
        sample=sample,
        plan=plan,
        value=float(values[0]),
        n=n,
        z=block.linearise(plan.weight, values, slice(None)),
        fraction=_find_fraction(sample, group, in_group, plan.first.units),
        df=plan.find_degrees(base),
    )


def find_plan(sample: Sample, responding: Bools) -> Plan:
    """The plan of those who answered: as many of each stratum as there are of them."""
    mark = responding.tobytes()
    if mark not in sample.plans:
        stratum = sample.stratum[responding]
        counts = np.bincount(stratum, minlength=len(sample.strata))
        weight = np.ones(len(stratum))
        if sample.survey.design.weights != "none":
            weight = (sample.population / np.maximum(counts, 1))[stratum]
        corrected = sample.survey.design.inference is not Inference.PROCESS
        fraction = _find_fractions(sample, counts) if corrected else np.zeros(len(counts))
        stage = make_stage(np.arange(len(stratum)), stratum, fraction, np.ones(len(counts)), sample.strata)
        keys = tuple((sample.organisations[row],) for row in np.flatnonzero(responding).tolist())
        frame: dict[Key, int] = {(key,): place for key, place in sample.stratum_of.items()}
        # One response in a stratum is centred on the mean of all: rather too much variance than none.
        sample.plans[mark] = Plan(weight, (stage,), Lonely.ADJUST, (), keys, frame, corrected)
    return sample.plans[mark]


def _find_fractions(sample: Sample, counts: Ints) -> Floats:
    return np.asarray(counts / np.maximum(sample.population, 1), dtype=np.float64)


def _find_fraction(sample: Sample, group: str, in_group: Ints, counts: Ints) -> float:
    """How large a part of the group answered: counted where the frame knows the group, else estimated."""
    if sample.survey.design.inference is Inference.PROCESS:
        return 0.0
    n = int(in_group.sum())
    population = sample.count_population(group)
    if population:
        return n / population
    touched = in_group > 0
    return n / float((in_group[touched] / _find_fractions(sample, counts)[touched]).sum())


def find_share_covariance(first: Linear, second: Linear, overlaps: dict[tuple[int, int], Overlap]) -> float:
    """The covariance of two shares: of one sample, or of two that mostly the same organisations are in.

    `overlaps` keeps what was found: a pair of samples is matched once.
    """
    if first.plan is second.plan:
        return float(find_covariance(first.plan, first.z, second.z)[0, 0])
    pair = id(first.plan), id(second.plan)
    if pair not in overlaps:
        overlaps[pair] = match_units(first.plan, second.plan)
    return float(find_paired_covariances((first.plan, first.z), (second.plan, second.z), overlaps[pair])[0])
