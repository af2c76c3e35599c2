"""The workbook of an XLSForm: its sheets as rows of named cells."""

import datetime
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from praksis.define.workbook import Book, Rows, UnreadableWorkbook
from praksis.define.xlsform.account import Account
from praksis.define.xlsform.language import read_language

SURVEY, CHOICES, SETTINGS, OWN = "survey", "choices", "settings", "praksis"
PREFIX = "praksis::"
"""Before the name of a column that is ours."""
CHOICE_PREFIX = "praksis_"
"""The same on `choices`: forms carry its columns as XML elements, whose names can hold no colons."""

_LONGEST = 32_767
"""UTF-16 units in a cell of Excel; openpyxl would cut the rest off without a word."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold, and the carriage return, which it turns into something else."""
_ALIASES = {
    "caption": "label",
    "relevance": "relevant",
    "calculate": "calculation",
    "command": "type",
    "tag": "name",
    "value": "name",
    "list name": "list_name",
    "readonly": "read_only",
    "constraining_message": "constraint_message",
    "requiredmsg": "required_message",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::constraint": "constraint",
    "bind::calculate": "calculation",
    "bind::jr:constraintmsg": "constraint_message",
    "bind::jr:requiredmsg": "required_message",
    "bind::readonly": "read_only",
    "control::appearance": "appearance",
    "body::appearance": "appearance",
    "set_form_title": "form_title",
    "set_form_id": "form_id",
    "id_string": "form_id",
    "title": "form_title",
}
"""Names that columns had in older forms -> what they are called now."""
_LOCAL = ("label", "hint", "constraint_message", "required_message", "guidance_hint", "image", "audio", "video")
_LOCAL_OWN = ("text", "said", "short", "unit", "says", "help")
_WIDTHS = {"type": 24, "name": 28, "list_name": 20, "relevant": 40, "constraint": 30}

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """A heading: what the column holds, and in which language ('' if it names none)."""

    name: str
    language: str
    heading: str


@dataclass(frozen=True)
class Row:
    """The cells of a row that hold something, by their column."""

    number: int
    cells: Mapping[tuple[str, str], str]

    def get(self, name: str) -> str:
        """A cell that is no text for people, without spaces around; '' if it is empty."""
        return self.cells.get((name, ""), "").strip()

    def local(self, name: str, language: str) -> dict[str, str]:
        """The texts of a column in each language; one that names no language is in the form's own."""
        found = {own or language: text for (column, own), text in self.cells.items() if column == name}
        # Where a column names the form's own language too, that one counts, as everywhere else that reads forms.
        named = {own: text for (column, own), text in self.cells.items() if column == name and own}
        return found | named

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.cells}


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Form:
    """An XLSForm's workbook."""

    survey: Sheet
    choices: Sheet
    settings: Sheet
    own: Sheet
    others: tuple[str, ...] = ()
    """Sheets that were not read and hold something."""


def read_form(path: Path, account: Account) -> Form:
    """The sheets of a form; what keeps them from being read goes into the account. Raises ProblemsFound."""
    found: dict[str, Sheet] = {}
    others = []
    try:
        book = Book(path.read_bytes())
        for title in book.names:
            name = title.strip().lower()
            known = name in (SURVEY, CHOICES, SETTINGS, OWN)
            if known and name in found:
                account.add("X002", title, 0, f"two sheets are called `{name}`")
            sheet = _read_sheet(name, book.read_rows(title), account if known else Account())
            if known:
                found[name] = sheet
            elif sheet.rows:
                others.append(title)
    except (UnreadableWorkbook, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        account.add("X001", path.name, 0, f"cannot be read: {why}")
        account.check()
    for name, needs in ((SURVEY, ("type", "name")), (CHOICES, ("list_name", "name"))):
        columns = {column.name for column in found[name].columns} if name in found else set()
        rows = bool(found[name].rows) if name in found else name == SURVEY
        for column in needs if rows else ():
            if column not in columns:
                what = f"has no column `{column}`" if name in found else "there is no such sheet"
                account.add("X002", name, 1 if name in found else 0, what)
    account.check()
    survey, choices, settings, own = (found.get(name, Sheet(name)) for name in (SURVEY, CHOICES, SETTINGS, OWN))
    return Form(survey, choices, settings, own, tuple(others))


def _read_sheet(name: str, lines: Rows, account: Account) -> Sheet:
    columns: dict[int, Column] = {}
    rows = []
    for number, line in lines:
        texts = {place: text for place, cell in enumerate(line) if (text := _read_cell(cell.value)).strip()}
        for cell in line:
            if cell.fault:
                account.add("X009", name, number, f"in {cell.place} stands {cell.fault}")
        if number == 1:
            doubled = any("::" in text for text in texts.values())
            columns = {place: _read_heading(text, name, doubled) for place, text in texts.items()}
            _check_columns(name, list(columns.values()), account)
        elif texts:
            lost = [place for place in texts if place not in columns]
            if lost:
                account.add("X016", name, number, "a cell in a column without a heading", need="Give it a heading")
            cells = {(columns[at].name, columns[at].language): text for at, text in texts.items() if at in columns}
            rows += [Row(number, cells)] if cells else []
    return Sheet(name, tuple(columns.values()), tuple(rows))


def _check_columns(sheet: str, columns: Sequence[Column], account: Account) -> None:
    seen: dict[tuple[str, str], str] = {}
    for column in columns:
        key = column.name, column.language
        if key in seen:
            account.add("X002", sheet, 1, f"the columns `{seen[key]}` and `{column.heading}` hold the same")
        seen.setdefault(key, column.heading)


def _read_heading(text: str, sheet: str, doubled: bool) -> Column:
    heading = text.strip()
    if sheet == CHOICES and heading.startswith(CHOICE_PREFIX):
        for name in (CHOICE_PREFIX + own for own in _LOCAL_OWN):
            if heading.startswith(f"{name}_"):
                return Column(name, heading.removeprefix(f"{name}_"), heading)
        return Column(heading, "", heading)
    mark = "::" if doubled or "::" in heading else ":"
    if heading.startswith(PREFIX):
        name, _, language = heading.removeprefix(PREFIX).partition("::")
        return Column(PREFIX + name, language, heading)
    plain = "_".join(heading.lower().split())
    if (known := _ALIASES.get(plain) or _ALIASES.get(heading.lower())) is not None:
        return Column(known, "", heading)
    first, _, rest = heading.partition(mark)
    if first.strip().lower() == "media":
        first, _, rest = rest.partition(mark)
    name = "_".join(first.strip().lower().split())
    name = _ALIASES.get(name, name)
    if rest and name in _LOCAL:
        return Column(name, read_language(rest), heading)
    return Column(name if not rest else plain, "", heading)


def _read_cell(value: object) -> str:
    """A cell as text: whole numbers without a point, dates as 2024-01-31."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)


# -- written -----------------------------------------------------------------------------------------------------------


@dataclass
class Page:
    """A sheet that is being written: rows of cells by heading."""

    name: str
    order: tuple[str, ...] = ()
    """Headings that stand first if they are used; the others follow in the order they were given."""
    rows: list[Cells] = field(default_factory=list)

    def add(self, cells: Cells) -> None:
        """One more row; empty cells are left out."""
        self.rows.append({heading: text for heading, text in cells.items() if text})

    @property
    def headings(self) -> list[str]:
        used = dict.fromkeys(heading for row in self.rows for heading in row)
        return [one for one in self.order if one in used] + [one for one in used if one not in self.order]


def check_cells(pages: Sequence[Page], account: Account) -> None:
    """What a workbook cannot hold goes into the account."""
    for page in pages:
        for number, cells in enumerate(page.rows, start=2):
            for heading, text in cells.items():
                # A lone half of a sign is told of below.
                if (length := len(text.encode("utf-16-le", errors="replace")) // 2) > _LONGEST:
                    what = f"{length} characters under `{heading}`, {_LONGEST} are the most"
                    account.add("X006", page.name, number, what)
                if sign := _FORBIDDEN.search(text):
                    account.add("X006", page.name, number, f"the sign {ord(sign[0]):#06x} under `{heading}`")


def write_form(pages: Sequence[Page], path: Path) -> Path:
    """Write the workbook; beside the file first, so that it is there whole or not at all."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for page in pages:
        sheet = book.create_sheet(page.name)
        headings = page.headings
        for row, cells in enumerate(({one: one for one in headings}, *page.rows), start=1):
            for place, heading in enumerate(headings, start=1):
                if heading in cells:
                    cell = sheet.cell(row, place, cells[heading])
                    # A text that begins with = is no formula.
                    cell.data_type = "s"
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
                    if row == 1:
                        cell.font = Font(bold=True)
        for place, heading in enumerate(headings, start=1):
            letter = sheet.cell(1, place).column_letter
            local = heading.startswith(("label", "hint", "constraint_m", PREFIX, CHOICE_PREFIX))
            sheet.column_dimensions[letter].width = _WIDTHS.get(heading, 40 if local else 16)
        sheet.freeze_panes = "C2" if page.name in (SURVEY, CHOICES) else "A2"
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as draft:
        beside = Path(draft) / path.name
        book.save(beside)
        beside.replace(path)
    return path
