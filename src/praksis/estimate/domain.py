"""The domains that estimates are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from praksis.errors import PraksisError
from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.column import Coded, Value, number_rows

RESERVED = frozenset(
    {
        "item", "answer", "estimate", "se", "lower", "upper", "n", "nonresponse", "fraction", "df", "deff", "n_eff",
        "after", "fraction_before", "gap", "contrast", "t", "p", "p_holm", "can_flip", "distance", "others", "extreme",
    }
)  # fmt: skip
"""What results call their own columns."""


class UnclearDomains(PraksisError):
    """Columns that cannot split a result as they are asked to."""


@dataclass(frozen=True)
class Domain:
    """Part of the sample: the rows where each column has its value. No columns: everyone."""

    values: Mapping[str, Value]
    places: Mapping[str, int]
    """Column -> the code of its value."""


@dataclass(frozen=True)
class Crossing:
    """Columns crossed, so that rows are added up once for all domains."""

    number: Ints
    """[n] the crossed domain of every row; `count` where it is in none."""
    count: int
    margins: Floats
    """[G, count + 1] 1 where the crossed domain is part of the domain."""


@dataclass(frozen=True)
class Listed:
    """Domains as labels need them."""

    names: tuple[str, ...]
    """The columns that label a domain."""
    listed: list[Domain]


@dataclass(frozen=True, eq=False)
class Domains:
    """The domains of a result: the crossings of `by` that occur, and within each the categories of `each` in turn.

    `columns` are coded, `within` [n] says which rows may count.
    """

    columns: Mapping[str, Coded]
    within: Bools
    by: tuple[str, ...]
    each: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.listed)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that label a domain."""
        return tuple(dict.fromkeys((*self.by, *self.each)))

    @property
    def labelled(self) -> Listed:
        return Listed(self.names, self.listed)

    @cached_property
    def listed(self) -> list[Domain]:
        domains = []
        for crossing in self._cross_by():
            domains.append(crossing)
            for name in self.each:
                domains += [
                    Domain({**crossing.values, name: category}, {**crossing.places, name: place})
                    for place, category in enumerate(self.columns[name].categories)
                ]
        return domains

    @cached_property
    def inside(self) -> Bools:
        """[n, G]."""
        found = np.repeat(self.within[:, None], len(self), axis=1)
        for place, domain in enumerate(self.listed):
            for name, code in domain.places.items():
                found[:, place] &= self.columns[name].codes == code
        return found

    @cached_property
    def crossing(self) -> Crossing:
        """All columns crossed."""
        return self._cross(self.names, self.listed)

    def split(self, most: int) -> list[Crossing]:
        """Crossings of at most `most` crossed domains: all columns at once, or the domains of one column after
        another."""
        if len(self.names) < 2 or self.crossing.count <= most:
            return [self.crossing]
        runs, start = [], 0
        for place in range(1, len(self) + 1):
            if place == len(self) or self.listed[place].places.keys() != self.listed[start].places.keys():
                runs.append(self._cross(tuple(self.listed[start].places), self.listed[start:place]))
                start = place
        return runs

    def _cross_by(self) -> list[Domain]:
        if not self.by:
            return [Domain({}, {})]
        known = self.within.copy()
        for name in self.by:
            known &= self.columns[name].codes >= 0
        rows = np.flatnonzero(known)
        codes = {name: self.columns[name].codes[rows] for name in self.by}
        _, firsts = number_rows(list(codes.values()), len(rows))
        return [
            Domain(
                {name: self.columns[name].categories[code[first]] for name, code in codes.items()},
                {name: int(code[first]) for name, code in codes.items()},
            )
            for first in firsts.tolist()
        ]

    def _cross(self, names: Sequence[str], domains: Sequence[Domain]) -> Crossing:
        rows = np.flatnonzero(self.within)
        everyone = len(rows) == len(self.within)
        codes = [self.columns[name].codes if everyone else self.columns[name].codes[rows] for name in names]
        number, firsts = number_rows(codes, len(rows))
        count = len(firsts)
        margins = np.ones((len(domains), count + 1))
        margins[:, count] = 0
        for name, code in zip(names, codes, strict=True):
            kinds = code[firsts]
            for place, domain in enumerate(domains):
                if name in domain.places:
                    margins[place, :count] *= kinds == domain.places[name]
        if everyone:
            return Crossing(number, count, margins)
        crossed = np.full(len(self.within), count, dtype=np.int64)
        crossed[rows] = number
        return Crossing(crossed, count, margins)
