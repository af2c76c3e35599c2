"""Variance and covariance of linearised estimates: the one place where the sampling design decides.

For a stage with groups g (strata, then clusters), m of M units drawn in each and z_u the sum over unit u of weight
times influence, centred on the mean of its group (Cochran 1977, sections 5A and 10.4; Särndal, Swensson & Wretman 1992,
results 3.7.2 and 4.3.1; Lumley 2010, section 2.2):

    Cov = sum over stages, sum_g F_g (1 - m/M) m/(m-1) sum_u z1_u z2_u

with F the product of the sampling fractions of the stages before. Without finite population correction the first stage
holds it all.
"""

import numpy as np

from praksis.estimate.array import Floats, sum_by
from praksis.estimate.calibration import ResponseGroups
from praksis.estimate.design import FaultyDesign, Lonely
from praksis.estimate.plan import Plan, Stage

_ALL_DRAWN = 1e-9
"""A share of the population below this is nobody: the group was drawn whole and adds no variance."""


def find_covariance(plan: Plan, z: Floats, other: Floats | None = None) -> Floats:
    """The covariance matrix of estimates [J, K].

    Args:
        plan: the design, n rows.
        z: [n, J] weighted linearised values, in the unit of the estimates. other: [n, K], by default `z`.

    Raises FaultyDesign naming strata of one unit where the design says `lonely="fail"`.
    """
    first = list_deviations(plan, z)
    second = first if other is None else list_deviations(plan, other)
    total = np.zeros((first[0].shape[1], second[0].shape[1]))
    for one, two in zip(first, second, strict=True):
        total += one.T @ two
    return total


def find_variances(plan: Plan, z: Floats) -> Floats:
    """The variances of estimates [J] from z [n, J]; see `find_covariance`."""
    return sum((np.einsum("uj,uj->j", one, one) for one in list_deviations(plan, z)), start=np.zeros(z.shape[1]))


def list_deviations(plan: Plan, z: Floats) -> list[Floats]:
    """Per stage [U, J]: what the units add, scaled so that products summed over units are the covariance."""
    deviations = []
    for calibration in reversed(plan.calibrations):
        if isinstance(calibration, ResponseGroups):
            deviations.append(calibration.find_second_phase(z, plan.first.fraction[plan.stratum]))
        z = calibration.residual(z)
    for place, stage in enumerate(plan.stages):
        units = stage.add_up(z)
        centred = units - find_centres(stage, units, plan.lonely if place == 0 else Lonely.CERTAINTY)[stage.group]
        deviations.append(centred * np.sqrt(find_factors(stage, plan.lonely, first=place == 0))[stage.group, None])
    return deviations


def find_centres(stage: Stage, units: Floats, lonely: Lonely) -> Floats:
    """[G, J] the mean of the units of each group; for a lonely one the mean of all where it is to be adjusted."""
    centres = sum_by(stage.group, len(stage.fraction), units) / np.maximum(stage.units, 1)[:, None]
    if lonely is Lonely.ADJUST:
        centres[stage.units == 1] = units.sum(axis=0) / max(len(units), 1)
    return centres


def find_factors(stage: Stage, lonely: Lonely, *, first: bool = True) -> Floats:
    """[G] F (1 - m/M) m/(m-1), with lonely groups as declared.

    Beyond the first stage a lonely cluster adds nothing: its variance is within that of the first stage already.
    """
    left = 1 - stage.fraction
    left[left < _ALL_DRAWN] = 0
    m = stage.units
    factors = stage.share * left * np.where(m > 1, m / np.maximum(m - 1, 1), 1.0)
    alone = (m == 1) & (left > 0)
    if not first or not alone.any():
        return np.where(alone, 0.0, factors) if not first else factors
    match lonely:
        case Lonely.FAIL:
            names = ", ".join(stage.names[one] for one in np.flatnonzero(alone).tolist())
            raise FaultyDesign(
                f"one unit only in stratum {names}: its variance cannot be seen. Merge strata, or say in the design "
                'what it adds: lonely="adjust", "average" or "certainty".'
            )
        case Lonely.CERTAINTY:
            factors[alone] = 0
        case Lonely.AVERAGE:
            present = m > 0
            factors *= present.sum() / max((present & ~alone).sum(), 1)
            factors[alone] = 0
    return factors
