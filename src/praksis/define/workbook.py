"""Workbooks that people send, read row by row: a cell far down the sheet that has only a colour must cost nothing.

Read twice, once for the values and once for the formulas: a formula that nobody has computed reads as an empty cell.
"""

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from praksis.errors import PraksisError

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files begin that Excel 97 to 2003 made, and the wrapping that a password puts around a workbook (MS-CFB)."""
LARGEST = 200_000_000
"""Bytes that a workbook may hold when it is unpacked: a file of a thousandth of that may fill any memory."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z]+([0-9]+)[^\"]*)\"")
_BROKEN = (
    OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, OverflowError, NotImplementedError,
    RuntimeError, SyntaxError, struct.error, zlib.error, BadZipFile,
)  # fmt: skip
"""What openpyxl lets out on a file that is no workbook, or a broken one. Faults of XML are a SyntaxError."""


class UnreadableWorkbook(PraksisError):
    """Why a file cannot be read as a workbook, in words that follow its name."""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell."""

    value: Any = None
    """None where it is empty."""
    place: str = ""
    """`B3`; '' for a cell that is not in the file."""
    fault: str = ""
    """What it holds in place of a value: an error, or a formula that nobody has computed."""


_EMPTY = Cell()
Rows = list[tuple[int, tuple[Cell, ...]]]


class Book:
    """A workbook (.xlsx). Raises UnreadableWorkbook, also later: a sheet is read when it is asked for."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLD):
            raise UnreadableWorkbook(
                "it is an old Excel file (.xls), or protected by a password; save it as .xlsx, without one"
            )
        with _explain():
            # A part that says less than it holds is cut off there, and then broken.
            whole = sum(part.file_size for part in ZipFile(io.BytesIO(data)).infolist())
        if whole > LARGEST:
            raise UnreadableWorkbook(
                f"it holds {whole // 1_000_000} MB when it is unpacked, and at most {LARGEST // 1_000_000} are read; "
                "save the sheet that is meant as CSV"
            )
        with _explain():
            self._values = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            self._formulas = load_workbook(io.BytesIO(data), read_only=True)
            self.names = tuple(sheet.title for sheet in self._values.worksheets)

    def read_rows(self, name: str) -> Rows:
        """The rows of a sheet that hold something, with their numbers, all as wide as the widest."""
        rows: Rows = []
        with _explain():
            sheets: list[Any] = [self._values[name], self._formulas[name]]
            for sheet in sheets:
                # The size that a file says its sheet has may be too small, and rows would be gone, or far too large.
                sheet.reset_dimensions()
            numbered = enumerate(zip(*(sheet.iter_rows() for sheet in sheets), strict=True), start=1)
            for number, (values, formulas) in numbered:
                if any(cell.value is not None for cell in formulas):
                    rows.append((number, tuple(map(_read_cell, values, formulas))))
        width = max((len(cells) for _, cells in rows), default=0)
        return [(number, cells + (_EMPTY,) * (width - len(cells))) for number, cells in rows]

    def list_merged(self, name: str) -> list[tuple[int, str]]:
        """Row and name of merged cells: openpyxl passes them by where it reads row by row, so the file is asked."""
        sheet: Any = self._values[name]
        with _explain(), sheet._get_source() as source:
            found = _MERGED.findall(source.read().rpartition(b"</sheetData>")[2])
        return sorted((int(row), place.decode()) for place, row in found)


def _read_cell(value: Any, formula: Any) -> Cell:
    if value.data_type == "e":
        return Cell(value.value, value.coordinate, f"the error {value.value}")
    # A formula whose value is the empty text has one; that of another stays a number without digits.
    if formula.data_type == "f" and value.value is None and value.data_type != "str":
        return Cell(None, value.coordinate, "a formula that nobody has computed")
    return _EMPTY if value.value is None else Cell(value.value, value.coordinate)


@contextmanager
def _explain() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out (validation, drawings); no cell is among it.
            warnings.simplefilter("ignore")
            yield
    except _BROKEN as error:
        raise UnreadableWorkbook(f"it is no workbook (.xlsx), or a broken one: {error}") from None
