"""Answers as a workbook of Excel: a sheet of answers, and a sheet that says what they are.

Every text is stored as a text and marked so that Excel keeps it one, also after someone has edited the cell.
"""

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from praksis.define.workbook import Book, Rows, UnreadableWorkbook
from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.layout import CODEBOOK_COLUMNS, Kind, Variable, list_codebook
from praksis.edit.exchange.naming import MARKER
from praksis.edit.exchange.table import Table, Value, arrange_rows, fold
from praksis.errors import ProblemsFound

ANSWERS, CODEBOOK = "answers", "codebook"
LONGEST_CELL = 32_767
"""UTF-16 units in a cell (Microsoft, *Excel specifications and limits*)."""

_FIRST_DAY = datetime.date(1900, 3, 1)
"""Earlier dates are texts: Excel knows none before 1900, and counts a 29 February in that year."""
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""How a workbook writes what XML cannot hold (ECMA-376, ST_Xstring); a text that looks so must itself be escaped."""


def write_workbook(variables: Sequence[Variable], path: Path) -> None:
    """Write both sheets. Raises ProblemsFound where an answer is too long for a cell."""
    problems = []
    for variable in variables:
        long = sum(isinstance(value, str) and _measure(value) > LONGEST_CELL for value in variable.values)
        if long:
            what = f"{variable.name}: {long} answers are longer than the {LONGEST_CELL} signs of a cell"
            problems.append(make_problem("V023", path.name, what))
    if problems:
        raise ProblemsFound(problems)
    book = Workbook(write_only=True)
    answers = book.create_sheet(ANSWERS)
    answers.freeze_panes = "A2"
    answers.append([_make_cell(answers, variable.name, bold=True) for variable in variables])
    columns = [[_to_value(variable.kind, value) for value in variable.values] for variable in variables]
    for row in zip(*columns, strict=True):
        answers.append([_make_cell(answers, value) for value in row])
    codebook = book.create_sheet(CODEBOOK)
    codebook.freeze_panes = "A2"
    codebook.append([_make_cell(codebook, name, bold=True) for name in CODEBOOK_COLUMNS])
    for line in list_codebook(variables):
        codebook.append([_make_cell(codebook, cell or None) for cell in line])
    book.save(path)


def _measure(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _to_value(kind: Kind, value: int | str | None) -> Value:
    if value is None or isinstance(value, int):
        return value
    if kind is Kind.NUMBER:
        return float(value)
    if kind is Kind.DATE:
        date = datetime.date.fromisoformat(value)
        return date if date >= _FIRST_DAY else value
    return value


def _make_cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    if not isinstance(value, str) and not bold:
        return value
    cell = WriteOnlyCell(sheet)
    cell.value = _ESCAPED.sub(r"_x005F_x\1_", value) if isinstance(value, str) else value
    if isinstance(value, str):
        # Openpyxl takes a text that begins with = for a formula, and #N/A for an error.
        cell.data_type = "s"
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def read_workbook(file: str, data: bytes, digest: str, sheet: str = "") -> Table:
    """Read one sheet of any workbook: the one named, or the only one that holds anything.

    Raises ProblemsFound, also for errors and for formulas whose values are not stored: they are no answers.
    """
    try:
        name, rows = _choose_sheet(file, Book(data), sheet)
    except UnreadableWorkbook as error:
        raise ProblemsFound([make_problem("V001", file, f"cannot be read: {error}")]) from None
    problems = [
        make_problem("V004", file, f"in {cell.place} stands {cell.fault}", line=line)
        for line, cells in rows
        for cell in cells
        if cell.fault
    ]
    if problems:
        raise ProblemsFound(problems)
    read = [(line, [_read_value(cell.value) for cell in cells]) for line, cells in rows]
    filled = [(line, cells) for line, cells in read if any(cell is not None for cell in cells)]
    if not filled:
        raise ProblemsFound([make_problem("V001", file, "is empty")])
    return arrange_rows(file, digest, f"workbook, sheet `{name}`", filled)


def _choose_sheet(file: str, book: Book, sheet: str) -> tuple[str, Rows]:
    sheets = {name: rows for name in book.names if (rows := book.read_rows(name))}
    if sheet in sheets:
        return sheet, sheets[sheet]
    known = ", ".join(sheets)
    if sheet:
        raise ProblemsFound([make_problem("V003", file, f"there is no sheet `{sheet}` with values, only {known}")])
    if ANSWERS in sheets and any(fold(str(cell.value)) == MARKER for cell in sheets[ANSWERS][0][1]):
        return ANSWERS, sheets[ANSWERS]
    if not sheets:
        raise ProblemsFound([make_problem("V001", file, "is empty")])
    if len(sheets) > 1:
        raise ProblemsFound([make_problem("V003", file, f"the workbook has several sheets: {known}")])
    return next(iter(sheets.items()))


def _read_value(value: object) -> Value:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case datetime.datetime():
            return value.date()
        case datetime.date():
            return value
        case _:
            text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
            return text if text.strip() else None
