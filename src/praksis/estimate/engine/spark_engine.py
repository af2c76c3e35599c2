"""Spark: for data that outgrow one machine. The same texts as for DuckDB; only sums come to the driver."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from praksis.estimate.engine.source import ParquetSource
from praksis.estimate.engine.sql import VIEW, SqlEngine, name_columns
from praksis.estimate.engine.table import SLOTS, AggregationError

_SETTINGS = {
    "spark.master": "local[*]",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.caseSensitive": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.shuffle.partitions": "8",
}
"""Of a session that is started here, where there is none: everything on this machine, nothing listens outside."""


def open_spark(source: Any, limit: int = SLOTS) -> SqlEngine:
    """An engine over a Spark DataFrame, or over a Parquet file or folder that all of the cluster can read.

    A path is read in the session that runs already; else one is started on this machine. Raises AggregationError if
    PySpark is not installed or the files do not fit together.
    """
    try:
        from pyspark.sql import DataFrame, SparkSession
    except ImportError:
        raise AggregationError('PySpark is not installed. Run: pip install "praksis[spark]"') from None
    if isinstance(source, DataFrame):
        frame = source
        schema = frame.limit(0).toArrow().schema
    else:
        session = SparkSession.getActiveSession() or _start_session(SparkSession.builder)
        files = ParquetSource(Path(source))
        schema = files.schema
        frame = session.read.parquet(*(_escape_path(path) for path in files.files))
    frame = frame.toDF(*name_columns(len(schema)))

    def run(text: str) -> Iterator[pa.RecordBatch]:
        # Anew every time: another engine of the session may have another view of the name.
        frame.createOrReplaceTempView(VIEW)
        yield from frame.sparkSession.sql(text).toArrow().to_batches()

    return SqlEngine(schema, run, limit)


def _start_session(builder: Any) -> Any:
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _escape_path(path: Path) -> str:
    """A path in which no sign is a pattern."""
    return "".join(f"\\{sign}" if sign in "\\*?[]{}" else sign for sign in str(path.resolve()))
