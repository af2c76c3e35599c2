"""Columns of the data as codes and numbers."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from praksis.errors import PraksisError
from praksis.estimate.array import Bools, Floats, Ints

Value = Hashable


class UnknownColumn(PraksisError):
    """A name that the data do not have, or a column that is not of the kind asked for."""


@dataclass(frozen=True)
class Coded:
    """A column as codes into its categories; -1 where it is missing."""

    codes: Ints
    categories: tuple[Any, ...]

    def find(self, value: Value) -> int:
        try:
            return self.categories.index(value)
        except ValueError:
            return -1


def read_table(data: Any) -> pa.Table:
    """An Arrow table from one, from pandas, Polars, or a mapping of columns. Raises UnknownColumn where it is none."""
    try:
        table = _make_table(data)
    except (TypeError, pa.ArrowException) as error:
        raise UnknownColumn(
            f"data: the columns make no table ({error}). Give each as many values as the others, of one kind."
        ) from None
    twice = next((name for name in table.column_names if table.column_names.count(name) > 1), None)
    if twice is not None:
        raise UnknownColumn(f'data: two columns are called "{twice}"; give each a name of its own.')
    return table


def _make_table(data: Any) -> pa.Table:
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, Mapping):
        arrow = pa.Array, pa.ChunkedArray
        return pa.table({name: column if isinstance(column, arrow) else list(column) for name, column in data.items()})
    if hasattr(data, "__arrow_c_stream__"):
        return pa.table(data)
    if hasattr(data, "to_arrow"):
        return data.to_arrow()
    if hasattr(data, "iloc"):
        return pa.Table.from_pandas(data, preserve_index=False)
    raise UnknownColumn(f"data: a {type(data).__name__} is no table; give an Arrow, pandas or Polars table, or a dict.")


def pick_column(table: pa.Table, name: str) -> pa.ChunkedArray:
    """A column by name. Raises UnknownColumn with the nearest names."""
    place = table.schema.get_field_index(name)
    if place < 0:
        near = get_close_matches(name, table.column_names, 3)
        hint = f"did you mean {', '.join(near)}?" if near else f"the data have {', '.join(table.column_names[:12])}."
        raise UnknownColumn(f'there is no column "{name}": {hint}')
    return table.column(place)


def code_column(table: pa.Table, name: str) -> Coded:
    """A column as codes. Dictionaries keep the order of their categories, other columns are sorted."""
    column = pick_column(table, name)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    if pa.types.is_nested(column.type):
        raise UnknownColumn(f'column "{name}" holds {column.type}; give it one value per row.')
    if pa.types.is_null(column.type):
        return Coded(np.full(len(column), -1, dtype=np.int64), ())
    kept = pa.types.is_dictionary(column.type)
    if not kept:
        column = column.dictionary_encode()
    encoded = column.chunk(0) if column.num_chunks == 1 else _join_chunks(column)
    categories = encoded.dictionary.to_pylist()
    order = [place for place, category in enumerate(categories) if category is not None]
    if not kept:
        order.sort(key=lambda place: categories[place])
    rank = np.full(len(categories) + 1, -1, dtype=np.int64)
    rank[1:][order] = np.arange(len(order))
    indices = encoded.indices if encoded.indices.null_count == 0 else encoded.indices.fill_null(-1)
    codes = rank[indices.to_numpy(zero_copy_only=False).astype(np.int64) + 1]
    return Coded(codes, tuple(categories[place] for place in order))


def find_missing(table: pa.Table, name: str) -> Bools:
    """[n] where a column has no value: null, or nan."""
    column = pick_column(table, name)
    if pa.types.is_dictionary(column.type) or pa.types.is_nested(column.type):
        return code_column(table, name).codes < 0
    # Numbers need not be sorted into categories for this.
    return np.asarray(pc.is_null(column, nan_is_null=True), dtype=bool)


def _join_chunks(column: pa.ChunkedArray) -> pa.DictionaryArray:
    joined = column.unify_dictionaries().combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


def read_numbers(table: pa.Table, name: str) -> Floats:
    """A column as numbers, nan where it is missing; yes/no counts as 1/0. Raises UnknownColumn for text."""
    column = pick_column(table, name)
    kinds = pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_decimal, pa.types.is_null
    if not any(kind(column.type) for kind in kinds):
        raise UnknownColumn(
            f'column "{name}" holds {column.type}, not numbers; ask for the share of its answers instead.'
        )
    values = pc.cast(column, pa.float64()).to_numpy()
    return np.array(values, dtype=np.float64)


def number_rows(columns: Sequence[Ints], rows: int) -> tuple[Ints, Ints]:
    """Number the combinations of code columns that occur, in sorted order; -1 is a code too.

    Returns:
        [n] the number of every row, and [K] the first row of every combination.
    """
    code, width = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        size = int(column.max(initial=-1)) + 2
        if width * size > _WIDEST:
            code, width = _densify(code, width)
        code, width = code * size + (column + 1), width * size
    if width == 1:
        return code, np.zeros(min(rows, 1), dtype=np.int64)
    number, count = _densify(code, width)
    firsts = np.full(count, rows, dtype=np.int64)
    firsts[number[::-1]] = np.arange(rows)[::-1]
    return number, firsts


_WIDEST = 1 << 22
"""Codes up to here are counted in a table, more are sorted."""


def _densify(code: Ints, width: int) -> tuple[Ints, int]:
    if width > _WIDEST:
        kinds, dense = np.unique(code, return_inverse=True)
        return dense.astype(np.int64), len(kinds)
    present = np.bincount(code, minlength=width) > 0
    return (np.cumsum(present) - 1)[code].astype(np.int64), int(present.sum())
