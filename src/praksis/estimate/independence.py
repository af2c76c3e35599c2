"""Are two questions independent? The chi-square test corrected for the design, and p-values of many tests at once.

Rao & Scott (1981, JASA 76, 221-230; 1984, Annals of Statistics 12, 46-60): Pearson's statistic on the estimated shares
is not chi-square in a complex sample but a sum of such, weighted by the generalized design effects, the eigenvalues of
Delta = n (C'D C)^-1 (C'D V D C): V is the covariance of the shares, D = diag(1/share), and C the contrasts that
are 0 under independence. In a simple random sample of n, C'D V D C is C'D C / n.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from scipy.stats import chi2, f

from praksis.errors import PraksisError
from praksis.estimate.array import Floats, Ints


class CannotTest(PraksisError):
    """There is nothing to test."""


@dataclass(frozen=True)
class Independence:
    """A test of independence in a table of r x c categories."""

    pearson: float
    """n sum (p - p0)^2 / p0, p0 the shares under independence."""
    freedom: int
    """(r-1)(c-1)."""
    mean_effect: float
    """Mean of the generalized design effects."""
    f: float
    """Pearson's statistic over the sum of the effects: second-order correction (R: `svychisq(statistic="F")`)."""
    f_freedom: tuple[float, float]
    """Degrees of freedom of F, upper and lower."""
    f_p: float
    chisq_p: float
    """First-order correction (R: `svychisq(statistic="Chisq")`, whose statistic is `pearson`)."""


def correct_chi_square(shares: Floats, covariance: Floats, n: int, df: float) -> Independence:
    """The test from the shares of the cells of a table.

    Args:
        shares: [r, c], adding up to 1. covariance: [r*c, r*c] of the shares, row by row, linearised or by replicates.
        n: rows with both answers, unweighted. df: degrees of freedom of the design.

    Categories that nobody chose are left out; an empty cell among others has D = 0 (as in R).

    Raises:
        CannotTest: fewer than two categories of either are left, or shares without any error.
    """
    chosen = np.ix_(np.flatnonzero(shares.sum(axis=1) > 0), np.flatnonzero(shares.sum(axis=0) > 0))
    cells = np.arange(shares.size).reshape(shares.shape)[chosen].ravel()
    table, v = shares[chosen], covariance[np.ix_(cells, cells)]
    rows, columns = table.shape
    if min(rows, columns) < 2:
        raise CannotTest(f"test of independence: a table of {rows} x {columns} categories has nothing to test.")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    pearson = float(n * ((table - expected) ** 2 / expected).sum())
    p = table.ravel()
    contrasts = np.kron(_find_contrasts(rows), _find_contrasts(columns))
    scaled = np.divide(1, p, out=np.zeros(len(p)), where=p > 0)[:, None] * contrasts
    delta = n * scipy.linalg.lstsq(contrasts.T @ scaled, scaled.T @ v @ scaled)[0]
    trace, trace2 = float(np.trace(delta)), float(np.trace(delta @ delta))
    if not trace > 0:
        raise CannotTest("test of independence: the shares have no standard error, so whatever is seen is there.")
    freedom = (rows - 1) * (columns - 1)
    f_freedom = (trace**2 / trace2, trace**2 / trace2 * df)
    return Independence(
        pearson=pearson,
        freedom=freedom,
        mean_effect=trace / freedom,
        f=pearson / trace,
        f_freedom=f_freedom,
        f_p=float(f.sf(pearson / trace, *f_freedom)),
        chisq_p=float(chi2.sf(pearson * freedom / trace, freedom)),
    )


def _find_contrasts(count: int) -> Floats:
    """[count, count-1] orthonormal columns, each adding up to 0."""
    return np.asarray(scipy.linalg.helmert(count).T, dtype=np.float64)


def adjust_holm(p_values: Floats, family: Sequence[Hashable] | None = None) -> Floats:
    """P-values [m] made larger for being one of many: Holm (1979, Scandinavian Journal of Statistics 6, 65-70).

    The chance of calling anything in a family different that is not is at most the level. The smallest p counts m
    times, the next m-1 times, and so on, none below the one before (R: `p.adjust(method="holm")`).

    Args:
        p_values: [m], nan where there was no test, which does not count. family: [m] what each belongs to, as declared
            before the data were seen; None: all are one family.
    """
    result = np.full(len(p_values), np.nan)
    labels: Sequence[Hashable] = [None] * len(p_values) if family is None else family
    for label in dict.fromkeys(labels):
        members: Ints = np.array(
            [at for at, one in enumerate(labels) if one == label and np.isfinite(p_values[at])], int
        )
        order = members[np.argsort(p_values[members], kind="stable")]
        raised = p_values[order] * np.arange(len(order), 0, -1)
        result[order] = np.minimum(np.maximum.accumulate(raised), 1.0)
    return result
