"""DuckDB: for data that come from SQL, and where it is to spill to disk rather than fail. In this process."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from praksis.estimate.engine.source import ParquetSource, list_files
from praksis.estimate.engine.sql import VIEW, SqlEngine, name_columns
from praksis.estimate.engine.table import SLOTS, AggregationError

_REMEDY = "Mend that, or use the numpy engine, which reads the same files."
_ROWS = 1 << 17
"""Rows of an answer that are taken over at a time."""


def open_duckdb(source: pa.Table | Path, limit: int = SLOTS, memory: str | None = None) -> SqlEngine:
    """An engine over a table, a Parquet file or a folder of them.

    `memory` ("4GB") is the most that DuckDB takes for itself; beyond that it writes to a temporary folder.
    Raises AggregationError if DuckDB is not installed or the files do not fit together.
    """
    try:
        import duckdb
    except ImportError:
        raise AggregationError('DuckDB is not installed. Run: pip install "praksis[duckdb]"') from None
    folder = TemporaryDirectory(prefix="praksis-duckdb-")
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": folder.name,
        "preserve_insertion_order": False,
    }
    if memory is not None:
        settings["memory_limit"] = memory
    connection = duckdb.connect(config=settings)
    connection.execute("SET enable_progress_bar = false")
    schema = source.schema if isinstance(source, pa.Table) else ParquetSource(source).schema
    columns = ", ".join(name_columns(len(schema)))

    def run(text: str) -> Iterator[pa.RecordBatch]:
        # The folder lives as long as the engine does.
        assert folder.name
        try:
            yield from connection.sql(text).to_arrow_reader(_ROWS)
        except duckdb.Error as error:
            raise AggregationError(f"DuckDB cannot add up the data: {str(error).splitlines()[0]}. {_REMEDY}") from None

    try:
        if isinstance(source, pa.Table):
            connection.register("praksis_given", _decode_columns(source))
        else:
            paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in list_files(source))
            # can_have_nan: else DuckDB believes the statistics in the file, which leave NaN out, and takes it for a
            # number.
            connection.execute(
                f"CREATE VIEW praksis_given AS SELECT * FROM read_parquet([{paths}], union_by_name = true, "
                "hive_partitioning = false, can_have_nan = true)"
            )
        connection.execute(f"CREATE VIEW {VIEW} AS SELECT * FROM praksis_given AS t({columns})")
    except duckdb.Error as error:
        raise AggregationError(f"DuckDB cannot read the data: {str(error).splitlines()[0]}. {_REMEDY}") from None
    return SqlEngine(schema, run, limit)


def _decode_columns(table: pa.Table) -> pa.Table:
    """A table without dictionaries, which may hold what an ENUM may not."""
    kinds = [field.type.value_type if pa.types.is_dictionary(field.type) else field.type for field in table.schema]
    return table.cast(pa.schema([pa.field(field.name, kind) for field, kind in zip(table.schema, kinds, strict=True)]))
