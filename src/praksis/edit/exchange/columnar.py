"""Answers as Parquet: our own microdata file as it is, or a table that another tool wrote."""

import datetime
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.naming import MARKER, Marker
from praksis.edit.exchange.table import Column, Table, Value, name_twice, shorten
from praksis.errors import ProblemsFound


def read_columnar(file: str, data: bytes, digest: str) -> Table:
    """Read Parquet. A microdata file of Praksis says what it is in its metadata: the marker is made of that.

    Raises ProblemsFound.
    """
    try:
        names = pq.read_schema(io.BytesIO(data)).names
        if doubled := name_twice(names):
            what = f"two columns are called `{shorten(doubled[0])}`"
            raise ProblemsFound([make_problem("V002", file, what)])
        table = pq.read_table(io.BytesIO(data))
        columns = [Column(name, tuple(map(_to_value, table[name].to_pylist()))) for name in table.column_names]
        metadata = {
            key.decode(): value.decode()
            for key, value in (table.schema.metadata or {}).items()
            if key.startswith(b"praksis.")
        }
    except (OSError, pa.ArrowException, ValueError, OverflowError) as error:
        # The last two: days beyond what a calendar has, and bytes that are no text.
        raise ProblemsFound([make_problem("V001", file, f"cannot be read: {error}")]) from None
    if {"praksis.survey", "praksis.wave", "praksis.meaning"} <= metadata.keys():
        marker = Marker(
            metadata["praksis.survey"], metadata["praksis.wave"], "",
            metadata.get("praksis.synthetic") == "true", metadata["praksis.meaning"][:12],
        )  # fmt: skip
        columns.append(Column(MARKER, (str(marker),) * table.num_rows))
    return Table(file, digest, tuple(columns), tuple(range(1, table.num_rows + 1)), "Parquet")


def _to_value(value: object) -> Value:
    """Raises ValueError for what is no single value, and for bytes that are no text."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case bytes():
            return _to_value(value.decode())
        case str():
            return value if value.strip() else None
        case int():
            return value
        case float():
            return None if value != value else value
        case Decimal():
            return float(value)
        case datetime.datetime():
            return value.date()
        case datetime.date():
            return value
        case datetime.time() | datetime.timedelta():
            return str(value)
        case _:
            raise ValueError(f"a cell holds {type(value).__name__}, not one value")
