"""Tables as people keep them: the same rows come out of CSV and workbooks, and what cannot be read says what to do."""

import csv
import datetime
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from praksis.define.codes import Findings
from praksis.define.frame_table import Table, TableRequest, read_table, strip_number
from praksis.errors import Place

COLUMNS = ("number", "name", "staff")
ROWS = (("0301", "Båtsfjord", "12"), ("0302", "Å, og; Ø", "7"))


def read(path: Path, sheet: str | None = None, *, is_personal: bool = False) -> tuple[Table | None, list[str]]:
    findings = Findings()
    request = TableRequest(path, path.name, Place("frame.yaml", 6), COLUMNS, sheet, is_personal=is_personal)
    table = read_table(request, findings)
    return table, [str(problem).splitlines()[0] for problem in findings.problems]


def write_csv(path: Path, rows: object, delimiter: str = ",", encoding: str = "utf-8", ending: str = "\n") -> Path:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(rows)  # type: ignore[arg-type]
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def write_book(path: Path, *rows: object, title: str = "Bodies") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.title = title
    for row in rows:
        sheet.append(row)  # type: ignore[arg-type]
    book.save(path)
    return path


def cells(table: Table | None) -> list[tuple[str, ...]]:
    assert table
    return [tuple(line.cells[column] for column in COLUMNS) for line in table.rows]


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs"), exclude_characters="\ufeff")
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(TEXT.filter(bool), TEXT, TEXT), max_size=4),
    delimiter=st.sampled_from(",;"),
    encoding=st.sampled_from(("utf-8", "utf-8-sig")),
    ending=st.sampled_from(("\n", "\r\n")),
)
def test_what_is_written_is_read(
    rows: list[tuple[str, str, str]],
    delimiter: str,
    encoding: str,
    ending: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.csv"
    table, problems = read(write_csv(path, [COLUMNS, *rows], delimiter, encoding, ending))
    assert problems == []
    assert cells(table) == rows
    assert table
    assert [line.place.line for line in table.rows] == list(range(2, 2 + len(rows)))
    assert table.delimiter == delimiter


def test_a_workbook_gives_what_a_person_sees(tmp_path: Path) -> None:
    rows = (
        ("number", "name", "staff", None),
        (974760673.0, "Å", 12.5, "x"),
        (),
        (974760673, datetime.datetime(2024, 12, 31), " 7 "),
        ("0301", datetime.datetime(2024, 12, 31, 8, 30), None),
    )
    table, problems = read(write_book(tmp_path / "frame.xlsx", *rows))
    assert problems == []
    assert cells(table) == [
        ("974760673", "Å", "12.5"),
        ("974760673", "2024-12-31", "7"),
        ("0301", "2024-12-31 08:30:00", ""),
    ]
    assert table
    assert [line.place.line for line in table.rows] == [2, 4, 5]


def test_one_of_several_sheets(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active
    book.active.append(["something", "else"])
    for row in (COLUMNS, *ROWS):
        book.create_sheet("Frame") if "Frame" not in book.sheetnames else None
        book["Frame"].append(row)
    book.save(tmp_path / "frame.xlsx")
    table, problems = read(tmp_path / "frame.xlsx", "Frame")
    assert (problems, cells(table)) == ([], list(ROWS))
    _, problems = read(tmp_path / "frame.xlsx", "frame")
    assert problems == ["frame.yaml:6: F016 frame.xlsx has no sheet `frame`; did you mean `Frame`?"]
    _, problems = read(tmp_path / "frame.xlsx")
    assert problems == ["frame.yaml:6: F005 frame.xlsx has no column `number`, `name`, `staff`"]


def test_titles_above_the_heading(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet
    for row in (("Municipalities",), (), COLUMNS, *ROWS):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    book.save(tmp_path / "frame.xlsx")
    _, problems = read(tmp_path / "frame.xlsx")
    assert problems == ["frame.xlsx:1: F015 the heading stands on line 3; above it stands `Municipalities`"]
    path = write_csv(tmp_path / "frame.csv", [("Municipalities", "", ""), COLUMNS, *ROWS], ";")
    assert read(path)[1] == ["frame.csv:1: F015 the heading stands on line 2; above it stands `Municipalities`"]


def test_merged_cells_leave_rows_without_their_own(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet
    for row in (COLUMNS, *ROWS, ("0303", "C", "7")):
        sheet.append(row)
    sheet.merge_cells("C3:C4")
    book.save(tmp_path / "frame.xlsx")
    table, problems = read(tmp_path / "frame.xlsx")
    assert (table, problems) == (None, ["frame.xlsx:3: F015 the cells C3:C4 are merged"])


def test_errors_and_formulas_matter_where_the_column_is_needed(tmp_path: Path) -> None:
    path = write_book(tmp_path / "frame.xlsx", (*COLUMNS, "note"), ("1", "A", "#N/A", "#N/A"), ("2", "B", "=1+1", "=1"))
    table, problems = read(path)
    assert problems == [
        "frame.xlsx:2: F017 in `staff` stands the error #N/A (C2)",
        "frame.xlsx:3: F017 in `staff` stands a formula that nobody has computed (C3)",
    ]
    assert cells(table) == []


def test_notes_beside_the_table_are_no_part_of_it(tmp_path: Path) -> None:
    path = write_book(tmp_path / "frame.xlsx", COLUMNS, ("1", "A", "3", "?"), ("2", "B", "3", None, "!"))
    table, problems = read(path)
    assert problems == []
    assert cells(table) == [("1", "A", "3"), ("2", "B", "3")]
    assert table
    assert set(table.rows[0].cells) == set(COLUMNS)


@pytest.mark.parametrize("row", ["1,A", "1,A,3,4"])
def test_rows_of_another_length(row: str, tmp_path: Path) -> None:
    (tmp_path / "frame.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n2,B,3\n")
    table, problems = read(tmp_path / "frame.csv")
    assert problems == ["frame.csv:2: F008 the row has more or fewer fields than the heading"]
    assert cells(table) == [("2", "B", "3")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a workbook", b"\xd0\xcf\x11\xe0 protected by a password"])
def test_what_is_no_workbook(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "frame.xlsx").write_bytes(content)
    table, (problem,) = read(tmp_path / "frame.xlsx")
    assert table is None
    assert problem.startswith("frame.yaml:6: F008 frame.xlsx cannot be read as a workbook:")


@pytest.mark.parametrize("name", ["frame.xls", "frame.ods", "frame"])
def test_other_kinds_of_file(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("number,name,staff\n")
    assert read(tmp_path / name)[1] == [f"frame.yaml:6: F008 {name} is neither CSV nor a workbook of the kind .xlsx"]


def test_a_workbook_that_is_not_there(tmp_path: Path) -> None:
    assert read(tmp_path / "frame.xlsx")[1] == ["frame.yaml:6: F008 there is no file frame.xlsx"]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("latin-1", "frame.csv:2: F014 a byte that is not UTF-8; as Latin-1 it reads `0301,Båtsfjord,1`"),
        ("utf-16", "frame.csv:1: F014 the file is in UTF-16 (`Unicode text`), not UTF-8"),
    ],
)
def test_other_encodings(encoding: str, said: str, tmp_path: Path) -> None:
    table, problems = read(write_csv(tmp_path / "frame.csv", [COLUMNS, *ROWS], encoding=encoding))
    assert (table, problems) == (None, [said])


def test_rows_without_anything_are_left_out(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "frame.csv", [(), COLUMNS, ("", "", ""), *ROWS, (" ", "", "")])
    table, problems = read(path)
    assert problems == []
    assert table
    assert [line.place.line for line in table.rows] == [4, 5]


@pytest.mark.parametrize(
    ("rows", "encoding"),
    [
        ([("ola@example.no", "Ola", "1")], "utf-8"),
        ([("ola@example.no", "Ola", "1"), COLUMNS], "utf-8"),
        ([(*COLUMNS, "Ola", "Ola"), ("1", "2", "3", "Ola", "ola@example.no")], "utf-8"),
        ([COLUMNS, ("ola@example.no", "Åla", "1")], "latin-1"),
    ],
)
def test_nothing_personal_is_quoted(rows: object, encoding: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "contacts.csv", rows, encoding=encoding)
    findings = Findings()
    read_table(TableRequest(path, path.name, Place(path.name), COLUMNS, is_personal=True), findings)
    assert findings.problems
    assert not any("la@" in str(problem) or "Ola" in str(problem) for problem in findings.problems)


@pytest.mark.parametrize(
    ("text", "number"),
    [("974 760 673", "974760673"), ("974\u00a0760\u202f673 ", "974760673"), (" haram 1580", "haram 1580"), ("", "")],
)
def test_numbers_lose_the_spaces_between_digits(text: str, number: str) -> None:
    assert strip_number(text) == number
