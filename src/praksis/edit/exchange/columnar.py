"""Answers as Parquet: our own microdata file as it is, or a table that another tool wrote."""

import datetime
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.naming import MARKER, Marker
from praksis.edit.exchange.table import Column, Table, Value
from praksis.errors import ProblemsFound


def read_columnar(file: str, data: bytes, digest: str) -> Table:
    """Read Parquet. A microdata file of Praksis says what it is in its metadata: the marker is made of that.

    Raises ProblemsFound.
    """
    try:
        table = pq.read_table(io.BytesIO(data))
    except (OSError, pa.ArrowException) as error:
        raise ProblemsFound([make_problem("V001", file, f"cannot be read: {error}")]) from None
    columns = [Column(name, tuple(map(_to_value, table[name].to_pylist()))) for name in table.column_names]
    metadata = {
        key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items() if key[:8] == b"praksis."
    }
    if metadata.get("praksis.meaning"):
        marker = Marker(
            metadata["praksis.survey"], metadata["praksis.wave"], "",
            metadata.get("praksis.synthetic") == "true", metadata["praksis.meaning"][:12],
        )  # fmt: skip
        columns.append(Column(MARKER, (str(marker),) * table.num_rows))
    return Table(file, digest, tuple(columns), tuple(range(1, table.num_rows + 1)), "Parquet")


def _to_value(value: object) -> Value:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
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
        case _:
            return str(value)
