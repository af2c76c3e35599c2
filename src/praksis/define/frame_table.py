"""Tables as people keep them, CSV or a workbook, as rows of text with their lines.

Nothing is guessed: what cannot be read is a problem.

A CSV file is UTF-8 with commas or semicolons, whichever gives the heading more of its columns. Of a workbook the values
are read, as a person sees them: whole numbers without `.0`, dates as 2024-12-31.
"""

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from praksis.define.codes import Findings, join_known, suggest
from praksis.errors import Place

WORKBOOK = ".xlsx"
_TEXTS = (".csv", ".txt")
_SPACES = re.compile(r"\s+")
_LOOK_FOR_HEADING = 30
"""Lines among which a heading is looked for, where the first is not one."""


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    place: Place
    cells: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Table:
    """A heading and the rows under it; rows where every cell is empty are left out."""

    columns: tuple[str, ...]
    rows: tuple[Line, ...]
    delimiter: str = ","


@dataclass(frozen=True)
class TableRequest:
    """Which table is read, and where its problems are reported."""

    path: Path
    file: str
    """Its name in messages."""
    at: Place
    """Where the file is named: problems of the file as a whole stand there."""
    columns: tuple[str, ...]
    """Columns it must have; it may have others."""
    sheet: str | None = None
    sheet_at: Place | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Other names of columns, in small letters -> the name asked for."""
    is_personal: bool = False
    """Does it hold what no message may quote? A row may stand where the heading was looked for."""

    def name(self, cells: Sequence[str]) -> tuple[str, ...]:
        """A heading with the names that are asked for."""
        return tuple(self.names.get(cell.casefold(), cell) for cell in cells)


@dataclass(frozen=True)
class _Sheet:
    """The cells of a file before anything is known of their meaning; lines where every cell is empty are left out."""

    lines: tuple[tuple[int, tuple[str, ...]], ...]
    delimiter: str = ","
    ragged: bool = True
    """May a line lack fields? Not in a workbook: cells after the last that was filled in are empty."""
    merged: tuple[tuple[int, str], ...] = ()
    """Line and name of merged cells."""
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """(line, place in the line) -> what a cell holds in place of a value."""


def read_table(request: TableRequest, findings: Findings) -> Table | None:
    """Read a table; None where it cannot be, with the reason among the findings."""
    ending = request.path.suffix.lower()
    if ending not in _TEXTS and ending != WORKBOOK:
        findings.add("F008", request.at, f"{request.file} is neither CSV nor a workbook of the kind {WORKBOOK}")
        return None
    is_workbook = ending == WORKBOOK
    sheet = _read_workbook(request, findings) if is_workbook else _read_csv(request, findings)
    if sheet is None:
        return None
    if _has_title(request, sheet, findings):
        return None
    first, given = sheet.lines[0] if sheet.lines else (1, ())
    heading = request.name(given)
    if doubled := {column for column in heading if column and heading.count(column) > 1}:
        named = doubled & set(request.columns) if request.is_personal else doubled
        what = f"two columns are called {join_known(sorted(named)) if named else 'the same'}"
        findings.add("F008", Place(request.file, first), what)
    if lacking := [column for column in request.columns if column not in heading]:
        what = f"{request.file} has no column {join_known(lacking)}"
        shown = [column for column in given if column and not request.is_personal]
        findings.add("F005", request.at, what, known=join_known(shown or request.columns))
        return None
    for line, cells in sheet.merged:
        findings.add("F015", Place(request.file, line), f"the cells {cells} are merged")
    if sheet.merged:
        return None
    return Table(heading, tuple(_arrange_rows(request, heading, sheet, findings)), sheet.delimiter)


def strip_number(text: str) -> str:
    """A number as people group its digits, without the spaces: `974 760 673`. Other texts only lose spaces around."""
    closed = _SPACES.sub("", text)
    return closed if closed.isascii() and closed.isdigit() else text.strip()


def _arrange_rows(request: TableRequest, heading: Sequence[str], sheet: _Sheet, findings: Findings) -> Iterator[Line]:
    for number, cells in sheet.lines[1:]:
        given = cells if sheet.ragged else (*cells, *[""] * (len(heading) - len(cells)))
        beyond = given[len(heading) :]
        if len(given) < len(heading) or (beyond if sheet.ragged else any(beyond)):
            findings.add("F008", Place(request.file, number), "the row has more or fewer fields than the heading")
            continue
        faults = [
            f"in `{name}` stands {sheet.faults[number, place]}"
            for place, name in enumerate(heading)
            if name in request.columns and (number, place) in sheet.faults
        ]
        for what in faults:
            findings.add("F017", Place(request.file, number), what)
        if faults:
            continue
        named = zip(heading, given, strict=False)
        yield Line(Place(request.file, number), {name: cell for name, cell in named if name})


def _has_title(request: TableRequest, sheet: _Sheet, findings: Findings) -> bool:
    """Is the first line a title, and the heading further down? Reported with what stands above it."""
    wanted, among = set(request.columns), sheet.lines[:_LOOK_FOR_HEADING]
    below = next((place for place, (_, cells) in enumerate(among) if wanted <= set(request.name(cells))), 0)
    if not below:
        return False
    above = [next(cell for cell in cells if cell) for _, cells in sheet.lines[:below]]
    quoted = "" if request.is_personal else f"; above it stands {join_known(above)}"
    what = f"the heading stands on line {sheet.lines[below][0]}{quoted}"
    findings.add("F015", Place(request.file, sheet.lines[0][0]), what)
    return True


def _read_bytes(request: TableRequest, findings: Findings) -> bytes | None:
    try:
        return request.path.read_bytes()
    except FileNotFoundError:
        findings.add("F008", request.at, f"there is no file {request.file}")
    except OSError as error:
        findings.add("F008", request.at, f"{request.file} cannot be read: {error.strerror}")
    return None


def _read_csv(request: TableRequest, findings: Findings) -> _Sheet | None:
    data = _read_bytes(request, findings)
    if data is None:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.add(
            "F014", Place(request.file, data.count(b"\n", 0, error.start) + 1), _explain_bytes(data, error, request)
        )
        return None
    delimiter = _find_delimiter(text, request)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lines = [(reader.line_num, tuple(cell.strip() for cell in cells)) for cells in reader]
    except csv.Error as error:
        findings.add("F008", request.at, f"{request.file} cannot be read: {error}")
        return None
    return _Sheet(tuple((number, cells) for number, cells in lines if any(cells)), delimiter)


def _find_delimiter(text: str, request: TableRequest) -> str:
    """The sign that gives the first lines most of the columns that are asked for, else most fields; else a comma."""

    def count(delimiter: str) -> tuple[int, int]:
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            lines = [cells for cells, _ in zip(reader, range(_LOOK_FOR_HEADING), strict=False)]
        except csv.Error:
            return 0, 0
        named = [set(request.name([cell.strip() for cell in cells])) for cells in lines]
        known = max((len(those & set(request.columns)) for those in named), default=0)
        return known, len(lines[0]) if lines else 0

    return ";" if count(";") > count(",") else ","


def _explain_bytes(data: bytes, error: UnicodeDecodeError, request: TableRequest) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "the file is in UTF-16 (`Unicode text`), not UTF-8"
    if request.is_personal:
        return "a byte that is not UTF-8"
    begins = data.rfind(b"\n", 0, error.start) + 1
    around = data[max(begins, error.start - 15) : error.start + 10].decode("cp1252", errors="replace")
    return f"a byte that is not UTF-8; as Latin-1 it reads `{around.splitlines()[0].strip()}`"


def _read_workbook(request: TableRequest, findings: Findings) -> _Sheet | None:
    # A fifth of a second that no survey with CSV files should pay.
    from praksis.define.workbook import Book, UnreadableWorkbook

    data = _read_bytes(request, findings)
    if data is None:
        return None
    try:
        book = Book(data)
        name = request.sheet or next(iter(book.names), "")
        if name not in book.names:
            what = f"{request.file} has no sheet `{name}`{suggest(name, book.names)}"
            need = f"Write one of: {join_known(book.names)}"
            findings.add("F016", request.sheet_at or request.at, what, need=need)
            return None
        rows, merged = book.read_rows(name), book.list_merged(name)
    except UnreadableWorkbook as error:
        findings.add("F008", request.at, f"{request.file} cannot be read as a workbook: {error}")
        return None
    lines = [(number, tuple(_write_cell(cell.value) for cell in cells)) for number, cells in rows]
    faults = {
        (number, place): f"{cell.fault} ({cell.place})"
        for number, cells in rows
        for place, cell in enumerate(cells)
        if cell.fault
    }
    return _Sheet(tuple(line for line in lines if any(line[1])), ragged=False, merged=tuple(merged), faults=faults)


def _write_cell(value: Any) -> str:
    """The text of a cell's value. Numbers come as floats from some programs; 12.0 is 12."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value).strip()
