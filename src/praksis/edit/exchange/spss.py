"""Answers as an SPSS file (.sav): labels, user-missing values, measures, dates and long texts.

ReadStat, below pyreadstat, writes and reads the format; it takes a table of pandas to write one, so pandas must be
installed for that (`praksis[spss]`), not for reading.
"""

import datetime
import io
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat
from pyreadstat.pyclasses import MissingRange

from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.labels import LONGEST_VALUE_LABEL, cut_bytes, join_label
from praksis.edit.exchange.layout import Kind, Variable
from praksis.edit.exchange.table import Column, Table, Value, show_number, show_value
from praksis.errors import PraksisError, ProblemsFound

LONGEST_TEXT, LONGEST_TITLE = 32_767, 64
"""Bytes in UTF-8 (IBM, *Command Syntax Reference*: string variables, file label)."""
MISSING_RANGE = MissingRange(lo=-4, hi=-1)
_FIRST_DAY = datetime.date(1582, 10, 14)
"""SPSS counts seconds from the day before the Gregorian calendar."""
_DAY = 86_400
_DATES = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "DATETIME", "YMDHMS")
_NOTES = (
    "Made by Praksis. Variables are items: - is written _ in names,",
    "x__ stands before names that SPSS does not allow, and item__missing says why",
    "an open answer is missing. Codes from -4 to -1 are missing classes.",
)


def write_spss(variables: Sequence[Variable], title: str, path: Path) -> None:
    """Write a file that SPSS, PSPP and R open. Raises ProblemsFound where an answer is too long for SPSS."""
    too_long = []
    for variable in variables:
        texts = [value for value in variable.values if isinstance(value, str)] if variable.kind is Kind.TEXT else []
        long = sum(len(text.encode()) > LONGEST_TEXT for text in texts)
        if long:
            what = f"{variable.name}: {long} answers are longer than {LONGEST_TEXT} bytes, the most that SPSS holds"
            too_long.append(make_problem("V023", path.name, what))
    if too_long:
        raise ProblemsFound(too_long)
    pandas = _need_pandas()
    pyreadstat.write_sav(
        pandas.DataFrame({variable.spss_name: _to_numpy(variable) for variable in variables}),
        path,
        file_label=cut_bytes(title, LONGEST_TITLE),
        note=list(_NOTES),
        row_compress=True,
        column_labels={variable.spss_name: join_label(variable.question_text, variable.text) for variable in variables},
        variable_value_labels={
            variable.spss_name: {code: cut_bytes(label, LONGEST_VALUE_LABEL) for code, label in variable.labels.items()}
            for variable in variables
            if variable.labels
        },
        missing_ranges={one.spss_name: [MISSING_RANGE] for one in variables if one.kind is Kind.CODE},
        variable_measure={variable.spss_name: _measure(variable) for variable in variables},
        variable_format={one.spss_name: said for one in variables if (said := _format(one))},
        variable_display_width={one.spss_name: 30 if one.kind is Kind.TEXT else 10 for one in variables},
    )


def _need_pandas() -> Any:
    try:
        return import_module("pandas")
    except ImportError:
        raise PraksisError('writing SPSS files needs pandas: pip install "praksis[spss]"') from None


def _to_numpy(variable: Variable) -> Any:
    match variable.kind:
        case Kind.CODE | Kind.REASON:
            return np.array(variable.values, dtype=np.int16)
        case Kind.NUMBER:
            return np.array([np.nan if value is None else float(value) for value in variable.values])
        case Kind.DATE:
            return np.array([np.nan if value is None else _count_seconds(str(value)) for value in variable.values])
        case Kind.TEXT:
            return ["" if value is None else str(value) for value in variable.values]


def _count_seconds(date: str) -> float:
    return float((datetime.date.fromisoformat(date) - _FIRST_DAY).days * _DAY)


def _measure(variable: Variable) -> str:
    if variable.kind in (Kind.NUMBER, Kind.DATE):
        return "scale"
    return "ordinal" if variable.ordered else "nominal"


def _format(variable: Variable) -> str:
    match variable.kind:
        case Kind.CODE | Kind.REASON:
            return "F6.0"
        case Kind.NUMBER:
            return f"F{16 + variable.decimals}.{variable.decimals}"
        case Kind.DATE:
            return "EDATE10"
        case Kind.TEXT:
            return ""


def read_spss(file: str, data: bytes, digest: str, encoding: str = "") -> Table:
    """Read an SPSS file of any tool, with its labels and the values it declares missing. Raises ProblemsFound."""
    try:
        columns, meta = pyreadstat.read_sav(
            io.BytesIO(data),
            output_format="dict",
            user_missing=True,
            disable_datetime_conversion=True,
            encoding=encoding or None,
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OSError) as error:
        raise ProblemsFound([make_problem("V001", file, f"cannot be read: {error}")]) from None
    read = []
    for name, raw in columns.items():
        is_date = str(meta.original_variable_types.get(name) or "").startswith(_DATES)
        labels = {show_value(code): str(label) for code, label in meta.variable_value_labels.get(name, {}).items()}
        values = tuple(_to_value(value) for value in raw)
        numbers = {value for value in values if isinstance(value, int | float)} | {
            float(code) for code in meta.variable_value_labels.get(name, {}) if isinstance(code, int | float)
        }
        missing = _find_missing(numbers, values, meta.missing_ranges.get(name, ()))
        if is_date:
            values = tuple(_to_date(value, missing) for value in values)
        read.append(
            Column(str(name), values, meta.column_names_to_labels.get(name) or "", labels, frozenset(missing))
        )  # fmt: skip
    count = len(read[0].values) if read else 0
    form = f"SPSS file, {meta.file_encoding or 'encoding not said'}"
    return Table(file, digest, tuple(read), tuple(range(1, count + 1)), form)


def _to_value(value: object) -> Value:
    match value:
        case str():
            return value if value.strip() else None
        case None:
            return None
        case _:
            number = float(str(value))
            return None if np.isnan(number) else number


def _to_date(value: Value, missing: set[str]) -> Value:
    if not isinstance(value, int | float) or show_number(value) in missing:
        return value
    try:
        return _FIRST_DAY + datetime.timedelta(days=value // _DAY)
    except (OverflowError, ValueError):  # beyond the calendar, or infinite
        return value


def _find_missing(numbers: set[float], values: Sequence[Value], ranges: Sequence[Any]) -> set[str]:
    """The values, shown, that lie in what the file declares missing."""
    found = set()
    for declared in ranges:
        if isinstance(declared, Mapping):
            found |= {show_number(one) for one in numbers if _lies_in(one, declared)}
            found |= {
                show_value(one) for one in values if isinstance(one, str) and one.strip() == str(declared["lo"]).strip()
            }
        else:
            found.add(show_value(declared))
    return found


def _lies_in(number: float, declared: Mapping[str, Any]) -> bool:
    low, high = declared["lo"], declared["hi"]
    return isinstance(low, int | float) and isinstance(high, int | float) and low <= number <= high
