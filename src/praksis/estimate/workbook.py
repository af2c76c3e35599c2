"""Estimates as an Excel file."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.styles import Font

from praksis.errors import PraksisError


class NeedsPackage(PraksisError):
    """Something optional that is not installed."""


def need_package(module: str, requirement: str) -> Any:
    """An optional module. Raises NeedsPackage where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        raise NeedsPackage(f'{module} is not installed: pip install "{requirement}".') from None


def write_workbook(table: pa.Table, about: Sequence[str], path: Path) -> Path:
    """Two sheets: the table, and what the numbers are."""
    book = Workbook()
    sheet = book.create_sheet("estimates", 0)
    del book["Sheet"]
    sheet.append(list(table.column_names))
    for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    said = book.create_sheet("about")
    for line in about:
        said.append([line])
    said.column_dimensions["A"].width = 80
    book.save(path)
    return path
