"""A file of answers as any tool may have written it: columns of values, with what the file says about them."""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from praksis.collect.answering import write_number
from praksis.edit.exchange.codes import make_problem
from praksis.errors import Problem, ProblemsFound

Value = str | int | float | datetime.date | None
"""What a cell holds; None where it is empty. A truth value of Excel is the text `true` or `false`."""

_INVISIBLE = re.compile("[\u00ad\u200b\ufeff]")


@dataclass(frozen=True)
class Column:
    """One variable of a file."""

    name: str
    values: tuple[Value, ...]
    label: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Value as `show_value` writes it -> its label in the file."""
    missing: frozenset[str] = frozenset()
    """Values that the file itself declares missing."""


@dataclass(frozen=True)
class Table:
    """The answers of a file."""

    file: str
    digest: str
    """SHA-256 of its bytes."""
    columns: tuple[Column, ...]
    lines: tuple[int, ...]
    """Where each row stands: line, row of the sheet, or number of the case."""
    form: str
    """How it was read, for the account: 'CSV in UTF-8, separated by ;'."""

    def find_column(self, name: str) -> Column | None:
        """The column of that name, if there is one; upper and lower case are the same, as in SPSS."""
        return next((column for column in self.columns if fold(column.name) == fold(name)), None)


def show_value(value: Value) -> str:
    """A value as people write it in a map: `3`, `12.5`, `2024-02-29`, `Svært enig`; nothing for an empty cell."""
    match value:
        case None:
            return ""
        case str():
            return " ".join(value.split())
        case datetime.date():
            return value.isoformat()
        case _:
            return show_number(value)


def show_number(number: float) -> str:
    """A number with the 15 digits that a double holds exactly: 0.30000000000000004 was meant as 0.3."""
    return write_number(Decimal(format(number, ".15g"))) if abs(number) < 10**15 else repr(number)


def find_whole(shown: str) -> int | None:
    """The whole number a value shows, if it shows one: `3`, `-1`, `3.0` and `3,0` do."""
    found = re.fullmatch(r"([+-]?[0-9]{1,9})([.,]0+)?", shown)
    return int(found[1]) if found else None


def fold(text: str) -> str:
    """A text without what may differ by accident: case, spaces of any kind, soft hyphens, composed letters."""
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return " ".join(plain.split()).casefold()


def strip_signs(text: str) -> str:
    """Only the letters and digits of a text, for questions that tools join with their own signs."""
    return "".join(sign for sign in fold(text) if sign.isalnum())


def name_twice(names: Iterable[str]) -> list[str]:
    """The names that stand more than once."""
    seen: dict[str, list[str]] = {}
    for name in names:
        seen.setdefault(fold(name), []).append(name)
    return [same[0] for same in seen.values() if len(same) > 1]


def shorten(text: str, most: int = 60) -> str:
    """A text short enough for a message."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def arrange_rows(file: str, digest: str, form: str, rows: Sequence[tuple[int, Sequence[Value]]]) -> Table:
    """A heading and the rows under it as columns. Raises ProblemsFound."""
    line, heading = rows[0]
    names = [str(cell).strip() if cell is not None else "" for cell in heading]
    width = max((place + 1 for place, name in enumerate(names) if name), default=0)
    problems: list[Problem] = [
        make_problem("V002", file, f"two columns are called `{shorten(name)}`", line=line)
        for name in name_twice(name for name in names if name)
    ]
    cells = []
    for number, row in rows[1:]:
        values = [None if isinstance(cell, str) and not cell.strip() else cell for cell in row]
        beyond = [value for value in values[width:] if value is not None]
        nameless = [place + 1 for place, name in enumerate(names[:width]) if not name and _has(values, place)]
        if beyond or nameless or len(values) < width:
            what = "the row has more fields than the heading" if beyond else "the row has fewer fields than the heading"
            if nameless:
                what = f"a value stands in a column without a name (column {nameless[0]})"
            problems.append(make_problem("V002", file, what, line=number))
        cells.append(values)
    if problems:
        raise ProblemsFound(problems)
    columns = [
        Column(name, tuple(row[place] for row in cells)) for place, name in enumerate(names[:width]) if name
    ]  # fmt: skip
    return Table(file, digest, tuple(columns), tuple(number for number, _ in rows[1:]), form)


def _has(values: Sequence[Value], place: int) -> bool:
    return place < len(values) and values[place] is not None
