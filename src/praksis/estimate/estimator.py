"""From microdata to a cube: every number that figures, sentences and claims ask for, and no other."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from praksis.define.design import Inference
from praksis.define.survey import Survey
from praksis.edit.microdata import Microdata
from praksis.estimate.cube import Cell, Cube, Estimate, Fieldwork, Status
from praksis.estimate.disclosure.hiding import hide_cells
from praksis.estimate.interval import (
    Bounded,
    Shares,
    bound_differences,
    bound_shares_wilson,
    find_correlations,
    keep_possible,
    temper_correlations,
)
from praksis.estimate.overlap import Overlap
from praksis.estimate.sample import Sample, draw_sample
from praksis.estimate.share import Linear, find_share_covariance, linearise_share


@dataclass
class Estimator:
    """Estimates over the waves of a survey. Keeps what it has linearised."""

    survey: Survey
    microdata: Mapping[str, Microdata]
    """Wave -> its microdata."""
    _samples: dict[tuple[str, str], Sample] = field(default_factory=dict)
    _linear: dict[Cell, Linear | None] = field(default_factory=dict)
    _overlaps: dict[tuple[int, int], Overlap] = field(default_factory=dict)

    def fill_cube(self, cells: Iterable[Cell]) -> Cube:
        """A cube with these cells. What may not be shown is hidden here and nowhere else."""
        filled = {cell: self.estimate(cell) for cell in dict.fromkeys(cells)}
        synthetic = any(microdata.synthetic for microdata in self.microdata.values())
        checked, hidden = hide_cells(self.survey, filled, self._sample)
        return Cube(checked, self.count_fieldwork(), synthetic, hidden)

    def estimate(self, cell: Cell) -> Estimate:
        """One share, change or gap."""
        if cell.since:
            return self._compare(cell, Cell(cell.item, cell.answer, cell.group, cell.since))
        if cell.against:
            return self._compare(cell, Cell(cell.item, cell.answer, cell.against, cell.wave))
        if cell.over:
            return self._compare(cell, Cell(cell.over, cell.answer, cell.group, cell.wave))
        return self._estimate_share(cell)

    def count_fieldwork(self) -> dict[tuple[str, str, str], Fieldwork]:
        """(wave, role, group) -> asked and answered, for everyone and each category of the frame's breakdowns."""
        counts: dict[tuple[str, str, str], Fieldwork] = {}
        given = [breakdown for breakdown in self.survey.breakdowns.values() if not breakdown.answer_to]
        groups = ["all", *(f"{one.id}={category.id}" for one in given for category in one.categories)]
        groups += [claim.group for claim in self.survey.claims if not claim.item and claim.group not in groups]
        for wave in self.microdata:
            for role in self.survey.header.roles:
                if wave not in role.waves:
                    continue
                sample = self._sample(wave, role.id)
                for group in groups:
                    inside, _ = sample.find_group(group)
                    counts[wave, role.id, group] = Fieldwork(sample.count_population(group), int(inside.sum()))
        return counts

    def _sample(self, wave: str, role: str) -> Sample:
        if (wave, role) not in self._samples:
            self._samples[wave, role] = draw_sample(self.survey, self.microdata[wave], role)
        return self._samples[wave, role]

    def _linearise(self, cell: Cell) -> Linear | None:
        if cell not in self._linear:
            sample = self._sample(cell.wave, self.survey.question_of[cell.item].role)
            self._linear[cell] = linearise_share(sample, cell.item, cell.answer, cell.group)
        return self._linear[cell]

    def _find_status(self, cell: Cell) -> Status:
        if cell.wave not in self.survey.waves_of(cell.item):
            return Status.NOT_ASKED
        linear = self._linearise(cell)
        if linear is None:
            return Status.EMPTY
        extreme = self.survey.items[cell.item].sensitive and linear.value in (0.0, 1.0)
        return Status.CONFIDENTIAL if linear.n < self.survey.design.min_n or extreme else Status.SHOWN

    def _estimate_share(self, cell: Cell) -> Estimate:
        status = self._find_status(cell)
        if status is Status.NOT_ASKED:
            return Estimate(status)
        linear = self._linearise(cell)
        if linear is None or status is not Status.SHOWN:
            return Estimate(status)
        return self._measure(cell, linear)

    def _measure(self, cell: Cell, linear: Linear, *, possible: bool = True) -> Estimate:
        """A share; its limits kept to what is possible, unless they are to make those of a difference."""
        design = self.survey.design
        population = linear.sample.count_population(cell.group)
        se = math.sqrt(linear.variance)
        counted = design.inference is Inference.ORGANISATIONS and design.weights == "none"
        known = population if counted and possible else 0
        count = linear.value * linear.n
        numbers = (linear.value, se, linear.n, linear.fraction, linear.df, count)
        shares = Shares(*(np.array([one], dtype=np.float64) for one in numbers))
        limits = bound_shares_wilson(shares, design.confidence)
        limits = keep_possible(shares, np.array([known], dtype=np.float64), limits) if known else limits
        lower, upper = (float(limit[0]) for limit in limits)
        return Estimate(
            Status.SHOWN,
            value=100 * linear.value,
            se=100 * se,
            lower=100 * lower,
            upper=100 * upper,
            n=linear.n,
            population=population,
            uncertain=100 * (upper - lower) > design.too_uncertain,
        )

    def _compare(self, cell: Cell, other: Cell) -> Estimate:
        """The share at `cell` less the one at `other`; shown only where both may be."""
        here = Cell(cell.item, cell.answer, cell.group, cell.wave)
        statuses = [self._find_status(one) for one in (here, other)]
        for worst in (Status.NOT_ASKED, Status.EMPTY, Status.CONFIDENTIAL):
            if worst in statuses:
                return Estimate(worst)
        later, earlier = self._linearise(here), self._linearise(other)
        assert later is not None
        assert earlier is not None
        covariance = find_share_covariance(earlier, later, self._overlaps)
        se = 100 * math.sqrt(max(later.variance + earlier.variance - 2 * covariance, 0.0))
        first, second = (self._measure(*one, possible=False) for one in ((here, later), (other, earlier)))
        bounded = (
            Bounded(*(np.array([limit]) for limit in (one.value, one.lower, one.upper))) for one in (first, second)
        )
        variances = (np.array([one.variance]) for one in (later, earlier))
        shares = ((np.array([one.value]), np.array([math.sqrt(one.variance)])) for one in (later, earlier))
        correlation = temper_correlations(find_correlations(np.array([covariance]), *variances), *shares)
        lower, upper = (float(limit[0]) for limit in bound_differences(next(bounded), next(bounded), correlation))
        return Estimate(
            Status.SHOWN,
            value=first.value - second.value,
            se=se,
            lower=lower,
            upper=upper,
            n=min(later.n, earlier.n),
            uncertain=upper - lower > self.survey.design.too_uncertain,
        )
