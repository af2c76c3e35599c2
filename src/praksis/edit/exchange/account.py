"""The account of an import: what every column and value became, what was left out and why, and how many."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from praksis.define.question import Missing
from praksis.edit.exchange.rows import Dropped, show_lines
from praksis.edit.microdata import Microdata
from praksis.edit.open_column import ANSWERED


@dataclass(frozen=True)
class ReadValue:
    """One value of a column, and what it became."""

    shown: str
    label: str
    meaning: str
    how: str
    count: int


@dataclass(frozen=True)
class ReadColumn:
    """One column, and the item it is."""

    name: str
    label: str
    item: str
    how: str
    values: tuple[ReadValue, ...]


@dataclass(frozen=True)
class Account:
    """What a file became."""

    survey: str
    wave: str
    file: str
    digest: str
    form: str
    map_file: str
    map_digest: str
    organisation: str
    role: str
    columns: tuple[ReadColumn, ...]
    left_out: tuple[tuple[str, str], ...]
    dropped: tuple[Dropped, ...]
    absent: tuple[tuple[str, str], ...]
    off_path: tuple[tuple[str, str], ...]
    settled: Mapping[str, Counter[str]]
    microdata: Microdata


def write_account(account: Account) -> str:
    """The account in Markdown. The same import gives the same bytes."""
    microdata = account.microdata
    lines = [
        f"# {account.survey} {account.wave}: what was imported",
        "",
        f"- File: `{account.file}`, SHA-256 `{account.digest}`; {account.form}",
        f"- Map: `{account.map_file}`, SHA-256 `{account.map_digest}`" if account.map_file else "- Map: none",
        f"- Organisation: {account.organisation}; role: {account.role}",
        f"- Responses: {len(microdata.organisations)}"
        + "".join(f", {count} as {role}" for role, count in sorted(Counter(microdata.roles).items())),
        f"- Answers: {'synthetic' if microdata.synthetic else 'real'}",
        "",
        "About single responses: not for publishing.",
        "",
        "## Columns",
        "",
        *_tabulate(
            ("column", "label in the file", "item", "matched by"),
            ((one.name, one.label, one.item, one.how) for one in account.columns),
        ),
        "",
        "## Values",
        "",
        *_tabulate(
            ("item", "value", "label in the file", "read as", "by", "rows"),
            (
                (column.item, one.shown or "(empty)", one.label, one.meaning, one.how, str(one.count))
                for column in account.columns
                for one in column.values
            ),
        ),
    ]
    sections = [
        ("Decided by routing and form", ("item", "what", "cells"), _list_settled(account.settled)),
        ("Columns left out", ("column", "why"), account.left_out),
        ("Items the file does not hold: not answered", ("item", "why"), account.absent),
        ("Answers off the path dropped", ("item", "why"), account.off_path),
        (
            "Rows left out",
            ("why", "rows", "which"),
            [(one.reason, str(len(one.lines)), show_lines(one.lines)) for one in account.dropped],
        ),
        ("Result", ("item", "answered", *_CLASSES), _count_classes(microdata)),
    ]
    for title, heading, rows in sections:
        lines += ["", f"## {title}", "", *(_tabulate(heading, rows) if rows else ["None."])]
    return "\n".join(lines) + "\n"


_CLASSES = tuple(missing.name.lower().replace("_", " ") for missing in Missing)


def _list_settled(settled: Mapping[str, Counter[str]]) -> list[tuple[str, ...]]:
    return [(item, what, str(count)) for item, counts in settled.items() for what, count in sorted(counts.items())]


def _count_classes(microdata: Microdata) -> list[tuple[str, ...]]:
    codes = dict(microdata.answers)
    for item, cells in microdata.open_answers.items():
        codes[item] = np.array([ANSWERED if isinstance(cell, str) else cell for cell in cells], dtype=np.int16)
    return [
        (item, str(int((column >= 0).sum())), *(str(int((column == int(missing)).sum())) for missing in Missing))
        for item, column in codes.items()
    ]


def _tabulate(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [
        "| " + " | ".join(heading) + " |",
        "|" + "---|" * len(heading),
        *("| " + " | ".join(_escape(cell) for cell in row) + " |" for row in rows),
    ]


def _escape(cell: str) -> str:
    """A cell of a table: what others wrote cannot break it, or be taken for markup."""
    plain = " ".join(cell.split())
    return "".join(f"\\{sign}" if sign in "\\|<>`*[]" else sign for sign in plain)
