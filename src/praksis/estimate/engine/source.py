"""Where rows come from: Parquet files, read a part at a time, or a table in memory."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from praksis.estimate.engine.table import AggregationError

Thing = TypeVar("Thing")

ROWS = 1 << 18
"""Rows of a batch."""
_TOGETHER = 1 << 20
"""Rows of small row groups that are read in one go."""
_LARGE = 1 << 28
"""Row groups of so many bytes are not read whole, but in pieces of a buffer a column."""
_BUFFER = 1 << 20


class Source(Protocol):
    """Rows of named columns."""

    @property
    def schema(self) -> pa.Schema: ...

    def read(self, columns: Sequence[str], rows: int | None = None) -> Iterator[pa.Table | pa.RecordBatch]:
        """All rows of some columns, in order, in batches of at most so many."""
        ...


class TableSource:
    """A table in memory."""

    def __init__(self, table: pa.Table, rows: int = ROWS) -> None:
        self.table = table
        self.rows = rows

    @property
    def schema(self) -> pa.Schema:
        return self.table.schema

    def read(self, columns: Sequence[str], rows: int | None = None) -> Iterator[pa.Table]:
        chosen = self.table.select([find_column(self.schema, name) for name in columns])
        for start in range(0, len(chosen), rows or self.rows):
            yield chosen.slice(start, rows or self.rows)


class ParquetSource:
    """A Parquet file, or all of them in a folder and those below it, in the order of their names."""

    def __init__(self, path: Path, rows: int = ROWS) -> None:
        self.path = path
        self.rows = rows
        self.files = list_files(path)
        self.schema = _read_schema(self.files[0])
        for file in self.files[1:]:
            other = _read_schema(file)
            if dict(zip(other.names, other.types, strict=True)) != dict(
                zip(self.schema.names, self.schema.types, strict=True)
            ):
                raise AggregationError(
                    f"{file}: its columns are not those of {self.files[0]}. "
                    "Write all files of the folder with the same columns and types, or open them one by one."
                )

    def read(self, columns: Sequence[str], rows: int | None = None) -> Iterator[pa.RecordBatch]:
        for name in columns:
            find_column(self.schema, name)
        texts = [field.name for field in self.schema if pa.types.is_dictionary(field.type) or _is_text(field.type)]
        for path in self.files:
            yield from _read_file(path, columns, [name for name in texts if name in columns], rows or self.rows)


def _read_file(path: Path, columns: Sequence[str], texts: Sequence[str], rows: int) -> Iterator[pa.RecordBatch]:
    """All rows of a file, some row groups at a time: Arrow keeps what it has read until it is done with a call."""
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        groups = [file.metadata.row_group(place) for place in range(file.metadata.num_row_groups)]
        large = max((group.total_byte_size for group in groups), default=0) > _LARGE
    buffering = {"pre_buffer": False, "buffer_size": _BUFFER} if large else {}
    with pq.ParquetFile(path, read_dictionary=texts, **buffering) as file:
        start = 0
        for stop in range(1, len(groups) + 1):
            if stop == len(groups) or sum(group.num_rows for group in groups[start : stop + 1]) > _TOGETHER:
                yield from file.iter_batches(
                    batch_size=rows, row_groups=list(range(start, stop)), columns=list(columns)
                )
                start = stop


def list_files(path: Path) -> list[Path]:
    """The Parquet files of a folder, sorted, or the one file. Names that begin with `_` or `.` are not data."""
    if path.is_file():
        return [path]
    files = [
        file
        for file in sorted(path.rglob("*.parquet"))
        if not any(part.startswith(("_", ".")) for part in file.relative_to(path).parts)
    ]
    if not files:
        raise AggregationError(f"{path}: there is no Parquet file. Give the path of a file, or a folder with some.")
    return files


def find_column(schema: pa.Schema, name: str) -> int:
    """The place of a column. Raises AggregationError if there is none or more than one."""
    places: list[int] = schema.get_all_field_indices(name)
    if not places:
        raise AggregationError(f"There is no column {name!r}. The columns are {', '.join(map(repr, schema.names))}.")
    if len(places) > 1:
        raise AggregationError(
            f"{len(places)} columns are called {name!r}. Rename them, so that one can be told apart."
        )
    return places[0]


def find_kind(schema: pa.Schema, name: str) -> pa.DataType:
    """The type of a column's values, also where they are kept as a dictionary."""
    kind = schema.field(find_column(schema, name)).type
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def check_categories(schema: pa.Schema, names: Sequence[str]) -> None:
    """Raises AggregationError unless the columns are there and have values that can be told apart."""
    for name in names:
        kind = find_kind(schema, name)
        if pa.types.is_nested(kind):
            raise AggregationError(f"Column {name!r} holds {kind}, not single values. Make a column of each part.")


def check_numbers(schema: pa.Schema, names: Sequence[str]) -> None:
    """Raises AggregationError unless the columns are there and hold numbers."""
    for name in names:
        kind = find_kind(schema, name)
        tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_null)
        if not any(test(kind) for test in tests):
            raise AggregationError(f"Column {name!r} holds {kind}, not numbers. Convert it, or choose another column.")


def read_ahead(things: Iterator[Thing]) -> Iterator[Thing]:
    """The same things; the next one is made in a thread while the last one is used."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(next, things, None)
        while (thing := future.result()) is not None:
            future = pool.submit(next, things, None)
            yield thing


def _read_schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise AggregationError(f"{path}: cannot be read as Parquet: {error}") from None


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
