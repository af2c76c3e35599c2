"""Estimates as what they are to first order: a sum over the sample of weight times influence.

A block is a family of estimates with one denominator: all answers of an item, over all domains. With y the numerator, x
the denominator and the sums over the domain, theta = sum w y / sum w x has the linearised value z = w (y - theta x) /
sum w x; a total has z = w y (Särndal, Swensson & Wretman 1992, sections 5.5 and 5.7; Lumley 2010, section 2.2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.plan import Plan
from praksis.estimate.replicates import Columns, Replicates, combine_replicates, total_replicates, vary_replicates
from praksis.estimate.variance import find_covariance, find_variances

_LARGEST = 4_000_000
"""Linearised values in memory at once while variances are found."""


@dataclass(frozen=True)
class Block:
    """Estimates of K numerators over one denominator each, in G domains: G x K estimates, domain by domain."""

    y: Floats
    """[n, K]; 0 where missing."""
    x: Floats | None
    """[n, 1] or [n, K]; None where totals are estimated."""
    inside: Bools
    """[n, G]."""

    @property
    def size(self) -> int:
        return int(self.inside.shape[1] * self.y.shape[1])

    def estimate(self, weight: Floats) -> Floats:
        """[G * K]; nan where nobody answered."""
        weighted = self.inside * weight[:, None]
        top = weighted.T @ self.y
        if self.x is None:
            return top.ravel()
        bottom = weighted.T @ self.x
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.broadcast_to(top / bottom, top.shape).ravel()

    def linearise(self, weight: Floats, values: Floats, columns: slice | Ints) -> Floats:
        """[n, len(columns)] the z of some of the estimates."""
        k = self.y.shape[1]
        places = np.arange(self.size)[columns]
        g, answer = places // k, places % k
        weighted = self.inside[:, g] * weight[:, None]
        y = self.y[:, answer]
        if self.x is None:
            return np.asarray(weighted * y, dtype=np.float64)
        x = self.x if self.x.shape[1] == 1 else self.x[:, answer]
        bottom = (weighted * x).sum(axis=0)
        known = bottom != 0
        return np.where(
            known, weighted * (y - np.where(known, values[places], 0) * x) / np.where(known, bottom, 1), 0.0
        )


@dataclass(frozen=True)
class Linear:
    """Estimates of one sample, their values, and their variance when asked for."""

    plan: Plan
    blocks: tuple[Block, ...]
    replicates: Replicates | None = None
    replicate: Callable[[], Floats] | None = None
    """A faster way to the estimates under every set of weights, where there is one."""

    @cached_property
    def values(self) -> Floats:
        """[J]."""
        return np.concatenate([block.estimate(self.plan.weight) for block in self.blocks])

    @property
    def size(self) -> int:
        return sum(block.size for block in self.blocks)

    def linearise(self, places: Ints | None = None) -> Floats:
        """[n, J] or the columns at `places`."""
        wanted = np.arange(self.size) if places is None else places
        parts, start = np.zeros((len(self.plan.weight), len(wanted))), 0
        for block in self.blocks:
            values = self.values[start : start + block.size]
            here = np.flatnonzero((wanted >= start) & (wanted < start + block.size))
            if here.size:
                parts[:, here] = block.linearise(self.plan.weight, values, wanted[here] - start)
            start += block.size
        return parts

    @cached_property
    def variances(self) -> Floats:
        """[J]."""
        if self.replicates is not None:
            return vary_replicates(self.replicated, self.values, self.replicates)
        if self.size == 0:
            return np.zeros(0)
        step = max(_LARGEST // max(len(self.plan.weight), 1), 1)
        pieces = [
            find_variances(self.plan, self.linearise(np.arange(start, min(start + step, self.size))))
            for start in range(0, self.size, step)
        ]
        return np.concatenate(pieces)

    def find_covariance(self, places: Ints | None = None) -> Floats:
        """[J, J] or of the estimates at `places`."""
        if self.replicates is not None:
            wanted = slice(None) if places is None else places
            return combine_replicates(self.replicated[:, wanted], self.values[wanted], self.replicates)
        return find_covariance(self.plan, self.linearise(places))

    @cached_property
    def replicated(self) -> Floats:
        """[R, J] the estimates under each set of replicate weights."""
        assert self.replicates is not None
        if self.replicate is not None:
            return self.replicate()
        return np.hstack([_replicate_block(block, self.plan, self.replicates) for block in self.blocks])


def _replicate_block(block: Block, plan: Plan, replicates: Replicates) -> Floats:
    """[R, G * K]: totals under every replicate, then the ratios."""
    sums = [block.y] if block.x is None else [block.y, block.x]
    parts = []
    for g in range(block.inside.shape[1]):
        values = np.hstack(sums) * block.inside[:, g, None]
        totals = total_replicates(replicates, plan.weight, plan.first, Columns(values=values))[:, 0]
        top, bottom = totals[:, : block.y.shape[1]], totals[:, block.y.shape[1] :]
        with np.errstate(invalid="ignore", divide="ignore"):
            parts.append(top if block.x is None else top / bottom)
    return np.hstack(parts)
