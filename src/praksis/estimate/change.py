"""The covariance of two samples in which mostly the same organisations answered both.

Tam (1984), Qualité & Tillé (2008), Knottnerus & van Delden (2012). Taking waves as independent makes the
error of a change too large, stacking them with one finite population correction makes it too small.
"""

import math
from collections import Counter, defaultdict

from praksis.define.design import Inference
from praksis.estimate.share import Linear, find_variance


def find_covariance_between_samples(first: Linear, second: Linear) -> float:
    """Cov = sum_hg (1 - f1h f2g / f12hg) / d_hg * sum over the overlap in hg of z1 z2.

    h and g are the strata in the two samples (two waves, or two roles of one wave), f1h and f2g the response
    fractions, f12hg the part of the organisations in both frames (in h, then in g) that answered both times. Births
    and deaths are outside the overlap; movers are the cells with h != g.

    d_hg = 1 - 1/n1h - 1/n2g + m/(n1h n2g), with m the overlap, does for the covariance what n/(n-1) does for the
    variance: z is centred on means that the overlap itself took part in, which makes the products too small. With full
    overlap it is (n-1)/n. The size of the covariance is held within sqrt(Var1 Var2).
    """
    before = {key: row for row, key in enumerate(first.sample.organisations) if first.responding[row]}
    products: dict[tuple[int, int], list[float]] = defaultdict(list)
    for row, key in enumerate(second.sample.organisations):
        if second.responding[row] and key in before:
            old = before[key]
            pair = int(first.sample.stratum[old]), int(second.sample.stratum[row])
            products[pair].append(float(first.z[old] * second.z[row]))
    in_both = Counter(
        (stratum, second.sample.stratum_of[key])
        for key, stratum in first.sample.stratum_of.items()
        if key in second.sample.stratum_of
    )
    corrected = first.sample.survey.design.inference is Inference.ORGANISATIONS
    total = 0.0
    for (h, g), values in products.items():
        n1, n2, overlap = int(first.counts[h]), int(second.counts[g]), len(values)
        factor = 1.0
        if corrected:
            factor = 1 - float(first.fractions[h] * second.fractions[g]) * in_both[h, g] / overlap
        lost = 1 - 1 / n1 - 1 / n2 + overlap / (n1 * n2)
        total += factor * math.fsum(values) / (lost if lost > 0 else 1)
    limit = math.sqrt(find_variance(first) * find_variance(second))
    return max(-limit, min(limit, total))
