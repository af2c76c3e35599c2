"""Linear combinations of estimates, also of different waves, with the covariance of all that goes in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, eye_array, vstack

from praksis.estimate.array import Floats, Ints
from praksis.estimate.linear import Linear
from praksis.estimate.overlap import (
    Overlap,
    UnknownOverlap,
    find_crossed_covariances,
    find_paired_covariances,
    match_units,
)
from praksis.estimate.replicates import combine_replicates
from praksis.estimate.variance import find_covariance, find_variances


@dataclass(frozen=True)
class Piece:
    """J sums of the estimates of one family: coefficients [J, K]."""

    linear: Linear
    coefficients: csr_array

    @cached_property
    def values(self) -> Floats:
        """[J]; nan where a part is unknown."""
        values = self.linear.values
        lost = np.asarray(abs(self.coefficients) @ np.isnan(values).astype(np.float64)) > 0
        known = np.asarray(self.coefficients @ np.where(np.isnan(values), 0.0, values))
        return np.where(lost, np.nan, known)

    @cached_property
    def z(self) -> Floats:
        """[n, J]."""
        used = np.unique(self.coefficients.indices).astype(np.int64)
        return np.asarray((self.coefficients[:, used] @ self.linear.linearise(used).T).T)

    @cached_property
    def variances(self) -> Floats:
        """[J]."""
        if self.linear.replicates is not None:
            return np.diag(self.covariance).copy()
        return find_variances(self.linear.plan, self.z)

    @cached_property
    def covariance(self) -> Floats:
        """[J, J]."""
        replicates = self.linear.replicates
        if replicates is None:
            return find_covariance(self.linear.plan, self.z)
        return combine_replicates((self.coefficients @ self.linear.replicated.T).T, self.values, replicates)


@dataclass(frozen=True)
class Combination:
    """J sums of estimates of one or more families."""

    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        return int(self.pieces[0].coefficients.shape[0])

    @cached_property
    def values(self) -> Floats:
        """[J]; nan where a part is unknown."""
        return np.asarray(np.sum([piece.values for piece in self.pieces], axis=0))

    @cached_property
    def variances(self) -> Floats:
        """[J]."""
        total: Floats = np.asarray(np.sum([piece.variances for piece in self.pieces], axis=0))
        for one, other, overlap in self._list_pairs():
            total += 2 * find_paired_covariances((one.linear.plan, one.z), (other.linear.plan, other.z), overlap)
        return np.maximum(total, 0)

    @cached_property
    def covariance(self) -> Floats:
        """[J, J]."""
        total: Floats = np.asarray(np.sum([piece.covariance for piece in self.pieces], axis=0))
        for one, other, overlap in self._list_pairs():
            crossed = find_crossed_covariances((one.linear.plan, one.z), (other.linear.plan, other.z), overlap)
            total += crossed + crossed.T
        return total

    def combine(self, coefficients: csr_array) -> "Combination":
        """Sums [L, J] of these sums."""
        pieces = (Piece(one.linear, csr_array(coefficients @ one.coefficients)) for one in self.pieces)
        return Combination(tuple(pieces))

    def take(self, rows: Ints) -> "Combination":
        """Some of these sums, in this order."""
        pieces = (Piece(one.linear, csr_array(one.coefficients[rows])) for one in self.pieces)
        return Combination(tuple(pieces))

    def subtract(self, other: "Combination") -> "Combination":
        """These less as many others."""
        negative = tuple(Piece(one.linear, csr_array(-one.coefficients)) for one in other.pieces)
        return Combination((*self.pieces, *negative))

    def _list_pairs(self) -> list[tuple[Piece, Piece, Overlap]]:
        pairs = []
        for place, one in enumerate(self.pieces):
            for other in self.pieces[place + 1 :]:
                if one.linear.replicates is not None or other.linear.replicates is not None:
                    raise UnknownOverlap(
                        "change: replicates of two waves do not say how they go together, so that their covariance is "
                        "unknown. Make the change from surveys without replicates."
                    )
                pairs.append((one, other, match_units(one.linear.plan, other.linear.plan)))
        return pairs


def keep_all(linear: Linear) -> Combination:
    """Every estimate of a family as it is."""
    return Combination((Piece(linear, csr_array(eye_array(linear.size))),))


def stack_combinations(parts: Sequence[Combination]) -> Combination:
    """The sums of several, one after the other."""
    size, start, pieces = sum(part.size for part in parts), 0, []
    for part in parts:
        for piece in part.pieces:
            rows = csr_array(piece.coefficients)
            above, below = (csr_array((count, rows.shape[1])) for count in (start, size - start - part.size))
            pieces.append(Piece(piece.linear, csr_array(vstack([above, rows, below]))))
        start += part.size
    return Combination(tuple(pieces))
