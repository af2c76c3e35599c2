"""The covariance of the shares of two waves from joint counts, for many items and domains at once.

The sum of `overlap.find_paired_covariances` in another order: per pair of strata, how many of those in both samples
gave which answers. `tests/estimate/test_twins.py` compares the two.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.overlap import Overlap
from praksis.estimate.scale import Answers
from praksis.estimate.tally import tally_rows


@dataclass(frozen=True)
class Wave:
    """One of the two waves: I items with one scale of K answers, G domains, H strata."""

    codes: Ints
    """[n, I], the last code where missing."""
    scale: Answers
    weight: Floats
    """[n]."""
    crossed: Ints
    """[n] crossed domain of every row, 0 to D."""
    margins: Floats
    """[G, D + 1] which crossed domains make which domain."""
    p: Floats
    """[G, K, I]; 0 where nobody answered."""
    total: Floats
    """[G, I] sum of weights of the base."""
    means: Floats
    """[H, G, K, I] mean of z per stratum, times the sum of weights; 0 in a stratum of one."""


def pair_shares(first: Wave, second: Wave, overlap: Overlap) -> Floats:
    """[G, K, I] covariance of every share of the first wave with the same of the second, not yet clipped.

    With z = w (y - p x): sum z1 z2 over those in the domain both times, less each stratum's mean times the sum of the
    other wave's z over those in the domain at that wave, plus the product of the means for everyone in the overlap.

    Args:
        overlap: of the rows, which are their own units.
    """
    one, two, scale = overlap.first, overlap.second, first.scale
    if not len(one):
        return np.zeros_like(first.p)
    pairs, width = len(overlap.factor), second.margins.shape[1]
    joint = (overlap.pair * first.margins.shape[1] + first.crossed[one]) * width + second.crossed[two]
    kinds, cell = np.unique(joint, return_inverse=True)
    here, there = (kinds // width) % first.margins.shape[1], kinds % width
    pair_of = kinds // (width * first.margins.shape[1])
    rows = _Rows(first.codes[one], second.codes[two], first.weight[one], second.weight[two], cell, len(kinds))
    in_one, in_two = first.margins[:, here], second.margins[:, there]
    p, q = first.p, second.p
    both = _Adder(pair_of, pairs, in_one * in_two)
    products = both.add(rows.count_both(scale, second.scale))
    products -= q * both.add(rows.count_first(scale, second.scale.base))
    products -= p * both.add(rows.count_second(second.scale, scale.base))
    products += p * q * both.add(rows.count_bases(scale.base, second.scale.base))
    alone = _Adder(pair_of, pairs, in_one).add(rows.count_alone(0, scale))
    products -= second.means[overlap.strata[1]] * (alone[:, :, :-1] - p * alone[:, :, -1:])
    alone = _Adder(pair_of, pairs, in_two).add(rows.count_alone(1, second.scale))
    m1, m2 = first.means[overlap.strata[0]], second.means[overlap.strata[1]]
    products -= m1 * (alone[:, :, :-1] - q * alone[:, :, -1:])
    sizes = np.bincount(overlap.pair, minlength=pairs)
    products += sizes[:, None, None, None] * m1 * m2
    scaled = first.total * second.total
    return np.asarray(np.tensordot(overlap.factor, products, axes=1) / np.where(scaled > 0, scaled, 1.0)[:, None])


class _Adder:
    """Adds tables per cell [C, ...] up to pairs of strata and domains [P, G, ...].

    `pair_of` [C] is the pair of every cell, `inside` [G, C] says which cells are in which domain.
    """

    def __init__(self, pair_of: Ints, pairs: int, inside: Floats) -> None:
        domain, cell = np.nonzero(inside)
        rows = pair_of[cell] * len(inside) + domain
        self.shape = pairs, len(inside)
        self.picks = csr_array((inside[domain, cell], (rows, cell)), shape=(pairs * len(inside), inside.shape[1]))

    def add(self, table: Floats) -> Floats:
        return np.asarray(self.picks @ table.reshape(len(table), -1)).reshape(*self.shape, *table.shape[1:])


@dataclass(frozen=True)
class _Rows:
    """The overlap: codes [m, I] and weights [m] of both waves, and the cell of every row."""

    a: Ints
    b: Ints
    weight_a: Floats
    weight_b: Floats
    cell: Ints
    cells: int

    @property
    def weight(self) -> Floats | None:
        """None where every row counts once."""
        weight = self.weight_a * self.weight_b
        return None if (weight == 1).all() else weight

    def count_both(self, one: Answers, two: Answers) -> Floats:
        """[C, K, I] gave the answer both times."""
        found = np.empty((self.cells, one.chosen.shape[1], self.a.shape[1]))
        single = (one.chosen.sum(axis=0) == 1) & (two.chosen.sum(axis=0) == 1)
        single &= one.chosen.argmax(axis=0) == two.chosen.argmax(axis=0)  # of one code in both waves
        if single.any():
            table = self._tally(self.a, len(one.base), self.a == self.b)
            found[:, single] = table[:, one.chosen[:, single].argmax(axis=0)]
        for k in np.flatnonzero(~single).tolist():
            picked = (one.chosen[self.a, k] > 0) & (two.chosen[self.b, k] > 0)
            found[:, k] = self._tally(np.zeros_like(self.a), 1, picked)[:, 0]
        return found

    def count_first(self, one: Answers, base: Floats) -> Floats:
        """[C, K, I] gave the answer the first time and any the second."""
        return np.asarray(np.matmul(one.chosen.T, self._tally(self.a, len(one.base), base[self.b] > 0)))

    def count_second(self, two: Answers, base: Floats) -> Floats:
        """[C, K, I] gave any answer the first time and this one the second."""
        return np.asarray(np.matmul(two.chosen.T, self._tally(self.b, len(two.base), base[self.a] > 0)))

    def count_bases(self, one: Floats, two: Floats) -> Floats:
        """[C, 1, I] gave any answer both times."""
        return self._tally(np.zeros_like(self.a), 1, (one[self.a] > 0) & (two[self.b] > 0))

    def count_alone(self, which: int, scale: Answers) -> Floats:
        """[C, K + 1, I] gave each answer, last any, at one wave, by that wave's weight."""
        codes, weight = (self.a, self.weight_a) if which == 0 else (self.b, self.weight_b)
        table = tally_rows(self.cell, self.cells, codes, len(scale.base), None if (weight == 1).all() else weight)
        return np.asarray(np.matmul(np.vstack([scale.chosen.T, scale.base]), table))

    def _tally(self, codes: Ints, answers: int, rows: Bools) -> Floats:
        """[C, answers, I] sums of both weights over the rows and items picked [m, I]."""
        items, weight = codes.shape[1], self.weight
        if rows.all():
            return tally_rows(self.cell, self.cells, codes, answers, weight)
        key = (self.cell[:, None] * answers + codes) * items + np.arange(items)
        weights = None if weight is None else np.broadcast_to(weight[:, None], key.shape)[rows]
        found = np.bincount(key[rows], weights, self.cells * answers * items)
        return found.reshape(self.cells, answers, items).astype(np.float64, copy=False)
