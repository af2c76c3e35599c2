"""Open answers in Parquet: numbers, dates and texts beside a column that says why one is missing.

An open item has two columns: `<item>` (float64, date32 or string; empty where there is no answer) and
`<item>_missing` (int16: 0 where there is one, else a negative code). In memory both are one cell, as it was collected.
"""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa

from praksis.collect.answering import write_number
from praksis.collect.routing import Cell
from praksis.define.question import Question, QuestionKind

ANSWERED = 0
_TYPES: Mapping[QuestionKind, pa.DataType] = {
    QuestionKind.NUMBER: pa.float64(),
    QuestionKind.SPLIT: pa.float64(),
    QuestionKind.DATE: pa.date32(),
    QuestionKind.TEXT: pa.string(),
}


def name_missing(item: str) -> str:
    """The column that says why answers to an open item are missing. No item can have its name."""
    return f"{item}_missing"


def write_cells(question: Question, item: str, cells: Sequence[Cell]) -> dict[str, pa.Array]:
    """The two columns of an open item."""
    values = [_to_value(question.kind, cell) if isinstance(cell, str) else None for cell in cells]
    missing = [ANSWERED if isinstance(cell, str) else cell for cell in cells]
    return {item: pa.array(values, _TYPES[question.kind]), name_missing(item): pa.array(missing, pa.int16())}


def read_cells(table: pa.Table, question: Question, item: str) -> tuple[Cell, ...]:
    """What `write_cells` wrote. Both columns are there, and `find_misfit` finds nothing."""
    values = table[item].cast(_TYPES[question.kind]).to_pylist()
    missing = table[name_missing(item)].to_pylist()
    return tuple(int(code) if value is None else _to_cell(value) for value, code in zip(values, missing, strict=True))


def find_misfit(table: pa.Table, question: Question, item: str) -> str:
    """What keeps two columns from being an open item's; '' if nothing does."""
    column, missing = table[item], table[name_missing(item)]
    if not _fits(column.type, question.kind):
        return f"{item} holds {column.type}, not {_TYPES[question.kind]}"
    if not pa.types.is_integer(missing.type) or missing.null_count:
        return f"{name_missing(item)} must hold a whole number in every row"
    codes = missing.to_numpy()
    limits = np.iinfo(np.int16)
    if len(codes) and not (limits.min <= codes.min() and codes.max() <= ANSWERED):
        return f"{name_missing(item)} has codes that are not {ANSWERED} or negative"
    empty = np.asarray(column.is_null(), dtype=bool)
    unlike = int(np.sum(empty != (codes != ANSWERED)))
    return f"{item}: {unlike} rows are empty without a reason, or have an answer and a reason" if unlike else ""


def _fits(kind: pa.DataType, question: QuestionKind) -> bool:
    match question:
        case QuestionKind.DATE:
            fits = pa.types.is_date(kind)
        case QuestionKind.TEXT:
            fits = pa.types.is_string(kind) or pa.types.is_large_string(kind)
        case _:
            fits = pa.types.is_floating(kind) or pa.types.is_integer(kind)
    return bool(fits)


def _to_value(kind: QuestionKind, cell: str) -> float | datetime.date | str:
    match kind:
        case QuestionKind.DATE:
            return datetime.date.fromisoformat(cell)
        case QuestionKind.TEXT:
            return cell
        case _:
            return float(cell)


def _to_cell(value: float | datetime.date | str) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value if isinstance(value, str) else write_number(Decimal(repr(value)))
