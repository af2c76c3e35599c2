"""The table behind a figure: every share with its interval and n, and every change with its interval."""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from praksis.estimate.cube import Cell, Cube, Estimate, Status
from praksis.tell.content import Table, TableCell, TableRow
from praksis.tell.naming import label_answer, label_group, label_item
from praksis.tell.plan import FigurePlan
from praksis.tell.words import Words


def address_cell(figure: str, cell: Cell) -> str:
    """The id of a cell in its figure's table; a valid fragment of an address."""
    parts = (figure, cell.item, cell.answer, cell.group, cell.wave, cell.since)
    return ".".join(re.sub(r"[^a-z0-9-]", "-", part) for part in parts if part)


@dataclass(frozen=True)
class TableMaker:
    """Tables of one figure in one language."""

    plan: FigurePlan
    cube: Cube
    language: str
    words: Words

    def make_tables(self) -> tuple[Table, ...]:
        """The table of shares, and the table of changes where there are any."""
        tables = [self._make(list(self.plan.list_shares()), self._share_cell, "table-caption", _SHARES)]
        if changes := list(self.plan.list_changes()):
            tables.append(self._make(changes, self._change_cell, "change-caption", _CHANGES))
        return tuple(tables)

    def _make(
        self, cells: Sequence[Cell], write: Callable[[Cell], TableCell], caption: str, dimensions: Sequence[str]
    ) -> Table:
        values = {name: list(dict.fromkeys(_value(cell, name) for cell in cells)) for name in dimensions}
        columns = _find_columns(values)
        # The two waves of a change are always said.
        rows = [name for name in values if name != columns and (len(values[name]) > 1 or name == "span")] or ["item"]
        by_place = {tuple(_value(cell, name) for name in (*rows, columns)): cell for cell in cells}
        lines: list[TableRow] = []
        for place in itertools.product(*(values[name] for name in rows)):
            found = {value: by_place[*place, value] for value in values[columns] if (*place, value) in by_place}
            if not found:
                continue
            line = [
                write(found[value]) if value in found else self._not_asked(place, value) for value in values[columns]
            ]
            headings = (self._label(name, value, cells[0]) for name, value in zip(rows, place, strict=True))
            n = self._write_n(list(found.values())) if columns == "answer" else ""
            lines.append(TableRow(headings=tuple(headings), cells=tuple(line), n=n))
        return Table(
            caption=self._say_confidence(caption),
            headings=tuple(self.words["wave" if name == "span" else name] for name in rows),
            columns=tuple(self._label(columns, value, cells[0]) for value in values[columns]),
            rows=tuple(lines),
            n_label=self.words["answered"] if columns == "answer" else "",
        )

    def _say_confidence(self, key: str) -> str:
        percent = self.words.write_number(100 * self.plan.survey.design.confidence)
        return self.words[key].replace("{confidence}", percent)

    def _write_n(self, cells: Sequence[Cell]) -> str:
        """How many answered, the same for all answers; the sign where every one of them is hidden."""
        shown = [self.cube[cell].n for cell in cells if self.cube[cell].shown]
        return self.words.write_number(shown[0]) if shown else self.cube[cells[0]].status.sign

    def _label(self, dimension: str, value: str, cell: Cell) -> str:
        match dimension:
            case "item":
                return label_item(self.plan.survey, value, self.language)
            case "group":
                return label_group(self.plan.survey, value, self.language)
            case "answer":
                return label_answer(self.plan.survey, cell.item, value, self.language)
            case "span":
                since, wave = value.split("|")
                return self.words["change-between"].replace("{since}", since).replace("{wave}", wave)
        return value

    def _not_asked(self, place: Iterable[str], value: str) -> TableCell:
        name = ".".join(re.sub(r"[^a-z0-9-]", "-", part) for part in (self.plan.figure.id, "no", *place, value))
        return TableCell(id=name, text=Status.NOT_ASKED.sign, explain=self.words["not-asked-cell"])

    def _share_cell(self, cell: Cell) -> TableCell:
        estimate = self.cube[cell]
        text = self.words.write("percent-short", estimate.value)
        return self._cell(cell, estimate, text, self.words.write_interval(estimate.lower, estimate.upper))

    def _change_cell(self, cell: Cell) -> TableCell:
        estimate = self.cube[cell]
        interval = self.words.write_interval(estimate.lower, estimate.upper, change=True)
        return self._cell(cell, estimate, self.words.write_signed(estimate.value), interval)

    def _cell(self, cell: Cell, estimate: Estimate, text: str, interval: str) -> TableCell:
        place = address_cell(self.plan.figure.id, cell)
        if not estimate.shown:
            words = {Status.CONFIDENTIAL: "confidential", Status.NOT_ASKED: "not-asked-cell"}
            explain = self.words[words.get(estimate.status, "empty")]
            return TableCell(id=place, text=estimate.status.sign, explain=explain)
        explain = self.words["n"].replace("{n}", self.words.write_number(estimate.n))
        explain += f". {self.words['uncertain']}" if estimate.uncertain else ""
        explain += f". {self.words['full-count']}" if estimate.full_count else ""
        return TableCell(id=place, text=text, interval=interval, explain=explain, uncertain=estimate.uncertain)


_SHARES = ("item", "group", "wave", "answer")
_CHANGES = ("item", "group", "span", "answer")


def _value(cell: Cell, dimension: str) -> str:
    return f"{cell.since}|{cell.wave}" if dimension == "span" else str(getattr(cell, dimension))


def _find_columns(values: Mapping[str, Sequence[str]]) -> str:
    """Answers if there are several; else waves, else groups: what a reader compares sideways."""
    varying = [name for name in ("answer", "wave", "group") if len(values.get(name, ())) > 1]
    return varying[0] if varying else "answer"
