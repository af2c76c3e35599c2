"""Who answered an item, divided as finely as the survey's groups can tell them apart: counts, and no more."""

from dataclasses import dataclass

import numpy as np

from praksis.define.group import parse_group
from praksis.define.question import Missing
from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.sample import Sample


@dataclass(frozen=True)
class Division:
    """The responses of a role in a wave, divided by stratum and by every category of every breakdown: A atoms."""

    place: Ints
    """[n] response -> its atom."""
    stratum: Ints
    """[A]"""
    inside: dict[str, Bools]
    """`breakdown=category` -> [A]"""
    known: dict[str, Bools]
    """Breakdown -> [A] is it known where they stand? Not where the answer that decides is missing."""


def divide_sample(sample: Sample) -> Division:
    """The coarsest division that no group, stratum or missing deciding answer cuts through."""
    breakdowns = sample.survey.breakdowns.values()
    names = [f"{breakdown.id}={category.id}" for breakdown in breakdowns for category in breakdown.categories]
    found = {name: sample.find_group(name) for name in names}
    size = len(sample.organisations)
    known = {one.id: found[f"{one.id}={one.categories[0].id}"][1] for one in breakdowns}
    columns = [sample.stratum, *(inside & is_known for inside, is_known in found.values()), *known.values()]
    table = np.column_stack([np.asarray(column, dtype=np.int64) for column in columns])
    atoms, place = np.unique(table, axis=0, return_inverse=True) if size else (table, np.zeros(0, dtype=np.int64))
    members = atoms.astype(bool).T
    return Division(
        place=place.ravel().astype(np.int64),
        stratum=atoms[:, 0],
        inside=dict(zip(names, members[1 : 1 + len(names)], strict=True)),
        known=dict(zip(known, members[1 + len(names) :], strict=True)),
    )


@dataclass(frozen=True)
class Tally:
    """The answers to one item in one wave, counted per atom."""

    division: Division
    counts: Ints
    """[A, C] answers per atom and code of the base."""
    responding: Ints
    """[A] responses to the item, also those that were not asked it: they are known to be outside its base."""
    population: Ints | None
    """Organisations of the frame per stratum; None where each answer counts once."""

    def find_members(self, group: str) -> Bools:
        """[A] the atoms of a group; those whose place is not known are outside."""
        inside = np.ones(len(self.responding), dtype=bool)
        for name, value in parse_group(group).items():
            inside &= self.division.inside[f"{name}={value}"]
        return inside & self._find_known(group)

    def weigh(self, group: str) -> Floats:
        """[A] what each answer counts in the shares of a group; 0 outside it."""
        members = self.find_members(group)
        if self.population is None:
            return members.astype(np.float64)
        known = self._find_known(group)
        stratum = self.division.stratum
        responses = np.bincount(stratum[known], weights=self.responding[known], minlength=len(self.population))
        return np.where(members, (self.population / np.maximum(responses, 1))[stratum], 0.0)

    def _find_known(self, group: str) -> Bools:
        known = np.ones(len(self.responding), dtype=bool)
        for name in parse_group(group):
            known &= self.division.known[name]
        return known


def count_answers(sample: Sample, division: Division, item: str) -> Tally:
    """The tally of one of the sample's items."""
    codes = sample.answers[item]
    responding = (codes != Missing.NOT_ANSWERED) & ~sample.find_lost(item)
    size = len(division.stratum)
    counts = [
        np.bincount(division.place[responding & (codes == code)], minlength=size)
        for code in sample.survey.scale_of(item).base_codes
    ]
    return Tally(
        division=division,
        counts=np.column_stack(counts).astype(np.int64),
        responding=np.bincount(division.place[responding], minlength=size).astype(np.int64),
        population=None if sample.survey.design.weights == "none" else sample.population,
    )
