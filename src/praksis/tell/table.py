"""The table behind a figure: every share with its interval and n, and every change with its interval."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
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
        shares = self._make(list(self.plan.list_shares()), self._share_cell, self.words["table-caption"], self._split())
        changes = list(self.plan.list_changes())
        if not changes:
            return (shares,)
        split = _find_columns(changes) or "answer"
        return shares, self._make(changes, self._change_cell, self.words["change-caption"], split)

    def _split(self) -> str:
        """The dimension that makes the columns: answers, unless there is but one."""
        return _find_columns(list(self.plan.list_shares())) or "answer"

    def _make(self, cells: Sequence[Cell], write: Callable[[Cell], TableCell], caption: str, columns: str) -> Table:
        values = {name: list(dict.fromkeys(_value(cell, name) for cell in cells)) for name in _DIMENSIONS}
        rows = [name for name in _DIMENSIONS if name != columns and len(values[name]) > 1] or ["item"]
        by_place = {tuple(_value(cell, name) for name in (*rows, columns)): cell for cell in cells}
        lines: list[TableRow] = []
        for place in itertools.product(*(values[name] for name in rows)):
            found = {value: by_place[*place, value] for value in values[columns] if (*place, value) in by_place}
            if not found:
                continue
            line = [
                write(found[value]) if value in found else self._not_asked(place, value) for value in values[columns]
            ]
            sizes = {self.cube[cell].n for cell in found.values()}
            lines.append(
                TableRow(
                    headings=tuple(self._label(name, value, cells[0]) for name, value in zip(rows, place, strict=True)),
                    cells=tuple(line),
                    n=self.words.write_number(sizes.pop()) if columns == "answer" else "",
                )
            )
        return Table(
            caption=caption,
            headings=tuple(self.words[_HEADS[name]] for name in rows),
            columns=tuple(self._label(columns, value, cells[0]) for value in values[columns]),
            rows=tuple(lines),
            n_label=self.words["answered"] if columns == "answer" else "",
        )

    def _label(self, dimension: str, value: str, cell: Cell) -> str:
        match dimension:
            case "item":
                return label_item(self.plan.survey, value, self.language)
            case "group":
                return label_group(self.plan.survey, value, self.language)
            case "answer":
                return label_answer(self.plan.survey, cell.item, value, self.language)
            case "since":
                return self.words["change-between"].replace("{since}", value).replace("{wave}", cell.wave)
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
        number = self.words.write_number(abs(estimate.value))
        sign = "" if number == "0" else "quantity-down" if estimate.value < 0 else "quantity-up"
        text = self.words[sign].replace("{number}", number) if sign else number
        return self._cell(cell, estimate, text, self.words.write_interval(estimate.lower, estimate.upper, change=True))

    def _cell(self, cell: Cell, estimate: Estimate, text: str, interval: str) -> TableCell:
        place = address_cell(self.plan.figure.id, cell)
        if not estimate.shown:
            words = {Status.CONFIDENTIAL: "confidential", Status.NOT_ASKED: "not-asked-cell"}
            explain = self.words[words.get(estimate.status, "empty")]
            return TableCell(id=place, text=estimate.status.sign, explain=explain)
        explain = self.words["n"].replace("{n}", self.words.write_number(estimate.n))
        explain += f". {self.words['uncertain']}" if estimate.uncertain else ""
        return TableCell(id=place, text=text, interval=interval, explain=explain, uncertain=estimate.uncertain)


_DIMENSIONS = ("item", "group", "since", "wave", "answer")
_HEADS = {"item": "item", "group": "group", "wave": "wave", "since": "wave", "answer": "answer"}


def _value(cell: Cell, dimension: str) -> str:
    return str(getattr(cell, dimension))


def _find_columns(cells: Sequence[Cell]) -> str | None:
    """Answers if there are several; else waves, else groups: what a reader compares sideways."""
    varying = [name for name in ("answer", "wave", "group") if len({_value(cell, name) for cell in cells}) > 1]
    return varying[0] if varying else None
