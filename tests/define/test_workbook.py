"""Workbooks that people send: broken ones are told in words, and what only looks large costs nothing."""

import io
import random
import re
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from praksis.define.workbook import LARGEST, Book, UnreadableWorkbook


def save(*rows: tuple[object, ...], change: Callable[[bytes], bytes] = lambda sheet: sheet) -> bytes:
    """A workbook of one sheet, whose XML is changed before it is packed."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    again = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
    return again.getvalue()


def read(data: bytes) -> list[tuple[int, list[object]]]:
    book = Book(data)
    return [(number, [cell.value for cell in cells]) for name in book.names for number, cells in book.read_rows(name)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is no workbook"),
        (b"PK\x03\x04 broken", "it is no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "old Excel file (.xls), or protected by a password"),
    ],
)
def test_what_is_no_workbook(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableWorkbook, match=re.escape(why)):
        Book(data)


def test_a_damaged_workbook_is_read_or_refused() -> None:
    """Whatever byte is damaged: nothing but UnreadableWorkbook comes out."""
    whole, refused = save(("a", "b"), (1, 2)), 0
    for seed in range(150):
        chance = random.Random(seed)
        data = bytearray(whole[: chance.randrange(len(whole))] if seed % 5 == 0 else whole)
        for _ in range(chance.randint(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read(bytes(data))
        except UnreadableWorkbook:
            refused += 1
    assert 75 < refused < 150


def test_a_sheet_that_breaks_off() -> None:
    data = save(("a", "b"), (1, 2), change=lambda sheet: sheet[: sheet.index(b"</sheetData>")])
    book = Book(data)
    with pytest.raises(UnreadableWorkbook):
        book.read_rows(book.names[0])


def test_what_grows_when_it_is_unpacked_is_not_unpacked() -> None:
    """Strings are read whole before the first cell: a file of 200 kB takes as much memory as it likes."""
    packed, part = io.BytesIO(save(("a", "b"), (1, 2))), b" " * 1_000_000
    with (
        zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings,
    ):
        for _ in range(LARGEST // len(part) + 1):
            strings.write(part)
    assert len(packed.getvalue()) < 1_000_000
    with pytest.raises(UnreadableWorkbook, match="when it is unpacked, and at most 200 are read"):
        Book(packed.getvalue())


def test_a_cell_in_the_last_row_costs_nothing() -> None:
    """17 thousand million cells up to it took all memory, and 1 million rows 35 seconds."""

    def colour(sheet: bytes) -> bytes:
        sheet = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', sheet)
        return sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')

    assert read(save(("a", "b"), (1, 2), change=colour)) == [(1, ["a", "b"]), (2, [1, 2])]


def test_a_sheet_that_says_it_is_smaller_than_it_is() -> None:
    """Some programs write a size that is wrong; rows below it would be gone without a word."""
    data = save(("a", "b"), (1, 2), change=lambda sheet: re.sub(rb'ref="A1:B2"', b'ref="A1"', sheet))
    assert read(data) == [(1, ["a", "b"]), (2, [1, 2])]


def test_rows_are_as_wide_as_the_widest_and_numbered_as_in_the_sheet() -> None:
    assert read(save(("a",), (), (None, None, "c"))) == [(1, ["a", None, None]), (3, [None, None, "c"])]


def test_faults_and_an_empty_text_that_a_formula_gave() -> None:
    def compute(sheet: bytes) -> bytes:
        return sheet.replace(b'<c r="B1"><f>A1</f><v />', b'<c r="B1" t="str"><f>A1</f><v></v>')

    book = Book(save(("a", "=A1", "=A1", "#REF!"), change=compute))
    ((_, cells),) = book.read_rows("Sheet")
    assert [(cell.place, cell.fault) for cell in cells] == [
        ("A1", ""), ("", ""), ("C1", "a formula that nobody has computed"), ("D1", "the error #REF!"),
    ]  # fmt: skip
