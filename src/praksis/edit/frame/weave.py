"""The new text of a frame file: rows that say the same keep their bytes, so that a review shows what changed only."""

import csv
import io
from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from praksis.define.frame_reader import Entry
from praksis.define.frame_table import strip_number
from praksis.edit.frame.place import FramePlace, Kept

_BOM = "\ufeff"


@dataclass(frozen=True)
class Record:
    """One line of a CSV file; several where a field holds line breaks."""

    raw: str
    cells: tuple[str, ...]
    line: int = 0
    """Its last line in the file; 0 for a new one."""


@dataclass(frozen=True)
class FrameText:
    """A CSV file in pieces that can be put together again, byte by byte; lines without anything in them are dropped."""

    heading: Record
    records: tuple[Record, ...]
    delimiter: str = ","
    ending: str = "\n"
    bom: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.heading.cells)

    def write(self) -> str:
        lines = [record.raw for record in (self.heading, *self.records)]
        # The last line of the old file may lack its end, and is not last any more.
        return self.bom + "".join(line if line.endswith(("\n", "\r")) else line + self.ending for line in lines)


def weave_frame(place: FramePlace, kept: Kept, entries: Sequence[Entry], given: Sequence[str]) -> str:
    """The text of a source with the rows of a new list, which has the columns `given`.

    A file of one wave has the rows of the list, no others; one of several waves keeps those that the list lacks.
    Columns that the source does not name are kept, and taken from the list where it has them too.
    """
    source = place.source
    wanted = source.list_columns([place.wave])
    if kept.text is None:
        text = FrameText(Record("", wanted), ())
        return replace(
            text,
            heading=_make_record(text, wanted),
            records=tuple(_make_record(text, [entry.row.cells[one] for one in wanted]) for entry in entries),
        ).write()
    text = split_text(kept.text, kept.delimiter)
    for column in wanted:
        if column not in text.columns:
            text = add_column(text, column, _find_earlier_column(place, column, text.columns))
    others = source.list_columns(place.waves)
    told = [one for one in text.columns if one in wanted or (one in given and one not in others)]
    said = {entry.organisation.key: {one: entry.row.cells[one] for one in told} for entry in entries}
    lines = _find_lines(place, kept)
    old = {lines[key]: key for key in said if key in lines}
    numbers = (source.key, source.municipality.number) if source.municipality else (source.key,)
    records = [
        update_record(text, record, said[old[record.line]], numbers) if record.line in old else record
        for record in text.records
        if record.line in old or place.is_shared
    ]
    text = replace(text, records=tuple(records))
    for key, cells in said.items():
        if key not in lines:
            text = insert_record(text, cells, source.reference)
    return text.write()


def _find_lines(place: FramePlace, kept: Kept) -> dict[str, int]:
    """Key -> the line of its row: the one for the wave, where an organisation has several."""
    order = sorted(kept.entries, key=lambda entry: place.wave in entry.organisation.values)
    return {entry.organisation.key: entry.row.place.line for entry in order}


def _find_earlier_column(place: FramePlace, column: str, columns: Sequence[str]) -> str | None:
    """The column of the last wave before, of a variable with one column a wave."""
    pattern = next((one for one in place.source.per_wave.values() if one.replace("{wave}", place.wave) == column), None)
    earlier = [pattern.replace("{wave}", wave) for wave in reversed(place.earlier)] if pattern else []
    return next((one for one in earlier if one in columns), None)


def split_text(text: str, delimiter: str) -> FrameText:
    """Take a file apart; it has been read as a table before, so it is known to be one."""
    bom = _BOM if text.startswith(_BOM) else ""
    ending = "\r\n" if "\r\n" in text else "\n"
    records = [record for record in _split_records(text.removeprefix(_BOM), delimiter) if any(record.cells)]
    return FrameText(records[0], tuple(records[1:]), delimiter, ending, bom)


def _split_records(text: str, delimiter: str) -> Iterator[Record]:
    taken: list[str] = []

    def feed() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(feed(), delimiter=delimiter, strict=True)
    for cells in reader:
        yield Record("".join(taken), tuple(cells), reader.line_num)
        taken.clear()


def add_column(text: FrameText, column: str, after: str | None) -> FrameText:
    """A file with one more column, empty in every row: after another one, or last."""
    place = text.columns.index(after) + 1 if after in text.columns else len(text.columns)

    def widen(record: Record, cell: str) -> Record:
        return replace(_make_record(text, (*record.cells[:place], cell, *record.cells[place:])), line=record.line)

    return replace(
        text, heading=widen(text.heading, column), records=tuple(widen(record, "") for record in text.records)
    )


def update_record(text: FrameText, record: Record, said: Mapping[str, str], numbers: Container[str]) -> Record:
    """A row with other texts in some columns; the same where nothing differs but spaces around, or in `numbers`.

    Organisations' and municipalities' numbers are read with spaces between their digits; nothing else is.
    """
    plain = {column: strip_number if column in numbers else str.strip for column in text.columns}
    cells = tuple(
        said[column] if column in said and plain[column](cell) != said[column] else cell
        for column, cell in zip(text.columns, record.cells, strict=True)
    )
    return record if cells == record.cells else _make_record(text, cells)


def insert_record(text: FrameText, said: Mapping[str, str], order_by: str) -> FrameText:
    """A file with one more row: in its place where the rows are in order of a column, else last."""
    record = _make_record(text, [said.get(column, "") for column in text.columns])
    place = text.columns.index(order_by)
    order = [one.cells[place].strip() for one in text.records]
    at = bisect_left(order, said.get(order_by, "")) if order == sorted(order) else len(order)
    return replace(text, records=(*text.records[:at], record, *text.records[at:]))


def _make_record(text: FrameText, cells: Sequence[str]) -> Record:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=text.delimiter, lineterminator=text.ending).writerow(cells)
    return Record(out.getvalue(), tuple(cells))
