"""Rows to codes: what the sums need to know of a row, in a few narrow arrays."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from praksis.estimate.array import Floats, Ints
from praksis.estimate.engine.table import AggregationError, Request
from praksis.estimate.engine.vocabulary import Codes, Combinations, Vocabulary

Column = TypeVar("Column", Codes, Floats)

_BINS = 12
"""Rows are sorted into at most 2^12 groups of units."""
_SMALL = 1 << 17
"""So few sums are in the cache in any order of rows."""


@dataclass(frozen=True)
class Batch:
    """Some rows, coded."""

    rows: int
    units: Codes
    """The unit of every row, [rows]."""
    many: int
    """Units known when the batch was made."""
    codes: dict[str, Codes]
    """Categorical column -> codes of its vocabulary, [rows]; 0 is missing."""
    sizes: Mapping[str, int]
    """Categorical column -> values in its vocabulary when the batch was made; no code is larger."""
    numbers: dict[str, Floats] = field(default_factory=dict)
    """Numeric column -> values, NaN where missing, [rows]."""

    def split(self, rows: int) -> Iterator["Batch"]:
        """The same rows, at most so many at a time."""
        for start in range(0, self.rows, rows):
            chosen = slice(start, start + rows)
            units = self.units[chosen]
            yield replace(
                self,
                rows=len(units),
                units=units,
                codes={name: column[chosen] for name, column in self.codes.items()},
                numbers={name: column[chosen] for name, column in self.numbers.items()},
            )


class Coder:
    """Codes the columns of tables. What it knows grows with every table."""

    def __init__(self, requests: Sequence[Request]) -> None:
        """For requests that have the same units."""
        self.requests = tuple(requests)
        self.units = Combinations(requests[0].units)
        self.categorical = tuple(dict.fromkeys(name for request in requests for name in request.categorical))
        self.numeric = tuple(dict.fromkeys(name for request in requests for name in request.numeric))
        self.vocabularies = {name: Vocabulary() for name in self.categorical}

    def encode(self, table: pa.Table | pa.RecordBatch, rows: int | None = None) -> Batch:
        """The rows of a table with the unit columns and others; `rows` of them where it has no columns.

        Raises AggregationError where a unit column is empty.
        """
        rows = table.num_rows if rows is None else rows
        given = table.schema.names
        codes = {name: words.encode(table.column(name)) for name, words in self.vocabularies.items() if name in given}
        sizes = {name: len(vocabulary) for name, vocabulary in self.vocabularies.items()}
        names = self.units.names
        for name in names:
            if rows and codes[name].min() == 0:
                raise AggregationError(
                    f"Column {name!r} is empty in some rows, so that it is not known which stratum or cluster they "
                    "belong to. Fill it in, or leave the rows out."
                )
        units = self.units.encode([codes[name] for name in names], [sizes[name] for name in names], rows)
        return Batch(
            rows=rows,
            units=units,
            many=len(self.units),
            codes=codes,
            sizes=sizes,
            numbers={name: read_numbers(table.column(name)) for name in self.numeric if name in given},
        )

    def encode_all(self, tables: Iterator[pa.Table | pa.RecordBatch], rows: int) -> Iterator[Batch]:
        """All rows, at least so many in a batch but the last one; see `join_batches`."""
        parts: list[Batch] = []
        for table in tables:
            parts.append(self.encode(table))
            if sum(part.rows for part in parts) >= rows:
                yield join_batches(parts, self._is_large(parts[-1]))
                parts = []
        if parts:
            yield join_batches(parts, self._is_large(parts[-1]))

    def _is_large(self, batch: Batch) -> bool:
        """Are the sums too many for the cache?"""

        def count(request: Request) -> int:
            domains = math.prod(batch.sizes[name] + 1 for name in request.domains)
            return batch.many * domains * (1 + sum(batch.sizes[name] + 1 for name in request.items))

        return any(count(request) > _SMALL for request in self.requests)


def join_batches(parts: list[Batch], ordered: bool) -> Batch:
    """The rows of batches as one, if `ordered` with those of a unit close together, as its sums should be in the cache.

    Rows of a unit stay in their order. The batches are emptied column by column, so that little is in memory twice.
    """
    last, rows = parts[-1], sum(part.rows for part in parts)
    units = np.concatenate([part.units for part in parts])
    order = _find_order(units, last.many) if ordered else None

    def join(columns: list[Column]) -> Column:
        whole = columns[0] if len(columns) == 1 else np.concatenate(columns)
        columns.clear()
        return whole if order is None else whole.take(order)

    return Batch(
        rows=rows,
        units=join([units]),
        many=last.many,
        codes={name: join([part.codes.pop(name) for part in parts]) for name in list(last.codes)},
        sizes=last.sizes,
        numbers={name: join([part.numbers.pop(name) for part in parts]) for name in list(last.numbers)},
    )


def _find_order(units: Codes, many: int) -> Ints | None:
    """An order of rows that groups their units, rows of a group as they were; None if they are so already."""
    shift = max(0, (many - 1).bit_length() - _BINS)
    bins = (units >> shift).astype(np.int32)
    if bool(np.all(bins[1:] >= bins[:-1])):
        return None
    # A counting sort: the columns of a matrix, one entry in each, become rows.
    ends = np.arange(len(bins) + 1, dtype=np.int32)
    matrix = sparse.csc_array((np.ones(len(bins), dtype=np.int8), bins, ends), shape=(1 << _BINS, len(bins)))
    order: Ints = matrix.tocsr().indices.astype(np.int64)
    return order


def read_numbers(column: pa.Array | pa.ChunkedArray) -> Floats:
    """A numeric column, NaN where it is missing."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    numbers: Floats = pc.fill_null(pc.cast(column, pa.float64(), safe=False), np.nan).to_numpy(zero_copy_only=False)
    return numbers
