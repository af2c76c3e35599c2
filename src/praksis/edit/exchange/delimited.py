"""Answers as CSV: UTF-8 with its mark, semicolons and decimal commas, as Excel in Norwegian opens it with a click.

A text that a spreadsheet would run as a formula gets a `'` before it, and so does one that begins with `'`; reading one
of our own files takes it away again (OWASP, *CSV Injection*).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.layout import CODEBOOK_COLUMNS, Kind, Variable, list_codebook, write_decimal
from praksis.edit.exchange.naming import MARKER
from praksis.edit.exchange.table import Table, arrange_rows, fold
from praksis.errors import ProblemsFound

_DANGEROUS = "=+-@\t\r\n＝＋－＠"
_GUARD = "'"
_SEPARATORS = ";,\t|"


def write_delimited(variables: Sequence[Variable], path: Path, codebook: Path) -> None:
    """Write the answers, and beside them the codebook that makes them readable alone."""
    columns = [_write_column(variable) for variable in variables]
    path.write_bytes(_write([variable.name for variable in variables], zip(*columns, strict=True)))
    rows = [tuple(guard(cell) for cell in row) for row in list_codebook(variables)]
    codebook.write_bytes(_write(CODEBOOK_COLUMNS, rows))


def guard(text: str) -> str:
    """A text that no spreadsheet takes for a formula. A whole number is left as it is: it can do nothing."""
    return _GUARD + text if text.startswith((*_DANGEROUS, _GUARD)) and not text.removeprefix("-").isdecimal() else text


def unguard(text: str) -> str:
    """The inverse of `guard`."""
    return text[1:] if text.startswith(_GUARD) and guard(text[1:]) == text else text


def _write_column(variable: Variable) -> list[str]:
    if variable.kind is Kind.NUMBER:
        return ["" if value is None else write_decimal(str(value)) for value in variable.values]
    return [guard(str(value)) if value is not None else "" for value in variable.values]


def _write(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(heading)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def read_delimited(file: str, data: bytes, digest: str, encoding: str = "") -> Table:
    """Read CSV of any tool: what separates the fields is seen in the heading.

    Text that is not UTF-8 is read as Windows-1252, which the account says. Raises ProblemsFound.
    """
    try:
        text, named = _decode(data, encoding)
        separator = _find_separator(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except (ValueError, LookupError, csv.Error) as error:
        raise ProblemsFound([make_problem("V001", file, f"cannot be read: {error}")]) from None
    if not rows:
        raise ProblemsFound([make_problem("V001", file, "is empty")])
    shown = {"\t": "tabs"}.get(separator, separator)
    own = any(fold(cell) == MARKER for cell in rows[0][1])
    cells = [(line, [unguard(cell) if own else cell for cell in row]) for line, row in rows]
    return arrange_rows(file, digest, f"CSV in {named}, separated by {shown}", cells)


def _find_separator(text: str) -> str:
    """The sign that stands most often in the first line, outside quotes: questions in a heading have commas, too."""
    first = "".join(text.split('"')[::2]).lstrip().partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def _decode(data: bytes, encoding: str) -> tuple[str, str]:
    if encoding:
        return data.decode(encoding), encoding
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252"), "Windows-1252 (it is not UTF-8)"
