"""What is asked of an engine and what comes back: sums per unit, domain and answer, and nothing of single rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import pyarrow as pa

from praksis.errors import PraksisError
from praksis.estimate.array import Floats, Ints

Category = str | int | float | bool
"""A value of a categorical column; dates and decimals pass through as Python has them."""

Number = TypeVar("Number", Ints, Floats)
Value = TypeVar("Value")

SLOTS = 200_000_000
"""The most numbers of a kind that one answer may hold: 1.6 GB of counts, and as much again of sums."""


class AggregationError(PraksisError):
    """The data cannot be added up as asked: a column is not there, not of the kind, or has too many values."""


class TooManySums(AggregationError):
    """Units, domains and answers make more sums than memory is given to."""


@dataclass(frozen=True)
class Request:
    """What to add up. All names are columns of the data.

    `units` are the columns whose combinations are the units of the variance: strata and first-stage clusters.
    `domains` are crossed with one another. Every one of `items` gives a table of its own, every one of
    `measures` (numbers) its sums. Without `weight` every row counts 1. With `squares` the sums of squares are made
    too, which rows that are their own clusters need (then the units are the strata).
    """

    units: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    weight: str | None = None
    squares: bool = False

    @property
    def categorical(self) -> tuple[str, ...]:
        """The columns that are read as categories, once."""
        return tuple(dict.fromkeys(self.units + self.domains + self.items))

    @property
    def numeric(self) -> tuple[str, ...]:
        """The columns that are read as numbers, once."""
        return tuple(dict.fromkeys(self.measures + (() if self.weight is None else (self.weight,))))


@dataclass(frozen=True)
class Moments:
    """Sums of a numeric column y over the rows where it is not missing (null or NaN), each [U, D].

    `n` counts them, `w` is the sum of their weights, `wy` of weight times y; `w2`, `w2y` and `w2y2` are the sums of
    w^2, w^2 y and w^2 y^2, None without `squares`.
    """

    n: Ints
    w: Floats
    wy: Floats
    w2: Floats | None = None
    w2y: Floats | None = None
    w2y2: Floats | None = None


@dataclass(frozen=True)
class Aggregate:
    """The sums of a request: U units by D domains by A answers and, last, those without an answer.

    Units, domains and categories are those that occur, sorted by their values column by column; null is last. No
    unit columns make one unit, no domain columns one domain, also of a table without rows.
    """

    units: pa.Table
    """[U rows] the unit columns, and `rows` (int64) and `weight` (float64): all rows of the unit, and their weights."""
    domains: pa.Table
    """[D rows] the domain columns, null where a row has none."""
    rows: Ints
    """[U, D] rows, whether or not they have answers."""
    weights: Floats
    """[U, D] sums of the weights of those rows."""
    constant: bool
    """Do all rows of a unit have the same weight? Then every sum is a count times that weight, on every engine the
    same bits."""
    categories: Mapping[str, tuple[Category, ...]] = field(default_factory=dict)
    """Item -> its A answers."""
    counts: Mapping[str, Ints] = field(default_factory=dict)
    """Item -> [U, D, A + 1] rows."""
    sums: Mapping[str, Floats] = field(default_factory=dict)
    """Item -> [U, D, A + 1] sums of weights."""
    squares: Mapping[str, Floats] = field(default_factory=dict)
    """Item -> [U, D, A + 1] sums of squared weights; empty unless asked for."""
    moments: Mapping[str, Moments] = field(default_factory=dict)
    """Measure -> its sums."""


class Engine(Protocol):
    """Adds up one data set. All engines give the same: counts to the bit, sums to 1e-12 of their size."""

    @property
    def schema(self) -> pa.Schema:
        """The columns of the data and their types."""
        ...

    def guess_size(self, columns: Sequence[str]) -> int:
        """Roughly how many combinations of the columns' values occur, for plans only: an engine may look at some rows.

        Raises AggregationError where a column is not there, or its values cannot be told apart.
        """
        ...

    def aggregate(self, request: Request) -> Aggregate:
        """The sums of a request. Raises AggregationError."""
        ...

    def aggregate_all(self, requests: Sequence[Request]) -> list[Aggregate]:
        """The sums of several requests, in one reading of the data where the engine can."""
        ...


def sort_values(values: Sequence[Value]) -> list[Value]:
    """The values that occur, sorted, None last."""
    return sorted(set(values), key=lambda value: (value is None, value if value is not None else 0))
