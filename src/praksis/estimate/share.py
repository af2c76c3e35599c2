"""Shares by Taylor linearisation, and the variances and covariances of what was linearised.

A share is a ratio of two totals over the stratified responses. With y = 1 for the answer and x = 1 for the
base, its linearised value is z = w (y - p x) / sum(w x), 0 outside the group (Särndal, Swensson & Wretman
1992, section 5.5 and 5.8; Lumley 2010, section 2.2). The responses within a stratum are taken as a simple
random sample of its organisations. Who did not answer the item is not part of the sample for that item: an
answer that is missing is as unknown as one from an organisation that never answered.
"""

from dataclasses import dataclass

import numpy as np

from praksis.define.design import Inference
from praksis.define.question import Missing
from praksis.estimate.sample import Bools, Floats, Ints, Sample


@dataclass(frozen=True)
class Linear:
    """A share and what its variance is made of.

    `z` has one value per response of the sample (0 where not responding to the item), centred on its stratum.
    """

    sample: Sample
    value: float
    n: int
    z: Floats
    responding: Bools
    counts: Ints
    """Responses to the item per stratum."""
    fraction: float
    """n over the estimated size of the group in the population."""
    df: int

    @property
    def fractions(self) -> Floats:
        """Response fraction per stratum; 0 everywhere where the process is inferred about."""
        return _find_fractions(self.sample, self.counts)


def linearise_share(sample: Sample, item: str, answer: str, group: str) -> Linear | None:
    """The share of an answer among those in the group that answered the item; None where nobody did."""
    scale = sample.survey.scale_of(item)
    codes = sample.answers[item]
    inside, known = sample.find_group(group)
    responding = known & (codes != Missing.NOT_ANSWERED) & ~sample.find_lost(item)
    base = responding & inside & np.isin(codes, scale.base_codes)
    n = int(base.sum())
    if n == 0:
        return None
    strata = len(sample.strata)
    counts = np.bincount(sample.stratum[responding], minlength=strata)
    weight = _weigh(sample, counts)
    chosen = base & np.isin(codes, scale.codes[answer])
    total = float(weight[base].sum())
    value = float(weight[chosen].sum()) / total
    z = np.where(base, weight * (chosen - value) / total, 0.0)
    touched = np.bincount(sample.stratum[base], minlength=strata) > 0
    return Linear(
        sample=sample,
        value=value,
        n=n,
        z=np.where(responding, z - _find_centres(sample, z, responding, counts)[sample.stratum], 0.0),
        responding=responding,
        counts=counts,
        fraction=_find_fraction(sample, group, base, counts),
        df=int(counts[touched].sum() - touched.sum()),
    )


def _weigh(sample: Sample, counts: Ints) -> Floats:
    if sample.survey.design.weights == "none":
        return np.ones(len(sample.organisations))
    per_stratum = sample.population / np.maximum(counts, 1)
    return np.asarray(per_stratum[sample.stratum], dtype=np.float64)


def _find_fractions(sample: Sample, counts: Ints) -> Floats:
    if sample.survey.design.inference is Inference.PROCESS:
        return np.zeros(len(counts))
    return np.asarray(counts / np.maximum(sample.population, 1), dtype=np.float64)


def _find_fraction(sample: Sample, group: str, base: Bools, counts: Ints) -> float:
    """How large a part of the group answered: counted where the frame knows the group, else estimated."""
    if sample.survey.design.inference is Inference.PROCESS:
        return 0.0
    n = int(base.sum())
    population = sample.count_population(group)
    if population:
        return n / population
    in_group = np.bincount(sample.stratum[base], minlength=len(counts))
    fractions = _find_fractions(sample, counts)
    touched = in_group > 0
    return n / float((in_group[touched] / fractions[touched]).sum())


def _find_centres(sample: Sample, z: Floats, responding: Bools, counts: Ints) -> Floats:
    """The mean of z per stratum; 0, the mean of all z, for a stratum of one response (R: `lonely.psu="adjust"`)."""
    sums = np.bincount(sample.stratum[responding], weights=z[responding], minlength=len(counts))
    return np.where(counts == 1, 0.0, sums / np.maximum(counts, 1))


def find_covariance(first: Linear, second: Linear) -> float:
    """The covariance of two shares from the same sample: sum_h n/(n-1) (1-f) sum z1 z2.

    Where two items have different responses, a stratum takes the larger count: exact for the same item.
    """
    sample = first.sample
    counts = np.maximum(first.counts, second.counts)
    products = np.bincount(sample.stratum, weights=first.z * second.z, minlength=len(counts))
    factor = np.where(counts > 1, counts / np.maximum(counts - 1, 1), 1.0)
    return float((factor * (1 - _find_fractions(sample, counts)) * products).sum())


def find_variance(linear: Linear) -> float:
    """The variance of a share: sum_h n/(n-1) (1-f) sum z^2."""
    return find_covariance(linear, linear)
