"""Engines: sums per unit, domain and answer from data of any size. Only sums leave an engine."""

from pathlib import Path
from typing import Literal

import pyarrow as pa

from praksis.estimate.engine.numpy_engine import NumpyEngine
from praksis.estimate.engine.source import ParquetSource, TableSource
from praksis.estimate.engine.table import Aggregate, AggregationError, Category, Engine, Moments, Request

EngineName = Literal["numpy", "duckdb", "spark"]

__all__ = [
    "Aggregate", "AggregationError", "Category", "Engine", "EngineName", "Moments", "Request", "open_engine",
]  # fmt: skip


def open_engine(source: pa.Table | Path | str, name: EngineName = "numpy") -> Engine:
    """An engine over a table in memory, a Parquet file, or all Parquet files in a folder.

    Raises AggregationError if the engine is not installed or there is nothing to read.
    """
    given = source if isinstance(source, pa.Table) else Path(source)
    if name == "duckdb":
        from praksis.estimate.engine.duckdb_engine import open_duckdb

        return open_duckdb(given)
    if name == "spark":
        from praksis.estimate.engine.spark_engine import open_spark

        return open_spark(given)
    return NumpyEngine(TableSource(given) if isinstance(given, pa.Table) else ParquetSource(given))
